//! USB printers behind the kernel's own driver: `/dev/usb/lp0` and its like.

use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::thread;
use std::time::Duration;

use hal::DeviceError;
use rustix::event::PollFlags;
use rustix::fs::OFlags;
use rustix::io::Errno;

use super::Transport;
use super::ready::{Ready, nothing_or_gone, wait_for};

/// Bytes of one write: the kernel's driver takes a page or more at once, and says only afterwards whether it could.
const WRITE_BYTES_MAX: usize = 4096;
/// Pause after an answer without bytes; some printers give one whenever they are asked.
const EMPTY_PAUSE: Duration = Duration::from_millis(50);

/// A printer's device file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LpPort {
    /// Such as `/dev/usb/lp0`; a link that udev makes for the printer survives a change of sockets.
    pub path: String,
}

impl LpPort {
    /// Opens the printer for this process alone.
    ///
    /// # Errors
    /// [`DeviceError::Unplugged`] when it is not there; [`DeviceError::Opening`] when another program holds it or it may
    /// not be opened.
    pub fn open(&self) -> Result<Box<dyn Transport>, DeviceError> {
        let flags = (OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC).bits() as i32;
        match OpenOptions::new().read(true).write(true).custom_flags(flags).open(&self.path) {
            Ok(file) => Ok(Box::new(Lp { file, one_way: false })),
            Err(error) if error.raw_os_error() == Some(Errno::NODEV.raw_os_error()) => Err(DeviceError::Unplugged),
            Err(error) if error.kind() == ErrorKind::NotFound || !Path::new(&self.path).exists() => {
                Err(DeviceError::Unplugged)
            }
            Err(error) => Err(DeviceError::Opening { path: self.path.clone(), cause: error.to_string() }),
        }
    }
}

struct Lp {
    file: File,
    /// A printer of the one-way protocol: the kernel refuses to read from it.
    one_way: bool,
}

impl Transport for Lp {
    fn read(&mut self, into: &mut [u8], wait: Duration) -> Result<usize, DeviceError> {
        // A one-way printer is still waited for: its going away is told in the same manner.
        let what = if self.one_way { PollFlags::empty() } else { PollFlags::IN };
        match wait_for(&self.file, what, wait) {
            Ready::No => return Ok(0),
            Ready::Gone => return Err(DeviceError::Unplugged),
            Ready::Yes => {}
        }
        match rustix::io::read(&self.file, into) {
            Ok(0) => {
                thread::sleep(wait.min(EMPTY_PAUSE));
                Ok(0)
            }
            Ok(count) => Ok(count),
            Err(Errno::INVAL) => {
                tracing::info!("the printer is of the one-way kind and tells nothing: set its status to \"none\"");
                self.one_way = true;
                Ok(0)
            }
            Err(error) => nothing_or_gone("reading a USB printer", error),
        }
    }

    fn write(&mut self, bytes: &[u8], wait: Duration) -> Result<usize, DeviceError> {
        match wait_for(&self.file, PollFlags::OUT, wait) {
            Ready::No => return Ok(0),
            Ready::Gone => return Err(DeviceError::Unplugged),
            Ready::Yes => {}
        }
        match rustix::io::write(&self.file, &bytes[..bytes.len().min(WRITE_BYTES_MAX)]) {
            Ok(count) => Ok(count),
            // Asked in the manner of old line printers it says so when it has no paper.
            Err(Errno::NOSPC) => Ok(0),
            Err(error) => nothing_or_gone("writing a USB printer", error),
        }
    }
}
