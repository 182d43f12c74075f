//! What a terminal knows of its store's stock: the book, open counts, deliveries and transfers that are expected.

use protocol::v1;
use uuid::Uuid;

use super::{Replica, many, one, records};
use crate::error::JournalError;

/// Open counts and expected documents that are read at once.
const OPEN_MAX: i64 = 500;

impl Replica {
    /// What the book says of an item, as of [`Replica::stock_as_of`]; `None` where nothing was ever booked.
    pub fn stock_of(&self, item: &str) -> Result<Option<v1::StockLevel>, JournalError> {
        one(
            &self.connection,
            "SELECT body FROM fact WHERE kind = ?1 AND id = ?2 ORDER BY rank LIMIT 1",
            [records::STOCK, item],
        )
    }

    /// All items that have a level, by id, beginning after one: at most `limit`.
    pub fn stock_after(&self, item: &str, limit: usize) -> Result<Vec<v1::StockLevel>, JournalError> {
        many(
            &self.connection,
            "SELECT body FROM fact WHERE kind = ?1 AND id > ?2 AND rank = 0 ORDER BY id LIMIT ?3",
            rusqlite::params![records::STOCK, item, limit as i64],
        )
    }

    /// Up to where the levels know what happened; `None` before any stock was told.
    pub fn stock_as_of(&self) -> Result<Option<v1::StockAsOf>, JournalError> {
        one(&self.connection, "SELECT body FROM fact WHERE kind = ?1 ORDER BY rank LIMIT 1", [records::STOCK_AS_OF])
    }

    /// Counts that are open in the store, oldest first.
    pub fn open_counts(&self) -> Result<Vec<v1::CountPlan>, JournalError> {
        let mut counts: Vec<v1::CountPlan> = self.all_open(records::COUNT)?;
        counts.sort_by_key(|plan| (plan.at_ms, plan.id));
        Ok(counts)
    }

    /// What all terminals of the store have counted, this one's own as far as it came back: batches of entries.
    pub fn counted(&self, plan: Uuid) -> Result<Vec<v1::CountEntered>, JournalError> {
        self.facts_by_key(records::COUNTED, &plan.to_string())
    }

    /// Passes of a count that are finished.
    pub fn finished_passes(&self, plan: Uuid) -> Result<Vec<v1::CountPassFinished>, JournalError> {
        self.facts_by_key(records::COUNT_PASS, &plan.to_string())
    }

    /// Deliveries that the store expects, by due date and number.
    pub fn expected_deliveries(&self) -> Result<Vec<v1::DeliveryNote>, JournalError> {
        let mut notes: Vec<v1::DeliveryNote> = self.all_open(records::DELIVERY)?;
        notes.sort_by(|a, b| (a.due.is_none(), &a.due, &a.number).cmp(&(b.due.is_none(), &b.due, &b.number)));
        Ok(notes)
    }

    /// A delivery by the number on its note.
    pub fn delivery(&self, number: &str) -> Result<Option<v1::DeliveryNote>, JournalError> {
        one(
            &self.connection,
            "SELECT body FROM fact WHERE kind = ?1 AND id = ?2 ORDER BY rank LIMIT 1",
            [records::DELIVERY, number],
        )
    }

    /// Goods that are on their way to the store, oldest first.
    pub fn expected_transfers(&self) -> Result<Vec<v1::TransferSent>, JournalError> {
        let mut transfers: Vec<v1::TransferSent> = self.all_open(records::TRANSFER)?;
        transfers.sort_by_key(|sent| (sent.at_ms, sent.id));
        Ok(transfers)
    }

    fn all_open<T: serde::de::DeserializeOwned>(&self, kind: &str) -> Result<Vec<T>, JournalError> {
        many(
            &self.connection,
            "SELECT body FROM fact WHERE kind = ?1 AND rank = 0 ORDER BY id LIMIT ?2",
            rusqlite::params![kind, OPEN_MAX],
        )
    }
}
