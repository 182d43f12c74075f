//! Pins of a board: output and input lines behind the traits of `embedded-hal`, and a way to sleep until one moves.
//!
//! Lines are had from the kernel's GPIO character device ([`Backend::Gpiocdev`], any board) or from a Raspberry Pi's
//! registers ([`Backend::Rppal`]). Drivers of devices on pins know `embedded_hal::digital` and [`Edges`] alone, so that
//! they work on any board, and on pins in memory.
//!
//! High means active: a line that is set up as active-low is turned round here and nowhere else.

mod bell;
mod chip;
mod config;
mod debounce;
mod delay;
mod line;
mod pi;

pub use bell::{Bell, Edges};
pub use config::{Backend, Bias, LineConfig, LineName};
pub use debounce::Debouncer;
pub use delay::BoardDelay;
pub use line::{GpioInput, GpioOutput, Lines, PinError};
