//! What head office keeps beside events, in SQLite.

use std::collections::BTreeMap;

use domain::grant::{Account, AccountKind};
use protocol::v1::{Body, Event, Record, Sale};
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use super::catalogue::put;
use super::{Sqlite, maybe_uuid, uuid};
use crate::ingest::{Assessed, Complaint, Intake};
use crate::office::{AsideRow, Balance, Desk, GrantRow, HoldRow, Loaded, Opening, ReturnedRow, Wants};
use crate::store::{Office, RecordRow, Result, RuleBookPut, members_in};

const GRANT: &str = "SELECT id, kind, number, terminal, shift, units, spent, until_ms, open FROM quota";

#[async_trait::async_trait]
impl Office for Sqlite {
    async fn open_accounts(&self, openings: Vec<Opening>) -> Result<Vec<bool>> {
        self.write("opening accounts", move |db| openings.iter().map(|opening| open_account(db, opening)).collect())
            .await
    }

    async fn balance(&self, account: &Account) -> Result<Option<Balance>> {
        let account = account.clone();
        self.read("looking an account up", move |db| balance(db, &account)).await
    }

    async fn put_rules(&self, version: u64, at_ms: i64, record: RecordRow) -> Result<RuleBookPut> {
        self.write("putting a rule book", move |db| {
            let newest: i64 = db.query_row("SELECT coalesce(max(version), 0) FROM rule_book", [], |row| row.get(0))?;
            if version as i64 <= newest {
                return Ok(RuleBookPut::Older { newest: newest as u64 });
            }
            db.execute("INSERT INTO rule_book VALUES (?1, ?2, ?3)", params![version as i64, at_ms, record.body])?;
            put(db, "chain", &[record]).map(RuleBookPut::Put)
        })
        .await
    }

    async fn rule_book(&self, version: u64) -> Result<Option<String>> {
        self.read("reading a rule book", move |db| {
            let mut book = db.prepare_cached("SELECT body FROM rule_book WHERE version = ?1")?;
            book.query_row([version as i64], |row| row.get(0)).optional()
        })
        .await
    }

    async fn sales_of(&self, day: &str) -> Result<Vec<(String, Vec<u8>)>> {
        let day = day.to_owned();
        self.read("reading the sales of a day", move |db| {
            let mut sales = db.prepare(
                "SELECT store, bytes FROM event WHERE business_date = ?1 AND kind = 'sale_completed'
                 ORDER BY terminal, epoch, seq",
            )?;
            sales.query_map([day], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        })
        .await
    }

    async fn payments_of(&self, first: &str, last: &str) -> Result<Vec<(String, Vec<u8>)>> {
        let (first, last) = (first.to_owned(), last.to_owned());
        self.read("reading the payments of days", move |db| {
            let mut payments = db.prepare(
                "SELECT store, bytes FROM event
                 WHERE business_date >= ?1 AND business_date <= ?2 AND kind = 'payment_changed'
                 ORDER BY terminal, epoch, seq",
            )?;
            payments.query_map([first, last], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        })
        .await
    }
}

/// Does what the events ask of head office; answers complaints by number of the event.
pub(super) fn settle(
    db: &Connection,
    intake: &Intake,
    events: &[&Assessed],
) -> rusqlite::Result<Vec<(u64, Complaint)>> {
    let mut wants = Wants::of(events.iter().copied());
    let mut loaded = Loaded::default();
    let mut open = db.prepare_cached(&format!("{GRANT} WHERE terminal = ?1 AND open = 1"))?;
    for row in open.query_map([intake.terminal], grant)? {
        let grant = row?;
        loaded.grants.insert(grant.id, grant);
    }
    if wants.is_empty() && !loaded.grants.values().any(|grant| wants.releases(grant)) {
        return Ok(Vec::new());
    }
    load(db, &mut wants, &mut loaded, intake)?;
    let mut desk = Desk::new(intake, loaded);
    events.iter().for_each(|event| desk.take(event));
    save(db, intake, &desk)?;
    for (scope, records) in desk.words() {
        put(db, &scope, &records)?;
    }
    Ok(desk.complaints)
}

fn load(db: &Connection, wants: &mut Wants, loaded: &mut Loaded, intake: &Intake) -> rusqlite::Result<()> {
    for id in &wants.sales {
        if let Some((store, sale)) = sale(db, *id)? {
            loaded.sold_in.insert(*id, store);
            loaded.sales.insert(*id, sale);
        }
    }
    let paid = loaded.sales.values().flat_map(|sale| &sale.tenders).filter_map(|tender| tender.grant);
    let named: Vec<Uuid> = wants.grants.iter().copied().chain(paid).collect();
    let mut by_id = db.prepare_cached(&format!("{GRANT} WHERE id = ?1"))?;
    for id in named {
        if let Some(grant) = by_id.query_row([id.to_string()], grant).optional()? {
            loaded.grants.insert(id, grant);
        }
    }
    wants.add_named(loaded);
    for account in &wants.accounts {
        loaded.accounts.insert(account.clone(), balance(db, account)?.unwrap_or_default());
    }
    let mut by_id = db.prepare_cached("SELECT taken_by FROM aside WHERE basket = ?1")?;
    for basket in &wants.baskets {
        let row = by_id.query_row([basket.to_string()], |row| row.get(0)).optional()?;
        loaded.asides.extend(row.map(|taken_by| (*basket, AsideRow { basket: *basket, taken_by })));
    }
    let mut by_id = db.prepare_cached("SELECT terminal, store, ended FROM hold WHERE id = ?1")?;
    for id in &wants.holds {
        let read =
            |row: &Row<'_>| Ok(HoldRow { id: *id, terminal: row.get(0)?, store: row.get(1)?, ended: row.get(2)? });
        loaded.holds.extend(by_id.query_row([id.to_string()], read).optional()?.map(|hold| (*id, hold)));
    }
    let mut of_line = db.prepare_cached("SELECT terminal, quantity FROM returned WHERE sale = ?1 AND line = ?2")?;
    for (sale, line) in wants.came_back.iter().copied() {
        let read = |row: &Row<'_>| Ok(ReturnedRow { sale, line, terminal: row.get(0)?, quantity: row.get(1)? });
        for row in of_line.query_map(params![sale.to_string(), line], read)? {
            loaded.returned.push(row?);
        }
    }
    load_members(db, wants, loaded, intake)
}

fn load_members(db: &Connection, wants: &Wants, loaded: &mut Loaded, intake: &Intake) -> rusqlite::Result<()> {
    let own = format!("store-{}", intake.store);
    let mut by_id = db.prepare_cached(
        "SELECT scope, body FROM record WHERE scope IN ('chain', ?1) AND kind = 'member' AND id = ?2 AND gone = 0
         ORDER BY scope DESC LIMIT 1",
    )?;
    for id in &wants.members {
        let read = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?));
        if let Some((scope, body)) = by_id.query_row(params![own, id], read).optional()?
            && let Ok(Record::Member(member)) = serde_json::from_str(&body)
        {
            loaded.members.insert(id.clone(), (scope, member));
            let account = Account { kind: AccountKind::Points, number: id.clone() };
            let now = balance(db, &account)?.unwrap_or_default();
            loaded.accounts.entry(account).or_insert(now);
        }
    }
    let mut by_code = db.prepare_cached("SELECT member FROM member_code WHERE code = ?1")?;
    for code in &wants.codes {
        let member = by_code.query_row([code], |row| row.get(0)).optional()?;
        loaded.codes.extend(member.map(|member| (code.clone(), member)));
    }
    Ok(())
}

fn save(db: &Connection, intake: &Intake, desk: &Desk<'_>) -> rusqlite::Result<()> {
    let mut upsert = db.prepare_cached(
        "INSERT INTO account (kind, number, balance, held) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (kind, number) DO UPDATE SET balance = excluded.balance, held = excluded.held",
    )?;
    for account in &desk.accounts {
        let now = desk.balance(account);
        upsert.execute(params![account.kind.word(), account.number, now.units, now.held])?;
    }
    let mut insert = db.prepare_cached("INSERT INTO account_leg VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?;
    for leg in &desk.legs {
        let (kind, number) = (leg.account.kind.word(), &leg.account.number);
        let place = (intake.terminal, intake.epoch, leg.seq as i64, leg.leg);
        insert.execute(params![place.0, place.1, place.2, place.3, kind, number, leg.what, leg.units])?;
    }
    let mut upsert = db.prepare_cached(
        "INSERT INTO quota (id, kind, number, terminal, shift, units, spent, until_ms, open)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (id) DO UPDATE SET shift = excluded.shift, units = excluded.units, spent = excluded.spent,
             until_ms = excluded.until_ms, open = excluded.open",
    )?;
    for grant in desk.grants.iter().map(|id| desk.grant(*id)) {
        let shift = grant.shift.map(|shift| shift.to_string());
        let (kind, number) = (grant.account.kind.word(), &grant.account.number);
        let amounts = (grant.units, grant.spent, grant.until_ms);
        upsert.execute(params![
            grant.id.to_string(),
            kind,
            number,
            grant.terminal,
            shift,
            amounts.0,
            amounts.1,
            amounts.2,
            grant.open
        ])?;
    }
    let mut upsert = db.prepare_cached("INSERT OR REPLACE INTO aside VALUES (?1, ?2)")?;
    for aside in desk.asides.iter().map(|id| desk.aside(*id)) {
        upsert.execute(params![aside.basket.to_string(), aside.taken_by])?;
    }
    let mut upsert = db.prepare_cached("INSERT OR REPLACE INTO hold VALUES (?1, ?2, ?3, ?4)")?;
    for hold in desk.holds.iter().map(|id| desk.hold(*id)) {
        upsert.execute(params![hold.id.to_string(), hold.terminal, hold.store, hold.ended])?;
    }
    let mut upsert = db.prepare_cached("INSERT OR REPLACE INTO returned VALUES (?1, ?2, ?3, ?4)")?;
    for row in &desk.returned {
        upsert.execute(params![row.sale.to_string(), row.line, row.terminal, row.quantity])?;
    }
    let mut insert = db.prepare_cached("INSERT INTO member_code VALUES (?1, ?2) ON CONFLICT DO NOTHING")?;
    for (code, member) in &desk.codes {
        insert.execute([code, member])?;
    }
    Ok(())
}

/// Opens accounts of members and notes their codes, and gives their records the points that they have.
pub(super) fn settle_members(db: &Connection, records: &mut [RecordRow]) -> rusqlite::Result<()> {
    for (at, mut member) in members_in(records) {
        let account = Account { kind: AccountKind::Points, number: member.id.clone() };
        open_account(db, &Opening { account: account.clone(), units: member.points })?;
        member.points = balance(db, &account)?.unwrap_or_default().units;
        let mut upsert = db.prepare_cached("INSERT OR REPLACE INTO member_code VALUES (?1, ?2)")?;
        for code in &member.codes {
            upsert.execute([code, &member.id])?;
        }
        records[at].body = serde_json::to_string(&Record::Member(member)).expect("a record is JSON");
    }
    Ok(())
}

/// False when it is there already; then it stays as it is.
fn open_account(db: &Connection, opening: &Opening) -> rusqlite::Result<bool> {
    let (kind, number) = (opening.account.kind.word(), &opening.account.number);
    let opened = db
        .prepare_cached("INSERT INTO account (kind, number, balance) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")?
        .execute(params![kind, number, opening.units])?;
    if opened == 1 {
        db.prepare_cached(
            "INSERT INTO account_leg
             SELECT 0, 0, coalesce(max(seq), 0) + 1, 0, ?1, ?2, 'opened', ?3
             FROM account_leg WHERE terminal = 0 AND epoch = 0",
        )?
        .execute(params![kind, number, opening.units])?;
    }
    Ok(opened == 1)
}

fn balance(db: &Connection, account: &Account) -> rusqlite::Result<Option<Balance>> {
    db.prepare_cached("SELECT balance, held FROM account WHERE kind = ?1 AND number = ?2")?
        .query_row(params![account.kind.word(), account.number], |row| {
            Ok(Balance { units: row.get(0)?, held: row.get(1)? })
        })
        .optional()
}

fn sale(db: &Connection, id: Uuid) -> rusqlite::Result<Option<(String, Sale)>> {
    let row = db
        .prepare_cached(
            "SELECT e.store, e.bytes FROM sale s
             JOIN event e ON e.terminal = s.terminal AND e.epoch = s.epoch AND e.seq = s.seq WHERE s.id = ?1",
        )?
        .query_row([id.to_string()], |row| Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?)))
        .optional()?;
    Ok(row.and_then(|(store, bytes)| match serde_json::from_slice::<Event>(&bytes).ok()?.body {
        Body::SaleCompleted(sale) => Some((store, *sale)),
        _ => None,
    }))
}

fn grant(row: &Row<'_>) -> rusqlite::Result<GrantRow> {
    let kind: String = row.get(1)?;
    let kind = AccountKind::of(&kind).unwrap_or(AccountKind::Coupon);
    Ok(GrantRow {
        id: uuid(row, 0)?,
        account: Account { kind, number: row.get(2)? },
        terminal: row.get(3)?,
        shift: maybe_uuid(row, 4)?,
        units: row.get(5)?,
        spent: row.get(6)?,
        until_ms: row.get(7)?,
        open: row.get(8)?,
    })
}

/// What bundles among these items consist of, by item.
pub(super) fn bundles(
    db: &Connection,
    intake: &Intake,
    items: impl Iterator<Item = String>,
) -> rusqlite::Result<BTreeMap<String, Vec<protocol::v1::Component>>> {
    let own = format!("store-{}", intake.store);
    let mut by_id = db.prepare_cached(
        "SELECT body FROM record WHERE scope IN (?1, 'chain') AND kind = 'item' AND id = ?2 AND gone = 0
           AND body LIKE '%\"components\"%' ORDER BY scope DESC LIMIT 1",
    )?;
    let mut bundles = BTreeMap::new();
    for id in items {
        let body: Option<String> = by_id.query_row(params![own, id], |row| row.get(0)).optional()?;
        let components = body.and_then(|body| crate::store::components_in(&body));
        bundles.extend(components.map(|components| (id, components)));
    }
    Ok(bundles)
}
