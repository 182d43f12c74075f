//! How a line is set up.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};

use crate::registry::{ConfigError, check_path, refuse};

/// Bytes of a line's name; the kernel keeps no longer ones.
const NAME_BYTES_MAX: usize = 31;
/// Lines of the largest chip that is thought of.
const LINE_MAX: u32 = 1023;
/// The highest BCM number of any Raspberry Pi.
const BCM_MAX: u32 = 53;

/// Who gives the lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Backend {
    /// The kernel's GPIO character device, version 2 (Linux 5.10 and later): any board.
    #[default]
    Gpiocdev,
    /// The registers of a Raspberry Pi; lines by their BCM numbers.
    Rppal,
}

/// A line of a board.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineConfig {
    /// The chip's device file. Not said: `/dev/gpiochip0`, or any chip that has a line of this name.
    pub chip: Option<String>,
    /// Which line.
    pub line: LineName,
    /// Whether it is active without voltage.
    #[serde(default)]
    pub active_low: bool,
    /// The resistor that holds an input while nothing drives it.
    #[serde(default)]
    pub bias: Bias,
}

/// A line's number on its chip, or its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineName {
    /// From 0; on a Raspberry Pi the BCM number.
    Number(u32),
    /// As `gpioinfo` lists it, for example `"GPIO17"`.
    Name(String),
}

/// The resistor that holds an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bias {
    /// As the board has it.
    #[default]
    AsIs,
    /// None.
    Disabled,
    /// To the supply.
    PullUp,
    /// To ground.
    PullDown,
}

impl LineConfig {
    /// A line by its number on the first chip.
    pub fn number(line: u32) -> LineConfig {
        LineConfig { chip: None, line: LineName::Number(line), active_low: false, bias: Bias::AsIs }
    }

    /// Checks what the types do not; `device` is whose line it is.
    ///
    /// # Errors
    /// [`ConfigError::Value`].
    pub fn check(&self, device: &str, backend: Backend) -> Result<(), ConfigError> {
        match (&self.line, backend) {
            (LineName::Number(number), Backend::Gpiocdev) if *number > LINE_MAX => {
                refuse(device, format!("a line's number must be 0 to {LINE_MAX}"))
            }
            (LineName::Number(number), Backend::Rppal) if *number > BCM_MAX => {
                refuse(device, format!("a line's BCM number must be 0 to {BCM_MAX}"))
            }
            (LineName::Name(_), Backend::Rppal) => refuse(device, "rppal knows lines by their BCM numbers alone"),
            (LineName::Name(name), Backend::Gpiocdev) if name.is_empty() || name.len() > NAME_BYTES_MAX => {
                refuse(device, format!("a line's name must have 1 to {NAME_BYTES_MAX} letters"))
            }
            (LineName::Number(_) | LineName::Name(_), Backend::Gpiocdev | Backend::Rppal) => {
                match (&self.chip, backend) {
                    (Some(_), Backend::Rppal) => refuse(device, "rppal knows one chip alone: leave chip away"),
                    (Some(chip), Backend::Gpiocdev) => check_path(device, chip),
                    (None, Backend::Gpiocdev | Backend::Rppal) => Ok(()),
                }
            }
        }
    }

    /// The chip of a line that is told by its number.
    pub(super) fn chip_or_first(&self) -> &str {
        self.chip.as_deref().unwrap_or("/dev/gpiochip0")
    }
}

impl fmt::Display for LineConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.line, &self.chip) {
            (LineName::Number(number), _) => write!(f, "line {number} of {}", self.chip_or_first()),
            (LineName::Name(name), Some(chip)) => write!(f, "line {name} of {chip}"),
            (LineName::Name(name), None) => write!(f, "line {name}"),
        }
    }
}

impl<'de> Deserialize<'de> for LineName {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<LineName, D::Error> {
        struct Either;

        impl Visitor<'_> for Either {
            type Value = LineName;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a line's number, or its name in quotes")
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<LineName, E> {
                let number = u32::try_from(number).map_err(|_| E::custom("a line's number begins at 0"))?;
                Ok(LineName::Number(number))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<LineName, E> {
                let number = u32::try_from(number).map_err(|_| E::custom("a line's number is not so large"))?;
                Ok(LineName::Number(number))
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<LineName, E> {
                Ok(LineName::Name(name.to_owned()))
            }
        }

        from.deserialize_any(Either)
    }
}
