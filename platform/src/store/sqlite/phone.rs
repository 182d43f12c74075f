//! Payments on shoppers' phones in SQLite.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::Sqlite;
use crate::ingest::{Assessed, Complaint, Intake};
use crate::phone::{Claim, PhoneRow, claim};
use crate::store::{Phones, Result};

const ROW: &str = "SELECT order_no, store, version, open, paid, amount, at_ms, body FROM phone_payment";

#[async_trait::async_trait]
impl Phones for Sqlite {
    async fn add_phone_payment(&self, row: PhoneRow) -> Result<bool> {
        self.write("keeping a payment on a phone", move |db| {
            let added = db.execute(
                "INSERT INTO phone_payment VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING",
                params![row.order_no, row.store, row.version, row.open, row.paid, row.amount, row.at_ms, row.body],
            )?;
            Ok(added == 1)
        })
        .await
    }

    async fn phone_payment(&self, order_no: &str) -> Result<Option<PhoneRow>> {
        let order_no = order_no.to_owned();
        self.read("looking a payment on a phone up", move |db| {
            db.prepare_cached(&format!("{ROW} WHERE order_no = ?1"))?.query_row([order_no], row_of).optional()
        })
        .await
    }

    async fn save_phone_payment(&self, row: PhoneRow) -> Result<bool> {
        self.write("saving a payment on a phone", move |db| {
            let saved = db.execute(
                "UPDATE phone_payment SET version = version + 1, open = ?3, paid = ?4, body = ?5
                 WHERE order_no = ?1 AND version = ?2",
                params![row.order_no, row.version, row.open, row.paid, row.body],
            )?;
            Ok(saved == 1)
        })
        .await
    }

    async fn open_phone_payments(&self) -> Result<Vec<PhoneRow>> {
        self.read("listing open payments on phones", |db| {
            let mut rows = db.prepare_cached(&format!("{ROW} WHERE open = 1 ORDER BY at_ms"))?;
            rows.query_map([], row_of)?.collect()
        })
        .await
    }

    async fn open_phone_payments_of(&self, place: &str) -> Result<Vec<PhoneRow>> {
        let place = place.to_owned();
        self.read("listing a store's open payments on phones", move |db| {
            let mut rows = db.prepare_cached(&format!("{ROW} WHERE open = 1 AND store = ?1 ORDER BY at_ms"))?;
            rows.query_map([place], row_of)?.collect()
        })
        .await
    }

    async fn phone_payments(&self, from_ms: i64, to_ms: i64) -> Result<Vec<PhoneRow>> {
        self.read("reading payments on phones", move |db| {
            let mut rows = db.prepare_cached(&format!("{ROW} WHERE at_ms >= ?1 AND at_ms < ?2 ORDER BY at_ms"))?;
            rows.query_map([from_ms, to_ms], row_of)?.collect()
        })
        .await
    }

    async fn unclaimed_phone_payments(&self, before_ms: i64) -> Result<Vec<PhoneRow>> {
        self.read("listing what was paid on phones and never left", move |db| {
            let mut rows = db.prepare_cached(&format!(
                "{ROW} p WHERE paid = 1 AND at_ms < ?1
                 AND NOT EXISTS (SELECT 1 FROM phone_exit e WHERE e.order_no = p.order_no) ORDER BY at_ms"
            ))?;
            rows.query_map([before_ms], row_of)?.collect()
        })
        .await
    }
}

/// Notes which paid baskets have left; answers complaints by number of the event.
pub(super) fn leave(db: &Connection, intake: &Intake, events: &[&Assessed]) -> rusqlite::Result<Vec<(u64, Complaint)>> {
    let mut complaints = Vec::new();
    for (event, exit) in events.iter().flat_map(|event| event.phone_exits.iter().map(move |exit| (event, exit))) {
        let known =
            db.prepare_cached(&format!("{ROW} WHERE order_no = ?1"))?.query_row([&exit.order_no], row_of).optional()?;
        let first = db.execute(
            "INSERT INTO phone_exit VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
            params![exit.order_no, exit.sale.to_string(), intake.terminal, intake.epoch, event.seq as i64],
        )? == 1;
        let seen = Claim { store: &intake.store, first, known: known.as_ref() };
        complaints.extend(claim(exit, &seen).map(|complaint| (event.seq, complaint)));
    }
    Ok(complaints)
}

fn row_of(row: &Row<'_>) -> rusqlite::Result<PhoneRow> {
    Ok(PhoneRow {
        order_no: row.get(0)?,
        store: row.get(1)?,
        version: row.get(2)?,
        open: row.get(3)?,
        paid: row.get(4)?,
        amount: row.get(5)?,
        at_ms: row.get(6)?,
        body: row.get(7)?,
    })
}
