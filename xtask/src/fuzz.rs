//! Parsers under random bytes for as long as one likes: libFuzzer through cargo-fuzz, on a nightly compiler.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::workspace::{root, run as run_command, target_directory};

/// Longest input, in bytes: the longest code, script or rule book that finds something new is short.
const INPUT_BYTES_MAX: usize = 8192;
/// An input that takes longer hangs.
const INPUT_SECONDS_MAX: u32 = 10;

/// The target whose best corpus are the till's stories.
const SCRIPT: &str = "script";
const STORIES: &str = "pos-app/tests/scripts";

/// What can be asked for.
#[derive(Args)]
pub struct Options {
    /// One target, by the name of its folder in fuzz/corpus; without it each in turn.
    target: Option<String>,
    /// How long each target runs.
    #[arg(default_value_t = 60)]
    seconds: u32,
}

/// Runs the targets; what they find is written to fuzz/artifacts and fails the run.
pub fn run(options: &Options) -> Result<()> {
    check_tools()?;
    let known = targets()?;
    let chosen = match &options.target {
        None => known,
        Some(target) if known.contains(target) => vec![target.clone()],
        Some(target) => bail!("there is no target {target}; there are: {}", known.join(", ")),
    };
    // Inputs that found something new are kept apart from those in the repository; libFuzzer writes to the first folder.
    let found = target_directory()?.join("fuzz-corpus");
    for target in chosen {
        println!("== {target}, {} s", options.seconds);
        let found = found.join(&target);
        fs::create_dir_all(&found).with_context(|| format!("failed making {}", found.display()))?;
        run_command(&mut nightly(&["cargo", "fuzz", "build", "--fuzz-dir", "fuzz", &target]))?;
        let mut command = nightly(&["cargo", "fuzz", "run", "--fuzz-dir", "fuzz", &target]);
        command.arg(&found).arg(corpus().join(&target));
        if target == SCRIPT {
            command.arg(root().join(STORIES));
        }
        command.arg("--");
        command.args([format!("-max_total_time={}", options.seconds), format!("-max_len={INPUT_BYTES_MAX}")]);
        command.args([format!("-timeout={INPUT_SECONDS_MAX}"), "-print_final_stats=1".to_owned()]);
        run_command(&mut command).with_context(|| format!("{target}: what was found lies in fuzz/artifacts"))?;
    }
    Ok(())
}

fn corpus() -> PathBuf {
    root().join("fuzz/corpus")
}

/// Names of all targets: each has a corpus.
fn targets() -> Result<Vec<String>> {
    let corpus = corpus();
    let entries = fs::read_dir(&corpus).with_context(|| format!("failed listing {}", corpus.display()))?;
    let name = |entry: std::io::Result<fs::DirEntry>| Ok(entry?.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = entries.map(name).collect::<Result<_>>()?;
    names.sort();
    Ok(names)
}

fn check_tools() -> Result<()> {
    let works = |words: &[&str]| {
        let probe = nightly(words).stdout(Stdio::null()).stderr(Stdio::null()).status();
        probe.is_ok_and(|status| status.success())
    };
    if !works(&["rustc", "--version"]) {
        bail!("fuzzing needs a nightly compiler: rustup toolchain install nightly --profile minimal");
    }
    if !works(&["cargo", "fuzz", "--version"]) {
        bail!("fuzzing needs cargo-fuzz: cargo install cargo-fuzz --locked");
    }
    Ok(())
}

/// A command of the nightly toolchain, whatever toolchain this program was started by.
fn nightly(words: &[&str]) -> Command {
    let mut command = Command::new("rustup");
    command.args(["run", "nightly"]).args(words).current_dir(root());
    command.env_remove("CARGO").env_remove("RUSTC").env_remove("RUSTUP_TOOLCHAIN");
    command
}
