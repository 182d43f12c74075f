//! Frozen wire messages between till and platform, and the proof that ties them together.
//!
//! JSON in UTF-8, compressed with zstd, over HTTPS. A message of a published version never changes its meaning:
//! fields are only added, and only as optional ones. `testdata/v1/` holds one golden file for each message.
//!
//! This crate knows the domain so that it can translate; the domain knows nothing of it. It never does IO.

pub mod approval;
pub mod chain;
pub mod identity;
pub mod lane;
pub mod v1;

/// Oldest protocol version that this build speaks.
pub const PROTOCOL_MIN: u32 = 1;
/// Newest protocol version that this build speaks.
pub const PROTOCOL_MAX: u32 = 1;
