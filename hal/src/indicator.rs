//! Lights, a beeper and buttons: what a kiosk tells from afar, and what is pressed beside its screen.

use std::fmt;
use std::time::Duration;

use crate::health::{DeviceError, Identity};

/// Lights, a beeper and buttons, as far as they are there.
pub trait Indicator {
    /// What is there; constant for the life of the object.
    fn capabilities(&self) -> &IndicatorCapabilities;

    /// What it says it is; asked by people who look for a fault, never while it works. Waits a few times
    /// [`crate::WAIT_MAX`] at most.
    fn identity(&mut self) -> Identity {
        Identity::default()
    }

    /// Switches a light. A light that is not there is none.
    ///
    /// # Errors
    /// [`DeviceError::Wire`] when a pin failed; [`DeviceError::Unplugged`] when the board has gone.
    fn light(&mut self, light: Light, on: bool) -> Result<(), DeviceError>;

    /// Switches the beeper.
    ///
    /// # Errors
    /// As [`Indicator::light`].
    fn sound(&mut self, on: bool) -> Result<(), DeviceError>;

    /// The next press or release of a button, waiting at most `wait` (at most [`crate::WAIT_MAX`]). Bouncing contacts
    /// are one press.
    ///
    /// # Errors
    /// As [`Indicator::light`].
    fn next(&mut self, wait: Duration) -> Result<Option<ButtonMoved>, DeviceError>;
}

/// What is there.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct IndicatorCapabilities {
    /// Lights.
    pub lights: Vec<Light>,
    /// Whether it beeps.
    pub beeps: bool,
    /// Names of its buttons.
    pub buttons: Vec<String>,
}

/// Lights of a kiosk's pole, by colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Light {
    /// Ready, or in use.
    Green,
    /// It wants something: paper, a hand.
    Yellow,
    /// Somebody must come.
    Red,
}

impl fmt::Display for Light {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Light::Green => "green light",
            Light::Yellow => "yellow light",
            Light::Red => "red light",
        })
    }
}

/// A button moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ButtonMoved {
    /// Its name.
    pub button: String,
    /// Whether it is down.
    pub down: bool,
}
