//! How displays are set up.

use std::sync::Arc;

use hal::{DeviceError, LineDisplay};
use serde::Deserialize;

use super::cd5220::{Cd5220, WriteBy};
use super::driver::{DisplayLanguage, SerialDisplay};
use super::led8::{Lamps, Led8};
use super::text::Letters;
use crate::registry::{ConfigError, Driver, check_line, check_range, refuse};
use crate::tally::{Counted, Tally};
use crate::transport::{Bits, SerialPort};

/// Two lines of letters, by the commands of the CD5220.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cd5220Config {
    /// What people call it.
    #[serde(default = "display_name")]
    pub name: String,
    /// Device file, of a display on a wire of its own.
    pub path: Option<String>,
    /// Name of the printer on whose wire it hangs instead.
    pub printer: Option<String>,
    /// Bits per second.
    #[serde(default = "baud_of_letters")]
    pub baud: u32,
    /// Data bits and parity.
    #[serde(default)]
    pub bits: Bits,
    /// Letters on a line.
    #[serde(default = "columns_usual")]
    pub columns: u8,
    /// `"ascii"` (the default), `"gbk"` or `"gb18030"`.
    #[serde(default)]
    pub letters: Letters,
    /// `"string"` (the default) or `"cursor"`.
    #[serde(default)]
    pub write: WriteBy,
}

/// A row of eight digits.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Led8Config {
    /// What people call it.
    #[serde(default = "display_name")]
    pub name: String,
    /// Device file, of a display on a wire of its own.
    pub path: Option<String>,
    /// Name of the printer on whose wire it hangs instead.
    pub printer: Option<String>,
    /// Bits per second.
    #[serde(default = "baud_of_digits")]
    pub baud: u32,
    /// Data bits and parity.
    #[serde(default)]
    pub bits: Bits,
    /// `"digit"` (the default), `"number"` or `"none"`.
    #[serde(default)]
    pub lamps: Lamps,
}

/// Where a display hangs.
struct Hung<'a> {
    name: &'a str,
    path: &'a Option<String>,
    printer: &'a Option<String>,
    baud: u32,
    bits: Bits,
}

impl Hung<'_> {
    fn port(&self) -> SerialPort {
        SerialPort { path: self.path.clone().unwrap_or_default(), baud: self.baud, bits: self.bits }
    }

    fn check(&self) -> Result<(), ConfigError> {
        match (self.path, self.printer) {
            (Some(_), None) => check_line(self.name, &self.port()),
            (None, Some(_)) => Ok(()),
            _ => {
                refuse(self.name, "either path (a wire of its own) or printer (the printer it hangs on) must be given")
            }
        }
    }

    fn open(&self, language: DisplayLanguage, tally: &Arc<Tally>) -> Result<Box<dyn LineDisplay>, DeviceError> {
        if self.path.is_none() {
            return Err(DeviceError::Refused("a display on a printer's wire is reached through the printer"));
        }
        let wire = Counted::new(self.port().open()?, tally);
        Ok(Box::new(SerialDisplay::new(wire, language)))
    }
}

impl Cd5220Config {
    /// What it speaks.
    pub fn language(&self) -> DisplayLanguage {
        let Cd5220Config { columns, letters, write, .. } = *self;
        DisplayLanguage::Cd5220(Cd5220 { columns, letters, write })
    }

    fn hung(&self) -> Hung<'_> {
        let Cd5220Config { name, path, printer, baud, bits, .. } = self;
        Hung { name, path, printer, baud: *baud, bits: *bits }
    }
}

impl Driver<Box<dyn LineDisplay>> for Cd5220Config {
    fn name(&self) -> &str {
        &self.name
    }

    fn claims(&self) -> Option<&str> {
        self.path.as_deref()
    }

    fn check(&self) -> Result<(), ConfigError> {
        self.hung().check()?;
        check_range(&self.name, "columns", self.columns, 16..=40)
    }

    fn open(&self, tally: &Arc<Tally>) -> Result<Box<dyn LineDisplay>, DeviceError> {
        self.hung().open(self.language(), tally)
    }
}

impl Led8Config {
    /// What it speaks.
    pub fn language(&self) -> DisplayLanguage {
        DisplayLanguage::Led8(Led8 { lamps: self.lamps })
    }

    fn hung(&self) -> Hung<'_> {
        let Led8Config { name, path, printer, baud, bits, .. } = self;
        Hung { name, path, printer, baud: *baud, bits: *bits }
    }
}

impl Driver<Box<dyn LineDisplay>> for Led8Config {
    fn name(&self) -> &str {
        &self.name
    }

    fn claims(&self) -> Option<&str> {
        self.path.as_deref()
    }

    fn check(&self) -> Result<(), ConfigError> {
        self.hung().check()
    }

    fn open(&self, tally: &Arc<Tally>) -> Result<Box<dyn LineDisplay>, DeviceError> {
        self.hung().open(self.language(), tally)
    }
}

fn display_name() -> String {
    "display".to_owned()
}

fn baud_of_letters() -> u32 {
    9600
}

fn baud_of_digits() -> u32 {
    2400
}

fn columns_usual() -> u8 {
    20
}
