//! What GS1 codes carry beside the number of the goods: lot, serial number, dates, weight, price.
//!
//! Three spellings are read: element strings as scanners send them, with FNC1 as `GS` (1D) between them; the form with
//! brackets that stands below a code for people, `(01)06901234567892(17)261231`; and GS1 Digital Link addresses
//! (`https://example.com/01/06901234567892/10/AB?17=261231`, release 1.2 and later), whatever their domain.

mod link;
mod table;
mod title;
mod value;

use std::fmt;

use super::{CODE_CHARS_MAX, Gtin};
use crate::money::{AMOUNT_MAX, Currency, Money};
use crate::quantity::Quantity;

use jiff::civil::Date;

pub use table::{Charset, Format, Part, Rule};
pub use value::{ShortDate, ValueFault};

/// AIs that one code may carry.
pub const ELEMENTS_MAX: usize = 32;

/// FNC1 as scanners send it.
const FNC1: char = '\x1d';
/// AIM identifiers of symbols whose data are element strings: GS1 DataMatrix, QR Code, Code 128, DataBar and DotCode.
const AIM: [&str; 5] = ["]d2", "]Q3", "]C1", "]e0", "]J1"];

/// An application identifier: two to four digits that say what follows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ai(u16);

impl Ai {
    /// What its values look like.
    pub fn of(digits: &str) -> Option<(Ai, &'static Format)> {
        Format::of(digits)
    }

    /// Whether its values have a length that every reader knows, so that no FNC1 ends them (GS1 General Specifications,
    /// section 7.8.5).
    pub fn is_predefined(self) -> bool {
        let first_two = match self.0 {
            0..100 => self.0,
            100..1000 => self.0 / 10,
            1000.. => self.0 / 100,
        };
        matches!(first_two, 0..=4 | 11..=20 | 31..=36 | 41)
    }

    /// Its number.
    pub fn number(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Ai {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}", self.0)
    }
}

/// Why a text in one of the spellings of GS1 cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Gs1Error {
    /// Neither brackets nor digits where an AI begins, or digits that are none.
    #[error("{0:?} is no application identifier")]
    UnknownAi(String),
    /// The value of an AI is not as it must be.
    #[error("({ai}): {fault}")]
    Value {
        /// Which.
        ai: Ai,
        /// What is wrong.
        fault: ValueFault,
    },
    /// Two values for what is one.
    #[error("({0}) is there twice and differs")]
    Repeated(Ai),
    /// More than [`ELEMENTS_MAX`], or more characters than any code has.
    #[error("more than any code carries")]
    TooMuch,
    /// It names no goods, as the code of a pallet or a coupon.
    #[error("there is no number of goods (01) in it")]
    NoGoods,
    /// An address whose path or escapes are broken.
    #[error("the address is not built as a GS1 Digital Link")]
    BadLink,
    /// A price in another currency than the store's.
    #[error("({0}): the price is in another currency")]
    ForeignPrice(Ai),
    /// A price that cannot be paid in the store's currency.
    #[error("({0}): the price cannot be paid")]
    OddPrice(Ai),
}

/// What a GS1 code says about the goods that bear it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gs1 {
    /// The goods (01).
    pub gtin: Gtin,
    /// Batch or lot (10).
    pub lot: Option<String>,
    /// Serial number (21).
    pub serial: Option<String>,
    /// Not to be used after this day (17).
    pub expiry: Option<ShortDate>,
    /// Best before (15).
    pub best_before: Option<ShortDate>,
    /// Not to be sold after this day (16).
    pub sell_by: Option<ShortDate>,
    /// Net weight in kilograms, to the gram (310n).
    pub weight: Option<Quantity>,
    /// What the goods cost (392n, 393n).
    pub price: Option<LabelPrice>,
    /// How many are in it (30, else 37).
    pub count: Option<u32>,
    /// Whatever else it carries, checked but not understood, in its order.
    pub other: Vec<(Ai, String)>,
}

/// A price as a label carries it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LabelPrice {
    ai: Ai,
    digits: u64,
    decimals: u8,
    /// ISO 4217 number; without one it is the currency of the place.
    currency: Option<u16>,
}

/// Numbers of ISO 4217 for the currencies that the shop knows.
const CURRENCY_NUMBERS: [(&str, u16); 10] = [
    ("CNY", 156),
    ("HKD", 344),
    ("TWD", 901),
    ("JPY", 392),
    ("USD", 840),
    ("EUR", 978),
    ("GBP", 826),
    ("SGD", 702),
    ("CHF", 756),
    ("KWD", 414),
];

impl LabelPrice {
    /// The price in the store's currency.
    pub fn in_currency(self, currency: Currency) -> Result<Money, Gs1Error> {
        let is_ours = |number| CURRENCY_NUMBERS.contains(&(currency.code(), number));
        if self.currency.is_some_and(|number| !is_ours(number)) {
            return Err(Gs1Error::ForeignPrice(self.ai));
        }
        let (units, step) = (u128::from(self.digits) * currency.units_per_major() as u128, power(self.decimals));
        if !units.is_multiple_of(step) || units / step > AMOUNT_MAX as u128 {
            return Err(Gs1Error::OddPrice(self.ai));
        }
        Ok(Money::minor((units / step) as i64))
    }
}

fn power(decimals: u8) -> u128 {
    10_u128.pow(u32::from(decimals))
}

/// A checked value and the AI it belongs to.
struct Element {
    ai: Ai,
    format: &'static Format,
    value: String,
}

impl Gs1 {
    /// Reads any of the spellings.
    pub fn parse(text: &str) -> Result<Gs1, Gs1Error> {
        if text.len() > CODE_CHARS_MAX {
            return Err(Gs1Error::TooMuch);
        }
        Gs1::of(elements(text)?)
    }

    /// All that a text in any of the spellings carries, in its order and as it stands there: what names no goods, too.
    pub fn elements(text: &str) -> Result<Vec<(Ai, String)>, Gs1Error> {
        if text.len() > CODE_CHARS_MAX {
            return Err(Gs1Error::TooMuch);
        }
        Ok(elements(text)?.into_iter().map(|element| (element.ai, element.value)).collect())
    }

    /// Whether a text begins as only GS1 data do.
    pub(super) fn opens(text: &str) -> bool {
        text.len() <= CODE_CHARS_MAX && spelling(text).is_some()
    }

    /// Reads an element string that nothing announces: scanners that send no AIM identifier give the number of the goods
    /// first (01 and 14 digits). Anything that is not such a string from end to end is none.
    pub(super) fn unannounced(text: &str) -> Option<Gs1> {
        let begins = text.len() >= 16 && text.starts_with("01");
        begins.then(|| Gs1::parse(text).ok())?
    }

    /// The last day on which the goods may be sold: the earlier of use-by and sell-by, or best-before where neither is told.
    /// `today` decides the century.
    pub fn expires_on(&self, today: Date) -> Option<Date> {
        let near = |date: Option<ShortDate>| date.map(|date| date.near(today));
        near(self.expiry).into_iter().chain(near(self.sell_by)).min().or(near(self.best_before))
    }

    fn of(elements: Vec<Element>) -> Result<Gs1, Gs1Error> {
        let goods = elements.iter().find(|element| element.ai == Ai(1)).ok_or(Gs1Error::NoGoods)?;
        let gtin = Gtin::parse(&goods.value).map_err(|_| Gs1Error::NoGoods)?;
        let mut gs1 = Gs1 {
            gtin,
            lot: None,
            serial: None,
            expiry: None,
            best_before: None,
            sell_by: None,
            weight: None,
            price: None,
            count: elements.iter().find(|element| element.ai == Ai(30)).map(|element| whole(&element.value)),
            other: Vec::new(),
        };
        let mut seen: Vec<&Element> = Vec::new();
        for element in &elements {
            match seen.iter().find(|before| before.ai == element.ai) {
                Some(before) if before.value == element.value => continue,
                Some(_) => return Err(Gs1Error::Repeated(element.ai)),
                None => seen.push(element),
            }
            gs1.take(element)?;
        }
        Ok(gs1)
    }

    fn take(&mut self, Element { ai, format, value }: &Element) -> Result<(), Gs1Error> {
        let decimals = format.decimals(*ai).unwrap_or(0);
        match ai.0 {
            1 | 30 => {}
            10 => self.lot = Some(value.clone()),
            15 => self.best_before = Some(ShortDate::of_checked(value)),
            16 => self.sell_by = Some(ShortDate::of_checked(value)),
            17 => self.expiry = Some(ShortDate::of_checked(value)),
            21 => self.serial = Some(value.clone()),
            37 => self.count = self.count.or(Some(whole(value))),
            3100..=3105 => {
                let weight = Quantity::thousandths(thousandths(whole(value), decimals));
                if self.weight.replace(weight).is_some() {
                    return Err(Gs1Error::Repeated(*ai));
                }
            }
            3920..=3939 => {
                let (currency, digits) = if ai.0 < 3930 { ("", &value[..]) } else { value.split_at(3) };
                let currency = currency.parse().ok();
                let digits = digits.parse().expect("at most 15 checked digits");
                if self.price.replace(LabelPrice { ai: *ai, digits, decimals, currency }).is_some() {
                    return Err(Gs1Error::Repeated(*ai));
                }
            }
            _ => self.other.push((*ai, value.clone())),
        }
        Ok(())
    }
}

/// A checked value of at most eight digits.
fn whole(value: &str) -> u32 {
    value.parse().expect("at most eight checked digits")
}

/// A decimal number in thousandths, half up.
fn thousandths(digits: u32, decimals: u8) -> i64 {
    let step = power(decimals) as i64;
    (i64::from(digits) * 2000 + step) / (2 * step)
}

enum Spelling<'a> {
    Elements(&'a str),
    Brackets(&'a str),
    Link(link::Link<'a>),
}

/// By what a text says that it is GS1 data.
fn spelling(text: &str) -> Option<Spelling<'_>> {
    if let Some(data) = AIM.iter().find_map(|aim| text.strip_prefix(aim)) {
        return Some(Spelling::Elements(data));
    }
    if let Some(link) = link::Link::find(text) {
        return Some(Spelling::Link(link));
    }
    if bracket(text).is_some() {
        return Some(Spelling::Brackets(text));
    }
    text.contains(FNC1).then_some(Spelling::Elements(text))
}

fn elements(text: &str) -> Result<Vec<Element>, Gs1Error> {
    match spelling(text) {
        Some(Spelling::Elements(text)) => element_string(text),
        Some(Spelling::Brackets(text)) => bracketed(text),
        Some(Spelling::Link(link)) => link.elements(),
        None => element_string(text),
    }
}

fn element_string(text: &str) -> Result<Vec<Element>, Gs1Error> {
    let mut elements = Vec::new();
    let mut rest = text.trim_start_matches(FNC1);
    while !rest.is_empty() {
        let (ai, format) = Format::at_start(rest).ok_or_else(|| unknown(rest))?;
        rest = &rest[ai.to_string().len()..];
        let to_separator = rest.find(FNC1).unwrap_or(rest.len());
        let length = if ai.is_predefined() { format.length().1.min(to_separator) } else { to_separator };
        // A length that falls into a character beyond ASCII is no end: the check tells what is wrong.
        let length = if rest.is_char_boundary(length) { length } else { to_separator };
        push(&mut elements, ai, format, rest[..length].to_owned())?;
        rest = rest[length..].trim_start_matches(FNC1);
    }
    Ok(elements)
}

/// `(AI)value(AI)value`; values may have brackets, as long as no AI stands between them. Blanks are for the eye.
fn bracketed(text: &str) -> Result<Vec<Element>, Gs1Error> {
    let text: String = text.chars().filter(|c| *c != ' ').collect();
    let mut elements = Vec::new();
    let mut rest = &text[..];
    while !rest.is_empty() {
        let digits = bracket(rest).ok_or_else(|| unknown(rest))?;
        let (ai, format) = Format::of(digits).ok_or_else(|| unknown(digits))?;
        rest = &rest[digits.len() + 2..];
        let is_next = |at: &usize| bracket(&rest[*at..]).is_some_and(|digits| Format::of(digits).is_some());
        let end = rest.match_indices('(').map(|(at, _)| at).find(is_next).unwrap_or(rest.len());
        push(&mut elements, ai, format, rest[..end].to_owned())?;
        rest = &rest[end..];
    }
    Ok(elements)
}

/// The digits of `(01)` at the beginning of a text.
fn bracket(text: &str) -> Option<&str> {
    let digits = text.strip_prefix('(')?.split_once(')')?.0;
    ((2..=4).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

fn push(elements: &mut Vec<Element>, ai: Ai, format: &'static Format, value: String) -> Result<(), Gs1Error> {
    if elements.len() >= ELEMENTS_MAX {
        return Err(Gs1Error::TooMuch);
    }
    value::check(format, &value).map_err(|fault| Gs1Error::Value { ai, fault })?;
    elements.push(Element { ai, format, value });
    Ok(())
}

fn unknown(text: &str) -> Gs1Error {
    Gs1Error::UnknownAi(text.chars().take(4).collect())
}

#[cfg(test)]
mod tests;
