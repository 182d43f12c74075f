//! Which goods a rule names.

use std::collections::BTreeSet;

/// Separates a category from the one it lies in: `drinks/water` lies in `drinks`.
pub const CATEGORY_SEPARATOR: char = '/';

/// Goods that are named one by one, by category, by tag, or all; less those that are left out.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Goods {
    /// Everything.
    pub all: bool,
    /// These ids, categories and tags.
    pub named: Names,
    /// Never these, even when they are named.
    pub except: Names,
}

/// Ids of items, categories and tags.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Names {
    /// Ids of items.
    pub items: BTreeSet<String>,
    /// Categories; each stands for all that lies in it.
    pub categories: BTreeSet<String>,
    /// Tags.
    pub tags: BTreeSet<String>,
}

/// How goods stand to a selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// Not named.
    No,
    /// Named.
    Yes,
    /// Named, and left out.
    LeftOut,
}

impl Goods {
    /// Everything.
    pub fn all() -> Goods {
        Goods { all: true, ..Goods::default() }
    }

    /// These items.
    pub fn items<I: Into<String>>(items: impl IntoIterator<Item = I>) -> Goods {
        let items = items.into_iter().map(Into::into).collect();
        Goods { named: Names { items, ..Names::default() }, ..Goods::default() }
    }

    /// All that lies in one category.
    pub fn category(category: &str) -> Goods {
        let categories = BTreeSet::from([category.to_owned()]);
        Goods { named: Names { categories, ..Names::default() }, ..Goods::default() }
    }

    /// All that bears a tag.
    pub fn tag(tag: &str) -> Goods {
        let tags = BTreeSet::from([tag.to_owned()]);
        Goods { named: Names { tags, ..Names::default() }, ..Goods::default() }
    }

    /// How an item stands to the selection.
    pub fn names(&self, item: &str, category: &str, tags: &[String]) -> Named {
        if !self.all && !self.named.hold(item, category, tags) {
            return Named::No;
        }
        if self.except.hold(item, category, tags) { Named::LeftOut } else { Named::Yes }
    }
}

impl Names {
    /// Whether nothing is named.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.items.len() + self.categories.len() + self.tags.len()
    }

    fn hold(&self, item: &str, category: &str, tags: &[String]) -> bool {
        let by_item = || self.items.contains(item);
        let by_category =
            || !self.categories.is_empty() && within(category).any(|category| self.categories.contains(category));
        let by_tag = || !self.tags.is_empty() && tags.iter().any(|tag| self.tags.contains(tag));
        by_item() || by_category() || by_tag()
    }
}

/// A category and all that it lies in, the widest last; nothing for an empty one.
pub(super) fn within(category: &str) -> impl Iterator<Item = &str> {
    let first = (!category.is_empty()).then_some(category);
    std::iter::successors(first, |inner| inner.rsplit_once(CATEGORY_SEPARATOR).map(|(outer, _)| outer))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goods_are_named_and_left_out() {
        let mut drinks = Goods::category("drinks");
        drinks.except.tags.insert("promoted".into());
        assert_eq!(drinks.names("7", "drinks/water", &[]), Named::Yes);
        assert_eq!(drinks.names("7", "drinks", &["promoted".into()]), Named::LeftOut);
        assert_eq!(drinks.names("7", "drinksware", &[]), Named::No);
        assert_eq!(drinks.names("7", "", &["promoted".into()]), Named::No);
        assert_eq!(Goods::items(["7"]).names("7", "", &[]), Named::Yes);
        assert_eq!(Goods::all().names("8", "", &[]), Named::Yes);
    }
}
