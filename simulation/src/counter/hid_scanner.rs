//! A scanner of USB's point-of-sale class: the kernel's hidraw device, without the kernel.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use rustix::fs::{CWD, FileType, Mode, OFlags};

/// Bytes of data in one report.
const DATA_BYTES: usize = 56;
/// A report and its number.
const REPORT_BYTES: usize = 64;

/// Its report descriptor: number 2, byte count, three symbology identifiers, 56 bytes of decoded data, two bytes of the
/// maker's, and eight bits of which the lowest says that the data continue.
const DESCRIPTOR: [u8; 71] = [
    0x05, 0x8c, 0x09, 0x02, 0xa1, 0x01, 0x09, 0x12, 0xa1, 0x02, 0x85, 0x02, 0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08,
    0x95, 0x01, 0x05, 0x01, 0x09, 0x3b, 0x81, 0x02, 0x05, 0x8c, 0x95, 0x03, 0x09, 0xfb, 0x09, 0xfc, 0x09, 0xfd, 0x81,
    0x02, 0x95, 0x38, 0x09, 0xfe, 0x82, 0x02, 0x01, 0x06, 0x66, 0xff, 0x95, 0x02, 0x09, 0x04, 0x09, 0x00, 0x81, 0x02,
    0x05, 0x8c, 0x25, 0x01, 0x75, 0x01, 0x95, 0x08, 0x09, 0xff, 0x81, 0x02, 0xc0, 0xc0,
];

/// A HID scanner below a folder that stands for the file system's root: its device is a pipe that keeps reports apart as
/// hidraw does, and the folder says of it what the kernel would.
#[derive(Debug)]
pub struct VirtualHidScanner {
    root: PathBuf,
    usb: String,
    /// Its device's number, another one after each replugging.
    number: u32,
    pipe: Option<File>,
}

impl VirtualHidScanner {
    /// Plugs one in that says it is of this maker and product, such as `"0c2e:0b61"`.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn plug(root: impl Into<PathBuf>, usb: &str) -> io::Result<VirtualHidScanner> {
        let mut scanner = VirtualHidScanner { root: root.into(), usb: usb.to_owned(), number: 0, pipe: None };
        scanner.replug()?;
        Ok(scanner)
    }

    /// Sends a code in as many reports as it needs, with its AIM identifier, for example `"]E0"`.
    pub fn scan(&mut self, aim: &str, data: &[u8]) -> bool {
        self.reports(aim, data).iter().all(|report| self.send(report))
    }

    /// Sends the first report of a code that has several, and the cable is pulled.
    pub fn scan_and_unplug(&mut self, aim: &str, data: &[u8]) {
        if let Some(report) = self.reports(aim, data).first() {
            self.send(report);
        }
        self.unplug();
    }

    /// Sends any report.
    pub fn send(&mut self, report: &[u8]) -> bool {
        self.pipe.as_mut().is_some_and(|pipe| pipe.write(report).is_ok_and(|sent| sent == report.len()))
    }

    /// Pulls the cable.
    pub fn unplug(&mut self) {
        self.pipe = None;
        let _ = fs::remove_file(self.device());
        let _ = fs::remove_dir_all(self.folder());
    }

    /// Plugs it in again; the system gives it another number.
    ///
    /// # Errors
    /// As [`VirtualHidScanner::plug`].
    pub fn replug(&mut self) -> io::Result<()> {
        self.unplug();
        self.number += 1;
        let device = self.device();
        fs::create_dir_all(self.root.join("dev"))?;
        fs::create_dir_all(self.folder().join("device"))?;
        rustix::fs::mknodat(CWD, &device, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0)?;
        let pipe =
            OpenOptions::new().read(true).write(true).custom_flags(OFlags::NONBLOCK.bits() as i32).open(&device)?;
        // In this mode each write is read by itself, as a report is (pipe(2)).
        rustix::fs::fcntl_setfl(&pipe, OFlags::RDWR | OFlags::NONBLOCK | OFlags::DIRECT)?;
        self.pipe = Some(pipe);
        let (vendor, product) = self.usb.split_once(':').unwrap_or((&self.usb, ""));
        let about = format!("DRIVER=hid-generic\nHID_ID=0003:0000{vendor}:0000{product}\nHID_NAME=Virtual Scanner\n");
        fs::write(self.folder().join("device/report_descriptor"), DESCRIPTOR)?;
        fs::write(self.folder().join("device/uevent"), about)
    }

    fn reports(&self, aim: &str, data: &[u8]) -> Vec<Vec<u8>> {
        let pieces = data.chunks(DATA_BYTES).count();
        let report = |(at, piece): (usize, &[u8])| {
            let mut report = vec![0; REPORT_BYTES];
            (report[0], report[1]) = (2, piece.len() as u8);
            report[2..5].copy_from_slice(aim.as_bytes());
            report[5..5 + piece.len()].copy_from_slice(piece);
            report[63] = u8::from(at + 1 < pieces);
            report
        };
        data.chunks(DATA_BYTES).enumerate().map(report).collect()
    }

    fn device(&self) -> PathBuf {
        self.root.join(format!("dev/hidraw{}", self.number))
    }

    fn folder(&self) -> PathBuf {
        self.root.join(format!("sys/class/hidraw/hidraw{}", self.number))
    }
}

impl Drop for VirtualHidScanner {
    fn drop(&mut self) {
        self.unplug();
    }
}
