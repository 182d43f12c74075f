//! What the till prints, as documents that no device has touched.

mod receipt;
mod report;
mod words;

pub use receipt::{copy, receipt};
pub use report::{Row, report_rows, x_report, z_report};

use domain::store::Store;
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
