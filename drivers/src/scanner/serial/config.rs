//! How a serial scanner is set up.

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use hal::{DeviceError, Scanner};
use serde::Deserialize;

use super::{Framing, SerialScanner, Suffix};
use crate::registry::{ConfigError, Driver, check_line, check_range};
use crate::scanner::code::check_reading;
use crate::scanner::repeat::without_repeats;
use crate::scanner::{CodeRules, Encoding};
use crate::tally::{Counted, Tally};
use crate::transport::SerialPort;

/// Pauses that can end a code, in milliseconds: a shorter one would end it between two bytes.
const IDLE_GAP_MS: RangeInclusive<u16> = 10..=5000;

/// A serial scanner.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SerialScannerConfig {
    /// What people call it.
    #[serde(default = "scanner_name")]
    pub name: String,
    /// Device file.
    pub path: String,
    /// Bits per second.
    #[serde(default = "baud_usual")]
    pub baud: u32,
    /// The end of a code: `"auto"` (CR, LF or both), `"\r"`, `"\n"`, `"\r\n"`, `"\t"` or `""`.
    #[serde(default)]
    pub suffix: Suffix,
    /// A pause that ends a code too, in milliseconds.
    #[serde(default = "gap_usual")]
    pub idle_gap_ms: u16,
    /// Whether STX and ETX stand around a code.
    #[serde(default)]
    pub envelope: bool,
    /// What the scanner puts before every code; it is taken off, and what comes without it is no code.
    #[serde(default)]
    pub prefix: String,
    /// Whether a leading AIM identifier is taken for one.
    #[serde(default = "yes")]
    pub aim: bool,
    /// The encoding of what is not ASCII: `"utf-8"` or `"gb18030"` (UTF-8 too).
    #[serde(default)]
    pub encoding: Encoding,
    /// The same code again within so many milliseconds of itself is a held trigger and dropped; 0 drops nothing.
    #[serde(default)]
    pub repeat_ms: u16,
}

impl SerialScannerConfig {
    fn port(&self) -> SerialPort {
        SerialPort { path: self.path.clone(), baud: self.baud, ..SerialPort::default() }
    }
}

impl Driver<Box<dyn Scanner>> for SerialScannerConfig {
    fn name(&self) -> &str {
        &self.name
    }

    fn claims(&self) -> Option<&str> {
        Some(&self.path)
    }

    fn check(&self) -> Result<(), ConfigError> {
        check_line(&self.name, &self.port())?;
        check_range(&self.name, "idle_gap_ms", self.idle_gap_ms, IDLE_GAP_MS)?;
        check_reading(&self.name, &self.prefix, self.repeat_ms)
    }

    fn open(&self, tally: &Arc<Tally>) -> Result<Box<dyn Scanner>, DeviceError> {
        let wire = Counted::new(self.port().open()?, tally);
        let prefix = self.prefix.clone().into_bytes();
        let rules = CodeRules { prefix, aim: self.aim, encoding: self.encoding, ..CodeRules::default() };
        let framing = Framing { suffix: self.suffix, envelope: self.envelope, rules };
        let gap_max = Duration::from_millis(self.idle_gap_ms.into());
        Ok(without_repeats(Box::new(SerialScanner::new(wire, framing, gap_max)), self.repeat_ms))
    }
}

fn scanner_name() -> String {
    "scanner".to_owned()
}

fn baud_usual() -> u32 {
    9600
}

fn gap_usual() -> u16 {
    50
}

fn yes() -> bool {
    true
}
