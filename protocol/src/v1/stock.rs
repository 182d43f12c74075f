//! Stock: counts, goods that come and go without a sale, and what a store's terminals are told of it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Head, is_false, is_zero};

/// What is to be counted. Event [`super::Body::CountOpened`], and record of an open count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct CountPlan {
    /// Its id.
    pub id: Uuid,
    /// For people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// `full`, `zone`, `category` or `spot`.
    pub kind: String,
    /// Where people count; absent for the store as one zone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub zones: Vec<Zone>,
    /// Whether the book's figure is kept from those who count.
    #[serde(default, skip_serializing_if = "is_false")]
    pub blind: bool,
    /// Categories; absent for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// Item ids; absent for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<String>,
    /// Seconds that goods may lie in a trolley before they are paid.
    #[serde(default, skip_serializing_if = "is_zero_u32")]
    pub trolley_s: u32,
    /// Staff id of who opened it, or `office`.
    pub by: String,
    /// When.
    pub at_ms: i64,
}

/// A part of a store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Zone {
    /// Its name within the store.
    pub name: String,
    /// Whether shoppers take goods from it.
    pub sells: bool,
}

/// One go through one zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct CountPass {
    /// Its id.
    pub id: Uuid,
    /// Name of the zone.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub zone: String,
    /// 1 for the first count, more for recounts.
    pub round: u8,
    /// Staff id of who began it.
    pub by: String,
    /// Number of the terminal at which it was begun.
    pub terminal: u32,
    /// When.
    pub at_ms: i64,
}

/// Entries that were written together. Event [`super::Body::CountEntered`], and record of it for other terminals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct CountEntered {
    /// The count.
    pub plan: Uuid,
    /// The pass that they belong to.
    pub pass: CountPass,
    /// The entries.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<CountEntry>,
}

impl CountEntered {
    /// The id under which it is told: its first entry's, or the pass's when it has none.
    pub fn key(&self) -> Uuid {
        self.entries.first().map_or(self.pass.id, |entry| entry.id)
    }
}

/// One scan, or one quantity by key: exactly one of `item` and `unknown`, exactly one of `add`, `set` and `take_back`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct CountEntry {
    /// Its id.
    pub id: Uuid,
    /// Its place in the pass.
    pub no: u32,
    /// Item id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// A code that the catalogue does not know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
    /// Number of the lot.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub lot: String,
    /// Until when the lot may be sold, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// So many thousandths more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub add: Option<i64>,
    /// So many thousandths, whatever was scanned before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<i64>,
    /// As if the entry of this id had never been.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub take_back: Option<Uuid>,
    /// What a person wrote about goods that the catalogue does not know.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// When, by the terminal's clock.
    pub at_ms: i64,
    /// Staff id; absent for who began the pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Number of the terminal; absent for the one at which the pass was begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terminal: Option<u32>,
}

/// See [`super::Body::CountPassFinished`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountPassFinished {
    /// The count.
    pub plan: Uuid,
    /// The pass.
    pub pass: Uuid,
    /// Staff id.
    pub by: String,
    /// When.
    pub at_ms: i64,
}

/// See [`super::Body::CountApproved`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountApproved {
    /// The count.
    pub plan: Uuid,
    /// Staff id of who approved.
    pub by: String,
    /// When.
    pub at_ms: i64,
    /// What was there; every item once.
    pub lines: Vec<ApprovedLine>,
    /// What was there and nobody knows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<UnknownGoods>,
}

/// Goods that were counted by a code that the catalogue does not know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct UnknownGoods {
    /// The code.
    pub code: String,
    /// Name of the zone.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub zone: String,
    /// Thousandths.
    pub quantity: i64,
    /// What a person wrote about them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// What was there of an item at an instant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct ApprovedLine {
    /// Item id.
    pub item: String,
    /// Thousandths that were there.
    pub counted: i64,
    /// It by lot; absent where nothing was there, or all of it in no lot.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lots: Vec<LotQuantity>,
    /// At this instant.
    pub at_ms: i64,
    /// What the book said then, as far as the approving terminal knew.
    pub expected: i64,
    /// What the difference was worth, as far as the approving terminal knew.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub value: i64,
}

/// How much is in a lot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct LotQuantity {
    /// Number of the lot.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub lot: String,
    /// Until when it may be sold, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// Thousandths.
    pub quantity: i64,
}

/// See [`super::Body::CountClosed`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountClosed {
    /// The count.
    pub plan: Uuid,
    /// Staff id.
    pub by: String,
    /// When.
    pub at_ms: i64,
    /// Why it was given up; absent when it was approved.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// Goods of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct StockLine {
    /// Item id.
    pub item: String,
    /// Number of the lot.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub lot: String,
    /// Until when the lot may be sold, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// Thousandths, above zero.
    pub quantity: i64,
}

/// Goods that arrived: exactly one of `item` and `unknown`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct ArrivedLine {
    /// Item id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// A code that the catalogue does not know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<String>,
    /// Number of the lot.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub lot: String,
    /// Until when the lot may be sold, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// Thousandths that were announced.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub expected: i64,
    /// Thousandths that arrived sound.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub arrived: i64,
    /// Thousandths that arrived damaged.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub damaged: i64,
}

/// See [`super::Body::GoodsReceived`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoodsReceived {
    /// Its id.
    pub id: Uuid,
    /// Number of the delivery note; absent where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Who brought it.
    pub supplier: String,
    /// What arrived.
    pub lines: Vec<ArrivedLine>,
    /// Whether all of the note has been taken in.
    pub complete: bool,
    /// Staff id.
    pub by: String,
    /// When.
    pub at_ms: i64,
}

/// See [`super::Body::TransferSent`]; and record of a transfer under way, for the store that it goes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferSent {
    /// Its id.
    pub id: Uuid,
    /// For people and for the code on its paper.
    pub number: String,
    /// Where from.
    pub from: String,
    /// Where to.
    pub to: String,
    /// What was sent.
    pub lines: Vec<StockLine>,
    /// Staff id.
    pub by: String,
    /// When.
    pub at_ms: i64,
}

/// See [`super::Body::TransferReceived`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferReceived {
    /// The transfer.
    pub transfer: Uuid,
    /// Where the goods came from.
    pub from: String,
    /// What arrived; `expected` is what was sent.
    pub lines: Vec<ArrivedLine>,
    /// Staff id.
    pub by: String,
    /// When.
    pub at_ms: i64,
}

/// See [`super::Body::WrittenOff`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrittenOff {
    /// Its id.
    pub id: Uuid,
    /// Why.
    pub reason: String,
    /// What.
    pub lines: Vec<StockLine>,
    /// Staff id.
    pub by: String,
    /// When.
    pub at_ms: i64,
}

/// Record: a delivery that a store expects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct DeliveryNote {
    /// Its number, as printed on it.
    pub number: String,
    /// Who brings it.
    pub supplier: String,
    /// When it is expected, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<String>,
    /// What is on it.
    pub lines: Vec<StockLine>,
}

/// Record: what the book says of one item of the store. It holds as of the newest [`StockAsOf`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct StockLevel {
    /// Item id.
    pub item: String,
    /// Thousandths; below zero where more was sold than was booked in.
    pub quantity: i64,
    /// It by lot, where lots are known; does not have to sum to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lots: Vec<LotQuantity>,
    /// How the goods moved lately, the oldest first: within `quantity`. What approved counts have corrected is not among
    /// them, so that the book of a past instant is what it should have been.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moves: Vec<StockMove>,
}

/// How stock of an item moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockMove {
    /// When.
    pub at_ms: i64,
    /// Thousandths that came; below zero for what went.
    pub quantity: i64,
    /// Whether the till did it: sold to, or taken back from a shopper.
    #[serde(default, skip_serializing_if = "is_false")]
    pub sale: bool,
}

/// Record: up to where the store's [`StockLevel`]s know what happened. An item without a level has none in the book.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct StockAsOf {
    /// The platform's clock.
    pub at_ms: i64,
    /// The newest event of each terminal of the store that is within the levels.
    pub heads: Vec<TerminalHead>,
}

/// The newest event of a terminal that is within something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerminalHead {
    /// The terminal.
    pub terminal: Uuid,
    /// Its newest epoch and number; the hash is that after it.
    #[serde(flatten)]
    pub head: Head,
}

fn is_zero_u32(value: &u32) -> bool {
    *value == 0
}
