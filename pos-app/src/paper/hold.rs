//! Slips for goods that are put by: what they are collected with.

use domain::hold::Hold;
use domain::money::Money;
use domain::receipt::{Block, Document, Size};
use domain::store::Store;
use domain::tender::Tender;
use words::say;

use super::Issued;
use super::receipt::tender_rows;
use crate::notation::Notation;

/// The slip with which goods put by are collected. The shopper's name is masked already.
pub fn hold_slip(hold: &Hold, store: &Store, issued: &Issued) -> Document {
    let words = &issued.words;
    let money = |amount: Money| words.amount(store.currency, amount);
    let mut paper = head(words.say("slip-hold-title"), store, issued);
    if !hold.shopper.is_empty() {
        paper.pair(words.say("slip-shopper"), &hold.shopper);
    }
    if let Some(until) = hold.until {
        paper.pair(words.say("slip-collect-until"), words.date(until));
    }
    paper.push(Block::Rule);
    for line in hold.basket.active() {
        paper.pair(line.name_in(issued.english()), words.quantity(line.quantity));
    }
    paper.push(Block::Rule);
    paper.pair(words.say("slip-hold-total"), money(hold.total));
    for tender in &hold.paid {
        tender_rows(&mut paper, tender, money, words);
    }
    paper.pair(words.say("slip-paid-down"), money(hold.paid_down()));
    paper.strong_pair(
        words.say("slip-left-to-pay"),
        words.money(store.currency, hold.total - hold.paid_down()),
        Size::Tall,
    );
    paper.push(Block::Feed(1));
    paper.center(words.say("slip-hold-help"), Size::Normal, false);
    for line in &store.policy.legal_lines {
        paper.center(line, Size::Normal, false);
    }
    paper.push(Block::Code128(hold.code.clone()));
    paper.push(Block::Cut);
    paper
}

/// The slip for a payment down that was given back.
pub fn hold_cancelled_slip(hold: &Hold, refunded: &[Tender], store: &Store, issued: &Issued) -> Document {
    let words = &issued.words;
    let money = |amount: Money| words.amount(store.currency, amount);
    let mut paper = head(words.say("slip-hold-cancelled-title"), store, issued);
    paper.pair(words.say("slip-hold-code"), &hold.code);
    paper.push(Block::Rule);
    for tender in refunded {
        tender_rows(&mut paper, tender, money, words);
    }
    let back: Money = refunded.iter().map(|tender| -tender.amount).sum();
    paper.strong_pair(words.say("slip-given-back"), words.money(store.currency, back), Size::Tall);
    paper.push(Block::Cut);
    paper
}

fn head(title: String, store: &Store, issued: &Issued) -> Document {
    let words = &issued.words;
    let mut paper = Document::default();
    paper.center(&store.name, Size::Large, true);
    paper.center(title, Size::Tall, true);
    paper.push(Block::Feed(1));
    paper.pair(words.minute(issued.local), say!(words, "receipt-till", till = issued.till));
    paper.pair(say!(words, "receipt-cashier", cashier = &issued.cashier), "");
    paper
}
