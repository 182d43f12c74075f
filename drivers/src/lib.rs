//! How a make of device does it.
//!
//! Each device is three things apart: a wire ([`transport`], bytes only), a pure codec (bytes to events, commands
//! to bytes; no clock, no IO, resumable at any byte) and a driver that joins the two behind a trait of [`hal`].
//! [`registry`] is the one visible list of drivers; a [`station`] is the thread that owns one device and brings it
//! back after a pulled cable; a [`counter::Counter`] is all stations of a till.
//!
//! This crate never decides what is sold or printed, never blocks its caller, and never lets one device's fault
//! reach another.

pub mod bagging;
pub mod counter;
pub mod display;
pub mod drawer;
pub mod gpio;
pub mod indicator;
pub mod payment;
pub mod printer;
pub mod registry;
pub mod scale;
pub mod scanner;
pub mod speaker;
pub mod station;
pub mod tally;
pub mod transport;

/// The driver that the pages for authors show.
#[cfg(doctest)]
#[doc = include_str!("../../docs/devices/writing-a-driver.md")]
pub struct WritingADriver;
