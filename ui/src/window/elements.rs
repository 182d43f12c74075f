//! What is on the screen, by its name, as a screen reader finds it.

use i_slint_backend_testing::{AccessibleRole, ElementHandle, ElementRoot};

use crate::Element;

/// All that a window shows and that bears a name, those that are read aloud as well as those that are touched.
pub(super) fn of(window: &impl ElementRoot) -> Vec<Element> {
    let named = window
        .root_element()
        .query_descendants()
        .match_predicate(|element| element.accessible_role().is_some_and(|role| role != AccessibleRole::None));
    named.find_all().iter().filter_map(described).collect()
}

fn described(element: &ElementHandle) -> Option<Element> {
    let label = element.accessible_label()?.to_string();
    let role = element.accessible_role()?;
    let (at, size) = (element.absolute_position(), element.size());
    Some(Element {
        label,
        role: role.to_string(),
        enabled: element.accessible_enabled().unwrap_or(true),
        place: (at.x, at.y, size.width, size.height),
    })
}
