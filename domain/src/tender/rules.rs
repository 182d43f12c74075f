//! What each means of payment may do, as data: the trade's usual rules, and a store's own in their place.

use super::TenderKind;
use crate::money::Money;

/// Change in minor units that is still believed: no shopper pays with more.
pub(super) const CHANGE_UNITS_MAX: i64 = 1_000_000;

/// Rules of one means of payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TenderRules {
    /// Whether the store takes it.
    pub accepted: bool,
    /// What happens with more than is due.
    pub over: Over,
    /// How a refund gives it back.
    pub refund: RefundTo,
    /// Whether taking it, or giving it back, opens the drawer.
    pub opens_drawer: bool,
    /// Whether it goes through the payment port, and so must carry a payment's id.
    pub needs_payment: bool,
    /// Whether it must say which card, slip, account or order it comes from.
    pub needs_reference: bool,
}

/// What happens with more than is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// The rest is handed back, up to an amount that is still believed. Cash alone may do this: change is cash, and
    /// would leave the drawer uncounted.
    Change {
        /// The most that is handed back.
        max: Money,
    },
    /// The rest is lost to the shopper, as printed on the slip.
    Forfeit,
    /// No more than is due is taken.
    Exact,
}

/// How a refund gives a tender back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundTo {
    /// To the card, account or person that it came from.
    Same,
    /// As a new slip of the same kind: the one that paid is used up.
    Reissued,
    /// In cash.
    Cash,
}

/// A store changes a rule in a way that would not add up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// Only cash gives change.
    #[error("{0:?} cannot give change: only cash can, let it be exact or forfeit the rest")]
    ChangeOfOther(TenderKind),
    /// Cash is counted by the drawer.
    #[error("cash needs no payment, no reference, and is given back as cash")]
    CashIsCash,
    /// Change that nobody hands back.
    #[error("the most that is handed back cannot be less than nothing")]
    NegativeChange,
}

/// The rules of all means of payment in one store.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct TenderBook {
    overrides: Vec<(TenderKind, TenderRules)>,
}

impl TenderKind {
    /// The trade's usual rules.
    pub fn rules(self) -> TenderRules {
        let plain = TenderRules {
            accepted: true,
            over: Over::Exact,
            refund: RefundTo::Same,
            opens_drawer: false,
            needs_payment: false,
            needs_reference: true,
        };
        match self {
            TenderKind::Cash => TenderRules {
                over: Over::Change { max: Money::minor(CHANGE_UNITS_MAX) },
                refund: RefundTo::Cash,
                opens_drawer: true,
                needs_reference: false,
                ..plain
            },
            TenderKind::Code | TenderKind::Card => TenderRules { needs_payment: true, ..plain },
            TenderKind::Coupon | TenderKind::Voucher => {
                TenderRules { over: Over::Forfeit, refund: RefundTo::Reissued, ..plain }
            }
            TenderKind::Points => TenderRules { needs_reference: false, ..plain },
            TenderKind::StoredValue | TenderKind::GiftCard | TenderKind::Deposit | TenderKind::OnAccount => plain,
        }
    }
}

impl TenderBook {
    /// The trade's usual rules, with a store's own for one kind. The last word for a kind counts.
    pub fn with(mut self, kind: TenderKind, rules: TenderRules) -> Result<TenderBook, RuleError> {
        match rules.over {
            Over::Change { max } if max < Money::ZERO => return Err(RuleError::NegativeChange),
            Over::Change { .. } if kind != TenderKind::Cash => return Err(RuleError::ChangeOfOther(kind)),
            Over::Change { .. } | Over::Forfeit | Over::Exact => {}
        }
        let odd_cash = rules.needs_payment || rules.needs_reference || rules.refund != RefundTo::Cash;
        if kind == TenderKind::Cash && odd_cash {
            return Err(RuleError::CashIsCash);
        }
        self.overrides.retain(|(other, _)| *other != kind);
        self.overrides.push((kind, rules));
        Ok(self)
    }

    /// The rules of a kind.
    pub fn of(&self, kind: TenderKind) -> TenderRules {
        let own = self.overrides.iter().find(|(other, _)| *other == kind);
        own.map_or_else(|| kind.rules(), |(_, rules)| *rules)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_may_change_what_still_adds_up() {
        let strict = TenderRules { over: Over::Exact, ..TenderKind::Voucher.rules() };
        let book = TenderBook::default().with(TenderKind::Voucher, strict).unwrap();
        assert_eq!(book.of(TenderKind::Voucher).over, Over::Exact);
        assert_eq!(book.of(TenderKind::Coupon).over, Over::Forfeit);
        let change = TenderRules { over: Over::Change { max: Money::minor(CHANGE_UNITS_MAX) }, ..strict };
        assert_eq!(book.clone().with(TenderKind::Voucher, change), Err(RuleError::ChangeOfOther(TenderKind::Voucher)));
        let numbered = TenderRules { needs_reference: true, ..TenderKind::Cash.rules() };
        assert_eq!(book.with(TenderKind::Cash, numbered), Err(RuleError::CashIsCash));
    }
}
