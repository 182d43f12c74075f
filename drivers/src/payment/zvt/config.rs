//! How a ZVT terminal is set up.

use std::fmt;
use std::sync::Arc;

use domain::money::Currency;
use hal::{DeviceError, PaymentPort};
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::dialog::Settings;
use super::driver::ZvtTerminal;
use super::message::bcd;
use crate::registry::{ConfigError, Driver, refuse};
use crate::tally::{Counted, Tally};
use crate::transport::TcpPort;

/// A card terminal that speaks ZVT over TCP.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZvtConfig {
    /// What people call it.
    #[serde(default = "usual_name")]
    pub name: String,
    /// Host and port, such as `192.168.1.60:20007`.
    pub address: String,
    /// Its password: six digits.
    #[serde(default = "usual_password")]
    pub password: String,
    /// What it is paid in.
    #[serde(default = "usual_currency")]
    pub currency: String,
    /// Zone of its clock, such as `Europe/Berlin`; the till's when not said.
    pub time_zone: Option<String>,
}

/// Whoever knows the password can have money given to a card.
impl fmt::Debug for ZvtConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ZvtConfig").field("name", &self.name).field("address", &self.address).finish_non_exhaustive()
    }
}

impl ZvtConfig {
    fn settings(&self) -> Result<Settings, ConfigError> {
        let digits = self.password.len() == 6 && self.password.bytes().all(|byte| byte.is_ascii_digit());
        let Some(password) = digits.then(|| self.password.parse().ok()).flatten() else {
            return refuse(&self.name, "password must be six digits");
        };
        let Some(currency) = iso_number(&self.currency) else {
            return refuse(&self.name, "currency must be one that card terminals know: CNY, EUR, USD, GBP, CHF, HKD");
        };
        let zone = match &self.time_zone {
            None => TimeZone::system(),
            Some(name) => match TimeZone::get(name) {
                Ok(zone) => zone,
                Err(_) => return refuse(&self.name, "time_zone must be one such as Asia/Shanghai"),
            },
        };
        let password = bcd(password, 3).try_into().expect("six digits in three bytes");
        Ok(Settings { password, currency, zone })
    }

    fn port(&self) -> TcpPort {
        TcpPort { address: self.address.clone() }
    }
}

impl Driver<Box<dyn PaymentPort>> for ZvtConfig {
    fn name(&self) -> &str {
        &self.name
    }

    fn claims(&self) -> Option<&str> {
        Some(&self.address)
    }

    fn check(&self) -> Result<(), ConfigError> {
        self.port().check(&self.name)?;
        self.settings().map(drop)
    }

    fn open(&self, tally: &Arc<Tally>) -> Result<Box<dyn PaymentPort>, DeviceError> {
        let opening =
            |error: ConfigError| DeviceError::Opening { path: self.address.clone(), cause: error.to_string() };
        let settings = self.settings().map_err(opening)?;
        let currency = Currency::of(&self.currency);
        let wire = Counted::new(self.port().open()?, tally);
        ZvtTerminal::open(wire, settings, currency).map(|port| Box::new(port) as Box<dyn PaymentPort>)
    }
}

/// A currency's number in ISO 4217.
fn iso_number(code: &str) -> Option<u16> {
    match code {
        "CNY" => Some(156),
        "EUR" => Some(978),
        "USD" => Some(840),
        "GBP" => Some(826),
        "CHF" => Some(756),
        "HKD" => Some(344),
        _ => None,
    }
}

fn usual_name() -> String {
    "card terminal".to_owned()
}

fn usual_password() -> String {
    "000000".to_owned()
}

fn usual_currency() -> String {
    "CNY".to_owned()
}
