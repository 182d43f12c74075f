//! What the faces have in common: a hand that knows what each key and touch means, tied to the window's callbacks.

use std::cell::RefCell;
use std::rc::{Rc, Weak};
use std::time::Duration;

use super::generated::App;
use crate::Intent;
use crate::screen::Keys;

/// After the step changed, a second tap of the same finger must not hit what now lies under it.
pub(super) const TOUCH_REST: Duration = Duration::from_millis(350);

/// What follows from a key or touch.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    /// Whether the key is used up.
    pub(super) taken: bool,
    /// What is wanted.
    pub(super) intents: Vec<Intent>,
}

impl Outcome {
    /// The key is used up, and nothing is wanted.
    pub(super) fn taken() -> Outcome {
        Outcome { taken: true, intents: Vec::new() }
    }

    /// The key is used up by this wish.
    pub(super) fn of(intent: Intent) -> Outcome {
        Outcome { taken: true, intents: vec![intent] }
    }

    /// The screen's key with this id was pressed.
    pub(super) fn press(key: &str) -> Outcome {
        Outcome::of(Intent::Press { key: key.into() })
    }
}

/// The window, its clock, and who hears what is wanted.
#[derive(Clone)]
pub(super) struct Ties {
    pub(super) app: slint::Weak<App>,
    pub(super) now: Rc<dyn Fn() -> Duration>,
    pub(super) on_intent: Rc<dyn Fn(Intent)>,
}

/// A face that is shown instead of the till's. Lives on the window's thread.
pub(super) trait Face {
    /// What it knows between two screens.
    type Hand;

    fn ties(&self) -> &Ties;

    fn hand(&self) -> &RefCell<Self::Hand>;

    /// The hand was asked something: what changed there is shown.
    fn mirror(self: &Rc<Self>, app: &App);
}

/// Asks the hand, shows what changed there and tells what is wanted. Answers whether a key was used up.
pub(super) fn ask<F: Face>(face: &Weak<F>, question: impl FnOnce(&mut F::Hand, Duration) -> Outcome) -> bool {
    let Some(face) = face.upgrade() else { return false };
    let Some(app) = face.ties().app.upgrade() else { return false };
    let outcome = question(&mut face.hand().borrow_mut(), (face.ties().now)());
    face.mirror(&app);
    for intent in outcome.intents {
        (face.ties().on_intent)(intent);
    }
    outcome.taken
}

/// What is typed, as it may be seen: a secret in dots.
pub(super) fn seen(text: &str, keys: Keys) -> String {
    match keys {
        Keys::Secret => "●".repeat(text.chars().count()),
        Keys::None | Keys::Text | Keys::Amount | Keys::AmountOrPercent | Keys::Number | Keys::Date => text.to_owned(),
    }
}

/// A date as far as it is typed, so that nobody loses count of eight digits.
pub(super) fn dated(text: &str) -> String {
    let mut digits = text.chars().filter(char::is_ascii_digit);
    let mut part = |count: usize| (0..count).map(|_| digits.next().unwrap_or('–')).collect::<String>();
    let (year, month, day) = (part(4), part(2), part(2));
    format!("{year} · {month} · {day}")
}

/// The row to which an arrow key goes; before the first and out of an empty list there is none.
pub(super) fn stepped(row: Option<usize>, by: isize, count: usize) -> Option<usize> {
    match (row, count) {
        (_, 0) => None,
        (None, _) => Some(if by > 0 { 0 } else { count - 1 }),
        (Some(0), _) if by < 0 => None,
        (Some(row), _) => Some(row.saturating_add_signed(by).min(count - 1)),
    }
}
