//! What a device has done since the till was started, as numbers that only grow.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use hal::DeviceError;

use crate::transport::Transport;

/// Counters of one device. Its thread counts; anybody may read.
#[derive(Debug, Default)]
pub struct Tally {
    bytes_in: AtomicU64,
    bytes_out: AtomicU64,
    opens: AtomicU64,
    errors: AtomicU64,
    jobs: AtomicU64,
}

/// The counters at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Tallied {
    /// Bytes that it sent.
    pub bytes_in: u64,
    /// Bytes that it was sent.
    pub bytes_out: u64,
    /// Times that it was connected.
    pub opens: u64,
    /// Times that connecting it or talking with it failed; a device that is not plugged in is no error.
    pub errors: u64,
    /// What it did: codes read, papers printed, drawers opened, weights told, payments moved, lines shown.
    pub jobs: u64,
}

impl Tally {
    /// The counters as they stand.
    pub fn read(&self) -> Tallied {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Tallied {
            bytes_in: read(&self.bytes_in),
            bytes_out: read(&self.bytes_out),
            opens: read(&self.opens),
            errors: read(&self.errors),
            jobs: read(&self.jobs),
        }
    }

    /// It sent bytes.
    pub fn received(&self, bytes: usize) {
        add(&self.bytes_in, bytes as u64);
    }

    /// It was sent bytes.
    pub fn sent(&self, bytes: usize) {
        add(&self.bytes_out, bytes as u64);
    }

    /// It was connected.
    pub fn opened(&self) {
        add(&self.opens, 1);
    }

    /// It failed; one that is merely away did not.
    pub fn failed(&self, error: &DeviceError) {
        match error {
            DeviceError::Unplugged | DeviceError::Refused(_) => {}
            DeviceError::Opening { .. } | DeviceError::Wire { .. } => add(&self.errors, 1),
        }
    }

    /// It did what it is there for, once.
    pub fn done(&self) {
        add(&self.jobs, 1);
    }
}

fn add(counter: &AtomicU64, count: u64) {
    counter.fetch_add(count, Ordering::Relaxed);
}

/// A wire whose bytes are counted.
pub struct Counted {
    wire: Box<dyn Transport>,
    tally: Arc<Tally>,
}

impl Counted {
    /// Counts the bytes of a wire.
    pub fn new(wire: Box<dyn Transport>, tally: &Arc<Tally>) -> Counted {
        Counted { wire, tally: tally.clone() }
    }
}

impl Transport for Counted {
    fn read(&mut self, into: &mut [u8], wait: Duration) -> Result<usize, DeviceError> {
        let count = self.wire.read(into, wait)?;
        self.tally.received(count);
        Ok(count)
    }

    fn write(&mut self, bytes: &[u8], wait: Duration) -> Result<usize, DeviceError> {
        let count = self.wire.write(bytes, wait)?;
        self.tally.sent(count);
        Ok(count)
    }
}
