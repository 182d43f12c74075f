//! A load cell with an HX711 that answers its clock bit by bit.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use drivers::bagging::{BaggingScale, Calibration, Channel};
use drivers::gpio::BoardDelay;
use hal::embedded_hal::digital::{ErrorType, InputPin, OutputPin};
use hal::{DeviceError, Scale};

use super::Gone;

/// A clock that is high for longer switches the chip off.
const SWITCHES_OFF: Duration = Duration::from_micros(60);
/// The chip is quicker here than the ten readings per second of a real one, so that nobody waits.
const READING_EVERY: Duration = Duration::from_millis(20);
/// Empty, it shows so many counts.
const EMPTY: i32 = -8_123;
/// And so many more for each gram.
const PER_GRAM: i32 = 210;

/// A load cell and its chip. Cloneable: all clones are the same.
#[derive(Clone, Debug)]
pub struct VirtualCell(Arc<Mutex<Works>>);

#[derive(Debug)]
struct Works {
    grams: i32,
    channel: Channel,
    /// Readings that will be beyond all sense.
    outliers: u32,
    /// Pulses that the thread of the driver will be held up in.
    held_up: u32,
    /// Whether the data line is torn and hangs low.
    stuck: bool,
    gone: bool,
    high_since: Option<Instant>,
    /// Pulses since the reading was ready.
    pulses: u32,
    shown: u32,
    ready_at: Instant,
    switched_off: u32,
}

impl VirtualCell {
    /// An empty one.
    pub fn new() -> VirtualCell {
        VirtualCell(Arc::new(Mutex::new(Works {
            grams: 0,
            channel: Channel::A128,
            outliers: 0,
            held_up: 0,
            stuck: false,
            gone: false,
            high_since: None,
            pulses: 0,
            shown: 0,
            ready_at: Instant::now(),
            switched_off: 0,
        })))
    }

    /// What its counts mean.
    pub fn calibration() -> Calibration {
        Calibration {
            offset: EMPTY,
            counts_per_kilogram: PER_GRAM * 1_000,
            capacity_grams: 20_000,
            noise_grams: 5,
            samples: 5,
        }
    }

    /// What a driver opens.
    ///
    /// # Errors
    /// [`DeviceError::Unplugged`] while it is away; [`DeviceError::Wire`] while its data line is torn.
    pub fn connect(&self) -> Result<Box<dyn Scale>, DeviceError> {
        let start = Instant::now();
        let (clock, data) = (Clock(self.clone()), Data(self.clone()));
        let time = move || start.elapsed();
        let scale = BaggingScale::connect(clock, data, BoardDelay, time, Channel::A128, VirtualCell::calibration())?;
        Ok(Box::new(scale))
    }

    /// Puts so much on it, instead of what lay there.
    pub fn put(&self, grams: i32) {
        self.works().grams = grams;
    }

    /// The next readings are beyond all sense.
    pub fn disturb(&self, readings: u32) {
        self.works().outliers = readings;
    }

    /// The driver's thread loses the processor in the next pulses, so that the chip switches itself off.
    pub fn hold_up(&self, pulses: u32) {
        self.works().held_up = pulses;
    }

    /// Tears the data line, or mends it.
    pub fn set_stuck(&self, stuck: bool) {
        self.works().stuck = stuck;
    }

    /// Pulls it off the board, or puts it back.
    pub fn set_gone(&self, gone: bool) {
        self.works().gone = gone;
    }

    /// Times that it has switched itself off.
    pub fn switched_off(&self) -> u32 {
        self.works().switched_off
    }

    fn works(&self) -> MutexGuard<'_, Works> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for VirtualCell {
    fn default() -> VirtualCell {
        VirtualCell::new()
    }
}

impl Works {
    fn start_anew(&mut self) {
        self.pulses = 0;
        self.channel = Channel::A128;
        self.ready_at = Instant::now() + READING_EVERY;
    }

    /// A conversion has come to its end.
    fn convert(&mut self) {
        let reads_on = self.pulses > 0 && self.pulses < Channel::A128.pulses();
        if reads_on || Instant::now() < self.ready_at {
            return;
        }
        if self.pulses > 0 {
            self.channel = match self.pulses {
                25 => Channel::A128,
                26 => Channel::B32,
                _ => Channel::A64,
            };
        }
        self.pulses = 0;
        let gain = match self.channel {
            Channel::A128 => 1,
            Channel::A64 => 2,
            Channel::B32 => 4,
        };
        let mut counts = (EMPTY + self.grams * PER_GRAM) / gain;
        if self.outliers > 0 {
            self.outliers -= 1;
            counts = [0x7F_FFFF, -0x80_0000, 3_000_000][self.outliers as usize % 3];
        }
        self.shown = counts as u32 & 0xFF_FFFF;
    }

    fn data_is_high(&mut self) -> bool {
        if self.gone {
            // Nothing pulls the line down.
            return true;
        }
        if self.stuck {
            return false;
        }
        self.convert();
        match self.pulses {
            0 => Instant::now() < self.ready_at,
            pulse @ 1..=24 => self.shown >> (24 - pulse) & 1 == 1,
            _ => true,
        }
    }
}

struct Clock(VirtualCell);

impl ErrorType for Clock {
    type Error = Gone;
}

impl OutputPin for Clock {
    fn set_high(&mut self) -> Result<(), Gone> {
        let held_up = {
            let mut works = self.0.works();
            if works.high_since.is_none() {
                works.high_since = Some(Instant::now());
                works.pulses += 1;
                if works.pulses == 25 {
                    works.ready_at = Instant::now() + READING_EVERY;
                }
            }
            let held_up = works.held_up > 0;
            works.held_up -= u32::from(held_up);
            held_up
        };
        if held_up {
            thread::sleep(2 * SWITCHES_OFF);
        }
        Ok(())
    }

    fn set_low(&mut self) -> Result<(), Gone> {
        let mut works = self.0.works();
        if let Some(since) = works.high_since.take()
            && since.elapsed() > SWITCHES_OFF
        {
            works.switched_off += 1;
            works.start_anew();
        }
        Ok(())
    }
}

struct Data(VirtualCell);

impl ErrorType for Data {
    type Error = Gone;
}

impl InputPin for Data {
    fn is_high(&mut self) -> Result<bool, Gone> {
        Ok(self.0.works().data_is_high())
    }

    fn is_low(&mut self) -> Result<bool, Gone> {
        self.is_high().map(|high| !high)
    }
}
