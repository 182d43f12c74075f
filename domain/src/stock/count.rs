//! A count: passes and entries, a set that only grows.
//!
//! - A **pass** is one go through one zone. Entries of a pass add up: whoever goes on counting later, or joins in at
//!   another handheld, goes on with the same pass.
//! - Two passes of the same zone and round are **alternatives**: both say how much is there. Where they agree all is
//!   well; where they differ the goods were counted twice, and a recount decides. They are never added up.
//! - A pass of a higher **round** is a recount. For the goods that it names in its zone it replaces what was counted
//!   before, when somebody else made it.
//! - An entry is never changed. Undo is another entry, which names the one it takes back.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use uuid::Uuid;

use super::plan::CountPlan;
use super::{ENTRIES_AT_ONCE_MAX, ENTRIES_MAX, Lot, PASSES_MAX, ROUNDS_MAX, STOCK_MAX, What};
use crate::quantity::Quantity;

/// One go through one zone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pass {
    /// Its id.
    pub id: Uuid,
    /// Name of the zone.
    pub zone: String,
    /// 1 for the first count, more for recounts.
    pub round: u8,
    /// Staff id of who began it.
    pub by: String,
    /// Number of the terminal within the store at which it was begun.
    pub terminal: u32,
    /// When.
    pub begun_at: Timestamp,
}

/// One scan, or one quantity by key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CountEntry {
    /// Its id; no other entry has it, at whatever terminal.
    pub id: Uuid,
    /// Its place in the pass: one more than the largest number of the pass that its terminal knew. Entries count in this
    /// order, and by id where two terminals gave the same number.
    pub no: u32,
    /// The goods.
    pub what: What,
    /// Their lot.
    pub lot: Lot,
    /// What it does.
    pub change: Change,
    /// What a person wrote about goods that the catalogue does not know; empty for none. The newest one of a pass holds.
    pub note: String,
    /// When, by the terminal's clock.
    pub at: Timestamp,
    /// Staff id of who counted.
    pub by: String,
    /// Number of the terminal within the store.
    pub terminal: u32,
}

/// What an entry does to what its pass has of its goods and lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// So much more; less when negative.
    Add(Quantity),
    /// So much, whatever was scanned before.
    Set(Quantity),
    /// As if the entry of this id had never been. What takes back cannot be taken back.
    TakeBack(Uuid),
}

/// Entries that are written together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountBatch {
    /// The count.
    pub plan: Uuid,
    /// The pass that they belong to.
    pub pass: Pass,
    /// The entries; may be none, when a pass begins.
    pub entries: Vec<CountEntry>,
}

/// Somebody has been through her zone: what she has not counted is not there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PassFinished {
    /// The count.
    pub plan: Uuid,
    /// The pass.
    pub pass: Uuid,
    /// Staff id.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// Why something cannot be added to a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CountError {
    /// It belongs to another count.
    #[error("this belongs to another count")]
    OtherCount,
    /// The count is closed.
    #[error("the count is closed")]
    Closed,
    /// More entries than one count holds.
    #[error("one count has at most {ENTRIES_MAX} entries")]
    TooManyEntries,
    /// More passes than one count holds.
    #[error("one count has at most {PASSES_MAX} passes")]
    TooManyPasses,
    /// No such round.
    #[error("a count has rounds 1 to {ROUNDS_MAX}")]
    NoSuchRound,
    /// Less than nothing, or more than a store holds.
    #[error("a store does not hold so much")]
    NoSuchQuantity,
}

/// A count as far as it is known here.
///
/// It is a join-semilattice: [`Count::merge`] is commutative, associative and idempotent, so that it does not matter how
/// often and in which order terminals tell each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// The plan.
    pub plan: CountPlan,
    passes: BTreeMap<Uuid, PassState>,
    /// When a pass was last finished; also of one whose entries have not arrived.
    finished: BTreeMap<Uuid, Timestamp>,
    closed: Option<Timestamp>,
}

/// A pass with what was counted in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassState {
    /// The pass.
    pub pass: Pass,
    /// Its entries by id.
    pub entries: BTreeMap<Uuid, CountEntry>,
}

impl Count {
    /// A count of which nothing is known but its plan.
    pub fn new(plan: CountPlan) -> Count {
        Count { plan, passes: BTreeMap::new(), finished: BTreeMap::new(), closed: None }
    }

    /// Its passes by id.
    pub fn passes(&self) -> impl Iterator<Item = &PassState> {
        self.passes.values()
    }

    /// A pass.
    pub fn pass(&self, id: Uuid) -> Option<&PassState> {
        self.passes.get(&id)
    }

    /// When a pass was last finished; entries that come later still count.
    pub fn finished_at(&self, pass: Uuid) -> Option<Timestamp> {
        self.finished.get(&pass).copied()
    }

    /// When it was closed.
    pub fn closed_at(&self) -> Option<Timestamp> {
        self.closed
    }

    /// Zones that nothing can be approved before: where somebody is still counting, and in a count of everything or of
    /// categories also those that nobody has been through. What lies there may be goods that were counted elsewhere, too.
    /// `but` is a pass that whoever counts it ends by approving.
    pub fn unfinished(&self, but: Option<Uuid>) -> BTreeSet<&str> {
        let exhaustive = self.plan.kind.is_exhaustive();
        let is_open = |id: Uuid| Some(id) != but && self.finished_at(id).is_none();
        let counts = |state: &&PassState| !state.entries.is_empty() || (exhaustive && state.pass.round == 1);
        let open = self.passes().filter(|state| is_open(state.pass.id)).filter(counts);
        let mut zones: BTreeSet<&str> = open.map(|state| state.pass.zone.as_str()).collect();
        if exhaustive {
            let is_done = |zone: &str| {
                self.passes().any(|state| state.pass.zone == zone && self.finished_at(state.pass.id).is_some())
            };
            let planned = match self.plan.zones.is_empty() {
                true => vec![""],
                false => self.plan.zones.iter().map(|zone| zone.name.as_str()).collect(),
            };
            zones.extend(planned.into_iter().filter(|zone| !is_done(zone)));
        }
        zones
    }

    /// How many entries there are.
    pub fn entry_count(&self) -> usize {
        self.passes.values().map(|pass| pass.entries.len()).sum()
    }

    /// The number that a pass's next entry has, see [`CountEntry::no`].
    pub fn next_no(&self, pass: Uuid) -> u32 {
        let numbers = self.passes.get(&pass).into_iter().flat_map(|pass| pass.entries.values());
        numbers.map(|entry| entry.no).max().map_or(1, |last| last.saturating_add(1))
    }

    /// Whether a terminal may write these entries: checked before, not after. What others wrote is taken by
    /// [`Count::take`], whatever it says.
    pub fn check(&self, batch: &CountBatch) -> Result<(), CountError> {
        if batch.plan != self.plan.id {
            return Err(CountError::OtherCount);
        }
        if self.closed.is_some() {
            return Err(CountError::Closed);
        }
        if batch.entries.len() > ENTRIES_AT_ONCE_MAX || self.entry_count() + batch.entries.len() > ENTRIES_MAX {
            return Err(CountError::TooManyEntries);
        }
        if !self.passes.contains_key(&batch.pass.id) && self.passes.len() >= PASSES_MAX {
            return Err(CountError::TooManyPasses);
        }
        if !(1..=ROUNDS_MAX).contains(&batch.pass.round) {
            return Err(CountError::NoSuchRound);
        }
        let fits = |entry: &CountEntry| match entry.change {
            Change::Add(quantity) => quantity.without_sign() <= STOCK_MAX,
            Change::Set(quantity) => !quantity.is_return() && quantity <= STOCK_MAX,
            Change::TakeBack(_) => true,
        };
        batch.entries.iter().all(fits).then_some(()).ok_or(CountError::NoSuchQuantity)
    }

    /// Takes entries in, from this terminal or another; those that are known change nothing.
    pub fn take(&mut self, batch: &CountBatch) {
        let state = self.passes.entry(batch.pass.id).or_insert_with(|| PassState::new(batch.pass.clone()));
        state.pass = state.pass.clone().min(batch.pass.clone());
        for entry in &batch.entries {
            state.take(entry);
        }
    }

    /// A pass is finished.
    pub fn finish(&mut self, finished: &PassFinished) {
        self.finish_at(finished.pass, finished.at);
    }

    /// The count is closed.
    pub fn close(&mut self, at: Timestamp) {
        self.closed = self.closed.max(Some(at));
    }

    /// Takes in all that another terminal knows of the same count.
    pub fn merge(&mut self, other: &Count) {
        self.plan = self.plan.clone().min(other.plan.clone());
        self.closed = self.closed.max(other.closed);
        for (id, theirs) in &other.passes {
            let state = self.passes.entry(*id).or_insert_with(|| PassState::new(theirs.pass.clone()));
            state.pass = state.pass.clone().min(theirs.pass.clone());
            for entry in theirs.entries.values() {
                state.take(entry);
            }
        }
        for (pass, at) in &other.finished {
            self.finish_at(*pass, *at);
        }
    }

    fn finish_at(&mut self, pass: Uuid, at: Timestamp) {
        let known = self.finished.entry(pass).or_insert(at);
        *known = (*known).max(at);
    }
}

impl PassState {
    fn new(pass: Pass) -> PassState {
        PassState { pass, entries: BTreeMap::new() }
    }

    /// Two different entries of one id cannot be; should a copied terminal make them, all terminals keep the same one.
    fn take(&mut self, entry: &CountEntry) {
        let known = self.entries.entry(entry.id).or_insert_with(|| entry.clone());
        if &*known > entry {
            *known = entry.clone();
        }
    }

    /// Entries that count, in their order: without those that were taken back and without what takes back.
    pub fn counting(&self) -> Vec<&CountEntry> {
        let taken_back: BTreeSet<Uuid> = self
            .entries
            .values()
            .filter_map(|entry| match entry.change {
                Change::TakeBack(id) => Some(id),
                Change::Add(_) | Change::Set(_) => None,
            })
            .collect();
        let counts =
            |entry: &&CountEntry| !matches!(entry.change, Change::TakeBack(_)) && !taken_back.contains(&entry.id);
        let mut entries: Vec<&CountEntry> = self.entries.values().filter(counts).collect();
        entries.sort_by_key(|entry| (entry.no, entry.id));
        entries
    }

    /// What the next undo of a person at this terminal takes back: her newest entry that counts.
    pub fn last_of(&self, by: &str, terminal: u32) -> Option<&CountEntry> {
        self.counting().into_iter().rev().find(|entry| entry.by == by && entry.terminal == terminal)
    }

    /// The same, of one kind of goods.
    pub fn last_of_goods(&self, by: &str, terminal: u32, what: &What) -> Option<&CountEntry> {
        let hers = |entry: &&CountEntry| entry.by == by && entry.terminal == terminal && entry.what == *what;
        self.counting().into_iter().rev().find(hers)
    }

    /// How much the pass has of goods, over all lots; `None` when it says nothing of them.
    pub fn quantity_of(&self, what: &What) -> Option<Quantity> {
        self.claims().remove(what).map(|claim| claim.quantity())
    }

    /// What the pass says, by goods.
    pub fn claims(&self) -> BTreeMap<What, super::figure::Claim> {
        let mut claims = BTreeMap::new();
        for entry in self.counting() {
            super::figure::Claim::add(&mut claims, &self.pass, entry);
        }
        claims
    }
}
