//! What each key means where the till is, and how a scanner that plays keyboard is told from fingers.

use std::time::Duration;

use super::{Desk, ENTRY_CHARS_MAX, Focus, Outcome};
use crate::Intent;
use crate::screen::Panel;
use crate::window::generated::{Action, Keys, Kind, Purpose};
use crate::window::strokes::Stroke;

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

impl Desk {
    /// A key went down.
    pub(in crate::window) fn key(&mut self, now: Duration, stroke: Stroke, repeat: bool, focus: Focus) -> Outcome {
        match stroke {
            Stroke::Char(character) => self.character(now, character, focus),
            Stroke::Enter => self.enter_key(now, repeat, focus),
            // A held key is one wish.
            Stroke::Escape | Stroke::Function(_) if repeat => Outcome::taken(),
            Stroke::Escape => self.escape(),
            Stroke::Function(number) => match function(self.kind, number) {
                Some(action) => self.press(now, action, true),
                None => Outcome::taken(),
            },
            Stroke::Delete if self.entry.is_empty() && self.kind == Kind::Sell => {
                if repeat {
                    Outcome::taken()
                } else {
                    self.press(now, Action::VoidLine, true)
                }
            }
            Stroke::Backspace if focus != Focus::Entry => self.press(now, Action::Backspace, true),
            Stroke::Up => self.step(-1, true),
            Stroke::Down => self.step(1, true),
            Stroke::Left => self.step(-1, false),
            Stroke::Right => self.step(1, false),
            Stroke::PageUp | Stroke::PageDown => {
                self.scroll = if stroke == Stroke::PageUp { -1 } else { 1 };
                Outcome::taken()
            }
            Stroke::Delete | Stroke::Backspace | Stroke::Other => Outcome::default(),
        }
    }

    fn character(&mut self, now: Duration, character: char, focus: Focus) -> Outcome {
        if character == ' ' && self.entry.is_empty() && focus == Focus::Button {
            return Outcome::default();
        }
        if self.kind == Kind::Sell && character == '*' {
            return self.press(now, Action::Quantity, true);
        }
        if self.entry.chars().count() >= ENTRY_CHARS_MAX {
            return Outcome::taken();
        }
        let gap = self.char_last.map_or(Duration::MAX, |last| now.saturating_sub(last));
        if gap >= PAUSE {
            (self.burst_chars, self.burst_late) = (0, 0);
        } else if gap > SCANNER_GAP_MAX {
            self.burst_late += 1;
        }
        self.burst_chars += 1;
        self.char_last = Some(now);
        if focus == Focus::Entry {
            return Outcome::default();
        }
        // Typing anywhere is typing into the field.
        self.entry.push(character);
        self.text_changed();
        Outcome::taken()
    }

    fn enter_key(&mut self, now: Duration, repeat: bool, focus: Focus) -> Outcome {
        if repeat || now < self.tail_until {
            return Outcome::taken();
        }
        if self.entry.is_empty() && focus == Focus::Button {
            return Outcome::default();
        }
        let ended_fast = self.char_last.is_some_and(|last| now.saturating_sub(last) <= 2 * SCANNER_GAP_MAX);
        let chars = self.entry.chars().count();
        let fast = self.burst_chars >= SCANNER_CHARS_MIN && self.burst_late * LATE_ONE_IN <= self.burst_chars;
        if ended_fast && fast && chars >= SCANNER_CHARS_MIN {
            return self.scanned(now, chars);
        }
        self.char_last = None;
        self.enter()
    }

    /// A scanner that plays keyboard typed a code. It is told as a scan wherever the till is, never as an amount or a
    /// PIN; what a person typed before stays in the field.
    fn scanned(&mut self, now: Duration, chars: usize) -> Outcome {
        let by_hand = chars.saturating_sub(self.burst_chars);
        let text: String = self.entry.chars().skip(by_hand).collect();
        self.entry = self.entry.chars().take(by_hand).collect();
        self.search_waits = false;
        self.char_last = None;
        self.tail_until = now + SCANNER_TAIL;
        if self.purpose == Purpose::Member {
            // Her card is what was asked for.
            self.purpose = Purpose::Search;
            return Outcome::of(Intent::Member { text });
        }
        Outcome::of(Intent::Enter { text })
    }

    /// From the innermost thing outwards: notice, purpose, text, on-screen keys, second row, step.
    fn escape(&mut self) -> Outcome {
        if self.screen.notice.is_some() {
            return Outcome::of(Intent::Acknowledge);
        }
        if self.purpose != Purpose::Search {
            self.purpose = Purpose::Search;
            return self.clear_entry();
        }
        if !self.entry.is_empty() {
            return self.clear_entry();
        }
        if self.keys != Keys::None || self.more || self.chosen.is_some() {
            self.keys = Keys::None;
            self.more = false;
            self.chosen = None;
            return Outcome::taken();
        }
        match &self.screen.panel {
            Panel::Pay { busy: true, .. } => Outcome::taken(),
            Panel::Pay { .. } | Panel::Change { .. } | Panel::Suspended { .. } | Panel::Report { .. } => {
                self.leave(Intent::Back)
            }
            Panel::Sell { query, .. } if !query.is_empty() => Outcome::of(Intent::Search { text: String::new() }),
            Panel::Sell { .. } | Panel::NotReady { .. } | Panel::Locked { .. } | Panel::OpenShift { .. } => {
                Outcome::taken()
            }
        }
    }

    /// Arrow keys: among what was found, among cards, amounts and people, else along the basket.
    fn step(&mut self, by: isize, upright: bool) -> Outcome {
        match &self.screen.panel {
            Panel::Sell { query, .. } => {
                let searching = !self.entry.is_empty() || !query.is_empty();
                if upright && !searching {
                    return self.step_line(by);
                }
                // In a text that is being typed, left and right move the cursor.
                if !upright && !self.entry.is_empty() {
                    return Outcome::default();
                }
                self.choose(by)
            }
            Panel::Pay { .. } if !upright && !self.entry.is_empty() => Outcome::default(),
            Panel::Pay { .. } | Panel::Suspended { .. } => self.choose(by),
            Panel::Locked { .. } => {
                let count = self.staff_count();
                if count > 0 {
                    let next = self.who.saturating_add_signed(by).min(count - 1);
                    return self.pick_staff(next);
                }
                Outcome::taken()
            }
            Panel::Report { .. } if upright => {
                self.scroll = if by < 0 { -1 } else { 1 };
                Outcome::taken()
            }
            Panel::Report { .. } | Panel::OpenShift { .. } | Panel::Change { .. } | Panel::NotReady { .. } => {
                Outcome::default()
            }
        }
    }

    fn choose(&mut self, by: isize) -> Outcome {
        let count = self.choices();
        self.chosen = match (self.chosen, count) {
            (_, 0) => None,
            (None, _) => Some(if by > 0 { 0 } else { count - 1 }),
            (Some(0), _) if by < 0 => None,
            (Some(row), _) => Some(row.saturating_add_signed(by).min(count - 1)),
        };
        Outcome::taken()
    }

    fn step_line(&mut self, by: isize) -> Outcome {
        let lines = &self.screen.basket.lines;
        let Some(last) = lines.len().checked_sub(1) else { return Outcome::taken() };
        let at = self.screen.basket.selected.and_then(|no| lines.iter().position(|line| line.no == no));
        let next = match at {
            Some(row) => row.saturating_add_signed(by).min(last),
            None => last,
        };
        Outcome::of(Intent::SelectLine { line: lines[next].no })
    }
}

/// What a function key does in a panel; the rows of actions show the same keys.
fn function(kind: Kind, number: u8) -> Option<Action> {
    let selling = kind == Kind::Sell;
    let action = match number {
        1 if matches!(kind, Kind::Sell | Kind::Change | Kind::OpenShift) => Action::Lock,
        2 if selling => Action::Suspend,
        3 if selling => Action::ShowSuspended,
        4 if selling => Action::Member,
        5 if selling => Action::ReturnItem,
        6 if selling => Action::More,
        7 if selling => Action::VoidSale,
        8 if matches!(kind, Kind::Sell | Kind::Pay | Kind::Change | Kind::OpenShift) => Action::OpenDrawer,
        9 if matches!(kind, Kind::Sell | Kind::Change) => Action::Reprint,
        9 if kind == Kind::Report => Action::PrintReport,
        10 if selling => Action::XReport,
        11 if selling => Action::CloseDay,
        12 if selling => Action::Pay,
        _ => return None,
    };
    Some(action)
}
