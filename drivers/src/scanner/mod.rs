//! Readers of codes.

pub mod serial;
