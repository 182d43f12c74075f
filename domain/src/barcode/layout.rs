//! How labels made in the store are read: configuration, since every chain has its own.

use super::gtin::check_digit;
use super::{Barcode, BarcodeError, Gtin};
use crate::money::{Currency, Money};
use crate::quantity::Quantity;

/// What a label carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Embedded {
    /// What the goods cost.
    Price(Money),
    /// What they weigh.
    Weight(Quantity),
}

/// What the value digits of a layout are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// An amount of money.
    Price,
    /// Kilograms.
    Weight,
}

/// One layout, e.g. `22IIIIIIVVVVC`: a digit must match, `I` is the item, `V` the value, `P` the price check digit,
/// `C` the check digit (last), `.` anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    pattern: Vec<u8>,
    kind: ValueKind,
    /// What one step of the value is worth, in minor units or thousandths of a kilogram, as multiplier and divisor.
    scale: (i64, i64),
}

/// A layout that cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LayoutError {
    /// Something else than digits, `I`, `V`, `P`, `C` and `.`, or a length that is no code's.
    #[error("a layout has 8 to 18 of the characters 0-9 I V P C and '.', with C last")]
    BadPattern,
    /// No value, or values of more than nine digits.
    #[error("a layout has one to nine V")]
    NoValue,
    /// Price check digits exist for values of four and five digits.
    #[error("a price check digit needs a value of four or five digits")]
    BadPriceCheck,
    /// More decimals than the value has digits.
    #[error("more decimals than value digits")]
    BadDecimals,
}

impl Layout {
    /// A layout whose value has `decimals` digits after its point, in major units of the currency or in kilograms.
    pub fn new(pattern: &str, kind: ValueKind, decimals: u8, currency: Currency) -> Result<Layout, LayoutError> {
        let pattern = pattern.as_bytes().to_vec();
        let count = |wanted: u8| pattern.iter().filter(|byte| **byte == wanted).count();
        let known = pattern.iter().all(|byte| byte.is_ascii_digit() || b"IVPC.".contains(byte));
        let check_last = count(b'C') == 1 && pattern.last() == Some(&b'C');
        if !known || !check_last || !(8..=18).contains(&pattern.len()) || count(b'P') > 1 {
            return Err(LayoutError::BadPattern);
        }
        if !(1..=9).contains(&count(b'V')) {
            return Err(LayoutError::NoValue);
        }
        if count(b'P') == 1 && !(4..=5).contains(&count(b'V')) {
            return Err(LayoutError::BadPriceCheck);
        }
        if usize::from(decimals) > count(b'V') {
            return Err(LayoutError::BadDecimals);
        }
        let digits = match kind {
            ValueKind::Price => currency.digits(),
            ValueKind::Weight => 3,
        };
        let power = |exponent: u8| 10_i64.pow(u32::from(exponent));
        Ok(Layout { pattern, kind, scale: (power(digits), power(decimals)) })
    }

    /// The label, when the digits match this layout.
    pub(super) fn read(&self, digits: &str) -> Result<Option<Barcode>, BarcodeError> {
        let digits = digits.as_bytes();
        let matches = |(want, is): (&u8, &u8)| !want.is_ascii_digit() || want == is;
        if digits.len() != self.pattern.len() || !self.pattern.iter().zip(digits).all(matches) {
            return Ok(None);
        }
        let number = |digits: &[u8]| digits.iter().fold(0_u64, |value, digit| value * 10 + u64::from(digit - b'0'));
        let (body, check) = (&digits[..digits.len() - 1], digits[digits.len() - 1] - b'0');
        let expected = check_digit(number(body));
        if check != expected {
            return Err(BarcodeError::BadCheckDigit { found: check, expected });
        }
        let value = self.pick(digits, b'V');
        if let [price_check] = self.pick(digits, b'P')[..]
            && price_check_digit(&value) != Some(price_check - b'0')
        {
            return Err(BarcodeError::BadPriceCheck);
        }
        let without_value: Vec<u8> = body
            .iter()
            .zip(&self.pattern)
            .map(|(digit, want)| if b"VP".contains(want) { b'0' } else { *digit })
            .collect();
        // The pattern may be longer than a GTIN; its item digits are what matters then.
        let key = number(&without_value) % 10_u64.pow(13);
        let base = Gtin::with_check_digit(key);
        let value = self.embedded(number(&value) as i64);
        Ok(Some(Barcode::InStore { base, value }))
    }

    fn pick(&self, digits: &[u8], wanted: u8) -> Vec<u8> {
        self.pattern.iter().zip(digits).filter(|(want, _)| **want == wanted).map(|(_, digit)| *digit).collect()
    }

    fn embedded(&self, value: i64) -> Embedded {
        let scaled = Money::minor(value).scale(self.scale.0, self.scale.1);
        match self.kind {
            ValueKind::Price => Embedded::Price(scaled),
            ValueKind::Weight => Embedded::Weight(Quantity::thousandths(scaled.units())),
        }
    }
}

/// Price check digit of four or five digits (GS1 General Specifications, sections 7.9.2 to 7.9.4).
fn price_check_digit(price: &[u8]) -> Option<u8> {
    let digit = |at: usize| i32::from(price[at] - b'0');
    // Weights are written 2-, 3, 5+ and 5-: the product's tens are taken from, dropped from or added to its units.
    let two_minus = |d: i32| d * 2 % 10 - d * 2 / 10;
    let three = |d: i32| d * 3 % 10;
    let five_plus = |d: i32| d * 5 % 10 + d * 5 / 10;
    let five_minus = |d: i32| d * 5 % 10 - d * 5 / 10;
    match price.len() {
        4 => {
            let sum = two_minus(digit(0)) + two_minus(digit(1)) + three(digit(2)) + five_minus(digit(3));
            u8::try_from((sum * 3).rem_euclid(10)).ok()
        }
        5 => {
            let sum = five_plus(digit(0))
                + two_minus(digit(1))
                + five_minus(digit(2))
                + five_plus(digit(3))
                + two_minus(digit(4));
            let rest = (10 - sum.rem_euclid(10)) % 10;
            (0..10_u8).find(|d| five_minus(i32::from(*d)).rem_euclid(10) == rest)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn price_check_digits_are_the_standards() {
        assert_eq!(price_check_digit(b"2875"), Some(9));
        assert_eq!(price_check_digit(b"14685"), Some(6));
        assert_eq!(price_check_digit(b"123"), None);
    }

    #[test]
    fn a_layout_is_checked_when_it_is_made() {
        let cny = Currency::of("CNY").unwrap();
        let make = |pattern, decimals| Layout::new(pattern, ValueKind::Price, decimals, cny).err();
        assert_eq!(make("22IIIIIIVVVVC", 2), None);
        assert_eq!(make("22IIIIIPVVVVC", 2), None);
        assert_eq!(make("22IIIIIIVVVV", 2), Some(LayoutError::BadPattern));
        assert_eq!(make("22IIIIIIVVVVX", 2), Some(LayoutError::BadPattern));
        assert_eq!(make("22IIIIIIIIIIC", 2), Some(LayoutError::NoValue));
        assert_eq!(make("22IIIIIIIPVVC", 2), Some(LayoutError::BadPriceCheck));
        assert_eq!(make("22IIIIIIIIVVC", 3), Some(LayoutError::BadDecimals));
    }

    #[test]
    fn a_weight_label_is_read_in_grams() {
        let layout = Layout::new("20IIIIIVVVVVC", ValueKind::Weight, 3, Currency::of("CNY").unwrap()).unwrap();
        let code = Gtin::with_check_digit(201_234_504_560).key();
        let label = layout.read(&code[1..]).unwrap().unwrap();
        assert!(
            matches!(label, Barcode::InStore { value: Embedded::Weight(weight), .. } if weight.in_thousandths() == 4560)
        );
        assert_eq!(label.key(), Gtin::with_check_digit(201_234_500_000).key());
    }
}
