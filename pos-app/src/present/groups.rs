//! The keys above the grid of goods.

use ui::key::Key;
use words::say;

use crate::engine::{Engine, GROUP_KEY};

/// The favourites, then the store's categories; none where the store has no categories. What is typed wins: then none is
/// chosen.
pub(super) fn groups(engine: &Engine) -> Vec<Key> {
    if engine.groups.is_empty() {
        return Vec::new();
    }
    let key = |group: &str, label: String| Key {
        id: format!("{GROUP_KEY}{group}"),
        label,
        enabled: true,
        ticked: engine.query.is_empty() && engine.group == group,
        ..Key::default()
    };
    let favourites = key("", say!(engine.words, "groups-favourites"));
    let categories = engine.groups.iter().map(|group| key(group, group.clone()));
    std::iter::once(favourites).chain(categories).collect()
}
