//! Ties the desk to the window: callbacks in, properties out, timers between.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::time::Duration;

use slint::{ComponentHandle, SharedString, Timer, TimerMode};
use words::Languages;

use super::desk::{Desk, Focus};
use super::face::{Outcome, Ties};
use super::generated::{App, Kiosk, Stock, Theme, Till};
use super::rows::index;
use super::strokes::{Held, Stroke};
use super::view::View;
use super::{kiosk, speech, stock};
use crate::{Intent, Screen};

/// A pause in typing after which results are asked for; a scanner's letters come much faster.
const SEARCH_PAUSE: Duration = Duration::from_millis(90);
/// How long voiding the whole sale waits for the second press.
const ARMED_MAX: Duration = Duration::from_secs(4);
/// Keys side by side in the sheet of a small window and of a large one.
const SHEET_COLUMNS: (usize, usize) = (3, 4);
/// Room of one key of the row at the bottom, with what is between two.
const BAR_KEY_WIDTH: f32 = 96.0;
/// How long a new line stays bold.
const FRESH: Duration = Duration::from_millis(1200);

/// The desk, the view and the window's callbacks. Lives on the window's thread.
pub(super) struct Counter {
    ties: Ties,
    desk: RefCell<Desk>,
    view: View,
    stock: Rc<stock::Face>,
    kiosk: Rc<kiosk::Face>,
    search: Timer,
    armed: Timer,
    fresh: Timer,
    scrolls: Cell<i32>,
    strokes: Cell<u64>,
}

impl Counter {
    /// Connects a window's callbacks.
    pub(super) fn new(
        app: &App,
        languages: Languages,
        now: Rc<dyn Fn() -> Duration>,
        on_intent: impl Fn(Intent) + 'static,
    ) -> Rc<Counter> {
        speech::connect(app, languages);
        let ties = Ties { app: app.as_weak(), now, on_intent: Rc::new(on_intent) };
        let (stock, kiosk) = (stock::Face::connect(app, &ties), kiosk::Face::connect(app, &ties));
        let counter = Rc::new(Counter {
            ties,
            desk: RefCell::new(Desk::new()),
            view: View::new(app),
            stock,
            kiosk,
            search: Timer::default(),
            armed: Timer::default(),
            fresh: Timer::default(),
            scrolls: Cell::new(0),
            strokes: Cell::new(0),
        });
        connect(app, &counter);
        counter
    }

    /// Shows a screen.
    pub(super) fn show(self: &Rc<Self>, screen: &Screen) {
        let Some(app) = self.ties.app.upgrade() else { return };
        speech::show(&app, &screen.language);
        let away = app.global::<Stock>().get_shown() != screen.stock.is_some()
            || app.global::<Kiosk>().get_shown() != screen.kiosk.is_some();
        self.kiosk.show(&app, screen);
        self.stock.show(&app, screen);
        let before = (self.desk.borrow().kind, self.desk.borrow().has_entry(), self.desk.borrow().shape());
        self.desk.borrow_mut().entry = app.global::<Till>().get_entry().into();
        self.desk.borrow_mut().shown((self.ties.now)(), screen);
        if self.view.apply(&app, screen) {
            let view = Rc::downgrade(self);
            self.fresh.start(TimerMode::SingleShot, FRESH, move || {
                if let Some(counter) = view.upgrade() {
                    counter.view.fade();
                }
            });
        }
        self.mirror(&app);
        // What had the keyboard may have gone with its row.
        let after = (self.desk.borrow().kind, self.desk.borrow().has_entry(), self.desk.borrow().shape());
        if before != after || away {
            self.settle();
        }
    }

    /// Keys that arrived so far, whatever they mean.
    pub(super) fn strokes(&self) -> u64 {
        self.strokes.get()
    }

    /// Puts the keyboard where typing is of use.
    pub(super) fn settle(&self) {
        // The stock desk and the self-checkout keep the keyboard themselves.
        let elsewhere = |app: &App| app.global::<Stock>().get_shown() || app.global::<Kiosk>().get_shown();
        if let Some(app) = self.ties.app.upgrade().filter(|app| !elsewhere(app)) {
            app.invoke_settle();
        }
    }

    /// Asks the desk, shows what changed there, tells what is wanted, and brings the keyboard home.
    fn act(self: &Rc<Self>, ask: impl FnOnce(&mut Desk, Duration) -> Outcome) -> bool {
        let Some(app) = self.ties.app.upgrade() else { return false };
        let outcome = {
            let mut desk = self.desk.borrow_mut();
            desk.entry = app.global::<Till>().get_entry().into();
            ask(&mut desk, (self.ties.now)())
        };
        self.mirror(&app);
        self.arrange_timers();
        if outcome.taken {
            self.settle();
        }
        for intent in outcome.intents {
            (self.ties.on_intent)(intent);
        }
        outcome.taken
    }

    /// Puts what the desk knows on the window.
    fn mirror(&self, app: &App) {
        let mut desk = self.desk.borrow_mut();
        let till = app.global::<Till>();
        till.set_kind(desk.kind);
        till.set_under(desk.under());
        till.set_has_entry(desk.has_entry());
        till.set_field(desk.field());
        till.set_echo(desk.echo().into());
        if till.get_entry() != desk.entry {
            till.set_entry(desk.entry.as_str().into());
            app.invoke_type_on(desk.prefilled);
        }
        till.set_purpose(desk.purpose);
        till.set_keys(desk.keys);
        till.set_chosen(desk.chosen.and_then(|row| i32::try_from(row).ok()).unwrap_or(-1));
        till.set_more(desk.more);
        till.set_over(desk.over);
        till.set_armed(desk.armed);
        till.set_main_tender(desk.main_tender().map_or("", |(_, label)| label).into());
        till.set_telephone(desk.telephone);
        till.set_who(i32::try_from(desk.who).unwrap_or(-1));
        if desk.scroll != 0 {
            till.set_scroll_pages(desk.scroll);
            self.scrolls.set(self.scrolls.get().wrapping_add(1));
            till.set_scroll_tick(self.scrolls.get());
            desk.scroll = 0;
        }
        // In pixels as people count them; a key at the bottom needs so many of them for its words.
        let width = app.window().size().to_logical(app.window().scale_factor()).width;
        desk.slots = (width / BAR_KEY_WIDTH).floor().clamp(4.0, 10.0) as usize;
        desk.columns = if app.global::<Theme>().get_compact() { SHEET_COLUMNS.0 } else { SHEET_COLUMNS.1 };
        self.view.offers(&till, &desk.bar(), &desk.sheet(), desk.columns);
    }

    fn arrange_timers(self: &Rc<Self>) {
        let (search_waits, armed) = (self.desk.borrow().search_waits, self.desk.borrow().armed);
        if search_waits {
            let counter = Rc::downgrade(self);
            self.search.start(TimerMode::SingleShot, SEARCH_PAUSE, move || {
                if let Some(counter) = counter.upgrade() {
                    counter.act_quietly(|desk| desk.search());
                }
            });
        } else {
            self.search.stop();
        }
        if !armed {
            self.armed.stop();
        } else if !self.armed.running() {
            let counter = Rc::downgrade(self);
            self.armed.start(TimerMode::SingleShot, ARMED_MAX, move || {
                if let Some(counter) = counter.upgrade() {
                    counter.act_quietly(|desk| {
                        desk.disarm();
                        Outcome::default()
                    });
                }
            });
        }
    }

    /// As [`Counter::act`], but nobody touched anything: the keyboard stays where it is.
    fn act_quietly(self: &Rc<Self>, ask: impl FnOnce(&mut Desk) -> Outcome) {
        let Some(app) = self.ties.app.upgrade() else { return };
        let outcome = ask(&mut self.desk.borrow_mut());
        self.mirror(&app);
        for intent in outcome.intents {
            (self.ties.on_intent)(intent);
        }
    }
}

fn connect(app: &App, counter: &Rc<Counter>) {
    let till = app.global::<Till>();
    let weak = || Rc::downgrade(counter);

    let at = weak();
    till.on_key(move |text, control, alt, shift, repeat, in_entry, free| {
        if let Some(counter) = at.upgrade() {
            counter.strokes.set(counter.strokes.get().wrapping_add(1));
        }
        let focus = match (in_entry, free) {
            (true, _) => Focus::Entry,
            (false, true) => Focus::Free,
            (false, false) => Focus::Button,
        };
        let stroke = Stroke::with(Held { control, alt, shift }, &text);
        if stroke == Stroke::Other {
            return false;
        }
        with(&at, |desk, now| desk.key(now, stroke, repeat, focus))
    });
    let at = weak();
    till.on_edited(move |text: SharedString| {
        with(&at, |desk, _| {
            desk.edited(&text);
            Outcome::default()
        });
    });
    let at = weak();
    till.on_typed(move |text: SharedString| {
        with(&at, |desk, _| {
            desk.typed(&text);
            Outcome { taken: true, ..Outcome::default() }
        });
    });
    let at = weak();
    till.on_press(move |action| {
        with(&at, |desk, now| desk.press(now, action, false));
    });
    let at = weak();
    till.on_begin(move |id| {
        with(&at, |desk, now| desk.begin(now, &id, false));
    });
    let at = weak();
    till.on_pick_item(move |row| {
        with(&at, |desk, _| desk.pick_item(index(row)));
    });
    let at = weak();
    till.on_pick_shelf(move |row| {
        with(&at, |desk, _| desk.pick_shelf(index(row)));
    });
    let at = weak();
    till.on_pick_language(move |row| {
        with(&at, |desk, _| desk.pick_language(index(row)));
    });
    let at = weak();
    till.on_pick_line(move |no| {
        with(&at, |desk, _| desk.pick_line(u32::try_from(no).unwrap_or(0)));
    });
    let at = weak();
    till.on_pick_staff(move |row| {
        with(&at, |desk, _| desk.pick_staff(index(row)));
    });
    let at = weak();
    till.on_pick_card(move |row| {
        with(&at, |desk, _| desk.pick_card(index(row)));
    });
    let at = weak();
    till.on_pick_quick(move |row| {
        with(&at, |desk, now| desk.pick_quick(now, index(row)));
    });
    connect_steps(&till, counter);
}

fn connect_steps(till: &Till<'_>, counter: &Rc<Counter>) {
    let weak = || Rc::downgrade(counter);
    let at = weak();
    till.on_pick_choice(move |row| {
        with(&at, |desk, now| desk.pick_choice(now, index(row)));
    });
    let at = weak();
    till.on_step_choice(move |row, by| {
        with(&at, |desk, _| desk.step_choice(index(row), by));
    });
    let at = weak();
    till.on_pick_count(move |row| {
        with(&at, |desk, _| desk.pick_count(index(row)));
    });
    let at = weak();
    till.on_pick_tender(move |row| {
        with(&at, |desk, now| desk.pick_tender(now, index(row), false));
    });
    let at = weak();
    till.on_remove_part(move |row| {
        with(&at, |desk, _| desk.remove_part(index(row)));
    });
}

fn with(counter: &Weak<Counter>, ask: impl FnOnce(&mut Desk, Duration) -> Outcome) -> bool {
    counter.upgrade().is_some_and(|counter| counter.act(ask))
}
