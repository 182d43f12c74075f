//! A serial line with all that can be wrong with one; for every device that speaks on a [`Cable`].

use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::cable::{Cable, Ear, Heard};

/// What is wrong with a line. Nothing, by default.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Faults {
    /// Bytes that nobody sent, before each message.
    pub noise: Vec<u8>,
    /// One byte of every so-manieth message arrives changed; 0 for none.
    pub spoil_every: u32,
    /// The bits of it that change. One bit turns digits into digits; parity would notice that, and a pseudo-terminal has none.
    pub spoil_bits: u8,
    /// Messages arrive in pieces of so many bytes; 0 for whole.
    pub piece_bytes: usize,
    /// So many messages arrive at once, the first ones late; 0 and 1 for each by itself.
    pub merge: usize,
    /// A pause before each message and each piece.
    pub pause: Duration,
    /// Nothing arrives.
    pub silent: bool,
}

/// A cable whose messages suffer.
#[derive(Debug)]
pub struct Line {
    cable: Cable,
    /// What they suffer from.
    pub faults: Faults,
    held: Vec<u8>,
    held_messages: usize,
    messages: u32,
}

impl Line {
    /// Plugs a line in whose other end is found at `link`.
    ///
    /// # Errors
    /// As [`Cable::plug`].
    pub fn plug(link: impl Into<PathBuf>) -> io::Result<Line> {
        let cable = Cable::plug(link)?;
        Ok(Line { cable, faults: Faults::default(), held: Vec::new(), held_messages: 0, messages: 0 })
    }

    /// The path for the driver.
    pub fn path(&self) -> &Path {
        self.cable.path()
    }

    /// Takes what the other end has sent.
    pub fn read(&self, into: &mut [u8]) -> Heard {
        self.cable.read(into)
    }

    /// Sends a message, as far as the faults let it through.
    pub fn say(&mut self, message: &[u8]) {
        if self.faults.silent {
            return;
        }
        self.messages = self.messages.wrapping_add(1);
        let start = self.held.len() + self.faults.noise.len();
        self.held.extend_from_slice(&self.faults.noise);
        self.held.extend_from_slice(message);
        if self.faults.spoil_every > 0 && self.messages.is_multiple_of(self.faults.spoil_every) && !message.is_empty() {
            let at = start + self.messages as usize % message.len();
            self.held[at] ^= self.faults.spoil_bits;
        }
        self.held_messages += 1;
        if self.held_messages >= self.faults.merge {
            self.let_go();
        }
    }

    fn let_go(&mut self) {
        self.held_messages = 0;
        let bytes = std::mem::take(&mut self.held);
        let piece = if self.faults.piece_bytes == 0 { bytes.len() } else { self.faults.piece_bytes };
        for piece in bytes.chunks(piece.max(1)) {
            thread::sleep(self.faults.pause);
            self.cable.write(piece);
        }
    }

    /// Pulls the cable.
    pub fn unplug(&mut self) {
        self.held.clear();
        self.held_messages = 0;
        self.cable.unplug();
    }

    /// Plugs it in again under the same path.
    ///
    /// # Errors
    /// As [`Cable::plug`].
    pub fn replug(&mut self) -> io::Result<()> {
        self.cable.replug()
    }

    /// Something to wait with, without holding the line.
    pub(super) fn ear(&self) -> Option<Ear> {
        self.cable.ear()
    }
}
