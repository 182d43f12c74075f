//! How scales are set up.

use std::marker::PhantomData;
use std::sync::Arc;

use hal::{DeviceError, Scale};
use serde::Deserialize;

use super::SerialScale;
use super::equals::{Equals, EqualsRule};
use super::frame::Framed;
use super::protocol::Protocol;
use super::rule::{FrameRule, STABLE_AFTER, STABLE_AFTER_USUAL};
use super::unit::Unit;
use crate::registry::{ConfigError, Driver, check_line, check_range, refuse};
use crate::tally::{Counted, Tally};
use crate::transport::{Bits, SerialPort};

/// A language that has a name, and how its scales are set when they come out of their boxes.
pub trait Kind: Protocol + 'static {
    /// Bits per second.
    const BAUD: u32;
    /// Data bits and parity.
    const BITS: Bits;
    /// Whether each weight comes with its unit.
    const TELLS_UNIT: bool;

    /// A codec; the unit counts where the scale does not tell its own.
    fn new(unit: Unit) -> Self;
}

/// A scale that speaks a language with a name.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, bound = "")]
pub struct SerialScaleConfig<K> {
    /// What people call it.
    #[serde(default = "scale_name")]
    pub name: String,
    /// Device file.
    pub path: String,
    /// Bits per second, where they are not the usual ones.
    pub baud: Option<u32>,
    /// `"8N1"`, `"7E1"`, `"7O1"` or `"8E1"`, where it is not the usual one.
    pub bits: Option<Bits>,
    /// `"kg"`, `"g"`, `"lb"` or `"oz"`, for a scale that does not tell its unit; kilograms when not said.
    pub unit: Option<Unit>,
    #[serde(skip)]
    kind: PhantomData<K>,
}

impl<K: Kind> SerialScaleConfig<K> {
    fn port(&self) -> SerialPort {
        let (baud, bits) = (self.baud.unwrap_or(K::BAUD), self.bits.unwrap_or(K::BITS));
        SerialPort { path: self.path.clone(), baud, bits }
    }
}

impl<K: Kind> Driver<Box<dyn Scale>> for SerialScaleConfig<K> {
    fn name(&self) -> &str {
        &self.name
    }

    fn claims(&self) -> Option<&str> {
        Some(&self.path)
    }

    fn check(&self) -> Result<(), ConfigError> {
        check_line(&self.name, &self.port())?;
        if K::TELLS_UNIT && self.unit.is_some() {
            return refuse(&self.name, "unit cannot be set: this scale tells its unit with each weight");
        }
        Ok(())
    }

    fn open(&self, tally: &Arc<Tally>) -> Result<Box<dyn Scale>, DeviceError> {
        open(&self.port(), K::new(self.unit.unwrap_or_default()), tally)
    }
}

/// A Chinese indicator that streams `=` and digits.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EqualsScaleConfig {
    /// What people call it.
    #[serde(default = "scale_name")]
    pub name: String,
    /// Device file.
    pub path: String,
    /// Bits per second.
    #[serde(default = "baud_usual")]
    pub baud: u32,
    /// Data bits and parity.
    #[serde(default)]
    pub bits: Bits,
    /// Whether the last digit comes first.
    #[serde(default)]
    pub reversed: bool,
    /// What it counts in.
    #[serde(default)]
    pub unit: Unit,
    /// Decimals where no point is sent.
    #[serde(default)]
    pub decimals: u8,
    /// Equal weights that count as standing still: the indicator does not say so itself.
    #[serde(default = "stable_after_usual")]
    pub stable_after: u8,
}

impl EqualsScaleConfig {
    fn port(&self) -> SerialPort {
        SerialPort { path: self.path.clone(), baud: self.baud, bits: self.bits }
    }
}

impl Driver<Box<dyn Scale>> for EqualsScaleConfig {
    fn name(&self) -> &str {
        &self.name
    }

    fn claims(&self) -> Option<&str> {
        Some(&self.path)
    }

    fn check(&self) -> Result<(), ConfigError> {
        check_line(&self.name, &self.port())?;
        check_range(&self.name, "decimals", self.decimals, 0..=5)?;
        check_range(&self.name, "stable_after", self.stable_after, STABLE_AFTER)
    }

    fn open(&self, tally: &Arc<Tally>) -> Result<Box<dyn Scale>, DeviceError> {
        let EqualsScaleConfig { reversed, unit, decimals, stable_after, .. } = *self;
        open(&self.port(), Equals::new(EqualsRule { reversed, unit, decimals, stable_after }), tally)
    }
}

/// A scale whose frames the device file describes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrameScaleConfig {
    /// What people call it.
    #[serde(default = "scale_name")]
    pub name: String,
    /// Device file.
    pub path: String,
    /// Bits per second.
    #[serde(default = "baud_usual")]
    pub baud: u32,
    /// Data bits and parity.
    #[serde(default)]
    pub bits: Bits,
    /// How its frames look.
    pub frame: Box<FrameRule>,
}

impl FrameScaleConfig {
    fn port(&self) -> SerialPort {
        SerialPort { path: self.path.clone(), baud: self.baud, bits: self.bits }
    }
}

impl Driver<Box<dyn Scale>> for FrameScaleConfig {
    fn name(&self) -> &str {
        &self.name
    }

    fn claims(&self) -> Option<&str> {
        Some(&self.path)
    }

    fn check(&self) -> Result<(), ConfigError> {
        check_line(&self.name, &self.port())?;
        self.frame.check().or_else(|what| refuse(&self.name, what))
    }

    fn open(&self, tally: &Arc<Tally>) -> Result<Box<dyn Scale>, DeviceError> {
        open(&self.port(), Framed::new(FrameRule::clone(&self.frame)), tally)
    }
}

fn open(
    port: &SerialPort,
    protocol: impl Protocol + 'static,
    tally: &Arc<Tally>,
) -> Result<Box<dyn Scale>, DeviceError> {
    let wire = Counted::new(port.open()?, tally);
    Ok(Box::new(SerialScale::new(wire, Box::new(protocol))))
}

fn scale_name() -> String {
    "scale".to_owned()
}

fn baud_usual() -> u32 {
    9600
}

fn stable_after_usual() -> u8 {
    STABLE_AFTER_USUAL
}
