//! What can be done now, at the right of the screen.

use domain::money::Money;
use domain::staff::Permission;
use domain::store::Store;
use jiff::Timestamp;
use jiff::tz::Offset;
use ui::screen::{Card, Item, Panel, Staff};
use words::{Words, say};

use super::money::price_tag;
use super::{paying, trouble};
use crate::engine::{Catalogue, Engine, Now, Place, Said, Suspended, SuspendedElsewhere};
use crate::notation::Notation;
use crate::paper::report_rows;

/// Names of goods on the card of a suspended sale.
const CARD_NAMES_MAX: usize = 3;

pub(super) fn panel(engine: &Engine, catalogue: &dyn Catalogue, now: Now) -> Panel {
    let words = &engine.words;
    let Some(store) = catalogue.store() else {
        return Panel::NotReady { title: words.say("sell-not-ready"), help: words.say("sell-not-ready-help") };
    };
    if engine.signed_on.is_none() {
        return locked(engine, catalogue, store);
    }
    if let (None, Place::Draft(draft)) = (&engine.durable.shift, &engine.place) {
        return super::draft::panel(engine, catalogue, store, draft);
    }
    let Some(shift) = &engine.durable.shift else {
        return Panel::OpenShift { help: words.say("sell-open-shift"), message: refused(engine, store) };
    };
    if let Some(payment) = engine.durable.payment.as_ref().filter(|payment| payment.blocks_completion()) {
        return paying::payment(engine, store, payment, now);
    }
    match &engine.place {
        Place::Selling => sell(engine, store, now),
        Place::Paying { message } => paying::pay(engine, catalogue, store, now, message.as_ref()),
        Place::Paid(paid) => paying::change(engine, store, paid),
        Place::Draft(draft) => super::draft::panel(engine, catalogue, store, draft),
        Place::Suspended => Panel::Suspended { cards: aside(engine, catalogue, store, now) },
        Place::XReport => Panel::Report {
            title: words.say("report-x-title"),
            rows: rows(engine, store, shift),
            asks_count: false,
            message: String::new(),
        },
        Place::Closing { message } => Panel::Report {
            title: words.say("report-close-title"),
            rows: match engine.may(store, Permission::SeeTotals, 0) {
                true => rows_before_counting(engine, store, shift),
                false => Vec::new(),
            },
            asks_count: true,
            message: message.as_ref().map(|why| trouble::words(why, Some(store), words)).unwrap_or_default(),
        },
    }
}

fn rows(engine: &Engine, store: &Store, shift: &domain::shift::Shift) -> Vec<(String, String)> {
    report_rows(shift, store, &engine.words).into_iter().map(Option::unwrap_or_default).collect()
}

/// What is counted is counted blind: what the drawer should hold is not shown before.
fn rows_before_counting(engine: &Engine, store: &Store, shift: &domain::shift::Shift) -> Vec<(String, String)> {
    let mut rows = rows(engine, store, shift);
    let cash_begins = rows.iter().rposition(|(left, _)| left.is_empty());
    rows.truncate(cash_begins.unwrap_or(rows.len()));
    rows
}

fn refused(engine: &Engine, store: &Store) -> String {
    match &engine.said {
        Said::Refused(why) => trouble::words(why, Some(store), &engine.words),
        _ => String::new(),
    }
}

fn locked(engine: &Engine, catalogue: &dyn Catalogue, store: &Store) -> Panel {
    let staff = catalogue.staff().into_iter().map(|staff| Staff { id: staff.id, name: staff.name }).collect();
    Panel::Locked { staff, message: refused(engine, store) }
}

fn sell(engine: &Engine, store: &Store, now: Now) -> Panel {
    let words = &engine.words;
    let items = engine.results.iter().map(|item| Item {
        id: item.id.clone(),
        name: item.name_in(engine.english).to_owned(),
        price: price_tag(item, item.prices.at(engine.price_time(now)), store, words),
        code: item.code.clone().unwrap_or_default(),
        picture: engine.pictures.get(&item.id).cloned().unwrap_or_default(),
    });
    let priced = engine.priced(store);
    let total = words.money(store.currency, priced.total.abs());
    let pay = match priced.total < Money::ZERO {
        false => say!(words, "sell-pay", amount = total),
        true => say!(words, "sell-refund", amount = total),
    };
    Panel::Sell {
        query: engine.query.clone(),
        items: items.collect(),
        can_pay: !priced.lines.is_empty(),
        pay,
        suspended: engine.durable.suspended.len() as u32,
        groups: super::groups::groups(engine),
    }
}

/// What is aside here, then what is aside at other tills.
fn aside(engine: &Engine, catalogue: &dyn Catalogue, store: &Store, now: Now) -> Vec<Card> {
    let words = &engine.words;
    let here = engine.durable.suspended.iter().map(|aside| card(engine, store, now, aside));
    let elsewhere = engine.aside_elsewhere(catalogue).unwrap_or_default();
    let of_till = |aside: &SuspendedElsewhere| {
        let card = card(engine, store, now, &aside.suspended);
        Card { title: say!(words, "sell-card-of-till", till = aside.till, title = &card.title), ..card }
    };
    here.chain(elsewhere.iter().map(of_till)).collect()
}

fn card(engine: &Engine, store: &Store, now: Now, aside: &Suspended) -> Card {
    let words = &engine.words;
    let names: Vec<&str> =
        aside.basket.active().take(CARD_NAMES_MAX).map(|line| line.name_in(engine.english)).collect();
    let count = aside.basket.active().count();
    let names = names.join(&words.say("common-comma"));
    let total = engine.price_of(&aside.basket, store).total;
    Card {
        id: aside.basket.id.to_string(),
        title: format!(
            "{} · {}",
            on_the_wall(aside.at, now, words),
            say!(words, "sell-cashier", cashier = &aside.staff)
        ),
        detail: say!(words, "sell-card-lines", count = count, names = names),
        total: words.money(store.currency, total),
    }
}

/// A time as the clock on the wall showed it, with the day when that is over.
fn on_the_wall(at: Timestamp, now: Now, words: &Words) -> String {
    // The store is as far from Greenwich as it is now; a night in which that changes is off by an hour.
    let greenwich = |at: Timestamp| Offset::UTC.to_datetime(at);
    let ahead = now.local.duration_since(greenwich(now.at));
    let Ok(then) = greenwich(at).checked_add(ahead) else { return String::new() };
    let clock = words.clock(then);
    match then.date() == now.local.date() {
        true => clock,
        false => format!("{} {clock}", words.short_date(then.month(), then.day())),
    }
}
