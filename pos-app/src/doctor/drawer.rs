//! `doctor drawer`: learns which level of the drawer's switch means open.

use std::process::ExitCode;
use std::time::Duration;

use drivers::drawer::{Level, Unlearned, learn};
use drivers::registry::{DeviceConfig, DrawerConfig};
use hal::DeviceClass;

use super::bench::{Bench, DevicesOption};
use super::look::carrier;
use super::person::{AtTerminal, Person};

/// How long the switch's level may take to be told.
const TELL_MAX: Duration = Duration::from_secs(3);

/// Which drawer.
#[derive(Clone, Debug, clap::Args)]
pub struct DrawerOptions {
    #[command(flatten)]
    devices: DevicesOption,
}

pub(super) fn run(options: &DrawerOptions) -> anyhow::Result<ExitCode> {
    let mut config = options.devices.read()?;
    // Its switch is told as open while it is high; which of the two is right is what is to be learned.
    if let Some(DrawerConfig::Gpio(drawer)) = config.drawer.first_mut() {
        drawer.open_when = Some(Level::High);
    }
    let Some(drawer) = config.drawer.first() else {
        anyhow::bail!("the device file names no drawer");
    };
    let mut bench = Bench::start(&config)?;
    match learned(&mut bench, &config, drawer, &mut AtTerminal { yes: false }) {
        Ok(level) => {
            let level = match level {
                Level::High => "high",
                Level::Low => "low",
            };
            println!("write into the device file, below the drawer's table: open_when = \"{level}\"");
            Ok(ExitCode::SUCCESS)
        }
        Err(why) => {
            println!("{why}");
            Ok(ExitCode::FAILURE)
        }
    }
}

/// Has the drawer shut and opened, and compares the levels.
fn learned(
    bench: &mut Bench,
    config: &DeviceConfig,
    drawer: &DrawerConfig,
    person: &mut dyn Person,
) -> Result<Level, Unlearned> {
    person.please("shut the drawer");
    let shut = level(bench, config, drawer);
    if bench.counter.open_drawer().is_ok() && shut.is_some() {
        person.please("the drawer was told to open; open it by its key if it did not, and leave it open");
    } else {
        person.please("open the drawer by its key, and leave it open");
    }
    learn(shut, level(bench, config, drawer))
}

/// Whether the switch's level is high, as told last.
fn level(bench: &mut Bench, config: &DeviceConfig, drawer: &DrawerConfig) -> Option<bool> {
    bench.listen(TELL_MAX, |_| false);
    match drawer {
        DrawerConfig::Printer(_) => {
            let entry = config.devices().into_iter().find(|entry| entry.class == DeviceClass::Drawer)?;
            bench.of(carrier(config, &entry)).printer?.drawer_pin_high
        }
        DrawerConfig::Gpio(gpio) => bench.of(&gpio.name).drawer,
    }
}
