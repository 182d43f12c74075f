//! The self-checkout's face as the window's properties, and what is touched there.

mod hand;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use slint::platform::Key as Pressed;
use slint::platform::WindowEvent;
use slint::{ComponentHandle, ModelRc, SharedString, Timer, VecModel};

use super::code;
use super::face::{self, Outcome, Ties, ask};
use super::generated::{
    App, Kiosk, KioskChoiceRow, KioskDrawing, KioskItemRow, KioskKeyRow, KioskLineRow, KioskPad, KioskStep,
    KioskWeight, Look, Theme,
};
use super::rows::{count, text, update};
use super::strokes::{Held, Stroke};
use super::view::pictures;
use crate::key::{Key, KeyKind};
use crate::kiosk::{Drawing, KioskStep as Step};
use crate::screen::{Choice, Item, Keys, Line};
use crate::{Intent, Screen};
use hand::{Deed, Hand};

/// The self-checkout's models and what is being typed there. Lives on the window's thread.
pub(super) struct Face {
    ties: Ties,
    hand: RefCell<Hand>,
    keys: Rc<VecModel<KioskKeyRow>>,
    quiet: Rc<VecModel<KioskKeyRow>>,
    groups: Rc<VecModel<KioskKeyRow>>,
    languages: Rc<VecModel<KioskKeyRow>>,
    items: Rc<VecModel<KioskItemRow>>,
    rows: Rc<VecModel<KioskChoiceRow>>,
    lines: Rc<VecModel<KioskLineRow>>,
    /// The lines as they were, and which of them is the newest.
    before: RefCell<Vec<Line>>,
    newest: Cell<Option<usize>>,
    poster: RefCell<String>,
    /// What can be touched, by id; when it changes, the keyboard comes home, because the key that had it may be gone.
    touchable: RefCell<Vec<String>>,
    /// How the window looked before a shopper asked for more contrast.
    look: Cell<Option<Look>>,
    homes: Cell<i32>,
    follows: Cell<i32>,
}

impl Face {
    /// Connects the window's callbacks.
    pub(super) fn connect(app: &App, ties: &Ties) -> Rc<Face> {
        let face = Rc::new(Face {
            ties: ties.clone(),
            hand: RefCell::default(),
            keys: Rc::default(),
            quiet: Rc::default(),
            groups: Rc::default(),
            languages: Rc::default(),
            items: Rc::default(),
            rows: Rc::default(),
            lines: Rc::default(),
            before: RefCell::default(),
            newest: Cell::default(),
            poster: RefCell::default(),
            touchable: RefCell::default(),
            look: Cell::default(),
            homes: Cell::default(),
            follows: Cell::default(),
        });
        let kiosk = app.global::<Kiosk>();
        kiosk.set_keys(ModelRc::from(face.keys.clone()));
        kiosk.set_quiet(ModelRc::from(face.quiet.clone()));
        kiosk.set_groups(ModelRc::from(face.groups.clone()));
        kiosk.set_languages(ModelRc::from(face.languages.clone()));
        kiosk.set_items(ModelRc::from(face.items.clone()));
        kiosk.set_rows(ModelRc::from(face.rows.clone()));
        kiosk.set_lines(ModelRc::from(face.lines.clone()));
        kiosk.on_draw_code(|code, pixels| code::drawn(&code, usize::try_from(pixels).unwrap_or(0)));
        listen(&kiosk, &face);
        face
    }

    /// Shows the face, when there is one.
    pub(super) fn show(self: &Rc<Self>, app: &App, screen: &Screen) {
        let face = app.global::<Kiosk>();
        let Some(kiosk) = &screen.kiosk else {
            self.hand.borrow_mut().put_away();
            self.before.borrow_mut().clear();
            self.restore(app);
            return face.set_shown(false);
        };
        let begins = self.hand.borrow_mut().shown((self.ties.now)(), kiosk);
        if kiosk.step == Step::Attract || !kiosk.accessible {
            self.restore(app);
        }
        face.set_step(step(kiosk.step));
        face.set_drawing(drawing(kiosk.drawing));
        face.set_store(text(&screen.bar.store));
        face.set_clock(text(&screen.bar.clock));
        face.set_training(text(&screen.bar.training));
        face.set_title(text(&kiosk.title));
        face.set_help(text(&kiosk.help));
        face.set_message(text(&kiosk.message));
        face.set_amount(text(&kiosk.amount));
        face.set_amount_of(text(&kiosk.amount_of));
        face.set_can_call(kiosk.can_call);
        face.set_called(text(&kiosk.called));
        // A payment is never hidden, whatever the clock says.
        let leaves_in = kiosk.leaves_in_s.filter(|_| kiosk.step != Step::Payment);
        face.set_leaving(leaves_in.is_some());
        face.set_leaves_in(leaves_in.and_then(|seconds| i32::try_from(seconds).ok()).unwrap_or(0));
        face.set_accessible(kiosk.accessible);
        self.show_keys(&face, kiosk);
        self.show_goods(&face, kiosk);
        self.show_basket(&face, screen, &kiosk.pictures);
        self.show_pad(&face, kiosk);
        self.put(&face);
        if begins {
            face.set_page(0);
            face.set_choosing(false);
        }
        face.set_shown(true);
        self.come_home(&face, kiosk, begins);
    }

    fn show_keys(&self, face: &Kiosk<'_>, kiosk: &crate::Kiosk) {
        let rows: Vec<(KeyKind, KioskKeyRow)> =
            kiosk.keys.iter().zip(hand::names(&kiosk.keys)).map(|(key, name)| (key.kind, row(key, &name))).collect();
        let of = |kinds: &[KeyKind]| -> Vec<KioskKeyRow> {
            rows.iter().filter(|(kind, _)| kinds.contains(kind)).map(|(_, row)| row.clone()).collect()
        };
        let mut mains = of(&[KeyKind::Main]).into_iter();
        let main = mains.next();
        face.set_has_main(main.is_some());
        face.set_main(main.unwrap_or_default());
        // A second filled one would leave the shopper to choose; it is one among the others.
        let others: Vec<KioskKeyRow> = mains
            .map(|row| KioskKeyRow { weight: KioskWeight::Plain, ..row })
            .chain(of(&[KeyKind::Plain, KeyKind::Loss]))
            .collect();
        face.set_key_count(count(others.len()));
        update(&self.keys, others);
        let quiet = of(&[KeyKind::Quiet]);
        face.set_quiet_count(count(quiet.len()));
        update(&self.quiet, quiet);
        let languages: Vec<KioskKeyRow> =
            kiosk.languages.iter().map(|key| KioskKeyRow { enabled: true, ..row(key, "") }).collect();
        face.set_language_count(count(languages.len()));
        let own = kiosk.languages.iter().find(|key| key.ticked).map(|key| key.label.as_str()).unwrap_or_default();
        face.set_language(text(own));
        update(&self.languages, languages);
    }

    fn show_goods(&self, face: &Kiosk<'_>, kiosk: &crate::Kiosk) {
        let groups: Vec<KioskKeyRow> = kiosk.groups.iter().map(|key| row(key, "")).collect();
        let items: Vec<KioskItemRow> = kiosk.items.iter().map(item).collect();
        let first = |model: &VecModel<KioskItemRow>| slint::Model::row_data(model, 0).map(|item| item.id);
        if first(&self.items) != items.first().map(|item| item.id.clone()) {
            face.set_page(0);
        }
        face.set_group_count(count(groups.len()));
        update(&self.groups, groups);
        face.set_item_count(count(items.len()));
        update(&self.items, items);
        face.set_row_count(count(kiosk.rows.len()));
        face.set_ticking(kiosk.rows.iter().any(|row| row.ticked));
        update(&self.rows, kiosk.rows.iter().map(choice).collect());
        if *self.poster.borrow() != kiosk.picture {
            let picture = pictures::poster(&kiosk.picture);
            face.set_pictured(picture.size().width > 0);
            face.set_picture(picture);
            self.poster.replace(kiosk.picture.clone());
        }
    }

    /// The lines that count; the newest of them stands out until another one does.
    fn show_basket(&self, face: &Kiosk<'_>, screen: &Screen, files: &[(u32, String)]) {
        let basket = &screen.basket;
        let lines: Vec<Line> = basket.lines.iter().filter(|line| !line.voided).cloned().collect();
        let mut before = self.before.borrow_mut();
        if *before != lines {
            let newest = match lines.len().cmp(&before.len()) {
                std::cmp::Ordering::Less => None,
                _ => lines.iter().zip(before.iter()).rposition(|(new, old)| new != old),
            };
            self.newest.set(if lines.len() > before.len() { lines.len().checked_sub(1) } else { newest });
            *before = lines.clone();
            let row = self.newest.get().or(lines.len().checked_sub(1)).unwrap_or(0);
            face.set_follow_row(count(row));
            self.follows.set(self.follows.get().wrapping_add(1));
        }
        let newest = self.newest.get();
        let rows = lines.iter().enumerate().map(|(at, line)| {
            let file = files.iter().find(|(no, _)| *no == line.no).map(|(_, file)| file.as_str()).unwrap_or_default();
            let picture = pictures::picture(file);
            let (initial, tint) = pictures::stand_in(&line.name);
            KioskLineRow {
                no: i32::try_from(line.no).unwrap_or(i32::MAX),
                name: text(&line.name),
                detail: text(&line.detail),
                below: text(&below(line)),
                amount: text(&line.amount),
                pictured: picture.size().width > 0,
                picture,
                initial,
                tint,
                fresh: newest == Some(at),
            }
        });
        update(&self.lines, rows.collect());
        face.set_line_count(count(lines.len()));
        face.set_count(text(&basket.count));
        face.set_total(text(&basket.total));
        face.set_saved(text(&basket.saved));
        face.set_member(text(&basket.member));
        face.set_follow_tick(self.follows.get());
    }

    fn show_pad(&self, face: &Kiosk<'_>, kiosk: &crate::Kiosk) {
        face.set_pad(match kiosk.pad {
            Keys::None => KioskPad::None,
            Keys::Text => KioskPad::Letters,
            Keys::Number | Keys::Secret | Keys::Date => KioskPad::Digits,
            Keys::Amount | Keys::AmountOrPercent => KioskPad::Amount,
        });
        face.set_secret(kiosk.pad == Keys::Secret);
        let modules = code::modules(&kiosk.code);
        face.set_code_modules(modules.map_or(0, count));
        face.set_code(if modules.is_some() { kiosk.code.as_str().into() } else { SharedString::default() });
    }

    /// Puts what the hand knows on the window.
    fn put(&self, face: &Kiosk<'_>) {
        let hand = self.hand.borrow();
        face.set_typed(hand.seen().into());
        face.set_by_keyboard(hand.by_keyboard);
    }

    /// Keys that go take the focus along; without one no scan that is typed would be heard.
    fn come_home(&self, face: &Kiosk<'_>, kiosk: &crate::Kiosk, begins: bool) {
        let keys = kiosk.keys.iter().chain(&kiosk.groups).map(|key| format!("{} {}", key.id, key.enabled));
        let others = kiosk.items.iter().map(|item| item.id.clone()).chain(kiosk.rows.iter().map(|row| row.id.clone()));
        let over = [format!("{} {}", kiosk.leaves_in_s.is_some(), kiosk.accessible)];
        let touchable: Vec<String> = keys.chain(others).chain(over).collect();
        if begins || *self.touchable.borrow() != touchable {
            self.touchable.replace(touchable);
            self.home(face);
        }
    }

    fn home(&self, face: &Kiosk<'_>) {
        self.homes.set(self.homes.get().wrapping_add(1));
        face.set_home_tick(self.homes.get());
    }

    fn perform(&self, app: &App, face: &Kiosk<'_>, deed: Deed) {
        match deed {
            Deed::Move { onward } => {
                // The window moves its focus by these keys alone; the present one is still being handled.
                let app = self.ties.app.clone();
                let key = if onward { Pressed::Tab } else { Pressed::Backtab };
                Timer::single_shot(Duration::ZERO, move || {
                    if let Some(app) = app.upgrade() {
                        let text: SharedString = char::from(key).into();
                        app.window().dispatch_event(WindowEvent::KeyPressed { text: text.clone() });
                        app.window().dispatch_event(WindowEvent::KeyReleased { text });
                    }
                });
            }
            Deed::Turn { onward } => {
                let by = if onward { 1 } else { -1 };
                face.set_page((face.get_page() + by).rem_euclid(face.get_pages().max(1)));
                self.home(face);
            }
            Deed::Languages { open } => {
                face.set_choosing(open);
                self.home(face);
            }
            Deed::Contrast => self.contrast(app),
        }
    }

    /// Black on white, or as it was.
    fn contrast(&self, app: &App) {
        if self.look.get().is_some() {
            return self.restore(app);
        }
        let theme = app.global::<Theme>();
        self.look.set(Some(theme.get_look()));
        theme.set_look(Look::Contrast);
        app.global::<Kiosk>().set_loud(true);
    }

    fn restore(&self, app: &App) {
        if let Some(look) = self.look.take() {
            app.global::<Theme>().set_look(look);
            app.global::<Kiosk>().set_loud(false);
        }
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
        let kiosk = app.global::<Kiosk>();
        self.put(&kiosk);
        let deed = self.hand.borrow_mut().deed.take();
        if let Some(deed) = deed {
            self.perform(app, &kiosk, deed);
        }
    }
}

fn listen(kiosk: &Kiosk<'_>, face: &Rc<Face>) {
    let weak = || Rc::downgrade(face);
    let at = weak();
    kiosk.on_key(move |text, control, alt, shift, repeat, free| {
        let stroke = Stroke::with(Held { control, alt, shift }, &text);
        let choosing = at
            .upgrade()
            .and_then(|face| face.ties.app.upgrade())
            .is_some_and(|app| app.global::<Kiosk>().get_choosing());
        stroke != Stroke::Other && ask(&at, |hand, now| hand.key(now, stroke, repeat, free, choosing))
    });
    let at = weak();
    kiosk.on_press(move |id| {
        ask(&at, |hand, now| hand.wish(now, Intent::Press { key: id.into() }));
    });
    let at = weak();
    kiosk.on_pick(move |id| {
        ask(&at, |hand, now| hand.wish(now, Intent::PickItem { item: id.into() }));
    });
    let at = weak();
    kiosk.on_choose(move |id| {
        ask(&at, |hand, now| hand.wish(now, Intent::Choose { id: id.into() }));
    });
    let at = weak();
    kiosk.on_speak(move |tag| {
        ask(&at, |hand, now| hand.wish(now, Intent::Language { tag: tag.into() }));
    });
    let at = weak();
    kiosk.on_type(move |text| {
        ask(&at, |hand, _| hand.typing(&text));
    });
    let at = weak();
    kiosk.on_backspace(move || {
        ask(&at, |hand, _| hand.backspace());
    });
    let at = weak();
    kiosk.on_answer(move || {
        ask(&at, |hand, _| hand.answer());
    });
    let at = weak();
    kiosk.on_touched(move || {
        ask(&at, |hand, _| {
            hand.touched();
            Outcome::default()
        });
    });
    let at = weak();
    kiosk.on_contrast(move || {
        if let Some(face) = at.upgrade()
            && let Some(app) = face.ties.app.upgrade()
        {
            face.contrast(&app);
        }
    });
}

fn row(key: &Key, name: &str) -> KioskKeyRow {
    KioskKeyRow {
        id: text(&key.id),
        label: text(&key.label),
        detail: text(&key.detail),
        icon: icon(&key.icon).into(),
        weight: match key.kind {
            KeyKind::Main => KioskWeight::Main,
            KeyKind::Plain => KioskWeight::Plain,
            KeyKind::Quiet => KioskWeight::Quiet,
            KeyKind::Loss => KioskWeight::Loss,
        },
        enabled: key.enabled,
        ticked: key.ticked,
        hint: name.into(),
    }
}

/// The icon's name in the family, by what the key does.
fn icon(name: &str) -> &str {
    match name {
        "pay" => "onward",
        "member" => "person",
        "remove" => "trash",
        "print" => "receipt",
        // One large word says it.
        "start" => "",
        other => other,
    }
}

fn item(item: &Item) -> KioskItemRow {
    let picture = pictures::picture(&item.picture);
    let (initial, tint) = pictures::stand_in(&item.name);
    KioskItemRow {
        id: text(&item.id),
        name: text(&item.name),
        price: text(&item.price),
        pictured: picture.size().width > 0,
        picture,
        initial,
        tint,
    }
}

fn choice(choice: &Choice) -> KioskChoiceRow {
    KioskChoiceRow {
        id: text(&choice.id),
        title: text(&choice.title),
        detail: text(&choice.detail),
        amount: text(&choice.amount),
        ticked: choice.ticked,
        enabled: choice.enabled,
    }
}

/// What stands below a line, in one.
fn below(line: &Line) -> String {
    let parts = line.below.iter().map(|below| match below.amount.is_empty() {
        true => below.text.clone(),
        false => format!("{} {}", below.text, below.amount),
    });
    parts.collect::<Vec<_>>().join(" · ")
}

fn step(step: Step) -> KioskStep {
    match step {
        Step::Closed => KioskStep::Closed,
        Step::Attract => KioskStep::Attract,
        Step::Scan => KioskStep::Scan,
        Step::Pick => KioskStep::Pick,
        Step::Weigh => KioskStep::Weigh,
        Step::Bag => KioskStep::Bag,
        Step::Ask => KioskStep::Ask,
        Step::Pay => KioskStep::Pay,
        Step::Payment => KioskStep::Payment,
        Step::Receipt => KioskStep::Receipt,
        Step::Thanks => KioskStep::Thanks,
        Step::Wait => KioskStep::Wait,
        Step::Attendant => KioskStep::Attendant,
    }
}

fn drawing(drawing: Drawing) -> KioskDrawing {
    match drawing {
        Drawing::None => KioskDrawing::None,
        Drawing::Scan => KioskDrawing::Scan,
        Drawing::Bag => KioskDrawing::Bag,
        Drawing::Scale => KioskDrawing::Scale,
        Drawing::Phone => KioskDrawing::Phone,
        Drawing::Card => KioskDrawing::Card,
        Drawing::Attendant => KioskDrawing::Attendant,
        Drawing::Receipt => KioskDrawing::Receipt,
        Drawing::Done => KioskDrawing::Done,
        Drawing::Fault => KioskDrawing::Fault,
    }
}
