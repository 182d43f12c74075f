//! The desk itself: what is in hand, and which way a scan, a key and an answer go.

use std::collections::BTreeMap;

use domain::item::Item;
use domain::quantity::{Quantity, Unit};
use domain::stock::count::Count;
use domain::stock::{Lot, STOCK_MAX, What};
use ui::Intent;

use super::goods::{Read, typed_day, typed_lot, typed_quantity, typed_words};
use super::kept::{self, Kept};
use super::writes::Outbox;
use super::{At, Booking, Counting, Done, Here, Problem};
use crate::engine::SaveTrouble;

/// More characters than a quantity by key has: those are a code that was typed.
const QUANTITY_CHARS_MAX: usize = 5;
/// Goods that are kept in memory for their names.
const GOODS_MAX: usize = 20_000;
/// Goods that are found by what was typed.
const FOUND_MAX: usize = 24;

/// The stock desk.
#[derive(Clone, Debug)]
pub struct Desk {
    /// Where it is.
    pub at: At,
    /// The pass in hand.
    pub counting: Option<Counting>,
    /// The document in hand.
    pub booking: Option<Booking>,
    /// Whether a new count is blind.
    pub blind: bool,
    /// Why the last try was not taken.
    pub message: Option<Problem>,
    /// Why the newest is not written.
    pub unsaved: Option<SaveTrouble>,
    /// What was found by what was typed.
    pub found: Vec<Item>,
    /// Goods that were met, by id.
    pub goods: BTreeMap<String, Item>,
    /// Counts as they are shown, and whether they may be others by now.
    pub(super) counts: Vec<Count>,
    pub(super) looks: bool,
    /// How many the next scan counts, when that was typed before it.
    pub times: Option<Quantity>,
    /// Lots that the next goods are taken to be of, by item.
    pub(super) lots: BTreeMap<String, Lot>,
    pub(super) outbox: Outbox,
    /// Who was here last.
    by: String,
}

impl Desk {
    /// The desk as it was left; `stored` is what was in hand.
    pub fn open(here: &Here<'_>, stored: Option<&str>) -> Desk {
        let mut desk = Desk {
            at: At::Menu,
            counting: None,
            booking: None,
            blind: false,
            message: None,
            unsaved: None,
            found: Vec::new(),
            goods: BTreeMap::new(),
            counts: Vec::new(),
            looks: true,
            times: None,
            lots: BTreeMap::new(),
            outbox: Outbox::default(),
            by: here.by.to_owned(),
        };
        match stored.and_then(kept::read) {
            Some(Kept::Count { plan, pass, marked }) => {
                let open = desk.open_counts(here).into_iter().find(|count| count.plan.id == plan);
                if let Some(count) = open {
                    let mut counting = Counting::at(count, pass.pass(), kept::marked(marked));
                    let newest = counting.order.first().cloned();
                    desk.meet_all(here, counting.order.iter().chain(&counting.marked));
                    if let Some(what) = newest {
                        counting.show(here, what);
                    }
                    desk.counting = Some(counting);
                    desk.weigh_all();
                    desk.at = At::Counting;
                }
            }
            Some(Kept::Booking { id, kind, lines }) => {
                let booking = kept::booking(id, kind, lines);
                desk.meet_all(here, booking.lines.iter().map(|line| &line.what));
                desk.booking = Some(booking);
                desk.at = At::Booking;
            }
            None => {}
        }
        desk
    }

    /// A code was read.
    pub fn scanned(&mut self, here: &Here<'_>, code: &str) -> Result<Done, Problem> {
        self.message = None;
        self.looks = true;
        if self.outbox.is_busy() {
            return Err(Problem::Busy);
        }
        match self.at.clone() {
            At::Search if self.booking.is_some() || self.counting.is_some() => {
                let read = Read::of(here, code)?;
                self.at = self.at_task();
                self.read(here, read)
            }
            At::Menu | At::Look(_) | At::Search | At::Labels(_) => self.look_at(Read::of(here, code)?),
            At::Counting | At::Booking => self.read(here, Read::of(here, code)?),
            At::Lot(what, quantity) => {
                // A code that names the lot of the very goods answers.
                let read = Read::of(here, code)?;
                if read.what != what || read.lot.no.is_empty() {
                    return Err(Problem::AnswerFirst);
                }
                self.lot_is_known(here, what, quantity, read.lot)
            }
            At::Notes => self.note_named(here, code),
            At::Arriving => self.transfer_named(here, code),
            At::Counts
            | At::Categories
            | At::Zones(_)
            | At::NewCountZone
            | At::ZoneName(_)
            | At::Quantity
            | At::Times
            | At::Note(_)
            | At::Weight(..)
            | At::Expiry(..)
            | At::Finish
            | At::Review(_)
            | At::Recount(_)
            | At::GiveUp(_)
            | At::Supplier(_)
            | At::ToStore
            | At::Reason
            | At::BookingReview => Err(Problem::AnswerFirst),
        }
    }

    /// A person wishes something.
    pub fn wished(&mut self, here: &Here<'_>, intent: &Intent) -> Result<Done, Problem> {
        self.message = None;
        self.looks = true;
        if self.outbox.is_busy() {
            return Err(Problem::Busy);
        }
        match intent {
            Intent::Press { key } => self.pressed(here, key),
            Intent::Choose { id } => self.chosen(here, id),
            Intent::Answer { text } => self.answered(here, text),
            Intent::Enter { text } => self.entered(here, text),
            Intent::Search { text } => {
                let found = here.goods.search(text.trim(), FOUND_MAX).map_err(|_| Problem::NotLookedUp)?;
                self.found = if text.trim().is_empty() { Vec::new() } else { found };
                Ok(Done::Moved)
            }
            Intent::PickItem { item } => {
                let item = here.goods.item(item).map_err(|_| Problem::NotLookedUp)?.ok_or(Problem::Unknown)?;
                self.picked(here, item)
            }
            Intent::Back => self.pressed(here, "back"),
            Intent::Confirm => Err(Problem::NotHere),
            _ => Err(Problem::NotHere),
        }
    }

    /// Goods were read while counting or booking.
    fn read(&mut self, here: &Here<'_>, read: Read) -> Result<Done, Problem> {
        let Read { what, item, lot, quantity } = read;
        let wants_lot = item.as_ref().is_some_and(|item| item.terms.needs_lot);
        let weighed = item.as_ref().is_some_and(|item| item.unit == Unit::Kilogram);
        let times = self.times.take().filter(|_| !weighed);
        let quantity = quantity.map(|one| times.map_or(one, |times| so_often(one, times)));
        if let Some(item) = item {
            self.meet(item);
        }
        let known = what.item().and_then(|item| self.lots.get(item)).cloned();
        let lot = if lot == Lot::default() { known.unwrap_or_default() } else { lot };
        if wants_lot && lot.no.is_empty() {
            self.at = At::Lot(what, quantity);
            return Ok(Done::Moved);
        }
        self.take(here, what, lot, quantity)
    }

    /// Goods whose lot is known; they are weighed first, where they are sold by weight.
    pub(super) fn take(
        &mut self,
        here: &Here<'_>,
        what: What,
        lot: Lot,
        quantity: Option<Quantity>,
    ) -> Result<Done, Problem> {
        match quantity {
            Some(quantity) => self.add(here, what, lot, quantity),
            None => {
                self.at = At::Weight(what, lot);
                Ok(Done::Moved)
            }
        }
    }

    /// What was typed as an answer.
    fn answered(&mut self, here: &Here<'_>, text: &str) -> Result<Done, Problem> {
        match self.at.clone() {
            At::Quantity => {
                let quantity = typed_quantity(text, self.unit_on_card())?;
                self.set(here, quantity)
            }
            At::Times => {
                let times = typed_quantity(text, Unit::Piece)?;
                self.count_next(times)
            }
            At::Note(code) => {
                let note = typed_words(text)?;
                self.write_about(here, code, note)
            }
            At::Weight(what, lot) => {
                let quantity = typed_quantity(text, Unit::Kilogram)?;
                self.add(here, what, lot, quantity)
            }
            At::Lot(what, quantity) => {
                let lot = Lot { no: typed_lot(text)?, expires: None };
                self.lot_is_known(here, what, quantity, lot)
            }
            At::Expiry(what, quantity, no) => {
                let expires = if text.trim().is_empty() { None } else { Some(typed_day(text)?) };
                self.lot_is_whole(here, what, quantity, Lot { no, expires })
            }
            At::ZoneName(plan) => self.zone_named(here, plan, typed_words(text)?),
            At::GiveUp(plan) => Ok(Done::Leave(super::StockDeed::GiveUp { plan, reason: typed_words(text)? })),
            At::Supplier(note) => self.supplier_named(here, note, typed_words(text)?),
            At::Notes => self.note_named(here, text),
            At::ToStore => self.store_named(here, typed_words(text)?),
            At::Reason => self.reason_named(here, typed_words(text)?),
            At::Labels(item) => self.print_labels(here, &item, text),
            At::Search => self.entered(here, text),
            At::Menu
            | At::Counts
            | At::Categories
            | At::Zones(_)
            | At::NewCountZone
            | At::Counting
            | At::Booking
            | At::Finish
            | At::Review(_)
            | At::Recount(_)
            | At::Arriving
            | At::BookingReview
            | At::Look(_) => Err(Problem::NotHere),
        }
    }

    /// Text that was typed where nothing is asked: a quantity of the goods on the card, or a code.
    fn entered(&mut self, here: &Here<'_>, text: &str) -> Result<Done, Problem> {
        let text = text.trim();
        let at_goods = matches!(self.at, At::Counting | At::Booking);
        let number = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        if at_goods && number && text.len() <= QUANTITY_CHARS_MAX {
            let quantity = typed_quantity(text, self.unit_on_card())?;
            return self.set(here, quantity);
        }
        // `12*` before the scan, or with its code behind it.
        if at_goods
            && let Some((times, code)) = text.split_once(['*', '×', 'x', 'X'])
            && (1..=QUANTITY_CHARS_MAX).contains(&times.len())
            && times.bytes().all(|byte| byte.is_ascii_digit())
        {
            let times = typed_quantity(times, Unit::Piece)?;
            let done = self.count_next(times)?;
            return if code.is_empty() { Ok(done) } else { self.scanned(here, code) };
        }
        if matches!(self.at, At::Search) && !number {
            let first = here.goods.search(text, 1).map_err(|_| Problem::NotLookedUp)?.into_iter().next();
            return self.picked(here, first.ok_or(Problem::Unknown)?);
        }
        self.scanned(here, text)
    }

    /// The next scan counts so many.
    fn count_next(&mut self, times: Quantity) -> Result<Done, Problem> {
        if times == Quantity::NONE {
            return Err(Problem::NoQuantity);
        }
        self.times = Some(times);
        self.go(self.at_task())
    }

    /// Goods that were found by name.
    fn picked(&mut self, here: &Here<'_>, item: Item) -> Result<Done, Problem> {
        let read = Read::item(item)?;
        self.found.clear();
        if self.counting.is_none() && self.booking.is_none() {
            return self.look_at(read);
        }
        self.at = if self.booking.is_some() { At::Booking } else { At::Counting };
        self.read(here, read)
    }

    /// One item.
    pub(super) fn look_at(&mut self, read: Read) -> Result<Done, Problem> {
        let item = read.item.ok_or(Problem::Unknown)?;
        self.meet(item.clone());
        self.at = At::Look(Box::new(item));
        Ok(Done::Moved)
    }

    /// The lot is known; its day is asked, unless the code told it.
    fn lot_is_known(
        &mut self,
        here: &Here<'_>,
        what: What,
        quantity: Option<Quantity>,
        lot: Lot,
    ) -> Result<Done, Problem> {
        if lot.expires.is_some() {
            return self.lot_is_whole(here, what, quantity, lot);
        }
        self.at = At::Expiry(what, quantity, lot.no);
        Ok(Done::Moved)
    }

    pub(super) fn lot_is_whole(
        &mut self,
        here: &Here<'_>,
        what: What,
        quantity: Option<Quantity>,
        lot: Lot,
    ) -> Result<Done, Problem> {
        if let Some(item) = what.item() {
            self.lots.insert(item.to_owned(), lot.clone());
        }
        let weighed = what.item().and_then(|item| self.goods.get(item)).is_some_and(|item| item.unit == Unit::Kilogram);
        self.at = self.at_task();
        match quantity {
            // Its lot was asked for by key: what was counted already stays in its lot.
            None if !weighed => Ok(Done::Moved),
            quantity => self.take(here, what, lot, quantity),
        }
    }

    /// Where what is in hand is done.
    pub(super) fn at_task(&self) -> At {
        match (&self.booking, &self.counting) {
            (Some(_), _) => At::Booking,
            (None, Some(_)) => At::Counting,
            (None, None) => At::Menu,
        }
    }

    /// The goods on the card.
    pub fn on_card(&self) -> Option<What> {
        match (&self.booking, &self.counting) {
            (Some(booking), _) => booking.card.map(|at| booking.lines[at].what.clone()),
            (None, Some(counting)) => counting.card.as_ref().map(|(what, _)| what.clone()),
            (None, None) => None,
        }
    }

    /// What the goods on the card are counted in.
    pub fn unit_on_card(&self) -> Unit {
        let item = self.on_card().and_then(|what| what.item().map(str::to_owned));
        item.and_then(|item| self.goods.get(&item)).map_or(Unit::Piece, |item| item.unit)
    }

    /// Goods are remembered for their names.
    pub(super) fn meet(&mut self, item: Item) {
        if self.goods.len() < GOODS_MAX {
            self.goods.insert(item.id.clone(), item);
        }
    }

    /// The pass in hand knows which of these goods are weighed.
    pub(super) fn tell_weights<'a>(&mut self, all: impl Iterator<Item = &'a What>) {
        let Some(counting) = &mut self.counting else { return };
        let weighs = |what: &&What| {
            let item = what.item().and_then(|item| self.goods.get(item));
            item.is_some_and(|item| item.unit == Unit::Kilogram)
        };
        counting.weigh(all.filter(weighs).cloned());
    }

    /// The same of all goods of the pass.
    pub(super) fn weigh_all(&mut self) {
        let all = self.counting.as_ref().map(|counting| counting.order.clone()).unwrap_or_default();
        self.tell_weights(all.iter());
    }

    pub(super) fn meet_all<'a>(&mut self, here: &Here<'_>, all: impl Iterator<Item = &'a What>) {
        let ids = super::unique(all.filter_map(|what| what.item().map(str::to_owned)));
        for id in ids {
            if !self.goods.contains_key(&id)
                && let Ok(Some(item)) = here.goods.item(&id)
            {
                self.meet(item);
            }
        }
    }
}

/// So many times as much; more than a store holds is more than a store holds.
fn so_often(one: Quantity, times: Quantity) -> Quantity {
    let most = STOCK_MAX.in_thousandths() + 1000;
    let product = i128::from(one.in_thousandths()) * i128::from(times.in_thousandths()) / 1000;
    Quantity::thousandths(i64::try_from(product).unwrap_or(most).min(most))
}

impl Desk {
    /// Head office has told what others counted.
    pub(crate) fn others_counted(&mut self, here: &Here<'_>) {
        self.looks = true;
        let Some(counting) = &mut self.counting else { return };
        let Ok(known) = here.goods.stockroom().counts() else { return };
        match known.iter().find(|count| count.plan.id == counting.count.plan.id) {
            Some(count) => {
                counting.merge(count);
                let order = counting.order.clone();
                self.meet_all(here, order.iter());
                self.tell_weights(order.iter());
            }
            // A count that is written and no longer open has ended elsewhere.
            None if counting.is_begun() && !self.outbox.is_busy() => counting.count.close(here.now.at),
            None => {}
        }
    }

    /// Somebody else is here: what the one before looked through is not hers to see; what is in hand goes on.
    pub(crate) fn taken_over(&mut self, here: &Here<'_>) {
        if self.by == here.by {
            return;
        }
        self.by = here.by.to_owned();
        self.message = None;
        if matches!(self.at, At::Review(_) | At::Recount(_) | At::GiveUp(_)) {
            self.at = At::Menu;
        }
    }
}
