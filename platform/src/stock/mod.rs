//! Stock at head office: each store's book, approved counts, and what terminals are told.
//!
//! The book of an item is the sum of its moves. An approved count is an **anchor**: it says how much of each lot was there
//! at an instant, and it stays true whatever arrives later. Three rules keep it so, and together they make the book the same
//! whatever order events arrive in:
//!
//! - A new anchor adds what makes the book of its instant what was counted (`counted - B(at)`, for each lot).
//! - A move that arrives after an anchor but happened before it is taken back at the first anchor after it: those who
//!   counted saw it.
//! - What a new anchor adds is taken back at the next anchor, likewise.
//!
//! What is added or taken back stands in the stock ledger between the places `store` and `counted`.

pub mod book;
pub mod desk;
pub mod keep;
pub mod show;
pub mod told;

use protocol::v1::{
    CountApproved, CountClosed, CountEntered, CountPassFinished, CountPlan, GoodsReceived, TransferReceived,
    TransferSent,
};

/// What an event asks of head office's stock beyond its postings.
#[derive(Clone, Debug, PartialEq)]
pub enum Work {
    /// A count was opened.
    Opened(CountPlan),
    /// Goods were counted.
    Counted(CountEntered),
    /// Somebody has been through her zone.
    PassFinished(CountPassFinished),
    /// What was counted was approved.
    Approved(CountApproved),
    /// A count ended.
    Closed(CountClosed),
    /// Goods of a supplier were taken in.
    Received(GoodsReceived),
    /// Goods went to another store.
    Sent(TransferSent),
    /// Goods of another store arrived.
    Arrived(TransferReceived),
}
