//! What goes into the machine and what comes out of it.

use super::PaymentState;

/// What happens to a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaymentInput {
    /// It is committed as created, and may go.
    Started,
    /// An answer to the payment itself or to a question about it, or a notification.
    Answer(Answer),
    /// An answer to a reversal.
    ReverseAnswer(ReverseAnswer),
    /// An answer to a refund.
    RefundAnswer(RefundAnswer),
    /// The driver waited in vain for an answer to the payment or to a question.
    Timeout,
    /// Time has passed; due at [`Payment::next_at`](super::Payment::next_at), harmless at any time.
    Tick,
    /// The cashier gives it up. A payment that turns out to be paid stays paid until she gives that up too.
    CancelWished,
    /// The till was started anew and has restored the payment.
    Restarted,
}

/// What a provider says about a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The money has moved.
    Paid {
        /// The provider's number.
        provider_no: String,
    },
    /// It has not, and will not.
    Declined {
        /// In the provider's words, for people.
        why: String,
    },
    /// The shopper is confirming.
    Waiting,
    /// It was taken back or closed.
    Reversed,
    /// The provider does not know, or what it says cannot be understood.
    Unknown,
    /// There is no such order, or not yet.
    NotFound,
}

/// What a provider says about a reversal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReverseAnswer {
    /// It is done: the money is back, or the order is closed before any moved.
    Reversed,
    /// It cannot be done, and the money has moved.
    StillPaid {
        /// The provider's number.
        provider_no: String,
    },
    /// There is no such order, or not yet.
    NotFound,
    /// It must be tried again.
    Unknown,
}

/// What a provider says about a refund.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefundAnswer {
    /// The shopper has, or will have, the money back.
    Refunded,
    /// It will not be done.
    Refused {
        /// In the provider's words, for people.
        why: String,
    },
    /// It must be tried again.
    Unknown,
}

/// What is to be done, after the payment was committed as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaymentAction {
    /// Send the payment with the shopper's code. At most once in its life.
    Send,
    /// Ask the provider how it stands.
    Ask,
    /// Reverse it.
    Reverse,
    /// Refund it whole.
    Refund {
        /// The refund's own number.
        no: String,
    },
    /// Tell people.
    Alarm(PaymentAlarm),
}

/// What people must hear of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PaymentAlarm {
    /// It was over, and then it was paid. It is refunded.
    LatePaid,
    /// The reversal, or a refund, is still not definite after many attempts. It goes on.
    ReversalSlow,
    /// The provider refuses the refund: a person must settle it with the shopper.
    RefundRefused,
    /// It was paid, and then it was reversed by somebody else.
    ReversedAfterPaid,
    /// It was paid, and then the provider did not know it.
    PaidAndUnknown,
}

/// What a step has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The state before.
    pub from: PaymentState,
    /// The state after.
    pub to: PaymentState,
    /// What is to be done, in order.
    pub actions: Vec<PaymentAction>,
}
