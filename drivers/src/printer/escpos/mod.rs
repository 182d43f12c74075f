//! Printers that speak ESC/POS, with Chinese characters.
//!
//! The `escpos` crate gives the commands whose bytes were checked against Epson's command reference and are right in it:
//! initialise, size, emphasis, justification, feed, QR code. What it lacks or gets wrong (Chinese text, partial cut,
//! drawer pulse, Code 128 by function B, status, completion) is written here as bytes. Each has a byte-exact test.

mod codec;
mod config;
mod driver;
mod encode;
mod layout;
mod profile;
#[cfg(test)]
mod sheet;
mod text;

pub use codec::{Reply, StatusReader};
pub use config::{CompletionConfig, EscposConfig};
pub use driver::EscposPrinter;
pub use encode::{Encoded, encode};
pub use profile::{DrawerPin, Hanzi, Profile, StatusMeans};
