//! A [`Screen`] as the window's properties and models, changed in place.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use slint::{ComponentHandle, Model, ModelRc, SharedString, VecModel};

use super::generated::{App, CardRow, ItemRow, Level as Loudness, LineRow, ReportRow, StaffRow, Till};
use super::rows::update;
use crate::Screen;
use crate::screen::{Basket, Level, Line, Panel};

/// The models behind the lists.
pub(super) struct View {
    lines: Rc<VecModel<LineRow>>,
    staff: Rc<VecModel<StaffRow>>,
    items: Rc<VecModel<ItemRow>>,
    cards: Rc<VecModel<CardRow>>,
    rows: Rc<VecModel<ReportRow>>,
    quick: Rc<VecModel<SharedString>>,
    basket: RefCell<Option<Vec<Line>>>,
    selected: Cell<Option<u32>>,
    ticks: Cell<i32>,
}

impl View {
    /// Gives the window its models.
    pub(super) fn new(app: &App) -> View {
        let view = View {
            lines: Rc::default(),
            staff: Rc::default(),
            items: Rc::default(),
            cards: Rc::default(),
            rows: Rc::default(),
            quick: Rc::default(),
            basket: RefCell::default(),
            selected: Cell::default(),
            ticks: Cell::default(),
        };
        let till = app.global::<Till>();
        till.set_lines(ModelRc::from(view.lines.clone()));
        till.set_staff(ModelRc::from(view.staff.clone()));
        till.set_items(ModelRc::from(view.items.clone()));
        till.set_cards(ModelRc::from(view.cards.clone()));
        till.set_rows(ModelRc::from(view.rows.clone()));
        till.set_quick(ModelRc::from(view.quick.clone()));
        view
    }

    /// Shows a screen. Answers whether a line is fresh.
    pub(super) fn apply(&self, app: &App, screen: &Screen) -> bool {
        // The window's own words; a language without translation falls back to English.
        let words = if screen.language.starts_with("zh") { "zh_CN" } else { "en" };
        if slint::select_bundled_translation(words).is_err() {
            let _ = slint::select_bundled_translation("en");
        }
        let till = app.global::<Till>();
        till.set_chinese(words == "zh_CN");
        bar(&till, screen);
        notice(&till, screen);
        self.panel(&till, &screen.panel);
        self.basket(&till, &screen.basket)
    }

    /// Lets the fresh line be a line like the others.
    pub(super) fn fade(&self) {
        for index in 0..self.lines.row_count() {
            if let Some(row) = self.lines.row_data(index)
                && row.fresh
            {
                self.lines.set_row_data(index, LineRow { fresh: false, ..row });
            }
        }
    }

    fn basket(&self, till: &Till<'_>, basket: &Basket) -> bool {
        let before = self.basket.borrow_mut().replace(basket.lines.clone());
        // Of the first screen, or of a whole basket that came back, nothing is new.
        let grows = before.is_some_and(|before| {
            basket.lines.len() <= before.len() + 1 && {
                let changed = basket.lines.iter().zip(&before).filter(|(new, old)| new != old).count();
                changed <= 1
            }
        });
        let rows: Vec<LineRow> = basket.lines.iter().map(line_row).collect();
        let touched = update_lines(&self.lines, rows, grows);
        till.set_line_count(count(basket.lines.len()));
        till.set_selected(basket.selected.and_then(|no| i32::try_from(no).ok()).unwrap_or(-1));
        till.set_member(text(&basket.member));
        till.set_count(text(&basket.count));
        till.set_saved(text(&basket.saved));
        till.set_tax(text(&basket.tax));
        till.set_total(text(&basket.total));
        till.set_returning(basket.returning);
        let moved = self.selected.replace(basket.selected) != basket.selected;
        let selected = basket.selected.and_then(|no| basket.lines.iter().position(|line| line.no == no));
        if let Some(row) = touched.or(if moved { selected } else { None }) {
            till.set_follow_row(count(row));
            self.ticks.set(self.ticks.get().wrapping_add(1));
            till.set_follow_tick(self.ticks.get());
        }
        grows && touched.is_some()
    }

    fn panel(&self, till: &Till<'_>, panel: &Panel) {
        match panel {
            Panel::NotReady { title, help } => {
                till.set_title(text(title));
                till.set_help(text(help));
            }
            Panel::Locked { staff, message } => {
                let people =
                    staff.iter().map(|person| StaffRow { name: text(&person.name), initial: initial(&person.name) });
                update(&self.staff, people.collect());
                till.set_message(text(message));
            }
            Panel::OpenShift { help, message } => {
                till.set_help(text(help));
                till.set_message(text(message));
            }
            Panel::Sell { query, items, can_pay, pay, suspended } => {
                let goods = items.iter().map(|item| ItemRow {
                    name: text(&item.name),
                    price: text(&item.price),
                    code: text(&item.code),
                });
                update(&self.items, goods.collect());
                till.set_query(text(query));
                till.set_can_pay(*can_pay);
                till.set_pay(text(pay));
                till.set_suspended(i32::try_from(*suspended).unwrap_or(i32::MAX));
            }
            Panel::Pay { due: _, due_cash, rounding, quick, message, refund, busy } => {
                update(&self.quick, quick.iter().map(|amount| text(amount)).collect());
                till.set_due_cash(text(due_cash));
                till.set_rounding(text(rounding));
                till.set_message(text(message));
                till.set_refund(*refund);
                till.set_busy(*busy);
            }
            Panel::Change { change, detail, receipt, printing } => {
                till.set_change(text(change));
                till.set_change_detail(text(detail));
                till.set_receipt(text(receipt));
                till.set_printing(text(printing));
            }
            Panel::Suspended { cards } => {
                let rows = cards.iter().map(|card| CardRow {
                    title: text(&card.title),
                    detail: text(&card.detail),
                    total: text(&card.total),
                });
                update(&self.cards, rows.collect());
            }
            Panel::Report { title, rows, asks_count, message } => {
                let lines = rows.iter().map(|(left, right)| ReportRow { left: text(left), right: text(right) });
                update(&self.rows, lines.collect());
                till.set_title(text(title));
                till.set_asks_count(*asks_count);
                till.set_message(text(message));
            }
        }
    }
}

/// As [`update`], and marks the newest line that changed when the basket grew by hand: one line is fresh at a time.
fn update_lines(model: &VecModel<LineRow>, mut rows: Vec<LineRow>, mark: bool) -> Option<usize> {
    let old = |index: usize| model.row_data(index);
    let same = |index: usize, row: &LineRow| old(index).is_some_and(|old| LineRow { fresh: false, ..old } == *row);
    let changed = rows.iter().enumerate().rev().find(|(index, row)| !same(*index, row)).map(|(index, _)| index);
    for (index, row) in rows.iter_mut().enumerate() {
        row.fresh = match changed {
            Some(changed) => mark && index == changed,
            None => old(index).is_some_and(|old| old.fresh),
        };
    }
    update(model, rows);
    changed
}

fn bar(till: &Till<'_>, screen: &Screen) {
    let bar = &screen.bar;
    till.set_store(text(&bar.store));
    till.set_cashier(text(&bar.cashier));
    till.set_clock(text(&bar.clock));
    till.set_sync(text(&bar.sync));
    till.set_sync_level(loudness(bar.sync_level));
    till.set_devices(text(&bar.devices));
    till.set_devices_level(loudness(bar.devices_level));
    till.set_said(text(&screen.said));
}

fn notice(till: &Till<'_>, screen: &Screen) {
    if let Some(notice) = &screen.notice {
        till.set_notice_level(loudness(notice.level));
        till.set_notice_text(text(&notice.text));
        till.set_notice_about(text(&notice.about));
        till.set_notice_button(text(&notice.button));
    }
    till.set_has_notice(screen.notice.is_some());
}

fn line_row(line: &Line) -> LineRow {
    LineRow {
        no: i32::try_from(line.no).unwrap_or(i32::MAX),
        name: text(&line.name),
        detail: text(&line.detail),
        amount: text(&line.amount),
        voided: line.voided,
        returned: line.returned,
        fresh: false,
    }
}

fn loudness(level: Level) -> Loudness {
    match level {
        Level::Good => Loudness::Good,
        Level::Warning => Loudness::Warning,
        Level::Fault => Loudness::Fault,
    }
}

/// The letter in a person's circle.
fn initial(name: &str) -> SharedString {
    name.chars().next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default().into()
}

/// Texts longer than this are cut: laying out a line without end would hold up the screen.
const TEXT_CHARS_MAX: usize = 400;

fn text(text: &str) -> SharedString {
    match text.char_indices().nth(TEXT_CHARS_MAX) {
        Some((end, _)) => text[..end].into(),
        None => text.into(),
    }
}

fn count(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
