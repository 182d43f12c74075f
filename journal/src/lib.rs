//! The till's durable files.
//!
//! A state directory holds two SQLite files. `journal.db` is written by the till alone: what it has done, as
//! hash-chained events in the bytes that are sent, and what it must know after a power cut. `replica.db` is written
//! by the sync agent alone: goods, members, staff and settings, who the terminal is, and what the platform has
//! acknowledged. Each opens the other's file for reading only.
//!
//! This crate owns both schemas. It decides nothing about sales: it must never change an event, hand out a number
//! twice, or say that something is stored before the disk has it.

mod commit;
mod day;
mod error;
mod file;
mod mention;
mod opening;
mod reader;
mod replica;
mod salvage;
mod state;
mod stock;
mod verify;

pub use commit::{Commit, Committed, Journal, NewEvent, Save};
pub use error::JournalError;
pub use opening::{Notice, Opening, Restored, check_whole, opens_slowly};
pub use reader::{JournalReader, StoredEvent, Unsent};
pub use replica::{Contact, Credentials, Identity, Replica, ReplicaWriter, Versions, scope_of_store};
pub use state::{Lockout, PrintJob, PrintState, Shift, Suspended, TillState};
pub use stock::OwnStock;
pub use verify::{EpochReport, Fault, Verified};

/// Name of the till's file within the state directory.
pub const JOURNAL_FILE: &str = "journal.db";
/// Name of the sync agent's file within the state directory.
pub const REPLICA_FILE: &str = "replica.db";
/// Scope of what holds for all stores.
pub const SCOPE_CHAIN: &str = "chain";

#[cfg(test)]
mod tests;
