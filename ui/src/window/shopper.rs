//! The shopper's window.
