//! What people write to a sale or a line: a note, who advised the shopper, at whose staff price, with which certificate.

use domain::basket::Basket;
use domain::staff::Permission;
use ui::screen::Keys;

use super::actions::Action;
use super::by_hand::short;
use super::command::{Command, Need};
use super::drafts::{Ask, Asked, Draft, Entry, Next, Step};
use super::traced::typed_number;
use super::{Catalogue, Effect, Engine, Now, Said, StaffMember, Trouble};

/// Answer: nobody any more.
const NOBODY: &str = "nobody";

/// What is written down; nothing takes it away again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    /// On a line: for people.
    LineNote(u32, Option<String>),
    /// On a line: staff id of who advised the shopper.
    LineSalesperson(u32, Option<String>),
    /// For people.
    Note(Option<String>),
    /// Staff id of who advised the shopper.
    Salesperson(Option<String>),
    /// Staff id of who buys.
    StaffSale(Option<String>),
    /// Number of a certificate.
    TaxExempt(Option<String>),
}

impl Engine {
    /// One question, and what was written before stands in the field.
    pub(super) fn next_written(&self, catalogue: &dyn Catalogue, draft: &Draft) -> Result<Next, Trouble> {
        let open = self.durable.open.as_ref();
        let of_line = matches!(draft.action, Action::LineNote | Action::LineSalesperson);
        let no = draft.line.unwrap_or_default();
        let line = open.and_then(|basket| basket.line(no));
        if of_line && line.is_none() {
            return Err(Trouble::NoLine);
        }
        let about = open.map(|basket| &basket.about);
        let Some(answer) = draft.answers.first() else {
            return Ok(Next::Step(match draft.action {
                Action::LineNote => text(Asked::Note, line.and_then(|line| line.facets.note.clone())),
                Action::Note => text(Asked::Note, about.and_then(|about| about.note.clone())),
                Action::TaxExempt => text(Asked::Certificate, about.and_then(|about| about.tax_exempt.clone())),
                _ => self.colleagues(catalogue, draft.action),
            }));
        };
        let written = match draft.action {
            Action::LineNote => Written::LineNote(no, note(answer)?),
            Action::Note => Written::Note(note(answer)?),
            Action::TaxExempt if answer.is_empty() => Written::TaxExempt(None),
            Action::TaxExempt => Written::TaxExempt(Some(typed_number(answer)?)),
            Action::LineSalesperson => Written::LineSalesperson(no, colleague(catalogue, answer)?),
            Action::Salesperson => Written::Salesperson(colleague(catalogue, answer)?),
            Action::StaffSale => Written::StaffSale(colleague(catalogue, answer)?),
            _ => return Err(Trouble::NotHere),
        };
        Ok(Next::Do(Command::Write(written)))
    }

    fn colleagues(&self, catalogue: &dyn Catalogue, action: Action) -> Step {
        let about = self.durable.open.as_ref().map(|basket| &basket.about);
        let line = self.line_meant().and_then(|no| self.durable.open.as_ref()?.line(no));
        let is_set = match action {
            Action::LineSalesperson => line.is_some_and(|line| line.facets.salesperson.is_some()),
            Action::Salesperson => about.is_some_and(|about| about.salesperson.is_some()),
            _ => about.is_some_and(|about| about.staff_sale.is_some()),
        };
        let named = |who: &StaffMember| Entry { detail: who.id.clone(), ..Entry::named(&who.id, &who.name) };
        let staff = catalogue.staff().iter().map(named).collect::<Vec<_>>().into_iter();
        let nobody = is_set.then(|| Entry::named(NOBODY, ""));
        let options = staff.chain(nobody).collect();
        Step::Ask(Ask { what: Asked::Staff, keys: Keys::Number, value: String::new(), options, scans: false })
    }

    /// Leave for what changes a price; what takes it away again needs none.
    pub(super) fn needs_of_written(written: &Written) -> Vec<Need> {
        match written {
            Written::StaffSale(Some(who)) => vec![Need::of(Permission::StaffSale, 0, who.clone())],
            Written::TaxExempt(Some(number)) => vec![Need::of(Permission::TaxExempt, 0, number.clone())],
            Written::LineNote(..)
            | Written::LineSalesperson(..)
            | Written::Note(_)
            | Written::Salesperson(_)
            | Written::StaffSale(None)
            | Written::TaxExempt(None) => Vec::new(),
        }
    }

    pub(super) fn write(&mut self, now: Now, written: Written, effects: &mut Vec<Effect>) {
        let basket = self.basket(now);
        let changed = match written {
            Written::LineNote(no, note) => basket.facets_mut(no).map(|facets| facets.note = note).map(|()| Some(no)),
            Written::LineSalesperson(no, who) => {
                basket.facets_mut(no).map(|facets| facets.salesperson = who).map(|()| Some(no))
            }
            Written::Note(note) => of_sale(basket, |basket| basket.about.note = note),
            Written::Salesperson(who) => of_sale(basket, |basket| basket.about.salesperson = who),
            Written::StaffSale(who) => of_sale(basket, |basket| basket.about.staff_sale = who),
            Written::TaxExempt(number) => of_sale(basket, |basket| basket.about.tax_exempt = number),
        };
        self.said = match changed {
            Some(Some(no)) => Said::Changed(no),
            Some(None) => Said::BasketChanged,
            None => return self.refuse(Trouble::NoLine),
        };
        self.save_basket(now, effects);
    }
}

fn of_sale(basket: &mut Basket, change: impl FnOnce(&mut Basket)) -> Option<Option<u32>> {
    change(basket);
    Some(None)
}

fn text(what: Asked, value: Option<String>) -> Step {
    let value = value.unwrap_or_default();
    Step::Ask(Ask { what, keys: Keys::Text, value, options: Vec::new(), scans: false })
}

/// Words; empty for none.
fn note(answer: &str) -> Result<Option<String>, Trouble> {
    short(answer).map(|words| Some(words).filter(|words| !words.is_empty()))
}

fn colleague(catalogue: &dyn Catalogue, answer: &str) -> Result<Option<String>, Trouble> {
    if answer == NOBODY {
        return Ok(None);
    }
    let known = catalogue.staff().into_iter().find(|who| who.id == answer);
    known.map(|who| Some(who.id)).ok_or(Trouble::UnknownStaff)
}
