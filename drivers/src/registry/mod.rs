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

mod display;
mod driver;
#[cfg(test)]
mod pages;
mod pins;
mod scale;

use std::collections::HashSet;

use hal::{DeviceClass, PaymentPort, Printer, Scanner};
use providers::alipay::AlipaySettings;
use providers::relay::RelaySettings;
use providers::wechat::WechatSettings;
use providers::wechat_v2::WechatV2Settings;
use serde::Deserialize;

use crate::drawer::{GpioDrawerConfig, PrinterDrawerConfig};
use crate::payment::zvt::ZvtConfig;
use crate::printer::escpos::{DrawerPin, EscposConfig};
use crate::scanner::camera::CameraConfig;
use crate::scanner::hid::HidScannerConfig;
use crate::scanner::serial::SerialScannerConfig;
use crate::scanner::wedge::WedgeScannerConfig;
use crate::speaker::{ProgramSpeakerConfig, Speaker};

pub use display::DisplayConfig;
pub use driver::{ConfigError, Driver, check_line};
pub(crate) use driver::{check_path, check_range, drivers, refuse};
pub use pins::{BaggingConfig, IndicatorConfig};
pub use providers::relay::PlatformLink;
pub use scale::ScaleConfig;

/// Devices that one till may have.
pub const DEVICES_MAX: usize = 16;

drivers! {
    /// Drivers of scanners.
    ScannerConfig opens Box<dyn Scanner> {
        /// Serial line, or USB in serial mode.
        "serial" => Serial(SerialScannerConfig),
        /// Plays keyboard.
        "wedge" => Wedge(WedgeScannerConfig),
        /// USB's point-of-sale class.
        "hid" => Hid(HidScannerConfig),
        /// Camera.
        "camera" => Camera(CameraConfig),
    }
}

drivers! {
    /// Drivers of printers.
    PrinterConfig opens Box<dyn Printer> {
        /// ESC/POS.
        "escpos" => Escpos(EscposConfig),
    }
}

drivers! {
    /// Drivers of payment providers and card terminals.
    PaymentConfig opens Box<dyn PaymentPort> {
        /// WeChat Pay v3, with the merchant's keys on this till.
        "wechat" => Wechat(WechatSettings),
        /// WeChat Pay v2, for old merchants.
        "wechat-v2" => WechatV2(WechatV2Settings),
        /// Alipay, with the merchant's keys on this till.
        "alipay" => Alipay(AlipaySettings),
        /// Providers whose keys lie behind the platform.
        "platform" => Platform(RelaySettings),
        /// A card terminal that speaks ZVT.
        "zvt" => Zvt(ZvtConfig),
    }
}

drivers! {
    /// Drivers of loudspeakers.
    SpeakerConfig opens Speaker {
        /// Programs that play and speak.
        "program" => Program(ProgramSpeakerConfig),
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
    /// Scales that goods are sold by; the first is the till's.
    #[serde(default)]
    pub scale: Vec<ScaleConfig>,
    /// Displays for the shopper; all show the same.
    #[serde(default)]
    pub display: Vec<DisplayConfig>,
    /// Payment providers and card terminals; a payment goes to the first that moves its kind.
    #[serde(default)]
    pub payment: Vec<PaymentConfig>,
    /// Lights, beepers and buttons of a kiosk.
    #[serde(default)]
    pub indicator: Vec<IndicatorConfig>,
    /// Scales under bagging areas; nothing is sold by them.
    #[serde(default)]
    pub bagging: Vec<BaggingConfig>,
    /// Loudspeakers; all are heard.
    #[serde(default)]
    pub speaker: Vec<SpeakerConfig>,
    /// The lane between self-checkouts and the attendant's till.
    #[serde(default)]
    pub attend: AttendConfig,
    /// What the shop sets for a self-checkout.
    #[serde(default)]
    pub kiosk: KioskConfig,
}

/// The lane between self-checkouts and the attendant's till, on the shop's own network.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttendConfig {
    /// On the till: where it listens, `HOST:PORT`.
    pub listen: Option<String>,
    /// On the self-checkout: the till, `HOST:PORT`.
    pub till: Option<String>,
}

/// What the shop sets for a self-checkout.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KioskConfig {
    /// What may be lost on a basket on average, in minor units.
    pub loss_bound: Option<i64>,
    /// The picture of the attract screen: a file.
    pub picture: Option<String>,
    /// Whether a staff card opens it without a PIN.
    pub opens_by_card: Option<bool>,
}

/// Drivers of drawers.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "driver")]
pub enum DrawerConfig {
    /// Hangs on a printer of this till.
    #[serde(rename = "printer")]
    Printer(PrinterDrawerConfig),
    /// Hangs on pins.
    #[serde(rename = "gpio")]
    Gpio(GpioDrawerConfig),
}

impl DrawerConfig {
    /// Its driver's name in the device file.
    pub fn driver_name(&self) -> &'static str {
        match self {
            DrawerConfig::Printer(_) => "printer",
            DrawerConfig::Gpio(_) => "gpio",
        }
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        match self {
            DrawerConfig::Printer(drawer) => &drawer.name,
            DrawerConfig::Gpio(drawer) => &drawer.name,
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
        for Entry { name, .. } in self.devices() {
            if name.is_empty() || name.len() > 64 || !names.insert(name) {
                return refuse(name, "its name must be one of its own, of 1 to 64 letters");
            }
        }
        if names.len() > DEVICES_MAX {
            return refuse("the devices", format!("there are {}, at most {DEVICES_MAX} can be used", names.len()));
        }
        self.scanner.iter().try_for_each(Driver::check)?;
        self.printer.iter().try_for_each(Driver::check)?;
        self.scale.iter().try_for_each(Driver::check)?;
        self.display.iter().try_for_each(Driver::check)?;
        self.payment.iter().try_for_each(Driver::check)?;
        let mut claimed = HashSet::new();
        for Entry { name, claims, .. } in self.devices() {
            if let Some(claim) = claims
                && !claimed.insert(claim)
            {
                return refuse(name, format!("another device is on {claim} already"));
            }
        }
        self.indicator.iter().try_for_each(Driver::check)?;
        self.bagging.iter().try_for_each(Driver::check)?;
        self.speaker.iter().try_for_each(Driver::check)?;
        self.check_attend()?;
        self.check_drawers()?;
        self.check_printer_displays()?;
        self.check_pins()
    }

    fn check_attend(&self) -> Result<(), ConfigError> {
        let is_address = |text: &String| text.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
        if self.attend.listen.iter().chain(&self.attend.till).any(|address| !is_address(address)) {
            return refuse("attend", "its address is HOST:PORT, such as 192.168.1.20:7411");
        }
        match self.kiosk.loss_bound {
            Some(bound) if !(0..=1_000_000).contains(&bound) => refuse("kiosk", "loss_bound is 0 to 1000000"),
            _ => Ok(()),
        }
    }

    fn check_drawers(&self) -> Result<(), ConfigError> {
        for drawer in &self.drawer {
            let drawer = match drawer {
                DrawerConfig::Printer(drawer) => drawer,
                DrawerConfig::Gpio(drawer) => {
                    drawer.check()?;
                    continue;
                }
            };
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
        let mut drawers = self.drawer.iter().filter_map(|drawer| match drawer {
            DrawerConfig::Printer(drawer) => Some(drawer),
            DrawerConfig::Gpio(_) => None,
        });
        drawers.find(|drawer| self.printer_of(drawer).is_some_and(|owner| owner.name() == printer.name()))
    }

    /// The same devices, with the way to the platform for those that need it: it stands in no file.
    pub fn with_platform(mut self, link: Option<&PlatformLink>) -> DeviceConfig {
        for payment in &mut self.payment {
            if let PaymentConfig::Platform(relay) = payment {
                relay.link = link.cloned();
            }
        }
        self
    }

    /// Whether a device needs the way to the platform.
    pub fn asks_platform(&self) -> bool {
        self.payment.iter().any(|payment| matches!(payment, PaymentConfig::Platform(_)))
    }

    /// Every device of the file, class by class.
    pub fn devices(&self) -> Vec<Entry<'_>> {
        let mut devices = Vec::new();
        let mut add = |class, driver, name, claims| devices.push(Entry { class, driver, name, claims });
        for device in &self.scanner {
            add(DeviceClass::Scanner, device.driver_name(), device.name(), device.claims());
        }
        for device in &self.printer {
            add(DeviceClass::Printer, device.driver_name(), device.name(), device.claims());
        }
        for device in &self.drawer {
            add(DeviceClass::Drawer, device.driver_name(), device.name(), None);
        }
        for device in &self.scale {
            add(DeviceClass::Scale, device.driver_name(), device.name(), device.claims());
        }
        for device in &self.display {
            add(DeviceClass::Display, device.driver_name(), device.name(), device.claims());
        }
        for device in &self.payment {
            add(DeviceClass::Payment, device.driver_name(), device.name(), device.claims());
        }
        for device in &self.indicator {
            add(DeviceClass::Indicator, device.driver_name(), device.name(), device.claims());
        }
        for device in &self.bagging {
            add(DeviceClass::Bagging, device.driver_name(), device.name(), device.claims());
        }
        for device in &self.speaker {
            add(DeviceClass::Speaker, device.driver_name(), device.name(), device.claims());
        }
        devices
    }
}

/// One device of a device file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// What it is.
    pub class: DeviceClass,
    /// Its driver's name.
    pub driver: &'static str,
    /// What people call it.
    pub name: &'a str,
    /// What it holds for itself alone, such as a device file or an address.
    pub claims: Option<&'a str>,
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
        let speaker = |rest: &str| format!("[[speaker]]\ndriver = \"program\"\n{rest}");
        check(&speaker("volume = 101"), "volume must be 0 to 100");
        check(&speaker("play = []\nspeak = []"), "name a program");
        check(&speaker("play = [\"\"]"), "play must be a program");
        check(&speaker("voices = { en = \"-x\" }"), "must not begin with -");
        assert_eq!(DeviceConfig::from_toml(""), Ok(DeviceConfig::default()));
    }

    #[test]
    fn the_width_implies_the_rest() {
        let profile = |rest: &str| {
            let text = format!("[[printer]]\ndriver = \"escpos\"\npath = \"x\"\n{rest}");
            let PrinterConfig::Escpos(config) = &DeviceConfig::from_toml(&text).expect("a printer").printer[0];
            let profile = config.profile();
            (profile.columns, profile.dots, profile.capabilities().cuts)
        };
        assert_eq!(profile("width_mm = 58"), (32, 384, false));
        assert_eq!(profile("width_mm = 80"), (48, 576, true));
        assert_eq!(profile("width_mm = 80\ncolumns = 42"), (42, 512, true));
    }
}
