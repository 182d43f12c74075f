//! What the window alone knows between two screens (the text being typed, what is chosen, which keys are shown), and
//! what each key and touch means there. Pure: time comes in, intents come out.

mod keyboard;

use std::time::Duration;

use super::generated::{Action, Keys, Kind, Purpose};
use crate::screen::Panel;
use crate::{Intent, Screen};

/// After the panel changed, a second tap of the same finger must not hit what now lies under it.
const TOUCH_REST: Duration = Duration::from_millis(350);
/// Longer texts are cut: no code, name or amount is that long, and the engine refuses it as too long.
pub(super) const ENTRY_CHARS_MAX: usize = 200;

/// What the window knows.
pub(super) struct Desk {
    pub(super) kind: Kind,
    pub(super) entry: String,
    pub(super) purpose: Purpose,
    pub(super) keys: Keys,
    /// Row of goods, card or quick amount the arrow keys point at.
    pub(super) chosen: Option<usize>,
    pub(super) more: bool,
    /// Voiding the whole sale asks for a second press.
    pub(super) armed: bool,
    pub(super) who: usize,
    /// Whether the text being typed has not been told as a search yet.
    pub(super) search_waits: bool,
    /// Pages the list in view shall move by.
    pub(super) scroll: i32,
    screen: Screen,
    /// Letters since the last pause, and how many of them came late for a scanner.
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

/// Where the keyboard is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Focus {
    /// In the entry field, which takes letters by itself.
    Entry,
    /// Nowhere in particular.
    Free,
    /// On a button that was reached by Tab.
    Button,
}

impl Desk {
    pub(super) fn new() -> Desk {
        Desk {
            kind: Kind::NotReady,
            entry: String::new(),
            purpose: Purpose::Search,
            keys: Keys::None,
            chosen: None,
            more: false,
            armed: false,
            who: 0,
            search_waits: false,
            scroll: 0,
            screen: Screen::default(),
            burst_chars: 0,
            burst_late: 0,
            char_last: None,
            tail_until: Duration::ZERO,
            rest_until: Duration::ZERO,
        }
    }

    /// Another screen is shown. Text that was typed stays, so that no scan is cut in two; only a PIN never stays.
    pub(super) fn shown(&mut self, now: Duration, screen: &Screen) {
        let kind = kind_of(&screen.panel);
        if kind != self.kind {
            if kind == Kind::Locked || self.kind == Kind::Locked {
                self.entry.clear();
                self.who = 0;
            }
            self.rest_until = now + TOUCH_REST;
            self.kind = kind;
            self.purpose = Purpose::Search;
            self.keys = Keys::None;
            self.more = false;
            self.armed = false;
            self.chosen = None;
            self.search_waits = false;
        }
        self.screen = screen.clone();
        self.chosen = self.chosen.filter(|row| *row < self.choices());
        self.who = self.who.min(self.staff_count().saturating_sub(1));
        if self.screen.basket.lines.is_empty() {
            self.armed = false;
        }
    }

    /// Whether the entry field is on the screen.
    pub(super) fn has_entry(&self) -> bool {
        match &self.screen.panel {
            Panel::NotReady { .. } | Panel::Suspended { .. } => false,
            Panel::Report { asks_count, .. } => *asks_count,
            Panel::Locked { .. }
            | Panel::OpenShift { .. }
            | Panel::Sell { .. }
            | Panel::Pay { .. }
            | Panel::Change { .. } => true,
        }
    }

    /// The text in the field changed by typing.
    pub(super) fn edited(&mut self, text: &str) {
        self.entry = text.chars().take(ENTRY_CHARS_MAX).collect();
        self.text_changed();
    }

    /// A key of an on-screen pad.
    pub(super) fn typed(&mut self, text: &str) {
        if self.entry.chars().count() + text.chars().count() <= ENTRY_CHARS_MAX {
            self.entry.push_str(text);
        }
        self.text_changed();
    }

    /// A button was pressed, by touch or by its own key.
    pub(super) fn press(&mut self, now: Duration, action: Action, by_key: bool) -> Outcome {
        if !by_key && now < self.rest_until && moves_money(action) {
            return Outcome::taken();
        }
        if action != Action::VoidSale {
            self.armed = false;
        }
        let busy = matches!(self.screen.panel, Panel::Pay { busy: true, .. });
        let has_lines = !self.screen.basket.lines.is_empty();
        match action {
            Action::Confirm => self.enter(),
            Action::Clear => self.clear_entry(),
            Action::Backspace => {
                self.entry.pop();
                self.text_changed();
                Outcome::taken()
            }
            Action::Acknowledge => Outcome::of(Intent::Acknowledge),
            Action::Language => {
                let tag = if self.screen.language.starts_with("zh") { "en" } else { "zh-CN" };
                Outcome::of(Intent::Language { tag: tag.into() })
            }
            Action::Letters => self.toggle_keys(Keys::Letters),
            Action::Digits => self.toggle_keys(Keys::Digits),
            Action::More => {
                self.more = !self.more;
                Outcome::taken()
            }
            Action::Suspend | Action::VoidLine if !has_lines => Outcome::taken(),
            Action::Suspend => self.leave(Intent::Suspend),
            Action::ShowSuspended => self.leave(Intent::ShowSuspended),
            Action::Member => self.ask(Purpose::Member),
            Action::Quantity if !has_lines => Outcome::taken(),
            Action::Quantity => self.ask(Purpose::Quantity),
            Action::VoidLine => Outcome::of(Intent::VoidLine),
            Action::ReturnItem => Outcome::of(Intent::ToggleReturn),
            Action::Pay => match &self.screen.panel {
                Panel::Sell { can_pay: true, .. } => self.leave(Intent::Pay),
                _ => Outcome::taken(),
            },
            Action::VoidSale => self.void_sale(has_lines),
            Action::OpenDrawer => Outcome::of(Intent::OpenDrawer),
            Action::Reprint => Outcome::of(Intent::Reprint),
            Action::XReport => self.leave(Intent::XReport),
            Action::CloseDay => self.leave(Intent::ShowClose),
            Action::Lock => self.leave(Intent::Lock),
            Action::Back if busy => Outcome::taken(),
            Action::Back => self.leave(Intent::Back),
            Action::PrintReport => Outcome::of(Intent::PrintReport),
        }
    }

    /// Goods were touched.
    pub(super) fn pick_item(&mut self, row: usize) -> Outcome {
        let Panel::Sell { items, .. } = &self.screen.panel else { return Outcome::taken() };
        match items.get(row).map(|item| item.id.clone()) {
            Some(item) => {
                self.keys = Keys::None;
                self.leave(Intent::PickItem { item })
            }
            None => Outcome::taken(),
        }
    }

    /// A line of the basket was touched.
    pub(super) fn pick_line(&mut self, line: u32) -> Outcome {
        Outcome::of(Intent::SelectLine { line })
    }

    /// Someone says who she is.
    pub(super) fn pick_staff(&mut self, row: usize) -> Outcome {
        if row < self.staff_count() && row != self.who {
            self.who = row;
            self.entry.clear();
        }
        Outcome::taken()
    }

    /// A sale put aside was touched.
    pub(super) fn pick_card(&mut self, row: usize) -> Outcome {
        let Panel::Suspended { cards } = &self.screen.panel else { return Outcome::taken() };
        match cards.get(row).map(|card| card.id.clone()) {
            Some(id) => self.leave(Intent::Recall { id }),
            None => Outcome::taken(),
        }
    }

    /// A quick amount was touched.
    pub(super) fn pick_quick(&mut self, now: Duration, row: usize) -> Outcome {
        if now < self.rest_until {
            return Outcome::taken();
        }
        let Panel::Pay { quick, busy: false, .. } = &self.screen.panel else { return Outcome::taken() };
        match quick.get(row).cloned() {
            Some(text) => self.leave(Intent::Cash { text }),
            None => Outcome::taken(),
        }
    }

    /// The pause after typing is over.
    pub(super) fn search(&mut self) -> Outcome {
        if !self.search_waits {
            return Outcome::default();
        }
        self.search_waits = false;
        Outcome::of(Intent::Search { text: self.entry.clone() })
    }

    /// Nobody pressed a second time.
    pub(super) fn disarm(&mut self) {
        self.armed = false;
    }

    /// Enter, or the filled button.
    fn enter(&mut self) -> Outcome {
        let text = self.entry.trim().to_owned();
        let chosen = self.chosen;
        match &self.screen.panel {
            Panel::Sell { items, .. } => {
                if let (Purpose::Search, Some(item)) = (self.purpose, chosen.and_then(|row| items.get(row))) {
                    let item = item.id.clone();
                    return self.leave(Intent::PickItem { item });
                }
                if text.is_empty() {
                    return Outcome::taken();
                }
                let intent = match self.purpose {
                    Purpose::Search => Intent::Enter { text },
                    Purpose::Quantity => Intent::SetQuantity { text },
                    Purpose::Member => Intent::Member { text },
                };
                self.leave(intent)
            }
            Panel::Pay { busy: true, .. } => Outcome::taken(),
            Panel::Pay { quick, .. } => {
                let text = chosen.and_then(|row| quick.get(row)).cloned().unwrap_or(text);
                self.leave(Intent::Cash { text })
            }
            Panel::Suspended { .. } if text.is_empty() && chosen.is_some() => {
                self.pick_card(chosen.unwrap_or_default())
            }
            _ if text.is_empty() => Outcome::taken(),
            Panel::Locked { staff, .. } => match staff.get(self.who).map(|person| person.id.clone()) {
                Some(staff) => self.leave(Intent::SignOn { staff, pin: text }),
                None => Outcome::taken(),
            },
            Panel::OpenShift { .. } => self.leave(Intent::OpenShift { float: text }),
            Panel::Report { asks_count: true, .. } => self.leave(Intent::CloseShift { counted: text }),
            Panel::Report { .. } | Panel::Change { .. } | Panel::Suspended { .. } | Panel::NotReady { .. } => {
                self.leave(Intent::Enter { text })
            }
        }
    }

    fn clear_entry(&mut self) -> Outcome {
        self.entry.clear();
        self.chosen = None;
        self.search_waits = false;
        match &self.screen.panel {
            Panel::Sell { query, .. } if !query.is_empty() => Outcome::of(Intent::Search { text: String::new() }),
            _ => Outcome::taken(),
        }
    }

    /// The text has gone with the intent; the field is free for the next.
    fn leave(&mut self, intent: Intent) -> Outcome {
        self.entry.clear();
        self.chosen = None;
        self.purpose = Purpose::Search;
        self.search_waits = false;
        self.more = false;
        self.armed = false;
        Outcome::of(intent)
    }

    /// With text in the field the key acts on it (`3 *`); without, the field asks for it.
    fn ask(&mut self, purpose: Purpose) -> Outcome {
        let text = self.entry.trim().to_owned();
        if !text.is_empty() && self.purpose == Purpose::Search {
            return self.leave(match purpose {
                Purpose::Member => Intent::Member { text },
                Purpose::Quantity | Purpose::Search => Intent::SetQuantity { text },
            });
        }
        self.entry.clear();
        self.chosen = None;
        self.purpose = if self.purpose == purpose { Purpose::Search } else { purpose };
        Outcome::taken()
    }

    fn toggle_keys(&mut self, keys: Keys) -> Outcome {
        self.purpose = Purpose::Search;
        self.keys = if self.keys == keys { Keys::None } else { keys };
        Outcome::taken()
    }

    fn void_sale(&mut self, has_lines: bool) -> Outcome {
        if !has_lines {
            return Outcome::taken();
        }
        if self.armed {
            return self.leave(Intent::VoidSale);
        }
        self.armed = true;
        self.more = true;
        Outcome::taken()
    }

    fn text_changed(&mut self) {
        self.chosen = None;
        self.search_waits = self.kind == Kind::Sell && self.purpose == Purpose::Search;
    }

    fn choices(&self) -> usize {
        match &self.screen.panel {
            Panel::Sell { items, .. } => items.len(),
            Panel::Pay { quick, .. } => quick.len(),
            Panel::Suspended { cards } => cards.len(),
            Panel::NotReady { .. }
            | Panel::Locked { .. }
            | Panel::OpenShift { .. }
            | Panel::Change { .. }
            | Panel::Report { .. } => 0,
        }
    }

    fn staff_count(&self) -> usize {
        match &self.screen.panel {
            Panel::Locked { staff, .. } => staff.len(),
            _ => 0,
        }
    }
}

impl Outcome {
    fn taken() -> Outcome {
        Outcome { taken: true, intents: Vec::new() }
    }

    fn of(intent: Intent) -> Outcome {
        Outcome { taken: true, intents: vec![intent] }
    }
}

/// Which panel it is.
pub(super) fn kind_of(panel: &Panel) -> Kind {
    match panel {
        Panel::NotReady { .. } => Kind::NotReady,
        Panel::Locked { .. } => Kind::Locked,
        Panel::OpenShift { .. } => Kind::OpenShift,
        Panel::Sell { .. } => Kind::Sell,
        Panel::Pay { .. } => Kind::Pay,
        Panel::Change { .. } => Kind::Change,
        Panel::Suspended { .. } => Kind::Suspended,
        Panel::Report { .. } => Kind::Report,
    }
}

fn moves_money(action: Action) -> bool {
    matches!(action, Action::Confirm | Action::Pay | Action::OpenDrawer | Action::VoidSale)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::strokes::Stroke;
    use super::*;
    use crate::gallery;

    /// Anything a person, a scanner or the engine may do to the desk.
    #[derive(Clone, Debug)]
    enum Deed {
        Show(usize),
        Type(String, u64),
        Scan(String, Vec<u64>),
        Stroke(Stroke),
        Pick(usize),
    }

    fn deed() -> impl Strategy<Value = Deed> {
        let stroke = prop_oneof![
            Just(Stroke::Enter),
            Just(Stroke::Escape),
            Just(Stroke::Backspace),
            Just(Stroke::Delete),
            Just(Stroke::Up),
            Just(Stroke::Down),
            Just(Stroke::Left),
            Just(Stroke::Right),
            (1_u8..=12).prop_map(Stroke::Function),
        ];
        prop_oneof![
            (0_usize..19).prop_map(Deed::Show),
            ("[0-9a-z.*]{1,5}", 80_u64..600).prop_map(|(text, gap)| Deed::Type(text, gap)),
            // Eight to fourteen digits, at most one of them late because the screen was busy.
            ("[0-9]{8,14}", 0_usize..8, 0_u64..200).prop_map(|(code, late, delay)| {
                let gaps = (0..code.len()).map(|at| if at == late { 5 + delay } else { 5 }).collect();
                Deed::Scan(code, gaps)
            }),
            stroke.prop_map(Deed::Stroke),
            (0_usize..30).prop_map(Deed::Pick),
        ]
    }

    proptest! {
        /// Whatever happened before: a scan is told whole and as a scan, never as money or a PIN, and nothing else
        /// follows from it. A text that could be a PIN never outlives the lock.
        #[test]
        fn a_scan_stays_a_scan(deeds in prop::collection::vec(deed(), 1..40)) {
            let samples = gallery::samples("en");
            let mut desk = Desk::new();
            let mut now = Duration::from_secs(1);
            desk.shown(now, &samples[0].1);
            for deed in deeds {
                now += Duration::from_millis(700);
                match deed {
                    Deed::Show(index) => {
                        let locked = desk.kind == Kind::Locked;
                        desk.shown(now, &samples[index].1);
                        if locked != (desk.kind == Kind::Locked) {
                            prop_assert_eq!(&desk.entry, "");
                        }
                    }
                    Deed::Type(text, gap) => {
                        for character in text.chars() {
                            now += Duration::from_millis(gap);
                            desk.key(now, Stroke::Char(character), false, Focus::Free);
                        }
                    }
                    Deed::Scan(code, gaps) => {
                        let before = desk.entry.clone();
                        let card = desk.purpose == Purpose::Member;
                        for (character, gap) in code.chars().zip(gaps) {
                            now += Duration::from_millis(gap);
                            let outcome = desk.key(now, Stroke::Char(character), false, Focus::Button);
                            prop_assert_eq!(outcome.intents, []);
                        }
                        let outcome = desk.key(now + Duration::from_millis(5), Stroke::Enter, false, Focus::Button);
                        let text = code;
                        let told = if card { Intent::Member { text } } else { Intent::Enter { text } };
                        prop_assert_eq!(outcome.intents, [told]);
                        prop_assert_eq!(&desk.entry, &before);
                        let tail = desk.key(now + Duration::from_millis(9), Stroke::Enter, false, Focus::Button);
                        prop_assert_eq!(tail, Outcome::taken());
                    }
                    Deed::Stroke(stroke) => {
                        desk.key(now, stroke, false, Focus::Free);
                    }
                    Deed::Pick(row) => {
                        desk.pick_item(row);
                        desk.pick_card(row);
                        desk.pick_staff(row);
                        desk.pick_quick(now, row);
                    }
                }
                prop_assert!(desk.entry.chars().count() <= ENTRY_CHARS_MAX);
            }
        }
    }
}
