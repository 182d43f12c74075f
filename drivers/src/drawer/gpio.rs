//! How a drawer on pins is set up, and how it is opened.

use std::ops::RangeInclusive;
use std::time::Duration;

use hal::DeviceError;
use serde::Deserialize;

use super::{Level, PinDrawer, PinSwitch, WatchedDrawer};
use crate::gpio::{Backend, Bell, BoardDelay, LineConfig, Lines};
use crate::registry::{ConfigError, check_range, refuse};

/// Milliseconds of a pulse: shorter opens no lock, longer burns the coil.
const PULSE_MS: RangeInclusive<u16> = 10..=200;
/// Milliseconds that a switch's level must stand.
const SETTLE_MS: RangeInclusive<u16> = 0..=100;

/// A drawer on pins.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GpioDrawerConfig {
    /// What people call it.
    #[serde(default = "drawer_name")]
    pub name: String,
    /// Who gives the pins.
    #[serde(default)]
    pub backend: Backend,
    /// The output that switches the lock's coil, through a transistor, a relay or an optocoupler.
    pub coil: LineConfig,
    /// Length of the pulse that opens the lock, in milliseconds.
    #[serde(default = "pulse_usual")]
    pub pulse_ms: u16,
    /// The input that the drawer's switch is on.
    pub switch: Option<LineConfig>,
    /// Level of the switch that means open, `"high"` or `"low"`: it differs by drawer. Not said: nobody knows whether it is open.
    pub open_when: Option<Level>,
    /// How long the switch's level must stand before it counts, in milliseconds.
    #[serde(default = "settle_usual")]
    pub settle_ms: u16,
}

/// The switch of a drawer: its line and its meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SwitchConfig<'a> {
    /// Its line.
    pub line: &'a LineConfig,
    /// The level that means open.
    pub open_when: Level,
}

impl GpioDrawerConfig {
    /// Checks what the types do not.
    ///
    /// # Errors
    /// [`ConfigError::Value`].
    pub fn check(&self) -> Result<(), ConfigError> {
        self.lines().try_for_each(|line| line.check(&self.name, self.backend))?;
        if self.open_when.is_some() && self.switch.is_none() {
            return refuse(&self.name, "open_when says what its switch means: name its switch, too");
        }
        check_range(&self.name, "pulse_ms", self.pulse_ms, PULSE_MS)?;
        check_range(&self.name, "settle_ms", self.settle_ms, SETTLE_MS)
    }

    /// The lines that it holds for itself alone.
    pub fn lines(&self) -> impl Iterator<Item = &LineConfig> {
        std::iter::once(&self.coil).chain(&self.switch)
    }

    /// Its switch, when what it means has been learned.
    pub fn told_switch(&self) -> Option<SwitchConfig<'_>> {
        Some(SwitchConfig { line: self.switch.as_ref()?, open_when: self.open_when? })
    }

    /// Takes its lines. `bell` ends its waits.
    ///
    /// # Errors
    /// [`DeviceError::Unplugged`] when its board is not there; [`DeviceError::Opening`] when it is and a line cannot be had.
    pub fn open_with(&self, bell: &Bell) -> Result<Box<dyn WatchedDrawer>, DeviceError> {
        let mut lines = Lines::on(self.backend, bell)?;
        let coil = lines.output(&self.coil)?;
        let switch = match self.told_switch() {
            Some(SwitchConfig { line, open_when }) => {
                let settle = Duration::from_millis(self.settle_ms.into());
                Some(PinSwitch::new(lines.watched(line)?, open_when, settle))
            }
            None => None,
        };
        let pulse = Duration::from_millis(self.pulse_ms.into());
        Ok(Box::new(PinDrawer::new(coil, BoardDelay, pulse, switch, lines.edges())))
    }
}

fn drawer_name() -> String {
    "drawer".to_owned()
}

fn pulse_usual() -> u16 {
    100
}

fn settle_usual() -> u16 {
    20
}
