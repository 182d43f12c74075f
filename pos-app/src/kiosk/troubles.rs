//! What a shopper is told of what did not happen: one tolerant sentence, and never whose fault it was.

use words::Words;

use super::Message;
use crate::engine::Trouble;

/// The sentence; nothing where silence is better.
pub(super) fn message(trouble: &Trouble) -> Option<Message> {
    match trouble {
        // A touch that came too late, or twice.
        Trouble::NotHere | Trouble::ReadNotice | Trouble::WaitsForLeave | Trouble::NothingWaits => None,
        // The scale asks for itself.
        Trouble::NeedsWeight(_) => None,
        other => Some(Message::Trouble(other.clone())),
    }
}

/// Its words.
pub(super) fn words(trouble: &Trouble, words: &Words) -> String {
    match trouble {
        Trouble::Exit(why) => crate::present::trouble::exit(why, words),
        other => words.say(key(other)),
    }
}

/// The key of its words.
fn key(trouble: &Trouble) -> &'static str {
    match trouble {
        Trouble::UnknownCode | Trouble::OddLength(_) | Trouble::NothingFound => "kiosk-trouble-unknown",
        Trouble::BadCode(_) | Trouble::Unreadable(_) => "kiosk-trouble-unreadable",
        Trouble::TooYoung { .. } => "kiosk-trouble-age",
        Trouble::Expired { .. } | Trouble::CalledBack { .. } => "kiosk-trouble-not-sold",
        Trouble::MoreThanAllowed { .. } => "kiosk-trouble-limit",
        Trouble::UnknownMember | Trouble::BadPhone(_) => "kiosk-trouble-member",
        Trouble::CouponTwice => "kiosk-trouble-coupon-twice",
        Trouble::UnknownCoupon | Trouble::TooManyCoupons => "kiosk-trouble-coupon",
        Trouble::Declined(_) => "kiosk-trouble-declined",
        Trouble::PaymentGivenUp => "kiosk-trouble-given-up",
        Trouble::NoPort | Trouble::PortAway => "kiosk-trouble-away",
        Trouble::PaymentOpen => "kiosk-trouble-paying",
        Trouble::NoPaymentCode | Trouble::ScanWhilePaying => "kiosk-trouble-show-code",
        Trouble::WeighedAlready => "kiosk-trouble-weighed",
        Trouble::WrongPin(_) | Trouble::Wait(_) | Trouble::UnknownStaff => "kiosk-trouble-pin",
        Trouble::MayNotApprove => "kiosk-trouble-may-not",
        Trouble::NotSaved(_) | Trouble::NotKept(_) | Trouble::PaymentNotKept(_) => "kiosk-trouble-saving",
        Trouble::Locked | Trouble::NoShift | Trouble::NotReady => "kiosk-trouble-closed",
        Trouble::NoPrice(_) | Trouble::NotWithoutReceipt(_) | Trouble::MemberMissing => "kiosk-trouble-at-till",
        Trouble::SuspendedLeft(_) | Trouble::BasketOpen => "kiosk-trouble-open",
        _ => "kiosk-trouble-other",
    }
}

/// Whether an attendant must know of it.
pub(super) fn is_fault(trouble: &Trouble) -> bool {
    matches!(
        trouble,
        Trouble::NotSaved(_)
            | Trouble::NotKept(_)
            | Trouble::PaymentNotKept(_)
            | Trouble::PaymentAlarm(_)
            | Trouble::UnknownPayment
            | Trouble::JournalRefused(_)
            | Trouble::CalledBack { .. }
            | Trouble::Expired { .. }
    )
}
