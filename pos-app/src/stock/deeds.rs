//! What not everybody may do at the desk.

use std::collections::BTreeSet;

use domain::event::Event;
use domain::staff::Permission;
use domain::stock::What;
use domain::stock::approval::{CountApproval, CountClosed, size};
use domain::stock::count::{Count, PassFinished};
use domain::stock::difference::Difference;
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
    /// A pass through a zone.
    CountZone {
        /// The count.
        plan: Uuid,
        /// The zone's name.
        zone: String,
        /// 1, or which recount.
        round: u8,
        /// Goods that are counted again.
        marked: BTreeSet<What>,
    },
    /// What was counted is what is there.
    Approve {
        /// The count.
        plan: Uuid,
        /// As it was looked through.
        settled: Vec<Difference>,
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
            StockDeed::CountZone { zone, .. } => (Permission::Count, 0, zone.clone()),
            StockDeed::Approve { plan, settled } => {
                let worth = size(settled);
                let name = self.open_count_of(here, *plan).map(|count| count.plan.name).unwrap_or_default();
                let about = format!("{name} {}", here.words.amount(here.store.currency, worth));
                (Permission::ApproveCount, worth.units(), about.trim().to_owned())
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
            StockDeed::CountZone { plan, zone, round, marked } => {
                let count = self.open_count_of(here, *plan)?;
                self.count_zone(here, count, zone.clone(), *round, marked.clone());
                return Ok(());
            }
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
            StockDeed::Approve { plan, settled } => self.approve(here, *plan, settled, by)?,
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

    /// Nobody is at it any more, but for whoever wishes to approve what she counts.
    pub(super) fn may_approve(&self, count: &Count) -> Result<(), Problem> {
        let open = count.unfinished(self.own_pass(count));
        match open.is_empty() {
            true => Ok(()),
            false => Err(Problem::StillCounted(open.into_iter().map(str::to_owned).collect())),
        }
    }

    /// The pass in hand, which ends by approving; where all of a store is counted, a zone is finished aloud.
    fn own_pass(&self, count: &Count) -> Option<Uuid> {
        let own = self.counting.as_ref().filter(|_| self.is_of(count.plan.id) && !count.plan.kind.is_exhaustive());
        own.map(|counting| counting.pass.id).filter(|pass| count.finished_at(*pass).is_none())
    }

    /// What is settled is approved, when it still is what was looked through; the count ends when nothing is open any
    /// more.
    fn approve(&mut self, here: &Here<'_>, plan: Uuid, settled: &[Difference], by: &str) -> Result<DeedWrite, Problem> {
        let count = self.open_count_of(here, plan)?;
        self.may_approve(&count)?;
        let found = self.differences(here, &count)?;
        if !found.iter().filter(|difference| difference.is_settled()).eq(settled) {
            self.review(here, plan)?;
            return Err(Problem::Changed);
        }
        // Codes that nobody knows have no book: head office names them from what was counted, when all of it is.
        let whole = found.iter().all(|difference| difference.is_settled());
        let unknown = if whole { count.unknown() } else { Vec::new() };
        let approved = CountApproval::of(plan, &found, &unknown, by, here.now.at);
        if approved.is_empty() {
            return Err(Problem::NothingSettled);
        }
        let own = self.own_pass(&count).filter(|pass| count.pass(*pass).is_some());
        let finished = |pass| PassFinished { plan, pass, by: here.by.to_owned(), at: here.now.at };
        let mut events: Vec<Event> = own.into_iter().map(|pass| Event::CountPassFinished(finished(pass))).collect();
        events.extend(approved.into_iter().map(Event::CountApproved));
        if whole {
            let closed = CountClosed { plan, by: by.to_owned(), at: here.now.at, reason: String::new() };
            events.push(Event::CountClosed(closed));
        }
        let then = if whole { At::Menu } else { At::Zones(plan) };
        Ok(DeedWrite { events, document: None, then, ends_task: self.is_of(plan) })
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
