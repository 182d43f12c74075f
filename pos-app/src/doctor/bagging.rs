//! `doctor bagging`: learns what a bagging area's load cell means by its counts.

use std::process::ExitCode;

use anyhow::Context;
use drivers::bagging::calibrate;
use drivers::registry::{BaggingConfig, Driver};

use super::bench::DevicesOption;
use super::person::{AtTerminal, Person};

const NO_READING: &str = "no reading came from it; check its power and its two lines";

/// Which scale, and what is put on it.
#[derive(Clone, Debug, clap::Args)]
pub struct BaggingOptions {
    #[command(flatten)]
    devices: DevicesOption,
    /// Grams of the known weight that is put on it; some kilograms are best.
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(100..=500_000))]
    grams: u32,
}

pub(super) fn run(options: &BaggingOptions) -> anyhow::Result<ExitCode> {
    let config = options.devices.read()?;
    let Some(scale) = config.bagging.first() else {
        anyhow::bail!("the device file names no bagging scale");
    };
    match learned(scale, options.grams, &mut AtTerminal { yes: false }) {
        Ok((offset, per_kilogram)) => {
            println!(
                "write into the device file, below the table of {}:\noffset = {offset}\ncounts_per_kilogram = {per_kilogram}",
                scale.name()
            );
            Ok(ExitCode::SUCCESS)
        }
        Err(why) => {
            println!("{}: {why:#}", scale.name());
            Ok(ExitCode::FAILURE)
        }
    }
}

/// Has the area emptied and loaded, and compares the counts.
fn learned(scale: &BaggingConfig, grams: u32, person: &mut dyn Person) -> anyhow::Result<(i32, i32)> {
    let BaggingConfig::Hx711(chip) = scale;
    person.please("empty the bagging area");
    let empty = chip.counts().context(NO_READING)?;
    person.please(&format!("put {grams} g into its middle"));
    Ok(calibrate(empty, chip.counts().context(NO_READING)?, grams)?)
}
