//! Somebody answers for what was counted, and the book becomes what is there.
//!
//! An approval says what was there at an instant, not by how much the book was wrong. Whoever keeps the book posts
//! `counted - B(at)`, with the `B(at)` of all that moved until then, also of what is told later; so sales that were not
//! known to the approving terminal, and all later ones, stay right.

use jiff::Timestamp;
use uuid::Uuid;

use super::difference::Difference;
use super::{APPROVED_AT_ONCE_MAX, LotQuantity};
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
    /// out and stays open.
    pub fn of(plan: Uuid, differences: &[Difference], by: &str, at: Timestamp) -> Vec<CountApproval> {
        let settled: Vec<&Difference> = differences.iter().filter(|difference| difference.is_settled()).collect();
        let part = |part: &[&Difference]| CountApproval {
            plan,
            by: by.to_owned(),
            at,
            lines: part.iter().map(|difference| ApprovedLine::of(difference)).collect(),
        };
        settled.chunks(APPROVED_AT_ONCE_MAX).map(part).collect()
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
