//! Cash drawers: one that hangs on a printer, one that hangs on a pin.

mod pin;
mod printer;

pub use pin::PinDrawer;
pub use printer::PrinterDrawer;
