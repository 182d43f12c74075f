//! A shift: from the counted float to the counted cash, with running totals, so that a close scans nothing.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use uuid::Uuid;

use crate::money::Money;
use crate::sale::Sale;
use crate::tax::TaxTotal;
use crate::tender::TenderKind;

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
        }
        for tender in &sale.tenders {
            let at = self.tenders.iter().position(|total| total.kind == tender.kind).unwrap_or_else(|| {
                self.tenders.push(TenderTotal { kind: tender.kind, count: 0, amount: Money::ZERO });
                self.tenders.len() - 1
            });
            self.tenders[at].count += 1;
            self.tenders[at].amount += tender.amount;
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

    /// What one means of payment came to.
    pub fn tender(&self, kind: TenderKind) -> Money {
        self.tenders.iter().filter(|total| total.kind == kind).map(|total| total.amount).sum()
    }
}

impl Shift {
    /// Cash that should be in the drawer.
    pub fn expected_cash(&self) -> Money {
        self.float + self.totals.tender(TenderKind::Cash)
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
