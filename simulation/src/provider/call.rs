//! Requests and answers as data, and what lies between the protocols and the books.

use domain::money::Money;
use jiff::Timestamp;
use jiff::civil::Date;

use super::books::{Booked, Refunded};

/// A request as it arrives.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// `GET` or `POST`.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Headers; names in lower case.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
}

impl Request {
    /// A header by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The path alone.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// Parameters of the query, decoded.
    pub fn query(&self) -> Vec<(String, String)> {
        form(self.target.split_once('?').map_or("", |(_, query)| query))
    }
}

impl From<&providers::Request> for Request {
    fn from(request: &providers::Request) -> Request {
        let behind_scheme = request.url.split_once("://").map_or(request.url.as_str(), |(_, rest)| rest);
        let target = behind_scheme.find('/').map_or("/", |at| &behind_scheme[at..]);
        let headers = request.headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.clone()));
        Request {
            method: request.method.to_owned(),
            target: target.to_owned(),
            headers: headers.collect(),
            body: request.body.clone(),
        }
    }
}

/// An answer as it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Headers; names in lower case.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
    /// The connection breaks before the body is whole.
    pub cut: bool,
}

/// Headers that carry WeChat's signature.
pub(super) const SIGNATURE_HEADER: &str = "wechatpay-signature";

impl Answer {
    /// What a client makes of it that reads the whole body; nothing when the connection broke.
    pub fn response(&self) -> Option<providers::Response> {
        (!self.cut).then(|| self.pieces())
    }

    /// What a client makes of it that takes half a body for a whole one.
    pub fn pieces(&self) -> providers::Response {
        providers::Response { status: self.status, headers: self.headers.clone(), body: self.body.clone() }
    }

    /// Changes a character of the signature, wherever it is.
    pub(super) fn forge(&mut self) {
        let flip = |byte: &mut u8| *byte = if *byte == b'A' { b'B' } else { b'A' };
        if let Some((_, signature)) = self.headers.iter_mut().find(|(name, _)| name == SIGNATURE_HEADER) {
            let mut bytes = std::mem::take(signature).into_bytes();
            bytes.iter_mut().take(1).for_each(flip);
            *signature = String::from_utf8(bytes).expect("it was base64 and is");
            return;
        }
        if let Some(at) = self.signature_at() {
            flip(&mut self.body[at]);
        }
    }

    /// Takes the signature away, wherever it is.
    pub(super) fn strip(&mut self) {
        self.headers.retain(|(name, _)| name != SIGNATURE_HEADER);
        let text = String::from_utf8_lossy(&self.body).into_owned();
        for (from, to) in [("<sign>", "</sign>"), (",\"sign\":\"", "\"")] {
            let Some(at) = text.rfind(from) else { continue };
            if let Some(end) = text[at + from.len()..].find(to) {
                let end = at + from.len() + end + to.len();
                self.body = format!("{}{}", &text[..at], &text[end..]).into_bytes();
                return;
            }
        }
    }

    /// Where a signature in the body begins.
    fn signature_at(&self) -> Option<usize> {
        let after = |mark: &[u8]| {
            let at = self.body.windows(mark.len()).rposition(|window| window == mark)?;
            Some(at + mark.len())
        };
        after(b"\"sign\":\"").or_else(|| after(b"<sign><![CDATA["))
    }
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Call {
    /// `open_for_s`: when nobody has paid by then it closes by itself.
    Pay {
        no: String,
        code: String,
        amount: Money,
        open_for_s: Option<i64>,
    },
    /// A payment that a shopper makes on her own phone, in the provider's page.
    Open {
        no: String,
        amount: Money,
        closes_at: Timestamp,
    },
    /// Her phone has opened that page; she comes back there. With an amount the order is made by it.
    Visit {
        no: String,
        opens: Option<(Money, Timestamp)>,
        back: String,
    },
    /// Closes what nobody has paid.
    Close {
        no: String,
    },
    Query {
        no: String,
    },
    Reverse {
        no: String,
    },
    Refund {
        no: String,
        refund_no: String,
        amount: Money,
        total: Option<Money>,
    },
    QueryRefund {
        no: Option<String>,
        refund_no: String,
    },
    Bill {
        day: Date,
    },
}

impl Call {
    /// What a phone's browser gets that has looked at a provider's page: back to the shop.
    pub(super) fn sends_back(&self) -> Answer {
        let headers = match self {
            Call::Visit { back, .. } => vec![("location".to_owned(), back.clone())],
            _ => Vec::new(),
        };
        Answer { status: 302, headers, body: Vec::new(), cut: false }
    }
}

/// What the books say to it.
#[derive(Clone, Debug)]
pub(super) enum Outcome {
    /// The order as it stands.
    Order(Box<Booked>),
    /// The number was used for another code or amount.
    NumberUsed,
    /// There is no such order.
    NotFound,
    /// It is closed, and what was paid is back.
    Reversed(Box<Booked>),
    /// It is paid and stays so.
    NotReversed(Box<Booked>),
    /// The money is back.
    Refunded(Box<Booked>, Refunded),
    /// It stays.
    RefundRefused(&'static str),
    /// There is no such refund.
    NoRefund,
    /// A file.
    Bill(Vec<u8>),
    /// Nobody knows.
    SystemError,
}

/// A request that is turned away before the books are opened.
pub(super) struct Rejected {
    pub(super) why: &'static str,
    pub(super) answer: Answer,
}

/// A protocol: it reads what is asked and writes what the books say.
pub(super) trait Face {
    fn read(&mut self, at: Timestamp, request: &Request) -> Result<Call, Rejected>;
    fn write(&mut self, at: Timestamp, request: &Request, call: &Call, outcome: &Outcome) -> Answer;
    /// Where its files are fetched, such as `https://127.0.0.1:8443`.
    fn set_base(&mut self, base: &str);
}

/// Parameters of a form or a query, decoded.
pub(super) fn form(text: &str) -> Vec<(String, String)> {
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decoded(name), decoded(value))
    };
    text.split('&').filter(|pair| !pair.is_empty()).map(pair).collect()
}

fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = bytes.get(at + 1..at + 3).and_then(|hex| std::str::from_utf8(hex).ok());
        match (bytes[at], hex.and_then(|hex| u8::from_str_radix(hex, 16).ok())) {
            (b'%', Some(byte)) => {
                out.push(byte);
                at += 3;
                continue;
            }
            (b'+', _) => out.push(b' '),
            (byte, _) => out.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}
