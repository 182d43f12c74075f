//! Payment providers over HTTPS: what is asked of them, signed, and what they answer, verified.
//!
//! A [`Provider`] is pure: it turns a question into the bytes of one HTTP request and the bytes of the response into what
//! [`hal::PaymentSays`]. It opens no connection, reads no clock and draws no number: the moment comes in by the door.
//! [`Client`] is the one place that connects. So the same code runs on a till, behind the platform, and against simulated
//! providers in simulated time.
//!
//! Nothing here repeats a payment, remembers one or decides what to do about an answer: that is
//! [`domain::payment::Payment`]. A response that is late, cut off, wrongly signed or about something else is
//! [`domain::payment::Answer::Unknown`], never a success and never a refusal.
//!
//! Keys, payment codes, signatures and queries of addresses are never logged and stand in no `Debug` text.

mod account;
pub mod alipay;
pub mod bill;
pub mod client;
mod http;
pub mod key;
mod open;
mod order;
mod provider;
pub mod relay;
pub mod wechat;
pub mod wechat_v2;

#[cfg(test)]
mod tests;

pub use account::{Account, OpenError, Prepared, Settings, Trial};
pub use client::{Client, ClientError, Connection, Traffic};
pub use http::{RESPONSE_BYTES_MAX, Request, Response};
pub use open::{Closed, OpenStep, Opened, Opening};
pub use provider::{Ask, Moment, Provider, RequestError};
