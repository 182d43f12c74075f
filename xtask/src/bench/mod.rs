//! Figures, each with its reference from the same run.
//!
//! What lies inside a crate is measured by that crate's own examples, in a release build; what people do from outside,
//! such as an import, is measured here.

mod import;
mod row;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::Value;

use self::row::{Limit, Row, table};
use crate::tasks::Display;
use crate::workspace::{cargo, run as run_command, target_directory};

/// Items in the large catalogue.
const ITEMS: u64 = 1_000_000;
/// Events of the ingest, their batches, and the tills that send at the same time.
const INGEST: [&str; 4] = ["postgres", "100000", "500", "4"];
/// Items of the till whose window is measured.
const WINDOW_ITEMS: &str = "100000";
/// Lines that an example may print.
const LINES_MAX: usize = 1000;

/// What can be asked for.
#[derive(Args)]
pub struct Options {
    /// Also write the rows to this file, as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
    /// Items in the large catalogue; the figures' limits are made for the usual number.
    #[arg(long, default_value_t = ITEMS)]
    items: u64,
    /// Measure unoptimised programs, to try the measurements themselves.
    #[arg(long)]
    dev: bool,
    /// Only these.
    #[arg(value_parser = ["import", "till", "price", "devices", "year", "ingest", "window"])]
    only: Vec<String>,
}

/// Measures, prints the table and says which figures were missed. A missed figure is told and is no failure.
pub fn run(options: &Options) -> Result<()> {
    let programs = build(options.dev)?;
    let wanted = |name: &str| options.only.is_empty() || options.only.iter().any(|only| only == name);
    let mut rows = Vec::new();
    if wanted("import") {
        eprintln!("x: importing {} items", options.items);
        rows.push(import::measure(&programs, options.items)?);
    }
    if wanted("till") {
        eprintln!("x: measuring the till on {} items", options.items);
        let mut measure = Command::new(programs.join("examples").join("measure"));
        measure.arg("--programs").arg(&programs).args(["--items", &options.items.to_string()]);
        rows.extend(lines_of(&mut measure)?.iter().map(Row::of).collect::<Result<Vec<_>>>()?);
    }
    if wanted("price") {
        eprintln!("x: measuring prices");
        let mut figures = Command::new(programs.join("examples").join("price_figures"));
        rows.extend(lines_of(&mut figures)?.iter().map(Row::of).collect::<Result<Vec<_>>>()?);
    }
    if wanted("devices") {
        eprintln!("x: measuring devices");
        let mut figures = Command::new(programs.join("examples").join("device_figures"));
        rows.extend(lines_of(&mut figures)?.iter().map(Row::of).collect::<Result<Vec<_>>>()?);
    }
    if wanted("year") {
        eprintln!("x: measuring a year's journal");
        let mut figures = Command::new(programs.join("examples").join("journal_figures"));
        rows.extend(lines_of(figures.arg("year"))?.iter().map(Row::of).collect::<Result<Vec<_>>>()?);
    }
    if wanted("ingest") {
        eprintln!("x: measuring the ingest");
        let mut ingest = Command::new(programs.join("examples").join("ingest_rate"));
        for told in lines_of(ingest.args(INGEST))? {
            rows.extend(ingest_rows(&told)?);
        }
    }
    if wanted("window") {
        rows.extend(window(options.dev)?);
    }
    report(&rows, options.json.as_deref())
}

/// One invocation for all, without the window: what is measured runs headless.
fn build(dev: bool) -> Result<PathBuf> {
    let mut command = cargo();
    command.args(["build", "--quiet", "--no-default-features", "-p", "pos-app", "-p", "sync-agent", "-p", "platform"]);
    command.args(["-p", "domain", "-p", "journal", "--bins", "--example", "measure", "--example", "ingest_rate"]);
    command.args(["-p", "drivers", "--example", "price_figures", "--example", "journal_figures"]);
    command.args(["--example", "device_figures"]);
    if !dev {
        eprintln!("x: building for release; the first time takes some minutes");
        command.arg("--release");
    }
    run_command(&mut command).context("failed building the programs")?;
    Ok(target_directory()?.join(if dev { "debug" } else { "release" }))
}

/// The window, on a display of its own: programs with the window are built by themselves, since their crates differ.
fn window(dev: bool) -> Result<Vec<Row>> {
    let mut command = cargo();
    command.args(["build", "--quiet", "-p", "pos-app", "-p", "ui", "--bins", "--example", "measure"]);
    command.args(["--example", "window_figures"]);
    if !dev {
        eprintln!("x: building the window for release; the first time takes some minutes");
        command.arg("--release");
    }
    run_command(&mut command).context("failed building the window")?;
    let programs = target_directory()?.join(if dev { "debug" } else { "release" });
    eprintln!("x: measuring the window");
    let folder = std::env::temp_dir();
    let display = Display::open(1280, 800, &folder)?;
    let mut measure = Command::new(programs.join("examples").join("measure"));
    measure.arg("--programs").arg(&programs).args(["--items", WINDOW_ITEMS, "--display", &display.name, "window"]);
    let mut told = lines_of(&mut measure)?;
    told.extend(lines_of(&mut Command::new(programs.join("examples").join("window_figures")))?);
    told.iter().map(Row::of).collect()
}

/// What a program prints, one JSON a line.
fn lines_of(command: &mut Command) -> Result<Vec<Value>> {
    let name = Path::new(command.get_program()).file_name().unwrap_or_default().display().to_string();
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    let output = output.with_context(|| format!("failed starting {name}"))?;
    if !output.status.success() {
        bail!("{name}: {}", output.status);
    }
    let text = String::from_utf8(output.stdout).with_context(|| format!("{name} printed something that is no text"))?;
    let lines = text.lines().take(LINES_MAX).filter(|line| line.starts_with('{'));
    lines.map(|line| serde_json::from_str(line).with_context(|| format!("{name} printed {line:?}"))).collect()
}

fn ingest_rows(told: &Value) -> Result<Vec<Row>> {
    let rate = told["events_per_s"].as_f64().context("the ingest told no rate")?;
    let row = |name: &str, value, unit: &str, reference, limit| Row {
        name: name.to_owned(),
        value,
        unit: unit.to_owned(),
        reference,
        limit,
    };
    if let Some(sales) = told["sales_events_per_s"].as_f64() {
        let entries = told["entries_per_s"].as_f64().context("the ingest told no rate of entries")?;
        let half = Limit::TimesReferenceAtLeast(0.5);
        return Ok(vec![
            row("ingest while a store counts, against sales alone", rate, "events/s", Some(sales), half),
            row("goods counted that this ingest takes", entries, "goods/s", None, Limit::None),
        ]);
    }
    let copied = told["copy_events_per_s"].as_f64();
    let against_copy = Limit::TimesReferenceAtLeast(0.2);
    Ok(vec![
        row("ingest over HTTPS on PostgreSQL", rate, "events/s", copied, Limit::AtLeast(10_000.0)),
        row("ingest over HTTPS, against COPY of the same rows", rate, "events/s", copied, against_copy),
    ])
}

fn report(rows: &[Row], json: Option<&Path>) -> Result<()> {
    print!("{}", table(rows));
    let missed: Vec<&str> = rows.iter().filter(|row| row.met() == Some(false)).map(|row| &*row.name).collect();
    match &missed[..] {
        [] => println!("every figure that has a limit is met"),
        missed => println!("missed: {}", missed.join("; ")),
    }
    if let Some(path) = json {
        let json = serde_json::to_vec_pretty(&rows.iter().map(Row::json).collect::<Vec<_>>())?;
        std::fs::write(path, json).with_context(|| format!("failed writing {}", path.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_ingest_is_held_against_its_rate_against_copy_and_against_sales_alone() {
        let met = |told| ingest_rows(&told).unwrap().iter().map(Row::met).collect::<Vec<_>>();
        assert_eq!(met(json!({ "events_per_s": 20_000, "copy_events_per_s": 120_000 })), [Some(true), Some(false)]);
        let mixed = json!({ "events_per_s": 9_000, "entries_per_s": 18_000, "sales_events_per_s": 20_000 });
        assert_eq!(met(mixed), [Some(false), None]);
        assert!(ingest_rows(&json!({})).is_err());
    }
}
