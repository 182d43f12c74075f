//! Serial ports: UARTs, USB serial adapters, CDC-ACM devices, pseudo-terminals.

use std::io::{ErrorKind, Read, Write};
use std::path::Path;
use std::time::Duration;

use hal::{DeviceError, WAIT_MAX};
use serde::Deserialize;
use serialport::{DataBits, Parity, SerialPortBuilder};

use super::Transport;

/// Bytes handed to the port in one write. The kernel reports a port as writable while at least this much fits,
/// so that a write which was announced as possible does not block.
const WRITE_BYTES_MAX: usize = 64;

/// Where a serial device is and how it talks; one stop bit always.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SerialPort {
    /// Device file; a symbolic link, such as those of `/dev/serial/by-id/`, survives replugging.
    pub path: String,
    /// Bits per second.
    pub baud: u32,
    /// Data bits and parity.
    pub bits: Bits,
}

/// Data bits and parity of a serial line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
pub enum Bits {
    /// Eight bits, no parity: nearly every device.
    #[default]
    #[serde(rename = "8N1")]
    EightNone,
    /// Seven bits, even parity: scales of the Toledo family.
    #[serde(rename = "7E1")]
    SevenEven,
    /// Seven bits, odd parity.
    #[serde(rename = "7O1")]
    SevenOdd,
    /// Eight bits, even parity.
    #[serde(rename = "8E1")]
    EightEven,
}

impl Default for SerialPort {
    fn default() -> SerialPort {
        SerialPort { path: String::new(), baud: 9600, bits: Bits::EightNone }
    }
}

impl SerialPort {
    /// Opens the port for this process alone.
    ///
    /// # Errors
    /// [`DeviceError::Unplugged`] when the path does not exist; [`DeviceError::Opening`] when it does but cannot be
    /// opened: held by another program, no permission, not a serial port.
    pub fn open(&self) -> Result<Box<dyn Transport>, DeviceError> {
        match self.builder().open() {
            Ok(port) => Ok(Box::new(Serial { port })),
            // The target of a link may be gone while the link stands; `exists` follows it.
            Err(_) if !Path::new(&self.path).exists() => Err(DeviceError::Unplugged),
            Err(error) => Err(DeviceError::Opening { path: self.path.clone(), cause: error.to_string() }),
        }
    }
}

impl SerialPort {
    fn builder(&self) -> SerialPortBuilder {
        let (bits, parity) = match self.bits {
            Bits::EightNone => (DataBits::Eight, Parity::None),
            Bits::SevenEven => (DataBits::Seven, Parity::Even),
            Bits::SevenOdd => (DataBits::Seven, Parity::Odd),
            Bits::EightEven => (DataBits::Eight, Parity::Even),
        };
        serialport::new(&self.path, self.baud).data_bits(bits).parity(parity).timeout(WAIT_MAX)
    }
}

struct Serial {
    port: Box<dyn serialport::SerialPort>,
}

impl Transport for Serial {
    fn read(&mut self, into: &mut [u8], wait: Duration) -> Result<usize, DeviceError> {
        self.set_wait("reading a serial port", wait)?;
        match self.port.read(into) {
            // An open port that has nothing times out; only one whose device has gone gives an end of file.
            Ok(0) => Err(DeviceError::Unplugged),
            Ok(count) => Ok(count),
            Err(error) => nothing_or_unplugged("reading", &error),
        }
    }

    fn write(&mut self, bytes: &[u8], wait: Duration) -> Result<usize, DeviceError> {
        self.set_wait("writing a serial port", wait)?;
        match self.port.write(&bytes[..bytes.len().min(WRITE_BYTES_MAX)]) {
            Ok(count) => Ok(count),
            Err(error) => nothing_or_unplugged("writing", &error),
        }
    }
}

impl Serial {
    fn set_wait(&mut self, step: &'static str, wait: Duration) -> Result<(), DeviceError> {
        let wait = wait.min(WAIT_MAX);
        self.port.set_timeout(wait).map_err(|error| DeviceError::Wire { step, cause: error.to_string() })
    }
}

/// A pulled USB adapter shows itself as one of several errors, by kernel and chip; none of them mends itself on an
/// open port, so whatever is not a mere wait asks for a new port.
fn nothing_or_unplugged(step: &str, error: &std::io::Error) -> Result<usize, DeviceError> {
    match error.kind() {
        ErrorKind::TimedOut | ErrorKind::WouldBlock | ErrorKind::Interrupted => Ok(0),
        _ => {
            tracing::debug!(step, %error, "serial port gone");
            Err(DeviceError::Unplugged)
        }
    }
}
