//! The thread of a scale.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use domain::money::Money;
use hal::{DeviceClass, DeviceError, Health, Scale, WAIT_MAX, Weighing};

use super::{Desk, DeviceEvent, EventSink, Station};
use crate::registry::{Driver, ScaleConfig};

/// Orders that wait for one scale.
pub const SCALE_ORDERS_MAX: usize = 8;
/// Pause between two looks while somebody needs a weight, and at rest.
const LOOK_WANTED: Duration = Duration::from_millis(140);
const LOOK_REST: Duration = Duration::from_millis(500);
/// A scale that has said nothing that can be read for so long is told as a fault.
const SILENCE_MAX: Duration = Duration::from_secs(3);

const SILENT: &str = "the scale does not answer: check its power, its cable, and its protocol against the device file";

/// The way to a scale's thread. Cloneable; nothing here blocks.
#[derive(Clone, Debug)]
pub struct ScaleStation {
    orders: SyncSender<ScaleOrder>,
    look: Arc<Look>,
    thread: Option<Thread>,
}

/// Why an order was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScaleError {
    /// Too much waits already.
    #[error("the scale takes no orders: check its power and its cable")]
    Full,
    /// The station has stopped.
    #[error("the scale is not in use by this till")]
    Stopped,
    /// The device file names none.
    #[error("no scale is set up on this till")]
    Absent,
}

/// What a scale is told to do.
#[derive(Clone, Copy, Debug)]
enum ScaleOrder {
    Zero,
    Tare(bool),
    Price(Option<Money>),
}

/// How often a scale is looked at.
#[derive(Debug, Default)]
struct Look {
    wanted: AtomicBool,
    /// The next weighing is told even if it is the same as before.
    anew: AtomicBool,
}

impl Station {
    /// Runs a scale.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn scale(config: &ScaleConfig, sink: EventSink) -> std::io::Result<(Station, ScaleStation)> {
        let (orders, queue) = sync_channel(SCALE_ORDERS_MAX);
        let look = Arc::new(Look::default());
        let (owned, looked) = (config.clone(), look.clone());
        let station = Station::run(DeviceClass::Scale, config.name(), sink, move |mut desk| {
            let serve = |desk: &mut Desk, scale: &mut Box<dyn Scale>| {
                let heard_at = Instant::now();
                Watch { desk, queue: &queue, look: &looked, heard_at, unreadable: false, told: None }
                    .work(scale.as_mut())
            };
            let rest = |desk: &mut Desk, wait: Duration| {
                // Who asks for zero means the empty scale of this moment, not the one that is plugged in later.
                for _ in queue.try_iter().take(SCALE_ORDERS_MAX) {
                    let (device, why) = (desk.name.clone(), DeviceError::Unplugged);
                    desk.tell(DeviceEvent::ScaleRefused { device, why });
                }
                thread::park_timeout(wait);
            };
            desk.keep(|tally| owned.open(tally), serve, rest);
        })?;
        let thread = station.thread.as_ref().map(|thread| thread.thread().clone());
        Ok((station, ScaleStation { orders, look, thread }))
    }
}

impl ScaleStation {
    /// Says whether somebody waits for a weight: the scale is then looked at about seven times a second instead of twice.
    /// What it says first is told anew, even if nothing has changed since.
    pub fn want_weight(&self, wanted: bool) {
        let before = self.look.wanted.swap(wanted, Ordering::Relaxed);
        if wanted && !before {
            self.look.anew.store(true, Ordering::Relaxed);
            self.wake();
        }
    }

    /// Sets the empty scale to zero.
    ///
    /// # Errors
    /// [`ScaleError::Full`] or [`ScaleError::Stopped`]. What the scale itself refuses is told as
    /// [`DeviceEvent::ScaleRefused`].
    pub fn zero(&self) -> Result<(), ScaleError> {
        self.order(ScaleOrder::Zero)
    }

    /// Takes what lies on it for packaging, or forgets that.
    ///
    /// # Errors
    /// As [`ScaleStation::zero`].
    pub fn tare(&self, take: bool) -> Result<(), ScaleError> {
        self.order(ScaleOrder::Tare(take))
    }

    /// Tells it what a kilogram costs.
    ///
    /// # Errors
    /// As [`ScaleStation::zero`].
    pub fn set_price(&self, price_per_kilogram: Option<Money>) -> Result<(), ScaleError> {
        self.order(ScaleOrder::Price(price_per_kilogram))
    }

    fn order(&self, order: ScaleOrder) -> Result<(), ScaleError> {
        self.orders.try_send(order).map_err(|error| match error {
            TrySendError::Full(_) => ScaleError::Full,
            TrySendError::Disconnected(_) => ScaleError::Stopped,
        })?;
        self.wake();
        Ok(())
    }

    fn wake(&self) {
        self.thread.iter().for_each(Thread::unpark);
    }
}

/// What the thread knows of a connected scale.
struct Watch<'a> {
    desk: &'a mut Desk,
    queue: &'a Receiver<ScaleOrder>,
    look: &'a Look,
    /// When it last said something that could be read.
    heard_at: Instant,
    /// Whether it said something that could not, since.
    unreadable: bool,
    /// What was told last.
    told: Option<Weighing>,
}

impl Watch<'_> {
    fn work(mut self, scale: &mut dyn Scale) -> Result<(), DeviceError> {
        while !self.desk.stopped() {
            self.take_orders(scale)?;
            match scale.next(WAIT_MAX) {
                Ok(Some(Weighing::Unreadable)) => {
                    self.unreadable = true;
                    self.miss();
                    self.rest();
                }
                Ok(Some(weighing)) => {
                    self.hear(weighing, scale.capabilities().for_trade);
                    self.rest();
                }
                // It has waited long enough within the call.
                Ok(None) => self.miss(),
                Err(DeviceError::Refused(words)) => {
                    self.desk.tell_health(Health::Fault(words.to_owned()));
                    self.told = None;
                    self.heard_at = Instant::now();
                    self.rest();
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn hear(&mut self, weighing: Weighing, for_trade: bool) {
        (self.heard_at, self.unreadable) = (Instant::now(), false);
        self.desk.tell_health(match weighing {
            Weighing::Fault | Weighing::OutsideZero | Weighing::Unreadable => Health::Fault(weighing.to_string()),
            Weighing::Stable(_) | Weighing::Moving | Weighing::Unmoved | Weighing::Overload | Weighing::BelowZero => {
                Health::Ready
            }
        });
        let anew = self.look.anew.swap(false, Ordering::Relaxed);
        if self.told == Some(weighing) && !anew {
            return;
        }
        self.told = Some(weighing);
        self.desk.tally.done();
        let device = self.desk.name.clone();
        self.desk.tell(DeviceEvent::Weighing { device, for_trade, weighing });
    }

    /// Nothing that could be read was heard.
    fn miss(&mut self) {
        if self.heard_at.elapsed() < SILENCE_MAX {
            return;
        }
        let words = if self.unreadable { Weighing::Unreadable.to_string() } else { SILENT.to_owned() };
        if self.desk.health != Some(Health::Fault(words.clone())) {
            self.desk.tally.failed(&DeviceError::Wire { step: "listening to the scale", cause: words.clone() });
        }
        self.desk.tell_health(Health::Fault(words));
        self.told = None;
    }

    fn rest(&self) {
        let wanted = self.look.wanted.load(Ordering::Relaxed);
        thread::park_timeout(if wanted { LOOK_WANTED } else { LOOK_REST });
    }

    fn take_orders(&mut self, scale: &mut dyn Scale) -> Result<(), DeviceError> {
        for order in self.queue.try_iter().take(SCALE_ORDERS_MAX) {
            let done = match order {
                ScaleOrder::Zero => scale.zero(),
                ScaleOrder::Tare(take) => scale.tare(take),
                ScaleOrder::Price(price) => scale.set_price(price),
            };
            match done {
                Ok(()) => {}
                Err(why @ DeviceError::Refused(_)) => {
                    self.desk.tell(DeviceEvent::ScaleRefused { device: self.desk.name.clone(), why });
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}
