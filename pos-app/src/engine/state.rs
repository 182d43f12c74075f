//! The engine's state: what survives a power cut, where the till is, what it says.

use domain::barcode::BarcodeError;
use domain::basket::{Basket, BasketError};
use domain::item::Item;
use domain::money::{AmountError, Money};
use domain::quantity::QuantityError;
use domain::receipt::Document;
use domain::shift::Shift;
use jiff::Timestamp;

use super::input::{JournalRefusal, PrinterTrouble, SaveTrouble};

/// What does not change while the till runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setup {
    /// The till's number within the store.
    pub number: u32,
    /// The journal's epoch; part of receipt numbers.
    pub epoch: u32,
    /// Whether it starts in English.
    pub english: bool,
}

/// What survives a power cut.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Durable {
    /// The basket on the counter.
    pub open: Option<Basket>,
    /// Baskets put aside, oldest first.
    pub suspended: Vec<Suspended>,
    /// The open shift.
    pub shift: Option<Shift>,
    /// Number of the next receipt, from 1.
    pub next_receipt: u64,
    /// Number of the next Z report, from 1.
    pub next_z: u32,
    /// Name of the next print job, from 1.
    pub next_job: u64,
    /// Documents that have not reached paper, oldest first.
    pub jobs: Vec<PrintJob>,
    /// The last receipt and its number, for printing again.
    pub last_receipt: Option<(String, Document)>,
    /// Wrong PINs.
    pub lockouts: Vec<Lockout>,
    /// When the newest sale before the start was completed, when it tells what the clock should be past: a sale of
    /// the open shift, or any sale while no shift is open.
    pub sold_at: Option<Timestamp>,
}

/// A basket that was put aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspended {
    /// The basket.
    pub basket: Basket,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub staff: String,
}

/// A document on its way to paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintJob {
    /// Its name.
    pub job: u64,
    /// What.
    pub document: Document,
}

/// Wrong PINs of someone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lockout {
    /// Whose.
    pub staff: String,
    /// How often in a row.
    pub failures: u32,
    /// No PIN of hers is tried before.
    pub until: Timestamp,
}

/// Where the till is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// At rest or selling.
    Selling,
    /// Taking money.
    Paying {
        /// Why the last try was not taken.
        message: Option<Trouble>,
    },
    /// Change is shown until the next scan.
    Paid(Box<Paid>),
    /// Choosing among baskets put aside.
    Suspended,
    /// Running totals on screen.
    XReport,
    /// Counting the drawer at the day's end.
    Closing {
        /// Why the last try was not taken.
        message: Option<Trouble>,
    },
}

/// A sale that is written, as far as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paid {
    /// Its goods, which stay on the screen until the next scan.
    pub basket: Basket,
    /// Number of its receipt.
    pub receipt: String,
    /// What was due, rounding included.
    pub due: Money,
    /// What was handed over.
    pub tendered: Money,
    /// What was handed back.
    pub change: Money,
    /// The shift with the sale counted.
    pub shift: Shift,
    /// Name of its print job.
    pub job: u64,
    /// Its receipt.
    pub document: Document,
    /// Whether money changed hands, so that the drawer opens.
    pub cash: bool,
}

/// What happens when the transaction under way is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pending {
    /// A sale is complete.
    Sale(Box<Paid>),
    /// A sale is void.
    SaleVoided {
        /// With the void counted.
        shift: Shift,
    },
    /// A basket is aside.
    Suspended(Suspended),
    /// A basket is on the counter again.
    Recalled {
        /// It.
        basket: Basket,
        /// With the emptied basket that it replaces counted as void.
        shift: Shift,
    },
    /// The shift is open.
    ShiftOpened(Shift),
    /// The shift is closed.
    ShiftClosed {
        /// Number of the Z report.
        z_no: u32,
        /// Name of its print job.
        job: u64,
        /// The Z report.
        document: Document,
    },
    /// The drawer may open.
    DrawerOpened {
        /// With the opening counted.
        shift: Shift,
    },
    /// A copy or report may be printed.
    Print {
        /// With the copy counted.
        shift: Shift,
        /// Name of its print job.
        job: u64,
        /// What.
        document: Document,
    },
}

/// How the newest receipt stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrintProgress {
    /// Nothing to print.
    Idle,
    /// On its way.
    Printing(u64),
    /// Stopped in the middle; repeated, marked, when the printer can.
    Stopped(u64, PrinterTrouble),
    /// On paper.
    Done(u64),
}

/// An item that waits for its weight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weighing {
    /// Which.
    pub item: Item,
    /// The key it was found by.
    pub code: Option<String>,
}

/// Something that waits to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What.
    pub trouble: Trouble,
    /// The code or text it is about, shortened.
    pub about: String,
}

/// What was last said aloud.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// Nothing.
    Nothing,
    /// Goods are in the basket, on this line.
    Added(u32),
    /// A line changed.
    Changed(u32),
    /// A line is void.
    Voided(String),
    /// It did not happen.
    Refused(Trouble),
    /// A scan waits its turn; so many do.
    Queued(usize),
    /// The next item comes back, or no longer.
    Returning(bool),
    /// The sale is void.
    SaleVoided,
    /// The sale is aside.
    Suspended,
    /// The sale is on the counter again.
    Recalled,
    /// The sale is paid.
    Paid,
    /// A member is known.
    Member(String),
    /// The shift is open.
    ShiftOpened,
    /// The shift is closed.
    ShiftClosed {
        /// Number of the Z report.
        z_no: u32,
    },
    /// The drawer opens.
    DrawerOpened,
    /// So many goods were found.
    Found(usize),
}

/// Why something did not happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// There is no catalogue yet.
    NotReady,
    /// Nobody is signed on.
    Locked,
    /// No shift is open.
    NoShift,
    /// A shift is open already.
    ShiftIsOpen,
    /// No goods and no member have this code.
    UnknownCode,
    /// No goods have this code, and its length is no goods code's: it was read in part, or mistyped.
    OddLength(usize),
    /// What was read cannot be a code.
    BadCode(BarcodeError),
    /// The scanner sent something that is no code.
    Unreadable(String),
    /// The item has no price.
    NoPrice(String),
    /// The item is sold by weight.
    NeedsWeight(String),
    /// The basket cannot take it.
    Basket(BasketError),
    /// Money is being taken: a scan is not an amount.
    ScanWhilePaying,
    /// A list or report is open: leave it first.
    ScanElsewhere,
    /// Too many scans wait.
    QueueFull,
    /// Not an amount.
    Amount(AmountError),
    /// Not a quantity.
    Quantity(QuantityError),
    /// Less than due.
    NotEnough(Money),
    /// Far more than due.
    TooMuch,
    /// A refund is paid out exactly.
    NotExact,
    /// There is nothing to pay.
    NothingToPay,
    /// No line is there.
    NoLine,
    /// Nobody with that id may sign on.
    UnknownStaff,
    /// The PIN is wrong; the next one is tried in so many seconds.
    WrongPin(u64),
    /// Not yet: so many seconds more.
    Wait(u64),
    /// A sale is on the counter.
    BasketOpen,
    /// So many sales are aside.
    SuspendedLeft(usize),
    /// No more sales can be put aside.
    SuspendedFull,
    /// No such sale is aside.
    NotSuspended,
    /// There is no receipt to print again.
    NoReceipt,
    /// No member has this code.
    UnknownMember,
    /// Nothing was found.
    NothingFound,
    /// The catalogue could not be read.
    Catalogue(String),
    /// It was not written.
    NotSaved(SaveTrouble),
    /// It happened, but would not survive a power cut.
    NotKept(SaveTrouble),
    /// Not possible here.
    NotHere,
    /// The journal could not be continued: `damaged` or `restored`.
    JournalRenewed(String),
    /// The journal cannot be opened.
    JournalRefused(JournalRefusal),
    /// A notice is open: read it first.
    ReadNotice,
    /// The drawer did not open.
    DrawerStuck,
}
