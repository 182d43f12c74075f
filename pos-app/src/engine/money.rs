//! Parts of a sale and payments, written before anything is done about them.

use domain::basket::Basket;
use domain::event::Event;
use domain::money::Money;
use domain::payment::{Payment, PaymentAction, PaymentAlarm};
use domain::store::Store;
use domain::tender::Tender;
use hal::{PaymentOrder, RefundOrder};

use super::payments::{PaymentRequest, is_part_refund};
use super::{Catalogue, Effect, Engine, Now, Pending, Place, Said, Save, SaveTrouble, Trouble};

/// Payments that are remembered after they were over.
const OVER_MAX: usize = 16;
/// Ticks without a try, after a payment could not be written.
const REST_TICKS: u32 = 5;

/// What happens when parts of a sale or a payment were written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoneyWritten {
    /// The basket on the counter from then on.
    pub basket: Option<Basket>,
    /// The payment from then on.
    pub payment: Option<Payment>,
    /// What is to be done about it.
    pub actions: Vec<PaymentAction>,
    /// Whether the drawer opens.
    pub drawer: bool,
    /// What is said.
    pub said: Said,
    /// Why the last try was not taken.
    pub message: Option<Trouble>,
    /// What was being done and goes on.
    pub onward: Onward,
}

/// What goes on when a payment has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Onward {
    /// Nothing.
    Stay,
    /// A refund is paid out.
    PayOut,
    /// The sale is given up.
    GiveUp,
}

impl Engine {
    /// Parts and payment as they are: what is written changes some of it.
    pub(super) fn money_as_it_is(&self) -> MoneyWritten {
        MoneyWritten {
            basket: self.durable.open.clone(),
            payment: self.durable.payment.clone(),
            actions: Vec::new(),
            drawer: false,
            said: Said::Nothing,
            message: None,
            onward: Onward::Stay,
        }
    }

    pub(super) fn write_money(
        &mut self,
        now: Now,
        events: Vec<Event>,
        written: MoneyWritten,
        effects: &mut Vec<Effect>,
    ) {
        let mut saves = Vec::new();
        if written.basket != self.durable.open {
            saves.push(Save::Basket(written.basket.clone()));
        }
        if written.payment != self.durable.payment {
            saves.push(Save::Payment(written.payment.clone()));
        }
        let stamp = self.stamp(now);
        self.commit(stamp, events, saves, Pending::Money(Box::new(written)), effects);
    }

    /// It is written, and may be done.
    pub(super) fn money_is_written(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        written: MoneyWritten,
        effects: &mut Vec<Effect>,
    ) {
        let Some(store) = catalogue.store() else { return };
        self.durable.open = written.basket;
        self.replace_payment(written.payment);
        if let Place::Paying { message } = &mut self.place {
            message.clone_from(&written.message);
        }
        if let Some(trouble) = written.message {
            self.refuse(trouble);
        } else {
            self.said = written.said;
        }
        if written.drawer {
            effects.push(Effect::OpenDrawer);
        }
        for action in written.actions {
            self.do_payment(catalogue, store, action, effects);
        }
        match written.onward {
            Onward::Stay => {}
            Onward::PayOut => {
                if self.signed_on.is_some() {
                    self.pay_out(now, catalogue, store, effects);
                }
            }
            Onward::GiveUp => self.give_up_further(now, store, effects),
        }
    }

    /// The one before is remembered, in case its provider says more.
    pub(super) fn replace_payment(&mut self, payment: Option<Payment>) {
        let before = std::mem::replace(&mut self.durable.payment, payment);
        let whole = self.durable.payment.as_ref().filter(|payment| !is_part_refund(payment));
        let id = whole.map(|payment| payment.id);
        self.payments_over.retain(|over| Some(over.id) != id);
        if let Some(before) = before.filter(|before| Some(before.id) != id && !is_part_refund(before)) {
            self.remember_payment(before);
        }
    }

    /// Remembers a payment that is over.
    fn remember_payment(&mut self, payment: Payment) {
        self.payments_over.retain(|over| over.id != payment.id);
        if self.payments_over.len() >= OVER_MAX {
            self.payments_over.pop_front();
        }
        self.payments_over.push_back(payment);
    }

    fn do_payment(
        &mut self,
        catalogue: &dyn Catalogue,
        store: &Store,
        action: PaymentAction,
        effects: &mut Vec<Effect>,
    ) {
        let Some(payment) = self.durable.payment.clone() else {
            if let PaymentAction::Alarm(alarm) = action {
                self.alarm(alarm, String::new());
            }
            return;
        };
        let order = PaymentOrder {
            no: payment.order_no.clone(),
            family: payment.family,
            amount: self.whole_of(catalogue, &payment),
            currency: store.currency,
            at: payment.created_at,
        };
        effects.push(Effect::Payment(match action {
            PaymentAction::Send => PaymentRequest::Send(order, self.payment_code.take()),
            PaymentAction::Ask => PaymentRequest::Ask(order),
            PaymentAction::Reverse => PaymentRequest::Reverse(order),
            PaymentAction::Refund { no } => PaymentRequest::Refund(order, RefundOrder { no, amount: payment.amount }),
            PaymentAction::Alarm(alarm) => return self.alarm(alarm, payment.order_no),
        }));
    }

    fn alarm(&mut self, alarm: PaymentAlarm, order_no: String) {
        self.tell(Trouble::PaymentAlarm(alarm), order_no);
    }

    /// The whole of a payment of which a part goes back.
    fn whole_of(&self, catalogue: &dyn Catalogue, payment: &Payment) -> Money {
        if !is_part_refund(payment) {
            return payment.amount;
        }
        let Some(basket) = &self.durable.open else { return payment.amount };
        let of = |tenders: &[Tender]| {
            let same = |tender: &&Tender| tender.payment == Some(payment.id) && tender.amount > Money::ZERO;
            tenders.iter().find(same).map(|tender| tender.amount)
        };
        let origins = basket.active().filter_map(|line| line.facets.origin.as_ref());
        let mut past = origins.filter_map(|origin| catalogue.past_sale(&origin.receipt).ok().flatten());
        of(&basket.about.taken).or_else(|| past.find_map(|past| of(&past.sale.tenders))).unwrap_or(payment.amount)
    }

    /// A payment could not be written: nothing of the step has happened, and it is tried again.
    pub(super) fn money_not_written(&mut self, written: &MoneyWritten, why: SaveTrouble) {
        self.payment_rests = REST_TICKS;
        self.giving_up = None;
        let alarms = written.actions.iter().any(|action| matches!(action, PaymentAction::Alarm(_)));
        if self.payment_is_open() || alarms {
            return self.tell(Trouble::PaymentNotKept(why), String::new());
        }
        // Nothing was sent, and nothing will be.
        self.payment_code = None;
        self.tell(Trouble::NotSaved(why), String::new());
    }
}
