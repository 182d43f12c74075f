//! What the engine wants done. The shell does it in this order and decides nothing.

use domain::basket::Basket;
use domain::event::Event;
use domain::payment::Payment;
use domain::receipt::Document;
use domain::shift::Shift;
use jiff::Timestamp;
use jiff::civil::Date;
use protocol::lane::TillSays;
use uuid::Uuid;

use super::payments::PaymentRequest;
use super::scale::ScaleWish;
use super::state::{Lockout, Suspended};

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Write all of this durably in one transaction, then say [`super::Input::Committed`] or
    /// [`super::Input::CommitFailed`].
    Commit {
        /// Its name.
        id: u64,
        /// Who, when, in which shift.
        stamp: Stamp,
        /// To append to the journal.
        events: Vec<Event>,
        /// To store beside it.
        saves: Vec<Save>,
    },
    /// Print a document.
    Print {
        /// Name of the job; it is stored already.
        job: u64,
        /// What.
        document: Document,
        /// Whether it may be on paper already, so that it must bear a mark.
        again: bool,
    },
    /// Open the drawer.
    OpenDrawer,
    /// Ask a payment provider for something; what it says comes as [`super::Input::Payment`].
    Payment(PaymentRequest),
    /// Tell the scale something; what it says comes as [`super::Input::Weighing`].
    Scale(ScaleWish),
    /// Say something to a self-checkout, by its number.
    Lane(u32, TillSays),
}

/// Who, when, in which shift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The till's clock.
    pub at: Timestamp,
    /// The shift's, or the clock's without one.
    pub business_date: Date,
    /// The open shift.
    pub shift: Option<Uuid>,
    /// Who is signed on.
    pub staff: Option<String>,
}

/// One thing to store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Save {
    /// The open basket, or none.
    Basket(Option<Basket>),
    /// A basket that was put aside.
    Suspend(Suspended),
    /// It is no longer aside.
    Unsuspend(Uuid),
    /// The payment under way, or none.
    Payment(Option<Payment>),
    /// The open shift with its totals, or none.
    Shift(Option<Shift>),
    /// Number of the next receipt.
    NextReceipt(u64),
    /// Number of the next Z report.
    NextZ(u32),
    /// A document that must reach paper.
    Print {
        /// Name of the job.
        job: u64,
        /// Whether it is a sale's receipt, which can be printed again later.
        receipt: bool,
        /// What.
        document: Document,
    },
    /// It is on paper.
    Printed(u64),
    /// Wrong PINs of someone.
    Lockout(Lockout),
    /// What a self-checkout knows beside the basket, in its own words.
    Kiosk(Option<String>),
    /// What is in hand at the stock desk, in its own words.
    Stock(Option<String>),
}
