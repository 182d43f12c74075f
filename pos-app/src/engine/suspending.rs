//! Sales put aside and taken up again, and sales that end without money.

use domain::basket::Basket;
use domain::event::Event;
use domain::shift::Shift;

use super::{Effect, Engine, Now, Pending, Place, Said, Save, Suspended, Trouble};

/// Sales that may be aside at once.
const SUSPENDED_MAX: usize = 50;

impl Engine {
    /// The basket, when it may leave the counter from here.
    fn basket_on_counter(&mut self) -> Option<Basket> {
        if !matches!(self.place, Place::Selling) {
            self.refuse(Trouble::NotHere);
            return None;
        }
        if self.notice.is_some() {
            self.refuse(Trouble::ReadNotice);
            return None;
        }
        let basket = self.durable.open.clone();
        if basket.is_none() {
            self.refuse(Trouble::NoLine);
        }
        basket
    }

    pub(super) fn suspend(&mut self, now: Now, effects: &mut Vec<Effect>) {
        let Some(basket) = self.basket_on_counter() else { return };
        if basket.is_empty() {
            return self.refuse(Trouble::NoLine);
        }
        if self.durable.suspended.len() >= SUSPENDED_MAX {
            return self.refuse(Trouble::SuspendedFull);
        }
        let staff = self.signed_on.as_ref().map(|staff| staff.id.clone()).unwrap_or_default();
        let suspended = Suspended { basket: basket.clone(), at: now.at, staff };
        let saves = vec![Save::Basket(None), Save::Suspend(suspended.clone())];
        let stamp = self.stamp(now);
        self.commit(stamp, vec![Event::SaleSuspended(basket)], saves, Pending::Suspended(suspended), effects);
    }

    pub(super) fn show_suspended(&mut self) {
        match self.place {
            Place::Selling | Place::Paid(_) => {
                self.place = Place::Suspended;
                self.said = Said::Nothing;
            }
            _ => self.refuse(Trouble::NotHere),
        }
    }

    pub(super) fn recall(&mut self, now: Now, id: &str, effects: &mut Vec<Effect>) {
        if !matches!(self.place, Place::Selling | Place::Suspended | Place::Paid(_)) {
            return self.refuse(Trouble::NotHere);
        }
        if self.notice.is_some() {
            return self.refuse(Trouble::ReadNotice);
        }
        if self.durable.open.as_ref().is_some_and(|basket| !basket.is_empty()) {
            return self.refuse(Trouble::BasketOpen);
        }
        let aside = self.durable.suspended.iter().find(|aside| aside.basket.id.to_string() == id);
        let Some(mut basket) = aside.map(|aside| aside.basket.clone()) else {
            return self.refuse(Trouble::NotSuspended);
        };
        // A member who was told before the sale was taken up again is not forgotten.
        let told = self.durable.open.as_ref().and_then(|open| open.member.clone());
        basket.member = basket.member.or(told);
        let mut shift = self.durable.shift.clone().expect("a sale is taken up in an open shift alone");
        let mut events = self.void_emptied(&mut shift);
        events.push(Event::SaleRecalled(basket.id));
        let saves =
            vec![Save::Unsuspend(basket.id), Save::Basket(Some(basket.clone())), Save::Shift(Some(shift.clone()))];
        let stamp = self.stamp(now);
        self.commit(stamp, events, saves, Pending::Recalled { basket, shift }, effects);
    }

    /// A basket whose lines are all void gives way to something else: it leaves a trace like any void sale.
    pub(super) fn void_emptied(&self, shift: &mut Shift) -> Vec<Event> {
        let emptied = self.durable.open.iter().filter(|basket| !basket.lines().is_empty());
        let events: Vec<Event> = emptied.cloned().map(Event::SaleVoided).collect();
        shift.totals.voided_sales += events.len() as u64;
        events
    }

    pub(super) fn recalled(&mut self, basket: Basket, shift: Shift) {
        self.durable.shift = Some(shift);
        self.durable.suspended.retain(|aside| aside.basket.id != basket.id);
        self.leave_basket(Said::Recalled);
        self.durable.open = Some(basket);
    }

    pub(super) fn void_sale(&mut self, now: Now, effects: &mut Vec<Effect>) {
        let Some(basket) = self.basket_on_counter() else { return };
        let mut shift = self.durable.shift.clone().expect("a sale is on the counter in an open shift alone");
        shift.totals.voided_sales += 1;
        let saves = vec![Save::Basket(None), Save::Shift(Some(shift.clone()))];
        let stamp = self.stamp(now);
        self.commit(stamp, vec![Event::SaleVoided(basket)], saves, Pending::SaleVoided { shift }, effects);
    }
}
