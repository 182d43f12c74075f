//! Taking a payment back: by reversing it while the provider does so, by refunding it afterwards.

use jiff::{SignedDuration, Timestamp};

use super::{
    Answer, Payment, PaymentAction, PaymentAlarm, PaymentRefund, PaymentState, RefundAnswer, RefundState,
    ReverseAnswer, TimeRules, later,
};

impl Payment {
    pub(super) fn begin_reversal(&mut self, times: &TimeRules, now: Timestamp) -> Vec<PaymentAction> {
        self.state = PaymentState::Reversing;
        let earliest = self.reversible_at(times);
        if now < earliest {
            self.next_at = Some(earliest);
            return Vec::new();
        }
        self.reverse(times, now)
    }

    /// When the provider allows the first reversal.
    pub(super) fn reversible_at(&self, times: &TimeRules) -> Timestamp {
        later(self.sent_at.unwrap_or(self.created_at), times.no_reverse_before)
    }

    /// One attempt. When reversing has no sense any more it asks: the answer decides between a refund and the end.
    pub(super) fn reverse(&mut self, times: &TimeRules, now: Timestamp) -> Vec<PaymentAction> {
        if self.too_late_to_reverse(times, now) {
            self.asks += 1;
            self.next_at = Some(later(now, times.repeat_slow));
            return vec![PaymentAction::Ask];
        }
        self.reverse_now(times, now)
    }

    fn reverse_now(&mut self, times: &TimeRules, now: Timestamp) -> Vec<PaymentAction> {
        self.reversals += 1;
        self.next_at = Some(later(now, wait(times, self.reversals)));
        let slow = self.reversals == times.repeats_quick;
        let alarm = slow.then_some(PaymentAction::Alarm(PaymentAlarm::ReversalSlow));
        [PaymentAction::Reverse].into_iter().chain(alarm).collect()
    }

    fn too_late_to_reverse(&self, times: &TimeRules, now: Timestamp) -> bool {
        now >= later(self.sent_at.unwrap_or(self.created_at), times.reversible_for)
    }

    pub(super) fn answered_while_reversing(
        &mut self,
        times: &TimeRules,
        now: Timestamp,
        answer: Answer,
    ) -> Vec<PaymentAction> {
        match answer {
            Answer::Paid { provider_no } => {
                self.provider_no = Some(provider_no);
                match self.refund {
                    None if self.too_late_to_reverse(times, now) => self.open_refund(times, now),
                    // Perhaps older than the reversal, whose own answer decides.
                    Some(_) | None => Vec::new(),
                }
            }
            // What was paid once cannot be declined: an older answer.
            Answer::Declined { .. } if self.provider_no.is_some() => Vec::new(),
            Answer::Declined { .. } | Answer::Reversed => self.over(),
            Answer::NotFound => self.not_found(times, now),
            // Not paid even now: closing such an order is never too late.
            Answer::Waiting if self.too_late_to_reverse(times, now) => self.reverse_now(times, now),
            Answer::Waiting | Answer::Unknown => Vec::new(),
        }
    }

    pub(super) fn reverse_answered(
        &mut self,
        times: &TimeRules,
        now: Timestamp,
        answer: ReverseAnswer,
    ) -> Vec<PaymentAction> {
        match (self.state, answer) {
            (PaymentState::Reversing, ReverseAnswer::Reversed) => self.over(),
            (PaymentState::Reversing, ReverseAnswer::NotFound) => self.not_found(times, now),
            (PaymentState::Reversing, ReverseAnswer::StillPaid { provider_no }) => {
                self.provider_no = Some(provider_no);
                match (&self.refund, self.cancelled) {
                    (Some(_), _) => Vec::new(),
                    (None, true) => self.open_refund(times, now),
                    (None, false) => {
                        self.state = PaymentState::Paid;
                        Vec::new()
                    }
                }
            }
            (PaymentState::Declined | PaymentState::Reversed, ReverseAnswer::StillPaid { provider_no }) => {
                self.late_paid(times, now, provider_no)
            }
            (PaymentState::Paid, ReverseAnswer::Reversed) => {
                vec![PaymentAction::Alarm(PaymentAlarm::ReversedAfterPaid)]
            }
            (_, ReverseAnswer::Unknown)
            | (PaymentState::Created | PaymentState::Sent | PaymentState::InDoubt, _)
            | (PaymentState::Paid, ReverseAnswer::StillPaid { .. } | ReverseAnswer::NotFound)
            | (PaymentState::Declined | PaymentState::Reversed, ReverseAnswer::Reversed | ReverseAnswer::NotFound) => {
                Vec::new()
            }
        }
    }

    fn over(&mut self) -> Vec<PaymentAction> {
        self.state = PaymentState::Reversed;
        Vec::new()
    }

    /// There is no such order. While the request may still be under way that means nothing.
    fn not_found(&mut self, times: &TimeRules, now: Timestamp) -> Vec<PaymentAction> {
        if now < later(self.sent_at.unwrap_or(self.created_at), times.lost_after) {
            return Vec::new();
        }
        self.state = PaymentState::Reversed;
        let odd = self.provider_no.is_some();
        odd.then_some(PaymentAction::Alarm(PaymentAlarm::PaidAndUnknown)).into_iter().collect()
    }

    /// It was over, and is paid after all.
    pub(super) fn late_paid(&mut self, times: &TimeRules, now: Timestamp, provider_no: String) -> Vec<PaymentAction> {
        if self.refund.is_some() {
            return Vec::new();
        }
        self.provider_no = Some(provider_no);
        let mut actions = vec![PaymentAction::Alarm(PaymentAlarm::LatePaid)];
        actions.extend(self.open_refund(times, now));
        actions
    }

    fn open_refund(&mut self, times: &TimeRules, now: Timestamp) -> Vec<PaymentAction> {
        assert!(self.refund.is_none(), "one payment is refunded once");
        self.refund =
            Some(PaymentRefund { no: settling_refund_no(&self.order_no), state: RefundState::Open, tries: 0 });
        self.refund(times, now)
    }

    /// One attempt, under the same number as the others.
    pub(super) fn refund(&mut self, times: &TimeRules, now: Timestamp) -> Vec<PaymentAction> {
        let refund = self.refund.as_mut().expect("a refund was opened");
        refund.tries += 1;
        self.next_at = Some(later(now, wait(times, refund.tries)));
        let slow = refund.tries == times.repeats_quick;
        let alarm = slow.then_some(PaymentAction::Alarm(PaymentAlarm::ReversalSlow));
        [PaymentAction::Refund { no: refund.no.clone() }].into_iter().chain(alarm).collect()
    }

    pub(super) fn refund_answered(&mut self, answer: RefundAnswer) -> Vec<PaymentAction> {
        let Some(refund) = self.refund.as_mut().filter(|refund| refund.state == RefundState::Open) else {
            return Vec::new();
        };
        let actions = match answer {
            RefundAnswer::Unknown => return Vec::new(),
            RefundAnswer::Refunded => {
                refund.state = RefundState::Done;
                Vec::new()
            }
            RefundAnswer::Refused { why } => {
                refund.state = RefundState::Refused;
                self.reason = Some(why);
                vec![PaymentAction::Alarm(PaymentAlarm::RefundRefused)]
            }
        };
        // Refused or not, no sale may count on this money any more; what was refused is for a person to settle.
        if self.state == PaymentState::Reversing {
            self.state = PaymentState::Reversed;
        }
        actions
    }

    pub(super) fn refund_is(&self, state: RefundState) -> bool {
        self.refund.as_ref().is_some_and(|refund| refund.state == state)
    }
}

/// The number of the refund that settles what a reversal could not. Refunds of a part, or of an older payment, have others.
pub fn settling_refund_no(order_no: &str) -> String {
    format!("{order_no}R")
}

/// Quick at first, slow after many attempts.
fn wait(times: &TimeRules, attempts: u32) -> SignedDuration {
    if attempts < times.repeats_quick { times.repeat } else { times.repeat_slow }
}
