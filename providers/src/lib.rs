//! Payment providers over HTTPS: what is asked of them, signed, and what they answer, verified.
//!
//! A [`Provider`] is pure: it turns a question into the bytes of one HTTP request and the bytes of the response into what
//! [`hal::PaymentSays`]. It opens no connection, reads no clock and draws no number: the moment comes in by the door.
//! [`Client`] is the one place that connects. So the same code runs on a till, behind the platform, and against simulated
//! providers in simulated time.
//!
//! Nothing here repeats a request, remembers a payment or decides what to do about an answer: that is
//! [`domain::payment::Payment`]. A response that is late, cut off, wrongly signed or about something else is
//! [`domain::payment::Answer::Unknown`], never a success and never a refusal.

mod http;
mod provider;

pub use http::{Request, Response};
pub use provider::{Ask, Moment, Provider, RequestError};
