//! Receipts that come back, members and goods put by, for the random stories; and what must hold of them.

use std::collections::BTreeMap;

use domain::event::Event;
use domain::money::Money;
use domain::quantity::Quantity;
use domain::receipt::{Block, Document};
use domain::sale::Sale;
use domain::tender::TenderKind;
use pos_app::engine::{PastSale, Stamp};
use uuid::Uuid;

use super::Habit;
use super::shop::Shop;

/// The number of who becomes a member; it is shown nowhere.
pub(super) const PHONE: &str = "13800006621";

/// Goods back by a receipt, one line or two, whole or in part.
macro_rules! back {
    ($receipt:literal, $($choice:expr),+) => {
        &[
            Habit::Back,
            Habit::Ok,
            Habit::Begin("return"),
            Habit::Answer($receipt),
            $($choice,)+
            Habit::Confirm,
            Habit::Choose("unwanted"),
            Habit::Choose("to_stock"),
            Habit::Approve,
            Habit::Pay,
            Habit::Exact,
        ]
    };
}

/// What people do with receipts, members and goods put by.
pub(super) const HABITS: [&[Habit]; 12] = [
    back!("0101-000001", Habit::Choose("1")),
    back!("0101-000001", Habit::Choose("1"), Habit::Part("1", "1")),
    back!("0101-000002", Habit::Choose("1"), Habit::Part("1", "1")),
    back!("0101-000002", Habit::Choose("1"), Habit::Choose("2")),
    &[
        Habit::Back,
        Habit::Ok,
        Habit::Code("0101-000001"),
        Habit::Choose("1"),
        Habit::Confirm,
        Habit::Answer("x"),
        Habit::Choose("damaged"),
    ],
    &[Habit::Back, Habit::Ok, Habit::Code("M1"), Habit::Scan, Habit::Scan, Habit::Scan, Habit::Pay, Habit::Cash],
    &[Habit::Back, Habit::Ok, Habit::Begin("enrol"), Habit::Answer(PHONE), Habit::Answer("x"), Habit::Code("CARD-7")],
    &[
        Habit::Back,
        Habit::Ok,
        Habit::Code("M1"),
        Habit::Begin("member_note"),
        Habit::Answer("x"),
        Habit::Begin("balance"),
        Habit::Back,
    ],
    &[
        Habit::Back,
        Habit::Ok,
        Habit::Scan,
        Habit::Code("B1"),
        Habit::Begin("place_hold"),
        Habit::Answer(PHONE),
        Habit::Answer(""),
        Habit::Answer("2"),
    ],
    &[
        Habit::Back,
        Habit::Ok,
        Habit::Scan,
        Habit::Begin("place_hold"),
        Habit::Answer("w"),
        Habit::Answer("2199-01-01"),
        Habit::Answer(""),
    ],
    &[
        Habit::Back,
        Habit::Ok,
        Habit::Begin("gift_receipt"),
        Habit::Begin("reprint_receipt"),
        Habit::Answer("0101-000001"),
    ],
    &[
        Habit::Back,
        Habit::Ok,
        Habit::Begin("last_purchases"),
        Habit::Back,
        Habit::Begin("invoice_request"),
        Habit::Back,
    ],
];

/// The journal, as the shop looks it up.
pub(crate) fn note(shop: &mut Shop, stamp: &Stamp, events: &[Event]) {
    for event in events {
        match event {
            Event::SaleCompleted(sale) => note_sale(shop, stamp, sale),
            Event::HoldPlaced(hold) => shop.holds.push((**hold).clone()),
            Event::HoldCancelled { hold, .. } => shop.holds.retain(|known| known.basket.id != *hold),
            Event::MemberEnrolled(enrolment) => shop.enrolled.push(enrolment.clone()),
            _ => {}
        }
    }
}

fn note_sale(shop: &mut Shop, stamp: &Stamp, sale: &Sale) {
    for line in &sale.lines {
        let Some(origin) = &line.line.facets.origin else { continue };
        let past = shop.past.iter_mut().find(|past| past.sale.id == origin.sale);
        past.expect("what comes back was sold").returned.push((origin.line, -line.line.quantity));
    }
    if let Some(hold) = sale.about.hold {
        shop.holds.retain(|known| known.basket.id != hold);
    }
    shop.past.push(PastSale {
        sale: sale.clone(),
        staff: stamp.staff.clone().unwrap_or_default(),
        business_date: stamp.business_date,
        returned: Vec::new(),
    });
}

/// What came back of one line: how much, for how much money, tax and points.
#[derive(Clone, Copy, Default)]
struct Back {
    quantity: Quantity,
    gross: Money,
    tax: Money,
    points: i64,
}

/// No more comes back than was sold, and what came back whole was worth what it was.
pub(super) fn check(events: &[Event]) {
    let sales = events.iter().filter_map(super::sale);
    let mut back: BTreeMap<(Uuid, u32), Back> = BTreeMap::new();
    for line in sales.clone().flat_map(|sale| &sale.lines) {
        let Some(origin) = &line.line.facets.origin else { continue };
        assert_eq!((line.gross, line.tax), (-origin.gross, -origin.tax), "a return pays what its origin says");
        let sum = back.entry((origin.sale, origin.line)).or_default();
        sum.quantity = sum.quantity + -line.line.quantity;
        sum.gross += origin.gross;
        sum.tax += origin.tax;
        sum.points += origin.points;
    }
    for sale in sales {
        let lines =
            sale.lines.iter().map(|line| (line, back.get(&(sale.id, line.line.no)).copied().unwrap_or_default()));
        let mut whole = true;
        let mut points = 0;
        for (line, back) in lines.filter(|(line, _)| !line.line.quantity.is_return()) {
            assert!(back.quantity <= line.line.quantity, "more came back than was sold");
            assert!(back.gross <= line.gross, "more was given back than was paid");
            if back.quantity == line.line.quantity {
                assert_eq!((back.gross, back.tax), (line.gross, line.tax), "all of a line is what it cost");
            } else {
                whole = false;
            }
            points += back.points;
        }
        let clean = sale.lines.iter().all(|line| !line.line.quantity.is_return());
        if let Some((_, earned)) = &sale.member {
            assert!(points <= (*earned).max(0), "more points were taken back than were given");
            assert!(!(whole && clean) || points == *earned, "points were kept after everything came back");
        }
    }
    check_holds(events);
}

/// Goods put by end once.
fn check_holds(events: &[Event]) {
    let ended: Vec<Uuid> = events
        .iter()
        .filter_map(|event| match event {
            Event::SaleCompleted(sale) => sale.about.hold,
            Event::HoldCancelled { hold, .. } => Some(*hold),
            _ => None,
        })
        .collect();
    let mut once = ended.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), ended.len(), "goods put by were given out twice");
}

/// Cash that was paid down on goods put by, less what was given back.
pub(super) fn hold_cash(event: &Event) -> Money {
    let tenders = match event {
        Event::HoldPlaced(hold) => &hold.paid,
        Event::HoldCancelled { refunded, .. } => refunded,
        _ => return Money::ZERO,
    };
    tenders.iter().filter(|tender| tender.kind == TenderKind::Cash).map(|tender| tender.amount).sum()
}

/// No paper shows a number in full, unless it was typed where a serial number or a lot was asked for.
pub(super) fn check_is_masked(document: &Document) {
    let of_goods = |text: &str| ["Serial", "Lot"].iter().any(|word| text.trim_start().starts_with(word));
    let shows = |block: &Block| match block {
        Block::Text { text, .. } => text.contains(PHONE) && !of_goods(text),
        Block::Pair { left, right, .. } => left.contains(PHONE) || right.contains(PHONE),
        _ => false,
    };
    assert!(!document.blocks.iter().any(shows), "paper shows a telephone number");
}
