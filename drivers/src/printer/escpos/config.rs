//! How an ESC/POS printer is set up.

use std::path::Path;
use std::sync::Arc;

use hal::{DeviceError, Printer};
use serde::Deserialize;

use super::profile::{ChineseMode, CompletionConfig, Cutter, DrawerPin, Drawn, Encoding, Profile, StatusMeans};
use super::{EscposPrinter, Page};
use crate::printer::raster::{LogoError, logo};
use crate::registry::{ConfigError, Driver, check_line, check_path, check_range, refuse};
use crate::tally::{Counted, Tally};
use crate::transport::{LpPort, SerialPort, TcpPort, Transport, UsbPort};

/// Port of printers on the network where the address names none.
const TCP_PORT_USUAL: u16 = 9100;

/// An ESC/POS printer: where it is, and how it differs from its profile.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EscposConfig {
    /// What people call it.
    #[serde(default = "printer_name")]
    pub name: String,
    /// Device file of its serial line. One of the four ways is said.
    pub path: Option<String>,
    /// Device file of the kernel's USB printer driver, such as `/dev/usb/lp0`.
    pub usb_lp: Option<String>,
    /// USB without that driver: `vendor:product` or `vendor:product:serial`, see [`UsbPort`].
    pub usb: Option<String>,
    /// Network address, with a port where it is not 9100.
    pub address: Option<String>,
    /// Bits per second of a serial line.
    #[serde(default = "baud_usual")]
    pub baud: u32,
    /// Which printer it is, one of [`Profile::names`]; by its width when not said.
    pub profile: Option<String>,
    /// Width of the paper, 58 or 80 mm; may be left out beside a profile.
    pub width_mm: Option<u8>,
    /// Letters on a line.
    pub columns: Option<u8>,
    /// Dots on a line.
    pub dots: Option<u16>,
    /// Which letters it has.
    #[serde(alias = "hanzi")]
    pub encoding: Option<Encoding>,
    /// The number of its code page in `ESC t n`.
    pub page: Option<u8>,
    /// How its Chinese mode stands when it wakes up.
    pub chinese: Option<ChineseMode>,
    /// How it tells its status.
    pub status: Option<StatusMeans>,
    /// How it tells that a job is on paper.
    pub completion: Option<CompletionConfig>,
    /// Whether it has a knife.
    pub cuts: Option<bool>,
    /// What ends a receipt.
    pub cutter: Option<Cutter>,
    /// Who draws QR codes.
    pub qr: Option<Drawn>,
    /// Who draws bars.
    pub barcode: Option<Drawn>,
    /// Whether lines with letters that it lacks are drawn.
    #[serde(default = "draw_missing_usual")]
    pub draw_missing: bool,
    /// Rows of one picture command.
    pub band_rows: Option<u16>,
    /// Whether it knows the real-time commands `DLE DC4`; Epson and faithful others do.
    pub realtime: Option<bool>,
    /// A PNG that stands where receipts have the shop's logo.
    pub logo: Option<String>,
    /// The drawer that hangs on it: said by the drawer's own table.
    #[serde(skip)]
    pub drawer: Option<DrawerPin>,
}

/// Where a printer is.
enum Wire {
    Serial(SerialPort),
    Lp(LpPort),
    Usb(UsbPort),
    Tcp(TcpPort),
}

impl EscposConfig {
    /// What the driver needs to know of this printer, without its logo.
    pub fn profile(&self) -> Profile {
        let usual = Profile::of_width(self.width_mm.unwrap_or(80));
        let named = self.profile.as_deref().and_then(Profile::named);
        let mut profile = named.unwrap_or_else(|| usual.clone());
        if self.width_mm.is_some_and(|width| width != profile.width_mm) {
            profile = Profile { width_mm: usual.width_mm, columns: usual.columns, dots: usual.dots, ..profile };
        }
        if self.columns == Some(42) && self.profile.is_none() {
            profile.dots = 512;
        }
        let cutter = match (self.cutter, self.cuts, profile.cutter) {
            (Some(cutter), ..) => cutter,
            (None, Some(false), _) => Cutter::None,
            (None, Some(true), Cutter::None) => Cutter::Partial,
            (None, _, cutter) => cutter,
        };
        let encoding = self.encoding.unwrap_or(profile.encoding);
        let page_number = match (self.page, encoding) {
            (Some(number), _) => number,
            (None, Encoding::Page(page)) if encoding != profile.encoding => Page::usual_number(page),
            (None, _) => profile.page_number,
        };
        Profile {
            columns: self.columns.unwrap_or(profile.columns),
            dots: self.dots.unwrap_or(profile.dots),
            encoding,
            page_number,
            chinese: self.chinese.unwrap_or(profile.chinese),
            status: self.status.unwrap_or(profile.status),
            completion: self.completion.map_or(profile.completion, Into::into),
            cutter,
            qr: self.qr.unwrap_or(profile.qr),
            barcode: self.barcode.unwrap_or(profile.barcode),
            draws_missing: self.draw_missing,
            band_rows: self.band_rows.unwrap_or(profile.band_rows),
            realtime: self.realtime.unwrap_or(profile.realtime),
            drawer: self.drawer.map(|pin| pulsed(pin, profile.pulse)),
            ..profile
        }
    }

    /// The logo, where one is set up and can be read.
    ///
    /// # Errors
    /// [`LogoError`], in words for who installs the till. The printer prints without a logo then.
    pub fn read_logo(&self) -> Result<Option<domain::receipt::Picture>, LogoError> {
        self.logo.as_ref().map(|path| logo(Path::new(path), self.profile().dots.into())).transpose()
    }

    /// Where it is.
    fn wire(&self) -> Result<Wire, ConfigError> {
        let said = self.places().collect::<Vec<_>>();
        let (key, place) = match said[..] {
            [one] => one,
            [] => return refuse(&self.name, "one of path, usb_lp, usb and address must say where the printer is"),
            [(first, _), (second, _), ..] => {
                let words = format!("a printer is in one place: {first} and {second} cannot both be said");
                return refuse(&self.name, words);
            }
        };
        Ok(match key {
            "path" => Wire::Serial(SerialPort { path: place.to_owned(), baud: self.baud, ..SerialPort::default() }),
            "usb_lp" => Wire::Lp(LpPort { path: place.to_owned() }),
            "usb" => Wire::Usb(place.parse().or_else(|error| refuse(&self.name, format!("usb: {error}")))?),
            _ => Wire::Tcp(TcpPort { address: with_port(place) }),
        })
    }

    /// The keys that say where it is, with what they say.
    fn places(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let all = [("path", &self.path), ("usb_lp", &self.usb_lp), ("usb", &self.usb), ("address", &self.address)];
        all.into_iter().filter_map(|(key, place)| Some((key, place.as_deref()?)))
    }
}

impl Driver<Box<dyn Printer>> for EscposConfig {
    fn name(&self) -> &str {
        &self.name
    }

    fn claims(&self) -> Option<&str> {
        self.places().map(|(_, place)| place).next()
    }

    fn check(&self) -> Result<(), ConfigError> {
        match self.wire()? {
            Wire::Serial(port) => check_line(&self.name, &port)?,
            Wire::Lp(port) => check_path(&self.name, &port.path)?,
            Wire::Usb(_) => {}
            Wire::Tcp(port) => port.check(&self.name)?,
        }
        match (&self.profile, self.width_mm) {
            (None, None) => return refuse(&self.name, "width_mm (58 or 80) or a profile must say which printer it is"),
            (_, Some(width)) if width != 58 && width != 80 => return refuse(&self.name, "width_mm must be 58 or 80"),
            (Some(name), _) if Profile::named(name).is_none() => {
                let names = Profile::names().collect::<Vec<_>>().join(", ");
                return refuse(&self.name, format!("profile must be one of {names}"));
            }
            _ => {}
        }
        if let Some(logo) = &self.logo {
            check_path(&self.name, logo)?;
        }
        let profile = self.profile();
        check_range(&self.name, "columns", profile.columns, 20..=64)?;
        check_range(&self.name, "dots", profile.dots, 240..=832)?;
        check_range(&self.name, "band_rows", profile.band_rows, 8..=256)?;
        if profile.encoding.is_chinese() && profile.chinese == ChineseMode::None {
            return refuse(&self.name, "chinese = \"none\" needs an encoding that is not Chinese");
        }
        Ok(())
    }

    fn open(&self, tally: &Arc<Tally>) -> Result<Box<dyn Printer>, DeviceError> {
        let opening = |error: ConfigError| DeviceError::Opening { path: self.name.clone(), cause: error.to_string() };
        let wire: Box<dyn Transport> = match self.wire().map_err(opening)? {
            Wire::Serial(port) => port.open()?,
            Wire::Lp(port) => port.open()?,
            Wire::Usb(port) => port.open()?,
            Wire::Tcp(port) => port.open()?,
        };
        // A receipt without a logo is better than none.
        let logo = self.read_logo().unwrap_or_else(|error| {
            tracing::warn!(printer = self.name, "{error}: receipts have no logo");
            None
        });
        let profile = Profile { logo: logo.map(Arc::new), ..self.profile() };
        Ok(Box::new(EscposPrinter::new(Counted::new(wire, tally), profile)))
    }
}

/// The drawer's pin with the printer's pulse, unless the drawer has one of its own.
fn pulsed(pin: DrawerPin, pulse: DrawerPin) -> DrawerPin {
    let usual = DrawerPin { second: pin.second, ..DrawerPin::default() };
    if pin == usual { DrawerPin { second: pin.second, ..pulse } } else { pin }
}

/// An address with the usual port where it has none; one of IPv6 with a port stands in brackets.
fn with_port(address: &str) -> String {
    let has_port = match address.strip_prefix('[') {
        Some(rest) => rest.contains("]:"),
        None => address.contains(':'),
    };
    if has_port { address.to_owned() } else { format!("{address}:{TCP_PORT_USUAL}") }
}

fn printer_name() -> String {
    "printer".to_owned()
}

fn baud_usual() -> u32 {
    9600
}

fn draw_missing_usual() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<EscposConfig, String> {
        let config: EscposConfig = toml::from_str(text).map_err(|error| error.to_string())?;
        config.check().map_err(|error| error.to_string())?;
        Ok(config)
    }

    #[test]
    fn a_printer_is_in_one_place() {
        for place in [
            "path = \"/dev/ttyS0\"",
            "usb_lp = \"/dev/usb/lp0\"",
            "usb = \"04b8:0202\"",
            "address = \"192.168.1.50\"",
            "address = \"[fe80::1]:9101\"",
        ] {
            assert!(read(&format!("{place}\nwidth_mm = 80")).is_ok(), "{place}");
        }
        let wrong = |text: &str, words: &str| {
            let error = read(text).expect_err(text);
            assert!(error.contains(words), "{error}");
        };
        wrong("width_mm = 80", "one of path, usb_lp, usb and address");
        wrong("path = \"x\"\nusb = \"04b8:0202\"\nwidth_mm = 80", "path and usb cannot both");
        wrong("usb = \"epson\"\nwidth_mm = 80", "vendor:product");
        wrong("address = \"printer:0\"\nwidth_mm = 80", "a host and a port");
        wrong("path = \"x\"", "width_mm (58 or 80) or a profile");
        wrong("path = \"x\"\nprofile = \"epson\"", "epson-tm-t88");
        wrong("path = \"x\"\nwidth_mm = 80\nencoding = \"utf-8\"", "gbk, gb18030, ascii, cp437");
        wrong("path = \"x\"\nwidth_mm = 80\nchinese = \"none\"", "not Chinese");
        wrong("path = \"x\"\nwidth_mm = 80\nband_rows = 400", "8 to 256");
    }

    #[test]
    fn the_device_file_goes_before_the_profile() {
        let profile = |text: &str| read(&format!("path = \"x\"\n{text}")).expect(text).profile();
        let epson = profile("profile = \"epson-tm-t88\"");
        assert_eq!((epson.columns, epson.dots, epson.page_number, epson.chinese), (42, 512, 19, ChineseMode::None));
        let narrow = profile("profile = \"epson-tm-t88\"\nwidth_mm = 58\nencoding = \"cp866\"\ncutter = \"full\"");
        assert_eq!((narrow.columns, narrow.dots, narrow.page_number, narrow.cutter), (32, 384, 17, Cutter::Full));
        assert_eq!(profile("width_mm = 80\nhanzi = \"gb18030\"").encoding, Encoding::Gb18030);
        assert_eq!(profile("width_mm = 80\ncuts = false").cutter, Cutter::None);
        assert_eq!(profile("width_mm = 58\ncuts = true").cutter, Cutter::Partial);
        assert_eq!(profile("width_mm = 80\nencoding = \"cp437\"\npage = 7").page_number, 7);
        assert_eq!(with_port("192.168.1.50"), "192.168.1.50:9100");
        assert_eq!(with_port("[fe80::1]"), "[fe80::1]:9100");
        assert_eq!(with_port("printer:9101"), "printer:9101");
        let pin = DrawerPin { second: true, ..DrawerPin::default() };
        let strong = DrawerPin { on_2ms: 60, ..DrawerPin::default() };
        assert_eq!(pulsed(pin, strong), DrawerPin { second: true, on_2ms: 60, off_2ms: 250 });
        assert_eq!(pulsed(strong, DrawerPin::default()), strong);
    }
}
