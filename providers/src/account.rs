//! A merchant's account at a provider: what asks and verifies, and what connects.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use domain::money::{Currency, Money};
use domain::payment::Answer;
use hal::{PaymentOrder, PaymentReply, PaymentSays};
use jiff::civil::Date;
use serde::Deserialize;

use crate::alipay::AlipaySettings;
use crate::bill::{BILL_BYTES_MAX, BillError, BillFound, BillLine};
use crate::client::{Client, ClientError, Traffic};
use crate::http::{RESPONSE_BYTES_MAX, Request};
use crate::key::KeyError;
use crate::provider::{Ask, Moment, Provider, RequestError};
use crate::wechat::WechatSettings;
use crate::wechat_v2::WechatV2Settings;

/// Why an account cannot be used, in words for who installs it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// A key of the settings cannot be.
    #[error("{0}")]
    Settings(String),
    /// A key file.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The connection cannot be set up: certificates.
    #[error("failed setting up the connection: {0}")]
    Connection(String),
}

/// One table of an account, as it stands in a file: `driver` tells whose.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "driver")]
pub enum Settings {
    /// WeChat Pay v3.
    #[serde(rename = "wechat")]
    Wechat(WechatSettings),
    /// WeChat Pay v2, for old merchants.
    #[serde(rename = "wechat-v2")]
    WechatV2(WechatV2Settings),
    /// Alipay.
    #[serde(rename = "alipay")]
    Alipay(AlipaySettings),
}

impl Settings {
    /// What people call it.
    pub fn name(&self) -> &str {
        match self {
            Settings::Wechat(settings) => &settings.name,
            Settings::WechatV2(settings) => &settings.name,
            Settings::Alipay(settings) => &settings.name,
        }
    }

    /// Checks what the types do not.
    ///
    /// # Errors
    /// In words, with the key that is wrong.
    pub fn check(&self) -> Result<(), String> {
        match self {
            Settings::Wechat(settings) => settings.check(),
            Settings::WechatV2(settings) => settings.check(),
            Settings::Alipay(settings) => settings.check(),
        }
    }

    /// Reads the keys, and makes what asks over the network. Connects nowhere yet.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open(&self) -> Result<Account, OpenError> {
        match self {
            Settings::Wechat(settings) => settings.open(),
            Settings::WechatV2(settings) => settings.open(),
            Settings::Alipay(settings) => settings.open(),
        }
    }
}

/// A merchant's account at a provider. Cheap to clone.
#[derive(Clone)]
pub struct Account(Arc<Inner>);

struct Inner {
    name: String,
    provider: Box<dyn Provider>,
    client: Client,
}

/// What came of trying an account out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trial {
    /// Both sides understood each other's signature.
    Works,
    /// The provider was not reached.
    Away(ClientError),
    /// It answered with this status, and its answer cannot be verified: the merchant's number, serial number or key, the
    /// provider's key, or this computer's clock is wrong.
    Unverified(u16),
    /// It answered what nobody would expect.
    Odd,
}

/// A question that is signed and may go.
#[derive(Clone, Debug)]
pub struct Prepared {
    ask: Ask,
    request: Request,
}

impl Account {
    /// From its parts.
    pub fn new(name: &str, provider: Box<dyn Provider>, client: Client) -> Account {
        Account(Arc::new(Inner { name: name.to_owned(), provider, client }))
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// What asks and verifies.
    pub fn provider(&self) -> &dyn Provider {
        self.0.provider.as_ref()
    }

    /// Bytes that went both ways.
    pub fn traffic(&self) -> &Traffic {
        self.0.client.traffic()
    }

    /// What connects.
    pub(crate) fn client(&self) -> &Client {
        &self.0.client
    }

    /// Signs a question, so that it may go.
    ///
    /// # Errors
    /// [`RequestError`], when nothing can be sent and nothing will be.
    pub fn prepare(&self, ask: Ask) -> Result<Prepared, RequestError> {
        let request = self.0.provider.request(&ask, Moment::now())?;
        Ok(Prepared { ask, request })
    }

    /// Puts a question, once; a payment to one host alone, since one whose outcome is unknown must never be sent again.
    /// Takes no longer than [`WHOLE_MAX`](crate::client::WHOLE_MAX), with a follow-up twice that. What is not heard, or
    /// cannot be verified, is not known.
    pub async fn put(&self, prepared: Prepared) -> PaymentReply {
        let Prepared { ask, request } = prepared;
        let order_no = ask.order().no.clone();
        PaymentReply { says: self.answer(&ask, &request).await, order_no }
    }

    /// Prepares and puts a question.
    ///
    /// # Errors
    /// [`RequestError`], when nothing can be sent and nothing will be.
    pub async fn ask(&self, ask: Ask) -> Result<PaymentReply, RequestError> {
        Ok(self.put(self.prepare(ask)?).await)
    }

    /// Tries the account out: asks about a payment that there never was, which a provider that knows the merchant denies.
    /// Moves no money. For people who install, never while a sale waits.
    pub async fn try_out(&self) -> Trial {
        let now = Moment::now();
        let currency = Currency::of("CNY").expect("a currency the shop knows");
        let no = format!("NEVER{:024X}", now.nonce >> 32);
        let family = self.provider().family();
        let ask = Ask::Query(PaymentOrder { no, family, amount: Money::minor(1), currency, at: now.at });
        let Ok(request) = self.provider().request(&ask, now) else { return Trial::Odd };
        let response = match self.0.client.execute_anywhere(&request, RESPONSE_BYTES_MAX).await {
            Ok(response) => response,
            Err(error) => return Trial::Away(error),
        };
        match self.provider().answer(&ask, &response, Moment::now()) {
            PaymentSays::Payment(Answer::NotFound) => Trial::Works,
            PaymentSays::Payment(Answer::Unknown) => Trial::Unverified(response.status),
            _ => Trial::Odd,
        }
    }

    async fn answer(&self, ask: &Ask, request: &Request) -> PaymentSays {
        let provider = self.provider();
        let Some(response) = self.hear(ask, request).await else { return ask.nothing_known() };
        let now = Moment::now();
        let Some(next) = provider.follow_up(ask, &response, now) else { return provider.answer(ask, &response, now) };
        let Ok(request) = provider.request(&next, now) else { return ask.nothing_known() };
        let Some(response) = self.hear(&next, &request).await else { return ask.nothing_known() };
        provider.answer(&next, &response, Moment::now())
    }

    async fn hear(&self, ask: &Ask, request: &Request) -> Option<crate::Response> {
        let heard = match ask {
            Ask::Pay(..) | Ask::Refund(..) => self.0.client.execute(request, RESPONSE_BYTES_MAX).await,
            Ask::Query(_) | Ask::Reverse(_) | Ask::RefundQuery(..) => {
                self.0.client.execute_anywhere(request, RESPONSE_BYTES_MAX).await
            }
        };
        match heard {
            Ok(response) => Some(response),
            Err(error) => {
                tracing::warn!(account = %self.0.name, order = %ask.order().no, %error, "the provider did not answer");
                None
            }
        }
    }

    /// The bill of a day.
    ///
    /// # Errors
    /// [`BillError`].
    pub async fn bill(&self, day: Date) -> Result<Vec<BillLine>, BillError> {
        let provider = self.provider();
        let away = |error: ClientError| {
            tracing::warn!(account = %self.0.name, %error, "the bill was not heard");
            BillError::Away
        };
        let request = provider.bill_request(day, Moment::now())?;
        let response = self.0.client.execute_anywhere(&request, BILL_BYTES_MAX).await.map_err(away)?;
        match provider.bill_found(day, &response, Moment::now())? {
            BillFound::Empty => Ok(Vec::new()),
            BillFound::Here(lines) => Ok(lines),
            BillFound::Fetch(sealed) => {
                let response = self.0.client.execute(&sealed.request, BILL_BYTES_MAX).await.map_err(away)?;
                provider.bill_lines(&sealed, &response)
            }
        }
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the account {}", self.0.name)
    }
}

/// Refuses a text that is empty, too long, or of more than one line.
pub(crate) fn check_text(key: &str, value: &str, characters_max: usize) -> Result<(), String> {
    let fits = (1..=characters_max).contains(&value.chars().count()) && !value.chars().any(char::is_control);
    if fits && !value.contains(['"', '\\']) {
        return Ok(());
    }
    Err(format!("{key} must be 1 to {characters_max} characters without quotation marks"))
}

/// Refuses an address that is not one of HTTPS without a query.
pub(crate) fn check_url(key: &str, value: &str) -> Result<(), String> {
    let host = value.strip_prefix("https://").unwrap_or_default();
    let fits = !host.is_empty() && value.bytes().all(|byte| byte.is_ascii_graphic()) && !value.ends_with('/');
    if fits && !value.contains(['?', '#', '@']) {
        return Ok(());
    }
    Err(format!("{key} must be an address that begins with https:// and does not end with /"))
}

/// Refuses an address that is none.
pub(crate) fn check_ip(key: &str, value: &str) -> Result<(), String> {
    value.parse::<IpAddr>().map(|_| ()).map_err(|_| format!("{key} must be an address such as 192.168.1.20"))
}

pub(crate) fn subject_usual() -> String {
    "门店消费".to_owned()
}

pub(crate) fn device_ip_usual() -> String {
    "127.0.0.1".to_owned()
}

#[cfg(test)]
mod tests;
