//! The shop's own pictures for the shopper's screen: files that somebody put into a folder of the state directory.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The folder within the state directory.
const FOLDER: &str = "adverts";
/// Pictures that are shown in turn.
const ADVERTS_MAX: usize = 50;

/// The pictures, in the order of their names.
pub(super) struct Adverts {
    folder: PathBuf,
    /// When the folder was changed last.
    changed: Option<SystemTime>,
    files: Vec<String>,
}

impl Adverts {
    pub(super) fn of(state: &Path) -> Adverts {
        let mut adverts = Adverts { folder: state.join(FOLDER), changed: None, files: Vec::new() };
        adverts.refresh();
        adverts
    }

    /// Looks whether somebody has put other pictures there.
    pub(super) fn refresh(&mut self) {
        let changed = self.folder.metadata().and_then(|found| found.modified()).ok();
        if changed == self.changed {
            return;
        }
        self.changed = changed;
        self.files = match std::fs::read_dir(&self.folder) {
            Ok(entries) => listed(entries.flatten().map(|entry| entry.path())),
            Err(_) => Vec::new(),
        };
    }

    pub(super) fn files(&self) -> &[String] {
        &self.files
    }
}

fn listed(paths: impl Iterator<Item = PathBuf>) -> Vec<String> {
    let is_picture = |path: &PathBuf| {
        let end = path.extension().map(|end| end.to_string_lossy().to_ascii_lowercase());
        matches!(end.as_deref(), Some("png" | "jpg" | "jpeg"))
    };
    let mut files: Vec<String> = paths.filter(is_picture).map(|path| path.to_string_lossy().into_owned()).collect();
    files.sort();
    files.truncate(ADVERTS_MAX);
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_shown_by_name_and_nothing_else_is() {
        let paths = ["b.png", "a.JPG", "c.jpeg", "list.txt", ".png", "sub"].map(PathBuf::from);
        assert_eq!(listed(paths.into_iter()), ["a.JPG", "b.png", "c.jpeg"]);
    }
}
