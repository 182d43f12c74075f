//! Goods as the till knows them.

use jiff::Timestamp;

use crate::money::Money;
use crate::quantity::{Quantity, Unit};
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
    /// How it may be sold.
    pub terms: Terms,
}

/// What kind of thing is sold; decides about stock, points and what its line asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum ItemKind {
    /// Goods with stock.
    #[default]
    Goods,
    /// A service: no stock.
    Service,
    /// Deposit on bottles and crates (押金): taken with the goods, given back without a receipt; no rules, no points.
    Deposit,
    /// A gift card that is activated with its price, or with an amount that is typed; money owed, not a turnover.
    GiftCard,
    /// Money put on a member's account (储值); money owed, not a turnover.
    TopUp,
}

impl ItemKind {
    /// Whether its price is money that the shop owes from then on: no tax, no points, no rule takes anything off.
    pub fn is_liability(self) -> bool {
        match self {
            ItemKind::GiftCard | ItemKind::TopUp | ItemKind::Deposit => true,
            ItemKind::Goods | ItemKind::Service => false,
        }
    }

    /// Whether selling it takes something from the shelf.
    pub fn has_stock(self) -> bool {
        matches!(self, ItemKind::Goods)
    }
}

/// How an item may be sold, beyond price and tax.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Terms {
    /// What kind of thing it is.
    pub kind: ItemKind,
    /// Category, which rules may name; empty for none.
    pub category: String,
    /// Words that rules may name.
    pub tags: Vec<String>,
    /// One unit is never sold for less, whatever the rules say.
    pub price_floor: Option<Money>,
    /// What one unit costs the shop, for the margin floor.
    pub cost: Option<Money>,
    /// No rule and nobody takes anything off.
    pub not_discountable: bool,
    /// The price is typed at the till.
    pub open_price: bool,
    /// Years the shopper must have lived.
    pub age_min: Option<u8>,
    /// No more than this in one sale.
    pub quantity_max: Option<Quantity>,
    /// Each piece's serial number is recorded.
    pub needs_serial: bool,
    /// Its lot is recorded.
    pub needs_lot: bool,
    /// Item id of the deposit that is taken with each unit.
    pub deposit: Option<String>,
    /// What a bundle consists of, for stock.
    pub components: Vec<Component>,
    /// Lots that must not be sold; `*` stands for all.
    pub recalled_lots: Vec<String>,
    /// Weight of its packaging, taken off what the scale says.
    pub tare: Option<Quantity>,
    /// What one piece weighs with its packaging, in kilograms: a self-checkout's bagging area expects it.
    pub weight: Option<Quantity>,
}

/// A part of a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// Item id.
    pub item: String,
    /// How much of it is in one bundle.
    pub quantity: Quantity,
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
