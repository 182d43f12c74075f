//! What people do at the counter, done through the real window: each task by touch or by keyboard, on a display of its
//! own, with real devices at the other end of real wires. Counts touches, keys and seconds.

mod desk;
mod display;
mod hand;
mod till;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;
use serde::Serialize;
use simulation::shop::neighbourhood;

use self::desk::Desk;
pub use self::display::Display;
use crate::store::{Database, Glass, Interrupt, Places, Setting, Store};
use crate::workspace::{cargo, run as run_command};

/// What can be asked for.
#[derive(Args, Default)]
pub struct Options {
    /// Only tasks whose name contains this, and those that open and close the shift around them.
    only: Option<String>,
    /// Keep a picture of the end of each task, and the table as JSON, in this folder.
    #[arg(long)]
    out: Option<PathBuf>,
}

/// Something that a person does from beginning to end.
pub struct Task {
    /// In the trade's words.
    pub name: &'static str,
    /// Touches after the last scan that it may take; none where only its outcome counts.
    pub taps_max: Option<u32>,
    /// Does it, and looks at what came of it.
    pub act: fn(&mut Desk) -> Result<()>,
    /// Whether later tasks cannot do without it.
    pub always: bool,
}

/// What a task took.
#[derive(Serialize)]
struct Took {
    name: &'static str,
    taps: u32,
    keys: u32,
    scans: u32,
    seconds: f64,
    taps_max: Option<u32>,
    fault: Option<String>,
}

impl Took {
    fn is_well(&self) -> bool {
        self.fault.is_none() && self.taps_max.is_none_or(|max| self.taps <= max)
    }
}

/// Opens a store with its window on a display of its own and does every task. An error when one cannot be done, or
/// takes more touches than it may.
pub fn run(options: &Options) -> Result<()> {
    let interrupt = Interrupt::listen()?;
    run_command(cargo().args(["build", "--quiet", "-p", "pos-app", "-p", "sync-agent", "-p", "platform"]))?;
    let shop = neighbourhood();
    let mut places = Places::make(None)?;
    let display = Display::open(1280, 800, &places.store)?;
    let setting = Setting { database: Database::Sqlite, glass: Glass::Window(Some(display.name.clone())) };
    let store = Store::open(&shop, &places, &setting, &interrupt)?;
    let mut desk = Desk::sit(store, &shop, &display.name)?;
    let mut all = Vec::new();
    let wanted = |task: &&Task| task.always || options.only.as_ref().is_none_or(|part| task.name.contains(part));
    for task in till::TASKS.iter().filter(wanted) {
        interrupt.check()?;
        let took = one(&mut desk, task);
        println!("{}", line(&took));
        let ends = task.always && took.fault.is_some();
        if let Some(out) = &options.out {
            std::fs::create_dir_all(out).context("failed making the folder of --out")?;
            desk.picture(&out.join(format!("{}.png", task.name.replace(' ', "-"))))?;
        }
        if took.fault.is_some() {
            desk.come_to_rest()?;
        }
        all.push(took);
        if ends {
            break;
        }
    }
    if let Some(out) = &options.out {
        let table = serde_json::to_string_pretty(&all)?;
        std::fs::write(out.join("tasks.json"), table).context("failed writing the table of tasks")?;
    }
    let bad: Vec<&str> = all.iter().filter(|took| !took.is_well()).map(|took| took.name).collect();
    println!("tasks: {} of {} done as they should be", all.len() - bad.len(), all.len());
    places.went_well = bad.is_empty();
    if bad.is_empty() { Ok(()) } else { bail!("these tasks did not go as they should: {}", bad.join(", ")) }
}

fn one(desk: &mut Desk, task: &Task) -> Took {
    let (taps, keys, scans) = desk.counted();
    let begun = Instant::now();
    let fault = (task.act)(desk).err().map(|error| format!("{error:#}"));
    let seconds = round(begun.elapsed());
    let (taps_after, keys_after, scans_after) = desk.counted();
    Took {
        name: task.name,
        taps: taps_after - taps,
        keys: keys_after - keys,
        scans: scans_after - scans,
        seconds,
        taps_max: task.taps_max,
        fault,
    }
}

fn round(time: Duration) -> f64 {
    (time.as_secs_f64() * 100.0).round() / 100.0
}

fn line(took: &Took) -> String {
    let limit = took.taps_max.map_or(String::new(), |max| format!(" (limit {max})"));
    let Took { name, taps, keys, scans, seconds, .. } = took;
    let word = if took.is_well() { "ok" } else { "FAILED" };
    let told = took.fault.as_ref().map_or(String::new(), |fault| format!(": {fault}"));
    format!("{word:<7}{name:<44} touches {taps:>3}{limit:<10} keys {keys:>3} scans {scans:>3} {seconds:>7.2} s{told}")
}
