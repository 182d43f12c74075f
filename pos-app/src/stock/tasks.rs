//! What is done with goods at the shelf: counted, booked, undone, labelled.

use domain::event::Event;
use domain::item::Item;
use domain::quantity::Quantity;
use domain::stock::count::{Change, PassFinished};
use domain::stock::{Lot, What};

use super::writes::DeedWrite;
use super::{At, Desk, Done, Here, LABELS_MAX, Problem, StockDeed};
use crate::paper;

impl Desk {
    /// So much more.
    pub(super) fn add(&mut self, here: &Here<'_>, what: What, lot: Lot, quantity: Quantity) -> Result<Done, Problem> {
        self.tell_weights(std::iter::once(&what));
        match (&mut self.booking, &mut self.counting) {
            (Some(booking), _) => booking.add(what, lot, quantity)?,
            (None, Some(counting)) => counting.enter(here, what, lot, Change::Add(quantity))?,
            (None, None) => return Err(Problem::NotHere),
        }
        self.at = self.at_task();
        Ok(Done::Taken)
    }

    /// So much in all of the goods on the card.
    pub(super) fn set(&mut self, here: &Here<'_>, quantity: Quantity) -> Result<Done, Problem> {
        match (&mut self.booking, &mut self.counting) {
            (Some(booking), _) => booking.set(quantity)?,
            (None, Some(counting)) => {
                let (what, lot) = counting.card.clone().ok_or(Problem::NothingChosen)?;
                counting.enter(here, what, lot, Change::Set(quantity))?;
            }
            (None, None) => return Err(Problem::NotHere),
        }
        self.at = self.at_task();
        Ok(Done::Taken)
    }

    /// Keys while something is counted or booked.
    pub(super) fn pressed_in_task(&mut self, here: &Here<'_>, key: &str) -> Result<Done, Problem> {
        match key {
            // What the next scan counts was not counted yet.
            "undo" if self.times.take().is_some() => Ok(Done::Moved),
            "undo" => match (&mut self.booking, &mut self.counting) {
                (Some(booking), _) => booking.undo().map(|()| Done::Taken),
                (None, Some(counting)) => counting.undo(here).map(|()| Done::Taken),
                (None, None) => Err(Problem::NotHere),
            },
            "quantity" if self.on_card().is_none() => self.go(At::Times),
            "quantity" => self.go(At::Quantity),
            "note" => match self.on_card() {
                Some(What::Unknown(code)) if self.booking.is_none() => self.go(At::Note(code)),
                _ => Err(Problem::NothingChosen),
            },
            "lot" => {
                let what = self.on_card().ok_or(Problem::NothingChosen)?;
                self.go(At::Lot(what, None))
            }
            "damaged" => {
                let booking = self.booking.as_mut().filter(|booking| booking.arrives()).ok_or(Problem::NotHere)?;
                booking.damaged = !booking.damaged;
                booking.added = None;
                Ok(Done::Moved)
            }
            "finish" if self.booking.is_some() => self.go(At::BookingReview),
            "finish" => self.go(At::Finish),
            "finish_pass" => self.finish_pass(here),
            "book" => {
                let booking = self.booking.as_ref().ok_or(Problem::NotHere)?;
                if booking.is_empty() && !booking.arrives() {
                    return Err(Problem::NothingBooked);
                }
                Ok(Done::Leave(StockDeed::Book))
            }
            "drop" => {
                self.booking = None;
                self.outbox.task_changed();
                self.go(At::Menu)
            }
            _ => Err(Problem::NotHere),
        }
    }

    /// What goods are that the catalogue does not know.
    pub(super) fn write_about(&mut self, here: &Here<'_>, code: String, note: String) -> Result<Done, Problem> {
        let counting = self.counting.as_mut().filter(|_| self.booking.is_none()).ok_or(Problem::NotHere)?;
        counting.write_about(here, What::Unknown(code), note)?;
        self.at = self.at_task();
        Ok(Done::Taken)
    }

    /// She has been through her zone.
    fn finish_pass(&mut self, here: &Here<'_>) -> Result<Done, Problem> {
        let counting = self.counting.as_ref().ok_or(Problem::NotHere)?;
        let finished = PassFinished {
            plan: counting.count.plan.id,
            pass: counting.pass.id,
            by: here.by.to_owned(),
            at: here.now.at,
        };
        self.outbox.deed(DeedWrite {
            events: vec![Event::CountPassFinished(finished)],
            document: None,
            then: At::Zones(counting.count.plan.id),
            ends_task: true,
        });
        Ok(Done::Moved)
    }

    /// A row was touched: its goods are on the card.
    pub(super) fn card_chosen(&mut self, here: &Here<'_>, kind: &str, id: &str) -> Result<Done, Problem> {
        let what = match kind {
            "item" => What::Item(id.to_owned()),
            "unknown" => What::Unknown(id.to_owned()),
            _ => return Err(Problem::NotHere),
        };
        match (&mut self.booking, &mut self.counting) {
            (Some(booking), _) => {
                let at = booking.lines.iter().position(|line| line.what == what);
                booking.choose(at.ok_or(Problem::NotHere)?);
            }
            (None, Some(counting)) => counting.choose(here, what),
            (None, None) => return Err(Problem::NotHere),
        }
        Ok(Done::Moved)
    }

    /// Keys beside one item.
    pub(super) fn pressed_at_item(&mut self, here: &Here<'_>, key: &str, item: &Item) -> Result<Done, Problem> {
        match key {
            "label" => self.print_labels(here, item, "1"),
            "labels" => self.go(At::Labels(Box::new(item.clone()))),
            "print" => {
                let book = here.goods.stockroom().book(std::slice::from_ref(&item.id)).ok();
                let book = book.and_then(|mut book| book.remove(&item.id));
                Ok(Done::Print(paper::price_slip(here, item, book.as_ref())))
            }
            _ => Err(Problem::NotHere),
        }
    }

    pub(super) fn print_labels(&mut self, here: &Here<'_>, item: &Item, text: &str) -> Result<Done, Problem> {
        let copies = text.trim().parse::<i64>().ok().filter(|copies| (1..=LABELS_MAX).contains(copies));
        let document = paper::shelf_labels(here, item, copies.ok_or(Problem::NoQuantity)?);
        self.at = At::Look(Box::new(item.clone()));
        Ok(Done::Print(document))
    }
}
