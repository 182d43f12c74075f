//! Devices on the network: printers on port 9100, card terminals.

use std::io::ErrorKind;
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use hal::DeviceError;
use rustix::event::PollFlags;
use rustix::net::{RecvFlags, SendFlags, sockopt};

use super::Transport;
use super::ready::{Ready, nothing_or_gone, wait_for};
use crate::registry::{ConfigError, refuse};

/// How long connecting may take; a device on the counter answers within milliseconds.
const CONNECT_MAX: Duration = Duration::from_millis(500);
/// A peer that has acknowledged nothing for so long has gone. Shorter than the pauses between the system's own
/// repetitions grow, so that a device which comes back finds a new connection and not an old one that waits.
const SILENCE_MAX: Duration = Duration::from_secs(5);
/// At rest: the first question after so long, the next ones so much later, so many before the peer has gone.
const KEEPALIVE_AFTER: Duration = Duration::from_secs(5);
const KEEPALIVE_EACH: Duration = Duration::from_secs(1);
const KEEPALIVE_TRIES: u32 = 4;
/// Bytes of an address.
const ADDRESS_BYTES_MAX: usize = 256;
/// Bytes that wait in this machine: a drawer's pulse must not stand behind a roll of pictures.
const SEND_BUFFER_BYTES: usize = 8 * 1024;

/// A device at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TcpPort {
    /// Host and port, such as `192.168.1.50:9100`. A number is better than a name: a name asks the network first.
    pub address: String,
}

impl TcpPort {
    /// Refuses what is no host with a port.
    ///
    /// # Errors
    /// [`ConfigError::Value`].
    pub(crate) fn check(&self, device: &str) -> Result<(), ConfigError> {
        let parts = self.address.rsplit_once(':').map(|(host, port)| (host, port.parse::<u16>()));
        match parts {
            Some((host, Ok(1..))) if !host.is_empty() && self.address.len() <= ADDRESS_BYTES_MAX => Ok(()),
            _ => refuse(device, "address must be a host and a port, such as 192.168.1.50:9100"),
        }
    }

    /// Connects, waiting half a second at most, and for as long as the network takes to find a name.
    ///
    /// # Errors
    /// [`DeviceError::Unplugged`] when nobody answers; [`DeviceError::Opening`] when the device refuses, as one does that
    /// serves another till already.
    pub fn open(&self) -> Result<Box<dyn Transport>, DeviceError> {
        let opening = |cause: String| DeviceError::Opening { path: self.address.clone(), cause };
        let address = self.address.to_socket_addrs().ok().and_then(|mut found| found.next());
        let stream = match address.map(|address| TcpStream::connect_timeout(&address, CONNECT_MAX)) {
            Some(Ok(stream)) => stream,
            Some(Err(error)) if error.kind() == ErrorKind::ConnectionRefused => {
                return Err(opening("it refuses; it may serve another till, or be starting".to_owned()));
            }
            Some(Err(_)) | None => return Err(DeviceError::Unplugged),
        };
        prepare(&stream).map_err(|error| opening(error.to_string()))?;
        Ok(Box::new(Tcp { stream }))
    }
}

/// A pulled network cable tells nobody: the system is asked to find out by itself.
fn prepare(stream: &TcpStream) -> std::io::Result<()> {
    stream.set_nonblocking(true)?;
    sockopt::set_tcp_nodelay(stream, true)?;
    sockopt::set_socket_send_buffer_size(stream, SEND_BUFFER_BYTES)?;
    sockopt::set_socket_keepalive(stream, true)?;
    sockopt::set_tcp_keepidle(stream, KEEPALIVE_AFTER)?;
    sockopt::set_tcp_keepintvl(stream, KEEPALIVE_EACH)?;
    sockopt::set_tcp_keepcnt(stream, KEEPALIVE_TRIES)?;
    sockopt::set_tcp_user_timeout(stream, SILENCE_MAX.as_millis() as u32)?;
    Ok(())
}

struct Tcp {
    stream: TcpStream,
}

impl Transport for Tcp {
    fn read(&mut self, into: &mut [u8], wait: Duration) -> Result<usize, DeviceError> {
        match wait_for(&self.stream, PollFlags::IN, wait) {
            Ready::No => return Ok(0),
            Ready::Gone => return Err(DeviceError::Unplugged),
            Ready::Yes => {}
        }
        match rustix::net::recv(&self.stream, into, RecvFlags::empty()) {
            // The peer has closed: it will never say anything again, and what it is told is lost.
            Ok((0, _)) => Err(DeviceError::Unplugged),
            Ok((count, _)) => Ok(count),
            Err(error) => nothing_or_gone("reading a network device", error),
        }
    }

    fn write(&mut self, bytes: &[u8], wait: Duration) -> Result<usize, DeviceError> {
        match wait_for(&self.stream, PollFlags::OUT, wait) {
            Ready::No => return Ok(0),
            Ready::Gone => return Err(DeviceError::Unplugged),
            Ready::Yes => {}
        }
        match rustix::net::send(&self.stream, bytes, SendFlags::NOSIGNAL) {
            Ok(count) => Ok(count),
            Err(error) => nothing_or_gone("writing a network device", error),
        }
    }
}
