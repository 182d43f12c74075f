//! Coupons: the rule book knows which codes open a rule. One that is used once counts only under a quota from head
//! office, so that it is not used twice in two stores; it is asked for when the coupon is presented, and counts by itself
//! when it has come.

use domain::basket::{Basket, Coupon};
use domain::event::Event;
use domain::grant::{Account, AccountKind, Grant};
use domain::promotion::{CouponNeed, Rule};
use domain::store::Store;
use ui::screen::Keys;

use super::command::Command;
use super::drafts::{Ask, Asked, Draft, Entry, Next, Step};
use super::grants::live_grant;
use super::{Catalogue, Effect, Engine, Now, Place, Said, Trouble};

/// Coupons of one sale.
pub(super) const COUPONS_MAX: usize = 20;

impl Engine {
    pub(super) fn next_coupon(&self, draft: &Draft) -> Result<Next, Trouble> {
        let there = self.durable.open.iter().flat_map(|basket| &basket.about.coupons);
        let there: Vec<Entry> = there.map(|coupon| Entry::named(&coupon.code, &coupon.code)).collect();
        let Some(code) = draft.answers.first() else {
            return Ok(Next::Step(Step::Ask(Ask {
                what: Asked::Coupon,
                keys: Keys::Text,
                value: String::new(),
                options: there,
                scans: true,
            })));
        };
        if !there.iter().any(|entry| entry.id == *code) {
            self.check_coupon(code)?;
        }
        Ok(Next::Do(Command::Coupon { code: code.clone() }))
    }

    fn check_coupon(&self, code: &str) -> Result<(), Trouble> {
        if !self.knows_coupon(code) {
            return Err(Trouble::UnknownCoupon);
        }
        // One that is used once is on one sale, wherever that is.
        let aside = self.durable.suspended.iter().map(|aside| &aside.basket);
        let single = self.needs_of_coupon(code).any(|need| need.single_use);
        let mut elsewhere = aside.filter(|_| single).flat_map(|basket| &basket.about.coupons);
        let there = self.durable.open.iter().flat_map(|basket| &basket.about.coupons);
        if there.clone().any(|coupon| coupon.code == code) || elsewhere.any(|coupon| coupon.code == code) {
            return Err(Trouble::CouponTwice);
        }
        if there.count() >= COUPONS_MAX { Err(Trouble::TooManyCoupons) } else { Ok(()) }
    }

    /// Whether a rule opens with a code.
    pub(super) fn knows_coupon(&self, code: &str) -> bool {
        self.needs_of_coupon(code).next().is_some()
    }

    fn needs_of_coupon<'a>(&'a self, code: &'a str) -> impl Iterator<Item = &'a CouponNeed> {
        let rules: &[Rule] = self.pricing.book().map_or(&[], |book| &book.book().rules);
        rules.iter().filter_map(|rule| rule.when.coupon.as_ref()).filter(move |need| need.fits(code))
    }

    /// Whether a coupon is for a single use and head office has not answered yet.
    pub(crate) fn coupon_waits(&self, coupon: &Coupon) -> bool {
        coupon.grant.is_none() && self.needs_of_coupon(&coupon.code).any(|need| need.single_use)
    }

    /// A coupon was scanned where goods are scanned.
    pub(super) fn scan_coupon(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        code: &str,
        effects: &mut Vec<Effect>,
    ) {
        match self.check_coupon(code) {
            Ok(()) => self.present_coupon(now, catalogue, store, code, effects),
            Err(trouble) => self.tell(trouble, super::scanning::about(code)),
        }
    }

    /// Puts a coupon on the sale, or takes it off when it is there.
    pub(super) fn coupon(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        code: &str,
        effects: &mut Vec<Effect>,
    ) {
        let basket = self.basket(now);
        let before = basket.about.coupons.len();
        basket.about.coupons.retain(|coupon| coupon.code != code);
        if basket.about.coupons.len() < before {
            self.said = Said::BasketChanged;
            return self.save_basket(now, effects);
        }
        self.present_coupon(now, catalogue, store, code, effects);
    }

    fn present_coupon(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        code: &str,
        effects: &mut Vec<Effect>,
    ) {
        if matches!(self.place, Place::Paid(_)) {
            self.place = Place::Selling;
        }
        self.basket(now).about.coupons.push(Coupon { code: code.to_owned(), grant: None });
        let mut basket = self.basket(now).clone();
        let events = self.ask_coupons(now, catalogue, store, &mut basket);
        let waits = basket.about.coupons.last().is_some_and(|coupon| self.coupon_waits(coupon));
        self.durable.open = Some(basket);
        self.said = Said::Coupon { code: code.to_owned(), waits };
        self.save_basket_with(now, events, effects);
    }

    /// Quotas for the coupons of a basket that wait for one: found, or asked for.
    pub(super) fn ask_coupons(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        basket: &mut Basket,
    ) -> Vec<Event> {
        let mut events = Vec::new();
        for at in 0..basket.about.coupons.len() {
            let coupon = &basket.about.coupons[at];
            if !self.coupon_waits(coupon) {
                continue;
            }
            let account = account(&coupon.code);
            match live_grant(now, catalogue, &account) {
                Some(grant) => basket.about.coupons[at].grant = Some(grant.id),
                None => events.extend(self.ask_grant(now, catalogue, store, account)),
            }
        }
        events
    }

    /// Head office has told something: coupons that waited count when it was their quota.
    pub(super) fn coupons_answered(&mut self, now: Now, catalogue: &dyn Catalogue, effects: &mut Vec<Effect>) {
        let Some(basket) = &self.durable.open else { return };
        let answered: Vec<(usize, Grant)> = basket
            .about
            .coupons
            .iter()
            .enumerate()
            .filter(|(_, coupon)| self.coupon_waits(coupon))
            .filter_map(|(at, coupon)| Some((at, live_grant(now, catalogue, &account(&coupon.code))?)))
            .collect();
        // A sale that is being written is the one that was priced.
        if answered.is_empty() || self.pending.is_some() || self.payment_is_open() {
            return;
        }
        let coupons = &mut self.basket(now).about.coupons;
        let code = coupons[answered[0].0].code.clone();
        for (at, grant) in answered {
            coupons[at].grant = Some(grant.id);
        }
        self.said = Said::Coupon { code, waits: false };
        self.save_basket(now, effects);
    }
}

fn account(code: &str) -> Account {
    Account { kind: AccountKind::Coupon, number: code.to_owned() }
}
