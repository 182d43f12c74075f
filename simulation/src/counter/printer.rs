//! A receipt printer on a serial line, with everything a person can do to one.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::cable::Cable;
use super::display::VirtualDisplay;
use super::paper::Paper;
use super::plug::Plug;
use super::works::Works;

/// How long the thread waits for bytes before it looks at its switches again.
const LOOK_AFTER: Duration = Duration::from_millis(10);

/// Which printer.
#[derive(Clone, Debug)]
pub struct PrinterModel {
    /// Dots on a line: 384 for 58 mm, 576 (or 512) for 80 mm.
    pub dots: usize,
    /// Whether it wakes up in Chinese mode.
    pub hanzi_at_start: bool,
    /// Whether it has the four-byte characters of GB18030.
    pub hanzi_four_bytes: bool,
    /// Whether the drawer's switch gives a high level when it stands open.
    pub open_is_high: bool,
    /// Time for one line; zero prints at once.
    pub line_time: Duration,
    /// Whether it echoes the numbers of jobs (`GS ( H`).
    pub echoes: bool,
}

impl PrinterModel {
    /// Paper of 58 mm.
    pub const MM58: PrinterModel = PrinterModel {
        dots: 384,
        hanzi_at_start: false,
        hanzi_four_bytes: false,
        open_is_high: true,
        line_time: Duration::ZERO,
        echoes: true,
    };
    /// Paper of 80 mm.
    pub const MM80: PrinterModel = PrinterModel { dots: 576, ..PrinterModel::MM58 };
}

/// A printer. Cloneable: all clones are the same printer; it is switched off when the last one is dropped.
#[derive(Clone)]
pub struct VirtualPrinter {
    power: Arc<Power>,
}

struct Power {
    works: Arc<Mutex<Works>>,
    off: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl VirtualPrinter {
    /// Switches a printer on whose driver finds it at `link`.
    ///
    /// # Errors
    /// When there is no pseudo-terminal or no thread to be had, or the link cannot be made.
    pub fn plug(link: impl Into<PathBuf>, model: PrinterModel) -> io::Result<VirtualPrinter> {
        VirtualPrinter::run(Plug::Cable(Cable::plug(link)?), model)
    }

    /// Switches a printer on that is on the network, at [`VirtualPrinter::address`].
    ///
    /// # Errors
    /// When there is no port or no thread to be had.
    pub fn listen(model: PrinterModel) -> io::Result<VirtualPrinter> {
        VirtualPrinter::run(Plug::listen()?, model)
    }

    fn run(plug: Plug, model: PrinterModel) -> io::Result<VirtualPrinter> {
        let works = Arc::new(Mutex::new(Works::new(plug, model)));
        let off = Arc::new(AtomicBool::new(false));
        let (work, switched_off) = (works.clone(), off.clone());
        let thread = thread::Builder::new().name("virtual printer".into()).spawn(move || run(&work, &switched_off))?;
        Ok(VirtualPrinter { power: Arc::new(Power { works, off, thread: Some(thread) }) })
    }

    /// The path for the driver; empty of a printer on the network.
    pub fn path(&self) -> PathBuf {
        self.works().plug.path().map(Into::into).unwrap_or_default()
    }

    /// The address for the driver, of a printer on the network.
    pub fn address(&self) -> Option<SocketAddr> {
        self.works().plug.address()
    }

    /// All papers that came out, the oldest first (at most the last 1,024).
    pub fn papers(&self) -> Vec<Paper> {
        self.works().head.papers.iter().cloned().collect()
    }

    /// The same, taken away.
    pub fn take_papers(&self) -> Vec<Paper> {
        self.works().head.papers.drain(..).collect()
    }

    /// Waits until at least so many papers came out; false after `wait`.
    pub fn wait_for_papers(&self, count: usize, wait: Duration) -> bool {
        let until = Instant::now() + wait;
        while self.works().head.papers.len() < count {
            if Instant::now() > until {
                return false;
            }
            thread::sleep(Duration::from_millis(2));
        }
        true
    }

    /// What hangs out of the printer, not yet cut.
    pub fn hanging(&self) -> Paper {
        self.works().head.hanging().clone()
    }

    /// Whether a font was found; without one, papers have text and pictures without letters.
    pub fn has_letters(&self) -> bool {
        self.works().head.has_letters()
    }

    /// The roll ends after so many lines; 0 at once.
    pub fn paper_out_after(&self, lines: u64) {
        self.works().roll_lines = Some(lines);
    }

    /// Tears off what hangs out and puts in a new roll.
    pub fn load_paper(&self) {
        let mut works = self.works();
        works.head.tear();
        works.roll_lines = None;
    }

    /// Whether the sensor sees the end of the roll coming.
    pub fn set_near_end(&self, near: bool) {
        self.works().near_end = near;
    }

    /// Opens or closes the cover.
    pub fn set_cover_open(&self, open: bool) {
        self.works().cover_open = open;
    }

    /// Jams or frees the knife.
    pub fn set_cutter_jammed(&self, jammed: bool) {
        self.works().cutter_jammed = jammed;
    }

    /// A silent printer answers nothing and prints all the same.
    pub fn set_silent(&self, silent: bool) {
        self.works().silent = silent;
    }

    /// Switches its power off or on at its own switch: the line stays, what it had not printed is lost.
    pub fn set_power(&self, on: bool) {
        self.works().set_on(on);
    }

    /// Says bytes that nobody asked for.
    pub fn say(&self, bytes: &[u8]) {
        self.works().say(bytes);
    }

    /// Each byte that a halting printer says arrives by itself.
    pub fn set_halting(&self, halting: bool) {
        self.works().halting = halting;
    }

    /// Pulls the cable that also bears its power: what it had not printed is lost.
    pub fn unplug(&self) {
        self.works().unplug();
    }

    /// Plugs it in again under the same path.
    ///
    /// # Errors
    /// As [`VirtualPrinter::plug`].
    pub fn replug(&self) -> io::Result<()> {
        self.works().plug.replug()
    }

    /// Pulses that the drawer got.
    pub fn drawer_kicks(&self) -> u32 {
        self.works().kicks
    }

    /// Whether the drawer stands open.
    pub fn drawer_is_open(&self) -> bool {
        self.works().drawer_open
    }

    /// Pushes the drawer shut.
    pub fn shut_drawer(&self) {
        self.works().drawer_open = false;
    }

    /// Hangs a display on its wire.
    pub fn hang(&self, display: VirtualDisplay) {
        self.works().display = Some(display);
    }

    /// Bytes that were no command it knows.
    pub fn puzzles(&self) -> u64 {
        self.works().puzzles
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
        let (busy, ear) = {
            let mut works = lock(works);
            (works.step(), works.plug.ear())
        };
        match ear {
            _ if busy => {}
            Some(ear) => ear.wait(LOOK_AFTER),
            None => thread::sleep(LOOK_AFTER),
        }
    }
}
