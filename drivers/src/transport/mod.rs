//! Bytes to and from a device; nothing here knows what they mean.

mod lp;
mod ready;
mod serial;
mod tcp;
mod usb;

use std::time::{Duration, Instant};

use hal::{DeviceError, WAIT_MAX};

pub use lp::LpPort;
pub use serial::{Bits, SerialPort};
pub use tcp::TcpPort;
pub use usb::{UsbPort, WrongUsbPort};

/// An open wire. It is spent after [`DeviceError::Unplugged`].
pub trait Transport: Send {
    /// Reads what is there, waiting at most `wait` for the first byte; 0 when nothing came.
    ///
    /// # Errors
    /// [`DeviceError::Unplugged`] when the other end has gone.
    fn read(&mut self, into: &mut [u8], wait: Duration) -> Result<usize, DeviceError>;

    /// Writes as much as the wire takes within `wait`; 0 when it takes nothing.
    ///
    /// # Errors
    /// [`DeviceError::Unplugged`] when the other end has gone.
    fn write(&mut self, bytes: &[u8], wait: Duration) -> Result<usize, DeviceError>;
}

impl Transport for Box<dyn Transport> {
    fn read(&mut self, into: &mut [u8], wait: Duration) -> Result<usize, DeviceError> {
        (**self).read(into, wait)
    }

    fn write(&mut self, bytes: &[u8], wait: Duration) -> Result<usize, DeviceError> {
        (**self).write(bytes, wait)
    }
}

/// Writes all of a few bytes within [`WAIT_MAX`]; `step` is what is being done, as in "asking the scale".
///
/// # Errors
/// [`DeviceError::Unplugged`]; [`DeviceError::Wire`] when the wire did not take them in time.
pub fn write_whole(wire: &mut impl Transport, step: &'static str, bytes: &[u8]) -> Result<(), DeviceError> {
    let until = Instant::now() + WAIT_MAX;
    let mut sent = 0;
    while sent < bytes.len() {
        let left = until.saturating_duration_since(Instant::now());
        sent += wire.write(&bytes[sent..], left)?;
        if left.is_zero() && sent < bytes.len() {
            return Err(DeviceError::Wire { step, cause: "the wire takes nothing: check its cable".to_owned() });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes so many bytes, one at a time, and then none.
    struct Narrow(usize);

    impl Transport for Narrow {
        fn read(&mut self, _: &mut [u8], _: Duration) -> Result<usize, DeviceError> {
            Ok(0)
        }

        fn write(&mut self, bytes: &[u8], wait: Duration) -> Result<usize, DeviceError> {
            assert!(!bytes.is_empty() && wait <= WAIT_MAX);
            let count = self.0.min(1);
            self.0 -= count;
            if count == 0 {
                std::thread::sleep(wait);
            }
            Ok(count)
        }
    }

    #[test]
    fn what_is_written_is_written_whole_or_told() {
        assert_eq!(write_whole(&mut Narrow(3), "asking", b"abc"), Ok(()));
        assert_eq!(write_whole(&mut Narrow(0), "asking", b""), Ok(()));
        let error = write_whole(&mut Narrow(2), "asking the scale", b"abc").expect_err("a blocked wire").to_string();
        assert!(error.contains("failed asking the scale: the wire takes nothing"), "{error}");
    }
}
