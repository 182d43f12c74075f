//! USB printers without the kernel's driver: the two bulk pipes of the printer class, by vendor and product.

use std::fmt;
use std::str::FromStr;
use std::thread;
use std::time::Duration;

use hal::{DeviceError, WAIT_MAX};
use nusb::descriptors::{ConfigurationDescriptor, TransferType};
use nusb::transfer::{Buffer, Bulk, Direction, In, Out, TransferError};
use nusb::{DeviceInfo, Endpoint, ErrorKind, Interface, MaybeFuture};

use super::Transport;

/// USB's number for printers (USB-IF, "Universal Serial Bus Device Class Definition for Printing Devices" 1.1).
const PRINTER_CLASS: u8 = 7;
/// Bytes handed over in one transfer.
const WRITE_BYTES_MAX: usize = 4096;
/// Bytes asked for in one transfer, before it is made a multiple of the packet's size.
const READ_BYTES: usize = 512;
/// Pause after an answer without bytes; some printers give one whenever they are asked.
const EMPTY_PAUSE: Duration = Duration::from_millis(50);
/// Letters of a serial number.
const SERIAL_BYTES_MAX: usize = 126;

/// A printer by its numbers, as `lsusb` shows them: `04b8:0202`, or `04b8:0202:J5XK012345` where two are alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsbPort {
    /// Who made it.
    pub vendor: u16,
    /// Which model.
    pub product: u16,
    /// Which one of them, when it matters.
    pub serial: Option<String>,
}

/// What is wrong with a printer's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "it is written as vendor:product in four hexadecimal digits each, such as 04b8:0202, perhaps with :serial behind"
)]
pub struct WrongUsbPort;

impl FromStr for UsbPort {
    type Err = WrongUsbPort;

    fn from_str(text: &str) -> Result<UsbPort, WrongUsbPort> {
        let mut parts = text.splitn(3, ':');
        let mut number = || {
            let hex = |digits: &&str| digits.len() == 4 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
            let digits = parts.next().filter(hex).ok_or(WrongUsbPort)?;
            u16::from_str_radix(digits, 16).map_err(|_| WrongUsbPort)
        };
        let (vendor, product) = (number()?, number()?);
        let serial = parts.next().map(str::to_owned);
        if serial.as_ref().is_some_and(|serial| serial.is_empty() || serial.len() > SERIAL_BYTES_MAX) {
            return Err(WrongUsbPort);
        }
        Ok(UsbPort { vendor, product, serial })
    }
}

impl fmt::Display for UsbPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04x}:{:04x}", self.vendor, self.product)?;
        self.serial.iter().try_for_each(|serial| write!(f, ":{serial}"))
    }
}

impl UsbPort {
    /// Takes the printer over from the kernel's driver, which gets it back when it is let go.
    ///
    /// # Errors
    /// [`DeviceError::Unplugged`] when it is not there; [`DeviceError::Opening`] when another program holds it, it may
    /// not be opened, or it is no printer.
    pub fn open(&self) -> Result<Box<dyn Transport>, DeviceError> {
        let mut devices = nusb::list_devices().wait().map_err(|error| self.refused(&error))?;
        let info = devices.find(|device| self.is(device)).ok_or(DeviceError::Unplugged)?;
        let device = info.open().wait().map_err(|error| self.refused(&error))?;
        let configuration = device.active_configuration().map_err(|error| self.opening(error.to_string()))?;
        let pipes = pipes(&configuration).ok_or_else(|| self.opening("it is no printer".to_owned()))?;
        let interface = device.detach_and_claim_interface(pipes.interface).wait();
        let interface = interface.map_err(|error| self.refused(&error))?;
        self.pipes_open(interface, &pipes)
    }

    fn pipes_open(&self, interface: Interface, pipes: &Pipes) -> Result<Box<dyn Transport>, DeviceError> {
        if pipes.alternate != 0 {
            interface.set_alt_setting(pipes.alternate).wait().map_err(|error| self.refused(&error))?;
        }
        let out = interface.endpoint::<Bulk, Out>(pipes.out).map_err(|error| self.refused(&error))?;
        let back = match pipes.back {
            Some(address) => Some(interface.endpoint::<Bulk, In>(address).map_err(|error| self.refused(&error))?),
            None => {
                tracing::info!(printer = %self, "the printer is of the one-way kind: set its status to \"none\"");
                None
            }
        };
        Ok(Box::new(Usb { out, back, heard: Vec::new() }))
    }

    fn is(&self, device: &DeviceInfo) -> bool {
        let serial = self.serial.as_deref();
        device.vendor_id() == self.vendor
            && device.product_id() == self.product
            && serial.is_none_or(|serial| device.serial_number() == Some(serial))
    }

    fn refused(&self, error: &nusb::Error) -> DeviceError {
        match error.kind() {
            ErrorKind::Disconnected => DeviceError::Unplugged,
            // A machine without USB has no such device either.
            ErrorKind::NotFound => DeviceError::Unplugged,
            _ => self.opening(error.to_string()),
        }
    }

    fn opening(&self, cause: String) -> DeviceError {
        DeviceError::Opening { path: self.to_string(), cause }
    }
}

/// Where a printer listens and talks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Pipes {
    interface: u8,
    alternate: u8,
    out: u8,
    back: Option<u8>,
}

/// The best printer interface of a device: one that talks back where there is one.
fn pipes(configuration: &ConfigurationDescriptor<'_>) -> Option<Pipes> {
    let printers = configuration.interface_alt_settings().filter(|interface| interface.class() == PRINTER_CLASS);
    let found = printers.filter_map(|interface| {
        let bulk = |direction| {
            let mut pipes = interface.endpoints().filter(|pipe| pipe.transfer_type() == TransferType::Bulk);
            pipes.find(|pipe| pipe.direction() == direction).map(|pipe| pipe.address())
        };
        Some(Pipes {
            interface: interface.interface_number(),
            alternate: interface.alternate_setting(),
            out: bulk(Direction::Out)?,
            back: bulk(Direction::In),
        })
    });
    // IPP over USB (protocol 4) is no stream of commands, but such an interface has always another one beside it.
    found.min_by_key(|pipes| (pipes.back.is_none(), pipes.alternate))
}

struct Usb {
    out: Endpoint<Bulk, Out>,
    back: Option<Endpoint<Bulk, In>>,
    /// Read and not yet taken.
    heard: Vec<u8>,
}

impl Transport for Usb {
    fn read(&mut self, into: &mut [u8], wait: Duration) -> Result<usize, DeviceError> {
        let wait = wait.min(WAIT_MAX);
        if self.heard.is_empty() {
            self.listen(wait)?;
        }
        let count = self.heard.len().min(into.len());
        into[..count].copy_from_slice(&self.heard[..count]);
        self.heard.drain(..count);
        Ok(count)
    }

    fn write(&mut self, bytes: &[u8], wait: Duration) -> Result<usize, DeviceError> {
        // One transfer is under way at a time; while the printer takes none, it waits here.
        if self.out.pending() > 0 {
            let Some(sent) = self.out.wait_next_complete(wait.min(WAIT_MAX)) else { return Ok(0) };
            if let Err(error) = sent.status {
                return Err(self.failed("writing a USB printer", error));
            }
        }
        let count = bytes.len().min(WRITE_BYTES_MAX);
        self.out.submit(Buffer::from(bytes[..count].to_vec()));
        Ok(count)
    }
}

impl Usb {
    fn listen(&mut self, wait: Duration) -> Result<(), DeviceError> {
        let Some(back) = &mut self.back else {
            thread::sleep(wait);
            return Ok(());
        };
        if back.pending() == 0 {
            let packet = back.max_packet_size().max(1);
            back.submit(Buffer::new(READ_BYTES.div_ceil(packet) * packet));
        }
        let Some(came) = back.wait_next_complete(wait) else { return Ok(()) };
        match came.status {
            Ok(()) if came.actual_len == 0 => thread::sleep(wait.min(EMPTY_PAUSE)),
            Ok(()) => self.heard.extend_from_slice(&came.buffer[..came.actual_len]),
            Err(error) => return Err(self.failed("reading a USB printer", error)),
        }
        Ok(())
    }

    /// No error of a pipe mends itself; the interface is let go and taken anew, which clears a stall, too.
    fn failed(&mut self, step: &'static str, error: TransferError) -> DeviceError {
        match error {
            TransferError::Disconnected => DeviceError::Unplugged,
            error => DeviceError::Wire { step, cause: error.to_string() },
        }
    }
}

impl Drop for Usb {
    fn drop(&mut self) {
        // What still waits for a stopped printer must not come out of it when the next program opens it.
        self.out.cancel_all();
        let _ = self.out.clear_halt().wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printer_is_named_as_lsusb_names_it() {
        let read = |text: &str| text.parse::<UsbPort>();
        let plain = UsbPort { vendor: 0x04b8, product: 0x0202, serial: None };
        assert_eq!(read("04b8:0202"), Ok(plain.clone()));
        assert_eq!(read("04B8:0202:J5:1"), Ok(UsbPort { serial: Some("J5:1".into()), ..plain.clone() }));
        for wrong in ["", "04b8", "4b8:0202", "04b8:02021", "04b8-0202", "04b8:+202", "04b8:0202:"] {
            assert_eq!(read(wrong), Err(WrongUsbPort), "{wrong}");
        }
        assert_eq!(read("04b8:0202").map(|port| port.to_string()), Ok("04b8:0202".to_owned()));
        let absent = UsbPort { vendor: 0xfffe, product: 0xfffe, ..plain };
        assert!(matches!(absent.open(), Err(DeviceError::Unplugged | DeviceError::Opening { .. })));
    }

    /// Number, alternate, class, protocol, endpoints of address and attributes.
    type Described = (u8, u8, u8, u8, &'static [(u8, u8)]);

    /// A configuration with these interfaces.
    fn configuration(interfaces: &[Described]) -> Vec<u8> {
        let mut bytes = vec![9, 2, 0, 0, interfaces.len() as u8, 1, 0, 0xc0, 1];
        for (number, alternate, class, protocol, endpoints) in interfaces {
            bytes.extend([9, 4, *number, *alternate, endpoints.len() as u8, *class, 1, *protocol, 0]);
            for (address, attributes) in *endpoints {
                bytes.extend([7, 5, *address, *attributes, 64, 0, 0]);
            }
        }
        bytes[2] = bytes.len() as u8;
        bytes
    }

    #[test]
    fn the_printers_pipes_are_found_among_others() {
        let found = |interfaces: &[Described]| {
            pipes(&ConfigurationDescriptor::new(&configuration(interfaces)).expect("a configuration"))
        };
        let both: &'static [(u8, u8)] = &[(0x01, 2), (0x82, 2)];
        let of = |interface, alternate, out, back| Some(Pipes { interface, alternate, out, back });
        assert_eq!(found(&[(0, 0, 7, 2, both)]), of(0, 0, 1, Some(0x82)));
        assert_eq!(found(&[(0, 0, 3, 0, &[(0x81, 3)]), (1, 0, 7, 1, &[(0x03, 2)])]), of(1, 0, 3, None));
        // One-way first, two-way as its alternative; an interrupt pipe is none of the two.
        assert_eq!(found(&[(0, 0, 7, 1, &[(0x01, 2)]), (0, 1, 7, 2, both)]), of(0, 1, 1, Some(0x82)));
        assert_eq!(found(&[(0, 0, 7, 2, &[(0x01, 2), (0x83, 3)])]), of(0, 0, 1, None));
        assert_eq!(found(&[(0, 0, 8, 0, both)]), None);
    }
}
