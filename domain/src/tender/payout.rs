//! Where a refund goes: back to what paid, in a fixed order, and never more than it paid.
//!
//! The order is points, coupon, gift card, stored value, payment code, card, on account, deposit, voucher, cash. What
//! is not money goes back first, so that points and coupons never turn into money by a partial return; what goes back
//! by itself comes before what the shop hands out; and cash, which can be stolen, is last.
//!
//! Cash alone is rounded, and cumulatively: each payout brings what was paid out in all to the nearest coin. The
//! return that completes the sale pays out all that is left, so that returns that add up to the sale pay out exactly
//! what it took, whatever the rounding was.

use uuid::Uuid;

use super::{CashRounding, RefundTo, Tender, TenderBook, TenderKind};
use crate::money::Money;
use crate::refund::points_share;

/// The order in which tenders are given back.
pub const REFUND_ORDER: [TenderKind; 10] = [
    TenderKind::Points,
    TenderKind::Coupon,
    TenderKind::GiftCard,
    TenderKind::StoredValue,
    TenderKind::Code,
    TenderKind::Card,
    TenderKind::OnAccount,
    TenderKind::Deposit,
    TenderKind::Voucher,
    TenderKind::Cash,
];

/// A completed sale, as far as its money can be given back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaidSale {
    /// What the goods that went out cost: the sum of the sale's lines that are not returns.
    pub goods: Money,
    /// Added by cash rounding.
    pub rounding: Money,
    /// How it was paid.
    pub tenders: Vec<Tender>,
    /// What was given back since.
    pub earlier: Vec<EarlierReturn>,
}

/// Goods of the sale that came back earlier.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct EarlierReturn {
    /// What they had cost.
    pub value: Money,
    /// What of it was set off against new goods.
    pub set_off: Money,
    /// What of it was given back in place of what no tender had paid ([`Payouts::beyond`]).
    pub beyond: Money,
    /// What was paid out to the sale's tenders; negative amounts.
    pub tenders: Vec<Tender>,
}

/// Money that goes back to one tender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payout {
    /// By which means.
    pub kind: TenderKind,
    /// To which card, account or order, masked. A slip that is issued anew has none yet.
    pub reference: Option<String>,
    /// The payment that took it.
    pub payment: Option<Uuid>,
    /// How much, above zero.
    pub amount: Money,
    /// Points that go back with it.
    pub points: i64,
}

/// What a refund pays out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payouts {
    /// What the shopper is owed: the goods' value less what is set off against new goods.
    pub due: Money,
    /// To which tenders, in order; none with an amount of nothing.
    pub list: Vec<Payout>,
    /// What no tender of the sale paid, because other goods came back in it: the store decides how to give it back.
    pub beyond: Money,
}

/// Why nothing is paid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PayoutError {
    /// Nothing comes back.
    #[error("nothing is to be given back")]
    Nothing,
    /// More than the goods still with the shopper had cost.
    #[error("only {} minor units of the sale can still be given back", left.units())]
    MoreThanLeft {
        /// How much can.
        left: Money,
    },
    /// More is set off than comes back.
    #[error("more is set off than the goods had cost")]
    SetOffTooMuch,
}

impl Payouts {
    /// What cash rounding adds to the refund's (negative) total.
    pub fn rounding(&self) -> Money {
        let paid: Money = self.list.iter().map(|payout| payout.amount).sum();
        self.due - self.beyond - paid
    }
}

impl From<&Payout> for Tender {
    fn from(payout: &Payout) -> Tender {
        Tender {
            reference: payout.reference.clone(),
            payment: payout.payment,
            points: -payout.points,
            ..Tender::exact(payout.kind, -payout.amount)
        }
    }
}

/// Pays out goods of a sale that had cost `value`, of which `set_off` pays for new goods.
pub fn payouts(
    book: &TenderBook,
    cash_rounding: CashRounding,
    sale: &PaidSale,
    value: Money,
    set_off: Money,
) -> Result<Payouts, PayoutError> {
    let before: Money = sale.earlier.iter().map(|earlier| earlier.value).sum();
    let left = sale.goods - before;
    match () {
        () if value <= Money::ZERO => return Err(PayoutError::Nothing),
        () if value > left => return Err(PayoutError::MoreThanLeft { left }),
        () if set_off < Money::ZERO || set_off > value => return Err(PayoutError::SetOffTooMuch),
        () => {}
    }
    let mut purses = Purses::of(book, sale);
    let carried: Money = sale.earlier.iter().map(|earlier| purses.give_back(book, earlier)).sum();
    let due = value - set_off;
    let rest_of_all = value == left && set_off.is_zero();
    Ok(if rest_of_all { purses.all(due) } else { purses.part(cash_rounding, due, carried) })
}

/// What one tender of the sale, or several that cannot be told apart, paid.
struct Purse {
    kind: TenderKind,
    reference: Option<String>,
    payment: Option<Uuid>,
    paid: Money,
    points: i64,
    given: Money,
}

struct Purses {
    /// In the order in which they are given back; cash is last.
    list: Vec<Purse>,
    /// What goods that came back in the sale itself paid, less what was given back for it.
    beyond: Money,
}

impl Purse {
    fn left(&self) -> Money {
        self.paid - self.given
    }

    fn take(&mut self, amount: Money) -> Option<Payout> {
        assert!(amount >= Money::ZERO && amount <= self.left(), "no tender gets more than it paid");
        let points = if self.paid.is_zero() { 0 } else { points_share(self.points, self.paid, self.given, amount) };
        self.given += amount;
        let (reference, payment) = (self.reference.clone(), self.payment);
        (!amount.is_zero()).then_some(Payout { kind: self.kind, reference, payment, amount, points })
    }
}

impl Purses {
    fn of(book: &TenderBook, sale: &PaidSale) -> Purses {
        let mut list: Vec<Purse> = Vec::new();
        for tender in sale.tenders.iter().filter(|tender| tender.amount > Money::ZERO) {
            let (kind, reference, payment) = target(book, tender);
            let same =
                |purse: &&mut Purse| (purse.kind, &purse.reference, purse.payment) == (kind, &reference, payment);
            match list.iter_mut().find(same) {
                Some(purse) => {
                    purse.paid += tender.amount;
                    purse.points += tender.points;
                }
                None => {
                    let (paid, points) = (tender.amount, tender.points);
                    list.push(Purse { kind, reference, payment, paid, points, given: Money::ZERO });
                }
            }
        }
        list.sort_by_key(|purse| REFUND_ORDER.iter().position(|kind| *kind == purse.kind));
        let paid: Money = list.iter().map(|purse| purse.paid).sum();
        let refunded = sale.tenders.iter().any(|tender| tender.amount < Money::ZERO);
        let by_tenders = if refunded { Money::ZERO } else { (paid - sale.rounding).max(Money::ZERO) };
        Purses { list, beyond: (sale.goods - by_tenders).max(Money::ZERO) }
    }

    /// Counts what was given back earlier, and says how far rounding left it behind what was owed.
    fn give_back(&mut self, book: &TenderBook, earlier: &EarlierReturn) -> Money {
        let (mut elsewhere, mut paid) = (earlier.set_off, Money::ZERO);
        for tender in &earlier.tenders {
            let (kind, reference, payment) = target(book, tender);
            let purse = self
                .list
                .iter_mut()
                .find(|purse| (purse.kind, &purse.reference, purse.payment) == (kind, &reference, payment));
            let amount = -tender.amount;
            let fitting = purse.map_or(Money::ZERO, |purse| {
                let fitting = amount.min(purse.left());
                purse.given += fitting;
                fitting
            });
            paid += amount;
            elsewhere += amount - fitting;
        }
        // What went elsewhere, into new goods or by hand to another tender, is gone from the first that still have it.
        for purse in &mut self.list {
            let part = elsewhere.min(purse.left());
            purse.given += part;
            elsewhere -= part;
        }
        self.beyond = (self.beyond - earlier.beyond - elsewhere).max(Money::ZERO);
        earlier.value - earlier.set_off - earlier.beyond - paid
    }

    /// Everything that is left.
    fn all(mut self, due: Money) -> Payouts {
        let list = self.list.iter_mut().filter_map(|purse| purse.take(purse.left())).collect();
        Payouts { due, list, beyond: self.beyond.min(due) }
    }

    fn part(mut self, cash_rounding: CashRounding, due: Money, carried: Money) -> Payouts {
        let (mut rest, mut list) = (due, Vec::new());
        for purse in &mut self.list {
            let left = purse.left();
            let amount = match purse.kind {
                TenderKind::Cash if rest <= left && !rest.is_zero() => {
                    let rounded = cash_rounding.apply(rest + carried);
                    rest = Money::ZERO;
                    rounded.max(Money::ZERO).min(left)
                }
                _ => {
                    let amount = rest.min(left);
                    rest -= amount;
                    amount
                }
            };
            list.extend(purse.take(amount));
        }
        Payouts { due, list, beyond: rest.min(self.beyond) }
    }
}

/// To what a tender is given back.
fn target(book: &TenderBook, tender: &Tender) -> (TenderKind, Option<String>, Option<Uuid>) {
    match book.of(tender.kind).refund {
        RefundTo::Same => (tender.kind, tender.reference.clone(), tender.payment),
        RefundTo::Reissued => (tender.kind, None, None),
        RefundTo::Cash => (TenderKind::Cash, None, None),
    }
}
