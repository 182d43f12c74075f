//! What people want to know of the agent, read from the files; the agent need not run.

use std::fmt;
use std::path::Path;

use journal::{JournalError, JournalReader, Replica};
use serde::Serialize;

use crate::now_ms;

/// How this till and the platform stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Status {
    /// The terminal's id; `None` before it was enrolled.
    pub terminal: Option<String>,
    /// Its number within the store.
    pub number: Option<u32>,
    /// The store.
    pub store: Option<String>,
    /// Events that the platform has not acknowledged.
    pub unsent_events: u64,
    /// Sales among them.
    pub unsent_sales: u64,
    /// Their total, in minor units.
    pub unsent_money: i64,
    /// Age of the oldest of them; zero when all is sent.
    pub lag_ms: i64,
    /// When the platform answered last.
    pub last_contact_ms: Option<i64>,
    /// What is in the way, for people.
    pub error: Option<String>,
    /// Change number of the chain's catalogue.
    pub catalogue_chain: u64,
    /// Change number of the store's catalogue.
    pub catalogue_store: u64,
}

/// Reads a state directory.
pub fn status(state: &Path) -> Result<Status, JournalError> {
    let replica = Replica::open(state)?;
    let (identity, acknowledged, contact, versions) = match &replica {
        None => Default::default(),
        Some(replica) => (replica.identity()?, replica.acknowledged()?, replica.contact()?, replica.versions()?),
    };
    let unsent = match JournalReader::open(state)? {
        None => Default::default(),
        Some(journal) => journal.unsent(&acknowledged)?,
    };
    Ok(Status {
        terminal: identity.as_ref().map(|identity| identity.terminal.to_string()),
        number: identity.as_ref().map(|identity| identity.number),
        store: identity.map(|identity| identity.store),
        unsent_events: unsent.events,
        unsent_sales: unsent.sales,
        unsent_money: unsent.money,
        lag_ms: unsent.oldest_at_ms.map_or(0, |oldest| now_ms().saturating_sub(oldest).max(0)),
        last_contact_ms: contact.last_ms,
        error: contact.error,
        catalogue_chain: versions.chain,
        catalogue_store: versions.store,
    })
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.terminal, self.number, &self.store) {
            (Some(terminal), Some(number), Some(store)) => {
                writeln!(f, "terminal      {number} of store {store} ({terminal})")?;
            }
            _not_enrolled => writeln!(f, "terminal      not enrolled")?,
        }
        writeln!(
            f,
            "unsent        {} events, {} sales, {} minor units",
            self.unsent_events, self.unsent_sales, self.unsent_money
        )?;
        writeln!(f, "lag           {} s", self.lag_ms / 1000)?;
        match self.last_contact_ms.and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok()) {
            Some(at) => writeln!(f, "last contact  {at}")?,
            None => writeln!(f, "last contact  never")?,
        }
        writeln!(f, "error         {}", self.error.as_deref().unwrap_or("none"))?;
        write!(f, "catalogue     chain {}, store {}", self.catalogue_chain, self.catalogue_store)
    }
}
