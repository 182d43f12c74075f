//! Whether the chain holds: every link, every number, every event's text.

use protocol::{chain::Hash, v1};
use rusqlite::{Connection, OptionalExtension, Row};
use uuid::Uuid;

use crate::commit::{columns, epoch_and_seq, hash_of, place};
use crate::error::{During, JournalError, damaged};

/// What a verification found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Events that were looked at and are sound.
    pub events: u64,
    /// The epochs of the file, oldest first.
    pub epochs: Vec<EpochReport>,
    /// The first fault; nothing after it was looked at.
    pub fault: Option<Fault>,
}

/// One epoch of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EpochReport {
    /// Its number.
    pub epoch: u32,
    /// Its terminal.
    pub terminal: Uuid,
    /// First number that the file holds; more than 1 when older events were acknowledged and then lost with a
    /// damaged file.
    pub first_seq: u64,
    /// The chain before that event.
    pub before: Hash,
    /// Its newest event; `seq` is `first_seq - 1` when there is none.
    pub head: v1::Head,
    /// Why it was begun.
    pub reason: String,
}

/// A place where the chain does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Epoch of the event.
    pub epoch: u32,
    /// Its number.
    pub seq: u64,
    /// What is wrong, for people.
    pub what: String,
}

/// How closely events are looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// Numbers and hashes.
    Chain,
    /// And each event's text against the columns beside it.
    Events,
}

/// The epochs of a file, oldest first.
pub(crate) fn epochs(connection: &Connection) -> Result<Vec<EpochReport>, JournalError> {
    const STEP: &str = "reading the epochs";
    let mut statement = connection
        .prepare_cached("SELECT epoch, terminal, first_seq, before_hash, reason FROM epoch ORDER BY epoch")
        .during(STEP)?;
    let mut rows = statement.query([]).during(STEP)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().during(STEP)? {
        found.push(epoch_report(connection, row)?);
    }
    Ok(found)
}

/// Checks everything after what is acknowledged; with nothing acknowledged, all.
pub(crate) fn check(
    connection: &Connection,
    acknowledged: &[v1::Head],
    depth: Depth,
) -> Result<Verified, JournalError> {
    let epochs = epochs(connection)?;
    let mut verified = Verified { events: 0, epochs, fault: None };
    for epoch in &verified.epochs {
        let known = acknowledged.iter().find(|head| head.epoch == epoch.epoch && head.seq >= epoch.first_seq);
        let from = match known {
            Some(head) if stored_hash(connection, head)? == Some(head.hash) => *head,
            _unknown_or_another => v1::Head { epoch: epoch.epoch, seq: epoch.first_seq - 1, hash: epoch.before },
        };
        let (events, fault) = check_epoch(connection, epoch, from, depth)?;
        verified.events += events;
        if fault.is_some() {
            verified.fault = fault;
            return Ok(verified);
        }
    }
    if depth == Depth::Events {
        verified.fault = stray_event(connection)?;
    }
    Ok(verified)
}

/// The hash stored with an event.
pub(crate) fn stored_hash(connection: &Connection, head: &v1::Head) -> Result<Option<Hash>, JournalError> {
    const STEP: &str = "reading the chain";
    let found: Option<Vec<u8>> = connection
        .prepare_cached("SELECT hash FROM event WHERE place = ?1")
        .and_then(|mut statement| statement.query_row([place(head.epoch, head.seq)], |row| row.get(0)).optional())
        .during(STEP)?;
    match found {
        None => Ok(None),
        Some(bytes) => match hash_of(&bytes) {
            Some(hash) => Ok(Some(hash)),
            None => damaged(STEP, "a hash has not 32 bytes"),
        },
    }
}

fn check_epoch(
    connection: &Connection,
    epoch: &EpochReport,
    from: v1::Head,
    depth: Depth,
) -> Result<(u64, Option<Fault>), JournalError> {
    let mut head = from;
    let mut events = 0;
    let outcome = (|| {
        const STEP: &str = "reading the chain";
        let mut statement = connection
            .prepare_cached(
                "SELECT place, hash, bytes, kind, business_date, receipt, sale_total FROM event
                 WHERE place > ?1 AND place < ?2 ORDER BY place",
            )
            .during(STEP)?;
        let mut rows = statement.query([place(from.epoch, from.seq), place(from.epoch + 1, 0)]).during(STEP)?;
        while let Some(row) = rows.next().during(STEP)? {
            head = check_event(row, epoch, head, depth)?;
            events += 1;
        }
        Ok::<(), JournalError>(())
    })();
    match outcome {
        Ok(()) => Ok((events, None)),
        Err(JournalError::Damaged { what, .. }) => {
            let fault = Fault { epoch: head.epoch, seq: head.seq + 1, what };
            Ok((events, Some(fault)))
        }
        Err(other) => Err(other),
    }
}

fn check_event(row: &Row<'_>, epoch: &EpochReport, head: v1::Head, depth: Depth) -> Result<v1::Head, JournalError> {
    const STEP: &str = "checking an event";
    let (_, seq) = epoch_and_seq(row.get(0).during(STEP)?);
    if seq != head.seq + 1 {
        return damaged(STEP, format!("events {} to {} are missing", head.seq + 1, seq - 1));
    }
    let stored: Vec<u8> = row.get(1).during(STEP)?;
    let bytes: String = row.get(2).during(STEP)?;
    let hash = head.hash.then(bytes.as_bytes());
    if hash_of(&stored) != Some(hash) {
        return damaged(STEP, "its bytes do not match its hash");
    }
    if depth == Depth::Events {
        check_text(row, epoch, seq, &bytes)?;
    }
    Ok(v1::Head { epoch: head.epoch, seq, hash })
}

fn check_text(row: &Row<'_>, epoch: &EpochReport, seq: u64, bytes: &str) -> Result<(), JournalError> {
    const STEP: &str = "checking an event";
    let event: v1::Event = serde_json::from_str(bytes).during(STEP)?;
    if (event.terminal, event.epoch, event.seq) != (epoch.terminal, epoch.epoch, seq) {
        return damaged(STEP, "it names another terminal, epoch or number than its own");
    }
    if (seq == 1) != matches!(event.body, v1::Body::EpochStarted(_)) {
        return damaged(STEP, "an epoch begins with its start, and only there");
    }
    let kind: String = row.get(3).during(STEP)?;
    let business_date: String = row.get(4).during(STEP)?;
    let receipt: Option<String> = row.get(5).during(STEP)?;
    let sale_total: Option<i64> = row.get(6).during(STEP)?;
    let beside = (&*kind, &*business_date, (receipt.as_deref(), sale_total));
    if beside != (event.body.kind(), &event.business_date, columns(&event)) {
        return damaged(STEP, "the columns beside it say something else");
    }
    Ok(())
}

/// Events of no known epoch, and receipt numbers that were given twice.
fn stray_event(connection: &Connection) -> Result<Option<Fault>, JournalError> {
    let find =
        |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).optional().during("checking the events");
    let fault = |found: i64, what: &str| {
        let (epoch, seq) = epoch_and_seq(found);
        Fault { epoch, seq, what: what.to_owned() }
    };
    if let Some(found) = find("SELECT place FROM event WHERE place >> 40 NOT IN (SELECT epoch FROM epoch) LIMIT 1")? {
        return Ok(Some(fault(found, "its epoch was never begun")));
    }
    Ok(find(
        "SELECT max(place) FROM event WHERE receipt IS NOT NULL
         GROUP BY receipt, place >> 40 HAVING count(*) > 1 LIMIT 1",
    )?
    .map(|found| fault(found, "its receipt number was given before")))
}

fn epoch_report(connection: &Connection, row: &Row<'_>) -> Result<EpochReport, JournalError> {
    const STEP: &str = "reading the epochs";
    let epoch: u32 = row.get(0).during(STEP)?;
    let terminal: String = row.get(1).during(STEP)?;
    let first_seq: u64 = row.get::<_, i64>(2).during(STEP)?.unsigned_abs();
    let before: Vec<u8> = row.get(3).during(STEP)?;
    let (Ok(terminal), Some(before)) = (terminal.parse(), hash_of(&before)) else {
        return damaged(STEP, format!("epoch {epoch} is not readable"));
    };
    let newest: Option<(i64, Vec<u8>)> = connection
        .prepare_cached("SELECT place, hash FROM event WHERE place >= ?1 AND place < ?2 ORDER BY place DESC LIMIT 1")
        .and_then(|mut statement| {
            statement.query_row([place(epoch, 0), place(epoch + 1, 0)], |row| Ok((row.get(0)?, row.get(1)?))).optional()
        })
        .during(STEP)?;
    let (seq, hash) = match newest {
        None => (first_seq - 1, before),
        Some((newest, hash)) => match hash_of(&hash) {
            Some(hash) => (epoch_and_seq(newest).1, hash),
            None => return damaged(STEP, "a hash has not 32 bytes"),
        },
    };
    Ok(EpochReport {
        epoch,
        terminal,
        first_seq,
        before,
        head: v1::Head { epoch, seq, hash },
        reason: row.get(4).during(STEP)?,
    })
}
