//! A scanner that plays keyboard: the kernel's event device, without the kernel.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use drivers::scanner::wedge::{EVENT_BYTES, InputEvent, strokes};

use super::cable::Cable;

/// Time between two keys, as it stands in the events.
const KEY_MS: u64 = 4;
/// Keys of a keyboard, and those of a device that has but a few buttons, as the kernel lists them.
const KEYBOARD: &str = "e080ffdf01cfffff fffffffffffffffe\n";
const BUTTONS: &str = "10000000000000 0\n";

/// A keyboard wedge below a folder that stands for the file system's root: its event device is a pseudo-terminal that
/// carries the kernel's bytes, and the folder says of it what the kernel would.
#[derive(Debug)]
pub struct VirtualWedge {
    root: PathBuf,
    usb: String,
    /// Its event device's number, another one after each replugging.
    number: u32,
    cable: Option<Cable>,
    clock_ms: u64,
}

impl VirtualWedge {
    /// Plugs one in that says it is of this maker and product, such as `"0c2e:0b61"`. Beside it is another event device of
    /// the same scanner that types nothing.
    ///
    /// # Errors
    /// When the folder cannot be written or there is no pseudo-terminal to be had.
    pub fn plug(root: impl Into<PathBuf>, usb: &str) -> io::Result<VirtualWedge> {
        let mut wedge = VirtualWedge { root: root.into(), usb: usb.to_owned(), number: 2, cable: None, clock_ms: 1000 };
        wedge.replug()?;
        Ok(wedge)
    }

    /// Types a code and Enter. False when not all of it was taken.
    pub fn scan(&mut self, code: &str) -> bool {
        let bytes = self.strokes(code.as_bytes());
        self.send(&bytes)
    }

    /// The same with pauses between pieces of `bytes`, which may cut an event in two.
    pub fn scan_slowly(&mut self, code: &str, bytes: usize, pause: Duration) -> bool {
        let whole = self.strokes(code.as_bytes());
        whole.chunks(bytes.max(1)).all(|piece| {
            let sent = self.send(piece);
            std::thread::sleep(pause);
            sent
        })
    }

    /// Types a code, and in its middle the kernel loses events because nobody read them in time.
    pub fn scan_with_loss(&mut self, code: &str) -> bool {
        let whole = self.strokes(code.as_bytes());
        let (head, tail) = whole.split_at(whole.len() / EVENT_BYTES / 2 * EVENT_BYTES);
        self.send(&[head, &InputEvent::Lost.to_bytes(), tail].concat())
    }

    /// Half of a code, and the cable is pulled.
    pub fn scan_and_unplug(&mut self, code: &str) {
        let whole = self.strokes(code.as_bytes());
        self.send(&whole[..whole.len() / 2]);
        self.unplug();
    }

    /// Pulls the cable: its devices are gone.
    pub fn unplug(&mut self) {
        self.cable = None;
        for number in [self.number - 1, self.number] {
            let _ = fs::remove_dir_all(self.folder(number));
        }
    }

    /// Plugs it in again; the system gives it another number.
    ///
    /// # Errors
    /// As [`VirtualWedge::plug`].
    pub fn replug(&mut self) -> io::Result<()> {
        self.unplug();
        self.number += 2;
        let device = self.root.join("dev/input");
        fs::create_dir_all(&device)?;
        self.cable = Some(Cable::plug(device.join(format!("event{}", self.number)))?);
        self.list(self.number - 1, BUTTONS)?;
        self.list(self.number, KEYBOARD)
    }

    /// What the kernel tells of an input device.
    fn list(&self, number: u32, keys: &str) -> io::Result<()> {
        let (vendor, product) = self.usb.split_once(':').unwrap_or((&self.usb, ""));
        let folder = self.folder(number).join("device");
        let write = |name: &str, text: &str| {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap_or(Path::new("/")))?;
            fs::write(path, text)
        };
        write("id/vendor", &format!("{vendor}\n"))?;
        write("id/product", &format!("{product}\n"))?;
        write("capabilities/key", keys)
    }

    fn folder(&self, number: u32) -> PathBuf {
        self.root.join(format!("sys/class/input/event{number}"))
    }

    fn strokes(&mut self, code: &[u8]) -> Vec<u8> {
        let bytes = strokes(code, self.clock_ms, KEY_MS);
        self.clock_ms += 1000 + KEY_MS * code.len() as u64;
        bytes
    }

    fn send(&self, bytes: &[u8]) -> bool {
        self.cable.as_ref().is_some_and(|cable| cable.write(bytes) == bytes.len())
    }
}
