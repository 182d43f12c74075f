//! The frozen messages. A test that fails here says that tills in the field would no longer be understood: add optional
//! fields or a new version, never change these files.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::*;
use crate::chain::Hash;

pub(super) const TERMINAL: Uuid = Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0001);
pub(super) const SHIFT: Uuid = Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0002);
pub(super) const SALE: Uuid = Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0003);

/// The message is written as the file says, and the file is read as the message.
pub(super) fn frozen<M: Serialize + DeserializeOwned + PartialEq + Debug>(name: &str, message: M) {
    let path = format!("{}/testdata/v1/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = serde_json::to_string_pretty(&message).unwrap() + "\n";
    expect_test::expect_file![&path].assert_eq(&text);
    assert_eq!(serde_json::from_str::<M>(&text).unwrap(), message);
}

pub(super) fn event(body: Body) -> Event {
    Event {
        v: 1,
        terminal: TERMINAL,
        epoch: 1,
        seq: 7,
        at_ms: 1_795_300_000_123,
        business_date: "2026-11-21".into(),
        shift: Some(SHIFT),
        staff: Some("07".into()),
        body,
    }
}

pub(super) fn basket() -> Basket {
    Basket {
        id: SALE,
        started_at_ms: 1_795_300_000_000,
        member: Some(MemberRef { id: "M1".into(), name: "王*".into(), points_known: 120, ..MemberRef::default() }),
        lines: vec![BasketLine {
            no: 1,
            item: "1001".into(),
            name: "红富士苹果".into(),
            name_en: Some("Fuji apples".into()),
            code: Some("02212345600007".into()),
            unit: "kg".into(),
            quantity: 801,
            unit_price: 1280,
            label_amount: Some(1025),
            tax: "low".into(),
            tax_rate_bp: 900,
            voided: true,
            ..BasketLine::default()
        }],
        about: None,
    }
}

pub(super) fn taxes() -> Vec<TaxTotal> {
    vec![TaxTotal { tax_id: "standard".into(), rate_bp: 1300, net: 354, tax: 46, exempt: false }]
}

pub(super) fn sale() -> Sale {
    Sale {
        id: SALE,
        receipt: "0101-000001".into(),
        currency: "CNY".into(),
        started_at_ms: 1_795_300_000_000,
        member: Some(SaleMember { id: "M1".into(), points_earned: 4, ..SaleMember::default() }),
        lines: vec![SaleLine {
            no: 2,
            item: "6921168509256".into(),
            name: "农夫山泉 550ml".into(),
            code: Some("06921168509256".into()),
            unit: "piece".into(),
            quantity: 2000,
            unit_price: 200,
            gross: 400,
            tax: 46,
            tax_id: "standard".into(),
            ..SaleLine::default()
        }],
        voided: basket().lines,
        taxes: taxes(),
        total: 400,
        rounding: 0,
        tenders: vec![Tender { kind: "cash".into(), amount: 400, tendered: 1000, change: 600, ..Tender::default() }],
        catalogue_chain: 12,
        catalogue_store: 3,
        ..Sale::default()
    }
}

pub(super) fn totals() -> Totals {
    Totals {
        sales: 1,
        gross: 400,
        tenders: vec![TenderTotal { kind: "cash".into(), count: 1, amount: 400 }],
        taxes: taxes(),
        points: 4,
        units: 2000,
        voided_lines: 1,
        ..Totals::default()
    }
}

#[test]
fn events_are_frozen() {
    let bodies = [
        Body::EpochStarted(EpochStarted { reason: "new".into(), program: "0.1.0".into() }),
        Body::ShiftOpened(ShiftOpened { shift: SHIFT, float: 20_000 }),
        Body::SaleCompleted(Box::new(sale())),
        Body::SaleVoided(SaleVoided { basket: basket(), reason: String::new() }),
        Body::SaleSuspended(SaleSuspended { basket: basket() }),
        Body::SaleRecalled(SaleRecalled { basket: SALE }),
        Body::DrawerOpened(DrawerOpened { reason: "no_sale".into() }),
        Body::Reprinted(Reprinted { receipt: "0101-000001".into() }),
        Body::LockedOut(LockedOut { staff: "07".into(), tries: 5 }),
        Body::ShiftClosed(ShiftClosed {
            shift: SHIFT,
            z_no: 1,
            opened_at_ms: 1_795_290_000_000,
            totals: totals(),
            expected: 20_400,
            counted: 20_390,
            ..ShiftClosed::default()
        }),
    ];
    for body in bodies {
        frozen(&format!("event-{}", body.kind().replace('_', "-")), event(body));
    }
}

#[test]
fn the_catalogue_is_frozen() {
    let item = Item {
        id: "6921168509256".into(),
        name: "农夫山泉 550ml".into(),
        name_en: Some("Nongfu Spring 550 ml".into()),
        initials: "nfsq550ml".into(),
        unit: "piece".into(),
        tax: "standard".into(),
        category: "水饮".into(),
        codes: vec!["06921168509256".into()],
        prices: vec![Price { from_ms: 0, price: 200 }, Price { from_ms: 1_795_300_000_000, price: 220 }],
        favourite: Some(1),
        terms: None,
    };
    let store = Store {
        id: "s01".into(),
        name: "柜台便利".into(),
        currency: "CNY".into(),
        time_zone: "Asia/Shanghai".into(),
        tax_mode: "included".into(),
        taxes: vec![Tax { id: "standard".into(), rate_bp: 1300, exempt: false }],
        cash_rounding: CashRounding { step: 10, mode: "down".into() },
        points_per: 100,
        day_starts_hour: 4,
        layouts: vec![Layout { pattern: "22IIIIIIVVVVC".into(), value: "price".into(), decimals: 2 }],
        receipt_header: vec!["欢迎光临".into()],
        receipt_footer: vec!["谢谢惠顾".into()],
        auto_lock_s: 300,
        policy: None,
    };
    let member = Member {
        id: "M1".into(),
        name: "王*".into(),
        phone: "138****6621".into(),
        codes: vec!["2990001234567".into()],
        points: 120,
        ..Member::default()
    };
    let staff =
        Staff { id: "07".into(), name: "林".into(), role: "cashier".into(), pin: "$argon2id$...".into(), card: None };
    let records = [
        Record::Item(Box::new(item)),
        Record::ItemGone("6921168509256".into()),
        Record::Member(member),
        Record::MemberGone("M1".into()),
        Record::Staff(staff),
        Record::StaffGone("07".into()),
        Record::Store(Box::new(store)),
    ];
    let changes = records.into_iter().zip(1..).map(|(record, no)| Change { no, record }).collect();
    frozen("changes", Changes { changes, next: 7, head: 7 });
    frozen("snapshot-info", SnapshotInfo { no: 7, sha256: Hash::of(b"snapshot"), bytes: 1234, records: 5 });
}

#[test]
fn enrolment_and_upload_are_frozen() {
    let head = Head { epoch: 1, seq: 7, hash: Hash::of(b"seven") };
    frozen(
        "enrol",
        Enrol {
            code: "K7QM-2PXA".into(),
            public_key: "00".repeat(32),
            program: "0.1.0".into(),
            protocol_min: 1,
            protocol_max: 1,
        },
    );
    frozen(
        "enrolled",
        Enrolled {
            terminal: TERMINAL,
            number: 1,
            store: "s01".into(),
            token: "a token".into(),
            platform_key: "11".repeat(32),
            protocol: 1,
        },
    );
    frozen("hello", Hello { program: "0.1.0".into(), protocol_min: 1, protocol_max: 1, epoch: 1, clock_ms: 1 });
    frozen("welcome", Welcome { protocol: 1, clock_ms: 2, heads: vec![head], credit: 500 });
    frozen("taken", Taken { head, signature: "22".repeat(64), duplicates: 1, exceptions: 0, credit: 500 });
    frozen(
        "problem-gap",
        Problem {
            kind: "urn:guitai:gap".into(),
            title: "Events are missing".into(),
            status: 409,
            detail: "Continue with event 5.".into(),
            expected: Some(5),
        },
    );
}

#[test]
fn a_batch_carries_the_committed_bytes_unchanged() {
    // Spaces and the order of fields are the till's; no reader may tidy them.
    let bytes = r#"{ "v":1,  "any" : [1, 2.50]}"#;
    let batch = Batch {
        terminal: TERMINAL,
        epoch: 1,
        first_seq: 7,
        prev_hash: Hash::genesis(TERMINAL, 1),
        events: vec![serde_json::value::RawValue::from_string(bytes.into()).unwrap()],
        signature: "33".repeat(64),
    };
    let text = serde_json::to_string(&batch).unwrap();
    expect_test::expect_file![concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/v1/batch.json")]
        .assert_eq(&(text.clone() + "\n"));
    let read: Batch = serde_json::from_str(&text).unwrap();
    assert_eq!(read.events[0].get(), bytes);
}

#[test]
fn kinds_of_problems_have_words_of_their_own() {
    for kind in ProblemKind::ALL {
        let of_kind = |kind: ProblemKind| Problem {
            kind: format!("urn:guitai:{}", kind.word()),
            title: String::new(),
            status: 400,
            detail: String::new(),
            expected: None,
        };
        assert_eq!(ProblemKind::of(&of_kind(kind)), Some(kind));
    }
}
