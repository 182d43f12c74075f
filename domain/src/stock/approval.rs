//! Somebody answers for what was counted, and the book becomes what is there.
//!
//! An approval says what was there at an instant, not by how much the book was wrong. Whoever keeps the book posts
//! `counted - B(at)`, with the `B(at)` of all that moved until then, also of what is told later; so sales that were not
//! known to the approving terminal, and all later ones, stay right.

use jiff::Timestamp;
use uuid::Uuid;

use super::difference::Difference;
use super::figure::Figure;
use super::{APPROVED_AT_ONCE_MAX, LotQuantity, What};
use crate::money::Money;
use crate::quantity::Quantity;

/// A count, or a part of it, is approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountApproval {
    /// The count.
    pub plan: Uuid,
    /// Staff id of who approved.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// What was there; every item once.
    pub lines: Vec<ApprovedLine>,
    /// Goods that were there and that the catalogue does not know: no book has them, and somebody has to name them.
    pub unknown: Vec<UnknownGoods>,
}

/// Goods that were counted by a code that the catalogue does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownGoods {
    /// The code.
    pub code: String,
    /// Name of the zone.
    pub zone: String,
    /// How many; may be rough.
    pub quantity: Quantity,
    /// What they are, as far as somebody wrote it; empty for nothing.
    pub note: String,
}

/// What was there of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovedLine {
    /// Item id.
    pub item: String,
    /// How much was there.
    pub counted: Quantity,
    /// It by lot; sums to it.
    pub lots: Vec<LotQuantity>,
    /// At this instant.
    pub at: Timestamp,
    /// What the book said then, as far as the approving terminal knew.
    pub expected: Quantity,
    /// What the difference was worth, as far as the approving terminal knew.
    pub value: Money,
}

/// A count ends: nothing more is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountClosed {
    /// The count.
    pub plan: Uuid,
    /// Staff id.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why it was given up; empty when it was approved.
    pub reason: String,
}

impl CountApproval {
    /// Approves all differences that are settled, as events of a size that can be written. What is not settled is left
    /// out and stays open. `unknown` goes to whoever names it: told once, when the count ends.
    pub fn of(
        plan: Uuid,
        differences: &[Difference],
        unknown: &[Figure],
        by: &str,
        at: Timestamp,
    ) -> Vec<CountApproval> {
        let settled = differences.iter().filter(|difference| difference.is_settled());
        let lines: Vec<ApprovedLine> = settled.map(ApprovedLine::of).collect();
        let unknown: Vec<UnknownGoods> = unknown.iter().filter_map(UnknownGoods::of).collect();
        let parts = lines.len().max(unknown.len()).div_ceil(APPROVED_AT_ONCE_MAX);
        let part = |no: usize| CountApproval {
            plan,
            by: by.to_owned(),
            at,
            lines: nth_part(&lines, no),
            unknown: nth_part(&unknown, no),
        };
        (0..parts).map(part).collect()
    }
}

/// So many of a list as one event bears.
fn nth_part<T: Clone>(all: &[T], no: usize) -> Vec<T> {
    all.chunks(APPROVED_AT_ONCE_MAX).nth(no).map(<[T]>::to_vec).unwrap_or_default()
}

impl UnknownGoods {
    /// Nothing for goods that the catalogue knows, and where none are left.
    fn of(figure: &Figure) -> Option<UnknownGoods> {
        let What::Unknown(code) = &figure.what else { return None };
        let quantity = Some(figure.claim.quantity()).filter(|quantity| *quantity != Quantity::NONE)?;
        Some(UnknownGoods { code: code.clone(), zone: figure.zone.clone(), quantity, note: figure.claim.note.clone() })
    }
}

impl ApprovedLine {
    fn of(difference: &Difference) -> ApprovedLine {
        let lots: Quantity = difference.lots.iter().fold(Quantity::NONE, |sum, lot| sum + lot.quantity);
        assert_eq!(lots, difference.counted, "lots sum to what was counted");
        ApprovedLine {
            item: difference.item.clone(),
            counted: difference.counted,
            lots: difference.lots.clone(),
            at: difference.at,
            expected: difference.expected,
            value: difference.value,
        }
    }

    /// What to book where the book said so much at the instant of the counting.
    pub fn movement(&self, book_then: Quantity) -> Quantity {
        self.counted + -book_then
    }
}

/// What differences are worth in all, each without its sign: the size that a permission to approve is limited by.
pub fn size(differences: &[Difference]) -> Money {
    let worth = differences.iter().filter(|difference| difference.is_settled()).map(|found| found.value.abs().units());
    Money::minor(worth.fold(0_i64, i64::saturating_add).min(crate::money::AMOUNT_MAX))
}
