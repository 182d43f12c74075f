//! X and Z: running totals for people, on paper and on screen alike.

use domain::money::Money;
use domain::quantity::Quantity;
use domain::receipt::{Block, Document, Size};
use domain::shift::{CashierTotals, ClosedShift, Shift};
use domain::store::Store;
use words::{Words, say};

use super::drawer::reason;
use super::{Issued, rounding_word, tender_word};
use crate::notation::Notation;

/// One row of a report; `None` is a rule.
pub type Row = Option<(String, String)>;

/// The running totals of a shift, as rows.
pub fn report_rows(shift: &Shift, store: &Store, words: &Words) -> Vec<Row> {
    let money = |amount: Money| words.amount(store.currency, amount);
    let totals = &shift.totals;
    let row = |key: &str, right: String| Some((words.say(key), right));
    let mut rows = vec![
        row("report-business-date", words.date(shift.business_date)),
        row("report-sales", totals.sales.to_string()),
        row("report-gross", money(totals.gross)),
        row("report-return-lines", format!("{} / {}", totals.return_lines, money(totals.returns))),
        row("report-units", words.quantity(Quantity::thousandths(totals.units))),
        None,
    ];
    rows.splice(5..5, taken_off(shift, store, words));
    for tender in &totals.tenders {
        let means = tender_word(tender.kind, words);
        let left = say!(words, "report-tender", means = means, count = tender.count);
        rows.push(Some((left, money(tender.amount))));
    }
    rows.push(Some((rounding_word(store, words), money(totals.rounding))));
    for tax in &totals.taxes {
        let left = say!(words, "report-tax", rate = words.rate(tax.rate.basis_points));
        rows.push(Some((left, say!(words, "report-tax-and-net", tax = money(tax.tax), net = money(tax.net)))));
    }
    rows.push(row("report-points", totals.points.to_string()));
    if totals.points_spent != 0 {
        rows.push(row("tender-points", totals.points_spent.to_string()));
    }
    rows.push(None);
    rows.extend(cashiers(shift, store, words));
    rows.extend([
        row("report-voided-lines", totals.voided_lines.to_string()),
        row("report-voided-sales", totals.voided_sales.to_string()),
        row("report-no-sales", totals.no_sales.to_string()),
        row("report-reprints", totals.reprints.to_string()),
        None,
        row("report-float", money(shift.float)),
    ]);
    rows.extend(moved(shift, store, words));
    rows.push(row("report-expected", money(shift.expected_cash())));
    rows
}

/// What was taken off and what is owed: only what there was.
fn taken_off(shift: &Shift, store: &Store, words: &Words) -> Vec<Row> {
    let totals = &shift.totals;
    let rows = [
        ("report-by-rule", totals.discounts_by_rule),
        ("report-by-hand", totals.discounts_by_hand),
        ("report-liabilities", totals.liabilities),
    ];
    some_rows(&rows, store, words)
}

/// Cash that moved without a sale, and drawers handed over: only what there was.
fn moved(shift: &Shift, store: &Store, words: &Words) -> Vec<Row> {
    let totals = &shift.totals;
    let mut rows: Vec<Row> = shift
        .hand_overs
        .iter()
        .map(|handed| {
            let to = handed.to.as_deref().unwrap_or("-");
            let difference = words.amount(store.currency, handed.counted - handed.expected);
            Some((say!(words, "report-handed-over", from = &handed.from, to = to), difference))
        })
        .collect();
    let cash = [
        ("report-holds-cash", totals.hold_cash),
        ("report-paid-in", totals.paid_in),
        ("report-paid-out", -totals.paid_out),
        ("report-dropped", -totals.dropped),
    ];
    rows.extend(some_rows(&cash, store, words));
    rows
}

/// Who took what, where more than one cashier sold.
fn cashiers(shift: &Shift, store: &Store, words: &Words) -> Vec<Row> {
    if shift.cashiers.len() < 2 {
        return Vec::new();
    }
    let money = |amount: Money| words.amount(store.currency, amount);
    let of_one = |one: &CashierTotals| {
        let left = say!(words, "report-cashier-sales", cashier = &one.staff, count = one.sales);
        Some((left, say!(words, "report-of-it-cash", amount = money(one.gross), cash = money(one.cash))))
    };
    shift.cashiers.iter().map(of_one).chain([None]).collect()
}

fn some_rows(rows: &[(&str, Money)], store: &Store, words: &Words) -> Vec<Row> {
    let some = rows.iter().filter(|(_, amount)| !amount.is_zero());
    some.map(|(key, amount)| Some((words.say(key), words.amount(store.currency, *amount)))).collect()
}

/// The X report: running totals, nothing is reset.
pub fn x_report(shift: &Shift, store: &Store, issued: &Issued) -> Document {
    let words = &issued.words;
    let mut paper = head(words.say("report-x-title"), store, issued);
    rows(&mut paper, report_rows(shift, store, words));
    paper.push(Block::Cut);
    paper
}

/// The Z report: the day's close.
pub fn z_report(closed: &ClosedShift, store: &Store, issued: &Issued) -> Document {
    let words = &issued.words;
    let mut paper = head(say!(words, "report-z-title", number = format!("{:04}", closed.z_no)), store, issued);
    rows(&mut paper, report_rows(&closed.shift, store, words));
    for (value, pieces) in &closed.pieces {
        let amount = Money::minor(value.units() * i64::from(*pieces));
        paper.pair(
            format!("  {} × {pieces}", words.amount(store.currency, *value)),
            words.amount(store.currency, amount),
        );
    }
    paper.pair(words.say("report-counted"), words.amount(store.currency, closed.counted));
    paper.strong_pair(words.say("report-difference"), words.amount(store.currency, closed.difference()), Size::Normal);
    if !closed.reason.is_empty() {
        paper.pair(words.say("report-why"), reason(&closed.reason, issued));
    }
    paper.push(Block::Cut);
    paper
}

fn head(title: String, store: &Store, issued: &Issued) -> Document {
    let words = &issued.words;
    let mut paper = Document::default();
    paper.center(title, Size::Large, true);
    paper.center(&store.name, Size::Normal, false);
    let till = say!(words, "receipt-till", till = issued.till);
    paper.pair(till, say!(words, "receipt-cashier", cashier = &issued.cashier));
    paper.pair(words.say("report-printed-at"), words.minute(issued.local));
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
