//! How a device is, whatever it is.

use std::fmt;
use std::time::Duration;

/// The longest time that one call to a device may wait.
pub const WAIT_MAX: Duration = Duration::from_millis(200);

/// What kind of device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DeviceClass {
    /// Reads codes.
    Scanner,
    /// Prints receipts.
    Printer,
    /// Keeps the cash.
    Drawer,
    /// Weighs what is sold.
    Scale,
    /// Shows the shopper what is sold.
    Display,
    /// Moves money: a payment provider or a card terminal.
    Payment,
    /// Lights, a beeper, buttons.
    Indicator,
    /// Feels what lies in a kiosk's bagging area.
    Bagging,
    /// Lets people hear tunes and sentences.
    Speaker,
}

impl fmt::Display for DeviceClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            DeviceClass::Scanner => "scanner",
            DeviceClass::Printer => "printer",
            DeviceClass::Drawer => "cash drawer",
            DeviceClass::Scale => "scale",
            DeviceClass::Display => "customer display",
            DeviceClass::Payment => "payment",
            DeviceClass::Indicator => "lights and buttons",
            DeviceClass::Bagging => "bagging area",
            DeviceClass::Speaker => "loudspeaker",
        })
    }
}

/// Whether a device can be used, after the power states of UnifiedPOS (1.14, chapter 1, "Device Power Reporting Model").
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// Connected, and answering if it can answer.
    Ready,
    /// Not there: no port, no cable, or no power on a port that needs it.
    Unplugged,
    /// There, but not usable; the words say what happened and what to do.
    Fault(String),
}

impl fmt::Display for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Health::Ready => f.write_str("ready"),
            Health::Unplugged => f.write_str("unplugged: check its cable and its power"),
            Health::Fault(words) => f.write_str(words),
        }
    }
}

/// What a device says it is, as far as it says so.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Identity {
    /// Who made it.
    pub make: Option<String>,
    /// Which model.
    pub model: Option<String>,
    /// Version of its firmware.
    pub firmware: Option<String>,
    /// Its serial number.
    pub serial: Option<String>,
}

/// Why a call to a device failed. The kind is for code, the text for the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    /// The device has gone; the object is spent.
    #[error("the device is unplugged")]
    Unplugged,
    /// The device is there but another program holds it, or it may not be opened.
    #[error("failed opening {path}: {cause}")]
    Opening {
        /// What was to be opened.
        path: String,
        /// What the system said.
        cause: String,
    },
    /// The wire failed in a way that is not a pulled cable.
    #[error("failed {step}: {cause}")]
    Wire {
        /// What was being done, as in "reading the scanner".
        step: &'static str,
        /// What the system said.
        cause: String,
    },
    /// The device cannot do this, or not at this moment.
    #[error("{0}")]
    Refused(&'static str),
}
