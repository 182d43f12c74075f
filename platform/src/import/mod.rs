//! Files of people into the catalogue: goods, members, staff and accounts as CSV, settings of a store as TOML or JSON, the
//! rule book as JSON; and folders of pictures.
//!
//! A good row goes in whatever its neighbours are; a bad one is told by its line and its reason. Columns are found
//! by their names, in any order and case.

mod accounts;
mod code;
mod deliveries;
mod initials;
mod items;
mod people;
mod pictures;
mod rules;
mod settings;
mod terms;
mod text;

use std::collections::HashMap;
use std::path::Path;

use csv::StringRecord;
use tokio::sync::mpsc;

use crate::store::{RecordRow, Store, StoreError};

pub use accounts::accounts;
pub use code::{BadCode, key};
pub use deliveries::deliveries;
pub use initials::initials;
pub use items::{ItemDefaults, items};
pub(crate) use people::codes_of;
pub use people::{members, staff};
pub use pictures::pictures;
pub use rules::{RulesImported, rules};
pub use settings::store_settings;

/// Records that go in by one transaction.
const RECORDS_AT_ONCE: usize = 5000;
/// Bytes of a file; a million goods are a tenth of it.
const FILE_BYTES_MAX: u64 = 1 << 30;

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Rows below the header.
    pub rows: u64,
    /// Good ones.
    pub good: u64,
    /// Good ones that are other than before.
    pub changed: u64,
    /// Bad ones.
    pub rejected: u64,
    /// What the person should know, e.g. that the file was not UTF-8.
    pub note: Option<String>,
}

/// Why a file was not imported at all.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be read.
    #[error("failed reading {file}")]
    File {
        /// Its name.
        file: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is too large.
    #[error("the file is larger than 1 GiB; split it")]
    TooLarge,
    /// The file's letters cannot be read.
    #[error("{0}")]
    Encoding(&'static str),
    /// Columns are missing.
    #[error("the file has no column {missing}; it has: {found}. The first line must name the columns")]
    Columns {
        /// What is missing.
        missing: String,
        /// What is there.
        found: String,
    },
    /// Settings that cannot be.
    #[error("{0}")]
    Settings(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Told of every bad row: line, reason.
pub type OnRejected = Box<dyn FnMut(u64, &str) + Send>;

/// Columns of a file by name.
pub(crate) struct Columns {
    places: HashMap<String, usize>,
}

impl Columns {
    fn of(header: &StringRecord) -> Columns {
        let names = header.iter().enumerate();
        let places = names.map(|(place, name)| (name.trim().to_lowercase(), place)).collect();
        Columns { places }
    }

    fn has(&self, name: &str) -> bool {
        self.places.contains_key(name)
    }

    /// The first of these names that is a column; an error that names them when none is.
    fn one_of(&self, names: &[&'static str]) -> Result<&'static str, ImportError> {
        names.iter().copied().find(|name| self.has(name)).ok_or_else(|| {
            let mut found: Vec<&str> = self.places.keys().map(String::as_str).collect();
            found.sort_unstable();
            ImportError::Columns { missing: names.join(" or "), found: found.join(", ") }
        })
    }

    /// A cell without spaces around it; empty when the column or the cell is not there.
    fn cell<'a>(&self, row: &'a StringRecord, name: &str) -> &'a str {
        self.places.get(name).and_then(|place| row.get(*place)).unwrap_or("").trim()
    }
}

/// Reads a file and puts what its rows make into a scope. `prepare` looks at the columns once and gives the function
/// that makes a record of a row, or a reason why not.
async fn import<M>(
    store: &dyn Store,
    scope: &str,
    file: &Path,
    mut rejected: OnRejected,
    prepare: impl FnOnce(&Columns) -> Result<M, ImportError> + Send + 'static,
) -> Result<Imported, ImportError>
where
    M: FnMut(&Columns, &StringRecord, u64) -> Result<RecordRow, String>,
{
    let file = file.to_owned();
    let (chunks, mut taken) = mpsc::channel::<Vec<RecordRow>>(2);
    let reading = tokio::task::spawn_blocking(move || {
        let (text, note) = text::read(&file)?;
        let mut imported = Imported { note, ..Imported::default() };
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let header = reader.headers().map_err(|_| ImportError::Encoding("the first line cannot be read as CSV"))?;
        let columns = Columns::of(header);
        let mut make = prepare(&columns)?;
        let mut chunk = Vec::with_capacity(RECORDS_AT_ONCE);
        let mut row = StringRecord::new();
        loop {
            let line = reader.position().line();
            let made = match reader.read_record(&mut row) {
                Ok(false) => break,
                Ok(true) => {
                    let line = row.position().map_or(line, |position| position.line());
                    make(&columns, &row, line).map_err(|reason| (line, reason))
                }
                Err(error) => Err((line, error.to_string())),
            };
            imported.rows += 1;
            match made {
                Ok(record) => chunk.push(record),
                Err((line, reason)) => {
                    imported.rejected += 1;
                    rejected(line, &reason);
                }
            }
            if chunk.len() == RECORDS_AT_ONCE && chunks.blocking_send(std::mem::take(&mut chunk)).is_err() {
                // The database failed; its error is the one to tell.
                return Ok(imported);
            }
        }
        // As above.
        let _ = chunks.blocking_send(chunk);
        imported.good = imported.rows - imported.rejected;
        Ok(imported)
    });
    let mut changed = 0;
    while let Some(chunk) = taken.recv().await {
        if !chunk.is_empty() {
            changed += store.put(scope, chunk).await?.changed;
        }
    }
    drop(taken);
    let done: Result<Imported, ImportError> = match reading.await {
        Ok(done) => done,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    };
    Ok(Imported { changed, ..done? })
}

/// A name as people write it: something, not too long, without control characters.
fn name(text: &str, what: &str) -> Result<String, String> {
    const CHARS_MAX: usize = 200;
    if text.is_empty() {
        return Err(format!("{what} is missing"));
    }
    if text.chars().any(char::is_control) {
        return Err(format!("{what} has control characters"));
    }
    if text.chars().count() > CHARS_MAX {
        return Err(format!("{what} has more than {CHARS_MAX} characters"));
    }
    Ok(text.to_owned())
}

/// An id: 1 to 40 letters, digits and `-`, `_`, `.`; or why it is none.
pub fn id(text: &str) -> Result<String, String> {
    let well_formed = text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    match text.len() {
        0 => Err("the id is missing".into()),
        1..=40 if well_formed => Ok(text.to_owned()),
        _ => Err(format!("id {text:?} is not 1 to 40 letters, digits, '-', '_' or '.'")),
    }
}

/// Lines by which ids and codes were seen, to tell duplicates.
#[derive(Default)]
struct Seen(HashMap<String, u64>);

impl Seen {
    /// Notes all of them, or none and tells the one that was there.
    fn note(&mut self, what: &str, values: &[String], line: u64) -> Result<(), String> {
        for value in values {
            if let Some(first) = self.0.get(value) {
                return Err(format!("duplicate: {what} {value} is in line {first} already"));
            }
        }
        for value in values {
            self.0.insert(value.clone(), line);
        }
        Ok(())
    }
}
