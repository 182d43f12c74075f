//! What can be done now, at the right of the screen.

use domain::money::Money;
use domain::staff::Permission;
use domain::store::Store;
use domain::tender::{Tender, quick_amounts};
use ui::screen::{Card, Item, PaidPart, Panel, Staff};

use super::money::price_tag;
use super::{either, printer_trouble, trouble};
use crate::engine::{Catalogue, Engine, Now, Paid, Place, PrintProgress, Said, Suspended, SuspendedElsewhere, Trouble};
use crate::paper::{report_rows, rounding_word, tender_word};

/// Quick amounts offered for cash beside the exact one, which has a button of its own.
const QUICK_MAX: usize = 4;
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
        return super::draft::panel(engine, store, draft);
    }
    let Some(shift) = &engine.durable.shift else {
        return Panel::OpenShift {
            help: either(english, "清点钱箱备用金，输入金额开班", "Count the float in the drawer and type the amount"),
            message: refused(engine, store),
        };
    };
    match &engine.place {
        Place::Selling => sell(engine, store, now),
        Place::Paying { message } => pay(engine, store, message.as_ref()),
        Place::Paid(paid) => change(engine, store, paid),
        Place::Draft(draft) => super::draft::panel(engine, store, draft),
        Place::Suspended => Panel::Suspended {
            cards: aside(engine, catalogue, store),
        },
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
    }
}

fn pay(engine: &Engine, store: &Store, message: Option<&Trouble>) -> Panel {
    let english = engine.english;
    let paid = engine.taken();
    let total = engine.priced(store).total - paid.iter().map(|tender| tender.amount).sum();
    let part = |(at, tender): (usize, &Tender)| PaidPart {
        no: at as u32 + 1,
        label: [tender_word(tender.kind, english), tender.reference.as_deref().unwrap_or_default()].join(" ").trim().to_owned(),
        amount: store.currency.plain(tender.amount),
        removable: false,
    };
    let due = store.cash_rounding.apply(total);
    let rounding = due - total;
    let quick = quick_amounts(due, store.currency.units_per_major(), QUICK_MAX + 1);
    // Amounts of a refund are shown without their sign, and so the rounding is turned, too.
    let rounding_text = store.currency.plain(if total < Money::ZERO { -rounding } else { rounding });
    Panel::Pay {
        due: store.currency.signed(total.abs()),
        due_cash: store.currency.signed(due.abs()),
        rounding: match rounding.is_zero() {
            true => String::new(),
            false => format!("{} {rounding_text}", rounding_word(store, english).to_lowercase()),
        },
        quick: quick.into_iter().filter(|amount| *amount != due).map(|amount| store.currency.plain(amount)).collect(),
        message: message.map(|why| trouble::words(why, Some(store), english)).unwrap_or_default(),
        refund: total < Money::ZERO,
        busy: engine.pending.is_some(),
        tenders: Vec::new(),
        paid: paid.iter().enumerate().map(part).collect(),
    }
}

fn change(engine: &Engine, store: &Store, paid: &Paid) -> Panel {
    let english = engine.english;
    let (due, tendered) = (store.currency.plain(paid.due.abs()), store.currency.plain(paid.tendered.abs()));
    let refund = paid.due < Money::ZERO;
    let detail = match (refund, english) {
        (false, false) => format!("应收 {due} · 现金 {tendered}"),
        (false, true) => format!("Due {due} · cash {tendered}"),
        (true, false) => format!("退现金 {due}"),
        (true, true) => format!("Cash refund {due}"),
    };
    let shown = if refund { paid.due.abs() } else { paid.change };
    let printing = match engine.printing {
        PrintProgress::Idle => String::new(),
        PrintProgress::Printing(_) => either(english, "正在打印小票", "printing the receipt"),
        PrintProgress::Done(_) => either(english, "小票已打印", "receipt printed"),
        PrintProgress::Stopped(_, why) => {
            let why = printer_trouble(why, english);
            either(english, &format!("{why}，恢复后自动重打"), &format!("{why}; it is printed again by itself"))
        }
    };
    Panel::Change { change: store.currency.signed(shown), detail, receipt: paid.receipt.clone(), printing }
}

/// What is aside here, then what is aside at other tills.
fn aside(engine: &Engine, catalogue: &dyn Catalogue, store: &Store) -> Vec<Card> {
    let english = engine.english;
    let here = engine.durable.suspended.iter().map(|aside| card(engine, store, aside));
    let elsewhere = engine.aside_elsewhere(catalogue).unwrap_or_default();
    let of_till = |aside: &SuspendedElsewhere| {
        let card = card(engine, store, &aside.suspended);
        let till = either(english, &format!("{} 号机 · ", aside.till), &format!("Till {} · ", aside.till));
        Card { title: format!("{till}{}", card.title), ..card }
    };
    here.chain(elsewhere.iter().map(of_till)).collect()
}

fn card(engine: &Engine, store: &Store, aside: &Suspended) -> Card {
    let english = engine.english;
    let names: Vec<&str> = aside.basket.active().take(CARD_NAMES_MAX).map(|line| line.name_in(english)).collect();
    let count = aside.basket.active().count();
    let names = names.join(if english { ", " } else { "、" });
    let total = engine.price_of(&aside.basket, store).total;
    Card {
        id: aside.basket.id.to_string(),
        title: either(english, &format!("收银员 {}", aside.staff), &format!("Cashier {}", aside.staff)),
        detail: either(
            english,
            &format!("{count} 种 · {names}"),
            &format!("{count} {} · {names}", if count == 1 { "line" } else { "lines" }),
        ),
        total: store.currency.signed(total),
    }
}
