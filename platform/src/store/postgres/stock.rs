//! Stock in PostgreSQL: books, anchors, counts, documents.
//!
//! Two locks stand before all others that a batch takes. The chain's is shared by all batches that move stock and had alone
//! by the telling of levels and by what head office approves. A store's is shared by the batches that move its stock, and
//! had alone by those that count or carry documents. So no move is under way when a level is told, none of a store when an
//! anchor of its own is set, and no store waits for another that counts.

use std::collections::{BTreeMap, BTreeSet};

use deadpool_postgres::Transaction;
use protocol::v1::{self, Head, Record, StockAsOf, TerminalHead};
use tokio_postgres::types::Type;
use tokio_postgres::{Error, Row};
use uuid::Uuid;

use super::catalogue::put;
use super::events::{copy, run};
use super::office::lock_scopes;
use super::{Postgres, count, hash, small};
use crate::ingest::{Assessed, Complaint, Intake};
use crate::stock::book::{self, Anchor, Anchors, Move};
use crate::stock::desk::{CountRow, Loaded, StockDesk, Wants};
pub(super) use crate::stock::keep::Keeper;
use crate::stock::told;
use crate::store::{LevelRow, MoveRow, Put, RecordRow, Result, Step, Stock, TransferRow};

/// Key of the lock; any number that no other program uses.
const STOCK_LOCK: i64 = 0x6775_6974_7374;
const COUNT: &str =
    "SELECT id, store, plan, closed_at_ms, reason, approved_by, approved_lines, approved_value FROM stock_count";

type Done<T> = std::result::Result<T, Error>;

#[async_trait::async_trait]
impl Stock for Postgres {
    async fn tell_stock(&self, at_ms: i64) -> Result<Vec<(String, Put)>> {
        const STEP: &str = "telling the stock";
        let mut client = self.client(STEP).await?;
        let transaction = client.transaction().await.step(STEP)?;
        let told = tell(&transaction, at_ms).await.step(STEP)?;
        transaction.commit().await.step(STEP)?;
        Ok(told)
    }

    async fn levels(&self, store: &str) -> Result<Vec<LevelRow>> {
        const STEP: &str = "reading a store's book";
        let client = self.client(STEP).await?;
        let rows = client
            .query(
                "SELECT item, lot, CAST(sum(quantity) AS BIGINT) FROM (
                    SELECT item, lot, quantity FROM stock_book WHERE store = $1
                    UNION ALL SELECT item, lot, quantity FROM stock_move
                    WHERE store = $1 AND no > (SELECT no FROM stock_mark)) AS book
                 GROUP BY item, lot HAVING sum(quantity) <> 0 ORDER BY item COLLATE \"C\", lot COLLATE \"C\"",
                &[&store],
            )
            .await
            .step(STEP)?;
        Ok(rows.iter().map(level).collect())
    }

    async fn moves_after(&self, store: &str, after_ms: i64) -> Result<Vec<MoveRow>> {
        const STEP: &str = "reading how a store's book moved";
        let client = self.client(STEP).await?;
        let select =
            "SELECT item, at_ms, quantity, sale FROM stock_move WHERE store = $1 AND at_ms > $2 AND anchor IS NULL
            ORDER BY item COLLATE \"C\", at_ms, no";
        Ok(client.query(select, &[&store, &after_ms]).await.step(STEP)?.iter().map(moved).collect())
    }

    async fn counts(&self, store: Option<&str>) -> Result<Vec<CountRow>> {
        const STEP: &str = "listing counts";
        let client = self.client(STEP).await?;
        let select = format!(
            "{COUNT} WHERE CAST($1 AS TEXT) IS NULL OR store = $1
             ORDER BY closed_at_ms IS NOT NULL, closed_at_ms DESC, id"
        );
        Ok(client.query(&select, &[&store]).await.step(STEP)?.iter().map(count_row).collect())
    }

    async fn count_told(&self, store: &str, plan: Uuid) -> Result<Vec<String>> {
        const STEP: &str = "reading a count";
        let client = self.client(STEP).await?;
        let (scope, plan) = (format!("store-{store}"), plan.to_string());
        let select = "SELECT body FROM record WHERE scope = $1 AND NOT gone AND (kind = 'count' AND id = $2
            OR kind IN ('counted', 'count_pass') AND id LIKE $2 || '/%')";
        Ok(client.query(select, &[&scope, &plan]).await.step(STEP)?.iter().map(|row| row.get(0)).collect())
    }

    async fn open_count(&self, store: &str, plan: &v1::CountPlan) -> Result<bool> {
        const STEP: &str = "opening a count";
        let mut client = self.client(STEP).await?;
        let transaction = client.transaction().await.step(STEP)?;
        lock_store(&transaction, store).await.step(STEP)?;
        let body = serde_json::to_string(plan).expect("a plan is JSON");
        let insert = "INSERT INTO stock_count (id, store, plan) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        let opened = transaction.execute(insert, &[&plan.id, &store, &body]).await.step(STEP)?;
        if opened == 1 {
            put(&transaction, &format!("store-{store}"), &[told::opened(plan)]).await.step(STEP)?;
        }
        transaction.commit().await.step(STEP)?;
        Ok(opened == 1)
    }

    async fn approve_count(&self, store: &str, approved: &v1::CountApproved, closes: bool, at_ms: i64) -> Result<()> {
        const STEP: &str = "approving a count";
        let mut client = self.client(STEP).await?;
        let transaction = client.transaction().await.step(STEP)?;
        approve(&transaction, store, approved, at_ms).await.step(STEP)?;
        if closes {
            close(&transaction, store, approved.plan, at_ms, "").await.step(STEP)?;
        }
        transaction.commit().await.step(STEP)
    }

    async fn close_count(&self, store: &str, closed: &v1::CountClosed) -> Result<()> {
        const STEP: &str = "closing a count";
        let mut client = self.client(STEP).await?;
        let transaction = client.transaction().await.step(STEP)?;
        lock_store(&transaction, store).await.step(STEP)?;
        close(&transaction, store, closed.plan, closed.at_ms, &closed.reason).await.step(STEP)?;
        transaction.commit().await.step(STEP)
    }

    async fn transfers(&self, limit: usize) -> Result<Vec<TransferRow>> {
        const STEP: &str = "listing transfers";
        let client = self.client(STEP).await?;
        let select = "SELECT e.bytes, (SELECT f.bytes FROM stock_document c JOIN event f
                ON f.terminal = c.terminal AND f.epoch = c.epoch AND f.seq = c.seq
                WHERE c.key = 'came/' || substr(d.key, 6))
             FROM stock_document d JOIN event e ON e.terminal = d.terminal AND e.epoch = d.epoch AND e.seq = d.seq
             WHERE d.key LIKE 'sent/%' ORDER BY e.at_ms DESC, d.key LIMIT $1";
        let rows = client.query(select, &[&(limit as i64)]).await.step(STEP)?;
        Ok(rows.iter().map(|row| TransferRow { sent: row.get(0), came: row.get(1) }).collect())
    }
}

/// Takes the stock's locks for a batch, before any other that another batch may want.
pub(super) async fn lock(db: &Transaction<'_>, store: &str, events: &[Assessed]) -> Done<()> {
    if events.iter().any(|event| event.work.is_some()) {
        // Goods that are sent are told to the store that awaits them: of two stores that send to each other at a time, one
        // waits here, and not for a row that the other has while that one waits, too.
        let mut stores = Wants::of(events.iter()).stores;
        stores.insert(store.to_owned());
        lock_shared(db).await?;
        for store in &stores {
            run(db, "SELECT pg_advisory_xact_lock(hashtextextended($1, $2))", &[store, &STOCK_LOCK]).await?;
        }
        return Ok(());
    }
    if events.iter().all(|event| event.stock.is_empty()) {
        return Ok(());
    }
    lock_shared(db).await?;
    run(db, "SELECT pg_advisory_xact_lock_shared(hashtextextended($1, $2))", &[&store, &STOCK_LOCK]).await
}

async fn lock_store(db: &Transaction<'_>, store: &str) -> Done<()> {
    lock_shared(db).await?;
    run(db, "SELECT pg_advisory_xact_lock(hashtextextended($1, $2))", &[&store, &STOCK_LOCK]).await
}

async fn lock_shared(db: &Transaction<'_>) -> Done<()> {
    run(db, "SELECT pg_advisory_xact_lock_shared($1)", &[&STOCK_LOCK]).await
}

async fn lock_alone(db: &Transaction<'_>) -> Done<()> {
    run(db, "SELECT pg_advisory_xact_lock($1)", &[&STOCK_LOCK]).await
}

/// Notes documents; answers number and complaint of those that were posted before.
pub(super) async fn note_documents(
    db: &Transaction<'_>,
    intake: &Intake,
    events: &[Assessed],
) -> Done<BTreeMap<u64, Complaint>> {
    let mut documents: Vec<(&str, u64)> =
        events.iter().filter_map(|event| Some((event.document.as_deref()?, event.seq))).collect();
    documents.sort_unstable();
    let mut before = BTreeMap::new();
    for (key, seq) in documents {
        let insert = "INSERT INTO stock_document VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
        let epoch = i64::from(intake.epoch);
        if db.execute(insert, &[&key, &intake.store, &intake.terminal, &epoch, &(seq as i64)]).await? == 0 {
            before.insert(seq, Complaint::duplicate_document(key));
        }
    }
    Ok(before)
}

/// Keeps the store's book, and does what the events ask of counts and documents.
pub(super) async fn settle(
    db: &Transaction<'_>,
    intake: &Intake,
    events: &[&Assessed],
    keeper: Keeper,
) -> Done<Vec<(u64, Complaint)>> {
    keep(db, keeper).await?;
    if events.iter().all(|event| event.work.is_none()) {
        return Ok(Vec::new());
    }
    let wants = Wants::of(events.iter().copied());
    let own = format!("store-{}", intake.store);
    let scopes: BTreeSet<String> = wants.stores.iter().map(|store| format!("store-{store}")).chain([own]).collect();
    lock_scopes(db, &scopes.into_iter().collect::<Vec<_>>()).await?;
    let mut desk = StockDesk::new(intake, load(db, intake, &wants).await?);
    events.iter().for_each(|event| desk.take(event));
    for count in desk.counts.iter().map(|id| desk.count(*id)) {
        run(
            db,
            "INSERT INTO stock_count VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (id) DO UPDATE SET plan = excluded.plan, closed_at_ms = excluded.closed_at_ms,
                reason = excluded.reason, approved_by = excluded.approved_by,
                approved_lines = excluded.approved_lines, approved_value = excluded.approved_value",
            &[
                &count.id,
                &count.store,
                &count.plan,
                &count.closed_at_ms,
                &count.reason,
                &count.approved_by,
                &count.approved_lines,
                &count.approved_value,
            ],
        )
        .await?;
    }
    for (scope, records) in desk.words() {
        put(db, &scope, &records).await?;
    }
    Ok(desk.complaints)
}

async fn load(db: &Transaction<'_>, intake: &Intake, wants: &Wants) -> Done<Loaded> {
    let mut loaded = Loaded::default();
    let ids: Vec<Uuid> = wants.counts.iter().copied().collect();
    let rows = db.query(&format!("{COUNT} WHERE id = ANY($1)"), &[&ids]).await?;
    loaded.counts = rows.iter().map(|row| (row.get(0), count_row(row))).collect();
    let scope = format!("store-{}", intake.store);
    for id in &wants.closing {
        loaded.told.insert(*id, told_of(db, &scope, *id).await?);
    }
    if !wants.deliveries.is_empty() {
        let numbers: Vec<&str> = wants.deliveries.iter().map(String::as_str).collect();
        let select = "SELECT id, body FROM record WHERE scope = $1 AND kind = 'delivery' AND id = ANY($2) AND NOT gone";
        for row in db.query(select, &[&scope, &numbers]).await? {
            if let Ok(Record::Delivery(note)) = serde_json::from_str(row.get(1)) {
                loaded.deliveries.insert(row.get(0), *note);
            }
        }
    }
    for id in &wants.sent {
        let select = "SELECT 1 FROM stock_document WHERE key = $1";
        if db.query_opt(select, &[&format!("came/{id}")]).await?.is_some() {
            loaded.arrived.insert(*id);
        }
    }
    Ok(loaded)
}

async fn told_of(db: &Transaction<'_>, scope: &str, plan: Uuid) -> Done<Vec<(String, String)>> {
    let select = "SELECT kind, id FROM record WHERE scope = $1 AND kind IN ('counted', 'count_pass') AND NOT gone
        AND id LIKE $2 || '/%'";
    Ok(db.query(select, &[&scope, &plan.to_string()]).await?.iter().map(|row| (row.get(0), row.get(1))).collect())
}

async fn approve(db: &Transaction<'_>, store: &str, approved: &v1::CountApproved, at_ms: i64) -> Done<()> {
    // Alone in the chain, since all that head office approves has numbers of one row.
    lock_alone(db).await?;
    let newest = "SELECT coalesce(max(seq), 0) + 1 FROM stock_leg WHERE terminal = 0 AND epoch = 0";
    let seq = count(&db.query_one(newest, &[]).await?, 0);
    let mut keeper = Keeper::of_office(store);
    keeper.anchors = book::anchors_of(approved, seq, &book::event_key(0, 0, at_ms.unsigned_abs()));
    keep(db, keeper).await?;
    let value = approved.lines.iter().map(|line| line.value).fold(0, i64::saturating_add);
    run(
        db,
        "UPDATE stock_count SET approved_by = coalesce(approved_by, 0), approved_lines = approved_lines + $2,
            approved_value = approved_value + $3 WHERE id = $1",
        &[&approved.plan, &(approved.lines.len() as i64), &value],
    )
    .await
}

async fn close(db: &Transaction<'_>, store: &str, plan: Uuid, at_ms: i64, reason: &str) -> Done<()> {
    run(
        db,
        "UPDATE stock_count SET closed_at_ms = greatest(coalesce(closed_at_ms, 0), $2), reason = $3 WHERE id = $1",
        &[&plan, &at_ms, &reason],
    )
    .await?;
    let scope = format!("store-{store}");
    lock_scopes(db, std::slice::from_ref(&scope)).await?;
    let told = told_of(db, &scope, plan).await?;
    put(db, &scope, &told::closed(plan, &told)).await?;
    Ok(())
}

/// Writes moves, takes those back that anchors know, and sets new anchors.
async fn keep(db: &Transaction<'_>, mut keeper: Keeper) -> Done<()> {
    let moves = std::mem::take(&mut keeper.moves);
    copy_moves(db, &keeper, &moves).await?;
    let moved = moves.iter().map(|moved| (moved.item.as_str(), moved.at_ms));
    let known = load_anchors(db, &keeper.store, moved).await?;
    copy_made(db, &mut keeper, &book::take_back(&moves, &known)).await?;
    for wave in book::waves(std::mem::take(&mut keeper.anchors)) {
        let moved = wave.iter().map(|anchor| (anchor.item.as_str(), anchor.at_ms));
        let known = load_anchors(db, &keeper.store, moved).await?;
        let sums = sums(db, &keeper.store, &wave).await?;
        let added = add_anchors(db, &keeper.store, &wave).await?;
        let nothing = BTreeMap::new();
        let made = wave
            .iter()
            .filter(|anchor| added.contains(&anchor.item))
            .flat_map(|anchor| book::adjust(anchor, sums.get(&anchor.item).unwrap_or(&nothing), &known));
        let made: Vec<Move> = made.collect();
        copy_made(db, &mut keeper, &made).await?;
    }
    Ok(())
}

/// Anchors of items from the earliest instant on at which one of them moved.
async fn load_anchors<'a>(
    db: &Transaction<'_>,
    store: &str,
    moved: impl Iterator<Item = (&'a str, i64)>,
) -> Done<Anchors> {
    let mut items = BTreeSet::new();
    let mut first_ms = None;
    for (item, at_ms) in moved {
        items.insert(item);
        first_ms = Some(first_ms.map_or(at_ms, |first: i64| first.min(at_ms)));
    }
    let mut anchors = Anchors::default();
    let Some(first_ms) = first_ms else { return Ok(anchors) };
    let items: Vec<&str> = items.into_iter().collect();
    let select = db
        .prepare_cached("SELECT item, at_ms, key FROM stock_anchor WHERE store = $1 AND at_ms >= $2 AND item = ANY($3)")
        .await?;
    for row in db.query(&select, &[&store, &first_ms, &items]).await? {
        anchors.insert(row.get(0), row.get(1), row.get(2));
    }
    Ok(anchors)
}

/// The book at anchors, each of another item: by item and lot. It is what the sums know and what has moved since they were
/// made, less what happened after the anchor: nobody adds up years.
async fn sums(db: &Transaction<'_>, store: &str, anchors: &[Anchor]) -> Done<BTreeMap<String, BTreeMap<String, i64>>> {
    let (items, times, keys) = columns(anchors);
    // Told to the query as a number, so that it is planned by how few rows lie behind it. Nobody moves it meanwhile: the
    // chain's lock is shared.
    let mark: i64 = db.query_one("SELECT no FROM stock_mark", &[]).await?.get(0);
    let rows = db
        .query(
            "SELECT item, lot, CAST(sum(quantity) AS BIGINT) FROM (
                SELECT item, lot, quantity FROM stock_book WHERE store = $1 AND item = ANY($2)
                UNION ALL SELECT item, lot, quantity FROM stock_move WHERE no > $5 AND store = $1 AND item = ANY($2)
                UNION ALL SELECT a.item, m.lot, -m.quantity
                FROM unnest($2::text[], $3::bigint[], $4::text[]) AS a (item, at_ms, key)
                JOIN stock_move m ON m.store = $1 AND m.item = a.item AND m.at_ms >= a.at_ms
                WHERE m.at_ms > a.at_ms OR m.anchor >= a.key COLLATE \"C\") AS book
             GROUP BY item, lot",
            &[&store, &items, &times, &keys, &mark],
        )
        .await?;
    let mut sums = BTreeMap::<String, BTreeMap<String, i64>>::new();
    for row in rows {
        sums.entry(row.get(0)).or_default().insert(row.get(1), row.get(2));
    }
    Ok(sums)
}

/// Adds anchors; answers the items of those that are new.
async fn add_anchors(db: &Transaction<'_>, store: &str, anchors: &[Anchor]) -> Done<BTreeSet<String>> {
    let (items, times, keys) = columns(anchors);
    let lots: Vec<String> =
        anchors.iter().map(|anchor| serde_json::to_string(&anchor.lots).expect("a map of numbers is JSON")).collect();
    let rows = db
        .query(
            "INSERT INTO stock_anchor (store, item, at_ms, key, lots)
             SELECT $1, * FROM unnest($2::text[], $3::bigint[], $4::text[], $5::text[])
             ON CONFLICT DO NOTHING RETURNING item",
            &[&store, &items, &times, &keys, &lots],
        )
        .await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

fn columns(anchors: &[Anchor]) -> (Vec<&str>, Vec<i64>, Vec<&str>) {
    let items = anchors.iter().map(|anchor| anchor.item.as_str()).collect();
    let times = anchors.iter().map(|anchor| anchor.at_ms).collect();
    (items, times, anchors.iter().map(|anchor| anchor.key.as_str()).collect())
}

async fn copy_moves(db: &Transaction<'_>, keeper: &Keeper, moves: &[Move]) -> Done<()> {
    if moves.is_empty() {
        return Ok(());
    }
    let writer = copy(
        db,
        "COPY stock_move (store, item, lot, at_ms, quantity, sale, anchor, terminal, epoch, seq) FROM STDIN BINARY",
        &[
            Type::TEXT,
            Type::TEXT,
            Type::TEXT,
            Type::INT8,
            Type::INT8,
            Type::BOOL,
            Type::TEXT,
            Type::INT4,
            Type::INT8,
            Type::INT8,
        ],
    )
    .await?;
    let mut writer = std::pin::pin!(writer);
    let epoch = i64::from(keeper.epoch);
    for moved in moves {
        writer
            .as_mut()
            .write(&[
                &keeper.store,
                &moved.item,
                &moved.lot,
                &moved.at_ms,
                &moved.quantity,
                &moved.is_sale,
                &moved.anchor,
                &keeper.terminal,
                &epoch,
                &(moved.seq as i64),
            ])
            .await?;
    }
    writer.finish().await?;
    Ok(())
}

/// Moves that anchors have made, with their legs in the ledger.
async fn copy_made(db: &Transaction<'_>, keeper: &mut Keeper, moves: &[Move]) -> Done<()> {
    if moves.is_empty() {
        return Ok(());
    }
    copy_moves(db, keeper, moves).await?;
    let writer = copy(
        db,
        "COPY stock_leg (terminal, epoch, seq, leg, place, item, quantity) FROM STDIN BINARY",
        &[Type::INT4, Type::INT8, Type::INT8, Type::INT4, Type::TEXT, Type::TEXT, Type::INT8],
    )
    .await?;
    let mut writer = std::pin::pin!(writer);
    let (terminal, epoch) = (keeper.terminal, i64::from(keeper.epoch));
    for (seq, leg) in book::legs(moves) {
        let no = keeper.next_leg(seq);
        writer.as_mut().write(&[&terminal, &epoch, &(seq as i64), &no, &leg.place, &leg.item, &leg.quantity]).await?;
    }
    writer.finish().await?;
    Ok(())
}

async fn tell(db: &Transaction<'_>, at_ms: i64) -> Done<Vec<(String, Put)>> {
    lock_alone(db).await?;
    let row = db.query_one("SELECT no, (SELECT coalesce(max(no), 0) FROM stock_move) FROM stock_mark", &[]).await?;
    let (mark, newest): (i64, i64) = (row.get(0), row.get(1));
    let until = newest.min(mark + told::ROWS_AT_ONCE);
    if until <= mark {
        return Ok(Vec::new());
    }
    let select = "SELECT store, item FROM stock_move WHERE no > $1 AND no <= $2 GROUP BY store, item";
    let mut changed = BTreeMap::<String, Vec<String>>::new();
    for row in db.query(select, &[&mark, &until]).await? {
        changed.entry(row.get(0)).or_default().push(row.get(1));
    }
    run(
        db,
        "INSERT INTO stock_book (store, item, lot, quantity)
         SELECT store, item, lot, CAST(sum(quantity) AS BIGINT) FROM stock_move WHERE no > $1 AND no <= $2
         GROUP BY store, item, lot
         ON CONFLICT (store, item, lot) DO UPDATE SET quantity = stock_book.quantity + excluded.quantity",
        &[&mark, &until],
    )
    .await?;
    run(db, "UPDATE stock_mark SET no = $1", &[&until]).await?;
    let mut told = Vec::new();
    for (store, items) in changed {
        let mut records = levels_of(db, &store, &items).await?;
        if until == newest {
            records.push(told::as_of(StockAsOf { at_ms, heads: heads(db, &store).await? }));
        }
        let done = put(db, &format!("store-{store}"), &records).await?;
        told.push((store, done));
    }
    Ok(told)
}

async fn levels_of(db: &Transaction<'_>, store: &str, items: &[String]) -> Done<Vec<RecordRow>> {
    let select = "SELECT plan FROM stock_count WHERE store = $1 AND closed_at_ms IS NULL AND plan IS NOT NULL";
    let plans = db.query(select, &[&store]).await?;
    let since = told::counting_since(plans.iter().map(|row| row.get(0)));
    let select = "SELECT item, lot, quantity FROM stock_book WHERE store = $1 AND item = ANY($2) ORDER BY item, lot";
    let levels: Vec<LevelRow> = db.query(select, &[&store, &items]).await?.iter().map(level).collect();
    let moves = match since {
        None => Vec::new(),
        Some(since) => {
            let select = "SELECT item, at_ms, quantity, sale FROM stock_move
                WHERE store = $1 AND item = ANY($2) AND at_ms > $3 AND anchor IS NULL ORDER BY item, at_ms, no";
            db.query(select, &[&store, &items, &since]).await?.iter().map(moved).collect()
        }
    };
    Ok(told::levels(&levels, &moves))
}

async fn heads(db: &Transaction<'_>, store: &str) -> Done<Vec<TerminalHead>> {
    let select = "SELECT t.id, h.epoch, h.seq, h.hash FROM terminal t JOIN head h ON h.terminal = t.no
         WHERE t.store = $1 AND h.seq > 0 AND h.epoch = (SELECT max(epoch) FROM head WHERE terminal = t.no AND seq > 0)
         ORDER BY t.no";
    let head = |row: &Row| TerminalHead {
        terminal: row.get(0),
        head: Head { epoch: small(row, 1), seq: count(row, 2), hash: hash(row, 3) },
    };
    Ok(db.query(select, &[&store]).await?.iter().map(head).collect())
}

fn level(row: &Row) -> LevelRow {
    LevelRow { item: row.get(0), lot: row.get(1), quantity: row.get(2) }
}

fn moved(row: &Row) -> MoveRow {
    MoveRow { item: row.get(0), at_ms: row.get(1), quantity: row.get(2), is_sale: row.get(3) }
}

fn count_row(row: &Row) -> CountRow {
    CountRow {
        id: row.get(0),
        store: row.get(1),
        plan: row.get(2),
        closed_at_ms: row.get(3),
        reason: row.get(4),
        approved_by: row.get(5),
        approved_lines: row.get(6),
        approved_value: row.get(7),
    }
}
