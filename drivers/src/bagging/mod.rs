//! The scale under a kiosk's bagging area: it feels what was put down, and goods are never sold by it.
//!
//! An HX711 is a 24-bit converter for load cells on two wires. [`Hx711`] talks with the chip, [`Weigher`] (pure) makes
//! weights of its counts, [`BaggingScale`] joins the two behind [`hal::Scale`].

mod calibrate;
mod config;
mod hx711;
mod scale;
mod weigh;

pub use calibrate::{Uncalibrated, calibrate};
pub use config::Hx711Config;
pub use hx711::{Channel, Hx711, Sample};
pub use scale::BaggingScale;
pub use weigh::{COUNTS_MAX, COUNTS_MIN, Calibration, Weigher, counts_of};
