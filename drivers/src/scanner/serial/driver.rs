//! A serial scanner behind the trait.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use hal::{DeviceError, Reading, Scanner, ScannerCapabilities, WAIT_MAX};

use super::codec::{Framing, ScanCodec};
use crate::transport::Transport;

/// Bytes taken from the wire at once.
const READ_BYTES: usize = 512;

/// A scanner on a wire.
pub struct SerialScanner<T> {
    transport: T,
    codec: ScanCodec,
    capabilities: ScannerCapabilities,
    gap_max: Duration,
    heard_at: Instant,
    /// At most as many as one read brings.
    readings: VecDeque<Reading>,
}

impl<T: Transport> SerialScanner<T> {
    /// A scanner whose codes also end when the line is silent for `gap_max`.
    pub fn new(transport: T, framing: Framing, gap_max: Duration) -> SerialScanner<T> {
        let capabilities =
            ScannerCapabilities { names_symbology: framing.rules.aim, scan_bytes_max: framing.rules.scan_bytes_max };
        SerialScanner {
            transport,
            codec: ScanCodec::new(framing),
            capabilities,
            gap_max,
            heard_at: Instant::now(),
            readings: VecDeque::new(),
        }
    }

    fn listen(&mut self, wait: Duration) -> Result<(), DeviceError> {
        let mut bytes = [0; READ_BYTES];
        let gap_left = self.gap_max.saturating_sub(self.heard_at.elapsed());
        let wait = if self.codec.is_open() { wait.min(gap_left) } else { wait };
        let count = self.transport.read(&mut bytes, wait)?;
        if count > 0 {
            self.heard_at = Instant::now();
            self.codec.feed(&bytes[..count], &mut self.readings);
        } else if self.codec.is_open() && self.heard_at.elapsed() >= self.gap_max {
            self.readings.extend(self.codec.idle());
        }
        assert!(self.readings.len() <= READ_BYTES);
        Ok(())
    }
}

impl<T: Transport> Scanner for SerialScanner<T> {
    fn capabilities(&self) -> &ScannerCapabilities {
        &self.capabilities
    }

    fn next(&mut self, wait: Duration) -> Result<Option<Reading>, DeviceError> {
        if self.readings.is_empty() {
            self.listen(wait.min(WAIT_MAX))?;
        }
        Ok(self.readings.pop_front())
    }
}
