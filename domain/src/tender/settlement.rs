//! Paying a sale with several tenders, in any mix, until nothing is left.
//!
//! `sum of amounts = total + rounding` holds when nothing remains. Only cash that closes the sale is rounded, and only
//! on what it closes: a part paid in cash before stays as it is. Nothing is patched: when a tender is removed the ones
//! after it are taken anew, so that change, forfeit and rounding are as if the removed one had never been there.
//! Tenders that are final (money has moved at a provider) are kept to the unit.

use uuid::Uuid;

use super::{CashRounding, Over, Payouts, RefundTo, Tender, TenderBook, TenderKind, TenderRules, quick_amounts};
use crate::money::{AMOUNT_MAX, Money};

/// Tenders of one sale.
pub const TENDERS_MAX: usize = 20;

/// What a shopper offers, or what a refund is to pay out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// By which means.
    pub kind: TenderKind,
    /// What is handed over, the face of a slip, the amount charged; negative for a refund.
    pub amount: Money,
    /// Which card, slip, account or order, masked.
    pub reference: Option<String>,
    /// The payment that took the money, or that a refund goes back on.
    pub payment: Option<Uuid>,
    /// Points that the amount stands for; negative for a refund.
    pub points: i64,
    /// The grant that allowed it offline.
    pub grant: Option<Uuid>,
}

impl Offer {
    /// An offer with nothing but its amount.
    pub fn new(kind: TenderKind, amount: Money) -> Offer {
        Offer { kind, amount, reference: None, payment: None, points: 0, grant: None }
    }
}

/// A tender that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The tender.
    pub tender: Tender,
    /// Added to the total by cash that closed the sale.
    pub rounding: Money,
    /// Money has moved, so that it can only be given back, not removed.
    pub is_final: bool,
}

/// Why a tender is not taken or not removed. Nothing has changed then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettlementError {
    /// Everything is paid.
    #[error("nothing is left to pay")]
    NothingDue,
    /// Nothing was offered.
    #[error("nothing was offered")]
    NothingOffered,
    /// A sale takes money in and a refund pays it out.
    #[error("a sale takes money in, a refund pays it out")]
    WrongWay,
    /// This kind takes no more than is due.
    #[error("{kind:?} takes at most the {} minor units that are due", most.units())]
    MoreThanDue {
        /// Which kind.
        kind: TenderKind,
        /// What it takes, without sign.
        most: Money,
    },
    /// So much more than due that it must be a mistake.
    #[error("far more than due")]
    TooMuch,
    /// The store does not take this kind.
    #[error("{0:?} is not taken here")]
    NotAccepted(TenderKind),
    /// It must say what it comes from.
    #[error("{0:?} needs to say which card, slip, account or order it is")]
    NoReference(TenderKind),
    /// It must have gone through the payment port.
    #[error("{0:?} needs a payment")]
    NoPayment(TenderKind),
    /// It must say how many points.
    #[error("the number of points is missing or goes the wrong way")]
    NoPoints,
    /// The same payment, or the same grant, was taken already.
    #[error("this was taken already")]
    AlreadyTaken,
    /// No more than [`TENDERS_MAX`].
    #[error("no more than {TENDERS_MAX} tenders")]
    Full,
    /// There is no such tender.
    #[error("there is no such tender")]
    NoSuchTender,
    /// Money has moved.
    #[error("money has moved: it can be given back, not removed")]
    Final,
    /// What was taken for good is more than the changed total.
    #[error("more was taken for good than the total comes to")]
    TakenIsMore,
}

/// A sale that is fully paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// How it was paid, in order.
    pub tenders: Vec<Tender>,
    /// Added by cash rounding.
    pub rounding: Money,
    /// What is handed back.
    pub change: Money,
    /// Whether the drawer opens.
    pub opens_drawer: bool,
}

/// Paying a total.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    total: Money,
    cash_rounding: CashRounding,
    book: TenderBook,
    taken: Vec<Taken>,
}

impl Settlement {
    /// Nothing is taken yet. A negative total is a refund.
    pub fn new(total: Money, cash_rounding: CashRounding, book: TenderBook) -> Settlement {
        Settlement { total, cash_rounding, book, taken: Vec::new() }
    }

    /// Goes on with tenders that were kept, for instance over a power cut. They may pay no more than the total.
    pub fn restore(
        total: Money,
        cash_rounding: CashRounding,
        book: TenderBook,
        taken: Vec<Taken>,
    ) -> Result<Settlement, SettlementError> {
        Settlement { total, cash_rounding, book, taken }.checked()
    }

    /// What is to be paid in all, before cash rounding.
    pub fn total(&self) -> Money {
        self.total
    }

    /// What was taken, in order.
    pub fn taken(&self) -> &[Taken] {
        &self.taken
    }

    /// What is left, by any means but cash. Negative while a refund has money to pay out.
    pub fn remaining(&self) -> Money {
        let paid: Money = self.taken.iter().map(|taken| taken.tender.amount).sum();
        self.total + self.rounding() - paid
    }

    /// What is left when it is paid in cash.
    pub fn remaining_in_cash(&self) -> Money {
        self.cash_rounding.apply(self.remaining())
    }

    /// Added to the total by cash so far.
    pub fn rounding(&self) -> Money {
        self.taken.iter().map(|taken| taken.rounding).sum()
    }

    /// Amounts to offer on buttons for what is left, the exact one first. Only cash has more than one.
    pub fn quick_amounts(&self, kind: TenderKind, units_per_major: i64, count: usize) -> Vec<Money> {
        match kind {
            TenderKind::Cash => quick_amounts(self.remaining_in_cash(), units_per_major, count),
            _ => vec![self.remaining()],
        }
    }

    /// Takes an offer and says what it came to.
    pub fn take(&mut self, offer: Offer) -> Result<&Tender, SettlementError> {
        let taken = self.booked(offer)?;
        self.taken.push(taken);
        Ok(&self.taken.last().expect("it was pushed").tender)
    }

    /// Pays out a refund to the tenders that [`super::payouts`] chose, with the rounding it decided on.
    pub fn pay_out(&mut self, payouts: &Payouts) -> Result<(), SettlementError> {
        if self.total >= Money::ZERO || self.remaining() != -payouts.due {
            return Err(SettlementError::WrongWay);
        }
        if self.taken.len() + payouts.list.len() >= TENDERS_MAX {
            return Err(SettlementError::Full);
        }
        let tenders = payouts.list.iter().map(Tender::from);
        let mut taken: Vec<Taken> =
            tenders.map(|tender| Taken { tender, rounding: Money::ZERO, is_final: false }).collect();
        let rounding = payouts.rounding();
        match taken.iter_mut().rfind(|taken| taken.tender.kind == TenderKind::Cash) {
            Some(cash) => cash.rounding = rounding,
            None if rounding.is_zero() => {}
            None => {
                taken.push(Taken { tender: Tender::exact(TenderKind::Cash, Money::ZERO), rounding, is_final: false })
            }
        }
        self.taken.append(&mut taken);
        assert_eq!(self.remaining(), -payouts.beyond, "a refund is paid out exactly");
        Ok(())
    }

    /// Keeps a tender for good: its money has moved.
    pub fn finalize(&mut self, at: usize) -> Result<(), SettlementError> {
        self.taken.get_mut(at).ok_or(SettlementError::NoSuchTender)?.is_final = true;
        Ok(())
    }

    /// Removes a tender that is not final.
    pub fn remove(&mut self, at: usize) -> Result<Tender, SettlementError> {
        match self.taken.get(at) {
            None => return Err(SettlementError::NoSuchTender),
            Some(taken) if taken.is_final => return Err(SettlementError::Final),
            Some(_) => {}
        }
        let mut rest = self.taken.clone();
        let removed = rest.remove(at).tender;
        *self = self.taken_anew(self.total, rest)?;
        Ok(removed)
    }

    /// The same tenders for another total, when the basket has changed meanwhile.
    pub fn with_total(&self, total: Money) -> Result<Settlement, SettlementError> {
        self.taken_anew(total, self.taken.clone())
    }

    /// The tenders of the sale, once nothing is left to pay.
    pub fn settled(&self) -> Option<Settled> {
        if !self.remaining().is_zero() {
            return None;
        }
        let tenders: Vec<Tender> = self.taken.iter().map(|taken| taken.tender.clone()).collect();
        let moves = |tender: &Tender| !(tender.amount.is_zero() && tender.tendered.is_zero());
        Some(Settled {
            rounding: self.rounding(),
            change: tenders.iter().map(|tender| tender.change).sum(),
            opens_drawer: tenders.iter().any(|tender| moves(tender) && self.book.of(tender.kind).opens_drawer),
            tenders,
        })
    }

    fn taken_anew(&self, total: Money, list: Vec<Taken>) -> Result<Settlement, SettlementError> {
        let mut anew = Settlement { total, taken: Vec::new(), ..self.clone() };
        for taken in list {
            let empty = taken.tender.tendered.is_zero();
            match taken.is_final {
                true => anew.taken.push(taken),
                // Cash of nothing closes a rest that no coin can pay; without such a rest it has no sense.
                false => match anew.booked(offered(&taken.tender)) {
                    Ok(taken) => anew.taken.push(taken),
                    Err(_) if empty => {}
                    Err(error) => return Err(error),
                },
            }
        }
        anew.checked()
    }

    fn checked(self) -> Result<Settlement, SettlementError> {
        let remaining = self.remaining();
        let beyond = if self.total < Money::ZERO { remaining > Money::ZERO } else { remaining < Money::ZERO };
        match () {
            () if beyond => Err(SettlementError::TakenIsMore),
            () if self.taken.len() > TENDERS_MAX => Err(SettlementError::Full),
            () => Ok(self),
        }
    }

    /// What an offer comes to, given what is left.
    fn booked(&self, offer: Offer) -> Result<Taken, SettlementError> {
        let remaining = self.remaining();
        if self.taken.len() >= TENDERS_MAX {
            return Err(SettlementError::Full);
        }
        if remaining.is_zero() {
            // An even exchange is closed by cash of nothing, once.
            let closes = self.taken.is_empty() && offer.kind == TenderKind::Cash && offer.amount.is_zero();
            let tender = || Tender::exact(TenderKind::Cash, Money::ZERO);
            return match closes {
                true => Ok(Taken { tender: tender(), rounding: Money::ZERO, is_final: false }),
                false => Err(SettlementError::NothingDue),
            };
        }
        let sign = remaining.units().signum();
        if offer.amount.units().signum() == -sign {
            return Err(SettlementError::WrongWay);
        }
        if offer.amount.units().abs() > AMOUNT_MAX {
            return Err(SettlementError::TooMuch);
        }
        let rules = self.book.of(offer.kind);
        self.check_marks(&offer, &rules, sign > 0)?;
        let due = match offer.kind {
            TenderKind::Cash => self.remaining_in_cash().abs(),
            _ => remaining.abs(),
        };
        let over = if sign > 0 { rules.over } else { Over::Exact };
        let parts = parts(&offer, remaining.abs(), due, over)?;
        let signed = |amount: Money| if sign > 0 { amount } else { -amount };
        Ok(Taken {
            tender: Tender {
                kind: offer.kind,
                amount: signed(parts.amount),
                tendered: offer.amount,
                change: parts.change,
                forfeited: parts.forfeited,
                reference: offer.reference,
                payment: offer.payment,
                points: offer.points,
                grant: offer.grant,
            },
            rounding: signed(parts.rounding),
            is_final: false,
        })
    }

    /// Whether an offer carries what its kind needs.
    fn check_marks(&self, offer: &Offer, rules: &TenderRules, sale: bool) -> Result<(), SettlementError> {
        let kind = offer.kind;
        let new_slip = !sale && rules.refund == RefundTo::Reissued;
        let points_fit = match kind {
            TenderKind::Points => offer.points.signum() == if sale { 1 } else { -1 },
            _ => offer.points == 0,
        };
        let same = |one: Option<Uuid>, other: Option<Uuid>| one.is_some() && one == other;
        let taken = |taken: &Taken| same(taken.tender.payment, offer.payment) || same(taken.tender.grant, offer.grant);
        match () {
            () if sale && !rules.accepted => Err(SettlementError::NotAccepted(kind)),
            () if rules.needs_payment && offer.payment.is_none() => Err(SettlementError::NoPayment(kind)),
            () if rules.needs_reference && offer.reference.is_none() && !new_slip => {
                Err(SettlementError::NoReference(kind))
            }
            () if !points_fit => Err(SettlementError::NoPoints),
            () if self.taken.iter().any(taken) => Err(SettlementError::AlreadyTaken),
            () => Ok(()),
        }
    }
}

/// What an offer is split into, all without sign. `offered = amount + change + forfeited`.
#[derive(Default)]
struct Parts {
    amount: Money,
    change: Money,
    forfeited: Money,
    rounding: Money,
}

/// Splits an offer when `rest` is left to pay, of which this kind would pay `due` to close it.
fn parts(offer: &Offer, rest: Money, due: Money, over: Over) -> Result<Parts, SettlementError> {
    let offered = offer.amount.abs();
    if offered.is_zero() && !due.is_zero() {
        return Err(SettlementError::NothingOffered);
    }
    if offered < due && offered < rest {
        return Ok(Parts { amount: offered, ..Parts::default() });
    }
    // Less than the next coin asks for, and yet enough: it pays the rest as it is, without rounding.
    let closing = if offered < due { rest } else { due };
    let (closed, above) = (Parts { amount: closing, rounding: closing - rest, ..Parts::default() }, offered - closing);
    match over {
        _ if above.is_zero() => Ok(closed),
        Over::Change { max } if above > max => Err(SettlementError::TooMuch),
        Over::Change { .. } => Ok(Parts { change: above, ..closed }),
        Over::Forfeit => Ok(Parts { forfeited: above, ..closed }),
        Over::Exact => Err(SettlementError::MoreThanDue { kind: offer.kind, most: closing }),
    }
}

fn offered(tender: &Tender) -> Offer {
    Offer {
        kind: tender.kind,
        amount: tender.tendered,
        reference: tender.reference.clone(),
        payment: tender.payment,
        points: tender.points,
        grant: tender.grant,
    }
}
