//! What people do in a store, done through the real windows: each task by touch or by keyboard, on displays of their own,
//! with real devices at the other end of real wires. Counts touches, keys and seconds.

mod count;
mod desk;
mod display;
mod floor;
mod hand;
mod kiosk;
mod till;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Args;
use serde::Serialize;
use simulation::shop::neighbourhood;

use self::desk::Desk;
pub use self::display::Display;
use self::floor::Floor;
use crate::store::{Interrupt, Places};
use crate::workspace::{cargo, run as run_command};

/// What can be asked for.
#[derive(Args, Default)]
pub struct Options {
    /// Only tasks whose name contains one of these, and those without which they cannot be.
    only: Vec<String>,
    /// Keep a picture of the end of each task, and the table as JSON, in this folder.
    #[arg(long)]
    out: Option<PathBuf>,
}

impl Options {
    /// Those that continuous integration does: each aim of touches, and one of each face.
    pub fn short() -> Options {
        Options { only: SHORT.map(str::to_owned).to_vec(), out: None }
    }
}

/// See [`Options::short`].
const SHORT: [&str; 7] = [
    "five items, exact",
    "member sale",
    "suspend a sale",
    "recall a sale",
    "self-checkout: first",
    "self-checkout: age, from",
    "count:",
];

/// Where a task is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// At the cashier's till.
    Till,
    /// At the self-checkout, with the attendant at the till.
    Kiosk,
    /// Between the shelves, with handhelds.
    Shelf,
}

/// Who does a task.
#[derive(Clone, Copy)]
pub enum Act {
    /// The cashier alone.
    Cashier(fn(&mut Desk) -> Result<()>),
    /// Several people.
    People(fn(&mut Floor) -> Result<()>),
}

/// Something that people do from beginning to end.
pub struct Task {
    /// In the trade's words.
    pub name: &'static str,
    /// Where.
    pub place: Place,
    /// Touches after the last scan that it may take; none where only its outcome counts.
    pub taps_max: Option<u32>,
    /// Does it, and looks at what came of it.
    pub act: Act,
    /// Whether the other tasks of its place cannot do without it.
    pub first: bool,
}

impl Task {
    const fn at(place: Place, name: &'static str, act: Act) -> Task {
        Task { name, place, taps_max: None, act, first: false }
    }

    /// With so many touches after the last scan at the most.
    const fn at_most(self, taps: u32) -> Task {
        Task { taps_max: Some(taps), ..self }
    }

    /// Without which the others of its place cannot be.
    const fn first(self) -> Task {
        Task { first: true, ..self }
    }
}

/// What a task took.
#[derive(Serialize)]
struct Took {
    name: &'static str,
    place: Place,
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

/// Opens a store with its windows on displays of their own and does every task. An error when one cannot be done, or
/// takes more touches than it may.
pub fn run(options: &Options) -> Result<()> {
    let interrupt = Interrupt::listen()?;
    run_command(cargo().args([
        "build",
        "--quiet",
        "-p",
        "xtask",
        "-p",
        "pos-app",
        "-p",
        "sync-agent",
        "-p",
        "platform",
    ]))?;
    let shop = neighbourhood();
    let mut places = Places::make(None)?;
    let begun = Instant::now();
    let mut floor = Floor::open(&shop, &places, &interrupt)?;
    let all = do_all(&mut floor, options, &interrupt)?;
    if let Some(out) = &options.out {
        let table = serde_json::to_string_pretty(&all)?;
        std::fs::write(out.join("tasks.json"), table).context("failed writing the table of tasks")?;
    }
    drop(floor);
    let bad: Vec<&str> = all.iter().filter(|took| !took.is_well()).map(|took| took.name).collect();
    println!(
        "tasks: {} of {} done as they should be, {:.0} s",
        all.len() - bad.len(),
        all.len(),
        round(begun.elapsed())
    );
    places.went_well = bad.is_empty();
    if bad.is_empty() { Ok(()) } else { bail!("these tasks did not go as they should: {}", bad.join(", ")) }
}

fn do_all(floor: &mut Floor, options: &Options, interrupt: &Interrupt) -> Result<Vec<Took>> {
    if let Some(out) = &options.out {
        std::fs::create_dir_all(out).context("failed making the folder of --out")?;
    }
    let mut all = Vec::new();
    let mut ended = Vec::new();
    for task in chosen(&options.only) {
        interrupt.check()?;
        if ended.contains(&task.place) {
            continue;
        }
        let took = one(floor, task);
        println!("{}", line(&took));
        if let Some(out) = &options.out {
            floor.pictures(task.place, &out.join(task.name.replace(": ", "-").replace(", ", "-").replace(' ', "-")))?;
        }
        let failed = took.fault.is_some();
        if failed && (task.first || !floor.comes_to_rest(task.place)) {
            ended.push(task.place);
        }
        let lost = failed && task.first && task.place == Place::Till;
        all.push(took);
        if lost {
            break;
        }
    }
    Ok(all)
}

/// Tasks in the order of a day. The till's first ones belong to whatever is done.
fn chosen(only: &[String]) -> impl Iterator<Item = &'static Task> {
    let all = || till::MORNING.iter().chain(till::TASKS).chain(kiosk::TASKS).chain(count::TASKS).chain(till::EVENING);
    let is_named = |task: &Task| only.is_empty() || only.iter().any(|part| task.name.contains(part));
    let places: Vec<Place> = all().filter(|task| is_named(task)).map(|task| task.place).collect();
    let named: Vec<bool> = all().map(is_named).collect();
    let wanted = move |(task, named): &(&'static Task, bool)| {
        *named || task.first && (task.place == Place::Till || places.contains(&task.place))
    };
    all().zip(named).filter(wanted).map(|(task, _)| task)
}

fn one(floor: &mut Floor, task: &Task) -> Took {
    let (taps, keys, scans) = floor.counted();
    let begun = Instant::now();
    let done = match task.act {
        Act::Cashier(act) => act(&mut floor.till),
        Act::People(act) => act(floor),
    };
    let fault = done.err().map(|error| format!("{error:#}"));
    let seconds = round(begun.elapsed());
    let (taps_after, keys_after, scans_after) = floor.counted();
    Took {
        name: task.name,
        place: task.place,
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
    format!("{word:<7}{name:<52} touches {taps:>3}{limit:<10} keys {keys:>3} scans {scans:>3} {seconds:>7.2} s{told}")
}
