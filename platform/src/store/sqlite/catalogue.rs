//! Scopes, records and snapshots in SQLite.

use protocol::chain::Hash;
use protocol::v1::{Member, SnapshotInfo};
use rusqlite::{Connection, OptionalExtension, params};
use tokio::sync::mpsc;

use super::office::settle_members;
use super::{Sqlite, count, hash};
use crate::store::goods::member_in;
use crate::store::{
    CHANGES_BEHIND_MAX, Catalogue, ChangePage, Export, FOR_PHONES, GoodsMark, PictureRow, Put, RecordRow, Result,
    SNAPSHOTS_KEPT,
};

/// Records in one piece of an export.
const EXPORT_RECORDS: usize = 2000;
/// A member's record, by her id.
const MEMBER: &str = "SELECT body FROM record WHERE scope IN ('chain', ?1) AND kind = 'member' AND gone = 0 AND id";
/// What the store says of her stands before what the chain says.
const NEAREST: &str = "ORDER BY scope = 'chain' LIMIT 1";

#[async_trait::async_trait]
impl Catalogue for Sqlite {
    async fn put(&self, scope: &str, records: Vec<RecordRow>) -> Result<Put> {
        let scope = scope.to_owned();
        let mut records = records;
        self.write("putting records", move |db| {
            settle_members(db, &mut records)?;
            put(db, &scope, &records)
        })
        .await
    }

    async fn changes(&self, scope: &str, after: u64, limit: usize) -> Result<ChangePage> {
        let scope = scope.to_owned();
        self.read("reading changes", move |db| {
            let head = scope_head(db, &scope)?;
            if after > head || head - after > CHANGES_BEHIND_MAX {
                return Ok(ChangePage::Gone { head });
            }
            let mut rows =
                db.prepare_cached("SELECT no, body FROM record WHERE scope = ?1 AND no > ?2 ORDER BY no LIMIT ?3")?;
            let rows = rows
                .query_map(params![scope, after as i64, limit as i64], |row| Ok((count(row, 0)?, row.get(1)?)))?
                .collect::<rusqlite::Result<_>>()?;
            Ok(ChangePage::Page { rows, head })
        })
        .await
    }

    async fn scope_head(&self, scope: &str) -> Result<u64> {
        let scope = scope.to_owned();
        self.read("reading a scope's head", move |db| scope_head(db, &scope)).await
    }

    async fn export(&self, scope: &str, sink: mpsc::Sender<Export>) -> Result<()> {
        let scope = scope.to_owned();
        self.read("exporting a scope", move |db| export(db, &scope, "gone = 0", &sink)).await
    }

    async fn goods_marks(&self, place: &str) -> Result<[GoodsMark; 2]> {
        let own = format!("store-{place}");
        self.read("looking what has changed of goods", move |db| Ok([goods_mark(db, "chain")?, goods_mark(db, &own)?]))
            .await
    }

    async fn export_goods(&self, scope: &str, sink: mpsc::Sender<Export>) -> Result<()> {
        let scope = scope.to_owned();
        let filter = format!("gone = 0 AND {FOR_PHONES}");
        self.read("exporting goods", move |db| export(db, &scope, &filter, &sink)).await
    }

    async fn snapshot(&self, scope: &str) -> Result<Option<SnapshotInfo>> {
        let scope = scope.to_owned();
        self.read("looking a snapshot up", move |db| {
            db.query_row(
                "SELECT no, sha256, bytes, records FROM snapshot WHERE scope = ?1 ORDER BY no DESC LIMIT 1",
                [scope],
                |row| {
                    Ok(SnapshotInfo {
                        no: count(row, 0)?,
                        sha256: hash(row, 1)?,
                        bytes: count(row, 2)?,
                        records: count(row, 3)?,
                    })
                },
            )
            .optional()
        })
        .await
    }

    async fn add_snapshot(&self, scope: &str, info: &SnapshotInfo) -> Result<Vec<Hash>> {
        let (scope, info) = (scope.to_owned(), info.clone());
        self.write("noting a snapshot", move |db| {
            db.execute(
                "INSERT OR REPLACE INTO snapshot (scope, no, sha256, bytes, records) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![scope, info.no as i64, info.sha256.0, info.bytes as i64, info.records as i64],
            )?;
            let mut old = db.prepare(
                "DELETE FROM snapshot WHERE scope = ?1 AND no NOT IN
                 (SELECT no FROM snapshot WHERE scope = ?1 ORDER BY no DESC LIMIT ?2) RETURNING sha256",
            )?;
            let old = old
                .query_map(params![scope, SNAPSHOTS_KEPT as i64], |row| hash(row, 0))?
                .collect::<rusqlite::Result<Vec<_>>>()?;
            let mut dropped = Vec::new();
            for sha256 in old {
                let mut named = db.prepare("SELECT 1 FROM snapshot WHERE sha256 = ?1")?;
                if !named.exists([sha256.0])? {
                    dropped.push(sha256);
                }
            }
            Ok(dropped)
        })
        .await
    }

    async fn put_pictures(&self, scope: &str, pictures: Vec<PictureRow>) -> Result<Put> {
        let scope = scope.to_owned();
        self.write("keeping pictures", move |db| {
            let mut insert = db.prepare_cached("INSERT OR IGNORE INTO picture VALUES (?1, ?2)")?;
            let mut records = Vec::with_capacity(pictures.len());
            for picture in &pictures {
                insert.execute(params![&picture.sha256.0[..], picture.file])?;
                records.push(picture.record());
            }
            put(db, &scope, &records)
        })
        .await
    }

    async fn drop_unnamed_pictures(&self) -> Result<u64> {
        self.write("removing pictures that nobody names", move |db| {
            let dropped = db.execute(
                "DELETE FROM picture WHERE lower(hex(sha256)) NOT IN
                 (SELECT json_extract(body, '$.picture.sha256') FROM record
                  WHERE scope IN (SELECT name FROM scope) AND kind = 'picture' AND gone = 0)",
                [],
            )?;
            Ok(dropped as u64)
        })
        .await
    }

    async fn member_by_code(&self, place: &str, code: &str) -> Result<Option<Member>> {
        let (scope, code) = (format!("store-{place}"), code.to_owned());
        self.read("looking a member up", move |db| {
            let select = format!("{MEMBER} = (SELECT member FROM member_code WHERE code = ?2) {NEAREST}");
            db.prepare_cached(&select)?.query_row([scope, code], |row| row.get::<_, String>(0)).optional()
        })
        .await
        .map(|body| member_in(body.as_deref()))
    }

    async fn member(&self, place: &str, id: &str) -> Result<Option<Member>> {
        let (scope, id) = (format!("store-{place}"), id.to_owned());
        self.read("looking a member up", move |db| {
            let select = format!("{MEMBER} = ?2 {NEAREST}");
            db.prepare_cached(&select)?.query_row([scope, id], |row| row.get::<_, String>(0)).optional()
        })
        .await
        .map(|body| member_in(body.as_deref()))
    }

    async fn picture(&self, sha256: Hash) -> Result<Option<Vec<u8>>> {
        self.read("reading a picture", move |db| {
            let mut picture = db.prepare_cached("SELECT bytes FROM picture WHERE sha256 = ?1")?;
            picture.query_row([&sha256.0[..]], |row| row.get(0)).optional()
        })
        .await
    }

    async fn snapshot_scopes(&self, sha256: Hash) -> Result<Vec<String>> {
        self.read("looking a snapshot's scopes up", move |db| {
            let mut scopes = db.prepare_cached("SELECT scope FROM snapshot WHERE sha256 = ?1")?;
            scopes.query_map([sha256.0], |row| row.get(0))?.collect()
        })
        .await
    }
}

/// Sends the records of a scope that a filter lets through.
fn export(db: &Connection, scope: &str, filter: &str, sink: &mpsc::Sender<Export>) -> rusqlite::Result<()> {
    let head = scope_head(db, scope)?;
    if sink.blocking_send(Export::Head(head)).is_err() {
        return Ok(());
    }
    let mut query = db.prepare(&format!("SELECT body FROM record WHERE scope = ?1 AND {filter} ORDER BY no"))?;
    let mut rows = query.query([scope])?;
    let mut bodies = Vec::with_capacity(EXPORT_RECORDS);
    while let Some(row) = rows.next()? {
        bodies.push(row.get(0)?);
        if bodies.len() == EXPORT_RECORDS && sink.blocking_send(Export::Bodies(std::mem::take(&mut bodies))).is_err() {
            return Ok(());
        }
    }
    // The receiver may be gone; then nobody misses the rest.
    let _ = sink.blocking_send(Export::Bodies(bodies));
    Ok(())
}

fn goods_mark(db: &Connection, scope: &str) -> rusqlite::Result<GoodsMark> {
    let select = format!("SELECT coalesce(max(no), 0) FROM record WHERE scope = ?1 AND {FOR_PHONES}");
    let newest = db.prepare_cached(&select)?.query_row([scope], |row| count(row, 0))?;
    Ok(GoodsMark { head: scope_head(db, scope)?, newest })
}

fn scope_head(db: &Connection, scope: &str) -> rusqlite::Result<u64> {
    let head = db
        .prepare_cached("SELECT head FROM scope WHERE name = ?1")?
        .query_row([scope], |row| count(row, 0))
        .optional()?;
    Ok(head.unwrap_or(0))
}

/// Puts records as they are.
pub(super) fn put(db: &Connection, scope: &str, records: &[RecordRow]) -> rusqlite::Result<Put> {
    let mut head = scope_head(db, scope)?;
    let mut upsert = db.prepare_cached(
        "INSERT INTO record (scope, kind, id, no, gone, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (scope, kind, id) DO UPDATE SET no = excluded.no, gone = excluded.gone, body = excluded.body
         WHERE record.body IS NOT excluded.body",
    )?;
    let mut changed = 0;
    for record in records {
        let no = head + 1;
        let done = upsert.execute(params![scope, record.kind, record.id, no as i64, record.gone, record.body])?;
        if done == 1 {
            head = no;
            changed += 1;
        }
    }
    db.execute(
        "INSERT INTO scope (name, head) VALUES (?1, ?2)
         ON CONFLICT (name) DO UPDATE SET head = excluded.head",
        params![scope, head as i64],
    )?;
    // Nobody reads changes from further back, so nobody needs the word that these are gone.
    let horizon = head.saturating_sub(CHANGES_BEHIND_MAX);
    if horizon > 0 {
        db.execute("DELETE FROM record WHERE scope = ?1 AND no <= ?2 AND gone = 1", params![scope, horizon as i64])?;
    }
    Ok(Put { head, changed })
}
