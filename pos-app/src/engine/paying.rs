//! Money for goods. The sale is written before paper, drawer or screen say that it happened.

use domain::basket::Basket;
use domain::event::Event;
use domain::money::{AmountError, Money};
use domain::sale::{Completion, Sale};
use domain::store::Store;
use domain::tender::{Tender, TenderError, TenderKind};

use super::{Catalogue, Effect, Engine, Now, Paid, Pending, Place, PrintJob, Said, Save, Trouble};
use crate::paper;

impl Engine {
    pub(super) fn pay(&mut self) {
        let something = self.durable.open.as_ref().is_some_and(|basket| !basket.is_empty());
        match self.place {
            Place::Selling if self.notice.is_some() => self.refuse(Trouble::ReadNotice),
            Place::Selling if something => {
                self.place = Place::Paying { message: None };
                self.said = Said::Nothing;
            }
            Place::Selling | Place::Paid(_) => self.refuse(Trouble::NothingToPay),
            Place::Paying { .. } => {}
            Place::Suspended | Place::XReport | Place::Closing { .. } | Place::Draft(_) => self.refuse(Trouble::NotHere),
        }
    }

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

    pub(super) fn cash(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        text: &str,
        effects: &mut Vec<Effect>,
    ) {
        // A second touch on the same button finds the till elsewhere and adds no payment.
        if !matches!(self.place, Place::Paying { .. }) {
            return self.refuse(Trouble::NotHere);
        }
        let priced = self.priced(store);
        let taken = self.taken();
        let paid: Money = taken.iter().map(|tender| tender.amount).sum();
        let due = store.cash_rounding.apply(priced.total - paid);
        let tendered = match text.trim() {
            "" => due,
            text => match store.currency.parse(text) {
                Ok(amount) if amount < Money::ZERO && due >= Money::ZERO => {
                    return self.not_taken(Trouble::Amount(AmountError::NotANumber));
                }
                Ok(amount) => amount,
                Err(error) => return self.not_taken(Trouble::Amount(error)),
            },
        };
        let tender = match Tender::cash(due, tendered) {
            Ok(tender) => tender,
            Err(TenderError::NotEnough { missing }) => return self.not_taken(Trouble::NotEnough(missing)),
            Err(TenderError::TooMuch) => return self.not_taken(Trouble::TooMuch),
            Err(TenderError::NotExact) => return self.not_taken(Trouble::NotExact),
        };
        let Some(basket) = self.durable.open.clone().filter(|basket| !basket.is_empty()) else {
            return self.not_taken(Trouble::NothingToPay);
        };
        let mut basket = match self.with_returns_settled(catalogue, basket) {
            Ok(basket) => basket,
            Err(trouble) => return self.not_taken(trouble),
        };
        basket.about.taken.clear();
        let mut tenders = taken;
        if tenders.is_empty() || !due.is_zero() || !tendered.is_zero() {
            tenders.push(tender.clone());
        }
        let sale = Sale::complete(
            basket.clone(),
            &priced,
            Completion {
                receipt: self.receipt_number(),
                currency: store.currency,
                completed_at: now.at,
                points_per: store.points_per,
                rounding: due + paid - priced.total,
                tenders,
                catalogue: catalogue.versions(),
                rule_book: 0,
            },
        );
        self.write_sale(now, catalogue, store, (basket, sale), tender, effects);
    }

    /// What is paid already on the basket on the counter.
    pub(crate) fn taken(&self) -> Vec<Tender> {
        self.durable.open.as_ref().map(|basket| basket.about.taken.clone()).unwrap_or_default()
    }

    fn write_sale(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        (basket, sale): (Basket, Sale),
        tender: Tender,
        effects: &mut Vec<Effect>,
    ) {
        let mut shift = self.durable.shift.clone().expect("money is taken in an open shift alone");
        shift.add_sale(&sale, self.signed_on.as_ref().map_or("", |staff| &staff.id));
        let document = self.receipt_of(catalogue, store, &sale, (&self.issued(now), shift.business_date));
        let job = self.durable.next_job;
        let paid = Paid {
            basket,
            receipt: sale.receipt.clone(),
            due: tender.amount,
            tendered: tender.tendered,
            change: tender.change,
            shift: shift.clone(),
            job,
            document: document.clone(),
            electronic: paper::receipt_address(store, &sale).filter(|_| self.paperless).map(|code| (code, store.currency)),
            cash: tender.kind == TenderKind::Cash && !(tender.tendered.is_zero() && tender.amount.is_zero()),
        };
        let mut saves =
            vec![Save::Basket(None), Save::Shift(Some(shift)), Save::NextReceipt(self.durable.next_receipt + 1)];
        if paid.electronic.is_none() {
            saves.push(Save::Print { job, receipt: true, document });
        }
        let stamp = self.stamp(now);
        let events = vec![Event::SaleCompleted(Box::new(sale))];
        self.commit(stamp, events, saves, Pending::Sale(Box::new(paid)), effects);
    }

    pub(super) fn sale_is_written(&mut self, paid: Paid, effects: &mut Vec<Effect>) {
        self.durable.open = None;
        self.durable.shift = Some(paid.shift.clone());
        self.durable.next_receipt += 1;
        self.durable.last_receipt = Some((paid.receipt.clone(), paid.document.clone()));
        self.leave_basket(Said::Paid);
        self.place = Place::Paid(Box::new(paid.clone()));
        self.issue_receipt(&paid, effects);
        if paid.cash {
            effects.push(Effect::OpenDrawer);
        }
    }

    fn not_taken(&mut self, trouble: Trouble) {
        self.place = Place::Paying { message: Some(trouble.clone()) };
        self.refuse(trouble);
    }

    /// Till, epoch and a gap-free number: unique within the store, whatever is restored or replaced.
    fn receipt_number(&self) -> String {
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
