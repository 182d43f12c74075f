//! The till's side of payments that go through a platform: its port, as its device file names it.

use std::sync::Arc;

use drivers::registry::{DeviceConfig, Driver};
use drivers::tally::Tally;
use hal::PaymentPort;

pub use drivers::registry::PlatformLink;

/// The first payment port of a device file, for a terminal that knows its platform by this link.
///
/// # Errors
/// In words, when the device file is wrong or the port cannot be opened.
pub fn port(device_file: &str, link: Option<&PlatformLink>) -> Result<Box<dyn PaymentPort>, String> {
    let devices = DeviceConfig::from_toml(device_file).map_err(|error| error.to_string())?.with_platform(link);
    let payment = devices.payment.first().ok_or("there is no payment port in the device file")?;
    payment.open(&Arc::new(Tally::default())).map_err(|error| error.to_string())
}
