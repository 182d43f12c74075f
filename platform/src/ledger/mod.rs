//! Append-only ledgers of money, points and stock. A posting is the legs that one event makes in one ledger; they
//! sum to zero, and each names its event, which names terminal, store, shift and business date.
//!
//! | ledger | event | account | sign |
//! |---|---|---|---|
//! | money | sale | `tender:<kind>`, one leg for each tender that the shop gets | + amount |
//! | money | sale | `owed:gift_card:spent`, `owed:stored_value:spent`, `owed:hold:spent` (tender `deposit`), `points_cost` (tender `points`) | + amount |
//! | money | sale | `owed:gift_card:sold:<tax id>`, `owed:stored_value:sold:..`, `owed:deposit:sold:..`: lines that are owed | - gross |
//! | money | sale | `revenue:<tax id>` | - (net - what is owed) |
//! | money | sale | `tax:<tax id>` | - tax |
//! | money | sale | `rounding` | - rounding |
//! | money | sale | `slips:<kind>` / `forfeited` | + worth lost / - worth lost |
//! | money | sale | `suspense`, only when the till's sums disagree | what makes it zero |
//! | money | goods put by, or given up | the tenders / `owed:hold:paid` | + paid / - paid |
//! | money | cash moved | `safe` / `drawer`, `drawer` / `paid_in`, `paid_out` / `drawer` | + amount / - amount |
//! | money | shift opened | `drawer` / `safe` | + float / - float |
//! | money | shift closed | `safe` / `drawer` / `tender:cash` / `over_short` | + counted / - float and moves / - cash / - (counted - expected) |
//! | points | sale | `member:<id>` / `issued` (kinds `earned`, `taken_back`) | + earned / - earned |
//! | points | sale | `member:<id>` / `spent` (kinds `spent`, `refunded`) | - spent / + spent |
//! | stock | sale | place `sold` / place `store`, or `damaged` for what comes back damaged, by item and lot | + quantity / - quantity |
//! | stock | goods received | `store`, `damaged` / `supplier` | + what arrived / - all of it |
//! | stock | transfer sent, received | `transit` / `store`; `store`, `damaged`, `missing` / `transit` | + sent / - sent; + arrived, damaged, missing / - sent |
//! | stock | written off | `loss` / `store` | + quantity / - quantity |
//! | stock | count approved, and what happened before it but is told later | `store` / `counted`, see [`crate::stock`] | + difference / - difference |
//!
//! An account's name is a path: what the shop owes on gift cards is all of `owed:gift_card`. When a shift is closed,
//! nothing is left in its drawer and its cash lies in the safe; `over_short` is negative when there was more than there
//! should be. Bundles take their components from the shelf, services and what is owed take nothing. Points are keyed by
//! (sale, kind, leg), sales by their id: a sale that comes a second time posts nothing. What was paid on a sale that was
//! given up was never posted, so handing it back posts nothing either; nor does a hand-over, which only counts.

pub mod reconcile;
mod rows;
pub mod sale;
pub mod shift;
pub mod stock;
mod table;
pub mod tender;

pub use rows::{
    AccountSum, DayRows, Drift, HeadCount, MoneyRow, MovedRow, PointsRow, SalesRow, ShiftEventRow, StockRow,
};

use std::borrow::Cow;

/// Largest amount, quantity or sum that is posted, either sign: a till's own limit, and leaves room to add many up.
pub const AMOUNT_MAX: i64 = domain::money::AMOUNT_MAX;

/// A leg of the money ledger, in minor units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoneyLeg {
    /// See the module's table.
    pub account: Cow<'static, str>,
    /// Signed.
    pub amount: i64,
}

/// A leg of the points ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PointsLeg {
    /// `earned`, `taken_back`, `spent` or `refunded`.
    pub kind: &'static str,
    /// Number within the kind.
    pub leg: i32,
    /// See the module's table.
    pub account: Cow<'static, str>,
    /// Signed.
    pub points: i64,
}

/// A leg of the stock ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockLeg {
    /// `store`, `sold` or `damaged`.
    pub place: &'static str,
    /// The item's id.
    pub item: String,
    /// Its lot, see [`stock::lot_key`]; empty for none.
    pub lot: String,
    /// Thousandths of its unit, signed.
    pub quantity: i64,
}

/// What one event posts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Posting {
    /// Money.
    pub money: Vec<MoneyLeg>,
    /// Points.
    pub points: Vec<PointsLeg>,
    /// Stock; sums to zero for each item.
    pub stock: Vec<StockLeg>,
}

impl Posting {
    fn money(&mut self, account: impl Into<Cow<'static, str>>, amount: i64) {
        let account = account.into();
        self.money.push(MoneyLeg { account, amount });
    }
}

/// Whether the legs of each ledger sum to zero.
pub fn sums_to_zero(posting: &Posting) -> bool {
    let money: i128 = posting.money.iter().map(|leg| i128::from(leg.amount)).sum();
    let points: i128 = posting.points.iter().map(|leg| i128::from(leg.points)).sum();
    let stock: i128 = posting.stock.iter().map(|leg| i128::from(leg.quantity)).sum();
    money == 0 && points == 0 && stock == 0
}

/// Whether an amount may be posted.
fn in_range(amount: i64) -> bool {
    (-AMOUNT_MAX..=AMOUNT_MAX).contains(&amount)
}

/// The account of what a line of a kind makes the shop owe; `None` for goods and services.
fn owed_by_line(kind: Option<&str>) -> Option<&'static str> {
    match kind? {
        "gift_card" => Some("owed:gift_card"),
        "top_up" => Some("owed:stored_value"),
        "deposit" => Some("owed:deposit"),
        _ => None,
    }
}
