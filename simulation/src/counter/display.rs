//! A display for the shopper: two lines of letters, or a row of digits with lamps.

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use encoding_rs::GB18030;

use super::cable::{Cable, Heard};

/// How long the thread waits for bytes before it looks again.
const LOOK_AFTER: Duration = Duration::from_millis(10);
/// Bytes of the longest string that a display keeps.
const STRING_BYTES_MAX: usize = 200;

/// Which display.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisplayModel {
    /// Two lines of so many columns.
    Letters {
        /// Columns of a line.
        columns: usize,
        /// Whether it has Chinese characters.
        hanzi: bool,
    },
    /// Eight digits and four lamps.
    Digits,
}

/// A display. Cloneable: all clones are the same display; it is switched off when the last one is dropped.
#[derive(Clone)]
pub struct VirtualDisplay {
    power: Arc<Power>,
}

struct Power {
    glass: Arc<Mutex<Glass>>,
    off: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// What is behind the glass.
struct Glass {
    cable: Option<Cable>,
    model: DisplayModel,
    /// Two lines of bytes, each a column.
    lines: [Vec<u8>; 2],
    digits: String,
    lamp: u8,
    /// Column and line of the cursor, from 0.
    cursor: (usize, usize),
    /// A command that has begun.
    command: Vec<u8>,
    /// The line of a string that has begun, and its bytes.
    string: Option<(usize, Vec<u8>)>,
    strings: u64,
    puzzles: u64,
}

impl VirtualDisplay {
    /// Switches a display on whose driver finds it at `link`.
    ///
    /// # Errors
    /// When there is no pseudo-terminal or no thread to be had, or the link cannot be made.
    pub fn plug(link: impl Into<PathBuf>, model: DisplayModel) -> io::Result<VirtualDisplay> {
        let glass = Arc::new(Mutex::new(Glass::new(Some(Cable::plug(link)?), model)));
        let off = Arc::new(AtomicBool::new(false));
        let (looked, switched_off) = (glass.clone(), off.clone());
        let thread =
            thread::Builder::new().name("virtual display".into()).spawn(move || run(&looked, &switched_off))?;
        Ok(VirtualDisplay { power: Arc::new(Power { glass, off, thread: Some(thread) }) })
    }

    /// A display without a wire of its own: whoever it hangs on hands it its bytes.
    pub fn hung(model: DisplayModel) -> VirtualDisplay {
        let glass = Arc::new(Mutex::new(Glass::new(None, model)));
        VirtualDisplay { power: Arc::new(Power { glass, off: Arc::default(), thread: None }) }
    }

    /// Hands it bytes.
    pub fn take(&self, bytes: &[u8]) {
        let mut glass = self.glass();
        bytes.iter().for_each(|byte| glass.take(*byte));
    }

    /// What its two lines show, to their full width.
    pub fn lines(&self) -> [String; 2] {
        let glass = self.glass();
        glass.lines.each_ref().map(|line| match glass.model {
            DisplayModel::Letters { hanzi: true, .. } => GB18030.decode(line).0.into_owned(),
            _ => line.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { '¿' }).collect(),
        })
    }

    /// What its digits show.
    pub fn digits(&self) -> String {
        self.glass().digits.clone()
    }

    /// Which lamp is lit, 1 to 4; 0 for none.
    pub fn lamp(&self) -> u8 {
        self.glass().lamp
    }

    /// Strings that it was given.
    pub fn strings(&self) -> u64 {
        self.glass().strings
    }

    /// Bytes that were no command it knows.
    pub fn puzzles(&self) -> u64 {
        self.glass().puzzles
    }

    /// Waits until it shows this; false after `wait`.
    pub fn wait_until(&self, wait: Duration, shows: impl Fn(&VirtualDisplay) -> bool) -> bool {
        let until = Instant::now() + wait;
        while !shows(self) {
            if Instant::now() > until {
                return false;
            }
            thread::sleep(Duration::from_millis(2));
        }
        true
    }

    /// Pulls its cable, which also bears its power.
    pub fn unplug(&self) {
        let mut glass = self.glass();
        let model = glass.model;
        if let Some(mut cable) = glass.cable.take() {
            cable.unplug();
            *glass = Glass::new(Some(cable), model);
        }
    }

    /// Plugs it in again under the same path.
    ///
    /// # Errors
    /// As [`VirtualDisplay::plug`].
    pub fn replug(&self) -> io::Result<()> {
        self.glass().cable.as_mut().map_or(Ok(()), Cable::replug)
    }

    fn glass(&self) -> MutexGuard<'_, Glass> {
        lock(&self.power.glass)
    }
}

impl Drop for Power {
    fn drop(&mut self) {
        self.off.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn lock(glass: &Mutex<Glass>) -> MutexGuard<'_, Glass> {
    glass.lock().unwrap_or_else(PoisonError::into_inner)
}

fn run(glass: &Mutex<Glass>, off: &AtomicBool) {
    while !off.load(Ordering::Relaxed) {
        let ear = {
            let mut glass = lock(glass);
            let mut bytes = [0; 512];
            while let Some(Heard::Bytes(count)) = glass.cable.as_ref().map(|cable| cable.read(&mut bytes)) {
                bytes[..count].iter().for_each(|byte| glass.take(*byte));
            }
            glass.cable.as_ref().and_then(Cable::ear)
        };
        match ear {
            Some(ear) => ear.wait(LOOK_AFTER),
            None => thread::sleep(LOOK_AFTER),
        }
    }
}

impl Glass {
    fn new(cable: Option<Cable>, model: DisplayModel) -> Glass {
        let columns = if let DisplayModel::Letters { columns, .. } = model { columns } else { 0 };
        let blank = vec![b' '; columns];
        Glass {
            cable,
            model,
            lines: [blank.clone(), blank],
            digits: String::new(),
            lamp: 0,
            cursor: (0, 0),
            command: Vec::new(),
            string: None,
            strings: 0,
            puzzles: 0,
        }
    }

    fn take(&mut self, byte: u8) {
        if let Some((line, mut string)) = self.string.take() {
            match byte {
                b'\r' => self.show_string(line, &string),
                0x0c => self.clear(),
                _ if string.len() < STRING_BYTES_MAX => {
                    string.push(byte);
                    self.string = Some((line, string));
                }
                _ => self.puzzles += 1,
            }
            return;
        }
        if self.command.is_empty() && byte != 0x1b {
            return self.take_letter(byte);
        }
        self.command.push(byte);
        if self.obey() {
            self.command.clear();
        }
    }

    /// Carries a command out if it is whole; true when nothing of it is left to come.
    fn obey(&mut self) -> bool {
        let is_letters = matches!(self.model, DisplayModel::Letters { .. });
        match self.command.as_slice() {
            [_] | [_, b'Q' | b's' | b'_' | b'='] | [_, b'l'] | [_, b'l', _] => return false,
            [_, b'@'] => {
                self.clear();
                self.lamp = 0;
            }
            [_, b'Q', b'A'] => self.string = Some((0, Vec::new())),
            [_, b'Q', b'B'] if is_letters => self.string = Some((1, Vec::new())),
            [_, b'_', 0 | 1] | [_, 0x11] if is_letters => {}
            [_, b'=', 2 | 3] => {}
            [_, b's', lamp @ b'0'..=b'4'] if !is_letters => self.lamp = lamp - b'0',
            [_, b'l', x, y] if is_letters => {
                let (column, line) = (usize::from(*x), usize::from(*y));
                if (1..=self.lines[0].len()).contains(&column) && (1..=2).contains(&line) {
                    self.cursor = (column - 1, line - 1);
                } else {
                    self.puzzles += 1;
                }
            }
            _ => self.puzzles += 1,
        }
        true
    }

    fn take_letter(&mut self, byte: u8) {
        match byte {
            0x0c => self.clear(),
            b'\r' => self.cursor.0 = 0,
            b' '..=0xff if matches!(self.model, DisplayModel::Letters { .. }) && byte != 0x7f => {
                let (column, line) = self.cursor;
                self.lines[line][column] = byte;
                let columns = self.lines[0].len();
                self.cursor = if column + 1 < columns { (column + 1, line) } else { (0, 1 - line) };
            }
            _ => self.puzzles += 1,
        }
    }

    fn show_string(&mut self, line: usize, string: &[u8]) {
        self.strings += 1;
        if self.model == DisplayModel::Digits {
            let places = string.iter().filter(|byte| **byte != b'.').count();
            let known = string.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'-'));
            if known && (1..=8).contains(&places) {
                self.digits = string.iter().copied().map(char::from).collect();
            } else {
                self.puzzles += 1;
            }
            return;
        }
        let columns = self.lines[line].len();
        if string.len() > columns || string.iter().any(|byte| *byte < b' ') {
            self.puzzles += 1;
            return;
        }
        self.lines[line] = string.to_vec();
        self.lines[line].resize(columns, b' ');
    }

    fn clear(&mut self) {
        self.digits.clear();
        self.cursor = (0, 0);
        self.string = None;
        self.lines.iter_mut().for_each(|line| line.fill(b' '));
    }
}
