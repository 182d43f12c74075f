//! A bad network between the agent and the platform: a TCP relay on loopback that can be cut, mended and slowed.
//!
//! A cut drops every connection at once and drops new ones as they come, as a router without a line does. Bytes that
//! were under way are lost, so that an acknowledgement may never arrive although its batch did.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// Connections that are relayed at the same time; more are dropped.
pub const CONNECTIONS_MAX: usize = 64;
/// The longest delay that can be set.
pub const DELAY_MAX: Duration = Duration::from_secs(10);

/// The relay. Ends with its owner.
pub struct Network {
    address: SocketAddr,
    line: Arc<Line>,
}

#[derive(Default)]
struct Line {
    cut: AtomicBool,
    over: AtomicBool,
    delay_ms: AtomicU64,
    bytes_up: AtomicU64,
    bytes_down: AtomicU64,
    refused: AtomicU64,
    open: Mutex<Vec<(TcpStream, TcpStream)>>,
}

impl Network {
    /// Opens a relay on a free port of loopback that leads to `target`.
    ///
    /// # Errors
    /// When no port can be opened.
    pub fn towards(target: SocketAddr) -> io::Result<Network> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let line = Arc::new(Line::default());
        let of_thread = Arc::clone(&line);
        thread::Builder::new().name("network".into()).spawn(move || accept(&listener, target, &of_thread))?;
        Ok(Network { address, line })
    }

    /// Where the agent finds the platform.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The line is gone.
    pub fn cut(&self) {
        self.line.cut.store(true, Ordering::SeqCst);
        self.line.drop_all();
    }

    /// The line is back.
    pub fn mend(&self) {
        self.line.cut.store(false, Ordering::SeqCst);
    }

    /// Whether the line is gone.
    pub fn is_cut(&self) -> bool {
        self.line.cut.load(Ordering::SeqCst)
    }

    /// Holds every piece of data back for so long, in both directions; at most [`DELAY_MAX`].
    pub fn delay(&self, delay: Duration) {
        self.line.delay_ms.store(delay.min(DELAY_MAX).as_millis() as u64, Ordering::SeqCst);
    }

    /// Bytes that went from the agent to the platform so far.
    pub fn bytes_up(&self) -> u64 {
        self.line.bytes_up.load(Ordering::SeqCst)
    }

    /// Bytes that went from the platform to the agent so far.
    pub fn bytes_down(&self) -> u64 {
        self.line.bytes_down.load(Ordering::SeqCst)
    }

    /// Connections that were dropped because the line was gone.
    pub fn refused(&self) -> u64 {
        self.line.refused.load(Ordering::SeqCst)
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        self.line.over.store(true, Ordering::SeqCst);
        self.line.drop_all();
        // Wakes the thread that waits for a connection, so that it sees the end.
        let _ = TcpStream::connect_timeout(&self.address, Duration::from_millis(200));
    }
}

impl Line {
    fn drop_all(&self) {
        for (near, far) in self.open.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            let _ = near.shutdown(Shutdown::Both);
            let _ = far.shutdown(Shutdown::Both);
        }
    }

    fn refuse(&self, near: &TcpStream) {
        self.refused.fetch_add(1, Ordering::SeqCst);
        let _ = near.shutdown(Shutdown::Both);
    }
}

fn accept(listener: &TcpListener, target: SocketAddr, line: &Arc<Line>) {
    for near in listener.incoming() {
        if line.over.load(Ordering::SeqCst) {
            return;
        }
        let Ok(near) = near else { continue };
        if line.cut.load(Ordering::SeqCst) || relay(&near, target, line).is_err() {
            line.refuse(&near);
        }
    }
}

fn relay(near: &TcpStream, target: SocketAddr, line: &Arc<Line>) -> io::Result<()> {
    {
        let mut open = line.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|(near, _)| near.peer_addr().is_ok());
        if open.len() >= CONNECTIONS_MAX {
            return Err(io::ErrorKind::ConnectionRefused.into());
        }
    }
    let far = TcpStream::connect_timeout(&target, Duration::from_secs(2))?;
    near.set_nodelay(true)?;
    far.set_nodelay(true)?;
    let pair = (near.try_clone()?, far.try_clone()?);
    line.open.lock().unwrap_or_else(PoisonError::into_inner).push(pair);
    // A cut that came in between has not seen this pair.
    if line.cut.load(Ordering::SeqCst) {
        line.drop_all();
        return Err(io::ErrorKind::ConnectionRefused.into());
    }
    let up = (near.try_clone()?, far.try_clone()?, Arc::clone(line));
    let down = (far, near.try_clone()?, Arc::clone(line));
    thread::Builder::new().name("network up".into()).spawn(move || pump(up.0, up.1, &up.2, |line| &line.bytes_up))?;
    thread::Builder::new()
        .name("network down".into())
        .spawn(move || pump(down.0, down.1, &down.2, |line| &line.bytes_down))?;
    Ok(())
}

fn pump(mut from: TcpStream, mut to: TcpStream, line: &Line, counter: fn(&Line) -> &AtomicU64) {
    let mut piece = [0; 16 << 10];
    while let Ok(read @ 1..) = from.read(&mut piece) {
        let delay_ms = line.delay_ms.load(Ordering::SeqCst);
        if delay_ms > 0 {
            thread::sleep(Duration::from_millis(delay_ms));
        }
        if line.cut.load(Ordering::SeqCst) {
            break;
        }
        // Counted before it is sent: who has received something finds it counted.
        counter(line).fetch_add(read as u64, Ordering::SeqCst);
        if to.write_all(&piece[..read]).is_err() {
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn echo() -> SocketAddr {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                thread::spawn(move || io::copy(&mut &stream, &mut &stream));
            }
        });
        address
    }

    fn ask(address: SocketAddr) -> io::Result<[u8; 4]> {
        let mut stream = TcpStream::connect(address)?;
        stream.write_all(b"ping")?;
        let mut answer = [0; 4];
        stream.read_exact(&mut answer)?;
        Ok(answer)
    }

    #[test]
    fn a_line_carries_is_cut_under_way_and_comes_back() {
        let network = Network::towards(echo()).unwrap();
        assert_eq!(&ask(network.address()).unwrap(), b"ping");
        assert_eq!((network.bytes_up(), network.bytes_down()), (4, 4));

        let mut open = TcpStream::connect(network.address()).unwrap();
        open.write_all(b"ping").unwrap();
        open.read_exact(&mut [0; 4]).unwrap();
        network.cut();
        assert!(matches!(open.read(&mut [0; 4]), Ok(0) | Err(_)), "an open connection is dropped");
        assert!(ask(network.address()).is_err(), "a new one is dropped");
        assert!(network.refused() >= 1);

        network.mend();
        assert_eq!(&ask(network.address()).unwrap(), b"ping");
    }
}
