//! Goods on their way into the basket: what their terms ask for is asked before they are taken, and what must not be
//! sold is refused aloud.

use domain::barcode::Embedded;
use domain::basket::{Added, Basket, BasketError, Facets};
use domain::item::{Item, ItemKind, PriceList};
use domain::money::Money;
use domain::quantity::{Quantity, Unit};
use domain::store::Store;
use domain::tax::TaxRate;
use jiff::Timestamp;
use jiff::civil::Date;
use ui::screen::Keys;

use super::actions::Action;
use super::by_hand::typed_amount;
use super::command::Command;
use super::drafts::{Ask, Asked, Draft, Entry, Next, Step};
use super::traced::{Traced, typed_date, typed_number};
use super::{Catalogue, Effect, Engine, Now, Place, Said, Trouble};

/// Years that nobody has lived.
const AGE_MAX: i16 = 130;
/// Answer: the cashier has seen that the shopper is old enough.
pub(super) const OLD_ENOUGH: &str = "old_enough";
/// Answer: she is not.
pub(super) const TOO_YOUNG: &str = "too_young";

/// Goods on their way into the basket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taking {
    /// Which.
    pub item: Item,
    /// Pieces or net weight, above zero; ignored where the label tells.
    pub quantity: Quantity,
    /// What the label carries.
    pub label: Option<Embedded>,
    /// The key it was found by.
    pub code: Option<String>,
    /// What its code says beside that.
    pub traced: Traced,
    /// Taken off the scale's weight.
    pub tare: Option<Quantity>,
    /// What the scale said of them, in grams, when they were weighed on it.
    pub on_scale: Option<i64>,
    /// Whether it comes back.
    pub comes_back: bool,
    /// The price that was typed, for goods without one of their own.
    pub price: Option<Money>,
    /// Number of the gift card, or id of the member whose account is topped up.
    pub account: Option<String>,
    /// Serial numbers, one for each piece.
    pub serials: Vec<String>,
    /// Whether the cashier has looked at the shopper's age.
    pub age_checked: bool,
}

/// What goods ask for before they are taken.
enum Question {
    Age(u8),
    Price,
    GiftCard,
    Serial,
    Lot,
}

impl Taking {
    /// One of an item.
    pub(super) fn one(item: Item) -> Taking {
        Taking {
            item,
            quantity: Quantity::ONE,
            label: None,
            code: None,
            traced: Traced::default(),
            tare: None,
            on_scale: None,
            comes_back: false,
            price: None,
            account: None,
            serials: Vec::new(),
            age_checked: false,
        }
    }

    fn pieces(&self) -> usize {
        match self.item.unit {
            Unit::Piece => (self.quantity.in_thousandths() / 1000).max(1) as usize,
            Unit::Kilogram => 1,
        }
    }
}

impl Engine {
    /// Goods were scanned, typed or touched and their quantity is known: what they ask for is asked, then they are
    /// taken.
    pub(super) fn offer(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        goods: Taking,
        effects: &mut Vec<Effect>,
    ) {
        let goods = Taking { comes_back: self.returning, ..goods };
        let name = goods.item.name_in(self.english).to_owned();
        if let Err(trouble) = self.may_be_sold(&goods) {
            return self.tell(trouble, name);
        }
        let draft = Draft {
            action: Action::TakeGoods,
            line: None,
            goods: Some(Box::new(goods)),
            answers: Vec::new(),
            ticked: Vec::new(),
            pieces: Vec::new(),
            step: Step::Show(Vec::new()),
            message: None,
            under: Box::new(Place::Selling),
        };
        // Goods that are not taken must be put aside, which a word in passing does not say.
        if let Err(trouble) = self.next_goods(store, &draft) {
            return self.tell(trouble, name);
        }
        self.go_on(now, catalogue, store, draft, effects);
    }

    /// What no answer can mend.
    fn may_be_sold(&self, goods: &Taking) -> Result<(), Trouble> {
        let name = || goods.item.name_in(self.english).to_owned();
        let kind = goods.item.terms.kind;
        if goods.comes_back {
            return match kind {
                ItemKind::GiftCard | ItemKind::TopUp => Err(Trouble::NotWithoutReceipt(name())),
                ItemKind::Goods | ItemKind::Service | ItemKind::Deposit => Ok(()),
            };
        }
        self.check_traced(&goods.item, &goods.traced)?;
        if kind == ItemKind::TopUp && self.durable.open.as_ref().is_none_or(|basket| basket.member.is_none()) {
            return Err(Trouble::MemberMissing);
        }
        if goods.pieces() > 1 && kind == ItemKind::GiftCard {
            return Err(Trouble::QuantityIsFixed);
        }
        Ok(())
    }

    /// What these goods ask for, in the order of asking.
    fn questions(&self, goods: &Taking) -> Vec<Question> {
        let terms = &goods.item.terms;
        let mut questions = Vec::new();
        let age = terms.age_min.filter(|years| !goods.comes_back && *years > self.age_checked());
        questions.extend(age.map(Question::Age));
        let has_amount = goods.label.is_some_and(|label| label.price().is_some());
        if terms.open_price && !has_amount {
            questions.push(Question::Price);
        }
        if terms.kind == ItemKind::GiftCard {
            questions.push(Question::GiftCard);
        }
        if terms.needs_serial {
            let known = usize::from(goods.traced.serial.is_some() && goods.pieces() == 1);
            questions.extend((known..goods.pieces()).map(|_| Question::Serial));
        }
        let by_lot = terms.recalled_lots.iter().any(|lot| lot != "*") && !goods.comes_back;
        if (terms.needs_lot || by_lot) && goods.traced.lot.is_none() {
            questions.push(Question::Lot);
        }
        questions
    }

    /// Years that the shopper of this sale is known to have lived.
    fn age_checked(&self) -> u8 {
        let lines = self.durable.open.iter().flat_map(|basket| basket.lines());
        let checked = lines.filter(|line| line.facets.age_checked_by.is_some());
        checked.filter_map(|line| line.terms.age_min).max().unwrap_or_default()
    }

    /// The next question about goods on their way, or the goods with all answers.
    pub(super) fn next_goods(&self, store: &Store, draft: &Draft) -> Result<Next, Trouble> {
        let Some(goods) = draft.goods.as_deref() else {
            return Err(Trouble::NotHere);
        };
        let mut taken = goods.clone();
        taken
            .serials
            .extend(goods.traced.serial.clone().filter(|_| goods.item.terms.needs_serial && goods.pieces() == 1));
        for serial in &taken.serials {
            self.check_new_number(serial, &[])?;
        }
        let mut answers = draft.answers.iter();
        for question in self.questions(goods) {
            let Some(answer) = answers.next() else {
                return Ok(Next::Step(step_of(&question)));
            };
            if let Some(trouble) = self.take_answer(store, &question, answer, &mut taken)? {
                return Ok(Next::Refuse(trouble));
            }
        }
        if taken.item.terms.kind == ItemKind::TopUp {
            let member = self.durable.open.as_ref().and_then(|basket| basket.member.as_ref());
            taken.account = Some(member.ok_or(Trouble::MemberMissing)?.id.clone());
        }
        Ok(Next::Do(Command::TakeGoods(Box::new(taken))))
    }

    /// Takes an answer; a trouble in it ends the taking, an error asks again.
    fn take_answer(
        &self,
        store: &Store,
        question: &Question,
        answer: &str,
        taken: &mut Taking,
    ) -> Result<Option<Trouble>, Trouble> {
        match question {
            Question::Age(years) => {
                taken.age_checked = self.is_old_enough(answer, *years)?;
                let name = taken.item.name_in(self.english).to_owned();
                return Ok((!taken.age_checked).then_some(Trouble::TooYoung { name, years: *years }));
            }
            Question::Price => taken.price = Some(typed_price(store, answer)?),
            Question::GiftCard => {
                let number = typed_number(answer)?;
                self.check_new_number(&number, &[])?;
                taken.account = Some(number);
            }
            Question::Serial => {
                let serial = typed_number(answer)?;
                self.check_new_number(&serial, &taken.serials)?;
                taken.serials.push(serial);
            }
            Question::Lot => {
                taken.traced.lot = Some(typed_number(answer)?);
                return Ok(match taken.comes_back {
                    true => None,
                    false => self.check_traced(&taken.item, &taken.traced).err(),
                });
            }
        }
        Ok(None)
    }

    /// A birth date, or the word of who has seen the shopper. The date is compared and forgotten.
    pub(super) fn is_old_enough(&self, answer: &str, years: u8) -> Result<bool, Trouble> {
        match answer {
            OLD_ENOUGH => return Ok(true),
            TOO_YOUNG => return Ok(false),
            _ => {}
        }
        let (born, today) = (typed_date(answer)?, self.today());
        let lived = years_between(born, today);
        if born > today || lived > AGE_MAX {
            return Err(Trouble::NotADate);
        }
        Ok(lived >= i16::from(years))
    }

    /// Whether the sale puts money on the account of another member.
    pub(super) fn tops_up_other(&self, member: &str) -> bool {
        let mut lines = self.durable.open.iter().flat_map(Basket::active);
        lines.any(|line| {
            let other = line.facets.account.as_ref().is_some_and(|account| account != member);
            line.terms.kind == ItemKind::TopUp && other
        })
    }

    /// The day for dates on goods and documents: the calendar's, since goods do not stay young in a shift that is kept
    /// open, and never before the business date, whatever the clock says.
    pub(super) fn today(&self) -> Date {
        let calendar = self.pricing.today();
        self.durable.shift.as_ref().map_or(calendar, |shift| shift.business_date.max(calendar))
    }

    /// A serial number or a card is sold once.
    pub(super) fn check_new_number(&self, number: &str, further: &[String]) -> Result<(), Trouble> {
        let in_basket = self.durable.open.iter().flat_map(Basket::active).any(|line| {
            let card = line.terms.kind == ItemKind::GiftCard && line.facets.account.as_deref() == Some(number);
            card || line.facets.serial.as_deref() == Some(number)
        });
        match in_basket || further.iter().any(|known| known == number) {
            true => Err(Trouble::NumberTwice(number.to_owned())),
            false => Ok(()),
        }
    }

    /// Everything is known: the goods go into the basket, with what belongs to them.
    pub(super) fn put_goods(&mut self, now: Now, catalogue: &dyn Catalogue, goods: Taking, effects: &mut Vec<Effect>) {
        let name = goods.item.name_in(self.english).to_owned();
        let at = self.price_time(now);
        let checked_by = self.age_seen_by().or_else(|| self.signed_on.as_ref().map(|staff| staff.id.clone()));
        let mut basket = self.durable.open.clone().unwrap_or_else(|| Basket::new(now.fresh, now.at));
        let saved = self.saved(catalogue);
        let on_scale = goods.on_scale;
        match self.with_goods(&mut basket, catalogue, goods, checked_by, at) {
            Ok(line) => {
                self.lay_is_taken(on_scale, basket.id, line);
                self.durable.open = Some(basket);
                self.returning = false;
                self.selected = None;
                self.query.clear();
                self.said = Said::Added(line);
                self.hear_taken(catalogue, saved);
                self.save_basket(now, effects);
            }
            Err(trouble) => self.tell(trouble, name),
        }
    }

    fn with_goods(
        &self,
        basket: &mut Basket,
        catalogue: &dyn Catalogue,
        goods: Taking,
        checked_by: Option<String>,
        at: Timestamp,
    ) -> Result<u32, Trouble> {
        let mut item = untaxed_if_owed(goods.item);
        if let Some(price) = goods.price {
            item.prices = PriceList::new(vec![(Timestamp::MIN, price)]);
        }
        let facets = Facets {
            lot: goods.traced.lot,
            expires: goods.traced.expires,
            tare: goods.tare,
            account: goods.account,
            age_checked_by: checked_by.filter(|_| self.age_is_known(&item, goods.age_checked, goods.comes_back)),
            reason: self.return_reason.clone().filter(|_| goods.comes_back),
            ..Facets::default()
        };
        let added =
            |quantity| Added { quantity, label: goods.label, code: goods.code.clone(), comes_back: goods.comes_back };
        let trouble = |error| match error {
            BasketError::NoPrice => Trouble::NoPrice(item.name_in(self.english).to_owned()),
            other => Trouble::Basket(other),
        };
        let mut line = 0;
        for serial in &goods.serials {
            let facets = Facets { serial: Some(serial.clone()), ..facets.clone() };
            line = basket.add_with(&item, added(Quantity::ONE), facets, at).map_err(trouble)?;
        }
        if goods.serials.is_empty() {
            line = basket.add_with(&item, added(goods.quantity), facets, at).map_err(trouble)?;
        }
        self.check_limit(basket, &item.id)?;
        self.settle_deposits(basket, catalogue, at)?;
        Ok(line)
    }

    /// Goods with an age are marked on every line, whether the age was looked at for this line or for an earlier one.
    fn age_is_known(&self, item: &Item, checked: bool, comes_back: bool) -> bool {
        let known = |years| checked || years <= self.age_checked();
        !comes_back && item.terms.age_min.is_some_and(known)
    }

    /// No more of an item in one sale than its terms allow.
    pub(super) fn check_limit(&self, basket: &Basket, item: &str) -> Result<(), Trouble> {
        let lines = || basket.active().filter(|line| line.item == item && !line.quantity.is_return());
        let limit = lines().find_map(|line| Some((line, line.terms.quantity_max?)));
        let sum: i64 = lines().map(|line| line.quantity.in_thousandths()).sum();
        match limit {
            Some((line, max)) if sum > max.in_thousandths() => {
                Err(Trouble::MoreThanAllowed { name: line.name_in(self.english).to_owned(), max })
            }
            _ => Ok(()),
        }
    }
}

/// Cards, accounts and deposits are money that the shop owes: there is no tax on them.
pub(super) fn untaxed_if_owed(mut item: Item) -> Item {
    if item.terms.kind.is_liability() {
        item.tax = TaxRate::exempt(item.tax.id);
    }
    item
}

/// A price above nothing.
fn typed_price(store: &Store, text: &str) -> Result<Money, Trouble> {
    match typed_amount(store, text)? {
        price if price.is_zero() => Err(Trouble::Basket(BasketError::NoPrice)),
        price => Ok(price),
    }
}

/// The question for the shopper's age.
pub(super) fn asks_age(years: u8) -> Step {
    step_of(&Question::Age(years))
}

fn step_of(question: &Question) -> Step {
    match question {
        Question::Age(years) => Step::Ask(Ask {
            what: Asked::BirthDate(*years),
            keys: Keys::Date,
            value: String::new(),
            options: vec![Entry::named(OLD_ENOUGH, ""), Entry::named(TOO_YOUNG, "")],
            scans: false,
        }),
        Question::Price => Ask::new(Asked::OpenPrice, Keys::Amount),
        Question::GiftCard => Ask::code(Asked::GiftCard),
        Question::Serial => Ask::code(Asked::Serial),
        Question::Lot => Ask::code(Asked::Lot),
    }
}

/// Whole years from one day to another. Who is born on 29 February is a year older on 1 March.
fn years_between(from: Date, to: Date) -> i16 {
    let had_birthday = (to.month(), to.day()) >= (from.month(), from.day());
    to.year() - from.year() - i16::from(!had_birthday)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_year_is_lived_on_the_birthday() {
        let born = date(2008, 2, 29);
        assert_eq!(years_between(born, date(2026, 2, 28)), 17);
        assert_eq!(years_between(born, date(2026, 3, 1)), 18);
        assert_eq!(years_between(date(2008, 11, 22), date(2026, 11, 21)), 17);
        assert_eq!(years_between(date(2008, 11, 22), date(2026, 11, 22)), 18);
    }
}
