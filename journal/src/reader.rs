//! The journal as everyone but the till sees it.

use std::io::Write;
use std::path::{Path, PathBuf};

use protocol::{chain::Hash, v1};
use rusqlite::{Connection, OptionalExtension, Row};
use uuid::Uuid;

use crate::commit::{epoch_and_seq, hash_of, place};
use crate::error::{During, JournalError, damaged};
use crate::file::{self, FileMark};
use crate::mention::{self, Subject};
use crate::verify::{self, Depth, EpochReport, Verified};
use crate::{JOURNAL_FILE, day};

/// Memory for pages of the file.
const CACHE_KIB: i64 = 2048;
/// Rules of one member that are looked up: those of a whole book, and as many that were in force before.
const RULES_MAX: usize = 10_000;

/// The journal, for reading only.
pub struct JournalReader {
    pub(crate) connection: Connection,
    path: PathBuf,
    mark: Option<FileMark>,
    data_version: i64,
}

/// An event with its place in the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEvent {
    /// Its epoch.
    pub epoch: u32,
    /// Its number within the epoch.
    pub seq: u64,
    /// The chain before it.
    pub prev_hash: Hash,
    /// The chain after it.
    pub hash: Hash,
    /// The bytes that were committed; JSON of a [`v1::Event`].
    pub bytes: String,
}

/// What the platform has not acknowledged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unsent {
    /// Events of every kind.
    pub events: u64,
    /// Completed sales among them.
    pub sales: u64,
    /// Their total, in minor units.
    pub money: i64,
    /// When the oldest of them was committed, by the till's clock.
    pub oldest_at_ms: Option<i64>,
}

impl JournalReader {
    /// Opens the journal of a state directory; `None` when the till has not made one yet.
    pub fn open(dir: &Path) -> Result<Option<JournalReader>, JournalError> {
        let path = dir.join(JOURNAL_FILE);
        let mark = FileMark::of(&path);
        let Some(connection) = file::open_reader(&path, JOURNAL_FILE, CACHE_KIB)? else {
            return Ok(None);
        };
        let data_version = file::data_version(&connection)?;
        Ok(Some(JournalReader { connection, path, mark, data_version }))
    }

    /// Whether something was committed since the last call or since opening. Costs some microseconds. A journal that
    /// was replaced by a new file counts as changed, and is read from here on.
    pub fn changed(&mut self) -> Result<bool, JournalError> {
        let mark = FileMark::of(&self.path);
        if mark.is_some() && mark != self.mark {
            match JournalReader::open(self.path.parent().unwrap_or(Path::new(".")))? {
                None => return Ok(false),
                Some(newer) => *self = newer,
            }
            return Ok(true);
        }
        let newest = file::data_version(&self.connection)?;
        Ok(std::mem::replace(&mut self.data_version, newest) != newest)
    }

    /// Epochs of the file, oldest first.
    pub fn epochs(&self) -> Result<Vec<EpochReport>, JournalError> {
        verify::epochs(&self.connection)
    }

    /// The terminal whose journal it is; `None` before its first epoch.
    pub fn terminal(&self) -> Result<Option<Uuid>, JournalError> {
        Ok(self.epochs()?.last().map(|epoch| epoch.terminal))
    }

    /// Newest event of each epoch, oldest epoch first.
    pub fn heads(&self) -> Result<Vec<v1::Head>, JournalError> {
        Ok(self.epochs()?.into_iter().map(|epoch| epoch.head).filter(|head| head.seq > 0).collect())
    }

    /// Events of one epoch after a number, oldest first: at most `events_max`, and at most `bytes_max` bytes in sum, but
    /// one at least when there is one.
    pub fn events_after(
        &self,
        epoch: u32,
        seq: u64,
        events_max: usize,
        bytes_max: usize,
    ) -> Result<Vec<StoredEvent>, JournalError> {
        const STEP: &str = "reading events";
        let mut before = self.hash_before(epoch, seq + 1)?;
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT place, hash, bytes FROM event WHERE place > ?1 AND place < ?2 ORDER BY place LIMIT ?3",
            )
            .during(STEP)?;
        let mut rows = statement.query([place(epoch, seq), place(epoch + 1, 0), events_max as i64]).during(STEP)?;
        let mut events = Vec::new();
        let mut bytes_sum = 0;
        while let Some(row) = rows.next().during(STEP)? {
            let (event, next) = stored_event(row, before)?;
            bytes_sum += event.bytes.len();
            if bytes_sum > bytes_max && !events.is_empty() {
                break;
            }
            events.push(event);
            before = next;
        }
        Ok(events)
    }

    /// What is not acknowledged yet.
    pub fn unsent(&self, acknowledged: &[v1::Head]) -> Result<Unsent, JournalError> {
        const STEP: &str = "counting unsent events";
        let mut unsent = Unsent::default();
        for epoch in self.epochs()? {
            let acknowledged = acknowledged.iter().find(|head| head.epoch == epoch.epoch).map_or(0, |head| head.seq);
            let from = place(epoch.epoch, acknowledged.min(epoch.head.seq));
            let (events, sales, money) = self
                .connection
                .prepare_cached(
                    "SELECT count(*), count(sale_total), coalesce(sum(sale_total), 0) FROM event
                     WHERE place > ?1 AND place < ?2",
                )
                .and_then(|mut statement| {
                    statement.query_row([from, place(epoch.epoch + 1, 0)], |row| {
                        Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?))
                    })
                })
                .during(STEP)?;
            unsent.events += events.unsigned_abs();
            unsent.sales += sales.unsigned_abs();
            unsent.money += money;
            if unsent.oldest_at_ms.is_none() && events > 0 {
                unsent.oldest_at_ms = self.time_after(from)?;
            }
        }
        Ok(unsent)
    }

    /// The newest sale with this number on its receipt.
    pub fn find_receipt(&self, number: &str) -> Result<Option<StoredEvent>, JournalError> {
        let found: Option<i64> = self
            .connection
            .prepare_cached("SELECT place FROM event WHERE receipt = ?1 ORDER BY place DESC LIMIT 1")
            .and_then(|mut statement| statement.query_row([number], |row| row.get(0)).optional())
            .during("looking up a receipt")?;
        match found.map(epoch_and_seq) {
            None => Ok(None),
            Some((epoch, seq)) => self.show(epoch, seq),
        }
    }

    /// What came back of a sale by this journal: thousandths by line.
    pub fn returned(&self, sale: Uuid) -> Result<Vec<(u32, i64)>, JournalError> {
        mention::sums(&self.connection, Subject::Returned(sale))
    }

    /// Sales of this journal in which goods of a sale came back, the newest first.
    pub fn returns(&self, sale: Uuid, limit: usize) -> Result<Vec<StoredEvent>, JournalError> {
        self.newest(Subject::Returned(sale), limit)
    }

    /// Units that this journal has spent of a grant.
    pub fn spent(&self, grant: Uuid) -> Result<i64, JournalError> {
        Ok(mention::sums(&self.connection, Subject::Spent(grant))?.iter().map(|(_, units)| units).sum())
    }

    /// How often a member had rules with a limit for each member, by rule id.
    pub fn rule_uses(&self, member: &str) -> Result<Vec<(String, u32)>, JournalError> {
        mention::rule_uses(&self.connection, member, RULES_MAX)
    }

    /// Sales of a member, the newest first.
    pub fn last_purchases(&self, member: &str, limit: usize) -> Result<Vec<StoredEvent>, JournalError> {
        self.newest(Subject::Bought(member), limit)
    }

    /// Who became a member here with this telephone number or card, the newest.
    pub fn enrolled(&self, code: &str) -> Result<Option<v1::MemberEnrolled>, JournalError> {
        let found = self.newest_event(Subject::Enrolled(code))?;
        Ok(found.and_then(|event| match event.body {
            v1::Body::MemberEnrolled(enrolled) => Some(enrolled),
            _other => None,
        }))
    }

    /// What was last noted of a member here, with the place of the event.
    pub fn noted(&self, member: &str) -> Result<Option<(u32, u64, String)>, JournalError> {
        let found = self.newest_event(Subject::Noted(member))?;
        Ok(found.and_then(|event| match event.body {
            v1::Body::MemberNoted(noted) => Some((event.epoch, event.seq, noted.note)),
            _other => None,
        }))
    }

    /// Goods put by here under a code, unless they were collected or given up here.
    pub fn hold(&self, code: &str) -> Result<Option<v1::Hold>, JournalError> {
        let found = self.newest_event(Subject::Held(code))?.map(|event| event.body);
        match found {
            Some(v1::Body::HoldPlaced(hold)) if !self.hold_has_ended(hold.basket.id)? => Ok(Some(*hold)),
            _ended_or_none => Ok(None),
        }
    }

    /// Whether goods put by were collected or given up here.
    pub fn hold_has_ended(&self, hold: Uuid) -> Result<bool, JournalError> {
        mention::is_mentioned(&self.connection, Subject::Ended(hold))
    }

    /// Whether a sale was taken up again here.
    pub fn was_recalled(&self, basket: Uuid) -> Result<bool, JournalError> {
        mention::is_mentioned(&self.connection, Subject::Recalled(basket))
    }

    /// The sale of this journal whose money another machine had taken under this number.
    pub fn sale_paid_before(&self, order: &str) -> Result<Option<StoredEvent>, JournalError> {
        Ok(self.newest(Subject::PaidBefore(order), 1)?.pop())
    }

    /// The favourites as they were arranged here last, with the place of the event.
    pub fn arranged(&self) -> Result<Option<(u32, u64, Vec<String>)>, JournalError> {
        let found = self.newest_event(Subject::Arranged)?;
        Ok(found.and_then(|event| match event.body {
            v1::Body::FavouritesArranged(arranged) => Some((event.epoch, event.seq, arranged.items)),
            _other => None,
        }))
    }

    /// The newest close.
    pub fn last_close(&self) -> Result<Option<v1::Event>, JournalError> {
        self.newest_event(Subject::Closed)
    }

    /// One event.
    pub fn show(&self, epoch: u32, seq: u64) -> Result<Option<StoredEvent>, JournalError> {
        const STEP: &str = "reading an event";
        let mut statement =
            self.connection.prepare_cached("SELECT place, hash, bytes FROM event WHERE place = ?1").during(STEP)?;
        let mut rows = statement.query([place(epoch, seq)]).during(STEP)?;
        match rows.next().during(STEP)? {
            None => Ok(None),
            Some(row) => Ok(Some(stored_event(row, self.hash_before(epoch, seq)?)?.0)),
        }
    }

    /// Sums over the events of one business date, `YYYY-MM-DD`, across epochs.
    pub fn totals_of_day(&self, business_date: &str) -> Result<v1::Totals, JournalError> {
        day::totals(&self.connection, business_date)
    }

    /// Checks the whole chain and every event.
    pub fn verify(&self) -> Result<Verified, JournalError> {
        verify::check(&self.connection, &[], Depth::Events)
    }

    /// Writes every event as a line of JSON, oldest first; gives their number.
    pub fn export(&self, to: &mut dyn Write) -> Result<u64, JournalError> {
        const STEP: &str = "exporting events";
        let mut statement = self.connection.prepare("SELECT bytes FROM event ORDER BY place").during(STEP)?;
        let mut rows = statement.query([]).during(STEP)?;
        let mut written = 0;
        while let Some(row) = rows.next().during(STEP)? {
            let bytes: String = row.get(0).during(STEP)?;
            to.write_all(bytes.as_bytes()).during(STEP)?;
            to.write_all(b"\n").during(STEP)?;
            written += 1;
        }
        Ok(written)
    }

    fn newest(&self, subject: Subject<'_>, limit: usize) -> Result<Vec<StoredEvent>, JournalError> {
        let places = mention::newest(&self.connection, subject, limit)?;
        let shown = places.into_iter().map(|(epoch, seq)| self.show(epoch, seq));
        shown.filter_map(Result::transpose).collect()
    }

    fn newest_event(&self, subject: Subject<'_>) -> Result<Option<v1::Event>, JournalError> {
        let found = self.newest(subject, 1)?.pop();
        found.map(|event| serde_json::from_str(&event.bytes).during("reading an event")).transpose()
    }

    fn hash_before(&self, epoch: u32, seq: u64) -> Result<Hash, JournalError> {
        let previous = v1::Head { epoch, seq: seq.saturating_sub(1), hash: Hash([0; 32]) };
        if let Some(hash) = verify::stored_hash(&self.connection, &previous)? {
            return Ok(hash);
        }
        let begun = self.epochs()?.into_iter().find(|found| found.epoch == epoch && found.first_seq == seq);
        match begun {
            Some(begun) => Ok(begun.before),
            None => damaged("reading the chain", format!("event {} of epoch {epoch} is missing", previous.seq)),
        }
    }

    fn time_after(&self, from: i64) -> Result<Option<i64>, JournalError> {
        let bytes: Option<String> = self
            .connection
            .prepare_cached("SELECT bytes FROM event WHERE place > ?1 ORDER BY place LIMIT 1")
            .and_then(|mut statement| statement.query_row([from], |row| row.get(0)).optional())
            .during("reading an event")?;
        Ok(bytes.and_then(|bytes| serde_json::from_str::<v1::Event>(&bytes).ok()).map(|event| event.at_ms))
    }
}

fn stored_event(row: &Row<'_>, prev_hash: Hash) -> Result<(StoredEvent, Hash), JournalError> {
    const STEP: &str = "reading events";
    let (epoch, seq) = epoch_and_seq(row.get(0).during(STEP)?);
    let stored: Vec<u8> = row.get(1).during(STEP)?;
    let bytes: String = row.get(2).during(STEP)?;
    let Some(hash) = hash_of(&stored) else {
        return damaged(STEP, "a hash has not 32 bytes");
    };
    let event = StoredEvent { epoch, seq, prev_hash, hash, bytes };
    Ok((event, hash))
}
