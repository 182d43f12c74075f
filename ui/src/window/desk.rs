//! What the window alone knows between two screens (the text being typed, what is chosen, which keys are shown), and
//! what each key and touch means there. Pure: time comes in, intents come out.

use std::time::Duration;

use super::generated::{Action, Keys, Kind, Purpose};
use super::strokes::Stroke;
use crate::screen::Panel;
use crate::{Intent, Screen};

/// Letters faster than this one after the other come from a scanner that plays keyboard.
const SCANNER_GAP_MAX: Duration = Duration::from_millis(30);
/// Fewer fast letters than this may be a person.
const SCANNER_CHARS_MIN: usize = 6;
/// Scanners may send two line ends; the second one must not press anything.
const SCANNER_TAIL: Duration = Duration::from_millis(120);
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
    fast_chars: usize,
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
            fast_chars: 0,
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

    /// A key went down.
    pub(super) fn key(&mut self, now: Duration, stroke: Stroke, repeat: bool, focus: Focus) -> Outcome {
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

    fn character(&mut self, now: Duration, character: char, focus: Focus) -> Outcome {
        if character == ' ' && self.entry.is_empty() && focus == Focus::Button {
            return Outcome::default();
        }
        if self.kind == Kind::Sell && character == '*' {
            return self.press(now, Action::Quantity, true);
        }
        let fast = self.char_last.is_some_and(|last| now.saturating_sub(last) <= SCANNER_GAP_MAX);
        self.fast_chars = if fast { self.fast_chars + 1 } else { 1 };
        self.char_last = Some(now);
        if self.entry.chars().count() >= ENTRY_CHARS_MAX {
            return Outcome::taken();
        }
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
        if ended_fast && self.fast_chars >= SCANNER_CHARS_MIN && chars >= SCANNER_CHARS_MIN {
            return self.scanned(now, chars);
        }
        self.fast_chars = 0;
        self.enter()
    }

    /// A scanner that plays keyboard typed a code. It is told as a scan wherever the till is, never as an amount or a
    /// PIN; what a person typed before stays in the field.
    fn scanned(&mut self, now: Duration, chars: usize) -> Outcome {
        let by_hand = chars.saturating_sub(self.fast_chars);
        let text: String = self.entry.chars().skip(by_hand).collect();
        self.entry = self.entry.chars().take(by_hand).collect();
        self.search_waits = false;
        self.fast_chars = 0;
        self.char_last = None;
        self.tail_until = now + SCANNER_TAIL;
        Outcome::of(Intent::Enter { text })
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
