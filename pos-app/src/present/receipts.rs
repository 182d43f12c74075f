//! Words for what stands on the till's own paper, for members and for goods put by.

use domain::proof::ProofError;
use domain::refund::RefundError;

use words::{Words, say};

use crate::engine::Trouble;
use crate::notation::Notation;

/// Why something about receipts, members or goods put by did not happen, in words.
pub(super) fn trouble(trouble: &Trouble, words: &Words) -> String {
    match trouble {
        Trouble::UnknownReceipt => words.say("trouble-unknown-receipt"),
        Trouble::BadReceiptCode(ProofError::Version(2..)) => words.say("trouble-newer-receipt-code"),
        Trouble::BadReceiptCode(_) => words.say("trouble-bad-receipt-code"),
        Trouble::ForgedReceipt => words.say("trouble-forged-receipt"),
        Trouble::FutureReceipt(date) => say!(words, "trouble-future-receipt", date = words.date(*date)),
        Trouble::ReceiptWithoutGoods => words.say("trouble-receipt-without-goods"),
        Trouble::AllCameBack => words.say("trouble-all-came-back"),
        Trouble::ReturnOpen => words.say("trouble-return-open"),
        Trouble::Refund(why) => refund(*why, words),
        Trouble::MoneyOwed(name) => say!(words, "trouble-money-owed", name = name),
        Trouble::OtherMember(name) => say!(words, "trouble-other-member", name = name),
        Trouble::NoLongerReturnable(name) => say!(words, "trouble-no-longer-returnable", name = name),
        Trouble::CollectThenReturn => words.say("trouble-collect-then-return"),
        other => people(other, words),
    }
}

fn people(trouble: &Trouble, words: &Words) -> String {
    match trouble {
        Trouble::NoMember => words.say("trouble-no-member"),
        Trouble::MemberExists => words.say("trouble-member-exists"),
        Trouble::CardTaken => words.say("trouble-card-taken"),
        Trouble::BadPhone(0) => words.say("trouble-no-phone"),
        Trouble::BadPhone(digits) => {
            say!(words, "trouble-bad-phone", digits = *digits)
        }
        Trouble::NothingBought => words.say("trouble-nothing-bought"),
        Trouble::NotSetUp => words.say("trouble-not-set-up"),
        Trouble::UnknownHold => words.say("trouble-unknown-hold"),
        Trouble::HoldOpen => words.say("trouble-hold-open"),
        Trouble::HoldLate(until) => say!(words, "trouble-hold-late", until = words.date(*until)),
        Trouble::NotToHold => words.say("trouble-not-to-hold"),
        other => unreachable!("{other:?} has its words elsewhere"),
    }
}

fn refund(why: RefundError, words: &Words) -> String {
    match why {
        RefundError::NotPositive => words.say("trouble-refund-not-positive"),
        RefundError::TooFine => words.say("trouble-refund-too-fine"),
        RefundError::MoreThanLeft { left } => {
            say!(words, "trouble-refund-more-than-left", most = words.quantity(left))
        }
    }
}
