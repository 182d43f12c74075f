//! Everything about stock that leaves for the wire comes back as it was.

use domain::event::Event;
use domain::money::Money;
use domain::quantity::Quantity;
use domain::stock::approval::{ApprovedLine, CountApproval, CountClosed, UnknownGoods};
use domain::stock::count::{Change, CountBatch, CountEntry, Pass, PassFinished};
use domain::stock::document::{
    ArrivedLine, DeliveryNote, GoodsReceived, StockLine, TransferReceived, TransferSent, WrittenOff,
};
use domain::stock::plan::{CountKind, CountPlan, Filter, Zone};
use domain::stock::{Lot, LotQuantity, What};
use jiff::Timestamp;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use uuid::Uuid;

use crate::v1;

fn words() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), "[a-z0-9\"\\\\{}]{1,6}", "[\u{4e00}-\u{4e30}]{1,3}"]
}

fn id() -> impl Strategy<Value = Uuid> {
    any::<u128>().prop_map(Uuid::from_u128)
}

fn at() -> impl Strategy<Value = Timestamp> {
    (0_i64..4_000_000_000_000).prop_map(|ms| Timestamp::from_millisecond(ms).unwrap())
}

fn quantity() -> impl Strategy<Value = Quantity> {
    prop_oneof![0_i64..5000, 0_i64..=1_000_000_000].prop_map(Quantity::thousandths)
}

fn lot() -> impl Strategy<Value = Lot> {
    let date =
        (2020_i16..2100, 1_i8..=12, 1_i8..=28).prop_map(|(year, month, day)| jiff::civil::date(year, month, day));
    prop_oneof![Just(Lot::default()), (words(), option::of(date)).prop_map(|(no, expires)| Lot { no, expires })]
}

fn what() -> impl Strategy<Value = What> {
    prop_oneof![words().prop_map(What::Item), words().prop_map(What::Unknown)]
}

fn plan() -> impl Strategy<Value = CountPlan> {
    use CountKind::{Category, Full, Spot};
    let kind = proptest::sample::select(vec![Full, CountKind::Zone, Category, Spot]);
    let zones = vec((words(), any::<bool>()).prop_map(|(name, sells)| Zone { name, sells }), 0..3);
    let filter = (vec(words(), 0..3), vec(words(), 0..3)).prop_map(|(categories, items)| Filter { categories, items });
    (id(), words(), kind, zones, any::<bool>(), filter, any::<u32>(), words(), at()).prop_map(
        |(id, name, kind, zones, blind, filter, trolley_seconds, opened_by, opened_at)| CountPlan {
            id,
            name,
            kind,
            zones,
            blind,
            filter,
            trolley_seconds,
            opened_by,
            opened_at,
        },
    )
}

fn batch() -> impl Strategy<Value = CountBatch> {
    let change = prop_oneof![
        (-1_000_000_000_i64..=1_000_000_000).prop_map(|units| Change::Add(Quantity::thousandths(units))),
        quantity().prop_map(Change::Set),
        id().prop_map(Change::TakeBack),
    ];
    let entry = (id(), any::<u32>(), what(), lot(), change, (at(), words()), words(), 0_u32..3).prop_map(
        |(id, no, what, lot, change, (at, note), by, terminal)| CountEntry {
            id,
            no,
            what,
            lot,
            change,
            note,
            at,
            by,
            terminal,
        },
    );
    let pass = (id(), words(), 1_u8..=9, words(), 0_u32..3, at())
        .prop_map(|(id, zone, round, by, terminal, begun_at)| Pass { id, zone, round, by, terminal, begun_at });
    (id(), pass, vec(entry, 0..4)).prop_map(|(plan, pass, entries)| CountBatch { plan, pass, entries })
}

fn approval() -> impl Strategy<Value = CountApproval> {
    let lots = vec((lot(), quantity()), 0..3)
        .prop_map(|lots| lots.into_iter().map(|(lot, quantity)| LotQuantity { lot, quantity }).collect::<Vec<_>>());
    let line = (words(), lots, at(), -1_000_000_i64..1_000_000, -1_000_000_i64..1_000_000).prop_map(
        |(item, lots, at, expected, value)| {
            // Lots of nothing but goods without a lot are one, as a count makes them.
            let counted = lots.iter().fold(Quantity::NONE, |sum, lot| sum + lot.quantity);
            let plain = lots.iter().all(|lot| lot.lot == Lot::default());
            let lots = match (plain, counted == Quantity::NONE) {
                (true, true) => Vec::new(),
                (true, false) => vec![LotQuantity { lot: Lot::default(), quantity: counted }],
                (false, _) => lots,
            };
            ApprovedLine {
                item,
                counted,
                lots,
                at,
                expected: Quantity::thousandths(expected),
                value: Money::minor(value),
            }
        },
    );
    let unknown = (words(), words(), quantity(), words()).prop_map(|(code, zone, quantity, note)| UnknownGoods {
        code,
        zone,
        quantity,
        note,
    });
    (id(), words(), at(), vec(line, 0..4), vec(unknown, 0..3))
        .prop_map(|(plan, by, at, lines, unknown)| CountApproval { plan, by, at, lines, unknown })
}

fn lines() -> impl Strategy<Value = Vec<StockLine>> {
    let some = (1_i64..=1_000_000_000).prop_map(Quantity::thousandths);
    vec((words(), lot(), some).prop_map(|(item, lot, quantity)| StockLine { item, lot, quantity }), 0..4)
}

fn arrived() -> impl Strategy<Value = Vec<ArrivedLine>> {
    let line = (what(), lot(), quantity(), quantity(), quantity())
        .prop_map(|(what, lot, expected, arrived, damaged)| ArrivedLine { what, lot, expected, arrived, damaged });
    vec(line, 0..4)
}

fn about_stock() -> impl Strategy<Value = Event> {
    let received = (id(), words(), words(), arrived(), any::<bool>(), words(), at()).prop_map(
        |(id, note, supplier, lines, is_complete, by, at)| GoodsReceived {
            id,
            note,
            supplier,
            lines,
            is_complete,
            by,
            at,
        },
    );
    let sent = (id(), words(), words(), words(), lines(), words(), at()).prop_map(
        |(id, number, from_store, to_store, lines, by, at)| TransferSent {
            id,
            number,
            from_store,
            to_store,
            lines,
            by,
            at,
        },
    );
    let came = (id(), words(), arrived(), words(), at())
        .prop_map(|(transfer, from_store, lines, by, at)| TransferReceived { transfer, from_store, lines, by, at });
    let written = (id(), words(), lines(), words(), at()).prop_map(|(id, reason, lines, by, at)| WrittenOff {
        id,
        reason,
        lines,
        by,
        at,
    });
    let finished = (id(), id(), words(), at()).prop_map(|(plan, pass, by, at)| PassFinished { plan, pass, by, at });
    let closed = (id(), words(), at(), words()).prop_map(|(plan, by, at, reason)| CountClosed { plan, by, at, reason });
    prop_oneof![
        plan().prop_map(Event::CountOpened),
        batch().prop_map(Event::CountEntered),
        finished.prop_map(Event::CountPassFinished),
        approval().prop_map(Event::CountApproved),
        closed.prop_map(Event::CountClosed),
        received.prop_map(Event::GoodsReceived),
        sent.prop_map(Event::TransferSent),
        came.prop_map(Event::TransferReceived),
        written.prop_map(Event::WrittenOff),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn what_happens_with_stock_comes_back(event in about_stock()) {
        let wire = v1::Event {
            v: 1,
            terminal: Uuid::nil(),
            epoch: 1,
            seq: 1,
            at_ms: 0,
            business_date: "2026-03-01".into(),
            shift: None,
            staff: None,
            body: (&event).into(),
        };
        let text = serde_json::to_string(&wire).unwrap();
        let read: v1::Event = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(read.to_domain().unwrap(), Some(event));
    }

    #[test]
    fn a_delivery_note_comes_back(number in words(), supplier in words(), lines in lines()) {
        let due = Some(jiff::civil::date(2026, 11, 23));
        let note = DeliveryNote { number, supplier, due, lines };
        prop_assert_eq!(DeliveryNote::try_from(&v1::DeliveryNote::from(&note)).unwrap(), note);
    }
}

#[test]
fn a_level_is_a_book_that_knows_its_moves() {
    let at = |ms| Timestamp::from_millisecond(ms).unwrap();
    let moves = vec![
        v1::StockMove { at_ms: 20, quantity: -1000, sale: true },
        v1::StockMove { at_ms: 99, quantity: 5000, sale: false },
    ];
    let level = v1::StockLevel { item: "1".into(), quantity: 9000, lots: Vec::new(), moves };
    let book = level.to_domain(50).unwrap();
    let thousandths = |ms| book.at(at(ms)).in_thousandths();
    assert_eq!((thousandths(19), thousandths(20), thousandths(49), thousandths(99)), (5000, 4000, 4000, 9000));
}

#[test]
fn what_cannot_be_is_refused() {
    let entry = v1::CountEntry { item: Some("1".into()), add: Some(1000), ..v1::CountEntry::default() };
    let pass = v1::CountPass { round: 1, ..v1::CountPass::default() };
    let entered = |entry| v1::CountEntered { pass: pass.clone(), entries: vec![entry], ..v1::CountEntered::default() };
    let read = |entered: v1::CountEntered| CountBatch::try_from(&entered).map(drop).map_err(|bad| bad.field);
    assert_eq!(read(entered(entry.clone())), Ok(()));
    assert_eq!(read(entered(v1::CountEntry { set: Some(0), ..entry.clone() })), Err("entry"));
    assert_eq!(read(entered(v1::CountEntry { add: None, ..entry.clone() })), Err("entry"));
    assert_eq!(read(entered(v1::CountEntry { unknown: Some("6".into()), ..entry.clone() })), Err("item"));
    assert_eq!(read(entered(v1::CountEntry { add: Some(1_000_000_001), ..entry.clone() })), Err("entry.add"));
    assert_eq!(read(entered(v1::CountEntry { add: None, set: Some(-1), ..entry.clone() })), Err("entry.set"));
    let round = v1::CountEntered { pass: v1::CountPass::default(), ..v1::CountEntered::default() };
    assert_eq!(read(round), Err("pass.round"));
    let many = v1::CountEntered { entries: vec![entry; 201], ..entered(v1::CountEntry::default()) };
    assert_eq!(read(many), Err("entries"));
    let nothing = v1::StockLine { item: "1".into(), ..v1::StockLine::default() };
    assert_eq!(StockLine::try_from(&nothing).map_err(|bad| bad.field), Err("line.quantity"));
}
