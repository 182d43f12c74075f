//! Goods between the shelf and the payment.

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use crate::barcode::Embedded;
use crate::item::{Item, Terms};
use crate::member::Member;
use crate::money::{AMOUNT_MAX, Money};
use crate::quantity::{Quantity, QuantityError, Unit};
use crate::tax::TaxRate;
use crate::tender::Tender;

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
    /// What belongs to the whole basket.
    pub about: About,
    lines: Vec<Line>,
}

/// What belongs to a whole basket beside its lines.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct About {
    /// Coupons that were presented, as the rule book names them.
    pub coupons: Vec<Coupon>,
    /// Taken off the whole basket by hand.
    pub discount: Option<ManualDiscount>,
    /// Staff id of who advised the shopper, for lines that name nobody else.
    pub salesperson: Option<String>,
    /// For people.
    pub note: Option<String>,
    /// Number of the certificate that makes the sale exempt from tax.
    pub tax_exempt: Option<String>,
    /// Whether it is sold at the staff's price, and to whom.
    pub staff_sale: Option<String>,
    /// Goods put by that are collected with this sale.
    pub hold: Option<Uuid>,
    /// What is paid already; kept over a power cut.
    pub taken: Vec<Tender>,
    /// How other tills' sales were paid whose goods come back in it, as their receipts prove.
    pub refund_to: Vec<Tender>,
    /// Single-use coupons that are good again, because everything they lowered came back.
    pub coupons_back: Vec<Coupon>,
}

/// A coupon that was presented.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coupon {
    /// Its code.
    pub code: String,
    /// The quota under which it may be used up here, when it is for a single use.
    pub grant: Option<Uuid>,
}

/// Something taken off by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManualDiscount {
    /// How much.
    pub off: Off,
    /// Why.
    pub reason: String,
    /// Staff id of who allowed it, when it was not the cashier.
    pub approved_by: Option<String>,
}

/// How much is taken off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Off {
    /// In basis points of what is left after the rules: 10 % is 1000.
    Percent(u32),
    /// An amount at the shelf's price, above zero.
    Amount(Money),
}

/// What belongs to one line beside goods, quantity and price. Most lines have none of it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Facets {
    /// The price that was typed instead of the shelf's.
    pub override_price: Option<PriceOverride>,
    /// Taken off by hand.
    pub discount: Option<ManualDiscount>,
    /// Staff id of who advised the shopper.
    pub salesperson: Option<String>,
    /// For people.
    pub note: Option<String>,
    /// Serial number.
    pub serial: Option<String>,
    /// Lot.
    pub lot: Option<String>,
    /// Best before.
    pub expires: Option<Date>,
    /// Taken off the scale's weight; `quantity` is net.
    pub tare: Option<Quantity>,
    /// Line number of the goods this deposit belongs to.
    pub deposit_of: Option<u32>,
    /// Number of the gift card that is activated, or id of the member whose account is topped up.
    pub account: Option<String>,
    /// Staff id of who saw the birth date, for goods with an age.
    pub age_checked_by: Option<String>,
    /// What it was sold as, for goods that come back with their receipt.
    pub origin: Option<Origin>,
    /// Why it comes back.
    pub reason: Option<String>,
    /// It comes back and is not sold again.
    pub damaged: bool,
}

/// A price that was typed instead of the shelf's, and by whose leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceOverride {
    /// The shelf's price.
    pub instead_of: Money,
    /// Why.
    pub reason: String,
    /// Staff id of who allowed it, when it was not the cashier.
    pub approved_by: Option<String>,
}

/// The line of an earlier sale that goods come back from. The amounts are shares of what that sale stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The sale.
    pub sale: Uuid,
    /// Number on its receipt.
    pub receipt: String,
    /// Line within it.
    pub line: u32,
    /// What is given back for this return, tax included; zero or more.
    pub gross: Money,
    /// Tax in it.
    pub tax: Money,
    /// Points that the sale gave for these goods and that are taken back.
    pub points: i64,
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
    /// How the item may be sold, as it was when it came into the basket.
    pub terms: Terms,
    /// What belongs to this line alone.
    pub facets: Facets,
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
        let single = self.facets.serial.is_some() || self.facets.origin.is_some();
        let alike = self.facets == other.facets && self.terms == other.terms && !single;
        pieces && same && alike && !self.voided && self.quantity.is_return() == other.quantity.is_return()
    }
}

impl Basket {
    /// An empty basket.
    pub fn new(id: Uuid, started_at: Timestamp) -> Basket {
        Basket { id, started_at, member: None, about: About::default(), lines: Vec::new() }
    }

    /// A basket as it was stored. Line numbers must grow.
    pub fn restore(
        id: Uuid,
        started_at: Timestamp,
        member: Option<Member>,
        about: About,
        lines: Vec<Line>,
    ) -> Option<Basket> {
        let grows = lines.windows(2).all(|pair| pair[0].no < pair[1].no);
        let within = |line: &Line| {
            let label = check_label(line.label_amount);
            line.quantity.checked().is_ok() && check_amount(line.quantity, line.unit_price).and(label).is_ok()
        };
        let sane = lines.len() <= LINES_MAX && lines.iter().all(within);
        (grows && sane).then_some(Basket { id, started_at, member, about, lines })
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

    /// What belongs to one line that counts, to be changed.
    pub fn facets_mut(&mut self, no: u32) -> Option<&mut Facets> {
        self.lines.iter_mut().find(|line| line.no == no && !line.voided).map(|line| &mut line.facets)
    }

    /// Replaces the unit price of a line that counts.
    pub fn set_price(&mut self, no: u32, price: Money) -> Result<(), BasketError> {
        let line = self.lines.iter_mut().find(|line| line.no == no && !line.voided).ok_or(BasketError::NoSuchLine)?;
        if line.label_amount.is_some() {
            return Err(BasketError::Labelled);
        }
        check_amount(line.quantity, price)?;
        line.unit_price = price;
        Ok(())
    }

    /// Adds goods at the price of this moment, or counts them on the newest line when that is the same item. Returns
    /// the number of the line.
    pub fn add(&mut self, item: &Item, added: Added, now: Timestamp) -> Result<u32, BasketError> {
        self.add_with(item, added, Facets::default(), now)
    }

    /// Adds goods with what belongs to their line alone; they are counted on the newest line only when that has the same.
    /// The deposit of the newest goods is looked past.
    pub fn add_with(&mut self, item: &Item, added: Added, facets: Facets, now: Timestamp) -> Result<u32, BasketError> {
        let unit_price = item.prices.at(now).ok_or(BasketError::NoPrice)?;
        let line = Line { facets, ..self.line_of(item, &added, unit_price)? };
        let newest = self.lines.iter_mut().rev().find(|line| line.facets.deposit_of.is_none());
        if let Some(last) = newest.filter(|last| last.takes(&line)) {
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
            terms: item.terms.clone(),
            facets: Facets::default(),
            voided: false,
        })
    }

    /// Puts a line of another basket under the next number, as it is. Returns the number.
    pub fn put(&mut self, line: Line) -> Result<u32, BasketError> {
        if self.lines.len() >= LINES_MAX {
            return Err(BasketError::Full);
        }
        line.quantity.checked()?;
        check_label(line.label_amount)?;
        check_amount(line.quantity, line.unit_price)?;
        let no = self.lines.last().map_or(1, |line| line.no + 1);
        self.lines.push(Line { no, ..line });
        Ok(no)
    }

    /// Takes a part of a line that counts out of the basket, or all of it when `part` is nothing. What is left stays under
    /// its number; of a line that is taken whole nothing stays.
    pub fn take(&mut self, no: u32, part: Option<Quantity>) -> Result<Line, BasketError> {
        let at = self.lines.iter().position(|line| line.no == no && !line.voided).ok_or(BasketError::NoSuchLine)?;
        let whole = self.lines[at].quantity;
        let all = Quantity::thousandths(whole.in_thousandths().abs());
        let part = part.unwrap_or(all).checked()?;
        if part == all {
            return Ok(self.lines.remove(at));
        }
        if part > all {
            return Err(BasketError::Quantity(QuantityError::TooMuch));
        }
        if self.lines[at].label_amount.is_some() {
            return Err(BasketError::Labelled);
        }
        let part = if whole.is_return() { -part } else { part };
        self.lines[at].quantity = whole + -part;
        Ok(Line { quantity: part, ..self.lines[at].clone() })
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
