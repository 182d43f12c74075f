//! Baskets, sales and running totals.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{About, Discount, Facets, Terms, is_false, is_zero, is_zero_u64};

/// Goods that are being sold, or were put aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Basket {
    /// Its id; the sale made from it bears the same.
    pub id: Uuid,
    /// When the first line was added.
    pub started_at_ms: i64,
    /// The member, when known.
    pub member: Option<MemberRef>,
    /// Lines by number; voided ones stay.
    pub lines: Vec<BasketLine>,
    /// What belongs to the whole of it; absent when that is nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<Box<About>>,
}

/// The member of a basket or sale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct MemberRef {
    /// The member's id.
    pub id: String,
    /// Name as shown, masked.
    pub name: String,
    /// Points at the time the replica was made.
    pub points_known: i64,
    /// Her level, as rules name it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub level: String,
    /// What colleagues should know.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// One line of a basket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
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
    /// Whether the rate is outside the tax.
    #[serde(default, skip_serializing_if = "is_false")]
    pub tax_exempt: bool,
    /// How the item may be sold; absent for plain goods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<Box<Terms>>,
    /// What belongs to this line alone; absent when that is nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facets: Option<Box<Facets>>,
}

/// A completed sale. All amounts are signed: what comes back from the shopper's hands is negative.
///
/// `total = sum(lines.gross) = sum(taxes.net + taxes.tax)`; `sum(tenders.amount) = total + rounding`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
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
    /// Version of the rule book it was priced with; zero for none.
    #[serde(default, skip_serializing_if = "is_zero_u64")]
    pub rule_book: u64,
    /// Rules with a limit for each member that the member had in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uses: Vec<RuleUse>,
    /// What belongs to the whole of it; absent when that is nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<Box<About>>,
}

/// One line of a sale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
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
    /// What it costs at the shelf's price; absent when that is `gross`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<i64>,
    /// What was taken off, by rule or by hand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub discounts: Vec<Discount>,
    /// `service`, `deposit`, `gift_card` or `top_up`; absent for goods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The item's own rate, when it is not the first of its id in the sale's `taxes`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Rate>,
    /// What belongs to this line alone; absent when that is nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facets: Option<Box<Facets>>,
}

/// How often a rule applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleUse {
    /// Id of the rule.
    pub rule: String,
    /// Pieces, weighed lines, groups or thresholds, by its kind.
    pub times: u32,
}

/// A tax rate whose id is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    /// Basis points.
    pub bp: u32,
    /// Whether it is outside the tax.
    #[serde(default, skip_serializing_if = "is_false")]
    pub exempt: bool,
}

/// Sum of one tax rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct TaxTotal {
    /// Id of the rate.
    pub tax_id: String,
    /// Rate in basis points.
    pub rate_bp: u32,
    /// Without tax.
    pub net: i64,
    /// Tax.
    pub tax: i64,
    /// Whether the rate is outside the tax.
    #[serde(default, skip_serializing_if = "is_false")]
    pub exempt: bool,
}

/// One means of payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Tender {
    /// `cash`, `code`, `card`, ...: see [`super::tender_word`].
    pub kind: String,
    /// What stays in the till: `tendered - change`.
    pub amount: i64,
    /// What was handed over.
    pub tendered: i64,
    /// What was handed back.
    pub change: i64,
    /// What names it where it can be looked up: a payment's number, a card, an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The payment it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<Uuid>,
    /// Points that it stands for.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub points: i64,
    /// Worth that is lost, of a voucher for more than was due.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub forfeited: i64,
    /// The quota it was spent from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<Uuid>,
}

/// The member of a sale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct SaleMember {
    /// The member's id.
    pub id: String,
    /// Points earned; negative for returns.
    pub points_earned: i64,
    /// Name as shown, masked.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Her level at the time.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub level: String,
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
    /// Taken off by rules.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub discounts_by_rule: i64,
    /// Taken off by hand.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub discounts_by_hand: i64,
    /// Cash dropped to the safe.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub dropped: i64,
    /// Cash paid in.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub paid_in: i64,
    /// Cash paid out.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub paid_out: i64,
    /// Cash taken for, less given back for, goods put by.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub hold_cash: i64,
    /// Gift cards, top-ups and deposits sold: money owed, contained in `gross`.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub liabilities: i64,
    /// Points spent as money.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub points_spent: i64,
}

/// Sum of one tender.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct TenderTotal {
    /// `cash`, `code`, `card`, ...: see [`super::tender_word`].
    pub kind: String,
    /// How often.
    pub count: u64,
    /// What stayed in the till.
    pub amount: i64,
}
