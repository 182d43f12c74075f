//! Baskets, sales and running totals.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Goods that are being sold, or were put aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basket {
    /// Its id; the sale made from it bears the same.
    pub id: Uuid,
    /// When the first line was added.
    pub started_at_ms: i64,
    /// The member, when known.
    pub member: Option<MemberRef>,
    /// Lines by number; voided ones stay.
    pub lines: Vec<BasketLine>,
}

/// The member of a basket or sale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberRef {
    /// The member's id.
    pub id: String,
    /// Name as shown, masked.
    pub name: String,
    /// Points at the time the replica was made.
    pub points_known: i64,
}

/// One line of a basket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BasketLine {
    /// Number within the basket, from 1.
    pub no: u32,
    /// The item's id.
    pub item: String,
    /// The item's name on receipts.
    pub name: String,
    /// The item's English name, when there is one.
    pub name_en: Option<String>,
    /// Code that was scanned, as a key of the catalogue.
    pub code: Option<String>,
    /// `piece` or `kg`.
    pub unit: String,
    /// Thousandths of the unit; negative for a return.
    pub quantity: i64,
    /// Price of one unit.
    pub unit_price: i64,
    /// Amount carried by the label, when it names a price.
    pub label_amount: Option<i64>,
    /// Id of the tax rate.
    pub tax: String,
    /// Rate in basis points.
    pub tax_rate_bp: u32,
    /// Whether it no longer counts.
    pub voided: bool,
}

/// A completed sale. All amounts are signed: what comes back from the shopper's hands is negative.
///
/// `total = sum(lines.gross) = sum(taxes.net + taxes.tax)`; `sum(tenders.amount) = total + rounding`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sale {
    /// Its id (UUIDv7), the basket's.
    pub id: Uuid,
    /// Number on the receipt; gap-free within terminal and epoch.
    pub receipt: String,
    /// ISO 4217 code.
    pub currency: String,
    /// When the first line was added.
    pub started_at_ms: i64,
    /// The member and what she earned.
    pub member: Option<SaleMember>,
    /// Lines that count, by number.
    pub lines: Vec<SaleLine>,
    /// Lines that were voided before payment.
    pub voided: Vec<BasketLine>,
    /// One entry for each tax rate that occurs.
    pub taxes: Vec<TaxTotal>,
    /// What the goods cost, tax included.
    pub total: i64,
    /// Added to the total by cash rounding; usually zero or negative.
    pub rounding: i64,
    /// How it was paid.
    pub tenders: Vec<Tender>,
    /// Change number of the chain's catalogue that the prices came from.
    pub catalogue_chain: u64,
    /// Change number of the store's catalogue that the prices came from.
    pub catalogue_store: u64,
}

/// One line of a sale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaleLine {
    /// Number within the sale.
    pub no: u32,
    /// The item's id.
    pub item: String,
    /// The item's name on receipts.
    pub name: String,
    /// Code that was scanned, as a key of the catalogue.
    pub code: Option<String>,
    /// `piece` or `kg`.
    pub unit: String,
    /// Thousandths of the unit; negative for a return.
    pub quantity: i64,
    /// Price of one unit.
    pub unit_price: i64,
    /// What the shopper pays for the line, tax included.
    pub gross: i64,
    /// Share of the tax in `gross`.
    pub tax: i64,
    /// Id of the tax rate.
    pub tax_id: String,
}

/// Sum of one tax rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxTotal {
    /// Id of the rate.
    pub tax_id: String,
    /// Rate in basis points.
    pub rate_bp: u32,
    /// Without tax.
    pub net: i64,
    /// Tax.
    pub tax: i64,
}

/// One means of payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tender {
    /// `cash`.
    pub kind: String,
    /// What stays in the till: `tendered - change`.
    pub amount: i64,
    /// What was handed over.
    pub tendered: i64,
    /// What was handed back.
    pub change: i64,
}

/// The member of a sale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaleMember {
    /// The member's id.
    pub id: String,
    /// Points earned; negative for returns.
    pub points_earned: i64,
}

/// Running totals of a shift (X and Z).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Totals {
    /// Completed sales.
    pub sales: u64,
    /// Their total.
    pub gross: i64,
    /// Return lines in them.
    pub return_lines: u64,
    /// Total of the return lines; zero or negative.
    pub returns: i64,
    /// Sum of cash rounding.
    pub rounding: i64,
    /// Sums of each tender.
    pub tenders: Vec<TenderTotal>,
    /// Sums of each tax rate.
    pub taxes: Vec<TaxTotal>,
    /// Points earned.
    pub points: i64,
    /// Thousandths of units sold less returned, over all items.
    pub units: i64,
    /// Lines voided before payment.
    pub voided_lines: u64,
    /// Sales voided.
    pub voided_sales: u64,
    /// Drawer openings without a sale.
    pub no_sales: u64,
    /// Receipts printed again.
    pub reprints: u64,
}

/// Sum of one tender.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenderTotal {
    /// `cash`.
    pub kind: String,
    /// How often.
    pub count: u64,
    /// What stayed in the till.
    pub amount: i64,
}
