//! Goods that are put by for a shopper and collected later with a code: layaway (分期取货) and presale (预售).
//!
//! What is paid down is money the shop owes, no turnover: the sale happens at the collection and takes the payment in as
//! a tender of kind deposit.

use jiff::civil::Date;

use crate::basket::Basket;
use crate::money::Money;
use crate::tender::Tender;

/// Goods put by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// What it is collected with; printed as a code.
    pub code: String,
    /// The goods at the prices of the day they were put by; its id is the hold's.
    pub basket: Basket,
    /// What they cost then.
    pub total: Money,
    /// How the payment down was made; may be nothing.
    pub paid: Vec<Tender>,
    /// Collected until this day.
    pub until: Option<Date>,
    /// Who collects: a name or a number, for people.
    pub shopper: String,
}

impl Hold {
    /// What is paid down.
    pub fn paid_down(&self) -> Money {
        self.paid.iter().map(|tender| tender.amount).sum()
    }
}
