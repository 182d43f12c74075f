//! What was counted against the book, before anybody answers for it.

use std::collections::{BTreeMap, BTreeSet};

use domain::money::Money;
use domain::stock::What;
use domain::stock::book::StockBook;
use domain::stock::count::Count;
use domain::stock::difference::Difference;
use domain::stock::figure::Figure;
use uuid::Uuid;

use super::{At, Desk, Done, Here, Problem, StockDeed, value_of};

/// A count that is looked through.
#[derive(Clone, Debug)]
pub struct Review {
    /// The count as it was when it was looked through.
    pub count: Count,
    /// What differs or is open, the dearest first.
    pub found: Vec<Difference>,
    /// Codes that the catalogue does not know.
    pub unknown: Vec<Figure>,
    /// Goods that agree.
    pub agreeing: usize,
    /// What can be approved, those that agree among it.
    pub settled: Vec<Difference>,
    /// Items that are to be counted again.
    pub ticked: BTreeSet<String>,
    /// Zones by item that are to be counted again.
    pub zones: BTreeMap<String, BTreeSet<What>>,
}

impl Review {
    /// The count's id.
    pub fn plan(&self) -> Uuid {
        self.count.plan.id
    }

    /// What the differences are worth in all, with their signs.
    pub fn sum(&self) -> Money {
        Money::minor(self.found.iter().map(|difference| difference.value.units()).fold(0_i64, i64::saturating_add))
    }
}

impl Desk {
    /// Looks a count through.
    pub(super) fn review(&mut self, here: &Here<'_>, plan: Uuid) -> Result<Done, Problem> {
        let count = self.open_count_of(here, plan)?;
        if count.plan.blind && !here.sees_all {
            return Err(Problem::Blind);
        }
        let all = self.differences(here, &count)?;
        let unknown = count.unknown();
        let settled = all.iter().filter(|difference| difference.is_settled()).cloned().collect();
        let (mut found, same): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|it| it.difference.in_thousandths() != 0 || it.wants_recount());
        found.sort_by_key(|difference| (std::cmp::Reverse(difference.value.abs()), difference.item.clone()));
        let agreeing = same.len();
        let (ticked, zones) = (BTreeSet::new(), BTreeMap::new());
        let review = Review { count, found, unknown, agreeing, settled, ticked, zones };
        self.go(At::Review(Box::new(review)))
    }

    /// All differences of a count.
    pub(super) fn differences(&mut self, here: &Here<'_>, count: &Count) -> Result<Vec<Difference>, Problem> {
        let book = self.book_of(here, count)?;
        let counted: Vec<What> = count.passes().flat_map(|pass| pass.claims().into_keys()).collect();
        self.meet_all(here, counted.iter());
        let in_book: Vec<What> = book.keys().cloned().map(What::Item).collect();
        self.meet_all(here, in_book.iter());
        let value = |item: &str| self.goods.get(item).map_or(Money::ZERO, |item| value_of(item, here.now.at));
        Ok(count.differences(&book, &value))
    }

    /// The books of what the count is about.
    fn book_of(&mut self, here: &Here<'_>, count: &Count) -> Result<StockBook, Problem> {
        let room = here.goods.stockroom();
        if count.whole().is_none() {
            let claims = count.passes().flat_map(|pass| pass.claims().into_keys());
            let items = super::unique(claims.filter_map(|what| what.item().map(str::to_owned)));
            return room.book(&items).map_err(|_| Problem::NotLookedUp);
        }
        let counted: BTreeSet<What> = count.passes().flat_map(|pass| pass.claims().into_keys()).collect();
        let mut book = room.whole_book().map_err(|_| Problem::NotLookedUp)?;
        book.retain(|id, _| {
            let covered = || here.goods.item(id).ok().flatten().is_some_and(|item| count.plan.covers(&item));
            counted.contains(&What::Item(id.clone())) || covered()
        });
        Ok(book)
    }

    /// A row was ticked, or no longer is.
    pub(super) fn tick(&mut self, mut review: Review, item: &str) -> Result<Done, Problem> {
        if !review.ticked.remove(item) {
            review.ticked.insert(item.to_owned());
        }
        self.go(At::Review(Box::new(review)))
    }

    /// Keys of the review.
    pub(super) fn pressed_in_review(
        &mut self,
        here: &Here<'_>,
        key: &str,
        mut review: Review,
    ) -> Result<Done, Problem> {
        match key {
            "recount" => {
                review.zones = to_recount(&review, here)?;
                let only = review.zones.keys().next().cloned().filter(|_| review.zones.len() == 1);
                match only {
                    Some(zone) => self.recount(review, &zone),
                    None => self.go(At::Recount(Box::new(review))),
                }
            }
            "approve" => {
                self.may_approve(&self.open_count_of(here, review.plan())?)?;
                if review.settled.is_empty() && review.unknown.is_empty() {
                    return Err(Problem::NothingSettled);
                }
                Ok(Done::Leave(StockDeed::Approve { plan: review.plan(), settled: review.settled }))
            }
            "give_up" => self.go(At::GiveUp(review.plan())),
            _ => Err(Problem::NotHere),
        }
    }

    /// Somebody else counts the goods again.
    pub(super) fn recount(&mut self, review: Review, zone: &str) -> Result<Done, Problem> {
        self.may_begin()?;
        let marked = review.zones.get(zone).cloned().ok_or(Problem::NothingToRecount)?;
        let in_zone = review.count.passes().filter(|state| state.pass.zone == zone);
        let (mut highest, mut open) = (1, None);
        for state in in_zone {
            highest = highest.max(state.pass.round);
            if state.pass.round > 1 && review.count.finished_at(state.pass.id).is_none() {
                open = Some(state.pass.round);
            }
        }
        let round = open.unwrap_or(highest + 1);
        if round > domain::stock::ROUNDS_MAX {
            return Err(Problem::Count(domain::stock::count::CountError::NoSuchRound));
        }
        let (plan, zone) = (review.plan(), zone.to_owned());
        Ok(Done::Leave(StockDeed::CountZone { plan, zone, round, marked }))
    }
}

/// What is to be counted again, by zone: what is ticked, or all that is open when nothing is; nobody counts again what
/// she has counted herself.
fn to_recount(review: &Review, here: &Here<'_>) -> Result<BTreeMap<String, BTreeSet<What>>, Problem> {
    let wanted: BTreeSet<&str> = match review.ticked.is_empty() {
        false => review.ticked.iter().map(String::as_str).collect(),
        true => review.found.iter().filter(|it| it.wants_recount()).map(|it| it.item.as_str()).collect(),
    };
    if wanted.is_empty() {
        return Err(Problem::NothingToRecount);
    }
    let mut zones: BTreeMap<String, BTreeSet<What>> = BTreeMap::new();
    let mut own = false;
    for figure in review.count.figures(&StockBook::new()) {
        if !figure.what.item().is_some_and(|item| wanted.contains(item)) {
            continue;
        }
        if figure.claim.by.contains(here.by) {
            own = true;
        } else {
            zones.entry(figure.zone).or_default().insert(figure.what);
        }
    }
    match zones.is_empty() {
        true if own => Err(Problem::SamePerson),
        true => Err(Problem::NothingToRecount),
        false => Ok(zones),
    }
}
