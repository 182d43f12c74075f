//! Rows as the window takes them: models that change in place, so that a list on the screen keeps its place and only new
//! rows move, and the texts and numbers in them.

use slint::{Model, SharedString, VecModel};

use super::generated::Level as Loudness;
use crate::screen::Level;

/// Makes `model` hold `rows`, touching only the rows that differ. Answers the last row that is new or changed.
pub(super) fn update<T: Clone + PartialEq + 'static>(model: &VecModel<T>, rows: Vec<T>) -> Option<usize> {
    let mut touched = None;
    while model.row_count() > rows.len() {
        model.remove(model.row_count() - 1);
    }
    for (index, row) in rows.into_iter().enumerate() {
        match model.row_data(index) {
            Some(old) if old == row => {}
            Some(_) => {
                model.set_row_data(index, row);
                touched = Some(index);
            }
            None => {
                model.push(row);
                touched = Some(index);
            }
        }
    }
    touched
}

/// Texts longer than this are cut: laying out a line without end would hold up the screen.
const TEXT_CHARS_MAX: usize = 400;

/// A text as the window takes it.
pub(super) fn text(text: &str) -> SharedString {
    match text.char_indices().nth(TEXT_CHARS_MAX) {
        Some((end, _)) => text[..end].into(),
        None => text.into(),
    }
}

/// A number of rows, or of one row.
pub(super) fn count(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// A row number from the window; a negative one is no row.
pub(super) fn index(row: i32) -> usize {
    usize::try_from(row).unwrap_or(usize::MAX)
}

/// How loud a thing is.
pub(super) fn level(level: Level) -> Loudness {
    match level {
        Level::Good => Loudness::Good,
        Level::Warning => Loudness::Warning,
        Level::Fault => Loudness::Fault,
    }
}
