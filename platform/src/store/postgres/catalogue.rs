//! Scopes, records and snapshots in PostgreSQL.

use std::collections::HashMap;

use deadpool_postgres::Transaction;
use protocol::chain::Hash;
use protocol::v1::{Member, SnapshotInfo};
use tokio::sync::mpsc;
use tokio_postgres::IsolationLevel;

use super::office::settle_members;
use super::{Postgres, count, hash};
use crate::store::goods::member_in;
use crate::store::{
    CHANGES_BEHIND_MAX, Catalogue, ChangePage, Export, FOR_PHONES, GoodsMark, PictureRow, Put, RecordRow, Result,
    SNAPSHOTS_KEPT, Step,
};

/// Records in one piece of an export.
const EXPORT_RECORDS: i32 = 2000;
/// Who keeps or removes pictures does it alone; everybody may read meanwhile.
const ALONE: &str = "LOCK TABLE picture IN SHARE ROW EXCLUSIVE MODE";
/// A member's record, by her id.
const MEMBER: &str = "SELECT body FROM record WHERE scope IN ('chain', $1) AND kind = 'member' AND NOT gone AND id";
/// What the store says of her stands before what the chain says.
const NEAREST: &str = "ORDER BY scope = 'chain' LIMIT 1";

#[async_trait::async_trait]
impl Catalogue for Postgres {
    async fn put(&self, scope: &str, records: Vec<RecordRow>) -> Result<Put> {
        const STEP: &str = "putting records";
        let mut client = self.client(STEP).await?;
        let transaction = client.transaction().await.step(STEP)?;
        let mut records = records;
        settle_members(&transaction, &mut records).await.step(STEP)?;
        let put = put(&transaction, scope, &records).await.step(STEP)?;
        transaction.commit().await.step(STEP)?;
        Ok(put)
    }

    async fn changes(&self, scope: &str, after: u64, limit: usize) -> Result<ChangePage> {
        const STEP: &str = "reading changes";
        let mut client = self.client(STEP).await?;
        let transaction = client
            .build_transaction()
            .isolation_level(IsolationLevel::RepeatableRead)
            .read_only(true)
            .start()
            .await
            .step(STEP)?;
        let head = scope_head(&transaction, scope).await.step(STEP)?;
        if after > head || head - after > CHANGES_BEHIND_MAX {
            return Ok(ChangePage::Gone { head });
        }
        let rows = transaction
            .query(
                "SELECT no, body FROM record WHERE scope = $1 AND no > $2 ORDER BY no LIMIT $3",
                &[&scope, &(after as i64), &(limit as i64)],
            )
            .await
            .step(STEP)?;
        let rows = rows.iter().map(|row| (count(row, 0), row.get(1))).collect();
        Ok(ChangePage::Page { rows, head })
    }

    async fn scope_head(&self, scope: &str) -> Result<u64> {
        const STEP: &str = "reading a scope's head";
        let mut client = self.client(STEP).await?;
        let transaction = client.transaction().await.step(STEP)?;
        scope_head(&transaction, scope).await.step(STEP)
    }

    async fn export(&self, scope: &str, sink: mpsc::Sender<Export>) -> Result<()> {
        self.send("exporting a scope", scope, "NOT gone", sink).await
    }

    async fn goods_marks(&self, place: &str) -> Result<[GoodsMark; 2]> {
        const STEP: &str = "looking what has changed of goods";
        let client = self.client(STEP).await?;
        let select = format!(
            "SELECT coalesce((SELECT head FROM scope WHERE name = s.name), 0),
                coalesce((SELECT max(no) FROM record WHERE scope = s.name AND {FOR_PHONES}), 0)
             FROM unnest(ARRAY['chain', CAST($1 AS TEXT)]) WITH ORDINALITY AS s (name, at) ORDER BY at"
        );
        let select = client.prepare_cached(&select).await.step(STEP)?;
        let rows = client.query(&select, &[&format!("store-{place}")]).await.step(STEP)?;
        let mark = |at: usize| GoodsMark { head: count(&rows[at], 0), newest: count(&rows[at], 1) };
        Ok([mark(0), mark(1)])
    }

    async fn export_goods(&self, scope: &str, sink: mpsc::Sender<Export>) -> Result<()> {
        self.send("exporting goods", scope, &format!("NOT gone AND {FOR_PHONES}"), sink).await
    }

    async fn snapshot(&self, scope: &str) -> Result<Option<SnapshotInfo>> {
        const STEP: &str = "looking a snapshot up";
        let client = self.client(STEP).await?;
        let row = client
            .query_opt(
                "SELECT no, sha256, bytes, records FROM snapshot WHERE scope = $1 ORDER BY no DESC LIMIT 1",
                &[&scope],
            )
            .await
            .step(STEP)?;
        Ok(row.map(|row| SnapshotInfo {
            no: count(&row, 0),
            sha256: hash(&row, 1),
            bytes: count(&row, 2),
            records: count(&row, 3),
        }))
    }

    async fn add_snapshot(&self, scope: &str, info: &SnapshotInfo) -> Result<Vec<Hash>> {
        const STEP: &str = "noting a snapshot";
        let mut client = self.client(STEP).await?;
        let transaction = client.transaction().await.step(STEP)?;
        transaction
            .execute(
                "INSERT INTO snapshot (scope, no, sha256, bytes, records) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (scope, no) DO UPDATE
                 SET sha256 = excluded.sha256, bytes = excluded.bytes, records = excluded.records",
                &[&scope, &(info.no as i64), &&info.sha256.0[..], &(info.bytes as i64), &(info.records as i64)],
            )
            .await
            .step(STEP)?;
        let old = transaction
            .query(
                "DELETE FROM snapshot WHERE scope = $1 AND no NOT IN
                 (SELECT no FROM snapshot WHERE scope = $1 ORDER BY no DESC LIMIT $2) RETURNING sha256",
                &[&scope, &(SNAPSHOTS_KEPT as i64)],
            )
            .await
            .step(STEP)?;
        let mut dropped = Vec::new();
        for sha256 in old.iter().map(|row| hash(row, 0)) {
            let named = transaction
                .query_opt("SELECT 1 FROM snapshot WHERE sha256 = $1 LIMIT 1", &[&&sha256.0[..]])
                .await
                .step(STEP)?;
            if named.is_none() {
                dropped.push(sha256);
            }
        }
        transaction.commit().await.step(STEP)?;
        Ok(dropped)
    }

    async fn put_pictures(&self, scope: &str, pictures: Vec<PictureRow>) -> Result<Put> {
        const STEP: &str = "keeping pictures";
        let mut client = self.client(STEP).await?;
        let transaction = client.transaction().await.step(STEP)?;
        transaction.batch_execute(ALONE).await.step(STEP)?;
        let insert = "INSERT INTO picture VALUES ($1, $2) ON CONFLICT DO NOTHING";
        let insert = transaction.prepare_cached(insert).await.step(STEP)?;
        let mut records = Vec::with_capacity(pictures.len());
        for picture in &pictures {
            transaction.execute(&insert, &[&&picture.sha256.0[..], &picture.file]).await.step(STEP)?;
            records.push(picture.record());
        }
        let put = put(&transaction, scope, &records).await.step(STEP)?;
        transaction.commit().await.step(STEP)?;
        Ok(put)
    }

    async fn drop_unnamed_pictures(&self) -> Result<u64> {
        const STEP: &str = "removing pictures that nobody names";
        let mut client = self.client(STEP).await?;
        let transaction = client.transaction().await.step(STEP)?;
        transaction.batch_execute(ALONE).await.step(STEP)?;
        let delete = "DELETE FROM picture WHERE encode(sha256, 'hex') NOT IN
            (SELECT body::jsonb #>> '{picture,sha256}' FROM record
             WHERE scope IN (SELECT name FROM scope) AND kind = 'picture' AND NOT gone)";
        let dropped = transaction.execute(delete, &[]).await.step(STEP)?;
        transaction.commit().await.step(STEP)?;
        Ok(dropped)
    }

    async fn member_by_code(&self, place: &str, code: &str) -> Result<Option<Member>> {
        const STEP: &str = "looking a member up";
        let client = self.client(STEP).await?;
        let select = format!("{MEMBER} = (SELECT member FROM member_code WHERE code = $2) {NEAREST}");
        let row = client.query_opt(&select, &[&format!("store-{place}"), &code]).await.step(STEP)?;
        Ok(member_in(row.map(|row| row.get::<_, String>(0)).as_deref()))
    }

    async fn member(&self, place: &str, id: &str) -> Result<Option<Member>> {
        const STEP: &str = "looking a member up";
        let client = self.client(STEP).await?;
        let select = format!("{MEMBER} = $2 {NEAREST}");
        let row = client.query_opt(&select, &[&format!("store-{place}"), &id]).await.step(STEP)?;
        Ok(member_in(row.map(|row| row.get::<_, String>(0)).as_deref()))
    }

    async fn picture(&self, sha256: Hash) -> Result<Option<Vec<u8>>> {
        const STEP: &str = "reading a picture";
        let client = self.client(STEP).await?;
        let row =
            client.query_opt("SELECT bytes FROM picture WHERE sha256 = $1", &[&&sha256.0[..]]).await.step(STEP)?;
        Ok(row.map(|row| row.get(0)))
    }

    async fn snapshot_scopes(&self, sha256: Hash) -> Result<Vec<String>> {
        const STEP: &str = "looking a snapshot's scopes up";
        let client = self.client(STEP).await?;
        let rows = client.query("SELECT scope FROM snapshot WHERE sha256 = $1", &[&&sha256.0[..]]).await.step(STEP)?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }
}

impl Postgres {
    /// Sends the records of a scope that a filter lets through, as of one instant.
    async fn send(&self, step: &'static str, scope: &str, filter: &str, sink: mpsc::Sender<Export>) -> Result<()> {
        let mut client = self.client(step).await?;
        let transaction = client
            .build_transaction()
            .isolation_level(IsolationLevel::RepeatableRead)
            .read_only(true)
            .start()
            .await
            .step(step)?;
        let head = scope_head(&transaction, scope).await.step(step)?;
        if sink.send(Export::Head(head)).await.is_err() {
            return Ok(());
        }
        let portal = transaction
            .bind(&format!("SELECT body FROM record WHERE scope = $1 AND {filter} ORDER BY no"), &[&scope])
            .await
            .step(step)?;
        loop {
            let rows = transaction.query_portal(&portal, EXPORT_RECORDS).await.step(step)?;
            if rows.is_empty() {
                return Ok(());
            }
            let bodies = rows.iter().map(|row| row.get(0)).collect();
            if sink.send(Export::Bodies(bodies)).await.is_err() {
                return Ok(());
            }
        }
    }
}

type Done<T> = std::result::Result<T, tokio_postgres::Error>;

async fn scope_head(db: &Transaction<'_>, scope: &str) -> Done<u64> {
    let row = db.query_opt("SELECT head FROM scope WHERE name = $1", &[&scope]).await?;
    Ok(row.map_or(0, |row| count(&row, 0)))
}

/// Puts records as they are.
pub(super) async fn put(db: &Transaction<'_>, scope: &str, records: &[RecordRow]) -> Done<Put> {
    db.execute("INSERT INTO scope (name, head) VALUES ($1, 0) ON CONFLICT DO NOTHING", &[&scope]).await?;
    let head: i64 = db.query_one("SELECT head FROM scope WHERE name = $1 FOR UPDATE", &[&scope]).await?.get(0);
    // One statement cannot write a row twice, so of records with the same id only the last goes in.
    let last: HashMap<(&str, &str), usize> =
        records.iter().enumerate().map(|(at, record)| ((record.kind, record.id.as_str()), at)).collect();
    let records: Vec<&RecordRow> = records
        .iter()
        .enumerate()
        .filter(|(at, record)| last[&(record.kind, record.id.as_str())] == *at)
        .map(|(_, record)| record)
        .collect();
    let kinds: Vec<&str> = records.iter().map(|record| record.kind).collect();
    let ids: Vec<&str> = records.iter().map(|record| record.id.as_str()).collect();
    let gone: Vec<bool> = records.iter().map(|record| record.gone).collect();
    let bodies: Vec<&str> = records.iter().map(|record| record.body.as_str()).collect();
    let upsert = db
        .prepare_cached(
            "WITH done AS (
                 INSERT INTO record (scope, kind, id, no, gone, body)
                 SELECT $1, kind, id, $2 + place, gone, body
                 FROM unnest($3::text[], $4::text[], $5::boolean[], $6::text[])
                      WITH ORDINALITY AS new (kind, id, gone, body, place)
                 ON CONFLICT (scope, kind, id)
                 DO UPDATE SET no = excluded.no, gone = excluded.gone, body = excluded.body
                 WHERE record.body IS DISTINCT FROM excluded.body
                 RETURNING no)
             SELECT count(*), coalesce(max(no), $2) FROM done",
        )
        .await?;
    let done = db.query_one(&upsert, &[&scope, &head, &kinds, &ids, &gone, &bodies]).await?;
    let (changed, head) = (count(&done, 0), count(&done, 1));
    db.execute("UPDATE scope SET head = $2 WHERE name = $1", &[&scope, &(head as i64)]).await?;
    // Nobody reads changes from further back, so nobody needs the word that these are gone.
    let horizon = head.saturating_sub(CHANGES_BEHIND_MAX);
    if horizon > 0 {
        db.execute("DELETE FROM record WHERE scope = $1 AND no <= $2 AND gone", &[&scope, &(horizon as i64)]).await?;
    }
    Ok(Put { head, changed })
}
