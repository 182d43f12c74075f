//! Device files of the kernel that give events or reports: opened for reading alone, never blocking.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use hal::{DeviceError, WAIT_MAX};
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::fs::OFlags;
use rustix::io::Errno;

/// An open device file.
pub(super) struct Node {
    file: File,
}

impl Node {
    /// Opens it.
    ///
    /// # Errors
    /// [`DeviceError::Unplugged`] when it is not there; [`DeviceError::Opening`] when it is and may not be read.
    pub fn open(path: &Path) -> Result<Node, DeviceError> {
        let flags = (OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC).bits() as i32;
        match OpenOptions::new().read(true).custom_flags(flags).open(path) {
            Ok(file) => Ok(Node { file }),
            Err(error) if is_gone(&error) || !path.exists() => Err(DeviceError::Unplugged),
            Err(error) => Err(opening(path, &error)),
        }
    }

    /// The file, for what a device can be asked beside reading.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// Reads what is there, waiting at most `wait` (at most [`WAIT_MAX`]) for it; 0 when nothing came.
    ///
    /// # Errors
    /// [`DeviceError::Unplugged`] when the device has gone.
    pub fn read(&mut self, into: &mut [u8], wait: Duration) -> Result<usize, DeviceError> {
        let wait = wait.min(WAIT_MAX);
        let mut polled = [PollFd::new(&self.file, PollFlags::IN)];
        let timeout = Timespec { tv_sec: wait.as_secs() as i64, tv_nsec: wait.subsec_nanos().into() };
        match rustix::event::poll(&mut polled, Some(&timeout)) {
            Ok(0) | Err(Errno::INTR) => return Ok(0),
            Ok(_) => {}
            Err(error) => return Err(wire("waiting for a device", &error.into())),
        }
        match self.file.read(into) {
            Ok(0) => Err(DeviceError::Unplugged),
            Ok(count) => Ok(count),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => Ok(0),
            Err(error) if is_gone(&error) => Err(DeviceError::Unplugged),
            Err(error) => Err(wire("reading a device", &error)),
        }
    }
}

/// A device that is there and cannot be had.
pub(super) fn opening(path: &Path, error: &std::io::Error) -> DeviceError {
    DeviceError::Opening { path: path.display().to_string(), cause: error.to_string() }
}

fn wire(step: &'static str, error: &std::io::Error) -> DeviceError {
    DeviceError::Wire { step, cause: error.to_string() }
}

/// What the kernel says of a device that was pulled, by class of device and moment.
fn is_gone(error: &std::io::Error) -> bool {
    let gone = [Errno::NODEV, Errno::NXIO, Errno::NOENT, Errno::IO, Errno::PIPE, Errno::CONNRESET];
    gone.iter().any(|errno| error.raw_os_error() == Some(errno.raw_os_error()))
}
