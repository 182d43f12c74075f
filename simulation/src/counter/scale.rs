//! Scales on serial lines: one pan with a hand at it, and the languages that scales speak.

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::cable::Heard;
use super::fault::{Faults, Line};

/// Pause between two frames of a scale that talks by itself.
const FRAME_AFTER: Duration = Duration::from_millis(25);
/// How long the thread waits for bytes before it looks at its switches again.
const LOOK_AFTER: Duration = Duration::from_millis(5);
/// Grams that a scale may be off and still set itself to zero.
const ZERO_GRAMS_MAX: i64 = 300;

/// What a scale speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScaleTongue {
    /// Toledo 8217.
    Toledo8217,
    /// CAS type 6.
    CasType6,
    /// CAS, 22 bytes.
    CasStream,
    /// Lines of text.
    Stream,
    /// Dialog 06.
    Dialog06 {
        /// Whether it wants checksums before it tells anything.
        checksums: bool,
    },
    /// `=` and seven characters.
    Equals {
        /// Whether the last digit comes first.
        reversed: bool,
    },
    /// Twelve bytes of a Chinese weighing indicator: STX, sign, six digits, decimals, two of check, ETX.
    Indicator,
}

/// What is on the pan, and what a hand does to it.
#[derive(Clone, Copy, Debug, Default)]
struct Pan {
    grams: i64,
    zero_grams: i64,
    tare_grams: i64,
    moving: bool,
    overloaded: bool,
    lost_zero: bool,
    broken: bool,
}

/// What a scale feels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Feels {
    Moving,
    Overload,
    BelowZero,
    LostZero,
    Broken,
    Still { grams: i64, net: bool },
}

impl Pan {
    fn net_grams(&self) -> i64 {
        self.grams - self.zero_grams - self.tare_grams
    }

    fn feels(&self) -> Feels {
        match self {
            Pan { broken: true, .. } => Feels::Broken,
            Pan { lost_zero: true, .. } => Feels::LostZero,
            Pan { overloaded: true, .. } => Feels::Overload,
            Pan { moving: true, .. } => Feels::Moving,
            _ if self.net_grams() < 0 => Feels::BelowZero,
            _ => Feels::Still { grams: self.net_grams(), net: self.tare_grams != 0 },
        }
    }

    fn set_to_zero(&mut self) {
        if !self.moving && self.grams.abs() <= ZERO_GRAMS_MAX {
            (self.zero_grams, self.tare_grams) = (self.grams, 0);
        }
    }
}

/// A scale. Cloneable: all clones are the same scale; it is switched off when the last one is dropped.
#[derive(Clone)]
pub struct VirtualScale {
    power: Arc<Power>,
}

struct Power {
    works: Arc<Mutex<Works>>,
    off: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

struct Works {
    line: Line,
    tongue: ScaleTongue,
    pan: Pan,
    heard: Vec<u8>,
    frame_at: Instant,
    frames: u64,
    price: Option<u32>,
    /// Dialog 06: what was told last, while nothing has moved.
    told: Option<Feels>,
    why: [u8; 2],
    questions: u64,
    puzzles: u64,
}

impl VirtualScale {
    /// Switches a scale on whose driver finds it at `link`.
    ///
    /// # Errors
    /// When there is no pseudo-terminal or no thread to be had, or the link cannot be made.
    pub fn plug(link: impl Into<PathBuf>, tongue: ScaleTongue) -> io::Result<VirtualScale> {
        let works = Works {
            line: Line::plug(link)?,
            tongue,
            pan: Pan::default(),
            heard: Vec::new(),
            frame_at: Instant::now(),
            frames: 0,
            price: None,
            told: None,
            why: *b"00",
            questions: 0,
            puzzles: 0,
        };
        let (works, off) = (Arc::new(Mutex::new(works)), Arc::new(AtomicBool::new(false)));
        let (work, switched_off) = (works.clone(), off.clone());
        let thread = thread::Builder::new().name("virtual scale".into()).spawn(move || run(&work, &switched_off))?;
        Ok(VirtualScale { power: Arc::new(Power { works, off, thread: Some(thread) }) })
    }

    /// The path for the driver.
    pub fn path(&self) -> PathBuf {
        self.works().line.path().to_owned()
    }

    /// Puts so much on the pan, instead of what was there.
    pub fn put(&self, grams: i64) {
        self.works().pan.grams = grams;
    }

    /// Keeps the pan swinging.
    pub fn set_moving(&self, moving: bool) {
        self.works().pan.moving = moving;
    }

    /// Leans on the pan.
    pub fn set_overloaded(&self, overloaded: bool) {
        self.works().pan.overloaded = overloaded;
    }

    /// Has it switched on with something on the pan.
    pub fn set_lost_zero(&self, lost: bool) {
        self.works().pan.lost_zero = lost;
    }

    /// Breaks or mends it; the languages that have no word for it fall silent.
    pub fn set_broken(&self, broken: bool) {
        self.works().pan.broken = broken;
    }

    /// Takes what is on the pan for packaging, as its own key does.
    pub fn press_tare(&self) {
        let mut works = self.works();
        works.pan.tare_grams = works.pan.grams - works.pan.zero_grams;
    }

    /// What is wrong with its line.
    pub fn set_faults(&self, faults: Faults) {
        self.works().line.faults = faults;
    }

    /// The price of a kilogram that it was told last.
    pub fn price(&self) -> Option<u32> {
        self.works().price
    }

    /// Times that it was asked.
    pub fn questions(&self) -> u64 {
        self.works().questions
    }

    /// Bytes that were no command it knows.
    pub fn puzzles(&self) -> u64 {
        self.works().puzzles
    }

    /// Pulls its cable.
    pub fn unplug(&self) {
        let mut works = self.works();
        works.line.unplug();
        works.heard.clear();
    }

    /// Plugs it in again under the same path.
    ///
    /// # Errors
    /// As [`VirtualScale::plug`].
    pub fn replug(&self) -> io::Result<()> {
        self.works().line.replug()
    }

    fn works(&self) -> MutexGuard<'_, Works> {
        lock(&self.power.works)
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

fn lock(works: &Mutex<Works>) -> MutexGuard<'_, Works> {
    works.lock().unwrap_or_else(PoisonError::into_inner)
}

fn run(works: &Mutex<Works>, off: &AtomicBool) {
    while !off.load(Ordering::Relaxed) {
        let ear = {
            let mut works = lock(works);
            works.step();
            works.line.ear()
        };
        match ear {
            Some(ear) => ear.wait(LOOK_AFTER),
            None => thread::sleep(LOOK_AFTER),
        }
    }
}

impl Works {
    fn step(&mut self) {
        let mut bytes = [0; 256];
        let heard = self.line.read(&mut bytes);
        if let Heard::Bytes(count) = heard {
            self.heard.extend_from_slice(&bytes[..count]);
            self.listen();
        }
        // One that nobody listens to talks all the same; what it says is lost.
        if Instant::now() >= self.frame_at && heard != Heard::Nobody {
            self.frame_at = Instant::now() + FRAME_AFTER;
            self.frames += 1;
            if let Some(frame) = self.frame() {
                self.line.say(&frame);
            }
        }
    }

    fn listen(&mut self) {
        while !self.heard.is_empty() {
            let used = match self.tongue {
                ScaleTongue::Toledo8217 => self.obey_toledo(),
                ScaleTongue::CasType6 => self.obey_cas(),
                ScaleTongue::Dialog06 { checksums } => self.obey_dialog(checksums),
                ScaleTongue::CasStream | ScaleTongue::Stream | ScaleTongue::Equals { .. } | ScaleTongue::Indicator => {
                    self.puzzles += 1;
                    1
                }
            };
            if used == 0 {
                return;
            }
            self.heard.drain(..used);
        }
    }

    fn obey_toledo(&mut self) -> usize {
        let feels = self.pan.feels();
        match self.heard[0] {
            b'W' => {
                self.questions += 1;
                match feels {
                    Feels::Still { grams, net } => {
                        let mark = if net { "N" } else { "" };
                        let weight = format!("\x02{:02}.{:03}{mark}\r", grams / 1000, grams % 1000);
                        self.line.say(weight.as_bytes());
                    }
                    Feels::Broken => {}
                    other => self.say_status(other),
                }
                return 1;
            }
            b'Z' => self.pan.set_to_zero(),
            b'T' if !self.pan.moving => self.pan.tare_grams = self.pan.grams - self.pan.zero_grams,
            b'C' => self.pan.tare_grams = 0,
            _ => {
                self.puzzles += 1;
                return 1;
            }
        }
        let feels = self.pan.feels();
        self.say_status(feels);
        1
    }

    fn say_status(&mut self, feels: Feels) {
        let status = match feels {
            Feels::Moving => 0x41,
            Feels::Overload => 0x42,
            Feels::BelowZero => 0x44,
            Feels::LostZero => 0x48,
            Feels::Still { grams: 0, .. } => 0x50,
            Feels::Still { .. } | Feels::Broken => 0x40,
        };
        self.line.say(&[0x02, b'?', status, 0x0d]);
    }

    fn obey_cas(&mut self) -> usize {
        match self.heard[0] {
            0x05 => {
                self.questions += 1;
                let answer = if self.pan.feels() == Feels::Broken { 0x15 } else { 0x06 };
                self.line.say(&[answer]);
            }
            0x11 => {
                let (status, sign, grams) = match self.pan.feels() {
                    Feels::Still { grams, .. } => ('S', ' ', grams),
                    Feels::BelowZero => ('S', '-', -self.pan.net_grams()),
                    Feels::Overload => ('S', 'F', 0),
                    Feels::Moving | Feels::LostZero | Feels::Broken => ('U', ' ', self.pan.net_grams().abs()),
                };
                let text = format!("{status}{sign}{:02}.{:03}kg", grams / 1000, grams % 1000);
                let check = text.bytes().fold(0, |check, byte| check ^ byte);
                let frame = [b"\x01\x02", text.as_bytes(), &[check, 0x03, 0x04]].concat();
                self.line.say(&frame);
            }
            _ => self.puzzles += 1,
        }
        1
    }

    /// `EOT`, then `ENQ` or `STX .. ETX`.
    fn obey_dialog(&mut self, checksums: bool) -> usize {
        match self.heard.as_slice() {
            [0x04] | [0x04, 0x02] => 0,
            [0x04, 0x05, ..] => {
                self.questions += 1;
                if checksums {
                    self.line.say(b"\x0211\x1b27\x03");
                } else {
                    self.answer_dialog();
                }
                2
            }
            [0x04, 0x02, rest @ ..] => {
                let Some(end) = rest.iter().position(|byte| *byte == 0x03) else { return 0 };
                let record = rest[..end].to_vec();
                self.obey_record(&record);
                end + 3
            }
            [0x04, ..] => 1,
            _ => {
                self.puzzles += 1;
                1
            }
        }
    }

    fn obey_record(&mut self, record: &[u8]) {
        match record {
            b"08" => {
                let why = [b"\x0209\x1b", &self.why[..], b"\x03"].concat();
                self.line.say(&why);
            }
            [b'0', b'1', 0x1b, price @ .., 0x1b] if price.len() == 6 => {
                self.price = std::str::from_utf8(price).ok().and_then(|price| price.parse().ok());
                let taken = self.price.is_some();
                self.line.say(if taken { b"\x06" } else { b"\x15" });
            }
            _ => {
                self.why = *b"10";
                self.puzzles += 1;
                self.line.say(b"\x15");
            }
        }
    }

    fn answer_dialog(&mut self) {
        let feels = self.pan.feels();
        let same = self.told == Some(feels);
        self.told = Some(feels);
        self.why = match feels {
            Feels::Still { grams: 0, .. } => *b"30",
            Feels::Still { .. } if same => *b"21",
            Feels::Still { grams, .. } => {
                let price = u64::from(self.price.unwrap_or(0));
                let amount = (price * grams as u64 + 500) / 1000;
                let record = format!("\x0202\x1b3\x1b{grams:05}\x1b{price:06}\x1b{amount:06}\x03");
                return self.line.say(record.as_bytes());
            }
            Feels::Moving => *b"20",
            Feels::BelowZero => *b"31",
            Feels::Overload => *b"32",
            Feels::LostZero | Feels::Broken => *b"01",
        };
        self.line.say(b"\x15");
    }

    /// What a scale that talks by itself says at this moment.
    fn frame(&self) -> Option<Vec<u8>> {
        let feels = self.pan.feels();
        let (status, grams) = match feels {
            Feels::Still { grams, .. } => ("ST", grams),
            Feels::BelowZero => ("ST", self.pan.net_grams()),
            Feels::Moving => ("US", self.pan.net_grams() + (self.frames % 7) as i64),
            Feels::Overload | Feels::LostZero => ("OL", 0),
            Feels::Broken => return None,
        };
        let kind = if self.pan.tare_grams != 0 { "NT" } else { "GS" };
        let (sign, kilograms, rest) = (if grams < 0 { '-' } else { ' ' }, grams.abs() / 1000, grams.abs() % 1000);
        match self.tongue {
            ScaleTongue::CasStream => {
                let lamps = if status == "ST" { 0xc4 } else { 0x84 };
                let head = format!("{status},{kind},1");
                let tail = format!(",{sign}{kilograms:03}.{rest:03} kg\r\n");
                Some([head.as_bytes(), &[lamps], tail.as_bytes()].concat())
            }
            ScaleTongue::Stream => {
                let sign = if grams < 0 { '-' } else { '+' };
                Some(format!("{status},{kind},{sign}{kilograms:4}.{rest:03} kg\r\n").into_bytes())
            }
            ScaleTongue::Equals { reversed } => {
                let first = if grams < 0 { '-' } else { '0' };
                let mut digits = format!("{first}{kilograms:02}.{rest:03}").into_bytes();
                if reversed {
                    digits.reverse();
                }
                Some([b"=", digits.as_slice()].concat())
            }
            ScaleTongue::Indicator => {
                let sign = if grams < 0 { '-' } else { '+' };
                let text = format!("{sign}{:06}3", grams.abs());
                let check = text.bytes().fold(0, |check, byte| check ^ byte);
                Some(format!("\x02{text}{check:02X}\x03").into_bytes())
            }
            ScaleTongue::Toledo8217 | ScaleTongue::CasType6 | ScaleTongue::Dialog06 { .. } => None,
        }
    }
}
