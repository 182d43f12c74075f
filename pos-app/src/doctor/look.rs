//! `doctor`: what is connected, how it is, what it says it is, and what to do about it.

use std::process::ExitCode;
use std::time::Duration;

use drivers::drawer::Level;
use drivers::registry::{DeviceConfig, DrawerConfig, Driver, Entry};
use hal::{DeviceClass, Health, Identity, Link, Paper, PrinterStatus, Weighing};
use serde_json::json;

use super::bench::{Bench, Told, identity};
use super::table::Table;

/// How long the devices have to tell how they are; one that is silent for longer is told as silent.
const LOOK_MAX: Duration = Duration::from_secs(8);

/// One device, looked at.
struct Looked<'a> {
    entry: Entry<'a>,
    well: bool,
    state: String,
    mend: String,
    is: Identity,
}

pub(super) fn run(config: &DeviceConfig, json: bool) -> anyhow::Result<ExitCode> {
    let looked = look(config)?;
    if json {
        println!("{}", serde_json::to_string_pretty(&looked.iter().map(as_json).collect::<Vec<_>>())?);
    } else {
        print!("{}", tell(&looked));
    }
    let well = looked.iter().all(|looked| looked.well);
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn look(config: &DeviceConfig) -> anyhow::Result<Vec<Looked<'_>>> {
    let entries = config.devices();
    let identities: Vec<Identity> = entries.iter().map(|entry| identity(config, entry).unwrap_or_default()).collect();
    let mut bench = Bench::start(config)?;
    bench.listen(LOOK_MAX, |bench| entries.iter().all(|entry| has_told(config, bench, entry)));
    let looked = entries.into_iter().zip(identities).map(|(entry, is)| {
        let told = bench.of(carrier(config, &entry));
        let (well, words) = match entry.class {
            DeviceClass::Drawer => drawer(&told, learned(config, &entry), is_open(config, &bench, &entry)),
            _ => words(&told),
        };
        let (state, mend) = words.rsplit_once(": ").unwrap_or((&words, ""));
        Looked { entry, well, state: state.to_owned(), mend: mend.to_owned(), is }
    });
    Ok(looked.collect())
}

/// The device whose thread serves it: a drawer or a display on a printer has none of its own.
pub(super) fn carrier<'a>(config: &'a DeviceConfig, entry: &Entry<'a>) -> &'a str {
    let drawer = config.drawer.iter().find(|drawer| drawer.name() == entry.name);
    let display = config.display.iter().find(|display| display.name() == entry.name);
    match (entry.class, drawer, display) {
        (DeviceClass::Drawer, Some(DrawerConfig::Printer(drawer)), _) => {
            config.printer_of(drawer).map_or(entry.name, Driver::name)
        }
        (DeviceClass::Display, _, Some(display)) => display.printer().unwrap_or(entry.name),
        _ => entry.name,
    }
}

fn has_told(config: &DeviceConfig, bench: &Bench, entry: &Entry<'_>) -> bool {
    let told = bench.of(carrier(config, entry));
    let known = |status: &PrinterStatus| status.link != Link::Unknown;
    match &told.health {
        None => false,
        // Its switch is told a moment after it was connected.
        Some(Health::Ready) if entry.class == DeviceClass::Drawer && learned(config, entry).is_some() => {
            told.printer.as_ref().is_some_and(known) || is_open(config, bench, entry).is_some()
        }
        Some(Health::Ready) if entry.class == DeviceClass::Printer => told.printer.as_ref().is_some_and(known),
        Some(Health::Ready) if entry.class == DeviceClass::Scale => told.weighing.is_some(),
        Some(_) => true,
    }
}

/// Whether all is well with a device, and words: how it is, and behind a colon what to do.
fn words(told: &Told) -> (bool, String) {
    let Some(health) = &told.health else {
        return (false, "silent: check its driver and its settings in the device file".to_owned());
    };
    if *health != Health::Ready {
        return (false, health.to_string());
    }
    if let Some(status) = &told.printer {
        return printer(status);
    }
    match told.weighing {
        Some(weighing @ Weighing::Stable(_)) => (true, format!("ready, {weighing}")),
        Some(weighing) => (matches!(weighing, Weighing::Moving), weighing.to_string()),
        None => (true, "ready".to_owned()),
    }
}

fn printer(status: &PrinterStatus) -> (bool, String) {
    match status.hindrance() {
        Some(why) => (false, why.to_string()),
        None if status.paper == Paper::NearEnd => (true, "ready, paper ends soon: have a roll at hand".to_owned()),
        None if status.link == Link::Unknown => (
            false,
            "no answer: check its power, its speed, and `status` in the device file if it never answers".to_owned(),
        ),
        None => (true, "ready".to_owned()),
    }
}

/// The level of a drawer's switch that means open, as far as the device file says.
fn learned(config: &DeviceConfig, entry: &Entry<'_>) -> Option<Level> {
    match config.drawer.iter().find(|drawer| drawer.name() == entry.name)? {
        DrawerConfig::Printer(drawer) => drawer.open_when,
        DrawerConfig::Gpio(drawer) => drawer.open_when,
    }
}

/// Whether a drawer stands open, as its printer or its own switch tells.
fn is_open(config: &DeviceConfig, bench: &Bench, entry: &Entry<'_>) -> Option<bool> {
    match bench.of(carrier(config, entry)).printer {
        Some(status) => Some(status.drawer_pin_high? == (learned(config, entry)? == Level::High)),
        None => bench.of(entry.name).drawer,
    }
}

fn drawer(told: &Told, learned: Option<Level>, open: Option<bool>) -> (bool, String) {
    let (well, words) = match (&told.health, open) {
        (Some(Health::Ready), Some(true)) => (true, "ready, open"),
        (Some(Health::Ready), Some(false)) => (true, "ready, shut"),
        (Some(Health::Ready), None) if learned.is_some() => {
            (false, "ready, its switch is not told: check its cable, and `status` of its printer in the device file")
        }
        (Some(Health::Ready), None) => {
            (true, "ready, nothing tells whether it is open: learn it by `pos-app doctor drawer`")
        }
        (Some(health), _) => return (false, health.to_string()),
        (None, _) => (false, "silent: check its driver and its settings in the device file"),
    };
    (well, words.to_owned())
}

fn tell(looked: &[Looked<'_>]) -> String {
    if looked.is_empty() {
        return "the device file names no devices; `pos-app doctor find` tells what is connected\n".to_owned();
    }
    let mut table = Table::new(["", "device", "class", "driver", "at", "state", "says it is", "what to do"]);
    for Looked { entry, well, state, mend, is } in looked {
        let mark = if *well { "+" } else { "!" };
        let class = entry.class.to_string();
        table.row([mark, entry.name, &class, entry.driver, entry.claims.unwrap_or("-"), state, &says(is), mend]);
    }
    let ill = looked.iter().filter(|looked| !looked.well).count();
    let sum = match ill {
        0 => format!("{} devices, all well\n", looked.len()),
        _ => format!("{ill} of {} devices want something\n", looked.len()),
    };
    table.text() + &sum
}

fn says(is: &Identity) -> String {
    let firmware = is.firmware.as_ref().map(|version| format!("firmware {version}"));
    let serial = is.serial.as_ref().map(|serial| format!("no. {serial}"));
    let parts: Vec<String> = [is.make.clone(), is.model.clone(), firmware, serial].into_iter().flatten().collect();
    if parts.is_empty() { "-".to_owned() } else { parts.join(" ") }
}

fn as_json(looked: &Looked<'_>) -> serde_json::Value {
    let Looked { entry, well, state, mend, is } = looked;
    json!({
        "name": entry.name, "class": entry.class.to_string(), "driver": entry.driver, "at": entry.claims,
        "well": well, "state": state, "what_to_do": mend,
        "make": is.make, "model": is.model, "firmware": is.firmware, "serial": is.serial,
    })
}
