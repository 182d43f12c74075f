//! What the window alone knows between two screens of the self-checkout (what is being typed, whether somebody uses a
//! keyboard), and what each key of a keyboard means there. Pure: time comes in, intents come out.

use std::time::Duration;

use crate::Intent;
use crate::key::{Key, KeyKind};
use crate::kiosk::{ACCESSIBLE, CALL, Kiosk, KioskStep, STAY};
use crate::screen::Keys;
use crate::window::burst::Burst;
use crate::window::face::{self, Outcome, TOUCH_REST};
use crate::window::strokes::Stroke;

/// No code, number or coupon that a person types is longer.
const TYPED_CHARS_MAX: usize = 64;
/// The longest code that a scanner types: a phone's basket or way out, at most 1,449 letters (`domain::aisle`).
const SCANNED_CHARS_MAX: usize = 1_500;
/// After such a pause what was typed where nothing is asked for is forgotten.
const FORGOTTEN: Duration = Duration::from_secs(4);
/// The keys that the view draws itself.
pub(super) const KEY_CALL: &str = "F1";
const KEY_CONTRAST: &str = "F10";
const KEY_ACCESSIBLE: &str = "F11";
const KEY_LANGUAGE: &str = "F12";
/// Keys of the step whose names nobody told, one after the other.
const KEYS_FREE: [&str; 8] = ["F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9"];

/// What the window knows.
#[derive(Default)]
pub(in crate::window) struct Hand {
    /// Where something is asked for: the answer. Elsewhere: a code, typed by a person or by a scanner.
    typed: String,
    pub(super) by_keyboard: bool,
    /// The last key moved the focus; what is typed then counts no more than what is chosen.
    moved: bool,
    kiosk: Kiosk,
    shown: bool,
    burst: Burst,
    /// What the window is to do by itself.
    pub(super) deed: Option<Deed>,
    rest_until: Duration,
}

/// What the window does without asking anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    /// The focus goes on, or back.
    Move { onward: bool },
    /// The next page, or the one before.
    Turn { onward: bool },
    /// The list of languages comes, or goes.
    Languages { open: bool },
    /// Black on white, or back.
    Contrast,
}

/// The name of the keyboard's key for each key of the step: what was told, or the next one that is free.
pub(super) fn names(keys: &[Key]) -> Vec<String> {
    let told = |name: &str| keys.iter().any(|key| key.key.eq_ignore_ascii_case(name));
    let mut free = KEYS_FREE.into_iter().filter(|name| !told(name));
    let name = |key: &Key| match (key.kind, key.key.is_empty()) {
        (_, false) => key.key.clone(),
        (KeyKind::Main, true) => "Enter".to_owned(),
        (KeyKind::Plain | KeyKind::Quiet | KeyKind::Loss, true) => free.next().unwrap_or_default().to_owned(),
    };
    keys.iter().map(name).collect()
}

impl Hand {
    /// Another face is shown.
    pub(super) fn put_away(&mut self) {
        if self.shown {
            *self = Hand::default();
        }
    }

    /// Another screen is shown. A code that a scanner is typing at this moment is not cut in two. Answers whether a
    /// step begins.
    pub(super) fn shown(&mut self, now: Duration, kiosk: &Kiosk) -> bool {
        let before = &self.kiosk;
        let begins = !self.shown || before.step != kiosk.step || before.pad != kiosk.pad || before.title != kiosk.title;
        self.kiosk = kiosk.clone();
        self.shown = true;
        if begins {
            self.burst.keeps_of(&mut self.typed, now);
            self.rest_until = now + TOUCH_REST;
            self.moved = false;
            self.by_keyboard = self.by_keyboard && kiosk.step != KioskStep::Attract;
        }
        begins
    }

    /// What was typed, as it may be seen.
    pub(super) fn seen(&self) -> String {
        if self.kiosk.pad == Keys::None { String::new() } else { face::seen(&self.typed, self.kiosk.pad) }
    }

    /// A finger was used.
    pub(super) fn touched(&mut self) {
        self.by_keyboard = false;
        self.moved = false;
    }

    /// A wish by touch: it counts when the step did not change under the finger.
    pub(super) fn wish(&mut self, now: Duration, intent: Intent) -> Outcome {
        if now < self.rest_until { Outcome::taken() } else { Outcome::of(intent) }
    }

    /// A key of the pad was touched.
    pub(super) fn typing(&mut self, text: &str) -> Outcome {
        if self.kiosk.pad != Keys::None && self.typed.chars().count() < TYPED_CHARS_MAX {
            self.typed.push_str(text);
        }
        Outcome::taken()
    }

    /// The last letter goes.
    pub(super) fn backspace(&mut self) -> Outcome {
        self.typed.pop();
        Outcome::taken()
    }

    /// What was typed is the answer.
    pub(super) fn answer(&mut self) -> Outcome {
        let text = self.typed.trim().to_owned();
        if self.kiosk.pad == Keys::None || text.is_empty() {
            return Outcome::taken();
        }
        if self.kiosk.pad == Keys::Secret {
            self.typed.clear();
        }
        Outcome::of(Intent::Answer { text })
    }

    /// A key went down; `free` says that none of the screen's keys has the focus, `choosing` that the languages are open.
    pub(super) fn key(&mut self, now: Duration, stroke: Stroke, repeat: bool, free: bool, choosing: bool) -> Outcome {
        if let Some(name) = stroke.name().filter(|_| !matches!(stroke, Stroke::Char(_)))
            && let Some(outcome) = self.by_name(&name, choosing)
        {
            self.by_keyboard = true;
            if repeat {
                self.deed = None;
                return Outcome::taken();
            }
            return outcome;
        }
        match stroke {
            Stroke::Char(' ') if !free && self.moved => Outcome::default(),
            Stroke::Char(character) => self.character(now, character),
            Stroke::Enter => self.enter(now, repeat, free, choosing),
            Stroke::Escape if repeat => Outcome::taken(),
            Stroke::Escape => self.escape(choosing),
            Stroke::Backspace => self.backspace(),
            Stroke::Up | Stroke::Left => self.moves(false),
            Stroke::Down | Stroke::Right => self.moves(true),
            Stroke::PageUp => self.does(Deed::Turn { onward: false }),
            Stroke::PageDown => self.does(Deed::Turn { onward: true }),
            Stroke::Tab | Stroke::BackTab => {
                (self.by_keyboard, self.moved) = (true, true);
                Outcome::default()
            }
            Stroke::Function(_) => Outcome::taken(),
            Stroke::Delete | Stroke::Chord(..) | Stroke::Other => Outcome::default(),
        }
    }

    fn moves(&mut self, onward: bool) -> Outcome {
        (self.by_keyboard, self.moved) = (true, true);
        self.does(Deed::Move { onward })
    }

    /// The key of the screen that bears this name; none while something lies over the screen.
    fn by_name(&mut self, name: &str, choosing: bool) -> Option<Outcome> {
        if choosing || self.kiosk.leaves_in_s.is_some() {
            return None;
        }
        let keys = &self.kiosk.keys;
        let at = names(keys).iter().position(|own| own.eq_ignore_ascii_case(name));
        if let Some(key) = at.and_then(|at| keys.get(at)) {
            return Some(if key.enabled { Outcome::press(&key.id) } else { Outcome::taken() });
        }
        match name {
            KEY_CALL if self.kiosk.can_call => Some(Outcome::press(CALL)),
            KEY_CONTRAST if self.kiosk.accessible => Some(self.does(Deed::Contrast)),
            KEY_ACCESSIBLE => Some(Outcome::press(ACCESSIBLE)),
            KEY_LANGUAGE if self.kiosk.languages.len() > 1 => Some(self.does(Deed::Languages { open: true })),
            _ => None,
        }
    }

    fn character(&mut self, now: Duration, character: char) -> Outcome {
        if self.burst.gap(now) >= FORGOTTEN && self.kiosk.pad == Keys::None {
            self.typed.clear();
        }
        if self.typed.chars().count() >= SCANNED_CHARS_MAX {
            return Outcome::taken();
        }
        self.burst.letter(now);
        self.moved = false;
        self.typed.push(character);
        Outcome::taken()
    }

    fn enter(&mut self, now: Duration, repeat: bool, free: bool, choosing: bool) -> Outcome {
        if repeat || self.burst.is_tail(now) {
            return Outcome::taken();
        }
        if self.burst.is_scan(now) {
            return self.scanned(now);
        }
        self.burst.ends();
        if !free && (self.moved || self.typed.is_empty()) {
            return Outcome::default();
        }
        if self.kiosk.leaves_in_s.is_some() {
            return Outcome::press(STAY);
        }
        if choosing {
            return Outcome::taken();
        }
        if self.kiosk.pad != Keys::None {
            return self.answer();
        }
        let text = std::mem::take(&mut self.typed).trim().to_owned();
        if !text.is_empty() {
            return Outcome::of(Intent::Enter { text });
        }
        match self.kiosk.keys.iter().find(|key| key.kind == KeyKind::Main && key.enabled) {
            Some(key) => Outcome::press(&key.id),
            None => Outcome::taken(),
        }
    }

    /// A scanner that plays keyboard typed a code: a scan wherever the shopper is, never an answer or a secret; what a
    /// person typed before stays.
    fn scanned(&mut self, now: Duration) -> Outcome {
        let text = self.burst.taken_from(&mut self.typed, now);
        if self.kiosk.pad == Keys::None {
            self.typed.clear();
        }
        Outcome::of(Intent::Enter { text })
    }

    fn does(&mut self, deed: Deed) -> Outcome {
        self.deed = Some(deed);
        Outcome::taken()
    }

    /// Whoever presses it is still there; else the languages go, else what was typed.
    fn escape(&mut self, choosing: bool) -> Outcome {
        if choosing {
            return self.does(Deed::Languages { open: false });
        }
        if self.kiosk.leaves_in_s.is_some() {
            return Outcome::press(STAY);
        }
        if !self.typed.is_empty() {
            self.typed.clear();
            return Outcome::taken();
        }
        let keys = &self.kiosk.keys;
        match keys.iter().find(|key| key.enabled && key.key.eq_ignore_ascii_case("Esc")) {
            Some(key) => Outcome::press(&key.id),
            None => Outcome::taken(),
        }
    }
}
