//! How a journal is taken up again: checked, and replaced when it cannot be trusted.

use std::path::{Path, PathBuf};

use protocol::{chain::Hash, v1};
use rusqlite::{Connection, config::DbConfig, params};
use uuid::Uuid;

use crate::JOURNAL_FILE;
use crate::commit::{Journal, LAYOUTS, LOG_BYTES_KEPT, LOG_PAGES_MAX, NewEvent, append, insert};
use crate::error::{During, JournalError, damaged};
use crate::file;
use crate::mention;
use crate::salvage::{Run, Salvage};
use crate::state::{self, TillState};
use crate::verify::{self, Depth};

/// Memory for pages of the file.
const CACHE_KIB: i64 = 4096;
/// A replacement that is being made; without meaning after a crash.
const BUILDING_FILE: &str = "journal-building.db";
/// Lies beside a journal that turned out to be damaged while it was in use: the next opening checks the whole file.
const SUSPECT_FILE: &str = "journal-suspect";
/// A larger file is not read whole before the till starts; its events are checked from what is acknowledged on.
const CHECKED_AT_START_BYTES_MAX: u64 = 64 << 20;
/// So many events are derived from in a moment.
const EVENTS_BEHIND_MAX: u64 = 5_000;
/// What the till cannot do without, and is small.
const TABLES_OF_STATE: [&str; 5] = ["epoch", "state", "open_line", "suspended", "print_job"];
/// A replacement that is whole; a crash before it has taken the journal's place is made good by the next opening.
const READY_FILE: &str = "journal-ready.db";

/// Who opens the journal, and what is known outside of it.
#[derive(Clone, Copy, Debug)]
pub struct Opening<'a> {
    /// The terminal's id, from its enrolment.
    pub terminal: Uuid,
    /// Version of the program.
    pub program: &'a str,
    /// What the platform has acknowledged, from the replica.
    pub acknowledged: &'a [v1::Head],
    /// The till's clock.
    pub now_ms: i64,
    /// Business date by the clock, `YYYY-MM-DD`; stands in the event that begins an epoch.
    pub business_date: &'a str,
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Restored {
    /// The epoch that is written from here on.
    pub epoch: u32,
    /// Its newest event.
    pub head: v1::Head,
    /// What the till was doing.
    pub state: TillState,
    /// What people should be told.
    pub notice: Option<Notice>,
    /// Whether the file was too large to be read whole; [`check_whole`] does it while the till runs.
    pub unchecked: bool,
}

/// Something that people should be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The journal could not be continued. Receipts and Z reports are numbered from 1 again, within the new epoch.
    NewEpoch {
        /// The new epoch.
        epoch: u32,
        /// `damaged`, or `restored` when the platform holds more than the file.
        reason: String,
        /// Where the damaged file lies.
        quarantined: Option<PathBuf>,
        /// Where the events lie that could be read of it, as lines of JSON.
        salvaged: Option<PathBuf>,
        /// Number of those events.
        events_salvaged: u64,
        /// Those among them whose chain holds: they are in the new file and will be sent.
        events_kept: u64,
        /// Whether open basket, suspended sales, shift and print jobs could be kept.
        state_kept: bool,
    },
}

impl Journal {
    /// Opens the journal of a state directory, or makes it.
    ///
    /// A damaged file is moved aside, what can be read of it is written beside it, the events whose chain holds are
    /// taken over, and a new epoch begins. One begins, too, when the platform holds more of the epoch than the file
    /// does: the file is an old copy then, and so is the till's state in it, which is dropped.
    pub fn open(dir: &Path, opening: &Opening<'_>) -> Result<(Journal, Restored), JournalError> {
        file::make_directory(dir)?;
        let lock = file::lock(dir, "journal.lock", JOURNAL_FILE)?;
        let path = dir.join(JOURNAL_FILE);
        if dir.join(READY_FILE).exists() {
            take_place(dir, opening.now_ms)?;
        }
        let mut notice = None;
        let mut connection = match take_up(&path, opening) {
            Err(JournalError::Damaged { step, what }) => {
                tracing::error!(step, what, "the journal is damaged");
                notice = Some(replace(dir, opening)?);
                take_up(&path, opening)?
            }
            other => other?,
        };
        if let Some(reason) = reason_for_epoch(&connection, opening)? {
            let told = renew(&mut connection, opening, reason)?;
            notice = notice.or(told);
        }
        let Some(head) = newest(&connection)? else {
            return damaged("opening the journal", "no epoch was begun");
        };
        let state = state::load(&connection)?;
        let journal = Journal {
            connection,
            path,
            terminal: opening.terminal,
            head,
            open: state.open.clone(),
            log_dirty: true,
            _lock: lock,
        };
        let unchecked = is_large(&journal.path);
        let restored = Restored { epoch: head.epoch, head, state, notice, unchecked };
        Ok((journal, restored))
    }
}

/// Reads the whole journal of a state directory and says whether its structure is sound. What is found damaged is
/// replaced at the next opening. Takes a second for each gigabyte or more, and holds nobody up.
pub fn check_whole(dir: &Path) -> Result<bool, JournalError> {
    let path = dir.join(JOURNAL_FILE);
    let Some(connection) = file::open_reader(&path, JOURNAL_FILE, CACHE_KIB)? else {
        return Ok(true);
    };
    let verdict = match file::quick_check(&connection) {
        Err(JournalError::Damaged { what, .. }) => Some(what),
        other => other?,
    };
    if let Some(what) = &verdict {
        tracing::error!(what, "the journal is damaged and is replaced at the next start");
        suspect(&path);
    }
    Ok(verdict.is_none())
}

/// Whether opening the journal of a state directory takes more than a moment: events are to be read that an older program
/// has written, or a large file is to be checked whole because it may be damaged. People are told before they wait.
pub fn opens_slowly(dir: &Path) -> Result<bool, JournalError> {
    let path = dir.join(JOURNAL_FILE);
    if is_large(&path) && path.with_file_name(SUSPECT_FILE).exists() {
        return Ok(true);
    }
    let Some(connection) = file::open_reader(&path, JOURNAL_FILE, CACHE_KIB)? else { return Ok(false) };
    Ok(mention::behind(&connection, EVENTS_BEHIND_MAX)? >= EVENTS_BEHIND_MAX)
}

/// Lets the next opening check the whole file.
pub(crate) fn suspect(path: &Path) {
    if let Err(error) = std::fs::File::create(path.with_file_name(SUSPECT_FILE)) {
        tracing::error!(%error, "failed marking the journal as damaged");
    }
}

fn check_at_start(connection: &Connection, path: &Path) -> Result<Option<String>, JournalError> {
    let mark = path.with_file_name(SUSPECT_FILE);
    if is_large(path) && !mark.exists() {
        return file::quick_check_of(connection, &TABLES_OF_STATE);
    }
    let verdict = file::quick_check(connection)?;
    if verdict.is_none() {
        let _ = std::fs::remove_file(mark);
    }
    Ok(verdict)
}

fn is_large(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|found| found.len() > CHECKED_AT_START_BYTES_MAX)
}

/// Opens and checks a file.
fn take_up(path: &Path, opening: &Opening<'_>) -> Result<Connection, JournalError> {
    let existed = path.exists();
    let mut connection = file::open_writer(path, CACHE_KIB)?;
    connection
        .pragma_update(None, "wal_autocheckpoint", LOG_PAGES_MAX)
        .and_then(|()| connection.pragma_update(None, "journal_size_limit", LOG_BYTES_KEPT))
        .during("preparing the journal")?;
    // A damaged file is left as it is.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).during("preparing the journal")?;
    if existed && let Some(what) = check_at_start(&connection, path)? {
        return damaged("checking the journal", what);
    }
    file::migrate(&mut connection, JOURNAL_FILE, LAYOUTS)?;
    mention::catch_up(&mut connection)?;
    let verified = verify::check(&connection, opening.acknowledged, Depth::Chain)?;
    if let Some(fault) = verified.fault {
        let place = format!("event {} of epoch {}", fault.seq, fault.epoch);
        return damaged("checking the journal", format!("{place}: {}", fault.what));
    }
    if let Some(epoch) = verified.epochs.last()
        && epoch.terminal != opening.terminal
    {
        return Err(JournalError::OtherTerminal { stored: epoch.terminal, enrolled: opening.terminal });
    }
    state::load(&connection)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false).during("preparing the journal")?;
    Ok(connection)
}

/// Why a new epoch must begin in a sound file; `None` when the newest can go on.
fn reason_for_epoch(connection: &Connection, opening: &Opening<'_>) -> Result<Option<&'static str>, JournalError> {
    let Some(head) = newest(connection)? else {
        let reason = match opening.acknowledged {
            [] => "new",
            [..] => "restored",
        };
        return Ok(Some(reason));
    };
    // Of an epoch of which nothing was taken the platform says nothing that could differ.
    for taken in opening.acknowledged.iter().filter(|taken| taken.seq > 0) {
        let ahead = (taken.epoch, taken.seq) > (head.epoch, head.seq);
        if ahead || (taken.epoch == head.epoch && verify::stored_hash(connection, taken)? != Some(taken.hash)) {
            return Ok(Some("restored"));
        }
    }
    Ok(None)
}

/// Begins an epoch in a sound file.
fn renew(connection: &mut Connection, opening: &Opening<'_>, reason: &str) -> Result<Option<Notice>, JournalError> {
    const STEP: &str = "beginning an epoch";
    let known = newest(connection)?.map_or(0, |head| head.epoch);
    let epoch = 1 + known.max(epoch_acknowledged(opening));
    let transaction = connection.transaction().during(STEP)?;
    state::clear(&transaction)?;
    begin_epoch(&transaction, opening, epoch, reason)?;
    transaction.commit().during(STEP)?;
    Ok((reason != "new").then(|| Notice::NewEpoch {
        epoch,
        reason: reason.to_owned(),
        quarantined: None,
        salvaged: None,
        events_salvaged: 0,
        events_kept: 0,
        state_kept: false,
    }))
}

/// Makes a new file of what a damaged one still tells, and puts it in its place.
fn replace(dir: &Path, opening: &Opening<'_>) -> Result<Notice, JournalError> {
    const STEP: &str = "replacing a damaged journal";
    let salvage = Salvage::read(&dir.join(JOURNAL_FILE));
    let salvaged = salvage.write(dir, opening.now_ms)?;
    let runs = salvage.runs(opening.terminal, opening.acknowledged);
    let state = salvage.state.as_ref().filter(|_| is_whole(&salvage, &runs, opening));
    let epoch = 1 + salvage.epoch_max().max(epoch_acknowledged(opening));

    let building = dir.join(BUILDING_FILE);
    file::remove(&building)?;
    let mut connection = file::open_writer(&building, CACHE_KIB)?;
    file::migrate(&mut connection, JOURNAL_FILE, LAYOUTS)?;
    let transaction = connection.transaction().during(STEP)?;
    for run in &runs {
        keep_run(&transaction, opening, &salvage, run)?;
    }
    if let Some(state) = state {
        state::store(&transaction, state)?;
    }
    begin_epoch(&transaction, opening, epoch, "damaged")?;
    transaction.commit().during(STEP)?;
    file::make_ready(connection, &building, &dir.join(READY_FILE))?;
    let quarantined = take_place(dir, opening.now_ms)?;
    Ok(Notice::NewEpoch {
        epoch,
        reason: "damaged".to_owned(),
        quarantined: Some(quarantined),
        salvaged: Some(salvaged),
        events_salvaged: salvage.events.len() as u64,
        events_kept: runs.iter().map(|run| run.events.len() as u64).sum(),
        state_kept: state.is_some(),
    })
}

/// Whether nothing is missing: then the state that was read is the newest one.
fn is_whole(salvage: &Salvage, runs: &[Run<'_>], opening: &Opening<'_>) -> bool {
    let newest_kept = runs.last().and_then(|run| run.events.last()).map(|(head, _)| (head.epoch, head.seq));
    let newest_found = salvage.events.keys().next_back().copied();
    let newest_taken = opening.acknowledged.iter().map(|head| (head.epoch, head.seq)).max();
    newest_kept.is_some() && newest_kept == newest_found && newest_taken <= newest_kept
}

fn keep_run(
    connection: &Connection,
    opening: &Opening<'_>,
    salvage: &Salvage,
    run: &Run<'_>,
) -> Result<(), JournalError> {
    let reason =
        salvage.epochs.iter().find(|epoch| epoch.epoch == run.from.epoch).map_or("unknown", |epoch| &epoch.reason);
    insert_epoch(connection, opening, run.from, reason)?;
    for (head, bytes) in &run.events {
        let event = serde_json::from_str(bytes).during("keeping salvaged events")?;
        insert(connection, &event, *head, bytes)?;
    }
    Ok(())
}

/// Quarantines the damaged file and lets the replacement take its place; can be repeated after a crash.
fn take_place(dir: &Path, now_ms: i64) -> Result<PathBuf, JournalError> {
    let quarantined = dir.join(format!("journal-damaged-{now_ms}.db"));
    file::take_place(&dir.join(READY_FILE), &dir.join(JOURNAL_FILE), &quarantined)?;
    Ok(quarantined)
}

fn begin_epoch(connection: &Connection, opening: &Opening<'_>, epoch: u32, reason: &str) -> Result<(), JournalError> {
    let before = v1::Head { epoch, seq: 0, hash: Hash::genesis(opening.terminal, epoch) };
    insert_epoch(connection, opening, before, reason)?;
    state::restart_numbers(connection)?;
    let started = NewEvent {
        at_ms: opening.now_ms,
        business_date: opening.business_date.to_owned(),
        shift: None,
        staff: None,
        body: v1::Body::EpochStarted(v1::EpochStarted {
            reason: reason.to_owned(),
            program: opening.program.to_owned(),
        }),
    };
    append(connection, opening.terminal, before, started).map(drop)
}

fn insert_epoch(
    connection: &Connection,
    opening: &Opening<'_>,
    before: v1::Head,
    reason: &str,
) -> Result<(), JournalError> {
    connection
        .execute(
            "INSERT INTO epoch (epoch, terminal, first_seq, before_hash, began_at_ms, reason)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                before.epoch,
                opening.terminal.to_string(),
                (before.seq + 1).cast_signed(),
                &before.hash.0[..],
                opening.now_ms,
                reason
            ],
        )
        .during("beginning an epoch")
        .map(drop)
}

/// Newest event of the newest epoch.
fn newest(connection: &Connection) -> Result<Option<v1::Head>, JournalError> {
    Ok(verify::epochs(connection)?.last().map(|epoch| epoch.head))
}

fn epoch_acknowledged(opening: &Opening<'_>) -> u32 {
    let epochs = opening.acknowledged.iter().map(|head| head.epoch);
    epochs.max().unwrap_or(0)
}
