//! How a HID point-of-sale scanner is set up, and its hidraw device.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use hal::{DeviceError, Identity, Scanner};
use serde::Deserialize;

use super::codec::ScanLayout;
use super::driver::{HidScanner, ReportSource};
use crate::registry::{ConfigError, Driver};
use crate::scanner::code::{check_named, check_reading};
use crate::scanner::find::{hid_name, hidraws, report_descriptor};
use crate::scanner::node::{Node, opening};
use crate::scanner::repeat::without_repeats;
use crate::scanner::{CodeRules, Encoding, UsbId};
use crate::tally::Tally;

/// A scanner of USB's point-of-sale class.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HidScannerConfig {
    /// What people call it.
    #[serde(default = "scanner_name")]
    pub name: String,
    /// Device file, such as `/dev/hidraw2` or a link of udev's to it. This or `usb`.
    #[serde(default)]
    pub path: String,
    /// Maker and product as `lsusb` prints them, such as `"0c2e:0b61"`.
    #[serde(default)]
    pub usb: Option<UsbId>,
    /// What the scanner puts before every code; it is taken off, and what comes without it is no code.
    #[serde(default)]
    pub prefix: String,
    /// Whether the AIM identifier that comes with a code is understood.
    #[serde(default = "yes")]
    pub aim: bool,
    /// The encoding of what is not ASCII: `"utf-8"` or `"gb18030"` (UTF-8 too).
    #[serde(default)]
    pub encoding: Encoding,
    /// The same code again within so many milliseconds of itself is a held trigger and dropped; 0 drops nothing.
    #[serde(default)]
    pub repeat_ms: u16,
    /// Folder under which `dev` and `sys` are.
    #[serde(default = "root_usual")]
    pub root: PathBuf,
}

impl Driver<Box<dyn Scanner>> for HidScannerConfig {
    fn name(&self) -> &str {
        &self.name
    }

    fn claims(&self) -> Option<&str> {
        Some(self.usb.as_ref().map_or(&self.path, UsbId::as_str))
    }

    fn check(&self) -> Result<(), ConfigError> {
        check_named(&self.name, self.usb.as_ref(), &self.path, "a hidraw device")?;
        check_reading(&self.name, &self.prefix, self.repeat_ms)
    }

    fn open(&self, tally: &Arc<Tally>) -> Result<Box<dyn Scanner>, DeviceError> {
        let candidates = match &self.usb {
            Some(usb) => hidraws(&self.root, usb),
            None => vec![PathBuf::from(&self.path)],
        };
        let mut failed = DeviceError::Unplugged;
        // A scanner may have another HID device beside, such as a keyboard.
        for path in candidates {
            match self.open_node(&path, tally) {
                Ok(scanner) => return Ok(scanner),
                Err(error) => failed = error,
            }
        }
        Err(failed)
    }
}

impl HidScannerConfig {
    fn open_node(&self, path: &Path, tally: &Arc<Tally>) -> Result<Box<dyn Scanner>, DeviceError> {
        let node = Node::open(path)?;
        let descriptor = report_descriptor(&self.root, path).map_err(|error| opening(path, &error))?;
        let layout = ScanLayout::of(&descriptor)
            .map_err(|error| DeviceError::Opening { path: path.display().to_string(), cause: error.to_string() })?;
        let prefix = self.prefix.clone().into_bytes();
        let rules = CodeRules { prefix, aim: self.aim, encoding: self.encoding, ..CodeRules::default() };
        let identity = Identity { model: hid_name(&self.root, path), ..Identity::default() };
        let source = HidRaw { node, identity, tally: tally.clone() };
        Ok(without_repeats(Box::new(HidScanner::new(source, layout, rules)), self.repeat_ms))
    }
}

/// A hidraw device of the kernel's: each read gives one report.
struct HidRaw {
    node: Node,
    identity: Identity,
    tally: Arc<Tally>,
}

impl ReportSource for HidRaw {
    fn read(&mut self, into: &mut [u8], wait: Duration) -> Result<usize, DeviceError> {
        let count = self.node.read(into, wait)?;
        self.tally.received(count);
        Ok(count)
    }

    fn identity(&mut self) -> Identity {
        self.identity.clone()
    }
}

fn scanner_name() -> String {
    "scanner".to_owned()
}

fn root_usual() -> PathBuf {
    PathBuf::from("/")
}

fn yes() -> bool {
    true
}
