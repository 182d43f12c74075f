//! A shift: from the counted float to the counted cash, with running totals, so that a close scans nothing.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use uuid::Uuid;

use crate::money::Money;
use crate::sale::Sale;
use crate::tax::TaxTotal;
use crate::tender::TenderKind;

/// Cashiers of one shift whose totals are told apart.
pub const CASHIERS_MAX: usize = 500;

/// An open shift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// Its id; every sale carries it.
    pub id: Uuid,
    /// Set when it is opened; never follows the clock.
    pub business_date: Date,
    /// When.
    pub opened_at: Timestamp,
    /// By whom.
    pub opened_by: String,
    /// Counted at the start.
    pub float: Money,
    /// Running totals.
    pub totals: Totals,
    /// Running totals of each cashier who sold in it, by staff id.
    pub cashiers: Vec<CashierTotals>,
    /// Drawer counts at hand-overs (交接班), oldest first.
    pub hand_overs: Vec<HandOver>,
}

/// What one cashier took within a shift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CashierTotals {
    /// Staff id.
    pub staff: String,
    /// Completed sales.
    pub sales: u64,
    /// Their total.
    pub gross: Money,
    /// Cash of them.
    pub cash: Money,
}

/// The drawer went from one cashier to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandOver {
    /// Staff id of who hands over.
    pub from: String,
    /// Staff id of who takes over, when she was there.
    pub to: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Cash that should have been in the drawer.
    pub expected: Money,
    /// Cash that was counted.
    pub counted: Money,
    /// Why they differ; empty when they do not.
    pub reason: String,
}

/// Cash that went into or out of the drawer without a sale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CashMovement {
    /// Which way.
    pub kind: CashMovementKind,
    /// How much; above zero.
    pub amount: Money,
    /// Why.
    pub reason: String,
    /// For people, e.g. the number of the bag.
    pub note: String,
}

/// Which way cash went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CashMovementKind {
    /// To the safe (投库).
    Drop,
    /// Into the drawer, e.g. change from the bank.
    PayIn,
    /// Out of it, e.g. for a bill.
    PayOut,
}

/// Running totals of a shift (X and Z).
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Totals {
    /// Completed sales.
    pub sales: u64,
    /// Their total.
    pub gross: Money,
    /// Lines that came back.
    pub return_lines: u64,
    /// Their total, zero or negative.
    pub returns: Money,
    /// Added by cash rounding.
    pub rounding: Money,
    /// By means of payment.
    pub tenders: Vec<TenderTotal>,
    /// By rate, by id.
    pub taxes: Vec<TaxTotal>,
    /// Points earned.
    pub points: i64,
    /// Thousandths of units sold less come back.
    pub units: i64,
    /// Lines voided before payment.
    pub voided_lines: u64,
    /// Sales voided.
    pub voided_sales: u64,
    /// Drawer openings without a sale.
    pub no_sales: u64,
    /// Receipts printed again.
    pub reprints: u64,
    /// Taken off by rules.
    pub discounts_by_rule: Money,
    /// Taken off by hand.
    pub discounts_by_hand: Money,
    /// Cash dropped to the safe.
    pub dropped: Money,
    /// Cash paid in.
    pub paid_in: Money,
    /// Cash paid out.
    pub paid_out: Money,
    /// Cash taken for, less given back for, goods put by.
    pub hold_cash: Money,
    /// Gift cards, top-ups and deposits sold: money owed, contained in `gross`.
    pub liabilities: Money,
    /// Points spent as money.
    pub points_spent: i64,
}

/// Sum of one means of payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TenderTotal {
    /// Which.
    pub kind: TenderKind,
    /// How often.
    pub count: u64,
    /// What stayed in the till.
    pub amount: Money,
}

/// The business date at a moment of the local clock: before the starting hour it is still yesterday.
pub fn business_date(local: DateTime, day_starts_hour: u8) -> Date {
    let today = local.date();
    if local.hour() < day_starts_hour.min(23) as i8 { today.yesterday().unwrap_or(today) } else { today }
}

impl Totals {
    /// Counts a sale.
    pub fn add_sale(&mut self, sale: &Sale) {
        self.sales += 1;
        self.gross += sale.total;
        self.rounding += sale.rounding;
        self.points += sale.member.as_ref().map_or(0, |(_, points)| *points);
        self.voided_lines += sale.voided.len() as u64;
        for line in &sale.lines {
            self.units += line.line.quantity.in_thousandths();
            if line.line.quantity.is_return() {
                self.return_lines += 1;
                self.returns += line.gross;
            }
            if line.line.terms.kind.is_liability() {
                self.liabilities += line.gross;
            }
            for share in &line.discounts {
                match share.by_hand {
                    true => self.discounts_by_hand += share.amount,
                    false => self.discounts_by_rule += share.amount,
                }
            }
        }
        for tender in &sale.tenders {
            let at = self.tenders.iter().position(|total| total.kind == tender.kind).unwrap_or_else(|| {
                self.tenders.push(TenderTotal { kind: tender.kind, count: 0, amount: Money::ZERO });
                self.tenders.len() - 1
            });
            self.tenders[at].count += 1;
            self.tenders[at].amount += tender.amount;
            self.points_spent += tender.points;
        }
        for tax in &sale.taxes {
            self.add_tax(tax);
        }
    }

    fn add_tax(&mut self, tax: &TaxTotal) {
        match self.taxes.binary_search_by(|total| total.rate.cmp(&tax.rate)) {
            Ok(at) => {
                self.taxes[at].net += tax.net;
                self.taxes[at].tax += tax.tax;
            }
            Err(at) => self.taxes.insert(at, tax.clone()),
        }
    }

    /// Counts cash that moved without a sale.
    pub fn add_movement(&mut self, movement: &CashMovement) {
        match movement.kind {
            CashMovementKind::Drop => self.dropped += movement.amount,
            CashMovementKind::PayIn => self.paid_in += movement.amount,
            CashMovementKind::PayOut => self.paid_out += movement.amount,
        }
    }

    /// What one means of payment came to.
    pub fn tender(&self, kind: TenderKind) -> Money {
        self.tenders.iter().filter(|total| total.kind == kind).map(|total| total.amount).sum()
    }
}

impl Shift {
    /// Counts a sale, for the shift and for who made it.
    pub fn add_sale(&mut self, sale: &Sale, staff: &str) {
        self.totals.add_sale(sale);
        let known = self.cashiers.iter().position(|known| known.staff == staff);
        if known.is_none() && self.cashiers.len() >= CASHIERS_MAX {
            return;
        }
        let at = known.unwrap_or_else(|| {
            let none = Money::ZERO;
            self.cashiers.push(CashierTotals { staff: staff.to_owned(), sales: 0, gross: none, cash: none });
            self.cashiers.len() - 1
        });
        let cash = sale.tenders.iter().filter(|tender| tender.kind == TenderKind::Cash);
        self.cashiers[at].sales += 1;
        self.cashiers[at].gross += sale.total;
        self.cashiers[at].cash += cash.map(|tender| tender.amount).sum();
    }

    /// Cash that should be in the drawer.
    pub fn expected_cash(&self) -> Money {
        let totals = &self.totals;
        let moved = totals.paid_in - totals.paid_out - totals.dropped + totals.hold_cash;
        self.float + totals.tender(TenderKind::Cash) + moved
    }
}

/// A closed shift: the Z report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosedShift {
    /// As it was at the close.
    pub shift: Shift,
    /// Number of the report, gap-free.
    pub z_no: u32,
    /// When.
    pub closed_at: Timestamp,
    /// Cash that was counted.
    pub counted: Money,
    /// Pieces of each denomination, the largest first; empty when a sum was typed.
    pub pieces: Vec<(Money, u32)>,
    /// Why the counted cash differs; empty when it does not.
    pub reason: String,
}

impl ClosedShift {
    /// Counted less expected: negative when cash is missing.
    pub fn difference(&self) -> Money {
        self.counted - self.shift.expected_cash()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_business_day_ends_after_midnight() {
        let at = |hour| date(2026, 3, 1).at(hour, 59, 0, 0);
        assert_eq!(business_date(at(3), 4), date(2026, 2, 28));
        assert_eq!(business_date(at(4), 4), date(2026, 3, 1));
        assert_eq!(business_date(at(0), 0), date(2026, 3, 1));
    }
}
