//! How lights, a beeper and buttons on pins are set up, and how they are opened.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use hal::{DeviceError, Indicator, Light};
use serde::Deserialize;

use super::{PinButton, PinIndicator};
use crate::gpio::{Backend, Bell, LineConfig, Lines};
use crate::registry::{ConfigError, Driver, check_range, refuse};
use crate::tally::Tally;

/// Buttons of one board.
const BUTTONS_MAX: usize = 16;
/// Bytes of a button's name.
const BUTTON_NAME_BYTES_MAX: usize = 32;
/// Milliseconds that a button's level must stand.
const SETTLE_MS: RangeInclusive<u16> = 0..=200;

/// Lights, a beeper and buttons on pins.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GpioIndicatorConfig {
    /// What people call it.
    #[serde(default = "indicator_name")]
    pub name: String,
    /// Who gives the pins.
    #[serde(default)]
    pub backend: Backend,
    /// The output of the green light.
    pub green: Option<LineConfig>,
    /// The output of the yellow light.
    pub yellow: Option<LineConfig>,
    /// The output of the red light.
    pub red: Option<LineConfig>,
    /// The output of the beeper.
    pub beeper: Option<LineConfig>,
    /// The inputs of buttons, by the buttons' names. Active is pressed.
    #[serde(default)]
    pub buttons: BTreeMap<String, LineConfig>,
    /// How long a button's level must stand before it counts, in milliseconds.
    #[serde(default = "settle_usual")]
    pub settle_ms: u16,
}

impl Driver<Box<dyn Indicator>> for GpioIndicatorConfig {
    fn name(&self) -> &str {
        &self.name
    }

    /// Its lines are compared with those of all devices on pins.
    fn claims(&self) -> Option<&str> {
        None
    }

    fn check(&self) -> Result<(), ConfigError> {
        self.lines().try_for_each(|line| line.check(&self.name, self.backend))?;
        if self.lines().next().is_none() {
            return refuse(&self.name, "it has neither lights (green, yellow, red) nor a beeper nor buttons");
        }
        if self.buttons.len() > BUTTONS_MAX {
            return refuse(&self.name, format!("at most {BUTTONS_MAX} buttons can be used"));
        }
        if self.buttons.keys().any(|name| name.is_empty() || name.len() > BUTTON_NAME_BYTES_MAX) {
            return refuse(&self.name, format!("a button's name must have 1 to {BUTTON_NAME_BYTES_MAX} letters"));
        }
        check_range(&self.name, "settle_ms", self.settle_ms, SETTLE_MS)
    }

    fn open(&self, _tally: &Arc<Tally>) -> Result<Box<dyn Indicator>, DeviceError> {
        let bell =
            Bell::new().map_err(|error| DeviceError::Wire { step: "preparing the pins", cause: error.to_string() })?;
        self.open_with(&bell)
    }
}

impl GpioIndicatorConfig {
    /// The lines that it holds for itself alone.
    pub fn lines(&self) -> impl Iterator<Item = &LineConfig> {
        let lights = [&self.green, &self.yellow, &self.red].into_iter().flatten();
        lights.chain(&self.beeper).chain(self.buttons.values())
    }

    /// Takes its lines. `bell` ends its waits.
    ///
    /// # Errors
    /// [`DeviceError::Unplugged`] when its board is not there; [`DeviceError::Opening`] when it is and a line cannot be had.
    pub fn open_with(&self, bell: &Bell) -> Result<Box<dyn Indicator>, DeviceError> {
        let mut lines = Lines::on(self.backend, bell)?;
        let mut lights = Vec::new();
        for (light, line) in [(Light::Green, &self.green), (Light::Yellow, &self.yellow), (Light::Red, &self.red)] {
            if let Some(line) = line {
                lights.push((light, lines.output(line)?));
            }
        }
        let beeper = self.beeper.as_ref().map(|line| lines.output(line)).transpose()?;
        let settle = Duration::from_millis(self.settle_ms.into());
        let mut buttons = Vec::new();
        for (name, line) in &self.buttons {
            buttons.push(PinButton::new(name, lines.watched(line)?, settle));
        }
        Ok(Box::new(PinIndicator::new(lights, beeper, buttons, lines.edges())))
    }
}

fn indicator_name() -> String {
    "lights".to_owned()
}

fn settle_usual() -> u16 {
    20
}
