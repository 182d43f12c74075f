//! What can go wrong with a database, and what can be done about it.

use std::error::Error;

use tokio_postgres::error::SqlState;

/// A fault of the database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite said no.
    #[error("failed {step}: {source}")]
    Sqlite {
        /// What was being done.
        step: &'static str,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// PostgreSQL said no.
    #[error("failed {step}: {}", postgres_words(source))]
    Postgres {
        /// What was being done.
        step: &'static str,
        /// What PostgreSQL said.
        source: tokio_postgres::Error,
    },
    /// No connection could be had.
    #[error("failed {step}: no connection to PostgreSQL: {what}")]
    Connection {
        /// What was being done.
        step: &'static str,
        /// What went wrong.
        what: String,
    },
    /// The database holds something this program did not write.
    #[error("failed {step}: {what}")]
    Damaged {
        /// What was being done.
        step: &'static str,
        /// What was found.
        what: String,
    },
}

/// What can be done about a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Nothing but waiting: the database is in use by another, starts, stops, or cannot be reached.
    Away,
    /// A person must make room on the disk.
    Full,
    /// A person must look.
    Broken,
}

impl StoreError {
    /// What can be done about it. Whatever it is, the transaction was rolled back.
    pub fn condition(&self) -> Condition {
        use rusqlite::ErrorCode;
        match self {
            StoreError::Connection { .. } => Condition::Away,
            StoreError::Damaged { .. } => Condition::Broken,
            StoreError::Sqlite { source, .. } => match source.sqlite_error_code() {
                Some(ErrorCode::DiskFull) => Condition::Full,
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Condition::Away,
                // The log's index could not grow: the disk is full (SQLITE_IOERR_SHMSIZE).
                _ if source.sqlite_error().is_some_and(|error| error.extended_code == 4874) => Condition::Full,
                _ => Condition::Broken,
            },
            StoreError::Postgres { source, .. } => match source.code().map(SqlState::code) {
                Some("53100") => Condition::Full,
                // Deadlock, serialization, too many connections, locks not available, shutdowns and starts.
                Some("40001" | "40P01" | "53300" | "55P03" | "57P01" | "57P02" | "57P03") => Condition::Away,
                None if source.is_closed() || source.source().is_some_and(|cause| cause.is::<std::io::Error>()) => {
                    Condition::Away
                }
                Some(_) | None => Condition::Broken,
            },
        }
    }
}

/// The message of the server where there is one: the client's own text says no more than "db error".
fn postgres_words(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(said) => said.message().to_owned(),
        None => error.to_string(),
    }
}

/// Result of a repository.
pub type Result<T> = std::result::Result<T, StoreError>;

/// Names the step that failed.
pub(crate) trait Step<T> {
    /// Turns the driver's error into ours.
    fn step(self, step: &'static str) -> Result<T>;
}

impl<T> Step<T> for rusqlite::Result<T> {
    fn step(self, step: &'static str) -> Result<T> {
        self.map_err(|source| StoreError::Sqlite { step, source })
    }
}

impl<T> Step<T> for std::result::Result<T, tokio_postgres::Error> {
    fn step(self, step: &'static str) -> Result<T> {
        self.map_err(|source| StoreError::Postgres { step, source })
    }
}
