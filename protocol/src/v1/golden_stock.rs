//! Frozen messages of stock: counts, goods that come and go without a sale, and what terminals are told of it.

use uuid::Uuid;

use super::golden::{SALE, TERMINAL, event, frozen};
use super::*;
use crate::chain::Hash;

const PLAN: Uuid = Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0010);
const PASS: Uuid = Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0011);
const ENTRY: Uuid = Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0012);
const DOCUMENT: Uuid = Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0013);
const AT_MS: i64 = 1_795_300_000_000;

fn zone(name: &str, sells: bool) -> Zone {
    Zone { name: name.into(), sells }
}

fn plan() -> CountPlan {
    CountPlan {
        id: PLAN,
        name: "年末盘点".into(),
        kind: "full".into(),
        zones: vec![zone("饮料区", true), zone("后仓", false)],
        blind: true,
        categories: vec!["水饮".into()],
        items: vec!["1001".into()],
        trolley_s: 600,
        by: "01".into(),
        at_ms: AT_MS,
    }
}

fn entered() -> CountEntered {
    let scan = CountEntry {
        id: ENTRY,
        no: 1,
        item: Some("1001".into()),
        lot: "L1".into(),
        expires: Some("2026-12-31".into()),
        add: Some(1000),
        at_ms: AT_MS,
        ..CountEntry::default()
    };
    let typed = CountEntry {
        id: SALE,
        no: 2,
        unknown: Some("6900000000001".into()),
        set: Some(24_000),
        at_ms: AT_MS,
        by: Some("08".into()),
        terminal: Some(3),
        ..CountEntry::default()
    };
    let undo = CountEntry {
        id: DOCUMENT,
        no: 3,
        item: Some("1001".into()),
        take_back: Some(ENTRY),
        at_ms: AT_MS,
        ..CountEntry::default()
    };
    let pass = CountPass { id: PASS, zone: "饮料区".into(), round: 1, by: "07".into(), terminal: 2, at_ms: AT_MS };
    CountEntered { plan: PLAN, pass, entries: vec![scan, typed, undo] }
}

fn finished() -> CountPassFinished {
    CountPassFinished { plan: PLAN, pass: PASS, by: "07".into(), at_ms: AT_MS }
}

fn lots() -> Vec<LotQuantity> {
    vec![
        LotQuantity { lot: "L1".into(), expires: Some("2026-12-31".into()), quantity: 3000 },
        LotQuantity { quantity: 4000, ..LotQuantity::default() },
    ]
}

fn lines() -> Vec<StockLine> {
    let lot = StockLine { item: "1001".into(), lot: "L1".into(), expires: Some("2026-12-31".into()), quantity: 12_000 };
    vec![lot, StockLine { item: "1002".into(), quantity: 1000, ..StockLine::default() }]
}

fn arrived() -> Vec<ArrivedLine> {
    let short = ArrivedLine {
        item: Some("1001".into()),
        lot: "L1".into(),
        expires: Some("2026-12-31".into()),
        expected: 12_000,
        arrived: 10_000,
        damaged: 1000,
        ..ArrivedLine::default()
    };
    let unknown = ArrivedLine { unknown: Some("6900000000001".into()), arrived: 1000, ..ArrivedLine::default() };
    vec![short, unknown]
}

fn sent() -> TransferSent {
    TransferSent {
        id: DOCUMENT,
        number: "T01-000001".into(),
        from: "s01".into(),
        to: "s02".into(),
        lines: lines(),
        by: "07".into(),
        at_ms: AT_MS,
    }
}

#[test]
fn what_a_terminal_says_of_stock_is_frozen() {
    let approved = CountApproved {
        plan: PLAN,
        by: "01".into(),
        at_ms: AT_MS,
        lines: vec![
            ApprovedLine {
                item: "1001".into(),
                counted: 7000,
                lots: lots(),
                at_ms: AT_MS,
                expected: 8000,
                value: -200,
            },
            ApprovedLine {
                item: "1002".into(),
                counted: 5000,
                at_ms: AT_MS,
                expected: 5000,
                ..ApprovedLine::default()
            },
        ],
        unknown: Vec::new(),
    };
    let received = GoodsReceived {
        id: DOCUMENT,
        note: "DN-7".into(),
        supplier: "农夫山泉".into(),
        lines: arrived(),
        complete: true,
        by: "07".into(),
        at_ms: AT_MS,
    };
    let bodies = [
        ("count-opened", Body::CountOpened(plan())),
        ("count-entered", Body::CountEntered(entered())),
        ("count-pass-finished", Body::CountPassFinished(finished())),
        ("count-approved", Body::CountApproved(approved)),
        (
            "count-closed",
            Body::CountClosed(CountClosed { plan: PLAN, by: "01".into(), at_ms: AT_MS, reason: "重新安排".into() }),
        ),
        ("goods-received", Body::GoodsReceived(received)),
        ("transfer-sent", Body::TransferSent(sent())),
        (
            "transfer-received",
            Body::TransferReceived(TransferReceived {
                transfer: DOCUMENT,
                from: "s01".into(),
                lines: arrived(),
                by: "08".into(),
                at_ms: AT_MS,
            }),
        ),
        (
            "written-off",
            Body::WrittenOff(WrittenOff {
                id: DOCUMENT,
                reason: "过期".into(),
                lines: lines(),
                by: "07".into(),
                at_ms: AT_MS,
            }),
        ),
    ];
    for (name, body) in bodies {
        assert_eq!(name, body.kind().replace('_', "-"));
        let event = event(body);
        assert!(event.to_domain().is_ok_and(|known| known.is_some()), "{name}: {:?}", event.to_domain());
        frozen(&format!("event-{name}"), event);
    }
}

#[test]
fn what_terminals_are_told_of_stock_is_frozen() {
    let level = StockLevel {
        item: "1001".into(),
        quantity: 7000,
        lots: lots(),
        moves: vec![
            StockMove { at_ms: AT_MS, quantity: -1000, sale: true },
            StockMove { at_ms: AT_MS, quantity: 8000, sale: false },
        ],
    };
    let head = Head { epoch: 1, seq: 7, hash: Hash([0x11; 32]) };
    let records = [
        Record::Stock(Box::new(level)),
        Record::StockAsOf(Box::new(StockAsOf { at_ms: AT_MS, heads: vec![TerminalHead { terminal: TERMINAL, head }] })),
        Record::Count(Box::new(plan())),
        Record::CountGone(PLAN),
        Record::Counted(Box::new(entered())),
        Record::CountedGone(ENTRY),
        Record::CountPassFinished(finished()),
        Record::CountPassGone(PASS),
        Record::Delivery(Box::new(DeliveryNote {
            number: "DN-7".into(),
            supplier: "农夫山泉".into(),
            due: Some("2026-11-23".into()),
            lines: lines(),
        })),
        Record::DeliveryGone("DN-7".into()),
        Record::Transfer(Box::new(sent())),
        Record::TransferGone(DOCUMENT),
    ];
    let changes: Vec<Change> = records.into_iter().zip(1..).map(|(record, no)| Change { no, record }).collect();
    frozen("changes-of-stock", Changes { changes, next: 12, head: 12 });
    let policy = Policy { zones: vec![zone("饮料区", true)], ..Policy::default() };
    frozen("policy-with-zones", policy);
}
