//! Lights, a beeper and buttons on any board's pins.

use std::collections::VecDeque;
use std::fmt::Debug;
use std::time::{Duration, Instant};

use hal::embedded_hal::digital::{InputPin, OutputPin, PinState};
use hal::{ButtonMoved, DeviceError, Indicator, IndicatorCapabilities, Light};

use crate::gpio::{Debouncer, Edges};

/// Lights, a beeper and buttons on pins: high is lit, sounding, pressed.
pub struct PinIndicator<O, I> {
    lights: Vec<(Light, O)>,
    beeper: Option<O>,
    buttons: Vec<PinButton<I>>,
    edges: Edges,
    /// Moves that were seen together and are told one after the other: at most one of each button.
    moved: VecDeque<ButtonMoved>,
    capabilities: IndicatorCapabilities,
}

/// A button on a pin.
pub struct PinButton<I> {
    name: String,
    pin: I,
    contact: Debouncer,
}

impl<I: InputPin> PinButton<I> {
    /// A button whose level counts when it has stood for `settle`.
    pub fn new(name: &str, pin: I, settle: Duration) -> PinButton<I> {
        PinButton { name: name.to_owned(), pin, contact: Debouncer::new(settle) }
    }

    fn look(&mut self, now: Instant) -> Result<Option<ButtonMoved>, DeviceError> {
        let down = self.pin.is_high().map_err(|error| failed("reading a button", &error))?;
        let first = self.contact.level().is_none();
        let moved = self.contact.see(down, now);
        // How it stood when the till was switched on is no move.
        Ok(moved.filter(|_| !first).map(|down| ButtonMoved { button: self.name.clone(), down }))
    }
}

impl<O: OutputPin, I: InputPin> PinIndicator<O, I> {
    /// What is there. `edges` tells that a button has moved.
    pub fn new(
        lights: Vec<(Light, O)>,
        beeper: Option<O>,
        buttons: Vec<PinButton<I>>,
        edges: Edges,
    ) -> PinIndicator<O, I> {
        let capabilities = IndicatorCapabilities {
            lights: lights.iter().map(|(light, _)| *light).collect(),
            beeps: beeper.is_some(),
            buttons: buttons.iter().map(|button| button.name.clone()).collect(),
        };
        PinIndicator { lights, beeper, buttons, edges, moved: VecDeque::new(), capabilities }
    }

    fn look(&mut self, now: Instant) -> Result<Option<ButtonMoved>, DeviceError> {
        if self.moved.is_empty() {
            for button in &mut self.buttons {
                self.moved.extend(button.look(now)?);
            }
        }
        Ok(self.moved.pop_front())
    }
}

impl<O: OutputPin, I: InputPin> Indicator for PinIndicator<O, I> {
    fn capabilities(&self) -> &IndicatorCapabilities {
        &self.capabilities
    }

    fn light(&mut self, light: Light, on: bool) -> Result<(), DeviceError> {
        let Some((_, pin)) = self.lights.iter_mut().find(|(known, _)| *known == light) else { return Ok(()) };
        pin.set_state(PinState::from(on)).map_err(|error| failed("switching a light", &error))
    }

    fn sound(&mut self, on: bool) -> Result<(), DeviceError> {
        let Some(pin) = &mut self.beeper else { return Ok(()) };
        pin.set_state(PinState::from(on)).map_err(|error| failed("switching the beeper", &error))
    }

    fn next(&mut self, wait: Duration) -> Result<Option<ButtonMoved>, DeviceError> {
        let now = Instant::now();
        let moved = self.look(now)?;
        if moved.is_some() {
            return Ok(moved);
        }
        let settles = self.buttons.iter().filter_map(|button| button.contact.settles_in(now)).min();
        self.edges.wait(settles.map_or(wait, |settles_in| settles_in.min(wait)))?;
        self.look(Instant::now())
    }
}

fn failed(step: &'static str, error: &impl Debug) -> DeviceError {
    DeviceError::Wire { step, cause: format!("{error:?}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpio::Bell;
    use embedded_hal_mock::eh1::MockError;
    use embedded_hal_mock::eh1::digital::{Mock as Pin, State, Transaction};

    fn set(states: &[State]) -> Pin {
        Pin::new(states.iter().map(|state| Transaction::set(*state)).collect::<Vec<_>>().iter())
    }

    #[test]
    fn lights_and_beeper_are_switched_one_by_one() {
        let (mut green, mut red) = (set(&[State::High, State::Low]), set(&[State::High]));
        let torn = Transaction::set(State::Low).with_error(MockError::Io(std::io::ErrorKind::NotConnected));
        let mut beeper = Pin::new(&[Transaction::set(State::High), torn]);
        let edges = Edges::of(&Bell::new().expect("a bell"));
        let lights = vec![(Light::Green, green.clone()), (Light::Red, red.clone())];
        let mut panel = PinIndicator::<_, Pin>::new(lights, Some(beeper.clone()), vec![], edges);
        let capabilities = panel.capabilities();
        assert_eq!((capabilities.lights.len(), capabilities.beeps, capabilities.buttons.len()), (2, true, 0));
        for (light, on) in [(Light::Green, true), (Light::Red, true), (Light::Yellow, true), (Light::Green, false)] {
            panel.light(light, on).expect("a light, or none");
        }
        panel.sound(true).expect("a beeper");
        let error = panel.sound(false).expect_err("a torn wire").to_string();
        assert!(error.contains("switching the beeper"), "{error}");
        [&mut green, &mut red, &mut beeper].into_iter().for_each(Pin::done);
    }

    #[test]
    fn buttons_tell_moves_in_turn_and_not_how_they_stood() {
        let looks =
            |states: &[State]| Pin::new(states.iter().map(|state| Transaction::get(*state)).collect::<Vec<_>>().iter());
        // Held down at start; then both move between two looks.
        let (mut help, mut pay) =
            (looks(&[State::High, State::High, State::Low]), looks(&[State::Low, State::Low, State::High]));
        let buttons = [("help", &help), ("pay", &pay)];
        let buttons = buttons.map(|(name, pin)| PinButton::new(name, pin.clone(), Duration::ZERO)).into();
        let mut panel = PinIndicator::<Pin, _>::new(vec![], None, buttons, Edges::of(&Bell::new().expect("a bell")));
        let mut next = || panel.next(Duration::ZERO).expect("buttons").map(|moved| (moved.button, moved.down));
        assert_eq!(next(), None);
        assert_eq!(next(), Some(("help".to_owned(), false)));
        assert_eq!(next(), Some(("pay".to_owned(), true)));
        [&mut help, &mut pay].into_iter().for_each(Pin::done);
    }
}
