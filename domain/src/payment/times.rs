//! When to ask, when to give up and how to reverse, for each family of providers: data, so that a store may change it
//! and a simulation may run it in milliseconds.

use jiff::SignedDuration;

use super::Family;

/// Times of one family of providers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeRules {
    /// How long an answer may take before the provider is asked.
    pub answer_within: SignedDuration,
    /// Wait before asking after an answer that says nothing, such as a system error.
    pub ask_unknown: SignedDuration,
    /// Wait before asking while the shopper is confirming.
    pub ask_waiting: SignedDuration,
    /// From sending to giving up: one last question, then the reversal.
    pub give_up_after: SignedDuration,
    /// From sending to the first reversal at the earliest.
    pub no_reverse_before: SignedDuration,
    /// How long a request may still be under way, so that "no such order" does not mean that there will be none.
    pub lost_after: SignedDuration,
    /// Wait before the reversal, or a refund, is repeated.
    pub repeat: SignedDuration,
    /// The same, after [`TimeRules::repeats_quick`] attempts.
    pub repeat_slow: SignedDuration,
    /// Attempts before an alarm is raised and repeating slows down.
    pub repeats_quick: u32,
    /// From sending: how long the provider reverses. Later it refunds.
    pub reversible_for: SignedDuration,
}

const fn seconds(seconds: i64) -> SignedDuration {
    SignedDuration::from_secs(seconds)
}

const fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

impl Family {
    /// The family's usual times.
    ///
    /// WeChat (付款码支付): 5 s after a system error, about every 10 s while the shopper confirms, giving up at 45 s,
    /// no reversal within 15 s, refund instead after 7 days. Alipay (当面付): every 5 s for 60 s, then cancel; cancel
    /// within 24 h. The others are set with room: UnionPay reverses within its clearing day, and on a terminal people
    /// type a PIN.
    pub const fn times(self) -> TimeRules {
        let usual = TimeRules {
            answer_within: seconds(10),
            ask_unknown: seconds(5),
            ask_waiting: seconds(5),
            give_up_after: seconds(60),
            no_reverse_before: seconds(0),
            lost_after: seconds(120),
            repeat: seconds(5),
            repeat_slow: seconds(60),
            repeats_quick: 10,
            reversible_for: hours(24),
        };
        match self {
            Family::WeChat => TimeRules {
                ask_waiting: seconds(10),
                give_up_after: seconds(45),
                no_reverse_before: seconds(15),
                reversible_for: hours(7 * 24),
                ..usual
            },
            Family::Alipay => usual,
            Family::UnionPay => TimeRules { reversible_for: hours(12), ..usual },
            Family::Terminal => TimeRules { ask_unknown: seconds(3), give_up_after: seconds(120), ..usual },
        }
    }
}
