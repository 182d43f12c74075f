//! How much phones may ask of the platform. Nobody signs on, so it is counted by address; what bears a session's signature is
//! counted by session, too. Nothing is counted by store before a signature: anybody could close a store with rubbish.

use std::collections::HashMap;
use std::time::{Duration, Instant};

/// Time over which questions are counted.
const WINDOW: Duration = Duration::from_secs(60);
/// Counts that are kept.
const COUNTED_MAX: usize = 65_536;

/// What a phone asks for, and how often in one [`WINDOW`]. All phones on a shop's own network may share an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Visits {
    /// Anything, by address: 6,000, two hundred phones that ask every two seconds.
    Any,
    /// A session, by address: 120.
    Session,
    /// A signed basket to be paid, by address: 20. One address opens fewer payments than a store may have open.
    Payment,
    /// The same by session: 6.
    PaymentOfSession,
    /// How a payment stands, by session: 120, two pages that ask every two seconds, twice.
    Standing,
    /// Who a member is, by address: 30.
    Member,
    /// The same by all of a store: 600.
    MemberOfStore,
    /// The same by one session: 10. Nobody finds out who is a member by trying numbers.
    MemberOfSession,
}

impl Visits {
    fn most(self) -> u32 {
        match self {
            Visits::Any => 6000,
            Visits::Session | Visits::Standing => 120,
            Visits::Payment => 20,
            Visits::PaymentOfSession => 6,
            Visits::Member => 30,
            Visits::MemberOfStore => 600,
            Visits::MemberOfSession => 10,
        }
    }
}

/// Counts.
#[derive(Debug, Default)]
pub struct Counts(HashMap<(String, Visits), (Instant, u32)>);

impl Counts {
    /// Counts one; false when there were too many.
    pub fn may(&mut self, who: &str, visit: Visits, now: Instant) -> bool {
        if self.0.len() >= COUNTED_MAX {
            self.forget(now);
        }
        let (since, count) = self.0.entry((who.to_owned(), visit)).or_insert((now, 0));
        if now.duration_since(*since) > WINDOW {
            (*since, *count) = (now, 0);
        }
        let may = *count < visit.most();
        *count += u32::from(may);
        may
    }

    /// Past windows, and when those are not enough, who is far from asking too much.
    fn forget(&mut self, now: Instant) {
        self.0.retain(|_, (since, _)| now.duration_since(*since) <= WINDOW);
        if self.0.len() > COUNTED_MAX / 2 {
            self.0.retain(|(_, visit), (_, count)| *count >= visit.most() / 2);
        }
        if self.0.len() > COUNTED_MAX / 2 {
            self.0.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_asks_so_often_and_no_other_pays_for_it() {
        let (mut counts, begun) = (Counts::default(), Instant::now());
        assert_eq!((0..500).filter(|_| counts.may("a", Visits::Payment, begun)).count(), 20);
        assert!(counts.may("b", Visits::Payment, begun) && counts.may("a", Visits::Standing, begun));
        assert!(counts.may("a", Visits::Payment, begun + WINDOW + Duration::from_secs(1)));
    }

    #[test]
    fn however_many_addresses_ask_the_counts_stay_small_and_who_asks_much_is_remembered() {
        let (mut counts, begun) = (Counts::default(), Instant::now());
        assert_eq!((0..30).filter(|_| counts.may("much", Visits::Payment, begun)).count(), 20);
        for no in 0..COUNTED_MAX * 2 {
            assert!(counts.may(&no.to_string(), Visits::Any, begun));
        }
        assert!(counts.0.len() <= COUNTED_MAX);
        assert!(!counts.may("much", Visits::Payment, begun));
    }
}
