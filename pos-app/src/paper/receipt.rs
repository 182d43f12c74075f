//! The shopper's receipt. What it shows, and in which order, is data: see [`PARTS`].

use domain::basket::Line;
use domain::money::Money;
use domain::quantity::Unit;
use domain::receipt::{Block, Document, Size};
use domain::sale::{Sale, SaleLine};
use domain::store::Store;
use domain::tax::TaxMode;
use domain::tender::{Tender, TenderKind};

use super::drawer::reason;
use super::words::{Words, words};
use super::{Issued, minute};

/// Parts of a receipt that a store may put in an order of its own, see [`domain::store::Policy::receipt_parts`].
pub const PARTS: [&str; 15] = [
    "header",
    "number",
    "lines",
    "totals",
    "savings",
    "tenders",
    "tax",
    "member",
    "notes",
    "legal",
    "footer",
    "invoice_qr",
    "e_receipt_qr",
    "return_qr",
    "barcode",
];

/// The usual order where prices contain tax: the tax explains the total.
const USUAL: [&str; 14] = [
    "header",
    "number",
    "lines",
    "totals",
    "savings",
    "tenders",
    "tax",
    "member",
    "notes",
    "legal",
    "footer",
    "invoice_qr",
    "return_qr",
    "barcode",
];

/// The usual order where tax is added: it leads to the total.
const USUAL_ADDED: [&str; 14] = [
    "header",
    "number",
    "lines",
    "tax",
    "totals",
    "savings",
    "tenders",
    "member",
    "notes",
    "legal",
    "footer",
    "invoice_qr",
    "return_qr",
    "barcode",
];

/// A receipt that is being written.
struct Writing<'a> {
    paper: Document,
    sale: &'a Sale,
    store: &'a Store,
    issued: &'a Issued,
    words: &'static Words,
    /// The signed proof of what may come back, as the text of a QR code.
    proof: Option<&'a str>,
}

/// The receipt of a sale, with the signed proof of what may come back, where there is one.
pub fn receipt(sale: &Sale, store: &Store, issued: &Issued, proof: Option<&str>) -> Document {
    let own: Vec<&str> = store.policy.receipt_parts.iter().map(String::as_str).collect();
    let parts: &[&str] = match (&own[..], store.tax_mode) {
        ([], TaxMode::Included) => &USUAL,
        ([], TaxMode::Added) => &USUAL_ADDED,
        (own, _) => own,
    };
    let words = words(issued.english);
    let mut writing = Writing { paper: Document::default(), sale, store, issued, words, proof };
    for part in parts {
        writing.part(part);
    }
    writing.paper.push(Block::Cut);
    writing.paper
}

/// The receipt of a present: the goods without any price, and what proves that they may come back or be exchanged.
pub fn gift_receipt(sale: &Sale, store: &Store, issued: &Issued, proof: Option<&str>) -> Document {
    let words = words(issued.english);
    let mut writing = Writing { paper: Document::default(), sale, store, issued, words, proof };
    writing.header();
    writing.paper.center(words.gift_title, Size::Tall, true);
    writing.number();
    writing.rule();
    for sold in sale.lines.iter().filter(|sold| !sold.line.quantity.is_return()) {
        let line = &sold.line;
        writing.paper.pair(line.name_in(issued.english), format!("{}{}", line.quantity.plain(), unit_word(line.unit)));
        writing.traces(line);
    }
    writing.rule();
    writing.paper.center(words.gift_help, Size::Normal, false);
    for part in ["legal", "footer", "return_qr", "barcode"] {
        writing.part(part);
    }
    writing.paper.push(Block::Cut);
    writing.paper
}

impl Writing<'_> {
    /// One part by its word; a word that nobody knows shows nothing.
    fn part(&mut self, part: &str) {
        match part {
            "header" => self.header(),
            "number" => self.number(),
            "lines" => self.lines(),
            "totals" => self.totals(),
            "savings" => self.savings(),
            "tenders" => self.tenders(),
            "tax" => self.taxes(),
            "member" => self.member(),
            "notes" => self.notes(),
            "legal" => self.centered(&self.store.policy.legal_lines),
            "footer" => self.footer(),
            "return_qr" => self.code(self.words.return_code, self.proof.map(str::to_owned)),
            "invoice_qr" => self.code(self.words.invoice_code, invoice_address(self.store, self.sale)),
            "e_receipt_qr" => self.code(self.words.e_receipt_code, receipt_address(self.store, self.sale)),
            "barcode" => drop(self.paper.push(Block::Code128(self.sale.receipt.clone()))),
            _ => {}
        }
    }

    fn money(&self, amount: Money) -> String {
        self.sale.currency.plain(amount)
    }

    /// A line across the paper, never two in a row and never the first of all.
    fn rule(&mut self) {
        if !matches!(self.paper.blocks.last(), None | Some(Block::Rule)) {
            self.paper.push(Block::Rule);
        }
    }

    fn centered(&mut self, lines: &[String]) {
        for line in lines {
            self.paper.center(line, Size::Normal, false);
        }
    }

    fn header(&mut self) {
        self.paper.push(Block::Logo);
        self.paper.center(&self.store.name, Size::Large, true);
        self.centered(&self.store.receipt_header);
        self.paper.push(Block::Feed(1));
    }

    fn footer(&mut self) {
        self.paper.push(Block::Feed(1));
        self.centered(&self.store.receipt_footer);
    }

    fn number(&mut self) {
        let (words, issued) = (self.words, self.issued);
        let receipt = format!("{} {}", words.receipt, self.sale.receipt);
        self.paper.pair(receipt, format!("{} {}", words.till, issued.till));
        self.paper.pair(minute(issued.local), format!("{} {}", words.cashier, issued.cashier));
    }

    fn lines(&mut self) {
        self.rule();
        for sold in &self.sale.lines {
            self.goods(sold);
        }
        self.rule();
    }

    fn goods(&mut self, sold: &SaleLine) {
        let line = &sold.line;
        let name = line.name_in(self.issued.english);
        // What comes back with its receipt is worth what that receipt stored, all discounts within.
        let paid = self.store.tax_mode.shelf_amount(sold.gross, sold.tax);
        let shown = if line.facets.origin.is_some() { paid } else { sold.list };
        let amount = self.money(shown);
        let single = line.quantity.in_thousandths() == 1000 && line.unit == Unit::Piece;
        if single {
            self.paper.pair(name, amount);
        } else {
            self.paper.text(name);
            let price = self.money(line.unit_price);
            let mark = if line.quantity.is_return() { format!("{} ", self.words.returned) } else { String::new() };
            self.paper.pair(format!("  {mark}{}{} x {price}", line.quantity.plain(), unit_word(line.unit)), amount);
        }
        self.below(sold, paid, shown);
        self.traces(line);
    }

    /// What was taken off one line, so that what stands at the right adds up.
    fn below(&mut self, sold: &SaleLine, paid: Money, mut shown: Money) {
        let words = self.words;
        if let Some(was) = sold.line.facets.override_price.as_ref() {
            self.paper.text(format!("  {} {}", words.was, self.money(was.instead_of)));
        }
        if sold.line.facets.origin.is_none() {
            for share in &sold.discounts {
                let name = match &share.name_en {
                    // What people took off bears their reason, which may be one of the program's own.
                    _ if share.by_hand => reason(&share.name, self.issued),
                    Some(name) if self.issued.english => name.clone(),
                    _ => share.name.clone(),
                };
                let name = if name.is_empty() { words.discount } else { &name };
                self.paper.pair(format!("  {name}"), self.money(-share.amount));
                shown -= share.amount;
            }
        }
        if shown != paid {
            self.paper.pair(format!("  {}", words.tax_taken_off), self.money(paid - shown));
        }
    }

    /// What tells one piece from another, and what people noted.
    fn traces(&mut self, line: &Line) {
        let words = self.words;
        let facets = &line.facets;
        let expires = facets.expires.map(|date| date.to_string());
        let origin = facets.origin.as_ref().map(|origin| &origin.receipt);
        let account = facets.account.as_deref().map(masked_number);
        let rows = [
            (words.origin, origin),
            (words.serial, facets.serial.as_ref()),
            (words.lot, facets.lot.as_ref()),
            (words.expires, expires.as_ref()),
            (words.account, account.as_ref()),
            (words.salesperson, facets.salesperson.as_ref()),
            (words.note, facets.note.as_ref()),
        ];
        for (word, value) in rows {
            if let Some(value) = value {
                self.paper.text(format!("  {word} {value}"));
            }
        }
    }

    fn totals(&mut self) {
        let (words, sale) = (self.words, self.sale);
        let pieces: i64 = sale.lines.iter().map(|sold| sold.line.pieces()).sum();
        self.paper.pair(words.count, pieces.to_string());
        self.paper.strong_pair(words.total, sale.currency.signed(sale.total), Size::Large);
        if !sale.rounding.is_zero() {
            self.paper.pair(words.rounding(self.store.cash_rounding.mode), self.money(sale.rounding));
            self.paper.pair(words.due, self.money(sale.total + sale.rounding));
        }
    }

    fn savings(&mut self) {
        let saved: Money = self.sale.lines.iter().flat_map(|sold| &sold.discounts).map(|share| share.amount).sum();
        if saved > Money::ZERO {
            self.paper.pair(self.words.saved, self.money(saved));
        }
    }

    fn tenders(&mut self) {
        for tender in &self.sale.tenders {
            self.tender(tender);
        }
        self.rule();
    }

    fn tender(&mut self, tender: &Tender) {
        let words = self.words;
        tender_rows(&mut self.paper, tender, |amount| self.sale.currency.plain(amount), words);
    }

    /// Tax by rate.
    fn taxes(&mut self) {
        let words = self.words;
        for tax in &self.sale.taxes {
            let left = match tax.rate.exempt {
                true => words.exempt.to_owned(),
                false => format!("{} {}", words.tax, percent(tax.rate.basis_points)),
            };
            self.paper.pair(left, format!("{} ({} {})", self.money(tax.tax), words.net, self.money(tax.net)));
        }
    }

    fn member(&mut self) {
        if let Some((member, points)) = &self.sale.member {
            let words = self.words;
            let name = format!("{} {}", words.member, member.name);
            self.paper.pair(name.trim_end(), format!("{} {points}", words.points));
        }
    }

    fn notes(&mut self) {
        let (words, about) = (self.words, &self.sale.about);
        for coupon in &about.coupons {
            self.paper.pair(words.tender(TenderKind::Coupon), &coupon.code);
        }
        for coupon in &about.coupons_back {
            self.paper.pair(words.coupon_back, &coupon.code);
        }
        let rows = [
            (words.salesperson, &about.salesperson),
            (words.exempt, &about.tax_exempt),
            (words.staff_sale, &about.staff_sale),
            (words.note, &about.note),
        ];
        for (word, value) in rows {
            if let Some(value) = value {
                self.paper.pair(word, value);
            }
        }
    }

    /// A code for a telephone or a till, with the word for what it is.
    fn code(&mut self, word: &str, code: Option<String>) {
        if let Some(code) = code {
            self.paper.center(word, Size::Normal, false);
            self.paper.push(Block::Qr(code));
        }
    }
}

/// One means of payment as it stands on paper: what was handed over, what was handed back, what was lost.
pub(super) fn tender_rows(paper: &mut Document, tender: &Tender, money: impl Fn(Money) -> String, words: &Words) {
    let name = words.tender(tender.kind);
    let mut left = match (tender.kind, tender.amount.units() < 0) {
        (TenderKind::Cash, true) => words.cash_out.to_owned(),
        (_, true) => format!("{} {name}", words.given_back),
        (_, false) => name.to_owned(),
    };
    if let Some(reference) = &tender.reference {
        left = format!("{left} {reference}");
    }
    if tender.points != 0 {
        left = format!("{left} ({} {})", tender.points.abs(), words.points_word);
    }
    match tender.amount.units() < 0 {
        true => paper.pair(left, money(-tender.amount)),
        false => paper.pair(left, money(tender.tendered)),
    };
    if !tender.change.is_zero() {
        paper.pair(words.change, money(tender.change));
    }
    if !tender.forfeited.is_zero() {
        paper.pair(words.forfeited, money(tender.forfeited));
    }
}

fn unit_word(unit: Unit) -> &'static str {
    match unit {
        Unit::Piece => "",
        Unit::Kilogram => "kg",
    }
}

/// A card's or account's number as paper shows it: the last four characters.
pub(crate) fn masked_number(number: &str) -> String {
    let chars = number.chars().count();
    let tail: String = number.chars().skip(chars.saturating_sub(4)).collect();
    if chars > 4 { format!("****{tail}") } else { "****".to_owned() }
}

/// Address at which the shopper asks for an invoice.
pub fn invoice_address(store: &Store, sale: &Sale) -> Option<String> {
    address(&store.policy.invoice_url, sale)
}

/// Address of the electronic receipt.
pub fn receipt_address(store: &Store, sale: &Sale) -> Option<String> {
    address(&store.policy.receipt_url, sale)
}

/// The sale's id names it: unlike a receipt's number it cannot be guessed.
fn address(template: &str, sale: &Sale) -> Option<String> {
    (!template.is_empty()).then(|| template.replace("{code}", &sale.id.simple().to_string()))
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
