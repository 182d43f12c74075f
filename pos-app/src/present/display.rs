//! What the shopper reads on a line display: the goods as they are scanned, the total, what was paid, what goes back.

use domain::basket::{Basket, Line};
use domain::money::Money;
use domain::quantity::{Quantity, Unit};
use domain::store::Store;
use hal::{AmountKind, DisplayAmount, DisplayFace, Weighing};

use super::{devices, either, paying};
use crate::engine::{Catalogue, Engine, Paid, Place};

/// The display's face. Amounts lead the upper line, so that a narrow display cuts names and no digits.
pub fn display(engine: &Engine, catalogue: &dyn Catalogue) -> DisplayFace {
    let english = engine.english;
    let words = |chinese: &str, in_english: &str| either(english, chinese, in_english);
    let Some(store) = catalogue.store() else {
        return DisplayFace { upper: words("暂停收款", "Closed"), ..DisplayFace::default() };
    };
    let greeting = |lower| DisplayFace { upper: store.name.clone(), lower, amount: None };
    // What a beginner practises is nobody's purchase.
    if engine.signed_on.is_none() || engine.durable.shift.is_none() || engine.is_training() {
        return greeting(words("暂停收款", "Closed"));
    }
    if let Some(payment) = engine.durable.payment.as_ref().filter(|payment| payment.blocks_completion()) {
        let upper = words("正在支付", "Being paid");
        return amount_of(store, (upper, words("金额", "Amount")), (AmountKind::Total, payment.amount));
    }
    if let Some(waiting) = engine.weighing.as_ref() {
        let weight = match engine.scale.says {
            Some(Weighing::Stable(weight)) => devices::kilograms(weight.net_grams()),
            _ => words("正在称重", "Weighing"),
        };
        return DisplayFace { upper: waiting.goods.item.name_in(english).to_owned(), lower: weight, amount: None };
    }
    match (&engine.place, &engine.durable.open) {
        (Place::Paid(paid), None) => gone(paid, store, english),
        (Place::Paying { .. }, Some(_)) => due(engine, store),
        (_, Some(basket)) if !basket.is_empty() => selling(engine, store, basket),
        _ => greeting(words("欢迎光临", "Welcome")),
    }
}

/// The goods that came last, and what all of them come to.
fn selling(engine: &Engine, store: &Store, basket: &Basket) -> DisplayFace {
    let english = engine.english;
    let priced = engine.priced(store);
    let goods = |line: &&Line| line.facets.deposit_of.is_none();
    let upper = basket.active().filter(goods).last().and_then(|line| {
        let of_line = priced.line(line.no)?;
        let amount = store.currency.plain(store.tax_mode.shelf_amount(of_line.gross, of_line.tax));
        Some(format!("{amount} {}{}", line.name_in(english), quantity(line)))
    });
    let total = either(english, "合计", "Total");
    amount_of(store, (upper.unwrap_or_default(), total), (AmountKind::Total, priced.total))
}

fn quantity(line: &Line) -> String {
    // What comes back has a minus before its amount.
    match (line.unit, Quantity::thousandths(line.quantity.in_thousandths().abs()).plain()) {
        (Unit::Piece, pieces) if pieces == "1" => String::new(),
        (Unit::Piece, pieces) => format!(" x{pieces}"),
        (Unit::Kilogram, weight) => format!(" {weight}kg"),
    }
}

/// What is left to pay.
fn due(engine: &Engine, store: &Store) -> DisplayFace {
    let words = |chinese: &str, in_english: &str| either(engine.english, chinese, in_english);
    let total = engine.priced(store).total;
    let left = engine.settlement(store).map_or(total, |settlement| settlement.remaining());
    let taken: Money = engine.taken().iter().map(|tender| tender.amount).sum();
    let (upper, lower) = match (total < Money::ZERO, taken.is_zero()) {
        (true, _) => (words("退货", "Return"), words("应退", "You get back")),
        (false, true) => (words("请付款", "Please pay"), words("应付", "Total")),
        (false, false) => {
            let paid = store.currency.plain(taken);
            (words(&format!("已付 {paid}"), &format!("Paid {paid}")), words("还需付", "Still due"))
        }
    };
    amount_of(store, (upper, lower), (AmountKind::Total, left.abs()))
}

/// It is paid: what was handed over, and what goes back.
fn gone(paid: &Paid, store: &Store, english: bool) -> DisplayFace {
    let words = |chinese: &str, in_english: &str| either(english, chinese, in_english);
    let back = paying::cash_out(paid);
    if paid.due < Money::ZERO {
        let upper = words("谢谢", "Thank you");
        let amount = if back.is_zero() { paid.due.abs() } else { back };
        return amount_of(store, (upper, words("退款", "Given back")), (AmountKind::Change, amount));
    }
    let handed: Money = paid.tenders.iter().map(|tender| tender.tendered).sum();
    if back.is_zero() {
        let lower = words("已付", "Paid");
        return amount_of(store, (words("谢谢", "Thank you"), lower), (AmountKind::Paid, handed));
    }
    let handed = store.currency.plain(handed);
    let upper = words(&format!("收款 {handed}"), &format!("Paid {handed}"));
    amount_of(store, (upper, words("找零", "Change")), (AmountKind::Change, back))
}

fn amount_of(store: &Store, (upper, lower): (String, String), (kind, amount): (AmountKind, Money)) -> DisplayFace {
    let amount = DisplayAmount { kind, digits: store.currency.plain(amount) };
    DisplayFace { upper, lower, amount: Some(amount) }
}
