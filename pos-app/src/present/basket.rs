//! The basket at the left of the screen.

use domain::quantity::Unit;
use domain::store::Store;
use ui::screen::{Basket, Line};

use super::money::detail;
use crate::engine::Engine;

pub(super) fn basket(engine: &Engine, store: &Store) -> Basket {
    let english = engine.english;
    let empty_total = store.currency.signed(domain::money::Money::ZERO);
    let Some(basket) = engine.basket_shown().filter(|_| engine.signed_on.is_some()) else {
        return Basket { total: empty_total, returning: engine.returning, ..Basket::default() };
    };
    let priced = engine.price_of(basket, store);
    let lines = basket.lines().iter().map(|line| {
        let name = line.name_en.as_ref().filter(|_| english).unwrap_or(&line.name);
        let amount = priced.line(line.no).map_or_else(|| line.amount(), |priced| priced.gross);
        Line {
            no: line.no,
            name: name.clone(),
            detail: detail(line.quantity, line.unit, line.unit_price, store),
            amount: store.currency.plain(amount),
            voided: line.voided,
            returned: line.quantity.is_return(),
        }
    });
    let pieces: i64 = basket
        .active()
        .map(|line| match line.unit {
            Unit::Piece => line.quantity.in_thousandths() / 1000,
            Unit::Kilogram => line.quantity.in_thousandths().signum(),
        })
        .sum();
    let member = match &basket.member {
        Some(member) if english => format!("{} · {} points", member.name, member.points_known),
        Some(member) => format!("{} · 积分 {}", member.name, member.points_known),
        None => String::new(),
    };
    let tax = store.currency.plain(priced.tax_total());
    Basket {
        lines: lines.collect(),
        selected: engine.selected,
        member,
        count: if english { format!("{pieces} items") } else { format!("{pieces} 件") },
        saved: String::new(),
        tax: if english { format!("incl. tax {tax}") } else { format!("含税 {tax}") },
        total: store.currency.signed(priced.total),
        returning: engine.returning,
    }
}
