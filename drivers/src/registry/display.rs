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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_scale_or_display_is_refused_in_words() {
        let check = |text: &str, words: &str| {
            let error = DeviceConfig::from_toml(text).expect_err(text).to_string();
            assert!(error.contains(words), "{error}");
        };
        let scale = |lines: &str| format!("[[scale]]\npath = \"x\"\n{lines}");
        check(&scale("driver = \"toledo\""), "toledo-8217");
        check(&scale("driver = \"toledo-8217\"\nunit = \"st\""), "`lb`");
        check(&scale("driver = \"cas\"\nunit = \"kg\""), "failed setting up scale: unit cannot be set");
        check(&scale("driver = \"equals\"\nstable_after = 1"), "stable_after must be 2 to 50");
        check(&scale("driver = \"frame\"\nframe.length = 8\nframe.digits = { at = 1, count = 7 }"), "start or end");
        check(
            &scale("driver = \"cas\"\n[[scanner]]\ndriver = \"serial\"\npath = \"x\""),
            "another device is on x already",
        );
        let display = |lines: &str| format!("[[display]]\ndriver = \"cd5220\"\n{lines}");
        check(&display(""), "either path");
        check(&display("path = \"x\"\nprinter = \"receipt\""), "either path");
        check(&display("path = \"x\"\ncolumns = 8"), "columns must be 16 to 40");
        check(&display("printer = \"receipt\""), "its printer receipt is not in the device file");
        let printer = "[[printer]]\nname = \"receipt\"\ndriver = \"escpos\"\npath = \"y\"\nwidth_mm = 58\n";
        let two = format!(
            "{printer}{}\n{}",
            display("printer = \"receipt\""),
            display("name = \"b\"\nprinter = \"receipt\"")
        );
        check(&two, "has another display already");
    }
}
