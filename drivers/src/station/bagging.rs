//! The thread of a bagging area's scale.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use hal::{DeviceClass, DeviceError, Scale, WAIT_MAX, Weighing};

use super::{CommandError, Desk, DeviceEvent, EventSink, Station};
use crate::tally::Tally;

/// How long a wish for zero waits until the area stands still.
const ZERO_WITHIN: Duration = Duration::from_secs(5);

/// The way to the thread of a bagging area's scale. Cloneable; nothing here blocks.
#[derive(Clone, Debug, Default)]
pub struct BaggingStation {
    zero: Arc<AtomicBool>,
    stopped: Arc<AtomicBool>,
}

impl BaggingStation {
    /// Takes what lies in the bagging area for nothing, as soon as it stands still; forgotten when it does not within five
    /// seconds.
    ///
    /// # Errors
    /// [`CommandError::Stopped`].
    pub fn zero(&self) -> Result<(), CommandError> {
        if self.stopped.load(Ordering::Relaxed) {
            return Err(CommandError::Stopped);
        }
        self.zero.store(true, Ordering::Relaxed);
        Ok(())
    }
}

impl Station {
    /// Runs a bagging area's scale. Weights that lie no further apart than `noise_milligrams` are one weight and told once.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn bagging(
        name: &str,
        noise_milligrams: i64,
        open: impl Fn(&Arc<Tally>) -> Result<Box<dyn Scale>, DeviceError> + Send + 'static,
        sink: EventSink,
    ) -> std::io::Result<(Station, BaggingStation)> {
        let way = BaggingStation::default();
        let owned = way.clone();
        let station = Station::run(DeviceClass::Bagging, name, sink, move |mut desk| {
            let feeler = Feeler { way: owned, noise_milligrams, zero_until: Cell::new(None) };
            let serve = |desk: &mut Desk, scale: &mut Box<dyn Scale>| feeler.serve(desk, scale.as_mut());
            desk.keep(open, serve, |_, wait| thread::park_timeout(wait));
        })?;
        Ok((station, way))
    }
}

struct Feeler {
    way: BaggingStation,
    noise_milligrams: i64,
    /// Until when zero is tried.
    zero_until: Cell<Option<Instant>>,
}

impl Feeler {
    fn serve(&self, desk: &mut Desk, scale: &mut dyn Scale) -> Result<(), DeviceError> {
        let mut told = None;
        while !desk.stopped() {
            let Some(weighing) = scale.next(WAIT_MAX)? else { continue };
            self.try_zero(scale)?;
            if told.is_none_or(|told| self.differs(told, weighing)) {
                told = Some(weighing);
                desk.tally.done();
                let for_trade = scale.capabilities().for_trade;
                desk.tell(DeviceEvent::Weighing { device: desk.name.clone(), for_trade, weighing });
            }
        }
        Ok(())
    }

    fn try_zero(&self, scale: &mut dyn Scale) -> Result<(), DeviceError> {
        let now = Instant::now();
        if self.way.zero.swap(false, Ordering::Relaxed) {
            self.zero_until.set(Some(now + ZERO_WITHIN));
        }
        let Some(until) = self.zero_until.get() else { return Ok(()) };
        match scale.zero() {
            Err(DeviceError::Refused(_)) if now < until => {}
            Ok(()) | Err(DeviceError::Refused(_)) => self.zero_until.set(None),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn differs(&self, told: Weighing, weighing: Weighing) -> bool {
        match (told, weighing) {
            (Weighing::Stable(told), Weighing::Stable(weight)) => {
                (weight.net_milligrams - told.net_milligrams).abs() > self.noise_milligrams
            }
            (told, weighing) => told != weighing,
        }
    }
}

impl Drop for Feeler {
    fn drop(&mut self) {
        self.way.stopped.store(true, Ordering::Relaxed);
    }
}
