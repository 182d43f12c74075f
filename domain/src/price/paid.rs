//! What was paid elsewhere stays paid: a basket that bears the amounts that the shopper gave for it, whatever the catalogue
//! or the rules here say of its goods.

use super::{BY_HAND_ON_LINE, DiscountShare, Priced, PricedLine};
use crate::basket::{Basket, Line, ManualDiscount, Off, PriceOverride};
use crate::money::Money;
use crate::quantity::Quantity;
use crate::tax::{TaxLine, TaxMode, TaxRules, breakdown};

/// The basket and its price, with each line at the amount that was paid for it, tax included, in their order. What that is
/// less than the shelf's price stands on the line as taken off by hand for this reason; where it is more, the line's
/// price is another one for the same reason. The tax is what such an amount contains.
///
/// `None` when the basket cannot bear it: a line without an amount, a void or returned one, or an amount beyond what a
/// line takes.
pub fn as_paid(basket: &Basket, tax: TaxRules, paid: &[Money], reason: &str) -> Option<(Basket, Priced)> {
    let sold = |line: &Line| !line.voided && !line.quantity.is_return();
    if basket.lines().len() != paid.len() || !basket.lines().iter().all(sold) {
        return None;
    }
    let contained = TaxRules { mode: TaxMode::Included, exempt_sale: false, ..tax };
    let to_tax: Vec<TaxLine> =
        basket.lines().iter().zip(paid).map(|(line, gross)| TaxLine::new(*gross, &line.tax)).collect();
    let taxes = breakdown(&contained, &to_tax);
    let mut lines = Vec::with_capacity(paid.len());
    let mut priced = Vec::with_capacity(paid.len());
    for (line, taxed) in basket.lines().iter().zip(&taxes.lines) {
        let shelf = tax.mode.shelf_amount(taxed.gross, taxed.tax);
        let line = at_amount(line.clone(), shelf, reason);
        let off = line.amount() - shelf;
        let share = DiscountShare {
            rule: BY_HAND_ON_LINE.to_owned(),
            name: reason.to_owned(),
            name_en: None,
            amount: off,
            by_hand: true,
        };
        priced.push(PricedLine {
            no: line.no,
            quantity: line.quantity,
            list: line.amount(),
            discounts: if off.is_zero() { Vec::new() } else { vec![share] },
            gross: taxed.gross,
            tax: taxed.tax,
        });
        lines.push(line);
    }
    let total = paid.iter().copied().sum();
    let about = basket.about.clone();
    let basket = Basket::restore(basket.id, basket.started_at, basket.member.clone(), about, lines)?;
    let priced = Priced { lines: priced, tax: taxes, total, uses: Vec::new(), rule_book: 0, is_exact: true };
    Some((basket, priced))
}

/// The price of one unit at which so much costs an amount, or the least above it.
pub fn unit_price_of(amount: Money, quantity: Quantity) -> Money {
    let thousandths = i128::from(quantity.in_thousandths().max(1));
    let units = (i128::from(amount.units()) * 1000 + thousandths - 1) / thousandths;
    Money::minor(i64::try_from(units).unwrap_or(i64::MAX))
}

/// The line, with what brings it to an amount.
fn at_amount(mut line: Line, amount: Money, reason: &str) -> Line {
    if line.amount() < amount {
        if line.label_amount.is_some() {
            line.label_amount = Some(amount);
        } else {
            let (instead_of, reason) = (line.unit_price, reason.to_owned());
            line.unit_price = unit_price_of(amount, line.quantity);
            line.facets.override_price = Some(PriceOverride { instead_of, reason, approved_by: None });
        }
    }
    let off = line.amount() - amount;
    assert!(off >= Money::ZERO, "a line costs no less than was paid for it");
    let discount = ManualDiscount { off: Off::Amount(off), reason: reason.to_owned(), approved_by: None };
    line.facets.discount = (!off.is_zero()).then_some(discount);
    line
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::barcode::Embedded;
    use crate::basket::Added;
    use crate::item::{Item, PriceList, Terms};
    use crate::price::{PriceContext, price};
    use crate::quantity::Unit;
    use crate::tax::{Half, TaxRate, TaxRounding};

    fn item(no: usize, price: i64, rate_bp: u32, unit: Unit) -> Item {
        Item {
            id: no.to_string(),
            name: format!("goods {no}"),
            name_en: None,
            unit,
            tax: TaxRate::new(rate_bp.to_string(), rate_bp),
            code: None,
            prices: PriceList::new(vec![(Timestamp::UNIX_EPOCH, Money::minor(price))]),
            terms: Terms::default(),
        }
    }

    /// Price, how much, what was paid, a label's amount, and which of three rates.
    type Given = (i64, i64, i64, Option<i64>, usize);

    fn given() -> impl Strategy<Value = Vec<Given>> {
        let label = prop::option::weighted(0.2, 1_i64..9_000);
        prop::collection::vec((0_i64..9_000, 1_i64..9_000, 0_i64..90_000, label, 0_usize..3), 1..12)
    }

    fn basket_of(given: &[Given]) -> Basket {
        let at = Timestamp::UNIX_EPOCH;
        let mut basket = Basket::new(Uuid::nil(), at);
        for (no, (price, much, _, label, rate)) in given.iter().enumerate() {
            let weighed = much % 3 == 0;
            let unit = if weighed { Unit::Kilogram } else { Unit::Piece };
            let quantity = Quantity::thousandths(if weighed { *much } else { (much % 20 + 1) * 1000 });
            let label = label.map(|amount| Embedded::Price(Money::minor(amount)));
            let added = Added { quantity, label, code: None, comes_back: false };
            basket.add(&item(no, *price, [0, 900, 1300][*rate], unit), added, at).unwrap();
        }
        basket
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn what_was_paid_stays_paid_and_everything_sums(given in given(), per_line: bool, even: bool) {
            let basket = basket_of(&given);
            let paid: Vec<Money> = given.iter().map(|given| Money::minor(given.2)).collect();
            for mode in [TaxMode::Included, TaxMode::Added] {
                let rules = TaxRules {
                    mode,
                    rounding: if per_line { TaxRounding::PerLine } else { TaxRounding::PerTotal },
                    half: if even { Half::Even } else { Half::Up },
                    exempt_sale: false,
                };
                let (told, priced) = as_paid(&basket, rules, &paid, "paid").unwrap();
                prop_assert_eq!(priced.total, paid.iter().copied().sum::<Money>());
                prop_assert_eq!(priced.lines.iter().map(|line| line.gross).collect::<Vec<_>>(), paid.clone());
                let of_rates: Money = priced.tax.rates.iter().map(|rate| rate.net + rate.tax).sum();
                prop_assert_eq!(of_rates, priced.total);
                for (line, known) in priced.lines.iter().zip(told.lines()) {
                    let off: Money = line.discounts.iter().map(|share| share.amount).sum();
                    prop_assert_eq!(line.list, known.amount());
                    prop_assert_eq!(line.list - off, mode.shelf_amount(line.gross, line.tax));
                    prop_assert!(line.discounts.iter().all(|share| share.amount > Money::ZERO && share.by_hand));
                }
                // Where prices contain the tax, what stands on the lines alone says the same.
                if mode == TaxMode::Included {
                    let anew = price(&told, &PriceContext::plain(rules));
                    prop_assert_eq!(&anew.lines, &priced.lines);
                    prop_assert_eq!(anew.total, priced.total);
                }
            }
        }
    }

    #[test]
    fn a_basket_that_cannot_bear_it_is_none() {
        let basket = basket_of(&[(200, 1, 200, None, 2)]);
        let rules = TaxRules::from(TaxMode::Included);
        assert!(as_paid(&basket, rules, &[], "paid").is_none(), "an amount for each line");
        let most = Money::minor(crate::money::AMOUNT_MAX);
        assert!(as_paid(&basket, rules, &[most], "paid").is_none(), "more than a line takes");
        let mut voided = basket;
        voided.void(1).unwrap();
        assert!(as_paid(&voided, rules, &[Money::minor(200)], "paid").is_none());
    }
}
