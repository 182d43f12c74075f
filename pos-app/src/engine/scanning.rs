//! Where a scan goes: decided by where the till is.

use domain::aisle::ExitCode;

use super::by_hand::is_shown;
use super::suspending::is_aside_code;
use super::{Catalogue, Effect, Engine, Now, Place, SCANS_QUEUED_MAX, Said, Trouble};

/// Characters of a code that a notice repeats.
const ABOUT_CHARS_MAX: usize = 40;

impl Engine {
    pub(super) fn scanned(&mut self, now: Now, catalogue: &dyn Catalogue, data: String, effects: &mut Vec<Effect>) {
        // At the stock desk a notice holds nothing up: what is counted is counted.
        if self.pending.is_some() || (self.notice.is_some() && !self.shows_stock()) {
            return self.queue_scan(data);
        }
        if self.waiting.is_some() {
            return self.scanned_while_waiting(now, catalogue, data, effects);
        }
        self.scans_answered += 1;
        if is_staff_card(catalogue, &data) {
            return self.refuse(Trouble::NothingWaits);
        }
        let Some(store) = catalogue.store() else {
            return self.refuse(Trouble::NotReady);
        };
        if self.signed_on.is_none() {
            return self.refuse(Trouble::Locked);
        }
        if self.shows_stock() {
            return self.stock_scanned(now, catalogue, store, &data, effects);
        }
        if self.durable.shift.is_none() {
            return self.refuse(Trouble::NoShift);
        }
        if self.payment_blocks() {
            return self.refuse(Trouble::PaymentOpen);
        }
        match self.place {
            Place::Selling => self.add_code(now, catalogue, store, &data, effects),
            Place::Paid(_) => {
                self.place = Place::Selling;
                self.add_code(now, catalogue, store, &data, effects);
            }
            Place::Paying { .. } => self.scanned_while_paying(now, catalogue, store, &data, effects),
            Place::Draft(ref draft) if draft.gives_way() => {
                self.place = Place::Selling;
                self.add_code(now, catalogue, store, &data, effects);
            }
            Place::Draft(ref draft) if draft.takes_scans() => self.answer(now, catalogue, store, &data, effects),
            Place::Suspended if is_aside_code(&data) => self.recall(now, catalogue, store, &data, effects),
            Place::Draft(_) | Place::Suspended | Place::XReport | Place::Closing { .. } => {
                self.refuse(Trouble::ScanElsewhere);
            }
        }
    }

    /// A supervisor's card gives leave; goods wait until leave is given or the wish is given up.
    fn scanned_while_waiting(&mut self, now: Now, catalogue: &dyn Catalogue, data: String, effects: &mut Vec<Effect>) {
        let store = catalogue.store().expect("something waits in a store that is known");
        if self.approve_by_card(now, catalogue, store, &data, effects) {
            self.scans_answered += 1;
        } else if self.shows_stock() {
            self.scans_answered += 1;
            self.refuse(Trouble::WaitsForLeave);
        } else {
            self.queue_scan(data);
        }
    }

    /// Keeps a scan until its turn, or says that it was not taken.
    pub(super) fn queue_scan(&mut self, data: String) {
        if self.queued.len() < SCANS_QUEUED_MAX {
            self.queued.push_back(data);
            self.said = Said::Queued(self.queued.len());
            return;
        }
        self.scans_answered += 1;
        self.tell(Trouble::QueueFull, about(&data));
    }

    /// Scans that waited, as soon as nothing holds them up and the till is where goods are taken.
    pub(super) fn take_queued_scans(&mut self, now: Now, catalogue: &dyn Catalogue, effects: &mut Vec<Effect>) {
        let read = |engine: &Engine| engine.notice.is_none() || engine.shows_stock();
        while self.pending.is_none() && read(self) && self.waiting.is_none() && self.takes_goods() {
            let Some(data) = self.queued.pop_front() else { return };
            self.scanned(now, catalogue, data, effects);
        }
    }

    /// Whether a scan that waited finds its basket, or the question that the scan before it has set off, such as that
    /// for a serial number. Without a shift there is nothing to wait for: it is refused aloud.
    fn takes_goods(&self) -> bool {
        let asked = self.draft().is_some_and(|draft| draft.gives_way() || draft.takes_scans());
        let at_rest = matches!(self.place, Place::Selling | Place::Paid(_)) || asked;
        let selling = at_rest && self.signed_on.is_some();
        selling || self.durable.shift.is_none()
    }
}

/// Whether a code is the card that somebody approves with. Its number is a secret: no notice and no search repeats it.
pub(super) fn is_staff_card(catalogue: &dyn Catalogue, code: &str) -> bool {
    catalogue.staff().iter().any(|who| who.card.as_deref() == Some(code.trim()))
}

/// A code as a notice repeats it: short, and without what cannot be shown. A shopper's payment code is a secret.
pub(super) fn about(code: &str) -> String {
    if domain::payment::classify_code(code).is_some() {
        return domain::payment::mask(code);
    }
    if ExitCode::is_meant(code) {
        // Whoever has it has the goods.
        return String::new();
    }
    let shown: String = code.chars().filter(|c| is_shown(*c)).take(ABOUT_CHARS_MAX).collect();
    if code.chars().count() > ABOUT_CHARS_MAX { format!("{shown}…") } else { shown }
}
