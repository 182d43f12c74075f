//! What opening and closing a shift posts.

use protocol::v1::{ShiftClosed, ShiftOpened};

use super::{Posting, in_range};

/// The float goes from the safe into the drawer; `None` when it is beyond [`super::AMOUNT_MAX`].
pub fn open(opened: &ShiftOpened) -> Option<Posting> {
    in_range(opened.float).then(|| {
        let mut posting = Posting::default();
        posting.money("drawer", opened.float);
        posting.money("safe", -opened.float);
        posting
    })
}

/// What was counted goes into the safe; what is over or short of the expected stands on an account of its own.
/// `None` when an amount is beyond [`super::AMOUNT_MAX`].
pub fn close(closed: &ShiftClosed) -> Option<Posting> {
    let cash = closed.totals.tenders.iter().filter(|sum| sum.kind == "cash");
    let cash: i128 = cash.map(|sum| i128::from(sum.amount)).sum();
    let cash = i64::try_from(cash).ok()?;
    if ![closed.counted, closed.expected, cash].into_iter().all(in_range) {
        return None;
    }
    let float = closed.expected - cash;
    let mut posting = Posting::default();
    posting.money("safe", closed.counted);
    posting.money("drawer", -float);
    posting.money("tender:cash", -cash);
    posting.money("over_short", closed.expected - closed.counted);
    Some(posting)
}
