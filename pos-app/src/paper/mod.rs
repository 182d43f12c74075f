//! What the till prints, as documents that no device has touched.

mod aside;
mod drawer;
mod hold;
mod label;
mod receipt;
mod report;
mod shelf;

pub use aside::aside_slip;
pub use drawer::{cash_slip, hand_over_slip, training_mark};
pub use hold::{hold_cancelled_slip, hold_slip};
pub use label::{price_slip, shelf_labels, stock_slip};
pub(crate) use receipt::masked_number;
pub use receipt::{PARTS, copy, gift_receipt, invoice_address, receipt, receipt_address};
pub use report::{Row, report_rows, x_report, z_report};
pub(crate) use shelf::{ShelfWords, shelf_words};

use domain::grant::AccountKind;
use domain::store::Store;
use domain::tender::{RoundingMode, TenderKind};
use jiff::civil::DateTime;
use words::{Words, say};

/// Where, when and by whom a document is issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// On the wall of the store.
    pub local: DateTime,
    /// The till's number.
    pub till: u32,
    /// Name of the cashier.
    pub cashier: String,
    /// The language it is in.
    pub words: Words,
}

impl Issued {
    /// Whether goods are called by their English names.
    fn english(&self) -> bool {
        !self.words.is_chinese()
    }
}

/// The word for cash rounding as a store does it.
pub fn rounding_word(store: &Store, words: &Words) -> String {
    match store.cash_rounding.mode {
        RoundingMode::Nearest => words.say("receipt-rounding-nearest"),
        RoundingMode::Down => words.say("receipt-rounding-down"),
    }
}

/// The word for a means of payment.
pub(crate) fn tender_word(kind: TenderKind, words: &Words) -> String {
    match kind {
        TenderKind::Cash => words.say("tender-cash"),
        TenderKind::Code => words.say("tender-code"),
        TenderKind::Card => words.say("tender-card"),
        TenderKind::StoredValue => words.say("tender-stored-value"),
        TenderKind::GiftCard => words.say("tender-gift-card"),
        TenderKind::Coupon => words.say("tender-coupon"),
        TenderKind::Voucher => words.say("tender-voucher"),
        TenderKind::Points => words.say("tender-points"),
        TenderKind::Deposit => words.say("tender-deposit"),
        TenderKind::OnAccount => words.say("tender-on-account"),
    }
}

/// The word for change.
pub(crate) fn change_word(words: &Words) -> String {
    words.say("tender-change")
}

/// The word for what an account holds.
pub(crate) fn account_word(kind: AccountKind, words: &Words) -> String {
    match kind {
        AccountKind::Points => words.say("tender-points-account"),
        AccountKind::StoredValue => words.say("tender-stored-value"),
        AccountKind::GiftCard => words.say("tender-gift-card"),
        AccountKind::Credit => words.say("tender-on-account"),
        AccountKind::Coupon => words.say("tender-coupon"),
    }
}

/// What an account held when head office told of it, and what this till may spend of it.
pub(crate) fn balance_words(balance: &str, here: &str, words: &Words) -> String {
    say!(words, "tender-balance", balance = balance, here = here)
}

/// Head office was asked what an account holds.
pub(crate) fn balance_asked(words: &Words) -> String {
    words.say("tender-balance-asked")
}
