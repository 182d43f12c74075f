//! Slips about the drawer: cash that moved without a sale, hand-overs; and the mark of training.

use domain::money::Money;
use domain::receipt::{Block, Document, Size};
use domain::shift::{CashMovement, CashMovementKind, HandOver};
use domain::store::Store;
use words::{Words, say};

use super::Issued;
use crate::notation::Notation;

/// What lies beside cash that went to the safe, came in or went out; both sign.
pub fn cash_slip(movement: &CashMovement, store: &Store, issued: &Issued) -> Document {
    let words = &issued.words;
    let title = match movement.kind {
        CashMovementKind::Drop => words.say("slip-cash-drop"),
        CashMovementKind::PayIn => words.say("slip-cash-paid-in"),
        CashMovementKind::PayOut => words.say("slip-cash-paid-out"),
    };
    let mut paper = head(title, store, issued);
    paper.strong_pair(words.say("slip-amount"), words.money(store.currency, movement.amount), Size::Large);
    paper.pair(words.say("slip-reason"), reason(&movement.reason, issued));
    if !movement.note.is_empty() {
        paper.pair(words.say("slip-note"), &movement.note);
    }
    sign(&mut paper, [words.say("slip-handed-over-by"), words.say("slip-taken-by")]);
    paper.push(Block::Cut);
    paper
}

/// What the drawer held when it went to the next cashier (交接班).
pub fn hand_over_slip(handed: &HandOver, store: &Store, issued: &Issued) -> Document {
    let words = &issued.words;
    let money = |amount: Money| words.amount(store.currency, amount);
    let mut paper = head(words.say("slip-hand-over"), store, issued);
    paper.pair(words.say("slip-from"), &handed.from);
    paper.pair(words.say("slip-to"), handed.to.as_deref().unwrap_or("-"));
    paper.pair(words.say("slip-expected"), money(handed.expected));
    paper.pair(words.say("slip-counted"), money(handed.counted));
    let difference = handed.counted - handed.expected;
    paper.strong_pair(words.say("slip-difference"), money(difference), Size::Normal);
    if !handed.reason.is_empty() {
        paper.pair(words.say("slip-reason"), reason(&handed.reason, issued));
    }
    sign(&mut paper, [words.say("slip-signed-by"), words.say("slip-taken-over-by")]);
    paper.push(Block::Cut);
    paper
}

/// A line that nobody overlooks: this paper is worth nothing.
pub fn training_mark(paper: &mut Document, words: &Words) {
    paper.center(words.say("slip-training"), Size::Large, true);
    paper.center(words.say("slip-training-worthless"), Size::Normal, false);
}

fn head(title: String, store: &Store, issued: &Issued) -> Document {
    let words = &issued.words;
    let mut paper = Document::default();
    paper.center(title, Size::Large, true);
    paper.center(&store.name, Size::Normal, false);
    let till = say!(words, "receipt-till", till = issued.till);
    paper.pair(till, say!(words, "receipt-cashier", cashier = &issued.cashier));
    paper.pair(words.say("slip-time"), words.minute(issued.local));
    paper.push(Block::Rule);
    paper
}

fn sign(paper: &mut Document, who: [String; 2]) {
    for who in who {
        paper.push(Block::Feed(1));
        paper.pair(who, "____________");
    }
}

/// The program's own reasons in words; a shop's as they are.
pub(super) fn reason(id: &str, issued: &Issued) -> String {
    crate::present::reason_word(id, &issued.words)
}
