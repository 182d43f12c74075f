//! Terminals, enrolment and exceptions in SQLite.

use protocol::v1::Head;
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use super::catalogue::put;
use super::{Sqlite, count, hash, uuid};
use crate::store::{EpochState, ExceptionRow, Exceptions, NewTerminal, Result, Terminal, TerminalState, Terminals};

const TERMINAL: &str = "SELECT no, id, store, number, public_key, token_hash FROM terminal";

#[async_trait::async_trait]
impl Terminals for Sqlite {
    async fn add_code(&self, code_hash: [u8; 32], store: &str, expires_at_ms: i64) -> Result<()> {
        let store = store.to_owned();
        self.write("keeping an enrolment code", move |db| {
            db.execute(
                "INSERT INTO enrol_code (hash, store, expires_at_ms) VALUES (?1, ?2, ?3)",
                params![code_hash, store, expires_at_ms],
            )?;
            Ok(())
        })
        .await
    }

    async fn enrol(&self, code_hash: [u8; 32], new: NewTerminal) -> Result<Option<Terminal>> {
        self.write("enrolling a terminal", move |db| enrol(db, code_hash, &new)).await
    }

    async fn terminal(&self, id: Uuid) -> Result<Option<Terminal>> {
        self.read("looking a terminal up", move |db| {
            db.prepare_cached(&format!("{TERMINAL} WHERE id = ?1"))?.query_row([id.to_string()], terminal).optional()
        })
        .await
    }

    async fn hello(&self, no: i32, program: &str, clock_offset_ms: i64, at_ms: i64) -> Result<Vec<Head>> {
        let program = program.to_owned();
        self.write("greeting a terminal", move |db| {
            db.execute(
                "UPDATE terminal SET program = ?2, clock_offset_ms = ?3, contact_at_ms = ?4 WHERE no = ?1",
                params![no, program, clock_offset_ms, at_ms],
            )?;
            let mut heads =
                db.prepare_cached("SELECT epoch, seq, hash FROM head WHERE terminal = ?1 AND seq > 0 ORDER BY epoch")?;
            heads.query_map([no], head)?.collect()
        })
        .await
    }

    async fn terminals(&self) -> Result<Vec<TerminalState>> {
        self.read("listing terminals", |db| {
            let mut heads =
                db.prepare("SELECT epoch, seq, hash, frozen, gap_at_ms FROM head WHERE terminal = ?1 ORDER BY epoch")?;
            let mut terminals = db.prepare(
                "SELECT no, id, store, number, program, contact_at_ms, clock_offset_ms FROM terminal
                 ORDER BY store, number",
            )?;
            terminals
                .query_map([], |row| {
                    let epochs = heads
                        .query_map([row.get::<_, i32>(0)?], |row| {
                            Ok(EpochState { head: head(row)?, frozen: row.get(3)?, gap_at_ms: row.get(4)? })
                        })?
                        .collect::<rusqlite::Result<Vec<_>>>()?;
                    Ok(TerminalState {
                        id: uuid(row, 1)?,
                        store: row.get(2)?,
                        number: row.get(3)?,
                        program: row.get(4)?,
                        contact_at_ms: row.get(5)?,
                        clock_offset_ms: row.get(6)?,
                        epochs,
                    })
                })?
                .collect()
        })
        .await
    }
}

fn enrol(db: &Connection, code_hash: [u8; 32], new: &NewTerminal) -> rusqlite::Result<Option<Terminal>> {
    let code = db
        .query_row(
            "SELECT store, used_by FROM enrol_code WHERE hash = ?1 AND expires_at_ms > ?2",
            params![code_hash, new.at_ms],
            |row| Ok((row.get::<_, String>(0)?, row.get::<_, Option<i32>>(1)?)),
        )
        .optional()?;
    let no = match code {
        None => return Ok(None),
        Some((_, Some(no))) => {
            let again = db.execute(
                "UPDATE terminal SET token_hash = ?2, contact_at_ms = ?3 WHERE no = ?1 AND public_key = ?4",
                params![no, new.token_hash, new.at_ms, new.public_key],
            )?;
            if again == 0 {
                return Ok(None);
            }
            no
        }
        Some((store, None)) => {
            let no: i32 = db.query_row(
                "INSERT INTO terminal (id, store, number, public_key, token_hash, program, contact_at_ms)
                 VALUES (?1, ?2, (SELECT coalesce(max(number), 0) + 1 FROM terminal WHERE store = ?2),
                         ?3, ?4, ?5, ?6)
                 RETURNING no",
                params![new.id.to_string(), store, new.public_key, new.token_hash, new.program, new.at_ms],
                |row| row.get(0),
            )?;
            db.execute("UPDATE enrol_code SET used_by = ?2 WHERE hash = ?1", params![code_hash, no])?;
            no
        }
    };
    let terminal = db.query_row(&format!("{TERMINAL} WHERE no = ?1"), [no], terminal)?;
    let (scope, record) = terminal.told();
    put(db, &scope, &[record])?;
    Ok(Some(terminal))
}

fn terminal(row: &Row<'_>) -> rusqlite::Result<Terminal> {
    Ok(Terminal {
        no: row.get(0)?,
        id: uuid(row, 1)?,
        store: row.get(2)?,
        number: row.get(3)?,
        public_key: row.get(4)?,
        token_hash: row.get(5)?,
    })
}

fn head(row: &Row<'_>) -> rusqlite::Result<Head> {
    Ok(Head { epoch: row.get(0)?, seq: count(row, 1)?, hash: hash(row, 2)? })
}

#[async_trait::async_trait]
impl Exceptions for Sqlite {
    async fn exceptions(&self, settled_too: bool, limit: usize) -> Result<Vec<ExceptionRow>> {
        self.read("listing exceptions", move |db| {
            let mut rows = db.prepare(
                "SELECT x.no, x.at_ms, t.store, t.number, x.epoch, x.seq, x.kind, x.detail, x.settled
                 FROM exception x JOIN terminal t ON t.no = x.terminal
                 WHERE ?1 OR x.settled IS NULL ORDER BY x.no DESC LIMIT ?2",
            )?;
            rows.query_map(params![settled_too, limit as i64], |row| {
                Ok(ExceptionRow {
                    no: row.get(0)?,
                    at_ms: row.get(1)?,
                    store: row.get(2)?,
                    number: row.get(3)?,
                    epoch: row.get(4)?,
                    seq: count(row, 5)?,
                    kind: row.get(6)?,
                    detail: row.get(7)?,
                    settled: row.get(8)?,
                })
            })?
            .collect()
        })
        .await
    }

    async fn settle(&self, no: i64, note: &str) -> Result<bool> {
        let note = note.to_owned();
        self.write("settling an exception", move |db| {
            let settled =
                db.execute("UPDATE exception SET settled = ?2 WHERE no = ?1 AND settled IS NULL", params![no, note])?;
            Ok(settled == 1)
        })
        .await
    }
}
