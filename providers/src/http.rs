//! HTTP as data.

use std::fmt;

/// Bytes of a response that are taken; more is no answer. A day's bill is fetched apart and has its own limit.
pub const RESPONSE_BYTES_MAX: usize = 256 << 10;

/// One request.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Scheme, host, path and query.
    pub url: String,
    /// Headers in the order in which they are sent, without host and length.
    pub headers: Vec<(&'static str, String)>,
    /// Its body; empty for `GET`.
    pub body: Vec<u8>,
}

/// A request holds codes and signatures: only where it goes may be shown.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.url.split('?').next().unwrap_or_default();
        write!(f, "{} {url} ({} bytes)", self.method, self.body.len())
    }
}

/// One response.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    /// Its status, such as 200.
    pub status: u16,
    /// Headers; names in lower case.
    pub headers: Vec<(String, String)>,
    /// Its body, at most [`RESPONSE_BYTES_MAX`]; of a bill at most [`BILL_BYTES_MAX`](crate::bill::BILL_BYTES_MAX).
    pub body: Vec<u8>,
}

/// A response holds signatures and what a shopper bought: only its size may be shown.
impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} bytes)", self.status, self.body.len())
    }
}

impl Response {
    /// A header by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}
