//! Global Trade Item Numbers.

use super::BarcodeError;

/// A GTIN of 8, 12, 13 or 14 digits with a valid check digit. All lengths of the same number are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gtin(u64);

impl Gtin {
    /// Reads 8, 12, 13 or 14 digits.
    pub fn parse(text: &str) -> Result<Gtin, BarcodeError> {
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(BarcodeError::BadCharacter);
        }
        if !matches!(text.len(), 8 | 12..=14) {
            return Err(BarcodeError::BadLength);
        }
        let value: u64 = text.parse().map_err(|_| BarcodeError::BadCharacter)?;
        let (found, expected) = ((value % 10) as u8, check_digit(value / 10));
        if found == expected { Ok(Gtin(value)) } else { Err(BarcodeError::BadCheckDigit { found, expected }) }
    }

    /// Expands 8 digits of UPC-E (number system 0 or 1, with check digit) to the UPC-A they stand for
    /// (GS1 General Specifications, section 5.2.2.4).
    pub fn from_upc_e(text: &str) -> Option<Gtin> {
        let digits: Vec<u64> = text.chars().map(|c| c.to_digit(10).map(u64::from)).collect::<Option<_>>()?;
        let [system @ 0..=1, a, b, c, d, e, f, check] = digits[..] else {
            return None;
        };
        let join = |digits: &[u64]| digits.iter().fold(0, |value, digit| value * 10 + digit);
        let body = match f {
            0..=2 => join(&[system, a, b, f, 0, 0, 0, 0, c, d, e]),
            3 => join(&[system, a, b, c, 0, 0, 0, 0, 0, d, e]),
            4 => join(&[system, a, b, c, d, 0, 0, 0, 0, 0, e]),
            _ => join(&[system, a, b, c, d, e, 0, 0, 0, 0, f]),
        };
        (u64::from(check_digit(body)) == check).then(|| Gtin::with_check_digit(body))
    }

    /// The number of a periodical or a book before the two or five digits of its issue or its price, which some scanners
    /// send behind it (GS1 General Specifications, section 5.2.1.4). Only these have any.
    pub(super) fn before_add_on(text: &str) -> Option<Gtin> {
        let has_add_on = matches!(text.len(), 15 | 18) && ["977", "978", "979"].iter().any(|own| text.starts_with(own));
        has_add_on.then(|| Gtin::parse(&text[..13]).ok())?
    }

    /// The GTIN whose digits before the check digit are `body` (below 10^13).
    pub fn with_check_digit(body: u64) -> Gtin {
        assert!(body < 10_u64.pow(13), "a GTIN body of more than 13 digits");
        Gtin(body * 10 + u64::from(check_digit(body)))
    }

    /// 14 digits, zeros in front: the catalogue's key.
    pub fn key(self) -> String {
        format!("{:014}", self.0)
    }
}

/// Check digit of a number: weights 3, 1, 3, ... from the right (GS1 General Specifications, section 7.9.1).
pub(super) fn check_digit(body: u64) -> u8 {
    let (mut rest, mut sum, mut weight) = (body, 0, 3);
    while rest > 0 {
        sum += rest % 10 * weight;
        weight = 4 - weight;
        rest /= 10;
    }
    ((10 - sum % 10) % 10) as u8
}
