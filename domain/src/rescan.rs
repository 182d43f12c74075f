//! Whom an attendant looks into the bag of, and how far: a check by chance, so that what a shop loses on a basket stays
//! below a bound, and few honest shoppers are kept.
//!
//! The model, in `docs/self-checkout.md`: a basket worth `V` carries goods that were not scanned with the chance `q`, and
//! then [`UNSCANNED_BP`] of what is carried were not. Without a look the shop loses `q * s * V` on it. `n` pieces picked
//! blindly find it with `d(n) = 1 - (1 - s)^n`, and all pieces find it for sure; what is found is paid. So a look at `n` with
//! the chance `p` leaves `q * s * V * (1 - p * d(n))`, and the plan is the smallest `n`, with the smallest `p`, for which that is
//! at most the bound. A look at everything always is one.
//!
//! Pure and in whole numbers; chance comes in by the door.

use crate::money::Money;

/// A whole, in basis points.
const WHOLE_BP: u64 = 10_000;
/// What part of the carried goods was not scanned where some were not.
pub const UNSCANNED_BP: u64 = 2_500;
/// Pieces that are looked at, the fewest first; beyond these, everything.
const STEPS: [u32; 3] = [3, 5, 8];
/// Everybody is looked at with at least this chance, so that nobody knows to be safe.
pub const CHANCE_MIN_BP: u32 = 50;
/// Nobody is taken for a thief: the chance never counts as more.
const SUSPICION_MAX_BP: u64 = 5_000;
/// A shopper of whom nothing is known.
const NEW_BP: u64 = 120;
/// A member of whom nothing is known.
const MEMBER_BP: u64 = 60;
/// Looks without a find after which the chance is halved.
const CLEAN_HALF: u64 = 4;
/// What each look that found something adds.
const MISSED_BP: u64 = 800;
/// What each line that was taken off again adds.
const CORRECTION_BP: u64 = 30;
/// What each time adds that the bagging area was not agreed with.
const SKIP_BP: u64 = 60;
/// Lines that are taken off by honest people, too.
const CORRECTIONS_FREE: u32 = 1;

/// What is known of a basket and of who carries it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Risk {
    /// What it costs; nothing for nothing.
    pub value: Money,
    /// Pieces in it.
    pub pieces: u32,
    /// Lines that were taken off again.
    pub corrections: u32,
    /// Times that the bagging area was not agreed with.
    pub skips: u32,
    /// Whether a bagging area weighs what is carried.
    pub weighed: bool,
    /// Whether it was scanned in the aisle, where nobody stood by.
    pub from_aisle: bool,
    /// What was learnt of the member; nothing for a shopper who is none.
    pub known: Option<Trust>,
}

/// What looks into a member's bag have found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Trust {
    /// Looks that found everything scanned.
    pub clean: u32,
    /// Looks that found something that was not.
    pub missed: u32,
}

/// How far is looked, and how likely.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// In basis points.
    pub chance_bp: u32,
    /// Pieces; all of them when that is as many as there are.
    pub pieces: u32,
}

/// The chance that a basket carries goods that were not scanned, in basis points.
pub fn suspicion_bp(risk: &Risk) -> u64 {
    let begins = match risk.known {
        None => NEW_BP,
        Some(trust) => {
            let halved = MEMBER_BP * CLEAN_HALF / (CLEAN_HALF + u64::from(trust.clean));
            halved + MISSED_BP * u64::from(trust.missed)
        }
    };
    let corrections = u64::from(risk.corrections.saturating_sub(CORRECTIONS_FREE));
    let behaved = begins + CORRECTION_BP * corrections + SKIP_BP * u64::from(risk.skips);
    let seen = if risk.weighed { behaved } else { behaved * 3 / 2 };
    let seen = if risk.from_aisle { seen * 3 / 2 } else { seen };
    seen.min(SUSPICION_MAX_BP)
}

/// What is lost on such a basket when nobody looks: thousandths of a minor unit.
pub fn loss_unseen(risk: &Risk) -> u64 {
    let value = u64::try_from(risk.value.units()).unwrap_or(0);
    let (of, by) = (WHOLE_BP * WHOLE_BP, suspicion_bp(risk) * UNSCANNED_BP);
    u64::try_from(u128::from(value) * 1000 * u128::from(by) / u128::from(of)).unwrap_or(u64::MAX)
}

/// How far is looked, so that what is lost on average is at most `bound`; nothing for an empty basket.
pub fn plan(risk: &Risk, bound: Money) -> Plan {
    let (loss, bound) = (loss_unseen(risk), u64::try_from(bound.units()).unwrap_or(0) * 1000);
    if risk.pieces == 0 || loss == 0 {
        return Plan { chance_bp: 0, pieces: 0 };
    }
    // 1 - bound / loss, rounded up: what must be found.
    let must_bp = match loss > bound {
        true => (u128::from(loss - bound) * u128::from(WHOLE_BP)).div_ceil(u128::from(loss)) as u64,
        false => 0,
    };
    let fits = |pieces: &u32| *pieces < risk.pieces && found_bp(*pieces) >= must_bp;
    let (pieces, found) = match STEPS.iter().find(|pieces| fits(pieces)) {
        Some(pieces) => (*pieces, found_bp(*pieces)),
        None => (risk.pieces, WHOLE_BP),
    };
    let chance = (must_bp * WHOLE_BP).div_ceil(found).min(WHOLE_BP) as u32;
    Plan { chance_bp: chance.max(CHANCE_MIN_BP), pieces }
}

/// Pieces to look at now, by chance (any number); zero lets the shopper go.
pub fn decide(risk: &Risk, bound: Money, chance: u64) -> u32 {
    let plan = plan(risk, bound);
    if chance % WHOLE_BP < u64::from(plan.chance_bp) { plan.pieces } else { 0 }
}

/// How likely so many pieces, picked blindly, show one that was not scanned; rounded down.
fn found_bp(pieces: u32) -> u64 {
    let missed = (0..pieces).fold(WHOLE_BP, |missed, _| (missed * (WHOLE_BP - UNSCANNED_BP)).div_ceil(WHOLE_BP));
    WHOLE_BP - missed
}

#[cfg(test)]
mod tests;
