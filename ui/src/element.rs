//! A thing on the screen, as plain data.

use serde::{Deserialize, Serialize};

/// Something on the screen that bears a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Element {
    /// As a screen reader says it.
    pub label: String,
    /// `button`, `text`, `list-item`, `text-input`, ...
    pub role: String,
    /// Whether it can be pressed.
    pub enabled: bool,
    /// Left, top, width, height in pixels.
    pub place: (f32, f32, f32, f32),
}
