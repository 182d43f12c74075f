//! The thread of a printer: its spool, and the drawer that hangs on it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, TrySendError, sync_channel};
use std::time::{Duration, Instant};

use hal::{DeviceClass, DeviceError, Health, Interruption, Link, Mark, PrintJob, Printer, PrinterEvent, PrinterStatus};

use super::drawer::{DrawerLook, OPEN_WITHIN};
use super::newest::Newest;
use super::{Desk, DeviceEvent, EventSink, RECONNECT_AFTER, Station, health_of};
use crate::drawer::{Level, PrinterDrawerConfig};
use crate::registry::{Driver, PrinterConfig};

/// Jobs in a printer's spool, and as many on their way to it; a job more is refused to who prints.
pub const JOBS_QUEUED_MAX: usize = 64;
/// Times that a job is tried before the station gives it up.
pub const PRINT_TRIES_MAX: u32 = 5;
/// Drawer pulses that may be asked for before the station has taken them.
pub const OPENS_WAITING_MAX: u32 = 16;
/// How long a printer at rest is listened to before the next look at the commands.
const LISTEN_FOR: Duration = Duration::from_millis(40);

/// The way to a printer's thread. Cloneable; nothing here blocks.
#[derive(Clone, Debug)]
pub struct PrinterStation {
    jobs: SyncSender<PrintJob>,
    drawer: Arc<DrawerLook>,
    display: Arc<Newest<Vec<u8>>>,
}

/// Why a command was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// Too much waits already.
    #[error("too much waits for the device already: check its paper, its power and its cable")]
    Full,
    /// The station has stopped.
    #[error("the device is not in use by this till")]
    Stopped,
    /// The device file names no such device.
    #[error("no such device is set up on this till")]
    Absent,
}

impl Station {
    /// Runs a printer and the drawer that hangs on it.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn printer(
        config: &PrinterConfig,
        drawer: Option<&PrinterDrawerConfig>,
        sink: EventSink,
    ) -> std::io::Result<(Station, PrinterStation)> {
        let (jobs, orders) = sync_channel(JOBS_QUEUED_MAX);
        let look = Arc::new(DrawerLook::default());
        let (owned, drawer, looked) = (config.with_drawer(drawer), drawer.cloned(), look.clone());
        let display = Arc::new(Newest::default());
        let shown = display.clone();
        let station = Station::run(DeviceClass::Printer, config.name(), sink, move |desk| {
            let config = owned;
            let spool = VecDeque::new();
            Spooler { desk, config, drawer, orders, looked, shown, spool, opens: 0, opens_at: Instant::now() }.work();
        })?;
        Ok((station, PrinterStation { jobs, drawer: look, display }))
    }
}

impl PrinterStation {
    /// Queues a job behind those that wait. Its outcome comes as an event.
    ///
    /// # Errors
    /// [`CommandError::Full`] or [`CommandError::Stopped`].
    pub fn print(&self, job: PrintJob) -> Result<(), CommandError> {
        self.jobs.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => CommandError::Full,
            TrySendError::Disconnected(_) => CommandError::Stopped,
        })
    }

    /// Opens the drawer on this printer: before the jobs that wait, and however many do.
    ///
    /// # Errors
    /// [`CommandError::Full`] when it was asked for [`OPENS_WAITING_MAX`] times without an answer;
    /// [`CommandError::Stopped`].
    pub fn open_drawer(&self) -> Result<(), CommandError> {
        self.drawer.ask()
    }

    /// Whether the drawer stands open, as last told; `None` when nothing tells.
    pub fn drawer_open(&self) -> Option<bool> {
        self.drawer.open()
    }

    /// Sends the bytes of a display that hangs on the printer's wire, at the next seam; the newest alone.
    pub(super) fn send_aside(&self, bytes: Vec<u8>) {
        self.display.put(bytes);
    }
}

/// A job in the spool. The first one stays there until it is on paper or given up.
struct Waiting {
    job: PrintJob,
    tries: u32,
    /// Whether a part of it may be on paper.
    touched: bool,
}

struct Spooler {
    desk: Desk,
    config: PrinterConfig,
    drawer: Option<PrinterDrawerConfig>,
    orders: Receiver<PrintJob>,
    looked: Arc<DrawerLook>,
    /// What the display on its wire is to show.
    shown: Arc<Newest<Vec<u8>>>,
    spool: VecDeque<Waiting>,
    /// Drawer pulses asked for and not yet given.
    opens: u32,
    opens_at: Instant,
}

impl Spooler {
    fn work(mut self) {
        while !self.desk.stopped() {
            let error = match self.config.open(&self.desk.tally) {
                Ok(mut printer) => {
                    self.desk.tally.opened();
                    self.tell_health(Health::Ready);
                    let Err(error) = self.serve(printer.as_mut()) else { return };
                    self.lost(printer.as_ref());
                    error
                }
                Err(error) => error,
            };
            self.looked.set(None);
            self.desk.tally.failed(&error);
            self.tell_health(health_of(&error));
            self.wait_unplugged();
        }
    }

    /// Works with a connected printer; ends well only when the station is stopped.
    fn serve(&mut self, printer: &mut dyn Printer) -> Result<(), DeviceError> {
        self.shown.again();
        while !self.desk.stopped() {
            self.take_orders();
            if self.opens > 0 {
                self.open_drawer(printer);
            }
            if let Some(bytes) = self.shown.take()
                && printer.aside(&bytes).is_err()
            {
                self.shown.again();
            }
            let idle = printer.running().is_none();
            if let Some(waiting) = self.spool.front_mut()
                && idle
                && printer.status().can_print()
            {
                printer.begin(waiting.next_try())?;
            }
            if let Some(event) = printer.advance(LISTEN_FOR)? {
                self.pass_on(event);
            }
        }
        Ok(())
    }

    fn pass_on(&mut self, event: PrinterEvent) {
        let device = self.desk.name.clone();
        match event {
            PrinterEvent::Status(status) => {
                self.tell_status(status);
            }
            PrinterEvent::Done { job, confirmed, substituted } => {
                let done = self.spool.pop_front();
                self.desk.tally.done();
                assert_eq!(done.map(|waiting| waiting.job.id), Some(job.clone()), "a job done out of order");
                self.desk.tell(DeviceEvent::Printed { device, job, confirmed, substituted });
            }
            PrinterEvent::Interrupted { job: _, why, started } => self.interrupted(why, started),
        }
    }

    fn tell_status(&mut self, status: PrinterStatus) {
        let health = match status.link {
            Link::NoAnswer => Health::Fault(Interruption::NoAnswer.to_string()),
            Link::Unknown | Link::Online | Link::Offline => Health::Ready,
        };
        self.tell_health(health);
        self.desk.tell(DeviceEvent::PrinterStatus { device: self.desk.name.clone(), status });
        let Some(PrinterDrawerConfig { name, open_when: Some(level), .. }) = &self.drawer else { return };
        let open = status.drawer_pin_high.map(|high| high == (*level == Level::High));
        let before = self.looked.open();
        // Set before it is told, so that who hears of it and looks sees the same.
        self.looked.set(open);
        if let Some(open) = open
            && before != Some(open)
        {
            self.desk.tell(DeviceEvent::Drawer { device: name.as_str().into(), open });
        }
    }

    /// The first job of the spool stopped; it stays there unless it was tried often enough.
    fn interrupted(&mut self, why: Interruption, started: bool) {
        let Some(waiting) = self.spool.front_mut() else { return };
        waiting.touched |= started;
        let job = waiting.job.id.clone();
        let will_repeat = waiting.tries < PRINT_TRIES_MAX;
        if !will_repeat {
            self.spool.pop_front();
        }
        self.desk.tell(DeviceEvent::PrintInterrupted { device: self.desk.name.clone(), job, why, will_repeat });
    }

    /// The printer has gone, perhaps with a job under way.
    fn lost(&mut self, printer: &dyn Printer) {
        if let Some((_, started)) = printer.running() {
            self.interrupted(Interruption::Unplugged, started);
        }
    }

    fn take_orders(&mut self) {
        self.take_opens();
        while self.spool.len() < JOBS_QUEUED_MAX {
            match self.orders.try_recv() {
                Ok(job) => self.take(job),
                Err(TryRecvError::Empty | TryRecvError::Disconnected) => return,
            }
        }
    }

    fn take_opens(&mut self) {
        let asked = self.looked.asked.swap(0, Ordering::Relaxed);
        if asked == 0 {
            return;
        }
        // The first that waits sets the time: a hand that keeps asking gets its answer all the same.
        if self.opens == 0 {
            self.opens_at = Instant::now();
        }
        self.opens = self.opens.saturating_add(asked).min(OPENS_WAITING_MAX);
    }

    /// A job that waits already is the same paper; two of it would be one too many.
    fn take(&mut self, job: PrintJob) {
        if self.spool.iter().any(|waiting| waiting.job.id == job.id) {
            return;
        }
        self.spool.push_back(Waiting { job, tries: 0, touched: false });
    }

    fn open_drawer(&mut self, printer: &mut dyn Printer) {
        // Just after connecting nothing is known of the printer, and the pulse may go to a wire that nobody listens to.
        if printer.status().link == Link::Unknown && self.opens_at.elapsed() < OPEN_WITHIN {
            return;
        }
        for _ in 0..std::mem::take(&mut self.opens) {
            if let Err(why) = printer.open_drawer() {
                self.refuse_drawer(why);
            }
        }
    }

    fn refuse_drawer(&self, why: DeviceError) {
        let device = self.drawer.as_ref().map_or(self.desk.name.clone(), |drawer| drawer.name.as_str().into());
        self.desk.tell(DeviceEvent::DrawerRefused { device, why });
    }

    /// Waits for the next try to connect, taking orders meanwhile.
    fn wait_unplugged(&mut self) {
        let until = Instant::now() + RECONNECT_AFTER;
        while let Some(left) = until.checked_duration_since(Instant::now())
            && !self.desk.stopped()
        {
            self.take_opens();
            if self.spool.len() >= JOBS_QUEUED_MAX {
                std::thread::park_timeout(left.min(hal::WAIT_MAX));
                continue;
            }
            match self.orders.recv_timeout(left.min(hal::WAIT_MAX)) {
                Ok(job) => self.take(job),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => std::thread::park_timeout(left),
            }
        }
        if self.opens > 0 && self.opens_at.elapsed() >= OPEN_WITHIN {
            self.opens = 0;
            self.refuse_drawer(DeviceError::Unplugged);
        }
    }

    fn tell_health(&mut self, health: Health) {
        self.desk.tell_health(health);
    }
}

impl Drop for Spooler {
    fn drop(&mut self) {
        self.looked.stopped.store(true, Ordering::Relaxed);
    }
}

impl Waiting {
    fn next_try(&mut self) -> PrintJob {
        self.tries += 1;
        let mut job = self.job.clone();
        if self.touched && job.mark == Mark::First {
            job.mark = Mark::Reprint(String::new());
        }
        job
    }
}
