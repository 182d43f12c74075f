//! Terminals, enrolment and exceptions in PostgreSQL.

use std::collections::BTreeMap;

use deadpool_postgres::Transaction;
use protocol::v1::Head;
use tokio_postgres::Row;
use uuid::Uuid;

use super::catalogue::put;
use super::{Postgres, count, hash, small};
use crate::store::{
    EpochState, ExceptionRow, Exceptions, NewTerminal, Result, Step, Terminal, TerminalState, Terminals,
};

const TERMINAL: &str = "SELECT no, id, store, number, public_key, token_hash FROM terminal";

#[async_trait::async_trait]
impl Terminals for Postgres {
    async fn add_code(&self, code_hash: [u8; 32], store: &str, expires_at_ms: i64) -> Result<()> {
        const STEP: &str = "keeping an enrolment code";
        let client = self.client(STEP).await?;
        client
            .execute(
                "INSERT INTO enrol_code (hash, store, expires_at_ms) VALUES ($1, $2, $3)",
                &[&&code_hash[..], &store, &expires_at_ms],
            )
            .await
            .step(STEP)?;
        Ok(())
    }

    async fn enrol(&self, code_hash: [u8; 32], new: NewTerminal) -> Result<Option<Terminal>> {
        const STEP: &str = "enrolling a terminal";
        let mut client = self.client(STEP).await?;
        let transaction = client.transaction().await.step(STEP)?;
        let terminal = enrol(&transaction, code_hash, &new).await.step(STEP)?;
        transaction.commit().await.step(STEP)?;
        Ok(terminal)
    }

    async fn terminal(&self, id: Uuid) -> Result<Option<Terminal>> {
        const STEP: &str = "looking a terminal up";
        let client = self.client(STEP).await?;
        let query = client.prepare_cached(&format!("{TERMINAL} WHERE id = $1")).await.step(STEP)?;
        let row = client.query_opt(&query, &[&id]).await.step(STEP)?;
        Ok(row.as_ref().map(terminal))
    }

    async fn hello(&self, no: i32, program: &str, clock_offset_ms: i64, at_ms: i64) -> Result<Vec<Head>> {
        const STEP: &str = "greeting a terminal";
        let client = self.client(STEP).await?;
        client
            .execute(
                "UPDATE terminal SET program = $2, clock_offset_ms = $3, contact_at_ms = $4 WHERE no = $1",
                &[&no, &program, &clock_offset_ms, &at_ms],
            )
            .await
            .step(STEP)?;
        let heads = client
            .query("SELECT epoch, seq, hash FROM head WHERE terminal = $1 AND seq > 0 ORDER BY epoch", &[&no])
            .await
            .step(STEP)?;
        Ok(heads.iter().map(|row| head(row, 0)).collect())
    }

    async fn terminals(&self) -> Result<Vec<TerminalState>> {
        const STEP: &str = "listing terminals";
        let client = self.client(STEP).await?;
        let heads = client
            .query("SELECT terminal, epoch, seq, hash, frozen, gap_at_ms FROM head ORDER BY terminal, epoch", &[])
            .await
            .step(STEP)?;
        let mut epochs = BTreeMap::<i32, Vec<EpochState>>::new();
        for row in &heads {
            epochs.entry(row.get(0)).or_default().push(EpochState {
                head: head(row, 1),
                frozen: row.get(4),
                gap_at_ms: row.get(5),
            });
        }
        let terminals = client
            .query(
                "SELECT no, id, store, number, program, contact_at_ms, clock_offset_ms FROM terminal
                 ORDER BY store, number",
                &[],
            )
            .await
            .step(STEP)?;
        Ok(terminals
            .iter()
            .map(|row| TerminalState {
                id: row.get(1),
                store: row.get(2),
                number: small(row, 3),
                program: row.get(4),
                contact_at_ms: row.get(5),
                clock_offset_ms: row.get(6),
                epochs: epochs.remove(&row.get(0)).unwrap_or_default(),
            })
            .collect())
    }
}

async fn enrol(
    db: &Transaction<'_>,
    code_hash: [u8; 32],
    new: &NewTerminal,
) -> std::result::Result<Option<Terminal>, tokio_postgres::Error> {
    let code = db
        .query_opt(
            "SELECT store, used_by FROM enrol_code WHERE hash = $1 AND expires_at_ms > $2 FOR UPDATE",
            &[&&code_hash[..], &new.at_ms],
        )
        .await?;
    let Some(code) = code else {
        return Ok(None);
    };
    let (store, used_by): (String, Option<i32>) = (code.get(0), code.get(1));
    let no = match used_by {
        Some(no) => {
            let again = db
                .execute(
                    "UPDATE terminal SET token_hash = $2, contact_at_ms = $3
                     WHERE no = $1 AND public_key = $4",
                    &[&no, &&new.token_hash[..], &new.at_ms, &new.public_key],
                )
                .await?;
            if again == 0 {
                return Ok(None);
            }
            no
        }
        None => {
            // Two terminals of one store must not get the same number.
            db.execute("SELECT pg_advisory_xact_lock(hashtext($1))", &[&store]).await?;
            let no: i32 = db
                .query_one(
                    "INSERT INTO terminal (id, store, number, public_key, token_hash, program, contact_at_ms)
                     VALUES ($1, $2, (SELECT coalesce(max(number), 0) + 1 FROM terminal WHERE store = $2),
                             $3, $4, $5, $6)
                     RETURNING no",
                    &[&new.id, &store, &new.public_key, &&new.token_hash[..], &new.program, &new.at_ms],
                )
                .await?
                .get(0);
            db.execute("UPDATE enrol_code SET used_by = $2 WHERE hash = $1", &[&&code_hash[..], &no]).await?;
            no
        }
    };
    let row = db.query_one(&format!("{TERMINAL} WHERE no = $1"), &[&no]).await?;
    let terminal = terminal(&row);
    let (scope, record) = terminal.told();
    put(db, &scope, &[record]).await?;
    Ok(Some(terminal))
}

fn terminal(row: &Row) -> Terminal {
    Terminal {
        no: row.get(0),
        id: row.get(1),
        store: row.get(2),
        number: small(row, 3),
        public_key: row.get(4),
        token_hash: row.get(5),
    }
}

fn head(row: &Row, first: usize) -> Head {
    Head { epoch: small(row, first), seq: count(row, first + 1), hash: hash(row, first + 2) }
}

#[async_trait::async_trait]
impl Exceptions for Postgres {
    async fn exceptions(&self, settled_too: bool, limit: usize) -> Result<Vec<ExceptionRow>> {
        const STEP: &str = "listing exceptions";
        let client = self.client(STEP).await?;
        let rows = client
            .query(
                "SELECT x.no, x.at_ms, t.store, t.number, x.epoch, x.seq, x.kind, x.detail, x.settled
                 FROM exception x JOIN terminal t ON t.no = x.terminal
                 WHERE $1 OR x.settled IS NULL ORDER BY x.no DESC LIMIT $2",
                &[&settled_too, &(limit as i64)],
            )
            .await
            .step(STEP)?;
        Ok(rows
            .iter()
            .map(|row| ExceptionRow {
                no: row.get(0),
                at_ms: row.get(1),
                store: row.get(2),
                number: small(row, 3),
                epoch: small(row, 4),
                seq: count(row, 5),
                kind: row.get(6),
                detail: row.get(7),
                settled: row.get(8),
            })
            .collect())
    }

    async fn settle(&self, no: i64, note: &str) -> Result<bool> {
        const STEP: &str = "settling an exception";
        let client = self.client(STEP).await?;
        let settled = client
            .execute("UPDATE exception SET settled = $2 WHERE no = $1 AND settled IS NULL", &[&no, &note])
            .await
            .step(STEP)?;
        Ok(settled == 1)
    }
}
