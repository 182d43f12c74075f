//! How much of an item: pieces, or thousandths of a weighed unit.

use std::ops::{Add, Neg};

use crate::money::{AmountError, Money, parse_decimal};

/// Thousandths of the item's unit; negative for goods that come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Quantity(i64);

/// The most that one line holds: 9,999 units.
pub const QUANTITY_MAX: Quantity = Quantity(9_999_000);

/// What an item is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Whole pieces.
    Piece,
    /// Kilograms, sold by weight.
    Kilogram,
}

/// Text that is not a quantity of the item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    /// Not digits with at most one point.
    #[error("not a quantity")]
    NotANumber,
    /// Zero or less.
    #[error("a quantity is more than nothing")]
    NotPositive,
    /// A part of a piece, or finer than a gram.
    #[error("finer than the item is sold")]
    TooFine,
    /// More than [`QUANTITY_MAX`].
    #[error("more than 9999")]
    TooMuch,
}

impl Quantity {
    /// One piece, or one kilogram.
    pub const ONE: Quantity = Quantity(1000);

    /// Nothing.
    pub const NONE: Quantity = Quantity(0);

    /// From thousandths, in a constant.
    pub(crate) const fn of_thousandths(thousandths: i64) -> Quantity {
        Quantity(thousandths)
    }

    /// Without its sign.
    pub fn without_sign(self) -> Quantity {
        Quantity(self.0.abs())
    }

    /// The sum, or the largest quantity of its sign.
    pub fn saturating_add(self, other: Quantity) -> Quantity {
        Quantity(self.0.saturating_add(other.0))
    }

    /// From thousandths.
    pub fn thousandths(thousandths: i64) -> Quantity {
        Quantity(thousandths)
    }

    /// Whole pieces.
    pub fn pieces(pieces: i64) -> Quantity {
        Quantity(pieces.checked_mul(1000).expect("a number of pieces within i64"))
    }

    /// As thousandths.
    pub fn in_thousandths(self) -> i64 {
        self.0
    }

    /// Whether goods come back.
    pub fn is_return(self) -> bool {
        self.0 < 0
    }

    /// What this much costs at a price for one unit, half away from zero.
    pub fn times(self, unit_price: Money) -> Money {
        unit_price.scale(self.0, 1000)
    }

    /// Digits alone: `3`, `0.456`.
    pub fn plain(self) -> String {
        let (minus, whole, part) = (if self.0 < 0 { "-" } else { "" }, self.0.abs() / 1000, self.0.abs() % 1000);
        match part {
            0 => format!("{minus}{whole}"),
            part => format!("{minus}{whole}.{part:03}"),
        }
    }

    /// Reads a quantity above zero as people type it.
    pub fn parse(text: &str, unit: Unit) -> Result<Quantity, QuantityError> {
        let text = text.trim();
        if text.starts_with('-') {
            return Err(QuantityError::NotPositive);
        }
        let digits = match unit {
            Unit::Piece => 0,
            Unit::Kilogram => 3,
        };
        let value = parse_decimal(text, digits).map_err(|error| match error {
            AmountError::NotANumber => QuantityError::NotANumber,
            AmountError::TooFine => QuantityError::TooFine,
            AmountError::TooLarge => QuantityError::TooMuch,
        })?;
        let quantity = match unit {
            Unit::Piece => value.checked_mul(1000).map(Quantity).ok_or(QuantityError::TooMuch)?,
            Unit::Kilogram => Quantity(value),
        };
        quantity.checked()
    }

    /// The quantity, when a line may hold it (returns as well as sales).
    pub fn checked(self) -> Result<Quantity, QuantityError> {
        match self.0.abs() {
            0 => Err(QuantityError::NotPositive),
            more if more > QUANTITY_MAX.0 => Err(QuantityError::TooMuch),
            _ => Ok(self),
        }
    }
}

impl Add for Quantity {
    type Output = Quantity;
    fn add(self, other: Quantity) -> Quantity {
        Quantity(self.0.checked_add(other.0).expect("a sum of quantities within i64"))
    }
}

impl Neg for Quantity {
    type Output = Quantity;
    fn neg(self) -> Quantity {
        Quantity(-self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_read_by_unit() {
        let piece = |text| Quantity::parse(text, Unit::Piece);
        let weight = |text| Quantity::parse(text, Unit::Kilogram);
        assert_eq!(piece("3"), Ok(Quantity::pieces(3)));
        assert_eq!(piece("3.0"), Ok(Quantity::pieces(3)));
        assert_eq!(piece("1.5"), Err(QuantityError::TooFine));
        assert_eq!(piece("0"), Err(QuantityError::NotPositive));
        assert_eq!(piece("-1"), Err(QuantityError::NotPositive));
        assert_eq!(piece("10000"), Err(QuantityError::TooMuch));
        assert_eq!(piece("99999999999999999"), Err(QuantityError::TooMuch));
        assert_eq!(piece("x"), Err(QuantityError::NotANumber));
        assert_eq!(weight("0.456"), Ok(Quantity(456)));
        assert_eq!(weight("0.4567"), Err(QuantityError::TooFine));
        assert_eq!(Quantity(456).times(Money::minor(1280)), Money::minor(584));
        assert_eq!(Quantity(-456).times(Money::minor(1280)), Money::minor(-584));
        assert_eq!((Quantity(456).plain(), Quantity::pieces(-2).plain()), ("0.456".into(), "-2".into()));
    }
}
