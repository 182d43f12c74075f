//! What a draft asks: one question, one list, a count, or something to read. The words are the screen's.

use domain::quantity::Quantity;
use domain::store::{ReasonFor, Store};
use protocol::lane::Call;
use ui::screen::Keys;

use super::Trouble;

/// One step of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// One field.
    Ask(Ask),
    /// A list.
    Choose(Choose),
    /// Cash by denomination; a sum may be typed instead.
    Count,
    /// Something to read: left and right of each row.
    Show(Vec<(String, String)>),
    /// A code to be read with a telephone, and what stands below it.
    ShowCode(String, Vec<(String, String)>),
    /// Why a line of the basket costs what it costs.
    Explain(u32),
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// What is asked; the words are the screen's.
    pub what: Asked,
    /// Which keys answer.
    pub keys: Keys,
    /// What stands in the field at first.
    pub value: String,
    /// Answers to touch.
    pub options: Vec<Entry>,
    /// Whether a scan is an answer; otherwise it is refused aloud.
    pub scans: bool,
}

/// What a question is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// A unit price.
    Price,
    /// The price of goods that have none of their own, or the amount of a card.
    OpenPrice,
    /// `10%` or an amount.
    Off,
    /// Why.
    Reason(ReasonFor),
    /// Free words.
    Note,
    /// A member of staff.
    Staff,
    /// Who takes the drawer over.
    NextCashier,
    /// Words about cash that moves; may be left empty.
    CashNote,
    /// A code or number, read or typed.
    Code,
    /// An amount.
    Amount,
    /// A telephone number.
    Phone,
    /// A name.
    Name,
    /// A card's number; may be left empty.
    Card,
    /// A serial number.
    Serial,
    /// A lot.
    Lot,
    /// A date.
    Date,
    /// Yes or no.
    Sure,
    /// The shopper's birth date, or that she is clearly old enough; so many years are asked for.
    BirthDate(u8),
    /// Number of the gift card that is sold.
    GiftCard,
    /// The shopper's payment code; a secret.
    PaymentCode,
    /// Number of a slip that is worth an amount.
    SlipNumber,
    /// What it is worth.
    Face,
    /// A coupon's code.
    Coupon,
    /// Number of the certificate of who pays no tax.
    Certificate,
    /// Best before, as on the goods; may be left empty.
    Expiry,
    /// Number or code of a receipt.
    Receipt,
    /// Whether goods that come back can be sold again.
    Condition,
    /// Who collects goods that are put by.
    Shopper,
    /// Until when goods are put by; may be left empty.
    CollectUntil,
    /// Cash that is paid down on goods put by; may be left empty.
    PaidDown,
    /// Code of goods put by.
    HoldCode,
    /// What colleagues should know of a member.
    MemberNote,
    /// Number of a gift card, or a member.
    Account,
    /// What to say to a self-checkout that calls: to this call, and to no other.
    LaneVerdict(Box<Call>),
    /// Where goods go on the grid of favourites.
    GridMove,
    /// Whether somebody has looked at goods that were paid on a phone.
    PaidGoods,
}

/// A list to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choose {
    /// What it lists; the words are the screen's.
    pub what: Listed,
    /// The entries.
    pub entries: Vec<Entry>,
    /// Whether several can be ticked and are then confirmed.
    pub many: bool,
}

/// What a list is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    /// Lines of the basket on the counter.
    Lines,
    /// Lines of a receipt that can come back.
    ReceiptLines,
    /// Baskets put aside.
    Baskets,
    /// A member's last purchases.
    Purchases,
    /// Goods put by.
    Holds,
    /// Self-checkouts.
    Lanes,
    /// Goods on the grid of favourites.
    Grid,
}

/// One entry of a list or one option of a question. Texts are data (names, amounts), never the program's words; without a
/// title the screen says the word of the id, as far as its first colon.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Entry {
    /// What is sent.
    pub id: String,
    /// Data to show.
    pub title: String,
    /// More data.
    pub detail: String,
    /// An amount, finished.
    pub amount: String,
    /// Why it cannot be taken, if so.
    pub blocked: Option<Trouble>,
    /// The most that can be taken, where a quantity may be set.
    pub quantity_max: Option<Quantity>,
    /// Whether it is weighed: a whole kilogram has parts, a piece has none.
    pub weighed: bool,
}

impl Ask {
    /// A question without options that no scan answers.
    #[expect(clippy::new_ret_no_self, reason = "a question is asked as a step")]
    pub(super) fn new(what: Asked, keys: Keys) -> Step {
        Step::Ask(Ask { what, keys, value: String::new(), options: Vec::new(), scans: false })
    }

    /// A question that a scan answers, too.
    pub(super) fn code(what: Asked) -> Step {
        Step::Ask(Ask { what, keys: Keys::Text, value: String::new(), options: Vec::new(), scans: true })
    }

    /// A question that its options alone answer.
    pub(super) fn options(what: Asked, ids: &[&str]) -> Step {
        let options = ids.iter().map(|id| Entry::named(id, "")).collect();
        Step::Ask(Ask { what, keys: Keys::None, value: String::new(), options, scans: false })
    }

    /// Why: the shop's reasons, or the program's, or free words.
    pub(super) fn reason(store: &Store, of: ReasonFor) -> Step {
        let own = store.policy.reasons.iter().filter(|(known, _)| *known == of);
        let mut options: Vec<Entry> = own.map(|(_, reason)| Entry::named(reason, reason)).collect();
        if options.is_empty() {
            options = super::reasons::built_in(of).iter().map(|id| Entry::named(id, "")).collect();
        }
        Step::Ask(Ask { what: Asked::Reason(of), keys: Keys::Text, value: String::new(), options, scans: false })
    }
}

impl Entry {
    pub(super) fn named(id: &str, title: &str) -> Entry {
        Entry { id: id.to_owned(), title: title.to_owned(), ..Entry::default() }
    }
}
