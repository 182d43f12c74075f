//! SQLite: one file, one writer, WAL, every commit on the disk before it is answered.

mod catalogue;
mod events;
mod ledger;
mod office;
mod phone;
mod stock;
mod terminals;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use protocol::chain::Hash;
use rusqlite::{Connection, OpenFlags, Row, TransactionBehavior};

use super::{Result, Step, StoreError};

/// Oldest version whose WAL is sound when several connections checkpoint.
const VERSION_MIN: i32 = 3_051_003;
/// Schema steps, oldest first; `user_version` counts those that were taken.
const MIGRATIONS: &[&str] = &[
    include_str!("0001_first.sql"),
    include_str!("0002_office.sql"),
    include_str!("0003_stock.sql"),
    include_str!("0004_pictures.sql"),
    include_str!("0005_phone.sql"),
    include_str!("0006_goods.sql"),
];
/// Longest wait for another process that writes.
const BUSY_MS_MAX: u64 = 5000;
/// Bytes that the write-ahead log's file keeps after a long reader has let it grow.
const LOG_BYTES_KEPT: i64 = 64 << 20;
/// Readers that are kept open.
const READERS_KEPT: usize = 4;

/// A database in one file.
#[derive(Clone)]
pub struct Sqlite {
    inner: Arc<Inner>,
}

struct Inner {
    file: PathBuf,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
}

impl Sqlite {
    /// Opens or makes the file and brings its schema up to date.
    pub async fn open(file: &Path) -> Result<Sqlite> {
        let file = file.to_owned();
        blocking(move || {
            assert!(
                rusqlite::version_number() >= VERSION_MIN,
                "SQLite {} is linked; 3.51.3 is the oldest that is sound",
                rusqlite::version()
            );
            let mut writer = connect(&file, false).step("opening the database file")?;
            migrate(&mut writer)?;
            Ok(Sqlite { inner: Arc::new(Inner { file, writer: Mutex::new(writer), readers: Mutex::new(Vec::new()) }) })
        })
        .await
    }

    /// Runs one transaction of the writer.
    async fn write<T: Send + 'static>(
        &self,
        step: &'static str,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T> {
        let inner = self.inner.clone();
        blocking(move || {
            // A panic in a transaction rolled it back; the connection itself is whole.
            let mut writer = inner.writer.lock().unwrap_or_else(|held| held.into_inner());
            let run = |writer: &mut Connection| -> rusqlite::Result<_> {
                let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
                let done = work(&transaction)?;
                transaction.commit()?;
                Ok(done)
            };
            run(&mut writer).step(step)
        })
        .await
    }

    /// Runs reads as of one instant.
    async fn read<T: Send + 'static>(
        &self,
        step: &'static str,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T> {
        let inner = self.inner.clone();
        blocking(move || {
            let kept = inner.readers.lock().unwrap_or_else(|held| held.into_inner()).pop();
            let mut reader = match kept {
                Some(reader) => reader,
                None => connect(&inner.file, true).step("opening the database file to read")?,
            };
            let run = |reader: &mut Connection| -> rusqlite::Result<_> {
                let transaction = reader.transaction_with_behavior(TransactionBehavior::Deferred)?;
                let done = work(&transaction)?;
                transaction.finish()?;
                Ok(done)
            };
            let done = run(&mut reader).step(step)?;
            let mut readers = inner.readers.lock().unwrap_or_else(|held| held.into_inner());
            if readers.len() < READERS_KEPT {
                readers.push(reader);
            }
            Ok(done)
        })
        .await
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(error) => Err(StoreError::Damaged { step: "waiting for the database", what: error.to_string() }),
        },
    }
}

fn connect(file: &Path, read_only: bool) -> rusqlite::Result<Connection> {
    let mut flags = OpenFlags::SQLITE_OPEN_NO_MUTEX;
    flags |= if read_only {
        OpenFlags::SQLITE_OPEN_READ_ONLY
    } else {
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE
    };
    let connection = Connection::open_with_flags(file, flags)?;
    connection.busy_timeout(Duration::from_millis(BUSY_MS_MAX))?;
    connection.set_prepared_statement_cache_capacity(64);
    if !read_only {
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "wal_autocheckpoint", 4000)?;
        connection.pragma_update(None, "journal_size_limit", LOG_BYTES_KEPT)?;
    }
    connection.pragma_update(None, "cache_size", -32_768)?;
    Ok(connection)
}

fn migrate(writer: &mut Connection) -> Result<()> {
    let run = |writer: &mut Connection| -> rusqlite::Result<_> {
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let taken: u32 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
        for migration in MIGRATIONS.iter().skip(taken as usize) {
            transaction.execute_batch(migration)?;
        }
        let newest = taken.max(MIGRATIONS.len() as u32);
        transaction.pragma_update(None, "user_version", newest)?;
        transaction.commit()?;
        Ok(taken as usize)
    };
    let taken = run(writer).step("bringing the schema up to date")?;
    if taken > MIGRATIONS.len() {
        return Err(StoreError::Damaged {
            step: "bringing the schema up to date",
            what: format!(
                "the database is of schema {taken}, this program knows {}; use a newer program",
                MIGRATIONS.len()
            ),
        });
    }
    Ok(())
}

/// A column that holds a SHA-256.
fn hash(row: &Row<'_>, column: usize) -> rusqlite::Result<Hash> {
    Ok(Hash(row.get::<_, [u8; 32]>(column)?))
}

/// A column that holds a UUID as text.
fn uuid(row: &Row<'_>, column: usize) -> rusqlite::Result<uuid::Uuid> {
    let text: String = row.get(column)?;
    text.parse().map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
    })
}

/// A column that holds a UUID as text, or nothing.
fn maybe_uuid(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<uuid::Uuid>> {
    match row.get_ref(column)? {
        rusqlite::types::ValueRef::Null => Ok(None),
        _ => uuid(row, column).map(Some),
    }
}

/// A column that is never negative.
fn count(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let value: i64 = row.get(column)?;
    u64::try_from(value).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, value))
}
