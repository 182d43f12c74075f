//! What a code at the shelf means: which goods, how much, which lot.

use domain::barcode::{Barcode, Embedded};
use domain::item::Item;
use domain::quantity::{Quantity, Unit};
use domain::stock::{Lot, What};
use jiff::civil::Date;

use super::{Here, Problem};

/// Characters of the number of a lot.
const LOT_CHARS_MAX: usize = 40;

/// What was read at the shelf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Read {
    /// The goods.
    pub(super) what: What,
    /// The item, when the catalogue knows it.
    pub(super) item: Option<Item>,
    /// As far as the code tells it.
    pub(super) lot: Lot,
    /// How much; nothing for goods that are weighed and whose code tells no weight.
    pub(super) quantity: Option<Quantity>,
}

impl Read {
    /// Reads a code.
    ///
    /// # Errors
    /// When it is none, or when its goods have no stock.
    pub(super) fn of(here: &Here<'_>, code: &str) -> Result<Read, Problem> {
        let barcode = Barcode::parse(code, &here.store.layouts).map_err(|_| Problem::NoCode)?;
        let item = here.goods.item_by_code(&barcode.key()).map_err(|_| Problem::NotLookedUp)?;
        let gs1 = barcode.gs1();
        let dates = gs1.into_iter().flat_map(|gs1| [gs1.expiry, gs1.sell_by, gs1.best_before]).flatten();
        let lot = Lot {
            no: gs1.and_then(|gs1| gs1.lot.clone()).unwrap_or_default(),
            expires: dates.map(|date| date.near(here.now.local.date())).min(),
        };
        let embedded = barcode.embedded(here.store.currency).ok().flatten().and_then(Embedded::weight);
        let count = gs1.and_then(|gs1| gs1.count).filter(|count| *count > 0);
        let Some(item) = item else {
            return Ok(Read { what: What::Unknown(barcode.key()), item: None, lot, quantity: Some(Quantity::ONE) });
        };
        let read = Read::item(item)?;
        let quantity = match read.quantity {
            None => embedded,
            Some(one) => Some(count.map_or(one, |count| Quantity::pieces(i64::from(count)))),
        };
        Ok(Read { lot, quantity, ..read })
    }

    /// Goods that were touched.
    pub(super) fn item(item: Item) -> Result<Read, Problem> {
        if !item.terms.kind.has_stock() {
            return Err(Problem::NoStock);
        }
        let quantity = (item.unit == Unit::Piece).then_some(Quantity::ONE);
        Ok(Read { what: What::Item(item.id.clone()), item: Some(item), lot: Lot::default(), quantity })
    }
}

/// A quantity of nothing or more, as typed.
pub(super) fn typed_quantity(text: &str, unit: Unit) -> Result<Quantity, Problem> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte == b'0') {
        return Ok(Quantity::NONE);
    }
    Quantity::parse(text, unit).map_err(|_| Problem::NoQuantity)
}

/// The number of a lot, as typed.
pub(super) fn typed_lot(text: &str) -> Result<String, Problem> {
    let text = text.trim();
    let sound = text.chars().count() <= LOT_CHARS_MAX && text.chars().all(|c| c.is_ascii_graphic() || c == ' ');
    if sound { Ok(text.to_owned()) } else { Err(Problem::NoLot) }
}

/// A day, as typed: `20270301`, `270301` or with anything between.
pub(super) fn typed_day(text: &str) -> Result<Date, Problem> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let digits = if digits.len() == 6 { format!("20{digits}") } else { digits };
    if digits.len() != 8 {
        return Err(Problem::NoDay);
    }
    let number = |from: usize, until: usize| digits[from..until].parse::<i16>().unwrap_or(-1);
    let day = (i8::try_from(number(4, 6)), i8::try_from(number(6, 8)));
    let (Ok(month), Ok(day)) = day else { return Err(Problem::NoDay) };
    Date::new(number(0, 4), month, day).map_err(|_| Problem::NoDay)
}

/// Words of a person: a zone, a store, a supplier, a reason.
pub(super) fn typed_words(text: &str) -> Result<String, Problem> {
    const WORDS_CHARS_MAX: usize = 60;
    let words: String = text.chars().filter(|c| !c.is_control()).collect();
    let words = words.trim();
    match words.chars().count() {
        0 => Err(Problem::NoWords),
        1..=WORDS_CHARS_MAX => Ok(words.to_owned()),
        _ => Err(Problem::TooManyWords),
    }
}
