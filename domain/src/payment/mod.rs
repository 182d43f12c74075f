//! A payment through a provider: a code on the shopper's telephone, or a card on the terminal.
//!
//! `Created -> Sent -> {Paid | Declined | InDoubt} -> Reversing -> {Reversed | Paid}`
//!
//! It is sent once and never again. What is not known is a state, and it is settled by asking or by reversing. The
//! machine is pure: time comes in with every input, and what is to be done comes out. Whoever drives it commits the
//! changed payment first and only then does what it asks for; after a restart it gives [`PaymentInput::Restarted`],
//! and the machine asks before it does anything else.
//!
//! A success that is heard of after the payment was over is refunded under a number of its own and raised as an alarm.

pub mod bill;
mod code;
mod dialog;
mod reversal;
mod times;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::money::Money;
use crate::tender::TenderKind;

pub use code::{CodePattern, CodeTable, classify_code, mask};
pub use dialog::{Answer, PaymentAction, PaymentAlarm, PaymentInput, RefundAnswer, ReverseAnswer, Step};
pub use reversal::settling_refund_no;
pub use times::TimeRules;

/// Characters of an order number: what every provider takes, with room for the refund's letter.
pub const ORDER_NO_LEN_MAX: usize = 31;

/// Who moves the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// 微信支付.
    WeChat,
    /// 支付宝.
    Alipay,
    /// 云闪付.
    UnionPay,
    /// A card terminal.
    Terminal,
}

impl Family {
    /// The means of payment that it serves.
    pub fn tender(self) -> TenderKind {
        match self {
            Family::WeChat | Family::Alipay | Family::UnionPay => TenderKind::Code,
            Family::Terminal => TenderKind::Card,
        }
    }
}

/// Where a payment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PaymentState {
    /// Intended, and not sent.
    Created,
    /// Sent; an answer is awaited, or the shopper is confirming.
    Sent,
    /// The money has moved.
    Paid,
    /// The money has not moved, and will not.
    Declined,
    /// Nobody here knows whether it has moved.
    InDoubt,
    /// It is being taken back.
    Reversing,
    /// It was taken back, or never moved. When a refund was needed and was refused ([`RefundState::Refused`]) the
    /// provider may still hold it, and people were told.
    Reversed,
}

/// A payment, whole: what is committed before anything is done, and restored after a restart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// Its id.
    pub id: Uuid,
    /// Its own number at the provider; a new code needs a new one.
    pub order_no: String,
    /// Who moves the money.
    pub family: Family,
    /// How much.
    pub amount: Money,
    /// The shopper's code, masked.
    pub masked: Option<String>,
    /// Where it stands.
    pub state: PaymentState,
    /// When it was intended.
    pub created_at: Timestamp,
    /// When it was sent.
    pub sent_at: Option<Timestamp>,
    /// When the machine wants the next [`PaymentInput::Tick`]; `None` when it waits for nothing.
    pub next_at: Option<Timestamp>,
    /// When it gives up waiting and reverses.
    pub give_up_at: Option<Timestamp>,
    /// The latest time it has seen, to notice a clock that was set back.
    pub seen_at: Timestamp,
    /// How often the provider was asked.
    pub asks: u32,
    /// How often a reversal was tried.
    pub reversals: u32,
    /// The last question before giving up was put.
    pub last_asked: bool,
    /// The provider said that the shopper is confirming.
    pub confirming: bool,
    /// The cashier wished to give it up.
    pub cancelled: bool,
    /// The provider's number, once it was paid.
    pub provider_no: Option<String>,
    /// Why it was declined.
    pub reason: Option<String>,
    /// The refund that settles what a reversal could not.
    pub refund: Option<PaymentRefund>,
}

/// A refund of a whole payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentRefund {
    /// Its own number. The same at every attempt, so that the provider refunds once.
    pub no: String,
    /// How far it is.
    pub state: RefundState,
    /// How often it was tried.
    pub tries: u32,
}

/// How far a refund is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RefundState {
    /// It is repeated until the answer is definite.
    Open,
    /// The shopper has the money back.
    Done,
    /// The provider refuses; a person must look.
    Refused,
}

impl Payment {
    /// An intent. The amount is above nothing; the order number has at most [`ORDER_NO_LEN_MAX`] characters. A code is
    /// given masked ([`mask`]).
    pub fn new(
        id: Uuid,
        order_no: String,
        family: Family,
        amount: Money,
        masked: Option<String>,
        now: Timestamp,
    ) -> Payment {
        assert!(amount > Money::ZERO, "a payment of {amount:?}");
        assert!((1..=ORDER_NO_LEN_MAX).contains(&order_no.len()), "an order number of {} characters", order_no.len());
        Payment {
            id,
            order_no,
            family,
            amount,
            masked,
            state: PaymentState::Created,
            created_at: now,
            sent_at: None,
            next_at: None,
            give_up_at: None,
            seen_at: now,
            asks: 0,
            reversals: 0,
            last_asked: false,
            confirming: false,
            cancelled: false,
            provider_no: None,
            reason: None,
            refund: None,
        }
    }

    /// Whether a sale must wait for it: nobody may complete, or charge otherwise, while this one may still be paid.
    pub fn blocks_completion(&self) -> bool {
        match self.state {
            PaymentState::Created | PaymentState::Sent | PaymentState::InDoubt | PaymentState::Reversing => true,
            PaymentState::Paid | PaymentState::Declined | PaymentState::Reversed => false,
        }
    }

    /// Whether nothing is left to do: it does not block a sale, and no refund is open.
    pub fn is_settled(&self) -> bool {
        !self.blocks_completion() && !self.refund_is(RefundState::Open)
    }

    /// What happens, and what is to be done about it. The payment is changed; commit it before doing anything.
    pub fn step(&mut self, times: &TimeRules, now: Timestamp, input: PaymentInput) -> Step {
        self.follow_clock(now);
        let from = self.state;
        let actions = match input {
            PaymentInput::Started => self.start(times, now),
            PaymentInput::Answer(answer) => self.answered(times, now, answer),
            PaymentInput::ReverseAnswer(answer) => self.reverse_answered(times, now, answer),
            PaymentInput::RefundAnswer(answer) => self.refund_answered(answer),
            PaymentInput::Timeout => self.answered(times, now, Answer::Unknown),
            PaymentInput::Tick if self.next_at.is_some_and(|at| at <= now) => self.time_has_come(times, now),
            PaymentInput::Tick => Vec::new(),
            PaymentInput::CancelWished => self.cancel(times, now),
            PaymentInput::Restarted => self.restart(times, now),
        };
        if self.is_settled() {
            self.next_at = None;
        }
        assert!(
            self.is_settled() || self.state == PaymentState::Created || self.next_at.is_some(),
            "it would be forgotten"
        );
        Step { from, to: self.state, actions }
    }

    fn start(&mut self, times: &TimeRules, now: Timestamp) -> Vec<PaymentAction> {
        if self.state != PaymentState::Created {
            return Vec::new();
        }
        self.state = PaymentState::Sent;
        self.await_from(times, now);
        vec![PaymentAction::Send]
    }

    /// Times that count from sending.
    fn await_from(&mut self, times: &TimeRules, now: Timestamp) {
        self.sent_at = Some(now);
        self.give_up_at = Some(later(now, times.give_up_after));
        self.next_at = Some(later(now, times.answer_within));
    }

    fn answered(&mut self, times: &TimeRules, now: Timestamp, answer: Answer) -> Vec<PaymentAction> {
        match self.state {
            PaymentState::Created => Vec::new(),
            PaymentState::Sent | PaymentState::InDoubt => self.answered_while_open(times, now, answer),
            PaymentState::Reversing => self.answered_while_reversing(times, now, answer),
            PaymentState::Paid => match answer {
                Answer::Reversed => vec![PaymentAction::Alarm(PaymentAlarm::ReversedAfterPaid)],
                // Older answers that come late, or come twice.
                Answer::Paid { .. }
                | Answer::Declined { .. }
                | Answer::Waiting
                | Answer::Unknown
                | Answer::NotFound => Vec::new(),
            },
            PaymentState::Declined | PaymentState::Reversed => match answer {
                Answer::Paid { provider_no } => self.late_paid(times, now, provider_no),
                Answer::Declined { .. } | Answer::Waiting | Answer::Reversed | Answer::Unknown | Answer::NotFound => {
                    Vec::new()
                }
            },
        }
    }

    fn answered_while_open(&mut self, times: &TimeRules, now: Timestamp, answer: Answer) -> Vec<PaymentAction> {
        match answer {
            Answer::Paid { provider_no } => {
                self.provider_no = Some(provider_no);
                self.state = PaymentState::Paid;
                Vec::new()
            }
            Answer::Declined { why } => {
                self.reason = Some(why);
                self.state = PaymentState::Declined;
                Vec::new()
            }
            Answer::Reversed => {
                self.state = PaymentState::Reversed;
                Vec::new()
            }
            Answer::Waiting => {
                self.confirming = true;
                self.ask_again(times, now, times.ask_waiting)
            }
            Answer::Unknown | Answer::NotFound => {
                self.state = PaymentState::InDoubt;
                self.ask_again(times, now, times.ask_unknown)
            }
        }
    }

    /// An answer that settles nothing: ask later, or reverse when the last question was put.
    fn ask_again(&mut self, times: &TimeRules, now: Timestamp, wait: SignedDuration) -> Vec<PaymentAction> {
        if self.last_asked {
            return self.begin_reversal(times, now);
        }
        self.next_at = Some(self.before_giving_up(now, wait));
        Vec::new()
    }

    /// So much later, but no later than the end of patience.
    fn before_giving_up(&self, now: Timestamp, wait: SignedDuration) -> Timestamp {
        let at = later(now, wait);
        self.give_up_at.map_or(at, |give_up_at| at.min(give_up_at.max(now)))
    }

    fn ask(&mut self, times: &TimeRules, now: Timestamp) -> Vec<PaymentAction> {
        self.asks += 1;
        self.last_asked = self.give_up_at.is_some_and(|at| at <= now);
        self.next_at = Some(match self.last_asked {
            true => later(now, times.answer_within),
            false => self.before_giving_up(now, times.answer_within),
        });
        vec![PaymentAction::Ask]
    }

    fn time_has_come(&mut self, times: &TimeRules, now: Timestamp) -> Vec<PaymentAction> {
        match self.state {
            PaymentState::Sent | PaymentState::InDoubt => {
                if !self.confirming {
                    self.state = PaymentState::InDoubt;
                }
                if self.last_asked { self.begin_reversal(times, now) } else { self.ask(times, now) }
            }
            _ if self.refund_is(RefundState::Open) => self.refund(times, now),
            PaymentState::Reversing => self.reverse(times, now),
            PaymentState::Created | PaymentState::Paid | PaymentState::Declined | PaymentState::Reversed => Vec::new(),
        }
    }

    fn cancel(&mut self, times: &TimeRules, now: Timestamp) -> Vec<PaymentAction> {
        match self.state {
            PaymentState::Created => {
                self.cancelled = true;
                self.state = PaymentState::Declined;
                Vec::new()
            }
            PaymentState::Sent | PaymentState::InDoubt if !self.cancelled => {
                self.cancelled = true;
                let earliest = later(self.sent_at.unwrap_or(now), times.no_reverse_before).max(now);
                let give_up_at = self.give_up_at.map_or(earliest, |at| at.min(earliest)).max(now);
                self.give_up_at = Some(give_up_at);
                self.next_at = Some(self.next_at.map_or(give_up_at, |at| at.min(give_up_at)));
                if give_up_at <= now && !self.last_asked { self.ask(times, now) } else { Vec::new() }
            }
            PaymentState::Paid => {
                self.cancelled = true;
                self.begin_reversal(times, now)
            }
            PaymentState::Reversing => {
                self.cancelled = true;
                Vec::new()
            }
            PaymentState::Sent | PaymentState::InDoubt | PaymentState::Declined | PaymentState::Reversed => Vec::new(),
        }
    }

    fn restart(&mut self, times: &TimeRules, now: Timestamp) -> Vec<PaymentAction> {
        match self.state {
            _ if self.refund_is(RefundState::Open) => self.refund(times, now),
            PaymentState::Created => {
                // It was most likely never sent, but asking costs less than believing so.
                self.state = PaymentState::InDoubt;
                self.await_from(times, now);
                self.ask(times, now)
            }
            PaymentState::Sent | PaymentState::InDoubt => {
                self.state = PaymentState::InDoubt;
                self.confirming = false;
                self.ask(times, now)
            }
            PaymentState::Reversing => {
                self.asks += 1;
                self.next_at = Some(self.reversible_at(times).max(later(now, times.repeat)));
                vec![PaymentAction::Ask]
            }
            PaymentState::Paid | PaymentState::Declined | PaymentState::Reversed => Vec::new(),
        }
    }

    /// When a clock was set back, what was planned moves with it.
    fn follow_clock(&mut self, now: Timestamp) {
        if now < self.seen_at {
            let back = now.duration_since(self.seen_at);
            for at in [&mut self.sent_at, &mut self.give_up_at, &mut self.next_at].into_iter().flatten() {
                *at = later(*at, back);
            }
        }
        self.seen_at = now;
    }
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(if by.is_negative() { Timestamp::MIN } else { Timestamp::MAX })
}

#[cfg(test)]
mod tests;
