//! A held trigger, and a code that stays before the window.

use std::time::{Duration, Instant};

use hal::{DeviceError, Reading, Scan, Scanner, ScannerCapabilities};

/// Tells the very same code, read again and again by one scanner, from equal goods one after the other. The pause counts
/// from the last time that the code was read, so one that is held before the window for long counts once.
#[derive(Debug)]
pub struct Repeats {
    pause_min: Duration,
    last: Option<(Scan, Duration)>,
}

impl Repeats {
    /// Codes within `pause_min` of themselves are repeats; with zero none is.
    pub fn new(pause_min: Duration) -> Repeats {
        Repeats { pause_min, last: None }
    }

    /// Whether a code that was read `at` is a repeat. Time only grows.
    pub fn is_repeat(&mut self, scan: &Scan, at: Duration) -> bool {
        let again = self.last.as_ref().is_some_and(|(last, _)| last == scan);
        let is_repeat = again && self.last.as_ref().is_some_and(|(_, read)| at.saturating_sub(*read) < self.pause_min);
        match &mut self.last {
            Some((_, read)) if again => *read = at,
            last => *last = Some((scan.clone(), at)),
        }
        is_repeat
    }
}

/// A scanner whose repeats are dropped.
struct Unrepeated {
    scanner: Box<dyn Scanner>,
    repeats: Repeats,
    since: Instant,
}

/// Drops a scanner's repeats; with a pause of zero it stays as it is.
pub(super) fn without_repeats(scanner: Box<dyn Scanner>, repeat_ms: u16) -> Box<dyn Scanner> {
    if repeat_ms == 0 {
        return scanner;
    }
    let repeats = Repeats::new(Duration::from_millis(repeat_ms.into()));
    Box::new(Unrepeated { scanner, repeats, since: Instant::now() })
}

impl Scanner for Unrepeated {
    fn capabilities(&self) -> &ScannerCapabilities {
        self.scanner.capabilities()
    }

    fn identity(&mut self) -> hal::Identity {
        self.scanner.identity()
    }

    fn next(&mut self, wait: Duration) -> Result<Option<Reading>, DeviceError> {
        let reading = self.scanner.next(wait)?;
        let at = self.since.elapsed();
        Ok(reading.filter(|reading| match reading {
            Reading::Scan(scan) => !self.repeats.is_repeat(scan, at),
            Reading::Unreadable(_) => true,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_held_code_counts_once_and_equal_goods_count_each() {
        let counted = |pause_ms: u64, read: &[(&str, u64)]| -> Vec<u64> {
            let mut repeats = Repeats::new(Duration::from_millis(pause_ms));
            let scan = |data: &str| Scan { symbology: None, data: data.to_owned() };
            let is_new = |(data, at): &&(&str, u64)| !repeats.is_repeat(&scan(data), Duration::from_millis(*at));
            read.iter().filter(is_new).map(|(_, at)| *at).collect()
        };
        let held: Vec<(&str, u64)> = (0..50).map(|n| ("cola", n * 100)).collect();
        assert_eq!(counted(300, &held), [0]);
        assert_eq!(counted(0, &held).len(), 50);
        assert_eq!(counted(300, &[("cola", 0), ("cola", 299), ("cola", 700), ("cola", 1000)]), [0, 700, 1000]);
        assert_eq!(counted(300, &[("cola", 0), ("beer", 100), ("cola", 200), ("cola", 250)]), [0, 100, 200]);
    }
}
