//! A year's journal on one till: what it costs to start, to look things up and to close the day.

use std::path::Path;
use std::time::Instant;

use journal::{Commit, Journal, JournalReader, NewEvent, Opening, Save, Shift};
use protocol::v1;
use uuid::Uuid;

use super::{Chance, report, sale_of, timed};

/// Days of the year that the shop is open.
const DAYS: u64 = 365;
/// Members who come again and again.
const MEMBERS: usize = 5000;
/// Sales of one transaction while the journal is made; a till writes one at a time.
const SALES_AT_ONCE: u64 = 500;
/// Newest events that the platform has not taken when the till starts.
const UNSENT: u64 = 300;
/// Look-ups of each kind.
const LOOKUPS: usize = 2000;
/// Purchases of a member that are shown.
const PURCHASES: usize = 10;

type Failed = Box<dyn std::error::Error>;

/// Makes the journal and measures it.
pub fn measure(dir: &Path, sales: u64) -> Result<(), Failed> {
    let begin = Instant::now();
    write(dir, sales)?;
    let bytes = std::fs::metadata(dir.join(journal::JOURNAL_FILE))?.len();
    println!("a year of {sales} sales: {} MB, made in {:.1} s", bytes >> 20, begin.elapsed().as_secs_f64());
    start(dir)?;
    let reader = JournalReader::open(dir)?.expect("a journal");
    let mut chance = Chance(7);
    let (mut of_receipts, mut of_members, mut of_returns) = (Vec::new(), Vec::new(), Vec::new());
    let mut bought = 0;
    for _ in 0..LOOKUPS {
        let no = chance.below(sales as usize) as u64 + 1;
        let found = timed(&mut of_receipts, || reader.find_receipt(&receipt(no)))?;
        assert!(found.is_some(), "every receipt is found");
        let member = member(chance.below(MEMBERS));
        bought += timed(&mut of_members, || reader.last_purchases(&member, PURCHASES))?.len();
        timed(&mut of_returns, || reader.returned(Uuid::from_u128(u128::from(no))))?;
    }
    at_most("receipt looked up in a year's journal, p99", &of_receipts, 99, 20.0);
    report("receipt looked up in a year", of_receipts);
    report("a member's last purchases in a year", of_members);
    report("what came back of a sale in a year", of_returns);
    println!("purchases found: {bought}");
    let mut of_z = Vec::new();
    timed(&mut of_z, || reader.last_close())?.ok_or("there is no close")?;
    report("newest Z read again in a year", of_z);
    close(dir, sales)?;
    let mut of_checks = Vec::new();
    assert!(timed(&mut of_checks, || journal::check_whole(dir))?, "the file is sound");
    report("whole check of a year's journal, while selling", of_checks);
    update(dir)
}

/// A figure with its limit in milliseconds, as a line of JSON.
fn at_most(name: &str, millis: &[f64], percent: usize, limit: f64) {
    let mut sorted = millis.to_vec();
    sorted.sort_by(f64::total_cmp);
    let value = sorted[(sorted.len() - 1) * percent / 100];
    println!("{}", serde_json::json!({ "name": name, "value": value, "unit": "ms", "at_most": limit }));
}

/// Starting, as it is every morning.
fn start(dir: &Path) -> Result<(), Failed> {
    let mut of_starts = Vec::new();
    for _ in 0..5 {
        let (journal, restored) = timed(&mut of_starts, || open(dir))?;
        assert_eq!(restored.notice, None);
        drop(journal);
    }
    at_most("start with a year's journal (500,000 sales), worst of 5", &of_starts, 100, 1000.0);
    report("start with a year's journal", of_starts);
    Ok(())
}

/// The first start of a program that looks things up, in a file that an older one has written.
fn update(dir: &Path) -> Result<(), Failed> {
    let connection = rusqlite::Connection::open(dir.join(journal::JOURNAL_FILE))?;
    connection
        .execute_batch("DROP TABLE mention; DELETE FROM state WHERE key = 'mentioned'; PRAGMA user_version = 1;")?;
    drop(connection);
    let mut of_updates = Vec::new();
    timed(&mut of_updates, || open(dir))?;
    report("first start after an update with a year's journal", of_updates);
    Ok(())
}

/// The close of a day as the till writes it: one transaction.
fn close(dir: &Path, sales: u64) -> Result<(), Failed> {
    let (mut journal, _) = open(dir)?;
    let mut of_closes = Vec::new();
    for day in DAYS..DAYS + 20 {
        let shift = Shift {
            id: Uuid::from_u128(u128::from(day)),
            business_date: "2027-01-01".to_owned(),
            opened_at_ms: 0,
            opened_by: "07".to_owned(),
            float: 20_000,
            totals: v1::Totals::default(),
            cashiers: Vec::new(),
            hand_overs: Vec::new(),
        };
        let day_of_sales = (1..20).map(|no| {
            event("2027-01-01", v1::Body::SaleCompleted(Box::new(sold(sales + day * 20 + no, &mut Chance(no)))))
        });
        journal.commit(Commit { events: day_of_sales.collect(), saves: vec![Save::Shift(Some(shift))] })?;
        let z = event("2027-01-01", v1::Body::ShiftClosed(closed(day)));
        let saves = vec![Save::Open(None), Save::Shift(None), Save::NextZ(day as u32 + 1)];
        timed(&mut of_closes, || journal.commit(Commit { events: vec![z], saves }))?;
    }
    at_most("Z in a year's journal, worst of 20", &of_closes, 100, 100.0);
    report("Z in a year's journal", of_closes);
    Ok(())
}

fn write(dir: &Path, sales: u64) -> Result<(), Failed> {
    let (mut journal, _) = Journal::open(dir, &opening(&[]))?;
    let mut chance = Chance(1);
    let mut first = 1;
    for day in 0..DAYS {
        let date = format!("2026-{:02}-{:02}", day / 31 + 1, day % 31 + 1);
        let last = sales * (day + 1) / DAYS;
        while first <= last {
            let until = (first + SALES_AT_ONCE - 1).min(last);
            let sold = |no| event(&date, v1::Body::SaleCompleted(Box::new(sold(no, &mut chance))));
            let events = (first..=until).map(sold).collect();
            journal.commit(Commit { events, saves: vec![Save::NextReceipt(until + 1)] })?;
            first = until + 1;
        }
        let z = event(&date, v1::Body::ShiftClosed(closed(day)));
        journal.commit(Commit { events: vec![z], saves: vec![Save::NextZ(day as u32 + 2)] })?;
        journal.idle()?;
    }
    Ok(())
}

/// A third of the sales are a member's, and a fiftieth brings goods back.
fn sold(no: u64, chance: &mut Chance) -> v1::Sale {
    let mut sale = sale_of(no);
    sale.receipt = receipt(no);
    if chance.below(3) == 0 {
        let id = member(chance.below(MEMBERS));
        sale.member =
            Some(v1::SaleMember { id, points_earned: 10, name: "王*".to_owned(), ..v1::SaleMember::default() });
    }
    if no > 1 && chance.below(50) == 0 {
        let of = chance.below(no as usize - 1) as u64 + 1;
        let sale_id = Uuid::from_u128(u128::from(of));
        let origin = v1::Origin { sale: sale_id, receipt: receipt(of), line: 1, gross: 200, tax: 23, points: 0 };
        sale.lines[0].quantity = -1000;
        sale.lines[0].facets = Some(Box::new(v1::Facets { origin: Some(origin), ..v1::Facets::default() }));
    }
    sale
}

fn closed(day: u64) -> v1::ShiftClosed {
    v1::ShiftClosed { shift: Uuid::from_u128(u128::from(day)), z_no: day as u32 + 1, ..v1::ShiftClosed::default() }
}

fn event(business_date: &str, body: v1::Body) -> NewEvent {
    NewEvent { at_ms: 1, business_date: business_date.to_owned(), shift: None, staff: Some("07".to_owned()), body }
}

/// The till starts with almost everything on the platform.
fn open(dir: &Path) -> Result<(Journal, journal::Restored), Failed> {
    let acknowledged = match JournalReader::open(dir)? {
        None => Vec::new(),
        Some(reader) => {
            let newest = reader.heads()?.pop().ok_or("an empty journal")?;
            let taken = reader.show(newest.epoch, newest.seq - UNSENT)?.ok_or("a short journal")?;
            vec![v1::Head { epoch: taken.epoch, seq: taken.seq, hash: taken.hash }]
        }
    };
    Ok(Journal::open(dir, &opening(&acknowledged))?)
}

fn opening(acknowledged: &[v1::Head]) -> Opening<'_> {
    Opening { terminal: Uuid::from_u128(7), program: "measure", acknowledged, now_ms: 0, business_date: "2026-01-01" }
}

fn receipt(no: u64) -> String {
    format!("0101-{no:06}")
}

fn member(no: usize) -> String {
    format!("m{no:05}")
}
