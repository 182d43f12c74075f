//! Contacts bounce: a level counts when it has stood still.

use std::time::{Duration, Instant};

/// One contact, debounced. Pure: time comes in by the door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Debouncer {
    settle: Duration,
    settled: Option<bool>,
    /// A level that does not count yet, and since when it stands.
    standing: Option<(bool, Instant)>,
}

impl Debouncer {
    /// A contact of which nothing is known, and whose level counts when it has stood for `settle`.
    pub fn new(settle: Duration) -> Debouncer {
        Debouncer { settle, settled: None, standing: None }
    }

    /// Takes a look at the level; gives it when it has just come to count.
    pub fn see(&mut self, level: bool, now: Instant) -> Option<bool> {
        if self.settled == Some(level) {
            self.standing = None;
            return None;
        }
        let since = self.standing.filter(|(standing, _)| *standing == level).map_or(now, |(_, since)| since);
        self.standing = Some((level, since));
        (now.saturating_duration_since(since) >= self.settle).then(|| {
            self.standing = None;
            self.settled = Some(level);
            level
        })
    }

    /// The level that counts; `None` before any has stood still.
    pub fn level(&self) -> Option<bool> {
        self.settled
    }

    /// How long until a level that was seen will count if it stands; `None` when nothing is in the air.
    pub fn settles_in(&self, now: Instant) -> Option<Duration> {
        let (_, since) = self.standing?;
        Some((since + self.settle).saturating_duration_since(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        /// A level counts exactly when every look at it since it came says the same for as long as it takes; what counts
        /// changes each time that something is told; and who sleeps for as long as is asked for misses nothing.
        #[test]
        fn a_level_counts_when_it_has_stood_still(
            settle in 0_u64..40, looks in prop::collection::vec((any::<bool>(), 0_u64..30), 1..80),
        ) {
            let settle = Duration::from_millis(settle);
            let (start, mut at) = (Instant::now(), Duration::ZERO);
            let mut contact = Debouncer::new(settle);
            let (mut same, mut counts) = (None, None);
            for (level, after) in looks {
                at += Duration::from_millis(after);
                same = same.filter(|(was, _)| *was == level).or(Some((level, at)));
                let stood = at - same.expect("a look").1;
                let told = contact.see(level, start + at);
                let expect = (stood >= settle && counts != Some(level)).then_some(level);
                prop_assert_eq!(told, expect);
                counts = told.or(counts);
                prop_assert_eq!(contact.level(), counts);
                let in_the_air = (counts != Some(level)).then(|| settle - stood);
                prop_assert_eq!(contact.settles_in(start + at), in_the_air);
            }
        }
    }
}
