//! A bagging area's scale: the chip, and what its counts mean.

use std::time::Duration;

use domain::money::Money;
use hal::embedded_hal::delay::DelayNs;
use hal::embedded_hal::digital::{InputPin, OutputPin};
use hal::{DeviceError, Identity, Scale, ScaleCapabilities, WAIT_MAX, Weighing};

use super::{Calibration, Channel, Hx711, Sample, Weigher};

/// Pause between two looks while something moves: the chip has a reading about so often.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// Looks in a row without a reading after which the chip is not there: a few seconds.
const WAITING_MAX: u32 = 20;
/// Readings in a row that were none after which the wires are at fault.
const STUCK_MAX: u32 = 10;
/// How long a chip that has just been connected may take to its first reading: it settles in 400 ms.
const FIRST_WITHIN: Duration = Duration::from_millis(600);

/// An HX711 under a bagging area. Not for trade.
pub struct BaggingScale<C, D, W, T> {
    chip: Hx711<C, D, W, T>,
    weigher: Weigher,
    waiting: u32,
    stuck: u32,
    capabilities: ScaleCapabilities,
}

impl<C: OutputPin, D: InputPin, W: DelayNs, T: FnMut() -> Duration> BaggingScale<C, D, W, T> {
    /// Waits for the chip's first reading, so that wires without a chip are not taken for a scale. `time` is a clock that is
    /// never set.
    ///
    /// # Errors
    /// [`DeviceError::Unplugged`] when no reading comes; [`DeviceError::Wire`] when the wires are at fault.
    pub fn connect(
        clock: C,
        data: D,
        delay: W,
        time: T,
        channel: Channel,
        calibration: Calibration,
    ) -> Result<Self, DeviceError> {
        let mut chip = Hx711::new(clock, data, delay, time, channel)?;
        let looks = FIRST_WITHIN.as_millis() / LOOK_EVERY.as_millis();
        for _ in 0..looks {
            match chip.sample()? {
                Sample::Settling | Sample::Counts(_) => {
                    let capabilities =
                        ScaleCapabilities { for_trade: false, zeroes: true, tares: false, wants_price: false };
                    let weigher = Weigher::new(calibration);
                    return Ok(BaggingScale { chip, weigher, waiting: 0, stuck: 0, capabilities });
                }
                Sample::Stuck => return Err(stuck()),
                Sample::Waiting | Sample::Interrupted => chip.pause(LOOK_EVERY),
            }
        }
        Err(DeviceError::Unplugged)
    }

    /// The chip alone, for who looks at its counts.
    pub fn into_chip(self) -> Hx711<C, D, W, T> {
        self.chip
    }
}

impl<C: OutputPin, D: InputPin, W: DelayNs, T: FnMut() -> Duration> Scale for BaggingScale<C, D, W, T> {
    fn capabilities(&self) -> &ScaleCapabilities {
        &self.capabilities
    }

    fn identity(&mut self) -> Identity {
        Identity { model: Some("HX711".to_owned()), ..Identity::default() }
    }

    fn next(&mut self, wait: Duration) -> Result<Option<Weighing>, DeviceError> {
        let pause = if self.weigher.is_restless() { LOOK_EVERY } else { WAIT_MAX };
        self.chip.pause(pause.min(wait));
        let sample = self.chip.sample()?;
        self.waiting = if sample == Sample::Waiting { self.waiting + 1 } else { 0 };
        self.stuck = if sample == Sample::Stuck { self.stuck + 1 } else { 0 };
        if self.waiting > WAITING_MAX {
            return Err(DeviceError::Unplugged);
        }
        if self.stuck > STUCK_MAX {
            return Err(stuck());
        }
        Ok(match sample {
            Sample::Counts(counts) => self.weigher.take(counts),
            Sample::Interrupted => {
                self.weigher.forget();
                None
            }
            Sample::Waiting | Sample::Settling | Sample::Stuck => None,
        })
    }

    fn zero(&mut self) -> Result<(), DeviceError> {
        if self.weigher.zero() {
            Ok(())
        } else {
            Err(DeviceError::Refused("the bagging area moves: wait until it stands still, then set it to zero"))
        }
    }

    fn tare(&mut self, _take: bool) -> Result<(), DeviceError> {
        Err(DeviceError::Refused("a bagging area keeps no tare: set it to zero"))
    }

    fn set_price(&mut self, _price_per_kilogram: Option<Money>) -> Result<(), DeviceError> {
        Ok(())
    }
}

fn stuck() -> DeviceError {
    DeviceError::Wire {
        step: "reading the bagging scale",
        cause: "its data line does not move: check the two wires and the chip's power".to_owned(),
    }
}
