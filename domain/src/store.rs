//! Settings of the store, as far as selling depends on them.

use crate::barcode::Layout;
use crate::money::{Currency, Money};
use crate::tax::{TaxMode, TaxRate};
use crate::tender::CashRounding;

/// Settings of one store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Store {
    /// Its id.
    pub id: String,
    /// Its name on screens and receipts.
    pub name: String,
    /// What it keeps its books in.
    pub currency: Currency,
    /// Whether prices contain tax.
    pub tax_mode: TaxMode,
    /// All rates.
    pub taxes: Vec<TaxRate>,
    /// How cash is rounded.
    pub cash_rounding: CashRounding,
    /// Money that earns one point; zero for no points.
    pub points_per: Money,
    /// Hour of the local clock at which a new business date begins.
    pub day_starts_hour: u8,
    /// How in-store labels are read, in order.
    pub layouts: Vec<Layout>,
    /// Lines above the receipt.
    pub receipt_header: Vec<String>,
    /// Lines below the receipt.
    pub receipt_footer: Vec<String>,
    /// Seconds without input after which the till locks itself; zero for never.
    pub auto_lock_seconds: u32,
}
