//! Cash drawers: one that hangs on a printer, one that hangs on a pin.

mod config;
mod pin;
mod printer;

pub use config::{Level, PrinterDrawerConfig};
pub use pin::PinDrawer;
pub use printer::PrinterDrawer;
