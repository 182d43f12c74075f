//! Serial numbers, lots and dates: from the code on the goods or typed. What is past its date or called back by its maker
//! is not sold.

use domain::barcode::Gs1;
use domain::basket::Facets;
use domain::item::{Item, Terms};
use jiff::civil::Date;
use ui::screen::Keys;

use super::command::Command;
use super::drafts::{Ask, Asked, Draft, Next, Step};
use super::{Catalogue, Effect, Engine, Now, Said, Trouble};

/// Characters of a serial number, a lot or a card.
const NUMBER_CHARS_MAX: usize = 40;
/// The lot that stands for all.
const EVERY_LOT: &str = "*";

/// What is known of the very goods at hand.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Traced {
    /// Serial number.
    pub serial: Option<String>,
    /// Lot.
    pub lot: Option<String>,
    /// The last day on which it may be sold.
    pub expires: Option<Date>,
}

impl Traced {
    /// What a GS1 code carries. Of several dates the first counts.
    pub(super) fn of(gs1: &Gs1, today: Date) -> Traced {
        let dates = [gs1.expiry, gs1.sell_by, gs1.best_before];
        Traced {
            serial: gs1.serial.clone(),
            lot: gs1.lot.clone(),
            expires: dates.into_iter().flatten().map(|date| date.near(today)).min(),
        }
    }
}

impl Engine {
    /// Whether the very goods at hand may be sold.
    pub(super) fn check_traced(&self, item: &Item, traced: &Traced) -> Result<(), Trouble> {
        check(item.name_in(self.english), &item.terms, traced, self.today())
    }

    /// Serial number, lot and date of a line, one after the other; what stays empty stays as it is.
    pub(super) fn next_trace(&self, draft: &Draft) -> Result<Next, Trouble> {
        let no = draft.line.ok_or(Trouble::NoLine)?;
        let open = self.durable.open.as_ref();
        let line = open.and_then(|basket| basket.line(no)).ok_or(Trouble::NoLine)?;
        let facets = &line.facets;
        if facets.origin.is_some() || facets.deposit_of.is_some() {
            return Err(Trouble::QuantityIsFixed);
        }
        let single = line.unit == domain::quantity::Unit::Piece && line.pieces().abs() == 1;
        let ask = |what, keys, value: Option<String>| {
            let scans = what != Asked::Expiry;
            Next::Step(Step::Ask(Ask { what, keys, value: value.unwrap_or_default(), options: Vec::new(), scans }))
        };
        let typed = |text: &String| Some(text.as_str()).filter(|text| !text.is_empty()).map(typed_number).transpose();
        let mut answers = draft.answers.iter();
        // Several pieces on one line have no serial number.
        let mut serial = facets.serial.clone();
        if single {
            let Some(answer) = answers.next() else { return Ok(ask(Asked::Serial, Keys::Text, serial)) };
            let new = typed(answer)?;
            if new.is_some() && new != facets.serial {
                self.check_new_number(new.as_deref().unwrap_or_default(), &[])?;
            }
            serial = new.or(serial);
        }
        let Some(answer) = answers.next() else { return Ok(ask(Asked::Lot, Keys::Text, facets.lot.clone())) };
        let lot = typed(answer)?.or_else(|| facets.lot.clone());
        let was = facets.expires.map(|date| date.to_string());
        let Some(answer) = answers.next() else { return Ok(ask(Asked::Expiry, Keys::Date, was)) };
        let expires = match answer.as_str() {
            "" => facets.expires,
            text => Some(typed_date(text)?),
        };
        Ok(Next::Do(Command::Trace { line: no, traced: Traced { serial, lot, expires } }))
    }

    /// Writes it down. Goods that turn out not to be sold are void, and that must be read.
    pub(super) fn trace(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        (no, traced): (u32, Traced),
        effects: &mut Vec<Effect>,
    ) {
        let (today, english) = (self.today(), self.english);
        let Some(line) = self.durable.open.as_ref().and_then(|basket| basket.line(no)) else {
            return self.refuse(Trouble::NoLine);
        };
        let name = line.name_in(english).to_owned();
        let fault = match line.quantity.is_return() {
            true => None,
            false => check(&name, &line.terms, &traced, today).err(),
        };
        if let Some(facets) = self.basket(now).facets_mut(no) {
            let Traced { serial, lot, expires } = traced;
            *facets = Facets { serial, lot, expires, ..facets.clone() };
        }
        match fault {
            None => {
                self.said = Said::Changed(no);
                self.save_basket(now, effects);
            }
            Some(trouble) => {
                self.void_line(now, catalogue, (no, String::new()), effects);
                self.tell(trouble, name);
            }
        }
    }
}

fn check(name: &str, terms: &Terms, traced: &Traced, today: Date) -> Result<(), Trouble> {
    let every = terms.recalled_lots.iter().any(|lot| lot == EVERY_LOT);
    let this = traced.lot.as_ref().filter(|lot| terms.recalled_lots.contains(lot));
    if every || this.is_some() {
        let lot = this.cloned().unwrap_or_default();
        return Err(Trouble::CalledBack { name: name.to_owned(), lot });
    }
    match traced.expires {
        Some(on) if on < today => Err(Trouble::Expired { name: name.to_owned(), on }),
        _ => Ok(()),
    }
}

/// A serial number, lot or card as typed or read.
pub(super) fn typed_number(text: &str) -> Result<String, Trouble> {
    let text = text.trim();
    let sane =
        (1..=NUMBER_CHARS_MAX).contains(&text.chars().count()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    if sane { Ok(text.to_owned()) } else { Err(Trouble::NotANumber) }
}

/// A date as typed: `2026-03-02` or `20260302`, with points or slashes, too.
pub(super) fn typed_date(text: &str) -> Result<Date, Trouble> {
    let digits: String = text.trim().chars().filter(|c| !matches!(c, '-' | '.' | '/')).collect();
    let number = |from: usize, to: usize| digits.get(from..to).and_then(|part| part.parse::<i16>().ok());
    let date = match (digits.len(), number(0, 4), number(4, 6), number(6, 8)) {
        (8, Some(year), Some(month), Some(day)) => Date::new(year, month as i8, day as i8).ok(),
        _ => None,
    };
    date.ok_or(Trouble::NotADate)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn dates_are_read_with_and_without_signs_between() {
        for text in ["2026-03-02", "20260302", "2026.03.02", "2026/03/02"] {
            assert_eq!(typed_date(text), Ok(date(2026, 3, 2)));
        }
        for text in ["", "2026-3-2", "2026-13-01", "20260230", "260302", "二〇二六年三月二"] {
            assert_eq!(typed_date(text), Err(Trouble::NotADate), "{text}");
        }
    }

    #[test]
    fn what_is_called_back_or_past_its_date_is_not_sold() {
        let terms = Terms { recalled_lots: vec!["L7".into()], ..Terms::default() };
        let of = |lot: &str, expires| Traced { lot: Some(lot.into()), expires, ..Traced::default() };
        let today = date(2026, 3, 2);
        let checked = |traced: &Traced| check("Milk", &terms, traced, today);
        assert_eq!(checked(&of("L8", Some(today))), Ok(()));
        let gone = Trouble::Expired { name: "Milk".into(), on: date(2026, 3, 1) };
        assert_eq!(checked(&of("L8", Some(date(2026, 3, 1)))), Err(gone));
        let back = Trouble::CalledBack { name: "Milk".into(), lot: "L7".into() };
        assert_eq!(checked(&of("L7", None)), Err(back));
        let all = Terms { recalled_lots: vec!["*".into()], ..Terms::default() };
        let back = Trouble::CalledBack { name: "Milk".into(), lot: String::new() };
        assert_eq!(check("Milk", &all, &Traced::default(), today), Err(back));
    }
}
