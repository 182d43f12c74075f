//! What not everybody may do at the desk.

use domain::event::Event;
use domain::staff::Permission;
use domain::stock::approval::{CountApproval, CountClosed, size};
use domain::stock::plan::CountPlan;
use uuid::Uuid;

use super::booking::BookingKind;
use super::writes::DeedWrite;
use super::{At, Desk, Here, Problem};
use crate::notation::Notation;
use crate::paper;

/// Something that may need leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StockDeed {
    /// The desk is opened from the till.
    Enter,
    /// A new count.
    OpenCount(Box<CountPlan>),
    /// What was counted is what is there.
    Approve {
        /// The count.
        plan: Uuid,
    },
    /// A count ends without being approved.
    GiveUp {
        /// The count.
        plan: Uuid,
        /// Why.
        reason: String,
    },
    /// The document in hand.
    Book,
}

impl Desk {
    /// Which permission a deed needs, its size in minor units and what it is about.
    pub(crate) fn need(&self, here: &Here<'_>, deed: &StockDeed) -> (Permission, i64, String) {
        match deed {
            StockDeed::Enter => (Permission::Count, 0, String::new()),
            StockDeed::OpenCount(plan) => (Permission::Count, 0, plan.name.clone()),
            StockDeed::Approve { plan } => {
                let Ok(count) = self.open_count_of(here, *plan) else {
                    return (Permission::ApproveCount, 0, String::new());
                };
                let found = self.clone().differences(here, &count).unwrap_or_default();
                let worth = size(&found);
                let about = format!("{} {}", count.plan.name, here.words.amount(here.store.currency, worth));
                (Permission::ApproveCount, worth.units(), about)
            }
            StockDeed::GiveUp { plan, reason } => {
                let name = self.open_count_of(here, *plan).map(|count| count.plan.name).unwrap_or_default();
                (Permission::ApproveCount, 0, format!("{name} {reason}"))
            }
            StockDeed::Book => self.need_to_book(here),
        }
    }

    fn need_to_book(&self, here: &Here<'_>) -> (Permission, i64, String) {
        let Some(booking) = &self.booking else { return (Permission::ReceiveGoods, 0, String::new()) };
        match &booking.kind {
            BookingKind::Delivery { note, supplier } => {
                (Permission::ReceiveGoods, 0, format!("{supplier} {note}").trim().to_owned())
            }
            BookingKind::Arriving { number, .. } => (Permission::TransferGoods, 0, number.clone()),
            BookingKind::Sending { to } => (Permission::TransferGoods, 0, to.clone()),
            BookingKind::WriteOff { reason } => {
                let worth = booking.worth(here);
                let about = format!("{reason} {}", here.words.amount(here.store.currency, worth));
                (Permission::WriteOff, worth.units(), about)
            }
        }
    }

    /// Does it; `by` is who gave leave, or who is signed on.
    pub(crate) fn perform(&mut self, here: &Here<'_>, deed: &StockDeed, by: &str) -> Result<(), Problem> {
        let write = match deed {
            StockDeed::Enter => return Ok(()),
            StockDeed::OpenCount(plan) => {
                let then = match &plan.zones()[..] {
                    // One zone is the one that is counted.
                    [only] => {
                        let zone = only.name.clone();
                        self.counting = None;
                        self.count_zone(
                            here,
                            domain::stock::count::Count::new((**plan).clone()),
                            zone,
                            1,
                            Default::default(),
                        );
                        At::Counting
                    }
                    _ => At::Zones(plan.id),
                };
                DeedWrite { events: vec![Event::CountOpened((**plan).clone())], document: None, then, ends_task: false }
            }
            StockDeed::Approve { plan } => self.approve(here, *plan, by)?,
            StockDeed::GiveUp { plan, reason } => {
                let closed = CountClosed { plan: *plan, by: by.to_owned(), at: here.now.at, reason: reason.clone() };
                let ends_task = self.is_of(*plan);
                DeedWrite { events: vec![Event::CountClosed(closed)], document: None, then: At::Menu, ends_task }
            }
            StockDeed::Book => self.book(here)?,
        };
        self.outbox.deed(write);
        Ok(())
    }

    /// What is settled is approved; the count ends when nothing is open any more.
    fn approve(&mut self, here: &Here<'_>, plan: Uuid, by: &str) -> Result<DeedWrite, Problem> {
        let count = self.open_count_of(here, plan)?;
        let found = self.differences(here, &count)?;
        let approved = CountApproval::of(plan, &found, by, here.now.at);
        if approved.is_empty() {
            return Err(Problem::NothingSettled);
        }
        let mut events: Vec<Event> = approved.into_iter().map(Event::CountApproved).collect();
        // Codes that nobody knows have no book: head office names them from what was counted.
        let whole = found.iter().all(|difference| difference.is_settled());
        if whole {
            let closed = CountClosed { plan, by: by.to_owned(), at: here.now.at, reason: String::new() };
            events.push(Event::CountClosed(closed));
        }
        let then = if whole { At::Menu } else { At::Zones(plan) };
        Ok(DeedWrite { events, document: None, then, ends_task: whole && self.is_of(plan) })
    }

    fn is_of(&self, plan: Uuid) -> bool {
        self.counting.as_ref().is_some_and(|counting| counting.count.plan.id == plan)
    }

    fn book(&mut self, here: &Here<'_>) -> Result<DeedWrite, Problem> {
        let booking = self.booking.as_ref().ok_or(Problem::NotHere)?;
        let event = booking.event(here);
        let names = |id: &str| self.goods.get(id).map(|item| item.name_in(here.english).to_owned());
        let document = paper::stock_slip(here, &event, &names);
        Ok(DeedWrite { events: vec![event], document: Some(document), then: At::Menu, ends_task: true })
    }
}
