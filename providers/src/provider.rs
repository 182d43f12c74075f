//! What every provider is to the till.

use domain::payment::Family;
use hal::{PaymentCode, PaymentOrder, PaymentSays, RefundOrder};
use jiff::Timestamp;

use crate::http::{Request, Response};

/// A question to a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Take this money by this code.
    Pay(PaymentOrder, PaymentCode),
    /// Say how this payment stands.
    Query(PaymentOrder),
    /// Take this payment back, or close it.
    Reverse(PaymentOrder),
    /// Give this payment back, or a part of it; the same number is refunded once.
    Refund(PaymentOrder, RefundOrder),
}

impl Ask {
    /// The payment that it is about.
    pub fn order(&self) -> &PaymentOrder {
        match self {
            Ask::Pay(order, _) | Ask::Query(order) | Ask::Reverse(order) | Ask::Refund(order, _) => order,
        }
    }
}

/// Time and chance of one request or response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The clock.
    pub at: Timestamp,
    /// A number that nobody can guess.
    pub nonce: u128,
}

/// Why no request was made; nothing was sent then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// This provider moves no money of that kind, or not in that currency.
    #[error("{0}")]
    Unfit(&'static str),
    /// The merchant's key could not sign.
    #[error("failed signing with the merchant's key")]
    Signing,
}

/// A provider, with the merchant's keys. Pure.
pub trait Provider: Send + Sync {
    /// Whose payments it moves.
    fn family(&self) -> Family;

    /// The one request that puts a question, signed.
    ///
    /// # Errors
    /// [`RequestError`], when nothing can be sent.
    fn request(&self, ask: &Ask, moment: Moment) -> Result<Request, RequestError>;

    /// What a response to that question says. Whatever cannot be verified says that nothing is known.
    fn answer(&self, ask: &Ask, response: &Response, moment: Moment) -> PaymentSays;
}
