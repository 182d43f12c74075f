//! Codes on goods: what a scanner read becomes a [`Barcode`] once, at the edge.

pub mod gs1;
mod gtin;
mod layout;

pub use gs1::{Gs1, Gs1Error};
pub use gtin::Gtin;
pub use layout::{Embedded, Label, Layout, LayoutError, ValueKind};

use crate::money::{Currency, Money};
use crate::quantity::Quantity;

/// Characters that a code may have; GS1 Digital Link addresses fit.
pub const CODE_CHARS_MAX: usize = 512;

/// What a scanned or typed code means, before the catalogue is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Barcode {
    /// A GTIN with a valid check digit.
    Gtin(Gtin),
    /// A label made in the store, which carries a price or a weight.
    InStore {
        /// The code with its value digits zero and its check digit made anew; a key of the catalogue.
        base: Gtin,
        /// What the label carries.
        value: Embedded,
    },
    /// GS1 data: the number of the goods and what else the code carries.
    Gs1(Box<Gs1>),
    /// Anything else that may be a key of the catalogue, of a member or of staff, e.g. a PLU.
    Plain(String),
}

/// A code that cannot be a code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BarcodeError {
    /// Nothing was read.
    #[error("the code is empty")]
    Empty,
    /// Longer than [`CODE_CHARS_MAX`].
    #[error("the code has {0} characters, more than any code")]
    TooLong(usize),
    /// Control characters, or letters no code has.
    #[error("the code has characters that no code has")]
    BadCharacter,
    /// 8, 12, 13 or 14 digits whose check digit does not hold: misread or mistyped.
    #[error("the check digit is {found}, it should be {expected}")]
    BadCheckDigit {
        /// As read.
        found: u8,
        /// As it should be.
        expected: u8,
    },
    /// Not 8, 12, 13 or 14 digits, where a GTIN is asked for.
    #[error("a GTIN has 8, 12, 13 or 14 digits")]
    BadLength,
    /// The price check digit inside an in-store label does not hold.
    #[error("the label's price check digit does not hold")]
    BadPriceCheck,
    /// GS1 data that cannot be read.
    #[error("{0}")]
    Gs1(#[from] Gs1Error),
}

impl Barcode {
    /// Reads a code. What only GS1 data begin with is read as such; then in-store layouts are tried, in their order; then
    /// GTINs, a periodical's with the digits of its issue behind it, too; then GS1 data that nothing announces (`01` and a GTIN of 14 digits); then it is a plain code.
    ///
    /// Digits in the length of a GTIN must have a valid check digit (GS1 General Specifications, section 7.9).
    pub fn parse(text: &str, layouts: &[Layout]) -> Result<Barcode, BarcodeError> {
        let text = text.trim();
        let chars = text.chars().count();
        if chars == 0 {
            return Err(BarcodeError::Empty);
        }
        if chars > CODE_CHARS_MAX {
            return Err(BarcodeError::TooLong(chars));
        }
        if Gs1::opens(text) {
            return Ok(Barcode::Gs1(Box::new(Gs1::parse(text)?)));
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(BarcodeError::BadCharacter);
        }
        let unannounced = |text: &str| match Gs1::unannounced(text) {
            Some(gs1) => Barcode::Gs1(Box::new(gs1)),
            None => Barcode::Plain(text.to_owned()),
        };
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(unannounced(text));
        }
        for layout in layouts {
            if let Some(label) = layout.read(text)? {
                return Ok(label);
            }
        }
        match text.len() {
            8 => Gtin::parse(text).or_else(|error| Gtin::from_upc_e(text).ok_or(error)).map(Barcode::Gtin),
            12..=14 => Gtin::parse(text).map(Barcode::Gtin),
            _ => Ok(Gtin::before_add_on(text).map_or_else(|| unannounced(text), Barcode::Gtin)),
        }
    }

    /// Under what the catalogue knows it.
    pub fn key(&self) -> String {
        match self {
            Barcode::Gtin(gtin) => gtin.key(),
            Barcode::InStore { base, .. } => base.key(),
            Barcode::Gs1(gs1) => gs1.gtin.key(),
            Barcode::Plain(code) => code.clone(),
        }
    }

    /// The price or the weight that the code carries; the price, where it carries both. A price of GS1 data must be one
    /// that can be paid in the store's currency; the value of an in-store label is in it already.
    pub fn embedded(&self, currency: Currency) -> Result<Option<Embedded>, BarcodeError> {
        match self {
            Barcode::InStore { value, .. } => Ok(Some(*value)),
            Barcode::Gs1(gs1) => match gs1.price {
                Some(price) => Ok(Some(Embedded::Price(price.in_currency(currency)?))),
                None => Ok(gs1.weight.map(Embedded::Weight)),
            },
            Barcode::Gtin(_) | Barcode::Plain(_) => Ok(None),
        }
    }

    /// What a GS1 code carries.
    pub fn gs1(&self) -> Option<&Gs1> {
        match self {
            Barcode::Gs1(gs1) => Some(gs1),
            Barcode::Gtin(_) | Barcode::InStore { .. } | Barcode::Plain(_) => None,
        }
    }
}

impl Embedded {
    /// The amount on the label.
    pub fn price(self) -> Option<Money> {
        match self {
            Embedded::Price(price) => Some(price),
            Embedded::Weight(_) => None,
        }
    }

    /// The weight on the label.
    pub fn weight(self) -> Option<Quantity> {
        match self {
            Embedded::Price(_) => None,
            Embedded::Weight(weight) => Some(weight),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;
    use proptest::prelude::*;

    fn layouts() -> Vec<Layout> {
        let cny = Currency::of("CNY").unwrap();
        vec![
            Layout::new("22IIIIIIVVVVC", ValueKind::Price, 2, cny).unwrap(),
            Layout::new("20IIIVVVVVVVC", ValueKind::Weight, 4, cny).unwrap(),
        ]
    }

    fn read(code: &str) -> Result<Barcode, BarcodeError> {
        Barcode::parse(code, &layouts())
    }

    #[test]
    fn goods_codes_of_every_length_find_the_same_item() {
        let key = |code| read(code).unwrap().key();
        assert_eq!(key("4006381333931"), "04006381333931");
        assert_eq!(key("04006381333931"), "04006381333931");
        assert_eq!(key("036000291452"), "00036000291452");
        assert_eq!(key("0036000291452"), "00036000291452");
        assert_eq!(key("96385074"), "00000096385074");
        // UPC-E 0-425261-4 expands to UPC-A 042100005264.
        assert_eq!(key("04252614"), "00042100005264");
        assert_eq!(key(" 4006381333931\r"), "04006381333931");
        assert_eq!(key("85123A"), "85123A");
        assert_eq!(key("4011"), "4011");
        // A magazine's issue and a book's price stand behind their numbers; nothing else has such digits.
        assert_eq!(key("977167212001305"), "09771672120013");
        assert_eq!(key("978030640615752495"), "09780306406157");
        for plain in ["977167212001405", "690123456789205", "134567890123456789"] {
            assert_eq!(key(plain), plain);
        }
    }

    #[test]
    fn a_label_of_the_store_carries_its_price() {
        let code = read("2212345610259").unwrap();
        assert_eq!(code.key(), "02212345600007");
        let value = code.embedded(Currency::of("CNY").unwrap()).unwrap();
        assert_eq!(value.unwrap().price(), Some(Money::minor(1025)));
    }

    #[test]
    fn gs1_data_find_their_goods_and_carry_their_value() {
        let (cny, usd) = (Currency::of("CNY").unwrap(), Currency::of("USD").unwrap());
        let code = read("]d20106901234567892172612313103001250\x1d10AB").unwrap();
        assert_eq!((code.key(), code.gs1().unwrap().lot.as_deref()), ("06901234567892".to_owned(), Some("AB")));
        assert_eq!(code.embedded(cny).unwrap().unwrap().weight(), Some(Quantity::thousandths(1250)));
        let code = read("(01)06901234567892(3103)001250(3932)1561299").unwrap();
        assert_eq!(code.embedded(cny), Ok(Some(Embedded::Price(Money::minor(1299)))));
        assert!(matches!(code.embedded(usd), Err(BarcodeError::Gs1(Gs1Error::ForeignPrice(_)))));
        assert!(matches!(read("(01)06901234567893"), Err(BarcodeError::Gs1(Gs1Error::Value { .. }))));
        // What nothing announces is GS1 data from end to end, or a plain code.
        assert_eq!(read("0106901234567892").unwrap().key(), "06901234567892");
        assert_eq!(read("010690123456789210AB").unwrap().key(), "06901234567892");
        for plain in
            ["0106901234567893", "010690123456789299", "01069012345678921A", "https://a.example/01/card", "(A)1"]
        {
            assert_eq!(read(plain), Ok(Barcode::Plain(plain.to_owned())));
        }
    }

    #[test]
    fn what_is_no_code_is_told() {
        assert_eq!(read(""), Err(BarcodeError::Empty));
        assert_eq!(read(" \r\n"), Err(BarcodeError::Empty));
        assert_eq!(read("4006381333932"), Err(BarcodeError::BadCheckDigit { found: 2, expected: 1 }));
        assert_eq!(read("2212345610258"), Err(BarcodeError::BadCheckDigit { found: 8, expected: 9 }));
        assert_eq!(read("12\u{1}34"), Err(BarcodeError::BadCharacter));
        assert_eq!(read("可乐"), Err(BarcodeError::BadCharacter));
        assert_eq!(read(&"1".repeat(10_000)), Err(BarcodeError::TooLong(10_000)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn no_text_makes_reading_panic(text in "[0-9]{0,20}|.{0,40}") {
            let _ = read(&text);
        }

        #[test]
        fn a_code_that_is_no_gs1_data_stays_what_it_is(text in "[0-9]{1,24}|[!-')-Z^-~]{1,40}") {
            let announced = text.contains("://") || text.len() >= 16 && text.starts_with("01");
            prop_assume!(!announced);
            let is_goods = text.bytes().all(|byte| byte.is_ascii_digit()) && matches!(text.len(), 8 | 12..=14);
            match read(&text) {
                Ok(Barcode::Plain(code)) => prop_assert!(!is_goods && code == text),
                // A magazine or a book with its add-on is its goods.
                Ok(Barcode::Gtin(gtin)) if matches!(text.len(), 15 | 18) => {
                    prop_assert!(["977", "978", "979"].contains(&&text[..3]) && gtin.key()[1..] == text[..13])
                }
                Ok(Barcode::Gtin(_) | Barcode::InStore { .. }) | Err(BarcodeError::BadCheckDigit { .. }) => {
                    prop_assert!(is_goods)
                }
                other => prop_assert!(false, "{:?}", other),
            }
        }

        #[test]
        fn one_wrong_digit_is_always_seen(body in 0_u64..1_000_000_000_000, at in 0_usize..13, by in 1_u8..10) {
            let code = Gtin::with_check_digit(body).key()[1..].to_owned();
            prop_assume!(!code.starts_with("22") && !code.starts_with("20"));
            let mut digits = code.into_bytes();
            digits[at] = b'0' + (digits[at] - b'0' + by) % 10;
            let wrong = String::from_utf8(digits).unwrap();
            prop_assert!(Gtin::parse(&wrong).is_err());
        }
    }
}
