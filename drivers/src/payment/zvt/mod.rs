//! Card terminals that speak ZVT, the open protocol of the German-speaking countries' terminals, over TCP.
//!
//! The till never sees a card: the terminal reads it, asks for its PIN and talks to the bank. What comes back is whether the
//! money moved, and the numbers by which a person finds the payment.

mod codec;
mod config;
mod dialog;
mod driver;
mod message;
mod reasons;
#[cfg(test)]
mod recorded;

pub use codec::{DATA_BYTES_MAX, Frame, FrameReader};
pub use config::ZvtConfig;
pub use dialog::{Dialog, Settings};
pub use driver::ZvtTerminal;
pub use message::{Completion, Message, Status, bcd, from_bcd};
