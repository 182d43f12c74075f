//! The thread of lights, beeper and buttons.

use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use hal::{DeviceClass, DeviceError, Indicator, WAIT_MAX};

use super::{CommandError, Desk, DeviceEvent, EventSink, Station};
use crate::gpio::{Bell, Edges};
use crate::indicator::{Face, IndicatorOrder, Pattern, Show};
use crate::tally::Tally;

/// The way to the thread of lights and beeper. Cloneable; nothing here blocks for longer than it takes to write an order
/// down.
#[derive(Clone, Debug)]
pub struct IndicatorStation {
    orders: Arc<Orders>,
    bell: Bell,
}

/// What is ordered and not yet taken: the newest for each light, and for the beeper.
#[derive(Debug, Default)]
struct Orders {
    waiting: Mutex<Waiting>,
    stopped: AtomicBool,
}

#[derive(Debug, Default)]
struct Waiting {
    lamps: [Option<Pattern>; 3],
    beeps: Option<u8>,
}

impl IndicatorStation {
    /// Orders lights or the beeper. What is ordered while the board is away is shown when it comes back.
    ///
    /// # Errors
    /// [`CommandError::Stopped`].
    pub fn order(&self, order: IndicatorOrder) -> Result<(), CommandError> {
        if self.orders.stopped.load(Ordering::Relaxed) {
            return Err(CommandError::Stopped);
        }
        self.orders.waiting().put(order);
        self.bell.ring();
        Ok(())
    }
}

impl Station {
    /// Runs lights, a beeper and buttons. `open` takes their pins; the bell that it is given ends their waits.
    ///
    /// # Errors
    /// When the system gives no thread or no bell.
    pub fn indicator(
        name: &str,
        open: impl Fn(&Arc<Tally>, &Bell) -> Result<Box<dyn Indicator>, DeviceError> + Send + 'static,
        sink: EventSink,
    ) -> std::io::Result<(Station, IndicatorStation)> {
        let way = IndicatorStation { orders: Arc::new(Orders::default()), bell: Bell::new()? };
        let owned = way.clone();
        let station = Station::run(DeviceClass::Indicator, name, sink, move |mut desk| {
            let player = Player { way: owned, show: RefCell::new(Show::new(Instant::now())) };
            desk.keep(
                |tally| open(tally, &player.way.bell),
                |desk, indicator| player.serve(desk, indicator.as_mut()),
                |desk, wait| player.rest(desk, wait),
            );
        })?;
        Ok((station, way))
    }
}

struct Player {
    way: IndicatorStation,
    show: RefCell<Show>,
}

impl Player {
    fn serve(&self, desk: &mut Desk, indicator: &mut dyn Indicator) -> Result<(), DeviceError> {
        // Whatever a board shows when it comes, it is switched.
        let mut shown = None;
        while !desk.stopped() {
            self.take_orders(desk);
            let now = Instant::now();
            let face = self.show.borrow().at(now);
            if shown != Some(face) {
                switch(indicator, shown, face)?;
                shown = Some(face);
            }
            let stays_for = self.show.borrow().stays_for(now).unwrap_or(WAIT_MAX);
            if let Some(moved) = indicator.next(stays_for.min(WAIT_MAX))? {
                if moved.down {
                    desk.tally.done();
                }
                desk.tell(DeviceEvent::Button { device: desk.name.clone(), moved });
            }
        }
        // Nobody stands behind a light of a till that is switched off.
        switch(indicator, shown, Face::default())
    }

    fn take_orders(&self, desk: &Desk) {
        let waiting = std::mem::take(&mut *self.way.orders.waiting());
        let (mut show, now) = (self.show.borrow_mut(), Instant::now());
        for (light, pattern) in Face::LIGHTS.into_iter().zip(waiting.lamps) {
            if let Some(pattern) = pattern {
                show.order(IndicatorOrder::Lamp { light, pattern }, now);
                desk.tally.done();
            }
        }
        if let Some(times) = waiting.beeps {
            show.order(IndicatorOrder::Beep { times }, now);
            desk.tally.done();
        }
    }

    /// Passes the time while the board is away.
    fn rest(&self, desk: &mut Desk, wait: Duration) {
        let until = Instant::now() + wait;
        let mut edges = Edges::of(&self.way.bell);
        while let Some(left) = until.checked_duration_since(Instant::now())
            && !desk.stopped()
        {
            if edges.wait(left).is_err() {
                std::thread::park_timeout(left);
            }
        }
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        self.way.orders.stopped.store(true, Ordering::Relaxed);
    }
}

/// Switches what differs.
fn switch(indicator: &mut dyn Indicator, before: Option<Face>, face: Face) -> Result<(), DeviceError> {
    for (at, light) in Face::LIGHTS.into_iter().enumerate() {
        if before.is_none_or(|before| before.lit[at] != face.lit[at]) {
            indicator.light(light, face.lit[at])?;
        }
    }
    if before.is_none_or(|before| before.sounds != face.sounds) {
        indicator.sound(face.sounds)?;
    }
    Ok(())
}

impl Orders {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn put(&mut self, order: IndicatorOrder) {
        match order {
            IndicatorOrder::Lamp { light, pattern } => {
                for (known, slot) in Face::LIGHTS.into_iter().zip(&mut self.lamps) {
                    if known == light {
                        *slot = Some(pattern);
                    }
                }
            }
            IndicatorOrder::Beep { times } => self.beeps = Some(times),
        }
    }
}
