//! What a basket costs: a pure function of the whole basket and the rules. It is computed anew after every change and
//! never patched.

use crate::basket::Basket;
use crate::money::Money;
use crate::quantity::Quantity;
use crate::tax::{Breakdown, TaxMode, TaxRate, breakdown};

/// What prices depend on beside the basket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceRules {
    /// Whether shelf prices contain tax.
    pub tax_mode: TaxMode,
}

/// A priced basket.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Priced {
    /// Lines that count, by number.
    pub lines: Vec<PricedLine>,
    /// Tax by rate and line; `tax.lines` stands beside `lines`.
    pub tax: Breakdown,
    /// What the shopper pays, tax included, before cash rounding.
    pub total: Money,
}

/// One priced line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PricedLine {
    /// Its number.
    pub no: u32,
    /// How much.
    pub quantity: Quantity,
    /// What the shopper pays for it, tax included.
    pub gross: Money,
    /// Tax in it.
    pub tax: Money,
}

impl Priced {
    /// The line of a number.
    pub fn line(&self, no: u32) -> Option<&PricedLine> {
        let at = self.lines.binary_search_by_key(&no, |line| line.no).ok()?;
        self.lines.get(at)
    }

    /// Tax of all lines.
    pub fn tax_total(&self) -> Money {
        self.tax.rates.iter().map(|rate| rate.tax).sum()
    }
}

/// Prices a basket.
pub fn price(basket: &Basket, rules: &PriceRules) -> Priced {
    let amounts: Vec<(Money, &TaxRate)> = basket.active().map(|line| (line.amount(), &line.tax)).collect();
    let tax = breakdown(rules.tax_mode, &amounts);
    let of_line = |(line, taxed): (&crate::basket::Line, &crate::tax::TaxedLine)| PricedLine {
        no: line.no,
        quantity: line.quantity,
        gross: taxed.gross,
        tax: taxed.tax,
    };
    let lines: Vec<PricedLine> = basket.active().zip(&tax.lines).map(of_line).collect();
    let total = lines.iter().map(|line| line.gross).sum();
    Priced { lines, tax, total }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::basket::{Added, BasketError, LINES_MAX};
    use crate::item::{Item, PriceList};
    use crate::quantity::{QuantityError, Unit};
    use jiff::Timestamp;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn item(id: u32, price: i64, unit: Unit) -> Item {
        Item {
            id: id.to_string(),
            name: format!("item {id}"),
            name_en: None,
            unit,
            tax: TaxRate { id: "standard".into(), basis_points: 1300 },
            code: None,
            prices: PriceList::new(vec![(Timestamp::UNIX_EPOCH, Money::minor(price))]),
        }
    }

    fn basket() -> Basket {
        Basket::new(Uuid::nil(), Timestamp::UNIX_EPOCH)
    }

    const RULES: PriceRules = PriceRules { tax_mode: TaxMode::Included };
    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    #[test]
    fn the_same_item_in_a_row_is_counted_on_one_line() {
        let (pen, cup) = (item(1, 199, Unit::Piece), item(2, 500, Unit::Piece));
        let mut basket = basket();
        for goods in [&pen, &pen, &cup, &pen] {
            basket.add(goods, Added::one(), NOW).unwrap();
        }
        let priced = price(&basket, &RULES);
        assert_eq!(priced.lines.iter().map(|line| line.gross.units()).collect::<Vec<_>>(), [398, 500, 199]);
        assert_eq!(priced.total, Money::minor(1097));
    }

    #[test]
    fn a_priced_label_costs_what_it_says_and_its_weight_follows() {
        let apples = item(3, 1280, Unit::Kilogram);
        let label = Some(crate::barcode::Embedded::Price(Money::minor(1025)));
        let mut basket = basket();
        let no = basket.add(&apples, Added { label, ..Added::one() }, NOW).unwrap();
        assert_eq!(price(&basket, &RULES).total, Money::minor(1025));
        assert_eq!(basket.line(no).unwrap().quantity, Quantity::thousandths(801));
        assert_eq!(basket.set_quantity(no, Quantity::pieces(2)), Err(BasketError::Labelled));
        let comes_back = Added { label, comes_back: true, ..Added::one() };
        basket.add(&apples, comes_back, NOW).unwrap();
        assert_eq!(price(&basket, &RULES).total, Money::ZERO);
    }

    #[test]
    fn a_label_that_cannot_be_meant_is_refused() {
        let (apples, pen) = (item(3, 1280, Unit::Kilogram), item(4, 199, Unit::Piece));
        let mut basket = basket();
        let mut add = |item: &Item, label| basket.add(item, Added { label: Some(label), ..Added::one() }, NOW);
        let weight = |thousandths| crate::barcode::Embedded::Weight(Quantity::thousandths(thousandths));
        let price = |units| crate::barcode::Embedded::Price(Money::minor(units));
        assert_eq!(add(&apples, price(0)), Err(BasketError::NoPrice));
        assert_eq!(add(&pen, price(999_999_999_000)), Err(BasketError::TooExpensive));
        assert_eq!(add(&apples, weight(0)), Err(BasketError::Quantity(QuantityError::NotPositive)));
        assert_eq!(add(&pen, weight(456)), Err(BasketError::Quantity(QuantityError::TooFine)));
        assert_eq!(add(&pen, weight(3000)), Ok(1));
    }

    #[test]
    fn limits_are_told_and_change_nothing() {
        let (pen, house) = (item(1, 199, Unit::Piece), item(2, 9_999_999_999, Unit::Piece));
        let mut basket = basket();
        basket.add(&pen, Added::one(), NOW).unwrap();
        let too_much = Added { quantity: Quantity::pieces(9_999), ..Added::one() };
        assert_eq!(basket.add(&pen, too_much, NOW), Err(BasketError::Quantity(QuantityError::TooMuch)));
        assert_eq!(basket.set_quantity(1, Quantity::pieces(0)), Err(BasketError::Quantity(QuantityError::NotPositive)));
        assert_eq!(basket.set_quantity(2, Quantity::ONE), Err(BasketError::NoSuchLine));
        let two = Added { quantity: Quantity::pieces(2), ..Added::one() };
        assert_eq!(basket.add(&house, two, NOW), Err(BasketError::TooExpensive));
        assert_eq!(price(&basket, &RULES).total, Money::minor(199));
        for no in 0..LINES_MAX - 1 {
            basket.add(&item(no as u32 + 10, 1, Unit::Piece), Added::one(), NOW).unwrap();
        }
        assert_eq!(basket.add(&item(5, 1, Unit::Piece), Added::one(), NOW), Err(BasketError::Full));
    }

    proptest! {
        #[test]
        fn voiding_what_was_added_restores_the_price(
            goods in prop::collection::vec((1_u32..9, 1_i64..10_000, any::<bool>()), 1..30),
        ) {
            let mut basket = basket();
            for (id, price, comes_back) in &goods {
                basket.add(&item(*id, *price, Unit::Piece), Added { comes_back: *comes_back, ..Added::one() }, NOW).unwrap();
            }
            let before = price(&basket, &RULES);
            prop_assert_eq!(before.total, before.tax.rates.iter().map(|rate| rate.net + rate.tax).sum());
            let no = basket.add(&item(99, 777, Unit::Piece), Added::one(), NOW).unwrap();
            basket.void(no).unwrap();
            prop_assert_eq!(price(&basket, &RULES), before);
        }
    }
}
