//! What connects a printer: a cable, or a port on the network.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::fd::OwnedFd;
use std::path::Path;
use std::sync::Arc;

use super::cable::{Cable, Ear, Heard};

/// A printer's connector.
pub(super) enum Plug {
    Cable(Cable),
    Socket(Socket),
}

/// A port of one connection at a time, as a printer's is; whoever comes second waits until the first has gone.
pub(super) struct Socket {
    address: SocketAddr,
    listener: Option<Arc<OwnedFd>>,
    peer: Option<Arc<OwnedFd>>,
}

impl Plug {
    /// Listens on this machine, on a port of the system's choice.
    pub fn listen() -> io::Result<Plug> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        listener.set_nonblocking(true)?;
        Ok(Plug::Socket(Socket { address, listener: Some(Arc::new(listener.into())), peer: None }))
    }

    /// The device file of a cable; none of a port.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Plug::Cable(cable) => Some(cable.path()),
            Plug::Socket(_) => None,
        }
    }

    /// The address of a port; none of a cable.
    pub fn address(&self) -> Option<SocketAddr> {
        match self {
            Plug::Cable(_) => None,
            Plug::Socket(socket) => Some(socket.address),
        }
    }

    pub fn read(&mut self, into: &mut [u8]) -> Heard {
        match self {
            Plug::Cable(cable) => cable.read(into),
            Plug::Socket(socket) => socket.read(into),
        }
    }

    pub fn write(&self, bytes: &[u8]) -> usize {
        match self {
            Plug::Cable(cable) => cable.write(bytes),
            Plug::Socket(Socket { peer: Some(peer), .. }) => rustix::io::write(&**peer, bytes).unwrap_or(0),
            Plug::Socket(_) => 0,
        }
    }

    pub fn ear(&self) -> Option<Ear> {
        match self {
            Plug::Cable(cable) => cable.ear(),
            Plug::Socket(socket) => socket.peer.as_ref().or(socket.listener.as_ref()).map(|end| Ear(end.clone())),
        }
    }

    pub fn unplug(&mut self) {
        match self {
            Plug::Cable(cable) => cable.unplug(),
            Plug::Socket(socket) => (socket.listener, socket.peer) = (None, None),
        }
    }

    pub fn replug(&mut self) -> io::Result<()> {
        match self {
            Plug::Cable(cable) => cable.replug(),
            Plug::Socket(socket) => {
                socket.peer = None;
                let listener = TcpListener::bind(socket.address)?;
                listener.set_nonblocking(true)?;
                socket.listener = Some(Arc::new(listener.into()));
                Ok(())
            }
        }
    }
}

impl Socket {
    fn read(&mut self, into: &mut [u8]) -> Heard {
        let Some(listener) = &self.listener else { return Heard::Nobody };
        if self.peer.is_none() {
            let Ok(peer) = rustix::net::accept_with(&**listener, rustix::net::SocketFlags::NONBLOCK) else {
                return Heard::Nobody;
            };
            self.peer = Some(Arc::new(peer));
        }
        let Some(peer) = &self.peer else { return Heard::Nobody };
        match rustix::io::read(&**peer, into) {
            Ok(count) if count > 0 => Heard::Bytes(count),
            Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR) => Heard::Nothing,
            Ok(_) | Err(_) => {
                self.peer = None;
                Heard::Nobody
            }
        }
    }
}
