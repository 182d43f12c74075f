//! Words by which items are found, the same for what is stored and for what is typed.
//!
//! Chinese is cut into overlapping pairs of characters, so that any part of a name is found as its pairs; the last
//! character stands alone, so that a single one is a prefix of some word. Latin words and numbers stay whole and are
//! found by prefix. Pinyin initials are stored from each letter on. A word with `^` stands for the beginning of the
//! name or of the initials.

/// Letters that are kept of initials from each letter on.
pub(super) const INITIALS_KEPT: usize = 8;
/// Letters that are kept of the beginning of a name.
const BEGINNING_KEPT: usize = 6;
/// Characters of a name or a query that are looked at.
const TEXT_MAX: usize = 120;

/// A run of letters of one sort.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Run {
    /// ASCII letters and digits, lower case.
    Latin(String),
    /// Anything else that is written: hanzi, kana, accented letters.
    Written(String),
}

/// Cuts a text into its runs; signs and spaces only separate.
pub(super) fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut apart = true;
    for char in text.chars().take(TEXT_MAX).map(narrow) {
        if char.is_ascii_alphanumeric() {
            match runs.last_mut() {
                Some(Run::Latin(run)) if !apart => run.push(char),
                _another => runs.push(Run::Latin(char.into())),
            }
            apart = false;
        } else if char.is_alphanumeric() {
            match runs.last_mut() {
                Some(Run::Written(run)) if !apart => run.push(char),
                _another => runs.push(Run::Written(char.into())),
            }
            apart = false;
        } else {
            apart = true;
        }
    }
    runs
}

/// The words under which an item is stored, between spaces.
pub(super) fn of_item(name: &str, name_en: Option<&str>, initials: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for run in runs(name).into_iter().chain(runs(name_en.unwrap_or(""))) {
        match run {
            Run::Latin(run) => words.push(run),
            Run::Written(run) => words.extend(pairs(&run, true)),
        }
    }
    let letters = squeeze(initials);
    for start in 0..letters.chars().count() {
        words.push(letters.chars().skip(start).take(INITIALS_KEPT).collect());
    }
    for beginning in [squeeze(name), squeeze(name_en.unwrap_or("")), letters] {
        if !beginning.is_empty() {
            words.push(begins(&beginning));
        }
    }
    words.sort_unstable();
    words.dedup();
    words.join(" ")
}

/// Condition of the index that holds for every item which contains the runs; what it finds is to be looked at again.
pub(super) fn condition(runs: &[Run]) -> String {
    let mut terms = Vec::new();
    for run in runs {
        match run {
            Run::Latin(run) if run.len() > INITIALS_KEPT => {
                terms.push(format!("(\"{run}\"* OR \"{}\")", &run[..INITIALS_KEPT]));
            }
            Run::Latin(run) => terms.push(format!("\"{run}\"*")),
            Run::Written(run) => {
                let pairs = pairs(run, false);
                terms.extend(pairs.iter().map(|pair| match pair.chars().count() {
                    1 => format!("\"{pair}\"*"),
                    _pair => format!("\"{pair}\""),
                }));
            }
        }
    }
    terms.join(" AND ")
}

/// Condition that holds for every item whose name or initials begin with the text.
pub(super) fn beginning_condition(text: &str) -> String {
    format!("\"{}\"*", begins(&squeeze(text)))
}

/// The text without anything between its letters, lower case.
pub(super) fn squeeze(text: &str) -> String {
    text.chars().take(TEXT_MAX).map(narrow).filter(|char| char.is_alphanumeric()).collect()
}

fn begins(squeezed: &str) -> String {
    let kept = squeezed.chars().take(BEGINNING_KEPT);
    std::iter::once('^').chain(kept).collect()
}

fn pairs(run: &str, with_last: bool) -> Vec<String> {
    let chars: Vec<char> = run.chars().collect();
    let mut pairs: Vec<String> = chars.windows(2).map(String::from_iter).collect();
    if with_last || chars.len() == 1 {
        pairs.extend(chars.last().map(char::to_string));
    }
    pairs
}

/// Full-width forms as ASCII, letters in lower case.
fn narrow(char: char) -> char {
    let char = match char {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(char as u32 - 0xfee0).unwrap_or(char),
        other => other,
    };
    let mut lower = char.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(lower), None) => lower,
        _none_or_several => char,
    }
}
