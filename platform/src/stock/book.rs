//! The book's arithmetic, without IO: moves, anchors, and what keeps anchors true.

use std::collections::{BTreeMap, BTreeSet};

use protocol::v1::CountApproved;

use crate::ingest::Assessed;
use crate::ledger::StockLeg;
use crate::ledger::stock::lot_key;

/// The place whose stock the book is about.
pub const SHELF: &str = "store";
/// The place against which counts are posted.
pub const COUNTED: &str = "counted";

/// One row of a store's book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// Number of the event that it belongs to.
    pub seq: u64,
    /// Item id.
    pub item: String,
    /// See [`lot_key`].
    pub lot: String,
    /// When it happened.
    pub at_ms: i64,
    /// Thousandths, signed.
    pub quantity: i64,
    /// Whether the till did it.
    pub is_sale: bool,
    /// The anchor that it makes right.
    pub anchor: Option<String>,
}

/// What was there of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// Number of the event that says so.
    pub seq: u64,
    /// Item id.
    pub item: String,
    /// At this instant.
    pub at_ms: i64,
    /// What tells anchors of one instant apart, and orders them: the count and the event.
    pub key: String,
    /// Thousandths by lot; of any other lot there was nothing.
    pub lots: BTreeMap<String, i64>,
}

/// Anchors that are there, by item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Anchors(BTreeMap<String, BTreeSet<(i64, String)>>);

impl Anchors {
    /// One more.
    pub fn insert(&mut self, item: &str, at_ms: i64, key: &str) {
        self.0.entry(item.to_owned()).or_default().insert((at_ms, key.to_owned()));
    }

    /// The first anchor of an item that counts what happened at an instant.
    fn first_from(&self, item: &str, at_ms: i64) -> Option<&(i64, String)> {
        self.0.get(item)?.range((at_ms, String::new())..).next()
    }

    fn next_after(&self, anchor: &Anchor) -> Option<&(i64, String)> {
        let after = (anchor.at_ms, anchor.key.clone());
        self.0.get(&anchor.item)?.range(after.clone()..).find(|known| **known != after)
    }
}

/// What an event's legs do to its store's book.
pub fn moves(event: &Assessed, legs: &[StockLeg]) -> Vec<Move> {
    let on_shelf = legs.iter().filter(|leg| leg.place == SHELF);
    let moved = |leg: &StockLeg| Move {
        seq: event.seq,
        item: leg.item.clone(),
        lot: leg.lot.clone(),
        at_ms: event.at_ms,
        quantity: leg.quantity,
        is_sale: event.sale.is_some(),
        anchor: None,
    };
    on_shelf.map(moved).collect()
}

/// What takes moves back that happened before an anchor and are told after it.
pub fn take_back(moves: &[Move], anchors: &Anchors) -> Vec<Move> {
    let late = |moved: &Move| {
        let (at_ms, key) = anchors.first_from(&moved.item, moved.at_ms)?;
        Some(Move {
            at_ms: *at_ms,
            quantity: moved.quantity.saturating_neg(),
            is_sale: false,
            anchor: Some(key.clone()),
            ..moved.clone()
        })
    };
    moves.iter().filter_map(late).collect()
}

/// What makes the book right at an anchor that is new, and leaves the next one right. `sums` is the book of the item by lot
/// as it was before it: all that happened until then, without what later anchors of the same instant have added.
pub fn adjust(anchor: &Anchor, sums: &BTreeMap<String, i64>, anchors: &Anchors) -> Vec<Move> {
    let lots: BTreeSet<&String> = anchor.lots.keys().chain(sums.keys()).collect();
    let mut moves = Vec::new();
    for lot in lots {
        let of = |quantities: &BTreeMap<String, i64>| quantities.get(lot).copied().unwrap_or(0);
        let quantity = of(&anchor.lots).saturating_sub(of(sums));
        if quantity == 0 {
            continue;
        }
        let made = |(at_ms, key): (i64, &str), quantity| Move {
            seq: anchor.seq,
            item: anchor.item.clone(),
            lot: lot.clone(),
            at_ms,
            quantity,
            is_sale: false,
            anchor: Some(key.to_owned()),
        };
        moves.push(made((anchor.at_ms, &anchor.key), quantity));
        if let Some((at_ms, key)) = anchors.next_after(anchor) {
            moves.push(made((*at_ms, key), quantity.saturating_neg()));
        }
    }
    moves
}

/// The legs of moves that anchors have made.
pub fn legs(moves: &[Move]) -> impl Iterator<Item = (u64, StockLeg)> + '_ {
    moves.iter().flat_map(|moved| {
        let leg = |place, quantity| {
            (moved.seq, StockLeg { place, item: moved.item.clone(), lot: moved.lot.clone(), quantity })
        };
        [leg(SHELF, moved.quantity), leg(COUNTED, moved.quantity.saturating_neg())]
    })
}

/// The anchors of an approval, each item once; `event` orders those of one instant.
pub fn anchors_of(approved: &CountApproved, seq: u64, event: &str) -> Vec<Anchor> {
    let key = format!("{}/{event}", approved.plan);
    let mut of_item = BTreeMap::new();
    for line in &approved.lines {
        let mut lots = BTreeMap::<String, i64>::new();
        for lot in &line.lots {
            let sum = lots.entry(lot_key(&lot.lot, lot.expires.as_deref())).or_default();
            *sum = sum.saturating_add(lot.quantity);
        }
        if line.lots.is_empty() {
            lots.insert(String::new(), line.counted);
        }
        let anchor = Anchor { seq, item: line.item.clone(), at_ms: line.at_ms, key: key.clone(), lots };
        of_item.entry(line.item.clone()).or_insert(anchor);
    }
    of_item.into_values().collect()
}

/// Anchors in waves, so that no wave has an item twice.
pub fn waves(anchors: Vec<Anchor>) -> Vec<Vec<Anchor>> {
    let mut waves: Vec<Vec<Anchor>> = Vec::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for anchor in anchors {
        let wave = seen.entry(anchor.item.clone()).or_default();
        if waves.len() == *wave {
            waves.push(Vec::new());
        }
        waves[*wave].push(anchor);
        *wave += 1;
    }
    waves
}

/// What orders the anchors of an event among those of the same instant.
pub fn event_key(terminal: i32, epoch: u32, seq: u64) -> String {
    format!("{terminal:08}/{epoch:08}/{seq:014}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The book of one item in memory, kept as a database keeps it.
    #[derive(Default)]
    struct Kept {
        moves: Vec<Move>,
        anchors: Anchors,
    }

    impl Kept {
        fn post(&mut self, moved: Move) {
            let back = take_back(std::slice::from_ref(&moved), &self.anchors);
            self.moves.push(moved);
            self.moves.extend(back);
        }

        fn count(&mut self, anchor: &Anchor) {
            let mut sums = BTreeMap::<String, i64>::new();
            let before = |moved: &&Move| {
                moved.at_ms < anchor.at_ms
                    || moved.at_ms == anchor.at_ms && moved.anchor.as_ref().is_none_or(|key| *key < anchor.key)
            };
            for moved in self.moves.iter().filter(before) {
                *sums.entry(moved.lot.clone()).or_default() += moved.quantity;
            }
            let made = adjust(anchor, &sums, &self.anchors);
            self.anchors.insert(&anchor.item, anchor.at_ms, &anchor.key);
            self.moves.extend(made);
        }

        fn of_lot(&self, lot: &str) -> i64 {
            self.moves.iter().filter(|moved| moved.lot == lot).map(|moved| moved.quantity).sum()
        }
    }

    #[derive(Clone, Debug)]
    enum Told {
        Moved(Move),
        Counted(Anchor),
    }

    fn told() -> impl Strategy<Value = Told> {
        let lot = || prop::sample::select(vec![String::new(), "L1".to_owned()]);
        let moved = (lot(), 0_i64..12, -5_i64..6).prop_map(|(lot, at_ms, quantity)| {
            Told::Moved(Move { seq: 1, item: "tea".into(), lot, at_ms, quantity, is_sale: true, anchor: None })
        });
        let counted =
            (prop::collection::btree_map(lot(), 0_i64..9, 0..3), 0_i64..12, 0_u8..3).prop_map(|(lots, at_ms, key)| {
                Told::Counted(Anchor { seq: 2, item: "tea".into(), at_ms, key: format!("k{key}"), lots })
            });
        prop_oneof![3 => moved, 1 => counted]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn the_book_is_the_newest_count_and_what_moved_since_in_whatever_order_it_is_told(
            told in prop::collection::vec(told(), 0..14),
        ) {
            // One anchor of a key and instant, as the database has it.
            let mut seen = BTreeSet::new();
            let told: Vec<Told> = told
                .into_iter()
                .filter(|told| match told {
                    Told::Moved(_) => true,
                    Told::Counted(anchor) => seen.insert((anchor.at_ms, anchor.key.clone())),
                })
                .collect();
            let mut kept = Kept::default();
            for told in &told {
                match told {
                    Told::Moved(moved) => kept.post(moved.clone()),
                    Told::Counted(anchor) => kept.count(anchor),
                }
            }
            let newest = told.iter().filter_map(|told| match told {
                Told::Counted(anchor) => Some(anchor),
                Told::Moved(_) => None,
            });
            let newest = newest.max_by_key(|anchor| (anchor.at_ms, anchor.key.clone()));
            for lot in ["", "L1"] {
                let since = told.iter().map(|told| match told {
                    Told::Moved(moved)
                        if moved.lot == lot && newest.is_none_or(|newest| moved.at_ms > newest.at_ms) =>
                    {
                        moved.quantity
                    }
                    _ => 0,
                });
                let counted = newest.and_then(|newest| newest.lots.get(lot)).copied().unwrap_or(0);
                prop_assert_eq!(kept.of_lot(lot), counted + since.sum::<i64>(), "lot {:?}", lot);
            }
            let made: Vec<Move> = kept.moves.iter().filter(|moved| moved.anchor.is_some()).cloned().collect();
            prop_assert_eq!(legs(&made).map(|(_, leg)| leg.quantity).sum::<i64>(), 0);
        }
    }
}
