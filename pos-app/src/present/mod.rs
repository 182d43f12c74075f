//! What the engine knows, as the screen a person sees. Pure; texts are finished here and nowhere below.

mod actions;
mod basket;
mod below;
mod devices;
mod display;
mod draft;
mod goods;
mod groups;
mod heard;
mod lights;
mod money;
mod panel;
mod paying;
mod receipts;
mod shopper;
mod stock;
pub(crate) mod trouble;
mod why;

pub use display::display;
pub(crate) use draft::word as reason_word;
pub use lights::{Lights, lights};
pub use shopper::shopper;
pub(crate) use stock::short_code;

use domain::money::Money;
use domain::shift::CashMovementKind;
use domain::store::Store;
use ui::Screen;
use ui::key::Key;
use ui::screen::{Bar, Level, Notice};
use words::{Words, say};

use crate::engine::{Catalogue, Engine, Now, Said, SyncView, Trouble};
use crate::notation::Notation;
use crate::paper::tender_word;

/// Seconds of silence after which head office counts as out of reach.
const SILENT_S_MAX: u64 = 30;

/// The whole screen.
pub fn screen(engine: &Engine, catalogue: &dyn Catalogue, now: Now) -> Screen {
    let store = catalogue.store();
    Screen {
        language: engine.words.tag().to_owned(),
        bar: bar(engine, catalogue, now),
        basket: store.map(|store| basket::basket(engine, store)).unwrap_or_default(),
        panel: panel::panel(engine, catalogue, now),
        actions: actions::actions(engine),
        approval: store
            .zip(engine.waiting.as_ref())
            .map(|(store, waiting)| actions::approval(engine, catalogue, store, waiting)),
        notice: notice(engine, store),
        said: said(engine, store),
        kiosk: None,
        stock: stock::stock(engine, catalogue, now),
        heard: heard::heard(engine),
        scans_answered: engine.scans_answered,
        version: engine.version,
    }
}

fn bar(engine: &Engine, catalogue: &dyn Catalogue, now: Now) -> Bar {
    let words = &engine.words;
    let number = engine.setup.number;
    let store = match catalogue.store() {
        Some(store) => say!(words, "bar-till", store = &store.name, number = number),
        None => words.say("bar-no-store"),
    };
    let cashier = engine.signed_on.as_ref().map(|staff| format!("{} {}", staff.id, staff.name)).unwrap_or_default();
    let (sync, sync_level) = sync(&catalogue.sync(), words);
    let (devices, devices_level) = match devices::words(engine) {
        (_, Level::Good) if catalogue.store().is_some_and(|store| engine.wants_drop(store)) => {
            (words.say("bar-much-cash"), Level::Warning)
        }
        shown => shown,
    };
    Bar {
        store,
        cashier,
        clock: words.clock(now.local),
        sync,
        sync_level,
        devices,
        devices_level,
        training: match engine.training {
            Some(_) => words.say("bar-training"),
            None => String::new(),
        },
        languages: languages(engine),
        devices_help: devices::help(engine),
    }
}

/// All languages that can be chosen, each by its own name.
fn languages(engine: &Engine) -> Vec<Key> {
    let key = |words: &Words| Key {
        id: words.tag().to_owned(),
        label: words.say("language-name"),
        enabled: true,
        ticked: *words == engine.words,
        ..Key::default()
    };
    engine.setup.languages.all().map(key).collect()
}

fn sync(sync: &SyncView, words: &Words) -> (String, Level) {
    let unsent = sync.unsent;
    let silent = sync.silent_s.is_none_or(|seconds| seconds > SILENT_S_MAX);
    match (silent, unsent) {
        (false, 0) => (words.say("bar-synced"), Level::Good),
        (false, some) => (say!(words, "bar-sending", count = some), Level::Good),
        (true, 0) => (words.say("bar-offline"), Level::Warning),
        (true, some) => (say!(words, "bar-offline-unsent", count = some), Level::Warning),
    }
}

fn notice(engine: &Engine, store: Option<&Store>) -> Option<Notice> {
    let words = &engine.words;
    let notice = engine.notice.as_ref()?;
    let button = match notice.trouble {
        Trouble::NeedsWeight(_) => words.say("sell-cancel"),
        _ => words.say("sell-got-it"),
    };
    let mut text = trouble_words(engine, store, &notice.trouble);
    if !engine.queued.is_empty() {
        let waiting = engine.queued.len();
        text = say!(words, "sell-scans-waiting", text = text, count = waiting);
    }
    Some(Notice { level: trouble::level(&notice.trouble), text, button, about: notice.about.clone() })
}

fn said(engine: &Engine, store: Option<&Store>) -> String {
    let words = &engine.words;
    let money = |amount: Money| store.map(|store| words.money(store.currency, amount)).unwrap_or_default();
    match &engine.said {
        Said::Nothing => String::new(),
        Said::Added(no) | Said::Changed(no) => {
            store.and_then(|store| line_said(engine, store, *no)).unwrap_or_default()
        }
        Said::Voided(name) => say!(words, "said-voided", name = name),
        Said::Refused(trouble) => trouble_words(engine, store, trouble),
        Said::Queued(count) => say!(words, "said-queued", count = *count),
        Said::Returning(true) => words.say("said-returning"),
        Said::Returning(false) => words.say("said-return-cancelled"),
        Said::SaleVoided => words.say("said-sale-voided"),
        Said::Suspended => words.say("said-suspended"),
        Said::Recalled => words.say("said-recalled"),
        Said::PartTaken(kind, amount) => {
            say!(words, "said-part-taken", means = tender_word(*kind, words), amount = money(*amount))
        }
        Said::PartReturned(kind, amount) => {
            say!(words, "said-part-returned", means = tender_word(*kind, words), amount = money(*amount))
        }
        Said::Paid => words.say("said-paid"),
        Said::Member(name) => say!(words, "said-member", name = name),
        Said::ShiftOpened => words.say("said-shift-opened"),
        Said::ShiftClosed { z_no } => say!(words, "said-shift-closed", number = *z_no),
        Said::DrawerOpened if engine.is_training() => words.say("said-drawer-stays-shut"),
        Said::DrawerOpened => words.say("said-drawer-opened"),
        Said::ScaleZero => words.say("said-scale-zero"),
        Said::ScaleTare(true) => words.say("said-scale-tare"),
        Said::ScaleTare(false) => words.say("said-scale-no-tare"),
        Said::CashMoved(kind, amount) => cash_moved(*kind, money(*amount), words),
        Said::HandedOver => words.say("said-handed-over"),
        Said::Training(true) => words.say("said-training-begun"),
        Said::Training(false) => words.say("said-training-ended"),
        Said::Printing => words.say("said-printing"),
        Said::WithoutPaper(true) => words.say("said-without-paper"),
        Said::WithoutPaper(false) => words.say("said-with-paper"),
        Said::Enrolled(name) => say!(words, "said-enrolled", name = name),
        Said::MemberNoted => words.say("said-member-noted"),
        Said::HoldPlaced => words.say("said-hold-placed"),
        Said::Arranged => words.say("said-arranged"),
        Said::StockBooked => words.say("stock-booked"),
        Said::HoldCancelled => words.say("said-hold-cancelled"),
        Said::Coupon { .. } | Said::Split | Said::Merged => goods::said(&engine.said, words),
        Said::BasketChanged => words.say("said-basket-changed"),
        Said::Found(count) => say!(words, "said-found", count = *count),
    }
}

/// Why something did not happen; goods that wait for their weight are told what the scale says.
fn trouble_words(engine: &Engine, store: Option<&Store>, trouble: &Trouble) -> String {
    match trouble {
        Trouble::NeedsWeight(name) => devices::asks_weight(engine, name),
        other => trouble::words(other, store, &engine.words),
    }
}

fn cash_moved(kind: CashMovementKind, amount: String, words: &Words) -> String {
    match kind {
        CashMovementKind::Drop => say!(words, "said-cash-dropped", amount = amount),
        CashMovementKind::PayIn => say!(words, "said-cash-paid-in", amount = amount),
        CashMovementKind::PayOut => say!(words, "said-cash-paid-out", amount = amount),
    }
}

fn line_said(engine: &Engine, store: &Store, no: u32) -> Option<String> {
    let words = &engine.words;
    let basket = engine.durable.open.as_ref()?;
    let line = basket.line(no)?;
    let priced = engine.priced(store);
    let priced = priced.line(no)?;
    let amount = store.tax_mode.shelf_amount(priced.gross, priced.tax);
    let said = format!("{}  {}", line.name_in(engine.english), words.money(store.currency, amount));
    let why = heard::why_newest(engine, store, no);
    Some(if why.is_empty() { said } else { format!("{said} · {why}") })
}
