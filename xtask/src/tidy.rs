//! Rules of taste that a machine can hold.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::workspace::root;

/// Lines of one file.
const LINES_MAX: usize = 700;
/// Names that say nothing.
const NAMES: [&str; 8] = ["common", "utils", "util", "manager", "helper", "helpers", "service", "misc"];
/// What is no work of ours.
const SKIPPED: [&str; 3] = ["target", ".git", "demo-out"];

/// Fails on files that are too long, names that say nothing, work that was put off, and impure cores.
pub fn check() -> Result<()> {
    let root = root();
    let mut files = Vec::new();
    collect(&root, &mut files)?;
    let mut faults = Vec::new();
    for file in &files {
        let text = fs::read_to_string(file).with_context(|| format!("failed reading {}", file.display()))?;
        let name = file.strip_prefix(&root).unwrap_or(file);
        faults.extend(faults_of(name, &text));
    }
    if faults.is_empty() {
        println!("tidy: {} files as they should be", files.len());
        return Ok(());
    }
    bail!("not tidy:\n  {}", faults.join("\n  "));
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("failed listing {}", folder.display()))? {
        let entry = entry?;
        let (path, name) = (entry.path(), entry.file_name());
        if entry.file_type()?.is_dir() {
            if !SKIPPED.iter().any(|skipped| name == *skipped) {
                collect(&path, files)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "rs" || extension == "slint") {
            files.push(path);
        }
    }
    Ok(())
}

fn faults_of(file: &Path, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let shown = file.display();
    let lines = text.lines().count();
    if lines > LINES_MAX {
        faults.push(format!("{shown}: {lines} lines, more than {LINES_MAX}"));
    }
    let says_nothing = |part: &Path| part.file_stem().is_some_and(|stem| NAMES.iter().any(|name| stem == *name));
    if file.iter().any(|part| says_nothing(Path::new(part))) {
        faults.push(format!("{shown}: a name that says nothing"));
    }
    // The words are put together here so that this file does not name them itself.
    let put_off =
        [["TO", "DO"].concat(), ["FIX", "ME"].concat(), ["unimplemented", "!("].concat(), ["todo", "!("].concat()];
    let impure = impurities(file);
    for (no, line) in text.lines().enumerate() {
        let no = no + 1;
        if let Some(word) = put_off.iter().find(|word| line.contains(&***word)) {
            faults.push(format!("{shown}:{no}: {word}"));
        }
        if let Some(word) = impure.iter().find(|word| line.contains(**word) && !line.trim_start().starts_with("//")) {
            faults.push(format!("{shown}:{no}: {word} has no place in a pure core"));
        }
    }
    faults
}

/// What a pure core must not touch: clocks, files, network, chance, floats, waiting.
fn impurities(file: &Path) -> &'static [&'static str] {
    let pure = ["domain/src", "pos-app/src/engine", "pos-app/src/present"];
    if !pure.iter().any(|folder| file.starts_with(folder)) {
        return &[];
    }
    &[
        "Instant::now",
        "SystemTime",
        "Timestamp::now",
        "Zoned::now",
        "std::fs",
        "std::net",
        "std::thread",
        "f64",
        "f32",
        "now_v7",
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_finds_its_fault() {
        let faults = |file: &str, text: &str| faults_of(Path::new(file), text).len();
        assert_eq!(faults("domain/src/money.rs", "fn add() {}\n// f64 is not used here\n"), 0);
        assert_eq!(faults("domain/src/money.rs", "let x = 1.0_f64;\nlet now = Instant::now();\n"), 2);
        assert_eq!(faults("journal/src/file.rs", "let now = Instant::now();\n"), 0);
        assert_eq!(faults("journal/src/utils.rs", ""), 1);
        assert_eq!(faults("journal/src/helper/file.rs", ""), 1);
        assert_eq!(faults("ui/src/window.rs", &"\n".repeat(701)), 1);
        assert_eq!(faults("ui/src/window.rs", &format!("{}{}(\"later\")", "todo", "!")), 1);
    }
}
