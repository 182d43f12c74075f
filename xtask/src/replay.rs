//! Real sales through the till: a file of sale lines, rung up and held against the days' closed shifts.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use clap::Args;

use crate::workspace::{cargo, run as run_command, target_directory};

/// What can be asked for.
#[derive(Args)]
pub struct Options {
    /// The file, plain or gzip, with the columns InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice and
    /// CustomerID.
    file: PathBuf,
    /// Invoices at most.
    #[arg(long)]
    invoices: Option<usize>,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

/// Builds for release and replays; fails when a day differs.
pub fn run(options: &Options) -> Result<()> {
    eprintln!("x: building for release; the first time takes some minutes");
    let mut build = cargo();
    build.args(["build", "--quiet", "--release", "--no-default-features", "-p", "pos-app", "--example", "replay"]);
    run_command(&mut build).context("failed building the replay")?;
    let mut replay = Command::new(target_directory()?.join("release/examples/replay"));
    replay.arg(&options.file);
    if let Some(invoices) = options.invoices {
        replay.arg("--invoices").arg(invoices.to_string());
    }
    if options.json {
        replay.arg("--json");
    }
    run_command(&mut replay).context("what was rung up is not what the file says")
}
