//! Slips about the drawer: cash that moved without a sale, hand-overs; and the mark of training.

use domain::money::Money;
use domain::receipt::{Block, Document, Size};
use domain::shift::{CashMovement, CashMovementKind, HandOver};
use domain::store::Store;

use super::{Issued, minute};

/// What lies beside cash that went to the safe, came in or went out; both sign.
pub fn cash_slip(movement: &CashMovement, store: &Store, issued: &Issued) -> Document {
    let say = |chinese, english| either(issued, chinese, english);
    let title = match movement.kind {
        CashMovementKind::Drop => say("投库单", "Cash drop"),
        CashMovementKind::PayIn => say("现金存入单", "Cash paid in"),
        CashMovementKind::PayOut => say("现金支出单", "Cash paid out"),
    };
    let mut paper = head(title, store, issued);
    paper.strong_pair(say("金额", "Amount"), store.currency.signed(movement.amount), Size::Large);
    paper.pair(say("原因", "Reason"), reason(&movement.reason, issued));
    if !movement.note.is_empty() {
        paper.pair(say("备注", "Note"), &movement.note);
    }
    sign(&mut paper, &[say("经手人", "Handed over by"), say("接收人", "Taken by")]);
    paper.push(Block::Cut);
    paper
}

/// What the drawer held when it went to the next cashier (交接班).
pub fn hand_over_slip(handed: &HandOver, store: &Store, issued: &Issued) -> Document {
    let say = |chinese, english| either(issued, chinese, english);
    let money = |amount: Money| store.currency.plain(amount);
    let mut paper = head(say("交接单", "Hand-over"), store, issued);
    paper.pair(say("交班人", "From"), &handed.from);
    paper.pair(say("接班人", "To"), handed.to.as_deref().unwrap_or("-"));
    paper.pair(say("应有现金", "Cash expected"), money(handed.expected));
    paper.pair(say("实点现金", "Cash counted"), money(handed.counted));
    let difference = handed.counted - handed.expected;
    paper.strong_pair(say("长短款", "Over / short"), money(difference), Size::Normal);
    if !handed.reason.is_empty() {
        paper.pair(say("原因", "Reason"), reason(&handed.reason, issued));
    }
    sign(&mut paper, &[say("交班人签字", "Signed by"), say("接班人签字", "Taken over by")]);
    paper.push(Block::Cut);
    paper
}

/// A line that nobody overlooks: this paper is worth nothing.
pub fn training_mark(paper: &mut Document, english: bool) {
    paper.center(if english { "*** TRAINING ***" } else { "*** 培训 ***" }, Size::Large, true);
    let words = if english { "no sale, no money, worth nothing" } else { "非销售单据，无效" };
    paper.center(words, Size::Normal, false);
}

fn head(title: &str, store: &Store, issued: &Issued) -> Document {
    let mut paper = Document::default();
    paper.center(title, Size::Large, true);
    paper.center(&store.name, Size::Normal, false);
    let till = format!("{} {}", either(issued, "收银机", "Till"), issued.till);
    paper.pair(till, format!("{} {}", either(issued, "收银员", "Cashier"), issued.cashier));
    paper.pair(either(issued, "时间", "Time"), minute(issued.local));
    paper.push(Block::Rule);
    paper
}

fn sign(paper: &mut Document, who: &[&str]) {
    for who in who {
        paper.push(Block::Feed(1));
        paper.pair(*who, "____________");
    }
}

/// The program's own reasons in words; a shop's as they are.
pub(super) fn reason(id: &str, issued: &Issued) -> String {
    crate::present::reason_word(id, issued.english)
}

fn either<'a>(issued: &Issued, chinese: &'a str, english: &'a str) -> &'a str {
    if issued.english { english } else { chinese }
}
