//! What can still be read of a damaged journal.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use protocol::{chain::Hash, v1};
use rusqlite::{Connection, OpenFlags};

use crate::commit::{epoch_and_seq, hash_of};
use crate::error::{During, JournalError};
use crate::state::{self, TillState};
use crate::verify::{self, EpochReport};

/// Bytes of events that are held in memory; of a larger journal the newest are taken.
const BYTES_MAX: usize = 256 << 20;
/// Bytes of events that SQLite could not give and that are held in memory besides.
const TEXTS_BYTES_MAX: usize = 64 << 20;
/// Bytes of a damaged file that are looked through at a time.
const WINDOW_BYTES: usize = 8 << 20;
/// How an event's bytes begin.
const EVENT_BEGINS: &[u8] = br#"{"v":1,"terminal":""#;

/// Everything that was found.
#[derive(Default)]
pub(crate) struct Salvage {
    /// Events by epoch and number; the hash is the one stored beside them, none when only their text was found.
    pub events: BTreeMap<(u32, u64), (String, Option<Hash>)>,
    /// Epochs, as far as their table is readable.
    pub epochs: Vec<EpochReport>,
    /// The till's state, when it is readable.
    pub state: Option<TillState>,
}

impl Salvage {
    /// Reads a damaged file and its log, first through SQLite from both ends, then byte by byte.
    pub(crate) fn read(path: &Path) -> Salvage {
        let mut salvage = Salvage::default();
        if let Ok(connection) =
            Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        {
            let mut bytes_sum = 0;
            for order in ["DESC", "ASC"] {
                let outcome = salvage.read_rows(&connection, order, &mut bytes_sum);
                tracing::warn!(?outcome, order, "read the events of a damaged journal");
            }
            salvage.epochs = verify::epochs(&connection).unwrap_or_default();
            salvage.state = state::load(&connection).ok();
        }
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        let mut bytes_sum = 0;
        // The log first: it holds the newest.
        for file in [PathBuf::from(log), path.to_owned()] {
            let outcome = salvage.read_bytes(&file, &mut bytes_sum);
            tracing::warn!(?outcome, "looked through the bytes of a damaged journal");
        }
        salvage
    }

    /// The largest epoch that anything speaks of.
    pub(crate) fn epoch_max(&self) -> u32 {
        let of_events = self.events.keys().map(|(epoch, _)| *epoch);
        let of_table = self.epochs.iter().map(|epoch| epoch.epoch);
        of_events.chain(of_table).max().unwrap_or(0)
    }

    /// For each epoch the events whose chain holds without a gap from its beginning, or else from what the platform
    /// has: these can still be sent.
    pub(crate) fn runs(&self, terminal: uuid::Uuid, acknowledged: &[v1::Head]) -> Vec<Run<'_>> {
        let mut epochs: Vec<u32> = self.events.keys().map(|(epoch, _)| *epoch).collect();
        epochs.dedup();
        let run_of = |epoch: u32| {
            let taken = acknowledged.iter().find(|head| head.epoch == epoch);
            let from_start = self.run(v1::Head { epoch, seq: 0, hash: Hash::genesis(terminal, epoch) });
            match taken {
                Some(taken) if from_start.last_seq() < taken.seq => self.run(*taken),
                _untaken_or_reached => from_start,
            }
        };
        epochs.into_iter().map(run_of).filter(|run| !run.events.is_empty()).collect()
    }

    /// Writes what was found as lines of JSON; gives the file.
    pub(crate) fn write(&self, dir: &Path, now_ms: i64) -> Result<PathBuf, JournalError> {
        const STEP: &str = "writing what was salvaged";
        let path = dir.join(format!("journal-salvaged-{now_ms}.jsonl"));
        let file = File::options().create(true).truncate(true).write(true).mode(0o600).open(&path).during(STEP)?;
        let mut to = BufWriter::new(file);
        for (bytes, _) in self.events.values() {
            writeln!(to, "{bytes}").during(STEP)?;
        }
        if let Some(state) = &self.state {
            let said = serde_json::json!({
                "open": state.open,
                "suspended": state.suspended,
                "shift": state.shift,
                "payment": state.payment,
            });
            writeln!(to, "{said}").during(STEP)?;
        }
        to.into_inner().map_err(|cause| cause.into_error()).and_then(|file| file.sync_all()).during(STEP)?;
        Ok(path)
    }

    fn run(&self, from: v1::Head) -> Run<'_> {
        let mut run = Run { from, events: Vec::new() };
        let mut head = from;
        while let Some((bytes, Some(stored))) = self.events.get(&(head.epoch, head.seq + 1)) {
            head = v1::Head { epoch: head.epoch, seq: head.seq + 1, hash: head.hash.then(bytes.as_bytes()) };
            if head.hash != *stored {
                break;
            }
            run.events.push((head, bytes));
        }
        run
    }

    fn read_rows(&mut self, connection: &Connection, order: &str, bytes_sum: &mut usize) -> rusqlite::Result<()> {
        let mut statement =
            connection.prepare(&format!("SELECT place, hash, bytes FROM event NOT INDEXED ORDER BY place {order}"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let key = epoch_and_seq(row.get(0)?);
            if *bytes_sum > BYTES_MAX || self.events.contains_key(&key) {
                break;
            }
            let (Ok(hash), Ok(bytes)) = (row.get::<_, Vec<u8>>(1), row.get::<_, String>(2)) else {
                continue;
            };
            if of_bytes(bytes.as_bytes()) != Some((key, bytes.len())) {
                continue;
            }
            *bytes_sum += bytes.len();
            self.events.insert(key, (bytes, hash_of(&hash)));
        }
        Ok(())
    }

    fn read_bytes(&mut self, path: &Path, bytes_sum: &mut usize) -> std::io::Result<()> {
        let mut file = File::open(path)?;
        let mut window = Vec::with_capacity(WINDOW_BYTES + v1::EVENT_BYTES_MAX);
        loop {
            let read = Read::by_ref(&mut file).take(WINDOW_BYTES as u64).read_to_end(&mut window)?;
            let mut at = 0;
            while let Some(found) = find(&window[at..], EVENT_BEGINS) {
                at += found;
                if let Some((key, length)) = of_bytes(&window[at..])
                    && let Ok(bytes) = str::from_utf8(&window[at..at + length])
                    && *bytes_sum <= TEXTS_BYTES_MAX
                    && let Entry::Vacant(free) = self.events.entry(key)
                {
                    *bytes_sum += bytes.len();
                    free.insert((bytes.to_owned(), None));
                }
                at += EVENT_BEGINS.len();
            }
            if read == 0 {
                return Ok(());
            }
            let kept = window.len().saturating_sub(v1::EVENT_BYTES_MAX);
            window.drain(..kept);
        }
    }
}

/// Events in one unbroken piece of chain.
pub(crate) struct Run<'a> {
    /// What the chain is before them.
    pub from: v1::Head,
    /// Each with the chain after it.
    pub events: Vec<(v1::Head, &'a str)>,
}

impl Run<'_> {
    fn last_seq(&self) -> u64 {
        self.from.seq + self.events.len() as u64
    }
}

/// Key and length of the event at the beginning of some bytes.
fn of_bytes(bytes: &[u8]) -> Option<((u32, u64), usize)> {
    let bytes = &bytes[..bytes.len().min(v1::EVENT_BYTES_MAX)];
    let mut events = serde_json::Deserializer::from_slice(bytes).into_iter::<v1::Event>();
    let event = events.next()?.ok()?;
    let plausible = event.epoch < 1 << 23 && (1..1 << 40).contains(&event.seq);
    plausible.then(|| ((event.epoch, event.seq), events.byte_offset()))
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = wanted[0];
    let mut at = 0;
    while let Some(found) = bytes[at..].iter().position(|byte| *byte == first) {
        at += found;
        if bytes[at..].starts_with(wanted) {
            return Some(at);
        }
        at += 1;
    }
    None
}
