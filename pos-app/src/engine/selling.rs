//! Goods in and out of the basket.

use domain::barcode::{Barcode, BarcodeError, CODE_CHARS_MAX};
use domain::basket::{Basket, BasketError};
use domain::item::{Item, ItemKind};
use domain::quantity::{Quantity, Unit};
use domain::store::Store;
use jiff::Timestamp;

use super::command::Command;
use super::goods::Taking;
use super::scanning::{about, is_staff_card};
use super::suspending::is_aside_code;
use super::traced::Traced;
use super::weighing::net;
use super::{Catalogue, CatalogueFault, Effect, Engine, Now, Place, Said, Trouble};

/// The number of goods with its identifier, the least that an element string begins with.
const ELEMENTS_BYTES_MIN: usize = 16;

impl Engine {
    /// Text that was typed and entered, or scanned by a scanner that plays keyboard: goods, wherever goods are taken, and
    /// never an amount of money.
    pub(super) fn enter(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        text: &str,
        effects: &mut Vec<Effect>,
    ) {
        if is_staff_card(catalogue, text) {
            return self.refuse(Trouble::NothingWaits);
        }
        let at_rest = matches!(self.place, Place::Paid(_) | Place::Selling) && self.notice.is_none();
        if at_rest && self.paper_scanned(now, catalogue, store, text, effects) {
            return;
        }
        match self.place {
            Place::Paying { .. } => self.scanned_while_paying(now, catalogue, store, text, effects),
            Place::Suspended | Place::XReport | Place::Closing { .. } | Place::Draft(_) => {
                self.refuse(Trouble::ScanElsewhere);
            }
            _ if text.len() > CODE_CHARS_MAX => {
                let why = BarcodeError::TooLong(text.chars().count());
                self.tell(Trouble::BadCode(why), about(text));
            }
            Place::Paid(_) | Place::Selling if self.weighing.is_some() && is_weight(text) => {
                self.weight_typed(now, catalogue, store, text, effects);
            }
            Place::Paid(_) | Place::Selling if self.notice.is_some() => self.queue_scan(text.to_owned()),
            Place::Paid(_) | Place::Selling => {
                self.place = Place::Selling;
                self.enter_goods(now, catalogue, store, text, effects);
            }
        }
    }

    /// `3*CODE` adds three; letters search; anything else is a code.
    fn enter_goods(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        text: &str,
        effects: &mut Vec<Effect>,
    ) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        if let Some((quantity, code)) = text.split_once(['*', '×']).filter(|(quantity, _)| is_before_goods(quantity)) {
            return match self.find(catalogue, store, code.trim()) {
                Ok(Found::Goods(goods)) if goods.label.is_some() => {
                    self.tell(Trouble::Basket(BasketError::Labelled), goods.item.name_in(self.english).to_owned());
                }
                Ok(Found::Goods(goods)) => match net(quantity, goods.item.unit, goods.item.terms.tare) {
                    Ok((quantity, tare)) => {
                        self.offer(now, catalogue, store, Taking { quantity, tare, ..*goods }, effects);
                    }
                    Err(trouble) => self.refuse(trouble),
                },
                Ok(Found::Member | Found::Aside | Found::Coupon) => self.refuse(Trouble::NotHere),
                Err(trouble) => self.tell(trouble, about(code)),
            };
        }
        let searches = text.chars().any(|c| !c.is_ascii_digit());
        if searches && self.find(catalogue, store, text).is_err() {
            self.search(catalogue, text);
            return match &self.results[..] {
                [] => self.refuse(Trouble::NothingFound),
                [only] => {
                    let item = only.clone();
                    self.take_goods(now, catalogue, store, Taking::one(item), effects);
                }
                _ => {}
            };
        }
        self.add_code(now, catalogue, store, text, effects);
    }

    /// Goods or a member by code.
    pub(super) fn add_code(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        code: &str,
        effects: &mut Vec<Effect>,
    ) {
        if self.paper_scanned(now, catalogue, store, code, effects) {
            return;
        }
        match self.find(catalogue, store, code) {
            Ok(Found::Goods(goods)) => self.take_goods(now, catalogue, store, *goods, effects),
            Ok(Found::Member) => self.identify_member(now, catalogue, code, effects),
            Ok(Found::Aside) => self.recall(now, catalogue, store, code, effects),
            Ok(Found::Coupon) => self.scan_coupon(now, catalogue, store, code.trim(), effects),
            Err(trouble) => self.tell(trouble, about(code)),
        }
    }

    /// Whether a code is that of goods.
    pub(super) fn is_goods(&self, catalogue: &dyn Catalogue, store: &Store, code: &str) -> bool {
        matches!(self.find(catalogue, store, code), Ok(Found::Goods(_)))
    }

    /// The goods of a code.
    pub(super) fn item_of_code(&self, catalogue: &dyn Catalogue, store: &Store, code: &str) -> Option<Item> {
        match self.find(catalogue, store, code) {
            Ok(Found::Goods(goods)) => Some(goods.item),
            Ok(Found::Member | Found::Aside | Found::Coupon) | Err(_) => None,
        }
    }

    /// Whether a code is that of a bottle or a crate.
    pub(super) fn is_deposit(&self, catalogue: &dyn Catalogue, store: &Store, code: &str) -> bool {
        let found = self.find(catalogue, store, code);
        matches!(found, Ok(Found::Goods(goods)) if goods.item.terms.kind == ItemKind::Deposit)
    }

    fn find(&self, catalogue: &dyn Catalogue, store: &Store, code: &str) -> Result<Found, Trouble> {
        if is_aside_code(code) {
            return Ok(Found::Aside);
        }
        let barcode = Barcode::parse(code, &store.layouts);
        let barcode = match barcode {
            // A member's number may have a GTIN's length, her address a number of goods, by chance.
            Err(BarcodeError::BadCheckDigit { .. } | BarcodeError::BadPriceCheck | BarcodeError::Gs1(_))
                if is_member(catalogue, code.trim())? =>
            {
                return Ok(Found::Member);
            }
            other => other.map_err(Trouble::BadCode)?,
        };
        let key = barcode.key();
        if let Some(item) = catalogue.item_by_code(&key).map_err(fault)? {
            let label = barcode.embedded(store.currency).map_err(Trouble::BadCode)?;
            let traced = barcode.gs1().map(|gs1| Traced::of(gs1, self.today())).unwrap_or_default();
            let count = barcode.gs1().and_then(|gs1| gs1.count).filter(|_| item.unit == Unit::Piece && label.is_none());
            let quantity = Quantity::pieces(i64::from(count.unwrap_or(1).max(1)));
            let goods = Taking { label, code: Some(key), traced, quantity, ..Taking::one(item) };
            return Ok(Found::Goods(Box::new(goods)));
        }
        if is_member(catalogue, code.trim())? {
            return Ok(Found::Member);
        }
        if self.knows_coupon(code.trim()) {
            return Ok(Found::Coupon);
        }
        let digits = code.trim().len();
        match barcode {
            Barcode::Plain(code) if digits > 7 && code.bytes().all(|byte| byte.is_ascii_digit()) => {
                Err(Trouble::OddLength(digits))
            }
            _ => Err(Trouble::UnknownCode),
        }
    }

    /// Takes goods, or asks for their weight first.
    fn take_goods(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        goods: Taking,
        effects: &mut Vec<Effect>,
    ) {
        if goods.item.unit == Unit::Kilogram && goods.label.is_none() {
            return self.ask_weight(goods);
        }
        self.offer(now, catalogue, store, goods, effects);
    }

    pub(super) fn pick(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        id: &str,
        effects: &mut Vec<Effect>,
    ) {
        if !matches!(self.place, Place::Selling | Place::Paid(_)) {
            return self.refuse(Trouble::NotHere);
        }
        if self.notice.is_some() {
            return self.refuse(Trouble::ReadNotice);
        }
        self.place = Place::Selling;
        match catalogue.item(id) {
            Ok(Some(item)) => self.take_goods(now, catalogue, store, Taking::one(item), effects),
            Ok(None) => self.tell(Trouble::UnknownCode, about(id)),
            Err(error) => self.tell(fault(error), String::new()),
        }
    }

    pub(super) fn search(&mut self, catalogue: &dyn Catalogue, text: &str) {
        self.query = text.trim().to_owned();
        self.look_up_results(catalogue);
        if !self.query.is_empty() {
            self.said = Said::Found(self.results.len());
        }
    }

    pub(super) fn select(&mut self, line: u32) {
        match self.durable.open.as_ref().and_then(|basket| basket.line(line)) {
            Some(line) => self.selected = Some(line.no),
            None => self.refuse(Trouble::NoLine),
        }
    }

    /// The selected line, else the newest; of goods with a deposit the goods.
    pub(super) fn line_meant(&self) -> Option<u32> {
        let basket = self.durable.open.as_ref()?;
        let newest = basket.last().map(|line| line.facets.deposit_of.unwrap_or(line.no));
        self.selected.filter(|line| basket.line(*line).is_some()).or(newest)
    }

    pub(super) fn set_quantity(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        text: &str,
        effects: &mut Vec<Effect>,
    ) {
        if !matches!(self.place, Place::Selling) {
            return self.refuse(Trouble::NotHere);
        }
        if self.weighing.is_some() {
            return self.weight_typed(now, catalogue, store, text, effects);
        }
        if self.notice.is_some() {
            return self.refuse(Trouble::ReadNotice);
        }
        let Some((open, no)) = self.durable.open.clone().zip(self.line_meant()) else {
            return self.refuse(Trouble::NoLine);
        };
        // What cannot be is said before anybody is called to allow it.
        match self.with_quantity(catalogue, open, no, text, self.price_time(now)) {
            Ok(_) => {
                let command = Command::SetQuantity { line: no, quantity: text.to_owned() };
                self.ask_leave(now, catalogue, store, command, effects);
            }
            Err(trouble) => self.refuse(trouble),
        }
    }

    pub(super) fn count_line(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        no: u32,
        text: &str,
        effects: &mut Vec<Effect>,
    ) {
        let Some(open) = self.durable.open.clone() else {
            return self.refuse(Trouble::NoLine);
        };
        match self.with_quantity(catalogue, open, no, text, self.price_time(now)) {
            Ok(basket) => {
                self.durable.open = Some(basket);
                self.said = Said::Changed(no);
                self.save_basket(now, effects);
            }
            Err(trouble) => self.refuse(trouble),
        }
    }

    /// The basket with another quantity on a line and all that follows from it.
    fn with_quantity(
        &self,
        catalogue: &dyn Catalogue,
        mut basket: Basket,
        no: u32,
        text: &str,
        at: Timestamp,
    ) -> Result<Basket, Trouble> {
        let line = basket.line(no).ok_or(Trouble::NoLine)?;
        let (item, facets, returns) = (line.item.clone(), line.facets.clone(), line.quantity.is_return());
        if facets.deposit_of.is_some() {
            return Err(Trouble::WithItsGoods);
        }
        let (quantity, tare) = net(text, line.unit, facets.tare)?;
        if facets.serial.is_some() || facets.account.is_some() || facets.origin.is_some() {
            return Err(Trouble::QuantityIsFixed);
        }
        basket.set_quantity(no, quantity).map_err(Trouble::Basket)?;
        if let Some(facets) = basket.facets_mut(no) {
            facets.tare = tare;
        }
        if !returns {
            self.check_limit(&basket, &item)?;
        }
        self.settle_deposits(&mut basket, catalogue, at)?;
        Ok(basket)
    }

    /// Voids a line and its deposit; the reason stays with it.
    pub(super) fn void_line(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        (no, reason): (u32, String),
        effects: &mut Vec<Effect>,
    ) {
        let Some(mut basket) = self.durable.open.clone() else {
            return self.refuse(Trouble::NoLine);
        };
        let Some(line) = basket.line(no) else {
            return self.refuse(Trouble::NoLine);
        };
        if line.facets.deposit_of.is_some_and(|goods| basket.line(goods).is_some()) {
            return self.refuse(Trouble::WithItsGoods);
        }
        let name = line.name_in(self.english).to_owned();
        if let Some(facets) = basket.facets_mut(no).filter(|_| !reason.is_empty()) {
            facets.reason = Some(reason);
        }
        basket.void(no).expect("the line is one that counts");
        if let Err(trouble) = self.settle_deposits(&mut basket, catalogue, self.price_time(now)) {
            return self.refuse(trouble);
        }
        self.durable.open = Some(basket);
        self.selected = None;
        self.said = Said::Voided(name);
        self.save_basket(now, effects);
    }

    pub(super) fn toggle_return(&mut self) {
        match self.place {
            Place::Selling | Place::Paid(_) => {
                self.place = Place::Selling;
                self.returning = !self.returning;
                self.said = Said::Returning(self.returning);
            }
            _ => self.refuse(Trouble::NotHere),
        }
    }
}

/// Whether a text may be a weight: no code has a point or is that short.
fn is_weight(text: &str) -> bool {
    let text = text.trim();
    text.contains('.') || text.len() <= 2
}

/// Whether what stands before a star may be a quantity. A lot may bear a star, too (GS1 General Specifications, character
/// set 82), behind what announces an element string or behind the number of its goods.
fn is_before_goods(text: &str) -> bool {
    !text.starts_with(['(', ']']) && !text.contains('\u{1d}') && text.len() < ELEMENTS_BYTES_MIN
}

/// What a code stands for.
enum Found {
    Goods(Box<Taking>),
    Member,
    /// A sale that was put aside.
    Aside,
    Coupon,
}

fn is_member(catalogue: &dyn Catalogue, code: &str) -> Result<bool, Trouble> {
    catalogue.member_by_code(code).map(|member| member.is_some()).map_err(fault)
}

pub(super) fn fault(error: CatalogueFault) -> Trouble {
    Trouble::Catalogue(error.0)
}
