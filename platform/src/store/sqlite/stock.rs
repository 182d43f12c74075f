//! Stock in SQLite: books, anchors, counts, documents.

use std::collections::{BTreeMap, BTreeSet};

use protocol::v1::{self, Head, Record, StockAsOf, TerminalHead};
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use super::catalogue::put;
use super::{Sqlite, count, hash, uuid};
use crate::ingest::{Assessed, Complaint, Intake};
use crate::stock::book::{self, Anchor, Anchors, Move};
use crate::stock::desk::{CountRow, Loaded, StockDesk, Wants};
pub(super) use crate::stock::keep::Keeper;
use crate::stock::told;
use crate::store::{LevelRow, MoveRow, Put, Result, Stock, TransferRow};

const COUNT: &str =
    "SELECT id, store, plan, closed_at_ms, reason, approved_by, approved_lines, approved_value FROM stock_count";

#[async_trait::async_trait]
impl Stock for Sqlite {
    async fn tell_stock(&self, at_ms: i64) -> Result<Vec<(String, Put)>> {
        self.write("telling the stock", move |db| tell(db, at_ms)).await
    }

    async fn levels(&self, store: &str) -> Result<Vec<LevelRow>> {
        let store = store.to_owned();
        self.read("reading a store's book", move |db| {
            let mut rows = db.prepare(
                "SELECT item, lot, sum(quantity) FROM (
                    SELECT item, lot, quantity FROM stock_book WHERE store = ?1
                    UNION ALL SELECT item, lot, quantity FROM stock_move
                    WHERE store = ?1 AND no > (SELECT no FROM stock_mark))
                 GROUP BY item, lot HAVING sum(quantity) <> 0 ORDER BY item, lot",
            )?;
            rows.query_map([store], level)?.collect()
        })
        .await
    }

    async fn moves_after(&self, store: &str, after_ms: i64) -> Result<Vec<MoveRow>> {
        let store = store.to_owned();
        self.read("reading how a store's book moved", move |db| {
            let mut rows = db.prepare(
                "SELECT item, at_ms, quantity, sale FROM stock_move WHERE store = ?1 AND at_ms > ?2 AND anchor IS NULL
                 ORDER BY item, at_ms, no",
            )?;
            rows.query_map(params![store, after_ms], moved)?.collect()
        })
        .await
    }

    async fn counts(&self, store: Option<&str>) -> Result<Vec<CountRow>> {
        let store = store.map(str::to_owned);
        self.read("listing counts", move |db| {
            let mut rows = db.prepare(&format!(
                "{COUNT} WHERE ?1 IS NULL OR store = ?1 ORDER BY closed_at_ms IS NOT NULL, closed_at_ms DESC, id"
            ))?;
            rows.query_map([store], count_row)?.collect()
        })
        .await
    }

    async fn count_told(&self, store: &str, plan: Uuid) -> Result<Vec<String>> {
        let scope = format!("store-{store}");
        self.read("reading a count", move |db| {
            let mut rows = db.prepare(
                "SELECT body FROM record WHERE scope = ?1 AND gone = 0 AND (kind = 'count' AND id = ?2
                    OR kind IN ('counted', 'count_pass') AND id >= ?2 || '/' AND id < ?2 || '0')",
            )?;
            rows.query_map(params![scope, plan.to_string()], |row| row.get(0))?.collect()
        })
        .await
    }

    async fn open_count(&self, store: &str, plan: &v1::CountPlan) -> Result<bool> {
        let (store, plan) = (store.to_owned(), plan.clone());
        self.write("opening a count", move |db| {
            let body = serde_json::to_string(&plan).expect("a plan is JSON");
            let opened = db.execute(
                "INSERT INTO stock_count (id, store, plan) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
                params![plan.id.to_string(), store, body],
            )?;
            if opened == 1 {
                put(db, &format!("store-{store}"), &[told::opened(&plan)])?;
            }
            Ok(opened == 1)
        })
        .await
    }

    async fn approve_count(&self, store: &str, approved: &v1::CountApproved, closes: bool, at_ms: i64) -> Result<()> {
        let (store, approved) = (store.to_owned(), approved.clone());
        self.write("approving a count", move |db| {
            let seq: i64 = db.query_row(
                "SELECT coalesce(max(seq), 0) + 1 FROM stock_leg WHERE terminal = 0 AND epoch = 0",
                [],
                |row| row.get(0),
            )?;
            let mut keeper = Keeper::of_office(&store);
            let key = book::event_key(0, 0, at_ms.unsigned_abs());
            keeper.anchors = book::anchors_of(&approved, seq.unsigned_abs(), &key);
            keep(db, keeper)?;
            let value = approved.lines.iter().map(|line| line.value).fold(0, i64::saturating_add);
            db.execute(
                "UPDATE stock_count SET approved_by = coalesce(approved_by, 0), approved_lines = approved_lines + ?2,
                    approved_value = approved_value + ?3 WHERE id = ?1",
                params![approved.plan.to_string(), approved.lines.len() as i64, value],
            )?;
            match closes {
                true => close(db, &store, approved.plan, at_ms, ""),
                false => Ok(()),
            }
        })
        .await
    }

    async fn close_count(&self, store: &str, closed: &v1::CountClosed) -> Result<()> {
        let (store, closed) = (store.to_owned(), closed.clone());
        self.write("closing a count", move |db| close(db, &store, closed.plan, closed.at_ms, &closed.reason)).await
    }

    async fn transfers(&self, limit: usize) -> Result<Vec<TransferRow>> {
        self.read("listing transfers", move |db| {
            let mut rows = db.prepare(
                "SELECT e.bytes, (SELECT f.bytes FROM stock_document c JOIN event f
                    ON f.terminal = c.terminal AND f.epoch = c.epoch AND f.seq = c.seq
                    WHERE c.key = 'came/' || substr(d.key, 6))
                 FROM stock_document d JOIN event e ON e.terminal = d.terminal AND e.epoch = d.epoch AND e.seq = d.seq
                 WHERE d.key >= 'sent/' AND d.key < 'sent0' ORDER BY e.at_ms DESC, d.key LIMIT ?1",
            )?;
            rows.query_map([limit as i64], |row| Ok(TransferRow { sent: row.get(0)?, came: row.get(1)? }))?.collect()
        })
        .await
    }
}

/// Notes a document; a complaint when it was posted before.
pub(super) fn note_document(
    db: &Connection,
    intake: &Intake,
    seq: u64,
    key: &str,
) -> rusqlite::Result<Option<Complaint>> {
    let noted = db
        .prepare_cached("INSERT INTO stock_document VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING")?
        .execute(params![key, intake.store, intake.terminal, intake.epoch, seq as i64])?;
    Ok((noted == 0).then(|| Complaint::duplicate_document(key)))
}

/// Keeps the store's book, and does what the events ask of counts and documents.
pub(super) fn settle(
    db: &Connection,
    intake: &Intake,
    events: &[&Assessed],
    keeper: Keeper,
) -> rusqlite::Result<Vec<(u64, Complaint)>> {
    keep(db, keeper)?;
    let wants = Wants::of(events.iter().copied());
    if wants == Wants::default() && events.iter().all(|event| event.work.is_none()) {
        return Ok(Vec::new());
    }
    let mut desk = StockDesk::new(intake, load(db, intake, &wants)?);
    events.iter().for_each(|event| desk.take(event));
    let mut upsert = db.prepare_cached("INSERT OR REPLACE INTO stock_count VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?;
    for count in desk.counts.iter().map(|id| desk.count(*id)) {
        upsert.execute(params![
            count.id.to_string(),
            count.store,
            count.plan,
            count.closed_at_ms,
            count.reason,
            count.approved_by,
            count.approved_lines,
            count.approved_value
        ])?;
    }
    for (scope, records) in desk.words() {
        put(db, &scope, &records)?;
    }
    Ok(desk.complaints)
}

fn load(db: &Connection, intake: &Intake, wants: &Wants) -> rusqlite::Result<Loaded> {
    let mut loaded = Loaded::default();
    let mut by_id = db.prepare_cached(&format!("{COUNT} WHERE id = ?1"))?;
    for id in &wants.counts {
        loaded.counts.extend(by_id.query_row([id.to_string()], count_row).optional()?.map(|count| (*id, count)));
    }
    let scope = format!("store-{}", intake.store);
    for id in &wants.closing {
        loaded.told.insert(*id, told_of(db, &scope, *id)?);
    }
    let mut by_id =
        db.prepare_cached("SELECT body FROM record WHERE scope = ?1 AND kind = 'delivery' AND id = ?2 AND gone = 0")?;
    for number in &wants.deliveries {
        let body: Option<String> = by_id.query_row(params![scope, number], |row| row.get(0)).optional()?;
        if let Some(Ok(Record::Delivery(note))) = body.map(|body| serde_json::from_str(&body)) {
            loaded.deliveries.insert(number.clone(), *note);
        }
    }
    let mut by_key = db.prepare_cached("SELECT 1 FROM stock_document WHERE key = ?1")?;
    for id in &wants.sent {
        if by_key.exists([format!("came/{id}")])? {
            loaded.arrived.insert(*id);
        }
    }
    Ok(loaded)
}

fn told_of(db: &Connection, scope: &str, plan: Uuid) -> rusqlite::Result<Vec<(String, String)>> {
    let mut rows = db.prepare_cached(
        "SELECT kind, id FROM record WHERE scope = ?1 AND kind IN ('counted', 'count_pass') AND gone = 0
            AND id >= ?2 || '/' AND id < ?2 || '0'",
    )?;
    rows.query_map(params![scope, plan.to_string()], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

fn close(db: &Connection, store: &str, plan: Uuid, at_ms: i64, reason: &str) -> rusqlite::Result<()> {
    db.execute(
        "UPDATE stock_count SET closed_at_ms = max(coalesce(closed_at_ms, 0), ?2), reason = ?3 WHERE id = ?1",
        params![plan.to_string(), at_ms, reason],
    )?;
    let scope = format!("store-{store}");
    put(db, &scope, &told::closed(plan, &told_of(db, &scope, plan)?)).map(drop)
}

/// Writes moves, takes those back that anchors know, and sets new anchors.
fn keep(db: &Connection, mut keeper: Keeper) -> rusqlite::Result<()> {
    let moves = std::mem::take(&mut keeper.moves);
    insert_moves(db, &keeper, &moves)?;
    let known = load_anchors(db, &keeper.store, moves.iter().map(|moved| (moved.item.as_str(), moved.at_ms)))?;
    insert_made(db, &mut keeper, &book::take_back(&moves, &known))?;
    for wave in book::waves(std::mem::take(&mut keeper.anchors)) {
        let known = load_anchors(db, &keeper.store, wave.iter().map(|anchor| (anchor.item.as_str(), anchor.at_ms)))?;
        for anchor in &wave {
            let sums = sums(db, &keeper.store, anchor)?;
            let lots = serde_json::to_string(&anchor.lots).expect("a map of numbers is JSON");
            let added = db
                .prepare_cached("INSERT INTO stock_anchor VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING")?
                .execute(params![keeper.store, anchor.item, anchor.at_ms, anchor.key, lots])?;
            if added == 1 {
                insert_made(db, &mut keeper, &book::adjust(anchor, &sums, &known))?;
            }
        }
    }
    Ok(())
}

/// Anchors of items from the earliest instant on at which one of them moved.
fn load_anchors<'a>(
    db: &Connection,
    store: &str,
    moved: impl Iterator<Item = (&'a str, i64)>,
) -> rusqlite::Result<Anchors> {
    let mut earliest = BTreeMap::<&str, i64>::new();
    for (item, at_ms) in moved {
        let known = earliest.entry(item).or_insert(at_ms);
        *known = at_ms.min(*known);
    }
    let mut anchors = Anchors::default();
    let Some(first_ms) = earliest.values().min() else { return Ok(anchors) };
    // Nearly every batch is newer than every count.
    let mut any = db.prepare_cached("SELECT 1 FROM stock_anchor WHERE store = ?1 AND at_ms >= ?2 LIMIT 1")?;
    if !any.exists(params![store, first_ms])? {
        return Ok(anchors);
    }
    let mut of_item =
        db.prepare_cached("SELECT at_ms, key FROM stock_anchor WHERE store = ?1 AND item = ?2 AND at_ms >= ?3")?;
    for (item, at_ms) in earliest {
        let mut rows = of_item.query(params![store, item, at_ms])?;
        while let Some(row) = rows.next()? {
            anchors.insert(item, row.get(0)?, row.get_ref(1)?.as_str()?);
        }
    }
    Ok(anchors)
}

fn sums(db: &Connection, store: &str, anchor: &Anchor) -> rusqlite::Result<BTreeMap<String, i64>> {
    db.prepare_cached(
        "SELECT lot, sum(quantity) FROM stock_move WHERE store = ?1 AND item = ?2
            AND (at_ms < ?3 OR at_ms = ?3 AND (anchor IS NULL OR anchor < ?4)) GROUP BY lot",
    )?
    .query_map(params![store, anchor.item, anchor.at_ms, anchor.key], |row| Ok((row.get(0)?, row.get(1)?)))?
    .collect()
}

fn insert_moves(db: &Connection, keeper: &Keeper, moves: &[Move]) -> rusqlite::Result<()> {
    let mut insert = db.prepare_cached(
        "INSERT INTO stock_move (store, item, lot, at_ms, quantity, sale, anchor, terminal, epoch, seq)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    for moved in moves {
        insert.execute(params![
            keeper.store,
            moved.item,
            moved.lot,
            moved.at_ms,
            moved.quantity,
            moved.is_sale,
            moved.anchor,
            keeper.terminal,
            keeper.epoch,
            moved.seq as i64
        ])?;
    }
    Ok(())
}

/// Moves that anchors have made, with their legs in the ledger.
fn insert_made(db: &Connection, keeper: &mut Keeper, moves: &[Move]) -> rusqlite::Result<()> {
    insert_moves(db, keeper, moves)?;
    let mut insert = db.prepare_cached("INSERT INTO stock_leg VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?;
    for (seq, leg) in book::legs(moves) {
        let no = keeper.next_leg(seq);
        insert.execute(params![keeper.terminal, keeper.epoch, seq as i64, no, leg.place, leg.item, leg.quantity])?;
    }
    Ok(())
}

fn tell(db: &Connection, at_ms: i64) -> rusqlite::Result<Vec<(String, Put)>> {
    let (mark, newest): (i64, i64) =
        db.query_row("SELECT no, (SELECT coalesce(max(no), 0) FROM stock_move) FROM stock_mark", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    let until = newest.min(mark + told::ROWS_AT_ONCE);
    if until <= mark {
        return Ok(Vec::new());
    }
    let changed: Vec<(String, String)> = db
        .prepare("SELECT DISTINCT store, item FROM stock_move WHERE no > ?1 AND no <= ?2 ORDER BY store, item")?
        .query_map([mark, until], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    db.execute(
        "INSERT INTO stock_book SELECT store, item, lot, sum(quantity) FROM stock_move WHERE no > ?1 AND no <= ?2
         GROUP BY store, item, lot
         ON CONFLICT (store, item, lot) DO UPDATE SET quantity = stock_book.quantity + excluded.quantity",
        [mark, until],
    )?;
    db.execute("UPDATE stock_mark SET no = ?1", [until])?;
    let mut told = Vec::new();
    for store in changed.iter().map(|(store, _)| store).collect::<BTreeSet<_>>() {
        let items = changed.iter().filter(|(of, _)| of == store).map(|(_, item)| item.as_str());
        let mut records = levels_of(db, store, items)?;
        if until == newest {
            records.push(told::as_of(StockAsOf { at_ms, heads: heads(db, store)? }));
        }
        told.push((store.clone(), put(db, &format!("store-{store}"), &records)?));
    }
    Ok(told)
}

fn levels_of<'a>(
    db: &Connection,
    store: &str,
    items: impl Iterator<Item = &'a str>,
) -> rusqlite::Result<Vec<crate::store::RecordRow>> {
    let plans: Vec<String> = db
        .prepare("SELECT plan FROM stock_count WHERE store = ?1 AND closed_at_ms IS NULL AND plan IS NOT NULL")?
        .query_map([store], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let since = told::counting_since(plans.iter().map(String::as_str));
    let mut lots = db.prepare_cached("SELECT item, lot, quantity FROM stock_book WHERE store = ?1 AND item = ?2")?;
    let mut moves = db.prepare_cached(
        "SELECT item, at_ms, quantity, sale FROM stock_move WHERE store = ?1 AND item = ?2 AND at_ms > ?3 AND anchor IS NULL
         ORDER BY at_ms, no",
    )?;
    let (mut levels, mut moved_since) = (Vec::new(), Vec::new());
    for item in items {
        for row in lots.query_map([store, item], level)? {
            levels.push(row?);
        }
        if let Some(since) = since {
            for row in moves.query_map(params![store, item, since], moved)? {
                moved_since.push(row?);
            }
        }
    }
    Ok(told::levels(&levels, &moved_since))
}

fn heads(db: &Connection, store: &str) -> rusqlite::Result<Vec<TerminalHead>> {
    db.prepare(
        "SELECT t.id, h.epoch, h.seq, h.hash FROM terminal t JOIN head h ON h.terminal = t.no
         WHERE t.store = ?1 AND h.seq > 0 AND h.epoch = (SELECT max(epoch) FROM head WHERE terminal = t.no AND seq > 0)
         ORDER BY t.no",
    )?
    .query_map([store], |row| {
        let head = Head { epoch: row.get(1)?, seq: count(row, 2)?, hash: hash(row, 3)? };
        Ok(TerminalHead { terminal: uuid(row, 0)?, head })
    })?
    .collect()
}

fn level(row: &Row<'_>) -> rusqlite::Result<LevelRow> {
    Ok(LevelRow { item: row.get(0)?, lot: row.get(1)?, quantity: row.get(2)? })
}

fn moved(row: &Row<'_>) -> rusqlite::Result<MoveRow> {
    Ok(MoveRow { item: row.get(0)?, at_ms: row.get(1)?, quantity: row.get(2)?, is_sale: row.get(3)? })
}

fn count_row(row: &Row<'_>) -> rusqlite::Result<CountRow> {
    Ok(CountRow {
        id: uuid(row, 0)?,
        store: row.get(1)?,
        plan: row.get(2)?,
        closed_at_ms: row.get(3)?,
        reason: row.get(4)?,
        approved_by: row.get(5)?,
        approved_lines: row.get(6)?,
        approved_value: row.get(7)?,
    })
}
