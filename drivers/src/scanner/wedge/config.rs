//! How a keyboard wedge is set up, and its event device.

use std::fs::File;
use std::ops::RangeInclusive;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use evdev::raw_stream::RawDevice;
use hal::{DeviceError, Identity, Scanner};
use serde::Deserialize;

use super::codec::{KeySuffix, WedgeRules};
use super::driver::{KeySource, WedgeScanner};
use crate::registry::{ConfigError, Driver, check_range};
use crate::scanner::code::{check_named, check_reading};
use crate::scanner::find::keyboards;
use crate::scanner::node::{Node, opening};
use crate::scanner::repeat::without_repeats;
use crate::scanner::{CodeRules, Encoding, UsbId};
use crate::tally::Tally;

/// Pauses that can end a code, in milliseconds: scanners pause up to 80 ms between two keys when they are told to.
const IDLE_GAP_MS: RangeInclusive<u16> = 50..=5000;
/// Time between two keys of a scanner, in milliseconds: below, none is fast enough; above, fingers are.
const BURST_MS: RangeInclusive<u16> = 5..=100;
/// Number of the kernel's for input devices (Linux `Documentation/admin-guide/devices.txt`).
const INPUT_MAJOR: u32 = 13;

/// A scanner that plays keyboard.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WedgeScannerConfig {
    /// What people call it.
    #[serde(default = "scanner_name")]
    pub name: String,
    /// Event device, such as `/dev/input/by-id/usb-..-event-kbd`. This or `usb`.
    #[serde(default)]
    pub path: String,
    /// Maker and product as `lsusb` prints them, such as `"0c2e:0b61"`.
    #[serde(default)]
    pub usb: Option<UsbId>,
    /// Whether the device is taken for the till alone. Without it the keys reach the window, too.
    #[serde(default = "yes")]
    pub grab: bool,
    /// The key that ends a code: `"auto"` (Enter or Tab), `"enter"`, `"tab"` or `"none"`.
    #[serde(default)]
    pub suffix: KeySuffix,
    /// A pause that ends a code too, in milliseconds.
    #[serde(default = "gap_usual")]
    pub idle_gap_ms: u16,
    /// Set where a person types on the device as well: longest time between two keys of a scan, in milliseconds.
    #[serde(default)]
    pub burst_ms: Option<u16>,
    /// What the scanner puts before every code; it is taken off, and what comes without it is no code.
    #[serde(default)]
    pub prefix: String,
    /// Whether a leading AIM identifier is taken for one.
    #[serde(default = "yes")]
    pub aim: bool,
    /// The encoding of what the scanner types as Alt and numbers: `"utf-8"` or `"gb18030"`.
    #[serde(default)]
    pub encoding: Encoding,
    /// The same code again within so many milliseconds of itself is a held trigger and dropped; 0 drops nothing.
    #[serde(default)]
    pub repeat_ms: u16,
    /// Folder under which `dev` and `sys` are.
    #[serde(default = "root_usual")]
    pub root: PathBuf,
}

impl Driver<Box<dyn Scanner>> for WedgeScannerConfig {
    fn name(&self) -> &str {
        &self.name
    }

    fn claims(&self) -> Option<&str> {
        Some(self.usb.as_ref().map_or(&self.path, UsbId::as_str))
    }

    fn check(&self) -> Result<(), ConfigError> {
        check_named(&self.name, self.usb.as_ref(), &self.path, "an event device")?;
        check_range(&self.name, "idle_gap_ms", self.idle_gap_ms, IDLE_GAP_MS)?;
        if let Some(burst_ms) = self.burst_ms {
            check_range(&self.name, "burst_ms", burst_ms, BURST_MS)?;
        }
        check_reading(&self.name, &self.prefix, self.repeat_ms)
    }

    fn open(&self, tally: &Arc<Tally>) -> Result<Box<dyn Scanner>, DeviceError> {
        let candidates = match &self.usb {
            Some(usb) => keyboards(&self.root, usb),
            None => vec![PathBuf::from(&self.path)],
        };
        let mut failed = DeviceError::Unplugged;
        for path in candidates {
            match EventDevice::open(&path, self.grab, tally) {
                Ok(source) => {
                    let gap_max = Duration::from_millis(self.idle_gap_ms.into());
                    let scanner = WedgeScanner::new(source, self.rules(), gap_max);
                    return Ok(without_repeats(Box::new(scanner), self.repeat_ms));
                }
                Err(error) => failed = error,
            }
        }
        Err(failed)
    }
}

impl WedgeScannerConfig {
    fn rules(&self) -> WedgeRules {
        let prefix = self.prefix.clone().into_bytes();
        let code = CodeRules { prefix, aim: self.aim, encoding: self.encoding, ..CodeRules::default() };
        WedgeRules { suffix: self.suffix, burst_ms: self.burst_ms, code }
    }
}

/// An event device of the kernel's.
struct EventDevice {
    node: Node,
    identity: Identity,
    tally: Arc<Tally>,
}

impl EventDevice {
    /// Opens it, for this process alone when `grab`. Closing it lets go.
    fn open(path: &Path, grab: bool, tally: &Arc<Tally>) -> Result<EventDevice, DeviceError> {
        let node = Node::open(path)?;
        let mut identity = Identity::default();
        if is_input(node.file()).map_err(|error| opening(path, &error))? {
            let again = node.file().try_clone().map_err(|error| opening(path, &error))?;
            // The grab belongs to what both descriptors have open in common, and lasts as long as either.
            let mut device = RawDevice::from_fd(again.into()).map_err(|error| opening(path, &error))?;
            identity.model = device.name().map(str::to_owned);
            identity.serial = device.unique_name().filter(|serial| !serial.is_empty()).map(str::to_owned);
            if grab {
                device.grab().map_err(|error| opening(path, &error))?;
            }
        }
        Ok(EventDevice { node, identity, tally: tally.clone() })
    }
}

impl KeySource for EventDevice {
    fn read(&mut self, into: &mut [u8], wait: Duration) -> Result<usize, DeviceError> {
        let count = self.node.read(into, wait)?;
        self.tally.received(count);
        Ok(count)
    }

    fn identity(&mut self) -> Identity {
        self.identity.clone()
    }
}

/// Whether a file is an input device. A line or a pipe that carries the same bytes types nowhere else: it needs no grab.
fn is_input(file: &File) -> std::io::Result<bool> {
    let about = file.metadata()?;
    Ok(about.file_type().is_char_device() && rustix::fs::major(about.rdev()) == INPUT_MAJOR)
}

fn scanner_name() -> String {
    "scanner".to_owned()
}

fn gap_usual() -> u16 {
    200
}

fn root_usual() -> PathBuf {
    PathBuf::from("/")
}

fn yes() -> bool {
    true
}
