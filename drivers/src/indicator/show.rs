//! What lights and beeper show in the course of time. Pure: time comes in by the door.

use std::time::{Duration, Instant};

use hal::Light;

/// Beeps that may wait.
pub const BEEPS_MAX: u8 = 10;
/// How long a blinking light is lit, and how long it is dark.
const BLINK: Duration = Duration::from_millis(500);
/// How long a beep sounds, and the pause after it.
const BEEP: Duration = Duration::from_millis(120);

/// What is ordered of lights and beeper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndicatorOrder {
    /// A light shows this from here on.
    Lamp {
        /// Which; one that is not there is none.
        light: Light,
        /// What it shows.
        pattern: Pattern,
    },
    /// The beeper sounds so often, at most [`BEEPS_MAX`] times; instead of what it was sounding. None is silence.
    Beep {
        /// How often.
        times: u8,
    },
}

/// What a light shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Pattern {
    /// Dark.
    #[default]
    Off,
    /// Lit.
    On,
    /// Lit and dark by turns, once a second, in step with the other lights.
    Blink,
}

/// What is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Show {
    start: Instant,
    patterns: [(Light, Pattern); 3],
    /// Beeps under way: since when, how many.
    beeps: Option<(Instant, u8)>,
}

/// Lights and beeper at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Face {
    /// Green, yellow, red: whether each is lit.
    pub lit: [bool; 3],
    /// Whether it beeps.
    pub sounds: bool,
}

impl Face {
    /// The lights in the order of [`Face::lit`].
    pub const LIGHTS: [Light; 3] = [Light::Green, Light::Yellow, Light::Red];
}

impl Show {
    /// All dark and silent.
    pub fn new(start: Instant) -> Show {
        Show { start, patterns: Face::LIGHTS.map(|light| (light, Pattern::Off)), beeps: None }
    }

    /// Takes an order; the newest wins.
    pub fn order(&mut self, order: IndicatorOrder, now: Instant) {
        match order {
            IndicatorOrder::Lamp { light, pattern } => {
                for slot in &mut self.patterns {
                    if slot.0 == light {
                        slot.1 = pattern;
                    }
                }
            }
            IndicatorOrder::Beep { times } => {
                self.beeps = (times > 0).then_some((now, times.min(BEEPS_MAX)));
            }
        }
    }

    /// What is to be seen and heard.
    pub fn at(&self, now: Instant) -> Face {
        let (blinks, _) = turn(self.start, now, BLINK);
        let lit = self.patterns.map(|(_, pattern)| match pattern {
            Pattern::Off => false,
            Pattern::On => true,
            Pattern::Blink => blinks.is_multiple_of(2),
        });
        let sounds = self.beeps.is_some_and(|(since, times)| {
            let (turns, _) = turn(since, now, BEEP);
            turns.is_multiple_of(2) && turns / 2 < u128::from(times)
        });
        Face { lit, sounds }
    }

    /// How long it stays so, unless something is ordered; `None` for ever.
    pub fn stays_for(&self, now: Instant) -> Option<Duration> {
        let blinks = self.patterns.iter().any(|(_, pattern)| *pattern == Pattern::Blink);
        let blink = blinks.then(|| turn(self.start, now, BLINK).1);
        let beep = self.beeps.and_then(|(since, times)| {
            let (turns, left) = turn(since, now, BEEP);
            // The pause behind the last beep has no end.
            (turns + 1 < 2 * u128::from(times)).then_some(left)
        });
        blink.into_iter().chain(beep).min()
    }
}

/// How many times `each` has passed, and how long until it has once more.
fn turn(since: Instant, now: Instant, each: Duration) -> (u128, Duration) {
    let passed = now.saturating_duration_since(since).as_nanos();
    let turns = passed / each.as_nanos();
    let left = each.as_nanos() - passed % each.as_nanos();
    (turns, Duration::from_nanos(left.try_into().unwrap_or(u64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BLINKS: [(Light, Pattern); 3] =
        [(Light::Green, Pattern::Off), (Light::Yellow, Pattern::On), (Light::Red, Pattern::Blink)];

    #[test]
    fn the_newest_order_wins_for_each_light() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let mut show = Show::new(start);
        assert_eq!((show.at(start), show.stays_for(start)), (Face::default(), None));
        for (light, pattern) in BLINKS {
            show.order(IndicatorOrder::Lamp { light, pattern: Pattern::Blink }, start);
            show.order(IndicatorOrder::Lamp { light, pattern }, start);
        }
        let lit = [0, 499, 500, 999, 1000].map(|ms| show.at(at(ms)).lit);
        let (bright, dark) = ([false, true, true], [false, true, false]);
        assert_eq!(lit, [bright, bright, dark, dark, bright]);
        assert_eq!(show.stays_for(at(1_400)), Some(Duration::from_millis(100)));
        show.order(IndicatorOrder::Beep { times: 9 }, at(0));
        show.order(IndicatorOrder::Beep { times: 2 }, at(100));
        let sounds = [100, 219, 220, 339, 340, 459, 460, 700].map(|ms| show.at(at(ms)).sounds);
        assert_eq!(sounds, [true, true, false, false, true, true, false, false]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        /// Who looks only when a change is foretold sees each change: between two such looks nothing changes, and at each
        /// something does. Beeps come to an end.
        #[test]
        fn every_change_is_foretold(
            patterns in prop::collection::vec((0_usize..3, 0_usize..3), 0..5), beeps in any::<u8>(), offset in 0_u64..3_000, within in 1_u64..100,
        ) {
            let start = Instant::now();
            let mut now = start + Duration::from_millis(offset);
            let mut show = Show::new(start);
            for (light, pattern) in patterns {
                show.order(IndicatorOrder::Lamp { light: BLINKS[light].0, pattern: BLINKS[pattern].1 }, now);
            }
            show.order(IndicatorOrder::Beep { times: beeps }, now);
            let mut sounded = 0;
            for _ in 0..40 {
                let face = show.at(now);
                let Some(stays_for) = show.stays_for(now) else {
                    prop_assert_eq!((show.at(now + Duration::from_secs(3_600)), face.sounds), (face, false));
                    break;
                };
                sounded += u32::from(face.sounds);
                let between = stays_for.mul_f64(f64::from(u32::try_from(within).expect("small")) / 100.0);
                prop_assert_eq!(show.at(now + between.min(stays_for - Duration::from_nanos(1))), face);
                now += stays_for;
                prop_assert_ne!(show.at(now), face);
            }
            // A blinking light can part a beep in two looks.
            prop_assert!(sounded <= 3 * u32::from(beeps.min(BEEPS_MAX)));
            prop_assert!(!show.at(now + BEEP * 2 * u32::from(BEEPS_MAX)).sounds);
        }
    }
}
