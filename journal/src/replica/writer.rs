//! The replica's only writer: the sync agent.

use std::fmt::Display;
use std::fs::File;
use std::path::Path;

use protocol::{chain::Hash, v1};
use ring::digest::{Context, SHA256};
use rusqlite::{Connection, OptionalExtension, params};

use super::layout::LAYOUTS;
use super::records::{Records, rank};
use super::{Credentials, Identity, acknowledged, identity};
use crate::REPLICA_FILE;
use crate::error::{During, JournalError};
use crate::file;

/// A replacement that is being made; without meaning after a crash.
const BUILDING_FILE: &str = "replica-building.db";
/// A replacement that is whole; a crash before it has taken the replica's place is made good by the next opening.
const READY_FILE: &str = "replica-ready.db";
/// Memory for pages of the file; a snapshot of a million items sorts its codes and ids in it.
const CACHE_KIB: i64 = 64 << 10;
/// Bytes that the log's file keeps after it was emptied.
const LOG_BYTES_KEPT: i64 = 16 << 20;
/// Bytes of words that are sorted in memory before a part of the index is written.
const WORDS_BYTES: i64 = 16 << 20;

/// The replica, for its only writer.
pub struct ReplicaWriter {
    connection: Connection,
    /// Held for as long as the replica is open.
    _lock: File,
}

impl ReplicaWriter {
    /// Opens the replica of a state directory, or makes it. A damaged one is moved aside; who the terminal is and what
    /// was acknowledged is taken over when it is readable, the catalogue is to be fetched anew.
    pub fn open(dir: &Path, now_ms: i64) -> Result<ReplicaWriter, JournalError> {
        file::make_directory(dir)?;
        let lock = file::lock(dir, "replica.lock", REPLICA_FILE)?;
        if dir.join(READY_FILE).exists() {
            take_place(dir, now_ms)?;
        }
        match take_up(&dir.join(REPLICA_FILE)) {
            Ok(connection) => Ok(ReplicaWriter { connection, _lock: lock }),
            Err(JournalError::Damaged { step, what }) => {
                tracing::error!(step, what, "the replica is damaged");
                Ok(ReplicaWriter { connection: replace_file(dir, now_ms)?, _lock: lock })
            }
            Err(other) => Err(other),
        }
    }

    /// Replaces a replica that turned out to be damaged while it was in use; see [`ReplicaWriter::open`].
    pub fn rebuild(self, dir: &Path, now_ms: i64) -> Result<ReplicaWriter, JournalError> {
        let ReplicaWriter { connection, _lock } = self;
        drop(connection);
        Ok(ReplicaWriter { connection: replace_file(dir, now_ms)?, _lock })
    }

    /// Who this terminal is, and its secrets; `None` before it was enrolled.
    pub fn identity(&self) -> Result<Option<(Identity, Credentials)>, JournalError> {
        match identity(&self.connection)? {
            None => Ok(None),
            Some(identity) => Ok(Some((identity, credentials(&self.connection)?))),
        }
    }

    /// Stores who this terminal is, with what the platform has of it already.
    pub fn set_identity(
        &mut self,
        identity: &Identity,
        credentials: &Credentials,
        heads: &[v1::Head],
    ) -> Result<(), JournalError> {
        store_identity(&mut self.connection, identity, credentials, heads)
    }

    /// What the platform has, as last stored.
    pub fn acknowledged(&self) -> Result<Vec<v1::Head>, JournalError> {
        acknowledged(&self.connection)
    }

    /// The platform has taken everything up to here.
    pub fn acknowledge(&mut self, head: v1::Head) -> Result<(), JournalError> {
        store_head(&self.connection, head)
    }

    /// The platform has said all that it holds; anything else is forgotten.
    pub fn acknowledge_only(&mut self, heads: &[v1::Head]) -> Result<(), JournalError> {
        const STEP: &str = "storing what is acknowledged";
        if acknowledged(&self.connection)? == heads {
            return Ok(());
        }
        let transaction = self.connection.transaction().during(STEP)?;
        store_heads(&transaction, heads)?;
        transaction.commit().during(STEP)
    }

    /// The platform answered, or not: `last_ms` stays as it was when it is `None`.
    pub fn contact(&mut self, last_ms: Option<i64>, error: Option<&str>) -> Result<(), JournalError> {
        self.connection
            .prepare_cached(
                "INSERT INTO contact (one, last_ms, error) VALUES (1, ?1, ?2) ON CONFLICT (one)
                 DO UPDATE SET last_ms = coalesce(excluded.last_ms, last_ms), error = excluded.error",
            )
            .and_then(|mut statement| statement.execute(params![last_ms, error]))
            .during("storing the last contact")
            .map(drop)
    }

    /// Change number of a scope; `None` when nothing of it has arrived.
    pub fn version(&self, scope: &str) -> Result<Option<u64>, JournalError> {
        self.connection
            .prepare_cached("SELECT no FROM scope WHERE scope = ?1")
            .and_then(|mut statement| statement.query_row([scope], |row| row.get::<_, i64>(0)).optional())
            .during("reading the catalogue's version")
            .map(|found| found.map(i64::unsigned_abs))
    }

    /// Applies changes and moves the scope to `next`, in one transaction. Changes that were applied before do no harm.
    pub fn apply(&mut self, scope: &str, changes: &[v1::Change], next: u64) -> Result<(), JournalError> {
        const STEP: &str = "applying changes";
        let stored = self.version(scope)?;
        if stored.is_none_or(|stored| next < stored) {
            return Err(JournalError::BadChange {
                what: format!("{scope} stands at {stored:?}, the changes lead to {next}"),
            });
        }
        let transaction = self.connection.transaction().during(STEP)?;
        let records = Records::new(&transaction, scope);
        for change in changes {
            records.apply(&change.record)?;
        }
        set_version(&transaction, scope, next)?;
        transaction.commit().during(STEP)
    }

    /// Replaces everything of a scope by a snapshot, in one transaction: readers see the old catalogue until it is
    /// whole, and keep it when a line of the snapshot fails. Gives the number of records.
    pub fn replace<E: Display>(
        &mut self,
        scope: &str,
        no: u64,
        changes: impl IntoIterator<Item = Result<v1::Change, E>>,
    ) -> Result<u64, JournalError> {
        let replaced = replace(&mut self.connection, scope, no, changes);
        // The log of a large snapshot is as large as the catalogue, also when the snapshot failed because it filled the
        // disk: the till needs that room. What was stored is stored whatever becomes of this.
        let moved = self
            .connection
            .query_row("PRAGMA wal_checkpoint(truncate)", [], |_| Ok(()))
            .and_then(|()| self.connection.release_memory());
        if let Err(error) = moved {
            tracing::warn!(%error, "the log stays beside the replica for now");
        }
        replaced
    }

    /// SHA-256 over the records of a scope: items, members and staff by id, then the store, then everything else by kind
    /// and id, each as a line of JSON of its [`v1::Record`].
    pub fn checksum(&self, scope: &str) -> Result<Hash, JournalError> {
        const STEP: &str = "adding up the catalogue";
        let mut context = Context::new(&SHA256);
        for sql in [
            "SELECT 'item', body FROM item WHERE rank = ?1 ORDER BY id",
            "SELECT 'member', body FROM member WHERE rank = ?1 ORDER BY id",
            "SELECT 'staff', body FROM staff WHERE rank = ?1 ORDER BY id",
            "SELECT 'store', body FROM store WHERE rank = ?1",
            "SELECT kind, body FROM fact WHERE rank = ?1 ORDER BY kind, id",
        ] {
            let mut statement = self.connection.prepare(sql).during(STEP)?;
            let mut rows = statement.query([rank(scope)]).during(STEP)?;
            while let Some(row) = rows.next().during(STEP)? {
                let (kind, body): (String, String) = (row.get(0).during(STEP)?, row.get(1).during(STEP)?);
                context.update(format!("{{\"{kind}\":{body}}}\n").as_bytes());
            }
        }
        let sum = context.finish();
        Ok(Hash(sum.as_ref().try_into().expect("SHA-256 gives 32 bytes")))
    }
}

/// What of a damaged replica cannot be fetched again.
struct Kept {
    identity: Option<(Identity, Credentials)>,
    acknowledged: Vec<v1::Head>,
}

impl Kept {
    fn read(path: &Path) -> Kept {
        let read = || {
            let connection = file::open_reader(path, REPLICA_FILE, 1024)?;
            let Some(connection) = connection else {
                return Ok(None);
            };
            let Some(identity) = identity(&connection)? else {
                return Ok(None);
            };
            let credentials = credentials(&connection)?;
            let acknowledged = acknowledged(&connection).unwrap_or_default();
            Ok::<_, JournalError>(Some(Kept { identity: Some((identity, credentials)), acknowledged }))
        };
        read().ok().flatten().unwrap_or(Kept { identity: None, acknowledged: Vec::new() })
    }
}

/// See [`ReplicaWriter::replace`].
fn replace<E: Display>(
    connection: &mut Connection,
    scope: &str,
    no: u64,
    changes: impl IntoIterator<Item = Result<v1::Change, E>>,
) -> Result<u64, JournalError> {
    const STEP: &str = "replacing the catalogue";
    let transaction = connection.transaction().during(STEP)?;
    transaction
        .execute("INSERT INTO item_word (item_word, rank) VALUES ('hashsize', ?1)", [WORDS_BYTES])
        .during(STEP)?;
    let records = Records::new(&transaction, scope);
    records.clear()?;
    let mut count = 0;
    for change in changes {
        let change = change.map_err(|error| JournalError::BadChange {
            what: format!("line {} of the snapshot: {error}", count + 1),
        })?;
        records.apply(&change.record)?;
        count += 1;
    }
    set_version(&transaction, scope, no)?;
    transaction.commit().during(STEP)?;
    Ok(count)
}

/// Makes a new file of what of a damaged one cannot be fetched again, and puts it in its place. Only a file that is
/// whole and on the disk does so: a power cut or a full disk in between must not cost the till its identity.
fn replace_file(dir: &Path, now_ms: i64) -> Result<Connection, JournalError> {
    let kept = Kept::read(&dir.join(REPLICA_FILE));
    let building = dir.join(BUILDING_FILE);
    file::remove(&building)?;
    let mut connection = take_up(&building)?;
    if let Some((identity, credentials)) = &kept.identity {
        store_identity(&mut connection, identity, credentials, &kept.acknowledged)?;
    }
    file::make_ready(connection, &building, &dir.join(READY_FILE))?;
    take_place(dir, now_ms)?;
    take_up(&dir.join(REPLICA_FILE))
}

fn take_place(dir: &Path, now_ms: i64) -> Result<(), JournalError> {
    let damaged = dir.join(format!("replica-damaged-{now_ms}.db"));
    file::take_place(&dir.join(READY_FILE), &dir.join(REPLICA_FILE), &damaged)
}

fn take_up(path: &Path) -> Result<Connection, JournalError> {
    let mut connection = file::open_writer(path, CACHE_KIB)?;
    connection.pragma_update(None, "journal_size_limit", LOG_BYTES_KEPT).during("preparing the replica")?;
    file::migrate(&mut connection, REPLICA_FILE, LAYOUTS)?;
    identity(&connection)?;
    acknowledged(&connection)?;
    Ok(connection)
}

pub(super) fn credentials(connection: &Connection) -> Result<Credentials, JournalError> {
    connection
        .query_row("SELECT platform, authority, platform_key, token, private_key FROM identity", [], |row| {
            Ok(Credentials {
                platform: row.get(0)?,
                authority: row.get(1)?,
                platform_key: row.get(2)?,
                token: row.get(3)?,
                private_key: row.get(4)?,
            })
        })
        .during("reading the terminal's identity")
}

fn store_identity(
    connection: &mut Connection,
    identity: &Identity,
    credentials: &Credentials,
    heads: &[v1::Head],
) -> Result<(), JournalError> {
    const STEP: &str = "storing the terminal's identity";
    let transaction = connection.transaction().during(STEP)?;
    transaction
        .execute(
            "INSERT OR REPLACE INTO identity
                (one, terminal, number, store, platform, authority, platform_key, token, private_key)
             VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                identity.terminal.to_string(),
                identity.number,
                identity.store,
                credentials.platform,
                credentials.authority,
                credentials.platform_key,
                credentials.token,
                credentials.private_key
            ],
        )
        .during(STEP)?;
    store_heads(&transaction, heads)?;
    transaction.commit().during(STEP)
}

fn store_heads(connection: &Connection, heads: &[v1::Head]) -> Result<(), JournalError> {
    connection.execute("DELETE FROM acknowledged", []).during("storing what is acknowledged")?;
    heads.iter().try_for_each(|head| store_head(connection, *head))
}

fn store_head(connection: &Connection, head: v1::Head) -> Result<(), JournalError> {
    connection
        .prepare_cached("INSERT OR REPLACE INTO acknowledged (epoch, seq, hash) VALUES (?1, ?2, ?3)")
        .and_then(|mut statement| statement.execute(params![head.epoch, head.seq.cast_signed(), &head.hash.0[..]]))
        .during("storing what is acknowledged")
        .map(drop)
}

fn set_version(connection: &Connection, scope: &str, no: u64) -> Result<(), JournalError> {
    connection
        .prepare_cached("INSERT OR REPLACE INTO scope (scope, no) VALUES (?1, ?2)")
        .and_then(|mut statement| statement.execute(params![scope, no.cast_signed()]))
        .during("storing the catalogue's version")
        .map(drop)
}
