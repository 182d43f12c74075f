//! Goods in and out of the basket.

use domain::barcode::{Barcode, BarcodeError, CODE_CHARS_MAX, Embedded};
use domain::basket::{Added, BasketError};
use domain::item::Item;
use domain::quantity::{Quantity, Unit};
use domain::store::Store;

use super::scanning::about;
use super::{Catalogue, CatalogueFault, Effect, Engine, Now, Place, RESULTS_MAX, Said, Trouble, Weighing};

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
        match self.place {
            Place::Paying { .. } => self.refuse(Trouble::ScanWhilePaying),
            Place::Suspended | Place::XReport | Place::Closing { .. } => self.refuse(Trouble::ScanElsewhere),
            _ if text.len() > CODE_CHARS_MAX => {
                let why = BarcodeError::TooLong(text.chars().count());
                self.tell(Trouble::BadCode(why), about(text));
            }
            Place::Paid(_) | Place::Selling if self.weighing.is_some() && is_weight(text) => {
                self.set_quantity(now, text, effects);
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
        if let Some((quantity, code)) = text.split_once(['*', '×']) {
            return match self.find(catalogue, store, code.trim()) {
                Ok(Found::Goods { item, label: Some(_), .. }) => {
                    self.tell(Trouble::Basket(BasketError::Labelled), item.name_in(self.english).to_owned());
                }
                Ok(Found::Goods { item, label, key }) => match Quantity::parse(quantity, item.unit) {
                    Ok(quantity) => self.add(now, &item, Added { quantity, label, code: key, ..Added::one() }, effects),
                    Err(error) => self.refuse(Trouble::Quantity(error)),
                },
                Ok(Found::Member) => self.refuse(Trouble::NotHere),
                Err(trouble) => self.tell(trouble, about(code)),
            };
        }
        let searches = text.chars().any(|c| !c.is_ascii_digit());
        if searches && !matches!(self.find(catalogue, store, text), Ok(Found::Goods { .. } | Found::Member)) {
            self.search(catalogue, text);
            return match &self.results[..] {
                [] => self.refuse(Trouble::NothingFound),
                [only] => {
                    let item = only.clone();
                    self.take(now, item, None, None, effects);
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
        match self.find(catalogue, store, code) {
            Ok(Found::Goods { item, label, key }) => self.take(now, item, label, key, effects),
            Ok(Found::Member) => self.identify_member(now, catalogue, code, effects),
            Err(trouble) => self.tell(trouble, about(code)),
        }
    }

    fn find(&self, catalogue: &dyn Catalogue, store: &Store, code: &str) -> Result<Found, Trouble> {
        let barcode = Barcode::parse(code, &store.layouts);
        let barcode = match barcode {
            // A member's number may have a GTIN's length by chance.
            Err(BarcodeError::BadCheckDigit { .. } | BarcodeError::BadPriceCheck)
                if is_member(catalogue, code.trim())? =>
            {
                return Ok(Found::Member);
            }
            other => other.map_err(Trouble::BadCode)?,
        };
        let key = barcode.key();
        if let Some(item) = catalogue.item_by_code(&key).map_err(fault)? {
            return Ok(Found::Goods { item, label: barcode.embedded(), key: Some(key) });
        }
        if is_member(catalogue, code.trim())? {
            return Ok(Found::Member);
        }
        let digits = code.trim().len();
        match barcode {
            Barcode::Plain(code) if digits > 7 && code.bytes().all(|byte| byte.is_ascii_digit()) => {
                Err(Trouble::OddLength(digits))
            }
            _ => Err(Trouble::UnknownCode),
        }
    }

    /// Adds one of an item, or asks for its weight.
    fn take(&mut self, now: Now, item: Item, label: Option<Embedded>, key: Option<String>, effects: &mut Vec<Effect>) {
        if item.unit == Unit::Kilogram && label.is_none() {
            let name = item.name_in(self.english).to_owned();
            self.tell(Trouble::NeedsWeight(name), String::new());
            self.weighing = Some(Weighing { item, code: key });
            return;
        }
        self.add(now, &item, Added { label, code: key, ..Added::one() }, effects);
    }

    fn add(&mut self, now: Now, item: &Item, added: Added, effects: &mut Vec<Effect>) {
        let added = Added { comes_back: self.returning, ..added };
        let price_time = self.price_time(now);
        match self.basket(now).add(item, added, price_time) {
            Ok(line) => {
                self.returning = false;
                self.selected = None;
                self.query.clear();
                self.said = Said::Added(line);
                self.save_basket(now, effects);
            }
            Err(error) => {
                self.drop_empty_basket();
                let name = item.name_in(self.english).to_owned();
                let trouble = match error {
                    BasketError::NoPrice => Trouble::NoPrice(name.clone()),
                    other => Trouble::Basket(other),
                };
                self.tell(trouble, name);
            }
        }
    }

    /// A basket that never had a line is no basket.
    fn drop_empty_basket(&mut self) {
        self.durable.open.take_if(|basket| basket.lines().is_empty() && basket.member.is_none());
    }

    pub(super) fn pick(&mut self, now: Now, catalogue: &dyn Catalogue, id: &str, effects: &mut Vec<Effect>) {
        if !matches!(self.place, Place::Selling | Place::Paid(_)) {
            return self.refuse(Trouble::NotHere);
        }
        if self.notice.is_some() {
            return self.refuse(Trouble::ReadNotice);
        }
        self.place = Place::Selling;
        match catalogue.item(id) {
            Ok(Some(item)) => self.take(now, item, None, None, effects),
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

    /// Goods for the query, or favourites without one; looked up only when the query or the catalogue has changed.
    pub(super) fn look_up_results(&mut self, catalogue: &dyn Catalogue) {
        if self.results_of.as_ref() == Some(&self.query) || catalogue.store().is_none() {
            return;
        }
        let found = match self.query.as_str() {
            "" => catalogue.favourites(RESULTS_MAX),
            query => catalogue.search(query, RESULTS_MAX),
        };
        self.results_of = Some(self.query.clone());
        self.results = found.unwrap_or_else(|error| {
            self.refuse(fault(error));
            Vec::new()
        });
    }

    pub(super) fn select(&mut self, line: u32) {
        match self.durable.open.as_ref().and_then(|basket| basket.line(line)) {
            Some(line) => self.selected = Some(line.no),
            None => self.refuse(Trouble::NoLine),
        }
    }

    /// The selected line, else the newest.
    fn line_meant(&self) -> Option<u32> {
        let basket = self.durable.open.as_ref()?;
        self.selected.filter(|line| basket.line(*line).is_some()).or_else(|| basket.last().map(|line| line.no))
    }

    pub(super) fn set_quantity(&mut self, now: Now, text: &str, effects: &mut Vec<Effect>) {
        if !matches!(self.place, Place::Selling) {
            return self.refuse(Trouble::NotHere);
        }
        if let Some(weighing) = &self.weighing {
            let quantity = match Quantity::parse(text, weighing.item.unit) {
                Ok(quantity) => quantity,
                Err(error) => return self.refuse(Trouble::Quantity(error)),
            };
            if let Some(Weighing { item, code }) = self.weighed() {
                self.add(now, &item, Added { quantity, code, ..Added::one() }, effects);
            }
            return;
        }
        if self.notice.is_some() {
            return self.refuse(Trouble::ReadNotice);
        }
        let Some(no) = self.line_meant() else {
            return self.refuse(Trouble::NoLine);
        };
        let basket = self.basket(now);
        let unit = basket.line(no).map_or(Unit::Piece, |line| line.unit);
        let quantity = match Quantity::parse(text, unit) {
            Ok(quantity) => quantity,
            Err(error) => return self.refuse(Trouble::Quantity(error)),
        };
        match basket.set_quantity(no, quantity) {
            Ok(()) => {
                self.said = Said::Changed(no);
                self.save_basket(now, effects);
            }
            Err(error) => self.refuse(Trouble::Basket(error)),
        }
    }

    pub(super) fn void_line(&mut self, now: Now, effects: &mut Vec<Effect>) {
        if !matches!(self.place, Place::Selling) {
            return self.refuse(Trouble::NotHere);
        }
        if self.notice.is_some() {
            return self.refuse(Trouble::ReadNotice);
        }
        let Some(no) = self.line_meant() else {
            return self.refuse(Trouble::NoLine);
        };
        let english = self.english;
        let basket = self.basket(now);
        let name = basket.line(no).expect("the line meant is one that counts").name_in(english).to_owned();
        basket.void(no).expect("the line meant is one that counts");
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

    pub(super) fn identify_member(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        code: &str,
        effects: &mut Vec<Effect>,
    ) {
        if !matches!(self.place, Place::Selling | Place::Paid(_) | Place::Paying { .. }) {
            return self.refuse(Trouble::NotHere);
        }
        match catalogue.member_by_code(code.trim()) {
            Ok(Some(member)) => {
                if matches!(self.place, Place::Paid(_)) {
                    self.place = Place::Selling;
                }
                self.said = Said::Member(member.name.clone());
                self.basket(now).member = Some(member);
                self.save_basket(now, effects);
            }
            Ok(None) => self.refuse(Trouble::UnknownMember),
            Err(error) => self.tell(fault(error), String::new()),
        }
    }
}

/// Whether a text may be a weight: no code has a point or is that short.
fn is_weight(text: &str) -> bool {
    let text = text.trim();
    text.contains('.') || text.len() <= 2
}

/// What a code stands for.
enum Found {
    Goods { item: Item, label: Option<Embedded>, key: Option<String> },
    Member,
}

fn is_member(catalogue: &dyn Catalogue, code: &str) -> Result<bool, Trouble> {
    catalogue.member_by_code(code).map(|member| member.is_some()).map_err(fault)
}

fn fault(error: CatalogueFault) -> Trouble {
    Trouble::Catalogue(error.0)
}
