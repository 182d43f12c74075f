//! A drawer whose lock hangs on a pin, through a transistor.

use std::time::Duration;

use hal::embedded_hal::delay::DelayNs;
use hal::embedded_hal::digital::OutputPin;
use hal::{DeviceError, Drawer, DrawerCapabilities, WAIT_MAX};

/// A drawer on any board's output pin: high is the pulse.
pub struct PinDrawer<P, D> {
    pin: P,
    delay: D,
    pulse: Duration,
    capabilities: DrawerCapabilities,
}

impl<P: OutputPin, D: DelayNs> PinDrawer<P, D> {
    /// A drawer that opens at a pulse of `pulse`, cut to [`WAIT_MAX`]: a coil under current for longer burns.
    pub fn new(pin: P, delay: D, pulse: Duration) -> PinDrawer<P, D> {
        PinDrawer { pin, delay, pulse: pulse.min(WAIT_MAX), capabilities: DrawerCapabilities { senses_open: false } }
    }
}

impl<P: OutputPin, D: DelayNs> Drawer for PinDrawer<P, D> {
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
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hal::embedded_hal::digital::{ErrorKind, ErrorType};
    use std::cell::RefCell;

    thread_local! {
        static WIRE: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    }

    fn wire(what: impl ToString) {
        WIRE.with_borrow_mut(|wire| wire.push(what.to_string()));
    }

    struct Pin {
        stuck: bool,
    }

    impl ErrorType for Pin {
        type Error = ErrorKind;
    }

    impl OutputPin for Pin {
        fn set_low(&mut self) -> Result<(), ErrorKind> {
            wire("low");
            Ok(())
        }
        fn set_high(&mut self) -> Result<(), ErrorKind> {
            wire("high");
            if self.stuck { Err(ErrorKind::Other) } else { Ok(()) }
        }
    }

    struct Clock;

    impl DelayNs for Clock {
        fn delay_ns(&mut self, ns: u32) {
            wire(format!("{ns} ns"));
        }
        fn delay_ms(&mut self, ms: u32) {
            wire(format!("{ms} ms"));
        }
    }

    #[test]
    fn the_coil_gets_one_bounded_pulse_and_is_always_released() {
        let mut drawer = PinDrawer::new(Pin { stuck: false }, Clock, Duration::from_secs(60));
        drawer.open().expect("a pulse");
        assert!(PinDrawer::new(Pin { stuck: true }, Clock, Duration::from_millis(50)).open().is_err());
        assert_eq!(WIRE.take(), ["high", "200 ms", "low", "high", "low"]);
    }
}
