//! Paper: it may fail and be repeated; the sale stands.

use domain::event::Event;
use domain::store::Store;

use super::{Effect, Engine, Now, Pending, Place, PrintProgress, PrinterTrouble, Save, Trouble};
use crate::paper;

impl Engine {
    /// Documents that were not known to be on paper before the power went: each is printed under a mark.
    pub(super) fn print_what_waits(&mut self, effects: &mut Vec<Effect>) {
        for waiting in self.durable.jobs.clone() {
            self.print(waiting.job, waiting.document, true, effects);
        }
    }

    pub(super) fn printed(&mut self, now: Now, job: u64, effects: &mut Vec<Effect>) {
        let before = self.durable.jobs.len();
        self.durable.jobs.retain(|waiting| waiting.job != job);
        if self.durable.jobs.len() == before && !self.printed_of_before(job) {
            return;
        }
        if matches!(self.printing, PrintProgress::Printing(newest) | PrintProgress::Stopped(newest, _) if newest == job)
        {
            self.printing = PrintProgress::Done(job);
        }
        let id = self.next_commit;
        self.next_commit += 1;
        let saves = vec![Save::Printed(job)];
        effects.push(Effect::Commit { id, stamp: self.stamp(now), events: Vec::new(), saves });
    }

    pub(super) fn print_interrupted(&mut self, job: u64, why: PrinterTrouble) {
        if self.durable.jobs.iter().any(|waiting| waiting.job == job) {
            // What holds an older document up holds the newest up, too, and that is the one people ask about.
            let newest = match self.printing {
                PrintProgress::Printing(newest) | PrintProgress::Stopped(newest, _) => newest.max(job),
                PrintProgress::Idle | PrintProgress::Done(_) => job,
            };
            self.printing = PrintProgress::Stopped(newest, why);
        }
    }

    pub(super) fn last_receipt_number(&self) -> String {
        self.durable.last_receipt.as_ref().map(|(receipt, _)| receipt.clone()).unwrap_or_default()
    }

    /// The last receipt again, marked as a copy.
    pub(super) fn reprint(&mut self, now: Now, effects: &mut Vec<Effect>) {
        let Some((receipt, document)) = self.durable.last_receipt.clone() else {
            return self.refuse(Trouble::NoReceipt);
        };
        let mut shift = self.durable.shift.clone().expect("copies are printed in an open shift alone");
        shift.totals.reprints += 1;
        let document = paper::copy(&document, &self.issued(now));
        self.print_after_writing(now, vec![Event::Reprinted { receipt }], shift, document, effects);
    }

    pub(super) fn print_report(&mut self, now: Now, store: &Store, effects: &mut Vec<Effect>) {
        if !matches!(self.place, Place::XReport) {
            return self.refuse(Trouble::NotHere);
        }
        let shift = self.durable.shift.clone().expect("running totals are those of an open shift");
        let document = paper::x_report(&shift, store, &self.issued(now));
        self.print_after_writing(now, Vec::new(), shift, document, effects);
    }

    pub(super) fn print_after_writing(
        &mut self,
        now: Now,
        events: Vec<Event>,
        shift: domain::shift::Shift,
        document: domain::receipt::Document,
        effects: &mut Vec<Effect>,
    ) {
        let job = self.durable.next_job;
        let saves =
            vec![Save::Shift(Some(shift.clone())), Save::Print { job, receipt: false, document: document.clone() }];
        let stamp = self.stamp(now);
        self.commit(stamp, events, saves, Pending::Print { shift, job, document }, effects);
    }
}
