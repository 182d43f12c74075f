//! What every provider asks of an order, and the words of their answers.

use domain::money::{Currency, Money};
use domain::payment::{Answer, RefundAnswer, ReverseAnswer};
use hal::{PaymentCode, PaymentOrder, PaymentSays};

use crate::provider::{Ask, RequestError};

/// Characters of a number that every provider takes.
const NO_LEN_MAX: usize = 32;
/// Characters of a payment code at most; none is longer.
const CODE_LEN_MAX: usize = 64;
/// Characters of a provider's number, or of its words for people, that are kept.
const TEXT_LEN_MAX: usize = 128;

/// Refuses what a provider of yuan cannot move.
pub(crate) fn check(ask: &Ask) -> Result<(), RequestError> {
    let order = ask.order();
    check_order(order)?;
    match ask {
        Ask::Pay(_, code) => check_code(code),
        Ask::Refund(_, refund) | Ask::RefundQuery(_, refund) => {
            check_no(&refund.no)?;
            let fits = refund.amount > Money::ZERO && refund.amount <= order.amount;
            if fits { Ok(()) } else { Err(RequestError::Unfit("a refund is above nothing and within its payment")) }
        }
        Ask::Query(_) | Ask::Reverse(_) => Ok(()),
    }
}

/// The same of an order alone.
pub(crate) fn check_order(order: &PaymentOrder) -> Result<(), RequestError> {
    if order.currency.code() != "CNY" {
        return Err(RequestError::Unfit("this provider moves Chinese yuan alone"));
    }
    check_no(&order.no)?;
    if order.amount <= Money::ZERO {
        return Err(RequestError::Unfit("a payment is above nothing"));
    }
    Ok(())
}

/// Letters, digits, `-` and `_`: what can stand in a path too.
fn check_no(no: &str) -> Result<(), RequestError> {
    let plain = no.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    if plain && (1..=NO_LEN_MAX).contains(&no.len()) {
        return Ok(());
    }
    Err(RequestError::Unfit("a number has 1 to 32 letters, digits, - and _"))
}

fn check_code(code: &PaymentCode) -> Result<(), RequestError> {
    let secret = code.secret();
    let plain = secret.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if plain && (1..=CODE_LEN_MAX).contains(&secret.len()) {
        return Ok(());
    }
    Err(RequestError::Unfit("that is no payment code"))
}

/// Yuan with two digits after the point, as `12.80`.
pub(crate) fn yuan(amount: Money) -> String {
    cny().plain(amount)
}

/// Reads what [`yuan`] writes.
pub(crate) fn read_yuan(text: &str) -> Option<Money> {
    cny().parse(text).ok()
}

fn cny() -> Currency {
    Currency::of("CNY").expect("a currency the shop knows")
}

/// A provider's number, when it can be one.
pub(crate) fn provider_no(no: Option<&str>) -> Option<String> {
    let no = no?.trim();
    let fits = (1..=TEXT_LEN_MAX).contains(&no.len()) && no.bytes().all(|byte| byte.is_ascii_graphic());
    fits.then(|| no.to_owned())
}

/// Words for people, from the first text that says anything.
pub(crate) fn words(texts: &[Option<&str>]) -> String {
    let said = texts.iter().flatten().map(|text| text.trim()).find(|text| !text.is_empty()).unwrap_or_default();
    said.chars().filter(|character| !character.is_control()).take(TEXT_LEN_MAX).collect()
}

/// About a payment, from a provider that was paid or could not say by whom.
pub(crate) fn paid(no: Option<&str>) -> Answer {
    provider_no(no).map_or(Answer::Unknown, |provider_no| Answer::Paid { provider_no })
}

impl Ask {
    /// What is said when nothing is known.
    pub fn nothing_known(&self) -> PaymentSays {
        match self {
            Ask::Pay(..) | Ask::Query(_) => PaymentSays::Payment(Answer::Unknown),
            Ask::Reverse(_) => PaymentSays::Reversal(ReverseAnswer::Unknown),
            Ask::Refund(_, refund) | Ask::RefundQuery(_, refund) => {
                PaymentSays::Refund { no: refund.no.clone(), answer: RefundAnswer::Unknown }
            }
        }
    }
}
