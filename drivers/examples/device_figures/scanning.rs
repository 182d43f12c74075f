//! A scanner bursting ten codes a second for a minute, over a real pseudo-terminal and through the till's own threads.

use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use drivers::counter::Counter;
use drivers::registry::DeviceConfig;
use drivers::station::{DeviceEvent, EventSink};
use hal::Health;
use rustix::fs::OFlags;
use rustix::pty::OpenptFlags;
use rustix::termios::OptionalActions;

/// Codes a second, and for how long.
const CODES_PER_SECOND: u32 = 10;
const SECONDS: u32 = 60;
/// Longest wait for a code: one that takes longer is lost.
const PATIENCE: Duration = Duration::from_secs(2);
/// Events that the till's queue holds.
const QUEUE: usize = 16;

/// What came of it.
struct Burst {
    /// Codes that were sent.
    sent: u32,
    /// Codes that did not come, or not as they were sent, or twice.
    lost: u32,
    /// From the write of a code to its event, in milliseconds, in the order of the codes.
    delays_ms: Vec<f64>,
    /// The same bytes read from the pseudo-terminal with nothing between: what the system itself takes.
    reference_ms: Vec<f64>,
}

/// Measures and tells.
///
/// # Errors
/// When the system gives no pseudo-terminal.
pub fn measure() -> std::io::Result<()> {
    let Burst { sent, lost, mut delays_ms, mut reference_ms } = burst()?;
    crate::tell_limited(&format!("codes lost of {sent}, ten a second for a minute"), lost.into(), "codes", 0.0);
    crate::tell("scanned code to its event, p50", crate::percentile(&mut delays_ms, 50), "ms");
    crate::tell("scanned code to its event, p99", crate::percentile(&mut delays_ms, 99), "ms");
    crate::tell("the same bytes read and nothing else, p99", crate::percentile(&mut reference_ms, 99), "ms");
    Ok(())
}

/// Sends the codes at their pace and waits for each one's event.
///
/// # Errors
/// When the system gives no pseudo-terminal.
fn burst() -> std::io::Result<Burst> {
    let (scanner, path) = cable()?;
    let till = till(&path)?;
    let mut burst = Burst { sent: 0, lost: 0, delays_ms: Vec::new(), reference_ms: reference()? };
    let begun = Instant::now();
    for number in 0..CODES_PER_SECOND * SECONDS {
        let at = begun + Duration::from_secs(1) * number / CODES_PER_SECOND;
        std::thread::sleep(at.saturating_duration_since(Instant::now()));
        // Two of three are the same code as the one before: equal goods one after the other.
        let code = format!("690{:010}", number / 3);
        let sent_at = Instant::now();
        write(&scanner, format!("{code}\r").as_bytes())?;
        burst.sent += 1;
        match heard(&till) {
            Some(data) if data == code => burst.delays_ms.push(sent_at.elapsed().as_secs_f64() * 1e3),
            _ => burst.lost += 1,
        }
    }
    // Nothing may come beyond what was sent.
    while let Ok(event) = till.events.recv_timeout(Duration::from_millis(300)) {
        burst.lost += u32::from(matches!(event, DeviceEvent::Scan { .. } | DeviceEvent::Unreadable { .. }));
    }
    Ok(burst)
}

/// Events, and the threads that they come from.
struct Till {
    events: Receiver<DeviceEvent>,
    _counter: Counter,
}

fn till(path: &Path) -> std::io::Result<Till> {
    let config = format!("[[scanner]]\ndriver = \"serial\"\npath = \"{}\"\nidle_gap_ms = 2000", path.display());
    let config = DeviceConfig::from_toml(&config).map_err(std::io::Error::other)?;
    let (sender, events) = sync_channel(QUEUE);
    let till = Till { events, _counter: Counter::set_up(&config, &EventSink::from(sender))? };
    match till.events.recv_timeout(PATIENCE) {
        Ok(DeviceEvent::State { health: Health::Ready, .. }) => Ok(till),
        other => Err(std::io::Error::other(format!("the scanner is not ready: {other:?}"))),
    }
}

fn heard(till: &Till) -> Option<String> {
    match till.events.recv_timeout(PATIENCE) {
        Ok(DeviceEvent::Scan { scan, .. }) => Some(scan.data),
        _ => None,
    }
}

/// How long a code takes through a pseudo-terminal to a thread that does nothing but read and hand on.
fn reference() -> std::io::Result<Vec<f64>> {
    let (scanner, path) = cable()?;
    let line = std::fs::File::open(path)?;
    let (sender, heard) = sync_channel(QUEUE);
    std::thread::spawn(move || {
        let mut bytes = [0; 64];
        let mut whole = 0;
        while let Ok(count @ 1..) = rustix::io::read(&line, &mut bytes) {
            whole += count;
            if bytes[..count].contains(&b'\r') && sender.send(std::mem::take(&mut whole)).is_err() {
                return;
            }
        }
    });
    let mut delays_ms = Vec::new();
    for number in 0..200 {
        std::thread::sleep(Duration::from_millis(10));
        let sent_at = Instant::now();
        write(&scanner, format!("690{number:010}\r").as_bytes())?;
        heard.recv_timeout(PATIENCE).map_err(std::io::Error::other)?;
        delays_ms.push(sent_at.elapsed().as_secs_f64() * 1e3);
    }
    Ok(delays_ms)
}

/// A pseudo-terminal: the scanner's end, and the path of the till's.
fn cable() -> std::io::Result<(OwnedFd, PathBuf)> {
    let master = rustix::pty::openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
    rustix::pty::grantpt(&master)?;
    rustix::pty::unlockpt(&master)?;
    rustix::fs::fcntl_setfl(&master, OFlags::RDWR)?;
    let mut termios = rustix::termios::tcgetattr(&master)?;
    termios.make_raw();
    rustix::termios::tcsetattr(&master, OptionalActions::Now, &termios)?;
    let name = rustix::pty::ptsname(&master, Vec::new())?;
    Ok((master, name.into_string().map_err(std::io::Error::other)?.into()))
}

fn write(scanner: &OwnedFd, bytes: &[u8]) -> std::io::Result<()> {
    match rustix::io::write(scanner, bytes)? {
        count if count == bytes.len() => Ok(()),
        count => Err(std::io::Error::other(format!("the line took {count} of {} bytes", bytes.len()))),
    }
}
