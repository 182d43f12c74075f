//! The lane: self-checkouts and the attendant's till of one store, over the shop's own network and without head office.
//!
//! The kiosk dials, the till listens. Every line proves itself ([`protocol::lane`]); what does not ends the connection. Only the
//! newest state of a kiosk is sent, so that nothing waits in a queue; answers wait, a few for each kiosk, and an old one counts
//! for nothing there. Whoever is gone is dialled again.

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream, ToSocketAddrs};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use protocol::lane::{Hello, KioskTells, LANE, LINE_BYTES_MAX, Session, Side, TillSays};
use uuid::Uuid;

use crate::engine::LaneNews;

/// Pause between looks at the line and at what is to be said.
const LOOK: Duration = Duration::from_millis(100);
/// A line on which nothing was said for so long is dead.
const SILENT_MAX: Duration = Duration::from_secs(12);
/// So often something is said, if only that one is there.
const BEAT: Duration = Duration::from_secs(4);
/// Who does not say hello within this is sent away.
const HELLO_WITHIN: Duration = Duration::from_secs(5);
/// The longest pause between two attempts.
const REST_MAX: Duration = Duration::from_secs(8);
/// Time to connect.
const CONNECT_WITHIN: Duration = Duration::from_secs(3);
/// Connections at once; more are sent away.
const CONNECTIONS_MAX: usize = 16;
/// Answers that wait for one kiosk.
const SAYS_MAX: usize = 8;

/// Who hears of it.
pub type Ears = Arc<dyn Fn(LaneNews) + Send + Sync>;

/// One end of the lane. Clones are the same end; dropping the last one that is not a thread's stops it.
#[derive(Clone)]
pub struct Lane {
    shared: Arc<Shared>,
    _alive: Arc<Alive>,
}

struct Alive(Arc<Shared>);

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.stopped.store(true, Ordering::Relaxed);
    }
}

struct Shared {
    stopped: AtomicBool,
    connections: AtomicUsize,
    inside: Mutex<Inside>,
    ears: Ears,
}

#[derive(Default)]
struct Inside {
    /// The store's lane key and this terminal's number, as soon as they are known.
    who: Option<(Vec<u8>, u32)>,
    tells: Option<KioskTells>,
    says: BTreeMap<u32, VecDeque<TillSays>>,
}

impl Lane {
    /// The kiosk's end: dials `till` (`HOST:PORT`) for as long as it lives.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn dial(till: &str, ears: Ears) -> io::Result<Lane> {
        let (lane, shared, till) = Lane::new(ears, till);
        thread::Builder::new().name("lane".into()).spawn(move || shared.keep_dialling(&till))?;
        Ok(lane)
    }

    /// The till's end: listens on `address` (`HOST:PORT`) for as long as it lives.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn listen(address: &str, ears: Ears) -> io::Result<Lane> {
        let (lane, shared, address) = Lane::new(ears, address);
        thread::Builder::new().name("lane".into()).spawn(move || shared.keep_listening(&address))?;
        Ok(lane)
    }

    fn new(ears: Ears, address: &str) -> (Lane, Arc<Shared>, String) {
        let shared = Arc::new(Shared {
            stopped: AtomicBool::new(false),
            connections: AtomicUsize::new(0),
            inside: Mutex::default(),
            ears,
        });
        let alive = Arc::new(Alive(shared.clone()));
        (Lane { shared: shared.clone(), _alive: alive }, shared, address.to_owned())
    }

    /// Who this terminal is, and the key of its store.
    pub fn is(&self, lane_key: Option<Vec<u8>>, number: u32) {
        let who = lane_key.map(|key| (key, number));
        let mut inside = self.shared.lock();
        if inside.who != who {
            inside.who = who;
        }
    }

    /// How the kiosk stands: the newest alone is told.
    pub fn tell(&self, tells: KioskTells) {
        self.shared.lock().tells = Some(tells);
    }

    /// What the attendant says to a kiosk.
    pub fn say(&self, kiosk: u32, says: TillSays) {
        let mut inside = self.shared.lock();
        let waiting = inside.says.entry(kiosk).or_default();
        if waiting.len() >= SAYS_MAX {
            waiting.pop_front();
        }
        waiting.push_back(says);
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    fn rest(&self, pause: Duration) {
        let until = Instant::now() + pause;
        while !self.stopped() && Instant::now() < until {
            thread::sleep(LOOK);
        }
    }

    fn keep_dialling(self: Arc<Shared>, till: &str) {
        let mut pause = LOOK;
        while !self.stopped() {
            let begun = Instant::now();
            let who = self.lock().who.clone();
            if let Some((key, number)) = who
                && let Err(error) = self.serve_kiosk(till, &key, number)
            {
                tracing::debug!(%error, till, "the lane to the attendant's till");
            }
            (self.ears)(LaneNews::Reached(false));
            pause = if begun.elapsed() > SILENT_MAX { LOOK } else { (pause * 2).min(REST_MAX) };
            self.rest(pause);
        }
    }

    fn serve_kiosk(&self, till: &str, key: &[u8], number: u32) -> io::Result<()> {
        let address = till.to_socket_addrs()?.next().ok_or(ErrorKind::NotFound)?;
        let mut line = Line::over(TcpStream::connect_timeout(&address, CONNECT_WITHIN)?)?;
        let own = hello(number);
        line.write(&(json(&own)? + "\n"))?;
        let theirs: Hello = from_json(&line.next_within(self, HELLO_WITHIN)?)?;
        let mut session = Session::new(key, Side::Kiosk, &own, &theirs).map_err(io::Error::other)?;
        let mut told: Option<KioskTells> = None;
        let mut beat = Instant::now();
        let mut reached = false;
        while !self.stopped() {
            let newest = self.lock().tells.clone();
            if let Some(tells) = newest.filter(|newest| told.as_ref() != Some(newest) || beat.elapsed() >= BEAT) {
                line.write(&session.seal(&tells))?;
                told = Some(tells);
                beat = Instant::now();
            }
            if let Some(text) = line.next()? {
                let says: TillSays = session.open(&text).map_err(io::Error::other)?;
                if !std::mem::replace(&mut reached, true) {
                    (self.ears)(LaneNews::Reached(true));
                }
                // Zero names no call: the till is there.
                if says.call > 0 {
                    (self.ears)(LaneNews::Says(says));
                }
            }
        }
        Ok(())
    }

    fn keep_listening(self: Arc<Shared>, address: &str) {
        while !self.stopped() {
            match TcpListener::bind(address).and_then(|listener| listener.set_nonblocking(true).map(|()| listener)) {
                Ok(listener) => self.accept(&listener),
                Err(error) => tracing::error!(%error, address, "self-checkouts cannot reach this till"),
            }
            self.rest(REST_MAX);
        }
    }

    fn accept(self: &Arc<Shared>, listener: &TcpListener) {
        while !self.stopped() {
            let stream = match listener.accept() {
                Ok((stream, _)) => stream,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    thread::sleep(LOOK);
                    continue;
                }
                Err(error) => {
                    tracing::warn!(%error, "the lane's door fell shut");
                    return;
                }
            };
            if self.connections.load(Ordering::Relaxed) >= CONNECTIONS_MAX {
                continue;
            }
            self.connections.fetch_add(1, Ordering::Relaxed);
            let shared = self.clone();
            let served = thread::Builder::new().name("lane-kiosk".into()).spawn(move || {
                let mut kiosk = None;
                if let Err(error) = shared.serve_till(stream, &mut kiosk) {
                    tracing::debug!(%error, ?kiosk, "a self-checkout's lane ended");
                }
                shared.connections.fetch_sub(1, Ordering::Relaxed);
                if let Some(kiosk) = kiosk {
                    shared.lock().says.remove(&kiosk);
                    (shared.ears)(LaneNews::Gone(kiosk));
                }
            });
            if let Err(error) = served {
                tracing::error!(%error, "no thread for a self-checkout's lane");
                self.connections.fetch_sub(1, Ordering::Relaxed);
            }
        }
    }

    /// Serves one kiosk; `kiosk` becomes its number once it has proven itself.
    fn serve_till(&self, stream: TcpStream, kiosk: &mut Option<u32>) -> io::Result<()> {
        stream.set_nonblocking(false)?;
        let mut line = Line::over(stream)?;
        let Some((key, number)) = self.lock().who.clone() else { return Err(ErrorKind::NotFound.into()) };
        let theirs: Hello = from_json(&line.next_within(self, HELLO_WITHIN)?)?;
        let own = hello(number);
        line.write(&(json(&own)? + "\n"))?;
        let mut session = Session::new(&key, Side::Till, &theirs, &own).map_err(io::Error::other)?;
        let mut beat: Option<Instant> = None;
        while !self.stopped() {
            if let Some(text) = line.next()? {
                let tells: KioskTells = session.open(&text).map_err(io::Error::other)?;
                if tells.kiosk != theirs.till || tells.kiosk == number {
                    return Err(ErrorKind::InvalidData.into());
                }
                *kiosk = Some(tells.kiosk);
                (self.ears)(LaneNews::Kiosk(tells));
            }
            let says = kiosk.and_then(|kiosk| self.lock().says.get_mut(&kiosk)?.pop_front());
            let due = kiosk.is_some() && beat.is_none_or(|beat| beat.elapsed() >= BEAT);
            let there = || TillSays { call: 0, verdict: protocol::lane::Verdict::Coming, staff: String::new() };
            if let Some(says) = says.or_else(|| due.then(there)) {
                line.write(&session.seal(&says))?;
                beat = Some(Instant::now());
            }
        }
        Ok(())
    }
}

/// A connection, line by line; never longer than a line may be, and never silent for long.
struct Line {
    stream: TcpStream,
    read: Vec<u8>,
    heard_at: Instant,
}

impl Line {
    fn over(stream: TcpStream) -> io::Result<Line> {
        stream.set_read_timeout(Some(LOOK))?;
        stream.set_write_timeout(Some(HELLO_WITHIN))?;
        stream.set_nodelay(true)?;
        Ok(Line { stream, read: Vec::new(), heard_at: Instant::now() })
    }

    fn write(&mut self, text: &str) -> io::Result<()> {
        if text.len() > LINE_BYTES_MAX {
            return Err(ErrorKind::FileTooLarge.into());
        }
        self.stream.write_all(text.as_bytes())
    }

    /// The next line, when there is one by now.
    fn next(&mut self) -> io::Result<Option<String>> {
        if let Some(line) = self.whole()? {
            return Ok(Some(line));
        }
        let mut bytes = [0; 4096];
        match self.stream.read(&mut bytes) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(count) => {
                self.read.extend(&bytes[..count]);
                self.heard_at = Instant::now();
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(error) => return Err(error),
        }
        if self.heard_at.elapsed() > SILENT_MAX {
            return Err(ErrorKind::TimedOut.into());
        }
        self.whole()
    }

    fn whole(&mut self) -> io::Result<Option<String>> {
        let end = self.read.iter().position(|byte| *byte == b'\n');
        match end {
            None if self.read.len() >= LINE_BYTES_MAX => Err(ErrorKind::FileTooLarge.into()),
            None => Ok(None),
            Some(end) => {
                let line: Vec<u8> = self.read.drain(..=end).collect();
                String::from_utf8(line).map(Some).map_err(io::Error::other)
            }
        }
    }

    fn next_within(&mut self, shared: &Shared, within: Duration) -> io::Result<String> {
        let until = Instant::now() + within;
        while !shared.stopped() && Instant::now() < until {
            if let Some(line) = self.next()? {
                return Ok(line);
            }
        }
        Err(ErrorKind::TimedOut.into())
    }
}

fn hello(number: u32) -> Hello {
    // Two ids are 148 bits of chance.
    let nonce = format!("{}{}", Uuid::now_v7().simple(), Uuid::now_v7().simple());
    Hello { lane: LANE.to_owned(), nonce, till: number }
}

fn json(hello: &Hello) -> io::Result<String> {
    serde_json::to_string(hello).map_err(io::Error::other)
}

fn from_json(line: &str) -> io::Result<Hello> {
    serde_json::from_str(line).map_err(io::Error::other)
}
