//! Taking batches in SQLite.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use protocol::chain::Hash;
use protocol::v1::Head;
use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::{Sqlite, count, hash, office, phone, stock};
use crate::ingest::{Assessed, Complaint, Intake};
use crate::ledger::StockLeg;
use crate::store::{Events, HeadRow, Outcome, QUARANTINED_MAX, Result, Verdict, decide, overlap_seq, stock_of};

#[async_trait::async_trait]
impl Events for Sqlite {
    async fn take(&self, intake: Arc<Intake>) -> Result<Outcome> {
        self.write("taking a batch", move |db| take(db, &intake)).await
    }

    async fn event_bytes(&self, terminal: Uuid, epoch: u32, seq: u64) -> Result<Option<Vec<u8>>> {
        self.read("reading an event", move |db| {
            db.query_row(
                "SELECT bytes FROM event WHERE terminal = (SELECT no FROM terminal WHERE id = ?1)
                 AND epoch = ?2 AND seq = ?3",
                params![terminal.to_string(), epoch, seq as i64],
                |row| row.get(0),
            )
            .optional()
        })
        .await
    }
}

fn take(db: &Connection, intake: &Intake) -> rusqlite::Result<Outcome> {
    let head = lock_head(db, intake)?;
    let stored = match overlap_seq(&head, intake) {
        None => None,
        Some(seq) if seq == head.seq => Some(head.hash),
        Some(seq) => Some(db.query_row(
            "SELECT hash FROM event WHERE terminal = ?1 AND epoch = ?2 AND seq = ?3",
            params![intake.terminal, intake.epoch, seq as i64],
            |row| hash(row, 0),
        )?),
    };
    db.execute("UPDATE terminal SET contact_at_ms = ?2 WHERE no = ?1", params![intake.terminal, intake.at_ms])?;
    let (skip, head) = match decide(&head, intake, stored) {
        Verdict::Gap { expected } => {
            db.execute(
                "UPDATE head SET gap_at_ms = ?3 WHERE terminal = ?1 AND epoch = ?2",
                params![intake.terminal, intake.epoch, intake.at_ms],
            )?;
            return Ok(Outcome::Gap { expected });
        }
        Verdict::Fork => {
            quarantine(db, intake)?;
            return Ok(Outcome::Fork);
        }
        Verdict::Duplicate => (intake.events.len(), head),
        Verdict::Append { skip } => {
            let head = HeadRow { seq: intake.last_seq(), hash: intake.last_hash(), frozen: false };
            (skip, head)
        }
    };
    let mut exceptions = 0;
    if skip < intake.events.len() {
        exceptions = append(db, intake, &intake.events[skip..])?;
        db.execute(
            "UPDATE head SET seq = ?3, hash = ?4, gap_at_ms = NULL WHERE terminal = ?1 AND epoch = ?2",
            params![intake.terminal, intake.epoch, head.seq as i64, head.hash.0],
        )?;
    }
    Ok(Outcome::Taken {
        head: Head { epoch: intake.epoch, seq: head.seq, hash: head.hash },
        duplicates: skip as u32,
        exceptions,
    })
}

fn lock_head(db: &Connection, intake: &Intake) -> rusqlite::Result<HeadRow> {
    let genesis = Hash::genesis(intake.terminal_id, intake.epoch);
    db.execute(
        "INSERT INTO head (terminal, epoch, seq, hash) VALUES (?1, ?2, 0, ?3) ON CONFLICT DO NOTHING",
        params![intake.terminal, intake.epoch, genesis.0],
    )?;
    db.query_row(
        "SELECT seq, hash, frozen FROM head WHERE terminal = ?1 AND epoch = ?2",
        params![intake.terminal, intake.epoch],
        |row| Ok(HeadRow { seq: count(row, 0)?, hash: hash(row, 1)?, frozen: row.get(2)? }),
    )
}

fn quarantine(db: &Connection, intake: &Intake) -> rusqlite::Result<()> {
    let kept = db.execute(
        "INSERT INTO quarantine (terminal, epoch, hash, first_seq, at_ms, batch)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6
         WHERE (SELECT count(*) FROM quarantine WHERE terminal = ?1 AND epoch = ?2) < ?7
         ON CONFLICT DO NOTHING",
        params![
            intake.terminal,
            intake.epoch,
            Hash::of(&intake.raw).0,
            intake.first_seq as i64,
            intake.at_ms,
            intake.raw,
            QUARANTINED_MAX
        ],
    )?;
    if kept == 1 {
        let complaint = Complaint::fork(intake);
        complain(db, intake, intake.first_seq, &complaint)?;
    }
    db.execute(
        "UPDATE head SET frozen = 1 WHERE terminal = ?1 AND epoch = ?2",
        params![intake.terminal, intake.epoch],
    )?;
    Ok(())
}

/// Appends events and posts them; answers how many of them need a person.
fn append(db: &Connection, intake: &Intake, events: &[Assessed]) -> rusqlite::Result<u32> {
    let unknown = unknown_items(db, intake, events)?;
    let known = unknown.iter().filter(|(_, unknown)| !**unknown).map(|(item, _)| (*item).to_owned());
    let bundles = office::bundles(db, intake, known)?;
    let mut posted = Vec::with_capacity(events.len());
    let mut complaints = Vec::new();
    let mut book = stock::Keeper::of(intake);
    for event in events {
        append_event(db, intake, event)?;
        complaints.extend(event.complaints.iter().cloned().map(|complaint| (event.seq, complaint)));
        if let Some(earlier) = posted_before(db, intake, event)? {
            complaints.push((event.seq, earlier));
            continue;
        }
        let goods = stock_of(event, &bundles);
        post(db, intake, event, &goods)?;
        book.note(event, &goods);
        let strange = Complaint::unknown_item(event, |item| unknown.get(item).is_some_and(|unknown| *unknown));
        complaints.extend(strange.map(|complaint| (event.seq, complaint)));
        posted.push(event);
    }
    complaints.extend(office::settle(db, intake, &posted)?);
    complaints.extend(stock::settle(db, intake, &posted, book)?);
    complaints.extend(phone::leave(db, intake, &posted)?);
    for (seq, complaint) in &complaints {
        complain(db, intake, *seq, complaint)?;
    }
    let troubled: BTreeSet<u64> = complaints.iter().map(|(seq, _)| *seq).collect();
    Ok(troubled.len() as u32)
}

fn append_event(db: &Connection, intake: &Intake, event: &Assessed) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT INTO event (terminal, epoch, seq, hash, kind, business_date, store, shift, at_ms, taken_at_ms, bytes)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?
    .execute(params![
        intake.terminal,
        intake.epoch,
        event.seq as i64,
        event.hash.0,
        event.kind,
        event.business_date,
        intake.store,
        event.shift.map(|shift| shift.to_string()),
        event.at_ms,
        intake.at_ms,
        event.bytes.get().as_bytes()
    ])?;
    Ok(())
}

/// Notes a sale or goods put by; a complaint when their id was posted before.
fn posted_before(db: &Connection, intake: &Intake, event: &Assessed) -> rusqlite::Result<Option<Complaint>> {
    if let Some(hold) = event.hold {
        let noted = db
            .prepare_cached("INSERT INTO hold (id, terminal, store) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")?
            .execute(params![hold.to_string(), intake.terminal, intake.store])?;
        return Ok((noted == 0).then(|| Complaint::duplicate_hold(hold)));
    }
    if let Some(document) = &event.document {
        return stock::note_document(db, intake, event.seq, document);
    }
    let Some(sale) = event.sale else {
        return Ok(None);
    };
    let noted = db
        .prepare_cached(
            "INSERT INTO sale (id, terminal, epoch, seq, return_lines, returns, units)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (id) DO NOTHING",
        )?
        .execute(params![
            sale.id.to_string(),
            intake.terminal,
            intake.epoch,
            event.seq as i64,
            sale.return_lines,
            sale.returns,
            sale.units
        ])?;
    Ok((noted == 0).then(|| Complaint::duplicate_sale(sale.id)))
}

fn post(db: &Connection, intake: &Intake, event: &Assessed, goods: &[StockLeg]) -> rusqlite::Result<()> {
    let seq = event.seq as i64;
    let mut money = db.prepare_cached("INSERT INTO money_leg VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    for (leg, row) in event.money.iter().enumerate() {
        money.execute(params![intake.terminal, intake.epoch, seq, leg as i64, row.account, row.amount])?;
    }
    let mut stock = db.prepare_cached("INSERT INTO stock_leg VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
    for (leg, row) in goods.iter().enumerate() {
        stock.execute(params![intake.terminal, intake.epoch, seq, leg as i64, row.place, row.item, row.quantity])?;
    }
    let mut points = db.prepare_cached("INSERT INTO points_leg VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for row in &event.points {
        let sale = event.sale.expect("only sales post points").id;
        points.execute(params![sale.to_string(), row.kind, row.leg, row.account, row.points])?;
    }
    Ok(())
}

fn unknown_items<'a>(
    db: &Connection,
    intake: &Intake,
    events: &'a [Assessed],
) -> rusqlite::Result<BTreeMap<&'a str, bool>> {
    let mut known = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM record WHERE scope IN ('chain', ?1) AND kind = 'item' AND id = ?2)",
    )?;
    let scope = format!("store-{}", intake.store);
    let mut unknown = BTreeMap::new();
    for leg in events.iter().flat_map(|event| &event.stock) {
        if !unknown.contains_key(leg.item.as_str()) {
            let is_known: bool = known.query_row(params![scope, leg.item], |row| row.get(0))?;
            unknown.insert(leg.item.as_str(), !is_known);
        }
    }
    Ok(unknown)
}

fn complain(db: &Connection, intake: &Intake, seq: u64, complaint: &Complaint) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT INTO exception (at_ms, terminal, epoch, seq, kind, detail) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        intake.at_ms,
        intake.terminal,
        intake.epoch,
        seq as i64,
        complaint.kind,
        complaint.detail
    ])?;
    Ok(())
}
