//! Between wire and domain. Towards the wire nothing can fail; from the wire everything is checked.

mod basket;
mod catalogue;
mod event;
mod payment;
mod policy;
mod quota;
mod rules;
mod sale;
mod shift;
mod stock;
mod tender;
mod terms;

#[cfg(test)]
mod round_trips;
#[cfg(test)]
mod stock_round_trips;

pub use payment::{family_named, family_word};
pub use rules::BadRuleBook;
pub use shift::ClosedAt;
pub use tender::{tender_kind, tender_word};

use domain::money::Money;
use domain::quantity::{Quantity, Unit};
use jiff::Timestamp;
use jiff::civil::Date;

/// The largest sum in minor units that is believed: a hundred times the largest amount.
const SUM_MAX: u64 = domain::money::AMOUNT_MAX.unsigned_abs() * 100;
/// Characters of words that people type or settings hold: names, reasons, notes, numbers.
pub const TEXT_MAX: usize = 500;

/// A message is well-formed, but says something that cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} cannot be {value}")]
pub struct BadWire {
    /// Name of the field.
    pub field: &'static str,
    /// What it said.
    pub value: String,
}

fn bad(field: &'static str, value: impl ToString) -> BadWire {
    BadWire { field, value: value.to_string() }
}

/// An instant from its milliseconds.
pub fn instant(field: &'static str, at_ms: i64) -> Result<Timestamp, BadWire> {
    Timestamp::from_millisecond(at_ms).map_err(|_| bad(field, at_ms))
}

/// A date as `YYYY-MM-DD`.
pub fn date(field: &'static str, text: &str) -> Result<Date, BadWire> {
    text.parse().map_err(|_| bad(field, text.chars().take(TEXT_MAX).collect::<String>()))
}

/// An amount of a sale or of a day: either sign, and no more than sums of a shop come to.
pub fn amount_of(field: &'static str, units: i64) -> Result<Money, BadWire> {
    match units.unsigned_abs() {
        0..=SUM_MAX => Ok(Money::minor(units)),
        _ => Err(bad(field, units)),
    }
}

/// A price that a shop may ask: not negative, not above the largest amount.
fn price_of(units: i64) -> Result<Money, BadWire> {
    price_in("price", units)
}

/// [`price_of`], for a field of another name.
fn price_in(field: &'static str, units: i64) -> Result<Money, BadWire> {
    match units {
        0..=domain::money::AMOUNT_MAX => Ok(Money::minor(units)),
        other => Err(bad(field, other)),
    }
}

/// A quantity above zero that a line can hold.
fn quantity_of(field: &'static str, thousandths: i64) -> Result<Quantity, BadWire> {
    let quantity = Quantity::thousandths(thousandths.max(0));
    quantity.checked().map_err(|_| bad(field, thousandths))
}

/// Words of a length that people write.
fn text(field: &'static str, words: &str) -> Result<String, BadWire> {
    match words.chars().nth(TEXT_MAX) {
        None => Ok(words.to_owned()),
        Some(_) => Err(bad(field, format!("{} characters", words.chars().count()))),
    }
}

fn text_option(field: &'static str, words: &Option<String>) -> Result<Option<String>, BadWire> {
    words.as_deref().map(|words| text(field, words)).transpose()
}

/// A list of at most so many, each read by `read`.
fn list<'a, T, U>(
    field: &'static str,
    found: &'a [T],
    count_max: usize,
    read: impl FnMut(&'a T) -> Result<U, BadWire>,
) -> Result<Vec<U>, BadWire> {
    match found.len() {
        count if count <= count_max => found.iter().map(read).collect(),
        count => Err(bad(field, format!("a list of {count}"))),
    }
}

/// What says something, or nothing.
fn unless_default<T: Default + PartialEq>(value: T) -> Option<Box<T>> {
    (value != T::default()).then(|| Box::new(value))
}

fn unit_word(unit: Unit) -> &'static str {
    match unit {
        Unit::Piece => "piece",
        Unit::Kilogram => "kg",
    }
}

fn unit_of(word: &str) -> Result<Unit, BadWire> {
    match word {
        "piece" => Ok(Unit::Piece),
        "kg" => Ok(Unit::Kilogram),
        other => Err(bad("unit", other)),
    }
}
