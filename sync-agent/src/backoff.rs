//! How long to wait before trying again.

use std::time::Duration;

use ring::rand::{SecureRandom, SystemRandom};

/// Bound of the first wait.
const FIRST_MS: u64 = 200;
/// Bound of every wait.
const LONGEST_MS: u64 = 30_000;
/// Bound of what the platform may ask for.
const ASKED_MAX: Duration = Duration::from_secs(300);

/// Waits with full jitter: any time up to a bound that doubles with each failure.
#[derive(Debug, Default)]
pub(crate) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// It worked: the next failure is a first one.
    pub(crate) fn reset(&mut self) {
        self.failures = 0;
    }

    /// How long to wait after a failure, given chance from 0 to 1 and what the platform asked for.
    pub(crate) fn wait(&mut self, chance: f64, asked: Option<Duration>) -> Duration {
        let bound_ms = LONGEST_MS.min(FIRST_MS << self.failures.min(16));
        self.failures = self.failures.saturating_add(1);
        let jitter = Duration::from_millis(bound_ms).mul_f64(chance.clamp(0.0, 1.0));
        jitter + asked.unwrap_or(Duration::ZERO).min(ASKED_MAX)
    }
}

/// From 0 to 1, each terminal its own.
pub(crate) fn chance() -> f64 {
    let mut bytes = [0; 4];
    // Without randomness the wait is a middling one.
    match SystemRandom::new().fill(&mut bytes) {
        Ok(()) => f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX),
        Err(_) => 0.5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_bound_and_heed_the_platform() {
        let mut backoff = Backoff::default();
        let waits: Vec<u128> = (0..12).map(|_| backoff.wait(1.0, None).as_millis()).collect();
        assert_eq!(waits[..4], [200, 400, 800, 1600]);
        assert_eq!(waits[8..], [30_000; 4]);
        assert_eq!(backoff.wait(0.0, None), Duration::ZERO);
        assert!(backoff.wait(0.0, Some(Duration::from_secs(2))) >= Duration::from_secs(2));
        assert!(backoff.wait(1.0, Some(Duration::MAX)) < Duration::from_secs(400));
        backoff.reset();
        assert_eq!(backoff.wait(1.0, None).as_millis(), 200);
    }
}
