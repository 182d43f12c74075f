//! The thread that owns one device.
//!
//! A station connects its device, tells what happens to it as [`DeviceEvent`]s, and connects it again within two
//! seconds of its coming back. It stops when its [`Station`] is dropped. It never waits without a limit, and at rest it
//! sleeps in the kernel.

mod printer;
mod scanner;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use hal::{DeviceClass, DeviceError, Health, Interruption, JobId, PrinterStatus, Scan, Unreadable};

pub use printer::{CommandError, JOBS_QUEUED_MAX, OPENS_WAITING_MAX, PRINT_TRIES_MAX, PrinterStation};

/// Pause between two tries to connect a device.
const RECONNECT_AFTER: Duration = Duration::from_millis(500);
/// Pause before an event is offered again to a full queue.
const OFFER_AFTER: Duration = Duration::from_millis(2);
/// How long dropping a station waits for its thread; a write into a dead driver of the kernel is not waited for longer.
const STOP_MAX: Duration = Duration::from_secs(1);

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
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Station {
    /// Runs a thread named after its device.
    fn run(name: &str, sink: EventSink, work: impl FnOnce(Desk) + Send + 'static) -> std::io::Result<Station> {
        let stop = Arc::new(AtomicBool::new(false));
        let desk = Desk { name: name.into(), sink, stop: stop.clone() };
        let thread = thread::Builder::new().name(format!("device {name}")).spawn(move || work(desk))?;
        Ok(Station { stop, thread: Some(thread) })
    }
}

impl Station {
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
    sink: EventSink,
    stop: Arc<AtomicBool>,
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

    fn tell_health(&self, class: DeviceClass, last: &mut Option<Health>, health: Health) {
        if last.as_ref() != Some(&health) {
            *last = Some(health.clone());
            self.tell(DeviceEvent::State { device: self.name.clone(), class, health });
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
