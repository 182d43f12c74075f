//! Money in whole minor units, and the currencies they belong to.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

/// The largest amount the shop deals with, in minor units: 10^13, or a hundred thousand million of a two-digit currency.
/// Sums of a day stay far below `i64`, so that overflow is a broken invariant and not a case.
pub const AMOUNT_MAX: i64 = 10_000_000_000_000;

/// An amount in minor units (分, cents) of the store's currency. Negative amounts go to the shopper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Money(i64);

impl Money {
    /// Nothing.
    pub const ZERO: Money = Money(0);

    /// From minor units. Panics when no shop could mean the amount; check input with [`Currency::parse`].
    pub fn minor(units: i64) -> Money {
        assert!(units.abs() <= AMOUNT_MAX * 1000, "an amount of {units} minor units");
        Money(units)
    }

    /// Minor units.
    pub fn units(self) -> i64 {
        self.0
    }

    /// Whether it is nothing.
    pub fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Without its sign.
    pub fn abs(self) -> Money {
        Money(self.0.abs())
    }

    /// `self * numerator / denominator`, half away from zero. The denominator must be positive.
    pub fn scale(self, numerator: i64, denominator: i64) -> Money {
        assert!(denominator > 0, "scale by a denominator of {denominator}");
        Money::minor(divide_half_away(i128::from(self.0) * i128::from(numerator), i128::from(denominator)))
    }

    /// Splits the amount by weights so that the shares sum to it exactly. What remains after rounding towards zero
    /// goes one unit each to the largest remainders, the earlier first; so the result does not depend on chance.
    ///
    /// Weights must not be negative. When all are zero the first share takes everything; no weights, no shares.
    pub fn allocate(self, weights: &[i64]) -> Vec<Money> {
        assert!(weights.iter().all(|weight| *weight >= 0), "a negative weight");
        let total: i128 = weights.iter().map(|weight| i128::from(*weight)).sum();
        if total == 0 {
            let mut shares = vec![Money::ZERO; weights.len()];
            if let Some(first) = shares.first_mut() {
                *first = self;
            }
            return shares;
        }
        let product = |weight: &i64| i128::from(self.0) * i128::from(*weight);
        let mut shares: Vec<i64> = weights.iter().map(|weight| (product(weight) / total) as i64).collect();
        let mut order: Vec<usize> = (0..weights.len()).collect();
        order.sort_by_key(|at| std::cmp::Reverse((product(&weights[*at]) % total).abs()));
        let rest = self.0 - shares.iter().sum::<i64>();
        for at in order.into_iter().take(rest.unsigned_abs() as usize) {
            shares[at] += rest.signum();
        }
        assert_eq!(shares.iter().sum::<i64>(), self.0, "shares sum to the whole");
        shares.into_iter().map(Money).collect()
    }
}

/// `dividend / divisor` rounded half away from zero.
fn divide_half_away(dividend: i128, divisor: i128) -> i64 {
    let half = divisor / 2;
    let rounded = if dividend >= 0 { (dividend + half) / divisor } else { (dividend - half) / divisor };
    i64::try_from(rounded).expect("an amount within i64")
}

impl Add for Money {
    type Output = Money;
    fn add(self, other: Money) -> Money {
        Money(self.0.checked_add(other.0).expect("a sum of money within i64"))
    }
}

impl Sub for Money {
    type Output = Money;
    fn sub(self, other: Money) -> Money {
        Money(self.0.checked_sub(other.0).expect("a difference of money within i64"))
    }
}

impl Neg for Money {
    type Output = Money;
    fn neg(self) -> Money {
        Money(-self.0)
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Money) {
        *self = *self + other;
    }
}

impl SubAssign for Money {
    fn sub_assign(&mut self, other: Money) {
        *self = *self - other;
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Money>>(amounts: I) -> Money {
        amounts.fold(Money::ZERO, Add::add)
    }
}

/// A currency: its ISO 4217 code, its minor digits and its sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Currency {
    code: &'static str,
    digits: u8,
    sign: &'static str,
}

/// Currencies the shop can keep its books in.
const CURRENCIES: [Currency; 10] = [
    Currency { code: "CNY", digits: 2, sign: "¥" },
    Currency { code: "HKD", digits: 2, sign: "HK$" },
    Currency { code: "TWD", digits: 2, sign: "NT$" },
    Currency { code: "JPY", digits: 0, sign: "¥" },
    Currency { code: "USD", digits: 2, sign: "$" },
    Currency { code: "EUR", digits: 2, sign: "€" },
    Currency { code: "GBP", digits: 2, sign: "£" },
    Currency { code: "SGD", digits: 2, sign: "S$" },
    Currency { code: "CHF", digits: 2, sign: "CHF " },
    Currency { code: "KWD", digits: 3, sign: "KD " },
];

/// Text that is not an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Nothing, or something other than digits with one point.
    #[error("not an amount: write digits, with a point before the last ones")]
    NotANumber,
    /// Finer than the smallest coin.
    #[error("more digits after the point than the currency has")]
    TooFine,
    /// More than [`AMOUNT_MAX`].
    #[error("larger than any amount the till takes")]
    TooLarge,
}

impl Currency {
    /// The currency of an ISO 4217 code, when the shop knows it.
    pub fn of(code: &str) -> Option<Currency> {
        CURRENCIES.into_iter().find(|currency| currency.code == code)
    }

    /// ISO 4217 code.
    pub fn code(self) -> &'static str {
        self.code
    }

    /// The sign that people know it by, e.g. `¥`; one of letters ends with a space.
    pub fn sign(self) -> &'static str {
        self.sign
    }

    /// Digits after the point.
    pub fn digits(self) -> u8 {
        self.digits
    }

    /// Minor units in one major unit.
    pub fn units_per_major(self) -> i64 {
        10_i64.pow(u32::from(self.digits))
    }

    /// Digits alone, e.g. `-1.05`.
    pub fn plain(self, amount: Money) -> String {
        let (major, minor) = (amount.0.unsigned_abs(), self.units_per_major() as u64);
        let minus = if amount.0 < 0 { "-" } else { "" };
        match usize::from(self.digits) {
            0 => format!("{minus}{major}"),
            digits => format!("{minus}{}.{:0digits$}", major / minor, major % minor),
        }
    }

    /// With the currency's sign, e.g. `-¥1.05`.
    pub fn signed(self, amount: Money) -> String {
        let minus = if amount.0 < 0 { "-" } else { "" };
        format!("{minus}{}{}", self.sign, self.plain(amount.abs()))
    }

    /// Reads an amount as people type it: `12`, `12.5`, `.50`. Fewer digits after the point are filled with zeros; a
    /// leading minus is understood and left to the caller to allow.
    pub fn parse(self, text: &str) -> Result<Money, AmountError> {
        let text = text.trim();
        let (sign, text) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text),
        };
        let units = parse_decimal(text, self.digits)?;
        if units > AMOUNT_MAX { Err(AmountError::TooLarge) } else { Ok(Money(sign * units)) }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

/// Reads digits with at most one point as a whole number of `10^-digits`.
pub(crate) fn parse_decimal(text: &str, digits: u8) -> Result<i64, AmountError> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !all_digits(whole) || !all_digits(fraction) {
        return Err(AmountError::NotANumber);
    }
    let fraction = fraction.trim_end_matches('0');
    let digits = usize::from(digits);
    if fraction.len() > digits {
        return Err(AmountError::TooFine);
    }
    let whole = whole.trim_start_matches('0');
    if whole.len() > 14 {
        return Err(AmountError::TooLarge);
    }
    format!("0{whole}{fraction:0<digits$}").parse().map_err(|_| AmountError::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_are_read_and_written_as_people_do() {
        let cny = Currency::of("CNY").unwrap();
        let read = |text| cny.parse(text).map(Money::units);
        assert_eq!(read("12"), Ok(1200));
        assert_eq!(read("12.5"), Ok(1250));
        assert_eq!(read(".50"), Ok(50));
        assert_eq!(read("0.010"), Ok(1));
        assert_eq!(read("0.001"), Err(AmountError::TooFine));
        assert_eq!(read(""), Err(AmountError::NotANumber));
        assert_eq!(read("."), Err(AmountError::NotANumber));
        assert_eq!(read("1,5"), Err(AmountError::NotANumber));
        assert_eq!(read("1.2.3"), Err(AmountError::NotANumber));
        assert_eq!(read("99999999999999999999"), Err(AmountError::TooLarge));
        assert_eq!(cny.signed(Money(-105)), "-¥1.05");
        assert_eq!(Currency::of("JPY").unwrap().plain(Money(105)), "105");
        assert_eq!(Currency::of("KWD").unwrap().plain(Money(105)), "0.105");
        assert_eq!(Currency::of("XXX"), None);
    }

    proptest! {
        #[test]
        fn shares_sum_to_the_whole_and_no_share_strays_by_a_unit(
            whole in -1_000_000_i64..1_000_000,
            weights in prop::collection::vec(0_i64..10_000, 1..40),
        ) {
            let shares = Money(whole).allocate(&weights);
            prop_assert_eq!(shares.iter().copied().sum::<Money>(), Money(whole));
            let total: i64 = weights.iter().sum();
            if total > 0 {
                for (share, weight) in shares.iter().zip(&weights) {
                    let off = i128::from(share.0) * i128::from(total) - i128::from(whole) * i128::from(*weight);
                    prop_assert!(off.abs() < i128::from(total), "share {share:?} of weight {weight}");
                }
            }
        }

        #[test]
        fn what_is_written_is_read_back(units in -AMOUNT_MAX..=AMOUNT_MAX, code in 0..CURRENCIES.len()) {
            let currency = CURRENCIES[code];
            prop_assert_eq!(currency.parse(&currency.plain(Money(units))), Ok(Money(units)));
        }

        #[test]
        fn no_text_makes_reading_panic(text in "[-0-9.,¥ x]{0,30}") {
            let _ = Currency::of("CNY").unwrap().parse(&text);
        }

        #[test]
        fn scaling_is_symmetric_about_zero(units in -1_000_000_i64..1_000_000, by in 0_i64..10_000) {
            prop_assert_eq!(Money(units).scale(by, 1000), -Money(-units).scale(by, 1000));
        }
    }
}
