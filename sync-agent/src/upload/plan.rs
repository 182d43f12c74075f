//! What to send next: given the journal's epochs, what the platform has said, and what went wrong.
//!
//! Pure. Answers may be lost, doubled or late; the platform takes each event once whatever is sent, and the plan sees to
//! it that every event is sent in the end, and none before those that come before it.

use std::collections::{BTreeMap, BTreeSet};

use protocol::v1;

/// An epoch of the journal: numbers `first_seq` to `last_seq`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) epoch: u32,
    pub(crate) first_seq: u64,
    /// `first_seq - 1` when there is no event.
    pub(crate) last_seq: u64,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Ask what the platform has.
    Greet,
    /// Send events of this epoch after this number, at most so many.
    Send { epoch: u32, after_seq: u64, events_max: usize },
    /// The platform takes nothing at present; greet later.
    Hold,
    /// All is sent that can be.
    Rest,
}

/// What is known of the platform.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    greeted: bool,
    /// Newest number that the platform has, by epoch.
    taken: BTreeMap<u32, u64>,
    /// Epochs of which the platform holds other events under the same numbers.
    forked: BTreeSet<u32>,
    credit: usize,
    /// Halved when a batch was too large.
    events_max: usize,
}

impl Plan {
    pub(crate) fn new() -> Plan {
        Plan {
            greeted: false,
            taken: BTreeMap::new(),
            forked: BTreeSet::new(),
            credit: 0,
            events_max: v1::BATCH_EVENTS_MAX,
        }
    }

    /// The next step for a journal of these epochs, oldest first.
    pub(crate) fn next(&self, journal: &[Span]) -> Step {
        if !self.greeted {
            return Step::Greet;
        }
        let Some((span, taken)) = journal.iter().find_map(|span| self.sendable(span)) else {
            return Step::Rest;
        };
        match self.credit.min(self.events_max) {
            0 => Step::Hold,
            events_max => Step::Send { epoch: span.epoch, after_seq: taken, events_max },
        }
    }

    /// What keeps an epoch from being sent whole, in words for people.
    pub(crate) fn complaint(&self, journal: &[Span]) -> Option<String> {
        if !self.greeted {
            return None;
        }
        journal.iter().find_map(|span| {
            let Span { epoch, first_seq, last_seq } = *span;
            let taken = self.taken(epoch);
            if self.forked.contains(&epoch) {
                Some(format!(
                    "The platform holds other events of epoch {epoch} under the same numbers: this till's disk was \
                     copied. Its events of that epoch stay here; call support."
                ))
            } else if taken + 1 < first_seq {
                Some(format!(
                    "The platform lacks events {} to {} of epoch {epoch}, and the journal has them no more. Call \
                     support.",
                    taken + 1,
                    first_seq - 1
                ))
            } else if taken > last_seq {
                Some(format!(
                    "The platform holds {taken} events of epoch {epoch}, the journal only {last_seq}: it is an old \
                     copy. Start the till again."
                ))
            } else {
                None
            }
        })
    }

    /// The platform has told all that it holds.
    pub(crate) fn on_welcome(&mut self, welcome: &v1::Welcome) {
        self.greeted = true;
        self.credit = welcome.credit as usize;
        self.taken = welcome.heads.iter().map(|head| (head.epoch, head.seq)).collect();
    }

    /// The platform has everything up to a number. A late answer takes nothing back.
    pub(crate) fn on_taken(&mut self, taken: &v1::Taken) {
        self.credit = taken.credit as usize;
        let known = self.taken.entry(taken.head.epoch).or_default();
        *known = taken.head.seq.max(*known);
    }

    /// No answer, or none that helps: ask again what the platform has.
    pub(crate) fn on_lost(&mut self) {
        self.greeted = false;
    }

    /// Events are missing there before those that were sent.
    pub(crate) fn on_gap(&mut self, epoch: u32, expected: Option<u64>) {
        match expected {
            Some(expected) if expected > 0 => {
                self.taken.insert(epoch, expected - 1);
            }
            _unnamed => self.greeted = false,
        }
    }

    /// The platform holds other events under the same numbers.
    pub(crate) fn on_fork(&mut self, epoch: u32) {
        self.forked.insert(epoch);
    }

    /// A batch was too large.
    pub(crate) fn on_too_large(&mut self) {
        self.events_max = (self.events_max / 2).max(1);
    }

    /// The epoch and what of it is taken, when something of it can be sent.
    fn sendable<'a>(&self, span: &'a Span) -> Option<(&'a Span, u64)> {
        let taken = self.taken(span.epoch);
        let joins = taken + 1 >= span.first_seq && taken < span.last_seq;
        (joins && !self.forked.contains(&span.epoch)).then_some((span, taken))
    }

    fn taken(&self, epoch: u32) -> u64 {
        self.taken.get(&epoch).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use protocol::chain::Hash;

    use super::*;

    /// Just enough of a platform: it appends what fits and names what it wants.
    #[derive(Default)]
    struct Platform {
        held: BTreeMap<u32, Vec<u64>>,
        credit: u32,
    }

    #[derive(Clone, Copy, Debug)]
    struct Batch {
        epoch: u32,
        first: u64,
        last: u64,
    }

    enum Answer {
        Welcome(v1::Welcome),
        Taken(v1::Taken),
        Gap(u32, u64),
    }

    impl Platform {
        fn head(&self, epoch: u32) -> v1::Head {
            let seq = self.held.get(&epoch).map_or(0, |held| held.len() as u64);
            let hash = Hash([0; 32]);
            v1::Head { epoch, seq, hash }
        }

        fn welcome(&self) -> Answer {
            Answer::Welcome(v1::Welcome {
                protocol: 1,
                clock_ms: 0,
                heads: self.held.keys().map(|epoch| self.head(*epoch)).collect(),
                credit: self.credit,
            })
        }

        fn take(&mut self, batch: Batch) -> Answer {
            let held = self.held.entry(batch.epoch).or_default();
            let next = held.len() as u64 + 1;
            if batch.first > next {
                return Answer::Gap(batch.epoch, next);
            }
            held.extend(next..=batch.last);
            Answer::Taken(v1::Taken {
                head: self.head(batch.epoch),
                signature: String::new(),
                duplicates: 0,
                exceptions: 0,
                credit: self.credit,
            })
        }
    }

    fn heed(plan: &mut Plan, answer: &Answer) {
        match answer {
            Answer::Welcome(welcome) => plan.on_welcome(welcome),
            Answer::Taken(taken) => plan.on_taken(taken),
            Answer::Gap(epoch, expected) => plan.on_gap(*epoch, Some(*expected)),
        }
    }

    fn batch(step: Step, journal: &[Span]) -> Option<Batch> {
        let Step::Send { epoch, after_seq, events_max } = step else {
            return None;
        };
        let span = journal.iter().find(|span| span.epoch == epoch).unwrap();
        assert!(events_max > 0 && after_seq < span.last_seq);
        let last = span.last_seq.min(after_seq + events_max as u64);
        let first = after_seq + 1;
        Some(Batch { epoch, first, last })
    }

    #[derive(Clone, Debug)]
    enum Luck {
        Fine,
        RequestLost,
        AnswerLost,
        Twice,
        /// The answer comes after the plan has gone on.
        AnswerLate,
        /// A request of earlier arrives once more.
        OldRequest(prop::sample::Index),
        Sell(u8),
        NewEpoch,
        Credit(u8),
        /// The platform is put back to an older copy of itself.
        PlatformRestored(u8),
        AgentKilled,
        TooLarge,
    }

    fn luck() -> impl Strategy<Value = Luck> {
        prop_oneof![
            6 => Just(Luck::Fine),
            1 => Just(Luck::RequestLost),
            1 => Just(Luck::AnswerLost),
            1 => Just(Luck::Twice),
            1 => Just(Luck::AnswerLate),
            1 => any::<prop::sample::Index>().prop_map(Luck::OldRequest),
            4 => (1u8..20).prop_map(Luck::Sell),
            1 => Just(Luck::NewEpoch),
            1 => (0u8..5).prop_map(Luck::Credit),
            1 => (0u8..9).prop_map(Luck::PlatformRestored),
            1 => Just(Luck::AgentKilled),
            1 => Just(Luck::TooLarge),
        ]
    }

    struct World {
        plan: Plan,
        platform: Platform,
        journal: Vec<Span>,
        sent: Vec<Batch>,
        late: Vec<Answer>,
    }

    impl World {
        fn exchange(&mut self, luck: &Luck) {
            let step = self.plan.next(&self.journal);
            if step == Step::Hold {
                self.plan.on_lost();
                return;
            }
            if step == Step::Rest || matches!(luck, Luck::RequestLost) {
                self.plan.on_lost();
                return;
            }
            let mut ask = || match batch(step, &self.journal) {
                None => self.platform.welcome(),
                Some(batch) => {
                    self.sent.push(batch);
                    self.platform.take(batch)
                }
            };
            let mut answer = ask();
            if matches!(luck, Luck::Twice) {
                answer = ask();
            }
            match luck {
                Luck::AnswerLost => self.plan.on_lost(),
                Luck::AnswerLate => {
                    self.plan.on_lost();
                    self.late.push(answer);
                }
                _arrives => heed(&mut self.plan, &answer),
            }
        }

        fn befall(&mut self, luck: &Luck) {
            match luck {
                Luck::Sell(count) => {
                    self.journal.last_mut().unwrap().last_seq += u64::from(*count);
                }
                Luck::NewEpoch => {
                    let epoch = self.journal.last().unwrap().epoch + 1;
                    self.journal.push(Span { epoch, first_seq: 1, last_seq: 1 });
                }
                Luck::Credit(credit) => self.platform.credit = u32::from(*credit),
                Luck::PlatformRestored(fewer) => {
                    if let Some(mut held) = self.platform.held.last_entry() {
                        let kept = held.get().len().saturating_sub(usize::from(*fewer));
                        held.get_mut().truncate(kept);
                    }
                    self.plan.on_lost();
                }
                Luck::AgentKilled => self.plan = Plan::new(),
                Luck::TooLarge => self.plan.on_too_large(),
                Luck::OldRequest(index) if !self.sent.is_empty() => {
                    let old = *index.get(&self.sent);
                    self.platform.take(old);
                }
                Luck::AnswerLate if !self.late.is_empty() => {
                    let late = self.late.remove(0);
                    heed(&mut self.plan, &late);
                }
                _exchange => self.exchange(luck),
            }
        }
    }

    proptest! {
        #[test]
        fn every_event_arrives_once_and_in_order(fate in prop::collection::vec(luck(), 0..120)) {
            let mut world = World {
                plan: Plan::new(),
                platform: Platform { credit: 4, ..Platform::default() },
                journal: vec![Span { epoch: 1, first_seq: 1, last_seq: 1 }],
                sent: vec![],
                late: vec![],
            };
            for luck in &fate {
                world.befall(luck);
            }
            // Then all is well, and it is over within a bounded number of exchanges.
            world.platform.credit = 50;
            let events: u64 = world.journal.iter().map(|span| span.last_seq).sum();
            world.plan.on_lost();
            for _ in 0..events + 3 {
                if world.plan.next(&world.journal) == Step::Rest {
                    break;
                }
                world.exchange(&Luck::Fine);
            }
            prop_assert_eq!(world.plan.next(&world.journal), Step::Rest);
            prop_assert_eq!(world.plan.complaint(&world.journal), None);
            for span in &world.journal {
                let held = &world.platform.held[&span.epoch];
                prop_assert_eq!(held, &(1..=span.last_seq).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn what_cannot_be_sent_is_said_and_the_next_epoch_goes_on() {
        let journal = [
            Span { epoch: 1, first_seq: 1, last_seq: 5 },
            Span { epoch: 2, first_seq: 8, last_seq: 9 },
            Span { epoch: 3, first_seq: 1, last_seq: 4 },
            Span { epoch: 4, first_seq: 1, last_seq: 2 },
        ];
        let head = |epoch, seq| v1::Head { epoch, seq, hash: Hash([0; 32]) };
        let mut plan = Plan::new();
        assert_eq!(plan.next(&journal), Step::Greet);
        plan.on_welcome(&v1::Welcome {
            protocol: 1,
            clock_ms: 0,
            heads: vec![head(1, 2), head(2, 5), head(3, 6)],
            credit: 7,
        });
        let send = |epoch, after_seq| Step::Send { epoch, after_seq, events_max: 7 };
        assert_eq!(plan.next(&journal), send(1, 2));
        assert!(plan.complaint(&journal).unwrap().contains("lacks events 6 to 7 of epoch 2"));
        plan.on_fork(1);
        assert!(plan.complaint(&journal).unwrap().contains("copied"));
        assert_eq!(plan.next(&journal), send(4, 0));
        assert!(plan.complaint(&journal[2..]).unwrap().contains("old copy"));
        assert_eq!(plan.complaint(&journal[3..]), None);
    }
}
