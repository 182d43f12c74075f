//! Sales put aside and taken up again, and sales that end without money.

use std::collections::BTreeSet;

use domain::basket::Basket;
use domain::event::Event;
use domain::receipt::Document;
use domain::shift::Shift;
use domain::store::Store;
use hal::DeviceClass;
use uuid::Uuid;

use super::selling::fault;
use super::{
    Catalogue, DeviceView, Effect, Engine, Now, Pending, Place, Said, Save, Suspended, SuspendedElsewhere, Trouble,
};
use crate::paper;

/// Sales that may be aside at once.
const SUSPENDED_MAX: usize = 50;
/// What the code of a sale that is aside begins with (挂单).
const ASIDE_PREFIX: &str = "GD-";
/// Digits and letters of such a code: without those that are taken for others (Crockford's Base32).
const ASIDE_LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Letters of such a code behind its prefix.
const ASIDE_CHARS: u32 = 8;

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

    pub(super) fn suspend(&mut self, now: Now, store: &Store, effects: &mut Vec<Effect>) {
        let Some(basket) = self.basket_on_counter() else { return };
        if basket.is_empty() {
            return self.refuse(Trouble::NoLine);
        }
        if !basket.about.taken.is_empty() {
            return self.refuse(Trouble::PartPaid);
        }
        self.write_aside(now, store, basket, None, effects);
    }

    /// Writes that a basket is put aside and what is left on the counter; its slip is printed afterwards.
    pub(super) fn write_aside(
        &mut self,
        now: Now,
        store: &Store,
        basket: Basket,
        left: Option<Basket>,
        effects: &mut Vec<Effect>,
    ) {
        if self.durable.suspended.len() >= SUSPENDED_MAX {
            return self.refuse(Trouble::SuspendedFull);
        }
        let staff = self.signed_on.as_ref().map(|staff| staff.id.clone()).unwrap_or_default();
        let aside = Suspended { basket: basket.clone(), at: now.at, staff };
        let mut saves = vec![Save::Basket(left.clone()), Save::Suspend(aside.clone())];
        // Without a printer the basket is found in the list.
        let slip = (self.devices.view(DeviceClass::Printer) != DeviceView::Absent).then(|| {
            let total = self.price_of(&basket, store).total;
            let document = paper::aside_slip(&basket, total, &aside_code(basket.id), store, &self.issued(now));
            (self.durable.next_job, document)
        });
        if let Some((job, document)) = &slip {
            saves.push(Save::Print { job: *job, receipt: false, document: document.clone() });
        }
        let stamp = self.stamp(now);
        let events = vec![Event::SaleSuspended(basket)];
        self.commit(stamp, events, saves, Pending::Suspended { aside, left, slip }, effects);
    }

    pub(super) fn put_aside(
        &mut self,
        aside: Suspended,
        left: Option<Basket>,
        slip: Option<(u64, Document)>,
        effects: &mut Vec<Effect>,
    ) {
        self.durable.suspended.push(aside);
        self.leave_basket(if left.is_some() { Said::Split } else { Said::Suspended });
        self.durable.open = left;
        if let Some((job, document)) = slip {
            self.print(job, document, false, effects);
        }
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

    /// By the id in the list or by the code of its slip, here or at another till of the store.
    pub(super) fn recall(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        named: &str,
        effects: &mut Vec<Effect>,
    ) {
        if !matches!(self.place, Place::Selling | Place::Suspended | Place::Paid(_)) {
            return self.refuse(Trouble::NotHere);
        }
        if self.notice.is_some() {
            return self.refuse(Trouble::ReadNotice);
        }
        if self.durable.open.as_ref().is_some_and(|basket| !basket.is_empty()) {
            return self.refuse(Trouble::BasketOpen);
        }
        if !self.taken().is_empty() {
            return self.refuse(Trouble::PartPaid);
        }
        let mut basket = match self.aside(catalogue, |basket| is_named(basket.id, named)) {
            Ok(basket) => basket,
            Err(trouble) => return self.refuse(trouble),
        };
        // A member or a coupon that was told before the sale was taken up again is not forgotten.
        if let Some(open) = &self.durable.open {
            basket.member = basket.member.or_else(|| open.member.clone());
            let known = |code: &str| basket.about.coupons.iter().any(|coupon| coupon.code == code);
            let told: Vec<_> = open.about.coupons.iter().filter(|coupon| !known(&coupon.code)).cloned().collect();
            basket.about.coupons.extend(told);
        }
        let mut shift = self.durable.shift.clone().expect("a sale is taken up in an open shift alone");
        let mut events = self.void_emptied(&mut shift);
        events.push(Event::SaleRecalled(basket.id));
        events.extend(self.ask_coupons(now, catalogue, store, &mut basket));
        let saves =
            vec![Save::Unsuspend(basket.id), Save::Basket(Some(basket.clone())), Save::Shift(Some(shift.clone()))];
        let stamp = self.stamp(now);
        self.commit(stamp, events, saves, Pending::Recalled { basket, shift }, effects);
    }

    /// A basket that is aside here, or at another till as far as head office has told. What is set aside for that till,
    /// such as a coupon's quota, stays there.
    pub(super) fn aside(
        &self,
        catalogue: &dyn Catalogue,
        is_meant: impl Fn(&Basket) -> bool,
    ) -> Result<Basket, Trouble> {
        if let Some(here) = self.durable.suspended.iter().find(|aside| is_meant(&aside.basket)) {
            return Ok(here.basket.clone());
        }
        let elsewhere = self.aside_elsewhere(catalogue)?;
        let there = elsewhere.into_iter().find(|aside| is_meant(&aside.suspended.basket));
        let mut basket = there.ok_or(Trouble::NotSuspended)?.suspended.basket;
        for coupon in &mut basket.about.coupons {
            coupon.grant = None;
        }
        Ok(basket)
    }

    /// Whether other tills have sales aside is looked up once, and anew when it may have changed: screens ask often.
    pub(super) fn look_at_others(&mut self, catalogue: &dyn Catalogue) {
        if self.others_aside.is_none() {
            self.others_aside = Some(self.aside_elsewhere(catalogue).is_ok_and(|aside| !aside.is_empty()));
        }
    }

    /// What other tills of the store have put aside and this one has not taken up.
    pub(crate) fn aside_elsewhere(&self, catalogue: &dyn Catalogue) -> Result<Vec<SuspendedElsewhere>, Trouble> {
        let all = catalogue.suspended_elsewhere().map_err(fault)?;
        let open = self.durable.open.as_ref().map(|basket| basket.id);
        let of_others = |aside: &SuspendedElsewhere| {
            let id = aside.suspended.basket.id;
            aside.till != self.setup.number && open != Some(id) && !self.taken_up.contains(&id)
        };
        Ok(all.into_iter().filter(of_others).collect())
    }

    /// Head office has told something: what other tills have taken up is no longer aside here.
    pub(super) fn look_aside(&mut self, now: Now, catalogue: &dyn Catalogue, effects: &mut Vec<Effect>) {
        if self.pending.is_some() || self.training.is_some() {
            return;
        }
        let Ok(all) = catalogue.suspended_elsewhere() else { return };
        let listed: BTreeSet<Uuid> = all.iter().map(|aside| aside.suspended.basket.id).collect();
        self.taken_up.retain(|id| listed.contains(id));
        let here: Vec<Uuid> = self.durable.suspended.iter().map(|aside| aside.basket.id).collect();
        let gone: Vec<Uuid> =
            here.iter().copied().filter(|id| self.told_aside.contains(id) && !listed.contains(id)).collect();
        self.told_aside = here.into_iter().filter(|id| listed.contains(id)).collect();
        if gone.is_empty() {
            return;
        }
        self.durable.suspended.retain(|aside| !gone.contains(&aside.basket.id));
        self.said = Said::Refused(Trouble::RecalledElsewhere);
        let id = self.next_commit;
        self.next_commit += 1;
        let saves = gone.into_iter().map(Save::Unsuspend).collect();
        effects.push(Effect::Commit { id, stamp: self.stamp(now), events: Vec::new(), saves });
    }

    /// A basket whose lines are all void gives way to something else: it leaves a trace like any void sale.
    pub(super) fn void_emptied(&self, shift: &mut Shift) -> Vec<Event> {
        let emptied = self.durable.open.iter().filter(|basket| !basket.lines().is_empty());
        let events: Vec<Event> =
            emptied.cloned().map(|basket| Event::SaleVoided { basket, reason: String::new() }).collect();
        shift.totals.voided_sales += events.len() as u64;
        events
    }

    pub(super) fn recalled(&mut self, basket: Basket, shift: Shift) {
        self.durable.shift = Some(shift);
        self.durable.suspended.retain(|aside| aside.basket.id != basket.id);
        self.taken_up.insert(basket.id);
        self.others_aside = None;
        self.leave_basket(Said::Recalled);
        self.durable.open = Some(basket);
    }

    pub(super) fn void_sale(&mut self, now: Now, store: &Store, reason: String, effects: &mut Vec<Effect>) {
        let Some(basket) = self.basket_on_counter() else { return };
        if self.payment_blocks() {
            return self.refuse(Trouble::PaymentOpen);
        }
        if !basket.about.taken.is_empty() {
            return self.give_up_paid(now, store, reason, effects);
        }
        let mut shift = self.durable.shift.clone().expect("a sale is on the counter in an open shift alone");
        shift.totals.voided_sales += 1;
        let saves = vec![Save::Basket(None), Save::Shift(Some(shift.clone()))];
        let stamp = self.stamp(now);
        let events = vec![Event::SaleVoided { basket, reason }];
        self.commit(stamp, events, saves, Pending::SaleVoided { shift }, effects);
    }
}

/// The code on the slip of a sale that is aside: the end of its id, which is chance.
pub fn aside_code(basket: Uuid) -> String {
    let letter = |at: u32| char::from(ASIDE_LETTERS[(basket.as_u128() >> (5 * at)) as usize % 32]);
    let letters: String = (0..ASIDE_CHARS).rev().map(letter).collect();
    format!("{ASIDE_PREFIX}{letters}")
}

/// Whether a code is that of a slip.
pub(super) fn is_aside_code(code: &str) -> bool {
    let rest = code.trim().to_ascii_uppercase();
    rest.strip_prefix(ASIDE_PREFIX).is_some_and(|letters| {
        letters.len() == ASIDE_CHARS as usize && letters.bytes().all(|letter| ASIDE_LETTERS.contains(&letter))
    })
}

fn is_named(id: Uuid, named: &str) -> bool {
    id.to_string() == named || aside_code(id).eq_ignore_ascii_case(named.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_names_its_basket() {
        let id = Uuid::from_u128(0x0190_0000_0000_7000_8000_00ff_ffff_ffff);
        assert_eq!(aside_code(id), "GD-ZZZZZZZZ");
        assert_eq!(aside_code(Uuid::from_u128(33)), "GD-00000011");
        assert!(is_aside_code("gd-zzzzzzzz") && is_named(id, "gd-zzzzzzzz") && is_named(id, &id.to_string()));
        assert!(!is_aside_code("GD-ILOU0000") && !is_aside_code("4006381333931") && !is_named(id, "GD-00000011"));
    }
}
