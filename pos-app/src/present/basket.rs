//! The basket at the left of the screen.

use domain::store::Store;
use domain::tax::TaxMode;
use ui::screen::{Basket, Line};

use super::money::detail;
use super::{below, why};
use crate::engine::Engine;

/// Hints that are shown at once.
const HINTS_MAX: usize = 3;

pub(super) fn basket(engine: &Engine, store: &Store) -> Basket {
    let english = engine.english;
    let empty_total = store.currency.signed(domain::money::Money::ZERO);
    let Some(basket) = engine.basket_shown().filter(|_| engine.signed_on.is_some()) else {
        return Basket { total: empty_total, returning: engine.returning, ..Basket::default() };
    };
    let priced = engine.price_of(basket, store);
    let lines = basket.lines().iter().map(|line| {
        let of_line = priced.line(line.no);
        // What was taken off stands below: all amounts of a line together are what it comes to.
        let amount = of_line.map_or_else(|| line.amount(), |priced| priced.list);
        Line {
            no: line.no,
            name: line.name_in(english).to_owned(),
            detail: detail(line.quantity, line.unit, line.unit_price, store),
            amount: store.currency.plain(amount),
            voided: line.voided,
            returned: line.quantity.is_return(),
            below: below::of_line(engine, store, line, of_line),
        }
    });
    let pieces: i64 = basket.active().map(domain::basket::Line::pieces).sum();
    let member = match &basket.member {
        Some(member) if english => format!("{} · {} points", member.name, member.points_known),
        Some(member) => format!("{} · 积分 {}", member.name, member.points_known),
        None => String::new(),
    };
    let tax = store.currency.plain(priced.tax_total());
    let tax_word = match (store.tax_mode, english) {
        (TaxMode::Included, false) => "含税",
        (TaxMode::Included, true) => "incl. tax",
        (TaxMode::Added, false) => "另加税",
        (TaxMode::Added, true) => "plus tax",
    };
    Basket {
        lines: lines.collect(),
        selected: engine.selected,
        member,
        count: match (english, pieces) {
            (false, _) => format!("{pieces} 件"),
            (true, 1 | -1) => format!("{pieces} item"),
            (true, _) => format!("{pieces} items"),
        },
        saved: match (priced.discount_total(), english) {
            (saved, _) if saved.is_zero() => String::new(),
            (saved, false) => format!("已省 {}", store.currency.plain(saved)),
            (saved, true) => format!("saved {}", store.currency.plain(saved)),
        },
        tax: format!("{tax_word} {tax}"),
        total: store.currency.signed(priced.total),
        returning: engine.returning,
        hints: hints(engine, store, basket),
        notes: below::of_sale(engine, store, basket),
    }
}

/// What a little more would save; nothing once it is paid.
fn hints(engine: &Engine, store: &Store, basket: &domain::basket::Basket) -> Vec<String> {
    let Some(book) = engine.pricing.book().filter(|_| engine.durable.open.is_some()) else { return Vec::new() };
    let hints = engine.hints(basket, store);
    hints.iter().take(HINTS_MAX).map(|hint| why::hint(engine, store, book, hint)).collect()
}
