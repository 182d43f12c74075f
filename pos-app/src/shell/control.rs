//! The control socket: a Unix stream of JSON lines through which tests, the demo and remote hands see the till's screen
//! as data and send what a person at it would wish. Only the user who runs the till can reach it.
//!
//! To the till: `{"intent": {...}}`, `{"get": "screen"}`, `{"get": "devices"}`, `{"get": "elements"}`,
//! `{"get": "shopper"}`, `{"picture": "FILE.png"}`, `{"picture": "FILE.png", "of": "shopper"}`. From it:
//! `{"screen": {...}}` on connecting and after each change, `{"devices": [...]}`,
//! `{"shopper": {...}}` (null without a screen for the shopper), `{"elements": [...]}` (what the window shows by name, with its place), `{"picture": "FILE.png"}` when it is
//! written, `{"error": "..."}`.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Deserialize;
use ui::{Intent, Screen, Shopper};

use super::face::Eyes;
use super::shelf::Shelf;
use super::{Message, metrics, wish};

/// Connections at once.
const CONNECTIONS_MAX: usize = 8;
/// Bytes of one line.
const LINE_BYTES_MAX: u64 = 64 << 10;
/// A reader that takes no screen for so long is let go.
const WRITE_WAIT_MAX: Duration = Duration::from_secs(10);
/// Pause between looks at whether the other end has gone.
const LOOK_AFTER: Duration = Duration::from_secs(1);

/// The newest screen, for whoever wants to see it.
#[derive(Clone, Default)]
pub(super) struct Screens(Arc<(Mutex<Newest>, Condvar)>);

#[derive(Default)]
struct Newest {
    number: u64,
    screen: Option<Arc<Screen>>,
    shopper: Option<Arc<Shopper>>,
    watchers: usize,
}

impl Screens {
    /// Shows a screen; costs next to nothing while nobody watches.
    pub(super) fn show(&self, screen: Screen) {
        let mut newest = self.lock();
        newest.number += 1;
        newest.screen = Some(Arc::new(screen));
        if newest.watchers > 0 {
            self.0.1.notify_all();
        }
    }

    /// Keeps what the shopper sees.
    pub(super) fn show_shopper(&self, shopper: Shopper) {
        self.lock().shopper = Some(Arc::new(shopper));
    }

    fn lock(&self) -> MutexGuard<'_, Newest> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The newest screen and its number, once it is newer than `seen`; `None` after a while without one.
    fn after(&self, seen: u64) -> Option<(u64, Arc<Screen>)> {
        let newest = self.lock();
        let waited = self.0.1.wait_timeout_while(newest, LOOK_AFTER, |newest| newest.number <= seen);
        let (newest, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let screen = newest.screen.clone()?;
        (newest.number > seen).then_some((newest.number, screen))
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Request {
    PictureOf(PictureOf),
    Any(Wanted),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Wanted {
    Intent(Intent),
    Get(Get),
    Picture(String),
}

/// A picture of another screen than the till's.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PictureOf {
    picture: String,
    of: Seen,
}

/// Which screen.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Seen {
    Till,
    Shopper,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Get {
    Screen,
    Devices,
    Elements,
    Shopper,
}

/// Listens at a path, which is made anew.
pub(super) fn listen(
    path: &Path,
    sender: SyncSender<Message>,
    (screens, shelf): (Screens, Shelf),
    eyes: Eyes,
) -> std::io::Result<()> {
    if UnixStream::connect(path).is_ok() {
        // A running till answers here; its socket is not taken away from it.
        return Err(std::io::ErrorKind::AddrInUse.into());
    }
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(path)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    let eyes = Arc::new(eyes);
    let connections = Arc::new(AtomicUsize::new(0));
    std::thread::Builder::new().name("control".into()).spawn(move || {
        for stream in listener.incoming() {
            let Ok(stream) = stream else {
                // Too many open files, for one: that passes, and asking at once again would only keep a core busy.
                std::thread::sleep(LOOK_AFTER);
                continue;
            };
            if connections.fetch_add(1, Ordering::Relaxed) >= CONNECTIONS_MAX {
                connections.fetch_sub(1, Ordering::Relaxed);
                continue;
            }
            let connection = Connection {
                sender: sender.clone(),
                screens: screens.clone(),
                shelf: shelf.clone(),
                eyes: eyes.clone(),
                open: connections.clone(),
            };
            connection.serve(stream);
        }
    })?;
    Ok(())
}

struct Connection {
    sender: SyncSender<Message>,
    screens: Screens,
    shelf: Shelf,
    eyes: Arc<Eyes>,
    open: Arc<AtomicUsize>,
}

impl Connection {
    /// One thread reads, one writes; both end with the stream.
    fn serve(self, stream: UnixStream) {
        let (Ok(reader), Ok(writer)) = (stream.try_clone(), stream.try_clone()) else {
            self.open.fetch_sub(1, Ordering::Relaxed);
            return;
        };
        let _ = stream.set_write_timeout(Some(WRITE_WAIT_MAX));
        let writer = Arc::new(Mutex::new(writer));
        let (screens, out) = (self.screens.clone(), writer.clone());
        std::thread::spawn(move || watch(&screens, &out));
        std::thread::spawn(move || {
            self.read(reader, &writer);
            let _ = stream.shutdown(std::net::Shutdown::Both);
            self.open.fetch_sub(1, Ordering::Relaxed);
        });
    }

    fn read(&self, stream: UnixStream, writer: &Mutex<UnixStream>) {
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        loop {
            line.clear();
            match reader.by_ref().take(LINE_BYTES_MAX).read_line(&mut line) {
                Ok(0) | Err(_) => return,
                Ok(_) => {}
            }
            if !line.ends_with('\n') {
                let _ = send(writer, &serde_json::json!({ "error": "a line is too long or not ended" }));
                return;
            }
            let answer = match serde_json::from_str(&line) {
                Ok(Request::Any(Wanted::Intent(intent))) => {
                    wish(&self.sender, intent);
                    continue;
                }
                Ok(Request::Any(Wanted::Get(Get::Screen))) => {
                    let screen = self.screens.lock().screen.clone();
                    serde_json::json!({ "screen": screen.as_deref() })
                }
                Ok(Request::Any(Wanted::Get(Get::Devices))) => {
                    serde_json::json!({ "devices": metrics::json(&self.shelf.all()) })
                }
                Ok(Request::Any(Wanted::Get(Get::Elements))) => match self.eyes.elements() {
                    Ok(elements) => serde_json::json!({ "elements": elements }),
                    Err(error) => serde_json::json!({ "error": error }),
                },
                Ok(Request::Any(Wanted::Get(Get::Shopper))) => {
                    let shopper = self.screens.lock().shopper.clone();
                    serde_json::json!({ "shopper": shopper.as_deref() })
                }
                Ok(Request::Any(Wanted::Picture(path))) => self.picture(path, Seen::Till),
                Ok(Request::PictureOf(PictureOf { picture, of })) => self.picture(picture, of),
                // The line itself may hold a PIN and is not repeated.
                Err(error) => serde_json::json!({ "error": format!("not a request: {:?}", error.classify()) }),
            };
            if send(writer, &answer).is_err() {
                return;
            }
        }
    }

    fn picture(&self, path: String, of: Seen) -> serde_json::Value {
        let taken = match of {
            Seen::Till => self.eyes.picture(),
            Seen::Shopper => self.eyes.shopper_picture(),
        };
        let written =
            taken.and_then(|png| std::fs::write(&path, png).map_err(|error| format!("failed writing {path}: {error}")));
        match written {
            Ok(()) => serde_json::json!({ "picture": path }),
            Err(error) => serde_json::json!({ "error": error }),
        }
    }
}

/// Sends each newer screen; those that come while one is being sent are passed over but for the newest.
fn watch(screens: &Screens, writer: &Mutex<UnixStream>) {
    screens.lock().watchers += 1;
    let mut seen = 0;
    loop {
        let sent = match screens.after(seen) {
            Some((number, screen)) => {
                seen = number;
                send(writer, &serde_json::json!({ "screen": *screen }))
            }
            None => is_open(writer),
        };
        if sent.is_err() {
            break;
        }
    }
    screens.lock().watchers -= 1;
}

fn is_open(writer: &Mutex<UnixStream>) -> std::io::Result<()> {
    // Writing nothing tells nothing; the state of the stream does.
    let stream = writer.lock().unwrap_or_else(PoisonError::into_inner);
    stream.take_error().and_then(|error| error.map_or(Ok(()), Err)).and_then(|()| stream.peer_addr().map(drop))
}

fn send(writer: &Mutex<UnixStream>, value: &serde_json::Value) -> std::io::Result<()> {
    let line = format!("{value}\n");
    writer.lock().unwrap_or_else(PoisonError::into_inner).write_all(line.as_bytes())
}
