//! What the desk has written: at most one transaction at a time, in the order in which things were done. What is scanned
//! meanwhile goes into the next one.

use domain::event::Event;
use domain::receipt::Document;
use uuid::Uuid;

use super::kept::{Kept, text_of};
use super::{At, Desk};
use crate::engine::SaveTrouble;

/// Something that is done once it is written, and not at all when it cannot be.
#[derive(Clone, Debug)]
pub(super) struct DeedWrite {
    pub(super) events: Vec<Event>,
    /// Comes out on paper then.
    pub(super) document: Option<Document>,
    /// Where the desk is then.
    pub(super) then: At,
    /// Whether what is in hand is done with it.
    pub(super) ends_task: bool,
}

/// What is to be written, and what is being written.
#[derive(Clone, Debug, Default)]
pub(super) struct Outbox {
    deed: Option<DeedWrite>,
    writing: Option<Writing>,
    /// Whether what is in hand is another since it was stored.
    task: bool,
    /// Whether the last try failed; the next one waits for a tick or a scan.
    rests: bool,
}

#[derive(Clone, Debug)]
enum Writing {
    /// Entries of a pass, by its id and theirs.
    Entries(Uuid, Vec<Uuid>),
    /// The document in hand, up to a revision; or that nothing is in hand.
    Task(Option<u64>),
    Deed,
}

/// One transaction.
#[derive(Clone, Debug)]
pub struct StockWrite {
    /// To append.
    pub events: Vec<Event>,
    /// What is in hand from now on, when that is another: text, or nothing.
    pub task: Option<Option<String>>,
    /// To be printed once it is written.
    pub document: Option<Document>,
}

/// What follows when it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    /// Nothing more.
    Kept,
    /// Goods or figures are booked.
    Booked,
}

/// Whether the book changes by it.
fn books(event: &Event) -> bool {
    matches!(
        event,
        Event::CountApproved(_)
            | Event::GoodsReceived(_)
            | Event::TransferSent(_)
            | Event::TransferReceived(_)
            | Event::WrittenOff(_)
    )
}

fn opens_count(deed: &DeedWrite) -> bool {
    matches!(deed.events.last(), Some(Event::CountOpened(_)))
}

impl Outbox {
    pub(super) fn deed(&mut self, write: DeedWrite) {
        self.deed = Some(write);
    }

    pub(super) fn task_changed(&mut self) {
        self.task = true;
    }

    /// Whether a deed waits to be written: nothing else is done before.
    pub(super) fn is_busy(&self) -> bool {
        self.deed.is_some()
    }
}

impl Desk {
    /// The next transaction, when one is due.
    pub(crate) fn next_write(&mut self) -> Option<StockWrite> {
        if self.outbox.writing.is_some() || self.outbox.rests {
            return None;
        }
        // A new count stands in the journal before its first entry.
        let opens = self.outbox.deed.as_ref().is_some_and(opens_count);
        let batch = self.counting.as_ref().and_then(|counting| counting.batch()).filter(|_| !opens);
        if let Some(batch) = batch {
            let task = std::mem::take(&mut self.outbox.task).then(|| self.task_text());
            let ids = batch.entries.iter().map(|entry| entry.id).collect();
            self.outbox.writing = Some(Writing::Entries(batch.pass.id, ids));
            return Some(StockWrite { events: vec![Event::CountEntered(batch)], task, document: None });
        }
        let revision = self.booking.as_ref().and_then(|booking| booking.to_keep());
        if (revision.is_some() || self.outbox.task) && !opens {
            self.outbox.task = false;
            self.outbox.writing = Some(Writing::Task(revision));
            return Some(StockWrite { events: Vec::new(), task: Some(self.task_text()), document: None });
        }
        let deed = self.outbox.deed.as_ref()?;
        self.outbox.writing = Some(Writing::Deed);
        Some(StockWrite {
            events: deed.events.clone(),
            task: deed.ends_task.then_some(None),
            document: deed.document.clone(),
        })
    }

    /// The transaction under way is written.
    pub(crate) fn written(&mut self) -> Written {
        self.unsaved = None;
        self.looks = true;
        match self.outbox.writing.take() {
            Some(Writing::Entries(pass, ids)) => {
                if let Some(counting) = self.counting.as_mut().filter(|counting| counting.pass.id == pass) {
                    counting.kept(&ids);
                }
                Written::Kept
            }
            Some(Writing::Task(revision)) => {
                if let (Some(booking), Some(revision)) = (&mut self.booking, revision) {
                    booking.is_kept(revision);
                }
                Written::Kept
            }
            Some(Writing::Deed) => {
                let deed = self.outbox.deed.take().expect("the deed that was being written");
                if deed.ends_task {
                    (self.counting, self.booking) = (None, None);
                }
                let books = deed.events.iter().any(books);
                self.at = deed.then;
                if books { Written::Booked } else { Written::Kept }
            }
            None => Written::Kept,
        }
    }

    /// Nothing of it was written. What was scanned stays and is tried again; a deed did not happen.
    pub(crate) fn not_written(&mut self, why: SaveTrouble) {
        self.unsaved = Some(why);
        match self.outbox.writing.take() {
            Some(Writing::Deed) => {
                let opened = self.outbox.deed.take();
                let opens = opened.is_some_and(|deed| opens_count(&deed));
                if opens {
                    // A count that was not opened has no pass.
                    (self.counting, self.outbox.task, self.at) = (None, false, At::Counts);
                }
            }
            Some(Writing::Entries(..) | Writing::Task(_)) => {
                self.outbox.task = true;
                self.outbox.rests = true;
            }
            None => {}
        }
    }

    /// What could not be written is tried again.
    pub(crate) fn try_again(&mut self) {
        self.outbox.rests = false;
    }

    /// What was approved stands in the journal before what it allowed.
    pub(crate) fn approved(&mut self, approvals: Vec<Event>) {
        if let Some(deed) = &mut self.outbox.deed {
            deed.events.splice(0..0, approvals);
        }
    }

    /// Whether all that was scanned is written.
    pub fn all_kept(&self) -> bool {
        let counted = self.counting.as_ref().is_none_or(|counting| counting.unkept().is_empty());
        let booked = self.booking.as_ref().is_none_or(|booking| booking.all_kept());
        counted && booked && !self.outbox.is_busy()
    }

    /// What is in hand, to go on after a power cut.
    fn task_text(&self) -> Option<String> {
        match (&self.booking, &self.counting) {
            (Some(booking), _) => Some(text_of(&Kept::of_booking(booking))),
            (None, Some(counting)) => Some(text_of(&Kept::of_counting(counting))),
            (None, None) => None,
        }
    }
}
