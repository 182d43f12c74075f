//! From entries to figures: how much there is of what in each zone, and where people disagree.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use uuid::Uuid;

use super::book::StockBook;
use super::count::{Change, Count, CountEntry, Pass};
use super::{Lot, What};
use crate::quantity::Quantity;

/// What one pass says of one kind of goods in its zone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Claim {
    /// The pass.
    pub pass: Uuid,
    /// Who counted them.
    pub by: BTreeSet<String>,
    /// How much in each lot; none for goods that a finished pass has not found.
    pub lots: BTreeMap<Lot, Quantity>,
    /// When they were first counted in this pass.
    pub first: Timestamp,
    /// When they were last counted in this pass.
    pub last: Timestamp,
    /// What was written about them; empty for none.
    pub note: String,
}

/// What is there of one kind of goods in one zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// Name of the zone.
    pub zone: String,
    /// The goods.
    pub what: What,
    /// The round that decides.
    pub round: u8,
    /// What decides; where people disagree, the newest.
    pub claim: Claim,
    /// Whether it may be posted.
    pub state: FigureState,
}

/// Whether a figure may be posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FigureState {
    /// One pass counted it, or all that did agree.
    Settled,
    /// Passes of the same round differ: a recount decides. All that were made, by pass.
    CountedTwice(Vec<Claim>),
    /// Recounted by somebody who had counted it before: somebody else has to.
    SamePerson,
}

impl Claim {
    /// How much in all.
    pub fn quantity(&self) -> Quantity {
        self.lots.values().fold(Quantity::NONE, |sum, quantity| sum + *quantity)
    }

    /// An entry that counts, in the pass's order: it comes after all that `claims` know.
    pub fn add(claims: &mut BTreeMap<What, Claim>, pass: &Pass, entry: &CountEntry) {
        let claim = claims.entry(entry.what.clone()).or_insert_with(|| Claim {
            pass: pass.id,
            by: BTreeSet::new(),
            lots: BTreeMap::new(),
            first: entry.at,
            last: entry.at,
            note: String::new(),
        });
        claim.by.insert(entry.by.clone());
        claim.first = claim.first.min(entry.at);
        claim.last = claim.last.max(entry.at);
        if !entry.note.is_empty() {
            claim.note.clone_from(&entry.note);
        }
        let quantity = claim.lots.entry(entry.lot.clone()).or_default();
        *quantity = match entry.change {
            Change::Add(more) => quantity.saturating_add(more).max(Quantity::NONE),
            Change::Set(all) => all.max(Quantity::NONE),
            Change::TakeBack(_) => *quantity,
        };
    }
}

impl Count {
    /// What is there, by zone and goods. The book nets what was sold between two passes of the same zone, so that they
    /// agree when both counted right.
    pub fn figures(&self, book: &StockBook) -> Vec<Figure> {
        let mut rounds: BTreeMap<(String, What), BTreeMap<u8, Vec<Claim>>> = BTreeMap::new();
        for state in self.passes() {
            for (what, claim) in state.claims() {
                let of_zone = rounds.entry((state.pass.zone.clone(), what)).or_default();
                of_zone.entry(state.pass.round).or_default().push(claim);
            }
        }
        for ((zone, what), rounds) in &mut rounds {
            self.add_not_found(zone, what, rounds);
        }
        let decide =
            |((zone, what), rounds): ((String, What), BTreeMap<u8, Vec<Claim>>)| self.decide(zone, what, rounds, book);
        rounds.into_iter().map(decide).collect()
    }

    /// A finished first pass that does not name goods which another pass found in its zone says that there are none.
    fn add_not_found(&self, zone: &str, what: &What, rounds: &mut BTreeMap<u8, Vec<Claim>>) {
        let Some(first) = rounds.get_mut(&1) else { return };
        for state in self.passes().filter(|state| state.pass.zone == zone && state.pass.round == 1) {
            let Some(at) = self.finished_at(state.pass.id) else { continue };
            if first.iter().any(|claim| claim.pass == state.pass.id) || state.claims().contains_key(what) {
                continue;
            }
            let by = BTreeSet::from([state.pass.by.clone()]);
            first.push(Claim {
                pass: state.pass.id,
                by,
                lots: BTreeMap::new(),
                first: state.pass.begun_at,
                last: at,
                note: String::new(),
            });
        }
    }

    fn decide(&self, zone: String, what: What, rounds: BTreeMap<u8, Vec<Claim>>, book: &StockBook) -> Figure {
        let people = |claims: &[Claim]| claims.iter().flat_map(|claim| claim.by.clone()).collect::<BTreeSet<_>>();
        let mut before = BTreeSet::new();
        let mut decided: Option<(u8, Vec<Claim>)> = None;
        let mut same_person = false;
        for (round, claims) in rounds {
            // The first count is anybody's. After that a claim counts when nobody who made it had counted in the round
            // that it replaces.
            let (others, own): (Vec<_>, Vec<_>) = claims.into_iter().partition(|claim| claim.by.is_disjoint(&before));
            if others.is_empty() {
                same_person = !own.is_empty();
                continue;
            }
            same_person = false;
            before = people(&others);
            decided = Some((round, others));
        }
        let (round, mut claims) = decided.expect("the first round is anybody's");
        claims.sort_by_key(|claim| (claim.last, claim.pass));
        let sells = self.plan.sells(&zone);
        let agree = claims.windows(2).all(|pair| agree(&what, &pair[0], &pair[1], sells, book));
        let claim = claims.last().expect("a round has a claim").clone();
        let state = match (agree, same_person) {
            (false, _) => FigureState::CountedTwice(claims),
            (true, true) => FigureState::SamePerson,
            (true, false) => FigureState::Settled,
        };
        Figure { zone, what, round, claim, state }
    }
}

/// Whether an earlier claim and what was sold since make the later one.
fn agree(what: &What, earlier: &Claim, later: &Claim, sells: bool, book: &StockBook) -> bool {
    let of_item = what.item().filter(|_| sells).and_then(|item| book.get(item));
    let moved = of_item.map_or(Quantity::NONE, |book| book.moved(earlier.last, later.last));
    earlier.quantity() + moved == later.quantity()
}
