//! Between the cashier and what surrounds her: moments in which something may happen, what happens in them, and why a
//! street stops.

use std::error::Error;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use ui::Screen;

use super::TillError;
use crate::counter::{VirtualScale, VirtualScanner};

/// What is on the other end of the scanner's wire.
pub trait Scans {
    /// A code passes the scanner's window; returns when its last byte is on the wire.
    ///
    /// # Errors
    /// When the wire failed.
    fn scan(&mut self, code: &str) -> io::Result<()>;
}

impl Scans for VirtualScanner {
    fn scan(&mut self, code: &str) -> io::Result<()> {
        let sent = VirtualScanner::scan(self, code);
        if sent { Ok(()) } else { Err(io::Error::other("nobody takes the scanner's bytes")) }
    }
}

/// A hand at the scale.
pub trait Weighs {
    /// Puts goods on the empty pan; they roll, or lie still at once.
    fn put(&mut self, grams: i64, rolls: bool);

    /// What lies on it lies still.
    fn rest(&mut self);

    /// Takes them off.
    fn take_off(&mut self);
}

impl Weighs for VirtualScale {
    fn put(&mut self, grams: i64, rolls: bool) {
        self.set_moving(rolls);
        VirtualScale::put(self, grams);
    }

    fn rest(&mut self) {
        self.set_moving(false);
    }

    fn take_off(&mut self) {
        VirtualScale::put(self, 0);
    }
}

/// A moment in which something may happen to the till.
#[derive(Clone, Copy, Debug)]
pub enum Moment<'a> {
    /// Before a step, with so many lines in the basket.
    Step {
        /// Number of the visit, from 0.
        visit: usize,
        /// Lines that count.
        lines: usize,
        /// Whether the goods of another shopper are put aside.
        aside: bool,
    },
    /// The amount has just been sent to the till, which has not answered yet.
    CashSent {
        /// Number of the visit, from 0.
        visit: usize,
    },
    /// Something is on the screen that does not show at every step.
    Shows {
        /// Number of the visit, from 0.
        visit: usize,
        /// What: `payment`, `change`, `suspended`, `unknown code`, `weighing`, `rolling`, `being paid`, `confirming`,
        /// `in doubt` or `declined`.
        what: &'static str,
        /// The screen.
        screen: &'a Screen,
    },
}

/// What happened in a [`Moment`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incident {
    /// Nothing.
    None,
    /// The till lost its power and is starting again.
    TillKilled,
    /// Somebody takes a picture of the screen, into this file.
    Picture(PathBuf),
    /// The card terminal has gone: the till is about to see it.
    TerminalGone,
    /// The shopper will not confirm the payment: the cashier gives it up, after a picture when there is a file for one.
    GiveUp(Option<PathBuf>),
}

/// Why the street stopped.
#[derive(Debug, thiserror::Error)]
pub enum StreetError {
    /// The till did not answer as it must.
    #[error(transparent)]
    Till(#[from] TillError),
    /// The scanner's wire failed.
    #[error("failed writing to the scanner's wire")]
    Scanner(#[from] io::Error),
    /// The till shows something else than the street counted.
    #[error("visit {visit}: {what}: the till shows {shown}, the street expects {expected}")]
    Differs {
        /// Number of the visit, from 1.
        visit: usize,
        /// What differs.
        what: &'static str,
        /// On the screen.
        shown: String,
        /// By the street's own count.
        expected: String,
    },
    /// The till could not be brought to selling.
    #[error("the till does not come to selling; it shows: {0}")]
    NotSelling(String),
    /// What surrounds the street failed.
    #[error("{0}")]
    Around(#[source] Box<dyn Error + Send + Sync>),
}

/// What became of a visit.
#[derive(Clone, Copy, Debug)]
pub struct Served {
    /// From the first step to the change.
    pub took: Duration,
}

/// What happens around the street at a moment.
pub type Around<'a> = dyn FnMut(Moment) -> Result<Incident, Box<dyn Error + Send + Sync>> + 'a;
