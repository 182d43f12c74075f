//! The shift: from the counted float to the counted drawer.

use domain::event::Event;
use domain::money::Money;
use domain::shift::{ClosedShift, Shift, Totals, business_date};
use domain::store::Store;

use super::{Effect, Engine, Now, Pending, Place, Said, Save, Stamp, Trouble};
use crate::paper;

impl Engine {
    pub(super) fn open_shift(&mut self, now: Now, store: &Store, float: &str, effects: &mut Vec<Effect>) {
        let float = match counted(store, float) {
            Ok(float) => float,
            Err(trouble) => return self.refuse(trouble),
        };
        let staff = self.signed_on.as_ref().map(|staff| staff.id.clone()).unwrap_or_default();
        let shift = Shift {
            id: now.fresh,
            business_date: business_date(now.local, store.day_starts_hour),
            opened_at: now.at,
            opened_by: staff.clone(),
            float,
            totals: Totals::default(),
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

    /// Goods that are neither paid nor void keep the day open.
    fn close_hindrance(&self) -> Option<Trouble> {
        if self.notice.is_some() {
            return Some(Trouble::ReadNotice);
        }
        if self.durable.open.as_ref().is_some_and(|basket| !basket.is_empty()) {
            return Some(Trouble::BasketOpen);
        }
        match self.durable.suspended.len() {
            0 => None,
            left => Some(Trouble::SuspendedLeft(left)),
        }
    }

    pub(super) fn close_shift(&mut self, now: Now, store: &Store, text: &str, effects: &mut Vec<Effect>) {
        if !matches!(self.place, Place::Closing { .. }) {
            return self.refuse(Trouble::NotHere);
        }
        if let Some(trouble) = self.close_hindrance() {
            return self.refuse(trouble);
        }
        let counted = match counted(store, text) {
            Ok(counted) => counted,
            Err(trouble) => {
                self.place = Place::Closing { message: Some(trouble.clone()) };
                return self.refuse(trouble);
            }
        };
        let mut shift = self.durable.shift.clone().expect("an open shift is closed");
        let mut events = self.void_emptied(&mut shift);
        let z_no = self.durable.next_z;
        let closed = ClosedShift { shift, z_no, closed_at: now.at, counted };
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

    pub(super) fn open_drawer(&mut self, now: Now, effects: &mut Vec<Effect>) {
        let mut shift = self.durable.shift.clone().expect("the drawer opens in an open shift alone");
        shift.totals.no_sales += 1;
        let saves = vec![Save::Shift(Some(shift.clone()))];
        let stamp = self.stamp(now);
        self.commit(stamp, vec![Event::DrawerOpened], saves, Pending::DrawerOpened { shift }, effects);
    }

    pub(super) fn issued(&self, now: Now) -> paper::Issued {
        let cashier = self.signed_on.as_ref().map(|staff| staff.name.clone()).unwrap_or_default();
        paper::Issued { local: now.local, till: self.setup.number, cashier, english: self.english }
    }
}

/// A counted amount: nothing or more.
fn counted(store: &Store, text: &str) -> Result<Money, Trouble> {
    match store.currency.parse(text) {
        Ok(amount) if amount >= Money::ZERO => Ok(amount),
        Ok(_) => Err(Trouble::Amount(domain::money::AmountError::NotANumber)),
        Err(error) => Err(Trouble::Amount(error)),
    }
}
