//! The till's control socket, seen from the street: one screen after the other, and wishes.

use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use ui::{Element, Intent, Screen};

/// Why the till did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum TillError {
    /// The socket could not be opened in time.
    #[error("the till did not open {path} within {waited:?}")]
    Absent {
        /// The control socket.
        path: PathBuf,
        /// How long was waited.
        waited: Duration,
    },
    /// The till closed its socket: it ended.
    #[error("the till has gone while {0}")]
    Gone(String),
    /// The till did not show what was waited for.
    #[error("the till did not answer in time while {waiting_for}; its screen: {last}")]
    Silent {
        /// What was waited for.
        waiting_for: String,
        /// The last screen, short.
        last: String,
    },
    /// The till refused a line on its control socket.
    #[error("the till refused a line: {0}")]
    Refused(String),
    /// The socket failed.
    #[error("failed writing to the till's control socket")]
    Writing(#[from] io::Error),
}

/// A connection to a till.
pub struct Till {
    writer: UnixStream,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    screen: Screen,
    shown: bool,
    shown_at: Option<Instant>,
    picture: Option<PathBuf>,
    elements: Option<Vec<Element>>,
    refused: Option<String>,
    gone: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum ToTill<'a> {
    Intent(&'a Intent),
    Get(&'a str),
    Picture(&'a Path),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum FromTill {
    Screen(Box<Screen>),
    Picture(PathBuf),
    Elements(Vec<Element>),
    Error(String),
}

impl Till {
    /// Connects, trying until `patience` is over, and waits for the first screen.
    ///
    /// # Errors
    /// [`TillError::Absent`] when there is no till in time.
    pub fn connect(path: &Path, patience: Duration) -> Result<Till, TillError> {
        let until = Instant::now() + patience;
        let writer = loop {
            match UnixStream::connect(path) {
                Ok(stream) => break stream,
                Err(_) if Instant::now() < until => thread::sleep(Duration::from_millis(5)),
                Err(_) => return Err(TillError::Absent { path: path.to_owned(), waited: patience }),
            }
        };
        let shared = Arc::new(Shared::default());
        let (reader, of_thread) = (writer.try_clone()?, Arc::clone(&shared));
        thread::Builder::new().name("till screens".into()).spawn(move || of_thread.read(reader))?;
        let till = Till { writer, shared };
        till.wait("opening", patience, |_| true)?;
        Ok(till)
    }

    /// The screen as it was told last.
    pub fn screen(&self) -> Screen {
        self.shared.lock().screen.clone()
    }

    /// Sends a wish; what comes of it is seen on the screen.
    ///
    /// # Errors
    /// When the till has gone.
    pub fn wish(&mut self, intent: &Intent) -> Result<(), TillError> {
        self.send(&ToTill::Intent(intent))
    }

    /// Waits until the screen is as wanted; tells it and when it came.
    ///
    /// # Errors
    /// [`TillError::Silent`] after `patience`, [`TillError::Gone`] and [`TillError::Refused`] at once.
    pub fn wait(
        &self,
        waiting_for: &str,
        patience: Duration,
        mut wanted: impl FnMut(&Screen) -> bool,
    ) -> Result<(Screen, Instant), TillError> {
        let until = Instant::now() + patience;
        let mut state = self.shared.lock();
        loop {
            if state.shown && wanted(&state.screen) {
                return Ok((state.screen.clone(), state.shown_at.unwrap_or_else(Instant::now)));
            }
            state = self.shared.next(state, until, waiting_for)?;
        }
    }

    /// Has the till draw its screen into a file.
    ///
    /// # Errors
    /// As [`Till::wait`].
    pub fn picture(&mut self, path: &Path, patience: Duration) -> Result<(), TillError> {
        self.shared.lock().picture = None;
        self.send(&ToTill::Picture(path))?;
        let until = Instant::now() + patience;
        let mut state = self.shared.lock();
        while state.picture.take().is_none() {
            state = self.shared.next(state, until, "drawing its screen")?;
        }
        Ok(())
    }

    /// What its window shows, by name, with its place.
    ///
    /// # Errors
    /// As [`Till::wait`].
    pub fn elements(&mut self, patience: Duration) -> Result<Vec<Element>, TillError> {
        self.shared.lock().elements = None;
        self.send(&ToTill::Get("elements"))?;
        let until = Instant::now() + patience;
        let mut state = self.shared.lock();
        loop {
            if let Some(elements) = state.elements.take() {
                return Ok(elements);
            }
            state = self.shared.next(state, until, "telling what its window shows")?;
        }
    }

    fn send(&mut self, line: &ToTill) -> Result<(), TillError> {
        let mut bytes = serde_json::to_vec(line).map_err(io::Error::from)?;
        bytes.push(b'\n');
        self.writer.write_all(&bytes).map_err(|error| match error.kind() {
            io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset => TillError::Gone("being told a wish".into()),
            _ => TillError::Writing(error),
        })
    }
}

impl Drop for Till {
    fn drop(&mut self) {
        let _ = self.writer.shutdown(std::net::Shutdown::Both);
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next<'a>(
        &self,
        mut state: MutexGuard<'a, State>,
        until: Instant,
        waiting_for: &str,
    ) -> Result<MutexGuard<'a, State>, TillError> {
        if let Some(refused) = state.refused.take() {
            return Err(TillError::Refused(refused));
        }
        if state.gone {
            return Err(TillError::Gone(waiting_for.to_owned()));
        }
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(TillError::Silent { waiting_for: waiting_for.to_owned(), last: in_short(&state.screen) });
        }
        Ok(self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0)
    }

    fn read(&self, stream: UnixStream) {
        for line in BufReader::new(stream).split(b'\n') {
            let Ok(line) = line else { break };
            let at = Instant::now();
            let told = serde_json::from_slice::<FromTill>(&line);
            let mut state = self.lock();
            match told {
                Ok(FromTill::Screen(screen)) => {
                    (state.screen, state.shown, state.shown_at) = (*screen, true, Some(at));
                }
                Ok(FromTill::Picture(path)) => state.picture = Some(path),
                Ok(FromTill::Elements(elements)) => state.elements = Some(elements),
                Ok(FromTill::Error(error)) => state.refused = Some(error),
                Err(error) => state.refused = Some(format!("a line from the till is not understood: {error}")),
            }
            self.changed.notify_all();
        }
        self.lock().gone = true;
        self.changed.notify_all();
    }
}

/// A screen in one line, for messages.
fn in_short(screen: &Screen) -> String {
    let panel = serde_json::to_value(&screen.panel).unwrap_or_default();
    let mut panel = panel.as_object().cloned().unwrap_or_default();
    panel.remove("items");
    format!(
        "version {}, {} lines, total {}, returning {}, said {:?}, notice {:?}, panel {}",
        screen.version,
        screen.basket.lines.len(),
        screen.basket.total,
        screen.basket.returning,
        screen.said,
        screen.notice.as_ref().map(|notice| &notice.text),
        serde_json::Value::from(panel),
    )
}
