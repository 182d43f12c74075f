//! The slip of a sale that is put aside: its code takes it up again, at any till of the store.

use domain::basket::Basket;
use domain::money::Money;
use domain::receipt::{Block, Document, Size};
use domain::store::Store;
use words::say;

use super::Issued;
use crate::notation::Notation;

/// Names of goods on a slip.
const NAMES_MAX: usize = 8;

/// The slip of a sale that is put aside.
pub fn aside_slip(basket: &Basket, total: Money, code: &str, store: &Store, issued: &Issued) -> Document {
    let words = &issued.words;
    let mut paper = Document::default();
    paper.center(words.say("slip-aside-title"), Size::Large, true);
    paper.pair(say!(words, "receipt-till", till = issued.till), words.minute(issued.local));
    paper.text(say!(words, "receipt-cashier", cashier = &issued.cashier));
    paper.push(Block::Rule);
    let goods = || basket.active().filter(|line| line.facets.deposit_of.is_none());
    for line in goods().take(NAMES_MAX) {
        paper.pair(line.name_in(issued.english()), words.quantity(line.quantity));
    }
    let more = goods().count().saturating_sub(NAMES_MAX);
    if more > 0 {
        paper.text(say!(words, "slip-aside-more", count = more));
    }
    paper.push(Block::Rule);
    paper.strong_pair(words.say("slip-aside-total"), words.money(store.currency, total), Size::Normal);
    paper.text(words.say("slip-aside-help"));
    paper.push(Block::Feed(1));
    paper.push(Block::Code128(code.to_owned()));
    paper.push(Block::Cut);
    paper
}
