//! A card terminal on a TCP port.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::card_terminal::{Booked, CardTerminal, Spoken, TerminalMood};

/// How long the thread waits for bytes before it looks at its switches again.
const LOOK_AFTER: Duration = Duration::from_millis(10);

/// A terminal on a port of this machine. Cloneable: all clones are the same terminal; it is switched off when the last one is
/// dropped. Its clock is in UTC.
#[derive(Clone)]
pub struct VirtualTerminal {
    power: Arc<Power>,
}

struct Power {
    core: Arc<Mutex<CardTerminal>>,
    switches: Arc<Switches>,
    address: SocketAddr,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Switches {
    off: AtomicBool,
    unplugged: AtomicBool,
    card: AtomicBool,
}

impl VirtualTerminal {
    /// Switches a terminal on.
    ///
    /// # Errors
    /// When there is no port or no thread to be had.
    pub fn plug(password: [u8; 3], currency: u16) -> io::Result<VirtualTerminal> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let core = Arc::new(Mutex::new(CardTerminal::new(password, currency)));
        let switches = Arc::new(Switches::default());
        let (own, looked) = (core.clone(), switches.clone());
        let thread = thread::Builder::new().name("virtual card terminal".into()).spawn(move || {
            while !looked.off.load(Ordering::Relaxed) {
                match listener.accept() {
                    // Refused at once while it is unplugged: the port itself cannot be taken away and given back.
                    Ok(_) if looked.unplugged.load(Ordering::Relaxed) => {}
                    Ok((stream, _)) => drop(serve(stream, &own, &looked)),
                    Err(_) => thread::sleep(LOOK_AFTER),
                }
            }
        })?;
        Ok(VirtualTerminal { power: Arc::new(Power { core, switches, address, thread: Some(thread) }) })
    }

    /// Its address for the driver.
    pub fn address(&self) -> String {
        self.power.address.to_string()
    }

    /// What it does from here on.
    pub fn set_mood(&self, mood: TerminalMood) {
        lock(&self.power.core).mood = mood;
    }

    /// The shopper shows a card to a terminal that waits for one.
    pub fn show_card(&self) {
        self.power.switches.card.store(true, Ordering::Relaxed);
    }

    /// Its books.
    pub fn books(&self) -> Vec<Booked> {
        lock(&self.power.core).books().to_vec()
    }

    /// What the cards have paid and not got back, in the smallest coin.
    pub fn held(&self) -> i64 {
        lock(&self.power.core).held()
    }

    /// Pulls its network cable, or plugs it in again.
    pub fn set_unplugged(&self, unplugged: bool) {
        self.power.switches.unplugged.store(unplugged, Ordering::Relaxed);
    }
}

impl Drop for Power {
    fn drop(&mut self) {
        self.switches.off.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn lock(core: &Mutex<CardTerminal>) -> MutexGuard<'_, CardTerminal> {
    core.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One connection, until either end hangs up.
fn serve(mut stream: TcpStream, core: &Mutex<CardTerminal>, switches: &Switches) -> io::Result<()> {
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(LOOK_AFTER))?;
    lock(core).connected();
    let mut bytes = [0; 1024];
    loop {
        if switches.off.load(Ordering::Relaxed) || switches.unplugged.load(Ordering::Relaxed) {
            return Ok(());
        }
        let now = Timestamp::now().to_zoned(TimeZone::UTC).datetime();
        let mut spoken = Vec::new();
        if switches.card.swap(false, Ordering::Relaxed) {
            spoken.extend(lock(core).show_card(now));
        }
        match stream.read(&mut bytes) {
            Ok(0) => return Ok(()),
            Ok(count) => spoken.extend(lock(core).take(&bytes[..count], now)),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(error) => return Err(error),
        }
        for said in spoken {
            match said {
                Spoken::Bytes(bytes) => stream.write_all(&bytes)?,
                Spoken::Closed => return Ok(()),
            }
        }
    }
}
