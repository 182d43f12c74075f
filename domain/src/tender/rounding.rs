//! Coins that exist: how cash is rounded, and what a shopper is likely to hand over.

use crate::money::Money;

/// How cash is rounded to coins that exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CashRounding {
    /// Smallest amount that is paid in cash; one minor unit for no rounding.
    pub step: Money,
    /// Which way.
    pub mode: RoundingMode,
}

/// Which way cash is rounded. Both treat a refund as the sale's mirror image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoundingMode {
    /// To the nearest step, half away from zero (5-cent rounding).
    Nearest,
    /// Towards zero (抹零).
    Down,
}

impl CashRounding {
    /// No rounding.
    pub fn none() -> CashRounding {
        CashRounding { step: Money::minor(1), mode: RoundingMode::Nearest }
    }

    /// What is paid in cash for a total.
    pub fn apply(self, total: Money) -> Money {
        let step = self.step.units().max(1);
        let steps = match self.mode {
            RoundingMode::Nearest => total.scale(1, step).units(),
            RoundingMode::Down => total.units() / step,
        };
        Money::minor(steps * step)
    }
}

/// Amounts a shopper is likely to hand over: exact, then the next round ones from coins and notes of 1, 2, 5 and 10
/// times a power of ten. At most `count`, growing. Currencies without minor digits have notes of hundreds.
pub fn quick_amounts(due: Money, units_per_major: i64, count: usize) -> Vec<Money> {
    if due <= Money::ZERO {
        return vec![due];
    }
    let units_per_major = units_per_major.max(100);
    let mut amounts = vec![due.units()];
    let notes = [1, 5, 10, 20, 50, 100, 200, 500, 1000].map(|note| note * units_per_major);
    for note in notes {
        let rounded = (due.units() + note - 1) / note * note;
        if rounded - due.units() < 100 * units_per_major {
            amounts.push(rounded);
        }
    }
    amounts.sort_unstable();
    amounts.dedup();
    amounts.into_iter().take(count).map(Money::minor).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn cash_is_rounded_as_the_store_says() {
        let five = CashRounding { step: Money::minor(5), mode: RoundingMode::Nearest };
        let jiao = CashRounding { step: Money::minor(10), mode: RoundingMode::Down };
        let of = |rounding: CashRounding, units| rounding.apply(Money::minor(units)).units();
        assert_eq!((of(five, 1002), of(five, 1003), of(five, -1003)), (1000, 1005, -1005));
        assert_eq!((of(jiao, 578), of(jiao, -578), of(CashRounding::none(), 578)), (570, -570, 578));
    }

    #[test]
    fn likely_amounts_are_those_that_notes_make() {
        let quick: Vec<i64> = quick_amounts(Money::minor(575), 100, 6).into_iter().map(Money::units).collect();
        assert_eq!(quick, [575, 600, 1000, 2000, 5000, 10000]);
        let yen: Vec<i64> = quick_amounts(Money::minor(575), 1, 4).into_iter().map(Money::units).collect();
        assert_eq!(yen, [575, 600, 1000, 2000]);
    }

    proptest! {
        #[test]
        fn a_sale_and_its_refund_in_cash_leave_nothing(units in 0_i64..10_000_000, step in 1_i64..100, down in any::<bool>()) {
            let mode = if down { RoundingMode::Down } else { RoundingMode::Nearest };
            let rounding = CashRounding { step: Money::minor(step), mode };
            let (there, back) = (rounding.apply(Money::minor(units)), rounding.apply(Money::minor(-units)));
            prop_assert_eq!(there, -back);
            prop_assert!((there.units() - units).abs() < step);
            prop_assert_eq!(there.units() % step, 0);
        }
    }
}
