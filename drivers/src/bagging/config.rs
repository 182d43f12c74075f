//! How a bagging area's scale is set up, and how it is opened.

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hal::{DeviceError, Scale};
use serde::Deserialize;

use super::{BaggingScale, COUNTS_MAX, COUNTS_MIN, Calibration, Channel, Sample};
use crate::gpio::{Backend, Bell, BoardDelay, GpioInput, GpioOutput, LineConfig, Lines};
use crate::registry::{ConfigError, Driver, check_range, refuse};
use crate::tally::Tally;

/// Readings that one weight may be made of.
const SAMPLES: RangeInclusive<usize> = 5..=25;
/// Grams that a bagging area may bear.
const CAPACITY_GRAMS: RangeInclusive<u32> = 100..=500_000;
/// Grams that one weight's readings may lie apart.
const NOISE_GRAMS: RangeInclusive<u32> = 1..=1_000;

/// Looks at the chip for one calibration, and the pause before each: the first few fall into its settling.
const COUNTING_LOOKS: u32 = 16;
const COUNTING_PAUSE: Duration = Duration::from_millis(120);

/// An HX711 on two pins.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hx711Config {
    /// What people call it.
    #[serde(default = "bagging_name")]
    pub name: String,
    /// Who gives the pins.
    #[serde(default)]
    pub backend: Backend,
    /// The output that the chip's PD_SCK is on.
    pub clock: LineConfig,
    /// The input that the chip's DOUT is on.
    pub data: LineConfig,
    /// Input and gain.
    #[serde(default)]
    pub channel: Channel,
    /// Counts of the empty bagging area.
    pub offset: i32,
    /// Counts that a kilogram adds; negative when the cell is wired the other way round.
    pub counts_per_kilogram: i32,
    /// Most that may lie on it, in grams.
    #[serde(default = "capacity_usual")]
    pub capacity_grams: u32,
    /// How far readings may lie apart that are the same weight, in grams.
    #[serde(default = "noise_usual")]
    pub noise_grams: u32,
    /// Readings that one weight is made of.
    #[serde(default = "samples_usual")]
    pub samples: usize,
}

impl Hx711Config {
    /// What its counts mean.
    pub fn calibration(&self) -> Calibration {
        Calibration {
            offset: self.offset,
            counts_per_kilogram: self.counts_per_kilogram,
            capacity_grams: self.capacity_grams,
            noise_grams: self.noise_grams,
            samples: self.samples,
        }
    }

    /// The counts that it shows at this moment, for who calibrates it: the middle one of a few readings, within two seconds. The
    /// till's own thread must not hold it meanwhile.
    ///
    /// # Errors
    /// As [`Driver::open`].
    pub fn counts(&self) -> Result<i32, DeviceError> {
        let mut chip = self.connect()?.into_chip();
        let mut counts = Vec::new();
        for _ in 0..COUNTING_LOOKS {
            chip.pause(COUNTING_PAUSE);
            if let Sample::Counts(read) = chip.sample()? {
                counts.push(read);
            }
        }
        counts.sort_unstable();
        counts.get(counts.len() / 2).copied().ok_or(DeviceError::Unplugged)
    }

    /// The lines that it holds for itself alone.
    pub fn lines(&self) -> impl Iterator<Item = &LineConfig> {
        [&self.clock, &self.data].into_iter()
    }

    fn connect(&self) -> Result<OnPins, DeviceError> {
        let bell =
            Bell::new().map_err(|error| DeviceError::Wire { step: "preparing the pins", cause: error.to_string() })?;
        let mut lines = Lines::on(self.backend, &bell)?;
        let (clock, data) = (lines.output(&self.clock)?, lines.input(&self.data)?);
        let start = Instant::now();
        let time: Box<dyn FnMut() -> Duration> = Box::new(move || start.elapsed());
        BaggingScale::connect(clock, data, BoardDelay, time, self.channel, self.calibration())
    }
}

/// The scale on this board's pins.
type OnPins = BaggingScale<GpioOutput, GpioInput, BoardDelay, Box<dyn FnMut() -> Duration>>;

impl Driver<Box<dyn Scale>> for Hx711Config {
    fn name(&self) -> &str {
        &self.name
    }

    /// Its lines are compared with those of all devices on pins.
    fn claims(&self) -> Option<&str> {
        None
    }

    fn check(&self) -> Result<(), ConfigError> {
        self.lines().try_for_each(|line| line.check(&self.name, self.backend))?;
        if self.counts_per_kilogram == 0 {
            return refuse(&self.name, "counts_per_kilogram must not be 0");
        }
        check_range(&self.name, "offset", self.offset, COUNTS_MIN..=COUNTS_MAX)?;
        check_range(&self.name, "capacity_grams", self.capacity_grams, CAPACITY_GRAMS)?;
        check_range(&self.name, "noise_grams", self.noise_grams, NOISE_GRAMS)?;
        check_range(&self.name, "samples", self.samples, SAMPLES)
    }

    fn open(&self, _tally: &Arc<Tally>) -> Result<Box<dyn Scale>, DeviceError> {
        Ok(Box::new(self.connect()?))
    }
}

fn bagging_name() -> String {
    "bagging".to_owned()
}

fn capacity_usual() -> u32 {
    20_000
}

fn noise_usual() -> u32 {
    5
}

fn samples_usual() -> usize {
    5
}
