//! The engine's state: what survives a power cut, where the till is, what it says.

use domain::barcode::BarcodeError;
use domain::basket::{Basket, BasketError};
use domain::money::{AmountError, Currency, Money};
use domain::payment::{Payment, PaymentAlarm};
use domain::price::Priced;
use domain::quantity::{Quantity, QuantityError};
use domain::receipt::Document;
use domain::shift::{CashMovementKind, Shift};
use domain::tender::{SettlementError, Tender, TenderKind};
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;
use words::{Languages, Words};

use super::drafts::Draft;
use super::exits::ExitTrouble;
use super::goods::Taking;
use super::holds::HoldWritten;
use super::input::{JournalRefusal, PrinterTrouble, SaveTrouble};
use super::money::MoneyWritten;

/// What does not change while the till runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setup {
    /// The till's number within the store.
    pub number: u32,
    /// The journal's epoch; part of receipt numbers.
    pub epoch: u32,
    /// The language it starts in.
    pub words: Words,
    /// All that can be chosen.
    pub languages: Languages,
    /// Which face it shows.
    pub face: Face,
}

/// Which face a terminal shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Face {
    /// A cashier's till.
    #[default]
    Till,
    /// A self-checkout.
    Kiosk,
    /// A handheld for staff: the stock desk alone.
    Handheld,
}

impl Setup {
    /// A till of this number in a new journal, in English.
    pub fn till(number: u32) -> Setup {
        let languages = Languages::built_in();
        Setup { number, epoch: 1, words: languages.of("en"), languages, face: Face::Till }
    }
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
    /// The payment under way.
    pub payment: Option<Payment>,
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
    /// What a self-checkout knows beside the basket, in its own words.
    pub kiosk: Option<String>,
    /// What is in hand at the stock desk, in its own words.
    pub stock: Option<String>,
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
    /// Answering what something begun asks.
    Draft(Box<Draft>),
}

/// A sale that is written, as far as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paid {
    /// Its goods, which stay on the screen until the next scan.
    pub basket: Basket,
    /// What they cost.
    pub priced: Priced,
    /// Number of its receipt.
    pub receipt: String,
    /// What was due, rounding included.
    pub due: Money,
    /// How it was paid.
    pub tenders: Vec<Tender>,
    /// What was handed back.
    pub change: Money,
    /// The shift with the sale counted.
    pub shift: Shift,
    /// Name of its print job.
    pub job: u64,
    /// Its receipt.
    pub document: Document,
    /// Address of its receipt, when the shopper wants that in place of paper, and the currency it is in.
    pub electronic: Option<(String, Currency)>,
    /// Address of its receipt, where the store has any.
    pub address: Option<String>,
    /// Whether cash changed hands, so that the drawer opens.
    pub cash: bool,
    /// The payment that was the rest of it, when there was one.
    pub payment: Option<Payment>,
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
    /// A sale that was paid in part is void, and the parts went back.
    GivenUp {
        /// With the void counted.
        shift: Shift,
        /// Whether cash is handed back.
        drawer: bool,
    },
    /// A part is paid or goes back, or a payment has changed.
    Money(Box<MoneyWritten>),
    /// A basket is aside.
    Suspended {
        /// It.
        aside: Suspended,
        /// What stays on the counter, when the sale was split.
        left: Option<Basket>,
        /// Name of the slip's print job, and the slip.
        slip: Option<(u64, Document)>,
    },
    /// A basket that was aside is in the one on the counter.
    Merged {
        /// The one on the counter.
        basket: Basket,
        /// The one that was aside.
        from: Uuid,
    },
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
        /// With the opening counted; none while no shift is open.
        shift: Option<Shift>,
    },
    /// The drawer was opened without the till, so often.
    DrawerForced {
        /// With the openings counted; none while no shift is open.
        shift: Option<Shift>,
        /// How often.
        times: u32,
    },
    /// Cash went in or out.
    CashMoved {
        /// With the movement counted.
        shift: Shift,
        /// Name of its slip's print job.
        job: u64,
        /// The slip.
        document: Document,
    },
    /// The drawer is the next cashier's.
    HandedOver {
        /// With the hand-over noted.
        shift: Shift,
        /// Name of its slip's print job.
        job: u64,
        /// The slip.
        document: Document,
    },
    /// The till is in training.
    TrainingBegun,
    /// The grid of favourites is another.
    Arranged,
    /// The basket on the counter changed together with an event.
    BasketChanged {
        /// It.
        basket: Box<Basket>,
        /// What is said.
        said: Said,
    },
    /// Goods were put by, or are no longer.
    Hold(Box<HoldWritten>),
    /// Something may be printed that changes no totals.
    PrintAlone {
        /// Name of the job.
        job: u64,
        /// What.
        document: Document,
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
    /// Which, and what is known of it beside its weight.
    pub goods: Box<Taking>,
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
    /// A part of it is paid.
    PartTaken(TenderKind, Money),
    /// A part of it is handed back.
    PartReturned(TenderKind, Money),
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
    /// The scale is told to find its zero.
    ScaleZero,
    /// The scale is told to take what lies on it for packaging, or to forget it.
    ScaleTare(bool),
    /// So many goods were found.
    Found(usize),
    /// Something that belongs to the whole sale changed.
    BasketChanged,
    /// A coupon counts, or waits for head office.
    Coupon {
        /// Its code.
        code: String,
        /// Whether head office is being asked.
        waits: bool,
    },
    /// Some lines are aside in a basket of their own.
    Split,
    /// A basket that was aside is in the one on the counter.
    Merged,
    /// Cash went to the safe, in or out.
    CashMoved(CashMovementKind, Money),
    /// The drawer is the next cashier's, who signs on.
    HandedOver,
    /// Whether the till is in training.
    Training(bool),
    /// A document is printed.
    Printing,
    /// The receipt of the sale on the counter will be electronic, or on paper after all.
    WithoutPaper(bool),
    /// Someone became a member.
    Enrolled(String),
    /// The note on the member is kept.
    MemberNoted,
    /// Goods are put by.
    HoldPlaced,
    /// Goods put by go back to the shelf.
    HoldCancelled,
    /// The grid of favourites is another.
    Arranged,
    /// What was done at the stock desk is written.
    StockBooked,
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
    /// So many scans waited while training began or ended, and count neither here nor there.
    ScansLeftOut(usize),
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
    /// The drawer stands open for too long.
    DrawerOpen,
    /// The drawer was opened by its key or by force: the till had not told it to.
    DrawerForced,
    /// Somebody at the till asks for help.
    HelpWanted,
    /// What lies on the scale is in a sale already.
    WeighedAlready,
    /// The scale does not find its zero, or takes no tare, from here.
    ScaleRefused,
    /// A supervisor's leave is waited for.
    WaitsForLeave,
    /// A supervisor's card was read, and nothing waits for leave.
    NothingWaits,
    /// The call of a self-checkout that was answered is over, or another one has come in its place.
    CallIsOver,
    /// Who is named may not approve this.
    MayNotApprove,
    /// No key for codes by telephone has come from head office.
    NoApprovalKey,
    /// The code told by telephone is not the one.
    WrongCode,
    /// A reason is asked for.
    ReasonMissing,
    /// A reason or a note is too long.
    TooManyWords,
    /// Nothing, or more than everything, would be taken off.
    NothingOff,
    /// Goods that come back with their receipt are worth what they were.
    PriceIsFixed,
    /// No more than this can be taken.
    MoreThanThereIs(Quantity),
    /// Nothing is ticked.
    NothingChosen,
    /// The shopper is younger than the goods ask for.
    TooYoung {
        /// The goods.
        name: String,
        /// Years.
        years: u8,
    },
    /// Past the day up to which it may be sold.
    Expired {
        /// The goods.
        name: String,
        /// That day.
        on: Date,
    },
    /// The maker or head office has called these goods back.
    CalledBack {
        /// The goods.
        name: String,
        /// Their lot; empty when all are meant.
        lot: String,
    },
    /// No more of it in one sale.
    MoreThanAllowed {
        /// The goods.
        name: String,
        /// How much.
        max: Quantity,
    },
    /// This serial number, or this gift card, is in the basket already.
    NumberTwice(String),
    /// A number of no or too many characters.
    NotANumber,
    /// Not a date, or none that can be meant.
    NotADate,
    /// Money is put on a member's account: whose?
    MemberMissing,
    /// Money is being put on the account of another member.
    TopUpOfOther,
    /// Gift cards and top-ups come back with their receipt alone.
    NotWithoutReceipt(String),
    /// The deposit that goes with the goods is not in the catalogue.
    DepositMissing(String),
    /// A deposit changes with its goods.
    WithItsGoods,
    /// The line stands for one piece, one card or one receipt.
    QuantityIsFixed,
    /// The packaging weighs as much as the goods, or more.
    TareTooMuch,
    /// No rule knows this coupon.
    UnknownCoupon,
    /// The coupon is on this sale already.
    CouponTwice,
    /// No more coupons on one sale.
    TooManyCoupons,
    /// No sale is aside.
    NothingAside,
    /// Everything would be split off.
    NothingWouldStay,
    /// Something is paid on the sale already.
    PartPaid,
    /// The two sales are of two members.
    MembersDiffer,
    /// The two sales differ in something that belongs to the whole sale.
    SalesDiffer,
    /// Another till has taken it up.
    RecalledElsewhere,
    /// More cash than should be in the drawer.
    NotInDrawer,
    /// A payment is under way, or its outcome is unknown.
    PaymentOpen,
    /// A part of the sale is paid.
    PartlyPaid,
    /// A means of payment is not taken, or not taken away.
    Tender(SettlementError),
    /// This means takes no more than that.
    MoreThanDue(Money),
    /// No more than that is left on the account.
    NotCovered(Money),
    /// What is still due is for gift cards and top-ups: points and gift cards do not buy those.
    NotForMoney,
    /// Head office is asked for a quota; whether it can be reached.
    AsksHeadOffice {
        /// Whether it was heard of a moment ago.
        reached: bool,
    },
    /// No provider is set up for this.
    NoPort,
    /// The provider cannot be reached.
    PortAway,
    /// Not a payment code.
    NoPaymentCode,
    /// The provider declines; in its words.
    Declined(String),
    /// The payment was given up: no money has moved, or it is back.
    PaymentGivenUp,
    /// Something about a payment that people must settle.
    PaymentAlarm(PaymentAlarm),
    /// A provider took money for a payment that is not known here.
    UnknownPayment,
    /// A payment has changed and could not be written; it is tried again.
    PaymentNotKept(SaveTrouble),
    /// The provider refuses a refund; in its words.
    RefundRefused(String),
    /// The refund goes back to what paid.
    GoesBack,
    /// More would be given back than was paid.
    MoreThanTaken,
    /// No more hand-overs in one shift.
    TooManyHandOvers,
    /// No day was closed here yet.
    NoZ,
    /// Goods with a fixed price, or a line that comes back: nothing is taken off.
    NotDiscountable,
    /// No receipt of this till has this number.
    UnknownReceipt,
    /// What was scanned is not the code of a receipt.
    BadReceiptCode(domain::proof::ProofError),
    /// No till of the store has signed this code.
    ForgedReceipt,
    /// A receipt of a day that has not come.
    FutureReceipt(Date),
    /// The receipt is too long for its code to name the goods.
    ReceiptWithoutGoods,
    /// Everything on the line, or on the receipt, came back already.
    AllCameBack,
    /// The line is being taken back in a sale that is on the counter or aside.
    ReturnOpen,
    /// So much cannot come back.
    Refund(domain::refund::RefundError),
    /// Gift cards and top-ups are money, not goods.
    MoneyOwed(String),
    /// The receipt is another member's.
    OtherMember(String),
    /// Goods came back at another till meanwhile, so that the return on the counter is more than is left.
    NoLongerReturnable(String),
    /// The sale names no member.
    NoMember,
    /// There is a member with this number already.
    MemberExists,
    /// The card belongs to somebody already.
    CardTaken,
    /// Not a telephone number; so many digits are wanted, zero for any.
    BadPhone(u8),
    /// The member has bought nothing at this till.
    NothingBought,
    /// The store has not set this up.
    NotSetUp,
    /// Nothing is put by under this code.
    UnknownHold,
    /// These goods are on a counter or aside already.
    HoldOpen,
    /// Goods put by are collected after the day until which they were.
    HoldLate(Date),
    /// Goods that come back, gift cards and what was put by before cannot be put by.
    NotToHold,
    /// The payment down went through a card or a telephone: it goes back with a return.
    CollectThenReturn,
    /// No more goods on the grid of favourites; so many are.
    GridFull(usize),
    /// Something at the stock desk.
    Stock(crate::stock::Problem),
    /// Goods that were paid on a phone are not let out.
    Exit(ExitTrouble),
}
