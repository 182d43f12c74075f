//! The thread that owns one device.
//!
//! A station connects its device, tells what happens to it as [`DeviceEvent`]s, and connects it again within two
//! seconds of its coming back. It stops when its [`Station`] is dropped. It never waits without a limit, and at rest it
//! sleeps in the kernel.

mod bagging;
mod display;
mod drawer;
mod indicator;
mod newest;
mod payment;
mod printer;
mod scale;
mod scanner;
mod speaker;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use hal::{
    ButtonMoved, DeviceClass, DeviceError, Health, Interruption, JobId, PaymentReply, PrinterStatus, Scan, Unreadable,
    Weighing,
};

use crate::tally::Tally;

pub use bagging::BaggingStation;
pub use display::DisplayStation;
pub use drawer::DrawerStation;
pub use indicator::IndicatorStation;
pub use payment::{PaymentAsk, PaymentStation, REQUESTS_WAITING_MAX};
pub use printer::{CommandError, JOBS_QUEUED_MAX, OPENS_WAITING_MAX, PRINT_TRIES_MAX, PrinterStation};
pub use scale::{SCALE_ORDERS_MAX, ScaleError, ScaleStation};
pub use speaker::{SpeakerStation, TUNES_WAITING_MAX};

/// Pause between two tries to connect a device.
const RECONNECT_AFTER: Duration = Duration::from_millis(500);
/// Pause before an event is offered again to a full queue.
const OFFER_AFTER: Duration = Duration::from_millis(2);
/// How long dropping a station waits for its thread; a write into a dead driver of the kernel is not waited for longer.
const STOP_MAX: Duration = Duration::from_secs(1);

const BROKEN: &str =
    "the device's driver broke down: switch the till off and on; if it comes again, tell who set it up";

/// What happens at a device. `device` is its name in the device file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeviceEvent {
    /// A device came, went, or broke. Each device tells once soon after start, then at each change.
    State {
        /// Which device.
        device: Arc<str>,
        /// What it is.
        class: DeviceClass,
        /// How it is.
        health: Health,
    },
    /// A code was scanned.
    Scan {
        /// By which scanner.
        device: Arc<str>,
        /// The code.
        scan: Scan,
    },
    /// A scanner sent what is no code.
    Unreadable {
        /// Which scanner.
        device: Arc<str>,
        /// Why it is none.
        why: Unreadable,
    },
    /// A printer's paper, cover, faults or connection changed.
    PrinterStatus {
        /// Which printer.
        device: Arc<str>,
        /// How it is.
        status: PrinterStatus,
    },
    /// A job is on paper.
    Printed {
        /// On which printer.
        device: Arc<str>,
        /// Which job.
        job: JobId,
        /// Whether the printer itself confirmed it.
        confirmed: bool,
        /// Characters and codes for which the printer had none and something else stands on the paper.
        substituted: u32,
    },
    /// A job stopped before its end.
    PrintInterrupted {
        /// On which printer.
        device: Arc<str>,
        /// Which job.
        job: JobId,
        /// What stopped it.
        why: Interruption,
        /// Whether the station prints it again, whole and marked, when the printer can; otherwise it has given the job up.
        will_repeat: bool,
    },
    /// A drawer was opened or closed, as its switch tells.
    Drawer {
        /// Which drawer.
        device: Arc<str>,
        /// Whether it stands open.
        open: bool,
    },
    /// What a scale says has changed.
    Weighing {
        /// Which scale.
        device: Arc<str>,
        /// Whether goods may be sold by it, or it only feels what lies in a bagging area.
        for_trade: bool,
        /// What it says.
        weighing: Weighing,
    },
    /// A button beside the screen moved.
    Button {
        /// Of which indicator.
        device: Arc<str>,
        /// Which, and where to.
        moved: ButtonMoved,
    },
    /// A payment port says something.
    Payment {
        /// Which port.
        device: Arc<str>,
        /// What it says.
        reply: PaymentReply,
    },
    /// A scale did not do what it was ordered.
    ScaleRefused {
        /// Which scale.
        device: Arc<str>,
        /// Why, and what to do.
        why: DeviceError,
    },
    /// A drawer could not be opened.
    DrawerRefused {
        /// Which drawer.
        device: Arc<str>,
        /// Why, and what to do.
        why: DeviceError,
    },
}

/// Where a station puts its events: takes one, or gives it back when it is full or closed; never blocks.
#[derive(Clone)]
pub struct EventSink(Arc<Offer>);

type Offer = dyn Fn(DeviceEvent) -> Result<(), TrySendError<DeviceEvent>> + Send + Sync;

impl EventSink {
    /// A sink that turns events into something else on their way.
    pub fn new(
        offer: impl Fn(DeviceEvent) -> Result<(), TrySendError<DeviceEvent>> + Send + Sync + 'static,
    ) -> EventSink {
        EventSink(Arc::new(offer))
    }
}

impl From<SyncSender<DeviceEvent>> for EventSink {
    fn from(sender: SyncSender<DeviceEvent>) -> EventSink {
        EventSink::new(move |event| sender.try_send(event))
    }
}

/// A running station; dropping it stops its thread and lets go of its device.
#[derive(Debug)]
pub struct Station {
    name: Arc<str>,
    class: DeviceClass,
    stop: Arc<AtomicBool>,
    tally: Arc<Tally>,
    thread: Option<JoinHandle<()>>,
}

impl Station {
    /// Runs a thread named after its device.
    fn run(
        class: DeviceClass,
        name: &str,
        sink: EventSink,
        work: impl FnOnce(Desk) + Send + 'static,
    ) -> std::io::Result<Station> {
        let (stop, tally) = (Arc::new(AtomicBool::new(false)), Arc::new(Tally::default()));
        let name: Arc<str> = name.into();
        let desk = Desk { name: name.clone(), class, sink, stop: stop.clone(), tally: tally.clone(), health: None };
        let thread = thread::Builder::new().name(format!("device {name}")).spawn(move || work(desk))?;
        Ok(Station { name, class, stop, tally, thread: Some(thread) })
    }

    /// What its device is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What its device is.
    pub fn class(&self) -> DeviceClass {
        self.class
    }

    /// What its device has done.
    pub fn tally(&self) -> &Arc<Tally> {
        &self.tally
    }

    /// Asks the thread to stop, without waiting for it.
    pub fn ask_to_stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = &self.thread {
            thread.thread().unpark();
        }
    }
}

impl Drop for Station {
    fn drop(&mut self) {
        self.ask_to_stop();
        let Some(thread) = self.thread.take() else { return };
        let until = Instant::now() + STOP_MAX;
        while !thread.is_finished() && Instant::now() < until {
            thread::sleep(OFFER_AFTER);
        }
        if thread.is_finished() && thread.join().is_err() {
            tracing::error!("a device's thread had panicked");
        }
    }
}

/// What the thread of a station works with.
struct Desk {
    name: Arc<str>,
    class: DeviceClass,
    sink: EventSink,
    stop: Arc<AtomicBool>,
    tally: Arc<Tally>,
    /// What was told last.
    health: Option<Health>,
}

impl Desk {
    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Puts an event into the sink, waiting while it is full: a scan is never dropped because the till is busy.
    fn tell(&self, event: DeviceEvent) {
        let mut event = event;
        while !self.stopped() {
            match (self.sink.0)(event) {
                Ok(()) => return,
                Err(TrySendError::Full(back)) => event = back,
                Err(TrySendError::Disconnected(_)) => return self.stop.store(true, Ordering::Relaxed),
            }
            thread::park_timeout(OFFER_AFTER);
        }
    }

    /// Keeps a device connected: connects it, lets `serve` work with it until it is gone, and connects it again. `serve`
    /// ends well only when the station is stopped; `rest` passes the time while the device is away.
    fn keep<D>(
        &mut self,
        open: impl Fn(&Arc<Tally>) -> Result<D, DeviceError>,
        mut serve: impl FnMut(&mut Desk, &mut D) -> Result<(), DeviceError>,
        mut rest: impl FnMut(&mut Desk, Duration),
    ) {
        while !self.stopped() {
            let error = match open(&self.tally) {
                Ok(mut device) => {
                    self.tally.opened();
                    self.tell_health(Health::Ready);
                    match serve(self, &mut device) {
                        Ok(()) => return,
                        Err(error) => error,
                    }
                }
                Err(error) => error,
            };
            self.tally.failed(&error);
            self.tell_health(health_of(&error));
            rest(self, RECONNECT_AFTER);
        }
    }

    fn tell_health(&mut self, health: Health) {
        if self.health.as_ref() != Some(&health) {
            self.health = Some(health.clone());
            self.tell(DeviceEvent::State { device: self.name.clone(), class: self.class, health });
        }
    }
}

impl Drop for Desk {
    /// A driver that panics takes its own thread along and nothing else; the till must not go on to call the device ready.
    fn drop(&mut self) {
        if thread::panicking() {
            self.tell_health(Health::Fault(BROKEN.to_owned()));
        }
    }
}

fn health_of(error: &DeviceError) -> Health {
    match error {
        DeviceError::Unplugged => Health::Unplugged,
        DeviceError::Opening { .. } => Health::Fault(format!(
            "{error}: close other programs that use the device, or check the device file and permissions"
        )),
        DeviceError::Wire { .. } | DeviceError::Refused(_) => Health::Fault(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::sync_channel;

    #[test]
    fn a_driver_that_panics_is_told_as_a_fault() {
        let (sender, events) = sync_channel(4);
        let station = Station::run(DeviceClass::Display, "pole", sender.into(), |mut desk| {
            let serve = |_: &mut Desk, _: &mut ()| panic!("a driver's own fault");
            desk.keep(|_| Ok(()), serve, |_, wait| thread::park_timeout(wait));
        });
        let _station = station.expect("a thread");
        let states: Vec<Health> = events
            .iter()
            .take(2)
            .filter_map(|event| match event {
                DeviceEvent::State { health, .. } => Some(health),
                _ => None,
            })
            .collect();
        assert_eq!(states, [Health::Ready, Health::Fault(BROKEN.to_owned())]);
    }
}
