//! Stories and properties of counting.

use jiff::Timestamp;
use proptest::prelude::*;
use uuid::Uuid;

use super::approval::{CountApproval, size};
use super::book::{ItemBook, Movement, StockBook};
use super::count::{Change, Count, CountBatch, CountEntry, CountError, Pass, PassFinished};
use super::difference::Difference;
use super::document::{ArrivedLine, Discrepancy};
use super::figure::FigureState;
use super::plan::{CountKind, CountPlan, Filter, Zone};
use super::{Lot, STOCK_MAX, What};
use crate::money::Money;
use crate::quantity::Quantity;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).unwrap()
}

fn pieces(count: i64) -> Quantity {
    Quantity::pieces(count)
}

fn plan(kind: CountKind, zones: &[(&str, bool)]) -> CountPlan {
    CountPlan {
        id: Uuid::from_u128(1),
        name: "年末盘点".into(),
        kind,
        zones: zones.iter().map(|(name, sells)| Zone { name: (*name).into(), sells: *sells }).collect(),
        blind: true,
        filter: Filter::default(),
        trolley_seconds: 0,
        opened_by: "01".into(),
        opened_at: at(0),
    }
}

fn pass(id: u128, zone: &str, round: u8, by: &str) -> Pass {
    Pass { id: Uuid::from_u128(id), zone: zone.into(), round, by: by.into(), terminal: 1, begun_at: at(0) }
}

fn entry(id: u128, item: &str, change: Change, second: i64, by: &str) -> CountEntry {
    CountEntry {
        id: Uuid::from_u128(id),
        no: id as u32,
        what: What::Item(item.into()),
        lot: Lot::default(),
        change,
        note: String::new(),
        at: at(second),
        by: by.into(),
        terminal: 1,
    }
}

fn batch(pass: &Pass, entries: Vec<CountEntry>) -> CountBatch {
    CountBatch { plan: Uuid::from_u128(1), pass: pass.clone(), entries }
}

fn finished(pass: &Pass, second: i64) -> PassFinished {
    PassFinished { plan: Uuid::from_u128(1), pass: pass.id, by: pass.by.clone(), at: at(second) }
}

/// A book of one item that holds so much at second 0 and sells so much at seconds.
fn book(item: &str, quantity: i64, sales: &[(i64, i64)]) -> StockBook {
    let sale = |(second, count): &(i64, i64)| Movement { at: at(*second), quantity: pieces(-count), is_sale: true };
    let movements = sales.iter().map(sale).collect();
    StockBook::from([(item.to_owned(), ItemBook { quantity: pieces(quantity), as_of: at(0), movements })])
}

fn of<'a>(differences: &'a [Difference], item: &str) -> &'a Difference {
    differences.iter().find(|found| found.item == item).unwrap()
}

const ONE_YUAN: &dyn Fn(&str) -> Money = &|_| Money::minor(100);

#[test]
fn scans_add_up_a_typed_quantity_stands_and_an_undo_takes_back() {
    let mut count = Count::new(plan(CountKind::Spot, &[]));
    let mine = pass(10, "", 1, "07");
    let undo = |id: u128, of: u128| entry(id, "water", Change::TakeBack(Uuid::from_u128(of)), 9, "07");
    count.take(&batch(&mine, vec![entry(1, "water", Change::Add(pieces(1)), 1, "07")]));
    count.take(&batch(&mine, vec![entry(2, "water", Change::Add(pieces(2)), 2, "07")]));
    let water = What::Item("water".into());
    let has = |count: &Count| count.pass(mine.id).unwrap().quantity_of(&water);
    assert_eq!(has(&count), Some(pieces(3)));
    count.take(&batch(&mine, vec![entry(3, "water", Change::Set(pieces(24)), 3, "07")]));
    assert_eq!((has(&count), count.next_no(mine.id)), (Some(pieces(24)), 4));
    assert_eq!(count.pass(mine.id).unwrap().last_of("07", 1).map(|last| last.no), Some(3));
    count.take(&batch(&mine, vec![undo(4, 3)]));
    assert_eq!((has(&count), count.next_no(mine.id)), (Some(pieces(3)), 5));
    assert_eq!(count.pass(mine.id).unwrap().last_of("07", 1).map(|last| last.no), Some(2));
    count.take(&batch(&mine, vec![undo(5, 2), undo(6, 1)]));
    assert_eq!((has(&count), count.pass(mine.id).unwrap().last_of("07", 1)), (None, None));
}

#[test]
fn a_terminal_writes_nothing_that_cannot_be() {
    let mut count = Count::new(plan(CountKind::Spot, &[]));
    let mine = pass(10, "", 1, "07");
    let one = |change| batch(&mine, vec![entry(1, "water", change, 1, "07")]);
    let over = STOCK_MAX + Quantity::thousandths(1);
    assert_eq!(count.check(&one(Change::Set(STOCK_MAX))), Ok(()));
    for change in [Change::Set(over), Change::Set(pieces(-1)), Change::Add(over), Change::Add(-over)] {
        assert_eq!(count.check(&one(change)), Err(CountError::NoSuchQuantity));
    }
    let many = (0..201).map(|id| entry(id, "water", Change::Add(pieces(1)), 1, "07")).collect();
    assert_eq!(count.check(&batch(&mine, many)), Err(CountError::TooManyEntries));
    assert_eq!(count.check(&batch(&pass(10, "", 0, "07"), vec![])), Err(CountError::NoSuchRound));
    assert_eq!(count.check(&batch(&pass(10, "", 10, "07"), vec![])), Err(CountError::NoSuchRound));
    assert_eq!(count.check(&CountBatch { plan: Uuid::nil(), ..batch(&mine, vec![]) }), Err(CountError::OtherCount));
    count.close(at(5));
    assert_eq!(count.check(&batch(&mine, vec![])), Err(CountError::Closed));
}

#[test]
fn a_shelf_that_two_counted_is_decided_by_a_third_and_never_added_up() {
    let mut count = Count::new(plan(CountKind::Zone, &[("A", true)]));
    let (wang, li) = (pass(10, "A", 1, "07"), pass(11, "A", 1, "08"));
    count.take(&batch(&wang, vec![entry(1, "water", Change::Add(pieces(10)), 10, "07")]));
    count.take(&batch(&li, vec![entry(2, "water", Change::Add(pieces(9)), 60, "08")]));
    let state = |count: &Count, book: &StockBook| count.figures(book)[0].state.clone();
    // One bottle was sold in between: both counted right. Without it one of them is wrong.
    assert_eq!(state(&count, &book("water", 10, &[(30, 1)])), FigureState::Settled);
    let none = book("water", 10, &[]);
    assert!(matches!(state(&count, &none), FigureState::CountedTwice(claims) if claims.len() == 2));
    let differences = count.differences(&none, ONE_YUAN);
    assert_eq!((differences.len(), differences[0].counted, differences[0].is_settled()), (1, pieces(9), false));
    assert_eq!(CountApproval::of(count.plan.id, &differences, &[], "01", at(99)), vec![]);
    // Neither of them may decide it; somebody else may.
    count.take(&batch(&pass(12, "A", 2, "08"), vec![entry(3, "water", Change::Set(pieces(9)), 70, "08")]));
    assert!(matches!(state(&count, &none), FigureState::CountedTwice(_)));
    count.take(&batch(&pass(13, "A", 2, "09"), vec![entry(4, "water", Change::Set(pieces(10)), 80, "09")]));
    let differences = count.differences(&none, ONE_YUAN);
    let water = of(&differences, "water");
    assert_eq!((water.counted, water.is_settled(), water.difference), (pieces(10), true, Quantity::NONE));
}

#[test]
fn a_recount_is_somebody_elses_and_replaces_its_goods_alone() {
    let mut count = Count::new(plan(CountKind::Zone, &[("A", true), ("B", true)]));
    let entries =
        vec![entry(1, "water", Change::Add(pieces(7)), 10, "07"), entry(2, "tea", Change::Add(pieces(5)), 10, "07")];
    count.take(&batch(&pass(10, "A", 1, "07"), entries));
    count.take(&batch(&pass(11, "B", 1, "08"), vec![entry(3, "water", Change::Add(pieces(1)), 10, "08")]));
    count.take(&batch(&pass(12, "A", 2, "07"), vec![entry(4, "water", Change::Set(pieces(9)), 20, "07")]));
    let empty = StockBook::new();
    let states = |count: &Count| count.figures(&empty).iter().map(|found| found.state.clone()).collect::<Vec<_>>();
    assert_eq!(states(&count), [FigureState::Settled, FigureState::SamePerson, FigureState::Settled]);
    count.take(&batch(&pass(13, "A", 2, "08"), vec![entry(5, "water", Change::Set(Quantity::NONE), 30, "08")]));
    let differences = count.differences(&empty, ONE_YUAN);
    assert_eq!((of(&differences, "water").counted, of(&differences, "tea").counted), (pieces(1), pieces(5)));
    assert!(differences.iter().all(Difference::is_settled));
}

#[test]
fn what_one_found_and_another_did_not_is_a_conflict_once_she_has_finished() {
    let mut count = Count::new(plan(CountKind::Full, &[("A", true)]));
    let (wang, li) = (pass(10, "A", 1, "07"), pass(11, "A", 1, "08"));
    // The end of a pass may arrive before its entries.
    count.finish(&finished(&li, 50));
    count.take(&batch(&wang, vec![entry(1, "water", Change::Add(pieces(3)), 10, "07")]));
    assert_eq!(count.figures(&StockBook::new())[0].state, FigureState::Settled);
    count.take(&batch(&li, vec![entry(2, "tea", Change::Add(pieces(1)), 20, "08")]));
    let book = book("gum", 4, &[]);
    assert_eq!(count.whole(), None);
    let states: Vec<bool> = count.figures(&book).iter().map(|found| found.state == FigureState::Settled).collect();
    assert_eq!(states, [true, false], "tea is Li's alone while Wang goes on; water was not found by Li");
    count.finish(&finished(&wang, 60));
    let differences = count.differences(&book, ONE_YUAN);
    let gum = of(&differences, "gum");
    assert_eq!((gum.is_missing, gum.counted, gum.difference), (true, Quantity::NONE, pieces(-4)));
    assert_eq!((gum.value, gum.at, size(&differences)), (Money::minor(-400), at(60), Money::minor(400)));
}

#[test]
fn nothing_is_approved_while_somebody_counts() {
    let (wang, li, again) = (pass(10, "A", 1, "07"), pass(11, "B", 1, "08"), pass(12, "A", 2, "08"));
    let one = |id, by| vec![entry(id, "water", Change::Add(pieces(1)), 10, by)];
    let mut full = Count::new(plan(CountKind::Full, &[("A", true), ("B", false)]));
    let zones = |count: &Count, but: Option<Uuid>| count.unfinished(but).into_iter().collect::<Vec<_>>().join(" ");
    assert_eq!(zones(&full, None), "A B", "nobody has been there");
    full.take(&batch(&wang, one(1, "07")));
    full.finish(&finished(&wang, 20));
    assert_eq!(zones(&full, None), "B");
    full.take(&batch(&li, Vec::new()));
    full.finish(&finished(&li, 30));
    assert_eq!(zones(&full, None), "");
    full.take(&batch(&again, Vec::new()));
    assert_eq!(zones(&full, None), "", "a recount that nobody has begun with");
    full.take(&batch(&again, one(2, "08")));
    assert_eq!(zones(&full, None), "A", "half a recount says less than none");
    assert_eq!(zones(&full, Some(again.id)), "", "her own ends by approving");
    let mut spot = Count::new(plan(CountKind::Spot, &[("A", true), ("B", true)]));
    assert_eq!(zones(&spot, None), "", "a spot check is about nothing but what was counted");
    spot.take(&batch(&wang, one(3, "07")));
    assert_eq!((zones(&spot, None), zones(&spot, Some(wang.id))), ("A".into(), String::new()));
}

#[test]
fn unknown_goods_and_lots_are_kept_apart() {
    let mut count = Count::new(plan(CountKind::Spot, &[]));
    let mine = pass(10, "", 1, "07");
    let lot = |no: &str| Lot { no: no.into(), expires: Some("2026-12-31".parse().unwrap()) };
    let unknown = CountEntry { what: What::Unknown("6900".into()), ..entry(1, "", Change::Add(pieces(2)), 1, "07") };
    let first = CountEntry { lot: lot("L1"), ..entry(2, "milk", Change::Add(pieces(3)), 2, "07") };
    let second = CountEntry { lot: lot("L2"), ..entry(3, "milk", Change::Set(pieces(4)), 3, "07") };
    count.take(&batch(&mine, vec![unknown, first, second]));
    let unknown = count.unknown();
    assert_eq!((unknown.len(), unknown[0].claim.quantity()), (1, pieces(2)));
    let differences = count.differences(&StockBook::new(), ONE_YUAN);
    let lots: Vec<_> = differences[0].lots.iter().map(|lot| (lot.lot.no.as_str(), lot.quantity)).collect();
    assert_eq!((differences.len(), lots), (1, vec![("L1", pieces(3)), ("L2", pieces(4))]));
}

#[test]
fn what_is_written_about_unknown_goods_goes_to_whoever_names_them() {
    let mut count = Count::new(plan(CountKind::Zone, &[("A", true), ("B", true)]));
    let (mine, hers) = (pass(10, "A", 1, "07"), pass(11, "B", 1, "08"));
    let unknown = |id: u128, note: &str, change, by| CountEntry {
        what: What::Unknown("6900".into()),
        note: note.into(),
        ..entry(id, "", change, id as i64, by)
    };
    let nothing = Change::Add(Quantity::NONE);
    let noted = vec![unknown(1, "", Change::Add(pieces(2)), "07"), unknown(2, "crisps", nothing, "07")];
    count.take(&batch(&mine, noted));
    count.take(&batch(&hers, vec![unknown(3, "", Change::Set(pieces(24)), "08")]));
    let told = |count: &Count| {
        let parts = CountApproval::of(count.plan.id, &[], &count.unknown(), "01", at(99));
        let goods = parts.iter().flat_map(|part| part.unknown.clone());
        goods.map(|goods| (goods.zone, goods.quantity, goods.note)).collect::<Vec<_>>()
    };
    let (a, b) = (("A".to_owned(), pieces(2)), ("B".to_owned(), pieces(24)));
    let with = |(zone, many): &(String, Quantity), note: &str| (zone.clone(), *many, note.to_owned());
    assert_eq!(told(&count), [with(&a, "crisps"), with(&b, "crisps")]);
    // The newest of a zone holds, and one that is taken back is gone.
    count.take(&batch(&hers, vec![unknown(4, "red crisps", nothing, "08")]));
    assert_eq!(told(&count), [with(&a, "crisps"), with(&b, "red crisps")]);
    count.take(&batch(&mine, vec![unknown(5, "", Change::TakeBack(Uuid::from_u128(2)), "07")]));
    assert_eq!(told(&count), [with(&a, "red crisps"), with(&b, "red crisps")]);
    // None are left: nobody has to name them.
    count.take(&batch(&mine, vec![unknown(6, "", Change::Set(Quantity::NONE), "07")]));
    assert_eq!(told(&count), [with(&b, "red crisps")]);
}

#[test]
fn what_arrives_is_compared_with_what_was_announced() {
    let line = |what: What, expected: i64, arrived: i64, damaged: i64| {
        let (expected, arrived, damaged) = (pieces(expected), pieces(arrived), pieces(damaged));
        ArrivedLine { what, lot: Lot::default(), expected, arrived, damaged }.discrepancies()
    };
    let water = || What::Item("water".into());
    assert_eq!(line(water(), 10, 10, 0), []);
    assert_eq!(line(water(), 10, 7, 1), [Discrepancy::Short(pieces(2)), Discrepancy::Damaged(pieces(1))]);
    assert_eq!(line(water(), 10, 12, 0), [Discrepancy::Over(pieces(2))]);
    assert_eq!(line(water(), 0, 1, 0), [Discrepancy::Unexpected(pieces(1))]);
    assert_eq!(line(What::Unknown("6900".into()), 0, 1, 0), [Discrepancy::Unknown(pieces(1))]);
}

/// One thing that a terminal wrote of a count.
#[derive(Clone, Debug)]
enum Told {
    Batch(CountBatch),
    Finished(PassFinished),
    Closed(Timestamp),
}

fn told() -> impl Strategy<Value = Told> {
    let change = prop_oneof![
        (-3_i64..6).prop_map(|count| Change::Add(pieces(count))),
        (0_i64..6).prop_map(|count| Change::Set(pieces(count))),
        (0_u128..12).prop_map(|id| Change::TakeBack(Uuid::from_u128(id))),
    ];
    let entry = (0_u128..12, 0_u32..5, 0_usize..3, change, 0_i64..90, 0_usize..3).prop_map(
        |(id, no, item, change, second, by)| CountEntry {
            no,
            ..entry(id, ["water", "tea", "gum"][item], change, second, ["07", "08", "09"][by])
        },
    );
    let pass = || {
        (20_u128..24, 0_usize..2, 1_u8..4, 0_usize..3).prop_map(|(id, zone, round, by)| {
            // Now and then a copied terminal uses an id twice.
            pass(id, ["A", "B"][zone], round, ["07", "08", "09"][by])
        })
    };
    prop_oneof![
        8 => (pass(), prop::collection::vec(entry, 0..4)).prop_map(|(pass, entries)| Told::Batch(batch(&pass, entries))),
        2 => (pass(), 0_i64..90).prop_map(|(pass, second)| Told::Finished(finished(&pass, second))),
        1 => (0_i64..90).prop_map(|second| Told::Closed(at(second))),
    ]
}

fn known(told: &[Told]) -> Count {
    let mut count = Count::new(plan(CountKind::Full, &[("A", true), ("B", false)]));
    for told in told {
        match told {
            Told::Batch(batch) => count.take(batch),
            Told::Finished(finished) => count.finish(finished),
            Told::Closed(at) => count.close(*at),
        }
    }
    count
}

fn joined(one: &Count, other: &Count) -> Count {
    let mut joined = one.clone();
    joined.merge(other);
    joined
}

/// What happens in a store while it is counted.
#[derive(Clone, Copy, Debug)]
enum Happens {
    /// Somebody counts what lies at a spot.
    Counted(usize),
    /// A shopper takes one from a spot of the sales floor and pays at once.
    Sold(usize),
    /// Goods come into the store room.
    Delivered(i64),
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        3 => (0_usize..3).prop_map(Happens::Counted),
        3 => (0_usize..2).prop_map(Happens::Sold),
        1 => (1_i64..5).prop_map(Happens::Delivered),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn terminals_may_tell_each_other_in_any_order_and_as_often_as_they_like(
        told in prop::collection::vec((told(), 0_usize..3), 0..14), seed in any::<u64>(),
    ) {
        let of = |terminal| told.iter().filter(move |(_, owner)| *owner == terminal).map(|(told, _)| told.clone());
        let [a, b, c] = [0, 1, 2].map(|terminal| known(&of(terminal).collect::<Vec<_>>()));
        let all = joined(&joined(&a, &b), &c);
        prop_assert_eq!(&joined(&a, &b), &joined(&b, &a), "commutative");
        prop_assert_eq!(&all, &joined(&a, &joined(&b, &c)), "associative");
        prop_assert_eq!(&joined(&all, &a), &all, "idempotent");
        prop_assert_eq!(&joined(&all, &all), &all, "idempotent");
        // One by one, shuffled, some of it twice.
        let mut order: Vec<Told> = told.iter().map(|(told, _)| told.clone()).collect();
        let len = order.len();
        for at in 0..len {
            let other = (seed.rotate_left(at as u32) % len as u64) as usize;
            order.swap(at, other);
            order.push(order[other].clone());
        }
        prop_assert_eq!(&known(&order), &all, "nothing is lost or counted twice");
        let ids = |count: &Count| count.passes().flat_map(|pass| pass.entries.keys().copied()).collect::<Vec<_>>();
        for part in [&a, &b, &c] {
            prop_assert!(ids(part).iter().all(|id| ids(&all).contains(id)), "every entry is kept");
        }
        // And it can be judged, whatever it says.
        let figures = all.figures(&StockBook::new());
        prop_assert!(figures.iter().all(|figure| !figure.claim.quantity().is_return()));
        all.differences(&book("gum", 3, &[(5, 1)]), ONE_YUAN);
    }

    #[test]
    fn the_book_is_the_shelf_whatever_is_sold_while_people_count(
        lies in prop::array::uniform3(3_i64..20), wrong_by in -5_i64..6,
        before in prop::collection::vec(happens(), 0..12), after in prop::collection::vec(happens(), 0..6),
        as_of in 0_i64..20, twice in any::<bool>(),
    ) {
        // Two spots on the sales floor and a store room. Each is counted once, by somebody who counts right.
        let mut shelf = lies;
        let mut count = Count::new(plan(CountKind::Full, &[("floor", true), ("room", false)]));
        let (floor, room) = (pass(10, "floor", 1, "07"), pass(11, "room", 1, "08"));
        let opening = lies.iter().sum::<i64>() + wrong_by;
        let mut movements = Vec::new();
        let mut counted = [false; 3];
        let missing = [Happens::Counted(0), Happens::Counted(1), Happens::Counted(2)];
        let mut second = 0;
        for what in before.iter().chain(&missing).chain(&after) {
            second += 1;
            match *what {
                Happens::Counted(spot) if counted[spot] => {}
                Happens::Counted(spot) => {
                    counted[spot] = true;
                    let pass = if spot < 2 { &floor } else { &room };
                    let change = Change::Add(pieces(shelf[spot]));
                    count.take(&batch(pass, vec![entry(100 + spot as u128, "water", change, second, &pass.by)]));
                }
                Happens::Sold(spot) if shelf[spot] > 0 => {
                    shelf[spot] -= 1;
                    movements.push(Movement { at: at(second), quantity: pieces(-1), is_sale: true });
                }
                Happens::Sold(_) => {}
                Happens::Delivered(more) => {
                    shelf[2] += more;
                    movements.push(Movement { at: at(second), quantity: pieces(more), is_sale: false });
                }
            }
        }
        // The book's figure may be told of any instant.
        let moved = |until: i64| movements.iter().filter(move |movement| movement.at <= at(until)).map(|movement| movement.quantity);
        let quantity = moved(as_of).fold(pieces(opening), |sum, quantity| sum + quantity);
        let book = ItemBook { quantity, as_of: at(as_of), movements: movements.clone() };
        let known = StockBook::from([("water".to_owned(), book.clone())]);
        let count = if twice { joined(&count, &count) } else { count };
        let differences = count.differences(&known, ONE_YUAN);
        let water = of(&differences, "water");
        prop_assert!(water.is_settled());
        let approval = CountApproval::of(count.plan.id, &differences, &[], "01", at(999));
        let posted = approval[0].lines[0].movement(book.at(approval[0].lines[0].at));
        prop_assert_eq!(posted, water.difference);
        let book_after = book.at(at(second)) + posted;
        let truth = pieces(shelf.iter().sum());
        let off = (book_after + -truth).without_sign();
        prop_assert!(off <= water.uncertain, "off by {off:?}, told to be uncertain by {:?}", water.uncertain);
        if water.uncertain == Quantity::NONE {
            prop_assert_eq!(book_after, truth);
        }
    }

    #[test]
    fn a_recount_on_the_spot_makes_the_book_the_shelf(
        lies in 3_i64..20, wrong_by in -5_i64..6, miscounted in -3_i64..4,
        sales in prop::collection::vec(1_i64..60, 0..8), first in 1_i64..60, again in 1_i64..60,
    ) {
        // Sales happen at seconds, as long as there is something; somebody counts wrong, somebody else counts right.
        let mut sales = sales;
        sales.sort_unstable();
        sales.truncate(lies as usize);
        let left = |second: i64| lies - sales.iter().filter(|sold| **sold <= second).count() as i64;
        let (first, again) = (first.min(again), first.max(again));
        let mut count = Count::new(plan(CountKind::Spot, &[]));
        let wrong = Change::Set(pieces((left(first) + miscounted).max(0)));
        count.take(&batch(&pass(10, "", 1, "07"), vec![entry(1, "water", wrong, first, "07")]));
        count.take(&batch(&pass(11, "", 2, "08"), vec![entry(2, "water", Change::Set(pieces(left(again))), again, "08")]));
        let sold: Vec<(i64, i64)> = sales.iter().map(|second| (*second, 1)).collect();
        let known = book("water", lies + wrong_by, &sold);
        let differences = count.differences(&known, ONE_YUAN);
        prop_assert_eq!(known["water"].at(at(100)) + differences[0].difference, pieces(left(100)));
        prop_assert_eq!((differences[0].is_settled(), differences[0].uncertain), (true, Quantity::NONE));
    }
}
