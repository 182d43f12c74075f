//! Printers of receipts.

use std::fmt;
use std::time::Duration;

use domain::receipt::Document;

use crate::health::{DeviceError, Identity};

/// A receipt printer that prints one job at a time.
///
/// ```text
/// begin(job) -> advance .. advance -> Done | Interrupted
/// ```
///
/// A printer tries a job once. Whoever owns it repeats an interrupted job, and marks it as repeated.
pub trait Printer {
    /// What this printer can do; constant for the life of the object.
    fn capabilities(&self) -> &PrinterCapabilities;

    /// What it says it is; asked by people who look for a fault, never while it works. Waits a few times
    /// [`crate::WAIT_MAX`] at most.
    fn identity(&mut self) -> Identity {
        Identity::default()
    }

    /// What the printer last told of itself.
    fn status(&self) -> PrinterStatus;

    /// Takes a job; nothing is printed before [`Printer::advance`].
    ///
    /// # Errors
    /// [`DeviceError::Refused`] while another job runs or while the printer cannot print.
    fn begin(&mut self, job: PrintJob) -> Result<(), DeviceError>;

    /// Carries the printer on by one step: sends a piece of the job, takes what the printer says. Waits at most `wait`
    /// (at most [`crate::WAIT_MAX`]) when there is nothing to send. Call it again at once while it gives events.
    ///
    /// # Errors
    /// [`DeviceError::Unplugged`] when the printer has gone (a running job is then interrupted);
    /// [`DeviceError::Wire`] when the wire failed otherwise.
    fn advance(&mut self, wait: Duration) -> Result<Option<PrinterEvent>, DeviceError>;

    /// The job that runs, and whether bytes of it may be on paper.
    fn running(&self) -> Option<(&JobId, bool)>;

    /// Gives the drawer that hangs on the printer its pulse, also while a job is stopped by missing paper.
    ///
    /// # Errors
    /// [`DeviceError::Refused`] when the printer drives no drawer or does not answer.
    fn open_drawer(&mut self) -> Result<(), DeviceError>;

    /// Sends bytes that belong to no job, such as those of a display that hangs on the printer's wire: whole, and between two
    /// commands of a job. At most 192 bytes.
    ///
    /// # Errors
    /// [`DeviceError::Refused`] when the printer passes nothing on, or takes nothing at this moment.
    fn aside(&mut self, bytes: &[u8]) -> Result<(), DeviceError> {
        let _ = bytes;
        Err(DeviceError::Refused("the printer passes nothing on"))
    }
}

/// What a printer can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrinterCapabilities {
    /// Latin letters on a line at normal size.
    pub columns: u8,
    /// Dots on a line.
    pub dots: u16,
    /// Whether it cuts.
    pub cuts: bool,
    /// Whether a drawer can hang on it.
    pub drives_drawer: bool,
    /// Whether it tells its status at all.
    pub tells_status: bool,
    /// How it tells that a job is on paper.
    pub completion: Completion,
}

/// How a printer tells that a job is on paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completion {
    /// It echoes a number once everything before it is printed.
    ProcessId,
    /// It answers a request that it meets in the order of the bytes: everything before was taken.
    Fence,
    /// It does not; a job counts as printed when its bytes are sent.
    Sent,
}

/// The name of a print job, given by who prints; told back with its outcome.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JobId(pub String);

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Something to print, once and whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintJob {
    /// Its name.
    pub id: JobId,
    /// Its content.
    pub document: Document,
    /// Whether it may be on paper already.
    pub mark: Mark,
}

/// What stands above a document that may be on paper already, so that no paper passes for a second sale.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Mark {
    /// The first try.
    #[default]
    First,
    /// A repetition, with the words of the one who prints, or the driver's when empty.
    Reprint(String),
}

/// What a printer says while it works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrinterEvent {
    /// Its status has changed.
    Status(PrinterStatus),
    /// The job is on paper.
    Done {
        /// Which.
        job: JobId,
        /// Whether the printer itself said so; otherwise its bytes were sent without an error.
        confirmed: bool,
        /// Characters for which the printer has no sign and a substitute stands on the paper.
        substituted: u32,
    },
    /// The job stopped before its end.
    Interrupted {
        /// Which.
        job: JobId,
        /// What stopped it.
        why: Interruption,
        /// Whether a part may be on paper: then a repetition must bear a mark.
        started: bool,
    },
}

/// What stops a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interruption {
    /// The paper ran out.
    PaperOut,
    /// The cover was opened.
    CoverOpen,
    /// The printer reported a fault.
    Fault(PrinterFault),
    /// The printer went offline and named no reason.
    Offline,
    /// The printer stopped answering or stopped taking bytes.
    NoAnswer,
    /// The cable or the power was pulled.
    Unplugged,
}

impl fmt::Display for Interruption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Interruption::PaperOut => "the paper ran out: put in a new roll, the receipt is printed again",
            Interruption::CoverOpen => "the printer's cover is open: close it, the receipt is printed again",
            Interruption::Fault(PrinterFault::Cutter) => {
                "the printer's knife is stuck: open the cover, free it, switch off and on"
            }
            Interruption::Fault(PrinterFault::Recoverable) => {
                "the printer is too hot or stuck: wait, or switch it off and on"
            }
            Interruption::Fault(PrinterFault::Unrecoverable) => {
                "the printer is broken: switch it off and on, or call service"
            }
            Interruption::Offline => "the printer went offline: press its feed button or switch it off and on",
            Interruption::NoAnswer => "the printer does not answer: check its power and its cable",
            Interruption::Unplugged => "the printer is unplugged: check its cable and its power",
        })
    }
}

/// How a printer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrinterStatus {
    /// Whether it answers and takes bytes.
    pub link: Link,
    /// Its paper.
    pub paper: Paper,
    /// Whether the cover stands open.
    pub cover_open: bool,
    /// A fault that it reports.
    pub fault: Option<PrinterFault>,
    /// Level of the drawer's switch; which level means open differs by drawer. `None` when unknown.
    pub drawer_pin_high: Option<bool>,
}

impl PrinterStatus {
    /// Before the printer said anything.
    pub const UNKNOWN: PrinterStatus = PrinterStatus {
        link: Link::Unknown,
        paper: Paper::Unknown,
        cover_open: false,
        fault: None,
        drawer_pin_high: None,
    };

    /// Whether a job may begin.
    pub fn can_print(&self) -> bool {
        self.hindrance().is_none() && self.link == Link::Online
    }

    /// What keeps it from printing, the most helpful reason first; `None` also before it said anything.
    pub fn hindrance(&self) -> Option<Interruption> {
        if self.link == Link::NoAnswer {
            return Some(Interruption::NoAnswer);
        }
        if self.cover_open {
            return Some(Interruption::CoverOpen);
        }
        if self.paper == Paper::End {
            return Some(Interruption::PaperOut);
        }
        if let Some(fault) = self.fault {
            return Some(Interruption::Fault(fault));
        }
        (self.link == Link::Offline).then_some(Interruption::Offline)
    }
}

/// Whether a printer answers and takes bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// It has not answered yet.
    Unknown,
    /// It takes bytes.
    Online,
    /// It answers, but takes no bytes.
    Offline,
    /// It should answer and does not.
    NoAnswer,
}

/// A printer's paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    /// No sensor has told.
    Unknown,
    /// Enough.
    Ok,
    /// The roll is nearly used up; printing goes on.
    NearEnd,
    /// None.
    End,
}

/// A fault that a printer reports of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrinterFault {
    /// The knife is stuck.
    Cutter,
    /// It recovers by itself, as when the head has cooled.
    Recoverable,
    /// It does not.
    Unrecoverable,
}
