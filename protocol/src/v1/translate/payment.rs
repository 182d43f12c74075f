//! Payments through a provider, whole: what is read goes on where the written one stood.

use domain::money::Money;
use domain::payment::{Family, Payment, PaymentRefund, PaymentState, RefundState};
use jiff::Timestamp;

use super::{BadWire, bad, instant, price_in, text, text_option};
use crate::v1;

const FAMILIES: [(Family, &str); 4] = [
    (Family::WeChat, "wechat"),
    (Family::Alipay, "alipay"),
    (Family::UnionPay, "unionpay"),
    (Family::Terminal, "terminal"),
];
const STATES: [(PaymentState, &str); 7] = [
    (PaymentState::Created, "created"),
    (PaymentState::Sent, "sent"),
    (PaymentState::Paid, "paid"),
    (PaymentState::Declined, "declined"),
    (PaymentState::InDoubt, "in_doubt"),
    (PaymentState::Reversing, "reversing"),
    (PaymentState::Reversed, "reversed"),
];
const REFUND_STATES: [(RefundState, &str); 3] =
    [(RefundState::Open, "open"), (RefundState::Done, "done"), (RefundState::Refused, "refused")];

/// The word of a family on the wire.
pub fn family_word(family: Family) -> &'static str {
    let known = FAMILIES.iter().find(|(known, _)| *known == family);
    known.map(|(_, word)| *word).expect("every family has a word")
}

/// The family of a word on the wire, when this build knows it.
pub fn family_named(word: &str) -> Option<Family> {
    FAMILIES.iter().find(|(_, known)| *known == word).map(|(family, _)| *family)
}

impl From<&Payment> for v1::Payment {
    fn from(payment: &Payment) -> v1::Payment {
        let at_ms = |at: Option<Timestamp>| at.map(Timestamp::as_millisecond);
        let refund = |refund: &PaymentRefund| v1::PaymentRefund {
            no: refund.no.clone(),
            state: word(&REFUND_STATES, refund.state),
            tries: refund.tries,
        };
        v1::Payment {
            id: payment.id,
            order_no: payment.order_no.clone(),
            family: word(&FAMILIES, payment.family),
            amount: payment.amount.units(),
            masked: payment.masked.clone(),
            state: word(&STATES, payment.state),
            created_at_ms: payment.created_at.as_millisecond(),
            sent_at_ms: at_ms(payment.sent_at),
            next_at_ms: at_ms(payment.next_at),
            give_up_at_ms: at_ms(payment.give_up_at),
            seen_at_ms: payment.seen_at.as_millisecond(),
            asks: payment.asks,
            reversals: payment.reversals,
            last_asked: payment.last_asked,
            confirming: payment.confirming,
            cancelled: payment.cancelled,
            provider_no: payment.provider_no.clone(),
            reason: payment.reason.clone(),
            refund: payment.refund.as_ref().map(refund),
        }
    }
}

impl TryFrom<&v1::Payment> for Payment {
    type Error = BadWire;

    fn try_from(payment: &v1::Payment) -> Result<Payment, BadWire> {
        let at = |field, at_ms: Option<i64>| at_ms.map(|at_ms| instant(field, at_ms)).transpose();
        let refund = |refund: &v1::PaymentRefund| {
            Ok(PaymentRefund {
                no: text("payment.refund.no", &refund.no)?,
                state: of_word("payment.refund.state", &REFUND_STATES, &refund.state)?,
                tries: refund.tries,
            })
        };
        let amount = match price_in("payment.amount", payment.amount)? {
            Money::ZERO => return Err(bad("payment.amount", 0)),
            amount => amount,
        };
        Ok(Payment {
            id: payment.id,
            order_no: text("payment.order_no", &payment.order_no)?,
            family: of_word("payment.family", &FAMILIES, &payment.family)?,
            amount,
            masked: text_option("payment.masked", &payment.masked)?,
            state: of_word("payment.state", &STATES, &payment.state)?,
            created_at: instant("payment.created_at_ms", payment.created_at_ms)?,
            sent_at: at("payment.sent_at_ms", payment.sent_at_ms)?,
            next_at: at("payment.next_at_ms", payment.next_at_ms)?,
            give_up_at: at("payment.give_up_at_ms", payment.give_up_at_ms)?,
            seen_at: instant("payment.seen_at_ms", payment.seen_at_ms)?,
            asks: payment.asks,
            reversals: payment.reversals,
            last_asked: payment.last_asked,
            confirming: payment.confirming,
            cancelled: payment.cancelled,
            provider_no: text_option("payment.provider_no", &payment.provider_no)?,
            reason: text_option("payment.reason", &payment.reason)?,
            refund: payment.refund.as_ref().map(refund).transpose()?,
        })
    }
}

fn word<T: Copy + PartialEq>(words: &[(T, &str)], value: T) -> String {
    let known = words.iter().find(|(known, _)| *known == value);
    known.map(|(_, word)| (*word).to_owned()).expect("every value has a word")
}

fn of_word<T: Copy>(field: &'static str, words: &[(T, &str)], word: &str) -> Result<T, BadWire> {
    let known = words.iter().find(|(_, known)| *known == word);
    known.map(|(value, _)| *value).ok_or_else(|| bad(field, word))
}
