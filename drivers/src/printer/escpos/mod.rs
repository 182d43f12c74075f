//! Printers that speak ESC/POS: with Chinese characters, with a western code page, or with neither.
//!
//! The `escpos` crate gives the commands whose bytes were checked against Epson's command reference and are right in it:
//! initialise, size, emphasis, justification, feed, QR code. What it lacks or gets wrong (Chinese text, code pages, cuts,
//! drawer pulse, Code 128 by function B, pictures in bands, status, completion, identity) is written here as bytes. Each
//! has a byte-exact test.

mod codec;
mod config;
mod driver;
mod encode;
mod identity;
mod layout;
mod pages;
mod profile;
mod running;
#[cfg(test)]
mod sheet;
mod text;
#[cfg(test)]
mod wire_story;

pub use codec::{Reply, StatusReader};
pub use config::EscposConfig;
pub use driver::EscposPrinter;
pub use encode::{Encoded, encode};
pub use pages::Page;
pub use profile::{ChineseMode, CompletionConfig, Cutter, DrawerPin, Drawn, Encoding, Profile, StatusMeans};
