//! Payments through a provider: a code on the shopper's telephone, or a card on the terminal.
//!
//! [`domain::payment::Payment`] says what is to be done. Here the changed payment is written first, and only then is it
//! done: sent, asked about, reversed or refunded. The shopper's code is in memory from the scan to the sending and nowhere
//! else. At most one payment is under way; the ones before it are remembered for a while, since a provider may say more
//! of them than was expected.
//!
//! A part of an older payment goes back as a refund of its own: a payment that was never sent from here and has a refund.

use domain::basket::Basket;
use domain::event::Event;
use domain::money::Money;
use domain::payment::{
    Answer, Family, Payment, PaymentAction, PaymentInput, PaymentRefund, PaymentState, RefundState, ReverseAnswer,
};
use domain::store::Store;
use domain::tender::{SettlementError, Tender, TenderKind};
use hal::{PaymentCode, PaymentOrder, PaymentReply, PaymentSays, RefundOrder};
use uuid::Uuid;

use super::input::PortView;
use super::money::{MoneyWritten, Onward};
use super::tenders::{returned_event, typed};
use super::{Catalogue, Effect, Engine, Now, Place, Said, Trouble};

/// Answers that wait while something is being written.
const REPLIES_MAX: usize = 32;
/// Characters of an order number behind its letter.
const ORDER_CHARS: u32 = 15;
/// Crockford's digits and letters.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// What a provider is asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaymentRequest {
    /// Take the money; a card has no code.
    Send(PaymentOrder, Option<PaymentCode>),
    /// Say how it stands.
    Ask(PaymentOrder),
    /// Take it back.
    Reverse(PaymentOrder),
    /// Give it back, or a part of it.
    Refund(PaymentOrder, RefundOrder),
}

impl PaymentRequest {
    /// The payment that it is about.
    pub fn order(&self) -> &PaymentOrder {
        match self {
            PaymentRequest::Send(order, _)
            | PaymentRequest::Ask(order)
            | PaymentRequest::Reverse(order)
            | PaymentRequest::Refund(order, _) => order,
        }
    }
}

impl Engine {
    /// Whether a sale must wait for a payment: nobody pays again, and nobody leaves.
    pub(crate) fn payment_blocks(&self) -> bool {
        self.durable.payment.as_ref().is_some_and(Payment::blocks_completion)
    }

    /// Whether a payment is under way, its outcome is unknown, or it is being given back.
    pub(super) fn payment_is_open(&self) -> bool {
        self.durable.payment.as_ref().is_some_and(|payment| !payment.is_settled())
    }

    /// Why no provider can be asked for this.
    pub(super) fn charge_hindrance(&self, kind: TenderKind) -> Option<Trouble> {
        if self.training.is_some() {
            return None;
        }
        if self.payment_is_open() {
            return Some(Trouble::PaymentOpen);
        }
        match &self.port {
            PortView::Absent => Some(Trouble::NoPort),
            PortView::Away => Some(Trouble::PortAway),
            PortView::Ready(families) => match families.iter().any(|family| family.tender() == kind) {
                true => None,
                false => Some(Trouble::NoPort),
            },
        }
    }

    /// Begins a payment of what is due, or of a part. It is written with its own number before it is sent.
    pub(super) fn charge(
        &mut self,
        now: Now,
        store: &Store,
        (kind, amount, code): (TenderKind, &str, &PaymentCode),
        effects: &mut Vec<Effect>,
    ) -> Result<(), Trouble> {
        let family = match kind {
            TenderKind::Card => Family::Terminal,
            _ => domain::payment::classify_code(code.secret()).ok_or(Trouble::NoPaymentCode)?,
        };
        if let Some(trouble) = self.charge_hindrance(kind) {
            return Err(trouble);
        }
        if !self.serves(family) {
            return Err(Trouble::NoPort);
        }
        if !super::tenders::tender_book(store).of(kind).accepted {
            return Err(Trouble::Tender(SettlementError::NotAccepted(kind)));
        }
        let settlement = self.settlement(store).map_err(Trouble::Tender)?;
        if settlement.taken().len() + 1 >= domain::tender::TENDERS_MAX {
            return Err(Trouble::Tender(SettlementError::Full));
        }
        let due = settlement.remaining();
        let amount = typed(store, amount)?.unwrap_or(due);
        match amount {
            _ if due <= Money::ZERO => return Err(Trouble::NothingToPay),
            amount if amount > due => return Err(Trouble::MoreThanDue(due)),
            _ => {}
        }
        let masked = (family != Family::Terminal).then(|| domain::payment::mask(code.secret()));
        let mut payment = Payment::new(now.fresh, order_no(family, now.fresh), family, amount, masked, now.at);
        let step = payment.step(&family.times(), now.at, PaymentInput::Started);
        self.payment_code = (family != Family::Terminal).then(|| code.clone());
        let events = vec![Event::PaymentChanged(Box::new(payment.clone()))];
        let written = MoneyWritten { payment: Some(payment), actions: step.actions, ..self.money_as_it_is() };
        self.write_money(now, events, written, effects);
        Ok(())
    }

    /// Begins to give a part of an older payment back. The refund has a number of its own, the same at every attempt.
    pub(super) fn give_back(
        &mut self,
        now: Now,
        (payment, order_no, amount): (Uuid, String, Money),
        effects: &mut Vec<Effect>,
    ) -> Result<(), Trouble> {
        let family = family_of(&order_no).ok_or(Trouble::NoPort)?;
        if self.payment_is_open() {
            return Err(Trouble::PaymentOpen);
        }
        let no = format!("{}R{}", order_no, letters(now.fresh, 8));
        let mut back = Payment::new(payment, order_no, family, amount, None, now.at);
        back.state = PaymentState::Reversing;
        back.refund = Some(PaymentRefund { no, state: RefundState::Open, tries: 0 });
        back.next_at = Some(now.at);
        let step = back.step(&family.times(), now.at, PaymentInput::Tick);
        let events = vec![Event::PaymentChanged(Box::new(back.clone()))];
        let written = MoneyWritten { payment: Some(back), actions: step.actions, ..self.money_as_it_is() };
        self.write_money(now, events, written, effects);
        Ok(())
    }

    /// Whether a refund of a payment can be asked for.
    pub(crate) fn serves(&self, family: Family) -> bool {
        matches!(&self.port, PortView::Ready(families) if families.contains(&family))
    }

    /// The cashier gives the payment up: it is asked about once more and reversed, never forgotten.
    pub(super) fn cancel_payment(&mut self, now: Now, catalogue: &dyn Catalogue, effects: &mut Vec<Effect>) {
        match &self.durable.payment {
            Some(payment) if can_cancel(payment) => {
                self.step_payment(now, catalogue, PaymentInput::CancelWished, effects);
            }
            _ => self.refuse(Trouble::NotHere),
        }
    }

    /// What was left undone when the till stopped: it is asked about, never sent again.
    pub(super) fn take_up_payment(&mut self, now: Now, catalogue: &dyn Catalogue, effects: &mut Vec<Effect>) {
        if self.payment_blocks() && self.durable.open.is_some() {
            self.place = Place::Paying { message: None };
        }
        if self.payment_is_open() {
            self.step_payment(now, catalogue, PaymentInput::Restarted, effects);
        }
    }

    /// Time has passed.
    pub(super) fn tick_payment(&mut self, now: Now, catalogue: &dyn Catalogue, effects: &mut Vec<Effect>) {
        if self.payment_rests > 0 {
            self.payment_rests -= 1;
            return;
        }
        let due = |payment: &Payment| payment.next_at.is_some_and(|at| at <= now.at) || now.at < payment.seen_at;
        if self.pending.is_none() && self.training.is_none() && self.durable.payment.as_ref().is_some_and(due) {
            self.step_payment(now, catalogue, PaymentInput::Tick, effects);
        }
    }

    /// A provider says something. What cannot be looked at now waits; what is lost is asked for again.
    pub(super) fn payment_replied(&mut self, reply: PaymentReply) {
        if self.payment_replies.len() < REPLIES_MAX {
            self.payment_replies.push_back(reply);
        }
    }

    /// Looks at answers, as long as nothing is being written.
    pub(super) fn take_replies(&mut self, now: Now, catalogue: &dyn Catalogue, effects: &mut Vec<Effect>) {
        for _ in 0..self.payment_replies.len() {
            if self.pending.is_some() || self.training.is_some() {
                return;
            }
            if let Some(reply) = self.payment_replies.pop_front() {
                self.take_reply(now, catalogue, reply, effects);
            }
        }
    }

    fn take_reply(&mut self, now: Now, catalogue: &dyn Catalogue, reply: PaymentReply, effects: &mut Vec<Effect>) {
        if let Some(payment) = self.durable.payment.as_ref().filter(|payment| payment.order_no == reply.order_no) {
            if let Some(input) = input_of(payment, &reply.says) {
                self.step_payment(now, catalogue, input, effects);
            }
            return;
        }
        let moved = matches!(
            &reply.says,
            PaymentSays::Payment(Answer::Paid { .. } | Answer::Reversed)
                | PaymentSays::Reversal(ReverseAnswer::StillPaid { .. })
        );
        let over = self.payments_over.iter().find(|payment| payment.order_no == reply.order_no).cloned();
        match over {
            _ if !moved => {}
            // Its refund must not push the one under way aside.
            Some(_) if self.payment_is_open() => self.payment_replied(reply),
            Some(before) => {
                let Some(input) = input_of(&before, &reply.says) else { return };
                let mut payment = before.clone();
                let step = payment.step(&before.family.times(), now.at, input);
                self.payment_stepped(now, catalogue, &before, (payment, step.actions), effects);
            }
            None if matches!(reply.says, PaymentSays::Payment(Answer::Paid { .. })) => {
                self.tell(Trouble::UnknownPayment, reply.order_no);
            }
            None => {}
        }
    }

    fn step_payment(&mut self, now: Now, catalogue: &dyn Catalogue, input: PaymentInput, effects: &mut Vec<Effect>) {
        let Some(before) = self.durable.payment.clone() else { return };
        let mut payment = before.clone();
        let step = payment.step(&before.family.times(), now.at, input);
        self.payment_stepped(now, catalogue, &before, (payment, step.actions), effects);
    }

    /// The changed payment is written, with what follows from it for the sale.
    fn payment_stepped(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        before: &Payment,
        (payment, actions): (Payment, Vec<PaymentAction>),
        effects: &mut Vec<Effect>,
    ) {
        let seen = Payment { seen_at: payment.seen_at, ..before.clone() };
        if seen == payment && actions.is_empty() {
            return;
        }
        let alarms = actions.iter().any(|action| matches!(action, PaymentAction::Alarm(_)));
        let moved = before.state != payment.state || refund_state(before) != refund_state(&payment);
        let events = match moved || alarms {
            true => vec![Event::PaymentChanged(Box::new(payment.clone()))],
            false => Vec::new(),
        };
        if is_part_refund(&payment) && payment.is_settled() {
            return self.part_refund_ended(now, payment, actions, events, effects);
        }
        if payment.state == PaymentState::Paid && before.state != PaymentState::Paid {
            return self.payment_paid(now, catalogue, payment, events, effects);
        }
        let ended = before.blocks_completion() && !payment.blocks_completion();
        let message = match payment.state {
            _ if !ended => None,
            PaymentState::Declined if payment.cancelled => Some(Trouble::PaymentGivenUp),
            PaymentState::Declined => Some(Trouble::Declined(payment.reason.clone().unwrap_or_default())),
            _ => Some(Trouble::PaymentGivenUp),
        };
        let said = message.clone().map_or(Said::Nothing, Said::Refused);
        let written = MoneyWritten { payment: Some(payment), actions, message, said, ..self.money_as_it_is() };
        self.write_money(now, events, written, effects);
    }

    /// The money has moved: it is a part of the sale, or the rest of it.
    fn payment_paid(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        mut payment: Payment,
        mut events: Vec<Event>,
        effects: &mut Vec<Effect>,
    ) {
        let Some(mut basket) = self.durable.open.clone() else {
            // The goods are gone, so that the money goes back by itself.
            let step = payment.step(&payment.family.times(), now.at, PaymentInput::CancelWished);
            events.push(Event::PaymentChanged(Box::new(payment.clone())));
            let written = MoneyWritten { payment: Some(payment), actions: step.actions, ..self.money_as_it_is() };
            return self.write_money(now, events, written, effects);
        };
        let tender = Tender {
            reference: Some(payment.order_no.clone()),
            payment: Some(payment.id),
            ..Tender::exact(payment.family.tender(), payment.amount)
        };
        let said = Said::PartTaken(tender.kind, tender.amount);
        basket.about.taken.push(tender);
        if self.completes_with(now, catalogue, &basket, (&payment, &events), effects) {
            return;
        }
        let written = MoneyWritten { basket: Some(basket), payment: Some(payment), said, ..self.money_as_it_is() };
        self.write_money(now, events, written, effects);
    }

    /// Completes the sale with a payment that was its rest, when somebody is there to complete it.
    fn completes_with(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        basket: &Basket,
        (payment, events): (&Payment, &[Event]),
        effects: &mut Vec<Effect>,
    ) -> bool {
        let Some(store) = catalogue.store().filter(|_| self.signed_on.is_some()) else { return false };
        let settlement = self.settlement_with(store, basket.about.taken.clone());
        let Some(settled) = settlement.ok().and_then(|settlement| settlement.settled()) else { return false };
        let before = settled.tenders.len() - 1;
        let paid = Some((payment.clone(), events.to_vec()));
        self.complete(now, catalogue, store, (settled, before), paid, effects).is_ok()
    }

    /// A part of an older payment is back with the shopper, or the provider refuses.
    fn part_refund_ended(
        &mut self,
        now: Now,
        back: Payment,
        actions: Vec<PaymentAction>,
        mut events: Vec<Event>,
        effects: &mut Vec<Effect>,
    ) {
        let as_it_is = MoneyWritten { payment: None, actions, ..self.money_as_it_is() };
        if refund_state(&back) != Some(RefundState::Done) {
            self.refunds_refused.push(back.id);
            self.giving_up = None;
            let message = Some(Trouble::RefundRefused(back.reason.unwrap_or_default()));
            return self.write_money(now, events, MoneyWritten { message, ..as_it_is }, effects);
        }
        let Some(mut basket) = self.durable.open.clone() else {
            return self.write_money(now, events, as_it_is, effects);
        };
        let taken = &mut basket.about.taken;
        let paid = taken.iter().position(|tender| tender.payment == Some(back.id) && tender.amount > Money::ZERO);
        let onward = match paid {
            Some(at) => {
                let returned = taken.remove(at);
                events.push(returned_event(&basket, &[returned]));
                if self.giving_up.is_some() { Onward::GiveUp } else { Onward::Stay }
            }
            None => {
                taken.push(Tender {
                    reference: Some(back.order_no),
                    payment: Some(back.id),
                    ..Tender::exact(back.family.tender(), -back.amount)
                });
                Onward::PayOut
            }
        };
        let written = MoneyWritten { basket: Some(basket), onward, ..as_it_is };
        self.write_money(now, events, written, effects);
    }
}

/// What a provider says, as an input of the payment; nothing when it is about another refund.
fn input_of(payment: &Payment, says: &PaymentSays) -> Option<PaymentInput> {
    match says {
        PaymentSays::Refund { no, answer } => {
            let same = payment.refund.as_ref().is_some_and(|refund| refund.no == *no);
            same.then(|| PaymentInput::RefundAnswer(answer.clone()))
        }
        _ if is_part_refund(payment) => None,
        PaymentSays::Payment(answer) => Some(PaymentInput::Answer(answer.clone())),
        PaymentSays::Reversal(answer) => Some(PaymentInput::ReverseAnswer(answer.clone())),
    }
}

/// Whether it only gives a part of an older payment back.
pub(crate) fn is_part_refund(payment: &Payment) -> bool {
    payment.sent_at.is_none() && payment.refund.is_some()
}

/// Whether the cashier may give it up.
pub(crate) fn can_cancel(payment: &Payment) -> bool {
    !payment.cancelled && matches!(payment.state, PaymentState::Sent | PaymentState::InDoubt)
}

fn refund_state(payment: &Payment) -> Option<RefundState> {
    payment.refund.as_ref().map(|refund| refund.state)
}

/// A number that no other payment has, with a letter for who moves the money.
pub(super) fn order_no(family: Family, id: Uuid) -> String {
    let letter = match family {
        Family::WeChat => 'W',
        Family::Alipay => 'A',
        Family::UnionPay => 'U',
        Family::Terminal => 'T',
    };
    format!("{letter}{}", letters(id, ORDER_CHARS))
}

/// Who moved the money of an order number.
pub(super) fn family_of(order_no: &str) -> Option<Family> {
    match order_no.chars().next()? {
        'W' => Some(Family::WeChat),
        'A' => Some(Family::Alipay),
        'U' => Some(Family::UnionPay),
        'T' => Some(Family::Terminal),
        _ => None,
    }
}

/// The end of an id in digits and letters.
fn letters(id: Uuid, count: u32) -> String {
    (0..count).rev().map(|at| char::from(LETTERS[(id.as_u128() >> (5 * at)) as usize % 32])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_number_tells_who_moves_the_money() {
        for family in [Family::WeChat, Family::Alipay, Family::UnionPay, Family::Terminal] {
            let no = order_no(family, Uuid::from_u128(u128::MAX));
            assert_eq!((family_of(&no), no.len()), (Some(family), 16));
        }
        assert_eq!(family_of("0101-000001"), None);
    }
}
