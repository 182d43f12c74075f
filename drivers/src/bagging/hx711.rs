//! The two wires of an HX711 (Avia Semiconductor, datasheet, "Serial Interface").
//!
//! The chip pulls its data line low when a reading is ready. 24 pulses of the clock bring the reading, highest bit
//! first; 1 to 3 pulses more let the data line go and choose input and gain of the next reading. A clock that stays
//! high for more than 60 microseconds switches the chip off; low again, it starts anew.

use std::fmt::Debug;
use std::time::Duration;

use hal::DeviceError;
use hal::embedded_hal::delay::DelayNs;
use hal::embedded_hal::digital::{InputPin, OutputPin};
use serde::Deserialize;

use super::counts_of;

/// A pulse that may have lasted longer than this is taken for one that switched the chip off, which takes 60 microseconds.
const PULSE_MAX: Duration = Duration::from_micros(50);
/// Half a pulse: at least 0.2 microseconds.
const HALF_PULSE_US: u32 = 1;
/// From a start, or another gain, until readings hold: 400 milliseconds at 10 readings per second.
const SETTLES_IN: Duration = Duration::from_millis(400);
const BITS: u32 = 24;

/// Input and gain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// Input A, gain 128: ±20 mV at 5 V, the usual load cell.
    #[default]
    A128,
    /// Input B, gain 32.
    B32,
    /// Input A, gain 64: ±40 mV.
    A64,
}

impl Channel {
    /// Pulses of a reading: 24 and those that choose this for the next one.
    pub fn pulses(self) -> u32 {
        match self {
            Channel::A128 => 25,
            Channel::B32 => 26,
            Channel::A64 => 27,
        }
    }
}

/// What a look at the chip brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sample {
    /// No reading is ready.
    Waiting,
    /// One was ready and does not hold yet: the chip has just started.
    Settling,
    /// A reading.
    Counts(i32),
    /// The thread lost the processor in a pulse, and the chip may have switched itself off: no reading.
    Interrupted,
    /// The data line was not let go behind the reading: it is torn or shorted, and the reading is none.
    Stuck,
}

/// An HX711 on any board's pins.
pub struct Hx711<C, D, W, T> {
    clock: C,
    data: D,
    delay: W,
    /// Time since any moment that stays the same.
    time: T,
    channel: Channel,
    /// When readings hold; `None` before the channel was chosen.
    settled_at: Option<Duration>,
}

impl<C: OutputPin, D: InputPin, W: DelayNs, T: FnMut() -> Duration> Hx711<C, D, W, T> {
    /// A chip of which nothing is known. `time` is a clock that is never set.
    ///
    /// # Errors
    /// [`DeviceError::Wire`] when the clock line cannot be switched.
    pub fn new(clock: C, data: D, delay: W, time: T, channel: Channel) -> Result<Self, DeviceError> {
        let mut chip = Hx711 { clock, data, delay, time, channel, settled_at: None };
        chip.clock.set_low().map_err(|error| failed(&error))?;
        Ok(chip)
    }

    /// Looks whether a reading is ready and takes it. Takes well below a millisecond.
    ///
    /// # Errors
    /// [`DeviceError::Wire`] when a pin failed.
    pub fn sample(&mut self) -> Result<Sample, DeviceError> {
        if self.data_is_high()? {
            return Ok(Sample::Waiting);
        }
        let mut bits = 0;
        for pulse in 0..self.channel.pulses() {
            let Some(bit) = self.pulse()? else {
                self.settled_at = None;
                return Ok(Sample::Interrupted);
            };
            if pulse < BITS {
                bits = bits << 1 | u32::from(bit);
            }
        }
        if !self.data_is_high()? {
            return Ok(Sample::Stuck);
        }
        let now = (self.time)();
        // The first reading was taken with what the chip starts with; its pulses have chosen ours.
        let settled_at = *self.settled_at.get_or_insert(now + SETTLES_IN);
        Ok(if now < settled_at { Sample::Settling } else { Sample::Counts(counts_of(bits)) })
    }

    /// Waits, for who looks again and again.
    pub fn pause(&mut self, pause: Duration) {
        self.delay.delay_ms(pause.as_millis().try_into().unwrap_or(u32::MAX));
    }

    /// Gives a pulse and looks at the data behind it; `None` when it lasted too long.
    fn pulse(&mut self) -> Result<Option<bool>, DeviceError> {
        let before = (self.time)();
        let up = self.clock.set_high();
        if up.is_ok() {
            self.delay.delay_us(HALF_PULSE_US);
        }
        // Low also when high failed: high switches the chip off.
        let down = self.clock.set_low();
        let lasted = (self.time)().saturating_sub(before);
        up.and(down).map_err(|error| failed(&error))?;
        if lasted > PULSE_MAX {
            return Ok(None);
        }
        self.delay.delay_us(HALF_PULSE_US);
        self.data_is_high().map(Some)
    }

    fn data_is_high(&mut self) -> Result<bool, DeviceError> {
        self.data.is_high().map_err(|error| failed(&error))
    }
}

fn failed(error: &impl Debug) -> DeviceError {
    DeviceError::Wire { step: "reading the bagging scale's pins", cause: format!("{error:?}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use embedded_hal_mock::eh1::MockError;
    use embedded_hal_mock::eh1::delay::NoopDelay;
    use embedded_hal_mock::eh1::digital::{Mock as Pin, State, Transaction};
    use std::cell::Cell;
    use std::rc::Rc;

    fn level(high: bool) -> Transaction {
        Transaction::get(if high { State::High } else { State::Low })
    }

    /// What the data line does in a reading: ready, its bits, high behind each further pulse and at the last look.
    fn reading(bits: u32, channel: Channel) -> Vec<Transaction> {
        let shown = (0..24).rev().map(|bit| level(bits >> bit & 1 == 1));
        let let_go = (0..channel.pulses() - 24 + 1).map(|_| level(true));
        std::iter::once(level(false)).chain(shown).chain(let_go).collect()
    }

    fn pulses(count: u32) -> Vec<Transaction> {
        let pulse = [Transaction::set(State::High), Transaction::set(State::Low)];
        (0..count).flat_map(|_| pulse.clone()).collect()
    }

    #[test]
    fn a_reading_takes_the_pulses_of_its_channel_and_is_two_s_complement() {
        let words = [(0x00_0001, 1), (0xFF_FFFE, -2), (0x12_3456, 0x12_3456), (0x80_0000, -8_388_608)];
        for (channel, count) in [(Channel::A128, 25), (Channel::B32, 26), (Channel::A64, 27)] {
            let mut wire = vec![level(true)];
            [words[0]].iter().chain(&words).for_each(|(bits, _)| wire.extend(reading(*bits, channel)));
            let mut clock = Pin::new([vec![Transaction::set(State::Low)], pulses(5 * count)].concat().iter());
            let (mut data, now) = (Pin::new(wire.iter()), Rc::new(Cell::new(Duration::ZERO)));
            let time = now.clone();
            let mut chip =
                Hx711::new(clock.clone(), data.clone(), NoopDelay::new(), move || time.get(), channel).expect("a chip");
            assert_eq!(chip.sample(), Ok(Sample::Waiting));
            // With the gain that it started with, and before its filter has settled.
            assert_eq!(chip.sample(), Ok(Sample::Settling));
            now.set(Duration::from_millis(400));
            for (_, counts) in words {
                assert_eq!(chip.sample(), Ok(Sample::Counts(counts)));
            }
            clock.done();
            data.done();
        }
    }

    #[test]
    fn a_pulse_that_may_have_switched_the_chip_off_is_no_reading() {
        // The third pulse lasts 61 microseconds; behind it the chip starts anew.
        let mut wire = reading(0x00_0007, Channel::A128);
        wire.extend(level_list(&[false, false, false]));
        wire.extend(reading(0x00_0009, Channel::A128));
        wire.extend(reading(0x00_000B, Channel::A128));
        let mut clock = Pin::new([vec![Transaction::set(State::Low)], pulses(25 + 3 + 25 + 25)].concat().iter());
        let mut data = Pin::new(wire.iter());
        let (now, jump) = (Rc::new(Cell::new(Duration::ZERO)), Rc::new(Cell::new(u32::MAX)));
        let (clocked, jumps) = (now.clone(), jump.clone());
        let time = move || {
            // Asked twice in each pulse: the jump falls between its two ends.
            let left = jumps.get();
            jumps.set(left.wrapping_sub(1));
            if left == 0 {
                clocked.set(clocked.get() + Duration::from_micros(61));
            }
            clocked.get()
        };
        let mut chip = Hx711::new(clock.clone(), data.clone(), NoopDelay::new(), time, Channel::A128).expect("a chip");
        assert_eq!(chip.sample(), Ok(Sample::Settling));
        now.set(Duration::from_secs(1));
        jump.set(5);
        assert_eq!(chip.sample(), Ok(Sample::Interrupted));
        assert_eq!(chip.sample(), Ok(Sample::Settling));
        now.set(Duration::from_secs(2));
        assert_eq!(chip.sample(), Ok(Sample::Counts(11)));
        clock.done();
        data.done();
    }

    fn level_list(levels: &[bool]) -> Vec<Transaction> {
        levels.iter().map(|high| level(*high)).collect()
    }

    #[test]
    fn a_data_line_that_is_not_let_go_or_fails_is_no_reading() {
        let torn = level(false).with_error(MockError::Io(std::io::ErrorKind::NotConnected));
        let mut data = Pin::new(level_list(&[false; 27]).iter().chain([&torn]));
        let mut clock = Pin::new([vec![Transaction::set(State::Low)], pulses(25)].concat().iter());
        let chip = Hx711::new(clock.clone(), data.clone(), NoopDelay::new(), || Duration::ZERO, Channel::A128);
        let mut chip = chip.expect("a chip");
        assert_eq!(chip.sample(), Ok(Sample::Stuck));
        assert!(matches!(chip.sample(), Err(DeviceError::Wire { .. })));
        clock.done();
        data.done();
    }
}
