//! What a driver's settings can do, whatever it drives.

use std::ops::RangeInclusive;
use std::sync::Arc;

use hal::DeviceError;

use crate::tally::Tally;
use crate::transport::SerialPort;

/// Speeds of a serial line that some device has, in bits per second; 0 would hang the line up.
const BAUD: RangeInclusive<u32> = 300..=4_000_000;
/// Bytes of a path or an address.
const PATH_BYTES_MAX: usize = 512;

/// The settings of one device: what stands in the device file, and how to connect what they describe. `D` is the device
/// as its class knows it, for example `Box<dyn hal::Scale>`.
pub trait Driver<D> {
    /// What people call it; unique within a device file.
    fn name(&self) -> &str;

    /// What it holds for itself alone, such as a device file; no two devices may claim the same.
    fn claims(&self) -> Option<&str>;

    /// Checks what the types do not.
    ///
    /// # Errors
    /// [`ConfigError::Value`] with the first value that cannot be.
    fn check(&self) -> Result<(), ConfigError>;

    /// Connects it. Its bytes are counted in `tally`; opens and failures are counted by its station.
    ///
    /// # Errors
    /// [`DeviceError::Unplugged`] when it is not there; [`DeviceError::Opening`] when it is and cannot be opened.
    fn open(&self, tally: &Arc<Tally>) -> Result<D, DeviceError>;
}

/// What is wrong with a device file, in words for who installs it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// Not TOML, or a key or a driver that does not exist.
    #[error("failed reading the device file: {0}")]
    Syntax(String),
    /// A value that cannot be.
    #[error("failed setting up {device}: {what}")]
    Value {
        /// Whose.
        device: String,
        /// What is wrong and what can be.
        what: String,
    },
}

/// Refuses a value of a device.
pub(crate) fn refuse<T>(device: &str, what: impl Into<String>) -> Result<T, ConfigError> {
    Err(ConfigError::Value { device: device.to_owned(), what: what.into() })
}

/// Refuses a path or an address that is empty or beyond reason.
pub(crate) fn check_path(device: &str, path: &str) -> Result<(), ConfigError> {
    if path.is_empty() || path.len() > PATH_BYTES_MAX {
        return refuse(device, "path must name a device file");
    }
    Ok(())
}

/// Refuses a serial line that cannot be.
///
/// # Errors
/// [`ConfigError::Value`].
pub fn check_line(device: &str, port: &SerialPort) -> Result<(), ConfigError> {
    check_path(device, &port.path)?;
    if !BAUD.contains(&port.baud) {
        return refuse(device, format!("baud must be {} to {}", BAUD.start(), BAUD.end()));
    }
    Ok(())
}

/// Refuses a number out of its range.
pub(crate) fn check_range<N: PartialOrd + std::fmt::Display>(
    device: &str,
    key: &str,
    value: N,
    range: RangeInclusive<N>,
) -> Result<(), ConfigError> {
    if !range.contains(&value) {
        return refuse(device, format!("{key} must be {} to {}", range.start(), range.end()));
    }
    Ok(())
}

/// Writes down the drivers of one class of device: the enum that the device file is read into, chosen by `driver = "..."`.
macro_rules! drivers {
    ($(#[$doc:meta])* $name:ident opens $device:ty { $($(#[$about:meta])* $key:literal => $variant:ident($config:ty),)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
        #[serde(tag = "driver")]
        pub enum $name {
            $($(#[$about])* #[serde(rename = $key)] $variant($config),)+
        }

        impl $name {
            /// The drivers' names in the device file.
            pub const DRIVERS: &[&str] = &[$($key),+];

            /// Its driver's name in the device file.
            pub fn driver_name(&self) -> &'static str {
                match self {
                    $($name::$variant(_) => $key,)+
                }
            }

            fn driver(&self) -> &dyn $crate::registry::Driver<$device> {
                match self {
                    $($name::$variant(config) => config,)+
                }
            }
        }

        impl $crate::registry::Driver<$device> for $name {
            fn name(&self) -> &str {
                self.driver().name()
            }

            fn claims(&self) -> Option<&str> {
                self.driver().claims()
            }

            fn check(&self) -> Result<(), $crate::registry::ConfigError> {
                self.driver().check()
            }

            fn open(
                &self,
                tally: &std::sync::Arc<$crate::tally::Tally>,
            ) -> Result<$device, hal::DeviceError> {
                self.driver().open(tally)
            }
        }
    };
}

pub(crate) use drivers;
