//! What comes in by the engine's only door.

use domain::payment::Family;
use hal::{DeviceClass, PaymentReply};
use jiff::Timestamp;
use jiff::civil::DateTime;
use ui::Intent;
use uuid::Uuid;

use super::kiosk::KioskWish;
use super::lanes::LaneNews;

/// Time and chance for one input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// The till's clock.
    pub at: Timestamp,
    /// The same on the wall of the store.
    pub local: DateTime,
    /// An id that nobody has used.
    pub fresh: Uuid,
}

/// One input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The till has started; what was left undone is taken up.
    Started,
    /// A scanner read a code.
    Scanned {
        /// Without prefix, suffix and identifiers.
        data: String,
    },
    /// A scanner sent something that is no code.
    Unreadable {
        /// Why, for the log.
        why: String,
    },
    /// What the scale says; a weight that stands still answers when an item waits for its weight.
    Weighing(hal::Weighing),
    /// What the scale below a bagging area says; nothing is sold by it.
    Bagging(hal::Weighing),
    /// What a self-checkout's own mind wishes.
    Kiosk(KioskWish),
    /// Word from a self-checkout, or from the attendant's till.
    Lane(LaneNews),
    /// The scale was told to find its zero or to take a tare, and does not.
    ScaleRefused,
    /// A person wishes something.
    Intent(Intent),
    /// A transaction is durable.
    Committed {
        /// Which.
        id: u64,
    },
    /// A transaction was not written; nothing of it was.
    CommitFailed {
        /// Which.
        id: u64,
        /// Why.
        why: SaveTrouble,
    },
    /// Time has passed; about once a second.
    Tick,
    /// How the devices of a class stand: the one that is worst off; of printers the one that prints receipts.
    Device(DeviceClass, DeviceView),
    /// A job is on paper.
    Printed {
        /// Which.
        job: u64,
    },
    /// A job stopped in the middle; the printer repeats it by itself, marked, when it can.
    PrintInterrupted {
        /// Which.
        job: u64,
        /// Why.
        why: PrinterTrouble,
    },
    /// Head office has told something new.
    CatalogueChanged,
    /// The journal could not be continued; a new epoch has begun.
    JournalRenewed {
        /// `damaged` or `restored`.
        reason: String,
    },
    /// The journal cannot be opened; nothing can be sold.
    JournalRefused {
        /// Why.
        why: JournalRefusal,
    },
    /// The drawer was told to open and did not.
    DrawerRefused,
    /// The drawer's switch says how it stands.
    Drawer {
        /// Whether it is open.
        open: bool,
    },
    /// A button beside the screen was pressed.
    Button {
        /// Its name in the device file.
        button: String,
    },
    /// How the payment providers stand.
    PaymentPort(PortView),
    /// A payment provider says something.
    Payment(PaymentReply),
}

/// How the payment providers stand.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum PortView {
    /// None is set up.
    #[default]
    Absent,
    /// They are set up and cannot be reached.
    Away,
    /// Payments of these families can be made.
    Ready(Vec<Family>),
}

/// Why the journal cannot be opened; the log says more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JournalRefusal {
    /// Another till program has it open.
    InUse,
    /// A newer program has written it.
    Newer,
    /// It belongs to another terminal.
    OtherTerminal,
    /// The disk is full.
    DiskFull,
    /// It is being read whole, after an update or because it may be damaged; then it opens.
    BeingRead,
    /// Any other fault.
    Fault,
}

/// How a device stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceView {
    /// It has not reported yet.
    Unknown,
    /// None is configured.
    Absent,
    /// It works.
    Ready,
    /// It works; paper ends soon.
    PaperLow,
    /// It needs a person.
    Trouble(PrinterTrouble),
}

/// What keeps a device from working.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrinterTrouble {
    /// No paper.
    PaperOut,
    /// The cover is open.
    CoverOpen,
    /// Not connected or without power.
    Unplugged,
    /// It says that something is wrong, e.g. with the cutter.
    Fault,
}

/// Why a transaction was not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SaveTrouble {
    /// The disk is full.
    DiskFull,
    /// Any other fault; the log says more.
    Fault,
}
