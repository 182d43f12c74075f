//! Means of payment: what each may do, how several together pay a sale exactly, and where a refund goes.
//!
//! A [`Settlement`] takes tenders in any mix until nothing is left to pay. [`payouts`] says to which of a sale's
//! tenders a refund goes. Amounts are positive when the shopper pays and negative when she gets money.

mod payout;
mod rounding;
mod rules;
mod settlement;

use uuid::Uuid;

use crate::money::Money;

pub use payout::{EarlierReturn, PaidSale, Payout, PayoutError, Payouts, REFUND_ORDER, payouts};
pub use rounding::{CashRounding, RoundingMode, quick_amounts};
pub use rules::{Over, RefundTo, RuleError, TenderBook, TenderRules};
pub use settlement::{Offer, Settled, Settlement, SettlementError, TENDERS_MAX, Taken};

/// Means of payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TenderKind {
    /// Notes and coins.
    Cash,
    /// A payment code on the shopper's telephone (付款码).
    Code,
    /// A bank card on the terminal.
    Card,
    /// The member's stored value.
    StoredValue,
    /// A gift card.
    GiftCard,
    /// A coupon that pays a part, as against one that lowers prices.
    Coupon,
    /// A slip worth an amount.
    Voucher,
    /// The member's points.
    Points,
    /// What was paid before, when the goods were ordered.
    Deposit,
    /// Put on the customer's account, and billed.
    OnAccount,
}

impl TenderKind {
    /// All kinds, in the order in which they are offered.
    pub const ALL: [TenderKind; 10] = [
        TenderKind::Cash,
        TenderKind::Code,
        TenderKind::Card,
        TenderKind::StoredValue,
        TenderKind::GiftCard,
        TenderKind::Coupon,
        TenderKind::Voucher,
        TenderKind::Points,
        TenderKind::Deposit,
        TenderKind::OnAccount,
    ];
}

/// How a sale, or a part of it, was paid. `amount = tendered - change - forfeited`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tender {
    /// By which means.
    pub kind: TenderKind,
    /// What stays in the till; negative when the shopper gets money.
    pub amount: Money,
    /// What was handed over.
    pub tendered: Money,
    /// What was handed back.
    pub change: Money,
    /// What a slip was worth above what was due.
    pub forfeited: Money,
    /// Which card, slip, account or order, masked: an order number, the tail of an account.
    pub reference: Option<String>,
    /// The payment by which it was taken. In a refund the payment that it goes back on, whose refund has a number of
    /// its own.
    pub payment: Option<Uuid>,
    /// Points that were spent; negative when they are given back.
    pub points: i64,
    /// The grant that allowed it to be spent while the platform could not be asked.
    pub grant: Option<Uuid>,
}

/// Why cash is not taken.
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

impl Tender {
    /// A tender of an amount and nothing over.
    pub fn exact(kind: TenderKind, amount: Money) -> Tender {
        Tender {
            kind,
            amount,
            tendered: amount,
            change: Money::ZERO,
            forfeited: Money::ZERO,
            reference: None,
            payment: None,
            points: 0,
            grant: None,
        }
    }

    /// Takes cash for all that is due in cash (already rounded). A negative due pays out exactly that.
    pub fn cash(due: Money, tendered: Money) -> Result<Tender, TenderError> {
        let cash = |tendered, change| Tender { tendered, change, ..Tender::exact(TenderKind::Cash, due) };
        if due < Money::ZERO {
            return match tendered.abs() == due.abs() {
                true => Ok(cash(due, Money::ZERO)),
                false => Err(TenderError::NotExact),
            };
        }
        if tendered < due {
            return Err(TenderError::NotEnough { missing: due - tendered });
        }
        let change = tendered - due;
        if change.units() > rules::CHANGE_UNITS_MAX {
            return Err(TenderError::TooMuch);
        }
        Ok(cash(tendered, change))
    }
}

#[cfg(test)]
mod tests;
