//! What opening and closing a shift posts, and cash that moves in between.

use protocol::v1::{CashMoved, ShiftClosed, ShiftOpened};

use super::{Posting, in_range};

/// The float goes from the safe into the drawer; `None` when it is beyond [`super::AMOUNT_MAX`].
pub fn open(opened: &ShiftOpened) -> Option<Posting> {
    in_range(opened.float).then(|| pair("drawer", "safe", opened.float))
}

/// Cash goes to the safe, or into or out of the drawer; `None` when the amount or the way makes no sense.
pub fn move_cash(moved: &CashMoved) -> Option<Posting> {
    let (to, from) = match moved.kind.as_str() {
        "drop" => ("safe", "drawer"),
        "pay_in" => ("drawer", "paid_in"),
        "pay_out" => ("paid_out", "drawer"),
        _ => return None,
    };
    (in_range(moved.amount) && moved.amount >= 0).then(|| pair(to, from, moved.amount))
}

/// What was counted goes into the safe; what is over or short of the expected stands on an account of its own.
/// `None` when an amount is beyond [`super::AMOUNT_MAX`].
pub fn close(closed: &ShiftClosed) -> Option<Posting> {
    let cash = closed.totals.tenders.iter().filter(|sum| sum.kind == "cash");
    let cash: i128 = cash.map(|sum| i128::from(sum.amount)).sum();
    let cash = i64::try_from(cash).ok().filter(|cash| in_range(*cash))?;
    if ![closed.counted, closed.expected, closed.totals.hold_cash].into_iter().all(in_range) {
        return None;
    }
    // The float and what moved without a sale lie on the drawer's account, cash of sales and of goods put by on the
    // tender's.
    let cash = cash + closed.totals.hold_cash;
    let drawer = closed.expected - cash;
    let mut posting = Posting::default();
    posting.money("safe", closed.counted);
    posting.money("drawer", -drawer);
    posting.money("tender:cash", -cash);
    posting.money("over_short", closed.expected - closed.counted);
    Some(posting)
}

fn pair(to: &'static str, from: &'static str, amount: i64) -> Posting {
    let mut posting = Posting::default();
    posting.money(to, amount);
    posting.money(from, -amount);
    posting
}
