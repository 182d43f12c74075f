//! Payments that go through the platform, because the merchant's keys lie there: `POST /v1/payments`.
//!
//! One question, one answer, and nothing is remembered in between: it is the till that asks again, reverses and refunds.
//! A fault, or an answer that this version does not define, says that nothing is known.

use std::fmt;

use domain::payment::mask;
use serde::{Deserialize, Serialize};

/// Bytes of a [`PaymentAsk`].
pub const PAYMENT_BYTES_MAX: usize = 4 << 10;

/// A question to a payment provider.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentAsk {
    /// What is asked.
    pub what: PaymentWhat,
    /// The till's own number of the payment.
    pub order_no: String,
    /// `wechat`, `alipay` or `unionpay`.
    pub family: String,
    /// The whole payment.
    pub amount: i64,
    /// What it is in, as ISO 4217 has it.
    pub currency: String,
    /// When the till intended it; for the refund of an older payment, when it intended the refund.
    pub at_ms: i64,
    /// The shopper's code, of [`PaymentWhat::Pay`] alone. Secret: never stored, never logged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The refund's own number, of [`PaymentWhat::Refund`] alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_no: Option<String>,
    /// How much goes back, of [`PaymentWhat::Refund`] alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_amount: Option<i64>,
}

/// The code is shown masked.
impl fmt::Debug for PaymentAsk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PaymentAsk")
            .field("what", &self.what)
            .field("order_no", &self.order_no)
            .field("family", &self.family)
            .field("amount", &self.amount)
            .field("currency", &self.currency)
            .field("at_ms", &self.at_ms)
            .field("code", &self.code.as_deref().map(mask))
            .field("refund_no", &self.refund_no)
            .field("refund_amount", &self.refund_amount)
            .finish()
    }
}

/// What is asked of a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentWhat {
    /// Take this money by this code. Sent once, never again.
    Pay,
    /// Say how this payment stands.
    Query,
    /// Take this payment back, or close it.
    Reverse,
    /// Give this payment back, or a part of it; the same number is refunded once.
    Refund,
}

impl PaymentWhat {
    /// The word on the wire.
    pub fn word(self) -> &'static str {
        match self {
            PaymentWhat::Pay => "pay",
            PaymentWhat::Query => "query",
            PaymentWhat::Reverse => "reverse",
            PaymentWhat::Refund => "refund",
        }
    }
}

/// What the provider says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentAnswer {
    /// Number of the payment that it is about.
    pub order_no: String,
    /// What it says.
    pub says: PaymentSaid,
}

/// What a provider says about a payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentSaid {
    /// About the payment itself.
    Payment(PaymentStands),
    /// About its reversal.
    Reversal(ReversalStands),
    /// About one of its refunds.
    Refund {
        /// The refund's number.
        no: String,
        /// How it stands.
        stands: RefundStands,
    },
}

/// How a payment stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStands {
    /// The money has moved.
    Paid {
        /// The provider's number.
        provider_no: String,
    },
    /// It has not, and will not.
    Declined {
        /// In words for people.
        why: String,
    },
    /// The shopper is confirming.
    Waiting,
    /// It was taken back or closed.
    Reversed,
    /// Nobody here knows.
    Unknown,
    /// There is no such order, or not yet.
    NotFound,
}

/// How a reversal stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReversalStands {
    /// It is done.
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

/// How a refund stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundStands {
    /// The shopper has, or will have, the money back.
    Refunded,
    /// It will not be done.
    Refused {
        /// In words for people.
        why: String,
    },
    /// It must be tried again.
    Unknown,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::v1::golden::frozen;

    fn ask(what: PaymentWhat) -> PaymentAsk {
        PaymentAsk {
            what,
            order_no: "W0M5T2R8QK3VXA1B".into(),
            family: "wechat".into(),
            amount: 1280,
            currency: "CNY".into(),
            at_ms: 1_795_300_000_123,
            code: None,
            refund_no: None,
            refund_amount: None,
        }
    }

    #[test]
    fn questions_and_answers_are_frozen() {
        let pay = PaymentAsk { code: Some("134567890123456789".into()), ..ask(PaymentWhat::Pay) };
        let refund = PaymentAsk {
            refund_no: Some("W0M5T2R8QK3VXA1BRK7QM2PXA".into()),
            refund_amount: Some(280),
            ..ask(PaymentWhat::Refund)
        };
        frozen("payment-asks", vec![pay, ask(PaymentWhat::Query), ask(PaymentWhat::Reverse), refund]);
        let provider_no = || "4200001234202611210000000042".to_owned();
        let refund = |stands: RefundStands| PaymentSaid::Refund { no: "W0M5T2R8QK3VXA1BRK7QM2PXA".to_owned(), stands };
        let says = [
            PaymentSaid::Payment(PaymentStands::Paid { provider_no: provider_no() }),
            PaymentSaid::Payment(PaymentStands::Declined { why: "余额不足".into() }),
            PaymentSaid::Payment(PaymentStands::Waiting),
            PaymentSaid::Payment(PaymentStands::Reversed),
            PaymentSaid::Payment(PaymentStands::Unknown),
            PaymentSaid::Payment(PaymentStands::NotFound),
            PaymentSaid::Reversal(ReversalStands::Reversed),
            PaymentSaid::Reversal(ReversalStands::StillPaid { provider_no: provider_no() }),
            PaymentSaid::Reversal(ReversalStands::NotFound),
            PaymentSaid::Reversal(ReversalStands::Unknown),
            refund(RefundStands::Refunded),
            refund(RefundStands::Refused { why: "余额不足".into() }),
            refund(RefundStands::Unknown),
        ];
        let answers = says.map(|says| PaymentAnswer { order_no: "W0M5T2R8QK3VXA1B".into(), says });
        frozen("payment-answers", answers.to_vec());
    }

    #[test]
    fn the_code_is_shown_masked_and_words_are_those_of_the_wire() {
        let pay = PaymentAsk { code: Some("134567890123456789".into()), ..ask(PaymentWhat::Pay) };
        let shown = format!("{pay:?}");
        assert!(!shown.contains("134567890123456789") && shown.contains("1345****6789"), "{shown}");
        for what in [PaymentWhat::Pay, PaymentWhat::Query, PaymentWhat::Reverse, PaymentWhat::Refund] {
            assert_eq!(serde_json::to_value(what).unwrap(), what.word());
        }
    }
}
