//! A cash drawer that is watched: opened by nobody's order, left standing open, shut again.
//!
//! The switch of the drawer says how it stands, the till says when it told it to open, and time passes. A drawer
//! without a switch says nothing and is not watched.

use jiff::{SignedDuration, Timestamp};

/// What is expected of a drawer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DrawerRules {
    /// How long after an order to open an opening is that order's: lock, spring, switch and wire take their time.
    pub opens_within: SignedDuration,
    /// How long it may stand open before it is told. Zero or less: it may stand open for ever.
    pub open_max: SignedDuration,
    /// Times that one opening is told of as too long, each `open_max` after the one before.
    pub warnings_max: u32,
}

impl Default for DrawerRules {
    /// Five seconds to open, a minute to stand open, three warnings.
    fn default() -> DrawerRules {
        DrawerRules {
            opens_within: SignedDuration::from_secs(5),
            open_max: SignedDuration::from_secs(60),
            warnings_max: 3,
        }
    }
}

/// What a watched drawer is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DrawerInput {
    /// The till has ordered it to open.
    Ordered,
    /// Its switch says that it stands open. Said as often as one likes.
    Open,
    /// Its switch says that it is shut. Said as often as one likes.
    Shut,
    /// Time has passed.
    Tick,
}

/// What is to be known of a drawer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DrawerNotice {
    /// It was opened.
    Opened {
        /// Whether the till had ordered it; otherwise by key or by force.
        ordered: bool,
    },
    /// It stands open for too long.
    TooLong {
        /// Since it was opened, or first seen open.
        open_for: SignedDuration,
        /// The how many-th warning, from 1.
        warning: u32,
    },
    /// It was shut.
    Shut {
        /// Since it was opened, or first seen open.
        open_for: SignedDuration,
        /// Warnings that it had drawn by then.
        warnings: u32,
    },
}

/// A drawer that is watched.
///
/// ```
/// use domain::drawer::{DrawerInput, DrawerNotice, DrawerRules, DrawerWatch};
/// use jiff::Timestamp;
///
/// let at = |second| Timestamp::from_second(second).unwrap();
/// let mut watch = DrawerWatch::new(DrawerRules::default());
/// assert_eq!(watch.step(at(0), DrawerInput::Shut), None);
/// assert_eq!(watch.step(at(9), DrawerInput::Ordered), None);
/// assert_eq!(watch.step(at(10), DrawerInput::Open), Some(DrawerNotice::Opened { ordered: true }));
/// assert!(matches!(watch.step(at(70), DrawerInput::Tick), Some(DrawerNotice::TooLong { warning: 1, .. })));
/// assert!(matches!(watch.step(at(75), DrawerInput::Shut), Some(DrawerNotice::Shut { warnings: 1, .. })));
/// assert_eq!(watch.step(at(90), DrawerInput::Open), Some(DrawerNotice::Opened { ordered: false }));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrawerWatch {
    rules: DrawerRules,
    stand: Stand,
    /// When it was last ordered to open, until an opening has used that up.
    ordered_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stand {
    /// The switch has said nothing.
    Unknown,
    Shut,
    Open {
        since: Timestamp,
        warnings: u32,
    },
}

impl DrawerWatch {
    /// Watches a drawer of which nothing is known.
    pub fn new(rules: DrawerRules) -> DrawerWatch {
        DrawerWatch { rules, stand: Stand::Unknown, ordered_at: None }
    }

    /// Takes what has happened and says what is to be known, at most one thing at a time.
    ///
    /// A drawer that is first seen open was not opened before anybody's eyes: that alone is no notice, but from then on
    /// it stands open. How it stands is remembered while its switch is silent: a drawer that was shut before a cable was
    /// pulled and is open afterwards has been opened.
    pub fn step(&mut self, now: Timestamp, input: DrawerInput) -> Option<DrawerNotice> {
        match (input, self.stand) {
            // Also of one that stands open: it may be shut before the pulse comes, and opened by it.
            (DrawerInput::Ordered, _) => {
                self.ordered_at = Some(now);
                None
            }
            (DrawerInput::Open, Stand::Unknown | Stand::Shut) => self.opened(now),
            (DrawerInput::Shut, Stand::Open { since, warnings }) => {
                self.stand = Stand::Shut;
                Some(DrawerNotice::Shut { open_for: passed(since, now), warnings })
            }
            (DrawerInput::Shut, Stand::Unknown | Stand::Shut) => {
                self.stand = Stand::Shut;
                None
            }
            (DrawerInput::Open | DrawerInput::Tick, Stand::Open { since, warnings }) => {
                self.stands_open(now, since, warnings)
            }
            (DrawerInput::Tick, Stand::Unknown | Stand::Shut) => None,
        }
    }

    /// Whether it stands open, as last said; `None` when nothing has said so.
    pub fn is_open(&self) -> Option<bool> {
        match self.stand {
            Stand::Unknown => None,
            Stand::Shut => Some(false),
            Stand::Open { .. } => Some(true),
        }
    }

    /// When a tick will bring the next warning, if nothing else happens.
    pub fn next_at(&self) -> Option<Timestamp> {
        let Stand::Open { since, warnings } = self.stand else { return None };
        (warnings < self.rules.warnings_max).then_some(())?;
        since.checked_add(self.next_after(warnings)?).ok()
    }

    fn opened(&mut self, now: Timestamp) -> Option<DrawerNotice> {
        let seen_shut = self.stand == Stand::Shut;
        self.stand = Stand::Open { since: now, warnings: 0 };
        let ordered = self.ordered_at.take().is_some_and(|at| passed(at, now) <= self.rules.opens_within);
        (seen_shut || ordered).then_some(DrawerNotice::Opened { ordered })
    }

    fn stands_open(&mut self, now: Timestamp, since: Timestamp, warnings: u32) -> Option<DrawerNotice> {
        // A clock that was set back would put the next warning off by as much.
        let since = since.min(now);
        let open_for = passed(since, now);
        let due =
            warnings < self.rules.warnings_max && self.next_after(warnings).is_some_and(|after| open_for >= after);
        let warnings = warnings + u32::from(due);
        self.stand = Stand::Open { since, warnings };
        due.then_some(DrawerNotice::TooLong { open_for, warning: warnings })
    }

    /// How long it stands open when the warning after so many is due.
    fn next_after(&self, warnings: u32) -> Option<SignedDuration> {
        let times = i32::try_from(warnings).ok()?.checked_add(1)?;
        self.rules.open_max.is_positive().then(|| self.rules.open_max.checked_mul(times))?
    }
}

/// From one moment to a later one; nothing when the clock was set back between them.
fn passed(from: Timestamp, to: Timestamp) -> SignedDuration {
    to.duration_since(from).max(SignedDuration::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a second of the shop's years")
    }

    fn input(kind: u8) -> DrawerInput {
        [DrawerInput::Ordered, DrawerInput::Open, DrawerInput::Shut, DrawerInput::Tick][usize::from(kind)]
    }

    #[test]
    fn a_drawer_that_stood_open_before_anybody_looked_was_not_forced() {
        let mut watch = DrawerWatch::new(DrawerRules::default());
        assert_eq!((watch.is_open(), watch.next_at()), (None, None));
        assert_eq!(watch.step(at(0), DrawerInput::Open), None);
        assert_eq!((watch.is_open(), watch.next_at()), (Some(true), Some(at(60))));
        let open_for = SignedDuration::from_secs(61);
        assert_eq!(watch.step(at(61), DrawerInput::Tick), Some(DrawerNotice::TooLong { open_for, warning: 1 }));
        assert_eq!(watch.step(at(61), DrawerInput::Tick), None);
        let open_for = SignedDuration::from_secs(62);
        assert_eq!(watch.step(at(62), DrawerInput::Shut), Some(DrawerNotice::Shut { open_for, warnings: 1 }));
    }

    #[test]
    fn an_order_is_good_for_one_opening_and_not_for_long() {
        let mut watch = DrawerWatch::new(DrawerRules::default());
        watch.step(at(0), DrawerInput::Shut);
        watch.step(at(1), DrawerInput::Ordered);
        watch.step(at(2), DrawerInput::Ordered);
        assert_eq!(watch.step(at(3), DrawerInput::Open), Some(DrawerNotice::Opened { ordered: true }));
        watch.step(at(4), DrawerInput::Ordered);
        watch.step(at(5), DrawerInput::Shut);
        // The pulse of a quick sale comes when the hand has just shut it.
        assert_eq!(watch.step(at(6), DrawerInput::Open), Some(DrawerNotice::Opened { ordered: true }));
        watch.step(at(6), DrawerInput::Shut);
        assert_eq!(watch.step(at(7), DrawerInput::Open), Some(DrawerNotice::Opened { ordered: false }));
        watch.step(at(7), DrawerInput::Shut);
        watch.step(at(8), DrawerInput::Ordered);
        assert_eq!(watch.step(at(14), DrawerInput::Open), Some(DrawerNotice::Opened { ordered: false }));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        /// Whatever happens in whatever order, with a clock that may be set back: openings and shuttings take turns, no
        /// more openings are taken for ordered ones than there were orders, warnings count up to their limit, and what is
        /// said twice is told once.
        #[test]
        fn a_drawer_is_told_of_once(
            steps in prop::collection::vec((0_u8..4, -30_i64..90), 0..60), open_max in 0_i64..100, warnings_max in 0_u32..4,
        ) {
            let open_max = SignedDuration::from_secs(open_max);
            let rules = DrawerRules { open_max, warnings_max, ..DrawerRules::default() };
            let mut watch = DrawerWatch::new(rules);
            let (mut now, mut orders, mut ordered_openings, mut warned) = (1_000_000, 0, 0, 0);
            for (kind, seconds) in steps {
                now += seconds;
                let before = watch.is_open();
                let notice = watch.step(at(now), input(kind));
                match input(kind) {
                    DrawerInput::Ordered => orders += 1,
                    DrawerInput::Open => prop_assert_eq!(watch.is_open(), Some(true)),
                    DrawerInput::Shut => prop_assert_eq!(watch.is_open(), Some(false)),
                    DrawerInput::Tick => prop_assert_eq!(watch.is_open(), before),
                }
                match notice {
                    Some(DrawerNotice::Opened { ordered }) => {
                        prop_assert_eq!((before == Some(true), watch.is_open()), (false, Some(true)));
                        ordered_openings += u32::from(ordered);
                        prop_assert!(ordered_openings <= orders);
                    }
                    Some(DrawerNotice::TooLong { open_for, warning }) => {
                        warned += 1;
                        prop_assert_eq!((before, warning), (Some(true), warned));
                        prop_assert!(warning <= warnings_max && open_for >= open_max && open_max.is_positive());
                    }
                    Some(DrawerNotice::Shut { open_for, warnings }) => {
                        prop_assert_eq!((before, watch.is_open(), warnings), (Some(true), Some(false), warned));
                        prop_assert!(!open_for.is_negative());
                        warned = 0;
                    }
                    // Nobody opens a drawer unseen that was seen shut, and none is shut in silence.
                    None => prop_assert!(
                        watch.is_open() == before || before.is_none(), "{:?} in silence", input(kind),
                    ),
                }
                // Every warning that is due at this moment has been given, or is given by the tick that is asked for.
                if let Some(next_at) = watch.next_at() && next_at > at(now) {
                    prop_assert_eq!(watch.clone().step(at(now), DrawerInput::Tick), None);
                    let warns = matches!(watch.clone().step(next_at, DrawerInput::Tick), Some(DrawerNotice::TooLong { .. }));
                    prop_assert!(warns);
                }
            }
        }
    }
}
