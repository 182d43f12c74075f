//! A drawer whose lock hangs on a pin, through a transistor, and perhaps its switch on another.

use std::time::{Duration, Instant};

use hal::embedded_hal::delay::DelayNs;
use hal::embedded_hal::digital::{InputPin, OutputPin};
use hal::{DeviceError, Drawer, DrawerCapabilities, WAIT_MAX};

use super::Level;
use crate::gpio::{Debouncer, Edges};

/// A drawer whose switch is watched by who owns it.
pub trait WatchedDrawer: Drawer {
    /// Watches the switch until the drawer was opened or shut, the bell of its owner rang, or `wait` (at most [`WAIT_MAX`])
    /// is over. What the switch says is told by [`Drawer::is_open`].
    ///
    /// # Errors
    /// [`DeviceError::Unplugged`] when its board has gone; [`DeviceError::Wire`] when a pin could not be read.
    fn watch(&mut self, wait: Duration) -> Result<(), DeviceError>;
}

/// A drawer on any board's output pin: high is the pulse.
pub struct PinDrawer<P, D, S> {
    pin: P,
    delay: D,
    pulse: Duration,
    switch: Option<PinSwitch<S>>,
    edges: Edges,
    capabilities: DrawerCapabilities,
}

/// A drawer's switch on any board's input pin.
pub struct PinSwitch<S> {
    pin: S,
    open_when: Level,
    contact: Debouncer,
}

impl<S: InputPin> PinSwitch<S> {
    /// A switch that means open when it stands at this level for `settle`.
    pub fn new(pin: S, open_when: Level, settle: Duration) -> PinSwitch<S> {
        PinSwitch { pin, open_when, contact: Debouncer::new(settle) }
    }

    /// Looks; true when the drawer has come to be open or shut.
    fn look(&mut self, now: Instant) -> Result<bool, DeviceError> {
        let high = self
            .pin
            .is_high()
            .map_err(|error| DeviceError::Wire { step: "reading the drawer's switch", cause: format!("{error:?}") })?;
        Ok(self.contact.see(high == (self.open_when == Level::High), now).is_some())
    }
}

impl<P: OutputPin, D: DelayNs, S: InputPin> PinDrawer<P, D, S> {
    /// A drawer that opens at a pulse of `pulse`, cut to [`WAIT_MAX`]: a coil under current for longer burns. `edges` tells
    /// that its switch has moved.
    pub fn new(pin: P, delay: D, pulse: Duration, switch: Option<PinSwitch<S>>, edges: Edges) -> PinDrawer<P, D, S> {
        let capabilities = DrawerCapabilities { senses_open: switch.is_some() };
        PinDrawer { pin, delay, pulse: pulse.min(WAIT_MAX), switch, edges, capabilities }
    }
}

impl<P: OutputPin, D: DelayNs, S: InputPin> Drawer for PinDrawer<P, D, S> {
    fn capabilities(&self) -> &DrawerCapabilities {
        &self.capabilities
    }

    fn open(&mut self) -> Result<(), DeviceError> {
        let up = self.pin.set_high();
        if up.is_ok() {
            self.delay.delay_ms(self.pulse.as_millis().try_into().unwrap_or(u32::MAX));
        }
        // Low is set also when high failed: the coil must never stay under current.
        let down = self.pin.set_low();
        up.and(down)
            .map_err(|error| DeviceError::Wire { step: "pulsing the drawer's pin", cause: format!("{error:?}") })
    }

    fn is_open(&mut self) -> Option<bool> {
        self.switch.as_ref()?.contact.level()
    }
}

impl<P: OutputPin, D: DelayNs, S: InputPin> WatchedDrawer for PinDrawer<P, D, S> {
    fn watch(&mut self, wait: Duration) -> Result<(), DeviceError> {
        let Some(switch) = &mut self.switch else { return self.edges.wait(wait) };
        let now = Instant::now();
        if switch.look(now)? {
            return Ok(());
        }
        let pause = switch.contact.settles_in(now).map_or(wait, |settles_in| settles_in.min(wait));
        self.edges.wait(pause)?;
        switch.look(Instant::now()).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gpio::Bell;
    use embedded_hal_mock::eh1::MockError;
    use embedded_hal_mock::eh1::delay::{CheckedDelay, NoopDelay, Transaction as Wait};
    use embedded_hal_mock::eh1::digital::{Mock as Pin, State, Transaction};

    fn edges() -> Edges {
        Edges::of(&Bell::new().expect("a bell"))
    }

    #[test]
    fn the_coil_gets_one_bounded_pulse_and_is_always_released() {
        let (high, low) = (Transaction::set(State::High), Transaction::set(State::Low));
        let stuck = high.clone().with_error(MockError::Io(std::io::ErrorKind::BrokenPipe));
        let mut pin = Pin::new(&[high, low.clone(), stuck, low]);
        let mut clock = CheckedDelay::new(&[Wait::delay_ms(200)]);
        let minute = Duration::from_secs(60);
        let mut drawer = PinDrawer::<_, _, Pin>::new(pin.clone(), clock.clone(), minute, None, edges());
        assert_eq!(drawer.open(), Ok(()));
        assert!(matches!(drawer.open(), Err(DeviceError::Wire { step: "pulsing the drawer's pin", .. })));
        assert_eq!((drawer.is_open(), drawer.watch(Duration::ZERO)), (None, Ok(())));
        pin.done();
        clock.done();
    }

    #[test]
    fn the_switch_means_what_was_learned() {
        for (open_when, open, shut) in [(Level::High, State::High, State::Low), (Level::Low, State::Low, State::High)] {
            let torn = Transaction::get(open).with_error(MockError::Io(std::io::ErrorKind::NotConnected));
            // The first look counts at once; otherwise a watch looks before it sleeps and behind it.
            let seen = [shut, open, open, open, shut].map(Transaction::get);
            let mut switch = Pin::new(seen.iter().chain([&torn]));
            let mut coil = Pin::new(&[]);
            let contact = PinSwitch::new(switch.clone(), open_when, Duration::ZERO);
            let mut drawer =
                PinDrawer::new(coil.clone(), NoopDelay::new(), Duration::from_millis(100), Some(contact), edges());
            assert!(drawer.capabilities().senses_open);
            let mut told = Vec::new();
            for _ in 0..4 {
                drawer.watch(Duration::ZERO).expect("a switch that can be read");
                told.push(drawer.is_open());
            }
            assert_eq!(told, [Some(false), Some(true), Some(true), Some(false)]);
            assert!(matches!(drawer.watch(Duration::ZERO), Err(DeviceError::Wire { .. })));
            switch.done();
            coil.done();
        }
    }
}
