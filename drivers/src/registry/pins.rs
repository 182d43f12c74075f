//! Drivers of devices on pins, and who holds which pin.

use std::collections::HashSet;

use hal::{DeviceError, Indicator, Scale};

use super::{ConfigError, DeviceConfig, DrawerConfig, drivers, refuse};
use crate::bagging::{Calibration, Hx711Config};
use crate::gpio::{Backend, Bell, LineConfig};
use crate::indicator::GpioIndicatorConfig;

drivers! {
    /// Drivers of lights, beeper and buttons.
    IndicatorConfig opens Box<dyn Indicator> {
        /// On pins.
        "gpio" => Gpio(GpioIndicatorConfig),
    }
}

impl IndicatorConfig {
    /// Connects it; `bell` ends its waits.
    ///
    /// # Errors
    /// As [`super::Driver::open`].
    pub fn open_with(&self, bell: &Bell) -> Result<Box<dyn Indicator>, DeviceError> {
        let IndicatorConfig::Gpio(config) = self;
        config.open_with(bell)
    }
}

drivers! {
    /// Drivers of a bagging area's scale.
    BaggingConfig opens Box<dyn Scale> {
        /// An HX711 on two pins.
        "hx711" => Hx711(Hx711Config),
    }
}

impl BaggingConfig {
    /// What its counts mean.
    pub fn calibration(&self) -> Calibration {
        let BaggingConfig::Hx711(config) = self;
        config.calibration()
    }
}

impl DeviceConfig {
    /// Refuses two uses of one pin. A chip that goes by two paths, or a line by number and by name, is not seen through: the
    /// kernel gives a line to one only.
    pub(super) fn check_pins(&self) -> Result<(), ConfigError> {
        let mut held = HashSet::new();
        for (name, backend, line) in self.pins() {
            if !held.insert((backend == Backend::Rppal, line.to_string())) {
                return refuse(name, format!("{line} is used already, by this device or by another"));
            }
        }
        Ok(())
    }

    fn pins(&self) -> Vec<(&str, Backend, &LineConfig)> {
        let mut pins = Vec::new();
        for drawer in &self.drawer {
            if let DrawerConfig::Gpio(drawer) = drawer {
                pins.extend(drawer.lines().map(|line| (drawer.name.as_str(), drawer.backend, line)));
            }
        }
        for IndicatorConfig::Gpio(panel) in &self.indicator {
            pins.extend(panel.lines().map(|line| (panel.name.as_str(), panel.backend, line)));
        }
        for BaggingConfig::Hx711(scale) in &self.bagging {
            pins.extend(scale.lines().map(|line| (scale.name.as_str(), scale.backend, line)));
        }
        pins
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_on_pins_are_set_up_in_words() {
        let text = r#"
            [[drawer]]
            driver = "gpio"
            coil = { line = 17 }
            switch = { line = "DRAWER-SWITCH", bias = "pull-up" }
            open_when = "high"

            [[indicator]]
            driver = "gpio"
            backend = "rppal"
            green = { line = 5 }
            red = { line = 6, active_low = true }
            beeper = { line = 12 }
            buttons = { help = { line = 22, active_low = true, bias = "pull-up" } }

            [[bagging]]
            driver = "hx711"
            clock = { chip = "/dev/gpiochip1", line = 3 }
            data = { chip = "/dev/gpiochip1", line = 4 }
            offset = -8123
            counts_per_kilogram = 210340
        "#;
        let config = DeviceConfig::from_toml(text).expect("a right device file");
        assert_eq!(config.pins().len(), 8);
        let check = |from: &str, to: &str, words: &str| {
            assert!(text.contains(from), "{from}");
            let error = DeviceConfig::from_toml(&text.replace(from, to)).expect_err(to).to_string();
            assert!(error.contains(words), "{error}");
        };
        check("line = 17", "line = 1.5", "a line's number, or its name");
        check("line = 17", "line = -1", "begins at 0");
        check("line = 17", "line = 5000", "0 to 1023");
        check("line = 17 }", "line = 17, level = 1 }", "level");
        check("coil = { line = 17 }", "coil = { line = 17 }\npulse_ms = 2000", "drawer: pulse_ms must be 10 to 200");
        check("switch = { line = \"DRAWER-SWITCH\", bias = \"pull-up\" }", "", "name its switch");
        check("green = { line = 5 }", "green = { line = \"GPIO5\" }", "BCM numbers alone");
        check("green = { line = 5 }", "green = { line = 60 }", "0 to 53");
        check("green = { line = 5 }", "green = { line = 6 }", "lights: line 6");
        check("line = 3 }", "line = 4 }", "bagging: line 4 of /dev/gpiochip1 is used already");
        check("210340", "0", "must not be 0");
        check("210340", "210340\nsamples = 3", "samples must be 5 to 25");
        check("offset = -8123", "", "offset");
    }
}
