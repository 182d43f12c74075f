//! How much phones may ask of the platform: counted by store and kind, since nobody signs on.

use std::collections::HashMap;
use std::time::{Duration, Instant};

/// Time over which questions are counted.
const WINDOW: Duration = Duration::from_secs(60);
/// Counts that are kept before those of past windows are forgotten.
const COUNTED_MAX: usize = 4096;

/// What a phone asks for, and how often one store's phones may in one [`WINDOW`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Visits {
    /// A session: 600, ten shoppers a second.
    Session,
    /// A payment to be opened: 120.
    Payment,
    /// How a payment stands: 6,000, two hundred phones that ask every two seconds.
    Standing,
}

impl Visits {
    fn most(self) -> u32 {
        match self {
            Visits::Session => 600,
            Visits::Payment => 120,
            Visits::Standing => 6000,
        }
    }
}

/// Counts.
#[derive(Debug, Default)]
pub struct Counts(HashMap<(String, Visits), (Instant, u32)>);

impl Counts {
    /// Counts one; false when there were too many.
    pub fn may(&mut self, store: &str, visit: Visits, now: Instant) -> bool {
        if self.0.len() >= COUNTED_MAX {
            self.0.retain(|_, (since, _)| now.duration_since(*since) <= WINDOW);
        }
        let (since, count) = self.0.entry((store.to_owned(), visit)).or_insert((now, 0));
        if now.duration_since(*since) > WINDOW {
            (*since, *count) = (now, 0);
        }
        let may = *count < visit.most();
        *count += u32::from(may);
        may
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_store_asks_so_often_and_no_other_pays_for_it() {
        let (mut counts, begun) = (Counts::default(), Instant::now());
        assert_eq!((0..500).filter(|_| counts.may("s1", Visits::Payment, begun)).count(), 120);
        assert!(counts.may("s2", Visits::Payment, begun) && counts.may("s1", Visits::Standing, begun));
        assert!(counts.may("s1", Visits::Payment, begun + WINDOW + Duration::from_secs(1)));
    }
}
