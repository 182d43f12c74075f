//! Waiting for a short time, and for a very short one.

use std::thread;
use std::time::{Duration, Instant};

use hal::embedded_hal::delay::DelayNs;

/// Below this a sleep would take many times as long as asked for: the thread waits awake.
const AWAKE_BELOW: Duration = Duration::from_micros(100);

/// Waits at least as long as asked: asleep, or awake for less than 100 microseconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct BoardDelay;

impl BoardDelay {
    fn pass(time: Duration) {
        if time >= AWAKE_BELOW {
            return thread::sleep(time);
        }
        let start = Instant::now();
        while start.elapsed() < time {
            std::hint::spin_loop();
        }
    }
}

impl DelayNs for BoardDelay {
    fn delay_ns(&mut self, ns: u32) {
        BoardDelay::pass(Duration::from_nanos(ns.into()));
    }

    fn delay_us(&mut self, us: u32) {
        BoardDelay::pass(Duration::from_micros(us.into()));
    }

    fn delay_ms(&mut self, ms: u32) {
        BoardDelay::pass(Duration::from_millis(ms.into()));
    }
}
