//! What a terminal knows of stock: what it was told, and what it has written itself.

use protocol::v1;
use uuid::Uuid;

use super::{Directory, event, open, sale};
use crate::{Commit, JournalReader, Replica, ReplicaWriter, scope_of_store};

const PLAN: Uuid = Uuid::from_u128(0x91a0);
const PASS: Uuid = Uuid::from_u128(0x9a55);

fn plan(id: Uuid, at_ms: i64) -> v1::CountPlan {
    v1::CountPlan { id, kind: "spot".to_owned(), by: "07".to_owned(), at_ms, ..v1::CountPlan::default() }
}

fn entered(first: u128, pieces: &[i64]) -> v1::CountEntered {
    let entries = pieces.iter().zip(first..).map(|(pieces, id)| v1::CountEntry {
        id: Uuid::from_u128(id),
        no: id as u32,
        item: Some("item-1".to_owned()),
        add: Some(pieces * 1000),
        ..v1::CountEntry::default()
    });
    let pass = v1::CountPass { id: PASS, round: 1, by: "07".to_owned(), terminal: 1, ..v1::CountPass::default() };
    v1::CountEntered { plan: PLAN, pass, entries: entries.collect() }
}

#[test]
fn a_count_is_there_after_a_power_cut_and_ends_with_its_close() {
    let dir = Directory::new();
    let (mut journal, _) = open(&dir);
    let mut write = |bodies: Vec<v1::Body>| {
        let events = bodies.into_iter().map(event).collect();
        journal.commit(Commit { events, saves: Vec::new() }).unwrap();
    };
    let other = Uuid::from_u128(0x91a1);
    write(vec![v1::Body::CountOpened(plan(PLAN, 1)), v1::Body::CountOpened(plan(other, 2))]);
    write(vec![v1::Body::CountEntered(entered(1, &[1, 2]))]);
    write(vec![v1::Body::SaleCompleted(Box::new(sale(1, 1000)))]);
    write(vec![v1::Body::CountEntered(entered(3, &[4]))]);
    let image = dir.image();
    let (mut journal, _) = open(&image);
    let reader = JournalReader::open(&image).unwrap().unwrap();
    let found = reader.count_events(PLAN).unwrap();
    let entries = found.iter().map(|event| match &event.body {
        v1::Body::CountEntered(entered) => entered.entries.len(),
        _other => 0,
    });
    assert_eq!(entries.collect::<Vec<_>>(), [0, 2, 1]);
    let open = |reader: &JournalReader| {
        reader.counts_opened_here().unwrap().into_iter().map(|plan| plan.id).collect::<Vec<_>>()
    };
    assert_eq!(open(&reader), [PLAN, other]);
    let closed = v1::CountClosed { plan: PLAN, by: "01".to_owned(), at_ms: 5, reason: String::new() };
    journal.commit(Commit { events: vec![event(v1::Body::CountClosed(closed))], saves: Vec::new() }).unwrap();
    assert_eq!(open(&reader), [other]);
}

#[test]
fn what_moved_here_is_told_from_where_head_office_stands() {
    let dir = Directory::new();
    let (mut journal, _) = open(&dir);
    let line = |item: &str, quantity| v1::StockLine { item: item.to_owned(), quantity, ..v1::StockLine::default() };
    let written = v1::WrittenOff {
        id: Uuid::from_u128(1),
        reason: "过期".to_owned(),
        lines: vec![line("item-2", 3000)],
        by: "07".to_owned(),
        at_ms: 5,
    };
    let transfer = Uuid::from_u128(7);
    let arrived = |item: &str| v1::ArrivedLine {
        item: Some(item.to_owned()),
        expected: 5000,
        arrived: 4000,
        damaged: 1000,
        ..v1::ArrivedLine::default()
    };
    let came = v1::TransferReceived {
        transfer,
        from: "s02".to_owned(),
        lines: vec![arrived("item-1")],
        by: "07".to_owned(),
        at_ms: 6,
    };
    let received = v1::GoodsReceived {
        id: Uuid::from_u128(8),
        note: "DN-7".to_owned(),
        supplier: "S".to_owned(),
        lines: vec![arrived("item-2")],
        complete: false,
        by: "07".to_owned(),
        at_ms: 6,
    };
    let told = journal
        .commit(Commit { events: vec![event(v1::Body::SaleCompleted(Box::new(sale(1, 1000))))], saves: Vec::new() })
        .unwrap()
        .head;
    let bodies = [
        v1::Body::SaleCompleted(Box::new(sale(2, 2000))),
        v1::Body::WrittenOff(written),
        v1::Body::TransferReceived(came),
        v1::Body::GoodsReceived(received.clone()),
    ];
    journal.commit(Commit { events: bodies.map(event).to_vec(), saves: Vec::new() }).unwrap();
    let reader = JournalReader::open(&dir).unwrap().unwrap();
    let moved = |head: Option<&v1::Head>, limit| {
        let moved = reader.stock_after(head, limit).unwrap();
        moved.into_iter().map(|own| (own.item, own.quantity, own.is_sale)).collect::<Vec<_>>()
    };
    let own = |item: &str, quantity, is_sale| (item.to_owned(), quantity, is_sale);
    let since = [
        own("item-1", -2000, true),
        own("item-2", -3000, false),
        own("item-1", 4000, false),
        own("item-2", 4000, false),
    ];
    assert_eq!(moved(Some(&told), 99), since);
    assert_eq!((moved(None, 99).len(), moved(None, 2).len()), (5, 2));
    assert!(reader.was_taken_in(transfer).unwrap() && !reader.was_taken_in(PLAN).unwrap());
    assert_eq!(reader.received_after("DN-7", Some(&told), 9).unwrap(), [received]);
    assert_eq!(reader.received_after("DN-8", None, 9).unwrap(), []);
}

#[test]
fn a_terminal_looks_up_what_its_store_is_told_of_stock() {
    let dir = Directory::new();
    let mut writer = ReplicaWriter::open(&dir, 0).unwrap();
    let store = scope_of_store("s01");
    let level = |item: &str, quantity| {
        v1::Record::Stock(Box::new(v1::StockLevel { item: item.to_owned(), quantity, ..v1::StockLevel::default() }))
    };
    let finished = v1::CountPassFinished { plan: PLAN, pass: PASS, by: "07".to_owned(), at_ms: 9 };
    let note = |number: &str, due: Option<&str>| {
        let (number, due) = (number.to_owned(), due.map(str::to_owned));
        v1::Record::Delivery(Box::new(v1::DeliveryNote { number, due, ..v1::DeliveryNote::default() }))
    };
    let sent = v1::TransferSent {
        id: Uuid::from_u128(7),
        number: "T-1".to_owned(),
        from: "s02".to_owned(),
        to: "s01".to_owned(),
        lines: Vec::new(),
        by: "08".to_owned(),
        at_ms: 3,
    };
    let told = [
        level("item-1", 5000),
        level("item-2", -1000),
        level("item-1", 4000),
        v1::Record::StockAsOf(Box::new(v1::StockAsOf { at_ms: 8, heads: Vec::new() })),
        v1::Record::Count(Box::new(plan(PLAN, 2))),
        v1::Record::Count(Box::new(plan(PASS, 1))),
        v1::Record::Counted(Box::new(entered(1, &[1, 2]))),
        v1::Record::Counted(Box::new(entered(3, &[4]))),
        v1::Record::CountPassFinished(finished.clone()),
        note("DN-8", None),
        note("DN-7", Some("2026-11-23")),
        v1::Record::Transfer(Box::new(sent.clone())),
    ];
    let change = |no, record| v1::Change { no, record };
    writer.replace(&store, 1, told.map(|record| Ok::<_, String>(change(1, record)))).unwrap();
    let mut replica = Replica::open(&dir).unwrap().unwrap();
    assert_eq!(replica.stock_of("item-1").unwrap().map(|level| level.quantity), Some(4000));
    assert_eq!(replica.stock_of("item-3").unwrap(), None);
    assert_eq!(replica.stock_after("item-1", 9).unwrap().len(), 1);
    assert_eq!(replica.stock_as_of().unwrap().map(|as_of| as_of.at_ms), Some(8));
    let counts = |replica: &Replica| replica.open_counts().unwrap().iter().map(|plan| plan.id).collect::<Vec<_>>();
    assert_eq!((counts(&replica), replica.counted(PLAN).unwrap().len()), (vec![PASS, PLAN], 2));
    assert_eq!(replica.finished_passes(PLAN).unwrap(), [finished]);
    let numbers: Vec<_> = replica.expected_deliveries().unwrap().into_iter().map(|note| note.number).collect();
    assert_eq!((numbers, replica.delivery("DN-9").unwrap()), (vec!["DN-7".to_owned(), "DN-8".to_owned()], None));
    assert_eq!(replica.expected_transfers().unwrap(), [sent]);
    let gone = [
        v1::Record::CountGone(PLAN),
        v1::Record::CountedGone(Uuid::from_u128(1)),
        v1::Record::CountedGone(Uuid::from_u128(3)),
        v1::Record::CountPassGone(PASS),
        v1::Record::DeliveryGone("DN-7".to_owned()),
        v1::Record::TransferGone(Uuid::from_u128(7)),
    ];
    writer.apply(&store, &gone.map(|record| change(2, record)), 2).unwrap();
    assert!(replica.changed().unwrap());
    assert_eq!((counts(&replica), replica.counted(PLAN).unwrap().len()), (vec![PASS], 0));
    assert_eq!((replica.finished_passes(PLAN).unwrap().len(), replica.expected_transfers().unwrap().len()), (0, 0));
    assert_eq!(replica.expected_deliveries().unwrap().len(), 1);
}
