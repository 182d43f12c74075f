//! Goods that come and go without a sale: deliveries, transfers, write-offs.

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::{Lot, What};
use crate::quantity::Quantity;

/// What a supplier says that he brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryNote {
    /// Its number, as printed on it.
    pub number: String,
    /// Who brings it.
    pub supplier: String,
    /// When it is expected.
    pub due: Option<Date>,
    /// What is on it.
    pub lines: Vec<StockLine>,
}

/// Goods of a document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StockLine {
    /// Item id.
    pub item: String,
    /// The lot.
    pub lot: Lot,
    /// How much; above zero.
    pub quantity: Quantity,
}

/// Goods that arrived, against what was announced.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ArrivedLine {
    /// The goods.
    pub what: What,
    /// The lot.
    pub lot: Lot,
    /// What was announced; zero for goods that nobody announced.
    pub expected: Quantity,
    /// What arrived sound.
    pub arrived: Quantity,
    /// What arrived damaged.
    pub damaged: Quantity,
}

/// Goods of a supplier were taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoodsReceived {
    /// Its id.
    pub id: Uuid,
    /// Number of the delivery note; empty where there is none.
    pub note: String,
    /// Who brought it.
    pub supplier: String,
    /// What arrived.
    pub lines: Vec<ArrivedLine>,
    /// Whether all of the note has been taken in; what is missing is not expected any more.
    pub is_complete: bool,
    /// Staff id.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// Goods went to another store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransferSent {
    /// Its id.
    pub id: Uuid,
    /// For people and for the code on its paper.
    pub number: String,
    /// Where from.
    pub from_store: String,
    /// Where to.
    pub to_store: String,
    /// What was sent.
    pub lines: Vec<StockLine>,
    /// Staff id.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// Goods of another store arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransferReceived {
    /// The transfer.
    pub transfer: Uuid,
    /// Where they came from.
    pub from_store: String,
    /// What arrived; `expected` is what was sent.
    pub lines: Vec<ArrivedLine>,
    /// Staff id.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// Goods are no longer there to be sold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenOff {
    /// Its id.
    pub id: Uuid,
    /// Why, e.g. `过期`.
    pub reason: String,
    /// What.
    pub lines: Vec<StockLine>,
    /// Staff id.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// How what arrived differs from what was announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Discrepancy {
    /// So much less.
    Short(Quantity),
    /// So much more.
    Over(Quantity),
    /// Nobody announced it.
    Unexpected(Quantity),
    /// The catalogue does not know it.
    Unknown(Quantity),
    /// So much is damaged.
    Damaged(Quantity),
}

impl ArrivedLine {
    /// All that is in the parcel.
    pub fn in_all(&self) -> Quantity {
        self.arrived + self.damaged
    }

    /// What is not as announced; nothing when all is well.
    pub fn discrepancies(&self) -> Vec<Discrepancy> {
        let (all, expected) = (self.in_all(), self.expected);
        let mut found = Vec::new();
        match (&self.what, expected == Quantity::NONE) {
            (What::Unknown(_), _) if all != Quantity::NONE => found.push(Discrepancy::Unknown(all)),
            (What::Item(_), true) if all != Quantity::NONE => found.push(Discrepancy::Unexpected(all)),
            _ if all < expected => found.push(Discrepancy::Short(expected + -all)),
            _ if all > expected => found.push(Discrepancy::Over(all + -expected)),
            _ => {}
        }
        if self.damaged != Quantity::NONE {
            found.push(Discrepancy::Damaged(self.damaged));
        }
        found
    }
}

impl DeliveryNote {
    /// Its lines as they are when nothing was taken in yet.
    pub fn to_receive(&self) -> Vec<ArrivedLine> {
        to_receive(&self.lines)
    }
}

impl TransferSent {
    /// Its lines as they are when nothing was taken in yet.
    pub fn to_receive(&self) -> Vec<ArrivedLine> {
        to_receive(&self.lines)
    }
}

fn to_receive(lines: &[StockLine]) -> Vec<ArrivedLine> {
    let line = |line: &StockLine| ArrivedLine {
        what: What::Item(line.item.clone()),
        lot: line.lot.clone(),
        expected: line.quantity,
        arrived: Quantity::NONE,
        damaged: Quantity::NONE,
    };
    lines.iter().map(line).collect()
}
