//! The shift: from the counted float to the counted drawer. Totals run along, so that a close looks at no sale again.

use domain::event::Event;
use domain::money::Money;
use domain::shift::{ClosedShift, Shift, Totals, business_date};
use domain::store::{ReasonFor, Store};
use ui::Intent;

use super::actions::Action;
use super::by_hand::typed_amount;
use super::command::Command;
use super::drafts::{Draft, Next, Step, times};
use super::handover::Blind;
use super::receipts::local_then;
use super::{Catalogue, Effect, Engine, Face, Now, Pending, Place, Said, Save, Stamp, Trouble};
use crate::paper;

impl Engine {
    /// Intents of a signed-on cashier before a shift is open.
    pub(super) fn before_shift(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        intent: Intent,
        effects: &mut Vec<Effect>,
    ) {
        let drafting = matches!(self.place, Place::Draft(_));
        match intent {
            Intent::OpenShift { float } if !drafting => self.open_shift(now, store, &float, effects),
            Intent::OpenDrawer if !drafting => self.wish(now, catalogue, store, Action::OpenDrawer, effects),
            Intent::Begin { action } if Action::of(&action).is_some_and(Action::before_shift) => {
                self.begin(now, catalogue, store, &action, effects);
            }
            Intent::Answer { text } if drafting => self.answer(now, catalogue, store, &text, effects),
            Intent::Choose { id } if drafting => self.choose(now, catalogue, store, &id, effects),
            Intent::Count { value, pieces } if drafting => self.count(store, &value, &pieces),
            Intent::Confirm if drafting => self.confirm(now, catalogue, store, effects),
            Intent::Back if drafting => self.back(),
            Intent::Back => {}
            Intent::Lock => self.lock(now, effects),
            _ => self.refuse(Trouble::NoShift),
        }
    }

    fn open_shift(&mut self, now: Now, store: &Store, float: &str, effects: &mut Vec<Effect>) {
        match typed_amount(store, float) {
            Ok(float) => self.open_with(now, store, float, effects),
            Err(trouble) => self.refuse(trouble),
        }
    }

    /// The float by denomination, or as a sum.
    pub(super) fn next_open_count(&self, store: &Store, draft: &Draft) -> Result<Next, Trouble> {
        match &draft.answers[..] {
            [] => Ok(Next::Step(Step::Count)),
            [sum, ..] => Ok(Next::Do(Command::OpenShift { float: typed_amount(store, sum)? })),
        }
    }

    pub(super) fn open_with(&mut self, now: Now, store: &Store, float: Money, effects: &mut Vec<Effect>) {
        let staff = self.signed_on.as_ref().map(|staff| staff.id.clone()).unwrap_or_default();
        let shift = Shift {
            id: now.fresh,
            business_date: business_date(now.local, store.day_starts_hour),
            opened_at: now.at,
            opened_by: staff.clone(),
            float,
            totals: Totals::default(),
            cashiers: Vec::new(),
            hand_overs: Vec::new(),
        };
        let stamp = Stamp { at: now.at, business_date: shift.business_date, shift: Some(shift.id), staff: Some(staff) };
        let events = vec![Event::ShiftOpened(shift.clone())];
        self.commit(stamp, events, vec![Save::Shift(Some(shift.clone()))], Pending::ShiftOpened(shift), effects);
    }

    pub(super) fn show_x(&mut self) {
        match self.place {
            Place::Selling | Place::Paid(_) | Place::XReport => {
                self.place = Place::XReport;
                self.said = Said::Nothing;
            }
            _ => self.refuse(Trouble::NotHere),
        }
    }

    pub(super) fn show_close(&mut self) {
        match self.place {
            Place::Selling | Place::Paid(_) | Place::XReport => match self.close_hindrance() {
                Some(trouble) => self.refuse(trouble),
                None => {
                    self.place = Place::Closing { message: None };
                    self.said = Said::Nothing;
                }
            },
            _ => self.refuse(Trouble::NotHere),
        }
    }

    /// Goods that are neither paid nor void keep the day open, and so does money whose way is not known.
    pub(super) fn close_hindrance(&self) -> Option<Trouble> {
        if self.notice.is_some() {
            return Some(Trouble::ReadNotice);
        }
        if self.payment_is_open() {
            return Some(Trouble::PaymentOpen);
        }
        if self.durable.open.as_ref().is_some_and(|basket| !basket.about.taken.is_empty()) {
            return Some(Trouble::PartlyPaid);
        }
        if self.durable.open.as_ref().is_some_and(|basket| !basket.is_empty()) {
            return Some(Trouble::BasketOpen);
        }
        match self.durable.suspended.len() {
            0 => None,
            // A self-checkout hands baskets over to the tills, and takes none up again: from there on they are theirs.
            _ if self.setup.face == Face::Kiosk => None,
            left => Some(Trouble::SuspendedLeft(left)),
        }
    }

    /// The counted sum was typed. Why it differs is asked where the shop lists reasons for it.
    pub(super) fn close_shift(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        text: &str,
        effects: &mut Vec<Effect>,
    ) {
        if !matches!(self.place, Place::Closing { .. }) {
            return self.refuse(Trouble::NotHere);
        }
        if let Some(trouble) = self.close_hindrance() {
            return self.refuse(trouble);
        }
        let counted = match typed_amount(store, text) {
            Ok(counted) => counted,
            Err(trouble) => {
                self.place = Place::Closing { message: Some(trouble.clone()) };
                return self.refuse(trouble);
            }
        };
        if store.policy.reasons.iter().any(|(of, _)| *of == ReasonFor::Difference) {
            self.place = Place::Selling;
            self.begin(now, catalogue, store, Action::Close.id(), effects);
            return self.answer(now, catalogue, store, text, effects);
        }
        let command = Command::CloseShift { counted, pieces: Vec::new(), reason: String::new() };
        self.ask_leave(now, catalogue, store, command, effects);
    }

    /// The drawer by denomination, or as a sum; why, when it differs.
    pub(super) fn next_close(&self, store: &Store, draft: &Draft) -> Result<Next, Trouble> {
        let (counted, reason) = match self.blind_count(store, &draft.answers)? {
            Blind::Step(step) => return Ok(Next::Step(step)),
            Blind::Done { counted, reason, .. } => (counted, reason),
        };
        // Pieces belong to the count that they sum to; a sum that was typed instead has none.
        let sum: Money = draft.pieces.iter().map(|(value, pieces)| times(*value, *pieces)).sum();
        let pieces = if sum == counted { draft.pieces.clone() } else { Vec::new() };
        Ok(Next::Do(Command::CloseShift { counted, pieces, reason }))
    }

    pub(super) fn write_close(
        &mut self,
        now: Now,
        store: &Store,
        (counted, pieces, reason): (Money, Vec<(Money, u32)>, String),
        effects: &mut Vec<Effect>,
    ) {
        // Leave may have come late, and a payment that was thought to be over may have spoken meanwhile.
        if let Some(trouble) = self.close_hindrance() {
            return self.refuse(trouble);
        }
        let mut shift = self.durable.shift.clone().expect("an open shift is closed");
        let mut events = self.void_emptied(&mut shift);
        let z_no = self.durable.next_z;
        let closed = ClosedShift { shift, z_no, closed_at: now.at, counted, pieces, reason };
        let document = paper::z_report(&closed, store, &self.issued(now));
        let job = self.durable.next_job;
        let saves = vec![
            Save::Basket(None),
            Save::Shift(None),
            Save::NextZ(z_no + 1),
            Save::Print { job, receipt: false, document: document.clone() },
        ];
        let stamp = self.stamp(now);
        events.push(Event::ShiftClosed(Box::new(closed)));
        self.commit(stamp, events, saves, Pending::ShiftClosed { z_no, job, document }, effects);
    }

    /// The last Z report on paper once more, marked as a copy.
    pub(super) fn z_again(&mut self, now: Now, catalogue: &dyn Catalogue, store: &Store, effects: &mut Vec<Effect>) {
        let closed = match catalogue.last_z() {
            Ok(Some(closed)) => closed,
            Ok(None) => return self.refuse(Trouble::NoZ),
            Err(error) => return self.tell(Trouble::Catalogue(error.0), String::new()),
        };
        let issued = self.issued(now);
        let then = paper::Issued { local: local_then(now, closed.closed_at), ..issued.clone() };
        let document = paper::copy(&paper::z_report(&closed, store, &then), &issued);
        let events = vec![Event::Reprinted { receipt: format!("Z{:04}", closed.z_no) }];
        if let Some(mut shift) = self.durable.shift.clone() {
            shift.totals.reprints += 1;
            return self.print_after_writing(now, events, shift, document, effects);
        }
        let job = self.durable.next_job;
        let saves = vec![Save::Print { job, receipt: false, document: document.clone() }];
        let stamp = self.stamp(now);
        self.commit(stamp, events, saves, Pending::PrintAlone { job, document }, effects);
    }

    pub(super) fn issued(&self, now: Now) -> paper::Issued {
        let cashier = self.signed_on.as_ref().map(|staff| staff.name.clone()).unwrap_or_default();
        paper::Issued { local: now.local, till: self.setup.number, cashier, words: self.words.clone() }
    }
}
