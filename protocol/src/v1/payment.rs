//! Payments through a provider.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::is_false;

/// A payment as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// Its id.
    pub id: Uuid,
    /// Its own number at the provider.
    pub order_no: String,
    /// `wechat`, `alipay`, `unionpay` or `terminal`.
    pub family: String,
    /// How much.
    pub amount: i64,
    /// The shopper's code, masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub masked: Option<String>,
    /// `created`, `sent`, `paid`, `declined`, `in_doubt`, `reversing` or `reversed`.
    pub state: String,
    /// When it was intended.
    pub created_at_ms: i64,
    /// When it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at_ms: Option<i64>,
    /// When something is to be done next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_at_ms: Option<i64>,
    /// When waiting ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub give_up_at_ms: Option<i64>,
    /// The latest time it has seen.
    pub seen_at_ms: i64,
    /// How often the provider was asked.
    #[serde(default, skip_serializing_if = "is_zero_u32")]
    pub asks: u32,
    /// How often a reversal was tried.
    #[serde(default, skip_serializing_if = "is_zero_u32")]
    pub reversals: u32,
    /// The last question before giving up was put.
    #[serde(default, skip_serializing_if = "is_false")]
    pub last_asked: bool,
    /// The shopper is confirming.
    #[serde(default, skip_serializing_if = "is_false")]
    pub confirming: bool,
    /// The cashier wished to give it up.
    #[serde(default, skip_serializing_if = "is_false")]
    pub cancelled: bool,
    /// The provider's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_no: Option<String>,
    /// Why it was declined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The refund that settles what a reversal could not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund: Option<PaymentRefund>,
}

/// A refund of a whole payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentRefund {
    /// Its own number.
    pub no: String,
    /// `open`, `done` or `refused`.
    pub state: String,
    /// How often it was tried.
    pub tries: u32,
}

fn is_zero_u32(value: &u32) -> bool {
    *value == 0
}
