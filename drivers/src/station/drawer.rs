//! The thread of a drawer on pins, and what is known of any drawer.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use hal::{DeviceClass, DeviceError, WAIT_MAX};

use super::{CommandError, Desk, DeviceEvent, EventSink, OPENS_WAITING_MAX, Station};
use crate::drawer::WatchedDrawer;
use crate::gpio::{Bell, Edges};
use crate::tally::Tally;

/// How long a drawer that was asked for may open late: its board or its printer may just be coming back.
pub(super) const OPEN_WITHIN: Duration = Duration::from_secs(1);
/// From one pulse to the next: a coil that is under current for more than a fifth of the time gets hot.
const COIL_RESTS: Duration = WAIT_MAX.saturating_mul(5);

/// The way to the thread of a drawer on pins. Cloneable; nothing here blocks.
#[derive(Clone, Debug)]
pub struct DrawerStation {
    look: Arc<DrawerLook>,
    bell: Bell,
}

impl DrawerStation {
    /// Opens the drawer. Asked for several times before it could be, it opens once.
    ///
    /// # Errors
    /// [`CommandError::Full`] when it was asked for [`OPENS_WAITING_MAX`] times without an answer;
    /// [`CommandError::Stopped`].
    pub fn open_drawer(&self) -> Result<(), CommandError> {
        self.look.ask()?;
        self.bell.ring();
        Ok(())
    }

    /// Whether the drawer stands open, as last told; `None` when nothing tells.
    pub fn drawer_open(&self) -> Option<bool> {
        self.look.open()
    }
}

impl Station {
    /// Runs a drawer on pins. `open` takes its pins; the bell that it is given ends the drawer's waits.
    ///
    /// # Errors
    /// When the system gives no thread or no bell.
    pub fn drawer(
        name: &str,
        open: impl Fn(&Arc<Tally>, &Bell) -> Result<Box<dyn WatchedDrawer>, DeviceError> + Send + 'static,
        sink: EventSink,
    ) -> std::io::Result<(Station, DrawerStation)> {
        let way = DrawerStation { look: Arc::new(DrawerLook::default()), bell: Bell::new()? };
        let owned = way.clone();
        let station = Station::run(DeviceClass::Drawer, name, sink, move |mut desk| {
            let keeper = Keeper { way: owned, asked_at: Cell::new(None), pulsed_at: Cell::new(None) };
            desk.keep(
                |tally| open(tally, &keeper.way.bell),
                |desk, drawer| keeper.serve(desk, drawer.as_mut()),
                |desk, wait| keeper.rest(desk, wait),
            );
        })?;
        Ok((station, way))
    }
}

struct Keeper {
    way: DrawerStation,
    /// When it was asked for what has not been done yet.
    asked_at: Cell<Option<Instant>>,
    pulsed_at: Cell<Option<Instant>>,
}

impl Keeper {
    fn serve(&self, desk: &mut Desk, drawer: &mut dyn WatchedDrawer) -> Result<(), DeviceError> {
        while !desk.stopped() {
            self.take_opens();
            let now = Instant::now();
            let rests = self.pulsed_at.get().map(|at| (at + COIL_RESTS).saturating_duration_since(now));
            let rests = rests.unwrap_or(Duration::ZERO);
            if self.asked_at.get().is_some() && rests.is_zero() {
                self.asked_at.set(None);
                self.pulsed_at.set(Some(now));
                self.open(desk, drawer)?;
            }
            // At rest the thread sleeps until the switch moves or the bell rings.
            let wait = if self.asked_at.get().is_some() { rests } else { WAIT_MAX };
            let watched = drawer.watch(wait.min(WAIT_MAX));
            self.tell(desk, watched.as_ref().ok().and_then(|()| drawer.is_open()));
            watched?;
        }
        Ok(())
    }

    fn open(&self, desk: &Desk, drawer: &mut dyn WatchedDrawer) -> Result<(), DeviceError> {
        let opened = drawer.open();
        match &opened {
            Ok(()) => desk.tally.done(),
            Err(why) => self.refuse(desk, why.clone()),
        }
        match opened {
            // It stays where it is.
            Ok(()) | Err(DeviceError::Refused(_)) => Ok(()),
            Err(error @ (DeviceError::Unplugged | DeviceError::Opening { .. } | DeviceError::Wire { .. })) => {
                Err(error)
            }
        }
    }

    fn tell(&self, desk: &Desk, open: Option<bool>) {
        let before = self.way.look.open();
        // Set before it is told, so that who hears of it and looks sees the same.
        self.way.look.set(open);
        if let Some(open) = open
            && before != Some(open)
        {
            desk.tell(DeviceEvent::Drawer { device: desk.name.clone(), open });
        }
    }

    /// Passes the time while the board is away.
    fn rest(&self, desk: &mut Desk, wait: Duration) {
        self.way.look.set(None);
        let until = Instant::now() + wait;
        let mut edges = Edges::of(&self.way.bell);
        while let Some(left) = until.checked_duration_since(Instant::now())
            && !desk.stopped()
        {
            self.take_opens();
            if self.asked_at.get().is_some_and(|at| at.elapsed() >= OPEN_WITHIN) {
                self.asked_at.set(None);
                self.refuse(desk, DeviceError::Unplugged);
            }
            if edges.wait(left).is_err() {
                std::thread::park_timeout(left);
            }
        }
    }

    fn take_opens(&self) {
        if self.way.look.asked.swap(0, Ordering::Relaxed) > 0 && self.asked_at.get().is_none() {
            self.asked_at.set(Some(Instant::now()));
        }
    }

    fn refuse(&self, desk: &Desk, why: DeviceError) {
        desk.tell(DeviceEvent::DrawerRefused { device: desk.name.clone(), why });
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.way.look.stopped.store(true, Ordering::Relaxed);
    }
}

/// A drawer: what is asked of it and what is known of it. It has a way of its own, so that no heap of receipts stands
/// before it.
#[derive(Debug, Default)]
pub(super) struct DrawerLook {
    /// Pulses asked for and not yet taken by the station.
    pub(super) asked: AtomicU32,
    /// Whether nobody takes them any more.
    pub(super) stopped: AtomicBool,
    /// Nothing known, shut, or open.
    level: AtomicU8,
}

impl DrawerLook {
    /// Asks for a pulse.
    pub(super) fn ask(&self) -> Result<(), CommandError> {
        if self.stopped.load(Ordering::Relaxed) {
            return Err(CommandError::Stopped);
        }
        // One step that never goes beyond the limit: the station may take the pulses at the same moment.
        let more = |asked| (asked < OPENS_WAITING_MAX).then_some(asked + 1);
        let asked = self.asked.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
        asked.map(drop).map_err(|_| CommandError::Full)
    }

    pub(super) fn set(&self, open: Option<bool>) {
        self.level.store(open.map_or(0, |open| 1 + u8::from(open)), Ordering::Relaxed);
    }

    pub(super) fn open(&self) -> Option<bool> {
        match self.level.load(Ordering::Relaxed) {
            0 => None,
            level => Some(level == 2),
        }
    }
}
