//! Readers of codes.

use std::fmt;
use std::time::Duration;

use crate::health::{DeviceError, Identity};

/// A reader of codes, by whatever wire.
pub trait Scanner {
    /// What this reader can do; constant for the life of the object.
    fn capabilities(&self) -> &ScannerCapabilities;

    /// What it says it is; asked by people who look for a fault, never while it works. Waits a few times
    /// [`crate::WAIT_MAX`] at most.
    fn identity(&mut self) -> Identity {
        Identity::default()
    }

    /// The next reading, waiting at most `wait` (at most [`crate::WAIT_MAX`]) for it; `None` when there was none.
    ///
    /// # Errors
    /// [`DeviceError::Unplugged`] when the reader has gone; [`DeviceError::Wire`] when the wire failed otherwise.
    fn next(&mut self, wait: Duration) -> Result<Option<Reading>, DeviceError>;
}

/// What a reader can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScannerCapabilities {
    /// Whether it names the symbology of a code.
    pub names_symbology: bool,
    /// Longest code taken, in bytes; a longer one is an [`Unreadable::TooLong`].
    pub scan_bytes_max: usize,
}

/// What came from a reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// A code.
    Scan(Scan),
    /// Something that is not a code; told, so that a person hears that the beep did not count.
    Unreadable(Unreadable),
}

/// A code as it was read, without prefix, suffix and symbology identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scan {
    /// Which kind of code, where the reader says so.
    pub symbology: Option<Symbology>,
    /// Its text, never empty. FNC1 within GS1 data is the character 1D.
    pub data: String,
}

/// Why a reading is not a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// Longer than the limit. Its data is dropped.
    TooLong {
        /// Bytes that came.
        bytes: usize,
        /// Bytes that are taken at most.
        bytes_max: usize,
    },
    /// A part of it was lost on the way, or the prefix that every code of this reader has is missing. What came is dropped:
    /// half a code may be another's whole one.
    Incomplete {
        /// Bytes that came.
        bytes: usize,
    },
    /// Not text: not in the encoding that the reader is set to, or with stray control characters. Line noise, a wrong baud
    /// rate, or a code in another encoding.
    NotText {
        /// The bytes as they came, at most [`ScannerCapabilities::scan_bytes_max`].
        bytes: Vec<u8>,
    },
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unreadable::TooLong { bytes, bytes_max } => {
                write!(
                    f,
                    "the scanned code is too long ({bytes} bytes; at most {bytes_max} are taken): scan another code"
                )
            }
            Unreadable::Incomplete { bytes } => write!(
                f,
                "a part of the scanned code is missing ({bytes} bytes came): scan again; if it stays so, check the scanner's \
                 cable and prefix"
            ),
            Unreadable::NotText { bytes } => write!(
                f,
                "the scanner sent {} bytes that are not text: scan again, or check its speed and settings",
                bytes.len()
            ),
        }
    }
}

/// The kinds of code that ISO/IEC 15424 tells apart, as far as a shop meets them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Symbology {
    /// EAN-13, UPC-A or UPC-E, given as 13 digits.
    Ean13,
    /// An EAN-13 with its two- or five-digit add-on behind it (15 or 18 digits), or the add-on alone.
    EanAddOn,
    /// EAN-8.
    Ean8,
    /// Code 39.
    Code39,
    /// Code 93.
    Code93,
    /// Code 128 without GS1 meaning.
    Code128,
    /// GS1-128.
    Gs1Code128,
    /// Interleaved 2 of 5.
    Itf,
    /// Codabar.
    Codabar,
    /// GS1 DataBar.
    DataBar,
    /// PDF417.
    Pdf417,
    /// Data Matrix without GS1 meaning.
    DataMatrix,
    /// GS1 DataMatrix.
    Gs1DataMatrix,
    /// QR code without GS1 meaning.
    Qr,
    /// GS1 QR code.
    Gs1Qr,
    /// Aztec.
    Aztec,
    /// DotCode without GS1 meaning.
    DotCode,
    /// GS1 DotCode.
    Gs1DotCode,
    /// Any other identifier, by its code character and its modifier.
    Other {
        /// For example `h` for Han Xin.
        code: u8,
        /// For example `0`.
        modifier: u8,
    },
}

impl Symbology {
    /// The symbology behind an AIM identifier `]cm`, given `c` and `m`. Modifiers that only tell of check digits or of escape
    /// sequences (ECI) make no other symbology; those that tell FNC1 in the first place do: it means GS1 data.
    pub fn from_aim(code: u8, modifier: u8) -> Symbology {
        match (code, modifier) {
            (b'E', b'0') => Symbology::Ean13,
            (b'E', b'1' | b'2' | b'3') => Symbology::EanAddOn,
            (b'E', b'4') => Symbology::Ean8,
            (b'A', _) => Symbology::Code39,
            (b'G', _) => Symbology::Code93,
            (b'C', b'1') => Symbology::Gs1Code128,
            (b'C', _) => Symbology::Code128,
            (b'I', _) => Symbology::Itf,
            (b'F', _) => Symbology::Codabar,
            // 1 and 2 are parts of a composite symbol, 3 one that is no GS1 data.
            (b'e', b'0') => Symbology::DataBar,
            (b'L', _) => Symbology::Pdf417,
            (b'd', b'2' | b'5') => Symbology::Gs1DataMatrix,
            (b'd', _) => Symbology::DataMatrix,
            (b'Q', b'3' | b'4') => Symbology::Gs1Qr,
            (b'Q', _) => Symbology::Qr,
            (b'z', _) => Symbology::Aztec,
            (b'J', b'1' | b'4') => Symbology::Gs1DotCode,
            (b'J', _) => Symbology::DotCode,
            (code, modifier) => Symbology::Other { code, modifier },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_name_the_symbologies_of_the_standard() {
        let named = [
            ("E0", Symbology::Ean13),
            ("E3", Symbology::EanAddOn),
            ("E4", Symbology::Ean8),
            ("A0", Symbology::Code39),
            ("C0", Symbology::Code128),
            ("C1", Symbology::Gs1Code128),
            ("e0", Symbology::DataBar),
            ("d1", Symbology::DataMatrix),
            ("d2", Symbology::Gs1DataMatrix),
            ("Q1", Symbology::Qr),
            ("Q3", Symbology::Gs1Qr),
            ("J0", Symbology::DotCode),
            ("J1", Symbology::Gs1DotCode),
            ("L2", Symbology::Pdf417),
            ("z0", Symbology::Aztec),
            ("h0", Symbology::Other { code: b'h', modifier: b'0' }),
        ];
        for (aim, symbology) in named {
            let [code, modifier] = aim.as_bytes() else { panic!("{aim} is no identifier") };
            assert_eq!(Symbology::from_aim(*code, *modifier), symbology, "]{aim}");
        }
    }
}
