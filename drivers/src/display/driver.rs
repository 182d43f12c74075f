//! A display on a wire of its own, behind the trait; and what hangs on a printer's wire.

use std::time::Duration;

use hal::{DeviceError, DisplayCapabilities, DisplayFace, LineDisplay};

use super::cd5220::Cd5220;
use super::led8::Led8;
use crate::transport::{Transport, write_whole};

/// `ESC = 2`: what follows is for the display.
const TO_DISPLAY: &[u8] = b"\x1b=\x02";
/// `ESC = 1`: what follows is for the printer.
const TO_PRINTER: &[u8] = b"\x1b=\x01";

/// What a display speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisplayLanguage {
    /// Two lines of letters.
    Cd5220(Cd5220),
    /// A row of digits.
    Led8(Led8),
}

impl DisplayLanguage {
    /// What a display that speaks it can do.
    pub fn capabilities(&self) -> DisplayCapabilities {
        match self {
            DisplayLanguage::Cd5220(display) => display.capabilities(),
            DisplayLanguage::Led8(display) => display.capabilities(),
        }
    }

    /// The bytes for a display that has just been connected.
    pub fn begin(&self) -> Vec<u8> {
        match self {
            DisplayLanguage::Cd5220(display) => display.begin(),
            DisplayLanguage::Led8(display) => display.begin(),
        }
    }

    /// The bytes that show this instead of what was shown.
    pub fn show(&self, face: &DisplayFace) -> Vec<u8> {
        match self {
            DisplayLanguage::Cd5220(display) => display.show(face),
            DisplayLanguage::Led8(display) => display.show(face),
        }
    }

    /// The same for a display on a printer's wire: turned to the display before, and back to the printer behind.
    pub fn show_through(&self, face: &DisplayFace) -> Vec<u8> {
        [TO_DISPLAY, &self.show(face), TO_PRINTER].concat()
    }
}

/// A display on a wire of its own.
pub struct SerialDisplay<T> {
    transport: T,
    language: DisplayLanguage,
    capabilities: DisplayCapabilities,
    begun: bool,
}

impl<T: Transport> SerialDisplay<T> {
    /// A display that has just been connected.
    pub fn new(transport: T, language: DisplayLanguage) -> SerialDisplay<T> {
        SerialDisplay { transport, capabilities: language.capabilities(), language, begun: false }
    }

    fn send(&mut self, bytes: &[u8]) -> Result<(), DeviceError> {
        write_whole(&mut self.transport, "writing to the display", bytes)
    }
}

impl<T: Transport> LineDisplay for SerialDisplay<T> {
    fn capabilities(&self) -> &DisplayCapabilities {
        &self.capabilities
    }

    fn show(&mut self, face: &DisplayFace) -> Result<(), DeviceError> {
        if !self.begun {
            self.send(&self.language.begin())?;
            self.begun = true;
        }
        self.send(&self.language.show(face))
    }

    fn is_there(&mut self) -> Result<(), DeviceError> {
        // Nothing is expected; what a display sends all the same is dropped.
        self.transport.read(&mut [0; 64], Duration::ZERO).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_display_on_a_printers_wire_is_turned_to_and_away_from() {
        let face = DisplayFace::default();
        let bytes = DisplayLanguage::Led8(Led8::default()).show_through(&face);
        assert_eq!(bytes, b"\x1b\x3d\x02\x0c\x1bs0\x1b\x3d\x01");
    }
}
