//! What the window alone knows between two screens of the stock desk (the text being typed, the row that the keyboard
//! points at), and what each key and touch means there. Pure: time comes in, intents come out.

use std::time::Duration;

use crate::Intent;
use crate::key::{Key, KeyKind};
use crate::screen::Keys;
use crate::stock::{Stock, StockStep};
use crate::window::strokes::Stroke;

/// After the step changed, a second tap of the same finger must not hit what now lies under it.
const TOUCH_REST: Duration = Duration::from_millis(300);
/// No code, name or number is longer.
const ENTRY_CHARS_MAX: usize = 200;
/// Letters this fast one after the other come from a scanner that plays keyboard.
const SCANNER_GAP_MAX: Duration = Duration::from_millis(50);
/// After such a pause something new is being typed.
const PAUSE: Duration = Duration::from_millis(250);
/// One of so many letters may come late, when the screen was busy drawing.
const LATE_ONE_IN: usize = 6;
/// Fewer fast letters than this may be a person.
const SCANNER_CHARS_MIN: usize = 6;
/// Scanners may send two line ends; the second one must not press anything.
const SCANNER_TAIL: Duration = Duration::from_millis(120);

/// What the window knows.
#[derive(Default)]
pub(super) struct Hand {
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
    burst_chars: usize,
    burst_late: usize,
    char_last: Option<Duration>,
    tail_until: Duration,
    rest_until: Duration,
}

/// What follows from a key or touch.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    /// Whether the key is used up.
    pub(super) taken: bool,
    /// What is wanted.
    pub(super) intents: Vec<Intent>,
}

impl Outcome {
    pub(super) fn of(intent: Intent) -> Outcome {
        Outcome { taken: true, intents: vec![intent] }
    }

    fn taken() -> Outcome {
        Outcome { taken: true, intents: Vec::new() }
    }
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
            let kept = self.entry.chars().count().saturating_sub(self.chars_under_way(now));
            self.entry = self.entry.chars().skip(kept).collect();
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
        match self.stock.pad {
            Keys::Secret => "●".repeat(self.entry.chars().count()),
            Keys::None | Keys::Text | Keys::Amount | Keys::AmountOrPercent | Keys::Number | Keys::Date => {
                self.entry.clone()
            }
        }
    }

    /// A date as far as it is typed, so that nobody loses count of eight digits.
    pub(super) fn echo(&self) -> String {
        if self.stock.pad != Keys::Date {
            return String::new();
        }
        let mut digits = self.entry.chars().filter(char::is_ascii_digit);
        let mut part = |count: usize| (0..count).map(|_| digits.next().unwrap_or('–')).collect::<String>();
        let (year, month, day) = (part(4), part(2), part(2));
        format!("{year} · {month} · {day}")
    }

    /// A key went down; `free` says that no button was reached by Tab.
    pub(super) fn key(&mut self, now: Duration, stroke: Stroke, repeat: bool, free: bool) -> Outcome {
        if let Some(name) = stroke.name().filter(|_| !matches!(stroke, Stroke::Char(_)))
            && let Some(key) = self.keyed(&name)
        {
            let pressed = Outcome::of(Intent::Press { key: key.id.clone() });
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
            Some(key) => Outcome::of(Intent::Press { key: key.id.clone() }),
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
        let gap = self.char_last.map_or(Duration::MAX, |last| now.saturating_sub(last));
        if gap >= PAUSE {
            (self.burst_chars, self.burst_late, self.set_aside) = (0, 0, None);
        } else if gap > SCANNER_GAP_MAX {
            self.burst_late += 1;
        }
        self.burst_chars += 1;
        self.char_last = Some(now);
        if std::mem::take(&mut self.prefilled) {
            self.set_aside = Some(std::mem::take(&mut self.entry));
        }
        self.entry.push(character);
        self.text_changed()
    }

    fn enter_key(&mut self, now: Duration, repeat: bool, free: bool) -> Outcome {
        if repeat || now < self.tail_until {
            return Outcome::taken();
        }
        let ended_fast = self.char_last.is_some_and(|last| now.saturating_sub(last) <= 2 * SCANNER_GAP_MAX);
        let fast = self.burst_chars >= SCANNER_CHARS_MIN && self.burst_late * LATE_ONE_IN <= self.burst_chars;
        if ended_fast && fast && !self.prefilled {
            return self.scanned(now);
        }
        self.char_last = None;
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
        let by_hand = self.entry.chars().count().saturating_sub(self.burst_chars);
        let text: String = self.entry.chars().skip(by_hand).collect();
        self.entry = self.entry.chars().take(by_hand).collect();
        if let Some(value) = self.set_aside.take().filter(|_| self.entry.is_empty()) {
            self.entry = value;
            self.prefilled = true;
        }
        (self.char_last, self.burst_chars, self.search_waits) = (None, 0, false);
        self.tail_until = now + SCANNER_TAIL;
        Outcome::of(Intent::Enter { text })
    }

    /// So many characters a scanner has typed of a code and is still typing.
    fn chars_under_way(&self, now: Duration) -> usize {
        let fast = self.char_last.is_some_and(|last| now.saturating_sub(last) <= SCANNER_GAP_MAX);
        if fast && !self.prefilled { self.burst_chars } else { 0 }
    }

    /// The one thing to do next. Where something is typed it answers.
    fn main(&mut self) -> Outcome {
        let main = self.stock.keys.iter().find(|key| key.kind == KeyKind::Main && key.enabled);
        match (self.stock.pad, main) {
            (Keys::None, Some(key)) => Outcome::of(Intent::Press { key: key.id.clone() }),
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
            Some(key) => Outcome::of(Intent::Press { key: key.id.clone() }),
            None => Outcome::taken(),
        }
    }

    fn row_count(&self) -> usize {
        self.stock.items.len() + self.stock.rows.len()
    }

    fn choose(&mut self, by: isize) -> Outcome {
        let count = self.row_count();
        self.chosen = match (self.chosen, count) {
            (_, 0) => None,
            (None, _) => Some(if by > 0 { 0 } else { count - 1 }),
            (Some(0), _) if by < 0 => None,
            (Some(row), _) => Some(row.saturating_add_signed(by).min(count - 1)),
        };
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
