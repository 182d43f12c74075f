//! Stock: what lies in the store, how it is counted, and how goods come and go without a sale.
//!
//! Stock of an item is what the book says at an instant; every sale, delivery, transfer, write-off and approved count is
//! a movement with an instant. A [`count::Count`] is a set that only grows, so that what several people counted at several
//! terminals without a network is merged without loss, in any order ([`count::Count::merge`]). What was counted is compared
//! with the book at the instant of the counting ([`book::ItemBook::at`]), so sales may go on meanwhile.

pub mod approval;
pub mod book;
pub mod count;
pub mod difference;
pub mod document;
pub mod figure;
pub mod plan;

#[cfg(test)]
mod tests;

use jiff::civil::Date;

use crate::quantity::Quantity;

/// The most that lies in a store of one item, and the most that one entry or line says: a million units.
pub const STOCK_MAX: Quantity = Quantity::of_thousandths(1_000_000_000);
/// Zones of one plan.
pub const ZONES_MAX: usize = 500;
/// Items or categories that a plan names.
pub const FILTER_MAX: usize = 2_000;
/// Entries that are written at once.
pub const ENTRIES_AT_ONCE_MAX: usize = 200;
/// Entries of one count.
pub const ENTRIES_MAX: usize = 200_000;
/// Passes of one count.
pub const PASSES_MAX: usize = 5_000;
/// Rounds of one count: the first and its recounts.
pub const ROUNDS_MAX: u8 = 9;
/// Lines of a delivery note, receipt, transfer or write-off.
pub const LINES_MAX: usize = 2_000;
/// Lots of one item that are told apart in one count or document.
pub const LOTS_MAX: usize = 200;
/// Lines of one approval that are written as one event; a larger one is written in parts.
pub const APPROVED_AT_ONCE_MAX: usize = 2_000;

/// What was counted or came in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// Goods of the catalogue, by item id.
    Item(String),
    /// A code that the catalogue does not know.
    Unknown(String),
}

impl What {
    /// The item's id, when it is known.
    pub fn item(&self) -> Option<&str> {
        match self {
            What::Item(item) => Some(item),
            What::Unknown(_) => None,
        }
    }
}

/// Which lot, and until when it may be sold; the default is goods whose lot nobody tells.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Lot {
    /// Its number; empty for none.
    pub no: String,
    /// Best before, or use by.
    pub expires: Option<Date>,
}

/// How much of an item in which lot.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LotQuantity {
    /// The lot.
    pub lot: Lot,
    /// How much; zero or more.
    pub quantity: Quantity,
}
