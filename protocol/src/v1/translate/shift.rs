//! Shifts: running totals, hand-overs, the close.

use domain::money::Money;
use domain::shift::{CashMovement, CashMovementKind, CashierTotals, ClosedShift, HandOver, Shift, TenderTotal, Totals};
use domain::tender::TenderKind;
use jiff::Timestamp;
use jiff::civil::Date;

use super::tender::{tender_kind, tender_word};
use super::{BadWire, amount_of, bad, instant, list, price_in, text, text_option};
use crate::v1;

/// Cashiers of one shift.
pub const CASHIERS_MAX: usize = 500;
/// Hand-overs of one shift.
pub const HAND_OVERS_MAX: usize = 1000;
/// Denominations of one count.
const DENOMINATIONS_MAX: usize = 100;

/// What a close says of itself beside its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClosedAt {
    /// The shift's business date.
    pub business_date: Date,
    /// When it was closed.
    pub at: Timestamp,
}

impl From<&ClosedShift> for v1::ShiftClosed {
    fn from(closed: &ClosedShift) -> v1::ShiftClosed {
        let pieces = |(value, count): &(Money, u32)| v1::Pieces { value: value.units(), count: *count };
        v1::ShiftClosed {
            shift: closed.shift.id,
            z_no: closed.z_no,
            opened_at_ms: closed.shift.opened_at.as_millisecond(),
            totals: (&closed.shift.totals).into(),
            expected: closed.shift.expected_cash().units(),
            counted: closed.counted.units(),
            opened_by: closed.shift.opened_by.clone(),
            pieces: closed.pieces.iter().map(pieces).collect(),
            reason: closed.reason.clone(),
            cashiers: closed.shift.cashiers.iter().map(Into::into).collect(),
            hand_overs: closed.shift.hand_overs.iter().map(Into::into).collect(),
        }
    }
}

impl v1::ShiftClosed {
    /// The close as the till knew it; the float is what the expected cash leaves of what moved.
    pub fn to_domain(&self, closed: ClosedAt) -> Result<ClosedShift, BadWire> {
        let totals: Totals = (&self.totals).try_into()?;
        let expected = amount_of("expected", self.expected)?;
        let pieces = |pieces: &v1::Pieces| Ok((price_in("pieces.value", pieces.value)?, pieces.count));
        let mut shift = Shift {
            id: self.shift,
            business_date: closed.business_date,
            opened_at: instant("opened_at_ms", self.opened_at_ms)?,
            opened_by: text("opened_by", &self.opened_by)?,
            float: Money::ZERO,
            totals,
            cashiers: list("cashiers", &self.cashiers, CASHIERS_MAX, CashierTotals::try_from)?,
            hand_overs: list("hand_overs", &self.hand_overs, HAND_OVERS_MAX, HandOver::try_from)?,
        };
        shift.float = expected - shift.expected_cash();
        Ok(ClosedShift {
            shift,
            z_no: self.z_no,
            closed_at: closed.at,
            counted: amount_of("counted", self.counted)?,
            pieces: list("pieces", &self.pieces, DENOMINATIONS_MAX, pieces)?,
            reason: text("reason", &self.reason)?,
        })
    }
}

impl From<&CashierTotals> for v1::CashierTotals {
    fn from(cashier: &CashierTotals) -> v1::CashierTotals {
        v1::CashierTotals {
            staff: cashier.staff.clone(),
            sales: cashier.sales,
            gross: cashier.gross.units(),
            cash: cashier.cash.units(),
        }
    }
}

impl TryFrom<&v1::CashierTotals> for CashierTotals {
    type Error = BadWire;

    fn try_from(cashier: &v1::CashierTotals) -> Result<CashierTotals, BadWire> {
        Ok(CashierTotals {
            staff: text("cashiers.staff", &cashier.staff)?,
            sales: cashier.sales,
            gross: amount_of("cashiers.gross", cashier.gross)?,
            cash: amount_of("cashiers.cash", cashier.cash)?,
        })
    }
}

impl From<&HandOver> for v1::HandedOver {
    fn from(over: &HandOver) -> v1::HandedOver {
        v1::HandedOver {
            from: over.from.clone(),
            to: over.to.clone(),
            at_ms: over.at.as_millisecond(),
            expected: over.expected.units(),
            counted: over.counted.units(),
            reason: over.reason.clone(),
        }
    }
}

impl TryFrom<&v1::HandedOver> for HandOver {
    type Error = BadWire;

    fn try_from(over: &v1::HandedOver) -> Result<HandOver, BadWire> {
        Ok(HandOver {
            from: text("hand_over.from", &over.from)?,
            to: text_option("hand_over.to", &over.to)?,
            at: instant("hand_over.at_ms", over.at_ms)?,
            expected: amount_of("hand_over.expected", over.expected)?,
            counted: amount_of("hand_over.counted", over.counted)?,
            reason: text("hand_over.reason", &over.reason)?,
        })
    }
}

impl From<&CashMovement> for v1::CashMoved {
    fn from(movement: &CashMovement) -> v1::CashMoved {
        let kind = match movement.kind {
            CashMovementKind::Drop => "drop",
            CashMovementKind::PayIn => "pay_in",
            CashMovementKind::PayOut => "pay_out",
        };
        v1::CashMoved {
            kind: kind.to_owned(),
            amount: movement.amount.units(),
            reason: movement.reason.clone(),
            note: movement.note.clone(),
        }
    }
}

impl TryFrom<&v1::CashMoved> for CashMovement {
    type Error = BadWire;

    fn try_from(moved: &v1::CashMoved) -> Result<CashMovement, BadWire> {
        let kind = match moved.kind.as_str() {
            "drop" => CashMovementKind::Drop,
            "pay_in" => CashMovementKind::PayIn,
            "pay_out" => CashMovementKind::PayOut,
            other => return Err(bad("cash_moved.kind", other)),
        };
        Ok(CashMovement {
            kind,
            amount: price_in("cash_moved.amount", moved.amount)?,
            reason: text("cash_moved.reason", &moved.reason)?,
            note: text("cash_moved.note", &moved.note)?,
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
            discounts_by_rule: totals.discounts_by_rule.units(),
            discounts_by_hand: totals.discounts_by_hand.units(),
            dropped: totals.dropped.units(),
            paid_in: totals.paid_in.units(),
            paid_out: totals.paid_out.units(),
            hold_cash: totals.hold_cash.units(),
            liabilities: totals.liabilities.units(),
            points_spent: totals.points_spent,
        }
    }
}

impl TryFrom<&v1::Totals> for Totals {
    type Error = BadWire;

    fn try_from(totals: &v1::Totals) -> Result<Totals, BadWire> {
        let of_tender = |total: &v1::TenderTotal| {
            let kind: TenderKind = tender_kind(&total.kind)?;
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
            discounts_by_rule: amount_of("discounts_by_rule", totals.discounts_by_rule)?,
            discounts_by_hand: amount_of("discounts_by_hand", totals.discounts_by_hand)?,
            dropped: amount_of("dropped", totals.dropped)?,
            paid_in: amount_of("paid_in", totals.paid_in)?,
            paid_out: amount_of("paid_out", totals.paid_out)?,
            hold_cash: amount_of("hold_cash", totals.hold_cash)?,
            liabilities: amount_of("liabilities", totals.liabilities)?,
            points_spent: totals.points_spent,
        })
    }
}
