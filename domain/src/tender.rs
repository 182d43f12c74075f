//! Means of payment: cash, its rounding and its change.

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

/// How a sale was paid. `amount = tendered - change`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tender {
    /// By which means.
    pub kind: TenderKind,
    /// What stays in the till; negative when the shopper gets money.
    pub amount: Money,
    /// What was handed over.
    pub tendered: Money,
    /// What was handed back.
    pub change: Money,
}

/// Means of payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TenderKind {
    /// Notes and coins.
    Cash,
}

/// Why a tender is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TenderError {
    /// More is due.
    #[error("{} minor units are missing", missing.units())]
    NotEnough {
        /// How much more.
        missing: Money,
    },
    /// So much more than due that it must be a mistake, such as a code typed as an amount.
    #[error("far more than due")]
    TooMuch,
    /// A refund is paid out exactly.
    #[error("a refund is paid out exactly")]
    NotExact,
}

/// Change in minor units that is still believed: no shopper pays with more.
const OVER_TENDER_MAX: i64 = 1_000_000;

impl Tender {
    /// Takes cash for what is due in cash (already rounded). A negative due pays out exactly that.
    pub fn cash(due: Money, tendered: Money) -> Result<Tender, TenderError> {
        if due < Money::ZERO {
            return match tendered.abs() == due.abs() {
                true => Ok(Tender { kind: TenderKind::Cash, amount: due, tendered: due, change: Money::ZERO }),
                false => Err(TenderError::NotExact),
            };
        }
        if tendered < due {
            return Err(TenderError::NotEnough { missing: due - tendered });
        }
        let change = tendered - due;
        if change.units() > OVER_TENDER_MAX {
            return Err(TenderError::TooMuch);
        }
        Ok(Tender { kind: TenderKind::Cash, amount: due, tendered, change })
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
    fn cash_gives_change_and_says_what_is_missing() {
        let cash = |due, tendered| Tender::cash(Money::minor(due), Money::minor(tendered));
        assert_eq!(cash(575, 1000).unwrap().change, Money::minor(425));
        assert_eq!(cash(575, 500), Err(TenderError::NotEnough { missing: Money::minor(75) }));
        assert_eq!(cash(575, 4_006_381_333_931), Err(TenderError::TooMuch));
        assert_eq!(cash(-575, -575).unwrap().amount, Money::minor(-575));
        assert_eq!(cash(-575, 575).unwrap().amount, Money::minor(-575));
        assert_eq!(cash(-575, 100), Err(TenderError::NotExact));
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
