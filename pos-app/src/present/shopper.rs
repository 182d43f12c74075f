//! What the shopper sees on the screen that is turned to her: her goods, what she pays, what she does now. Nothing that is
//! meant for staff: no reasons, notes or names of colleagues.

use domain::basket::{Basket, Line};
use domain::money::Money;
use domain::payment::{Payment, PaymentState};
use domain::price::Priced;
use domain::store::Store;
use domain::tender::TenderKind;
use ui::Shopper;
use ui::screen::{self, Below};
use ui::shopper::ShopperStep;
use words::say;

use super::money::detail;
use super::paying;
use crate::engine::{Action, Catalogue, Engine, Now, Paid, Place, Step, is_part_refund};
use crate::notation::Notation;

/// The whole screen; pictures for idle times are the shell's to add.
pub fn shopper(engine: &Engine, catalogue: &dyn Catalogue, _now: Now) -> Shopper {
    let Some(store) = catalogue.store() else { return closed(engine, String::new()) };
    // What a beginner practises is nobody's purchase.
    let works = engine.durable.shift.is_some() && !engine.is_training();
    let open = engine.durable.open.as_ref().filter(|basket| works && !basket.is_empty());
    if let Some(payment) = engine.durable.payment.as_ref().filter(|payment| works && payment.blocks_completion()) {
        return under_way(engine, catalogue, store, payment);
    }
    if !works || (engine.signed_on.is_none() && open.is_none()) {
        return closed(engine, store.name.clone());
    }
    if let Some(shown) = code_shown(engine, catalogue, store) {
        return shown;
    }
    match (&engine.place, open) {
        (Place::Paid(paid), None) => thanks(engine, catalogue, store, paid),
        (Place::Draft(draft), Some(basket)) if matches!(*draft.under, Place::Paying { .. }) => {
            let kind = draft.answers.first().and_then(|kind| protocol::v1::tender_kind(kind).ok());
            pays(engine, catalogue, store, basket, kind.filter(|_| draft.action == Action::PayWith))
        }
        (Place::Paying { .. }, Some(basket)) => pays(engine, catalogue, store, basket, None),
        (_, Some(basket)) => goods(engine, catalogue, store, basket),
        (_, None) if engine.weighing.is_some() => {
            Shopper { title: weighing(engine), step: ShopperStep::Goods, ..of_store(engine, store) }
        }
        (_, None) => Shopper { title: say!(engine.words, "shopper-welcome"), ..of_store(engine, store) },
    }
}

/// Goods on the counter.
fn goods(engine: &Engine, catalogue: &dyn Catalogue, store: &Store, basket: &Basket) -> Shopper {
    let title = weighing(engine);
    let greeting = match &basket.member {
        Some(member) => say!(engine.words, "shopper-greeting", member = member.name.clone()),
        None => say!(engine.words, "shopper-welcome"),
    };
    let title = if title.is_empty() { greeting } else { title };
    Shopper { step: ShopperStep::Goods, title, ..with_basket(engine, catalogue, store, basket) }
}

/// What is left to pay, and how.
fn pays(
    engine: &Engine,
    catalogue: &dyn Catalogue,
    store: &Store,
    basket: &Basket,
    kind: Option<TenderKind>,
) -> Shopper {
    let words = &engine.words;
    let total = engine.priced(store).total;
    let left = engine.settlement(store).map_or(total, |settlement| settlement.remaining());
    let taken: Money = engine.taken().iter().map(|tender| tender.amount).sum();
    let plain = |amount: Money| engine.words.amount(store.currency, amount);
    let (icon, title, help) = match kind {
        _ if total < Money::ZERO => ("return", say!(words, "shopper-return"), say!(words, "shopper-return-help")),
        Some(TenderKind::Code) => ("mobile", say!(words, "shopper-show-code"), say!(words, "shopper-show-code-help")),
        Some(TenderKind::GiftCard) => ("gift", say!(words, "shopper-gift-card"), String::new()),
        Some(TenderKind::Card) => ("card", say!(words, "shopper-card"), say!(words, "shopper-card-help")),
        _ => ("cash", say!(words, "shopper-pay"), say!(words, "shopper-pay-help")),
    };
    let amount_of = match (total < Money::ZERO, taken.is_zero()) {
        (true, _) => say!(words, "shopper-you-get"),
        (false, true) => say!(words, "shopper-to-pay"),
        (false, false) => say!(words, "shopper-still-to-pay", paid = plain(taken)),
    };
    Shopper {
        step: ShopperStep::Pay,
        title,
        help,
        icon: icon.to_owned(),
        amount: engine.words.money(store.currency, left.abs()),
        amount_of,
        ..with_basket(engine, catalogue, store, basket)
    }
}

/// A payment through a provider.
fn under_way(engine: &Engine, catalogue: &dyn Catalogue, store: &Store, payment: &Payment) -> Shopper {
    let words = &engine.words;
    let (key, icon) = match payment.state {
        _ if is_part_refund(payment) => ("shopper-refunding", "return"),
        PaymentState::Sent if payment.confirming && payment.masked.is_some() && !payment.cancelled => {
            ("shopper-confirm", "mobile")
        }
        PaymentState::Reversing => ("shopper-reversing", "return"),
        PaymentState::Sent | PaymentState::Created if payment.cancelled => ("shopper-cancelled", "close"),
        PaymentState::Sent | PaymentState::Created if payment.masked.is_some() => ("shopper-wait", "clock"),
        PaymentState::Sent | PaymentState::Created => ("shopper-card", "card"),
        _ => ("shopper-in-doubt", "clock"),
    };
    let is_known = is_part_refund(payment) || matches!(payment.state, PaymentState::Sent | PaymentState::Created);
    let shown = match engine.durable.open.as_ref() {
        Some(basket) => with_basket(engine, catalogue, store, basket),
        None => of_store(engine, store),
    };
    Shopper {
        step: if is_known { ShopperStep::Pay } else { ShopperStep::InDoubt },
        title: words.say(key),
        help: words.say(&format!("{key}-help")),
        icon: icon.to_owned(),
        amount: engine.words.money(store.currency, payment.amount),
        amount_of: say!(words, "shopper-amount"),
        ..shown
    }
}

/// It is paid.
fn thanks(engine: &Engine, catalogue: &dyn Catalogue, store: &Store, paid: &Paid) -> Shopper {
    let words = &engine.words;
    let back = paying::cash_out(paid);
    let refund = paid.due < Money::ZERO;
    let (amount_of, amount) = match (refund, back.is_zero()) {
        (true, true) => (say!(words, "shopper-given-back"), paid.due.abs()),
        (true, false) => (say!(words, "shopper-cash-back"), back),
        (false, true) => (say!(words, "shopper-paid"), paid.due),
        (false, false) => (say!(words, "shopper-change"), back),
    };
    let code = paid.electronic.as_ref().map(|(address, _)| address.clone()).unwrap_or_default();
    let help = if code.is_empty() { "shopper-thanks-help" } else { "shopper-receipt-help" };
    Shopper {
        step: ShopperStep::Thanks,
        title: say!(words, "shopper-thanks"),
        help: words.say(help),
        amount: engine.words.money(store.currency, amount),
        amount_of,
        code,
        newest: None,
        picture: String::new(),
        ..with_basket(engine, catalogue, store, &paid.basket)
    }
}

/// A code that the shopper's telephone reads from the screen: a receipt, or where an invoice is asked for.
fn code_shown(engine: &Engine, catalogue: &dyn Catalogue, store: &Store) -> Option<Shopper> {
    let Place::Draft(draft) = &engine.place else { return None };
    let Step::ShowCode(code, _) = &draft.step else { return None };
    let words = &engine.words;
    let (title, help) = match draft.action {
        Action::InvoiceRequest => (say!(words, "shopper-invoice"), say!(words, "shopper-invoice-help")),
        _ => (say!(words, "shopper-receipt"), say!(words, "shopper-receipt-help")),
    };
    let shown = match engine.basket_shown() {
        Some(basket) => with_basket(engine, catalogue, store, basket),
        None => of_store(engine, store),
    };
    Some(Shopper { step: ShopperStep::Thanks, title, help, code: code.clone(), newest: None, ..shown })
}

fn closed(engine: &Engine, store: String) -> Shopper {
    Shopper {
        language: engine.words.tag().to_owned(),
        step: ShopperStep::Closed,
        store,
        title: say!(engine.words, "shopper-closed"),
        help: say!(engine.words, "shopper-closed-help"),
        ..Shopper::default()
    }
}

fn of_store(engine: &Engine, store: &Store) -> Shopper {
    Shopper { language: engine.words.tag().to_owned(), store: store.name.clone(), ..Shopper::default() }
}

fn with_basket(engine: &Engine, catalogue: &dyn Catalogue, store: &Store, basket: &Basket) -> Shopper {
    let words = &engine.words;
    let priced = engine.price_shown(store);
    let pieces: i64 = basket.active().map(Line::pieces).sum();
    let saved = priced.discount_total();
    let newest = super::heard::newest(engine);
    let picture = newest.and_then(|no| basket.line(no)).and_then(|line| catalogue.picture(&line.item));
    Shopper {
        lines: basket.active().map(|line| shown(engine, store, line, &priced)).collect(),
        newest,
        picture: picture.unwrap_or_default(),
        count: say!(words, "shopper-count", pieces = pieces),
        total: engine.words.money(store.currency, priced.total),
        total_of: say!(words, "shopper-total"),
        saved: match saved > Money::ZERO {
            true => say!(words, "shopper-saved", amount = engine.words.money(store.currency, saved)),
            false => String::new(),
        },
        member: basket.member.as_ref().map(|member| member.name.clone()).unwrap_or_default(),
        ..of_store(engine, store)
    }
}

/// A line with what was taken off it.
fn shown(engine: &Engine, store: &Store, line: &Line, priced: &Priced) -> screen::Line {
    let of_line = priced.line(line.no);
    let below = of_line.iter().flat_map(|priced| &priced.discounts).map(|share| Below {
        text: match (share.by_hand, &share.name_en) {
            (true, _) => say!(engine.words, "shopper-discount"),
            (false, Some(name)) if engine.english => name.clone(),
            (false, _) => share.name.clone(),
        },
        amount: engine.words.amount(store.currency, -share.amount),
    });
    screen::Line {
        no: line.no,
        name: line.name_in(engine.english).to_owned(),
        detail: detail(line.quantity, line.unit, line.unit_price, store, &engine.words),
        amount: engine.words.amount(store.currency, of_line.map_or_else(|| line.amount(), |priced| priced.list)),
        voided: false,
        returned: line.quantity.is_return(),
        below: below.collect(),
    }
}

/// What lies on the scale, while goods wait for their weight.
fn weighing(engine: &Engine) -> String {
    match &engine.weighing {
        Some(waiting) => {
            let name = waiting.goods.item.name_in(engine.english).to_owned();
            say!(engine.words, "shopper-weighing", goods = name)
        }
        None => String::new(),
    }
}
