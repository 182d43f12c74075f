//! What a person at the till sees, as plain data. Built without Slint, so that tests, scripts and the control
//! socket see the same screen as the cashier.

use serde::{Deserialize, Serialize};

use crate::heard::Heard;
use crate::key::Key;
use crate::kiosk::Kiosk;
use crate::stock::Stock;

/// The whole screen at one moment. Texts are finished: language, currency and digits are decided before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Screen {
    /// Language of the texts, e.g. `zh-CN`.
    pub language: String,
    /// The quiet bar at the top.
    pub bar: Bar,
    /// The basket at the left; stays while paying.
    pub basket: Basket,
    /// What can be done now, at the right.
    pub panel: Panel,
    /// One sentence and one button when something needs a person; scans are still taken, queued or refused aloud.
    pub notice: Option<Notice>,
    /// What just happened, e.g. the line just scanned; also read aloud by a screen reader.
    pub said: String,
    /// What can be begun from here beside the panel, the most used first.
    #[serde(default)]
    pub actions: Vec<Action>,
    /// What waits for a supervisor; covers the panel, the basket stays.
    #[serde(default)]
    pub approval: Option<Approval>,
    /// The self-checkout's face; where it is told, it is shown instead of the till's.
    #[serde(default)]
    pub kiosk: Option<Box<Kiosk>>,
    /// The stock desk's face; where it is told, it is shown instead of the till's.
    #[serde(default)]
    pub stock: Option<Box<Stock>>,
    /// What is heard, and read aloud where the terminal speaks.
    #[serde(default)]
    pub heard: Heard,
    /// Grows with each scan that was answered, so that a test can wait for the answer to its own.
    pub scans_answered: u64,
    /// Grows with each input that was handled.
    pub version: u64,
}

/// The quiet bar: words, not codes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Bar {
    /// E.g. `柜台便利 · 1 号机`.
    pub store: String,
    /// Who is signed on, or empty.
    pub cashier: String,
    /// Local time, e.g. `14:32`.
    pub clock: String,
    /// How the connection to head office stands, in words.
    pub sync: String,
    /// Whether everything has reached head office.
    pub sync_level: Level,
    /// How the devices stand, in words.
    pub devices: String,
    /// Whether a device needs a person.
    pub devices_level: Level,
    /// Words of the band that nobody can overlook while the till is in training, or empty.
    #[serde(default)]
    pub training: String,
    /// The languages that can be chosen, each by its own name; their ids are tags for [`crate::Intent::Language`].
    #[serde(default)]
    pub languages: Vec<Key>,
    /// What to do about the devices where more than one thing wants a person, a line for each; or empty.
    #[serde(default)]
    pub devices_help: String,
}

/// Something that can be begun. The window offers some by itself, with intents of their own: `suspend`, `recall`,
/// `member`, `return`, `quantity`, `void_line`, `explain`, `void_sale`, `open_drawer`, `reprint`, `x_report`, `close`,
/// `lock`, `back`, `print`. One that is told by such an id takes its place and is begun as the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Action {
    /// To be sent in [`crate::Intent::Begin`].
    pub id: String,
    /// E.g. `改价`.
    pub label: String,
    /// Its key, e.g. `F10`, `Ctrl+P`, `Del`, or empty; those with keys stand in the row at the bottom, as far as there
    /// is room. While goods are sold it wins over the window's own key.
    pub key: String,
    /// Where it belongs: `line`, `sale`, `member`, `cash`, `till`.
    pub group: String,
    /// Whether it can be begun here and now; the others stay in their place, quiet.
    pub enabled: bool,
}

/// What waits for a supervisor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Approval {
    /// What is to be approved, e.g. `改价:农夫山泉 2.00 → 1.50`.
    pub what: String,
    /// Who may approve; to be sent in [`crate::Intent::Approve`].
    pub staff: Vec<Staff>,
    /// What to read out on the telephone for [`crate::Intent::ApproveByCode`] (number, permission, size), or empty.
    pub challenge: String,
    /// What was wrong with the last try, or empty.
    pub message: String,
}

/// How loud a thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Quiet.
    #[default]
    Good,
    /// Asks.
    Warning,
    /// Loss or fault.
    Fault,
}

/// The basket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Basket {
    /// Oldest first; voided lines stay, struck through.
    pub lines: Vec<Line>,
    /// Line number of the selected line.
    pub selected: Option<u32>,
    /// E.g. `138****6621 · 会员`, or empty.
    pub member: String,
    /// E.g. `3 件`.
    pub count: String,
    /// What was saved, e.g. `已省 1.75`, or empty.
    pub saved: String,
    /// E.g. `含税 0.52`.
    pub tax: String,
    /// The total with its currency sign.
    pub total: String,
    /// Whether the next item is returned.
    pub returning: bool,
    /// What a little more would save, e.g. `再买 1 件:第二件半价`; the most valuable first.
    #[serde(default)]
    pub hints: Vec<String>,
    /// What belongs to the whole sale: coupons, note, salesperson, a basket discount, tax exemption.
    #[serde(default)]
    pub notes: Vec<String>,
    /// The line that was scanned or changed last, by its number.
    #[serde(default)]
    pub newest: Option<u32>,
    /// What a promotion did to that line, or why it does nothing yet, e.g. `第二件半价 -1.75`; or empty.
    #[serde(default)]
    pub why: String,
}

/// One line of the basket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Line {
    /// Number within the sale; stable.
    pub no: u32,
    /// The goods.
    pub name: String,
    /// E.g. `2 × 2.00` or `0.456 kg × 12.80`.
    pub detail: String,
    /// E.g. `4.00`.
    pub amount: String,
    /// Whether it no longer counts.
    pub voided: bool,
    /// Whether it is a return.
    pub returned: bool,
    /// What stands below it: discounts with their amount, lot, expiry, note, reason (amount empty).
    #[serde(default)]
    pub below: Vec<Below>,
}

/// A smaller line below a line of the basket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Below {
    /// E.g. `第二件半价`.
    pub text: String,
    /// E.g. `-1.75`, or empty.
    pub amount: String,
}

/// What can be done now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "panel", rename_all = "snake_case")]
pub enum Panel {
    /// The till cannot sell yet; says why and what to do.
    NotReady {
        /// One sentence.
        title: String,
        /// What to do.
        help: String,
    },
    /// Locked: choose who, type the PIN.
    Locked {
        /// Who may sign on.
        staff: Vec<Staff>,
        /// E.g. `PIN 错误,请等待 4 秒`, or empty.
        message: String,
    },
    /// No shift: count the float.
    OpenShift {
        /// What to do.
        help: String,
        /// What was wrong with the last try, or empty.
        message: String,
    },
    /// At rest or selling: favourites, or results while typing.
    Sell {
        /// Search text these results belong to; empty shows favourites.
        query: String,
        /// Goods to touch.
        items: Vec<Item>,
        /// Whether there is something to pay or to give back.
        can_pay: bool,
        /// Text of the one filled button, e.g. `收款 5.75`.
        pay: String,
        /// How many sales are put aside.
        suspended: u32,
        /// Groups of goods above the items, e.g. favourites and categories; the chosen one is ticked. Touched as
        /// [`crate::Intent::Press`].
        #[serde(default)]
        groups: Vec<Key>,
    },
    /// Paying.
    Pay {
        /// What is still due, with currency sign.
        due: String,
        /// The same in cash after rounding; equal to `due` when nothing is rounded.
        due_cash: String,
        /// Rounding in words, or empty.
        rounding: String,
        /// Amounts that make sense, as they are to be sent in [`crate::Intent::Cash`].
        quick: Vec<String>,
        /// What was wrong with the last try, or empty.
        message: String,
        /// Whether money goes to the shopper.
        refund: bool,
        /// Whether the sale is being written; buttons rest.
        busy: bool,
        /// Means that can be used, cash first; one that needs a number opens [`Panel::Ask`].
        #[serde(default)]
        tenders: Vec<TenderKey>,
        /// What is paid already.
        #[serde(default)]
        paid: Vec<PaidPart>,
    },
    /// One question: something is typed, or one of the options is touched. Sent as [`crate::Intent::Answer`].
    Ask {
        /// E.g. `改价`.
        title: String,
        /// One sentence: what is asked, and what happens then.
        help: String,
        /// Which keys are offered.
        keys: Keys,
        /// What stands in the field at first.
        value: String,
        /// Answers to touch, e.g. reasons; their ids are answers, too.
        options: Vec<Choice>,
        /// What was wrong with the last try, or empty.
        message: String,
    },
    /// A list to choose from. One choice: touching takes it. Several: tick, then confirm.
    Choose {
        /// E.g. `退货:0101-000012`.
        title: String,
        /// One sentence.
        help: String,
        /// What there is.
        choices: Vec<Choice>,
        /// Whether several can be ticked, and quantities set.
        many: bool,
        /// Text of the button that sends [`crate::Intent::Confirm`], or empty for none.
        confirm: String,
        /// What the ticked ones come to, or empty.
        sum: String,
        /// What was wrong with the last try, or empty.
        message: String,
    },
    /// Cash is counted by denomination with a running sum.
    Count {
        /// E.g. `交班点钞`.
        title: String,
        /// One sentence.
        help: String,
        /// The largest first.
        rows: Vec<CountRow>,
        /// What is counted so far.
        sum: String,
        /// Text of the button that sends [`crate::Intent::Confirm`].
        confirm: String,
        /// What was wrong with the last try, or empty.
        message: String,
    },
    /// A payment is under way or its outcome is unknown: nobody pays again.
    Payment {
        /// E.g. `等待顾客输入密码` or `支付结果未知`.
        title: String,
        /// What to tell the shopper.
        tell: String,
        /// How much.
        amount: String,
        /// What the till is doing, e.g. `已查询 3 次,4 秒后再查`.
        doing: String,
        /// Whether the outcome is unknown.
        in_doubt: bool,
        /// Whether it can be given up, which reverses it.
        can_cancel: bool,
    },
    /// Why something costs what it costs.
    Explain {
        /// The line's goods.
        title: String,
        /// One for each rule that names it.
        rows: Vec<Reason>,
    },
    /// A code that the shopper scans from the screen; goods scanned meanwhile are the next sale's.
    Code {
        /// E.g. `电子小票`.
        title: String,
        /// What to tell the shopper.
        help: String,
        /// What the code says, e.g. an address; drawn as a QR code. More than 2,900 bytes are no code.
        code: String,
        /// What it belongs to, left and right, e.g. the receipt's number and its total.
        #[serde(default)]
        rows: Vec<(String, String)>,
    },
    /// Paid; stays until the next scan.
    Change {
        /// Large, with currency sign.
        change: String,
        /// What that is where it is no change, e.g. `退款`; empty for change.
        #[serde(default)]
        what: String,
        /// E.g. `应收 5.75 · 现金 10.00`.
        detail: String,
        /// Number on the receipt.
        receipt: String,
        /// How the receipt stands, e.g. `正在打印` or `缺纸,换纸后自动补打`.
        printing: String,
        /// Notes and coins that make up what is handed out, e.g. `5.00 + 2 × 1.00`, or empty.
        #[serde(default)]
        pieces: String,
    },
    /// Sales put aside.
    Suspended {
        /// Oldest first.
        cards: Vec<Card>,
    },
    /// X or Z on screen.
    Report {
        /// E.g. `X 报表(不清零)`.
        title: String,
        /// Left and right of each line; an empty pair is a rule.
        rows: Vec<(String, String)>,
        /// Whether the counted cash is asked for, which closes the shift.
        asks_count: bool,
        /// What was wrong with the last try, or empty.
        message: String,
    },
}

/// Which keys a question offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Keys {
    /// None: only the options answer.
    None,
    /// Letters and digits.
    #[default]
    Text,
    /// Digits and the point.
    Amount,
    /// Digits, the point and the percent sign.
    AmountOrPercent,
    /// Digits.
    Number,
    /// Digits that are hidden.
    Secret,
    /// Digits of a date, year first.
    Date,
}

/// One entry of a list or one option of a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Choice {
    /// To be sent.
    pub id: String,
    /// What it is.
    pub title: String,
    /// More about it, or why it cannot be taken.
    pub detail: String,
    /// An amount or a quantity, or empty.
    pub amount: String,
    /// Whether it is ticked.
    pub ticked: bool,
    /// Whether it can be taken.
    pub enabled: bool,
    /// Quantity that is ticked, where one may be set; empty where not.
    pub quantity: String,
}

/// One denomination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct CountRow {
    /// To be sent in [`crate::Intent::Count`].
    pub value: String,
    /// E.g. `¥100`.
    pub label: String,
    /// As counted, or empty.
    pub pieces: String,
    /// What they come to, or empty.
    pub amount: String,
}

/// A means of payment to touch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct TenderKey {
    /// To be sent in [`crate::Intent::Tender`].
    pub kind: String,
    /// E.g. `付款码`.
    pub label: String,
    /// What it could pay, or why it cannot be used now.
    pub detail: String,
    /// Its key, or empty.
    pub key: String,
    /// Whether it can be used now.
    pub enabled: bool,
}

/// A part that is paid already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct PaidPart {
    /// To be sent in [`crate::Intent::RemoveTender`].
    pub no: u32,
    /// E.g. `礼品卡 ****1234`.
    pub label: String,
    /// How much.
    pub amount: String,
    /// Whether it can be taken back.
    pub removable: bool,
}

/// Why a rule did or did not apply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Reason {
    /// The rule's name.
    pub rule: String,
    /// In words.
    pub why: String,
    /// What it took off, or empty.
    pub amount: String,
    /// Whether it applied.
    pub applied: bool,
}

impl Default for Panel {
    fn default() -> Self {
        Panel::NotReady { title: String::new(), help: String::new() }
    }
}

/// Someone who may sign on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Staff {
    /// To be sent in [`crate::Intent::SignOn`].
    pub id: String,
    /// As colleagues call her.
    pub name: String,
}

/// Goods to touch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Item {
    /// To be sent in [`crate::Intent::PickItem`].
    pub id: String,
    /// In the screen's language.
    pub name: String,
    /// E.g. `3.50` or `12.80/kg`.
    pub price: String,
    /// Its code, or empty.
    pub code: String,
    /// Address of its picture's file, or empty.
    #[serde(default)]
    pub picture: String,
}

/// A sale put aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Card {
    /// To be sent in [`crate::Intent::Recall`].
    pub id: String,
    /// E.g. `14:20 · 收银员 07`.
    pub title: String,
    /// E.g. `5 件 · 农夫山泉、伊利纯牛奶…`.
    pub detail: String,
    /// E.g. `¥ 23.50`.
    pub total: String,
}

/// One sentence and one button.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Notice {
    /// How loud.
    pub level: Level,
    /// What happened and what to do.
    pub text: String,
    /// Text of the button that sends [`crate::Intent::Acknowledge`].
    pub button: String,
    /// The scan, query or device it is about, or empty.
    pub about: String,
}
