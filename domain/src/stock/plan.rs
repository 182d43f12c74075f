//! What is to be counted.

use jiff::Timestamp;
use uuid::Uuid;

use crate::item::Item;

/// A count that is planned: what, where, and whether people see what should be there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CountPlan {
    /// Its id.
    pub id: Uuid,
    /// For people, e.g. `年末盘点`.
    pub name: String,
    /// How much of the store it covers.
    pub kind: CountKind,
    /// Where people count; none stands for the store as one zone, [`CountPlan::zones`].
    pub zones: Vec<Zone>,
    /// Whether the book's figure is kept from those who count.
    pub blind: bool,
    /// Which goods.
    pub filter: Filter,
    /// Seconds that goods may lie in a shopper's trolley before they are paid: what is sold so soon after it was counted
    /// makes a difference uncertain. Zero for a closed shop.
    pub trolley_seconds: u32,
    /// Staff id of who opened it, or `office`.
    pub opened_by: String,
    /// When.
    pub opened_at: Timestamp,
}

/// How much of the store a count covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CountKind {
    /// Everything: what nobody finds is not there.
    Full,
    /// Some zones: only what was counted is compared.
    Zone,
    /// Some categories, in the whole store: what nobody finds of them is not there.
    Category,
    /// Some items, at once: only what was counted is compared.
    Spot,
}

/// A part of the store that one person counts in one go.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Zone {
    /// Its name within the store, e.g. `饮料区`; may be empty for the store as a whole.
    pub name: String,
    /// Whether shoppers take goods from it; a store room does not. Sales are taken to have come from here.
    pub sells: bool,
}

/// Which goods a count is about; a default one is about all.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Filter {
    /// Categories; empty for all.
    pub categories: Vec<String>,
    /// Item ids; empty for all.
    pub items: Vec<String>,
}

impl CountPlan {
    /// The zones, at least one.
    pub fn zones(&self) -> Vec<Zone> {
        match self.zones.is_empty() {
            true => vec![Zone { name: String::new(), sells: true }],
            false => self.zones.clone(),
        }
    }

    /// Whether shoppers take goods from a zone; one that the plan does not name is taken to sell.
    pub fn sells(&self, zone: &str) -> bool {
        self.zones.iter().find(|known| known.name == zone).is_none_or(|known| known.sells)
    }

    /// Whether goods belong to the count. Other goods may be counted as well, and are then compared.
    pub fn covers(&self, item: &Item) -> bool {
        item.terms.kind.has_stock()
            && (self.filter.categories.is_empty() || self.filter.categories.contains(&item.terms.category))
            && (self.filter.items.is_empty() || self.filter.items.contains(&item.id))
    }
}

impl CountKind {
    /// Whether goods that nobody finds are taken to be gone.
    pub fn is_exhaustive(self) -> bool {
        match self {
            CountKind::Full | CountKind::Category => true,
            CountKind::Zone | CountKind::Spot => false,
        }
    }

    /// Its word in events and settings.
    pub fn word(self) -> &'static str {
        match self {
            CountKind::Full => "full",
            CountKind::Zone => "zone",
            CountKind::Category => "category",
            CountKind::Spot => "spot",
        }
    }

    /// The kind of a word.
    pub fn of(word: &str) -> Option<CountKind> {
        use CountKind::{Category, Full, Spot, Zone};
        [Full, Zone, Category, Spot].into_iter().find(|kind| kind.word() == word)
    }
}
