//! A key on the screen, as plain data.

use serde::{Deserialize, Serialize};

/// Something to touch, by its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Key {
    /// To be sent in [`crate::Intent::Press`].
    pub id: String,
    /// E.g. `去付款`.
    pub label: String,
    /// More about it, or why it cannot be touched; or empty.
    pub detail: String,
    /// Name of its icon, or empty.
    pub icon: String,
    /// How much it asks to be touched.
    pub kind: KeyKind,
    /// Whether it can be touched.
    pub enabled: bool,
    /// Whether it is the chosen one of its row.
    pub ticked: bool,
    /// The key of a keyboard, e.g. `F2`, or empty.
    pub key: String,
}

/// How much a key asks to be touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum KeyKind {
    /// The one thing to do next: filled.
    Main,
    /// An ordinary key.
    #[default]
    Plain,
    /// Words only.
    Quiet,
    /// Loses something.
    Loss,
}
