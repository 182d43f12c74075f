//! Goods as the till knows them.

use jiff::Timestamp;

use crate::money::Money;
use crate::quantity::Unit;
use crate::tax::TaxRate;

/// Goods that can be sold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its id within the chain.
    pub id: String,
    /// Name on receipts and screens.
    pub name: String,
    /// English name, when there is one.
    pub name_en: Option<String>,
    /// What it is counted in.
    pub unit: Unit,
    /// The tax that applies.
    pub tax: TaxRate,
    /// One of its codes, for people.
    pub code: Option<String>,
    /// Prices by time.
    pub prices: PriceList,
}

/// Prices of one item by the instant from which each holds.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct PriceList(Vec<(Timestamp, Money)>);

impl PriceList {
    /// Prices in any order.
    pub fn new(mut prices: Vec<(Timestamp, Money)>) -> PriceList {
        prices.sort_by_key(|(from, _)| *from);
        PriceList(prices)
    }

    /// The price that holds at an instant: the last one that has begun.
    pub fn at(&self, now: Timestamp) -> Option<Money> {
        self.0.iter().rev().find(|(from, _)| *from <= now).map(|(_, price)| *price)
    }
}

impl Item {
    /// The name in a language.
    pub fn name_in(&self, english: bool) -> &str {
        match &self.name_en {
            Some(name) if english => name,
            _ => &self.name,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_price_that_has_begun_counts() {
        let at = |seconds| Timestamp::from_second(seconds).unwrap();
        let prices = PriceList::new(vec![(at(100), Money::minor(3)), (at(0), Money::minor(2))]);
        assert_eq!(prices.at(at(-1)), None);
        assert_eq!(prices.at(at(99)), Some(Money::minor(2)));
        assert_eq!(prices.at(at(100)), Some(Money::minor(3)));
    }
}
