//! How an ESC/POS printer is set up.

use std::sync::Arc;

use hal::{Completion, DeviceError, Printer};
use serde::Deserialize;

use super::{DrawerPin, EscposPrinter, Hanzi, Profile, StatusMeans};
use crate::registry::{ConfigError, Driver, check_line, check_range, refuse};
use crate::tally::{Counted, Tally};
use crate::transport::SerialPort;

/// An ESC/POS printer. What is not said is what the width implies.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EscposConfig {
    /// What people call it.
    #[serde(default = "printer_name")]
    pub name: String,
    /// Device file.
    pub path: String,
    /// Bits per second.
    #[serde(default = "baud_usual")]
    pub baud: u32,
    /// Width of the paper, 58 or 80 mm.
    pub width_mm: u8,
    /// Columns, where they are not 32 on 58 mm or 48 on 80 mm.
    pub columns: Option<u8>,
    /// Dots on a line, where they are not 384 or 576 (512 with 42 columns).
    pub dots: Option<u16>,
    /// `"gbk"` (the default) or `"gb18030"` for a printer with the four-byte characters too.
    #[serde(default)]
    pub hanzi: Hanzi,
    /// `"asb"` (the default), `"poll"` or `"none"`.
    #[serde(default)]
    pub status: StatusMeans,
    /// `"fence"` (the default), `"process-id"` (Epson and faithful others) or `"sent"`.
    #[serde(default)]
    pub completion: CompletionConfig,
    /// Whether it has a knife; by default those for 80 mm do.
    pub cuts: Option<bool>,
    /// Whether it knows the real-time commands `DLE DC4`; Epson and faithful others do.
    #[serde(default)]
    pub realtime: bool,
    /// The drawer that hangs on it: said by the drawer's own table.
    #[serde(skip)]
    pub drawer: Option<DrawerPin>,
}

/// How a printer tells that a job is on paper; see [`Completion`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CompletionConfig {
    /// By `GS ( H`.
    ProcessId,
    /// By `GS r`.
    #[default]
    Fence,
    /// Not at all.
    Sent,
}

impl EscposConfig {
    fn port(&self) -> SerialPort {
        SerialPort { path: self.path.clone(), baud: self.baud, ..SerialPort::default() }
    }

    /// What the driver needs to know of this printer.
    pub fn profile(&self) -> Profile {
        let usual = if self.width_mm == 58 { Profile::MM58 } else { Profile::MM80 };
        let columns = self.columns.unwrap_or(usual.columns);
        let dots_usual = if columns == 42 { 512 } else { usual.dots };
        Profile {
            columns,
            dots: self.dots.unwrap_or(dots_usual),
            hanzi: self.hanzi,
            status: self.status,
            completion: match self.completion {
                CompletionConfig::ProcessId => Completion::ProcessId,
                CompletionConfig::Fence => Completion::Fence,
                CompletionConfig::Sent => Completion::Sent,
            },
            cuts: self.cuts.unwrap_or(usual.cuts),
            realtime: self.realtime,
            drawer: self.drawer,
        }
    }
}

impl Driver<Box<dyn Printer>> for EscposConfig {
    fn name(&self) -> &str {
        &self.name
    }

    fn claims(&self) -> Option<&str> {
        Some(&self.path)
    }

    fn check(&self) -> Result<(), ConfigError> {
        check_line(&self.name, &self.port())?;
        if self.width_mm != 58 && self.width_mm != 80 {
            return refuse(&self.name, "width_mm must be 58 or 80");
        }
        let profile = self.profile();
        check_range(&self.name, "columns", profile.columns, 20..=64)?;
        check_range(&self.name, "dots", profile.dots, 240..=832)
    }

    fn open(&self, tally: &Arc<Tally>) -> Result<Box<dyn Printer>, DeviceError> {
        let wire = Counted::new(self.port().open()?, tally);
        Ok(Box::new(EscposPrinter::new(wire, self.profile())))
    }
}

fn printer_name() -> String {
    "printer".to_owned()
}

fn baud_usual() -> u32 {
    9600
}
