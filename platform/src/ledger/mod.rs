//! Append-only ledgers of money, points and stock. A posting is the legs that one event makes in one ledger; they
//! sum to zero, and each names its event, which names terminal, store, shift and business date.
//!
//! | ledger | event | account | sign |
//! |---|---|---|---|
//! | money | sale | `tender:<kind>`, one leg for each tender | + amount |
//! | money | sale | `revenue:<tax id>` | - net |
//! | money | sale | `tax:<tax id>` | - tax |
//! | money | sale | `rounding` | - rounding |
//! | money | sale | `suspense`, only when the till's sums disagree | what makes it zero |
//! | money | shift opened | `drawer` / `safe` | + float / - float |
//! | money | shift closed | `safe` / `drawer` / `tender:cash` / `over_short` | + counted / - float / - (expected - float) / - (counted - expected) |
//! | points | sale | `member:<id>` / `issued` | + earned / - earned |
//! | stock | sale | place `sold` / place `store`, by item | + quantity / - quantity |
//!
//! So when a shift is closed, nothing is left in its drawer and its cash lies in the safe; `over_short` is negative
//! when there was more than there should be. Points are keyed by (sale, kind, leg), sales by their id: a sale that
//! comes a second time posts nothing.

pub mod reconcile;
mod rows;
pub mod sale;
pub mod shift;
mod table;

pub use rows::{DayRows, HeadCount, MoneyRow, PointsRow, SalesRow, ShiftEventRow, StockRow};

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
    /// See the module's table.
    pub account: Cow<'static, str>,
    /// Signed.
    pub points: i64,
}

/// A leg of the stock ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockLeg {
    /// `store` or `sold`.
    pub place: &'static str,
    /// The item's id.
    pub item: String,
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
