//! Training: the till as it is, in front of totals that count nowhere.
//!
//! What must survive a power cut is kept aside untouched, and a copy with empty totals takes its place. Whatever is done
//! then, nothing of it is written, no drawer opens, no money moves, and paper bears a mark and no code that a till would
//! believe. A power cut ends it. What is real in training is who is at the till: sign-ons and wrong PINs are written
//! as ever, and so is paper of before that comes out meanwhile.

use std::collections::BTreeSet;

use domain::event::Event;
use domain::grant::Account;
use domain::payment::Family;
use domain::receipt::{Block, Document};
use domain::shift::{Shift, Totals};
use domain::staff::Permission;
use domain::store::Store;
use domain::tender::{Offer, TenderKind};
use hal::PaymentCode;
use jiff::Timestamp;
use uuid::Uuid;
use words::Words;

use super::command::Need;
use super::payments::order_no;
use super::tenders::typed;
use super::{Catalogue, Durable, Effect, Engine, Now, Pending, Place, PrintProgress, Said, Save, Stamp, Trouble};
use crate::paper;

/// What a training must not change.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    /// What must survive a power cut.
    pub durable: Durable,
    told_aside: BTreeSet<Uuid>,
    taken_up: BTreeSet<Uuid>,
    grants_asked: Vec<(Account, Timestamp)>,
}

/// Print jobs of trainings are named from here on, so that none is taken for a real one.
pub(super) const JOBS_FROM: u64 = 1 << 48;

impl Engine {
    pub(super) fn training_hindrance(&self) -> Option<Trouble> {
        if self.training.is_some() {
            return None;
        }
        if self.money_in_flight() {
            return Some(Trouble::PaymentOpen);
        }
        let open = self.durable.open.as_ref().is_some_and(|basket| !basket.is_empty());
        open.then_some(Trouble::BasketOpen)
    }

    pub(super) fn needs_of_training(&self) -> Vec<Need> {
        vec![Need::of(Permission::Training, 0, "")]
    }

    /// Into training, or out of it.
    pub(super) fn turn_training(&mut self, now: Now, effects: &mut Vec<Effect>) {
        if self.training.is_some() {
            return self.end_training(now, effects);
        }
        if let Some(trouble) = self.training_hindrance() {
            return self.refuse(trouble);
        }
        let stamp = self.stamp(now);
        self.commit(stamp, vec![Event::TrainingBegun], Vec::new(), Pending::TrainingBegun, effects);
    }

    /// The copy takes the place of what is real.
    pub(super) fn training_begun(&mut self, now: Now) {
        let real = std::mem::take(&mut self.durable);
        let empty = |shift: &Shift| Shift {
            id: now.fresh,
            totals: Totals::default(),
            cashiers: Vec::new(),
            hand_overs: Vec::new(),
            ..shift.clone()
        };
        self.durable = Durable {
            shift: real.shift.as_ref().map(empty),
            next_receipt: 1,
            next_z: 1,
            next_job: self.next_training_job,
            lockouts: real.lockouts.clone(),
            ..Durable::default()
        };
        self.training = Some(Box::new(Kept {
            durable: real,
            told_aside: self.told_aside.clone(),
            taken_up: self.taken_up.clone(),
            grants_asked: self.grants_asked.clone(),
        }));
        self.at_rest(true);
    }

    /// What is real comes back as it was; what was done in training is gone.
    fn end_training(&mut self, now: Now, effects: &mut Vec<Effect>) {
        let Some(kept) = self.training.take() else { return };
        let trained = std::mem::replace(&mut self.durable, kept.durable);
        // Who guessed PINs did so in earnest, and so did who knew hers.
        self.durable.lockouts = trained.lockouts;
        self.told_aside = kept.told_aside;
        self.taken_up = kept.taken_up;
        self.grants_asked = kept.grants_asked;
        self.next_training_job = trained.next_job;
        self.at_rest(false);
        let events = self.with_approvals(vec![Event::TrainingEnded]);
        self.record(now, events, effects);
    }

    /// Nothing of one world reaches into the other.
    fn at_rest(&mut self, training: bool) {
        self.leave_basket(Said::Training(training));
        self.place = Place::Selling;
        self.printing = PrintProgress::Idle;
        self.returns_allowed = None;
        self.scale.forget();
        self.others_aside = None;
        let lost = self.queued.len();
        if lost > 0 {
            // Goods of one world are not sold in the other; whoever scanned them is told.
            self.queued.clear();
            self.scans_answered += lost as u64;
            self.tell(Trouble::ScansLeftOut(lost), String::new());
        }
    }

    /// A card or a telephone pays by itself, so that beginners can practise: no provider hears of it.
    pub(super) fn practise_payment(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        (kind, amount, code): (TenderKind, &str, &PaymentCode),
        effects: &mut Vec<Effect>,
    ) -> Result<(), Trouble> {
        let family = match kind {
            TenderKind::Card => Family::Terminal,
            _ => domain::payment::classify_code(code.secret()).ok_or(Trouble::NoPaymentCode)?,
        };
        let due = self.settlement(store).map_err(Trouble::Tender)?.remaining();
        let amount = typed(store, amount)?.unwrap_or(due);
        let reference = Some(order_no(family, now.fresh));
        let offer = Offer { reference, payment: Some(now.fresh), ..Offer::new(kind, amount) };
        self.take(now, catalogue, store, offer, effects)
    }

    /// Of what was practised nothing has to go back to anybody before a sale is given up.
    pub(super) fn forget_practised_payments(&mut self) {
        if self.training.is_none() {
            return;
        }
        let taken = self.durable.open.iter_mut().flat_map(|basket| &mut basket.about.taken);
        taken.for_each(|tender| tender.payment = None);
    }

    /// Effects of training, without what would leave a trace.
    pub(super) fn without_trace(&mut self, effects: Vec<Effect>) -> Vec<Effect> {
        effects.into_iter().filter_map(|effect| self.traceless(effect)).collect()
    }

    fn traceless(&mut self, effect: Effect) -> Option<Effect> {
        match effect {
            Effect::Commit { id, stamp, events, saves } => {
                let kept = self.training.as_mut().expect("effects lose their trace in training alone");
                let real = &mut kept.durable;
                let stamp = real_stamp(real, stamp);
                let events = events.into_iter().filter(is_about_people).collect();
                let saves = saves.into_iter().filter(|save| survives(real, save)).collect();
                Some(Effect::Commit { id, stamp, events, saves })
            }
            Effect::Print { job, document, again } if job >= JOBS_FROM => {
                let document = marked(&document, &self.words);
                Some(Effect::Print { job, document, again })
            }
            Effect::Print { job, document, again } => Some(Effect::Print { job, document, again }),
            Effect::Scale(wish) => Some(Effect::Scale(wish)),
            Effect::Lane(kiosk, says) => Some(Effect::Lane(kiosk, says)),
            Effect::OpenDrawer | Effect::Payment(_) => None,
        }
    }

    /// Paper of before the training that came out during it. Whether it was such.
    pub(super) fn printed_of_before(&mut self, job: u64) -> bool {
        let Some(real) = self.training.as_mut().map(|kept| &mut kept.durable) else { return false };
        let before = real.jobs.len();
        real.jobs.retain(|waiting| waiting.job != job);
        real.jobs.len() < before
    }
}

/// Who is at the till is no training.
fn is_about_people(event: &Event) -> bool {
    matches!(event, Event::SignedOn { .. } | Event::LockedOut { .. })
}

/// What is stored of a transaction in training: wrong PINs, and paper of before.
fn survives(real: &mut Durable, save: &Save) -> bool {
    match save {
        Save::Lockout(lockout) => {
            real.lockouts.retain(|known| known.staff != lockout.staff);
            if lockout.failures > 0 {
                real.lockouts.push(lockout.clone());
            }
            true
        }
        Save::Printed(job) => *job < JOBS_FROM,
        _ => false,
    }
}

/// What is written in training belongs to the shift that is kept aside.
fn real_stamp(real: &Durable, stamp: Stamp) -> Stamp {
    match &real.shift {
        Some(shift) => Stamp { shift: Some(shift.id), business_date: shift.business_date, ..stamp },
        None => Stamp { shift: None, ..stamp },
    }
}

/// A document under the mark of training, without codes: no till may believe it.
fn marked(document: &Document, words: &Words) -> Document {
    let mut paper = Document::default();
    paper::training_mark(&mut paper, words);
    let (cuts, blocks): (Vec<&Block>, Vec<&Block>) =
        document.blocks.iter().partition(|block| matches!(block, Block::Cut));
    for block in blocks {
        match block {
            // The words above a code have nothing left to stand above.
            Block::Qr(_) => drop(paper.blocks.pop_if(|above| matches!(above, Block::Text { .. }))),
            Block::Code128(_) | Block::Ean(_) => {}
            block => drop(paper.push(block.clone())),
        }
    }
    paper::training_mark(&mut paper, words);
    if let Some(cut) = cuts.first() {
        paper.push((*cut).clone());
    }
    paper
}
