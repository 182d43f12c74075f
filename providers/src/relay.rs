//! Payments through the platform, where the merchant's keys lie: the till asks the platform, the platform the provider.
//!
//! What the till believes is what the platform says over its own connection, whose authority the till has known since it
//! was enrolled. Every other answer, a fault as well, says that nothing is known.

use std::fmt;

use domain::money::{Currency, Money};
use domain::payment::{Answer, Family, RefundAnswer, ReverseAnswer};
use hal::{PaymentCode, PaymentOrder, PaymentReply, PaymentSays, RefundOrder};
use jiff::Timestamp;
use jiff::civil::Date;
use protocol::v1::{
    PaymentAnswer, PaymentAsk, PaymentSaid, PaymentStands, PaymentWhat, RefundStands, ReversalStands, family_named,
    family_word,
};
use serde::{Deserialize, Deserializer, de};

use crate::account::{Account, OpenError, check_text, check_url};
use crate::bill::{BillError, BillFound, BillLine, Sealed};
use crate::client::{Client, Connection};
use crate::http::{Request, Response};
use crate::order::{provider_no, words};
use crate::provider::{Ask, Moment, Provider, RequestError};

/// Families that the platform can move: whoever takes payment codes.
pub const RELAYED: [Family; 3] = [Family::WeChat, Family::Alipay, Family::UnionPay];

/// How a till pays through the platform.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelaySettings {
    /// What people call it.
    #[serde(default = "name_usual")]
    pub name: String,
    /// Whose payments go this way.
    #[serde(deserialize_with = "families")]
    pub families: Vec<Family>,
    /// The way to the platform. Never in a file: it is this terminal's own, known by its enrolment.
    #[serde(skip)]
    pub link: Option<PlatformLink>,
}

/// The way of one terminal to its platform.
#[derive(Clone, PartialEq, Eq)]
pub struct PlatformLink {
    /// Its address, such as `https://platform.example`.
    pub url: String,
    /// The authority that alone vouches for it, PEM.
    pub authority: String,
    /// The terminal's bearer token; secret.
    pub token: String,
}

impl fmt::Debug for PlatformLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlatformLink").field("url", &self.url).finish_non_exhaustive()
    }
}

impl RelaySettings {
    /// Checks what the types do not.
    ///
    /// # Errors
    /// In words, with the key that is wrong.
    pub fn check(&self) -> Result<(), String> {
        check_text("name", &self.name, 64)?;
        let twice = |family: &Family| self.families.iter().filter(|known| *known == family).count() > 1;
        if self.families.is_empty() || self.families.iter().any(twice) {
            return Err("families must be one or more of wechat, alipay and unionpay, each once".to_owned());
        }
        Ok(())
    }

    /// Makes what asks over the network. Connects nowhere yet.
    ///
    /// # Errors
    /// [`OpenError`], in words for who installs it; also when this terminal knows no platform.
    pub fn open(&self) -> Result<Account, OpenError> {
        self.check().map_err(OpenError::Settings)?;
        let unknown = "head office is not known to this till: enrol it, and start it anew after that";
        let link = self.link.clone().ok_or_else(|| OpenError::Settings(unknown.to_owned()))?;
        let url = link.url.trim_end_matches('/').to_owned();
        check_url("the address of head office", &url).map_err(OpenError::Settings)?;
        let authority = Some(link.authority.as_str());
        let client = Client::new(&Connection { ca: None, authority, identity: None, first: &url, second: None })?;
        let relay = Relay { families: self.families.clone(), url: format!("{url}/v1/payments"), token: link.token };
        Ok(Account::new(&self.name, Box::new(relay), client))
    }
}

/// The platform, as a provider is to the till. Pure.
pub struct Relay {
    families: Vec<Family>,
    url: String,
    token: String,
}

impl Provider for Relay {
    fn family(&self) -> Family {
        self.families.first().copied().unwrap_or(Family::WeChat)
    }

    fn families(&self) -> Vec<Family> {
        self.families.clone()
    }

    fn make(&self) -> Option<&'static str> {
        Some("Guitai platform")
    }

    fn request(&self, ask: &Ask, _: Moment) -> Result<Request, RequestError> {
        if !self.families.contains(&ask.order().family) {
            return Err(RequestError::Unfit("head office is not asked for payments of that kind"));
        }
        let wire = to_wire(ask).ok_or(RequestError::Unfit("the platform asks about refunds by itself"))?;
        let body = serde_json::to_vec(&wire).map_err(|_| RequestError::Unfit("that is no question"))?;
        let headers = vec![
            ("authorization", format!("Bearer {}", self.token)),
            ("content-type", "application/json".to_owned()),
            ("accept", "application/json".to_owned()),
        ];
        Ok(Request { method: "POST", url: self.url.clone(), headers, body })
    }

    fn answer(&self, ask: &Ask, response: &Response, _: Moment) -> PaymentSays {
        let read = || serde_json::from_slice::<PaymentAnswer>(&response.body).ok();
        let answer = if response.status == 200 { read() } else { None };
        let ours = answer.filter(|answer| answer.order_no == ask.order().no);
        ours.and_then(|answer| said(ask, answer.says)).unwrap_or_else(|| ask.nothing_known())
    }

    fn bill_request(&self, _: Date, _: Moment) -> Result<Request, RequestError> {
        Err(RequestError::Unfit("head office fetches the bill: `platform bill`"))
    }

    fn bill_found(&self, _: Date, _: &Response, _: Moment) -> Result<BillFound, BillError> {
        Err(BillError::Unverified)
    }

    fn bill_lines(&self, _: &Sealed, _: &Response) -> Result<Vec<BillLine>, BillError> {
        Err(BillError::Unverified)
    }
}

/// Why a question of a till is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("failed reading {0} of the question")]
pub struct BadAsk(pub &'static str);

/// A question as the platform hands it on.
///
/// # Errors
/// [`BadAsk`] with the field that cannot be; never what stood in it.
pub fn from_wire(wire: &PaymentAsk) -> Result<Ask, BadAsk> {
    let at = Timestamp::from_millisecond(wire.at_ms).map_err(|_| BadAsk("the instant"))?;
    let order = PaymentOrder {
        no: wire.order_no.clone(),
        family: family_named(&wire.family).ok_or(BadAsk("the family"))?,
        amount: Money::minor(wire.amount),
        currency: Currency::of(&wire.currency).ok_or(BadAsk("the currency"))?,
        at,
    };
    match (wire.what, &wire.code, &wire.refund_no, wire.refund_amount) {
        (PaymentWhat::Pay, Some(code), None, None) => Ok(Ask::Pay(order, PaymentCode::new(code))),
        (PaymentWhat::Query, None, None, None) => Ok(Ask::Query(order)),
        (PaymentWhat::Reverse, None, None, None) => Ok(Ask::Reverse(order)),
        (PaymentWhat::Refund, None, Some(no), Some(amount)) => {
            Ok(Ask::Refund(order, RefundOrder { no: no.clone(), amount: Money::minor(amount) }))
        }
        (PaymentWhat::Pay, ..) => Err(BadAsk("the code")),
        (PaymentWhat::Refund, ..) => Err(BadAsk("the refund")),
        (PaymentWhat::Query | PaymentWhat::Reverse, ..) => Err(BadAsk("what is asked")),
    }
}

/// What the platform answers.
pub fn answer_to_wire(reply: &PaymentReply) -> PaymentAnswer {
    let says = match &reply.says {
        PaymentSays::Payment(answer) => PaymentSaid::Payment(match answer.clone() {
            Answer::Paid { provider_no } => PaymentStands::Paid { provider_no },
            Answer::Declined { why } => PaymentStands::Declined { why },
            Answer::Waiting => PaymentStands::Waiting,
            Answer::Reversed => PaymentStands::Reversed,
            Answer::Unknown => PaymentStands::Unknown,
            Answer::NotFound => PaymentStands::NotFound,
        }),
        PaymentSays::Reversal(answer) => PaymentSaid::Reversal(match answer.clone() {
            ReverseAnswer::Reversed => ReversalStands::Reversed,
            ReverseAnswer::StillPaid { provider_no } => ReversalStands::StillPaid { provider_no },
            ReverseAnswer::NotFound => ReversalStands::NotFound,
            ReverseAnswer::Unknown => ReversalStands::Unknown,
        }),
        PaymentSays::Refund { no, answer } => PaymentSaid::Refund {
            no: no.clone(),
            stands: match answer.clone() {
                RefundAnswer::Refunded => RefundStands::Refunded,
                RefundAnswer::Refused { why } => RefundStands::Refused { why },
                RefundAnswer::Unknown => RefundStands::Unknown,
            },
        },
    };
    PaymentAnswer { order_no: reply.order_no.clone(), says }
}

/// `None` of the one question that the platform puts by itself.
fn to_wire(ask: &Ask) -> Option<PaymentAsk> {
    let order = ask.order();
    let what = match ask {
        Ask::Pay(..) => PaymentWhat::Pay,
        Ask::Query(_) => PaymentWhat::Query,
        Ask::Reverse(_) => PaymentWhat::Reverse,
        Ask::Refund(..) => PaymentWhat::Refund,
        Ask::RefundQuery(..) => return None,
    };
    let code = if let Ask::Pay(_, code) = ask { Some(code.secret().to_owned()) } else { None };
    let refund = if let Ask::Refund(_, refund) = ask { Some(refund) } else { None };
    Some(PaymentAsk {
        what,
        order_no: order.no.clone(),
        family: family_word(order.family).to_owned(),
        amount: order.amount.units(),
        currency: order.currency.code().to_owned(),
        at_ms: order.at.as_millisecond(),
        code,
        refund_no: refund.map(|refund| refund.no.clone()),
        refund_amount: refund.map(|refund| refund.amount.units()),
    })
}

/// What was said, when it answers the question; a text of a size and kind that no provider says is no answer.
fn said(ask: &Ask, says: PaymentSaid) -> Option<PaymentSays> {
    let no = |no: String| provider_no(Some(&no));
    let why = |why: String| words(&[Some(&why)]);
    Some(match (ask, says) {
        (Ask::Pay(..) | Ask::Query(_), PaymentSaid::Payment(stands)) => PaymentSays::Payment(match stands {
            PaymentStands::Paid { provider_no } => Answer::Paid { provider_no: no(provider_no)? },
            PaymentStands::Declined { why: told } => Answer::Declined { why: why(told) },
            PaymentStands::Waiting => Answer::Waiting,
            PaymentStands::Reversed => Answer::Reversed,
            PaymentStands::Unknown => Answer::Unknown,
            PaymentStands::NotFound => Answer::NotFound,
        }),
        (Ask::Reverse(_), PaymentSaid::Reversal(stands)) => PaymentSays::Reversal(match stands {
            ReversalStands::Reversed => ReverseAnswer::Reversed,
            ReversalStands::StillPaid { provider_no } => ReverseAnswer::StillPaid { provider_no: no(provider_no)? },
            ReversalStands::NotFound => ReverseAnswer::NotFound,
            ReversalStands::Unknown => ReverseAnswer::Unknown,
        }),
        (Ask::Refund(_, refund), PaymentSaid::Refund { no, stands }) if no == refund.no => {
            let answer = match stands {
                RefundStands::Refunded => RefundAnswer::Refunded,
                RefundStands::Refused { why: told } => RefundAnswer::Refused { why: why(told) },
                RefundStands::Unknown => RefundAnswer::Unknown,
            };
            PaymentSays::Refund { no, answer }
        }
        _ => return None,
    })
}

fn families<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Family>, D::Error> {
    let words = Vec::<String>::deserialize(deserializer)?;
    let known = |word: &String| family_named(word).filter(|family| RELAYED.contains(family));
    let unknown = |word: &String| de::Error::custom(format!("families are wechat, alipay and unionpay, not {word:?}"));
    words.iter().map(|word| known(word).ok_or_else(|| unknown(word))).collect()
}

fn name_usual() -> String {
    "platform".to_owned()
}

#[cfg(test)]
mod tests;
