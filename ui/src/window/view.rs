//! A [`Screen`] as the window's properties and models, changed in place.

pub(in crate::window) mod pictures;
mod steps;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use slint::{ComponentHandle, Model, ModelRc, SharedString, VecModel};

use super::generated::{App, BelowRow, CardRow, ItemRow, LanguageRow, LineRow, ReportRow, ShelfRow, StaffRow, Till};
use super::rows::{count, level, text, update};
use crate::Screen;
use crate::key::Key;
use crate::screen::{Basket, Item, Line, Panel};

/// The models behind the lists.
pub(super) struct View {
    lines: Rc<VecModel<LineRow>>,
    belows: Rc<VecModel<BelowRow>>,
    hints: Rc<VecModel<SharedString>>,
    notes: Rc<VecModel<SharedString>>,
    staff: Rc<VecModel<StaffRow>>,
    items: Rc<VecModel<ItemRow>>,
    shelves: Rc<VecModel<ShelfRow>>,
    languages: Rc<VecModel<LanguageRow>>,
    cards: Rc<VecModel<CardRow>>,
    rows: Rc<VecModel<ReportRow>>,
    quick: Rc<VecModel<SharedString>>,
    steps: steps::Models,
    basket: RefCell<Option<Vec<Line>>>,
    /// What had been said when the notice came.
    said: RefCell<Option<String>>,
    selected: Cell<Option<u32>>,
    ticks: Cell<i32>,
}

impl View {
    /// Gives the window its models.
    pub(super) fn new(app: &App) -> View {
        let view = View {
            lines: Rc::default(),
            belows: Rc::default(),
            hints: Rc::default(),
            notes: Rc::default(),
            staff: Rc::default(),
            items: Rc::default(),
            shelves: Rc::default(),
            languages: Rc::default(),
            cards: Rc::default(),
            rows: Rc::default(),
            quick: Rc::default(),
            steps: steps::Models::default(),
            basket: RefCell::default(),
            said: RefCell::default(),
            selected: Cell::default(),
            ticks: Cell::default(),
        };
        let till = app.global::<Till>();
        till.set_lines(ModelRc::from(view.lines.clone()));
        till.set_belows(ModelRc::from(view.belows.clone()));
        till.set_hints(ModelRc::from(view.hints.clone()));
        till.set_notes(ModelRc::from(view.notes.clone()));
        till.set_staff(ModelRc::from(view.staff.clone()));
        till.set_items(ModelRc::from(view.items.clone()));
        till.set_shelves(ModelRc::from(view.shelves.clone()));
        till.set_languages(ModelRc::from(view.languages.clone()));
        till.set_cards(ModelRc::from(view.cards.clone()));
        till.set_rows(ModelRc::from(view.rows.clone()));
        till.set_quick(ModelRc::from(view.quick.clone()));
        view.steps.connect(&till);
        view
    }

    /// Shows a screen. Answers whether a line is fresh.
    pub(super) fn apply(&self, app: &App, screen: &Screen) -> bool {
        let till = app.global::<Till>();
        bar(&till, screen);
        self.languages(&till, &screen.bar.languages);
        self.notice(&till, screen);
        self.panel(&till, &screen.panel);
        self.steps.show(&till, screen);
        self.basket(&till, &screen.basket)
    }

    /// The languages to choose from, each by its own name, and which of them is spoken.
    fn languages(&self, till: &Till<'_>, languages: &[Key]) {
        update(&self.languages, languages.iter().map(language_row).collect());
        let spoken = languages.iter().find(|language| language.ticked);
        till.set_language(spoken.map(|language| text(&language.label)).unwrap_or_default());
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
        let (rows, belows) = line_rows(&basket.lines);
        till.set_below_count(count(belows.len()));
        update(&self.belows, belows);
        let touched = update_lines(&self.lines, rows, grows);
        update(&self.hints, basket.hints.iter().take(HINTS_MAX).map(|hint| text(hint)).collect());
        update(&self.notes, notes(&basket.notes));
        till.set_line_count(count(basket.lines.len()));
        till.set_selected(basket.selected.and_then(|no| i32::try_from(no).ok()).unwrap_or(-1));
        till.set_member(text(&basket.member));
        till.set_count(text(&basket.count));
        till.set_saved(text(&basket.saved));
        till.set_tax(text(&basket.tax));
        till.set_total(text(&basket.total));
        till.set_returning(basket.returning);
        let (note, saved) = touched.map(|row| fresh_note(basket, row)).unwrap_or_default();
        if touched.is_some() {
            till.set_fresh_note(text(&note));
            till.set_fresh_saved(saved);
        }
        let moved = self.selected.replace(basket.selected) != basket.selected;
        let selected = basket.selected.and_then(|no| basket.lines.iter().position(|line| line.no == no));
        if let Some(row) = touched.or(if moved { selected } else { None }) {
            till.set_follow_row(count(row));
            if let Some(line) = self.lines.row_data(row) {
                till.set_follow_belows(line.belows);
                till.set_follow_belows_above(line.belows_above);
            }
            self.ticks.set(self.ticks.get().wrapping_add(1));
            till.set_follow_tick(self.ticks.get());
        }
        grows && touched.is_some()
    }

    /// The notice lies over the bar; what is said meanwhile stands in it.
    fn notice(&self, till: &Till<'_>, screen: &Screen) {
        let mut said = self.said.borrow_mut();
        let Some(notice) = &screen.notice else {
            *said = None;
            return till.set_has_notice(false);
        };
        let before = said.get_or_insert_with(|| screen.said.clone());
        // What stands in the notice itself needs no second line.
        let is_told = *before == screen.said || notice.text == screen.said;
        let since = if is_told { "" } else { screen.said.as_str() };
        till.set_notice_level(level(notice.level));
        till.set_notice_text(text(&notice.text));
        till.set_notice_about(text(&notice.about));
        till.set_notice_said(text(since));
        till.set_notice_button(text(&notice.button));
        till.set_has_notice(true);
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
            Panel::Sell { query, items, can_pay, pay, suspended, groups } => {
                update(&self.items, items.iter().map(item_row).collect());
                update(&self.shelves, groups.iter().map(shelf_row).collect());
                till.set_query(text(query));
                till.set_can_pay(*can_pay);
                till.set_pay(text(pay));
                till.set_suspended(i32::try_from(*suspended).unwrap_or(i32::MAX));
            }
            Panel::Pay { due, due_cash, rounding, quick, message, refund, busy, tenders: _, paid: _ } => {
                update(&self.quick, quick.iter().map(|amount| text(amount)).collect());
                till.set_due(text(due));
                till.set_due_cash(text(due_cash));
                till.set_rounding(text(rounding));
                till.set_message(text(message));
                till.set_refund(*refund);
                till.set_busy(*busy);
            }
            Panel::Change { change, what, detail, receipt, printing, pieces } => {
                till.set_change_what(text(what));
                till.set_change(text(change));
                till.set_change_detail(text(detail));
                till.set_change_pieces(text(pieces));
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
            Panel::Ask { .. }
            | Panel::Choose { .. }
            | Panel::Count { .. }
            | Panel::Payment { .. }
            | Panel::Code { .. }
            | Panel::Explain { .. } => {}
        }
    }
}

fn item_row(item: &Item) -> ItemRow {
    let (letter, tint) = pictures::stand_in(&item.name);
    ItemRow {
        name: text(&item.name),
        price: text(&item.price),
        code: text(&item.code),
        picture: pictures::picture(&item.picture),
        letter,
        tint,
    }
}

fn shelf_row(group: &Key) -> ShelfRow {
    ShelfRow { label: text(&group.label), icon: text(&group.icon), ticked: group.ticked, enabled: group.enabled }
}

fn language_row(language: &Key) -> LanguageRow {
    LanguageRow { name: text(&language.label), ticked: language.ticked }
}

/// What is told about the line that just came: what a promotion did, or what a little more would bring; and whether
/// something was saved.
fn fresh_note(basket: &Basket, row: usize) -> (String, bool) {
    let Some(line) = basket.lines.get(row) else { return Default::default() };
    let promoted = line.below.iter().find(|below| !below.amount.is_empty());
    let told = basket.newest == Some(line.no) && !basket.why.is_empty();
    match promoted {
        Some(_) if told => (basket.why.clone(), true),
        Some(below) => (format!("{} {}", below.text, below.amount), true),
        None if told => (basket.why.clone(), false),
        None => (basket.hints.first().cloned().unwrap_or_default(), false),
    }
}

/// As [`update`], and marks the newest line that changed when the basket grew by hand: one line is fresh at a time.
fn update_lines(model: &VecModel<LineRow>, mut rows: Vec<LineRow>, mark: bool) -> Option<usize> {
    let old = |index: usize| model.row_data(index);
    let same = |index: usize, row: &LineRow| {
        old(index).is_some_and(|old| LineRow { fresh: false, belows_above: row.belows_above, ..old } == *row)
    };
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
    till.set_sync_level(level(bar.sync_level));
    till.set_devices(text(&bar.devices));
    till.set_devices_level(level(bar.devices_level));
    till.set_devices_help(text(&bar.devices_help));
    till.set_said(text(&screen.said));
    till.set_training(text(&bar.training));
}

/// The lines, and below them in one list of their own what stands below each.
fn line_rows(lines: &[Line]) -> (Vec<LineRow>, Vec<BelowRow>) {
    let mut rows = Vec::with_capacity(lines.len());
    let mut belows = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let above = count(belows.len());
        belows.extend(line.below.iter().take(BELOWS_MAX).map(|below| BelowRow {
            text: text(&below.text),
            amount: text(&below.amount),
            lines: count(index + 1),
            quiet: line.voided,
        }));
        rows.push(LineRow {
            no: i32::try_from(line.no).unwrap_or(i32::MAX),
            name: text(&line.name),
            detail: text(&line.detail),
            amount: text(&line.amount),
            voided: line.voided,
            returned: line.returned,
            fresh: false,
            belows: count(belows.len()) - above,
            belows_above: above,
        });
    }
    (rows, belows)
}

/// A few lines; what does not fit stands side by side in the last one.
fn notes(notes: &[String]) -> Vec<SharedString> {
    let (first, rest) = notes.split_at(notes.len().min(NOTES_MAX - 1));
    let mut rows: Vec<SharedString> = first.iter().map(|note| text(note)).collect();
    if !rest.is_empty() {
        rows.push(text(&rest.join(" · ")));
    }
    rows
}

/// The letter in a person's circle.
fn initial(name: &str) -> SharedString {
    name.chars().next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default().into()
}

/// The most valuable ones; more would be noise.
const HINTS_MAX: usize = 2;
const NOTES_MAX: usize = 2;
/// Smaller lines below one line.
const BELOWS_MAX: usize = 12;
