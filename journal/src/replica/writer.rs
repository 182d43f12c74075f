//! The replica's only writer: the sync agent.

use std::fmt::Display;
use std::fs::File;
use std::path::Path;

use protocol::{chain::Hash, v1};
use ring::digest::{Context, SHA256};
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;

use super::layout::LAYOUTS;
use super::{Credentials, Identity, acknowledged, identity, words};
use crate::error::{During, JournalError};
use crate::file;
use crate::{REPLICA_FILE, SCOPE_CHAIN};

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
        let path = dir.join(REPLICA_FILE);
        match take_up(&path) {
            Ok(connection) => Ok(ReplicaWriter { connection, _lock: lock }),
            Err(JournalError::Damaged { step, what }) => {
                tracing::error!(step, what, "the replica is damaged");
                let kept = Kept::read(&path);
                file::move_away(&path, &dir.join(format!("replica-damaged-{now_ms}.db")))?;
                let mut writer = ReplicaWriter { connection: take_up(&path)?, _lock: lock };
                writer.keep(kept)?;
                Ok(writer)
            }
            Err(other) => Err(other),
        }
    }

    /// Replaces a replica that turned out to be damaged while it was in use; see [`ReplicaWriter::open`].
    pub fn rebuild(self, dir: &Path, now_ms: i64) -> Result<ReplicaWriter, JournalError> {
        let path = dir.join(REPLICA_FILE);
        let ReplicaWriter { connection, _lock } = self;
        drop(connection);
        let kept = Kept::read(&path);
        file::move_away(&path, &dir.join(format!("replica-damaged-{now_ms}.db")))?;
        let mut writer = ReplicaWriter { connection: take_up(&path)?, _lock };
        writer.keep(kept)?;
        Ok(writer)
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
        const STEP: &str = "storing the terminal's identity";
        let transaction = self.connection.transaction().during(STEP)?;
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
        const STEP: &str = "replacing the catalogue";
        let transaction = self.connection.transaction().during(STEP)?;
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
        // The log of a large snapshot is as large as the catalogue.
        self.connection
            .query_row("PRAGMA wal_checkpoint(truncate)", [], |_| Ok(()))
            .and_then(|()| self.connection.release_memory())
            .during("moving the log into the replica")?;
        Ok(count)
    }

    /// SHA-256 over the records of a scope: items, members and staff by id, then the store, each as a line of JSON of
    /// its [`v1::Record`].
    pub fn checksum(&self, scope: &str) -> Result<Hash, JournalError> {
        const STEP: &str = "adding up the catalogue";
        let mut context = Context::new(&SHA256);
        for (kind, sql) in [
            ("item", "SELECT body FROM item WHERE rank = ?1 ORDER BY id"),
            ("member", "SELECT body FROM member WHERE rank = ?1 ORDER BY id"),
            ("staff", "SELECT body FROM staff WHERE rank = ?1 ORDER BY id"),
            ("store", "SELECT body FROM store WHERE rank = ?1"),
        ] {
            let mut statement = self.connection.prepare(sql).during(STEP)?;
            let mut rows = statement.query([rank(scope)]).during(STEP)?;
            while let Some(row) = rows.next().during(STEP)? {
                let body: String = row.get(0).during(STEP)?;
                context.update(format!("{{\"{kind}\":{body}}}\n").as_bytes());
            }
        }
        let sum = context.finish();
        Ok(Hash(sum.as_ref().try_into().expect("SHA-256 gives 32 bytes")))
    }

    fn keep(&mut self, kept: Kept) -> Result<(), JournalError> {
        match kept.identity {
            None => Ok(()),
            Some((identity, credentials)) => self.set_identity(&identity, &credentials, &kept.acknowledged),
        }
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

/// Records of one scope, within a transaction.
struct Records<'a> {
    connection: &'a Connection,
    rank: i64,
}

impl<'a> Records<'a> {
    fn new(connection: &'a Connection, scope: &str) -> Records<'a> {
        Records { connection, rank: rank(scope) }
    }

    fn apply(&self, record: &v1::Record) -> Result<(), JournalError> {
        match record {
            v1::Record::Item(item) => self.put_item(item),
            v1::Record::ItemGone(id) => self.remove_item(id).map(drop),
            v1::Record::Member(member) => self.put_member(member),
            v1::Record::MemberGone(id) => self.remove_member(id),
            v1::Record::Staff(staff) => self.run(
                "INSERT OR REPLACE INTO staff (id, rank, body) VALUES (?1, ?2, ?3)",
                params![staff.id, self.rank, json(staff)],
            ),
            v1::Record::StaffGone(id) => {
                self.run("DELETE FROM staff WHERE id = ?1 AND rank = ?2", params![id, self.rank])
            }
            v1::Record::Store(store) => {
                self.run("INSERT OR REPLACE INTO store (rank, body) VALUES (?1, ?2)", params![self.rank, json(store)])
            }
        }
    }

    fn put_item(&self, item: &v1::Item) -> Result<(), JournalError> {
        let n = match self.insert_item(item, None)? {
            Some(n) => n,
            None => {
                let n = self.remove_item(&item.id)?;
                self.insert_item(item, n)?.expect("an item that was removed is not in the way")
            }
        };
        for code in &item.codes {
            self.run("INSERT OR IGNORE INTO item_code (key, n) VALUES (?1, ?2)", params![code, n])?;
        }
        let words = words::of_item(&item.name, item.name_en.as_deref(), &item.initials);
        self.run("INSERT INTO item_word (rowid, words) VALUES (?1, ?2)", params![n, words])
    }

    /// Gives the row's number, `None` when there is a row of this id.
    fn insert_item(&self, item: &v1::Item, n: Option<i64>) -> Result<Option<i64>, JournalError> {
        let inserted = self
            .connection
            .prepare_cached(
                "INSERT INTO item (n, id, rank, favourite, body) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (id, rank) DO NOTHING",
            )
            .and_then(|mut statement| statement.execute(params![n, item.id, self.rank, item.favourite, json(item)]))
            .during("storing an item")?;
        Ok((inserted == 1).then(|| self.connection.last_insert_rowid()))
    }

    /// Gives the number of the row that is gone.
    fn remove_item(&self, id: &str) -> Result<Option<i64>, JournalError> {
        const STEP: &str = "removing an item";
        let gone: Option<(i64, String)> = self
            .connection
            .prepare_cached("DELETE FROM item WHERE id = ?1 AND rank = ?2 RETURNING n, body")
            .and_then(|mut statement| {
                statement.query_row(params![id, self.rank], |row| Ok((row.get(0)?, row.get(1)?))).optional()
            })
            .during(STEP)?;
        let Some((n, body)) = gone else {
            return Ok(None);
        };
        let item: v1::Item = serde_json::from_str(&body).during(STEP)?;
        for code in &item.codes {
            self.run("DELETE FROM item_code WHERE key = ?1 AND n = ?2", params![code, n])?;
        }
        self.run("DELETE FROM item_word WHERE rowid = ?1", params![n])?;
        Ok(Some(n))
    }

    fn put_member(&self, member: &v1::Member) -> Result<(), JournalError> {
        self.remove_member(&member.id)?;
        self.run(
            "INSERT INTO member (id, rank, body) VALUES (?1, ?2, ?3)",
            params![member.id, self.rank, json(member)],
        )?;
        let n = self.connection.last_insert_rowid();
        for code in &member.codes {
            self.run("INSERT OR IGNORE INTO member_code (key, n) VALUES (?1, ?2)", params![code, n])?;
        }
        Ok(())
    }

    fn remove_member(&self, id: &str) -> Result<(), JournalError> {
        const STEP: &str = "removing a member";
        let gone: Option<(i64, String)> = self
            .connection
            .prepare_cached("DELETE FROM member WHERE id = ?1 AND rank = ?2 RETURNING n, body")
            .and_then(|mut statement| {
                statement.query_row(params![id, self.rank], |row| Ok((row.get(0)?, row.get(1)?))).optional()
            })
            .during(STEP)?;
        let Some((n, body)) = gone else {
            return Ok(());
        };
        let member: v1::Member = serde_json::from_str(&body).during(STEP)?;
        for code in &member.codes {
            self.run("DELETE FROM member_code WHERE key = ?1 AND n = ?2", params![code, n])?;
        }
        Ok(())
    }

    /// Removes everything of the scope. Whole tables go much quicker than their rows.
    fn clear(&self) -> Result<(), JournalError> {
        const STEP: &str = "clearing the catalogue";
        for (table, codes, words) in [("item", "item_code", Some("item_word")), ("member", "member_code", None)] {
            let shared: bool = self
                .connection
                .query_row(&format!("SELECT EXISTS (SELECT 1 FROM {table} WHERE rank <> ?1)"), [self.rank], |row| {
                    row.get(0)
                })
                .during(STEP)?;
            let sql = match (shared, words) {
                (false, None) => format!("DELETE FROM {codes}; DELETE FROM {table};"),
                (false, Some(words)) => format!(
                    "DELETE FROM {codes}; DELETE FROM {table};
                     INSERT INTO {words} ({words}) VALUES ('delete-all');"
                ),
                (true, words) => {
                    let rank = self.rank;
                    let gone = format!("(SELECT n FROM {table} WHERE rank = {rank})");
                    let words =
                        words.map_or(String::new(), |words| format!("DELETE FROM {words} WHERE rowid IN {gone};"));
                    format!(
                        "DELETE FROM {codes} WHERE n IN {gone}; {words}
                         DELETE FROM {table} WHERE rank = {rank};"
                    )
                }
            };
            self.connection.execute_batch(&sql).during(STEP)?;
        }
        self.run("DELETE FROM staff WHERE rank = ?1", params![self.rank])?;
        self.run("DELETE FROM store WHERE rank = ?1", params![self.rank])
    }

    fn run(&self, sql: &str, values: &[&dyn rusqlite::ToSql]) -> Result<(), JournalError> {
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute(values))
            .during("changing the catalogue")
            .map(drop)
    }
}

fn take_up(path: &Path) -> Result<Connection, JournalError> {
    let mut connection = file::open_writer(path, CACHE_KIB)?;
    connection.pragma_update(None, "journal_size_limit", LOG_BYTES_KEPT).during("preparing the replica")?;
    file::migrate(&mut connection, REPLICA_FILE, LAYOUTS)?;
    identity(&connection)?;
    acknowledged(&connection)?;
    Ok(connection)
}

fn credentials(connection: &Connection) -> Result<Credentials, JournalError> {
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

/// Where a scope's records stand among those of the same id.
fn rank(scope: &str) -> i64 {
    i64::from(scope == SCOPE_CHAIN)
}

fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("these types have no map and no failing field")
}
