//! Scales: what is sold by weight, and what lies in a bagging area.

use std::fmt;
use std::time::Duration;

use domain::money::Money;

use crate::health::{DeviceError, Identity};

/// Milligrams of one gram: the unit in which every scale of this crate tells weight.
pub const MILLIGRAMS_PER_GRAM: i64 = 1000;

/// A scale.
///
/// Goods are sold by [`Weighing::Stable`] alone. A scale that is asked and a scale that talks by itself look the same from
/// here: each call of [`Scale::next`] gives what the scale said last.
pub trait Scale {
    /// What this scale can do; constant for the life of the object.
    fn capabilities(&self) -> &ScaleCapabilities;

    /// What it says it is; asked by people who look for a fault, never while it works. Waits a few times
    /// [`crate::WAIT_MAX`] at most.
    fn identity(&mut self) -> Identity {
        Identity::default()
    }

    /// What the scale says, waiting at most `wait` (at most [`crate::WAIT_MAX`]) for it; `None` when it said nothing. A scale
    /// that must be asked is asked by this.
    ///
    /// # Errors
    /// [`DeviceError::Unplugged`] when the scale has gone; [`DeviceError::Wire`] when the wire failed otherwise;
    /// [`DeviceError::Refused`] when it asks for what the till does not have: the object works on, and the words say what to do.
    fn next(&mut self, wait: Duration) -> Result<Option<Weighing>, DeviceError>;

    /// Sets the empty scale to zero.
    ///
    /// # Errors
    /// [`DeviceError::Refused`] when the scale cannot be set to zero from here.
    fn zero(&mut self) -> Result<(), DeviceError>;

    /// Takes what lies on the scale for packaging, or forgets it (`false`).
    ///
    /// # Errors
    /// [`DeviceError::Refused`] when the scale keeps no tare.
    fn tare(&mut self, take: bool) -> Result<(), DeviceError>;

    /// Tells a scale that works out prices by itself what a kilogram costs; `None` for nothing to sell.
    ///
    /// # Errors
    /// [`DeviceError::Refused`] when the scale takes no such price; [`DeviceError::Wire`] when it could not be sent. Scales that
    /// know no prices ignore it.
    fn set_price(&mut self, price_per_kilogram: Option<Money>) -> Result<(), DeviceError>;
}

/// What a scale can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScaleCapabilities {
    /// Whether goods may be sold by it. False for the sensor of a bagging area.
    pub for_trade: bool,
    /// Whether it can be set to zero from here.
    pub zeroes: bool,
    /// Whether it keeps a tare that can be set from here.
    pub tares: bool,
    /// Whether it wants to know the price of a kilogram.
    pub wants_price: bool,
}

/// What a scale says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weighing {
    /// The weight stands still.
    Stable(Weight),
    /// Something moves on it.
    Moving,
    /// More lies on it than it can weigh.
    Overload,
    /// Less than nothing lies on it: it was set to zero with something on it.
    BelowZero,
    /// It could not find its zero when it was switched on: empty it.
    OutsideZero,
    /// It tells each weight once, and nothing has moved since the last.
    Unmoved,
    /// It reports a fault of its own.
    Fault,
    /// It sends what is none of its frames: noise, another speed, or another protocol than the device file says.
    Unreadable,
}

/// A weight that stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weight {
    /// What lies on it less the tare that the scale keeps, in milligrams; never negative.
    pub net_milligrams: i64,
    /// Whether the scale takes a tare off.
    pub tared: bool,
}

impl Weight {
    /// In grams, halves up: prices are made of grams.
    pub fn net_grams(self) -> i64 {
        (self.net_milligrams + MILLIGRAMS_PER_GRAM / 2).div_euclid(MILLIGRAMS_PER_GRAM)
    }
}

impl fmt::Display for Weighing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Weighing::Stable(weight) => {
                let grams = weight.net_grams();
                write!(f, "{}.{:03} kg{}", grams / 1000, grams % 1000, if weight.tared { " net" } else { "" })
            }
            Weighing::Moving => f.write_str("the scale moves: wait until it stands still"),
            Weighing::Overload => f.write_str("too much lies on the scale: take some off"),
            Weighing::BelowZero => f.write_str("the scale shows less than nothing: empty it and set it to zero"),
            Weighing::OutsideZero => f.write_str("the scale did not find its zero: empty it and switch it off and on"),
            Weighing::Unmoved => {
                f.write_str("the scale tells each weight once: lift the goods and put them down again")
            }
            Weighing::Fault => f.write_str("the scale reports a fault: switch it off and on, or call service"),
            Weighing::Unreadable => f.write_str(
                "what the scale sends cannot be read: check its protocol, baud and bits against the device file",
            ),
        }
    }
}
