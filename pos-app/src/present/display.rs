//! What the shopper reads on a line display: the goods as they are scanned, the total, what was paid, what goes back.

use domain::basket::{Basket, Line};
use domain::money::Money;
use domain::quantity::{Quantity, Unit};
use domain::store::Store;
use hal::{AmountKind, DisplayAmount, DisplayFace, Weighing};
use words::{Words, say};

use super::paying;
use crate::engine::{Catalogue, Engine, Paid, Place};
use crate::notation::Notation;

/// The display's face. Amounts lead the upper line, so that a narrow display cuts names and no digits.
pub fn display(engine: &Engine, catalogue: &dyn Catalogue) -> DisplayFace {
    let words = &engine.words;
    let Some(store) = catalogue.store() else {
        return DisplayFace { upper: words.say("display-closed"), ..DisplayFace::default() };
    };
    let greeting = |lower| DisplayFace { upper: store.name.clone(), lower, amount: None };
    // What a beginner practises is nobody's purchase.
    if engine.signed_on.is_none() || engine.durable.shift.is_none() || engine.is_training() {
        return greeting(words.say("display-closed"));
    }
    if let Some(payment) = engine.durable.payment.as_ref().filter(|payment| payment.blocks_completion()) {
        let upper = words.say("display-being-paid");
        return amount_of(store, (upper, words.say("display-amount")), (AmountKind::Total, payment.amount));
    }
    if let Some(waiting) = engine.weighing.as_ref() {
        let weight = match engine.scale.says {
            Some(Weighing::Stable(weight)) => words.grams(weight.net_grams()),
            _ => words.say("display-weighing"),
        };
        return DisplayFace {
            upper: waiting.goods.item.name_in(engine.english).to_owned(),
            lower: weight,
            amount: None,
        };
    }
    match (&engine.place, &engine.durable.open) {
        (Place::Paid(paid), None) => gone(paid, store, words),
        (Place::Paying { .. }, Some(_)) => due(engine, store),
        (_, Some(basket)) if !basket.is_empty() => selling(engine, store, basket),
        _ => greeting(words.say("display-welcome")),
    }
}

/// The goods that came last, and what all of them come to.
fn selling(engine: &Engine, store: &Store, basket: &Basket) -> DisplayFace {
    let words = &engine.words;
    let priced = engine.priced(store);
    let goods = |line: &&Line| line.facets.deposit_of.is_none();
    let upper = basket.active().filter(goods).last().and_then(|line| {
        let of_line = priced.line(line.no)?;
        let amount = words.amount(store.currency, store.tax_mode.shelf_amount(of_line.gross, of_line.tax));
        Some(format!("{amount} {}{}", line.name_in(engine.english), quantity(line, words)))
    });
    let total = words.say("display-total");
    amount_of(store, (upper.unwrap_or_default(), total), (AmountKind::Total, priced.total))
}

fn quantity(line: &Line, words: &Words) -> String {
    // What comes back has a minus before its amount.
    let quantity = Quantity::thousandths(line.quantity.in_thousandths().abs());
    match line.unit {
        Unit::Piece if quantity == Quantity::ONE => String::new(),
        Unit::Piece => format!(" x{}", words.quantity(quantity)),
        Unit::Kilogram => format!(" {}", words.tight_measure(quantity, line.unit)),
    }
}

/// What is left to pay.
fn due(engine: &Engine, store: &Store) -> DisplayFace {
    let words = &engine.words;
    let total = engine.priced(store).total;
    let left = engine.settlement(store).map_or(total, |settlement| settlement.remaining());
    let taken: Money = engine.taken().iter().map(|tender| tender.amount).sum();
    let (upper, lower) = match (total < Money::ZERO, taken.is_zero()) {
        (true, _) => (words.say("display-return"), words.say("display-you-get-back")),
        (false, true) => (words.say("display-please-pay"), words.say("display-to-pay")),
        (false, false) => {
            let paid = words.amount(store.currency, taken);
            (say!(words, "display-paid-so-far", amount = paid), words.say("display-still-due"))
        }
    };
    amount_of(store, (upper, lower), (AmountKind::Total, left.abs()))
}

/// It is paid: what was handed over, and what goes back.
fn gone(paid: &Paid, store: &Store, words: &Words) -> DisplayFace {
    let back = paying::cash_out(paid);
    if paid.due < Money::ZERO {
        let upper = words.say("display-thanks");
        let amount = if back.is_zero() { paid.due.abs() } else { back };
        return amount_of(store, (upper, words.say("display-given-back")), (AmountKind::Change, amount));
    }
    let handed: Money = paid.tenders.iter().map(|tender| tender.tendered).sum();
    if back.is_zero() {
        let lower = words.say("display-paid");
        return amount_of(store, (words.say("display-thanks"), lower), (AmountKind::Paid, handed));
    }
    let handed = words.amount(store.currency, handed);
    let upper = say!(words, "display-taken", amount = handed);
    amount_of(store, (upper, words.say("display-change")), (AmountKind::Change, back))
}

fn amount_of(store: &Store, (upper, lower): (String, String), (kind, amount): (AmountKind, Money)) -> DisplayFace {
    // A display of digits knows the point alone.
    let amount = DisplayAmount { kind, digits: store.currency.plain(amount) };
    DisplayFace { upper, lower, amount: Some(amount) }
}
