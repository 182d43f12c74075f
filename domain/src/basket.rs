//! Goods between the shelf and the payment.

use jiff::Timestamp;
use uuid::Uuid;

use crate::barcode::Embedded;
use crate::item::Item;
use crate::member::Member;
use crate::money::{AMOUNT_MAX, Money};
use crate::quantity::{Quantity, QuantityError, Unit};
use crate::tax::TaxRate;

/// Lines of one basket, voided ones included.
pub const LINES_MAX: usize = 999;

/// The most one line costs, in minor units: a thousand such lines still sum to an amount the till takes.
const LINE_AMOUNT_MAX: i64 = AMOUNT_MAX / 1000;

/// Goods that are being sold or were put aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basket {
    /// Its id; the sale made from it bears the same.
    pub id: Uuid,
    /// When it was begun.
    pub started_at: Timestamp,
    /// The member, when known.
    pub member: Option<Member>,
    lines: Vec<Line>,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Number within the basket, from 1; never used twice.
    pub no: u32,
    /// The item's id.
    pub item: String,
    /// The item's name.
    pub name: String,
    /// The item's English name.
    pub name_en: Option<String>,
    /// The key it was found by.
    pub code: Option<String>,
    /// What it is counted in.
    pub unit: Unit,
    /// How much; negative when it comes back.
    pub quantity: Quantity,
    /// Price of one unit.
    pub unit_price: Money,
    /// Amount carried by the label, for goods priced on the scale; without sign.
    pub label_amount: Option<Money>,
    /// Its tax.
    pub tax: TaxRate,
    /// Whether it no longer counts.
    pub voided: bool,
}

/// Why a line cannot be added or changed. Nothing has changed then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BasketError {
    /// No more than [`LINES_MAX`] lines.
    #[error("the basket is full: {LINES_MAX} lines")]
    Full,
    /// The quantity is nothing or too much.
    #[error("{0}")]
    Quantity(#[from] QuantityError),
    /// The line would cost more than any amount the till takes.
    #[error("the line would cost more than the till takes")]
    TooExpensive,
    /// No such line, or it is voided.
    #[error("there is no such line")]
    NoSuchLine,
    /// The item has no price at this time.
    #[error("the item has no price")]
    NoPrice,
    /// The label names what its goods cost or weigh, and so its quantity is fixed.
    #[error("the quantity of a labelled item cannot be changed")]
    Labelled,
}

impl Line {
    /// The item's name in a language.
    pub fn name_in(&self, english: bool) -> &str {
        match &self.name_en {
            Some(name) if english => name,
            _ => &self.name,
        }
    }

    /// Pieces for people who count; weighed goods are one. Negative when they come back.
    pub fn pieces(&self) -> i64 {
        match self.unit {
            Unit::Piece => self.quantity.in_thousandths() / 1000,
            Unit::Kilogram => self.quantity.in_thousandths().signum(),
        }
    }

    /// What the line costs at the shelf's price.
    pub fn amount(&self) -> Money {
        match self.label_amount {
            Some(amount) if self.quantity.is_return() => -amount,
            Some(amount) => amount,
            None => self.quantity.times(self.unit_price),
        }
    }

    /// Whether a further piece of the same may be counted on this line.
    fn takes(&self, other: &Line) -> bool {
        let pieces = self.unit == Unit::Piece && self.label_amount.is_none() && other.label_amount.is_none();
        let same = self.item == other.item && self.unit_price == other.unit_price && self.tax == other.tax;
        pieces && same && !self.voided && self.quantity.is_return() == other.quantity.is_return()
    }
}

impl Basket {
    /// An empty basket.
    pub fn new(id: Uuid, started_at: Timestamp) -> Basket {
        Basket { id, started_at, member: None, lines: Vec::new() }
    }

    /// A basket as it was stored. Line numbers must grow.
    pub fn restore(id: Uuid, started_at: Timestamp, member: Option<Member>, lines: Vec<Line>) -> Option<Basket> {
        let grows = lines.windows(2).all(|pair| pair[0].no < pair[1].no);
        let within = |line: &Line| {
            let label = check_label(line.label_amount);
            line.quantity.checked().is_ok() && check_amount(line.quantity, line.unit_price).and(label).is_ok()
        };
        let sane = lines.len() <= LINES_MAX && lines.iter().all(within);
        (grows && sane).then_some(Basket { id, started_at, member, lines })
    }

    /// All lines, voided ones too, by number.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Lines that count.
    pub fn active(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(|line| !line.voided)
    }

    /// Whether no line counts.
    pub fn is_empty(&self) -> bool {
        self.active().next().is_none()
    }

    /// A line that counts.
    pub fn line(&self, no: u32) -> Option<&Line> {
        self.active().find(|line| line.no == no)
    }

    /// The newest line that counts.
    pub fn last(&self) -> Option<&Line> {
        self.lines.iter().rev().find(|line| !line.voided)
    }

    /// Adds goods at the price of this moment, or counts them on the newest line when that is the same item. Returns
    /// the number of the line.
    pub fn add(&mut self, item: &Item, added: Added, now: Timestamp) -> Result<u32, BasketError> {
        let unit_price = item.prices.at(now).ok_or(BasketError::NoPrice)?;
        let line = self.line_of(item, &added, unit_price)?;
        if let Some(last) = self.lines.last_mut().filter(|last| last.takes(&line)) {
            let quantity = (last.quantity + line.quantity).checked()?;
            check_amount(quantity, unit_price)?;
            last.quantity = quantity;
            return Ok(last.no);
        }
        if self.lines.len() >= LINES_MAX {
            return Err(BasketError::Full);
        }
        let no = line.no;
        self.lines.push(line);
        Ok(no)
    }

    fn line_of(&self, item: &Item, added: &Added, unit_price: Money) -> Result<Line, BasketError> {
        let label_amount = added.label.and_then(Embedded::price);
        check_label(label_amount)?;
        let quantity = match (added.label, item.unit) {
            // Some scales count pieces; a part of a piece is a label that does not belong to the item.
            (Some(Embedded::Weight(part)), Unit::Piece) if part.in_thousandths() % 1000 != 0 => {
                return Err(BasketError::Quantity(QuantityError::TooFine));
            }
            (Some(Embedded::Weight(weight)), _) => weight,
            (Some(Embedded::Price(price)), Unit::Kilogram) if !unit_price.is_zero() => {
                // The label names what was paid; the weight follows from it, at least a gram.
                Quantity::thousandths(price.scale(1000, unit_price.units()).units().max(1))
            }
            (Some(Embedded::Price(_)), _) => Quantity::ONE,
            (None, _) => added.quantity,
        };
        let quantity = quantity.checked()?;
        let quantity = if added.comes_back { -quantity } else { quantity };
        check_amount(quantity, unit_price)?;
        Ok(Line {
            no: self.lines.last().map_or(1, |line| line.no + 1),
            item: item.id.clone(),
            name: item.name.clone(),
            name_en: item.name_en.clone(),
            code: added.code.clone().or_else(|| item.code.clone()),
            unit: item.unit,
            quantity,
            unit_price,
            label_amount,
            tax: item.tax.clone(),
            voided: false,
        })
    }

    /// Sets how much is on a line; the direction (sold or coming back) stays.
    pub fn set_quantity(&mut self, no: u32, quantity: Quantity) -> Result<(), BasketError> {
        let line = self.lines.iter_mut().find(|line| line.no == no && !line.voided).ok_or(BasketError::NoSuchLine)?;
        if line.label_amount.is_some() {
            return Err(BasketError::Labelled);
        }
        let quantity = quantity.checked()?;
        check_amount(quantity, line.unit_price)?;
        line.quantity = if line.quantity.is_return() { -quantity } else { quantity };
        Ok(())
    }

    /// Voids a line; it stays in the basket and in the sale's record.
    pub fn void(&mut self, no: u32) -> Result<(), BasketError> {
        let line = self.lines.iter_mut().find(|line| line.no == no && !line.voided).ok_or(BasketError::NoSuchLine)?;
        line.voided = true;
        Ok(())
    }
}

/// How goods come into the basket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Added {
    /// How much, above zero; ignored where the label tells.
    pub quantity: Quantity,
    /// What the label carries.
    pub label: Option<Embedded>,
    /// The key it was found by.
    pub code: Option<String>,
    /// Whether the goods come back from the shopper.
    pub comes_back: bool,
}

impl Added {
    /// One piece, sold.
    pub fn one() -> Added {
        Added { quantity: Quantity::ONE, label: None, code: None, comes_back: false }
    }
}

/// A label that says zero is a misprint, not a present.
fn check_label(amount: Option<Money>) -> Result<(), BasketError> {
    match amount.map(Money::units) {
        None => Ok(()),
        Some(..=0) => Err(BasketError::NoPrice),
        Some(units) if units > LINE_AMOUNT_MAX => Err(BasketError::TooExpensive),
        Some(_) => Ok(()),
    }
}

fn check_amount(quantity: Quantity, unit_price: Money) -> Result<(), BasketError> {
    let amount = i128::from(quantity.in_thousandths()) * i128::from(unit_price.units()) / 1000;
    if amount.abs() > i128::from(LINE_AMOUNT_MAX) { Err(BasketError::TooExpensive) } else { Ok(()) }
}
