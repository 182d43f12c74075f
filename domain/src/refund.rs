//! What comes back with returned goods: shares of what the sale stored, never a new computation.
//!
//! A share is cumulative: all that is given back up to and including these goods, less all that was given back before
//! them. So each share is within a unit of its exact part, and returns that add up to everything add up to the sale,
//! whatever their number and order.

use crate::money::Money;
use crate::quantity::{Quantity, Unit};

/// What a sale stored for one line. The quantity is positive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SoldLine {
    /// How much was sold.
    pub quantity: Quantity,
    /// What it is counted in.
    pub unit: Unit,
    /// What the shopper paid for the line, tax included.
    pub gross: Money,
    /// Tax in it.
    pub tax: Money,
    /// Discounts on it, without sign; several kinds are shared one by one with [`cumulative`].
    pub discount: Money,
}

/// The part of a sold line that comes back. Positive amounts; a refund stores them negated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct RefundShare {
    /// What the shopper gets for it, tax included.
    pub gross: Money,
    /// Tax in it.
    pub tax: Money,
    /// Discounts that are taken back with it.
    pub discount: Money,
}

/// Why goods cannot come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RefundError {
    /// Nothing, or less.
    #[error("a return is more than nothing")]
    NotPositive,
    /// A part of a piece.
    #[error("pieces come back whole")]
    TooFine,
    /// More than was sold and is still with the shopper.
    #[error("only {} can still come back", left.plain())]
    MoreThanLeft {
        /// How much can.
        left: Quantity,
    },
}

impl SoldLine {
    /// What can still come back, when this much did.
    pub fn left(&self, returned_before: Quantity) -> Quantity {
        (self.quantity + -returned_before).max(Quantity::default())
    }

    /// The share of a quantity that comes back after `returned_before` came back earlier. Both are positive.
    pub fn share(&self, returned_before: Quantity, returned: Quantity) -> Result<RefundShare, RefundError> {
        let left = self.left(returned_before);
        match returned {
            none if none <= Quantity::default() => return Err(RefundError::NotPositive),
            part if self.unit == Unit::Piece && part.in_thousandths() % 1000 != 0 => return Err(RefundError::TooFine),
            more if more > left => return Err(RefundError::MoreThanLeft { left }),
            _ => {}
        }
        let (whole, before) = (self.quantity.in_thousandths(), returned_before.in_thousandths());
        let of = |amount| cumulative(amount, whole, before, returned.in_thousandths());
        Ok(RefundShare { gross: of(self.gross), tax: of(self.tax), discount: of(self.discount) })
    }
}

/// The share of `total` for `part` of `whole`, after `before` of it: half away from zero, cumulatively. With nothing as
/// the whole there is one part, and it takes everything.
///
/// Panics when the parts exceed the whole: callers check what is left before they share.
pub fn cumulative(total: Money, whole: i64, before: i64, part: i64) -> Money {
    assert!(before >= 0 && part >= 0 && before + part <= whole, "a part of {before} + {part} of {whole}");
    match whole {
        0 => total,
        whole => total.scale(before + part, whole) - total.scale(before, whole),
    }
}

/// Points that go with money given back: of what a sale earned, those to take back; of what it spent, those to give
/// back. `paid` is the money they stand for, `before` what of it was given back earlier, `part` what is now.
pub fn points_share(points: i64, paid: Money, before: Money, part: Money) -> i64 {
    cumulative(Money::minor(points), paid.units(), before.units(), part.units()).units()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_cannot_come_back_is_told() {
        let money = Money::minor;
        let pens = SoldLine {
            quantity: Quantity::pieces(3),
            unit: Unit::Piece,
            gross: money(1000),
            tax: money(115),
            discount: money(200),
        };
        let share = |before, returned| pens.share(Quantity::pieces(before), Quantity::thousandths(returned));
        let shares = [share(0, 1000), share(1, 1000), share(2, 1000)].map(|share| share.unwrap().gross.units());
        assert_eq!(shares, [333, 334, 333]);
        assert_eq!(share(0, 0), Err(RefundError::NotPositive));
        assert_eq!(share(0, -1000), Err(RefundError::NotPositive));
        assert_eq!(share(0, 1500), Err(RefundError::TooFine));
        assert_eq!(share(2, 2000), Err(RefundError::MoreThanLeft { left: Quantity::ONE }));
        assert_eq!(share(3, 1000), Err(RefundError::MoreThanLeft { left: Quantity::default() }));
        let half = SoldLine { unit: Unit::Kilogram, ..pens }.share(Quantity::ONE, Quantity::thousandths(500));
        assert_eq!(half.map(|share| share.gross), Ok(money(167)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn returns_that_add_up_to_everything_give_back_the_sale(
            parts in prop::collection::vec(1_i64..5_000, 1..12),
            gross in 0_i64..10_000_000, tax in 0_i64..1_000_000, discount in 0_i64..1_000_000, points in -5_000_i64..5_000,
        ) {
            let whole: i64 = parts.iter().sum();
            let line = SoldLine {
                quantity: Quantity::thousandths(whole),
                unit: Unit::Kilogram,
                gross: Money::minor(gross),
                tax: Money::minor(tax),
                discount: Money::minor(discount),
            };
            let (mut back, mut given, mut points_back) = (Quantity::default(), RefundShare::default(), 0);
            for part in &parts {
                let share = line.share(back, Quantity::thousandths(*part)).unwrap();
                for (amount, total) in [(share.gross, gross), (share.tax, tax), (share.discount, discount)] {
                    prop_assert!(amount >= Money::ZERO);
                    let off = i128::from(amount.units()) * i128::from(whole) - i128::from(total) * i128::from(*part);
                    prop_assert!(off.abs() <= i128::from(whole), "a share strays by more than a unit");
                }
                points_back += points_share(points, line.gross, given.gross, share.gross);
                given.gross += share.gross;
                given.tax += share.tax;
                given.discount += share.discount;
                back = back + Quantity::thousandths(*part);
            }
            prop_assert_eq!(given, RefundShare { gross: line.gross, tax: line.tax, discount: line.discount });
            prop_assert!(gross == 0 || points_back == points);
            prop_assert_eq!(line.left(back), Quantity::default());
            prop_assert!(line.share(back, Quantity::thousandths(1)).is_err());
        }
    }
}
