//! Readers of codes, by whatever wire: [`serial`] lines, [`wedge`] scanners that play keyboard, [`hid`] scanners of USB's
//! point-of-sale class, [`camera`]s.
//!
//! What they share: how a code's bytes become a [`hal::Reading`] ([`CodeRules`]), how a plugged device is found again
//! ([`UsbId`]), and how a held trigger is kept from selling twice ([`Repeats`]).

pub mod camera;
mod code;
mod find;
pub mod hid;
mod node;
mod repeat;
pub mod serial;
pub mod wedge;

pub use code::{CodeRules, Encoding, SCAN_BYTES_MAX};
pub use find::{BadUsbId, UsbId};
pub use repeat::Repeats;
