//! The basket at the left of the screen.

use domain::store::Store;
use domain::tax::TaxMode;
use ui::screen::{Basket, Line};
use words::say;

use super::money::detail;
use super::{below, why};
use crate::engine::Engine;
use crate::notation::Notation;

/// Hints that are shown at once.
const HINTS_MAX: usize = 3;

pub(super) fn basket(engine: &Engine, store: &Store) -> Basket {
    let words = &engine.words;
    let empty_total = words.money(store.currency, domain::money::Money::ZERO);
    let Some(basket) = engine.basket_shown().filter(|_| engine.signed_on.is_some()) else {
        return Basket { total: empty_total, returning: engine.returning, ..Basket::default() };
    };
    let priced = engine.price_shown(store);
    let lines = basket.lines().iter().map(|line| {
        let of_line = priced.line(line.no);
        // What was taken off stands below: all amounts of a line together are what it comes to.
        let amount = of_line.map_or_else(|| line.amount(), |priced| priced.list);
        Line {
            no: line.no,
            name: line.name_in(engine.english).to_owned(),
            detail: detail(line.quantity, line.unit, line.unit_price, store, words),
            amount: words.amount(store.currency, amount),
            voided: line.voided,
            returned: line.quantity.is_return(),
            below: below::of_line(engine, store, line, of_line),
        }
    });
    let pieces: i64 = basket.active().map(domain::basket::Line::pieces).sum();
    let member = basket.member.as_ref();
    let member = member.map(|member| say!(words, "sell-member", name = &member.name, points = member.points_known));
    let tax = words.amount(store.currency, priced.tax_total());
    let saved = priced.discount_total();
    Basket {
        lines: lines.collect(),
        selected: engine.selected,
        member: member.unwrap_or_default(),
        count: say!(words, "sell-count", pieces = pieces),
        saved: match saved.is_zero() {
            true => String::new(),
            false => say!(words, "sell-saved", amount = words.amount(store.currency, saved)),
        },
        tax: match store.tax_mode {
            TaxMode::Included => say!(words, "sell-tax-included", amount = tax),
            TaxMode::Added => say!(words, "sell-tax-added", amount = tax),
        },
        total: words.money(store.currency, priced.total),
        returning: engine.returning,
        newest: super::heard::newest(engine),
        why: super::heard::newest(engine).map(|no| super::heard::why_newest(engine, store, no)).unwrap_or_default(),
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
