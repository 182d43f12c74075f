//! Units of weight.

use serde::Deserialize;

/// Decimals beyond which no scale of a shop weighs.
pub(super) const DECIMALS_MAX: u8 = 6;

/// What a scale counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
pub enum Unit {
    /// Kilograms.
    #[default]
    #[serde(rename = "kg")]
    Kilogram,
    /// Grams.
    #[serde(rename = "g")]
    Gram,
    /// Pounds, of 453.59237 g exactly.
    #[serde(rename = "lb")]
    Pound,
    /// Ounces, of a sixteenth of a pound.
    #[serde(rename = "oz")]
    Ounce,
}

impl Unit {
    /// A unit as scales write it, with spaces around it and in any case.
    pub fn read(bytes: &[u8]) -> Option<Unit> {
        let is = |name: &str| bytes.trim_ascii().eq_ignore_ascii_case(name.as_bytes());
        let units = [("kg", Unit::Kilogram), ("g", Unit::Gram), ("lb", Unit::Pound), ("oz", Unit::Ounce)];
        units.into_iter().find(|(name, _)| is(name)).map(|(_, unit)| unit)
    }

    /// `digits` with so many decimals of this unit, in whole milligrams: exact for kilograms to six decimals and grams to
    /// three, otherwise to the nearest, halves up. `digits` are not negative and below 10^10, `decimals` at most 6.
    pub fn milligrams(self, digits: i64, decimals: u8) -> i64 {
        assert!((0..10_000_000_000).contains(&digits) && decimals <= DECIMALS_MAX, "a weight of {digits}e-{decimals}");
        // A pound is 453,592.37 mg, an ounce a sixteenth of it.
        let (numerator, denominator) = match self {
            Unit::Kilogram => (1_000_000, 1),
            Unit::Gram => (1000, 1),
            Unit::Pound => (45_359_237, 100),
            Unit::Ounce => (45_359_237, 1600),
        };
        let denominator = denominator * 10_i128.pow(decimals.into());
        let doubled = 2 * i128::from(digits) * numerator + denominator;
        i64::try_from(doubled / (2 * denominator)).expect("ten digits of any unit")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_become_milligrams() {
        let check = |unit: Unit, digits, decimals, milligrams| {
            assert_eq!(unit.milligrams(digits, decimals), milligrams, "{digits}e-{decimals} {unit:?}");
        };
        check(Unit::Kilogram, 1_234, 3, 1_234_000);
        check(Unit::Kilogram, 1, 6, 1);
        check(Unit::Kilogram, 9_999_999_999, 0, 9_999_999_999_000_000);
        check(Unit::Gram, 123_456, 3, 123_456);
        check(Unit::Gram, 15, 4, 2);
        check(Unit::Gram, 14, 4, 1);
        check(Unit::Pound, 1, 0, 453_592);
        check(Unit::Pound, 100, 0, 45_359_237);
        check(Unit::Pound, 5, 3, 2_268);
        check(Unit::Ounce, 16, 0, 453_592);
        check(Unit::Ounce, 1, 0, 28_350);
        check(Unit::Ounce, 1600, 0, 45_359_237);
        assert_eq!(Unit::read(b" KG"), Some(Unit::Kilogram));
        assert_eq!(Unit::read(b" t"), None);
    }
}
