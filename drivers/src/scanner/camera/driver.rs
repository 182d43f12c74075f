//! A camera behind the trait of scanners.

use std::collections::VecDeque;
use std::thread;
use std::time::{Duration, Instant};

use hal::{DeviceError, Identity, Reading, Scan, Scanner, ScannerCapabilities, Unreadable, WAIT_MAX};

use super::decode::{Codes, Decoder};
use super::source::FrameSource;
use super::watch::Watch;
use crate::scanner::SCAN_BYTES_MAX;
use crate::scanner::code::is_stray;

/// Pause between two looks while nothing moves.
const REST: Duration = Duration::from_millis(400);
/// Frames without a code, but with what looks like one, after which a frame is studied.
const STUDY_AFTER: u32 = 3;
/// Work that such a frame is worth, in the units of the decoder: about a tenth of a second.
const STUDY_WORK: u64 = 30_000;

/// A camera that reads codes.
pub struct CameraScanner<S> {
    source: S,
    decoder: Decoder,
    watch: Watch,
    capabilities: ScannerCapabilities,
    /// Shortest pause between two frames that are looked at.
    pace: Duration,
    since: Instant,
    next_look: Duration,
    /// Frames in a row that looked like a code and gave none.
    doubtful: u32,
    /// At most as many as one frame holds.
    readings: VecDeque<Reading>,
}

impl<S: FrameSource> CameraScanner<S> {
    /// A camera that looks for `codes` at most `fps` times a second.
    pub fn new(source: S, codes: Codes, fps: u32) -> CameraScanner<S> {
        assert!(fps > 0, "a camera that never looks");
        CameraScanner {
            source,
            decoder: Decoder::new(codes),
            watch: Watch::default(),
            capabilities: ScannerCapabilities { names_symbology: true, scan_bytes_max: SCAN_BYTES_MAX },
            pace: Duration::from_secs(1) / fps,
            since: Instant::now(),
            next_look: Duration::ZERO,
            doubtful: 0,
            readings: VecDeque::new(),
        }
    }

    fn look(&mut self, wait: Duration) -> Result<(), DeviceError> {
        let begun = self.since.elapsed();
        if let Some(early) = self.next_look.checked_sub(begun).filter(|early| !early.is_zero()) {
            thread::sleep(early.min(wait));
            return Ok(());
        }
        let Some(luma) = self.source.frame(wait)? else { return Ok(()) };
        let now = self.since.elapsed();
        if self.watch.is_worth_a_look(&luma, now) {
            let mut found = self.decoder.glance(&luma);
            if !found.is_empty() {
                self.doubtful = 0;
            } else if self.decoder.is_promising(&luma) {
                self.doubtful += 1;
                if self.doubtful.is_multiple_of(STUDY_AFTER) {
                    found = self.decoder.study(&luma, STUDY_WORK);
                }
            }
            let news = self.watch.news(found, now);
            self.readings.extend(news.into_iter().map(reading));
        }
        self.next_look = now + if self.watch.is_resting(now) { REST } else { self.pace };
        Ok(())
    }
}

impl<S: FrameSource> Scanner for CameraScanner<S> {
    fn capabilities(&self) -> &ScannerCapabilities {
        &self.capabilities
    }

    fn identity(&mut self) -> Identity {
        self.source.identity()
    }

    fn next(&mut self, wait: Duration) -> Result<Option<Reading>, DeviceError> {
        if self.readings.is_empty() {
            self.look(wait.min(WAIT_MAX))?;
        }
        Ok(self.readings.pop_front())
    }
}

/// A code as the till takes it: text without control characters that no code has on purpose.
fn reading(scan: Scan) -> Reading {
    match scan.data.len() {
        bytes if bytes > SCAN_BYTES_MAX => {
            Reading::Unreadable(Unreadable::TooLong { bytes, bytes_max: SCAN_BYTES_MAX })
        }
        _ if scan.data.chars().any(is_stray) => {
            Reading::Unreadable(Unreadable::NotText { bytes: scan.data.into_bytes() })
        }
        _ => Reading::Scan(scan),
    }
}
