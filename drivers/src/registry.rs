//! The one visible list of drivers, chosen by the till's device file.
//!
//! ```
//! let config = drivers::registry::DeviceConfig::from_toml(r#"
//!     [[scanner]]
//!     driver = "serial"
//!     path = "/dev/serial/by-id/usb-Honeywell-if00"
//!     baud = 115200
//!     suffix = "\r\n"
//!
//!     [[printer]]
//!     name = "receipt"
//!     driver = "escpos"
//!     path = "/dev/ttyUSB0"
//!     baud = 19200
//!     width_mm = 58
//!
//!     [[drawer]]
//!     driver = "printer"
//!     open_when = "high"
//! "#)?;
//! assert_eq!(config.printer.len(), 1);
//! # Ok::<(), drivers::registry::ConfigError>(())
//! ```

use std::collections::HashSet;
use std::ops::RangeInclusive;
use std::time::Duration;

use hal::{Completion, DeviceError, Printer, Scanner};
use serde::Deserialize;

use crate::printer::escpos::{DrawerPin, EscposPrinter, Hanzi, Profile, StatusMeans};
use crate::scanner::serial::{Framing, SerialScanner, Suffix};
use crate::transport::SerialPort;

/// Devices that one till may have.
pub const DEVICES_MAX: usize = 16;
/// Speeds of a serial line that some device has, in bits per second; 0 would hang the line up.
const BAUD: RangeInclusive<u32> = 300..=4_000_000;
/// Pauses that can end a code, in milliseconds: a shorter one would end it between two bytes.
const IDLE_GAP_MS: RangeInclusive<u16> = 10..=5000;

/// All devices of a till.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceConfig {
    /// Scanners; all are equal.
    #[serde(default)]
    pub scanner: Vec<ScannerConfig>,
    /// Printers; the first prints receipts.
    #[serde(default)]
    pub printer: Vec<PrinterConfig>,
    /// Drawers; the first is the till's.
    #[serde(default)]
    pub drawer: Vec<DrawerConfig>,
}

/// Drivers of scanners.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "driver")]
pub enum ScannerConfig {
    /// Serial line, or USB in serial mode.
    #[serde(rename = "serial")]
    Serial(SerialScannerConfig),
}

/// Drivers of printers.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "driver")]
pub enum PrinterConfig {
    /// ESC/POS over a serial line, or USB in serial mode.
    #[serde(rename = "escpos")]
    Escpos(EscposConfig),
}

/// Drivers of drawers.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "driver")]
pub enum DrawerConfig {
    /// Hangs on a printer of this till.
    #[serde(rename = "printer")]
    Printer(PrinterDrawerConfig),
}

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
    /// Whether a leading AIM identifier is taken for one.
    #[serde(default = "yes")]
    pub aim: bool,
}

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

/// A drawer on a printer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrinterDrawerConfig {
    /// What people call it.
    #[serde(default = "drawer_name")]
    pub name: String,
    /// Name of its printer; the first one when not said.
    pub printer: Option<String>,
    /// Connector pin, 2 or 5.
    #[serde(default = "pin_usual")]
    pub pin: u8,
    /// Level of the switch that means open, `"high"` or `"low"`: it differs by drawer. Not said: nobody knows whether it is open.
    pub open_when: Option<Level>,
}

/// A pin's level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Under voltage.
    High,
    /// Without.
    Low,
}

/// What is wrong with a device file, in words for who installs it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// Not TOML, or a key or a driver that does not exist.
    #[error("failed reading the device file: {0}")]
    Syntax(String),
    /// A value that cannot be.
    #[error("failed setting up {device}: {what}")]
    Value {
        /// Whose.
        device: String,
        /// What is wrong and what can be.
        what: String,
    },
}

impl DeviceConfig {
    /// Reads and checks a device file.
    ///
    /// # Errors
    /// [`ConfigError`], with the line or the device that is wrong.
    pub fn from_toml(text: &str) -> Result<DeviceConfig, ConfigError> {
        let config: DeviceConfig = toml::from_str(text).map_err(|error| ConfigError::Syntax(error.to_string()))?;
        config.check()?;
        Ok(config)
    }

    /// Checks what the types do not.
    ///
    /// # Errors
    /// [`ConfigError::Value`] with the first device that is wrong.
    pub fn check(&self) -> Result<(), ConfigError> {
        let mut names = HashSet::new();
        for name in self.names() {
            if name.is_empty() || name.len() > 64 || !names.insert(name) {
                return refuse(name, "its name must be one of its own, of 1 to 64 letters");
            }
        }
        if names.len() > DEVICES_MAX {
            return refuse("the devices", format!("there are {}, at most {DEVICES_MAX} can be used", names.len()));
        }
        for ScannerConfig::Serial(scanner) in &self.scanner {
            scanner.check()?;
        }
        for PrinterConfig::Escpos(printer) in &self.printer {
            printer.check()?;
        }
        let mut paths = HashSet::new();
        for (name, path) in self.paths() {
            if !paths.insert(path) {
                return refuse(name, format!("another device is on {path} already"));
            }
        }
        for DrawerConfig::Printer(drawer) in &self.drawer {
            if drawer.pin != 2 && drawer.pin != 5 {
                return refuse(&drawer.name, "pin must be 2 or 5");
            }
            let Some(printer) = self.printer_of(drawer) else {
                return refuse(&drawer.name, "its printer is not in the device file");
            };
            if self.drawer_on(printer) != Some(drawer) {
                return refuse(&drawer.name, "its printer has another drawer already");
            }
        }
        Ok(())
    }

    /// The printer that a drawer hangs on.
    pub fn printer_of(&self, drawer: &PrinterDrawerConfig) -> Option<&PrinterConfig> {
        match &drawer.printer {
            Some(name) => self.printer.iter().find(|printer| printer.name() == name),
            None => self.printer.first(),
        }
    }

    /// The drawer that hangs on a printer.
    pub fn drawer_on(&self, printer: &PrinterConfig) -> Option<&PrinterDrawerConfig> {
        let mut drawers = self.drawer.iter().map(|DrawerConfig::Printer(drawer)| drawer);
        drawers.find(|drawer| self.printer_of(drawer).is_some_and(|owner| owner.name() == printer.name()))
    }

    fn paths(&self) -> impl Iterator<Item = (&str, &str)> {
        let scanners = self.scanner.iter().map(|ScannerConfig::Serial(config)| (&*config.name, &*config.path));
        scanners.chain(self.printer.iter().map(|PrinterConfig::Escpos(config)| (&*config.name, &*config.path)))
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        let scanners = self.scanner.iter().map(ScannerConfig::name);
        let drawers = self.drawer.iter().map(|DrawerConfig::Printer(drawer)| drawer.name.as_str());
        scanners.chain(self.printer.iter().map(PrinterConfig::name)).chain(drawers)
    }
}

impl ScannerConfig {
    /// What people call it.
    pub fn name(&self) -> &str {
        let ScannerConfig::Serial(config) = self;
        &config.name
    }

    /// Connects the scanner.
    ///
    /// # Errors
    /// [`DeviceError::Unplugged`] or [`DeviceError::Opening`].
    pub fn open(&self) -> Result<Box<dyn Scanner>, DeviceError> {
        let ScannerConfig::Serial(config) = self;
        let transport = SerialPort { path: config.path.clone(), baud: config.baud }.open()?;
        let framing =
            Framing { suffix: config.suffix, envelope: config.envelope, aim: config.aim, ..Framing::default() };
        let gap_max = Duration::from_millis(config.idle_gap_ms.into());
        Ok(Box::new(SerialScanner::new(transport, framing, gap_max)))
    }
}

impl PrinterConfig {
    /// What people call it.
    pub fn name(&self) -> &str {
        let PrinterConfig::Escpos(config) = self;
        &config.name
    }

    /// Connects the printer, with the drawer that hangs on it.
    ///
    /// # Errors
    /// [`DeviceError::Unplugged`] or [`DeviceError::Opening`].
    pub fn open(&self, drawer: Option<&PrinterDrawerConfig>) -> Result<Box<dyn Printer>, DeviceError> {
        let PrinterConfig::Escpos(config) = self;
        let transport = SerialPort { path: config.path.clone(), baud: config.baud }.open()?;
        let drawer = drawer.map(|drawer| DrawerPin { second: drawer.pin == 5, ..DrawerPin::default() });
        Ok(Box::new(EscposPrinter::new(transport, Profile { drawer, ..config.profile() })))
    }
}

impl SerialScannerConfig {
    fn check(&self) -> Result<(), ConfigError> {
        check_line(&self.name, &self.path, self.baud)?;
        if !IDLE_GAP_MS.contains(&self.idle_gap_ms) {
            return refuse(&self.name, format!("idle_gap_ms must be {} to {}", IDLE_GAP_MS.start(), IDLE_GAP_MS.end()));
        }
        Ok(())
    }
}

impl EscposConfig {
    /// What the driver needs to know of this printer; the drawer is set up apart.
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
            drawer: None,
        }
    }

    fn check(&self) -> Result<(), ConfigError> {
        check_line(&self.name, &self.path, self.baud)?;
        if self.width_mm != 58 && self.width_mm != 80 {
            return refuse(&self.name, "width_mm must be 58 or 80");
        }
        let profile = self.profile();
        if !(20..=64).contains(&profile.columns) {
            return refuse(&self.name, "columns must be 20 to 64");
        }
        if !(240..=832).contains(&profile.dots) {
            return refuse(&self.name, "dots must be 240 to 832");
        }
        Ok(())
    }
}

fn check_line(device: &str, path: &str, baud: u32) -> Result<(), ConfigError> {
    if path.is_empty() {
        return refuse(device, "path must name a device file");
    }
    if !BAUD.contains(&baud) {
        return refuse(device, format!("baud must be {} to {}", BAUD.start(), BAUD.end()));
    }
    Ok(())
}

fn refuse<T>(device: &str, what: impl Into<String>) -> Result<T, ConfigError> {
    Err(ConfigError::Value { device: device.to_owned(), what: what.into() })
}

fn scanner_name() -> String {
    "scanner".to_owned()
}

fn printer_name() -> String {
    "printer".to_owned()
}

fn drawer_name() -> String {
    "drawer".to_owned()
}

fn baud_usual() -> u32 {
    9600
}

fn gap_usual() -> u16 {
    50
}

fn pin_usual() -> u8 {
    2
}

fn yes() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_device_file_is_refused_in_words() {
        let check = |text: &str, words: &str| {
            let error = DeviceConfig::from_toml(text).expect_err(text).to_string();
            assert!(error.contains(words), "{error}");
        };
        check("[[scanner]]\ndriver = \"sreial\"\npath = \"x\"", "sreial");
        check("[[scanner]]\ndriver = \"serial\"\npath = \"x\"\nspeed = 1", "speed");
        check("[[scanner]]\ndriver = \"serial\"\npath = \"x\"\nbaud = 0", "300 to 4000000");
        check("[[scanner]]\ndriver = \"serial\"\npath = \"x\"\nidle_gap_ms = 0", "10 to 5000");
        check("[[scanner]]\ndriver = \"serial\"\npath = \"\"", "must name a device file");
        let one = "driver = \"serial\"\npath = \"x\"\n";
        check(&format!("[[scanner]]\n{one}[[scanner]]\nname = \"b\"\n{one}"), "another device is on x already");
        check("[[printer]]\ndriver = \"escpos\"\npath = \"x\"\nwidth_mm = 76", "58 or 80");
        check("[[printer]]\ndriver = \"escpos\"\npath = \"x\"\nwidth_mm = 58\ncolumns = 3", "20 to 64");
        check("[[drawer]]\ndriver = \"printer\"", "its printer is not in the device file");
        let one = "[[scanner]]\ndriver = \"serial\"\npath = \"x\"\n";
        check(&one.repeat(2), "one of its own");
        assert_eq!(DeviceConfig::from_toml(""), Ok(DeviceConfig::default()));
    }

    #[test]
    fn the_width_implies_the_rest() {
        let profile = |rest: &str| {
            let text = format!("[[printer]]\ndriver = \"escpos\"\npath = \"x\"\n{rest}");
            let PrinterConfig::Escpos(config) = &DeviceConfig::from_toml(&text).expect("a printer").printer[0];
            let profile = config.profile();
            (profile.columns, profile.dots, profile.cuts)
        };
        assert_eq!(profile("width_mm = 58"), (32, 384, false));
        assert_eq!(profile("width_mm = 80"), (48, 576, true));
        assert_eq!(profile("width_mm = 80\ncolumns = 42"), (42, 512, true));
    }
}
