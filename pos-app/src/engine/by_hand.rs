//! Prices changed and amounts taken off by hand: always with a reason, within the limits of the cashier's role.

use domain::basket::{BasketError, Line, ManualDiscount, Off, PriceOverride};
use domain::money::Money;
use domain::staff::Permission;
use domain::store::{ReasonFor, Store};
use ui::screen::Keys;

use super::command::{Command, Need};
use super::drafts::{Ask, Asked, Draft, Next};
use super::{Effect, Engine, Now, Said, Trouble};
use crate::notation::Notation;

/// Characters of a reason or a note.
pub(super) const WORDS_CHARS_MAX: usize = 200;
/// A whole, in basis points.
const WHOLE_BP: i64 = 10_000;

impl Engine {
    pub(super) fn next_change_price(&self, store: &Store, draft: &Draft) -> Result<Next, Trouble> {
        let line = draft.line.ok_or(Trouble::NoLine)?;
        let open = self.durable.open.as_ref();
        let known = open.and_then(|basket| basket.line(line)).ok_or(Trouble::NoLine)?;
        if known.facets.origin.is_some() {
            return Err(Trouble::PriceIsFixed);
        }
        if known.label_amount.is_some() {
            return Err(Trouble::Basket(BasketError::Labelled));
        }
        if known.terms.kind.is_liability() {
            return Err(Trouble::NotDiscountable);
        }
        let shelf = shelf_price(known);
        let changed = |text: &str| match typed_amount(store, text)? {
            less if less < shelf && known.terms.not_discountable => Err(Trouble::NotDiscountable),
            price => Ok(price),
        };
        match &draft.answers[..] {
            [] => Ok(Next::Step(Ask::new(Asked::Price, Keys::Amount))),
            // Back to the shelf's price asks nobody why.
            [price] if changed(price)? == shelf => {
                Ok(Next::Do(Command::ChangePrice { line, price: shelf, reason: String::new() }))
            }
            [_] => Ok(Next::Step(Ask::reason(store, ReasonFor::Price))),
            [price, reason, ..] => {
                Ok(Next::Do(Command::ChangePrice { line, price: changed(price)?, reason: given(reason)? }))
            }
        }
    }

    pub(super) fn next_discount(&self, store: &Store, draft: &Draft, of_line: bool) -> Result<Next, Trouble> {
        let line = if of_line { Some(draft.line.ok_or(Trouble::NoLine)?) } else { None };
        let whole = self.open_to_discount(store, line)?;
        let taken_off = |text: &str| match typed_off(store, text)? {
            Some(Off::Amount(amount)) if amount > whole => Err(Trouble::NothingOff),
            off => Ok(off),
        };
        let command = |off, reason| match line {
            Some(line) => Command::DiscountLine { line, off, reason },
            None => Command::DiscountBasket { off, reason },
        };
        match &draft.answers[..] {
            [] => Ok(Next::Step(Ask::new(Asked::Off, Keys::AmountOrPercent))),
            [off] => match taken_off(off)? {
                Some(_) => Ok(Next::Step(Ask::reason(store, ReasonFor::Price))),
                // Nothing off takes a discount away again; nobody is asked why.
                None => Ok(Next::Do(command(None, String::new()))),
            },
            [off, reason, ..] => Ok(Next::Do(command(taken_off(off)?, given(reason)?))),
        }
    }

    /// What a discount by hand would be taken off, at the shelf's price: of a line, or of all lines.
    fn open_to_discount(&self, store: &Store, line: Option<u32>) -> Result<Money, Trouble> {
        let basket = self.durable.open.as_ref().filter(|basket| !basket.is_empty()).ok_or(Trouble::NoLine)?;
        let Some(no) = line else {
            let total = self.total_without_discount(store);
            return if total > Money::ZERO { Ok(total) } else { Err(Trouble::NotDiscountable) };
        };
        let known = basket.line(no).ok_or(Trouble::NoLine)?;
        if known.facets.origin.is_some() {
            return Err(Trouble::PriceIsFixed);
        }
        let fixed = known.terms.not_discountable || known.terms.kind.is_liability();
        if fixed || known.quantity.is_return() {
            return Err(Trouble::NotDiscountable);
        }
        Ok(self.priced(store).line(no).map_or(Money::ZERO, |line| line.list))
    }

    /// What the sale would come to without the discount by hand on all of it.
    fn total_without_discount(&self, store: &Store) -> Money {
        let Some(mut basket) = self.durable.open.clone() else { return Money::ZERO };
        basket.about.discount = None;
        self.price_of(&basket, store).total
    }

    /// A price above the shelf's needs the same leave as one below: both change what the shelf says. Below the floor it
    /// takes somebody who may approve.
    pub(super) fn needs_of_price(&self, store: &Store, line: u32, price: Money) -> Vec<Need> {
        let open = self.durable.open.as_ref();
        let Some(known) = open.and_then(|basket| basket.line(line)) else { return Vec::new() };
        let shelf = shelf_price(known);
        if price == shelf {
            return Vec::new();
        }
        let by = (shelf - price).abs();
        let size = if shelf.is_zero() { WHOLE_BP } else { by.scale(WHOLE_BP, shelf.units()).units() };
        let plain = |amount| self.words.amount(store.currency, amount);
        let about = format!("{} {} → {}", known.name_in(self.english), plain(shelf), plain(price));
        let mut needs = vec![Need::of(Permission::PriceOverride, size, about.clone())];
        if known.terms.price_floor.is_some_and(|floor| price < floor) {
            needs.push(Need::of(Permission::Approve, 0, about));
        }
        needs
    }

    pub(super) fn needs_of_discount(&self, store: &Store, line: Option<u32>, off: Option<Off>) -> Vec<Need> {
        let Some(off) = off else { return Vec::new() };
        let whole = match line {
            Some(no) => self.priced(store).line(no).map_or(Money::ZERO, |line| line.list),
            None => self.total_without_discount(store),
        };
        let (size, shown) = match off {
            Off::Percent(bp) => (i64::from(bp), format!("-{}", self.words.rate(bp))),
            Off::Amount(amount) => {
                let size = if whole.units() <= 0 { WHOLE_BP } else { amount.scale(WHOLE_BP, whole.units()).units() };
                (size, format!("-{}", self.words.amount(store.currency, amount)))
            }
        };
        let basket = self.durable.open.as_ref();
        let name = line.and_then(|no| basket?.line(no)).map(|line| line.name_in(self.english).to_owned());
        vec![Need::of(Permission::Discount, size, [name.unwrap_or_default(), shown].join(" ").trim().to_owned())]
    }

    /// Leave for amounts off that nobody has approved: within the cashier's limit when they were typed, they may be
    /// beyond it since goods went. With the line, or nothing for the whole basket.
    pub(super) fn amounts_off(&self, store: &Store) -> Vec<(Option<u32>, Need)> {
        let Some(basket) = &self.durable.open else { return Vec::new() };
        let alone = |discount: Option<&ManualDiscount>| match discount {
            Some(ManualDiscount { off: off @ Off::Amount(_), approved_by: None, .. }) => Some(*off),
            Some(_) | None => None,
        };
        let of_lines = basket.active().map(|line| (Some(line.no), alone(line.facets.discount.as_ref())));
        let of_all = alone(basket.about.discount.as_ref()).filter(|_| self.total_without_discount(store) > Money::ZERO);
        let all = of_lines.chain([(None, of_all)]);
        all.flat_map(|(line, off)| self.needs_of_discount(store, line, off).into_iter().map(move |need| (line, need)))
            .collect()
    }

    /// Notes who approved the amounts off that the cashier may not give alone, so that nobody is asked again.
    pub(super) fn approve_amounts_off(&mut self, now: Now, store: &Store, by: &str, effects: &mut Vec<Effect>) {
        let mut beyond = self.amounts_off(store);
        beyond.retain(|(_, need)| !self.may(store, need.permission, need.size));
        let Some(basket) = self.durable.open.as_mut().filter(|_| !beyond.is_empty()) else { return };
        for (line, _) in beyond {
            let discount = match line {
                None => basket.about.discount.as_mut(),
                Some(no) => basket.facets_mut(no).and_then(|facets| facets.discount.as_mut()),
            };
            if let Some(discount) = discount {
                discount.approved_by = Some(by.to_owned());
            }
        }
        self.save_basket(now, effects);
    }

    pub(super) fn change_price(
        &mut self,
        now: Now,
        (line, price, reason): (u32, Money, String),
        by: Option<String>,
        effects: &mut Vec<Effect>,
    ) {
        let basket = self.basket(now);
        let Some(shelf) = basket.line(line).map(shelf_price) else {
            return self.refuse(Trouble::NoLine);
        };
        if let Err(error) = basket.set_price(line, price) {
            return self.refuse(Trouble::Basket(error));
        }
        if let Some(facets) = basket.facets_mut(line) {
            let changed = PriceOverride { instead_of: shelf, reason, approved_by: by };
            facets.override_price = (price != shelf).then_some(changed);
        }
        self.said = Said::Changed(line);
        self.save_basket(now, effects);
    }

    pub(super) fn discount(
        &mut self,
        now: Now,
        store: &Store,
        line: Option<u32>,
        (off, reason): (Option<Off>, String),
        by: Option<String>,
        effects: &mut Vec<Effect>,
    ) {
        // What a supervisor gives by herself stays approved when a colleague takes the money.
        let by = by.or_else(|| self.supervisor_here(store));
        let discount = off.map(|off| ManualDiscount { off, reason, approved_by: by });
        let basket = self.basket(now);
        match line {
            None => {
                basket.about.discount = discount;
                self.said = Said::BasketChanged;
            }
            Some(no) => match basket.facets_mut(no) {
                Some(facets) => {
                    facets.discount = discount;
                    self.said = Said::Changed(no);
                }
                None => return self.refuse(Trouble::NoLine),
            },
        }
        self.save_basket(now, effects);
    }
}

/// An amount of nothing or more, as typed.
pub(super) fn typed_amount(store: &Store, text: &str) -> Result<Money, Trouble> {
    match store.currency.parse(text) {
        Ok(amount) if amount >= Money::ZERO => Ok(amount),
        Ok(_) => Err(Trouble::Amount(domain::money::AmountError::NotANumber)),
        Err(error) => Err(Trouble::Amount(error)),
    }
}

/// Words that were asked for.
pub(super) fn given(text: &str) -> Result<String, Trouble> {
    let words = short(text)?;
    if words.is_empty() { Err(Trouble::ReasonMissing) } else { Ok(words) }
}

/// Words that fit on a slip.
pub(super) fn short(text: &str) -> Result<String, Trouble> {
    let words: String = text.chars().filter(|c| is_shown(*c)).collect();
    let words = words.trim();
    if words.chars().count() > WORDS_CHARS_MAX { Err(Trouble::TooManyWords) } else { Ok(words.to_owned()) }
}

/// Whether a character may stand on screen and paper. Signs that turn the direction of writing (Unicode Annex 9) would
/// turn the amounts behind them, too; letters that are written from the right need none.
pub(super) fn is_shown(c: char) -> bool {
    let turns = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !c.is_control() && !turns
}

/// What the shelf says of a line.
fn shelf_price(line: &Line) -> Money {
    line.facets.override_price.as_ref().map_or(line.unit_price, |changed| changed.instead_of)
}

/// `10%` or an amount; `0` for nothing.
fn typed_off(store: &Store, text: &str) -> Result<Option<Off>, Trouble> {
    let Some(percent) = text.strip_suffix(['%', '％']) else {
        let amount = typed_amount(store, text)?;
        return Ok((!amount.is_zero()).then_some(Off::Amount(amount)));
    };
    let hundredths = domain::money::Currency::of("EUR").expect("a currency of two digits").parse(percent.trim());
    match hundredths.map(Money::units) {
        Ok(0) => Ok(None),
        Ok(bp @ 1..=WHOLE_BP) => Ok(Some(Off::Percent(bp as u32))),
        Ok(_) => Err(Trouble::NothingOff),
        Err(error) => Err(Trouble::Amount(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_still_and_fit() {
        let turning = "شكرا \u{202e}gift\u{2066} 👍🏽\u{7}\n";
        assert_eq!(short(turning), Ok("شكرا gift 👍🏽".to_owned()));
        assert_eq!(given("\u{200f} \u{1b}"), Err(Trouble::ReasonMissing));
        assert_eq!(short(&"备".repeat(WORDS_CHARS_MAX)).map(|words| words.chars().count()), Ok(WORDS_CHARS_MAX));
        assert_eq!(short(&"备".repeat(WORDS_CHARS_MAX + 1)), Err(Trouble::TooManyWords));
    }
}
