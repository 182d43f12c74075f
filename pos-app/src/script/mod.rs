//! Till scripts: stories that a shopkeeper can read, played on the till's own engine, journal and replica with simulated
//! devices.
//!
//! ```text
//! item 4006381333931 "Pen" 1.99
//!
//! scan 4006381333931
//! > line 1 Pen  1 × 1.99  1.99
//! > total ¥1.99
//! pay cash 5.00
//! > change ¥3.01
//! > effects commit, print, drawer
//! ```
//!
//! Lines before the first command furnish the store; each command is followed by what happened, on lines with `>`. The
//! same command line rewrites what happened (`--write`), and the difference is read like any other change. All words
//! are listed in `docs/till-scripts.md`.

mod attended;
mod counter;
mod elsewhere;
mod furnish;
mod papers;
mod phones;
mod play;
mod provider;
mod report;
mod shelf;
mod shopper;
mod words;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;

/// Lines of one script.
const LINES_MAX: usize = 10_000;

/// What is wrong with a script, as opposed to what happened in it.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("line {line}: {what}")]
pub struct ScriptError {
    /// From 1.
    pub line: usize,
    /// What, and what is expected instead.
    pub what: String,
}

/// Plays a script: gives it back with what happened in place of what stood there.
pub fn play(text: &str) -> Result<String, ScriptError> {
    let mut world: Option<play::World> = None;
    let mut furniture = furnish::Furniture::default();
    let mut out = String::new();
    for (at, line) in text.lines().enumerate() {
        let error = |what: String| ScriptError { line: at + 1, what };
        if at >= LINES_MAX {
            return Err(error(format!("a script has at most {LINES_MAX} lines")));
        }
        if line.starts_with('>') {
            continue;
        }
        out.push_str(line);
        out.push('\n');
        let words = words::split(line).map_err(error)?;
        let Some(first) = words.first() else { continue };
        if world.is_none() && furniture.take(&words).map_err(error)? {
            continue;
        }
        if furnish::WORDS.contains(&first.as_str()) && words.len() != 2 {
            return Err(error(format!("`{first}` furnishes the store and stands before the first command")));
        }
        let world = match &mut world {
            Some(world) => world,
            none => none.insert(play::World::open(&furniture).map_err(error)?),
        };
        for happened in world.command(&words).map_err(error)? {
            out.push_str("> ");
            out.push_str(happened.trim_end());
            out.push('\n');
        }
    }
    Ok(out)
}

/// Reads a script without starting a till: its words, its furniture, its wishes.
pub fn parse_only(text: &str) -> Result<(), ScriptError> {
    let mut furniture = furnish::Furniture::default();
    let mut furnishing = true;
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with('>')) {
        let error = |what: String| ScriptError { line: at + 1, what };
        if at >= LINES_MAX {
            return Err(error(format!("a script has at most {LINES_MAX} lines")));
        }
        let words = words::split(line).map_err(error)?;
        if words.is_empty() || furnishing && furniture.take(&words).map_err(error)? {
            continue;
        }
        furnishing = false;
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        play::intent_of(&words).map_err(error)?;
    }
    Ok(())
}

/// Plays script files: compares what happens with what stands there, or writes it.
pub fn play_files(files: &[PathBuf], write: bool) -> anyhow::Result<ExitCode> {
    let mut differ = 0;
    for path in files {
        let before = std::fs::read_to_string(path).with_context(|| format!("failed reading {}", path.display()))?;
        let after = play(&before).with_context(|| format!("in {}", path.display()))?;
        match (before == after, write) {
            (true, _) => println!("{}: as written", path.display()),
            (false, true) => {
                std::fs::write(path, &after).with_context(|| format!("failed writing {}", path.display()))?;
                println!("{}: rewritten", path.display());
            }
            (false, false) => {
                differ += 1;
                print_difference(path, &before, &after);
            }
        }
    }
    Ok(if differ == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn print_difference(path: &Path, before: &str, after: &str) {
    println!("{}: what happened differs (`>` lines happened):", path.display());
    let (before, after): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let same = before.iter().zip(&after).take_while(|(before, after)| before == after).count();
    if before.iter().any(|line| line.starts_with('>')) {
        println!("  first difference at line {}", same + 1);
    }
    println!("{}", after.join("\n"));
}
