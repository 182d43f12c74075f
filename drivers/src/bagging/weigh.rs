//! From a converter's counts to what lies in the bagging area. Pure, and in whole numbers.

use std::collections::VecDeque;

use hal::{Weighing, Weight};

/// The largest reading: the input is beyond its range.
pub const COUNTS_MAX: i32 = 0x7F_FFFF;
/// The smallest reading: the input is beyond its range.
pub const COUNTS_MIN: i32 = -0x80_0000;
/// Readings beyond the range in a row that are a fault, not a knock.
const BEYOND_MAX: u8 = 10;
const MILLIGRAMS_PER_KILOGRAM: i64 = 1_000_000;

/// The counts that 24 bits mean: two's complement (HX711 datasheet, "Serial Interface"). Bits above are not looked at.
///
/// ```
/// use drivers::bagging::counts_of;
/// assert_eq!((counts_of(0x00_0001), counts_of(0xFF_FFFF)), (1, -1));
/// assert_eq!((counts_of(0x7F_FFFF), counts_of(0x80_0000)), (8_388_607, -8_388_608));
/// ```
pub fn counts_of(bits: u32) -> i32 {
    // The sign stands in the 24th bit: shifted up to the 32nd, then down with it.
    ((bits << 8) as i32) >> 8
}

/// What a converter's counts mean on this load cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calibration {
    /// Counts of the empty bagging area.
    pub offset: i32,
    /// Counts that a kilogram adds; never zero, negative for a cell that is wired the other way round.
    pub counts_per_kilogram: i32,
    /// Most that may lie on it, in grams.
    pub capacity_grams: u32,
    /// How far readings may lie apart that are the same weight, in grams.
    pub noise_grams: u32,
    /// Readings that one weight is made of, at least 5.
    pub samples: usize,
}

impl Calibration {
    /// The milligrams that counts mean, halves away from zero.
    pub fn milligrams(&self, counts: i32) -> i64 {
        let scaled = (i64::from(counts) - i64::from(self.offset)) * MILLIGRAMS_PER_KILOGRAM;
        let per_kilogram = i64::from(self.counts_per_kilogram);
        let half = per_kilogram.abs() / 2;
        (scaled + if scaled < 0 { -half } else { half }) / per_kilogram
    }

    /// How far weights may lie apart that are the same, in milligrams.
    pub fn noise_milligrams(&self) -> i64 {
        i64::from(self.noise_grams) * hal::MILLIGRAMS_PER_GRAM
    }
}

/// Makes weights of readings: the middle one of the last few, so that a single outlier is never seen.
#[derive(Clone, Debug)]
pub struct Weigher {
    calibration: Calibration,
    last: VecDeque<i32>,
    beyond: u8,
}

impl Weigher {
    /// Begins without any readings.
    ///
    /// # Panics
    /// When a kilogram has no counts, or a weight is made of fewer than 5 readings: who sets it up has checked both.
    pub fn new(calibration: Calibration) -> Weigher {
        assert!(calibration.counts_per_kilogram != 0, "a kilogram without counts");
        assert!(calibration.samples >= 5, "a weight of fewer than 5 readings");
        Weigher { calibration, last: VecDeque::with_capacity(calibration.samples), beyond: 0 }
    }

    /// Takes a reading and says what lies there; `None` while it does not know.
    pub fn take(&mut self, counts: i32) -> Option<Weighing> {
        if counts <= COUNTS_MIN || counts >= COUNTS_MAX {
            self.beyond = self.beyond.saturating_add(1);
            return (self.beyond >= BEYOND_MAX).then_some(Weighing::Fault);
        }
        self.beyond = 0;
        if self.last.len() == self.calibration.samples {
            self.last.pop_front();
        }
        self.last.push_back(counts);
        (self.last.len() == self.calibration.samples).then(|| self.weighing())
    }

    /// Forgets the readings: those that come are not of the same time.
    pub fn forget(&mut self) {
        self.last.clear();
    }

    /// Whether the readings lie apart, or there are too few.
    pub fn is_restless(&self) -> bool {
        self.last.len() < self.calibration.samples || self.spread_milligrams() > self.calibration.noise_milligrams()
    }

    /// Takes what lies there for nothing. False when it does not stand still.
    pub fn zero(&mut self) -> bool {
        let still = !self.is_restless();
        if still {
            self.calibration.offset = self.middle();
        }
        still
    }

    fn weighing(&self) -> Weighing {
        let (noise, weight) = (self.calibration.noise_milligrams(), self.calibration.milligrams(self.middle()));
        if self.spread_milligrams() > noise {
            return Weighing::Moving;
        }
        if weight < -noise {
            return Weighing::BelowZero;
        }
        if weight > i64::from(self.calibration.capacity_grams) * hal::MILLIGRAMS_PER_GRAM {
            return Weighing::Overload;
        }
        Weighing::Stable(Weight { net_milligrams: weight.max(0), tared: false })
    }

    fn sorted(&self) -> Vec<i32> {
        let mut sorted: Vec<i32> = self.last.iter().copied().collect();
        sorted.sort_unstable();
        sorted
    }

    fn middle(&self) -> i32 {
        self.sorted()[self.last.len() / 2]
    }

    /// How far the readings lie apart, without the smallest and the largest.
    fn spread_milligrams(&self) -> i64 {
        let sorted = self.sorted();
        let (low, high) = (sorted[1], sorted[sorted.len() - 2]);
        (self.calibration.milligrams(high) - self.calibration.milligrams(low)).abs()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CELL: Calibration = Calibration {
        offset: -12_000,
        counts_per_kilogram: 200_000,
        capacity_grams: 10_000,
        noise_grams: 5,
        samples: 5,
    };

    fn stable(net_milligrams: i64) -> Option<Weighing> {
        Some(Weighing::Stable(Weight { net_milligrams, tared: false }))
    }

    #[test]
    fn counts_become_weights() {
        let mut weigher = Weigher::new(CELL);
        let mut take = |counts: &[i32]| counts.iter().map(|counts| weigher.take(*counts)).last().expect("readings");
        assert_eq!(take(&[-12_000; 4]), None);
        assert_eq!(take(&[-12_000]), stable(0));
        // A bottle of 550 g is put down; a knock beyond the range is no reading.
        assert_eq!(take(&[98_000]), stable(0));
        assert_eq!(take(&[98_000, COUNTS_MAX]), None);
        assert_eq!(take(&[98_000]), Some(Weighing::Moving));
        assert_eq!(take(&[98_000]), stable(550_000));
        assert_eq!(take(&[98_001; 5]), stable(550_005));
        assert_eq!(take(&[-12_400; 5]), stable(0));
        assert_eq!(take(&[-14_000; 5]), Some(Weighing::BelowZero));
        assert_eq!(take(&[2_000_000; 5]), Some(Weighing::Overload));
        assert_eq!(take(&[COUNTS_MIN; 10]), Some(Weighing::Fault));
        assert_eq!(take(&[-12_000; 5]), stable(0));
        assert!(weigher.zero());
        // Wired the other way round.
        let mut weigher = Weigher::new(Calibration { counts_per_kilogram: -200_000, ..CELL });
        assert_eq!((0..5).map(|_| weigher.take(-122_000)).last(), Some(stable(550_000)));
    }

    #[test]
    fn what_stands_still_can_be_taken_for_nothing() {
        let mut weigher = Weigher::new(CELL);
        assert!(!weigher.zero());
        for counts in [50_000, 60_000, 70_000, 80_000, 90_000] {
            weigher.take(counts);
        }
        assert!(!weigher.zero());
        assert_eq!((0..5).map(|_| weigher.take(28_000)).last(), Some(stable(200_000)));
        assert!(weigher.zero());
        assert_eq!((0..5).map(|_| weigher.take(28_000)).last(), Some(stable(0)));
        assert_eq!((0..5).map(|_| weigher.take(48_000)).last(), Some(stable(100_000)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn all_24_bits_mean_what_they_mean(bits in any::<u32>()) {
            let low = i64::from(bits & 0xFF_FFFF);
            let expect = if low >= 1 << 23 { low - (1 << 24) } else { low };
            prop_assert_eq!(i64::from(counts_of(bits)), expect);
        }

        /// One outlier among readings that stand still is never seen, whatever it is and wherever it comes.
        #[test]
        fn an_outlier_is_never_seen(
            grams in 0_i32..9_000, outlier in COUNTS_MIN..=COUNTS_MAX, place in 0_usize..5, samples in 5_usize..12,
            noise in prop::collection::vec(-400_i32..=400, 40),
        ) {
            let mut weigher = Weigher::new(Calibration { samples, ..CELL });
            let still = CELL.offset + grams * 200;
            let mut seen = 0;
            for (at, noise) in noise.iter().enumerate() {
                let counts = if at == samples + place { outlier } else { still + noise };
                match weigher.take(counts) {
                    None => {}
                    Some(Weighing::Stable(weight)) => {
                        seen += 1;
                        prop_assert!((weight.net_milligrams - i64::from(grams) * 1_000).abs() <= 2_000);
                    }
                    other => prop_assert!(false, "{other:?}"),
                }
            }
            prop_assert!(seen >= 40 - samples);
        }

        /// Whatever is read, a weight is never negative nor beyond what may lie there.
        #[test]
        fn any_readings_are_borne(counts in prop::collection::vec(any::<i32>(), 0..30), offset in any::<i32>(), per in any::<i32>()) {
            prop_assume!(per != 0);
            let mut weigher = Weigher::new(Calibration { offset, counts_per_kilogram: per, ..CELL });
            for counts in counts {
                if let Some(Weighing::Stable(weight)) = weigher.take(counts) {
                    prop_assert!((0..=10_000_000).contains(&weight.net_milligrams));
                }
            }
        }
    }
}
