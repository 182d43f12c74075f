//! What people see: a screen as plain data, what people want as plain data, and one window that shows the first
//! and reports the second.
//!
//! This crate knows no other crate of the project. It never computes with money, never formats a number and never
//! decides: texts arrive finished in the language to show, and every touch or key becomes an [`Intent`].

pub mod gallery;
pub mod intent;
pub mod screen;
#[cfg(feature = "window")]
pub mod window;

pub use intent::Intent;
pub use screen::Screen;
