//! What the looks at many pictures came to.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

/// What a decoder made of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Count {
    /// Its text was read.
    Found,
    /// Something else was read.
    Wrong,
    /// Nothing was read, and there is a text.
    Missed,
    /// Nothing was read, and there is nothing.
    Clean,
}

/// One decoder over one folder.
#[derive(Debug, Default)]
pub(super) struct Trial {
    found: usize,
    wrong: usize,
    missed: usize,
    /// Codes that were read beside the expected one.
    pub(super) besides: usize,
    pub(super) wrong_names: Vec<String>,
    pub(super) missed_names: Vec<String>,
    pub(super) times_ms: Vec<f64>,
}

impl Trial {
    pub(super) fn count(&mut self, count: Count) {
        match count {
            Count::Found => self.found += 1,
            Count::Wrong => self.wrong += 1,
            Count::Missed => self.missed += 1,
            Count::Clean => {}
        }
    }

    fn json(&self) -> Value {
        json!({
            "found": self.found, "wrong": self.wrong, "missed": self.missed, "besides": self.besides,
            "median_ms": rounded(share(&self.times_ms, 50)), "p95_ms": rounded(share(&self.times_ms, 95)),
            "wrong_pictures": self.wrong_names, "missed_pictures": self.missed_names,
        })
    }

    fn add(&mut self, other: &Trial) {
        self.found += other.found;
        self.wrong += other.wrong;
        self.missed += other.missed;
        self.besides += other.besides;
        self.wrong_names.extend(other.wrong_names.iter().cloned());
        self.missed_names.extend(other.missed_names.iter().cloned());
        self.times_ms.extend(&other.times_ms);
    }
}

/// All decoders over one folder.
#[derive(Debug)]
pub(super) struct FolderReport {
    folder: PathBuf,
    pub(super) pictures: usize,
    pub(super) with_text: usize,
    pub(super) rqrr: Trial,
    pub(super) rxing: Trial,
    pub(super) ours: Trial,
    /// Times of ours over the same pictures brought to 640 x 480.
    pub(super) compared_ms: Vec<f64>,
    /// Files that are no pictures.
    pub(super) skipped: Vec<String>,
    /// Pictures that could not be read, and why.
    pub(super) unread: Vec<String>,
}

impl FolderReport {
    pub(super) fn new(folder: &Path) -> FolderReport {
        FolderReport {
            folder: folder.to_owned(),
            pictures: 0,
            with_text: 0,
            rqrr: Trial::default(),
            rxing: Trial::default(),
            ours: Trial::default(),
            compared_ms: Vec::new(),
            skipped: Vec::new(),
            unread: Vec::new(),
        }
    }

    fn trials(&self) -> [(&'static str, &Trial); 3] {
        [("rqrr", &self.rqrr), ("rxing", &self.rxing), ("ours", &self.ours)]
    }

    fn json(&self) -> Value {
        json!({
            "folder": self.folder.display().to_string(), "pictures": self.pictures, "with_text": self.with_text,
            "rqrr": self.rqrr.json(), "rxing": self.rxing.json(), "ours": self.ours.json(),
            "ours_median_ms_at_640x480": rounded(share(&self.compared_ms, 50)),
            "skipped": self.skipped, "unread": self.unread,
        })
    }
}

/// The figures of all folders, and their sum.
pub(super) fn json(reports: &[FolderReport]) -> Value {
    json!({ "folders": reports.iter().map(FolderReport::json).collect::<Vec<_>>(), "total": total(reports).json() })
}

/// The same for people.
pub(super) fn text(reports: &[FolderReport]) -> String {
    let mut text = String::from(
        "found: the text beside the picture was read. wrong: something else was, or anything where there is no text.\n\
         missed: nothing was read. besides: further codes read in found pictures. ms: for each picture as it is.\n",
    );
    for report in reports.iter().chain((reports.len() > 1).then_some(&total(reports))) {
        let (pictures, empty) = (report.pictures, report.pictures - report.with_text);
        let _ = writeln!(text, "\n{}: {pictures} pictures, {empty} of them without a code", report.folder.display());
        let _ = writeln!(text, "  decoder   found        wrong  missed  besides  ms median     p95");
        for (name, trial) in report.trials() {
            let percent = (report.with_text > 0).then(|| 100.0 * trial.found as f64 / report.with_text as f64);
            let percent = percent.map_or(String::new(), |percent| format!("({percent:.1} %)"));
            let (median, p95) = (share(&trial.times_ms, 50), share(&trial.times_ms, 95));
            let _ = writeln!(
                text,
                "  {name:<8} {:>5} {percent:<10} {:>5} {:>7} {:>8} {median:>10.1} {p95:>7.1}",
                trial.found, trial.wrong, trial.missed, trial.besides
            );
        }
        let at = share(&report.compared_ms, 50);
        let _ = writeln!(text, "  ours, each picture brought to the pixels of 640x480: {at:.1} ms median");
        for wrong in &report.ours.wrong_names {
            let _ = writeln!(text, "  wrong by ours: {wrong}");
        }
        if !report.ours.missed_names.is_empty() && report.pictures > 0 {
            let _ = writeln!(text, "  missed by ours: {}", report.ours.missed_names.join(", "));
        }
        for unread in &report.unread {
            let _ = writeln!(text, "  cannot be read: {unread}");
        }
        if !report.skipped.is_empty() {
            let _ = writeln!(text, "  skipped, neither PNG nor JPEG: {}", report.skipped.join(", "));
        }
    }
    text
}

fn total(reports: &[FolderReport]) -> FolderReport {
    let mut total = FolderReport::new(Path::new("all folders"));
    for report in reports {
        total.pictures += report.pictures;
        total.with_text += report.with_text;
        total.rqrr.add(&report.rqrr);
        total.rxing.add(&report.rxing);
        total.ours.add(&report.ours);
        total.compared_ms.extend(&report.compared_ms);
    }
    total.ours.wrong_names.clear();
    total.ours.missed_names.clear();
    total
}

/// The time that so many per cent of the pictures did not exceed.
fn share(times_ms: &[f64], percent: usize) -> f64 {
    let mut sorted = times_ms.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(at).copied().unwrap_or_default()
}

fn rounded(ms: f64) -> f64 {
    (ms * 10.0).round() / 10.0
}
