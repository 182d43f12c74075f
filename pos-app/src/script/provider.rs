//! A payment provider in memory, with books: what it took, took back and gave back, by order number.

use std::collections::BTreeMap;

use domain::money::{Currency, Money};
use domain::payment::{Answer, Family, RefundAnswer, ReverseAnswer};
use hal::{PaymentOrder, PaymentReply, PaymentSays, RefundOrder};
use jiff::{SignedDuration, Timestamp};

use super::furnish::number;
use crate::engine::{PaymentRequest, PortView};

/// What the provider does with what it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mood {
    /// None is set up.
    Absent,
    /// It cannot be reached.
    Away,
    /// It takes the money and says so.
    Pays,
    /// The same, and says everything twice.
    Twice,
    /// It takes nothing.
    Declines,
    /// The shopper must confirm first; she does when it pays again.
    Waits,
    /// It takes the money and answers nothing at all.
    Silent,
    /// Nothing reaches it.
    Lost,
    /// It takes the money and says that it does not know.
    Unknown,
    /// It takes the money so much later, whatever was said meanwhile, and tells it then.
    Late(SignedDuration),
    /// It pays, and gives nothing back.
    Keeps,
}

/// One order in its books.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Booked {
    order: PaymentOrder,
    charged: u32,
    waits: bool,
    declined: bool,
    reversed: bool,
    due_at: Option<Timestamp>,
    refunds: BTreeMap<String, Money>,
}

/// The provider.
pub(super) struct Provider {
    mood: Mood,
    books: Vec<Booked>,
}

impl Provider {
    pub(super) fn new() -> Provider {
        Provider { mood: Mood::Absent, books: Vec::new() }
    }

    /// `provider pays|twice|declines|waits|silent|lost|unknown|late SECONDS|keeps|away|absent`.
    pub(super) fn set(&mut self, words: &[&str]) -> Result<(), String> {
        self.mood = match words {
            ["pays"] => Mood::Pays,
            ["twice"] => Mood::Twice,
            ["declines"] => Mood::Declines,
            ["waits"] => Mood::Waits,
            ["silent"] => Mood::Silent,
            ["lost"] => Mood::Lost,
            ["unknown"] => Mood::Unknown,
            ["late", seconds] => Mood::Late(SignedDuration::from_secs(number(seconds)?)),
            ["keeps"] => Mood::Keeps,
            ["away"] => Mood::Away,
            ["absent"] => Mood::Absent,
            other => return Err(format!("a provider knows no `{}`", other.join(" "))),
        };
        if matches!(self.mood, Mood::Pays | Mood::Twice) {
            for booked in self.books.iter_mut().filter(|booked| booked.waits && !booked.reversed) {
                booked.waits = false;
                booked.charged += 1;
            }
        }
        Ok(())
    }

    pub(super) fn view(&self) -> PortView {
        match self.mood {
            Mood::Absent => PortView::Absent,
            Mood::Away => PortView::Away,
            _ => PortView::Ready(vec![Family::WeChat, Family::Alipay, Family::UnionPay, Family::Terminal]),
        }
    }

    /// Does what it is asked, and says what it says at once.
    pub(super) fn take(&mut self, request: &PaymentRequest, at: Timestamp) -> Vec<PaymentReply> {
        if matches!(self.mood, Mood::Absent | Mood::Away | Mood::Lost) {
            return Vec::new();
        }
        let says = match request {
            PaymentRequest::Send(order, _) => PaymentSays::Payment(self.send(order, at)),
            PaymentRequest::Ask(order) => PaymentSays::Payment(self.ask(order)),
            PaymentRequest::Reverse(order) => PaymentSays::Reversal(self.reverse(order)),
            PaymentRequest::Refund(order, refund) => {
                PaymentSays::Refund { no: refund.no.clone(), answer: self.refund(order, refund) }
            }
        };
        let reply = PaymentReply { order_no: request.order().no.clone(), says };
        match self.mood {
            Mood::Silent => Vec::new(),
            Mood::Twice => vec![reply.clone(), reply],
            _ => vec![reply],
        }
    }

    /// What it tells by itself when time has passed.
    pub(super) fn wait_until(&mut self, at: Timestamp) -> Vec<PaymentReply> {
        let mut told = Vec::new();
        for booked in self.books.iter_mut().filter(|booked| booked.due_at.is_some_and(|due| due <= at)) {
            booked.due_at = None;
            booked.charged += 1;
            let says = PaymentSays::Payment(paid(&booked.order.no));
            told.push(PaymentReply { order_no: booked.order.no.clone(), says });
        }
        told
    }

    fn send(&mut self, order: &PaymentOrder, at: Timestamp) -> Answer {
        let mood = self.mood;
        let booked = self.booked_or_new(order);
        match mood {
            Mood::Declines => booked.declined = true,
            Mood::Waits => booked.waits = true,
            Mood::Late(by) => booked.due_at = at.checked_add(by).ok(),
            _ => booked.charged += 1,
        }
        self.ask(order)
    }

    fn ask(&self, order: &PaymentOrder) -> Answer {
        let Some(booked) = self.books.iter().find(|booked| booked.order.no == order.no) else {
            return Answer::NotFound;
        };
        match () {
            () if self.mood == Mood::Unknown => Answer::Unknown,
            () if booked.reversed => Answer::Reversed,
            () if booked.declined => Answer::Declined { why: "insufficient funds".into() },
            () if booked.charged > 0 => paid(&order.no),
            () => Answer::Waiting,
        }
    }

    fn reverse(&mut self, order: &PaymentOrder) -> ReverseAnswer {
        let unknown = self.mood == Mood::Unknown;
        match self.books.iter_mut().find(|booked| booked.order.no == order.no) {
            None => ReverseAnswer::NotFound,
            Some(_) if unknown => ReverseAnswer::Unknown,
            Some(booked) => {
                booked.reversed = true;
                booked.waits = false;
                ReverseAnswer::Reversed
            }
        }
    }

    fn refund(&mut self, order: &PaymentOrder, refund: &RefundOrder) -> RefundAnswer {
        let mood = self.mood;
        let booked = self.booked_or_new(order);
        let before: Money = booked.refunds.iter().filter(|(no, _)| **no != refund.no).map(|(_, amount)| *amount).sum();
        match mood {
            Mood::Keeps => RefundAnswer::Refused { why: "not allowed".into() },
            Mood::Unknown => RefundAnswer::Unknown,
            _ if booked.charged == 0 || before + refund.amount > booked.order.amount => {
                RefundAnswer::Refused { why: "more than was paid".into() }
            }
            _ => {
                booked.refunds.insert(refund.no.clone(), refund.amount);
                RefundAnswer::Refunded
            }
        }
    }

    fn booked_or_new(&mut self, order: &PaymentOrder) -> &mut Booked {
        let at = self.books.iter().position(|booked| booked.order.no == order.no).unwrap_or_else(|| {
            self.books.push(Booked {
                order: order.clone(),
                charged: 0,
                waits: false,
                declined: false,
                reversed: false,
                due_at: None,
                refunds: BTreeMap::new(),
            });
            self.books.len() - 1
        });
        &mut self.books[at]
    }

    /// Its books, a line for each payment.
    pub(super) fn lines(&self) -> Vec<String> {
        (1..).zip(&self.books).map(|(no, booked)| line(no, booked)).collect()
    }
}

fn line(no: usize, booked: &Booked) -> String {
    let currency: Currency = booked.order.currency;
    let amount = currency.plain(booked.order.amount);
    let times = match booked.charged {
        0 => "not charged".to_owned(),
        1 => format!("charged once {amount}"),
        times => format!("CHARGED {times} TIMES {amount}"),
    };
    let back: Money = booked.refunds.values().copied().sum();
    let reversed = if booked.reversed { ", reversed" } else { "" };
    let back = if back.is_zero() { String::new() } else { format!(", gave back {}", currency.plain(back)) };
    format!("provider payment {no}: {times}{reversed}{back}")
}

fn paid(order_no: &str) -> Answer {
    Answer::Paid { provider_no: format!("P-{order_no}") }
}
