//! A provider's books: what shoppers were charged and got back, by order number. Strict: one number is charged once.

use std::collections::{BTreeMap, BTreeSet};

use domain::money::Money;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::call::Outcome;
use super::moment;

/// What a shopper does whose payment arrives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Payer {
    /// Pays at once.
    #[default]
    Pays,
    /// Confirms on her telephone after so long.
    ConfirmsAfter(SignedDuration),
    /// Looks at her telephone and never confirms.
    Never,
    /// Cannot pay: no money, an old code.
    Declines,
    /// Confirms after so long, and is charged then even when the order was reversed meanwhile: a fault of the provider.
    PaysAnyhowAfter(SignedDuration),
}

/// How an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The shopper is confirming.
    Confirming,
    /// Her money has moved.
    Paid,
    /// It has not, and will not.
    Declined,
    /// It was reversed or closed.
    Closed,
}

/// A refund in the books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refunded {
    /// The merchant's number for it.
    pub no: String,
    /// The provider's.
    pub provider_no: String,
    /// How much.
    pub amount: Money,
    /// When.
    pub at: Timestamp,
}

/// An order in the books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booked {
    /// The merchant's number.
    pub no: String,
    /// The provider's number.
    pub provider_no: String,
    /// How much.
    pub amount: Money,
    /// How it stands.
    pub state: State,
    /// When it arrived.
    pub created_at: Timestamp,
    /// When the money moved.
    pub paid_at: Option<Timestamp>,
    /// When it was given back by a reversal.
    pub reversed_at: Option<Timestamp>,
    /// How often the shopper was charged: never more than once.
    pub charges: u32,
    /// Paid although it had been reversed.
    pub paid_late: bool,
    /// A refund was refused.
    pub kept: bool,
    /// Refunds, in order.
    pub refunds: Vec<Refunded>,
    code: String,
    due_at: Option<Timestamp>,
    /// When it closes by itself, unless it is paid by then.
    closes_at: Option<Timestamp>,
    pays_anyhow: bool,
}

impl Booked {
    /// What the provider holds of the shopper's money.
    pub fn balance(&self) -> Money {
        let charged: Money = (0..self.charges).map(|_| self.amount).sum();
        let reversed = if self.reversed_at.is_some() { self.amount } else { Money::ZERO };
        charged - reversed - self.refunded()
    }

    /// What was refunded.
    pub fn refunded(&self) -> Money {
        self.refunds.iter().map(|refund| refund.amount).sum()
    }
}

/// What moved in a bill's entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// The shopper paid.
    Paid,
    /// A reversal gave all of it back.
    Reversed,
    /// A refund gave something back.
    Refunded,
}

/// One movement of money, as a bill tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What.
    pub kind: EntryKind,
    /// When.
    pub at: Timestamp,
    /// The merchant's order number.
    pub no: String,
    /// The provider's.
    pub provider_no: String,
    /// The merchant's refund number and the provider's, of a refund.
    pub refund: Option<(String, String)>,
    /// How much moved; above nothing.
    pub amount: Money,
    /// The whole order.
    pub order_amount: Money,
}

/// The books.
pub struct Books {
    prefix: &'static str,
    orders: BTreeMap<String, Booked>,
    next_no: u64,
}

impl Books {
    pub(super) fn new(prefix: &'static str) -> Books {
        Books { prefix, orders: BTreeMap::new(), next_no: 1 }
    }

    /// All orders, by their numbers.
    pub fn orders(&self) -> impl Iterator<Item = &Booked> {
        self.orders.values()
    }

    /// One order.
    pub fn order(&self, no: &str) -> Option<&Booked> {
        self.orders.get(no)
    }

    /// Numbers that were charged more than once: none, ever.
    pub fn charged_twice(&self) -> Vec<&Booked> {
        self.orders.values().filter(|booked| booked.charges > 1).collect()
    }

    /// What the provider holds in all.
    pub fn balance(&self) -> Money {
        self.orders.values().map(Booked::balance).sum()
    }

    /// Days in Beijing on which money moved.
    pub fn days(&self) -> BTreeSet<Date> {
        self.orders.values().flat_map(entries_of).map(|entry| moment::day(entry.at)).collect()
    }

    /// Movements of one day in Beijing, by time.
    pub fn entries(&self, day: Date) -> Vec<Entry> {
        let mut entries: Vec<Entry> = self.orders.values().flat_map(entries_of).collect();
        entries.retain(|entry| moment::day(entry.at) == day);
        entries.sort_by(|one, other| (one.at, &one.no).cmp(&(other.at, &other.no)));
        entries
    }

    /// Shoppers who were confirming have paid by now.
    pub(super) fn pass(&mut self, at: Timestamp) {
        for booked in self.orders.values_mut() {
            let closed_at = booked.closes_at.filter(|closes_at| *closes_at <= at);
            if closed_at.is_some_and(|closed_at| booked.due_at.is_none_or(|due_at| due_at > closed_at)) {
                booked.closes_at = None;
                if matches!(booked.state, State::Confirming | State::Declined) {
                    booked.state = State::Closed;
                }
            }
            let Some(due_at) = booked.due_at.filter(|due_at| *due_at <= at) else { continue };
            booked.due_at = None;
            match booked.state {
                State::Confirming => {
                    booked.state = State::Paid;
                    charge(booked, due_at);
                }
                State::Closed if booked.pays_anyhow => {
                    booked.state = State::Paid;
                    booked.paid_late = true;
                    charge(booked, due_at);
                }
                State::Closed | State::Paid | State::Declined => {}
            }
        }
    }

    pub(super) fn pay(
        &mut self,
        at: Timestamp,
        (no, code, amount): (&str, &str, Money),
        payer: &Payer,
        closes_at: Option<Timestamp>,
    ) -> Outcome {
        if let Some(known) = self.orders.get(no) {
            // The same once more is what it was; another code needs another number.
            let same = known.code == code && known.amount == amount;
            let unused = known.code.is_empty();
            return if same || unused { Outcome::Order(Box::new(known.clone())) } else { Outcome::NumberUsed };
        }
        let mut booked = self.new_order(at, no, amount);
        booked.code = code.to_owned();
        booked.closes_at = closes_at;
        match payer {
            Payer::Pays => {
                booked.state = State::Paid;
                charge(&mut booked, at);
            }
            Payer::ConfirmsAfter(after) => booked.due_at = at.checked_add(*after).ok(),
            Payer::Never => {}
            Payer::Declines => booked.state = State::Declined,
            Payer::PaysAnyhowAfter(after) => {
                booked.due_at = at.checked_add(*after).ok();
                booked.pays_anyhow = true;
            }
        }
        self.orders.insert(no.to_owned(), booked.clone());
        Outcome::Order(Box::new(booked))
    }

    /// An order that waits for a shopper's phone; the same once more is what it was.
    pub(super) fn open(&mut self, at: Timestamp, no: &str, amount: Money, closes_at: Timestamp) -> Outcome {
        if let Some(known) = self.orders.get(no) {
            return if known.amount == amount { Outcome::Order(Box::new(known.clone())) } else { Outcome::NumberUsed };
        }
        let mut booked = self.new_order(at, no, amount);
        booked.closes_at = Some(closes_at);
        self.orders.insert(no.to_owned(), booked.clone());
        Outcome::Order(Box::new(booked))
    }

    /// The shopper looks at what she is to pay.
    pub(super) fn visit(&mut self, at: Timestamp, no: &str, payer: &Payer) -> Outcome {
        let Some(booked) = self.orders.get_mut(no) else { return Outcome::NotFound };
        if booked.state == State::Confirming && booked.due_at.is_none() {
            match payer {
                Payer::Pays => {
                    booked.state = State::Paid;
                    charge(booked, at);
                }
                Payer::ConfirmsAfter(after) => booked.due_at = at.checked_add(*after).ok(),
                Payer::PaysAnyhowAfter(after) => {
                    booked.due_at = at.checked_add(*after).ok();
                    booked.pays_anyhow = true;
                }
                // She may try again with another card.
                Payer::Never | Payer::Declines => {}
            }
        }
        Outcome::Order(Box::new(booked.clone()))
    }

    /// Closes what is not paid.
    pub(super) fn close(&mut self, no: &str) -> Outcome {
        let Some(booked) = self.orders.get_mut(no) else { return Outcome::NotFound };
        match booked.state {
            State::Paid => Outcome::NotReversed(Box::new(booked.clone())),
            State::Confirming | State::Declined | State::Closed => {
                booked.state = State::Closed;
                Outcome::Reversed(Box::new(booked.clone()))
            }
        }
    }

    pub(super) fn look(&self, no: &str) -> Option<Booked> {
        self.orders.get(no).cloned()
    }

    /// Closes an order, and gives back what was paid.
    pub(super) fn reverse(&mut self, at: Timestamp, no: &str, (closes_unknown, cannot): (bool, bool)) -> Outcome {
        if !self.orders.contains_key(no) {
            if !closes_unknown {
                return Outcome::NotFound;
            }
            let mut booked = self.new_order(at, no, Money::ZERO);
            booked.state = State::Closed;
            self.orders.insert(no.to_owned(), booked);
        }
        let booked = self.orders.get_mut(no).expect("it is there");
        match booked.state {
            // What was refunded in part is not reversed.
            State::Paid if cannot || !booked.refunds.is_empty() => {
                return Outcome::NotReversed(Box::new(booked.clone()));
            }
            State::Paid => {
                booked.state = State::Closed;
                booked.reversed_at = Some(at);
            }
            State::Confirming | State::Declined | State::Closed => booked.state = State::Closed,
        }
        Outcome::Reversed(Box::new(booked.clone()))
    }

    /// Gives an amount back under a number of its own; the same number gives back once.
    pub(super) fn refund(
        &mut self,
        at: Timestamp,
        no: &str,
        (refund_no, amount): (&str, Money),
        keeps: bool,
    ) -> Outcome {
        let provider_no = format!("5{}{:09}", self.prefix, self.next_no);
        let Some(booked) = self.orders.get_mut(no) else { return Outcome::NotFound };
        if let Some(done) = booked.refunds.iter().find(|refund| refund.no == refund_no) {
            return match done.amount == amount {
                true => Outcome::Refunded(Box::new(booked.clone()), done.clone()),
                false => Outcome::RefundRefused("the refund's number was used for another amount"),
            };
        }
        match () {
            () if booked.charges == 0 => Outcome::RefundRefused("the order is not paid"),
            () if amount <= Money::ZERO || amount > booked.balance() => {
                Outcome::RefundRefused("more than is left of the payment")
            }
            () if keeps => {
                booked.kept = true;
                Outcome::RefundRefused("the merchant's account does not cover it")
            }
            () => {
                self.next_no += 1;
                let refund = Refunded { no: refund_no.to_owned(), provider_no, amount, at };
                booked.refunds.push(refund.clone());
                Outcome::Refunded(Box::new(booked.clone()), refund)
            }
        }
    }

    pub(super) fn look_at_refund(&self, no: Option<&str>, refund_no: &str) -> Outcome {
        let mut orders = self.orders.values().filter(|booked| no.is_none_or(|no| booked.no == no));
        let found = orders.find_map(|booked| {
            let refund = booked.refunds.iter().find(|refund| refund.no == refund_no)?;
            Some((booked, refund))
        });
        found.map_or(Outcome::NoRefund, |(booked, refund)| Outcome::Refunded(Box::new(booked.clone()), refund.clone()))
    }

    fn new_order(&mut self, at: Timestamp, no: &str, amount: Money) -> Booked {
        let provider_no = format!("{}{:011}", self.prefix, self.next_no);
        self.next_no += 1;
        Booked {
            no: no.to_owned(),
            provider_no,
            amount,
            state: State::Confirming,
            created_at: at,
            paid_at: None,
            reversed_at: None,
            charges: 0,
            paid_late: false,
            kept: false,
            refunds: Vec::new(),
            code: String::new(),
            due_at: None,
            closes_at: None,
            pays_anyhow: false,
        }
    }
}

fn charge(booked: &mut Booked, at: Timestamp) {
    booked.charges += 1;
    booked.paid_at = Some(at);
}

fn entries_of(booked: &Booked) -> Vec<Entry> {
    let of = |kind, at, amount, refund| Entry {
        kind,
        at,
        no: booked.no.clone(),
        provider_no: booked.provider_no.clone(),
        refund,
        amount,
        order_amount: booked.amount,
    };
    let paid = booked.paid_at.map(|at| of(EntryKind::Paid, at, booked.amount, None));
    let reversed = booked.reversed_at.map(|at| of(EntryKind::Reversed, at, booked.amount, None));
    let refunds = booked.refunds.iter().map(|refund| {
        let numbers = Some((refund.no.clone(), refund.provider_no.clone()));
        of(EntryKind::Refunded, refund.at, refund.amount, numbers)
    });
    paid.into_iter().chain(reversed).chain(refunds).collect()
}
