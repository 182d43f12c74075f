//! The shopper's receipt.

use domain::quantity::Unit;
use domain::receipt::{Block, Document, Size};
use domain::sale::{Sale, SaleLine};
use domain::store::Store;
use domain::tax::TaxMode;
use domain::tender::TenderKind;

use super::words::{Words, words};
use super::{Issued, minute};

/// The receipt of a sale.
pub fn receipt(sale: &Sale, store: &Store, issued: &Issued) -> Document {
    let words = words(issued.english);
    let money = |amount| sale.currency.plain(amount);
    let mut paper = Document::default();
    paper.center(&store.name, Size::Large, true);
    for line in &store.receipt_header {
        paper.center(line, Size::Normal, false);
    }
    paper.push(Block::Feed(1));
    paper.pair(format!("{} {}", words.receipt, sale.receipt), format!("{} {}", words.till, issued.till));
    paper.pair(minute(issued.local), format!("{} {}", words.cashier, issued.cashier));
    paper.push(Block::Rule);
    for line in &sale.lines {
        goods(&mut paper, line, (sale, store), issued, words);
    }
    paper.push(Block::Rule);
    if store.tax_mode == TaxMode::Added {
        taxes(&mut paper, sale, words);
    }
    paper.pair(words.count, pieces(sale));
    paper.strong_pair(words.total, sale.currency.signed(sale.total), Size::Large);
    if !sale.rounding.is_zero() {
        paper.pair(words.rounding(store.cash_rounding.mode), money(sale.rounding));
        paper.pair(words.due, money(sale.total + sale.rounding));
    }
    for tender in &sale.tenders {
        match tender.kind {
            TenderKind::Cash if tender.amount.units() < 0 => paper.pair(words.cash_out, money(-tender.amount)),
            TenderKind::Cash => paper.pair(words.cash, money(tender.tendered)),
        };
        if !tender.change.is_zero() {
            paper.pair(words.change, money(tender.change));
        }
    }
    paper.push(Block::Rule);
    if store.tax_mode == TaxMode::Included {
        taxes(&mut paper, sale, words);
    }
    if let Some((member, points)) = &sale.member {
        paper.pair(format!("{} {}", words.member, member.name).trim_end(), format!("{} {points}", words.points));
    }
    paper.push(Block::Feed(1));
    for line in &store.receipt_footer {
        paper.center(line, Size::Normal, false);
    }
    paper.push(Block::Code128(sale.receipt.clone()));
    paper.push(Block::Cut);
    paper
}

/// Tax by rate: it leads to the total where it is added, and explains it where it is included.
fn taxes(paper: &mut Document, sale: &Sale, words: &Words) {
    let money = |amount| sale.currency.plain(amount);
    for tax in &sale.taxes {
        let left = format!("{} {}", words.tax, percent(tax.rate.basis_points));
        paper.pair(left, format!("{} ({} {})", money(tax.tax), words.net, money(tax.net)));
    }
}

fn goods(paper: &mut Document, sold: &SaleLine, (sale, store): (&Sale, &Store), issued: &Issued, words: &Words) {
    let line = &sold.line;
    let name = line.name_in(issued.english);
    let amount = sale.currency.plain(store.tax_mode.shelf_amount(sold.gross, sold.tax));
    let single = line.quantity.in_thousandths() == 1000 && line.unit == Unit::Piece;
    if single {
        paper.pair(name, amount);
        return;
    }
    paper.text(name);
    let unit = match line.unit {
        Unit::Piece => "",
        Unit::Kilogram => "kg",
    };
    let price = sale.currency.plain(line.unit_price);
    let mark = if line.quantity.is_return() { format!("{} ", words.returned) } else { String::new() };
    paper.pair(format!("  {mark}{}{unit} x {price}", line.quantity.plain()), amount);
}

/// Pieces sold less come back; a weighed line is one.
fn pieces(sale: &Sale) -> String {
    sale.lines.iter().map(|sold| sold.line.pieces()).sum::<i64>().to_string()
}

/// Basis points as people write a rate: `13%`, `8.25%`.
pub(super) fn percent(basis_points: u32) -> String {
    match (basis_points / 100, basis_points % 100) {
        (whole, 0) => format!("{whole}%"),
        (whole, part) if part % 10 == 0 => format!("{whole}.{}%", part / 10),
        (whole, part) => format!("{whole}.{part:02}%"),
    }
}

/// A receipt again, marked so that nobody takes it for another sale.
pub fn copy(original: &Document, issued: &Issued) -> Document {
    let words = words(issued.english);
    let mut paper = Document::default();
    paper.center(words.copy, Size::Large, true);
    paper.center(format!("{} {}", words.copied_at, minute(issued.local)), Size::Normal, false);
    paper.push(Block::Rule);
    for block in &original.blocks {
        paper.push(block.clone());
    }
    paper
}
