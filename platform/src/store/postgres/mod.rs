//! PostgreSQL: for a chain of stores. Rows of a batch go in by COPY, never one by one.

mod catalogue;
mod events;
mod ledger;
pub mod local;
mod office;
mod phone;
mod stock;
mod terminals;

use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime, Timeouts};
use protocol::chain::Hash;
use tokio_postgres::{Config, NoTls, Row};

use super::{Result, Step, StoreError};

/// Connections at a time.
const CONNECTIONS_MAX: usize = 12;
/// Longest wait for a connection.
const CONNECTION_WAIT_MAX: Duration = Duration::from_secs(10);
/// Schema steps, oldest first; table `schema_version` tells which were taken.
const MIGRATIONS: &[&str] = &[
    include_str!("0001_first.sql"),
    include_str!("0002_office.sql"),
    include_str!("0003_stock.sql"),
    include_str!("0004_pictures.sql"),
    include_str!("0005_phone.sql"),
    include_str!("0006_goods.sql"),
];
/// Key of the lock under which the schema changes; any number that no other program uses.
const MIGRATION_LOCK: i64 = 0x6775_6974_6169;

/// A database of a PostgreSQL server (14 or newer), reached without TLS: over loopback or a private network.
#[derive(Clone)]
pub struct Postgres {
    pool: Pool,
}

impl Postgres {
    /// Connects and brings the schema up to date.
    pub async fn open(config: Config) -> Result<Postgres> {
        let manager = Manager::from_config(config, NoTls, ManagerConfig { recycling_method: RecyclingMethod::Fast });
        let pool = Pool::builder(manager)
            .max_size(CONNECTIONS_MAX)
            .runtime(Runtime::Tokio1)
            .timeouts(Timeouts {
                wait: Some(CONNECTION_WAIT_MAX),
                create: Some(CONNECTION_WAIT_MAX),
                recycle: Some(CONNECTION_WAIT_MAX),
            })
            .build()
            .map_err(|error| StoreError::Connection { step: "making the connection pool", what: error.to_string() })?;
        let postgres = Postgres { pool };
        postgres.migrate().await?;
        Ok(postgres)
    }

    async fn client(&self, step: &'static str) -> Result<Object> {
        self.pool.get().await.map_err(|error| StoreError::Connection { step, what: connection_words(&error) })
    }

    async fn migrate(&self) -> Result<()> {
        const STEP: &str = "bringing the schema up to date";
        let mut client = self.client(STEP).await?;
        let transaction = client.transaction().await.step(STEP)?;
        transaction.execute("SELECT pg_advisory_xact_lock($1)", &[&MIGRATION_LOCK]).await.step(STEP)?;
        transaction
            .batch_execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY)")
            .await
            .step(STEP)?;
        let taken: i64 = transaction.query_one("SELECT count(*) FROM schema_version", &[]).await.step(STEP)?.get(0);
        let known = MIGRATIONS.len() as i64;
        if taken > known {
            return Err(StoreError::Damaged {
                step: STEP,
                what: format!("the database is of schema {taken}, this program knows {known}; use a newer program"),
            });
        }
        for (migration, version) in MIGRATIONS.iter().zip(1_i32..).skip(taken as usize) {
            transaction.batch_execute(migration).await.step(STEP)?;
            transaction.execute("INSERT INTO schema_version VALUES ($1)", &[&version]).await.step(STEP)?;
        }
        transaction.commit().await.step(STEP)
    }
}

/// The server's own words where there are some, down the chain of causes.
fn connection_words(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        words = format!("{words}: {error}");
        cause = error.source();
    }
    words
}

/// A column that holds a SHA-256.
fn hash(row: &Row, column: usize) -> Hash {
    let bytes: &[u8] = row.get(column);
    Hash(bytes.try_into().expect("the platform writes 32 bytes"))
}

/// A column that is never negative.
fn count(row: &Row, column: usize) -> u64 {
    let value: i64 = row.get(column);
    u64::try_from(value).expect("the platform writes no negative count")
}

/// A column that is a small number.
fn small(row: &Row, column: usize) -> u32 {
    let value: i64 = row.get(column);
    u32::try_from(value).expect("the platform writes a small number")
}
