//! Payment providers that are not real: they verify every signature, keep strict books of the shoppers' money, and do
//! wrong whatever networks, computers and shoppers do wrong.
//!
//! [`Provider`] is pure: a request and the clock go in, answers with their delays come out. The whole-store runs drive it in
//! simulated time; [`Server`] puts the same core behind HTTPS on loopback for drivers, demos and trials by hand.
//!
//! It shares no code with the crate that asks it but requests and responses as data: signatures, XML, JSON and bills are
//! written here a second time, from the providers' public documents.

mod alipay;
mod bill;
mod books;
mod call;
pub mod codec;
mod fault;
mod keys;
mod merchant;
mod moment;
mod server;
pub mod till;
mod wechat_v2;
mod wechat_v3;
mod xml;
mod zip;

use std::collections::{BTreeMap, VecDeque};

use jiff::{SignedDuration, Timestamp};

pub use books::{Booked, Books, Entry, EntryKind, Payer, Refunded, State};
pub use call::{Answer, Request};
pub use fault::{Fault, FaultKind};
pub use keys::KeyPair;
pub use merchant::{AlipayMerchant, Merchant, WeChatMerchant};
pub use server::{Control, Server};

use call::{Call, Face, Outcome, Rejected};

/// Which protocol it speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Protocol {
    /// 微信支付 APIv3.
    WeChatV3,
    /// 微信支付 APIv2, for old merchants.
    WeChatV2,
    /// 支付宝.
    Alipay,
}

/// What the provider does from here on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mood {
    /// What goes wrong with every request.
    pub fault: Option<Fault>,
    /// What shoppers do whose payment arrives.
    pub payer: Payer,
    /// Whether the reversal of an order that it does not know closes the number.
    pub closes_unknown: bool,
    /// Whether refunds are refused.
    pub keeps: bool,
    /// Whether a paid order is not reversed.
    pub cannot_reverse: bool,
}

/// Answers to one request, each so long after it; none when nobody hears anything.
pub type Served = Vec<(SignedDuration, Answer)>;

/// What requests were turned away for, and other things that must not happen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Complaints {
    /// By reason, how often.
    pub counted: BTreeMap<&'static str, u64>,
}

/// A provider. Pure.
pub struct Provider {
    protocol: Protocol,
    face: Box<dyn Face + Send>,
    books: Books,
    mood: Mood,
    soon: VecDeque<Option<Fault>>,
    complaints: Complaints,
    done: BTreeMap<FaultKind, u64>,
}

impl Provider {
    /// A provider with empty books that knows one merchant.
    pub fn new(protocol: Protocol, merchant: &Merchant) -> Provider {
        let face: Box<dyn Face + Send> = match protocol {
            Protocol::WeChatV3 => Box::new(wechat_v3::WeChatV3::new(&merchant.wechat)),
            Protocol::WeChatV2 => Box::new(wechat_v2::WeChatV2::new(&merchant.wechat)),
            Protocol::Alipay => Box::new(alipay::Alipay::new(&merchant.alipay)),
        };
        let prefix = if protocol == Protocol::Alipay { "2026112222001" } else { "42000000002026112" };
        Provider {
            protocol,
            face,
            books: Books::new(prefix),
            mood: Mood::default(),
            soon: VecDeque::new(),
            complaints: Complaints::default(),
            done: BTreeMap::new(),
        }
    }

    /// Which protocol it speaks.
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// Where its files are fetched; its public address otherwise.
    pub fn set_base(&mut self, base: &str) {
        self.face.set_base(base);
    }

    /// What it does from here on.
    pub fn set_mood(&mut self, mood: Mood) {
        self.mood = mood;
    }

    /// What it does.
    pub fn mood(&self) -> &Mood {
        &self.mood
    }

    /// What goes wrong with the next requests, one after the other, before the mood counts again.
    pub fn soon(&mut self, faults: impl IntoIterator<Item = Option<Fault>>) {
        self.soon.extend(faults);
    }

    /// Its books.
    pub fn books(&self) -> &Books {
        &self.books
    }

    /// Time has passed: shoppers who were confirming have paid.
    pub fn pass(&mut self, at: Timestamp) {
        self.books.pass(at);
    }

    /// What requests were turned away for.
    pub fn complaints(&self) -> &Complaints {
        &self.complaints
    }

    /// How often each fault happened.
    pub fn faults(&self) -> &BTreeMap<FaultKind, u64> {
        &self.done
    }

    /// Serves one request that was sent at this time.
    pub fn serve(&mut self, at: Timestamp, request: &Request) -> Served {
        self.books.pass(at);
        let fault = self.soon.pop_front().unwrap_or(self.mood.fault);
        if let Some(fault) = fault {
            *self.done.entry(fault.kind()).or_default() += 1;
        }
        if fault == Some(Fault::LostBefore) {
            return Vec::new();
        }
        let call = match self.face.read(at, request) {
            Ok(call) => call,
            Err(Rejected { why, answer }) => {
                *self.complaints.counted.entry(why).or_default() += 1;
                return vec![(SignedDuration::ZERO, answer)];
            }
        };
        let times = if fault == Some(Fault::Twice) { 2 } else { 1 };
        let mut outcome = self.act(at, &call);
        for _ in 1..times {
            outcome = self.act(at, &call);
        }
        if matches!(fault, Some(Fault::Status(_) | Fault::Garbage | Fault::Html | Fault::LostAnswer)) {
            return fault.map(|fault| fault.without_answer()).unwrap_or_default();
        }
        if fault == Some(Fault::SystemError) {
            outcome = Outcome::SystemError;
        }
        if fault == Some(Fault::OtherOrder) {
            outcome = about_another(outcome);
        }
        let answer = self.face.write(at, request, &call, &outcome);
        match fault {
            Some(fault) => fault.spoil(answer),
            None => vec![(SignedDuration::ZERO, answer)],
        }
    }

    fn act(&mut self, at: Timestamp, call: &Call) -> Outcome {
        match call {
            Call::Pay { no, code, amount, open_for_s } => {
                let closes_at = open_for_s.and_then(|after| at.checked_add(SignedDuration::from_secs(after)).ok());
                self.books.pay(at, (no, code, *amount), &self.mood.payer, closes_at)
            }
            Call::Open { no, amount, closes_at } => self.books.open(at, no, *amount, *closes_at),
            Call::Visit { no, opens, .. } => {
                if let Some((amount, closes_at)) = opens {
                    self.books.open(at, no, *amount, *closes_at);
                }
                self.books.visit(at, no, &self.mood.payer)
            }
            Call::Close { no } => self.books.close(no),
            Call::Query { no } => {
                self.books.look(no).map_or(Outcome::NotFound, |booked| Outcome::Order(Box::new(booked)))
            }
            Call::Reverse { no } => self.books.reverse(at, no, (self.mood.closes_unknown, self.mood.cannot_reverse)),
            Call::Refund { no, total, .. }
                if self.books.look(no).is_some_and(|known| total.is_some_and(|total| known.amount != total)) =>
            {
                Outcome::RefundRefused("the order's amount is another")
            }
            Call::Refund { no, refund_no, amount, .. } => {
                self.books.refund(at, no, (refund_no, *amount), self.mood.keeps)
            }
            Call::QueryRefund { no, refund_no } => self.books.look_at_refund(no.as_deref(), refund_no),
            Call::Bill { day } => Outcome::Bill(bill::of(self.protocol, &self.books, *day)),
        }
    }
}

/// The same as if it were about an order of somebody else.
fn about_another(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Order(mut booked) => {
            booked.no = "W000000OTHERS00".into();
            Outcome::Order(booked)
        }
        Outcome::Reversed(mut booked) => {
            booked.no = "W000000OTHERS00".into();
            Outcome::Reversed(booked)
        }
        Outcome::Refunded(mut booked, mut refund) => {
            booked.no = "W000000OTHERS00".into();
            refund.no = "W000000OTHERS00R".into();
            Outcome::Refunded(booked, refund)
        }
        other => other,
    }
}

#[cfg(test)]
mod tests;
