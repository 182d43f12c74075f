//! Questions, lists, counts, means of payment and approvals: what a key and a touch mean there.

use std::time::Duration;

use super::{Desk, Outcome, is_secret};
use crate::screen::{Choice, CountRow, Keys as Asked, Panel};
use crate::window::face;
use crate::window::generated::{Field, Kind, Purpose};
use crate::{Intent, Screen};

/// More than this many of one thing nobody steps to.
const STEPPED_MAX: u32 = 99_999;
/// The means of payment that has a field and a button of its own.
const CASH: &str = "cash";

/// Whether the second screen asks the same as the first. What was wrong with the last try may differ.
pub(super) fn same_step(old: &Screen, new: &Screen) -> bool {
    if let (Some(old), Some(new)) = (&old.approval, &new.approval) {
        return old.what == new.what;
    }
    match (&old.panel, &new.panel) {
        (Panel::Ask { title, help, keys, value, options, .. }, new) => {
            let ids = |options: &[Choice]| options.iter().map(|option| option.id.clone()).collect::<Vec<_>>();
            matches!(new, Panel::Ask { title: t, help: h, keys: k, value: v, options: o, .. }
                if (title, help, keys, value) == (t, h, k, v) && ids(options) == ids(o))
        }
        (Panel::Choose { title, many, .. }, new) => {
            matches!(new, Panel::Choose { title: t, many: m, .. } if (title, many) == (t, m))
        }
        (Panel::Count { title, rows, .. }, new) => {
            matches!(new, Panel::Count { title: t, rows: r, .. } if title == t && rows.len() == r.len())
        }
        _ => true,
    }
}

impl Desk {
    /// A step that was not there before: what stands in its field at first and where the keys point.
    pub(super) fn step_begins(&mut self) {
        self.telephone = false;
        let value = match &self.screen.panel {
            _ if self.kind == Kind::Approval => {
                self.telephone = self.screen.approval.as_ref().is_some_and(|approval| approval.staff.is_empty());
                None
            }
            Panel::Ask { value, .. } => Some(value.clone()),
            Panel::Count { rows, .. } if !rows.is_empty() => {
                let first = rows.iter().position(|row| row.pieces.is_empty()).unwrap_or(0);
                self.chosen = Some(first);
                Some(rows[first].pieces.clone())
            }
            _ => None,
        };
        if let Some(value) = value.filter(|value| !value.is_empty() && self.entry.is_empty()) {
            self.entry = value;
            self.prefilled = true;
        }
    }

    /// What the field takes.
    pub(in crate::window) fn field(&self) -> Field {
        match &self.screen.panel {
            _ if self.kind == Kind::Approval => {
                if self.telephone {
                    Field::Digits
                } else {
                    Field::Secret
                }
            }
            Panel::Locked { .. } => Field::Secret,
            Panel::OpenShift { .. } | Panel::Pay { .. } | Panel::Report { .. } => Field::Amount,
            Panel::Sell { .. } if self.purpose == Purpose::Quantity => Field::Amount,
            Panel::Count { .. } => Field::Digits,
            Panel::Ask { keys, .. } => match keys {
                Asked::None | Asked::Text => Field::Words,
                Asked::Amount | Asked::AmountOrPercent => Field::Amount,
                Asked::Number => Field::Digits,
                Asked::Secret => Field::Secret,
                Asked::Date => Field::Date,
            },
            _ => Field::Search,
        }
    }

    /// A date as far as it is typed, so that nobody loses count of eight digits.
    pub(in crate::window) fn echo(&self) -> String {
        if self.field() == Field::Date { face::dated(&self.entry) } else { String::new() }
    }

    /// An entry of a list or an option of a question was touched.
    pub(in crate::window) fn pick_choice(&mut self, now: Duration, row: usize) -> Outcome {
        if now < self.rest_until {
            return Outcome::taken();
        }
        self.take_choice(row)
    }

    pub(super) fn take_choice(&mut self, row: usize) -> Outcome {
        let choices = match &self.screen.panel {
            Panel::Choose { choices, .. } => choices,
            Panel::Ask { options, .. } => options,
            _ => return Outcome::taken(),
        };
        let Some(choice) = choices.get(row).filter(|choice| choice.enabled) else { return Outcome::taken() };
        let id = choice.id.clone();
        match &self.screen.panel {
            Panel::Ask { .. } => self.leave(Intent::Answer { text: id }),
            Panel::Choose { many: false, .. } => self.leave(Intent::Choose { id }),
            _ => {
                self.chosen = Some(row);
                Outcome::of(Intent::Choose { id })
            }
        }
    }

    /// One more or one less of a ticked entry.
    pub(in crate::window) fn step_choice(&mut self, row: usize, by: i32) -> Outcome {
        let Panel::Choose { choices, .. } = &self.screen.panel else { return Outcome::taken() };
        let Some(choice) = choices.get(row).filter(|choice| choice.enabled) else { return Outcome::taken() };
        let Some(next) = stepped(&choice.quantity, by) else { return Outcome::taken() };
        let id = choice.id.clone();
        self.chosen = Some(row);
        Outcome::of(Intent::ChooseQuantity { id, text: next.to_string() })
    }

    /// Enter in a list: what was typed is the quantity of the entry pointed at.
    pub(super) fn enter_list(&mut self, text: String) -> Outcome {
        let Panel::Choose { choices, many, confirm, .. } = &self.screen.panel else { return Outcome::taken() };
        let chosen = self.chosen.and_then(|row| choices.get(row).map(|choice| (row, choice)));
        match chosen {
            Some((_, choice)) if !text.is_empty() && !choice.quantity.is_empty() => {
                let id = choice.id.clone();
                self.entry.clear();
                Outcome::of(Intent::ChooseQuantity { id, text })
            }
            _ if !text.is_empty() => self.leave(Intent::Enter { text }),
            Some((row, _)) if !*many || confirm.is_empty() => self.take_choice(row),
            _ if !confirm.is_empty() => self.leave(Intent::Confirm),
            _ => Outcome::taken(),
        }
    }

    /// A row of the count was touched.
    pub(in crate::window) fn pick_count(&mut self, row: usize) -> Outcome {
        self.go_to_row(Some(row))
    }

    /// Enter in a count: this row is done, on to the next; after the last one it is the whole count.
    pub(super) fn enter_count(&mut self) -> Outcome {
        let next = self.chosen.map(|row| row + 1);
        match next {
            Some(next) => self.go_to_row(Some(next)),
            None => self.leave(Intent::Confirm),
        }
    }

    pub(super) fn step_row(&mut self, by: isize) -> Outcome {
        let count = self.choices();
        let next = match self.chosen {
            Some(row) => row.saturating_add_signed(by),
            None if by < 0 => count.saturating_sub(1),
            None => return Outcome::taken(),
        };
        self.go_to_row(Some(next))
    }

    /// Leaves the row with what was typed there; beyond the last one the count is whole.
    fn go_to_row(&mut self, row: Option<usize>) -> Outcome {
        let told = self.count_told();
        let Panel::Count { rows, .. } = &self.screen.panel else { return Outcome::taken() };
        self.chosen = row.filter(|row| *row < rows.len());
        self.entry = self.chosen.and_then(|row| rows.get(row)).map(|row| row.pieces.clone()).unwrap_or_default();
        self.prefilled = !self.entry.is_empty();
        self.search_waits = false;
        Outcome { taken: true, intents: told.into_iter().collect() }
    }

    /// What was typed for the row and is not told yet.
    pub(super) fn count_told(&self) -> Option<Intent> {
        let Panel::Count { rows, .. } = &self.screen.panel else { return None };
        let row: &CountRow = rows.get(self.chosen?)?;
        let pieces = self.entry.trim();
        (pieces != row.pieces).then(|| Intent::Count { value: row.value.clone(), pieces: pieces.into() })
    }

    /// The filled button of a count or a list: as it stands, with what is still in the field.
    pub(super) fn confirm(&mut self) -> Outcome {
        let mut intents: Vec<Intent> = self.count_told().into_iter().collect();
        intents.extend(self.leave(Intent::Confirm).intents);
        Outcome { taken: true, intents }
    }

    /// A means of payment was touched; what is typed is how much of it.
    pub(in crate::window) fn pick_tender(&mut self, now: Duration, row: usize, by_key: bool) -> Outcome {
        let Panel::Pay { tenders, busy: false, .. } = &self.screen.panel else { return Outcome::taken() };
        let rests = !by_key && now < self.rest_until;
        match tenders.get(row).filter(|tender| tender.enabled && !rests) {
            Some(tender) => {
                let (kind, amount) = (tender.kind.clone(), self.entry.trim().to_owned());
                self.leave(Intent::Tender { kind, amount, reference: String::new() })
            }
            None => Outcome::taken(),
        }
    }

    /// What the filled button pays with where cash cannot be used: the first means that can.
    pub(in crate::window) fn main_tender(&self) -> Option<(usize, &str)> {
        let Panel::Pay { tenders, .. } = &self.screen.panel else { return None };
        if tenders.iter().any(|tender| tender.kind == CASH && tender.enabled) {
            return None;
        }
        tenders.iter().position(|tender| tender.enabled).map(|row| (row, tenders[row].label.as_str()))
    }

    /// The means of payment with that key.
    pub(super) fn tender_by(&self, key: &str) -> Option<usize> {
        let Panel::Pay { tenders, .. } = &self.screen.panel else { return None };
        tenders.iter().position(|tender| !tender.key.is_empty() && tender.key.eq_ignore_ascii_case(key))
    }

    /// A part that is paid is taken back.
    pub(in crate::window) fn remove_part(&mut self, row: usize) -> Outcome {
        let Panel::Pay { paid, busy: false, .. } = &self.screen.panel else { return Outcome::taken() };
        match paid.get(row).filter(|part| part.removable) {
            Some(part) => Outcome::of(Intent::RemoveTender { no: part.no }),
            None => Outcome::taken(),
        }
    }

    /// The part paid last, of those that can be taken back.
    pub(super) fn remove_last_part(&mut self) -> Outcome {
        let Panel::Pay { paid, .. } = &self.screen.panel else { return Outcome::taken() };
        match paid.iter().rposition(|part| part.removable) {
            Some(row) => self.remove_part(row),
            None => Outcome::taken(),
        }
    }

    /// Giving a payment up wants a second press: it is reversed then.
    pub(super) fn give_up(&mut self) -> Outcome {
        let Panel::Payment { can_cancel: true, .. } = &self.screen.panel else { return Outcome::taken() };
        if self.armed {
            return self.leave(Intent::CancelPayment);
        }
        self.armed = true;
        Outcome::taken()
    }

    /// With the PIN of someone beside the till, or with the code of someone on the telephone.
    pub(super) fn approve(&mut self, text: String) -> Outcome {
        let Some(approval) = self.screen.approval.as_ref().filter(|_| !text.is_empty()) else {
            return Outcome::taken();
        };
        if self.telephone {
            return self.leave(Intent::ApproveByCode { code: text });
        }
        match approval.staff.get(self.who).map(|person| person.id.clone()) {
            Some(staff) => self.leave(Intent::Approve { staff, pin: text }),
            None => Outcome::taken(),
        }
    }

    /// Between PIN and telephone; what was typed for the one is not for the other.
    pub(super) fn turn_to_telephone(&mut self) -> Outcome {
        if let Some(approval) = self.screen.approval.as_ref().filter(|approval| !approval.challenge.is_empty()) {
            self.telephone = !self.telephone || approval.staff.is_empty();
            self.entry.clear();
        }
        Outcome::taken()
    }

    /// Whether what stands in the field is no longer anybody's business when the step is left.
    pub(super) fn step_ends(&mut self, now: Duration) {
        let own_text = matches!(self.kind, Kind::Ask | Kind::Count) || self.prefilled;
        if is_secret(self.kind, &self.screen) {
            self.entry.clear();
        } else if own_text {
            // A code that a scanner is typing at this moment is not cut in two.
            self.burst.keeps_of(&mut self.entry, now);
        }
        self.prefilled = false;
        self.set_aside = None;
    }
}

/// Whole pieces can be stepped, weights cannot.
pub(in crate::window) fn stepped(quantity: &str, by: i32) -> Option<u32> {
    let pieces: u32 = quantity.parse().ok()?;
    Some(pieces.saturating_add_signed(by).clamp(1, STEPPED_MAX))
}
