//! What can be done now, at the right of the screen.

use domain::money::Money;
use domain::staff::Permission;
use domain::store::Store;
use jiff::Timestamp;
use jiff::tz::Offset;
use ui::screen::{Card, Item, Panel, Staff};

use super::money::price_tag;
use super::{either, paying, trouble};
use crate::engine::{Catalogue, Engine, Now, Place, Said, Suspended, SuspendedElsewhere};
use crate::paper::report_rows;

/// Names of goods on the card of a suspended sale.
const CARD_NAMES_MAX: usize = 3;

pub(super) fn panel(engine: &Engine, catalogue: &dyn Catalogue, now: Now) -> Panel {
    let english = engine.english;
    let Some(store) = catalogue.store() else {
        return Panel::NotReady {
            title: either(english, "收银机还没有商品资料", "The till has no catalogue yet"),
            help: either(
                english,
                "请确认本机已注册并连接总部；资料下载后自动开始。",
                "Check that this till is enrolled and connected to head office; it starts by itself when the catalogue has arrived.",
            ),
        };
    };
    if engine.signed_on.is_none() {
        return locked(engine, catalogue, store);
    }
    if let (None, Place::Draft(draft)) = (&engine.durable.shift, &engine.place) {
        return super::draft::panel(engine, catalogue, store, draft);
    }
    let Some(shift) = &engine.durable.shift else {
        return Panel::OpenShift {
            help: either(english, "清点钱箱备用金，输入金额开班", "Count the float in the drawer and type the amount"),
            message: refused(engine, store),
        };
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
            title: either(english, "X 报表（不清零）", "X report (not reset)"),
            rows: rows(engine, store, shift),
            asks_count: false,
            message: String::new(),
        },
        Place::Closing { message } => Panel::Report {
            title: either(english, "交班：清点钱箱现金", "Close: count the cash in the drawer"),
            rows: match engine.may(store, Permission::SeeTotals, 0) {
                true => rows_before_counting(engine, store, shift),
                false => Vec::new(),
            },
            asks_count: true,
            message: message.as_ref().map(|why| trouble::words(why, Some(store), english)).unwrap_or_default(),
        },
    }
}

fn rows(engine: &Engine, store: &Store, shift: &domain::shift::Shift) -> Vec<(String, String)> {
    report_rows(shift, store, engine.english).into_iter().map(Option::unwrap_or_default).collect()
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
        Said::Refused(why) => trouble::words(why, Some(store), engine.english),
        _ => String::new(),
    }
}

fn locked(engine: &Engine, catalogue: &dyn Catalogue, store: &Store) -> Panel {
    let staff = catalogue.staff().into_iter().map(|staff| Staff { id: staff.id, name: staff.name }).collect();
    Panel::Locked { staff, message: refused(engine, store) }
}

fn sell(engine: &Engine, store: &Store, now: Now) -> Panel {
    let english = engine.english;
    let items = engine.results.iter().map(|item| Item {
        id: item.id.clone(),
        name: item.name_in(english).to_owned(),
        price: price_tag(item, item.prices.at(engine.price_time(now)), store),
        code: item.code.clone().unwrap_or_default(),
        picture: String::new(),
    });
    let priced = engine.priced(store);
    let total = store.currency.signed(priced.total.abs());
    let pay = match (priced.total < Money::ZERO, english) {
        (false, false) => format!("收款 {total}"),
        (false, true) => format!("Pay {total}"),
        (true, false) => format!("退款 {total}"),
        (true, true) => format!("Refund {total}"),
    };
    Panel::Sell {
        query: engine.query.clone(),
        items: items.collect(),
        can_pay: !priced.lines.is_empty(),
        pay,
        suspended: engine.durable.suspended.len() as u32,
        groups: Vec::new(),
    }
}

/// What is aside here, then what is aside at other tills.
fn aside(engine: &Engine, catalogue: &dyn Catalogue, store: &Store, now: Now) -> Vec<Card> {
    let english = engine.english;
    let here = engine.durable.suspended.iter().map(|aside| card(engine, store, now, aside));
    let elsewhere = engine.aside_elsewhere(catalogue).unwrap_or_default();
    let of_till = |aside: &SuspendedElsewhere| {
        let card = card(engine, store, now, &aside.suspended);
        let till = either(english, &format!("{} 号机 · ", aside.till), &format!("Till {} · ", aside.till));
        Card { title: format!("{till}{}", card.title), ..card }
    };
    here.chain(elsewhere.iter().map(of_till)).collect()
}

fn card(engine: &Engine, store: &Store, now: Now, aside: &Suspended) -> Card {
    let english = engine.english;
    let names: Vec<&str> = aside.basket.active().take(CARD_NAMES_MAX).map(|line| line.name_in(english)).collect();
    let count = aside.basket.active().count();
    let names = names.join(if english { ", " } else { "、" });
    let total = engine.price_of(&aside.basket, store).total;
    Card {
        id: aside.basket.id.to_string(),
        title: format!(
            "{} · {}",
            on_the_wall(aside.at, now),
            either(english, &format!("收银员 {}", aside.staff), &format!("Cashier {}", aside.staff))
        ),
        detail: either(
            english,
            &format!("{count} 种 · {names}"),
            &format!("{count} {} · {names}", if count == 1 { "line" } else { "lines" }),
        ),
        total: store.currency.signed(total),
    }
}

/// A time as the clock on the wall showed it, with the day when that is over.
fn on_the_wall(at: Timestamp, now: Now) -> String {
    // The store is as far from Greenwich as it is now; a night in which that changes is off by an hour.
    let greenwich = |at: Timestamp| Offset::UTC.to_datetime(at);
    let ahead = now.local.duration_since(greenwich(now.at));
    let Ok(then) = greenwich(at).checked_add(ahead) else { return String::new() };
    let clock = format!("{:02}:{:02}", then.hour(), then.minute());
    if then.date() == now.local.date() { clock } else { format!("{:02}-{:02} {clock}", then.month(), then.day()) }
}
