//! Payments on shoppers' phones in PostgreSQL.

use deadpool_postgres::Transaction;
use tokio_postgres::{Error, Row};

use super::Postgres;
use crate::ingest::{Assessed, Complaint, Intake};
use crate::phone::{Claim, PhoneRow, claim};
use crate::store::{Phones, Result, Step};

const ROW: &str = "SELECT order_no, store, version, open, paid, amount, at_ms, body FROM phone_payment";

#[async_trait::async_trait]
impl Phones for Postgres {
    async fn add_phone_payment(&self, row: PhoneRow) -> Result<bool> {
        const STEP: &str = "keeping a payment on a phone";
        let client = self.client(STEP).await?;
        let insert = "INSERT INTO phone_payment VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
        let PhoneRow { order_no, store, version, open, paid, amount, at_ms, body } = &row;
        let added =
            client.execute(insert, &[order_no, store, version, open, paid, amount, at_ms, body]).await.step(STEP)?;
        Ok(added == 1)
    }

    async fn phone_payment(&self, order_no: &str) -> Result<Option<PhoneRow>> {
        const STEP: &str = "looking a payment on a phone up";
        let client = self.client(STEP).await?;
        let row = client.query_opt(&format!("{ROW} WHERE order_no = $1"), &[&order_no]).await.step(STEP)?;
        Ok(row.as_ref().map(row_of))
    }

    async fn save_phone_payment(&self, row: PhoneRow) -> Result<bool> {
        const STEP: &str = "saving a payment on a phone";
        let client = self.client(STEP).await?;
        let update = "UPDATE phone_payment SET version = version + 1, open = $3, paid = $4, body = $5
             WHERE order_no = $1 AND version = $2";
        let PhoneRow { order_no, version, open, paid, body, .. } = &row;
        Ok(client.execute(update, &[order_no, version, open, paid, body]).await.step(STEP)? == 1)
    }

    async fn open_phone_payments(&self) -> Result<Vec<PhoneRow>> {
        const STEP: &str = "listing open payments on phones";
        let client = self.client(STEP).await?;
        let rows = client.query(&format!("{ROW} WHERE open ORDER BY at_ms"), &[]).await.step(STEP)?;
        Ok(rows.iter().map(row_of).collect())
    }

    async fn open_phone_payments_of(&self, place: &str) -> Result<Vec<PhoneRow>> {
        const STEP: &str = "listing a store's open payments on phones";
        let client = self.client(STEP).await?;
        let rows =
            client.query(&format!("{ROW} WHERE open AND store = $1 ORDER BY at_ms"), &[&place]).await.step(STEP)?;
        Ok(rows.iter().map(row_of).collect())
    }

    async fn phone_payments(&self, from_ms: i64, to_ms: i64) -> Result<Vec<PhoneRow>> {
        const STEP: &str = "reading payments on phones";
        let client = self.client(STEP).await?;
        let select = format!("{ROW} WHERE at_ms >= $1 AND at_ms < $2 ORDER BY at_ms");
        let rows = client.query(&select, &[&from_ms, &to_ms]).await.step(STEP)?;
        Ok(rows.iter().map(row_of).collect())
    }

    async fn unclaimed_phone_payments(&self, before_ms: i64) -> Result<Vec<PhoneRow>> {
        const STEP: &str = "listing what was paid on phones and never left";
        let client = self.client(STEP).await?;
        let select = format!(
            "{ROW} p WHERE paid AND at_ms < $1
             AND NOT EXISTS (SELECT 1 FROM phone_exit e WHERE e.order_no = p.order_no) ORDER BY at_ms"
        );
        let rows = client.query(&select, &[&before_ms]).await.step(STEP)?;
        Ok(rows.iter().map(row_of).collect())
    }
}

/// Notes which paid baskets have left; answers complaints by number of the event. Two gates that let the same basket out
/// wait for each other at the row.
pub(super) async fn leave(
    db: &Transaction<'_>,
    intake: &Intake,
    events: &[&Assessed],
) -> std::result::Result<Vec<(u64, Complaint)>, Error> {
    let mut exits: Vec<_> =
        events.iter().flat_map(|event| event.phone_exits.iter().map(move |exit| (event.seq, exit))).collect();
    // In one order, so that two batches wait for each other instead of dying.
    exits.sort_by_key(|(seq, exit)| (exit.order_no.clone(), *seq));
    let mut complaints = Vec::new();
    for (seq, exit) in exits {
        let known = db.query_opt(&format!("{ROW} WHERE order_no = $1"), &[&exit.order_no]).await?;
        let known = known.as_ref().map(row_of);
        let insert = "INSERT INTO phone_exit VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
        let (epoch, number) = (i64::from(intake.epoch), seq as i64);
        let added = db.execute(insert, &[&exit.order_no, &exit.sale, &intake.terminal, &epoch, &number]).await?;
        let seen = Claim { store: &intake.store, first: added == 1, known: known.as_ref() };
        complaints.extend(claim(exit, &seen).map(|complaint| (seq, complaint)));
    }
    Ok(complaints)
}

fn row_of(row: &Row) -> PhoneRow {
    PhoneRow {
        order_no: row.get(0),
        store: row.get(1),
        version: row.get(2),
        open: row.get(3),
        paid: row.get(4),
        amount: row.get(5),
        at_ms: row.get(6),
        body: row.get(7),
    }
}
