//! What terminals are told of the book, and what head office does with counts, as records. No IO.

use std::collections::BTreeMap;

use protocol::v1::{self, CountPlan, Record, StockAsOf, StockLevel, StockMove};
use uuid::Uuid;

use crate::ledger::stock::lot_of;
use crate::store::{LevelRow, MoveRow, RecordRow};

/// Rows of the book that are added up at a time.
pub const ROWS_AT_ONCE: i64 = 50_000;
/// Moves of one item that are told while a count is open: the newest.
pub const MOVES_MAX: usize = 200;

/// Levels of items that have changed: `rows` are all lots of these items, `moves` what moved them since the oldest open
/// count began.
pub fn levels(rows: &[LevelRow], moves: &[MoveRow]) -> Vec<RecordRow> {
    let mut levels: BTreeMap<&str, StockLevel> = BTreeMap::new();
    for row in rows {
        let level =
            levels.entry(&row.item).or_insert_with(|| StockLevel { item: row.item.clone(), ..Default::default() });
        level.quantity = level.quantity.saturating_add(row.quantity);
        if !row.lot.is_empty() && row.quantity != 0 {
            let (lot, expires) = lot_of(&row.lot);
            level.lots.push(v1::LotQuantity { lot, expires, quantity: row.quantity });
        }
    }
    for row in moves {
        if let Some(level) = levels.get_mut(row.item.as_str()) {
            level.moves.push(StockMove { at_ms: row.at_ms, quantity: row.quantity, sale: row.is_sale });
        }
    }
    levels.into_values().map(level).collect()
}

fn level(mut level: StockLevel) -> RecordRow {
    let from = level.moves.len().saturating_sub(MOVES_MAX);
    level.moves.drain(..from);
    let (id, record) = (level.item.clone(), Record::Stock(Box::new(level)));
    row("stock", id, false, &record)
}

/// Up to where the levels hold.
pub fn as_of(as_of: StockAsOf) -> RecordRow {
    row("stock_as_of", String::new(), false, &Record::StockAsOf(Box::new(as_of)))
}

/// A count that is open.
pub fn opened(plan: &CountPlan) -> RecordRow {
    row("count", plan.id.to_string(), false, &Record::Count(Box::new(plan.clone())))
}

/// A count that is closed, with all that was told of it (kind and id).
pub fn closed(plan: Uuid, told: &[(String, String)]) -> Vec<RecordRow> {
    let gone = |(kind, id): &(String, String)| {
        let key: Uuid = id.rsplit('/').next()?.parse().ok()?;
        Some(match kind.as_str() {
            "counted" => row("counted", id.clone(), true, &Record::CountedGone(key)),
            _ => row("count_pass", id.clone(), true, &Record::CountPassGone(key)),
        })
    };
    let plan = row("count", plan.to_string(), true, &Record::CountGone(plan));
    std::iter::once(plan).chain(told.iter().filter_map(gone)).collect()
}

/// The instant from which moves are told: when the oldest open count began.
pub fn counting_since<'a>(plans: impl Iterator<Item = &'a str>) -> Option<i64> {
    plans.filter_map(|plan| serde_json::from_str::<CountPlan>(plan).ok()).map(|plan| plan.at_ms).min()
}

fn row(kind: &'static str, id: String, gone: bool, record: &Record) -> RecordRow {
    RecordRow { kind, id, gone, body: serde_json::to_string(record).expect("a record is JSON") }
}
