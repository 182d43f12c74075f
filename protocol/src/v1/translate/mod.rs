//! Between wire and domain. Towards the wire nothing can fail; from the wire everything is checked.

mod catalogue;

use domain::basket::{Basket, Line};
use domain::event::Event;
use domain::member::Member;
use domain::money::{Currency, Money};
use domain::quantity::{Quantity, Unit};
use domain::sale::{Sale, SaleLine};
use domain::shift::{ClosedShift, TenderTotal, Totals};
use domain::tax::{TaxRate, TaxTotal};
use domain::tender::{Tender, TenderKind};
use jiff::Timestamp;

use super as v1;

/// The largest sum in minor units that is believed: a hundred times the largest amount.
const SUM_MAX: u64 = domain::money::AMOUNT_MAX.unsigned_abs() * 100;

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

/// A tender's word on the wire.
pub fn tender_word(kind: TenderKind) -> &'static str {
    match kind {
        TenderKind::Cash => "cash",
    }
}

fn tender_of(word: &str) -> Result<TenderKind, BadWire> {
    match word {
        "cash" => Ok(TenderKind::Cash),
        other => Err(bad("tender kind", other)),
    }
}

impl From<&Event> for v1::Body {
    fn from(event: &Event) -> v1::Body {
        match event {
            Event::ShiftOpened(shift) => {
                v1::Body::ShiftOpened(v1::ShiftOpened { shift: shift.id, float: shift.float.units() })
            }
            Event::SaleCompleted(sale) => v1::Body::SaleCompleted(Box::new((&**sale).into())),
            Event::SaleVoided(basket) => v1::Body::SaleVoided(v1::SaleVoided { basket: basket.into() }),
            Event::SaleSuspended(basket) => v1::Body::SaleSuspended(v1::SaleSuspended { basket: basket.into() }),
            Event::SaleRecalled(basket) => v1::Body::SaleRecalled(v1::SaleRecalled { basket: *basket }),
            Event::DrawerOpened => v1::Body::DrawerOpened(v1::DrawerOpened { reason: "no_sale".into() }),
            Event::Reprinted { receipt } => v1::Body::Reprinted(v1::Reprinted { receipt: receipt.clone() }),
            Event::LockedOut { staff, tries } => {
                v1::Body::LockedOut(v1::LockedOut { staff: staff.clone(), tries: *tries })
            }
            Event::ShiftClosed(closed) => v1::Body::ShiftClosed((&**closed).into()),
        }
    }
}

impl From<&ClosedShift> for v1::ShiftClosed {
    fn from(closed: &ClosedShift) -> v1::ShiftClosed {
        v1::ShiftClosed {
            shift: closed.shift.id,
            z_no: closed.z_no,
            opened_at_ms: closed.shift.opened_at.as_millisecond(),
            totals: (&closed.shift.totals).into(),
            expected: closed.shift.expected_cash().units(),
            counted: closed.counted.units(),
        }
    }
}

impl From<&Sale> for v1::Sale {
    fn from(sale: &Sale) -> v1::Sale {
        v1::Sale {
            id: sale.id,
            receipt: sale.receipt.clone(),
            currency: sale.currency.code().to_owned(),
            started_at_ms: sale.started_at.as_millisecond(),
            member: sale
                .member
                .as_ref()
                .map(|(member, points)| v1::SaleMember { id: member.id.clone(), points_earned: *points }),
            lines: sale.lines.iter().map(Into::into).collect(),
            voided: sale.voided.iter().map(Into::into).collect(),
            taxes: sale.taxes.iter().map(Into::into).collect(),
            total: sale.total.units(),
            rounding: sale.rounding.units(),
            tenders: sale.tenders.iter().map(Into::into).collect(),
            catalogue_chain: sale.catalogue.0,
            catalogue_store: sale.catalogue.1,
        }
    }
}

impl v1::Event {
    /// The sale that this event completed, as far as a receipt needs it: English names and label amounts are not kept
    /// on the wire. `None` for any other event.
    pub fn to_sale(&self) -> Option<Result<Sale, BadWire>> {
        match &self.body {
            v1::Body::SaleCompleted(sale) => Some(sale_of(sale, self.at_ms)),
            _ => None,
        }
    }
}

fn sale_of(sale: &v1::Sale, completed_at_ms: i64) -> Result<Sale, BadWire> {
    let taxes: Vec<TaxTotal> = sale.taxes.iter().map(TryInto::try_into).collect::<Result<_, _>>()?;
    let line_of = |sold: &v1::SaleLine| {
        let rate = taxes.iter().map(|total| &total.rate).find(|rate| rate.id == sold.tax_id);
        let line = Line {
            no: sold.no,
            item: sold.item.clone(),
            name: sold.name.clone(),
            name_en: None,
            code: sold.code.clone(),
            unit: unit_of(&sold.unit)?,
            quantity: Quantity::thousandths(sold.quantity),
            unit_price: price_of(sold.unit_price)?,
            label_amount: None,
            tax: rate.cloned().ok_or_else(|| bad("tax_id", &sold.tax_id))?,
            voided: false,
        };
        Ok(SaleLine { line, gross: amount_of("gross", sold.gross)?, tax: amount_of("tax", sold.tax)? })
    };
    let tender = |tender: &v1::Tender| {
        Ok(Tender {
            kind: tender_of(&tender.kind)?,
            amount: amount_of("amount", tender.amount)?,
            tendered: amount_of("tendered", tender.tendered)?,
            change: amount_of("change", tender.change)?,
        })
    };
    let member = sale.member.as_ref().map(|member| {
        let known = Member { id: member.id.clone(), name: String::new(), points_known: 0 };
        (known, member.points_earned)
    });
    Ok(Sale {
        id: sale.id,
        receipt: sale.receipt.clone(),
        currency: Currency::of(&sale.currency).ok_or_else(|| bad("currency", &sale.currency))?,
        started_at: instant("started_at_ms", sale.started_at_ms)?,
        completed_at: instant("at_ms", completed_at_ms)?,
        member,
        lines: sale.lines.iter().map(line_of).collect::<Result<_, _>>()?,
        voided: sale.voided.iter().map(Line::try_from).collect::<Result<_, _>>()?,
        tenders: sale.tenders.iter().map(tender).collect::<Result<_, _>>()?,
        total: amount_of("total", sale.total)?,
        rounding: amount_of("rounding", sale.rounding)?,
        catalogue: (sale.catalogue_chain, sale.catalogue_store),
        taxes,
    })
}

impl From<&SaleLine> for v1::SaleLine {
    fn from(sold: &SaleLine) -> v1::SaleLine {
        let line = &sold.line;
        v1::SaleLine {
            no: line.no,
            item: line.item.clone(),
            name: line.name.clone(),
            code: line.code.clone(),
            unit: unit_word(line.unit).to_owned(),
            quantity: line.quantity.in_thousandths(),
            unit_price: line.unit_price.units(),
            gross: sold.gross.units(),
            tax: sold.tax.units(),
            tax_id: line.tax.id.clone(),
        }
    }
}

impl From<&Tender> for v1::Tender {
    fn from(tender: &Tender) -> v1::Tender {
        v1::Tender {
            kind: tender_word(tender.kind).to_owned(),
            amount: tender.amount.units(),
            tendered: tender.tendered.units(),
            change: tender.change.units(),
        }
    }
}

impl From<&TaxTotal> for v1::TaxTotal {
    fn from(total: &TaxTotal) -> v1::TaxTotal {
        v1::TaxTotal {
            tax_id: total.rate.id.clone(),
            rate_bp: total.rate.basis_points,
            net: total.net.units(),
            tax: total.tax.units(),
        }
    }
}

impl TryFrom<&v1::TaxTotal> for TaxTotal {
    type Error = BadWire;

    fn try_from(total: &v1::TaxTotal) -> Result<TaxTotal, BadWire> {
        Ok(TaxTotal {
            rate: TaxRate { id: total.tax_id.clone(), basis_points: total.rate_bp },
            net: amount_of("net", total.net)?,
            tax: amount_of("tax", total.tax)?,
        })
    }
}

impl From<&Totals> for v1::Totals {
    fn from(totals: &Totals) -> v1::Totals {
        let of_tender = |total: &TenderTotal| v1::TenderTotal {
            kind: tender_word(total.kind).to_owned(),
            count: total.count,
            amount: total.amount.units(),
        };
        v1::Totals {
            sales: totals.sales,
            gross: totals.gross.units(),
            return_lines: totals.return_lines,
            returns: totals.returns.units(),
            rounding: totals.rounding.units(),
            tenders: totals.tenders.iter().map(of_tender).collect(),
            taxes: totals.taxes.iter().map(Into::into).collect(),
            points: totals.points,
            units: totals.units,
            voided_lines: totals.voided_lines,
            voided_sales: totals.voided_sales,
            no_sales: totals.no_sales,
            reprints: totals.reprints,
        }
    }
}

impl TryFrom<&v1::Totals> for Totals {
    type Error = BadWire;

    fn try_from(totals: &v1::Totals) -> Result<Totals, BadWire> {
        let of_tender = |total: &v1::TenderTotal| {
            let kind = tender_of(&total.kind)?;
            Ok(TenderTotal { kind, count: total.count, amount: amount_of("amount", total.amount)? })
        };
        Ok(Totals {
            sales: totals.sales,
            gross: amount_of("gross", totals.gross)?,
            return_lines: totals.return_lines,
            returns: amount_of("returns", totals.returns)?,
            rounding: amount_of("rounding", totals.rounding)?,
            tenders: totals.tenders.iter().map(of_tender).collect::<Result<_, _>>()?,
            taxes: totals.taxes.iter().map(TryInto::try_into).collect::<Result<_, _>>()?,
            points: totals.points,
            units: totals.units,
            voided_lines: totals.voided_lines,
            voided_sales: totals.voided_sales,
            no_sales: totals.no_sales,
            reprints: totals.reprints,
        })
    }
}

impl From<&Basket> for v1::Basket {
    fn from(basket: &Basket) -> v1::Basket {
        let of_member = |member: &Member| v1::MemberRef {
            id: member.id.clone(),
            name: member.name.clone(),
            points_known: member.points_known,
        };
        v1::Basket {
            id: basket.id,
            started_at_ms: basket.started_at.as_millisecond(),
            member: basket.member.as_ref().map(of_member),
            lines: basket.lines().iter().map(Into::into).collect(),
        }
    }
}

impl From<&Line> for v1::BasketLine {
    fn from(line: &Line) -> v1::BasketLine {
        v1::BasketLine {
            no: line.no,
            item: line.item.clone(),
            name: line.name.clone(),
            name_en: line.name_en.clone(),
            code: line.code.clone(),
            unit: unit_word(line.unit).to_owned(),
            quantity: line.quantity.in_thousandths(),
            unit_price: line.unit_price.units(),
            label_amount: line.label_amount.map(Money::units),
            tax: line.tax.id.clone(),
            tax_rate_bp: line.tax.basis_points,
            voided: line.voided,
        }
    }
}

impl TryFrom<&v1::Basket> for Basket {
    type Error = BadWire;

    fn try_from(basket: &v1::Basket) -> Result<Basket, BadWire> {
        let member = basket.member.as_ref().map(|member| Member {
            id: member.id.clone(),
            name: member.name.clone(),
            points_known: member.points_known,
        });
        let lines = basket.lines.iter().map(Line::try_from).collect::<Result<Vec<_>, _>>()?;
        let started_at = instant("started_at_ms", basket.started_at_ms)?;
        Basket::restore(basket.id, started_at, member, lines)
            .ok_or_else(|| bad("lines", "out of order or out of limits"))
    }
}

impl TryFrom<&v1::BasketLine> for Line {
    type Error = BadWire;

    fn try_from(line: &v1::BasketLine) -> Result<Line, BadWire> {
        Ok(Line {
            no: line.no,
            item: line.item.clone(),
            name: line.name.clone(),
            name_en: line.name_en.clone(),
            code: line.code.clone(),
            unit: unit_of(&line.unit)?,
            quantity: Quantity::thousandths(line.quantity),
            unit_price: price_of(line.unit_price)?,
            label_amount: line.label_amount.map(price_of).transpose()?,
            tax: TaxRate { id: line.tax.clone(), basis_points: line.tax_rate_bp },
            voided: line.voided,
        })
    }
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
    match units {
        0..=domain::money::AMOUNT_MAX => Ok(Money::minor(units)),
        other => Err(bad("price", other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sale() -> v1::Event {
        serde_json::from_str(include_str!("../../../testdata/v1/event-sale-completed.json")).unwrap()
    }

    #[test]
    fn amounts_that_no_shop_means_are_told_and_never_stop_the_program() {
        let of = |change: &dyn Fn(&mut v1::Sale)| {
            let mut event = sale();
            let v1::Body::SaleCompleted(sale) = &mut event.body else { panic!("the golden event is a sale") };
            change(sale);
            event.to_sale().unwrap().map(drop).map_err(|bad| bad.field)
        };
        assert_eq!(of(&|_| {}), Ok(()));
        assert_eq!(of(&|sale| sale.total = i64::MIN), Err("total"));
        assert_eq!(of(&|sale| sale.rounding = i64::MAX), Err("rounding"));
        assert_eq!(of(&|sale| sale.lines[0].gross = i64::MAX), Err("gross"));
        assert_eq!(of(&|sale| sale.lines[0].unit_price = -1), Err("price"));
        assert_eq!(of(&|sale| sale.taxes[0].net = i64::MIN), Err("net"));
        assert_eq!(of(&|sale| sale.tenders[0].tendered = i64::MAX), Err("tendered"));
    }

    #[test]
    fn a_stored_basket_that_would_overflow_is_told() {
        let line = v1::BasketLine {
            no: 1,
            item: "1".into(),
            name: "1".into(),
            name_en: None,
            code: None,
            unit: "piece".into(),
            quantity: 9_999_000,
            unit_price: domain::money::AMOUNT_MAX,
            label_amount: None,
            tax: "standard".into(),
            tax_rate_bp: 1300,
            voided: false,
        };
        let basket = v1::Basket { id: uuid::Uuid::nil(), started_at_ms: 0, member: None, lines: vec![line] };
        assert_eq!(Basket::try_from(&basket).map_err(|bad| bad.field), Err("lines"));
    }
}
