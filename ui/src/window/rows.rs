//! Models that change in place, so that a list on the screen keeps its place and only new rows move.

use slint::{Model, VecModel};

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
