//! Peripherals on pseudo-terminals: what stands on the counter, without the counter.
//!
//! A virtual device is the other end of a real wire. It speaks bytes, knows nothing of the drivers' code, and has the
//! switches that a person has: paper, cover, plug, power, the drawer pushed shut.
//!
//! - [`Cable`]: a pseudo-terminal under a path that outlives replugging.
//! - [`Line`]: a cable with the faults of a serial line.
//! - [`VirtualScale`]: a pan with a hand at it, in any language that scales speak.
//! - [`VirtualDisplay`]: shows two lines or a row of digits.
//! - [`VirtualScanner`]: sends codes as a serial scanner does.
//! - [`VirtualCamera`]: shows pictures on a local socket.
//! - [`VirtualWedge`]: types them, [`VirtualHidScanner`]: sends them as reports.
//! - [`VirtualTerminal`]: a card terminal on a TCP port, with books.
//! - [`VirtualDrawer`], [`VirtualPanel`], [`VirtualCell`]: a drawer, lights and buttons, and a bagging scale on pins in memory.
//! - [`VirtualPrinter`]: interprets ESC/POS by itself and keeps each cut [`Paper`] as text and as dots.

mod barcode;
mod cable;
mod camera;
#[cfg(test)]
mod camera_story;
mod card_terminal;
mod command;
mod display;
mod fault;
mod font;
mod head;
mod hid_scanner;
mod paper;
mod pins;
mod plug;
mod printer;
#[cfg(test)]
mod printer_story;
mod scale;
#[cfg(test)]
mod scale_story;
mod scanner;
#[cfg(test)]
mod scanner_story;
#[cfg(test)]
mod story;
#[cfg(test)]
mod terminal_story;
mod virtual_terminal;
mod wedge;
mod works;

pub use cable::{Cable, Heard};
pub use camera::VirtualCamera;
pub use card_terminal::{Booked, CardTerminal, Spoken, TerminalMood};
pub use display::{DisplayModel, VirtualDisplay};
pub use fault::{Faults, Line};
pub use hid_scanner::VirtualHidScanner;
pub use paper::{End, Paper};
pub use pins::{VirtualCell, VirtualDrawer, VirtualPanel};
pub use printer::{PrinterModel, VirtualPrinter};
pub use scale::{ScaleTongue, VirtualScale};
pub use scanner::VirtualScanner;
pub use virtual_terminal::VirtualTerminal;
pub use wedge::VirtualWedge;
