//! How a drawer is set up.

use serde::Deserialize;

use crate::registry::{ConfigError, refuse};

/// A drawer on a printer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrinterDrawerConfig {
    /// What people call it.
    #[serde(default = "drawer_name")]
    pub name: String,
    /// Name of its printer; the first one when not said.
    pub printer: Option<String>,
    /// Connector pin, 2 or 5.
    #[serde(default = "pin_usual")]
    pub pin: u8,
    /// Level of the switch that means open, `"high"` or `"low"`: it differs by drawer. Not said: nobody knows whether it is open.
    pub open_when: Option<Level>,
}

/// A pin's level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Under voltage.
    High,
    /// Without.
    Low,
}

impl PrinterDrawerConfig {
    /// Checks what the types do not.
    ///
    /// # Errors
    /// [`ConfigError::Value`].
    pub fn check(&self) -> Result<(), ConfigError> {
        if self.pin != 2 && self.pin != 5 {
            return refuse(&self.name, "pin must be 2 or 5");
        }
        Ok(())
    }
}

fn drawer_name() -> String {
    "drawer".to_owned()
}

fn pin_usual() -> u8 {
    2
}
