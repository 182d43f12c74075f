//! Stock at head office: what both databases must do alike.

use std::collections::BTreeMap;
use std::sync::Arc;

use platform::import;
use platform::ledger::reconcile::{Reconciliation, Unbalanced};
use platform::stock::show;
use platform::store::{Database, Outcome, RecordRow, Store, Terminal};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use protocol::v1::*;
use uuid::Uuid;

use crate::database::{Folder, on_both};
use crate::till::{DAY, Till, line, plain, records, tender};

on_both!(
    two_people_count_a_store_that_sells_and_head_office_approves,
    a_count_of_one_terminal_is_approved_there_and_what_comes_late_is_seen,
    goods_come_and_go_by_documents_once,
    stock_is_told_with_where_it_stands,
    any_order_gives_the_same_stock,
    a_lot_that_is_sold_leaves_its_lot,
);

/// Noon of a day, in milliseconds; tests count minutes from it.
const NOON: i64 = 1_795_300_000_000;

fn minute(minute: i64) -> i64 {
    NOON + minute * 60_000
}

fn item(id: &str) -> RecordRow {
    let item = Item { id: id.into(), name: id.into(), unit: "piece".into(), ..Item::default() };
    let body = serde_json::to_string(&Record::Item(Box::new(item))).unwrap();
    RecordRow { kind: "item", id: id.into(), gone: false, body }
}

async fn upload(till: &Till, terminal: &Terminal, store: &dyn Store, first: u64) -> u32 {
    match till.upload(store, terminal, first, till.head()).await {
        Outcome::Taken { exceptions, .. } => exceptions,
        other => panic!("{other:?}"),
    }
}

fn sell(till: &mut Till, at_ms: i64, item: &str) {
    till.event_at(at_ms, Body::SaleCompleted(Box::new(plain(line(item, 100, None), tender("cash", 100)))));
}

fn receive(till: &mut Till, at_ms: i64, item: &str, pieces: i64) {
    let lines = vec![ArrivedLine {
        item: Some(item.into()),
        arrived: pieces * 1000,
        expected: pieces * 1000,
        ..ArrivedLine::default()
    }];
    let received = GoodsReceived {
        id: Uuid::now_v7(),
        note: String::new(),
        supplier: "S".into(),
        lines,
        complete: true,
        by: "07".into(),
        at_ms,
    };
    till.event_at(at_ms, Body::GoodsReceived(received));
}

fn plan(kind: &str, zones: &[(&str, bool)]) -> CountPlan {
    let zones = zones.iter().map(|(name, sells)| Zone { name: (*name).into(), sells: *sells }).collect();
    CountPlan {
        id: Uuid::now_v7(),
        kind: kind.into(),
        zones,
        by: "01".into(),
        at_ms: minute(0),
        ..CountPlan::default()
    }
}

fn pass(zone: &str, round: u8, by: &str, terminal: u32) -> CountPass {
    CountPass { id: Uuid::now_v7(), zone: zone.into(), round, by: by.into(), terminal, at_ms: minute(0) }
}

fn counted(till: &mut Till, plan: &CountPlan, pass: &CountPass, at_ms: i64, goods: &[(&str, i64)]) {
    let entries = goods.iter().zip(1..).map(|((item, pieces), no)| CountEntry {
        id: Uuid::now_v7(),
        no,
        item: Some((*item).into()),
        add: Some(pieces * 1000),
        at_ms,
        ..CountEntry::default()
    });
    till.event_at(
        at_ms,
        Body::CountEntered(CountEntered { plan: plan.id, pass: pass.clone(), entries: entries.collect() }),
    );
}

fn finished(till: &mut Till, plan: &CountPlan, pass: &CountPass, at_ms: i64) {
    let finished = CountPassFinished { plan: plan.id, pass: pass.id, by: pass.by.clone(), at_ms };
    till.event_at(at_ms, Body::CountPassFinished(finished));
}

fn approve(till: &mut Till, plan: Uuid, at_ms: i64, lines: &[(&str, i64, i64)]) {
    let lines = lines.iter().map(|(item, pieces, at_ms)| ApprovedLine {
        item: (*item).into(),
        counted: pieces * 1000,
        at_ms: *at_ms,
        ..ApprovedLine::default()
    });
    let (lines, unknown) = (lines.collect(), Vec::new());
    till.event_at(at_ms, Body::CountApproved(CountApproved { plan, by: "01".into(), at_ms, lines, unknown }));
}

/// Pieces by item and lot.
async fn book(store: &dyn Store, of: &str) -> BTreeMap<(String, String), i64> {
    let rows = store.levels(of).await.unwrap();
    rows.into_iter().map(|row| ((row.item, row.lot), row.quantity / 1000)).collect()
}

async fn pieces(store: &dyn Store, of: &str, item: &str) -> i64 {
    book(store, of).await.iter().filter(|((known, _), _)| known == item).map(|(_, pieces)| pieces).sum()
}

async fn complaints(store: &dyn Store) -> Vec<String> {
    let mut kinds: Vec<String> = store.exceptions(false, 100).await.unwrap().into_iter().map(|row| row.kind).collect();
    kinds.retain(|kind| kind != "unknown_item");
    kinds.sort();
    kinds
}

async fn two_people_count_a_store_that_sells_and_head_office_approves(store: Arc<dyn Store>) {
    let store = &*store;
    let (mut one, first) = Till::enrolled(store, "s1").await;
    let (mut two, second) = Till::enrolled(store, "s1").await;
    store.put("chain", vec![item("water"), item("tea"), item("gum")]).await.unwrap();
    receive(&mut one, minute(-60), "water", 20);
    receive(&mut one, minute(-60), "tea", 9);
    receive(&mut one, minute(-60), "gum", 4);
    let plan = plan("full", &[("floor", true), ("room", false)]);
    assert!(store.open_count("s1", &plan).await.unwrap());
    assert!(!store.open_count("s1", &plan).await.unwrap(), "once");
    // Two people, two zones; then one of them goes over the other's floor, and finds one tea less. A bottle of water is sold.
    let (floor, room, again) = (pass("floor", 1, "07", 1), pass("room", 1, "08", 2), pass("floor", 1, "08", 2));
    counted(&mut one, &plan, &floor, minute(10), &[("water", 12), ("tea", 9)]);
    finished(&mut one, &plan, &floor, minute(12));
    counted(&mut two, &plan, &room, minute(20), &[("water", 5)]);
    finished(&mut two, &plan, &room, minute(21));
    counted(&mut two, &plan, &again, minute(25), &[("water", 12), ("tea", 8)]);
    sell(&mut two, minute(30), "water");
    upload(&two, &second, store, 1).await;
    upload(&one, &first, store, 1).await;
    let shown = show::shown(store, "s1", plan.id, minute(40)).await.unwrap();
    let told: Vec<(String, String, bool)> = shown
        .differences
        .iter()
        .map(|found| (found.item.clone(), found.difference.plain(), found.is_settled()))
        .collect();
    let is = |item: &str, difference: &str, settled| (item.to_owned(), difference.to_owned(), settled);
    // The second pass of the floor goes on, so gum is not missing yet.
    assert_eq!(told, [is("tea", "-1", false), is("water", "-3", true)], "{}", shown.text());
    let head = "full, opened 2026-11-21T22:26:40Z by 01\n\
        floor: by 07 at till 1, 2 goods, finished 2026-11-21T22:38:40Z\nfloor: by 08 at till 2, 2 goods, under way\n";
    assert!(shown.text().starts_with(head), "{}", shown.text());
    // While somebody counts there, nothing is approved: she may find more of it.
    let early = show::approve(store, "s1", plan.id, ("01", false), minute(41)).await.unwrap_err();
    assert!(matches!(&early, show::CountFault::StillCounted(zones) if zones == "floor"), "{early}");
    // The floor is finished. She counts the tea again: her own word against her own decides nothing, and people are told where
    // to look. Every terminal of the store, which is told by records alone, sees what head office sees.
    finished(&mut two, &plan, &again, minute(26));
    let hers = pass("floor", 2, "08", 2);
    counted(&mut two, &plan, &hers, minute(42), &[("tea", 8)]);
    finished(&mut two, &plan, &hers, minute(42));
    upload(&two, &second, store, 1).await;
    let shown = show::shown(store, "s1", plan.id, minute(43)).await.unwrap();
    let open: Vec<&str> =
        shown.differences.iter().filter(|found| !found.is_settled()).map(|found| found.item.as_str()).collect();
    assert_eq!(open, ["tea"], "{}", shown.text());
    assert!(shown.text().contains("count again in \"floor\""), "{}", shown.text());
    let told: Vec<String> =
        records(store, "store-s1").await.iter().map(|told| serde_json::to_string(told).unwrap()).collect();
    assert_eq!(show::merged(plan.id, &told).unwrap().unwrap(), shown.count);
    // What is sure is approved, and a sale of before the counting arrives only afterwards: she did not see that bottle.
    assert_eq!(show::approve(store, "s1", plan.id, ("01", false), minute(44)).await.unwrap(), (2, 1));
    let booked = [("tea", 9), ("water", 16)].map(|(item, n)| ((item.to_owned(), String::new()), n));
    assert_eq!(book(store, "s1").await, booked.into(), "gum is gone, and tea is as it was");
    // Somebody else decides.
    let third = pass("floor", 2, "09", 1);
    counted(&mut one, &plan, &third, minute(45), &[("tea", 8)]);
    finished(&mut one, &plan, &third, minute(46));
    sell(&mut two, minute(5), "water");
    upload(&one, &first, store, 1).await;
    upload(&two, &second, store, 1).await;
    assert_eq!(pieces(store, "s1", "water").await, 16, "what was counted stands");
    assert_eq!(show::approve(store, "s1", plan.id, ("01", false), minute(50)).await.unwrap(), (2, 0));
    assert_eq!(
        book(store, "s1").await,
        [("tea", 8), ("water", 16)].map(|(item, n)| ((item.into(), "".into()), n)).into()
    );
    // Nothing of it is told any more; what comes late is not lost.
    let living = |records: Vec<Record>| {
        records.into_iter().filter(|record| matches!(record, Record::Count(_) | Record::Counted(_))).count()
    };
    assert_eq!(living(records(store, "store-s1").await), 0);
    counted(&mut two, &plan, &again, minute(60), &[("tea", 1)]);
    upload(&two, &second, store, 1).await;
    assert_eq!((complaints(store).await, living(records(store, "store-s1").await)), (vec!["counted_late".into()], 0));
    assert_eq!(store.counts(Some("s1")).await.unwrap()[0].approved_lines, 4);
    balanced(store).await;
}

async fn a_count_of_one_terminal_is_approved_there_and_what_comes_late_is_seen(store: Arc<dyn Store>) {
    let store = &*store;
    let (mut one, first) = Till::enrolled(store, "s1").await;
    let (mut two, second) = Till::enrolled(store, "s1").await;
    let plan = plan("spot", &[]);
    let mine = pass("", 1, "07", 1);
    one.event_at(minute(0), Body::CountOpened(plan.clone()));
    counted(&mut one, &plan, &mine, minute(1), &[("water", 7)]);
    approve(&mut one, plan.id, minute(3), &[("water", 7, minute(1))]);
    // Something lay there that nobody knows: a person at head office is told what was written about it.
    let (code, note) = ("06908946287728".to_owned(), "red crisps".to_owned());
    let unknown = vec![UnknownGoods { code, zone: "A1".into(), quantity: 40_000, note }];
    let nameless = CountApproved { plan: plan.id, by: "01".into(), at_ms: minute(3), lines: Vec::new(), unknown };
    one.event_at(minute(3), Body::CountApproved(nameless));
    let closed = CountClosed { plan: plan.id, by: "01".into(), at_ms: minute(3), reason: String::new() };
    one.event_at(minute(3), Body::CountClosed(closed));
    sell(&mut one, minute(4), "water");
    assert_eq!(upload(&one, &first, store, 1).await, 2, "nor are the till's goods in the catalogue");
    let told = store.exceptions(false, 100).await.unwrap().into_iter().find(|row| row.kind == "unknown_goods");
    assert_eq!(told.map(|row| row.detail).as_deref(), Some("06908946287728 (red crisps): counted 40 in A1"));
    assert_eq!(pieces(store, "s1", "water").await, 6);
    // The other till had no network: one bottle before the counting, two after it, a delivery before it, and an approval of
    // the same count by somebody who knew less.
    sell(&mut two, minute(0), "water");
    receive(&mut two, minute(0), "water", 30);
    sell(&mut two, minute(2), "water");
    sell(&mut two, minute(2), "water");
    approve(&mut two, plan.id, minute(5), &[("water", 7, minute(1))]);
    counted(&mut two, &plan, &mine, minute(1), &[("water", 9)]);
    upload(&two, &second, store, 1).await;
    assert_eq!(pieces(store, "s1", "water").await, 4, "seven were there, three were sold since");
    assert_eq!(complaints(store).await, ["approved_twice", "counted_late", "unknown_goods"]);
    balanced(store).await;
}

async fn goods_come_and_go_by_documents_once(store: Arc<dyn Store>) {
    let store = &*store;
    let (mut one, first) = Till::enrolled(store, "s1").await;
    let (mut two, second) = Till::enrolled(store, "s2").await;
    store.put("chain", vec![item("water"), item("tea")]).await.unwrap();
    let folder = Folder::new();
    let file = folder.path().join("deliveries.csv");
    std::fs::write(&file, "number,supplier,item,quantity,due,lot,expires\nDN-7,S,water,12,2026-11-23,,\nDN-7,S,tea,5,,L1,2026-12-31\nDN-8,S,nothing,1,,,\nDN-9,S,water,x,,,\n")
        .unwrap();
    let imported = import::deliveries(store, "s1", &file, Box::new(|_, _| {})).await.unwrap();
    assert_eq!((imported.rows, imported.good, imported.rejected, imported.changed), (4, 2, 2, 1));
    let deliveries = async || {
        let records = records(store, "store-s1").await;
        records
            .into_iter()
            .filter_map(|record| match record {
                Record::Delivery(note) => {
                    Some(note.lines.into_iter().map(|line| (line.item, line.quantity)).collect::<Vec<_>>())
                }
                _ => None,
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(deliveries().await, [[("water".to_owned(), 12_000), ("tea".to_owned(), 5000)]]);
    // Ten bottles come sound and one broken; the tea comes with the next lorry.
    let received = |complete, lines| GoodsReceived {
        id: Uuid::now_v7(),
        note: "DN-7".into(),
        supplier: "S".into(),
        lines,
        complete,
        by: "07".into(),
        at_ms: minute(0),
    };
    let water = ArrivedLine {
        item: Some("water".into()),
        expected: 12_000,
        arrived: 10_000,
        damaged: 1000,
        ..ArrivedLine::default()
    };
    let strange = ArrivedLine { unknown: Some("6900".into()), arrived: 2000, ..ArrivedLine::default() };
    let part = received(false, vec![water, strange]);
    one.event_at(minute(0), Body::GoodsReceived(part.clone()));
    one.event_at(minute(0), Body::GoodsReceived(part));
    upload(&one, &first, store, 1).await;
    assert_eq!(deliveries().await, [[("water".to_owned(), 1000), ("tea".to_owned(), 5000)]]);
    assert_eq!(complaints(store).await, ["arrived_otherwise", "arrived_otherwise", "duplicate_document"]);
    let tea = ArrivedLine {
        item: Some("tea".into()),
        lot: "L1".into(),
        expires: Some("2026-12-31".into()),
        expected: 5000,
        arrived: 5000,
        ..ArrivedLine::default()
    };
    one.event_at(minute(1), Body::GoodsReceived(received(true, vec![tea])));
    // Four bottles and two teas go to the other store, one bottle is written off.
    let lot = |item: &str, lot: &str, pieces: i64| StockLine {
        item: item.into(),
        lot: lot.into(),
        expires: (!lot.is_empty()).then(|| "2026-12-31".to_owned()),
        quantity: pieces * 1000,
    };
    let sent = TransferSent {
        id: Uuid::now_v7(),
        number: "T-1".into(),
        from: "s1".into(),
        to: "s2".into(),
        lines: vec![lot("water", "", 4), lot("tea", "L1", 2)],
        by: "07".into(),
        at_ms: minute(2),
    };
    one.event_at(minute(2), Body::TransferSent(sent.clone()));
    let written = WrittenOff {
        id: Uuid::now_v7(),
        reason: "过期".into(),
        lines: vec![lot("water", "", 1)],
        by: "07".into(),
        at_ms: minute(3),
    };
    one.event_at(minute(3), Body::WrittenOff(written));
    upload(&one, &first, store, 1).await;
    assert_eq!(deliveries().await.len(), 0);
    let at = |item: &str, lot: &str, pieces| ((item.to_owned(), lot.to_owned()), pieces);
    assert_eq!(book(store, "s1").await, [at("tea", "L1@2026-12-31", 3), at("water", "", 5)].into());
    assert!(records(store, "store-s2").await.contains(&Record::Transfer(Box::new(sent.clone()))));
    assert!(store.transfers(10).await.unwrap()[0].came.is_none());
    // One bottle is missing when they arrive.
    let came = |item: &str, lot: &str, expected: i64, arrived: i64| ArrivedLine {
        item: Some(item.into()),
        lot: lot.into(),
        expires: (!lot.is_empty()).then(|| "2026-12-31".to_owned()),
        expected: expected * 1000,
        arrived: arrived * 1000,
        ..ArrivedLine::default()
    };
    let arrived = TransferReceived {
        transfer: sent.id,
        from: "s1".into(),
        lines: vec![came("water", "", 4, 3), came("tea", "L1", 2, 2)],
        by: "08".into(),
        at_ms: minute(4),
    };
    two.event_at(minute(4), Body::TransferReceived(arrived));
    upload(&two, &second, store, 1).await;
    assert_eq!(book(store, "s2").await, [at("tea", "L1@2026-12-31", 2), at("water", "", 3)].into());
    assert!(records(store, "store-s2").await.contains(&Record::TransferGone(sent.id)));
    assert!(store.transfers(10).await.unwrap()[0].came.is_some());
    // A transfer that arrives before its sender's journal is not expected any more.
    let early = TransferSent { id: Uuid::now_v7(), ..sent };
    two.event_at(
        minute(5),
        Body::TransferReceived(TransferReceived {
            transfer: early.id,
            from: "s1".into(),
            lines: vec![came("water", "", 4, 4)],
            by: "08".into(),
            at_ms: minute(5),
        }),
    );
    upload(&two, &second, store, 1).await;
    one.event_at(minute(2), Body::TransferSent(early.clone()));
    upload(&one, &first, store, 1).await;
    assert!(!records(store, "store-s2").await.contains(&Record::Transfer(Box::new(early))));
    balanced(store).await;
}

async fn stock_is_told_with_where_it_stands(store: Arc<dyn Store>) {
    let store = &*store;
    let (mut one, first) = Till::enrolled(store, "s1").await;
    receive(&mut one, minute(-5), "water", 20);
    receive(&mut one, minute(-5), "tea", 3);
    upload(&one, &first, store, 1).await;
    assert_eq!(store.tell_stock(minute(0)).await.unwrap().len(), 1);
    assert_eq!(store.tell_stock(minute(0)).await.unwrap(), [], "nothing has changed");
    let level = async |item: &str| {
        let records = records(store, "store-s1").await;
        records.into_iter().rev().find_map(|record| match record {
            Record::Stock(level) if level.item == item => Some(*level),
            _ => None,
        })
    };
    assert_eq!(
        level("water").await.unwrap(),
        StockLevel { item: "water".into(), quantity: 20_000, ..StockLevel::default() }
    );
    let plan = CountPlan { at_ms: minute(1), ..plan("spot", &[]) };
    store.open_count("s1", &plan).await.unwrap();
    sell(&mut one, minute(2), "water");
    receive(&mut one, minute(3), "water", 5);
    upload(&one, &first, store, 1).await;
    assert_eq!(store.tell_stock(minute(4)).await.unwrap().len(), 1);
    let moves = vec![
        StockMove { at_ms: minute(2), quantity: -1000, sale: true },
        StockMove { at_ms: minute(3), quantity: 5000, sale: false },
    ];
    assert_eq!(
        level("water").await.unwrap(),
        StockLevel { item: "water".into(), quantity: 24_000, lots: vec![], moves }
    );
    let as_of = records(store, "store-s1").await.into_iter().rev().find_map(|record| match record {
        Record::StockAsOf(as_of) => Some(*as_of),
        _ => None,
    });
    let as_of = as_of.unwrap();
    assert_eq!((as_of.at_ms, as_of.heads.len(), as_of.heads[0].head.seq), (minute(4), 1, one.head()));
    // What head office has added up is what it would add up anew.
    assert_eq!((pieces(store, "s1", "water").await, pieces(store, "s1", "tea").await), (24, 3));
}

/// Goods go from the shelf under the same lot as they came to it, whatever else of the item lies there.
async fn a_lot_that_is_sold_leaves_its_lot(store: Arc<dyn Store>) {
    let store = &*store;
    let (mut till, terminal) = Till::enrolled(store, "s1").await;
    store.put("chain", vec![item("tea")]).await.unwrap();
    let came = |lot: &str, expires: Option<&str>, pieces: i64| ArrivedLine {
        item: Some("tea".into()),
        lot: lot.into(),
        expires: expires.map(str::to_owned),
        arrived: pieces * 1000,
        expected: pieces * 1000,
        ..ArrivedLine::default()
    };
    let lines = vec![came("L1", Some("2027-03-01"), 5), came("L2", None, 4), came("", None, 3)];
    let received = GoodsReceived {
        id: Uuid::now_v7(),
        note: String::new(),
        supplier: "S".into(),
        lines,
        complete: true,
        by: "07".into(),
        at_ms: minute(0),
    };
    till.event_at(minute(0), Body::GoodsReceived(received));
    for (lot, expires) in
        [(Some("L1"), Some("2027-03-01")), (Some("L1"), Some("2027-03-01")), (Some("L2"), None), (None, None)]
    {
        let facets = Facets { lot: lot.map(str::to_owned), expires: expires.map(str::to_owned), ..Facets::default() };
        let sold = SaleLine { facets: Some(Box::new(facets)), ..line("tea", 100, None) };
        till.event_at(minute(1), Body::SaleCompleted(Box::new(plain(sold, tender("cash", 100)))));
    }
    upload(&till, &terminal, store, 1).await;
    let at = |lot: &str, pieces| (("tea".to_owned(), lot.to_owned()), pieces);
    assert_eq!(book(store, "s1").await, [at("L1@2027-03-01", 3), at("L2", 3), at("", 2)].into());
    balanced(store).await;
}

/// While one store's count is being written down, another store's is, too.
#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_counts_waits_for_no_other() {
    let Some(held) = crate::database::postgres().await else { return };
    let store = &*held.store;
    store.put("chain", vec![item("tea")]).await.unwrap();
    let (mut one, first) = Till::enrolled(store, "s1").await;
    let (mut two, second) = Till::enrolled(store, "s2").await;
    for till in [&mut one, &mut two] {
        approve(till, Uuid::now_v7(), minute(1), &[("tea", 4, minute(1))]);
        sell(till, minute(2), "tea");
    }
    // Somebody holds what the first store's count needs.
    let Database::Postgres(address) = &held.database else { panic!("PostgreSQL was asked for") };
    let config: tokio_postgres::Config = address.parse().unwrap();
    let (mut client, connection) = config.connect(tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let holds = client.transaction().await.unwrap();
    holds.execute("SELECT head FROM scope WHERE name = 'store-s1' FOR UPDATE", &[]).await.unwrap();
    let waits = one.upload(store, &first, 1, one.head());
    tokio::pin!(waits);
    let goes = async {
        while holds.query("SELECT 1 FROM pg_locks WHERE NOT granted", &[]).await.unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
        upload(&two, &second, store, 1).await;
    };
    tokio::select! {
        gone = tokio::time::timeout(std::time::Duration::from_secs(60), goes) => gone.expect("the second store goes on"),
        taken = &mut waits => panic!("it has to wait: {taken:?}"),
    }
    holds.rollback().await.unwrap();
    assert!(matches!(waits.await, Outcome::Taken { .. }));
    assert_eq!((pieces(store, "s1", "tea").await, pieces(store, "s2", "tea").await), (3, 3));
}

/// One thing that a till does, at a minute of its own.
#[derive(Clone, Debug)]
enum Does {
    Sells,
    Receives(i64),
    Approves { counted: i64, at: i64 },
}

async fn any_order_gives_the_same_stock(store: Arc<dyn Store>) {
    tokio::task::spawn_blocking(move || {
        let does = prop_oneof![
            3 => Just(Does::Sells),
            1 => (1_i64..9).prop_map(Does::Receives),
            1 => (0_i64..9, 0_i64..40).prop_map(|(counted, at)| Does::Approves { counted, at }),
        ];
        let day = prop::collection::vec((0_usize..2, 0_i64..40, does), 1..20);
        let runtime = tokio::runtime::Handle::current();
        let mut runner = TestRunner::new(Config { cases: 60, failure_persistence: None, ..Config::default() });
        let stores = std::cell::Cell::new(0);
        runner
            .run(&(day, prop::collection::vec(any::<bool>(), 24)), |(day, order)| {
                stores.set(stores.get() + 1);
                let (found, expected) = runtime.block_on(play(&*store, stores.get(), &day, &order));
                prop_assert_eq!(found, expected);
                Ok(())
            })
            .unwrap();
    })
    .await
    .unwrap();
}

/// Two tills send their day piece by piece, in an order; answers the book, and what it has to be.
async fn play(store: &dyn Store, no: u32, day: &[(usize, i64, Does)], order: &[bool]) -> (i64, i64) {
    let of = format!("p{no}");
    let (one, first) = Till::enrolled(store, &of).await;
    let (two, second) = Till::enrolled(store, &of).await;
    let mut tills = [(one, first, 0_u64), (two, second, 0)];
    let mut newest: Option<(i64, String, i64)> = None;
    let mut moves = Vec::new();
    let plan = Uuid::now_v7();
    for (till, at, does) in day {
        let (till, terminal, _) = &mut tills[*till];
        match does {
            Does::Sells => {
                sell(till, minute(*at), "tea");
                moves.push((*at, -1));
            }
            Does::Receives(pieces) => {
                receive(till, minute(*at), "tea", *pieces);
                moves.push((*at, *pieces));
            }
            Does::Approves { counted, at: when } => {
                approve(till, plan, minute(*at), &[("tea", *counted, minute(*when))]);
                let key = platform::stock::book::event_key(terminal.no, till.epoch, till.head());
                newest = newest.max(Some((*when, key, *counted)));
            }
        }
    }
    for one in order {
        let (till, terminal, sent) = &mut tills[usize::from(*one)];
        if *sent < till.head() {
            *sent += 1;
            till.upload(store, terminal, *sent, *sent).await;
        }
        // So that anchors meet sums that know all, some and nothing of what was told.
        if (u64::from(no) + *sent).is_multiple_of(3) {
            store.tell_stock(minute(0)).await.unwrap();
        }
    }
    for (till, terminal, _) in &tills {
        if till.head() > 0 {
            till.upload(store, terminal, 1, till.head()).await;
        }
    }
    store.tell_stock(minute(99)).await.unwrap();
    let since = newest.as_ref().map_or(i64::MIN, |(at, ..)| *at);
    let moved: i64 = moves.iter().filter(|(at, _)| *at > since).map(|(_, pieces)| pieces).sum();
    (pieces(store, &of, "tea").await, newest.map_or(0, |(.., counted)| counted) + moved)
}

/// Every posting of the day sums to zero, for each item.
async fn balanced(store: &dyn Store) {
    let rows = store.day(DAY, None).await.unwrap();
    assert_eq!(Reconciliation::of(DAY, None, &rows).unbalanced, Unbalanced::default());
}
