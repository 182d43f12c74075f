//! What a person at the till sees, as plain data. Built without Slint, so that tests, scripts and the control
//! socket see the same screen as the cashier.

use serde::{Deserialize, Serialize};

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
    },
    /// Paid; stays until the next scan.
    Change {
        /// Large, with currency sign.
        change: String,
        /// E.g. `应收 5.75 · 现金 10.00`.
        detail: String,
        /// Number on the receipt.
        receipt: String,
        /// How the receipt stands, e.g. `正在打印` or `缺纸,换纸后自动补打`.
        printing: String,
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
