//! What head office keeps beside events, in PostgreSQL: a few statements for a batch, however much it touches.
//!
//! Locks are taken in one order: accounts by kind and number, then scopes by name. Grants are changed only under the lock
//! of their account, everything else only under the lock of its scope.

use std::collections::{BTreeMap, BTreeSet};

use deadpool_postgres::Transaction;
use domain::grant::{Account, AccountKind};
use protocol::v1::{Body, Component, Event, Record, Sale};
use tokio_postgres::{Error, Row};
use uuid::Uuid;

use super::Postgres;
use super::catalogue::put;
use crate::ingest::{Assessed, Complaint, Intake};
use crate::office::{AsideRow, Balance, Desk, GrantRow, HoldRow, Loaded, Opening, ReturnedRow, Wants};
use crate::store::{Office, RecordRow, Result, RuleBookPut, Step, members_in};

const GRANT: &str = "SELECT id, kind, number, terminal, shift, units, spent, until_ms, open FROM quota";

type Done<T> = std::result::Result<T, Error>;

#[async_trait::async_trait]
impl Office for Postgres {
    async fn open_accounts(&self, openings: Vec<Opening>) -> Result<Vec<bool>> {
        const STEP: &str = "opening accounts";
        let mut client = self.client(STEP).await?;
        let transaction = client.transaction().await.step(STEP)?;
        let opened = open_accounts(&transaction, &openings).await.step(STEP)?;
        transaction.commit().await.step(STEP)?;
        Ok(openings.iter().map(|opening| opened.contains(&opening.account)).collect())
    }

    async fn balance(&self, account: &Account) -> Result<Option<Balance>> {
        const STEP: &str = "looking an account up";
        let client = self.client(STEP).await?;
        let row = client
            .query_opt(
                "SELECT balance, held FROM account WHERE kind = $1 AND number = $2",
                &[&account.kind.word(), &account.number],
            )
            .await
            .step(STEP)?;
        Ok(row.map(|row| Balance { units: row.get(0), held: row.get(1) }))
    }

    async fn put_rules(&self, version: u64, at_ms: i64, record: RecordRow) -> Result<RuleBookPut> {
        const STEP: &str = "putting a rule book";
        let mut client = self.client(STEP).await?;
        let transaction = client.transaction().await.step(STEP)?;
        lock_scopes(&transaction, &["chain".to_owned()]).await.step(STEP)?;
        let newest: i64 =
            transaction.query_one("SELECT coalesce(max(version), 0) FROM rule_book", &[]).await.step(STEP)?.get(0);
        if version as i64 <= newest {
            return Ok(RuleBookPut::Older { newest: newest as u64 });
        }
        transaction
            .execute("INSERT INTO rule_book VALUES ($1, $2, $3)", &[&(version as i64), &at_ms, &record.body])
            .await
            .step(STEP)?;
        let done = put(&transaction, "chain", &[record]).await.step(STEP)?;
        transaction.commit().await.step(STEP)?;
        Ok(RuleBookPut::Put(done))
    }

    async fn rule_book(&self, version: u64) -> Result<Option<String>> {
        const STEP: &str = "reading a rule book";
        let client = self.client(STEP).await?;
        let row = client.query_opt("SELECT body FROM rule_book WHERE version = $1", &[&(version as i64)]).await;
        Ok(row.step(STEP)?.map(|row| row.get(0)))
    }

    async fn sales_of(&self, day: &str) -> Result<Vec<(String, Vec<u8>)>> {
        const STEP: &str = "reading the sales of a day";
        let client = self.client(STEP).await?;
        let rows = client
            .query(
                "SELECT store, bytes FROM event WHERE business_date = $1 AND kind = 'sale_completed'
                 ORDER BY terminal, epoch, seq",
                &[&day],
            )
            .await
            .step(STEP)?;
        Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
    }

    async fn payments_of(&self, first: &str, last: &str) -> Result<Vec<(String, Vec<u8>)>> {
        const STEP: &str = "reading the payments of days";
        let client = self.client(STEP).await?;
        let rows = client
            .query(
                "SELECT store, bytes FROM event
                 WHERE business_date >= $1 AND business_date <= $2 AND kind = 'payment_changed'
                 ORDER BY terminal, epoch, seq",
                &[&first, &last],
            )
            .await
            .step(STEP)?;
        Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
    }
}

/// Does what the events ask of head office; answers complaints by number of the event.
pub(super) async fn settle(db: &Transaction<'_>, intake: &Intake, events: &[&Assessed]) -> Done<Vec<(u64, Complaint)>> {
    let mut wants = Wants::of(events.iter().copied());
    let mut loaded = Loaded::default();
    let open = db.prepare_cached(&format!("{GRANT} WHERE terminal = $1 AND open")).await?;
    loaded.grants = grants(&db.query(&open, &[&intake.terminal]).await?);
    if wants.is_empty() && !loaded.grants.values().any(|grant| wants.releases(grant)) {
        return Ok(Vec::new());
    }
    load_sales(db, &wants, &mut loaded).await?;
    let paid = loaded.sales.values().flat_map(|sale| &sale.tenders).filter_map(|tender| tender.grant);
    let named: Vec<Uuid> = wants.grants.iter().copied().chain(paid).collect();
    let by_id = format!("{GRANT} WHERE id = ANY($1) OR terminal = $2 AND open");
    if !named.is_empty() {
        let by_id = db.prepare_cached(&by_id).await?;
        loaded.grants = grants(&db.query(&by_id, &[&named, &intake.terminal]).await?);
    }
    wants.add_named(&loaded);
    loaded.accounts = lock_accounts(db, &wants.accounts).await?;
    if !loaded.grants.is_empty() {
        // As they are now that nobody else can change them.
        let by_id = db.prepare_cached(&by_id).await?;
        loaded.grants = grants(&db.query(&by_id, &[&named, &intake.terminal]).await?);
    }
    load_members(db, &wants, &mut loaded, intake).await?;
    load_words(db, &wants, &mut loaded).await?;
    let mut desk = Desk::new(intake, loaded);
    events.iter().for_each(|event| desk.take(event));
    save_accounts(db, intake, &desk).await?;
    save_words(db, &desk).await?;
    for (scope, records) in desk.words() {
        put(db, &scope, &records).await?;
    }
    Ok(desk.complaints)
}

async fn load_sales(db: &Transaction<'_>, wants: &Wants, loaded: &mut Loaded) -> Done<()> {
    if wants.sales.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = wants.sales.iter().copied().collect();
    let select = db
        .prepare_cached(
            "SELECT s.id, e.store, e.bytes FROM sale s
             JOIN event e ON e.terminal = s.terminal AND e.epoch = s.epoch AND e.seq = s.seq WHERE s.id = ANY($1)",
        )
        .await?;
    for row in db.query(&select, &[&ids]).await? {
        if let Some(sale) = sale(row.get(2)) {
            loaded.sold_in.insert(row.get(0), row.get(1));
            loaded.sales.insert(row.get(0), sale);
        }
    }
    Ok(())
}

/// Locks accounts in their order; those that are not there are made, so that they can be locked.
async fn lock_accounts(db: &Transaction<'_>, wanted: &BTreeSet<Account>) -> Done<BTreeMap<Account, Balance>> {
    if wanted.is_empty() {
        return Ok(BTreeMap::new());
    }
    let (kinds, numbers) = kinds_and_numbers(wanted.iter());
    let lock = db
        .prepare_cached(
            "SELECT a.kind, a.number, a.balance, a.held
             FROM account a JOIN unnest($1::text[], $2::text[]) AS wanted (kind, number)
               ON a.kind = wanted.kind AND a.number = wanted.number
             ORDER BY a.kind, a.number FOR UPDATE OF a",
        )
        .await?;
    let mut rows = db.query(&lock, &[&kinds, &numbers]).await?;
    if rows.len() < wanted.len() {
        let make = db
            .prepare_cached(
                "INSERT INTO account (kind, number, balance)
                 SELECT kind, number, 0 FROM unnest($1::text[], $2::text[]) AS wanted (kind, number)
                 ORDER BY kind, number ON CONFLICT DO NOTHING",
            )
            .await?;
        db.execute(&make, &[&kinds, &numbers]).await?;
        rows = db.query(&lock, &[&kinds, &numbers]).await?;
    }
    Ok(rows.iter().map(|row| (account(row, 0), Balance { units: row.get(2), held: row.get(3) })).collect())
}

async fn load_members(db: &Transaction<'_>, wants: &Wants, loaded: &mut Loaded, intake: &Intake) -> Done<()> {
    let mut scopes = Vec::new();
    if !wants.members.is_empty() {
        scopes.push("chain".to_owned());
    }
    let has_words = !(wants.baskets.is_empty() && wants.holds.is_empty() && wants.came_back.is_empty());
    if has_words {
        scopes.push(format!("store-{}", intake.store));
    }
    lock_scopes(db, &scopes).await?;
    if wants.members.is_empty() {
        return Ok(());
    }
    let own = format!("store-{}", intake.store);
    let ids: Vec<&str> = wants.members.iter().map(String::as_str).collect();
    let select = db
        .prepare_cached(
            "SELECT r.id, r.scope, r.body, coalesce(a.balance, 0), coalesce(a.held, 0)
             FROM record r LEFT JOIN account a ON a.kind = 'points' AND a.number = r.id
             WHERE r.scope IN ('chain', $1) AND r.kind = 'member' AND r.id = ANY($2) AND NOT r.gone ORDER BY r.scope",
        )
        .await?;
    for row in db.query(&select, &[&own, &ids]).await? {
        let Ok(Record::Member(member)) = serde_json::from_str(row.get(2)) else { continue };
        let id: String = row.get(0);
        let account = Account { kind: AccountKind::Points, number: id.clone() };
        loaded.accounts.entry(account).or_insert(Balance { units: row.get(3), held: row.get(4) });
        loaded.members.insert(id, (row.get(1), member));
    }
    if !wants.codes.is_empty() {
        let codes: Vec<&str> = wants.codes.iter().map(String::as_str).collect();
        let rows = db.query("SELECT code, member FROM member_code WHERE code = ANY($1)", &[&codes]).await?;
        loaded.codes = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    }
    Ok(())
}

async fn load_words(db: &Transaction<'_>, wants: &Wants, loaded: &mut Loaded) -> Done<()> {
    if !wants.baskets.is_empty() {
        let ids: Vec<Uuid> = wants.baskets.iter().copied().collect();
        let rows = db.query("SELECT basket, taken_by FROM aside WHERE basket = ANY($1)", &[&ids]).await?;
        let aside = |row: &Row| (row.get(0), AsideRow { basket: row.get(0), taken_by: row.get(1) });
        loaded.asides = rows.iter().map(aside).collect();
    }
    if !wants.holds.is_empty() {
        let ids: Vec<Uuid> = wants.holds.iter().copied().collect();
        let select = "SELECT id, terminal, store, ended FROM hold WHERE id = ANY($1) FOR UPDATE";
        let hold = |row: &Row| HoldRow { id: row.get(0), terminal: row.get(1), store: row.get(2), ended: row.get(3) };
        let rows = db.query(select, &[&ids]).await?;
        loaded.holds = rows.iter().map(|row| (row.get(0), hold(row))).collect();
    }
    if !wants.came_back.is_empty() {
        let sales: Vec<Uuid> = wants.came_back.iter().map(|(sale, _)| *sale).collect();
        let rows =
            db.query("SELECT sale, line, terminal, quantity FROM returned WHERE sale = ANY($1)", &[&sales]).await?;
        let returned = |row: &Row| ReturnedRow {
            sale: row.get(0),
            line: super::small(row, 1),
            terminal: row.get(2),
            quantity: row.get(3),
        };
        loaded.returned = rows.iter().map(returned).collect();
    }
    Ok(())
}

async fn save_accounts(db: &Transaction<'_>, intake: &Intake, desk: &Desk<'_>) -> Done<()> {
    if !desk.accounts.is_empty() {
        let (kinds, numbers) = kinds_and_numbers(desk.accounts.iter());
        let units: Vec<i64> = desk.accounts.iter().map(|account| desk.balance(account).units).collect();
        let held: Vec<i64> = desk.accounts.iter().map(|account| desk.balance(account).held).collect();
        let update = db
            .prepare_cached(
                "INSERT INTO account (kind, number, balance, held)
                 SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[])
                 ON CONFLICT (kind, number) DO UPDATE SET balance = excluded.balance, held = excluded.held",
            )
            .await?;
        db.execute(&update, &[&kinds, &numbers, &units, &held]).await?;
    }
    if !desk.legs.is_empty() {
        let (kinds, numbers) = kinds_and_numbers(desk.legs.iter().map(|leg| &leg.account));
        let seqs: Vec<i64> = desk.legs.iter().map(|leg| leg.seq as i64).collect();
        let places: Vec<i32> = desk.legs.iter().map(|leg| leg.leg).collect();
        let whats: Vec<&str> = desk.legs.iter().map(|leg| leg.what).collect();
        let units: Vec<i64> = desk.legs.iter().map(|leg| leg.units).collect();
        let insert = db
            .prepare_cached(
                "INSERT INTO account_leg (terminal, epoch, seq, leg, kind, number, what, units)
                 SELECT $1, $2, * FROM
                 unnest($3::bigint[], $4::integer[], $5::text[], $6::text[], $7::text[], $8::bigint[])",
            )
            .await?;
        let epoch = i64::from(intake.epoch);
        db.execute(&insert, &[&intake.terminal, &epoch, &seqs, &places, &kinds, &numbers, &whats, &units]).await?;
    }
    for grant in desk.grants.iter().map(|id| desk.grant(*id)) {
        let upsert = db
            .prepare_cached(
                "INSERT INTO quota (id, kind, number, terminal, shift, units, spent, until_ms, open)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                 ON CONFLICT (id) DO UPDATE SET shift = excluded.shift, units = excluded.units,
                     spent = excluded.spent, until_ms = excluded.until_ms, open = excluded.open",
            )
            .await?;
        let (kind, number) = (grant.account.kind.word(), &grant.account.number);
        db.execute(
            &upsert,
            &[
                &grant.id,
                &kind,
                number,
                &grant.terminal,
                &grant.shift,
                &grant.units,
                &grant.spent,
                &grant.until_ms,
                &grant.open,
            ],
        )
        .await?;
    }
    Ok(())
}

async fn save_words(db: &Transaction<'_>, desk: &Desk<'_>) -> Done<()> {
    for aside in desk.asides.iter().map(|id| desk.aside(*id)) {
        db.execute(
            "INSERT INTO aside VALUES ($1, $2) ON CONFLICT (basket) DO UPDATE SET taken_by = excluded.taken_by",
            &[&aside.basket, &aside.taken_by],
        )
        .await?;
    }
    for hold in desk.holds.iter().map(|id| desk.hold(*id)) {
        db.execute("UPDATE hold SET ended = $2 WHERE id = $1", &[&hold.id, &hold.ended]).await?;
    }
    for row in &desk.returned {
        db.execute(
            "INSERT INTO returned VALUES ($1, $2, $3, $4)
             ON CONFLICT (sale, line, terminal) DO UPDATE SET quantity = excluded.quantity",
            &[&row.sale, &i64::from(row.line), &row.terminal, &row.quantity],
        )
        .await?;
    }
    for (code, member) in &desk.codes {
        db.execute("INSERT INTO member_code VALUES ($1, $2) ON CONFLICT DO NOTHING", &[code, member]).await?;
    }
    Ok(())
}

/// Opens accounts of members and notes their codes, and gives their records the points that they have.
pub(super) async fn settle_members(db: &Transaction<'_>, records: &mut [RecordRow]) -> Done<()> {
    let members = members_in(records);
    if members.is_empty() {
        return Ok(());
    }
    let account = |id: &str| Account { kind: AccountKind::Points, number: id.to_owned() };
    let openings: Vec<Opening> =
        members.iter().map(|(_, member)| Opening { account: account(&member.id), units: member.points }).collect();
    open_accounts(db, &openings).await?;
    let wanted = openings.into_iter().map(|opening| opening.account).collect();
    let balances = lock_accounts(db, &wanted).await?;
    // One statement cannot write a row twice, so of members with the same code only the last gets it.
    let codes: BTreeMap<&str, &str> = members
        .iter()
        .flat_map(|(_, member)| member.codes.iter().map(|code| (code.as_str(), member.id.as_str())))
        .collect();
    let (codes, owners): (Vec<&str>, Vec<&str>) = codes.into_iter().unzip();
    db.execute(
        "INSERT INTO member_code (code, member) SELECT * FROM unnest($1::text[], $2::text[])
         ON CONFLICT (code) DO UPDATE SET member = excluded.member",
        &[&codes, &owners],
    )
    .await?;
    for (at, mut member) in members {
        member.points = balances.get(&account(&member.id)).map_or(0, |balance| balance.units);
        records[at].body = serde_json::to_string(&Record::Member(member)).expect("a record is JSON");
    }
    Ok(())
}

/// Opens those that are not there; answers which.
async fn open_accounts(db: &Transaction<'_>, openings: &[Opening]) -> Done<BTreeSet<Account>> {
    let first: BTreeMap<&Account, i64> =
        openings.iter().rev().map(|opening| (&opening.account, opening.units)).collect();
    let (kinds, numbers) = kinds_and_numbers(first.keys().copied());
    let units: Vec<i64> = first.values().copied().collect();
    // Legs of openings are counted: one at a time.
    db.execute("SELECT pg_advisory_xact_lock(hashtext('guitai openings'))", &[]).await?;
    let rows = db
        .query(
            "WITH opened AS (
                 INSERT INTO account (kind, number, balance)
                 SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[]) AS new (kind, number, units)
                 ORDER BY kind, number ON CONFLICT DO NOTHING RETURNING kind, number, balance),
             leg AS (
                 INSERT INTO account_leg (terminal, epoch, seq, leg, kind, number, what, units)
                 SELECT 0, 0, (SELECT coalesce(max(seq), 0) FROM account_leg WHERE terminal = 0 AND epoch = 0)
                        + row_number() OVER (ORDER BY kind, number), 0, kind, number, 'opened', balance
                 FROM opened)
             SELECT kind, number FROM opened",
            &[&kinds, &numbers, &units],
        )
        .await?;
    Ok(rows.iter().map(|row| account(row, 0)).collect())
}

/// What bundles among these items consist of, by item.
pub(super) async fn bundles(
    db: &Transaction<'_>,
    intake: &Intake,
    events: &[Assessed],
) -> Done<BTreeMap<String, Vec<Component>>> {
    let items: BTreeSet<&str> = events.iter().flat_map(|event| &event.stock).map(|leg| leg.item.as_str()).collect();
    if items.is_empty() {
        return Ok(BTreeMap::new());
    }
    let items: Vec<&str> = items.into_iter().collect();
    let own = format!("store-{}", intake.store);
    let select = db
        .prepare_cached(
            "SELECT id, body FROM record WHERE scope = ANY(ARRAY['chain', $1]) AND kind = 'item' AND id = ANY($2)
               AND NOT gone AND body LIKE '%\"components\"%' ORDER BY scope",
        )
        .await?;
    let rows = db.query(&select, &[&own, &items]).await?;
    Ok(rows.iter().filter_map(|row| Some((row.get(0), crate::store::components_in(row.get(1))?))).collect())
}

pub(super) async fn lock_scopes(db: &Transaction<'_>, scopes: &[String]) -> Done<()> {
    for scope in scopes {
        let lock = db.prepare_cached("SELECT head FROM scope WHERE name = $1 FOR UPDATE").await?;
        if db.query_opt(&lock, &[scope]).await?.is_none() {
            db.execute("INSERT INTO scope (name, head) VALUES ($1, 0) ON CONFLICT DO NOTHING", &[scope]).await?;
            db.query_opt(&lock, &[scope]).await?;
        }
    }
    Ok(())
}

fn kinds_and_numbers<'a>(accounts: impl Iterator<Item = &'a Account>) -> (Vec<&'a str>, Vec<&'a str>) {
    accounts.map(|account| (account.kind.word(), account.number.as_str())).unzip()
}

fn account(row: &Row, first: usize) -> Account {
    let kind = AccountKind::of(row.get(first)).unwrap_or(AccountKind::Coupon);
    Account { kind, number: row.get(first + 1) }
}

fn grants(rows: &[Row]) -> BTreeMap<Uuid, GrantRow> {
    let grant = |row: &Row| GrantRow {
        id: row.get(0),
        account: account(row, 1),
        terminal: row.get(3),
        shift: row.get(4),
        units: row.get(5),
        spent: row.get(6),
        until_ms: row.get(7),
        open: row.get(8),
    };
    rows.iter().map(|row| (row.get(0), grant(row))).collect()
}

fn sale(bytes: &[u8]) -> Option<Sale> {
    match serde_json::from_slice::<Event>(bytes).ok()?.body {
        Body::SaleCompleted(sale) => Some(*sale),
        _ => None,
    }
}
