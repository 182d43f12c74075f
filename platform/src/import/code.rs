//! Codes on goods as keys of the catalogue.

use domain::barcode::{BarcodeError, Gtin};

/// Letters of a code that is no GTIN.
const CODE_CHARS_MAX: usize = 40;

/// Why a code cannot be a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadCode {
    /// Nothing there.
    #[error("the code is missing")]
    Empty,
    /// The check digit does not hold.
    #[error("code {code}: the check digit is {found}, it should be {expected}")]
    CheckDigit {
        /// As written.
        code: String,
        /// Its last digit.
        found: u8,
        /// What that should be.
        expected: u8,
    },
    /// Digits, but as many as no code has.
    #[error("code {0} has {1} digits; a GTIN has 8, 12, 13 or 14, a short code (not in a column gtin) 1 to 7")]
    Length(String, usize),
    /// Too long.
    #[error("a code of {0} characters; 40 are the most")]
    TooLong(usize),
    /// Characters that no code has.
    #[error("code {0:?} has characters that no code has; letters, digits and '-' are allowed")]
    Characters(String),
}

/// The key under which a code is found. Digits in the length of a GTIN must be one and become 14 digits; 1 to 7
/// digits (PLU), and letters, digits and `-` up to 40, stay as they are, letters in upper case or lower as written.
/// `gtin_only` takes nothing but GTINs.
pub fn key(text: &str, gtin_only: bool) -> Result<String, BadCode> {
    let text = text.trim();
    if text.is_empty() {
        return Err(BadCode::Empty);
    }
    if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return Err(BadCode::Characters(text.chars().take(CODE_CHARS_MAX).collect()));
    }
    if text.len() > CODE_CHARS_MAX {
        return Err(BadCode::TooLong(text.len()));
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return if gtin_only { Err(BadCode::Characters(text.to_owned())) } else { Ok(text.to_owned()) };
    }
    match Gtin::parse(text) {
        Ok(gtin) => Ok(gtin.key()),
        Err(BarcodeError::BadCheckDigit { found, expected }) => {
            Err(BadCode::CheckDigit { code: text.to_owned(), found, expected })
        }
        Err(_) if text.len() < 8 && !gtin_only => Ok(text.to_owned()),
        Err(_) => Err(BadCode::Length(text.to_owned(), text.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_become_keys_or_reasons() {
        let plain = |text| key(text, false);
        assert_eq!(plain("4006381333931").unwrap(), "04006381333931");
        assert_eq!(plain(" 96385074 ").unwrap(), "00000096385074");
        assert_eq!(plain("4011").unwrap(), "4011");
        assert_eq!(plain("85123A").unwrap(), "85123A");
        assert!(matches!(plain("4006381333932"), Err(BadCode::CheckDigit { expected: 1, .. })));
        assert!(matches!(plain("123456789"), Err(BadCode::Length(_, 9))));
        assert!(matches!(plain("12 34"), Err(BadCode::Characters(_))));
        assert!(matches!(plain(&"9".repeat(10_000)), Err(BadCode::TooLong(_))));
        assert!(matches!(key("4011", true), Err(BadCode::Length(_, 4))));
    }
}
