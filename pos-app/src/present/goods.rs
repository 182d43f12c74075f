//! Words about goods and about sales that are split, merged and taken up again.

use words::{Words, say};

use crate::engine::{Said, Trouble};
use crate::notation::Notation;

/// Why goods are not taken, or not so.
pub(super) fn trouble(trouble: &Trouble, words: &Words) -> String {
    match trouble {
        Trouble::TooYoung { name, years } => say!(words, "trouble-too-young", name = name, years = *years),
        Trouble::Expired { name, on } => say!(words, "trouble-expired", name = name, on = words.date(*on)),
        Trouble::CalledBack { name, lot } if lot.is_empty() => say!(words, "trouble-called-back-all", name = name),
        Trouble::CalledBack { name, lot } => say!(words, "trouble-called-back", name = name, lot = lot),
        Trouble::MoreThanAllowed { name, max } => {
            say!(words, "trouble-more-than-allowed", name = name, most = words.quantity(*max))
        }
        Trouble::NumberTwice(number) => {
            say!(words, "trouble-number-twice", number = number)
        }
        Trouble::NotANumber => words.say("trouble-not-a-number"),
        Trouble::NotADate => words.say("trouble-not-a-date"),
        Trouble::MemberMissing => words.say("trouble-member-missing"),
        Trouble::TopUpOfOther => words.say("trouble-top-up-of-other"),
        Trouble::NotWithoutReceipt(name) => {
            say!(words, "trouble-not-without-receipt", name = name)
        }
        Trouble::DepositMissing(name) => say!(words, "trouble-deposit-missing", name = name),
        Trouble::WithItsGoods => words.say("trouble-with-its-goods"),
        Trouble::QuantityIsFixed => words.say("trouble-quantity-is-fixed"),
        Trouble::TareTooMuch => words.say("trouble-tare-too-much"),
        _ => unreachable!("a trouble of other features has its words there"),
    }
}

/// Why a sale is not changed so.
pub(super) fn trouble_of_sale(trouble: &Trouble, words: &Words) -> String {
    match trouble {
        Trouble::UnknownCoupon => words.say("trouble-unknown-coupon"),
        Trouble::CouponTwice => words.say("trouble-coupon-twice"),
        Trouble::TooManyCoupons => words.say("trouble-too-many-coupons"),
        Trouble::NothingAside => words.say("trouble-nothing-aside"),
        Trouble::NothingWouldStay => words.say("trouble-nothing-would-stay"),
        Trouble::PartPaid => words.say("trouble-part-paid"),
        Trouble::MembersDiffer => words.say("trouble-members-differ"),
        Trouble::SalesDiffer => words.say("trouble-sales-differ"),
        Trouble::RecalledElsewhere => words.say("trouble-recalled-elsewhere"),
        _ => unreachable!("a trouble of other features has its words there"),
    }
}

/// What happened to the whole sale.
pub(super) fn said(said: &Said, words: &Words) -> String {
    match said {
        Said::Coupon { code, waits: true } => say!(words, "said-coupon-waits", code = code),
        Said::Coupon { code, waits: false } => {
            say!(words, "said-coupon-counts", code = code)
        }
        Said::Split => words.say("said-split"),
        Said::Merged => words.say("said-merged"),
        _ => String::new(),
    }
}

/// How the age is asked for.
pub(super) fn birth_date(years: u8, words: &Words) -> String {
    say!(words, "ask-birth-date", years = years)
}
