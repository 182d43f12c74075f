//! Devices on pins, in memory: what hangs on a board without a board.
//!
//! Their ends are pins of `embedded-hal`, as a board's are; a line that moves rings the bell of the driver that waits
//! for it, as an edge does. Each can be pulled off its board and put back.

mod cell;
mod drawer;
mod panel;
#[cfg(test)]
mod story;

use std::fmt;

use hal::embedded_hal::digital::{Error, ErrorKind};

pub use cell::VirtualCell;
pub use drawer::VirtualDrawer;
pub use panel::VirtualPanel;

/// The board of a pin has gone.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Gone;

impl fmt::Debug for Gone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the board has gone")
    }
}

impl Error for Gone {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Other
    }
}
