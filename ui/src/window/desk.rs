//! What the window alone knows between two screens (the text being typed, what is chosen, which keys are shown), and
//! what each key and touch means there. Pure: time comes in, intents come out.

mod keyboard;
mod offers;
#[cfg(test)]
mod scans;
mod steps;

use std::time::Duration;

use offers::BAR_KEYS;
pub(super) use offers::Offer;
pub(super) use steps::stepped;

use super::burst::Burst;
pub(super) use super::face::Outcome;
use super::face::TOUCH_REST;
use super::generated::{Action, Keys, Kind, Over, Purpose};
use crate::screen::{Keys as Asked, Panel};
use crate::{Intent, Screen};

/// Longer texts are cut: no code, name or amount is that long, and the engine refuses it as too long.
pub(super) const ENTRY_CHARS_MAX: usize = 1_500;

/// What the window knows.
pub(super) struct Desk {
    pub(super) kind: Kind,
    pub(super) entry: String,
    pub(super) purpose: Purpose,
    pub(super) keys: Keys,
    /// Row of goods, card, amount, choice or action the arrow keys point at; of a count the row that is typed.
    pub(super) chosen: Option<usize>,
    pub(super) more: bool,
    /// What the window itself lays over the right half.
    pub(super) over: Over,
    /// Voiding the whole sale and giving up a payment ask for a second press.
    pub(super) armed: bool,
    pub(super) who: usize,
    /// Keys side by side in the sheet.
    pub(super) columns: usize,
    /// Keys that fit side by side at the bottom.
    pub(super) slots: usize,
    /// Head office approves by telephone.
    pub(super) telephone: bool,
    /// What stands in the field was put there, not typed: the first key replaces it.
    pub(super) prefilled: bool,
    /// What the first key replaced, until it is plain that a person pressed it.
    set_aside: Option<String>,
    /// Whether the text being typed has not been told as a search yet.
    pub(super) search_waits: bool,
    /// Pages the list in view shall move by.
    pub(super) scroll: i32,
    screen: Screen,
    burst: Burst,
    rest_until: Duration,
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
            over: Over::None,
            armed: false,
            who: 0,
            columns: 3,
            slots: BAR_KEYS,
            telephone: false,
            prefilled: false,
            set_aside: None,
            search_waits: false,
            scroll: 0,
            screen: Screen::default(),
            burst: Burst::default(),
            rest_until: Duration::ZERO,
        }
    }

    /// Another screen is shown. Text that was typed stays, so that no scan is cut in two; only a PIN never stays.
    pub(super) fn shown(&mut self, now: Duration, screen: &Screen) {
        let kind = kind_of(screen);
        let begins = kind != self.kind || !steps::same_step(&self.screen, screen);
        if begins {
            self.step_ends(now);
            if is_secret(kind, screen) {
                self.entry.clear();
                self.who = 0;
            }
            self.rest_until = now + TOUCH_REST;
            self.kind = kind;
            self.purpose = Purpose::Search;
            self.keys = Keys::None;
            self.more = false;
            self.over = Over::None;
            self.armed = false;
            self.chosen = None;
            self.search_waits = false;
        }
        self.screen = screen.clone();
        if begins {
            self.step_begins();
        }
        self.chosen = self.chosen.filter(|row| *row < self.choices());
        self.who = self.who.min(self.staff_count().saturating_sub(1));
        let can_arm = match &self.screen.panel {
            Panel::Payment { can_cancel, .. } => *can_cancel,
            _ => !self.screen.basket.lines.is_empty(),
        };
        self.armed = self.armed && can_arm;
    }

    /// Whether the entry field is on the screen.
    pub(super) fn has_entry(&self) -> bool {
        match &self.screen.panel {
            _ if self.kind == Kind::Approval => true,
            Panel::NotReady { .. }
            | Panel::Suspended { .. }
            | Panel::Choose { .. }
            | Panel::Payment { .. }
            | Panel::Code { .. }
            | Panel::Explain { .. } => false,
            Panel::Report { asks_count, .. } => *asks_count,
            Panel::Ask { keys, .. } => *keys != Asked::None,
            Panel::Locked { .. }
            | Panel::OpenShift { .. }
            | Panel::Sell { .. }
            | Panel::Pay { .. }
            | Panel::Count { .. }
            | Panel::Change { .. } => true,
        }
    }

    /// How many things of each sort can have the keyboard: when it changes, one that had it may be gone.
    pub(super) fn shape(&self) -> [usize; 5] {
        let screen = &self.screen;
        let (more, confirm) = match &screen.panel {
            Panel::Sell { groups, .. } => (groups.len(), 0),
            Panel::Pay { paid, message, .. } => (paid.len(), usize::from(message.is_empty())),
            Panel::Choose { confirm, .. } => (0, usize::from(confirm.is_empty())),
            Panel::Ask { keys, .. } => (0, usize::from(*keys == Asked::None)),
            Panel::Payment { can_cancel, .. } => (0, usize::from(*can_cancel)),
            _ => (0, 0),
        };
        let bar = self.bar().len() + usize::from(screen.bar.devices.is_empty() && screen.bar.sync.is_empty());
        [self.choices() + self.staff_count(), more, confirm, bar, usize::from(screen.notice.is_some())]
    }

    /// The panel, whatever lies over it.
    pub(super) fn under(&self) -> Kind {
        panel_kind(&self.screen.panel)
    }

    /// The text in the field changed by typing.
    pub(super) fn edited(&mut self, text: &str) {
        self.entry = text.chars().take(ENTRY_CHARS_MAX).collect();
        self.prefilled = false;
        self.text_changed();
    }

    /// A key of an on-screen pad.
    pub(super) fn typed(&mut self, text: &str) {
        if std::mem::take(&mut self.prefilled) {
            self.entry.clear();
        }
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
        if action != Action::GiveUp {
            self.armed = false;
        }
        match action {
            Action::Confirm if matches!(self.kind, Kind::Count | Kind::Choose) => self.confirm(),
            Action::Confirm => self.enter(),
            Action::Clear => self.clear_entry(),
            Action::Backspace => {
                if std::mem::take(&mut self.prefilled) {
                    self.entry.clear();
                }
                self.entry.pop();
                self.text_changed();
                Outcome::taken()
            }
            Action::Acknowledge => Outcome::of(Intent::Acknowledge),
            Action::Languages => self.lay_over(Over::Languages),
            Action::Devices => self.lay_over(Over::Devices),
            Action::Letters => self.toggle_keys(Keys::Letters),
            Action::Digits => self.toggle_keys(Keys::Digits),
            Action::More => self.begin(now, "more", by_key),
            Action::Pay => match &self.screen.panel {
                Panel::Sell { can_pay: true, .. } => self.leave(Intent::Pay),
                _ => Outcome::taken(),
            },
            Action::Back => self.begin(now, "back", by_key),
            Action::Telephone => self.turn_to_telephone(),
            Action::GiveUp => self.give_up(),
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

    /// A group of goods was touched.
    pub(super) fn pick_shelf(&mut self, row: usize) -> Outcome {
        let Panel::Sell { groups, .. } = &self.screen.panel else { return Outcome::taken() };
        match groups.get(row).filter(|group| group.enabled) {
            Some(group) => Outcome::of(Intent::Press { key: group.id.clone() }),
            None => Outcome::taken(),
        }
    }

    /// A language was touched.
    pub(super) fn pick_language(&mut self, row: usize) -> Outcome {
        self.over = Over::None;
        match self.screen.bar.languages.get(row).map(|language| language.id.clone()) {
            Some(tag) => Outcome::of(Intent::Language { tag }),
            None => Outcome::taken(),
        }
    }

    fn lay_over(&mut self, over: Over) -> Outcome {
        self.over = if self.over == over { Over::None } else { over };
        (self.more, self.chosen) = (false, None);
        Outcome::taken()
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
            self.telephone = false;
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
        if self.kind == Kind::Count {
            return Outcome { taken: true, intents: self.count_told().into_iter().collect() };
        }
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
        if let (true, Some(row)) = (self.more, chosen) {
            return match self.sheet_offers().get(row).map(|offer| offer.id.clone()) {
                Some(id) => self.begin(Duration::MAX, &id, true),
                None => Outcome::taken(),
            };
        }
        match &self.screen.panel {
            _ if self.kind == Kind::Approval => self.approve(text),
            Panel::Ask { .. } if chosen.is_some() => self.take_choice(chosen.unwrap_or_default()),
            // Whether an answer may stay empty knows who asks; a secret never does.
            Panel::Ask { keys: Asked::None | Asked::Secret, .. } if text.is_empty() => Outcome::taken(),
            Panel::Ask { .. } => self.leave(Intent::Answer { text }),
            Panel::Choose { .. } => self.enter_list(text),
            Panel::Count { .. } => self.enter_count(),
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
                if let Some(row) = chosen.and_then(|row| row.checked_sub(quick.len())) {
                    return self.pick_tender(Duration::MAX, row, true);
                }
                if let (None, Some((row, _))) = (chosen, self.main_tender()) {
                    return self.pick_tender(Duration::MAX, row, true);
                }
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
            Panel::Report { .. }
            | Panel::Change { .. }
            | Panel::Suspended { .. }
            | Panel::Payment { .. }
            | Panel::Explain { .. }
            | Panel::Code { .. }
            | Panel::NotReady { .. } => self.leave(Intent::Enter { text }),
        }
    }

    fn clear_entry(&mut self) -> Outcome {
        self.entry.clear();
        self.prefilled = false;
        if self.kind == Kind::Count {
            self.search_waits = self.chosen.is_some();
            return Outcome::taken();
        }
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
        self.prefilled = false;
        self.chosen = None;
        self.purpose = Purpose::Search;
        self.search_waits = false;
        self.more = false;
        self.over = Over::None;
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
        self.more = false;
        self.purpose = if self.purpose == purpose { Purpose::Search } else { purpose };
        Outcome::taken()
    }

    fn toggle_keys(&mut self, keys: Keys) -> Outcome {
        self.purpose = Purpose::Search;
        self.more = false;
        self.keys = if self.keys == keys { Keys::None } else { keys };
        Outcome::taken()
    }

    fn text_changed(&mut self) {
        if self.kind == Kind::Count {
            self.search_waits = self.chosen.is_some();
            return;
        }
        // In a list digits are the quantity of the entry pointed at.
        if self.kind != Kind::Choose {
            self.chosen = None;
        }
        self.search_waits = self.kind == Kind::Sell && self.purpose == Purpose::Search;
    }

    fn choices(&self) -> usize {
        match &self.screen.panel {
            _ if self.more => self.sheet_offers().len(),
            Panel::Sell { items, .. } => items.len(),
            Panel::Pay { quick, tenders, .. } => quick.len() + tenders.len(),
            Panel::Suspended { cards } => cards.len(),
            Panel::Ask { options, .. } => options.len(),
            Panel::Choose { choices, .. } => choices.len(),
            Panel::Count { rows, .. } => rows.len(),
            Panel::NotReady { .. }
            | Panel::Locked { .. }
            | Panel::OpenShift { .. }
            | Panel::Change { .. }
            | Panel::Payment { .. }
            | Panel::Explain { .. }
            | Panel::Code { .. }
            | Panel::Report { .. } => 0,
        }
    }

    fn staff_count(&self) -> usize {
        match (&self.screen.approval, &self.screen.panel) {
            (Some(approval), _) => approval.staff.len(),
            (None, Panel::Locked { staff, .. }) => staff.len(),
            _ => 0,
        }
    }
}

/// What is asked of a person.
fn kind_of(screen: &Screen) -> Kind {
    if screen.approval.is_some() { Kind::Approval } else { panel_kind(&screen.panel) }
}

/// Which panel it is.
fn panel_kind(panel: &Panel) -> Kind {
    match panel {
        Panel::NotReady { .. } => Kind::NotReady,
        Panel::Locked { .. } => Kind::Locked,
        Panel::OpenShift { .. } => Kind::OpenShift,
        Panel::Sell { .. } => Kind::Sell,
        Panel::Pay { .. } => Kind::Pay,
        Panel::Ask { .. } => Kind::Ask,
        Panel::Choose { .. } => Kind::Choose,
        Panel::Count { .. } => Kind::Count,
        Panel::Payment { .. } => Kind::Payment,
        Panel::Explain { .. } => Kind::Explain,
        Panel::Code { .. } => Kind::Code,
        Panel::Change { .. } => Kind::Change,
        Panel::Suspended { .. } => Kind::Suspended,
        Panel::Report { .. } => Kind::Report,
    }
}

/// Whether what is typed here is nobody else's business.
fn is_secret(kind: Kind, screen: &Screen) -> bool {
    matches!(kind, Kind::Locked | Kind::Approval)
        || (kind == Kind::Ask && matches!(screen.panel, Panel::Ask { keys: Asked::Secret, .. }))
}

fn moves_money(action: Action) -> bool {
    matches!(action, Action::Confirm | Action::Pay | Action::GiveUp)
}
