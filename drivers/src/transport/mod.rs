//! Bytes to and from a device; nothing here knows what they mean.

mod lp;
mod ready;
mod serial;
mod tcp;
mod usb;

use std::time::Duration;

use hal::DeviceError;

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
