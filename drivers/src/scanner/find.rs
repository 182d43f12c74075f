//! Finding a plugged device by what it says it is: its name in `/dev` changes with every replugging.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::Deserialize;

/// Device files looked at; a till has a few dozen.
const NODES_MAX: usize = 1024;
/// Bytes read of a file of the kernel's; none of these is longer than a page.
const SYS_BYTES_MAX: usize = 4096;

/// A USB device's maker and product, as `lsusb` prints them: `0c2e:0b61`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct UsbId {
    /// Maker.
    vendor: u16,
    /// Product.
    product: u16,
    /// Both, in small letters.
    text: String,
}

impl UsbId {
    /// As `lsusb` prints it.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// A text that is no [`UsbId`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a maker and a product as lsusb prints them, such as \"0c2e:0b61\"")]
pub struct BadUsbId(String);

impl FromStr for UsbId {
    type Err = BadUsbId;

    fn from_str(text: &str) -> Result<UsbId, BadUsbId> {
        let number = |digits: &str| {
            let is_hex = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            is_hex.then(|| u16::from_str_radix(digits, 16).ok()).flatten()
        };
        let parts = text.split_once(':').and_then(|(vendor, product)| number(vendor).zip(number(product)));
        let (vendor, product) = parts.ok_or_else(|| BadUsbId(text.to_owned()))?;
        Ok(UsbId { vendor, product, text: text.to_ascii_lowercase() })
    }
}

impl TryFrom<String> for UsbId {
    type Error = BadUsbId;

    fn try_from(text: String) -> Result<UsbId, BadUsbId> {
        text.parse()
    }
}

impl fmt::Display for UsbId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Input devices of a maker and product that type digits and Enter, by number. A scanner may have others beside, such as one
/// for its buttons.
pub(super) fn keyboards(root: &Path, usb: &UsbId) -> Vec<PathBuf> {
    let is_it = |folder: &Path| {
        let id = |name: &str| {
            let text = read(&folder.join("device/id").join(name))?;
            u16::from_str_radix(text.trim(), 16).ok()
        };
        id("vendor") == Some(usb.vendor)
            && id("product") == Some(usb.product)
            && read(&folder.join("device/capabilities/key")).is_some_and(|keys| types_digits(&keys))
    };
    nodes(&root.join("sys/class/input"), "event", is_it)
        .into_iter()
        .map(|name| root.join("dev/input").join(name))
        .collect()
}

/// HID devices of a maker and product, by number.
pub(super) fn hidraws(root: &Path, usb: &UsbId) -> Vec<PathBuf> {
    // HID_ID=0003:00000C2E:00000B61: bus, maker, product.
    let is_it = |folder: &Path| {
        let text = read(&folder.join("device/uevent")).unwrap_or_default();
        let id = text.lines().find_map(|line| line.strip_prefix("HID_ID=")).unwrap_or_default();
        let mut parts = id.split(':').skip(1).map(|part| u32::from_str_radix(part, 16).ok());
        parts.next() == Some(Some(usb.vendor.into())) && parts.next() == Some(Some(usb.product.into()))
    };
    nodes(&root.join("sys/class/hidraw"), "hidraw", is_it).into_iter().map(|name| root.join("dev").join(name)).collect()
}

/// What the kernel keeps of a HID device: its report descriptor.
pub(super) fn report_descriptor(root: &Path, node: &Path) -> std::io::Result<Vec<u8>> {
    fs::read(hid_folder(root, node)?.join("report_descriptor"))
}

/// What a HID device calls itself.
pub(super) fn hid_name(root: &Path, node: &Path) -> Option<String> {
    let text = read(&hid_folder(root, node).ok()?.join("uevent"))?;
    text.lines().find_map(|line| line.strip_prefix("HID_NAME=")).map(str::to_owned)
}

fn hid_folder(root: &Path, node: &Path) -> std::io::Result<PathBuf> {
    // A link of udev's making leads to the node whose name the kernel knows.
    let node = fs::canonicalize(node)?;
    Ok(root.join("sys/class/hidraw").join(node.file_name().unwrap_or_default()).join("device"))
}

/// Names such as `event3` below a folder for which `is_it` holds, in the order of their numbers.
fn nodes(folder: &Path, stem: &str, is_it: impl Fn(&Path) -> bool) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let number = |name: &str| name.strip_prefix(stem)?.parse::<u32>().ok();
    let mut found: Vec<(u32, String)> = entries
        .take(NODES_MAX)
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|name| Some((number(&name)?, name)))
        .filter(|(_, name)| is_it(&folder.join(name)))
        .collect();
    found.sort();
    found.into_iter().map(|(_, name)| name).collect()
}

fn read(path: &Path) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    (text.len() <= SYS_BYTES_MAX).then_some(text)
}

/// Whether a bitmap of keys, as words of hexadecimal digits with the highest first, has the digits 1 to 0 and Enter.
fn types_digits(keys: &str) -> bool {
    const DIGITS_AND_ENTER: u32 = 0x1000_0ffc;
    let lowest = keys.split_whitespace().last().and_then(|word| u64::from_str_radix(word, 16).ok());
    lowest.is_some_and(|word| word as u32 & DIGITS_AND_ENTER == DIGITS_AND_ENTER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maker_and_product_are_read_as_lsusb_prints_them() {
        let usb: UsbId = "0c2e:0B61".parse().unwrap();
        assert_eq!((usb.vendor, usb.product, usb.as_str()), (0x0c2e, 0x0b61, "0c2e:0b61"));
        for wrong in ["", "0c2e", "c2e:b61", "0c2e:0b61:1", "+c2e:0b61", "0x0c2e:0x0b61", "0c2g:0b61"] {
            assert!(wrong.parse::<UsbId>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_keyboard_is_what_types_digits_and_enter() {
        assert!(types_digits("1000000000007 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe\n"));
        assert!(!types_digits("7fff000000000 0 10000000000000 0\n"));
        assert!(!types_digits(""));
    }

    #[test]
    fn a_device_is_found_by_maker_and_product_whatever_its_number() {
        let root = std::env::temp_dir().join(format!("guitai-find-{}", std::process::id()));
        let write = |path: &str, text: &str| {
            let path = root.join("sys/class").join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        for (event, product, keys) in [(2, "0b61", "0"), (11, "0b61", "fffffffffffffffe"), (3, "0001", "fffffffe")] {
            write(&format!("input/event{event}/device/id/vendor"), "0c2e\n");
            write(&format!("input/event{event}/device/id/product"), &format!("{product}\n"));
            write(&format!("input/event{event}/device/capabilities/key"), &format!("{keys}\n"));
        }
        write("hidraw/hidraw7/device/uevent", "DRIVER=hid-generic\nHID_ID=0003:00000C2E:00000B61\nHID_NAME=Scanner\n");
        write("hidraw/hidraw1/device/uevent", "HID_ID=0003:0000046D:0000C31C\n");
        let usb: UsbId = "0c2e:0b61".parse().unwrap();
        assert_eq!(keyboards(&root, &usb), [root.join("dev/input/event11")]);
        assert_eq!(hidraws(&root, &usb), [root.join("dev/hidraw7")]);
        assert!(keyboards(&root.join("nowhere"), &usb).is_empty());
        fs::remove_dir_all(&root).unwrap();
    }
}
