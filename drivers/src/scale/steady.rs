//! Whether a weight stands still, when the scale does not say so.

use hal::{Weighing, Weight};

/// Counts equal weights in a row: the last of `needed` is the first that counts as standing still.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Steady {
    needed: u8,
    same: u8,
    last: Option<Weight>,
}

impl Steady {
    /// Begins to count; `needed` is at least one.
    pub fn new(needed: u8) -> Steady {
        assert!(needed > 0, "a weight that stands still before it was heard");
        Steady { needed, same: 0, last: None }
    }

    /// Takes a weight without a mark.
    pub fn hear(&mut self, weight: Weight) -> Weighing {
        self.same = if self.last == Some(weight) { self.same.saturating_add(1) } else { 1 };
        self.last = Some(weight);
        if self.same >= self.needed { Weighing::Stable(weight) } else { Weighing::Moving }
    }

    /// Something came between: the count begins anew.
    pub fn forget(&mut self) {
        *self = Steady::new(self.needed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]
        #[test]
        fn no_weight_counts_before_it_came_often_enough(
            heard in proptest::collection::vec(prop_oneof![9 => (0_i64..3).prop_map(Some), 1 => Just(None)], 0..60),
            needed in 1_u8..8,
        ) {
            let mut steady = Steady::new(needed);
            for (at, weight) in heard.iter().enumerate() {
                let Some(net_milligrams) = *weight else { steady.forget(); continue };
                let weight = Weight { net_milligrams, tared: false };
                let run = heard[..=at].iter().rev().take_while(|other| **other == Some(net_milligrams)).count();
                let stands = run >= usize::from(needed);
                prop_assert_eq!(steady.hear(weight), if stands { Weighing::Stable(weight) } else { Weighing::Moving });
            }
        }
    }
}
