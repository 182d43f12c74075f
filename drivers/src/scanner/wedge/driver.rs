//! A keyboard wedge behind the trait.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use hal::{DeviceError, Identity, Reading, Scanner, ScannerCapabilities, WAIT_MAX};

use super::codec::{WedgeCodec, WedgeRules};
use super::events::EVENT_BYTES;

/// Events taken from the device at once.
const READ_EVENTS: usize = 64;

/// Where a wedge's events come from.
pub trait KeySource: Send {
    /// Reads bytes of `struct input_event`, waiting at most `wait` for the first; 0 when nothing came.
    ///
    /// # Errors
    /// [`DeviceError::Unplugged`] when the device has gone.
    fn read(&mut self, into: &mut [u8], wait: Duration) -> Result<usize, DeviceError>;

    /// What the device says it is.
    fn identity(&mut self) -> Identity {
        Identity::default()
    }
}

/// A scanner that plays keyboard.
pub struct WedgeScanner<S> {
    source: S,
    codec: WedgeCodec,
    capabilities: ScannerCapabilities,
    gap_max: Duration,
    heard_at: Instant,
    /// At most as many as one read brings.
    readings: VecDeque<Reading>,
}

impl<S: KeySource> WedgeScanner<S> {
    /// A scanner whose codes also end when its keys rest for `gap_max`.
    pub fn new(source: S, rules: WedgeRules, gap_max: Duration) -> WedgeScanner<S> {
        let capabilities =
            ScannerCapabilities { names_symbology: rules.code.aim, scan_bytes_max: rules.code.scan_bytes_max };
        WedgeScanner {
            source,
            codec: WedgeCodec::new(rules),
            capabilities,
            gap_max,
            heard_at: Instant::now(),
            readings: VecDeque::new(),
        }
    }

    fn listen(&mut self, wait: Duration) -> Result<(), DeviceError> {
        let mut bytes = [0; READ_EVENTS * EVENT_BYTES];
        let gap_left = self.gap_max.saturating_sub(self.heard_at.elapsed());
        let wait = if self.codec.is_open() { wait.min(gap_left) } else { wait };
        let count = self.source.read(&mut bytes, wait)?;
        if count > 0 {
            self.heard_at = Instant::now();
            self.codec.feed(&bytes[..count], &mut self.readings);
        } else if self.codec.is_open() && self.heard_at.elapsed() >= self.gap_max {
            self.readings.extend(self.codec.idle());
        }
        assert!(self.readings.len() <= READ_EVENTS + 1);
        Ok(())
    }
}

impl<S: KeySource> Scanner for WedgeScanner<S> {
    fn capabilities(&self) -> &ScannerCapabilities {
        &self.capabilities
    }

    fn identity(&mut self) -> Identity {
        self.source.identity()
    }

    fn next(&mut self, wait: Duration) -> Result<Option<Reading>, DeviceError> {
        if self.readings.is_empty() {
            self.listen(wait.min(WAIT_MAX))?;
        }
        Ok(self.readings.pop_front())
    }
}
