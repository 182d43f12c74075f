//! What a member of staff sees at the stock desk, on a handheld or at the till, as plain data: counts, goods received,
//! transferred and written off, labels and prices.
//!
//! What is touched comes back as [`crate::Intent::Press`] with the id of a key, [`crate::Intent::Choose`] with the id of a row,
//! [`crate::Intent::Answer`] or [`crate::Intent::Enter`] with what was typed, [`crate::Intent::Search`] and
//! [`crate::Intent::PickItem`]; scans come in by the scanner.

use serde::{Deserialize, Serialize};

use crate::key::Key;
use crate::screen::{Item, Keys, Level, Notice};

/// The stock desk's face.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stock {
    /// What is done now.
    pub step: StockStep,
    /// E.g. `盘点 · 饮料区`.
    pub title: String,
    /// One sentence, or empty.
    pub help: String,
    /// What this list has come to, e.g. `38 种 · 126 件`, or empty.
    pub progress: String,
    /// The goods just counted: fills the upper half.
    pub counted: Option<Counted>,
    /// The rest as a list, the newest first; touched as [`crate::Intent::Choose`].
    pub rows: Vec<StockRow>,
    /// What can be touched now, the most used first; at most one is [`crate::key::KeyKind::Main`].
    pub keys: Vec<Key>,
    /// Goods found by what was typed.
    pub items: Vec<Item>,
    /// On-screen keys of a question; [`Keys::None`] where nothing is typed.
    pub pad: Keys,
    /// What stands in the field at first.
    pub value: String,
    /// Why the last try was not taken, or empty.
    pub message: String,
    /// One sentence and one button when something needs a person; scans are still taken or refused aloud.
    pub notice: Option<Notice>,
}

/// Nothing is typed unless a step asks for it.
impl Default for Stock {
    fn default() -> Stock {
        Stock {
            step: Default::default(),
            title: Default::default(),
            help: Default::default(),
            progress: Default::default(),
            counted: Default::default(),
            rows: Default::default(),
            keys: Default::default(),
            items: Default::default(),
            pad: Keys::None,
            value: Default::default(),
            message: Default::default(),
            notice: Default::default(),
        }
    }
}

/// What is done at the stock desk; decides how the screen is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum StockStep {
    /// What there is to do: keys and open lists.
    #[default]
    Menu,
    /// Setting something up: rows to choose from.
    Choose,
    /// One question with on-screen keys.
    Ask,
    /// Counting or booking goods by scanning.
    Count,
    /// Looking a list through: differences, what is to be approved.
    Review,
    /// One item: price, stock, labels.
    Look,
}

/// The goods just counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Counted {
    /// Its id, for its picture.
    pub item: String,
    /// The goods.
    pub name: String,
    /// Its code.
    pub code: String,
    /// How many so far, large.
    pub quantity: String,
    /// What the last scan added, e.g. `+1`, or empty.
    pub added: String,
    /// E.g. `应有 12`, unless the count is blind; price; lot and expiry.
    pub details: Vec<String>,
    /// Address of its picture's file, or empty.
    pub picture: String,
    /// Whether something is the matter with it: goods that the catalogue does not know, a count that is not saved. Told in
    /// words by `details`, too.
    #[serde(default)]
    pub level: Level,
}

/// One line of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct StockRow {
    /// To be sent.
    pub id: String,
    /// What it is.
    pub title: String,
    /// More about it, or empty.
    pub detail: String,
    /// E.g. `12` or `-3`.
    pub amount: String,
    /// Whether it asks for something; told in words by `detail`, too.
    pub level: Level,
    /// Whether it is ticked.
    pub ticked: bool,
    /// Whether it can be touched.
    pub enabled: bool,
}
