//! What each key means where the till is, and how a scanner that plays keyboard is told from fingers.

use std::time::Duration;

use super::{Desk, ENTRY_CHARS_MAX, Focus, Outcome};
use crate::Intent;
use crate::screen::Panel;
use crate::window::generated::{Action, Keys, Kind, Over, Purpose};
use crate::window::strokes::Stroke;
use crate::window::{burst, face};

impl Desk {
    /// A key went down.
    pub(in crate::window) fn key(&mut self, now: Duration, stroke: Stroke, repeat: bool, focus: Focus) -> Outcome {
        if let Some(outcome) = self.by_its_key(now, stroke, repeat) {
            return outcome;
        }
        match stroke {
            Stroke::Char(character) => self.character(now, character, focus),
            Stroke::Enter => self.enter_key(now, repeat, focus),
            // A held key is one wish.
            Stroke::Escape if repeat => Outcome::taken(),
            Stroke::Escape => self.escape(now),
            Stroke::Function(_) => Outcome::taken(),
            Stroke::Delete if self.entry.is_empty() && self.kind == Kind::Pay && !repeat => self.remove_last_part(),
            Stroke::Backspace if focus != Focus::Entry => self.press(now, Action::Backspace, true),
            Stroke::Tab | Stroke::BackTab if self.kind == Kind::Count && self.chosen.is_some() => {
                self.step_row(if stroke == Stroke::Tab { 1 } else { -1 })
            }
            Stroke::Up => self.step(-1, true),
            Stroke::Down => self.step(1, true),
            Stroke::Left => self.step(-1, false),
            Stroke::Right => self.step(1, false),
            Stroke::PageUp | Stroke::PageDown => {
                self.scroll = if stroke == Stroke::PageUp { -1 } else { 1 };
                Outcome::taken()
            }
            Stroke::Delete | Stroke::Backspace | Stroke::Tab | Stroke::BackTab | Stroke::Chord(..) | Stroke::Other => {
                Outcome::default()
            }
        }
    }

    /// The action or means of payment that bears this key.
    fn by_its_key(&mut self, now: Duration, stroke: Stroke, repeat: bool) -> Option<Outcome> {
        let key = stroke.name()?;
        // `*` acts on what is typed; other signs may be part of it.
        let typed = matches!(stroke, Stroke::Char(sign) if sign != '*') || stroke == Stroke::Delete;
        if typed && !self.untouched() {
            return None;
        }
        if stroke == Stroke::Char('*') && self.kind == Kind::Approval {
            return Some(self.turn_to_telephone());
        }
        if stroke == Stroke::Function(12) && self.kind == Kind::Sell {
            return Some(if repeat { Outcome::taken() } else { self.press(now, Action::Pay, true) });
        }
        let tender = self.tender_by(&key);
        let action = self.begun_by(&key);
        if tender.is_none() && action.is_none() {
            return None;
        }
        if repeat {
            return Some(Outcome::taken());
        }
        match (tender, action) {
            (Some(row), _) => Some(self.pick_tender(now, row, true)),
            (None, action) => Some(self.begin(now, &action.unwrap_or_default(), true)),
        }
    }

    /// Whether a person has typed nothing: the field is empty or as it was put there.
    fn untouched(&self) -> bool {
        self.entry.is_empty() || self.prefilled
    }

    fn character(&mut self, now: Duration, character: char, focus: Focus) -> Outcome {
        if character == ' ' && self.untouched() && focus == Focus::Button {
            return Outcome::default();
        }
        if self.kind == Kind::Choose && self.entry.is_empty() {
            match (character, self.chosen) {
                (' ', Some(row)) => return self.take_choice(row),
                ('+', Some(row)) => return self.step_choice(row, 1),
                ('-', Some(row)) => return self.step_choice(row, -1),
                _ => {}
            }
        }
        if self.entry.chars().count() >= ENTRY_CHARS_MAX {
            return Outcome::taken();
        }
        if self.burst.letter(now) {
            self.set_aside = None;
        }
        if std::mem::take(&mut self.prefilled) {
            self.set_aside = Some(std::mem::take(&mut self.entry));
        }
        if self.more && !self.armed {
            (self.more, self.chosen) = (false, None);
        }
        self.over = Over::None;
        if focus == Focus::Entry {
            return Outcome::default();
        }
        // Typing anywhere is typing into the field.
        self.entry.push(character);
        self.text_changed();
        Outcome::taken()
    }

    fn enter_key(&mut self, now: Duration, repeat: bool, focus: Focus) -> Outcome {
        if repeat || self.burst.is_tail(now) {
            return Outcome::taken();
        }
        if self.untouched() && focus == Focus::Button {
            return Outcome::default();
        }
        if self.burst.is_scan(now) && self.entry.chars().count() >= burst::CHARS_MIN {
            return self.scanned(now);
        }
        self.burst.ends();
        self.enter()
    }

    /// A scanner that plays keyboard typed a code. It is told as a scan wherever the till is, never as an amount or a
    /// PIN; what a person typed before stays in the field.
    fn scanned(&mut self, now: Duration) -> Outcome {
        let text = self.burst.taken_from(&mut self.entry, now);
        // A count that was told half of a code takes it back.
        self.search_waits = self.kind == Kind::Count && self.chosen.is_some();
        if let Some(value) = self.set_aside.take().filter(|_| self.entry.is_empty()) {
            self.entry = value;
            self.prefilled = true;
        }
        if self.purpose == Purpose::Member {
            // Her card is what was asked for.
            self.purpose = Purpose::Search;
            return Outcome::of(Intent::Member { text });
        }
        Outcome::of(Intent::Enter { text })
    }

    /// From the innermost thing outwards: notice, purpose, text, on-screen keys, sheet, step. A question is left at once.
    fn escape(&mut self, now: Duration) -> Outcome {
        if self.screen.notice.is_some() {
            return Outcome::of(Intent::Acknowledge);
        }
        if self.over != Over::None {
            self.over = Over::None;
            return Outcome::taken();
        }
        if self.purpose != Purpose::Search {
            self.purpose = Purpose::Search;
            return self.clear_entry();
        }
        let asks = matches!(self.kind, Kind::Ask | Kind::Choose | Kind::Count | Kind::Explain | Kind::Approval);
        if asks && !self.more {
            return self.begin(now, "back", true);
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
            Panel::Payment { .. } => self.press(now, Action::GiveUp, true),
            Panel::Pay { .. }
            | Panel::Change { .. }
            | Panel::Suspended { .. }
            | Panel::Report { .. }
            | Panel::Code { .. } => self.leave(Intent::Back),
            Panel::Sell { query, .. } if !query.is_empty() => Outcome::of(Intent::Search { text: String::new() }),
            Panel::Sell { .. }
            | Panel::NotReady { .. }
            | Panel::Locked { .. }
            | Panel::OpenShift { .. }
            | Panel::Ask { .. }
            | Panel::Choose { .. }
            | Panel::Count { .. }
            | Panel::Explain { .. } => Outcome::taken(),
        }
    }

    /// Arrow keys: among what was found, among cards, amounts and people, else along the basket.
    fn step(&mut self, by: isize, upright: bool) -> Outcome {
        if self.more {
            return self.step_sheet(by, upright);
        }
        match &self.screen.panel {
            _ if self.kind == Kind::Approval && !self.telephone => self.step_staff(by),
            _ if self.kind == Kind::Approval => Outcome::default(),
            Panel::Ask { .. } if !upright && !self.untouched() => Outcome::default(),
            Panel::Ask { .. } => self.choose(by),
            Panel::Choose { .. } if upright => self.choose(by),
            Panel::Choose { .. } => match self.chosen {
                Some(row) => self.step_choice(row, if by < 0 { -1 } else { 1 }),
                None => Outcome::taken(),
            },
            Panel::Count { .. } if upright => self.step_row(by),
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
            Panel::Locked { .. } => self.step_staff(by),
            Panel::Report { .. } | Panel::Explain { .. } if upright => {
                self.scroll = if by < 0 { -1 } else { 1 };
                Outcome::taken()
            }
            Panel::Report { .. }
            | Panel::OpenShift { .. }
            | Panel::Change { .. }
            | Panel::Count { .. }
            | Panel::Payment { .. }
            | Panel::Explain { .. }
            | Panel::Code { .. }
            | Panel::NotReady { .. } => Outcome::default(),
        }
    }

    fn step_staff(&mut self, by: isize) -> Outcome {
        match self.staff_count().checked_sub(1) {
            Some(last) => self.pick_staff(self.who.saturating_add_signed(by).min(last)),
            None => Outcome::taken(),
        }
    }

    /// In the sheet left and right go on, up and down stay in their column as far as there is one.
    fn step_sheet(&mut self, by: isize, upright: bool) -> Outcome {
        let Some(at) = self.chosen.filter(|_| upright) else { return self.choose(by) };
        let mut places = Vec::new();
        let mut row = 0_isize;
        for (_, offers) in self.sheet() {
            for index in 0..offers.len() {
                places.push((row + (index / self.columns) as isize, index % self.columns));
            }
            row += offers.len().div_ceil(self.columns) as isize;
        }
        let Some((row, column)) = places.get(at).copied() else { return Outcome::taken() };
        let next = places.iter().rposition(|place| place.0 == row + by && place.1 <= column);
        self.chosen = next.or(self.chosen);
        Outcome::taken()
    }

    fn choose(&mut self, by: isize) -> Outcome {
        self.chosen = face::stepped(self.chosen, by, self.choices());
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
