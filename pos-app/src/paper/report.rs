//! X and Z: running totals for people, on paper and on screen alike.

use domain::money::Money;
use domain::quantity::Quantity;
use domain::receipt::{Block, Document, Size};
use domain::shift::{CashierTotals, ClosedShift, Shift};
use domain::store::Store;

use super::drawer::reason;
use super::receipt::percent;
use super::words::{Words, words};
use super::{Issued, minute};

/// One row of a report; `None` is a rule.
pub type Row = Option<(String, String)>;

/// The running totals of a shift, as rows.
pub fn report_rows(shift: &Shift, store: &Store, english: bool) -> Vec<Row> {
    let words = words(english);
    let money = |amount: Money| store.currency.plain(amount);
    let totals = &shift.totals;
    let row = |left: &str, right: String| Some((left.to_owned(), right));
    let mut rows = vec![
        row(words.business_date, shift.business_date.to_string()),
        row(words.sales, totals.sales.to_string()),
        row(words.gross, money(totals.gross)),
        row(words.return_lines, format!("{} / {}", totals.return_lines, money(totals.returns))),
        row(words.units, Quantity::thousandths(totals.units).plain()),
        None,
    ];
    rows.splice(5..5, taken_off(shift, store, words));
    for tender in &totals.tenders {
        rows.push(Some((format!("{} × {}", words.tender(tender.kind), tender.count), money(tender.amount))));
    }
    rows.push(row(words.rounding(store.cash_rounding.mode), money(totals.rounding)));
    for tax in &totals.taxes {
        let left = format!("{} {}", words.tax, percent(tax.rate.basis_points));
        rows.push(Some((left, format!("{} ({} {})", money(tax.tax), words.net, money(tax.net)))));
    }
    rows.push(row(words.points_of_shift, totals.points.to_string()));
    if totals.points_spent != 0 {
        rows.push(row(words.points_paid, totals.points_spent.to_string()));
    }
    rows.push(None);
    rows.extend(cashiers(shift, store, words));
    rows.extend([
        row(words.voided_lines, totals.voided_lines.to_string()),
        row(words.voided_sales, totals.voided_sales.to_string()),
        row(words.no_sales, totals.no_sales.to_string()),
        row(words.reprints, totals.reprints.to_string()),
        None,
        row(words.float, money(shift.float)),
    ]);
    rows.extend(moved(shift, store, words));
    rows.push(row(words.expected, money(shift.expected_cash())));
    rows
}

/// What was taken off and what is owed: only what there was.
fn taken_off(shift: &Shift, store: &Store, words: &Words) -> Vec<Row> {
    let totals = &shift.totals;
    let rows = [
        (words.by_rule, totals.discounts_by_rule),
        (words.by_hand, totals.discounts_by_hand),
        (words.liabilities, totals.liabilities),
    ];
    some_rows(&rows, store)
}

/// Cash that moved without a sale, and drawers handed over: only what there was.
fn moved(shift: &Shift, store: &Store, words: &Words) -> Vec<Row> {
    let totals = &shift.totals;
    let mut rows: Vec<Row> = shift
        .hand_overs
        .iter()
        .map(|handed| {
            let to = handed.to.as_deref().unwrap_or("-");
            let difference = store.currency.plain(handed.counted - handed.expected);
            Some((format!("{} {} > {to}", words.handed_over, handed.from), difference))
        })
        .collect();
    let cash = [
        (words.holds_cash, totals.hold_cash),
        (words.paid_in, totals.paid_in),
        (words.paid_out, -totals.paid_out),
        (words.dropped, -totals.dropped),
    ];
    rows.extend(some_rows(&cash, store));
    rows
}

/// Who took what, where more than one cashier sold.
fn cashiers(shift: &Shift, store: &Store, words: &Words) -> Vec<Row> {
    if shift.cashiers.len() < 2 {
        return Vec::new();
    }
    let money = |amount: Money| store.currency.plain(amount);
    let of_one = |one: &CashierTotals| {
        let left = format!("{} {} × {}", words.cashier, one.staff, one.sales);
        Some((left, format!("{} ({} {})", money(one.gross), words.cash, money(one.cash))))
    };
    shift.cashiers.iter().map(of_one).chain([None]).collect()
}

fn some_rows(rows: &[(&str, Money)], store: &Store) -> Vec<Row> {
    let some = rows.iter().filter(|(_, amount)| !amount.is_zero());
    some.map(|(left, amount)| Some(((*left).to_owned(), store.currency.plain(*amount)))).collect()
}

/// The X report: running totals, nothing is reset.
pub fn x_report(shift: &Shift, store: &Store, issued: &Issued) -> Document {
    let words = words(issued.english);
    let mut paper = head(words.x_title.to_owned(), store, issued, words);
    rows(&mut paper, report_rows(shift, store, issued.english));
    paper.push(Block::Cut);
    paper
}

/// The Z report: the day's close.
pub fn z_report(closed: &ClosedShift, store: &Store, issued: &Issued) -> Document {
    let words = words(issued.english);
    let mut paper = head(format!("{} {:04}", words.z_title, closed.z_no), store, issued, words);
    rows(&mut paper, report_rows(&closed.shift, store, issued.english));
    for (value, pieces) in &closed.pieces {
        let amount = Money::minor(value.units() * i64::from(*pieces));
        paper.pair(format!("  {} × {pieces}", store.currency.plain(*value)), store.currency.plain(amount));
    }
    paper.pair(words.counted, store.currency.plain(closed.counted));
    paper.strong_pair(words.difference, store.currency.plain(closed.difference()), Size::Normal);
    if !closed.reason.is_empty() {
        paper.pair(words.why, reason(&closed.reason, issued));
    }
    paper.push(Block::Cut);
    paper
}

fn head(title: String, store: &Store, issued: &Issued, words: &Words) -> Document {
    let mut paper = Document::default();
    paper.center(title, Size::Large, true);
    paper.center(&store.name, Size::Normal, false);
    paper.pair(format!("{} {}", words.till, issued.till), format!("{} {}", words.cashier, issued.cashier));
    paper.pair(words.printed_at, minute(issued.local));
    paper.push(Block::Rule);
    paper
}

fn rows(paper: &mut Document, rows: Vec<Row>) {
    for row in rows {
        match row {
            Some((left, right)) => paper.pair(left, right),
            None => paper.push(Block::Rule),
        };
    }
}
