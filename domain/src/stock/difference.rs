//! What was counted against what the book said when it was counted.
//!
//! With `c(z)` what was counted in zone `z` and `B(t)` the book at an instant, the difference of an item is
//! `sum of c(z) - B(t)`, where `t` is when it was last counted in a zone that shoppers take from. Sales before `t` are in
//! the book already, sales after it are in neither. Two things cannot be told apart: what is sold between the first and the
//! last counting of the same goods on the sales floor, since nobody knows from which spot it was taken, and what came or
//! went otherwise between the first and the last counting in all zones. They make the difference uncertain by as much, and
//! a recount makes it certain.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;

use super::book::{ItemBook, StockBook};
use super::count::Count;
use super::figure::{Figure, FigureState};
use super::{Lot, LotQuantity, What};
use crate::money::{AMOUNT_MAX, Money};
use crate::quantity::Quantity;

/// One item: what was counted and what should have been there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Item id.
    pub item: String,
    /// What was counted, in all zones.
    pub counted: Quantity,
    /// It by lot.
    pub lots: Vec<LotQuantity>,
    /// When: the instant of which `expected` is told.
    pub at: Timestamp,
    /// What the book said then.
    pub expected: Quantity,
    /// Counted less expected.
    pub difference: Quantity,
    /// What the difference is worth, at the value of one unit that the caller told.
    pub value: Money,
    /// By how much it may be wrong because goods were sold while they were being counted.
    pub uncertain: Quantity,
    /// Who counted.
    pub by: BTreeSet<String>,
    /// Zones in which people have to count again before it can be posted, each with why.
    pub open: Vec<(String, FigureState)>,
    /// Whether nobody found any, though everything was counted.
    pub is_missing: bool,
}

impl Difference {
    /// Whether it can be approved.
    pub fn is_settled(&self) -> bool {
        self.open.is_empty()
    }

    /// Whether somebody should count again before anybody approves it.
    pub fn wants_recount(&self) -> bool {
        !self.is_settled() || self.uncertain != Quantity::NONE
    }
}

/// What one unit of an item is worth.
pub type ValueOf<'a> = &'a dyn Fn(&str) -> Money;

impl Count {
    /// Every item that was counted, by its id. In a count of everything or of categories, when all zones are finished, also
    /// every item of the book that nobody found; the caller leaves those out of the book that the plan does not cover.
    pub fn differences(&self, book: &StockBook, value_of: ValueOf<'_>) -> Vec<Difference> {
        let mut of_item: BTreeMap<String, Vec<Figure>> = BTreeMap::new();
        for figure in self.figures(book) {
            if let What::Item(item) = &figure.what {
                of_item.entry(item.clone()).or_default().push(figure);
            }
        }
        let mut found: Vec<Difference> =
            of_item.iter().map(|(item, figures)| self.compare(item, figures, book, value_of)).collect();
        if let Some((first, last)) = self.whole() {
            let missing = book.iter().filter(|(item, _)| !of_item.contains_key(*item));
            let missing = missing.map(|(item, book)| {
                let difference = self.difference(item, Counted::nothing(first, last), Some(book), value_of);
                Difference { is_missing: true, ..difference }
            });
            let is_there = |difference: &Difference| {
                difference.expected != Quantity::NONE || difference.uncertain != Quantity::NONE
            };
            found.extend(missing.filter(is_there));
            found.sort_by(|a, b| a.item.cmp(&b.item));
        }
        found
    }

    /// Codes that the catalogue does not know, with what was counted of them: for a person to name. What anybody wrote
    /// about a code stands with it wherever it was found, unless something else was written there.
    pub fn unknown(&self) -> Vec<Figure> {
        let mut notes = BTreeMap::new();
        for (what, claim) in self.passes().flat_map(|state| state.claims()).filter(|(_, claim)| !claim.note.is_empty())
        {
            let newest = notes.entry(what).or_insert_with(|| (claim.last, claim.note.clone()));
            *newest = newest.clone().max((claim.last, claim.note));
        }
        let mut unknown: Vec<Figure> = self.figures(&StockBook::new());
        unknown.retain(|figure| figure.what.item().is_none());
        for figure in unknown.iter_mut().filter(|figure| figure.claim.note.is_empty()) {
            figure.claim.note = notes.get(&figure.what).map(|(_, note)| note.clone()).unwrap_or_default();
        }
        unknown
    }

    /// When everything was counted: from the beginning of the first pass to the end of the last one. `None` while a zone is
    /// not finished, and for a count of some zones or items.
    pub fn whole(&self) -> Option<(Timestamp, Timestamp)> {
        if !self.plan.kind.is_exhaustive() {
            return None;
        }
        let first_round = || self.passes().filter(|state| state.pass.round == 1);
        let finished: BTreeSet<&str> = first_round()
            .filter(|state| self.finished_at(state.pass.id).is_some())
            .map(|state| state.pass.zone.as_str())
            .collect();
        let all_zones = self.plan.zones().iter().all(|zone| finished.contains(zone.name.as_str()));
        let all_passes = first_round().all(|state| self.finished_at(state.pass.id).is_some());
        let first = first_round().map(|state| state.pass.begun_at).min()?;
        let last = first_round().filter_map(|state| self.finished_at(state.pass.id)).max()?;
        (all_zones && all_passes).then_some((first.min(last), last))
    }

    fn compare(&self, item: &str, figures: &[Figure], book: &StockBook, value_of: ValueOf<'_>) -> Difference {
        let on_sale = |figure: &&Figure| self.plan.sells(&figure.zone);
        let netted: Vec<&Figure> = match figures.iter().any(|figure| on_sale(&figure)) {
            true => figures.iter().filter(on_sale).collect(),
            false => figures.iter().collect(),
        };
        let mut counted = Counted::nothing(
            netted.iter().map(|figure| figure.claim.first).min().expect("an item has a figure"),
            netted.iter().map(|figure| figure.claim.last).max().expect("an item has a figure"),
        );
        for figure in figures {
            counted.begun = counted.begun.min(figure.claim.first);
            counted.ended = counted.ended.max(figure.claim.last);
        }
        for figure in figures {
            counted.by.extend(figure.claim.by.iter().cloned());
            for (lot, quantity) in &figure.claim.lots {
                let sum = counted.lots.entry(lot.clone()).or_default();
                *sum = sum.saturating_add(*quantity);
            }
            if figure.state != FigureState::Settled {
                counted.open.push((figure.zone.clone(), figure.state.clone()));
            }
        }
        self.difference(item, counted, book.get(item), value_of)
    }

    fn difference(&self, item: &str, counted: Counted, book: Option<&ItemBook>, value_of: ValueOf<'_>) -> Difference {
        let Counted { first, last, begun, ended, lots, by, open } = counted;
        let quantity = lots.values().fold(Quantity::NONE, |sum, quantity| sum.saturating_add(*quantity));
        let trolley = Duration::from_secs(u64::from(self.plan.trolley_seconds));
        let paid = last.saturating_add(trolley).unwrap_or(last);
        let (expected, uncertain) = match book {
            Some(book) => (book.at(last), book.traffic(first, paid, true) + book.traffic(begun, ended, false)),
            None => (Quantity::NONE, Quantity::NONE),
        };
        let difference = quantity + -expected;
        let lots = lots.into_iter().map(|(lot, quantity)| LotQuantity { lot, quantity }).collect();
        Difference {
            item: item.to_owned(),
            counted: quantity,
            lots,
            at: last,
            expected,
            difference,
            value: worth(difference, value_of(item)),
            uncertain,
            by,
            open,
            is_missing: false,
        }
    }
}

/// What was counted of an item: `first` and `last` in zones that sell, `begun` and `ended` in all.
struct Counted {
    first: Timestamp,
    last: Timestamp,
    begun: Timestamp,
    ended: Timestamp,
    lots: BTreeMap<Lot, Quantity>,
    by: BTreeSet<String>,
    open: Vec<(String, FigureState)>,
}

impl Counted {
    fn nothing(first: Timestamp, last: Timestamp) -> Counted {
        Counted { first, last, begun: first, ended: last, lots: BTreeMap::new(), by: BTreeSet::new(), open: Vec::new() }
    }
}

/// What a quantity is worth; beyond what a shop can mean it is told as the most that a shop can mean.
fn worth(quantity: Quantity, of_one: Money) -> Money {
    let product = i128::from(quantity.in_thousandths()) * i128::from(of_one.units()) / 1000;
    match product.unsigned_abs() > u128::from(AMOUNT_MAX.unsigned_abs()) {
        true => Money::minor(AMOUNT_MAX * if product < 0 { -1 } else { 1 }),
        false => quantity.times(of_one),
    }
}
