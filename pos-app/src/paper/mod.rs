//! What the till prints, as documents that no device has touched.

mod aside;
mod drawer;
mod hold;
mod receipt;
mod report;
mod words;

pub use aside::aside_slip;
pub use drawer::{cash_slip, hand_over_slip, training_mark};
pub use hold::{hold_cancelled_slip, hold_slip};
pub(crate) use receipt::masked_number;
pub use receipt::{PARTS, copy, gift_receipt, invoice_address, receipt, receipt_address};
pub use report::{Row, report_rows, x_report, z_report};

use domain::grant::AccountKind;
use domain::store::Store;
use domain::tender::TenderKind;
use jiff::civil::DateTime;

/// Where, when and by whom a document is issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// On the wall of the store.
    pub local: DateTime,
    /// The till's number.
    pub till: u32,
    /// Name of the cashier.
    pub cashier: String,
    /// Whether in English.
    pub english: bool,
}

/// The word for cash rounding as a store does it.
pub fn rounding_word(store: &Store, english: bool) -> &'static str {
    words::words(english).rounding(store.cash_rounding.mode)
}

/// A local time as receipts show it: `2026-11-21 14:32`.
pub fn minute(local: DateTime) -> String {
    format!("{} {:02}:{:02}", local.date(), local.hour(), local.minute())
}

/// The word for a means of payment.
pub(crate) fn tender_word(kind: TenderKind, english: bool) -> &'static str {
    words::words(english).tender(kind)
}

/// The word for change.
pub(crate) fn change_word(english: bool) -> &'static str {
    words::words(english).change
}

/// The word for what an account holds.
pub(crate) fn account_word(kind: AccountKind, english: bool) -> &'static str {
    let words = words::words(english);
    match kind {
        AccountKind::Points => words.points_account,
        AccountKind::StoredValue => words.stored_value,
        AccountKind::GiftCard => words.gift_card,
        AccountKind::Credit => words.on_account,
        AccountKind::Coupon => words.coupon,
    }
}

/// What an account held when head office told of it, and what this till may spend of it.
pub(crate) fn balance_words(balance: &str, here: &str, english: bool) -> String {
    let words = words::words(english);
    format!("{balance} ({} {here})", words.spend_here)
}

/// Head office was asked what an account holds.
pub(crate) fn balance_asked(english: bool) -> &'static str {
    words::words(english).balance_asked
}
