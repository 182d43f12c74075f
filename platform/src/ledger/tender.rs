//! What tenders post, in a sale and for goods put by.

use protocol::v1::{Hold, HoldCancelled, Tender};

use super::{Posting, in_range};

/// The account that a tender goes to: what the shop gets, or what it no longer owes.
fn account(kind: &str) -> String {
    match kind {
        "gift_card" | "stored_value" => format!("owed:{kind}:spent"),
        "deposit" => "owed:hold:spent".to_owned(),
        "points" => "points_cost".to_owned(),
        _ => format!("tender:{kind}"),
    }
}

/// The tender that is posted to an account; the other way round of the above.
pub(super) fn kind_of(account: &str) -> Option<&str> {
    match account {
        "owed:gift_card:spent" => Some("gift_card"),
        "owed:stored_value:spent" => Some("stored_value"),
        "owed:hold:spent" => Some("deposit"),
        "points_cost" => Some("points"),
        _ => account.strip_prefix("tender:"),
    }
}

/// One leg for each tender.
pub(super) fn post_tenders(posting: &mut Posting, tenders: &[Tender]) -> Option<()> {
    for tender in tenders {
        if !in_range(tender.amount) {
            return None;
        }
        posting.money(account(&tender.kind), tender.amount);
    }
    Some(())
}

/// A slip that was worth more than was due: whoever issued it owes all of it.
pub(super) fn post_worth_lost(posting: &mut Posting, tenders: &[Tender]) -> Option<()> {
    for tender in tenders.iter().filter(|tender| tender.forfeited != 0) {
        if !in_range(tender.forfeited) {
            return None;
        }
        posting.money(format!("slips:{}", tender.kind), tender.forfeited);
        posting.money("forfeited", -tender.forfeited);
    }
    Some(())
}

/// What was paid down is owed until the goods are collected; `None` when an amount is beyond [`super::AMOUNT_MAX`].
pub fn place_hold(hold: &Hold) -> Option<Posting> {
    owe(&hold.paid)
}

/// What was paid down goes back to the shopper.
pub fn cancel_hold(cancelled: &HoldCancelled) -> Option<Posting> {
    owe(&cancelled.refunded)
}

fn owe(tenders: &[Tender]) -> Option<Posting> {
    let mut posting = Posting::default();
    post_tenders(&mut posting, tenders)?;
    let sum: i128 = posting.money.iter().map(|leg| i128::from(leg.amount)).sum();
    let sum = i64::try_from(sum).ok().filter(|sum| in_range(*sum))?;
    if !posting.money.is_empty() {
        posting.money("owed:hold:paid", -sum);
    }
    Some(posting)
}
