//! Payment codes through a provider over HTTPS, with the merchant's keys on this till or behind the platform.
//!
//! What is asked, signed and verified is the business of [`providers`], which the platform shares; here it is put behind
//! the door that every payment port has.

mod config;
mod port;

pub use port::{OnlinePort, REQUESTS_MAX, try_out};
/// Questions, signatures and settings.
pub use providers;
