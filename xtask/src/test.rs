//! Every test, those on PostgreSQL included.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::postgres::Postgres;
use crate::workspace::{self, cargo, has_cargo};

/// Where the tests find a PostgreSQL that is theirs alone.
const POSTGRES_VARIABLE: &str = "GUITAI_POSTGRES";

/// What can be asked for.
#[derive(Args, Default)]
pub struct Options {
    /// Only tests whose name contains this.
    filter: Option<String>,
}

/// Runs what was asked for.
pub fn run(options: &Options) -> Result<()> {
    let closing = run_tests(options)?;
    println!("{closing}");
    Ok(())
}

/// Runs the tests; gives the runner's closing line.
pub fn run_tests(options: &Options) -> Result<String> {
    let postgres = Postgres::start(false)?;
    let mut command = cargo();
    if has_cargo("nextest") {
        command.args(["nextest", "run", "--workspace", "--no-fail-fast"]);
    } else {
        eprintln!("x: cargo-nextest is not here; cargo's own runner takes its place");
        command.args(["test", "--workspace", "--lib", "--bins", "--tests", "--no-fail-fast"]);
    }
    command.args(&options.filter).env(POSTGRES_VARIABLE, postgres.address());
    let closing = watch(&mut command)?;
    if options.filter.is_none() {
        workspace::run(
            cargo().args(["test", "--workspace", "--doc", "--quiet"]).env(POSTGRES_VARIABLE, postgres.address()),
        )?;
    }
    Ok(closing)
}

/// Passes on what the runner tells and keeps its summary.
fn watch(command: &mut Command) -> Result<String> {
    // Both runners tell people what they do on the error output; cargo's own adds each binary's result on the other.
    let mut child = command.stderr(Stdio::piped()).spawn().context("failed starting the test runner")?;
    let errors = child.stderr.take().expect("it was asked for");
    let mut closing = String::from("tests: all passed");
    for line in BufReader::new(errors).lines() {
        let line = line.context("failed reading what the test runner tells")?;
        if line.trim_start().starts_with("Summary [") {
            closing.clone_from(&line);
        }
        eprintln!("{line}");
    }
    let status = child.wait().context("failed waiting for the test runner")?;
    if !status.success() {
        bail!("tests failed ({status}): {}", closing.trim());
    }
    Ok(closing)
}
