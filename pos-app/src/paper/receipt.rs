//! The shopper's receipt. What it shows, and in which order, is data: see [`PARTS`].

use domain::basket::Line;
use domain::money::Money;
use domain::quantity::Unit;
use domain::receipt::{Block, Document, Size};
use domain::sale::{Sale, SaleLine};
use domain::store::Store;
use domain::tax::TaxMode;
use domain::tender::{Tender, TenderKind};
use words::{Words, say};

use super::drawer::reason;
use super::{Issued, rounding_word, tender_word};
use crate::notation::Notation;

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
    words: &'a Words,
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
    let words = &issued.words;
    let mut writing = Writing { paper: Document::default(), sale, store, issued, words, proof };
    for part in parts {
        writing.part(part);
    }
    writing.paper.push(Block::Cut);
    writing.paper
}

/// The receipt of a present: the goods without any price, and what proves that they may come back or be exchanged.
pub fn gift_receipt(sale: &Sale, store: &Store, issued: &Issued, proof: Option<&str>) -> Document {
    let words = &issued.words;
    let mut writing = Writing { paper: Document::default(), sale, store, issued, words, proof };
    writing.header();
    writing.paper.center(words.say("receipt-gift-title"), Size::Tall, true);
    writing.number();
    writing.rule();
    for sold in sale.lines.iter().filter(|sold| !sold.line.quantity.is_return()) {
        let line = &sold.line;
        writing.paper.pair(line.name_in(issued.english()), words.tight_measure(line.quantity, line.unit));
        writing.traces(line);
    }
    writing.rule();
    writing.paper.center(words.say("receipt-gift-help"), Size::Normal, false);
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
            "return_qr" => self.code("receipt-return-code", self.proof.map(str::to_owned)),
            "invoice_qr" => self.code("receipt-invoice-code", invoice_address(self.store, self.sale)),
            "e_receipt_qr" => self.code("receipt-electronic-code", receipt_address(self.store, self.sale)),
            "barcode" => drop(self.paper.push(Block::Code128(self.sale.receipt.clone()))),
            _ => {}
        }
    }

    fn money(&self, amount: Money) -> String {
        self.words.amount(self.sale.currency, amount)
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
        let receipt = say!(words, "receipt-number", receipt = &self.sale.receipt);
        self.paper.pair(receipt, say!(words, "receipt-till", till = issued.till));
        self.paper.pair(words.minute(issued.local), say!(words, "receipt-cashier", cashier = &issued.cashier));
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
        let name = line.name_in(self.issued.english());
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
            let quantity = self.words.tight_measure(line.quantity, line.unit);
            let detail = match line.quantity.is_return() {
                true => say!(self.words, "receipt-returned", quantity = quantity, price = price),
                false => say!(self.words, "receipt-quantity", quantity = quantity, price = price),
            };
            self.paper.pair(format!("  {detail}"), amount);
        }
        self.below(sold, paid, shown);
        self.traces(line);
    }

    /// What was taken off one line, so that what stands at the right adds up.
    fn below(&mut self, sold: &SaleLine, paid: Money, mut shown: Money) {
        let words = self.words;
        if let Some(was) = sold.line.facets.override_price.as_ref() {
            self.paper.text(format!("  {}", say!(words, "receipt-was", amount = self.money(was.instead_of))));
        }
        if sold.line.facets.origin.is_none() {
            for share in &sold.discounts {
                let name = match &share.name_en {
                    // What people took off bears their reason, which may be one of the program's own.
                    _ if share.by_hand => reason(&share.name, self.issued),
                    Some(name) if self.issued.english() => name.clone(),
                    _ => share.name.clone(),
                };
                let name = if name.is_empty() { words.say("receipt-discount") } else { name };
                self.paper.pair(format!("  {name}"), self.money(-share.amount));
                shown -= share.amount;
            }
        }
        if shown != paid {
            self.paper.pair(format!("  {}", words.say("receipt-tax-taken-off")), self.money(paid - shown));
        }
    }

    /// What tells one piece from another, and what people noted.
    fn traces(&mut self, line: &Line) {
        let words = self.words;
        let facets = &line.facets;
        let expires = facets.expires.map(|date| words.date(date));
        let origin = facets.origin.as_ref().map(|origin| &origin.receipt);
        let account = facets.account.as_deref().map(masked_number);
        let rows = [
            ("receipt-origin", origin),
            ("receipt-serial", facets.serial.as_ref()),
            ("receipt-lot", facets.lot.as_ref()),
            ("receipt-expires", expires.as_ref()),
            ("receipt-account", account.as_ref()),
            ("receipt-salesperson-of-line", facets.salesperson.as_ref()),
            ("receipt-note-of-line", facets.note.as_ref()),
        ];
        for (key, value) in rows {
            if let Some(value) = value {
                self.paper.text(format!("  {}", say!(words, key, value = value)));
            }
        }
    }

    fn totals(&mut self) {
        let (words, sale) = (self.words, self.sale);
        let pieces: i64 = sale.lines.iter().map(|sold| sold.line.pieces()).sum();
        self.paper.pair(words.say("receipt-count"), words.number(&pieces.to_string()));
        self.paper.strong_pair(words.say("receipt-total"), words.money(sale.currency, sale.total), Size::Large);
        if !sale.rounding.is_zero() {
            self.paper.pair(rounding_word(self.store, words), self.money(sale.rounding));
            self.paper.pair(words.say("receipt-due"), self.money(sale.total + sale.rounding));
        }
    }

    fn savings(&mut self) {
        let saved: Money = self.sale.lines.iter().flat_map(|sold| &sold.discounts).map(|share| share.amount).sum();
        if saved > Money::ZERO {
            self.paper.pair(self.words.say("receipt-saved"), self.money(saved));
        }
    }

    fn tenders(&mut self) {
        for tender in &self.sale.tenders {
            self.tender(tender);
        }
        self.rule();
    }

    fn tender(&mut self, tender: &Tender) {
        let (words, currency) = (self.words, self.sale.currency);
        tender_rows(&mut self.paper, tender, |amount| words.amount(currency, amount), words);
    }

    /// Tax by rate.
    fn taxes(&mut self) {
        let words = self.words;
        for tax in &self.sale.taxes {
            let left = match tax.rate.exempt {
                true => words.say("receipt-exempt"),
                false => say!(words, "receipt-tax", rate = words.rate(tax.rate.basis_points)),
            };
            let (tax, net) = (self.money(tax.tax), self.money(tax.net));
            self.paper.pair(left, say!(words, "receipt-tax-and-net", tax = tax, net = net));
        }
    }

    fn member(&mut self) {
        if let Some((member, points)) = &self.sale.member {
            let words = self.words;
            let name = say!(words, "receipt-member", name = &member.name);
            let points = words.number(&points.to_string());
            self.paper.pair(name.trim_end(), say!(words, "receipt-points", points = points));
        }
    }

    fn notes(&mut self) {
        let (words, about) = (self.words, &self.sale.about);
        for coupon in &about.coupons {
            self.paper.pair(tender_word(TenderKind::Coupon, words), &coupon.code);
        }
        for coupon in &about.coupons_back {
            self.paper.pair(words.say("receipt-coupon-back"), &coupon.code);
        }
        let rows = [
            ("receipt-salesperson", &about.salesperson),
            ("receipt-exempt", &about.tax_exempt),
            ("receipt-staff-sale", &about.staff_sale),
            ("receipt-note", &about.note),
        ];
        for (key, value) in rows {
            if let Some(value) = value {
                self.paper.pair(words.say(key), value);
            }
        }
    }

    /// A code for a telephone or a till, with the word for what it is.
    fn code(&mut self, key: &str, code: Option<String>) {
        if let Some(code) = code {
            self.paper.center(self.words.say(key), Size::Normal, false);
            self.paper.push(Block::Qr(code));
        }
    }
}

/// One means of payment as it stands on paper: what was handed over, what was handed back, what was lost.
pub(super) fn tender_rows(paper: &mut Document, tender: &Tender, money: impl Fn(Money) -> String, words: &Words) {
    let name = tender_word(tender.kind, words);
    let mut left = match (tender.kind, tender.amount.units() < 0) {
        (TenderKind::Cash, true) => words.say("receipt-cash-refund"),
        (_, true) => say!(words, "receipt-given-back", means = name),
        (_, false) => name,
    };
    if let Some(reference) = &tender.reference {
        left = format!("{left} {reference}");
    }
    if tender.points != 0 {
        let points = words.number(&tender.points.abs().to_string());
        left = say!(words, "receipt-with-points", means = left, points = points);
    }
    match tender.amount.units() < 0 {
        true => paper.pair(left, money(-tender.amount)),
        false => paper.pair(left, money(tender.tendered)),
    };
    if !tender.change.is_zero() {
        paper.pair(words.say("tender-change"), money(tender.change));
    }
    if !tender.forfeited.is_zero() {
        paper.pair(words.say("receipt-forfeited"), money(tender.forfeited));
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

/// A receipt again, marked so that nobody takes it for another sale.
pub fn copy(original: &Document, issued: &Issued) -> Document {
    let words = &issued.words;
    let mut paper = Document::default();
    paper.center(words.say("receipt-copy"), Size::Large, true);
    paper.center(say!(words, "receipt-copied-at", time = words.minute(issued.local)), Size::Normal, false);
    paper.push(Block::Rule);
    for block in &original.blocks {
        paper.push(block.clone());
    }
    paper
}
