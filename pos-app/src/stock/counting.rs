//! One person in one zone: each scan is in the count at once, and kept as soon as it is written.

use std::collections::{BTreeMap, BTreeSet};

use domain::quantity::Quantity;
use domain::stock::book::ItemBook;
use domain::stock::count::{Change, Count, CountBatch, CountEntry, Pass};
use domain::stock::figure::Claim;
use domain::stock::{ENTRIES_AT_ONCE_MAX, Lot, What};
use jiff::Timestamp;
use uuid::Uuid;

use super::{Here, Problem};

/// Entries that wait to be written; more are refused aloud until some are.
const UNKEPT_MAX: usize = 2 * ENTRIES_AT_ONCE_MAX;

/// A pass that somebody is at.
#[derive(Clone, Debug)]
pub struct Counting {
    /// The count, with what is not written yet.
    pub count: Count,
    /// The pass.
    pub pass: Pass,
    /// Whether the pass itself is written.
    begun: bool,
    /// What is not written yet, in its order.
    unkept: Vec<CountEntry>,
    next_no: u32,
    /// The goods on the card, and which lot of them.
    pub card: Option<(What, Lot)>,
    /// What the last entry did to them.
    pub added: Option<Change>,
    /// What the book says of them.
    pub book: Option<ItemBook>,
    /// Goods that are to be counted again.
    pub marked: BTreeSet<What>,
    /// What the pass says, by goods.
    pub claims: BTreeMap<What, Claim>,
    /// Goods of the pass, the last counted first.
    pub order: Vec<What>,
    /// Goods that are counted by weight.
    weighed: BTreeSet<What>,
    /// Whether the goods on the card were chosen from the list: undo is about them then.
    chosen: bool,
    /// What is written.
    kept_sum: CountSum,
}

/// What a pass comes to. Pieces and kilograms are never added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct CountSum {
    /// Kinds of goods.
    pub kinds: usize,
    /// Pieces of those that are counted by the piece.
    pub pieces: Quantity,
    /// Kilograms of those that are weighed.
    pub kilograms: Quantity,
}

impl Counting {
    /// Goes on with a pass, or begins it.
    pub(super) fn at(mut count: Count, pass: Pass, marked: BTreeSet<What>) -> Counting {
        let begun = count.pass(pass.id).is_some();
        count.take(&CountBatch { plan: count.plan.id, pass: pass.clone(), entries: Vec::new() });
        let next_no = count.next_no(pass.id);
        let mut counting = Counting {
            count,
            pass,
            begun,
            unkept: Vec::new(),
            next_no,
            card: None,
            added: None,
            book: None,
            marked,
            claims: BTreeMap::new(),
            order: Vec::new(),
            weighed: BTreeSet::new(),
            chosen: false,
            kept_sum: CountSum::default(),
        };
        counting.look();
        counting
    }

    /// Others have counted meanwhile.
    pub(super) fn merge(&mut self, known: &Count) {
        self.count.merge(known);
        self.next_no = self.next_no.max(self.count.next_no(self.pass.id));
        self.look();
    }

    /// One entry more.
    ///
    /// # Errors
    /// When it cannot be: nothing of it is counted then.
    pub(super) fn enter(&mut self, here: &Here<'_>, what: What, lot: Lot, change: Change) -> Result<(), Problem> {
        self.enter_with(here, what, lot, change, String::new())
    }

    /// What goods are that the catalogue does not know; how many there are stays as it was.
    pub(super) fn write_about(&mut self, here: &Here<'_>, what: What, note: String) -> Result<(), Problem> {
        self.enter_with(here, what, Lot::default(), Change::Add(Quantity::NONE), note)
    }

    fn enter_with(
        &mut self,
        here: &Here<'_>,
        what: What,
        lot: Lot,
        change: Change,
        note: String,
    ) -> Result<(), Problem> {
        if self.unkept.len() >= UNKEPT_MAX {
            return Err(Problem::NotKept);
        }
        let entry = CountEntry {
            id: here.now.fresh,
            no: self.next_no,
            what: what.clone(),
            lot: lot.clone(),
            change,
            note,
            at: here.now.at,
            by: here.by.to_owned(),
            terminal: here.terminal,
        };
        let batch = CountBatch { plan: self.count.plan.id, pass: self.pass.clone(), entries: vec![entry] };
        self.count.check(&batch).map_err(Problem::Count)?;
        self.count.take(&batch);
        match change {
            Change::TakeBack(_) => self.look(),
            // The newest among thousands: only its goods change, and they come first.
            Change::Add(_) | Change::Set(_) => {
                Claim::add(&mut self.claims, &self.pass, &batch.entries[0]);
                self.order.retain(|known| *known != what);
                self.order.insert(0, what.clone());
            }
        }
        self.unkept.extend(batch.entries);
        self.next_no = self.next_no.saturating_add(1);
        if self.card.as_ref().is_none_or(|(on_card, _)| *on_card != what) {
            self.book = self.book_of(here, &what);
        }
        self.card = Some((what, lot));
        self.added = Some(change);
        self.chosen = false;
        self.sum_up();
        Ok(())
    }

    /// Takes the person's newest entry back; of goods that were chosen from the list, the newest of those.
    pub(super) fn undo(&mut self, here: &Here<'_>) -> Result<(), Problem> {
        let pass = self.count.pass(self.pass.id).ok_or(Problem::NothingToUndo)?;
        let chosen = self.card.as_ref().filter(|_| self.chosen);
        let last = match chosen {
            Some((what, _)) => pass.last_of_goods(here.by, here.terminal, what),
            None => pass.last_of(here.by, here.terminal),
        };
        let (last, again) = (last.ok_or(Problem::NothingToUndo)?.clone(), chosen.is_some());
        self.enter(here, last.what, last.lot, Change::TakeBack(last.id))?;
        self.chosen = again;
        Ok(())
    }

    /// Goods were chosen from the list: they are on the card.
    pub(super) fn choose(&mut self, here: &Here<'_>, what: What) {
        self.show(here, what);
        self.chosen = true;
    }

    /// These goods are counted by weight.
    pub(super) fn weigh(&mut self, weighed: impl Iterator<Item = What>) {
        let known = self.weighed.len();
        self.weighed.extend(weighed);
        if self.weighed.len() > known {
            self.sum_up();
        }
    }

    /// Goods are on the card.
    pub(super) fn show(&mut self, here: &Here<'_>, what: What) {
        let lots = self.claims.get(&what).map(|claim| &claim.lots);
        let lot = lots.and_then(|lots| lots.keys().next_back().cloned()).unwrap_or_default();
        self.book = self.book_of(here, &what);
        self.card = Some((what, lot));
        self.added = None;
    }

    /// What stands on the card: how much the pass has of the goods.
    pub fn quantity_of(&self, what: &What) -> Quantity {
        self.claims.get(what).map_or(Quantity::NONE, Claim::quantity)
    }

    /// How much of them in one lot.
    pub fn in_lot(&self, what: &What, lot: &Lot) -> Quantity {
        self.claims.get(what).and_then(|claim| claim.lots.get(lot)).copied().unwrap_or_default()
    }

    /// Entries that are not written yet.
    pub fn unkept(&self) -> &[CountEntry] {
        &self.unkept
    }

    /// What is to be written next.
    pub(super) fn batch(&self) -> Option<CountBatch> {
        if self.begun && self.unkept.is_empty() {
            return None;
        }
        let entries = self.unkept.iter().take(ENTRIES_AT_ONCE_MAX).cloned().collect();
        Some(CountBatch { plan: self.count.plan.id, pass: self.pass.clone(), entries })
    }

    /// So much of it is written.
    pub(super) fn kept(&mut self, ids: &[Uuid]) {
        self.begun = true;
        self.unkept.retain(|entry| !ids.contains(&entry.id));
        self.sum_up();
    }

    /// What was written about goods.
    pub fn note_of(&self, what: &What) -> &str {
        self.claims.get(what).map_or("", |claim| &claim.note)
    }

    /// What the pass comes to, as far as it is written.
    pub fn kept_sum(&self) -> CountSum {
        self.kept_sum
    }

    /// As long as something is not written, the sum stays what it was.
    fn sum_up(&mut self) {
        if self.unkept.is_empty() {
            let mut sum = CountSum { kinds: self.claims.len(), ..CountSum::default() };
            for (what, claim) in &self.claims {
                let part = if self.weighed.contains(what) { &mut sum.kilograms } else { &mut sum.pieces };
                *part = part.saturating_add(claim.quantity());
            }
            self.kept_sum = sum;
        }
    }

    /// Whether the pass is written.
    pub(super) fn is_begun(&self) -> bool {
        self.begun
    }

    /// When the pass was last finished.
    pub fn finished_at(&self) -> Option<Timestamp> {
        self.count.finished_at(self.pass.id)
    }

    fn book_of(&self, here: &Here<'_>, what: &What) -> Option<ItemBook> {
        if self.count.plan.blind {
            return None;
        }
        let item = what.item()?.to_owned();
        here.goods.stockroom().book(std::slice::from_ref(&item)).ok()?.remove(&item)
    }

    /// Makes what is shown anew from the entries.
    fn look(&mut self) {
        let Some(pass) = self.count.pass(self.pass.id) else { return };
        self.claims = pass.claims();
        let mut seen = BTreeSet::new();
        let newest = pass.counting().into_iter().rev().map(|entry| entry.what.clone());
        self.order = newest.filter(|what| seen.insert(what.clone())).collect();
        self.sum_up();
    }
}
