//! Payments that the shopper makes on her own phone: a page of the provider's is opened there, and how it went is asked by
//! the order's number as of any payment.

use domain::payment::{Answer, ReverseAnswer};
use hal::{PaymentOrder, PaymentSays};
use jiff::Timestamp;

use crate::account::Account;
use crate::http::{RESPONSE_BYTES_MAX, Request, Response};
use crate::provider::{Ask, Moment, RequestError};

/// Characters of an address that a phone is sent to.
const PAGE_LEN_MAX: usize = 4096;

/// A payment to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The payment.
    pub order: PaymentOrder,
    /// Nobody can pay it after this.
    pub closes_at: Timestamp,
    /// The phone's address in the network, which some providers want to know.
    pub shopper_ip: String,
    /// Where the shopper comes back to.
    pub back: String,
    /// Where the provider may tell that it was paid; nothing depends on its telling.
    pub notify: String,
}

/// What opens a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenStep {
    /// The phone opens this address, which is signed; the provider is not asked before.
    Here(String),
    /// The provider is asked for an address.
    Ask(Request),
}

/// What came of opening one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// The phone opens this address, and the shopper pays there.
    Page(String),
    /// It will not be.
    Declined {
        /// In the provider's words.
        why: String,
    },
    /// Nobody knows. It was asked for once, and is never again under that number.
    Unknown,
}

/// What a provider says to closing a payment that nobody shall pay any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// Nobody can.
    Done,
    /// There is no such order, or not yet.
    NotFound,
    /// It is not open: paid, or closed before. A question tells which.
    NotOpen,
    /// It must be tried again.
    Unknown,
}

/// An address of the provider's that a phone may open; nothing else becomes a link.
pub(crate) fn page(url: &str) -> Opened {
    let fits =
        url.starts_with("https://") && url.len() <= PAGE_LEN_MAX && url.bytes().all(|byte| byte.is_ascii_graphic());
    if fits && !url.contains(['"', '<', '>', '\\']) { Opened::Page(url.to_owned()) } else { Opened::Unknown }
}

/// As a part of an address (RFC 3986, section 2.1).
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => escaped.push(char::from(byte)),
            byte => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

impl Account {
    /// Opens a payment on the shopper's phone, once.
    ///
    /// # Errors
    /// [`RequestError`], when nothing was sent and nothing will be.
    pub async fn open(&self, opening: &Opening) -> Result<Opened, RequestError> {
        match self.provider().open_step(opening, Moment::now())? {
            OpenStep::Here(url) => Ok(page(&url)),
            OpenStep::Ask(request) => Ok(match self.heard(&request, false).await {
                Some(response) => self.provider().opened(opening, &response, Moment::now()),
                None => Opened::Unknown,
            }),
        }
    }

    /// Closes a payment that was opened, so that nobody can pay it; tells when that is too late.
    ///
    /// # Errors
    /// [`RequestError`], when nothing was sent.
    pub async fn close(&self, order: &PaymentOrder) -> Result<ReverseAnswer, RequestError> {
        let request = self.provider().close_request(order, Moment::now())?;
        let Some(response) = self.heard(&request, true).await else { return Ok(ReverseAnswer::Unknown) };
        match self.provider().closed(order, &response, Moment::now()) {
            Closed::Done => Ok(ReverseAnswer::Reversed),
            Closed::NotFound => Ok(ReverseAnswer::NotFound),
            Closed::Unknown => Ok(ReverseAnswer::Unknown),
            Closed::NotOpen => Ok(match self.ask(Ask::Query(order.clone())).await?.says {
                PaymentSays::Payment(Answer::Paid { provider_no }) => ReverseAnswer::StillPaid { provider_no },
                PaymentSays::Payment(Answer::Reversed) => ReverseAnswer::Reversed,
                _ => ReverseAnswer::Unknown,
            }),
        }
    }

    async fn heard(&self, request: &Request, anywhere: bool) -> Option<Response> {
        let heard = match anywhere {
            true => self.client().execute_anywhere(request, RESPONSE_BYTES_MAX).await,
            false => self.client().execute(request, RESPONSE_BYTES_MAX).await,
        };
        heard.inspect_err(|error| tracing::warn!(account = %self.name(), %error, "the provider did not answer")).ok()
    }
}
