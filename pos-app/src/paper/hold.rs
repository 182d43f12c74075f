//! Slips for goods that are put by: what they are collected with.

use domain::hold::Hold;
use domain::money::Money;
use domain::receipt::{Block, Document, Size};
use domain::store::Store;
use domain::tender::Tender;

use super::receipt::tender_rows;
use super::words::{Words, words};
use super::{Issued, minute};

/// The slip with which goods put by are collected. The shopper's name is masked already.
pub fn hold_slip(hold: &Hold, store: &Store, issued: &Issued) -> Document {
    let words = words(issued.english);
    let money = |amount: Money| store.currency.plain(amount);
    let mut paper = head(words.hold_title, store, issued, words);
    if !hold.shopper.is_empty() {
        paper.pair(words.shopper, &hold.shopper);
    }
    if let Some(until) = hold.until {
        paper.pair(words.collect_until, until.to_string());
    }
    paper.push(Block::Rule);
    for line in hold.basket.active() {
        paper.pair(line.name_in(issued.english), line.quantity.plain());
    }
    paper.push(Block::Rule);
    paper.pair(words.total, money(hold.total));
    for tender in &hold.paid {
        tender_rows(&mut paper, tender, money, words);
    }
    paper.pair(words.paid_down, money(hold.paid_down()));
    paper.strong_pair(words.left_to_pay, store.currency.signed(hold.total - hold.paid_down()), Size::Tall);
    paper.push(Block::Feed(1));
    paper.center(words.hold_help, Size::Normal, false);
    for line in &store.policy.legal_lines {
        paper.center(line, Size::Normal, false);
    }
    paper.push(Block::Code128(hold.code.clone()));
    paper.push(Block::Cut);
    paper
}

/// The slip for a payment down that was given back.
pub fn hold_cancelled_slip(hold: &Hold, refunded: &[Tender], store: &Store, issued: &Issued) -> Document {
    let words = words(issued.english);
    let money = |amount: Money| store.currency.plain(amount);
    let mut paper = head(words.hold_cancelled_title, store, issued, words);
    paper.pair(words.hold_code, &hold.code);
    paper.push(Block::Rule);
    for tender in refunded {
        tender_rows(&mut paper, tender, money, words);
    }
    let back: Money = refunded.iter().map(|tender| -tender.amount).sum();
    paper.strong_pair(words.given_back, store.currency.signed(back), Size::Tall);
    paper.push(Block::Cut);
    paper
}

fn head(title: &str, store: &Store, issued: &Issued, words: &Words) -> Document {
    let mut paper = Document::default();
    paper.center(&store.name, Size::Large, true);
    paper.center(title, Size::Tall, true);
    paper.push(Block::Feed(1));
    paper.pair(minute(issued.local), format!("{} {}", words.till, issued.till));
    paper.pair(format!("{} {}", words.cashier, issued.cashier), "");
    paper
}
