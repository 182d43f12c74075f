//! What happened at a till, in the shop's words. An event never changes.

use uuid::Uuid;

use crate::basket::Basket;
use crate::grant::Account;
use crate::hold::Hold;
use crate::member::Enrolment;
use crate::money::Money;
use crate::payment::Payment;
use crate::sale::Sale;
use crate::shift::{CashMovement, ClosedShift, HandOver, Shift};
use crate::staff::Approval;
use crate::stock::approval::{CountApproval, CountClosed};
use crate::stock::count::{CountBatch, PassFinished};
use crate::stock::document::{GoodsReceived, TransferReceived, TransferSent, WrittenOff};
use crate::stock::plan::CountPlan;
use crate::tender::Tender;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A shift was opened with a counted float.
    ShiftOpened(Shift),
    /// Goods, money and points changed hands.
    SaleCompleted(Box<Sale>),
    /// A sale ended without anything changing hands.
    SaleVoided {
        /// As it was.
        basket: Basket,
        /// Why; empty where nobody was asked.
        reason: String,
    },
    /// A sale was put aside.
    SaleSuspended(Basket),
    /// A sale was taken up again; it may have been put aside by another till of the store.
    SaleRecalled(Uuid),
    /// The drawer was opened without a sale.
    DrawerOpened {
        /// Why; empty where nobody was asked.
        reason: String,
    },
    /// A receipt was printed again.
    Reprinted {
        /// Its number.
        receipt: String,
    },
    /// Someone was locked out after wrong PINs.
    LockedOut {
        /// Whose PIN was tried.
        staff: String,
        /// How often in a row.
        tries: u32,
    },
    /// Someone signed on.
    SignedOn {
        /// Who.
        staff: String,
    },
    /// A supervisor approved something.
    Approved(Approval),
    /// Cash went into or out of the drawer without a sale.
    CashMoved(CashMovement),
    /// The drawer went to the next cashier.
    HandedOver(HandOver),
    /// Someone became a member.
    MemberEnrolled(Enrolment),
    /// What colleagues should know of a member.
    MemberNoted {
        /// Her id.
        member: String,
        /// The words; empty for none any more.
        note: String,
    },
    /// The goods of the favourites were chosen, for all tills of the store.
    FavouritesArranged {
        /// Item ids by their places; empty for those that head office names.
        items: Vec<String>,
    },
    /// An account was named that may be spent from: head office is asked to set something aside for this terminal.
    GrantAsked {
        /// Which.
        account: Account,
        /// How much, in the account's units.
        units: i64,
    },
    /// Goods were put by.
    HoldPlaced(Box<Hold>),
    /// Goods put by go back to the shelf, and the payment down back to the shopper.
    HoldCancelled {
        /// Which.
        hold: Uuid,
        /// How it was given back.
        refunded: Vec<Tender>,
        /// Why.
        reason: String,
    },
    /// The till went into training; what is done there leaves no trace but this.
    TrainingBegun,
    /// The till came out of training.
    TrainingEnded,
    /// The day's close.
    ShiftClosed(Box<ClosedShift>),
    /// A payment through a provider has changed; it is written before anything is done about it.
    PaymentChanged(Box<Payment>),
    /// What was paid on a sale that was given up was handed back.
    TendersReturned {
        /// The basket.
        basket: Uuid,
        /// What, negative.
        tenders: Vec<Tender>,
        /// Its total.
        amount: Money,
    },
    /// A count of stock was opened.
    CountOpened(CountPlan),
    /// Goods were counted; several scans at once.
    CountEntered(CountBatch),
    /// Somebody has been through her zone.
    CountPassFinished(PassFinished),
    /// What was counted was approved: the book becomes what was there. A large approval is several events.
    CountApproved(CountApproval),
    /// A count ended, approved or given up.
    CountClosed(CountClosed),
    /// Goods of a supplier were taken in.
    GoodsReceived(GoodsReceived),
    /// Goods went to another store.
    TransferSent(TransferSent),
    /// Goods of another store arrived.
    TransferReceived(TransferReceived),
    /// Goods are no longer there to be sold.
    WrittenOff(WrittenOff),
}
