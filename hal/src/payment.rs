//! Payments: a provider of payment codes, or a card terminal. Both are one door.

use std::fmt;
use std::time::Duration;

use domain::money::{Currency, Money};
use domain::payment::{Answer, Family, RefundAnswer, ReverseAnswer, mask};

use jiff::Timestamp;

use crate::health::{DeviceError, Identity};

/// Moves money for the till: payment codes (付款码) or cards.
///
/// What is asked of it is handed on, and its answers come with [`PaymentPort::next`]: late, twice or never. It decides
/// nothing, repeats nothing by itself and remembers no code; the till's own machine
/// ([`domain::payment::Payment`]) asks again, reverses and refunds.
pub trait PaymentPort {
    /// What this port can do; constant for the life of the object.
    fn capabilities(&self) -> &PaymentCapabilities;

    /// What it says it is; asked by people who look for a fault, never while it works. Waits a few times
    /// [`crate::WAIT_MAX`] at most.
    fn identity(&mut self) -> Identity {
        Identity::default()
    }

    /// Hands a payment on. A card needs no code: the terminal reads it. Called once for each order number.
    ///
    /// # Errors
    /// [`DeviceError::Refused`] when nothing was sent and nothing will be. After every other error the outcome is unknown.
    fn send(&mut self, order: &PaymentOrder, code: Option<&PaymentCode>) -> Result<(), DeviceError>;

    /// Asks how a payment stands.
    ///
    /// # Errors
    /// When the question was not handed on; it is put again later.
    fn ask(&mut self, order: &PaymentOrder) -> Result<(), DeviceError>;

    /// Takes a payment back, or closes it when no money has moved.
    ///
    /// # Errors
    /// When it was not handed on; it is tried again later.
    fn reverse(&mut self, order: &PaymentOrder) -> Result<(), DeviceError>;

    /// Gives a payment back, or a part of it. The same refund number is refunded once, however often it is asked for.
    ///
    /// # Errors
    /// When it was not handed on; it is tried again later under the same number.
    fn refund(&mut self, order: &PaymentOrder, refund: &RefundOrder) -> Result<(), DeviceError>;

    /// The next answer, also one that nobody asked for, such as a notification. Waits no longer than `wait`, which is at
    /// most [`crate::WAIT_MAX`].
    ///
    /// # Errors
    /// [`DeviceError::Unplugged`] when the provider cannot be reached any more; the object is spent.
    fn next(&mut self, wait: Duration) -> Result<Option<PaymentReply>, DeviceError>;
}

/// What a port can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentCapabilities {
    /// Whose payments it moves.
    pub families: Vec<Family>,
    /// Whether a part of a payment can be refunded.
    pub refunds_parts: bool,
    /// Requests that may be under way at once.
    pub requests_max: usize,
}

/// A payment as a provider knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentOrder {
    /// The till's own number for it.
    pub no: String,
    /// Whose.
    pub family: Family,
    /// The whole payment.
    pub amount: Money,
    /// What it is in.
    pub currency: Currency,
    /// When the till intended it; for the refund of an older payment, when it intended the refund. A card terminal knows no
    /// order numbers: what it did last is told apart by its time and its amount.
    pub at: Timestamp,
}

/// A refund of a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundOrder {
    /// Its own number.
    pub no: String,
    /// How much; at most the payment's amount.
    pub amount: Money,
}

/// What a provider says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentReply {
    /// Number of the payment that it is about.
    pub order_no: String,
    /// What it says.
    pub says: PaymentSays,
}

/// What a provider says about a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaymentSays {
    /// About the payment itself: the answer to sending or asking, or a notification.
    Payment(Answer),
    /// About its reversal.
    Reversal(ReverseAnswer),
    /// About one of its refunds.
    Refund {
        /// The refund's number.
        no: String,
        /// What it says.
        answer: RefundAnswer,
    },
}

/// The shopper's code: a credential. It is never stored, and shown masked alone.
#[derive(Clone, PartialEq, Eq)]
pub struct PaymentCode(String);

impl PaymentCode {
    /// A code as it was read.
    pub fn new(code: &str) -> PaymentCode {
        PaymentCode(code.trim().to_owned())
    }

    /// The code itself, for the provider alone.
    pub fn secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PaymentCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&mask(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_shown_masked() {
        let code = PaymentCode::new(" 134567890123456789\n");
        assert_eq!((code.secret(), format!("{code:?}").as_str()), ("134567890123456789", "1345****6789"));
    }
}
