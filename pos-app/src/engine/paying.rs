//! Money for goods. The sale is written before paper, drawer or screen say that it happened.

use domain::basket::Basket;
use domain::event::Event;
use domain::money::{AmountError, Money};
use domain::payment::Payment;
use domain::price::Priced;
use domain::sale::{Completion, Sale};
use domain::store::Store;
use domain::tender::{Offer, Settled, Tender, TenderKind};
use hal::PaymentCode;

use super::tenders::{of_settlement, tender_book};
use super::{Catalogue, Effect, Engine, Now, Paid, Pending, Place, PrintJob, Said, Save, Trouble};
use crate::paper;

impl Engine {
    /// To the payment. What is paid already may be all of it: then the sale is complete.
    pub(super) fn pay(&mut self, now: Now, catalogue: &dyn Catalogue, store: &Store, effects: &mut Vec<Effect>) {
        let something = self.durable.open.as_ref().is_some_and(|basket| !basket.is_empty());
        match self.place {
            Place::Selling if self.notice.is_some() => self.refuse(Trouble::ReadNotice),
            Place::Selling if something => {
                self.said = Said::Nothing;
                self.place = Place::Paying { message: None };
                match self.settlement(store) {
                    Ok(_) => self.go_on_paying(now, catalogue, store, effects),
                    // Goods went off after parts were taken: a part goes back first.
                    Err(error) => self.not_taken(of_settlement(error)),
                }
            }
            Place::Selling | Place::Paid(_) => self.refuse(Trouble::NothingToPay),
            Place::Paying { .. } => {}
            Place::Suspended | Place::XReport | Place::Closing { .. } | Place::Draft(_) => {
                self.refuse(Trouble::NotHere)
            }
        }
    }

    /// Completes a sale whose rest was paid while nobody was there to complete it, or before its goods were collected.
    pub(super) fn go_on_paying(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        effects: &mut Vec<Effect>,
    ) {
        let here = matches!(self.place, Place::Paying { .. }) && self.signed_on.is_some() && self.pending.is_none();
        if !here || self.payment_blocks() || self.taken().is_empty() || self.durable.shift.is_none() {
            return;
        }
        let Some(settled) = self.settlement(store).ok().and_then(|settlement| settlement.settled()) else { return };
        let before = settled.tenders.len();
        if let Err(trouble) = self.complete(now, catalogue, store, (settled, before), None, effects) {
            self.not_taken(trouble);
        }
    }

    /// One step back. What was taken stays with the basket, to which goods may still be added.
    pub(super) fn back(&mut self) {
        match &self.place {
            Place::Draft(draft) => self.place = (*draft.under).clone(),
            Place::Selling => {
                self.query.clear();
                self.selected = None;
                self.returning = false;
            }
            Place::Paying { .. } | Place::Paid(_) | Place::Suspended | Place::XReport | Place::Closing { .. } => {
                self.place = Place::Selling;
            }
        }
        self.said = Said::Nothing;
    }

    /// Cash for all that is due, or for a part where a part was meant: what is only typed too small is a slip.
    pub(super) fn cash(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        (text, may_be_part): (&str, bool),
        effects: &mut Vec<Effect>,
    ) {
        // A second touch on the same button finds the till elsewhere and adds no payment.
        if !matches!(self.place, Place::Paying { .. }) {
            return self.refuse(Trouble::NotHere);
        }
        if self.has_bounced(now, "cash", text, &PaymentCode::new("")) {
            return;
        }
        if let Err(trouble) = self.take_cash(now, catalogue, store, (text, may_be_part), effects) {
            self.last_touch = None;
            self.not_taken(trouble);
        }
    }

    fn take_cash(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        (text, may_be_part): (&str, bool),
        effects: &mut Vec<Effect>,
    ) -> Result<(), Trouble> {
        let settlement = self.settlement(store).map_err(of_settlement)?;
        let due = settlement.remaining_in_cash();
        let offered = match text.trim() {
            "" => due,
            text => store.currency.parse(text).map_err(Trouble::Amount)?,
        };
        if settlement.total() < Money::ZERO {
            let plan = self.refund_plan(catalogue, store)?;
            if !plan.is_cash() {
                return Err(Trouble::GoesBack);
            }
            if !text.trim().is_empty() && offered.abs() != plan.cash() {
                return Err(Trouble::NotExact);
            }
            self.pay_out(now, catalogue, store, effects);
            return Ok(());
        }
        if offered < Money::ZERO {
            return Err(Trouble::Amount(AmountError::NotANumber));
        }
        if offered < due && !may_be_part {
            return Err(Trouble::NotEnough(due - offered));
        }
        self.take(now, catalogue, store, Offer::new(TenderKind::Cash, offered), effects)
    }

    /// The sale is paid: it is written with its receipt. `before` is how many of its tenders were taken before this one;
    /// the payment that was the rest of it is written with it.
    pub(super) fn complete(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        (settled, before): (Settled, usize),
        payment: Option<(Payment, Vec<Event>)>,
        effects: &mut Vec<Effect>,
    ) -> Result<(), Trouble> {
        let basket = self.durable.open.clone().filter(|basket| !basket.is_empty()).ok_or(Trouble::NothingToPay)?;
        let mut basket = self.with_returns_settled(catalogue, basket)?;
        basket.about.taken.clear();
        let priced = self.priced(store);
        let completion = Completion {
            receipt: self.receipt_number(),
            currency: store.currency,
            completed_at: now.at,
            points_per: store.points_per,
            rounding: settled.rounding,
            tenders: settled.tenders.clone(),
            catalogue: catalogue.versions(),
            rule_book: self.pricing.book().map_or(0, |book| book.book().version),
        };
        let sale = Sale::complete(basket.clone(), &priced, completion);
        let new = settled.tenders.iter().skip(before);
        let moves = |tender: &Tender| !(tender.tendered.is_zero() && tender.amount.is_zero());
        let drawer = new.clone().any(|tender| moves(tender) && tender_book(store).of(tender.kind).opens_drawer);
        self.write_sale(now, catalogue, store, (basket, priced, sale, drawer), payment, effects);
        Ok(())
    }

    /// Writes a sale with its receipt; whether its money moves the drawer stands beside it.
    pub(super) fn write_sale(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        (basket, priced, sale, drawer): (Basket, Priced, Sale, bool),
        payment: Option<(Payment, Vec<Event>)>,
        effects: &mut Vec<Effect>,
    ) {
        let mut shift = self.durable.shift.clone().expect("money is taken in an open shift alone");
        shift.add_sale(&sale, self.signed_on.as_ref().map_or("", |staff| &staff.id));
        let document = self.receipt_of(catalogue, store, &sale, (&self.issued(now), shift.business_date));
        let job = self.durable.next_job;
        let (payment, mut events) = payment.map_or((None, Vec::new()), |(payment, events)| (Some(payment), events));
        if self.durable.open.as_ref().is_some_and(|open| open.id != basket.id) {
            events.extend(self.void_emptied(&mut shift));
        }
        let mut saves = vec![
            Save::Basket(None),
            Save::Shift(Some(shift.clone())),
            Save::NextReceipt(self.durable.next_receipt + 1),
        ];
        saves.extend(payment.clone().map(|payment| Save::Payment(Some(payment))));
        let paid = Paid {
            basket,
            priced,
            receipt: sale.receipt.clone(),
            due: sale.total + sale.rounding,
            tenders: sale.tenders.clone(),
            change: sale.change(),
            shift,
            job,
            document: document.clone(),
            address: paper::receipt_address(store, &sale),
            electronic: paper::receipt_address(store, &sale)
                .filter(|_| self.paperless)
                .map(|code| (code, store.currency)),
            cash: drawer,
            payment,
        };
        if paid.electronic.is_none() {
            saves.push(Save::Print { job, receipt: true, document });
        }
        let stamp = self.stamp(now);
        events.push(Event::SaleCompleted(Box::new(sale)));
        self.commit(stamp, events, saves, Pending::Sale(Box::new(paid)), effects);
    }

    pub(super) fn sale_is_written(&mut self, paid: Paid, effects: &mut Vec<Effect>) {
        self.durable.open = None;
        if let Some(payment) = paid.payment.clone() {
            self.replace_payment(Some(payment));
        }
        self.refunds_refused.clear();
        self.durable.shift = Some(paid.shift.clone());
        self.durable.next_receipt += 1;
        self.durable.last_receipt = Some((paid.receipt.clone(), paid.document.clone()));
        self.leave_basket(Said::Paid);
        self.hear(ui::heard::Sound::Paid);
        self.place = Place::Paid(Box::new(paid.clone()));
        self.issue_receipt(&paid, effects);
        if paid.cash {
            effects.push(Effect::OpenDrawer);
        }
    }

    pub(super) fn not_taken(&mut self, trouble: Trouble) {
        self.place = Place::Paying { message: Some(trouble.clone()) };
        self.refuse(trouble);
    }

    /// Till, epoch and a gap-free number: unique within the store, whatever is restored or replaced.
    pub(super) fn receipt_number(&self) -> String {
        let mark = if self.training.is_some() { "T" } else { "" };
        format!("{mark}{:02}{:02}-{:06}", self.setup.number, self.setup.epoch, self.durable.next_receipt)
    }

    /// Sends a job that is stored already to the printer.
    pub(super) fn print(
        &mut self,
        job: u64,
        document: domain::receipt::Document,
        again: bool,
        effects: &mut Vec<Effect>,
    ) {
        self.durable.next_job = self.durable.next_job.max(job + 1);
        if !self.durable.jobs.iter().any(|waiting| waiting.job == job) {
            self.durable.jobs.push(PrintJob { job, document: document.clone() });
        }
        self.printing = super::PrintProgress::Printing(job);
        effects.push(Effect::Print { job, document, again });
    }
}
