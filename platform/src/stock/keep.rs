//! What a batch does to its store's book, gathered while it is posted.

use std::collections::BTreeMap;

use super::Work;
use super::book::{self, Anchor, Move};
use crate::ingest::{Assessed, Intake};
use crate::ledger::StockLeg;

/// Moves and anchors of one batch, or of what head office approves.
#[derive(Debug)]
pub struct Keeper {
    /// The store.
    pub store: String,
    /// Short number of the terminal; zero for head office.
    pub terminal: i32,
    /// The epoch; zero for head office.
    pub epoch: u32,
    /// What moved.
    pub moves: Vec<Move>,
    /// What was counted.
    pub anchors: Vec<Anchor>,
    next_leg: BTreeMap<u64, i32>,
}

impl Keeper {
    /// Of a batch.
    pub fn of(intake: &Intake) -> Keeper {
        let (store, moves, anchors) = (intake.store.clone(), Vec::new(), Vec::new());
        let (terminal, epoch) = (intake.terminal, intake.epoch);
        Keeper { store, terminal, epoch, moves, anchors, next_leg: BTreeMap::new() }
    }

    /// Of head office.
    pub fn of_office(store: &str) -> Keeper {
        let (moves, anchors) = (Vec::new(), Vec::new());
        Keeper { store: store.to_owned(), terminal: 0, epoch: 0, moves, anchors, next_leg: BTreeMap::new() }
    }

    /// An event that was posted with these legs.
    pub fn note(&mut self, event: &Assessed, legs: &[StockLeg]) {
        self.moves.extend(book::moves(event, legs));
        if !legs.is_empty() {
            self.next_leg.insert(event.seq, legs.len() as i32);
        }
        if let Some(Work::Approved(approved)) = &event.work {
            let key = book::event_key(self.terminal, self.epoch, event.seq);
            self.anchors.extend(book::anchors_of(approved, event.seq, &key));
        }
    }

    /// The number of the next leg of an event.
    pub fn next_leg(&mut self, seq: u64) -> i32 {
        let next = self.next_leg.entry(seq).or_default();
        *next += 1;
        *next - 1
    }
}
