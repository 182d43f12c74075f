//! What people see: a screen as plain data, what people want as plain data, and one window that shows the first
//! and reports the second.
//!
//! Of the project it knows the words alone. It never computes with money, never formats a number and never
//! decides: texts arrive finished in the language to show, and every touch or key becomes an [`Intent`].

pub mod element;
pub mod gallery;
pub mod heard;
pub mod intent;
pub mod key;
pub mod kiosk;
pub mod screen;
pub mod shopper;
pub mod stock;
#[cfg(feature = "window")]
pub mod window;

pub use element::Element;
pub use intent::Intent;
pub use kiosk::Kiosk;
pub use screen::Screen;
pub use shopper::Shopper;
pub use stock::Stock;
