//! Numbers as scales write them.

use hal::{Weighing, Weight};

use super::unit::{DECIMALS_MAX, Unit};

/// Digits that a scale shows at most.
const DIGITS_MAX: usize = 10;

/// A number: its digits without the point, where the point stands, and its sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figure {
    /// Whether a minus stands before it, also before nothing but zeros.
    pub negative: bool,
    /// Its digits, never negative, at most ten.
    pub digits: i64,
    /// Digits behind the point; `None` when there is no point.
    pub decimals: Option<u8>,
}

impl Figure {
    /// Reads spaces, a sign, spaces, digits with at most one point, spaces; `None` for anything else.
    pub fn read(bytes: &[u8]) -> Option<Figure> {
        let bytes = bytes.trim_ascii();
        let (negative, bytes) = match bytes {
            [b'-', rest @ ..] => (true, rest.trim_ascii_start()),
            [b'+', rest @ ..] => (false, rest.trim_ascii_start()),
            _ => (false, bytes),
        };
        let (mut digits, mut count, mut decimals) = (0_i64, 0, None);
        for byte in bytes {
            match byte {
                b'0'..=b'9' => {
                    digits = digits * 10 + i64::from(byte - b'0');
                    count += 1;
                    decimals = decimals.map(|decimals: u8| decimals + 1);
                }
                b'.' if decimals.is_none() => decimals = Some(0),
                _ => return None,
            }
            if count > DIGITS_MAX {
                return None;
            }
        }
        let right = count > 0 && decimals.is_none_or(|decimals| decimals <= DECIMALS_MAX);
        right.then_some(Figure { negative, digits, decimals })
    }

    /// The weight that it is; below zero is a state of its own. `decimals` where the figure has no point.
    pub(super) fn weight(self, decimals: u8, unit: Unit, tared: bool) -> Result<Weight, Weighing> {
        if self.negative {
            return Err(Weighing::BelowZero);
        }
        let net_milligrams = unit.milligrams(self.digits, self.decimals.unwrap_or(decimals));
        Ok(Weight { net_milligrams, tared })
    }

    /// The same where the scale has said that it stands still.
    pub(super) fn stable(self, decimals: u8, unit: Unit, tared: bool) -> Weighing {
        self.weight(decimals, unit, tared).map_or_else(|state| state, Weighing::Stable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_strictly() {
        let check = |text: &str, expect: Option<(bool, i64, Option<u8>)>| {
            let read = Figure::read(text.as_bytes()).map(|figure| (figure.negative, figure.digits, figure.decimals));
            assert_eq!(read, expect, "{text:?}");
        };
        check("01.234", Some((false, 1234, Some(3))));
        check("+ 123.456  ", Some((false, 123_456, Some(3))));
        check("-  0.200", Some((true, 200, Some(3))));
        check("-00.000", Some((true, 0, Some(3))));
        check("00500", Some((false, 500, None)));
        check("12.", Some((false, 12, Some(0))));
        for wrong in ["", " ", ".", "-", "1 2", "1.2.3", "1-2", "12345678901", "0.1234567", "１"] {
            check(wrong, None);
        }
    }
}
