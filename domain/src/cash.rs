//! Notes and coins: which exist, how many were counted, and which to hand back.

use crate::money::{Currency, Money};

/// Pieces of one denomination that a count believes.
pub const PIECES_MAX: u32 = 100_000;

/// Notes and coins of each currency in minor units, the largest first. A note and a coin of one value are counted
/// together. Values that are legal but no longer handed out are left out, unless shoppers still bring them.
const DENOMINATIONS: [(&str, &[i64]); 10] = [
    ("CNY", &[10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10]),
    ("HKD", &[100_000, 50_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10]),
    ("TWD", &[200_000, 100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 100]),
    ("JPY", &[10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10, 5, 1]),
    ("USD", &[10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 25, 10, 5, 1]),
    ("EUR", &[50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5, 2, 1]),
    ("GBP", &[5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5, 2, 1]),
    ("SGD", &[100_000, 10_000, 5_000, 1_000, 500, 200, 100, 50, 20, 10, 5]),
    ("CHF", &[100_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5]),
    ("KWD", &[20_000, 10_000, 5_000, 1_000, 500, 250, 100, 50, 20, 10, 5]),
];

/// Notes and coins of a currency, the largest first.
pub fn denominations(currency: Currency) -> Vec<Money> {
    values(currency).iter().map(|units| Money::minor(*units)).collect()
}

fn values(currency: Currency) -> &'static [i64] {
    let known = DENOMINATIONS.iter().find(|(code, _)| *code == currency.code());
    known.expect("every currency of the shop has notes and coins").1
}

/// Pieces counted in a drawer. What was not counted is nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CashCount {
    currency: Currency,
    /// Beside the currency's denominations.
    pieces: Vec<u32>,
}

/// Why a count is not believed. Nothing has changed then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CountError {
    /// There is no such note or coin.
    #[error("there is no note or coin of {} minor units", .0.units())]
    NoSuchPiece(Money),
    /// More than [`PIECES_MAX`].
    #[error("more than {PIECES_MAX} pieces")]
    TooMany,
}

impl CashCount {
    /// Nothing.
    pub fn new(currency: Currency) -> CashCount {
        CashCount { currency, pieces: vec![0; values(currency).len()] }
    }

    /// What it is in.
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// Sets the number of pieces of one denomination.
    pub fn set(&mut self, denomination: Money, pieces: u32) -> Result<(), CountError> {
        let at = self.at(denomination).ok_or(CountError::NoSuchPiece(denomination))?;
        if pieces > PIECES_MAX {
            return Err(CountError::TooMany);
        }
        self.pieces[at] = pieces;
        Ok(())
    }

    /// Pieces of one denomination.
    pub fn pieces(&self, denomination: Money) -> u32 {
        self.at(denomination).map_or(0, |at| self.pieces[at])
    }

    /// Every denomination and its pieces, the largest first.
    pub fn list(&self) -> impl ExactSizeIterator<Item = (Money, u32)> + '_ {
        denominations(self.currency).into_iter().zip(&self.pieces).map(|(value, pieces)| (value, *pieces))
    }

    /// What it comes to.
    pub fn sum(&self) -> Money {
        self.list().map(|(value, pieces)| value.scale(i64::from(pieces), 1)).sum()
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.pieces.iter().all(|pieces| *pieces == 0)
    }

    fn at(&self, denomination: Money) -> Option<usize> {
        values(self.currency).iter().position(|units| *units == denomination.units())
    }
}

/// Which pieces make up an amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pieces {
    /// Denominations and how many of each, the largest first, none of them nothing.
    pub list: Vec<(Money, u32)>,
    /// What no piece makes up: finer than the smallest coin, or missing from the drawer.
    pub rest: Money,
}

/// Suggests which pieces to hand back: the largest that fits, again and again. When the drawer was counted, no more of
/// each than it holds. It is a suggestion: with pieces missing another choice may leave a smaller rest.
pub fn suggest_change(currency: Currency, amount: Money, drawer: Option<&CashCount>) -> Pieces {
    let mut rest = amount.units().max(0);
    let mut list = Vec::new();
    for value in denominations(currency) {
        let held = drawer.map_or(PIECES_MAX, |drawer| drawer.pieces(value));
        let fits = u32::try_from(rest / value.units()).unwrap_or(u32::MAX).min(held);
        if fits > 0 {
            rest -= i64::from(fits) * value.units();
            list.push((value, fits));
        }
    }
    Pieces { list, rest: Money::minor(rest) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn currency(at: usize) -> Currency {
        Currency::of(DENOMINATIONS[at].0).expect("a currency of the shop")
    }

    #[test]
    fn a_counted_drawer_comes_to_its_pieces() {
        let yuan = Currency::of("CNY").unwrap();
        let mut count = CashCount::new(yuan);
        count.set(Money::minor(10_000), 3).unwrap();
        count.set(Money::minor(10), 7).unwrap();
        assert_eq!(count.sum(), Money::minor(30_070));
        assert_eq!(count.set(Money::minor(300), 1), Err(CountError::NoSuchPiece(Money::minor(300))));
        assert_eq!(count.set(Money::minor(10), PIECES_MAX + 1), Err(CountError::TooMany));
        assert_eq!(count.pieces(Money::minor(10)), 7);
    }

    #[test]
    fn change_is_made_of_what_the_drawer_holds() {
        let yuan = Currency::of("CNY").unwrap();
        let of = |units, drawer| {
            let pieces = suggest_change(yuan, Money::minor(units), drawer);
            (pieces.list.iter().map(|(value, count)| (value.units(), *count)).collect::<Vec<_>>(), pieces.rest.units())
        };
        assert_eq!(of(4_425, None), (vec![(2_000, 2), (100, 4), (10, 2)], 5));
        let mut drawer = CashCount::new(yuan);
        drawer.set(Money::minor(1_000), 3).unwrap();
        drawer.set(Money::minor(50), 1).unwrap();
        assert_eq!(of(4_425, Some(&drawer)), (vec![(1_000, 3), (50, 1)], 1_375));
        assert_eq!(of(-5, None), (vec![], 0));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn pieces_and_rest_make_up_the_amount(
            at in 0..DENOMINATIONS.len(), units in 0_i64..5_000_000, held in prop::collection::vec(0_u32..50, 16), counted in any::<bool>(),
        ) {
            let currency = currency(at);
            let mut drawer = CashCount::new(currency);
            for (value, pieces) in denominations(currency).into_iter().zip(&held) {
                drawer.set(value, *pieces).unwrap();
            }
            let pieces = suggest_change(currency, Money::minor(units), counted.then_some(&drawer));
            let made: Money = pieces.list.iter().map(|(value, count)| value.scale(i64::from(*count), 1)).sum();
            prop_assert_eq!(made + pieces.rest, Money::minor(units));
            let smallest = *denominations(currency).last().unwrap();
            prop_assert!(counted || pieces.rest < smallest);
            for (value, count) in &pieces.list {
                prop_assert!(!counted || *count <= drawer.pieces(*value));
            }
            let sum: Money = drawer.list().map(|(value, count)| Money::minor(value.units() * i64::from(count))).sum();
            prop_assert_eq!(drawer.sum(), sum);
            prop_assert!(denominations(currency).is_sorted_by(|one, next| one > next));
        }
    }
}
