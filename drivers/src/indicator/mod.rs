//! Lights, a beeper and buttons on pins.

mod config;
mod pin;
mod show;

pub use config::GpioIndicatorConfig;
pub use pin::{PinButton, PinIndicator};
pub use show::{BEEPS_MAX, Face, IndicatorOrder, Pattern, Show};
