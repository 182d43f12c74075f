//! A barcode scanner on a serial line.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::cable::Cable;

/// A scanner that sends what it is told to have seen. Cloneable: all clones are the same scanner.
#[derive(Clone, Debug)]
pub struct VirtualScanner {
    cable: Arc<Mutex<Cable>>,
    suffix: &'static str,
}

impl VirtualScanner {
    /// A scanner whose driver finds it at `link`, with the suffix that it is set to, for example `"\r\n"`.
    ///
    /// # Errors
    /// When there is no pseudo-terminal to be had or the link cannot be made.
    pub fn plug(link: impl Into<PathBuf>, suffix: &'static str) -> io::Result<VirtualScanner> {
        Ok(VirtualScanner { cable: Arc::new(Mutex::new(Cable::plug(link)?)), suffix })
    }

    /// The path for the driver.
    pub fn path(&self) -> PathBuf {
        let cable = self.cable();
        let path: &Path = cable.path();
        path.to_owned()
    }

    /// Sends a code with the suffix. False when the cable did not take all of it.
    pub fn scan(&self, code: &str) -> bool {
        self.send(format!("{code}{}", self.suffix).as_bytes())
    }

    /// The same with an AIM identifier before it, for example `"]E0"`.
    pub fn scan_as(&self, aim: &str, code: &str) -> bool {
        self.scan(&format!("{aim}{code}"))
    }

    /// The same in pieces of `bytes`, with a pause between two, as a slow line or a busy USB hub does it.
    pub fn scan_slowly(&self, code: &str, bytes: usize, pause: Duration) -> bool {
        let whole = format!("{code}{}", self.suffix);
        whole.as_bytes().chunks(bytes.max(1)).all(|piece| {
            let sent = self.send(piece);
            thread::sleep(pause);
            sent
        })
    }

    /// Many codes in one write.
    pub fn burst<'a>(&self, codes: impl IntoIterator<Item = &'a str>) -> bool {
        let all: String = codes.into_iter().flat_map(|code| [code, self.suffix]).collect();
        self.send(all.as_bytes())
    }

    /// The same code again and again, as a scanner does whose trigger is held, or before whose window the goods stay.
    pub fn hold(&self, code: &str, times: usize, pause: Duration) -> bool {
        (0..times).all(|_| {
            let sent = self.scan(code);
            thread::sleep(pause);
            sent
        })
    }

    /// Half of a code, and the cable is pulled.
    pub fn scan_and_unplug(&self, code: &str) {
        self.send(&code.as_bytes()[..code.len() / 2]);
        self.unplug();
    }

    /// Sends any bytes, without a suffix.
    pub fn send(&self, bytes: &[u8]) -> bool {
        self.cable().write(bytes) == bytes.len()
    }

    /// Pulls the cable.
    pub fn unplug(&self) {
        self.cable().unplug();
    }

    /// Plugs it in again under the same path.
    ///
    /// # Errors
    /// As [`VirtualScanner::plug`].
    pub fn replug(&self) -> io::Result<()> {
        self.cable().replug()
    }

    fn cable(&self) -> MutexGuard<'_, Cable> {
        self.cable.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
