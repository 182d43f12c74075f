//! Drivers of displays for the shopper.

use hal::LineDisplay;

use super::{DeviceConfig, Driver, PrinterConfig, drivers, refuse};
use crate::display::{Cd5220Config, DisplayLanguage, Led8Config};
use crate::registry::ConfigError;

drivers! {
    /// Drivers of displays.
    DisplayConfig opens Box<dyn LineDisplay> {
        /// Two lines of letters.
        "cd5220" => Cd5220(Cd5220Config),
        /// Eight digits and lamps.
        "led8" => Led8(Led8Config),
    }
}

impl DisplayConfig {
    /// What it speaks.
    pub fn language(&self) -> DisplayLanguage {
        match self {
            DisplayConfig::Cd5220(config) => config.language(),
            DisplayConfig::Led8(config) => config.language(),
        }
    }

    /// Name of the printer on whose wire it hangs.
    pub fn printer(&self) -> Option<&str> {
        match self {
            DisplayConfig::Cd5220(config) => config.printer.as_deref(),
            DisplayConfig::Led8(config) => config.printer.as_deref(),
        }
    }
}

impl DeviceConfig {
    /// Each display that hangs on a printer finds it, and hangs there alone.
    pub(super) fn check_printer_displays(&self) -> Result<(), ConfigError> {
        let mut taken: Vec<&str> = Vec::new();
        for (display, printer) in self.display.iter().filter_map(|display| Some((display, display.printer()?))) {
            if !self.printer.iter().any(|known: &PrinterConfig| known.name() == printer) {
                return refuse(display.name(), format!("its printer {printer} is not in the device file"));
            }
            if taken.contains(&printer) {
                return refuse(display.name(), format!("the printer {printer} has another display already"));
            }
            taken.push(printer);
        }
        Ok(())
    }
}
