//! Taking batches in PostgreSQL: a handful of round trips for a batch, however many events it has.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use deadpool_postgres::Transaction;
use protocol::chain::Hash;
use protocol::v1::{Component, Head};
use tokio_postgres::Error;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::{ToSql, Type};
use uuid::Uuid;

use super::{Postgres, count, hash, office, phone, stock};
use crate::ingest::{Assessed, Complaint, Intake};
use crate::store::{Events, HeadRow, Outcome, QUARANTINED_MAX, Result, Step, Verdict, decide, overlap_seq, stock_of};

#[async_trait::async_trait]
impl Events for Postgres {
    async fn take(&self, intake: Arc<Intake>) -> Result<Outcome> {
        const STEP: &str = "taking a batch";
        let mut client = self.client(STEP).await?;
        let transaction = client.transaction().await.step(STEP)?;
        let outcome = take(&transaction, &intake).await.step(STEP)?;
        transaction.commit().await.step(STEP)?;
        Ok(outcome)
    }

    async fn event_bytes(&self, terminal: Uuid, epoch: u32, seq: u64) -> Result<Option<Vec<u8>>> {
        const STEP: &str = "reading an event";
        let client = self.client(STEP).await?;
        let row = client
            .query_opt(
                "SELECT bytes FROM event WHERE terminal = (SELECT no FROM terminal WHERE id = $1)
                 AND epoch = $2 AND seq = $3",
                &[&terminal, &i64::from(epoch), &(seq as i64)],
            )
            .await
            .step(STEP)?;
        Ok(row.map(|row| row.get(0)))
    }
}

type Done<T> = std::result::Result<T, Error>;

async fn take(db: &Transaction<'_>, intake: &Intake) -> Done<Outcome> {
    let epoch = i64::from(intake.epoch);
    let head = lock_head(db, intake).await?;
    let stored = match overlap_seq(&head, intake) {
        None => None,
        Some(seq) if seq == head.seq => Some(head.hash),
        Some(seq) => {
            let row = db
                .query_one(
                    "SELECT hash FROM event WHERE terminal = $1 AND epoch = $2 AND seq = $3",
                    &[&intake.terminal, &epoch, &(seq as i64)],
                )
                .await?;
            Some(hash(&row, 0))
        }
    };
    let (skip, head) = match decide(&head, intake, stored) {
        Verdict::Gap { expected } => {
            run(
                db,
                "UPDATE head SET gap_at_ms = $3 WHERE terminal = $1 AND epoch = $2",
                &[&intake.terminal, &epoch, &intake.at_ms],
            )
            .await?;
            return Ok(Outcome::Gap { expected });
        }
        Verdict::Fork => {
            quarantine(db, intake).await?;
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
        exceptions = append(db, intake, &intake.events[skip..]).await?;
        advance(db, intake, &head).await?;
    }
    run(db, "UPDATE terminal SET contact_at_ms = $2 WHERE no = $1", &[&intake.terminal, &intake.at_ms]).await?;
    Ok(Outcome::Taken {
        head: Head { epoch: intake.epoch, seq: head.seq, hash: head.hash },
        duplicates: skip as u32,
        exceptions,
    })
}

async fn advance(db: &Transaction<'_>, intake: &Intake, head: &HeadRow) -> Done<()> {
    run(
        db,
        "UPDATE head SET seq = $3, hash = $4, gap_at_ms = NULL WHERE terminal = $1 AND epoch = $2",
        &[&intake.terminal, &i64::from(intake.epoch), &(head.seq as i64), &&head.hash.0[..]],
    )
    .await
}

pub(super) async fn run(db: &Transaction<'_>, sql: &str, values: &[&(dyn ToSql + Sync)]) -> Done<()> {
    let statement = db.prepare_cached(sql).await?;
    db.execute(&statement, values).await?;
    Ok(())
}

async fn lock_head(db: &Transaction<'_>, intake: &Intake) -> Done<HeadRow> {
    let epoch = i64::from(intake.epoch);
    let select =
        db.prepare_cached("SELECT seq, hash, frozen FROM head WHERE terminal = $1 AND epoch = $2 FOR UPDATE").await?;
    let row = match db.query_opt(&select, &[&intake.terminal, &epoch]).await? {
        Some(row) => row,
        None => {
            let genesis = Hash::genesis(intake.terminal_id, intake.epoch);
            run(
                db,
                "INSERT INTO head (terminal, epoch, seq, hash) VALUES ($1, $2, 0, $3)
                 ON CONFLICT DO NOTHING",
                &[&intake.terminal, &epoch, &&genesis.0[..]],
            )
            .await?;
            db.query_one(&select, &[&intake.terminal, &epoch]).await?
        }
    };
    Ok(HeadRow { seq: count(&row, 0), hash: hash(&row, 1), frozen: row.get(2) })
}

async fn quarantine(db: &Transaction<'_>, intake: &Intake) -> Done<()> {
    let epoch = i64::from(intake.epoch);
    let kept = db
        .execute(
            "INSERT INTO quarantine (terminal, epoch, hash, first_seq, at_ms, batch)
             SELECT $1, $2, $3, $4, $5, $6
             WHERE (SELECT count(*) FROM quarantine WHERE terminal = $1 AND epoch = $2) < $7
             ON CONFLICT DO NOTHING",
            &[
                &intake.terminal,
                &epoch,
                &&Hash::of(&intake.raw).0[..],
                &(intake.first_seq as i64),
                &intake.at_ms,
                &intake.raw,
                &QUARANTINED_MAX,
            ],
        )
        .await?;
    if kept == 1 {
        complain(db, intake, &[(intake.first_seq, Complaint::fork(intake))]).await?;
    }
    run(db, "UPDATE head SET frozen = true WHERE terminal = $1 AND epoch = $2", &[&intake.terminal, &epoch]).await
}

/// Appends events and posts them; answers how many of them need a person.
async fn append(db: &Transaction<'_>, intake: &Intake, events: &[Assessed]) -> Done<u32> {
    stock::lock(db, &intake.store, events).await?;
    let mut posted_before = note_sales(db, intake, events).await?;
    posted_before.extend(stock::note_documents(db, intake, events).await?);
    posted_before.extend(note_holds(db, intake, events).await?);
    let unknown = unknown_items(db, intake, events).await?;
    let bundles = office::bundles(db, intake, events).await?;
    copy_events(db, intake, events).await?;
    let posted: Vec<&Assessed> = events.iter().filter(|event| !posted_before.contains_key(&event.seq)).collect();
    copy_money(db, intake, &posted).await?;
    copy_stock(db, intake, &posted, &bundles).await?;
    let mut book = stock::Keeper::of(intake);
    posted.iter().for_each(|event| book.note(event, &stock_of(event, &bundles)));
    copy_points(db, &posted).await?;

    let mut complaints = Vec::new();
    for event in events {
        complaints.extend(event.complaints.iter().cloned().map(|complaint| (event.seq, complaint)));
        match posted_before.get(&event.seq) {
            Some(complaint) => complaints.push((event.seq, complaint.clone())),
            None if unknown.is_empty() => {}
            None => {
                let strange = Complaint::unknown_item(event, |item| unknown.contains(item));
                complaints.extend(strange.map(|complaint| (event.seq, complaint)));
            }
        }
    }
    // Last, because others wait for the accounts and scopes that it locks.
    complaints.extend(office::settle(db, intake, &posted).await?);
    complaints.extend(stock::settle(db, intake, &posted, book).await?);
    complaints.extend(phone::leave(db, intake, &posted).await?);
    if !complaints.is_empty() {
        complain(db, intake, &complaints).await?;
    }
    let troubled: BTreeSet<u64> = complaints.iter().map(|(seq, _)| *seq).collect();
    Ok(troubled.len() as u32)
}

/// Notes goods put by, as sales are noted.
async fn note_holds(db: &Transaction<'_>, intake: &Intake, events: &[Assessed]) -> Done<BTreeMap<u64, Complaint>> {
    let mut holds: Vec<(Uuid, u64)> = events.iter().filter_map(|event| Some((event.hold?, event.seq))).collect();
    holds.sort_unstable();
    let mut before = BTreeMap::new();
    for (hold, seq) in holds {
        let insert = "INSERT INTO hold (id, terminal, store) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        if db.execute(insert, &[&hold, &intake.terminal, &intake.store]).await? == 0 {
            before.insert(seq, Complaint::duplicate_hold(hold));
        }
    }
    Ok(before)
}

/// Notes the sales; answers number and complaint of those that were noted before.
async fn note_sales(db: &Transaction<'_>, intake: &Intake, events: &[Assessed]) -> Done<BTreeMap<u64, Complaint>> {
    // In the order of their ids, so that two batches with the same sales wait for each other instead of dying.
    let mut sales: Vec<_> = events.iter().filter_map(|event| event.sale.map(|sale| (sale, event.seq))).collect();
    if sales.is_empty() {
        return Ok(BTreeMap::new());
    }
    sales.sort_by_key(|(sale, seq)| (sale.id, *seq));
    let ids: Vec<Uuid> = sales.iter().map(|(sale, _)| sale.id).collect();
    let seqs: Vec<i64> = sales.iter().map(|(_, seq)| *seq as i64).collect();
    let return_lines: Vec<i64> = sales.iter().map(|(sale, _)| sale.return_lines).collect();
    let returns: Vec<i64> = sales.iter().map(|(sale, _)| sale.returns).collect();
    let units: Vec<i64> = sales.iter().map(|(sale, _)| sale.units).collect();
    let insert = db
        .prepare_cached(
            "INSERT INTO sale (id, terminal, epoch, seq, return_lines, returns, units)
             SELECT id, $1, $2, seq, return_lines, returns, units
             FROM unnest($3::uuid[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[])
                  AS new (id, seq, return_lines, returns, units)
             ON CONFLICT (id) DO NOTHING RETURNING seq",
        )
        .await?;
    let epoch = i64::from(intake.epoch);
    let noted = db.query(&insert, &[&intake.terminal, &epoch, &ids, &seqs, &return_lines, &returns, &units]).await?;
    let noted: BTreeSet<u64> = noted.iter().map(|row| count(row, 0)).collect();
    let before = sales.into_iter().filter(|(_, seq)| !noted.contains(seq));
    Ok(before.map(|(sale, seq)| (seq, Complaint::duplicate_sale(sale.id))).collect())
}

async fn unknown_items(db: &Transaction<'_>, intake: &Intake, events: &[Assessed]) -> Done<BTreeSet<String>> {
    let items: BTreeSet<&str> = events.iter().flat_map(|event| &event.stock).map(|leg| leg.item.as_str()).collect();
    if items.is_empty() {
        return Ok(BTreeSet::new());
    }
    let items: Vec<&str> = items.into_iter().collect();
    let select = db
        .prepare_cached(
            "SELECT item FROM unnest($1::text[]) AS sold (item)
             WHERE NOT EXISTS (SELECT 1 FROM record WHERE scope = 'chain' AND kind = 'item' AND id = item)
               AND NOT EXISTS (SELECT 1 FROM record WHERE scope = $2 AND kind = 'item' AND id = item)",
        )
        .await?;
    let scope = format!("store-{}", intake.store);
    let unknown = db.query(&select, &[&items, &scope]).await?;
    Ok(unknown.iter().map(|row| row.get(0)).collect())
}

async fn complain(db: &Transaction<'_>, intake: &Intake, complaints: &[(u64, Complaint)]) -> Done<()> {
    let seqs: Vec<i64> = complaints.iter().map(|(seq, _)| *seq as i64).collect();
    let kinds: Vec<&str> = complaints.iter().map(|(_, complaint)| complaint.kind).collect();
    let details: Vec<&str> = complaints.iter().map(|(_, complaint)| complaint.detail.as_str()).collect();
    run(
        db,
        "INSERT INTO exception (at_ms, terminal, epoch, seq, kind, detail)
         SELECT $1, $2, $3, seq, kind, detail
         FROM unnest($4::bigint[], $5::text[], $6::text[]) AS new (seq, kind, detail)",
        &[&intake.at_ms, &intake.terminal, &i64::from(intake.epoch), &seqs, &kinds, &details],
    )
    .await
}

async fn copy_events(db: &Transaction<'_>, intake: &Intake, events: &[Assessed]) -> Done<()> {
    let writer = copy(
        db,
        "COPY event (terminal, epoch, seq, hash, kind, business_date, store, shift, at_ms, taken_at_ms, bytes)
         FROM STDIN BINARY",
        &[
            Type::INT4,
            Type::INT8,
            Type::INT8,
            Type::BYTEA,
            Type::TEXT,
            Type::TEXT,
            Type::TEXT,
            Type::UUID,
            Type::INT8,
            Type::INT8,
            Type::BYTEA,
        ],
    )
    .await?;
    let mut writer = std::pin::pin!(writer);
    let epoch = i64::from(intake.epoch);
    for event in events {
        writer
            .as_mut()
            .write(&[
                &intake.terminal,
                &epoch,
                &(event.seq as i64),
                &&event.hash.0[..],
                &event.kind,
                &event.business_date,
                &intake.store,
                &event.shift,
                &event.at_ms,
                &intake.at_ms,
                &event.bytes.get().as_bytes(),
            ])
            .await?;
    }
    writer.finish().await?;
    Ok(())
}

async fn copy_money(db: &Transaction<'_>, intake: &Intake, events: &[&Assessed]) -> Done<()> {
    if events.iter().all(|event| event.money.is_empty()) {
        return Ok(());
    }
    let writer = copy(
        db,
        "COPY money_leg (terminal, epoch, seq, leg, account, amount) FROM STDIN BINARY",
        &[Type::INT4, Type::INT8, Type::INT8, Type::INT4, Type::TEXT, Type::INT8],
    )
    .await?;
    let mut writer = std::pin::pin!(writer);
    let epoch = i64::from(intake.epoch);
    for event in events {
        for (leg, row) in event.money.iter().enumerate() {
            writer
                .as_mut()
                .write(&[&intake.terminal, &epoch, &(event.seq as i64), &(leg as i32), &row.account, &row.amount])
                .await?;
        }
    }
    writer.finish().await?;
    Ok(())
}

async fn copy_stock(
    db: &Transaction<'_>,
    intake: &Intake,
    events: &[&Assessed],
    bundles: &BTreeMap<String, Vec<Component>>,
) -> Done<()> {
    if events.iter().all(|event| event.stock.is_empty()) {
        return Ok(());
    }
    let writer = copy(
        db,
        "COPY stock_leg (terminal, epoch, seq, leg, place, item, quantity) FROM STDIN BINARY",
        &[Type::INT4, Type::INT8, Type::INT8, Type::INT4, Type::TEXT, Type::TEXT, Type::INT8],
    )
    .await?;
    let mut writer = std::pin::pin!(writer);
    let epoch = i64::from(intake.epoch);
    for event in events {
        for (leg, row) in stock_of(event, bundles).iter().enumerate() {
            writer
                .as_mut()
                .write(&[
                    &intake.terminal,
                    &epoch,
                    &(event.seq as i64),
                    &(leg as i32),
                    &row.place,
                    &row.item,
                    &row.quantity,
                ])
                .await?;
        }
    }
    writer.finish().await?;
    Ok(())
}

async fn copy_points(db: &Transaction<'_>, events: &[&Assessed]) -> Done<()> {
    if events.iter().all(|event| event.points.is_empty()) {
        return Ok(());
    }
    let writer = copy(
        db,
        "COPY points_leg (sale, kind, leg, account, points) FROM STDIN BINARY",
        &[Type::UUID, Type::TEXT, Type::INT4, Type::TEXT, Type::INT8],
    )
    .await?;
    let mut writer = std::pin::pin!(writer);
    for event in events {
        for row in &event.points {
            let sale = event.sale.expect("only sales post points").id;
            writer.as_mut().write(&[&sale, &row.kind, &row.leg, &row.account, &row.points]).await?;
        }
    }
    writer.finish().await?;
    Ok(())
}

pub(super) async fn copy(db: &Transaction<'_>, sql: &str, types: &[Type]) -> Done<BinaryCopyInWriter> {
    let statement = db.prepare_cached(sql).await?;
    let sink = db.copy_in(&statement).await?;
    Ok(BinaryCopyInWriter::new(sink, types))
}
