//! Groups of goods above the grid: the favourites, then the store's categories. What is typed wins over both.

use domain::quantity::Unit;

use super::{Catalogue, Effect, Engine, Face, Place, RESULTS_MAX, Trouble};

/// Categories that are offered.
pub(super) const GROUPS_MAX: usize = 32;
/// What the ids of the groups' keys begin with; the favourites' key is this alone.
pub(crate) const GROUP_KEY: &str = "group:";

impl Engine {
    /// A key of the till's own face was pressed.
    pub(super) fn press(&mut self, catalogue: &dyn Catalogue, key: &str, _effects: &mut Vec<Effect>) {
        match key.strip_prefix(GROUP_KEY) {
            Some(group) => self.choose_group(catalogue, group),
            None => self.refuse(Trouble::NotHere),
        }
    }

    /// Shows the goods of a category, or the favourites.
    fn choose_group(&mut self, catalogue: &dyn Catalogue, group: &str) {
        if !matches!(self.place, Place::Selling | Place::Paid(_)) {
            return self.refuse(Trouble::NotHere);
        }
        if !group.is_empty() && !self.groups.iter().any(|known| known == group) {
            return self.refuse(Trouble::NotHere);
        }
        group.clone_into(&mut self.group);
        self.query.clear();
        self.look_up_results(catalogue);
    }

    /// Goods for the query, those of the group without one; looked up only when one of these or the catalogue has
    /// changed.
    pub(super) fn look_up_results(&mut self, catalogue: &dyn Catalogue) {
        let asked = Some((&self.query, &self.group));
        if self.results_of.as_ref().map(|(query, group)| (query, group)) == asked || catalogue.store().is_none() {
            return;
        }
        if self.results_of.is_none() {
            self.groups = catalogue.categories(GROUPS_MAX).unwrap_or_else(|error| {
                self.refuse(super::selling::fault(error));
                Vec::new()
            });
            if self.setup.face == Face::Kiosk {
                self.groups.sort_by_cached_key(|group| !has_weighed_goods(catalogue, group));
            }
            if !self.groups.contains(&self.group) {
                self.group.clear();
            }
        }
        let found = match (self.query.as_str(), self.group.as_str()) {
            ("", "") => catalogue.favourites(RESULTS_MAX),
            ("", group) => catalogue.items_in(group, RESULTS_MAX),
            (query, _) => catalogue.search(query, RESULTS_MAX),
        };
        self.results_of = Some((self.query.clone(), self.group.clone()));
        self.results = found.unwrap_or_else(|error| {
            self.refuse(super::selling::fault(error));
            Vec::new()
        });
        let picture = |item: &domain::item::Item| Some((item.id.clone(), catalogue.picture(&item.id)?));
        self.pictures = self.results.iter().filter_map(picture).collect();
    }
}

/// Whether goods of a category are weighed: at a self-checkout those are picked, since they bear no code.
fn has_weighed_goods(catalogue: &dyn Catalogue, category: &str) -> bool {
    let of_category = catalogue.items_in(category, RESULTS_MAX).unwrap_or_default();
    of_category.iter().any(|item| item.unit == Unit::Kilogram)
}
