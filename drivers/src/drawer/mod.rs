//! Cash drawers: one that hangs on a printer, one that hangs on pins.

mod config;
mod gpio;
mod learn;
mod pin;
mod printer;

pub use config::{Level, PrinterDrawerConfig};
pub use gpio::{GpioDrawerConfig, SwitchConfig};
pub use learn::{Unlearned, learn};
pub use pin::{PinDrawer, PinSwitch, WatchedDrawer};
pub use printer::PrinterDrawer;
