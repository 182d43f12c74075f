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
//!
//! A driver is a module beside its like that implements [`Driver`] for its settings, and a line below.

mod driver;

use std::collections::HashSet;

use hal::{Printer, Scanner};
use serde::Deserialize;

use crate::drawer::PrinterDrawerConfig;
use crate::printer::escpos::{DrawerPin, EscposConfig};
use crate::scanner::serial::SerialScannerConfig;

pub use driver::{ConfigError, Driver};
pub(crate) use driver::{check_line, check_path, check_range, drivers, refuse};

/// Devices that one till may have.
pub const DEVICES_MAX: usize = 16;

drivers! {
    /// Drivers of scanners.
    ScannerConfig opens Box<dyn Scanner> {
        /// Serial line, or USB in serial mode.
        "serial" => Serial(SerialScannerConfig),
    }
}

drivers! {
    /// Drivers of printers.
    PrinterConfig opens Box<dyn Printer> {
        /// ESC/POS.
        "escpos" => Escpos(EscposConfig),
    }
}

impl PrinterConfig {
    /// The same printer with the drawer that hangs on it.
    pub fn with_drawer(&self, drawer: Option<&PrinterDrawerConfig>) -> PrinterConfig {
        let PrinterConfig::Escpos(config) = self;
        let drawer = drawer.map(|drawer| DrawerPin { second: drawer.pin == 5, ..DrawerPin::default() });
        PrinterConfig::Escpos(EscposConfig { drawer, ..config.clone() })
    }
}

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

/// Drivers of drawers.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "driver")]
pub enum DrawerConfig {
    /// Hangs on a printer of this till.
    #[serde(rename = "printer")]
    Printer(PrinterDrawerConfig),
}

impl DrawerConfig {
    /// What people call it.
    pub fn name(&self) -> &str {
        match self {
            DrawerConfig::Printer(drawer) => &drawer.name,
        }
    }
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
        self.scanner.iter().try_for_each(Driver::check)?;
        self.printer.iter().try_for_each(Driver::check)?;
        let mut claimed = HashSet::new();
        for (name, claim) in self.claims() {
            if !claimed.insert(claim) {
                return refuse(name, format!("another device is on {claim} already"));
            }
        }
        self.check_printer_drawers()
    }

    fn check_printer_drawers(&self) -> Result<(), ConfigError> {
        for DrawerConfig::Printer(drawer) in &self.drawer {
            drawer.check()?;
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

    /// What devices hold for themselves alone, with their names.
    fn claims(&self) -> impl Iterator<Item = (&str, &str)> {
        let scanners = self.scanner.iter().map(|device| (device.name(), device.claims()));
        let printers = self.printer.iter().map(|device| (device.name(), device.claims()));
        scanners.chain(printers).filter_map(|(name, claim)| Some((name, claim?)))
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        let scanners = self.scanner.iter().map(Driver::name);
        scanners.chain(self.printer.iter().map(Driver::name)).chain(self.drawer.iter().map(DrawerConfig::name))
    }
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
