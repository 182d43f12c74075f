//! The stock desk: counts, goods that come and go without a sale, labels and prices. Pure: what is read and touched comes
//! in with the time, what is to be written goes out.
//!
//! At most one transaction is under way. What is scanned meanwhile is in memory and goes into the next one; what fails
//! stays and is tried again. What a screen calls kept is written.

mod booking;
mod counting;
mod deeds;
mod desk;
mod goods;
mod kept;
mod menu;
mod offers;
mod review;
mod room;
mod tasks;
mod writes;

pub use booking::{Booking, BookingKind};
pub use counting::{CountSum, Counting};
pub use deeds::StockDeed;
pub use desk::Desk;
pub use offers::{MemberOffer, Offer, ShelfPrice, shelf_price};
pub use review::Review;
pub use room::{NoRoom, Stockroom};
pub use writes::{StockWrite, Written};

use std::collections::BTreeSet;

use domain::item::Item;
use domain::money::Money;
use domain::quantity::Quantity;
use domain::receipt::Document;
use domain::stock::count::CountError;
use domain::stock::{Lot, What};
use domain::store::Store;
use jiff::Timestamp;
use uuid::Uuid;
use words::Words;

use crate::engine::{Catalogue, Now};

/// Rows of a list that are shown.
pub const ROWS_MAX: usize = 200;
/// Labels of one item that are printed at once.
pub const LABELS_MAX: i64 = 50;

/// Where and when, and who.
pub struct Here<'a> {
    /// The time, and an id that nobody has used.
    pub now: Now,
    /// The terminal's number.
    pub terminal: u32,
    /// Staff id of who is signed on.
    pub by: &'a str,
    /// Whether she may see what a blind count differs by.
    pub sees_all: bool,
    /// The store's settings.
    pub store: &'a Store,
    /// What is looked up.
    pub goods: &'a dyn Catalogue,
    /// The language in use.
    pub words: &'a Words,
    /// Whether goods are called by their English names.
    pub english: bool,
}

/// Where the desk is.
#[derive(Clone, Debug)]
pub enum At {
    /// At rest.
    Menu,
    /// Which count: one that is open, or a new one.
    Counts,
    /// Of which category.
    Categories,
    /// Where to count, in an open count.
    Zones(Uuid),
    /// Which zone a new count is about.
    NewCountZone,
    /// A zone by its name; of an open count, or of a new one.
    ZoneName(Option<Uuid>),
    /// Counting.
    Counting,
    /// Booking goods.
    Booking,
    /// How many of the goods on the card.
    Quantity,
    /// How many the next scan counts.
    Times,
    /// What goods are that the catalogue does not know, by their code.
    Note(String),
    /// What goods weigh that were read without their weight.
    Weight(What, Lot),
    /// The lot of goods; they are then taken, where a quantity is told.
    Lot(What, Option<Quantity>),
    /// Until when the lot may be sold.
    Expiry(What, Option<Quantity>, String),
    /// Whether the zone is finished.
    Finish,
    /// Differences.
    Review(Box<Review>),
    /// In which zone is counted again.
    Recount(Box<Review>),
    /// Why a count is given up.
    GiveUp(Uuid),
    /// Which delivery.
    Notes,
    /// Who brings goods without a note, or with one that nobody announced.
    Supplier(String),
    /// Which transfer arrives.
    Arriving,
    /// Where goods are sent.
    ToStore,
    /// Why goods are written off.
    Reason,
    /// Looking a document through before it is booked.
    BookingReview,
    /// One item.
    Look(Box<Item>),
    /// How many labels of it.
    Labels(Box<Item>),
    /// Goods by name.
    Search,
}

/// What follows from a touch or scan.
#[derive(Clone, Debug)]
pub enum Done {
    /// Seen.
    Moved,
    /// Something was counted or booked.
    Taken,
    /// It may need leave.
    Leave(StockDeed),
    /// Onto paper.
    Print(Document),
    /// Back to the till.
    Close,
    /// Nobody is signed on any more.
    Lock,
}

/// Why something did not happen at the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Not a code.
    NoCode,
    /// The catalogue could not be read.
    NotLookedUp,
    /// The catalogue does not know it.
    Unknown,
    /// Services and cards have no stock.
    NoStock,
    /// A question is open; the scan is no answer to it.
    AnswerFirst,
    /// Nothing is counted here.
    NotHere,
    /// Something is being written.
    Busy,
    /// Nothing was counted that could be taken back.
    NothingToUndo,
    /// Nothing is on the card, or ticked.
    NothingChosen,
    /// Not a quantity.
    NoQuantity,
    /// Not a lot.
    NoLot,
    /// Not a day.
    NoDay,
    /// Words are asked for.
    NoWords,
    /// Too many words.
    TooManyWords,
    /// No document has so many lines.
    TooManyLines,
    /// Too much is not written yet.
    NotKept,
    /// A document is begun already.
    FinishFirst,
    /// Nothing was scanned.
    NothingBooked,
    /// She has counted it herself: somebody else has to.
    SamePerson,
    /// Nothing is to be counted again.
    NothingToRecount,
    /// A blind count is looked through by whoever may approve it.
    Blind,
    /// Nothing can be approved yet.
    NothingSettled,
    /// These zones are still being counted, or nobody has been there.
    StillCounted(Vec<String>),
    /// What would be approved is not what was looked through.
    Changed,
    /// The count is over.
    CountClosed,
    /// It is this store's own.
    OwnStore,
    /// The count does not take it.
    Count(CountError),
}

/// What one unit is worth: its cost where the shop knows it, else its price.
pub(crate) fn value_of(item: &Item, at: Timestamp) -> Money {
    item.terms.cost.or_else(|| item.prices.at(at)).unwrap_or(Money::ZERO)
}

/// Names that stand for nothing any more are not kept for ever.
pub(crate) fn unique(ids: impl Iterator<Item = String>) -> Vec<String> {
    ids.collect::<BTreeSet<_>>().into_iter().collect()
}
