//! What a draft asks, as panels.

use domain::store::{ReasonFor, Store};
use ui::screen::{Choice, CountRow, Panel};
use words::Words;

use super::actions::label;
use super::trouble;
use crate::engine::{
    Action, Ask, Asked, Catalogue, Choose, Draft, Engine, Entry, Listed, PAID_ON_PHONE, Step, denominations,
};
use crate::notation::Notation;

pub(super) fn panel(engine: &Engine, catalogue: &dyn Catalogue, store: &Store, draft: &Draft) -> Panel {
    let words = &engine.words;
    let title = match &draft.goods {
        Some(goods) => goods.item.name_in(engine.english).to_owned(),
        None if draft.action == Action::PayWith => pays_with(draft, words),
        None => label(draft.action, words),
    };
    let message = draft.message.as_ref().map(|why| trouble::words(why, Some(store), words)).unwrap_or_default();
    match &draft.step {
        Step::Ask(ask) => {
            let help = if draft.wants_receipt() { receipt_or_goods(words) } else { help(&ask.what, words) };
            question(ask, (title, help), message, words)
        }
        Step::Choose(list) => {
            let sum = sum(engine, catalogue, store, draft);
            choices(draft, list, (title, sum), message, engine, store)
        }
        Step::Count => count(draft, title, message, store, words),
        Step::Show(rows) => Panel::Report { title, rows: rows.clone(), asks_count: false, message },
        Step::Explain(line) => super::why::panel(engine, store, *line),
        Step::ShowCode(code, rows) => {
            let help = code_help(draft.action, words);
            Panel::Code { title, help, code: code.clone(), rows: rows.clone() }
        }
    }
}

/// What the shopper gets by scanning the code on the screen.
fn code_help(action: Action, words: &Words) -> String {
    match action {
        Action::InvoiceRequest => words.say("ask-invoice-code"),
        _ => words.say("ask-receipt-code"),
    }
}

/// The means whose number is asked for.
fn pays_with(draft: &Draft, words: &Words) -> String {
    let kind = draft.answers.first().and_then(|kind| protocol::v1::tender_kind(kind).ok());
    kind.map(|kind| crate::paper::tender_word(kind, words)).unwrap_or_default()
}

fn question(ask: &Ask, (title, help): (String, String), message: String, words: &Words) -> Panel {
    let option = |entry: &Entry| Choice {
        id: entry.id.clone(),
        title: if entry.title.is_empty() { word(kind_of(&entry.id), words) } else { entry.title.clone() },
        detail: entry.detail.clone(),
        amount: entry.amount.clone(),
        enabled: entry.blocked.is_none(),
        ..Choice::default()
    };
    Panel::Ask {
        title,
        help,
        keys: ask.keys,
        value: ask.value.clone(),
        options: ask.options.iter().map(option).collect(),
        message,
    }
}

fn choices(
    draft: &Draft,
    list: &Choose,
    (title, sum): (String, String),
    message: String,
    engine: &Engine,
    store: &Store,
) -> Panel {
    let words = &engine.words;
    let choice = |entry: &Entry| {
        let ticked = draft.ticked.iter().find(|(id, _)| *id == entry.id);
        let quantity = ticked.and_then(|(_, quantity)| *quantity).or(entry.quantity_max);
        let why = entry.blocked.as_ref().map(|why| trouble::words(why, Some(store), words));
        Choice {
            id: entry.id.clone(),
            title: if entry.title.is_empty() { word(kind_of(&entry.id), words) } else { entry.title.clone() },
            detail: why.unwrap_or_else(|| entry.detail.clone()),
            amount: entry.amount.clone(),
            ticked: ticked.is_some(),
            enabled: entry.blocked.is_none(),
            quantity: quantity.map(|quantity| words.quantity(quantity)).unwrap_or_default(),
        }
    };
    Panel::Choose {
        title,
        help: list_help(list.what, words),
        choices: list.entries.iter().map(choice).collect(),
        many: list.many,
        confirm: if list.many { words.say("ask-take-these") } else { String::new() },
        sum,
        message,
    }
}

/// What an entry is, without the goods that it is about.
fn kind_of(id: &str) -> &str {
    id.split_once(':').map_or(id, |(kind, _)| kind)
}

/// What the ticked goods of a receipt come to.
fn sum(engine: &Engine, catalogue: &dyn Catalogue, store: &Store, draft: &Draft) -> String {
    let worth = engine.ticked_worth(catalogue, store, draft);
    worth.map(|worth| engine.words.money(store.currency, worth)).unwrap_or_default()
}

fn count(draft: &Draft, title: String, message: String, store: &Store, words: &Words) -> Panel {
    let currency = store.currency;
    let row = |value: domain::money::Money| {
        let pieces = draft.pieces.iter().find(|(counted, _)| *counted == value).map(|(_, pieces)| *pieces);
        let amount = pieces.map(|pieces| domain::money::Money::minor(value.units() * i64::from(pieces)));
        CountRow {
            value: currency.plain(value),
            label: words.money(currency, value),
            pieces: pieces.map(|pieces| pieces.to_string()).unwrap_or_default(),
            amount: amount.map(|amount| words.amount(currency, amount)).unwrap_or_default(),
        }
    };
    let sum = draft.pieces.iter().map(|(value, pieces)| value.units() * i64::from(*pieces)).sum();
    Panel::Count {
        title,
        help: words.say("ask-count"),
        rows: denominations(store).into_iter().map(row).collect(),
        sum: words.money(currency, domain::money::Money::minor(sum)),
        confirm: words.say("ask-counted"),
        message,
    }
}

fn receipt_or_goods(words: &Words) -> String {
    words.say("ask-receipt-or-goods")
}

fn help(what: &Asked, words: &Words) -> String {
    match what {
        Asked::Price => words.say("ask-price"),
        Asked::OpenPrice => words.say("ask-open-price"),
        Asked::Off => words.say("ask-off"),
        Asked::Reason(ReasonFor::Difference) => words.say("ask-reason-for-difference"),
        Asked::Reason(_) => words.say("ask-reason"),
        Asked::Note => words.say("ask-note"),
        Asked::CashNote => words.say("ask-cash-note"),
        Asked::NextCashier => words.say("ask-next-cashier"),
        Asked::Staff => words.say("ask-staff"),
        Asked::Code => words.say("ask-code"),
        Asked::Amount => words.say("ask-amount"),
        Asked::Phone => words.say("ask-phone"),
        Asked::Name => words.say("ask-name"),
        Asked::Card => words.say("ask-card"),
        Asked::Serial => words.say("ask-serial"),
        Asked::Lot => words.say("ask-lot"),
        Asked::Date => words.say("ask-date"),
        Asked::Sure => words.say("ask-sure"),
        Asked::BirthDate(years) => super::goods::birth_date(*years, words),
        Asked::GiftCard => words.say("ask-gift-card"),
        Asked::PaymentCode => words.say("ask-payment-code"),
        Asked::SlipNumber => words.say("ask-slip-number"),
        Asked::Face => words.say("ask-face"),
        Asked::Coupon => words.say("ask-coupon"),
        Asked::Certificate => words.say("ask-certificate"),
        Asked::Receipt => words.say("ask-receipt"),
        Asked::Condition => words.say("ask-condition"),
        Asked::Shopper => words.say("ask-shopper"),
        Asked::CollectUntil => words.say("ask-collect-until"),
        Asked::PaidDown => words.say("ask-paid-down"),
        Asked::HoldCode => words.say("ask-hold-code"),
        Asked::MemberNote => words.say("ask-member-note"),
        Asked::Account => words.say("ask-account"),
        Asked::LaneVerdict(_) => words.say("ask-lane-verdict"),
        Asked::GridMove => words.say("ask-grid-move"),
        Asked::PaidGoods => words.say("ask-paid-goods"),
        Asked::Expiry => words.say("ask-expiry"),
    }
}

fn list_help(what: Listed, words: &Words) -> String {
    match what {
        Listed::Lines => words.say("ask-list-lines"),
        Listed::ReceiptLines => words.say("ask-list-receipt-lines"),
        Listed::Baskets => words.say("ask-list-baskets"),
        Listed::Purchases => words.say("ask-list-purchases"),
        Listed::Holds => words.say("ask-list-holds"),
        Listed::Lanes => words.say("ask-list-lanes"),
        Listed::Grid => words.say("ask-list-grid"),
    }
}

/// The program's own reasons and answers; anything else is data and shown as it is.
pub(crate) fn word(id: &str, words: &Words) -> String {
    match id {
        "changed_mind" => words.say("reason-changed-mind"),
        "wrong_item" => words.say("reason-wrong-item"),
        "too_expensive" => words.say("reason-too-expensive"),
        "wrong_label" => words.say("reason-wrong-label"),
        "damaged_goods" => words.say("reason-damaged-goods"),
        "price_match" => words.say("reason-price-match"),
        PAID_ON_PHONE => words.say("reason-phone-price"),
        "goodwill" => words.say("reason-goodwill"),
        "unwanted" => words.say("reason-unwanted"),
        "faulty" => words.say("reason-faulty"),
        "wrong_goods" => words.say("reason-wrong-goods"),
        "expired" => words.say("reason-expired"),
        "broken" => words.say("reason-broken"),
        "stolen" => words.say("reason-stolen"),
        "own_use" => words.say("reason-own-use"),
        "to_safe" => words.say("reason-to-safe"),
        "change_from_bank" => words.say("reason-change-from-bank"),
        "bill" => words.say("reason-bill"),
        "refund_refused" => words.say("reason-refund-refused"),
        "other" => words.say("reason-other"),
        "wrong_change" => words.say("reason-wrong-change"),
        "wrong_count" => words.say("reason-wrong-count"),
        "unknown" => words.say("reason-unknown"),
        "forced" => words.say("reason-forced"),
        "change" => words.say("reason-change"),
        "check" => words.say("reason-check"),
        "keep_grid" => words.say("reason-keep-grid"),
        "head_office_grid" => words.say("reason-head-office-grid"),
        "add" => words.say("reason-add"),
        "to_first" => words.say("reason-to-first"),
        "place_forward" => words.say("reason-place-forward"),
        "place_back" => words.say("reason-place-back"),
        "to_last" => words.say("reason-to-last"),
        "take_off" => words.say("reason-take-off"),
        "count_again" => words.say("reason-count-again"),
        "later" => words.say("reason-later"),
        "to_stock" => words.say("reason-to-stock"),
        "damaged" => words.say("reason-damaged"),
        "yes" => words.say("reason-yes"),
        "old_enough" => words.say("reason-old-enough"),
        "too_young" => words.say("reason-too-young"),
        "nobody" => words.say("reason-nobody"),
        "no" => words.say("reason-no"),
        other => other.to_owned(),
    }
}
