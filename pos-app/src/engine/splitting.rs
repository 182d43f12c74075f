//! One sale into two, and two into one. What was promised to a line goes with it; what was given to a whole sale is not
//! given twice.

use std::collections::BTreeMap;

use domain::basket::{About, Basket, Facets, Line, Off};
use domain::event::Event;
use domain::item::ItemKind;
use domain::quantity::{Quantity, Unit};
use domain::store::Store;
use uuid::Uuid;

use super::by_hand::WORDS_CHARS_MAX;
use super::command::Command;
use super::coupons::COUPONS_MAX;
use super::drafts::{Choose, Draft, Entry, Listed, Next, Step};
use super::{Catalogue, Effect, Engine, Now, Pending, Said, Save, Trouble};
use crate::notation::Notation;

/// Names of goods that stand for a basket in a list.
const NAMES_MAX: usize = 3;

impl Engine {
    /// The lines to be ticked, deposits with their goods.
    pub(super) fn next_split(&self, store: &Store, draft: &Draft) -> Result<Next, Trouble> {
        let basket = self.durable.open.as_ref().filter(|basket| !basket.is_empty()).ok_or(Trouble::NoLine)?;
        if !basket.about.taken.is_empty() || basket.about.hold.is_some() {
            return Err(Trouble::PartPaid);
        }
        if draft.answers.is_empty() {
            let priced = self.price_of(basket, store);
            let goods = basket.active().filter(|line| line.facets.deposit_of.is_none());
            let entry = |line: &Line| Entry {
                id: line.no.to_string(),
                title: line.name_in(self.english).to_owned(),
                amount: priced
                    .line(line.no)
                    .map(|line| self.words.amount(store.currency, line.gross))
                    .unwrap_or_default(),
                quantity_max: divisible(line),
                ..Entry::default()
            };
            let entries = goods.map(entry).collect();
            return Ok(Next::Step(Step::Choose(Choose { what: Listed::Lines, entries, many: true })));
        }
        let of_tick = |(id, quantity): &(String, Option<Quantity>)| Some((id.parse().ok()?, *quantity));
        let mut parts: Vec<(u32, Option<Quantity>)> = draft.ticked.iter().filter_map(of_tick).collect();
        parts.sort_by_key(|(no, _)| *no);
        let whole = |line: &Line| {
            let part = parts.iter().find(|(no, _)| *no == line.no);
            part.is_some_and(|(_, part)| part.is_none_or(|part| part == size(line)))
        };
        let mut goods = basket.active().filter(|line| line.facets.deposit_of.is_none());
        if goods.all(whole) { Err(Trouble::NothingWouldStay) } else { Ok(Next::Do(Command::Split { parts })) }
    }

    pub(super) fn split(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        parts: &[(u32, Option<Quantity>)],
        effects: &mut Vec<Effect>,
    ) {
        let Some(mut left) = self.durable.open.clone() else {
            return self.refuse(Trouble::NoLine);
        };
        let about = split_about(&left.about);
        let mut aside = Basket::new(now.fresh, now.at);
        aside.member = left.member.clone();
        aside.about = about;
        let at = self.price_time(now);
        let moved = parts.iter().try_for_each(|(no, part)| move_line(&mut left, &mut aside, *no, *part));
        let settled = moved.and_then(|()| {
            self.settle_deposits(&mut left, catalogue, at)?;
            self.settle_deposits(&mut aside, catalogue, at)
        });
        match settled {
            Ok(()) => self.write_aside(now, store, aside, Some(left), effects),
            Err(trouble) => self.refuse(trouble),
        }
    }

    /// The baskets that are aside, here and elsewhere.
    pub(super) fn next_merge(
        &self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        draft: &Draft,
    ) -> Result<Next, Trouble> {
        if self.durable.open.as_ref().is_none_or(Basket::is_empty) {
            return Err(Trouble::NoLine);
        }
        if let Some(id) = draft.answers.first() {
            let id: Uuid = id.parse().map_err(|_| Trouble::NotSuspended)?;
            let other = self.aside(catalogue, |basket| basket.id == id)?;
            self.merged(self.price_time(now), catalogue, other)?;
            return Ok(Next::Do(Command::Merge { id }));
        }
        let elsewhere = self.aside_elsewhere(catalogue)?;
        let here = self.durable.suspended.iter();
        let all: Vec<&super::Suspended> = here.chain(elsewhere.iter().map(|aside| &aside.suspended)).collect();
        if all.is_empty() {
            return Err(Trouble::NothingAside);
        }
        let entry = |aside: &&super::Suspended| {
            let names = aside.basket.active().take(NAMES_MAX).map(|line| line.name_in(self.english));
            Entry {
                id: aside.basket.id.to_string(),
                title: names.collect::<Vec<_>>().join(&self.words.say("common-comma")),
                detail: aside.staff.clone(),
                amount: self.words.amount(store.currency, self.price_of(&aside.basket, store).total),
                ..Entry::default()
            }
        };
        let entries = all.iter().map(entry).collect();
        Ok(Next::Step(Step::Choose(Choose { what: Listed::Baskets, entries, many: false })))
    }

    pub(super) fn merge(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        id: Uuid,
        effects: &mut Vec<Effect>,
    ) {
        let at = self.price_time(now);
        let other = self.aside(catalogue, |basket| basket.id == id);
        let mut basket = match other.and_then(|other| self.merged(at, catalogue, other)) {
            Ok(basket) => basket,
            Err(trouble) => return self.refuse(trouble),
        };
        let mut events = vec![Event::SaleRecalled(id)];
        events.extend(self.ask_coupons(now, catalogue, store, &mut basket));
        let saves = vec![Save::Unsuspend(id), Save::Basket(Some(basket.clone()))];
        let stamp = self.stamp(now);
        self.commit(stamp, events, saves, Pending::Merged { basket, from: id }, effects);
    }

    pub(super) fn merge_is_written(&mut self, basket: Basket, from: Uuid) {
        self.durable.suspended.retain(|aside| aside.basket.id != from);
        self.taken_up.insert(from);
        self.others_aside = None;
        self.durable.open = Some(basket);
        self.selected = None;
        self.said = Said::Merged;
    }

    /// The basket on the counter with another's lines behind its own.
    fn merged(&self, at: jiff::Timestamp, catalogue: &dyn Catalogue, other: Basket) -> Result<Basket, Trouble> {
        let mut basket = self.durable.open.clone().ok_or(Trouble::NoLine)?;
        let lines = other.lines().to_vec();
        basket.member = match (basket.member.take(), other.member) {
            (Some(own), Some(others)) if own.id != others.id => return Err(Trouble::MembersDiffer),
            (own, others) => own.or(others),
        };
        let about = &mut basket.about;
        if !about.taken.is_empty() || !other.about.taken.is_empty() {
            return Err(Trouble::PartPaid);
        }
        let same = about.staff_sale == other.about.staff_sale
            && about.tax_exempt == other.about.tax_exempt
            && about.discount == other.about.discount
            && about.hold.is_none()
            && other.about.hold.is_none();
        if !same {
            return Err(Trouble::SalesDiffer);
        }
        for coupon in other.about.coupons.iter() {
            if !about.coupons.iter().any(|known| known.code == coupon.code) {
                about.coupons.push(coupon.clone());
            }
        }
        if about.coupons.len() > COUPONS_MAX {
            return Err(Trouble::TooManyCoupons);
        }
        about.note = notes(about.note.take(), other.about.note);
        let salesperson = other.about.salesperson.filter(|who| about.salesperson.as_ref() != Some(who));
        let mut numbers: BTreeMap<u32, u32> = BTreeMap::new();
        for line in lines {
            let was = line.no;
            let deposit_of = line.facets.deposit_of.and_then(|goods| numbers.get(&goods).copied());
            let who = line.facets.salesperson.clone().or_else(|| salesperson.clone());
            let facets = Facets { deposit_of, salesperson: who, ..line.facets.clone() };
            let number = unique_number(&line).filter(|_| !line.voided);
            if let Some(number) = number.filter(|number| bears(&basket, number)) {
                return Err(Trouble::NumberTwice(number.to_owned()));
            }
            let no = basket.put(Line { facets, ..line }).map_err(Trouble::Basket)?;
            numbers.insert(was, no);
        }
        let items: Vec<String> = basket.active().map(|line| line.item.clone()).collect();
        items.iter().try_for_each(|item| self.check_limit(&basket, item))?;
        self.settle_deposits(&mut basket, catalogue, at)?;
        Ok(basket)
    }
}

/// Moves a line, or a part of it, from one basket to the other; a deposit goes with the whole of its goods.
fn move_line(from: &mut Basket, to: &mut Basket, no: u32, part: Option<Quantity>) -> Result<(), Trouble> {
    let whole = from.line(no).ok_or(Trouble::NoLine)?;
    let part = part.filter(|part| *part != size(whole));
    let deposit = from.active().find(|line| line.facets.deposit_of == Some(no)).map(|line| line.no);
    let deposit =
        deposit.filter(|_| part.is_none()).map(|no| from.take(no, None)).transpose().map_err(Trouble::Basket)?;
    let line = from.take(no, part).map_err(Trouble::Basket)?;
    let goods = to.put(line).map_err(Trouble::Basket)?;
    if let Some(deposit) = deposit {
        let facets = Facets { deposit_of: Some(goods), ..deposit.facets.clone() };
        to.put(Line { facets, ..deposit }).map_err(Trouble::Basket)?;
    }
    Ok(())
}

/// What holds for both halves. Coupons, an amount off the whole and the note stay on the counter.
fn split_about(about: &About) -> About {
    let share = |discount: &domain::basket::ManualDiscount| matches!(discount.off, Off::Percent(_));
    About {
        discount: about.discount.clone().filter(share),
        salesperson: about.salesperson.clone(),
        tax_exempt: about.tax_exempt.clone(),
        staff_sale: about.staff_sale.clone(),
        ..About::default()
    }
}

/// How much of a line there is, without its sign.
fn size(line: &Line) -> Quantity {
    Quantity::thousandths(line.quantity.in_thousandths().abs())
}

/// How many pieces a line can be divided into; nothing for a line that goes whole.
fn divisible(line: &Line) -> Option<Quantity> {
    let facets = &line.facets;
    let amount_off = facets.discount.as_ref().is_some_and(|discount| matches!(discount.off, Off::Amount(_)));
    let single = facets.origin.is_some() || facets.account.is_some() || line.label_amount.is_some() || amount_off;
    (line.unit == Unit::Piece && line.pieces().abs() > 1 && !single).then(|| size(line))
}

fn bears(basket: &Basket, number: &str) -> bool {
    basket.active().any(|line| unique_number(line) == Some(number))
}

/// A number that no sale bears twice.
fn unique_number(line: &Line) -> Option<&str> {
    let card = line.facets.account.as_deref().filter(|_| line.terms.kind == ItemKind::GiftCard);
    line.facets.serial.as_deref().or(card)
}

fn notes(own: Option<String>, others: Option<String>) -> Option<String> {
    match (own, others) {
        (Some(own), Some(others)) if own != others => {
            Some(format!("{own} / {others}").chars().take(WORDS_CHARS_MAX).collect())
        }
        (own, others) => own.or(others),
    }
}
