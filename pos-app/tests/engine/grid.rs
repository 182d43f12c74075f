//! The grid of favourites, arranged at the till.

use std::collections::HashSet;

use pos_app::engine::Catalogue;

use super::Habit;
use super::shop::Shop;

pub(super) const ARRANGE: &[Habit] = &[
    Habit::Back,
    Habit::Ok,
    Habit::Scan,
    Habit::Begin("arrange_goods"),
    Habit::Choose("add:2"),
    Habit::Choose("on:2"),
    Habit::Choose("place_forward"),
    Habit::Choose("on:2"),
    Habit::Choose("to_first"),
    Habit::Choose("keep_grid"),
    Habit::Approve,
];
pub(super) const REARRANGE: &[Habit] = &[
    Habit::Back,
    Habit::Ok,
    Habit::Begin("arrange_goods"),
    Habit::Choose("on:2"),
    Habit::Choose("take_off"),
    Habit::Choose("keep_grid"),
    Habit::Approve,
    Habit::Begin("arrange_goods"),
    Habit::Choose("head_office_grid"),
    Habit::Approve,
];

/// What is told to the store's other tills can be shown there.
pub(super) fn arranged(shop: &mut Shop, items: &[String], in_training: bool) {
    assert!(!in_training, "the store's favourites were arranged in training");
    let once: HashSet<&String> = items.iter().collect();
    assert!(once.len() == items.len() && items.len() <= 24, "each stands once: {items:?}");
    let known = |id: &String| shop.item(id).is_ok_and(|item| item.is_some());
    assert!(items.iter().all(known), "all of them are sold here: {items:?}");
    shop.arranged = Some(items.to_vec());
}
