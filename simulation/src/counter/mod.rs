//! Peripherals on pseudo-terminals: what stands on the counter, without the counter.
//!
//! A virtual device is the other end of a real wire. It speaks bytes, knows nothing of the drivers' code, and has the
//! switches that a person has: paper, cover, plug, power, the drawer pushed shut.
//!
//! - [`Cable`]: a pseudo-terminal under a path that outlives replugging.
//! - [`VirtualScanner`]: sends codes as a serial scanner does.
//! - [`VirtualPrinter`]: interprets ESC/POS by itself and keeps each cut [`Paper`] as text and as dots.

mod barcode;
mod cable;
mod command;
mod font;
mod head;
mod paper;
mod printer;
mod scanner;
#[cfg(test)]
mod story;
mod works;

pub use cable::{Cable, Heard};
pub use paper::{End, Paper};
pub use printer::{PrinterModel, VirtualPrinter};
pub use scanner::VirtualScanner;
