//! The day's bill: what the provider says was paid, refunded and reversed on one day.

mod alipay;
mod wechat;
mod zip;

use domain::money::{Currency, Money};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use ring::digest;

use crate::http::{Request, Response};

pub use alipay::read_alipay_bill;
pub use domain::payment::bill::{BillKind, BillLine};
pub use wechat::read_wechat_bill;

/// Bytes of a bill that are taken, packed or unpacked: some hundred thousand lines.
pub const BILL_BYTES_MAX: usize = 64 << 20;
/// Lines of a bill that are taken.
pub const BILL_LINES_MAX: usize = 500_000;

/// What the response to the request for a bill says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BillFound {
    /// Nothing happened on that day.
    Empty,
    /// It lies elsewhere, and is fetched with this request.
    Fetch(Sealed),
    /// It was the response itself.
    Here(Vec<BillLine>),
}

/// Where a bill lies, and how it is known for the right one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// Fetches it; the response has at most [`BILL_BYTES_MAX`].
    pub request: Request,
    /// SHA-1 of its bytes, when the provider tells it. A check against torn transfers: what makes it trustworthy is that
    /// the hash was signed.
    pub sha1: Option<[u8; 20]>,
}

impl Sealed {
    /// The bytes that were fetched, when they are the right ones.
    pub(crate) fn open<'a>(&self, response: &'a Response) -> Result<&'a [u8], BillError> {
        if response.status != 200 {
            return Err(BillError::Refused { why: format!("status {}", response.status) });
        }
        let whole = |sha1: [u8; 20]| {
            digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, &response.body).as_ref() == sha1.as_slice()
        };
        if self.sha1.is_none_or(whole) { Ok(&response.body) } else { Err(BillError::Torn) }
    }
}

/// Why there is no bill.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BillError {
    /// Nothing came back, or not in time.
    #[error("failed reaching the provider for the bill")]
    Away,
    /// It could not be asked for.
    #[error("failed asking for the bill: {0}")]
    Asking(#[from] crate::RequestError),
    /// The provider has not made it yet: ask later in the morning.
    #[error("the provider has not made the bill of that day yet")]
    NotReady,
    /// The answer is not signed by the provider, or is about something else.
    #[error("the answer to the request for the bill cannot be verified")]
    Unverified,
    /// The provider gives none.
    #[error("the provider gives no bill: {why}")]
    Refused {
        /// In its words.
        why: String,
    },
    /// What was fetched is not what the provider has signed.
    #[error("the bill was damaged on its way")]
    Torn,
    /// It is not what a bill looks like.
    #[error("failed reading the bill at line {line}: {what}")]
    Format {
        /// Which line, from 1; 0 is the file itself.
        line: usize,
        /// What is wrong.
        what: &'static str,
    },
}

fn wrong<T>(line: usize, what: &'static str) -> Result<T, BillError> {
    Err(BillError::Format { line, what })
}

/// Columns of a bill, found by their names: providers add columns.
struct Columns<'a>(Vec<&'a str>);

impl Columns<'_> {
    /// Place of the first of these names that there is.
    fn find(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.0.iter().position(|column| column == name))
    }

    fn need(&self, line: usize, names: &[&str]) -> Result<usize, BillError> {
        self.find(names).ok_or(BillError::Format { line, what: "a column is missing" })
    }
}

/// An amount in yuan, without its sign.
fn amount(line: usize, text: &str) -> Result<Money, BillError> {
    let cny = Currency::of("CNY").expect("a currency the shop knows");
    match cny.parse(text) {
        Ok(amount) => Ok(amount.abs()),
        Err(_) => wrong(line, "an amount is none"),
    }
}

/// Beijing time, which every provider writes.
pub(crate) fn beijing() -> TimeZone {
    TimeZone::fixed(Offset::constant(8))
}

/// An instant as `2026-03-01 09:15:00` in Beijing.
fn instant(line: usize, text: &str) -> Result<Timestamp, BillError> {
    let parsed = DateTime::strptime("%Y-%m-%d %H:%M:%S", text.trim());
    match parsed.and_then(|time| time.to_zoned(beijing())) {
        Ok(zoned) => Ok(zoned.timestamp()),
        Err(_) => wrong(line, "a time is none"),
    }
}

#[cfg(test)]
mod tests;
