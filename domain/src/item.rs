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
    /// What is in one piece without its packaging, for the price of a kilogram or litre.
    pub content: Option<Content>,
}

/// What is in one package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Content {
    /// Grams.
    Grams(u32),
    /// Millilitres.
    Millilitres(u32),
}

/// The most that one package holds: a tonne, a cubic metre.
pub const CONTENT_MAX: u32 = 1_000_000;

/// Text that says no content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no content such as 500 g, 1.5 kg, 330 ml or 0.75 l")]
pub struct NoContent(String);

impl Content {
    /// What so many grams or millilitres cost, of goods of which one package costs so much; to the nearest minor unit.
    pub fn price_of(self, much: u16, price: Money) -> Money {
        let (Content::Grams(amount) | Content::Millilitres(amount)) = self;
        price.scale(i64::from(much), i64::from(amount))
    }

    /// Whether people think of it in hundreds of grams or millilitres rather than in kilograms or litres.
    pub fn is_small(self) -> bool {
        let (Content::Grams(amount) | Content::Millilitres(amount)) = self;
        amount < 250
    }
}

impl std::str::FromStr for Content {
    type Err = NoContent;

    /// A number with up to three decimals and `g`, `kg`, `ml` or `l`, in any case, with or without a space; above zero.
    fn from_str(text: &str) -> Result<Content, NoContent> {
        let bad = || NoContent(text.chars().take(40).collect());
        let lower = text.trim().to_ascii_lowercase();
        let unit_at = lower.find(|c: char| c.is_ascii_alphabetic()).ok_or_else(bad)?;
        let (number, unit) = (lower[..unit_at].trim(), &lower[unit_at..]);
        let (whole, part) = number.split_once('.').unwrap_or((number, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || whole.len() > 7 || part.len() > 3 || !digits(whole) || !digits(part) {
            return Err(bad());
        }
        let thousandths: u64 = format!("{whole}{part:0<3}").parse().map_err(|_| bad())?;
        let of_unit = match unit {
            "g" | "ml" if thousandths.is_multiple_of(1000) => thousandths / 1000,
            "kg" | "l" => thousandths,
            _ => return Err(bad()),
        };
        let amount = u32::try_from(of_unit).ok().filter(|amount| (1..=CONTENT_MAX).contains(amount)).ok_or_else(bad)?;
        Ok(if unit.ends_with('g') { Content::Grams(amount) } else { Content::Millilitres(amount) })
    }
}

/// As files and records write it: `500g`, `330ml`.
impl std::fmt::Display for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Content::Grams(grams) => write!(f, "{grams}g"),
            Content::Millilitres(millilitres) => write!(f, "{millilitres}ml"),
        }
    }
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

    #[test]
    fn a_content_is_read_as_people_write_it_and_tells_the_price_of_a_whole() {
        let read = |text: &str| text.parse::<Content>().map(|content| content.to_string()).ok();
        for (text, written) in [("500 g", "500g"), ("1.5kg", "1500g"), (" 330ML ", "330ml"), ("0.75 l", "750ml")] {
            assert_eq!(read(text).as_deref(), Some(written));
        }
        for text in ["", "500", "g", "0 g", "1.5 g", "-1 kg", "1 oz", "1,5 kg", "1.0001 kg", "9999999 kg", "1 kg net"] {
            assert_eq!(read(text), None, "{text:?}");
        }
        let price = |content: Content, much, minor| content.price_of(much, Money::minor(minor)).units();
        assert_eq!(price(Content::Millilitres(330), 1000, 300), 909);
        assert_eq!(price(Content::Grams(500), 1000, 1299), 2598);
        assert_eq!(price(Content::Grams(1500), 1000, 1000), 667);
        assert_eq!(price(Content::Grams(30), 100, 499), 1663);
        assert!(Content::Grams(30).is_small() && !Content::Grams(250).is_small());
    }
}
