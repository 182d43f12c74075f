//! A kiosk's pole: three lights, a beeper, and buttons that bounce.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use drivers::gpio::{Bell, Edges};
use drivers::indicator::{PinButton, PinIndicator};
use hal::embedded_hal::digital::{ErrorType, InputPin, OutputPin};
use hal::{DeviceError, Indicator, Light};

use super::Gone;

/// How long a button's level must stand before it counts.
const SETTLE: Duration = Duration::from_millis(5);

/// Lights, a beeper and buttons. Cloneable: all clones are the same.
#[derive(Clone, Debug, Default)]
pub struct VirtualPanel(Arc<Mutex<Works>>);

#[derive(Debug, Default)]
struct Works {
    /// Lit lights, and how often each was lit.
    lights: BTreeMap<Light, (bool, u32)>,
    sounds: bool,
    beeps: u32,
    buttons: BTreeMap<&'static str, Button>,
    gone: bool,
    bell: Option<Bell>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Button {
    down: bool,
    /// Looks that still find it bouncing.
    bounces: u32,
}

impl VirtualPanel {
    /// A dark pole with these buttons.
    pub fn with_buttons(names: &[&'static str]) -> VirtualPanel {
        let buttons = names.iter().map(|name| (*name, Button::default())).collect();
        VirtualPanel(Arc::new(Mutex::new(Works { buttons, ..Works::default() })))
    }

    /// What a driver opens.
    ///
    /// # Errors
    /// [`DeviceError::Unplugged`] while its board is away.
    pub fn connect(&self, bell: &Bell) -> Result<Box<dyn Indicator>, DeviceError> {
        let mut works = self.works();
        if works.gone {
            return Err(DeviceError::Unplugged);
        }
        works.bell = Some(bell.clone());
        let lights = [Light::Green, Light::Yellow, Light::Red];
        let lights = lights.map(|light| (light, Output { panel: self.clone(), lit: Some(light) })).into();
        let beeper = Output { panel: self.clone(), lit: None };
        let button = |name: &&'static str| PinButton::new(name, Input { panel: self.clone(), name }, SETTLE);
        let buttons = works.buttons.keys().map(button).collect();
        Ok(Box::new(PinIndicator::new(lights, Some(beeper), buttons, Edges::of(bell))))
    }

    /// Presses a button or lets it go; its contact bounces for so many looks.
    pub fn press(&self, name: &str, down: bool, bounces: u32) {
        let mut works = self.works();
        if let Some(button) = works.buttons.get_mut(name) {
            *button = Button { down, bounces };
        }
        works.ring();
    }

    /// Takes its board away: all is dark.
    pub fn unplug(&self) {
        let mut works = self.works();
        works.gone = true;
        works.sounds = false;
        works.lights.values_mut().for_each(|light| light.0 = false);
        works.ring();
    }

    /// Puts its board back.
    pub fn replug(&self) {
        self.works().gone = false;
    }

    /// Whether a light is lit, and how often it has been.
    pub fn light(&self, light: Light) -> (bool, u32) {
        self.works().lights.get(&light).copied().unwrap_or_default()
    }

    /// Whether it beeps, and how often it has.
    pub fn beeps(&self) -> (bool, u32) {
        let works = self.works();
        (works.sounds, works.beeps)
    }

    fn works(&self) -> MutexGuard<'_, Works> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Works {
    fn ring(&self) {
        if let Some(bell) = &self.bell {
            bell.ring();
        }
    }
}

/// A light, or the beeper.
struct Output {
    panel: VirtualPanel,
    lit: Option<Light>,
}

impl Output {
    fn set(&self, on: bool) -> Result<(), Gone> {
        let mut works = self.panel.works();
        if works.gone {
            return Err(Gone);
        }
        match self.lit {
            Some(light) => {
                let shown = works.lights.entry(light).or_default();
                shown.1 += u32::from(on && !shown.0);
                shown.0 = on;
            }
            None => {
                works.beeps += u32::from(on && !works.sounds);
                works.sounds = on;
            }
        }
        Ok(())
    }
}

impl ErrorType for Output {
    type Error = Gone;
}

impl OutputPin for Output {
    fn set_high(&mut self) -> Result<(), Gone> {
        self.set(true)
    }

    fn set_low(&mut self) -> Result<(), Gone> {
        self.set(false)
    }
}

struct Input {
    panel: VirtualPanel,
    name: &'static str,
}

impl ErrorType for Input {
    type Error = Gone;
}

impl InputPin for Input {
    fn is_high(&mut self) -> Result<bool, Gone> {
        let mut works = self.panel.works();
        if works.gone {
            return Err(Gone);
        }
        let Some(button) = works.buttons.get_mut(self.name) else { return Ok(false) };
        let bouncing = button.bounces % 2 == 1;
        let down = button.down != bouncing;
        if button.bounces > 0 {
            button.bounces -= 1;
            works.ring();
        }
        Ok(down)
    }

    fn is_low(&mut self) -> Result<bool, Gone> {
        self.is_high().map(|high| !high)
    }
}
