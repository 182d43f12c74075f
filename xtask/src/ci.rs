//! What must hold before a change goes in, each step timed.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::workspace::{cargo, has_cargo, run};
use crate::{demo, edges, licences, tasks, test, tidy};

/// Sales of the demo that ends the run.
const DEMO_SALES: usize = 60;

struct Steps {
    done: Vec<(&'static str, Duration, Option<String>)>,
}

/// Runs every step, also after one that failed, and fails at the end when one did.
pub fn run_all() -> Result<()> {
    let mut steps = Steps { done: Vec::new() };
    let mut closing = String::new();
    steps.step("formatting", || run(cargo().args(["fmt", "--all", "--check"])));
    steps.step("edges", edges::check);
    steps.step("tidy", tidy::check);
    steps.step("licences", licences::check);
    steps.step("advisories", advisories);
    steps.step("clippy", || {
        run(cargo().args(["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"]))
    });
    steps.step("demo", || demo::run(&demo::Options::headless(DEMO_SALES)));
    steps.step("tests", || {
        closing = test::run_tests(&test::Options::default())?;
        Ok(())
    });
    steps.step("tasks", || tasks::run(&tasks::Options::short()));
    steps.summary(&closing)
}

/// Licences, sources, bans and known faults of dependencies by cargo-deny, where it is installed.
fn advisories() -> Result<()> {
    if !has_cargo("deny") {
        println!("cargo-deny is not here: advisories are not checked; licences were, by our own list");
        return Ok(());
    }
    run(cargo().args(["deny", "--all-features", "check", "--hide-inclusion-graph"]))
}

impl Steps {
    fn step(&mut self, name: &'static str, work: impl FnOnce() -> Result<()>) {
        println!("\n== {name}");
        let begun = Instant::now();
        let fault = work().err().map(|error| format!("{error:#}"));
        if let Some(fault) = &fault {
            eprintln!("x: {name}: {fault}");
        }
        self.done.push((name, begun.elapsed(), fault));
    }

    fn summary(&self, closing: &str) -> Result<()> {
        println!("\n== summary");
        for (name, took, fault) in &self.done {
            let word = if fault.is_some() { "FAILED" } else { "ok" };
            println!("{name:<12} {word:<7} {:>7.1} s", took.as_secs_f64());
        }
        println!("{closing}");
        let failed: Vec<&str> =
            self.done.iter().filter(|(.., fault)| fault.is_some()).map(|(name, ..)| *name).collect();
        if failed.is_empty() { Ok(()) } else { bail!("failed: {}", failed.join(", ")) }
    }
}
