//! What the window alone knows between two screens of the stock desk (the text being typed, the row that the keyboard
//! points at), and what each key and touch means there. Pure: time comes in, intents come out.

use std::time::Duration;

use crate::Intent;
use crate::key::{Key, KeyKind};
use crate::screen::Keys;
use crate::stock::{Stock, StockStep};
use crate::window::burst::Burst;
use crate::window::face::{self, Outcome, TOUCH_REST};
use crate::window::strokes::Stroke;

/// No code, name or number is longer.
const ENTRY_CHARS_MAX: usize = 200;
/// What the window knows.
#[derive(Default)]
pub(in crate::window) struct Hand {
    entry: String,
    /// What stands in the field was put there, not typed: the first key replaces it.
    pub(super) prefilled: bool,
    /// What the first key replaced, until it is plain that a person pressed it.
    set_aside: Option<String>,
    pub(super) chosen: Option<usize>,
    /// Pages the list shall move by.
    pub(super) pages: i32,
    /// Whether the text being typed has not been told as a search yet.
    pub(super) search_waits: bool,
    stock: Stock,
    notice: bool,
    shown: bool,
    burst: Burst,
    rest_until: Duration,
}

impl Hand {
    /// Another face is shown.
    pub(super) fn put_away(&mut self) {
        if self.shown {
            *self = Hand::default();
        }
    }

    /// Another screen is shown. A code that a scanner is typing at this moment is not cut in two.
    pub(super) fn shown(&mut self, now: Duration, stock: &Stock, notice: bool) {
        let begins = !self.shown || !same_step(&self.stock, stock);
        let again = self.stock.message != stock.message && !stock.message.is_empty();
        self.stock = stock.clone();
        self.notice = notice;
        self.shown = true;
        if begins || again {
            if self.prefilled {
                self.entry.clear();
            }
            self.burst.keeps_of(&mut self.entry, now);
            self.prefilled = self.entry.is_empty() && !stock.value.is_empty();
            if self.prefilled {
                self.entry.clone_from(&stock.value);
            }
            self.set_aside = None;
            self.search_waits = false;
        }
        if begins {
            self.rest_until = now + TOUCH_REST;
            self.chosen = None;
        }
        self.chosen = self.chosen.filter(|row| *row < self.row_count());
    }

    /// What stands in the field, as it may be seen.
    pub(super) fn seen(&self) -> String {
        face::seen(&self.entry, self.stock.pad)
    }

    /// A date as far as it is typed, so that nobody loses count of eight digits.
    pub(super) fn echo(&self) -> String {
        if self.stock.pad == Keys::Date { face::dated(&self.entry) } else { String::new() }
    }

    /// A key went down; `free` says that no button was reached by Tab.
    pub(super) fn key(&mut self, now: Duration, stroke: Stroke, repeat: bool, free: bool) -> Outcome {
        if let Some(name) = stroke.name().filter(|_| !matches!(stroke, Stroke::Char(_)))
            && let Some(key) = self.keyed(&name)
        {
            let pressed = Outcome::press(&key.id);
            return if repeat { Outcome::taken() } else { pressed };
        }
        match stroke {
            Stroke::Char(' ') if self.untouched() && !free => Outcome::default(),
            Stroke::Char(' ') if self.untouched() && self.chosen.is_some() => self.take_row(self.chosen),
            Stroke::Char(character) => self.character(now, character),
            Stroke::Enter => self.enter_key(now, repeat, free),
            Stroke::Escape if repeat => Outcome::taken(),
            Stroke::Escape => self.escape(),
            Stroke::Backspace => self.backspace(),
            Stroke::Up | Stroke::Down => self.choose(if stroke == Stroke::Up { -1 } else { 1 }),
            Stroke::PageUp | Stroke::PageDown => {
                self.pages = if stroke == Stroke::PageUp { -1 } else { 1 };
                Outcome::taken()
            }
            Stroke::Function(_) => Outcome::taken(),
            Stroke::Delete
            | Stroke::Left
            | Stroke::Right
            | Stroke::Tab
            | Stroke::BackTab
            | Stroke::Chord(..)
            | Stroke::Other => Outcome::default(),
        }
    }

    /// A key of the screen was touched; the main one has no row.
    pub(super) fn press(&mut self, now: Duration, row: usize) -> Outcome {
        let key = self.stock.keys.iter().filter(|key| key.kind != KeyKind::Main).nth(row);
        match key.filter(|key| key.enabled && now >= self.rest_until) {
            Some(key) => Outcome::press(&key.id),
            None => Outcome::taken(),
        }
    }

    /// The main key was touched.
    pub(super) fn press_main(&mut self, now: Duration) -> Outcome {
        if now < self.rest_until { Outcome::taken() } else { self.main() }
    }

    /// A row was touched.
    pub(super) fn pick(&mut self, now: Duration, row: usize) -> Outcome {
        if now < self.rest_until { Outcome::taken() } else { self.take_row(Some(row)) }
    }

    /// A key of the pad was touched.
    pub(super) fn typed(&mut self, text: &str) -> Outcome {
        if std::mem::take(&mut self.prefilled) {
            self.entry.clear();
        }
        if self.entry.chars().count() < ENTRY_CHARS_MAX {
            self.entry.push_str(text);
        }
        self.text_changed()
    }

    /// The last letter goes; what was put there goes whole.
    pub(super) fn backspace(&mut self) -> Outcome {
        if std::mem::take(&mut self.prefilled) {
            self.entry.clear();
        }
        self.entry.pop();
        self.text_changed()
    }

    /// The pause after typing is over.
    pub(super) fn search(&mut self) -> Outcome {
        self.search_waits = false;
        Outcome::of(Intent::Search { text: self.entry.trim().into() })
    }

    fn text_changed(&mut self) -> Outcome {
        // Only where goods are looked for; a list is not looked through while it is counted.
        self.search_waits = self.stock.step == StockStep::Look && self.stock.pad == Keys::Text;
        Outcome::taken()
    }

    fn keyed(&self, name: &str) -> Option<&Key> {
        self.stock.keys.iter().find(|key| key.enabled && key.key.eq_ignore_ascii_case(name))
    }

    /// Whether a person has typed nothing.
    fn untouched(&self) -> bool {
        self.entry.is_empty() || self.prefilled
    }

    fn character(&mut self, now: Duration, character: char) -> Outcome {
        if self.entry.chars().count() >= ENTRY_CHARS_MAX {
            return Outcome::taken();
        }
        if self.burst.letter(now) {
            self.set_aside = None;
        }
        if std::mem::take(&mut self.prefilled) {
            self.set_aside = Some(std::mem::take(&mut self.entry));
        }
        self.entry.push(character);
        self.text_changed()
    }

    fn enter_key(&mut self, now: Duration, repeat: bool, free: bool) -> Outcome {
        if repeat || self.burst.is_tail(now) {
            return Outcome::taken();
        }
        if self.burst.is_scan(now) && !self.prefilled {
            return self.scanned(now);
        }
        self.burst.ends();
        if self.untouched() && !free {
            return Outcome::default();
        }
        if self.notice && self.untouched() {
            return Outcome::of(Intent::Acknowledge);
        }
        if self.untouched() && self.chosen.is_some() {
            return self.take_row(self.chosen);
        }
        if self.stock.pad == Keys::None && !self.entry.is_empty() {
            let text = std::mem::take(&mut self.entry).trim().to_owned();
            return Outcome::of(Intent::Enter { text });
        }
        self.main()
    }

    /// A scanner that plays keyboard typed a code: a scan wherever the desk is, never a quantity; what a person typed
    /// before stays in the field.
    fn scanned(&mut self, now: Duration) -> Outcome {
        let text = self.burst.taken_from(&mut self.entry, now);
        if let Some(value) = self.set_aside.take().filter(|_| self.entry.is_empty()) {
            self.entry = value;
            self.prefilled = true;
        }
        self.search_waits = false;
        Outcome::of(Intent::Enter { text })
    }

    /// The one thing to do next. Where something is typed it answers.
    fn main(&mut self) -> Outcome {
        let main = self.stock.keys.iter().find(|key| key.kind == KeyKind::Main && key.enabled);
        match (self.stock.pad, main) {
            (Keys::None, Some(key)) => Outcome::press(&key.id),
            (Keys::None, None) => Outcome::taken(),
            (_, main) if main.is_some() || !self.entry.is_empty() => {
                let text = self.entry.trim().to_owned();
                if self.stock.pad == Keys::Secret {
                    self.entry.clear();
                }
                Outcome::of(Intent::Answer { text })
            }
            _ => Outcome::taken(),
        }
    }

    /// From the innermost thing outwards: notice, text that nobody asked for, the step.
    fn escape(&mut self) -> Outcome {
        if self.notice {
            return Outcome::of(Intent::Acknowledge);
        }
        if self.stock.pad == Keys::None && !self.entry.is_empty() {
            self.entry.clear();
            return Outcome::taken();
        }
        match self.keyed("Esc") {
            Some(key) => Outcome::press(&key.id),
            None => Outcome::taken(),
        }
    }

    fn row_count(&self) -> usize {
        self.stock.items.len() + self.stock.rows.len()
    }

    fn choose(&mut self, by: isize) -> Outcome {
        self.chosen = face::stepped(self.chosen, by, self.row_count());
        Outcome::taken()
    }

    /// Goods that were found stand before the rows.
    fn take_row(&mut self, row: Option<usize>) -> Outcome {
        let Some(row) = row else { return Outcome::taken() };
        if let Some(item) = self.stock.items.get(row) {
            return Outcome::of(Intent::PickItem { item: item.id.clone() });
        }
        let row = self.stock.rows.get(row.saturating_sub(self.stock.items.len()));
        match row.filter(|row| row.enabled) {
            Some(row) => Outcome::of(Intent::Choose { id: row.id.clone() }),
            None => Outcome::taken(),
        }
    }
}

/// Whether the second screen asks the same as the first. What was wrong with the last try, what was counted and what was
/// found may differ.
fn same_step(old: &Stock, new: &Stock) -> bool {
    (old.step, &old.title, &old.help, old.pad, &old.value) == (new.step, &new.title, &new.help, new.pad, &new.value)
}
