//! What the window alone knows between two screens of the self-checkout (what is being typed, whether somebody uses a
//! keyboard), and what each key of a keyboard means there. Pure: time comes in, intents come out.

use std::time::Duration;

use crate::Intent;
use crate::key::{Key, KeyKind};
use crate::kiosk::{ACCESSIBLE, CALL, Kiosk, KioskStep, STAY};
use crate::screen::Keys;
use crate::window::strokes::Stroke;

/// After the step changed, a second tap of the same finger must not hit what now lies under it.
const TOUCH_REST: Duration = Duration::from_millis(300);
/// No code, number or coupon that a person types is longer.
const TYPED_CHARS_MAX: usize = 64;
/// Letters this fast one after the other come from a scanner that plays keyboard.
const SCANNER_GAP_MAX: Duration = Duration::from_millis(50);
/// After such a pause something new is being typed.
const PAUSE: Duration = Duration::from_millis(250);
/// After such a pause what was typed where nothing is asked for is forgotten.
const FORGOTTEN: Duration = Duration::from_secs(4);
/// One of so many letters may come late, when the screen was busy drawing.
const LATE_ONE_IN: usize = 6;
/// Fewer fast letters than this may be a person.
const SCANNER_CHARS_MIN: usize = 6;
/// Scanners may send two line ends; the second one must not press anything.
const SCANNER_TAIL: Duration = Duration::from_millis(120);
/// The keys that the view draws itself.
pub(super) const KEY_CALL: &str = "F1";
const KEY_CONTRAST: &str = "F10";
const KEY_ACCESSIBLE: &str = "F11";
const KEY_LANGUAGE: &str = "F12";
/// Keys of the step whose names nobody told, one after the other.
const KEYS_FREE: [&str; 8] = ["F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9"];

/// What the window knows.
#[derive(Default)]
pub(super) struct Hand {
    /// Where something is asked for: the answer. Elsewhere: a code, typed by a person or by a scanner.
    typed: String,
    pub(super) by_keyboard: bool,
    /// The last key moved the focus; what is typed then counts no more than what is chosen.
    moved: bool,
    kiosk: Kiosk,
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
    /// What the window does by itself.
    pub(super) deed: Option<Deed>,
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

impl Outcome {
    fn taken() -> Outcome {
        Outcome { taken: true, ..Outcome::default() }
    }

    pub(super) fn of(intent: Intent) -> Outcome {
        Outcome { taken: true, intents: vec![intent], deed: None }
    }

    fn press(id: &str) -> Outcome {
        Outcome::of(Intent::Press { key: id.into() })
    }

    fn deed(deed: Deed) -> Outcome {
        Outcome { taken: true, intents: Vec::new(), deed: Some(deed) }
    }
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
            let kept = self.typed.chars().count().saturating_sub(self.chars_under_way(now));
            self.typed = self.typed.chars().skip(kept).collect();
            self.rest_until = now + TOUCH_REST;
            self.moved = false;
            self.by_keyboard = self.by_keyboard && kiosk.step != KioskStep::Attract;
        }
        begins
    }

    /// What was typed, as it may be seen.
    pub(super) fn seen(&self) -> String {
        match self.kiosk.pad {
            Keys::None => String::new(),
            Keys::Secret => "●".repeat(self.typed.chars().count()),
            Keys::Text | Keys::Amount | Keys::AmountOrPercent | Keys::Number | Keys::Date => self.typed.clone(),
        }
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
            return if repeat { Outcome::taken() } else { outcome };
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
            Stroke::PageUp => Outcome::deed(Deed::Turn { onward: false }),
            Stroke::PageDown => Outcome::deed(Deed::Turn { onward: true }),
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
        Outcome::deed(Deed::Move { onward })
    }

    /// The key of the screen that bears this name; none while something lies over the screen.
    fn by_name(&self, name: &str, choosing: bool) -> Option<Outcome> {
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
            KEY_CONTRAST if self.kiosk.accessible => Some(Outcome::deed(Deed::Contrast)),
            KEY_ACCESSIBLE => Some(Outcome::press(ACCESSIBLE)),
            KEY_LANGUAGE if self.kiosk.languages.len() > 1 => Some(Outcome::deed(Deed::Languages { open: true })),
            _ => None,
        }
    }

    fn character(&mut self, now: Duration, character: char) -> Outcome {
        let gap = self.char_last.map_or(Duration::MAX, |last| now.saturating_sub(last));
        if gap >= PAUSE {
            (self.burst_chars, self.burst_late) = (0, 0);
        } else if gap > SCANNER_GAP_MAX {
            self.burst_late += 1;
        }
        if gap >= FORGOTTEN && self.kiosk.pad == Keys::None {
            self.typed.clear();
        }
        if self.typed.chars().count() >= TYPED_CHARS_MAX * 4 {
            return Outcome::taken();
        }
        self.burst_chars += 1;
        self.char_last = Some(now);
        self.moved = false;
        self.typed.push(character);
        Outcome::taken()
    }

    fn enter(&mut self, now: Duration, repeat: bool, free: bool, choosing: bool) -> Outcome {
        if repeat || now < self.tail_until {
            return Outcome::taken();
        }
        let ended_fast = self.char_last.is_some_and(|last| now.saturating_sub(last) <= 2 * SCANNER_GAP_MAX);
        let fast = self.burst_chars >= SCANNER_CHARS_MIN && self.burst_late * LATE_ONE_IN <= self.burst_chars;
        if ended_fast && fast {
            return self.scanned(now);
        }
        self.char_last = None;
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
        let by_hand = self.typed.chars().count().saturating_sub(self.burst_chars);
        let text: String = self.typed.chars().skip(by_hand).collect();
        self.typed = self.typed.chars().take(if self.kiosk.pad == Keys::None { 0 } else { by_hand }).collect();
        (self.char_last, self.burst_chars) = (None, 0);
        self.tail_until = now + SCANNER_TAIL;
        Outcome::of(Intent::Enter { text })
    }

    /// So many characters a scanner has typed of a code and is still typing.
    fn chars_under_way(&self, now: Duration) -> usize {
        let fast = self.char_last.is_some_and(|last| now.saturating_sub(last) <= SCANNER_GAP_MAX);
        if fast { self.burst_chars } else { 0 }
    }

    /// Whoever presses it is still there; else the languages go, else what was typed.
    fn escape(&mut self, choosing: bool) -> Outcome {
        if choosing {
            return Outcome::deed(Deed::Languages { open: false });
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
