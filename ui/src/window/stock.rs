//! The stock desk's face as the window's properties, and what is touched there.

mod hand;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use slint::{ComponentHandle, ModelRc, SharedString, Timer, TimerMode, VecModel};

use super::face::{self, Outcome, Ties, ask};
use super::generated::{App, Level as Loudness, Stock, StockKey, StockLine, StockPad, StockStep};
use super::rows::{count, index, level, text, update};
use super::strokes::{Held, Stroke};
use super::view::pictures;
use crate::key::{Key, KeyKind};
use crate::screen::{Item, Keys, Notice};
use crate::stock::{Counted, StockRow, StockStep as Step};
use crate::{Intent, Screen};
use hand::Hand;

/// A pause in typing after which goods are looked for; a scanner's letters come much faster.
const SEARCH_PAUSE: Duration = Duration::from_millis(90);

/// The stock desk's models and what is being typed there. Lives on the window's thread.
pub(super) struct Face {
    ties: Ties,
    hand: RefCell<Hand>,
    rows: Rc<VecModel<StockLine>>,
    keys: Rc<VecModel<StockKey>>,
    details: Rc<VecModel<SharedString>>,
    counted: RefCell<Option<Counted>>,
    picture: RefCell<String>,
    flashes: Cell<i32>,
    scrolls: Cell<i32>,
    search: Timer,
}

impl Face {
    /// Connects the window's callbacks.
    pub(super) fn connect(app: &App, ties: &Ties) -> Rc<Face> {
        let face = Rc::new(Face {
            ties: ties.clone(),
            hand: RefCell::default(),
            rows: Rc::default(),
            keys: Rc::default(),
            details: Rc::default(),
            counted: RefCell::default(),
            picture: RefCell::default(),
            flashes: Cell::new(0),
            scrolls: Cell::new(0),
            search: Timer::default(),
        });
        let stock = app.global::<Stock>();
        stock.set_rows(ModelRc::from(face.rows.clone()));
        stock.set_keys(ModelRc::from(face.keys.clone()));
        stock.set_counted_details(ModelRc::from(face.details.clone()));
        listen(&stock, &face);
        face
    }

    /// Shows the face, when there is one.
    pub(super) fn show(&self, app: &App, screen: &Screen) {
        let face = app.global::<Stock>();
        let Some(stock) = &screen.stock else {
            self.hand.borrow_mut().put_away();
            return face.set_shown(false);
        };
        let mut notice = stock.notice.clone();
        if notice.is_none() {
            notice.clone_from(&screen.notice);
        }
        self.hand.borrow_mut().shown((self.ties.now)(), stock, notice.is_some());
        bar(&face, screen);
        face.set_step(step(stock.step));
        face.set_title(text(&stock.title));
        face.set_help(text(&stock.help));
        face.set_progress(text(&stock.progress));
        face.set_message(text(&stock.message));
        face.set_pad(pad(stock.pad));
        self.show_counted(&face, stock.counted.as_ref());
        let found = stock.items.iter().map(found);
        let rows: Vec<StockLine> = found.chain(stock.rows.iter().map(line)).collect();
        face.set_row_count(count(rows.len()));
        update(&self.rows, rows);
        let is_main = |key: &&Key| key.kind == KeyKind::Main;
        let others: Vec<StockKey> = stock.keys.iter().filter(|key| !is_main(key)).map(key).collect();
        face.set_key_count(count(others.len()));
        update(&self.keys, others);
        let main = stock.keys.iter().find(is_main);
        face.set_has_main(main.is_some());
        face.set_main(main.map(key).unwrap_or_default());
        show_notice(&face, notice.as_ref());
        self.put(&face);
        face.set_shown(true);
    }

    fn show_counted(&self, face: &Stock<'_>, counted: Option<&Counted>) {
        let changed = self.counted.borrow().as_ref() != counted;
        if !changed {
            return;
        }
        let Some(goods) = counted else {
            self.counted.replace(None);
            return face.set_has_counted(false);
        };
        face.set_counted_name(text(&goods.name));
        let (initial, tint) = pictures::stand_in(&goods.name);
        face.set_counted_initial(initial);
        face.set_counted_tint(tint);
        face.set_counted_code(text(&goods.code));
        face.set_counted_quantity(text(&goods.quantity));
        face.set_counted_added(text(&goods.added));
        face.set_counted_level(level(goods.level));
        update(&self.details, goods.details.iter().map(|detail| text(detail)).collect());
        if *self.picture.borrow() != goods.picture {
            let picture = pictures::poster(&goods.picture);
            face.set_has_picture(picture.size().width > 0);
            face.set_counted_picture(picture);
            self.picture.replace(goods.picture.clone());
        }
        face.set_has_counted(true);
        self.counted.replace(Some(goods.clone()));
        if !goods.added.is_empty() {
            self.flashes.set(self.flashes.get().wrapping_add(1));
            face.set_flash_tick(self.flashes.get());
        }
    }

    /// Puts what the hand knows on the window.
    fn put(&self, face: &Stock<'_>) {
        let mut hand = self.hand.borrow_mut();
        face.set_entry(hand.seen().into());
        face.set_prefilled(hand.prefilled);
        face.set_echo(hand.echo().into());
        let chosen = hand.chosen.map_or(-1, count);
        let moved = face.get_chosen() != chosen;
        face.set_chosen(chosen);
        if moved || hand.pages != 0 {
            face.set_scroll_pages(hand.pages);
            self.scrolls.set(self.scrolls.get().wrapping_add(1));
            face.set_scroll_tick(self.scrolls.get());
            hand.pages = 0;
        }
    }

    /// Looks for what is typed, after a pause.
    fn search_soon(self: &Rc<Self>) {
        let at = Rc::downgrade(self);
        self.search.start(TimerMode::SingleShot, SEARCH_PAUSE, move || {
            ask(&at, |hand, _| hand.search());
        });
    }
}

impl face::Face for Face {
    type Hand = Hand;

    fn ties(&self) -> &Ties {
        &self.ties
    }

    fn hand(&self) -> &RefCell<Hand> {
        &self.hand
    }

    fn mirror(self: &Rc<Self>, app: &App) {
        self.put(&app.global::<Stock>());
        if self.hand.borrow().search_waits {
            self.search_soon();
        } else {
            self.search.stop();
        }
    }
}

fn listen(stock: &Stock<'_>, face: &Rc<Face>) {
    let weak = || Rc::downgrade(face);
    let at = weak();
    stock.on_key(move |text, control, alt, shift, repeat, free| {
        let stroke = Stroke::with(Held { control, alt, shift }, &text);
        stroke != Stroke::Other && ask(&at, |hand, now| hand.key(now, stroke, repeat, free))
    });
    let at = weak();
    stock.on_press(move |row| {
        ask(&at, |hand, now| hand.press(now, index(row)));
    });
    let at = weak();
    stock.on_press_main(move || {
        ask(&at, |hand, now| hand.press_main(now));
    });
    let at = weak();
    stock.on_pick(move |row| {
        ask(&at, |hand, now| hand.pick(now, index(row)));
    });
    let at = weak();
    stock.on_typed(move |text| {
        ask(&at, |hand, _| hand.typed(&text));
    });
    let at = weak();
    stock.on_backspace(move || {
        ask(&at, |hand, _| hand.backspace());
    });
    let at = weak();
    stock.on_acknowledge(move || {
        ask(&at, |_, _| Outcome::of(Intent::Acknowledge));
    });
}

fn bar(face: &Stock<'_>, screen: &Screen) {
    let bar = &screen.bar;
    let place = [&*bar.store, &*bar.cashier].into_iter().filter(|part| !part.is_empty());
    face.set_place(place.collect::<Vec<_>>().join(" · ").into());
    face.set_clock(text(&bar.clock));
    face.set_sync(text(&bar.sync));
    face.set_sync_level(level(bar.sync_level));
    face.set_devices(text(&bar.devices));
    face.set_devices_level(level(bar.devices_level));
    face.set_said(text(&screen.said));
}

fn show_notice(face: &Stock<'_>, notice: Option<&Notice>) {
    if let Some(notice) = notice {
        face.set_notice_level(level(notice.level));
        face.set_notice_text(text(&notice.text));
        face.set_notice_about(text(&notice.about));
        face.set_notice_button(text(&notice.button));
    }
    face.set_has_notice(notice.is_some());
}

fn line(row: &StockRow) -> StockLine {
    StockLine {
        title: text(&row.title),
        detail: text(&row.detail),
        amount: text(&row.amount),
        level: level(row.level),
        ticked: row.ticked,
        enabled: row.enabled,
        found: false,
    }
}

fn found(item: &Item) -> StockLine {
    StockLine {
        title: text(&item.name),
        detail: text(&item.code),
        amount: text(&item.price),
        level: Loudness::Good,
        ticked: false,
        enabled: true,
        found: true,
    }
}

fn key(key: &Key) -> StockKey {
    StockKey {
        label: text(&key.label),
        detail: text(&key.detail),
        icon: icon(&key.icon).into(),
        hint: text(&key.key),
        quiet: key.kind == KeyKind::Quiet,
        loss: key.kind == KeyKind::Loss,
        enabled: key.enabled,
        ticked: key.ticked,
    }
}

/// The icon's name in the family, by what the key does.
fn icon(name: &str) -> &str {
    match name {
        "send" => "transfer",
        "write_off" => "trash",
        "price" => "tag",
        "print" => "printer",
        "quantity" => "number",
        "lot" => "calendar",
        "again" => "return",
        "ok" | "approve" => "check",
        "damaged" | "attention" => "warning",
        "give_up" => "close",
        "zone" => "shelf",
        other => other,
    }
}

fn step(step: Step) -> StockStep {
    match step {
        Step::Menu => StockStep::Menu,
        Step::Choose => StockStep::Choose,
        Step::Ask => StockStep::Ask,
        Step::Count => StockStep::Count,
        Step::Review => StockStep::Review,
        Step::Look => StockStep::Look,
    }
}

fn pad(keys: Keys) -> StockPad {
    match keys {
        Keys::None => StockPad::None,
        Keys::Text => StockPad::Words,
        Keys::Amount | Keys::AmountOrPercent => StockPad::Amount,
        Keys::Number => StockPad::Digits,
        Keys::Secret => StockPad::Secret,
        Keys::Date => StockPad::Date,
    }
}
