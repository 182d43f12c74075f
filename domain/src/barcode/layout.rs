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
/// `C` the check digit (last), `.` anything, `X` what is passed over, such as the weight on a label whose price counts.
///
/// The spelling that other systems have for the same is read, too: `22......{NNDD}.`, with `N` and `D` for the digits
/// before and after the point and the check digit last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    pattern: Vec<u8>,
    kind: ValueKind,
    decimals: u8,
    /// What one step of the value is worth, in minor units or thousandths of a kilogram, as multiplier and divisor.
    scale: (i64, i64),
}

/// A label as a layout reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The code with its value digits zero and its check digit made anew; a key of the catalogue. What is longer than a
    /// GTIN of 14 digits keeps its item and is made up to 13 with zeros: the same key as a label of 13 digits has.
    pub base: Gtin,
    /// What it carries.
    pub value: Embedded,
    /// The value's digits as they stand there.
    pub digits: u64,
}

/// A layout that cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LayoutError {
    /// Something else than digits, `I`, `V`, `P`, `C` and `.`, or a length that is no code's.
    #[error("a layout has 8 to 18 of the characters 0-9 I V P X C and '.', with C last, or is like 22......{{NNDD}}.")]
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
    /// A layout whose value has `decimals` digits after its point, in major units of the currency or in kilograms. Braces
    /// tell the decimals themselves; `decimals` is 0 or the same then.
    pub fn new(pattern: &str, kind: ValueKind, decimals: u8, currency: Currency) -> Result<Layout, LayoutError> {
        let (pattern, decimals) = match braced(pattern)? {
            Some((_, said)) if decimals != 0 && decimals != said => return Err(LayoutError::BadDecimals),
            Some(plain) => plain,
            None => (pattern.as_bytes().to_vec(), decimals),
        };
        let count = |wanted: u8| pattern.iter().filter(|byte| **byte == wanted).count();
        let known = pattern.iter().all(|byte| byte.is_ascii_digit() || b"IVPXC.".contains(byte));
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
        Ok(Layout { pattern, kind, decimals, scale: (power(digits), power(decimals)) })
    }

    /// How it is written.
    pub fn pattern(&self) -> &str {
        std::str::from_utf8(&self.pattern).expect("a pattern of ASCII characters")
    }

    /// What its value is.
    pub fn kind(&self) -> ValueKind {
        self.kind
    }

    /// Digits after the point of its value.
    pub fn decimals(&self) -> u8 {
        self.decimals
    }

    /// The label, when the digits match this layout. A value finer than a minor unit or a gram is rounded, half up.
    pub fn label(&self, digits: &str) -> Result<Option<Label>, BarcodeError> {
        let digits = digits.as_bytes();
        let matches = |(want, is): (&u8, &u8)| is.is_ascii_digit() && (!want.is_ascii_digit() || want == is);
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
        let base = Gtin::with_check_digit(number(&self.without_value(body)) % 10_u64.pow(13));
        let digits = number(&value);
        Ok(Some(Label { base, value: self.embedded(digits as i64), digits }))
    }

    /// The label as a code, when the digits match this layout.
    pub(super) fn read(&self, digits: &str) -> Result<Option<Barcode>, BarcodeError> {
        Ok(self.label(digits)?.map(|Label { base, value, .. }| Barcode::InStore { base, value }))
    }

    fn without_value(&self, body: &[u8]) -> Vec<u8> {
        let carried = body.iter().zip(&self.pattern).map(|(digit, want)| (!b"VPX".contains(want)).then_some(*digit));
        if self.pattern.len() <= 14 {
            return carried.map(|digit| digit.unwrap_or(b'0')).collect();
        }
        let mut item: Vec<u8> = carried.flatten().collect();
        item.resize(item.len().max(12), b'0');
        item
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

/// A pattern with braces as one of letters, and the decimals that it tells; none for a pattern without braces.
fn braced(pattern: &str) -> Result<Option<(Vec<u8>, u8)>, LayoutError> {
    let Some((before, rest)) = pattern.split_once('{') else { return Ok(None) };
    let (value, after) = rest.split_once('}').ok_or(LayoutError::BadPattern)?;
    let decimals = value.trim_start_matches('N');
    let is_value = decimals.bytes().all(|byte| byte == b'D');
    // The last place is the check digit, whatever its name.
    let after = after.strip_suffix(['.', 'C']).ok_or(LayoutError::BadPattern)?;
    if !is_value || pattern.len() > 2 + 18 {
        return Err(LayoutError::BadPattern);
    }
    let plain = format!("{before}{}{after}C", "V".repeat(value.len()));
    Ok(Some((plain.into_bytes(), decimals.len() as u8)))
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
    fn the_spelling_with_braces_means_the_same() {
        let cny = Currency::of("CNY").unwrap();
        let make = |pattern, decimals| Layout::new(pattern, ValueKind::Price, decimals, cny);
        assert_eq!(make("22......{NNDD}.", 0), make("22......VVVVC", 2));
        assert_eq!(make("22......{NNDD}.", 2), make("22......VVVVC", 2));
        assert_eq!(make("22......{NNDD}.", 1), Err(LayoutError::BadDecimals));
        for wrong in ["22......{NNDD}", "22......{NNDD", "22......{DDNN}.", "22......{}.", "22......{NN}{DD}.", "{N}."]
        {
            assert!(make(wrong, 0).is_err(), "{wrong}");
        }
    }

    #[test]
    fn labels_of_every_kind_are_read() {
        let cny = Currency::of("CNY").unwrap();
        let check = |pattern, kind, decimals, code: &str, base: &str, digits, value| {
            let label = Layout::new(pattern, kind, decimals, cny).unwrap().label(code).unwrap().unwrap();
            assert_eq!((label.base.key().as_str(), label.digits, label.value), (base, digits, value), "{code}");
        };
        let (price, weight) = (ValueKind::Price, ValueKind::Weight);
        let (yuan, kilograms) =
            (|fen| Embedded::Price(Money::minor(fen)), |g| Embedded::Weight(Quantity::thousandths(g)));
        check("22......{NNDD}.", price, 0, "2212345610259", "02212345600007", 1025, yuan(1025));
        check(".....{NNNDDDD}.", price, 0, "2012345610255", "02012300000008", 4_561_025, yuan(45_610));
        check(".....{NNNDDDD}.", weight, 0, "2012345610255", "02012300000008", 4_561_025, kilograms(456_103));
        // The price check digit of 2875 is 9.
        check("22IIIIIPVVVVC", price, 2, "2212345928750", "02212345000005", 2875, yuan(2875));
        // Scales in China print price and weight on one label of 18 digits; its key is that of the label of 13.
        let label = "260123401025008565";
        check("26IIIIIVVVVVXXXXXC", price, 2, label, "02601234000002", 1025, yuan(1025));
        check("26IIIIIXXXXXVVVVVC", weight, 3, label, "02601234000002", 856, kilograms(856));
        check("26IIIIIVVVVVC", price, 2, "2601234010254", "02601234000002", 1025, yuan(1025));
        let layout = Layout::new("22IIIIIPVVVVC", price, 2, cny).unwrap();
        assert_eq!(layout.label("2212345828753"), Err(BarcodeError::BadPriceCheck));
        assert_eq!(layout.label("2112345928753"), Ok(None));
        assert_eq!(layout.label("22123459287x2"), Ok(None));
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
