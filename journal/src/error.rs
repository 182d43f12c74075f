//! What can go wrong with the files, by kind, so that callers can react.

use rusqlite::ErrorCode;
use uuid::Uuid;

/// A fault of the journal or the replica.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The disk is full. Nothing was written; the same call works again when there is room.
    #[error("failed {step}: the disk is full")]
    DiskFull {
        /// What was being done.
        step: &'static str,
    },
    /// Another process held the file for too long. Nothing was written; try again.
    #[error("failed {step}: the file is in use by another process")]
    Busy {
        /// What was being done.
        step: &'static str,
    },
    /// The file does not hold what it should.
    #[error("failed {step}: the file is damaged ({what})")]
    Damaged {
        /// What was being done.
        step: &'static str,
        /// What was found.
        what: String,
    },
    /// Another process already writes this file.
    #[error("failed opening {file}: another program is writing it; end that program first")]
    InUse {
        /// The file's name.
        file: &'static str,
    },
    /// The file was written by a program that is too new for this one.
    #[error("failed opening {file}: its layout {found} is newer than this program knows; update the program")]
    Newer {
        /// The file's name.
        file: &'static str,
        /// Layout found.
        found: i64,
    },
    /// The journal belongs to another terminal.
    #[error(
        "failed opening journal.db: it belongs to terminal {stored}, but this till is enrolled as {enrolled}; \
         move the old state directory away once its sales are on the platform"
    )]
    OtherTerminal {
        /// Terminal named by the file.
        stored: Uuid,
        /// Terminal that was asked for.
        enrolled: Uuid,
    },
    /// An event is larger than a batch may carry.
    #[error("failed appending an event: {bytes} bytes are over the limit")]
    EventTooLarge {
        /// Its size.
        bytes: usize,
    },
    /// Changes of a catalogue do not fit what is stored.
    #[error("failed applying changes: {what}")]
    BadChange {
        /// Why.
        what: String,
    },
    /// Anything else.
    #[error("failed {step}: {cause}")]
    Other {
        /// What was being done.
        step: &'static str,
        /// The cause.
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Names the step in which something failed.
pub(crate) trait During<T> {
    fn during(self, step: &'static str) -> Result<T, JournalError>;
}

impl<T> During<T> for rusqlite::Result<T> {
    fn during(self, step: &'static str) -> Result<T, JournalError> {
        self.map_err(|cause| of_sqlite(step, cause))
    }
}

impl<T> During<T> for std::io::Result<T> {
    fn during(self, step: &'static str) -> Result<T, JournalError> {
        self.map_err(|cause| match cause.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => JournalError::DiskFull { step },
            _other => JournalError::Other { step, cause: cause.into() },
        })
    }
}

/// JSON that this crate wrote and cannot read any more means a damaged file.
impl<T> During<T> for serde_json::Result<T> {
    fn during(self, step: &'static str) -> Result<T, JournalError> {
        self.map_err(|cause| JournalError::Damaged { step, what: cause.to_string() })
    }
}

pub(crate) fn damaged<T>(step: &'static str, what: impl Into<String>) -> Result<T, JournalError> {
    Err(JournalError::Damaged { step, what: what.into() })
}

fn of_sqlite(step: &'static str, cause: rusqlite::Error) -> JournalError {
    /// The index of the write-ahead log could not be enlarged: the disk is full.
    const IOERR_SHMSIZE: i32 = 4874;
    /// The disk could not give what stands in the file, or the file ends too early.
    const UNREADABLE: [i32; 3] = [266, 522, 8458];
    match &cause {
        rusqlite::Error::SqliteFailure(failure, _) => match failure.code {
            ErrorCode::DiskFull => JournalError::DiskFull { step },
            ErrorCode::SystemIoFailure if failure.extended_code == IOERR_SHMSIZE => JournalError::DiskFull { step },
            ErrorCode::SystemIoFailure if UNREADABLE.contains(&failure.extended_code) => {
                JournalError::Damaged { step, what: cause.to_string() }
            }
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => JournalError::Busy { step },
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => {
                JournalError::Damaged { step, what: cause.to_string() }
            }
            _other => JournalError::Other { step, cause: cause.into() },
        },
        rusqlite::Error::FromSqlConversionFailure(..)
        | rusqlite::Error::Utf8Error(..)
        | rusqlite::Error::InvalidColumnType(..)
        | rusqlite::Error::IntegralValueOutOfRange(..) => JournalError::Damaged { step, what: cause.to_string() },
        _other => JournalError::Other { step, cause: cause.into() },
    }
}
