//! A HID point-of-sale scanner behind the trait.

use std::time::{Duration, Instant};

use hal::{DeviceError, Identity, Reading, Scanner, ScannerCapabilities, WAIT_MAX};

use super::codec::{HidCodec, ScanLayout};
use crate::scanner::CodeRules;

/// Longest pause between two reports of one code. A scanner sends them as fast as it is asked, every few milliseconds.
const CONTINUED_WITHIN: Duration = Duration::from_millis(500);

/// Where a scanner's reports come from.
pub trait ReportSource: Send {
    /// Reads one report, waiting at most `wait` for it; 0 when none came.
    ///
    /// # Errors
    /// [`DeviceError::Unplugged`] when the device has gone.
    fn read(&mut self, into: &mut [u8], wait: Duration) -> Result<usize, DeviceError>;

    /// What the device says it is.
    fn identity(&mut self) -> Identity {
        Identity::default()
    }
}

/// A scanner of USB's point-of-sale class.
pub struct HidScanner<S> {
    source: S,
    codec: HidCodec,
    capabilities: ScannerCapabilities,
    heard_at: Instant,
    report: Vec<u8>,
}

impl<S: ReportSource> HidScanner<S> {
    /// A scanner whose reports are laid out so.
    pub fn new(source: S, layout: ScanLayout, rules: CodeRules) -> HidScanner<S> {
        let capabilities = ScannerCapabilities { names_symbology: rules.aim, scan_bytes_max: rules.scan_bytes_max };
        let report = vec![0; layout.report_bytes_max()];
        HidScanner { source, codec: HidCodec::new(layout, rules), capabilities, heard_at: Instant::now(), report }
    }
}

impl<S: ReportSource> Scanner for HidScanner<S> {
    fn capabilities(&self) -> &ScannerCapabilities {
        &self.capabilities
    }

    fn identity(&mut self) -> Identity {
        self.source.identity()
    }

    fn next(&mut self, wait: Duration) -> Result<Option<Reading>, DeviceError> {
        let count = self.source.read(&mut self.report, wait.min(WAIT_MAX))?;
        if count > 0 {
            self.heard_at = Instant::now();
            return Ok(self.codec.take(&self.report[..count]));
        }
        let is_lost = self.codec.is_open() && self.heard_at.elapsed() >= CONTINUED_WITHIN;
        Ok(if is_lost { self.codec.idle() } else { None })
    }
}
