//! The grid of favourites is arranged on the till: goods are put on it, moved and taken off, in one sitting and with one
//! leave. What comes of it is an event; head office tells it to all tills of the store.

use domain::event::Event;
use domain::item::Item;
use domain::staff::Permission;
use domain::store::Store;

use super::command::{Command, Need};
use super::drafts::{Draft, Next};
use super::questions::{Ask, Asked, Choose, Entry, Listed, Step};
use super::selling::fault;
use super::{Catalogue, Effect, Engine, Now, Pending, RESULTS_MAX, Trouble};
use crate::notation::Notation;

/// Moves in one sitting.
const MOVES_MAX: usize = 400;
/// Goods that are offered to be put on the grid.
const OFFERED_MAX: usize = 6;
/// Answers that end the sitting.
const KEEP: &str = "keep_grid";
const HEAD_OFFICE: &str = "head_office_grid";
/// What is done with goods that are on the grid.
const MOVES: [&str; 5] = ["to_first", "place_forward", "place_back", "to_last", "take_off"];

const _: () = assert!(RESULTS_MAX == protocol::v1::FAVOURITES_MAX);

impl Engine {
    /// The grid after the answers so far, and what is asked next.
    pub(super) fn next_arrange(
        &self,
        catalogue: &dyn Catalogue,
        store: &Store,
        draft: &Draft,
    ) -> Result<Next, Trouble> {
        if draft.answers.len() > MOVES_MAX {
            return Err(Trouble::NotHere);
        }
        let mut grid = catalogue.favourites(RESULTS_MAX).map_err(fault)?;
        let before = ids(&grid);
        let mut answers = draft.answers.iter().map(String::as_str);
        while let Some(answer) = answers.next() {
            match (answer, answer.split_once(':')) {
                (KEEP, _) if ids(&grid) == before => return Err(Trouble::NothingChosen),
                (KEEP, _) => return Ok(Next::Do(Command::Arrange { items: ids(&grid) })),
                (HEAD_OFFICE, _) => return Ok(Next::Do(Command::Arrange { items: Vec::new() })),
                (_, Some(("add", id))) => {
                    if grid.len() >= RESULTS_MAX {
                        return Err(Trouble::GridFull(RESULTS_MAX));
                    }
                    let item = catalogue.item(id).map_err(fault)?.ok_or(Trouble::UnknownCode)?;
                    grid.push(item);
                }
                (_, Some(("on", id))) => {
                    let Some(wish) = answers.next() else {
                        return Ok(Next::Step(Ask::options(Asked::GridMove, &MOVES)));
                    };
                    moved(&mut grid, id, wish)?;
                }
                _ => return Err(Trouble::NotHere),
            }
        }
        Ok(Next::Step(self.grid_step(catalogue, store, &grid)))
    }

    /// What can be put on the grid, what is on it, and how it ends.
    fn grid_step(&self, catalogue: &dyn Catalogue, store: &Store, grid: &[Item]) -> Step {
        let mut entries = vec![Entry::named(KEEP, "")];
        let offered = self.goods_for_grid(catalogue).into_iter().filter(|item| !grid.iter().any(|on| on.id == item.id));
        entries.extend(offered.take(OFFERED_MAX).map(|item| Entry {
            detail: item.name_in(self.english).to_owned(),
            ..Entry::named(&format!("add:{}", item.id), "")
        }));
        entries.extend(grid.iter().map(|item| {
            Entry {
                amount: item
                    .prices
                    .at(self.pricing.minute())
                    .map(|price| self.words.amount(store.currency, price))
                    .unwrap_or_default(),
                ..Entry::named(&format!("on:{}", item.id), item.name_in(self.english))
            }
        }));
        entries.push(Entry::named(HEAD_OFFICE, ""));
        Step::Choose(Choose { what: Listed::Grid, entries, many: false })
    }

    /// The goods that are meant on the counter, then those that were found.
    fn goods_for_grid(&self, catalogue: &dyn Catalogue) -> Vec<Item> {
        let basket = self.durable.open.as_ref();
        let line = basket.zip(self.line_meant()).and_then(|(basket, no)| basket.line(no));
        let meant = line.and_then(|line| catalogue.item(&line.item).ok().flatten());
        let mut offered: Vec<Item> = meant.into_iter().collect();
        for item in &self.results {
            if !offered.iter().any(|known| known.id == item.id) {
                offered.push(item.clone());
            }
        }
        offered
    }

    /// In training nothing is told to other tills.
    pub(super) fn arrange_hindrance(&self) -> Option<Trouble> {
        self.training.is_some().then_some(Trouble::NotHere)
    }

    pub(super) fn needs_to_arrange() -> Vec<Need> {
        vec![Need::of(Permission::ArrangeGoods, 0, "")]
    }

    pub(super) fn arrange(&mut self, now: Now, items: Vec<String>, effects: &mut Vec<Effect>) {
        let stamp = self.stamp(now);
        self.commit(stamp, vec![Event::FavouritesArranged { items }], Vec::new(), Pending::Arranged, effects);
    }

    /// The new grid is looked up and shown.
    pub(super) fn arranged(&mut self) {
        self.said = super::Said::Arranged;
        self.query.clear();
        self.group.clear();
        self.results_of = None;
    }
}

fn ids(grid: &[Item]) -> Vec<String> {
    grid.iter().map(|item| item.id.clone()).collect()
}

/// Moves goods on the grid, or takes them off.
fn moved(grid: &mut Vec<Item>, id: &str, wish: &str) -> Result<(), Trouble> {
    let at = grid.iter().position(|item| item.id == id).ok_or(Trouble::NotHere)?;
    let to = match wish {
        "to_first" => 0,
        "place_forward" => at.saturating_sub(1),
        "place_back" => (at + 1).min(grid.len() - 1),
        "to_last" => grid.len() - 1,
        "take_off" => {
            grid.remove(at);
            return Ok(());
        }
        _ => return Err(Trouble::NotHere),
    };
    let item = grid.remove(at);
    grid.insert(to, item);
    Ok(())
}
