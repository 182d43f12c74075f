//! Amounts and quantities as a line shows them.

use domain::item::Item;
use domain::money::Money;
use domain::quantity::{Quantity, Unit};
use domain::store::Store;
use words::{Words, say};

use crate::notation::Notation;

/// `2 × 2.00` or `0.456 kg × 12.80`.
pub(super) fn detail(quantity: Quantity, unit: Unit, unit_price: Money, store: &Store, words: &Words) -> String {
    let price = words.amount(store.currency, unit_price);
    say!(words, "sell-detail", quantity = words.measure(quantity, unit), price = price)
}

/// `3.50` or `12.80/kg`.
pub(super) fn price_tag(item: &Item, price: Option<Money>, store: &Store, words: &Words) -> String {
    let Some(price) = price else { return "—".to_owned() };
    let price = words.amount(store.currency, price);
    match item.unit {
        Unit::Piece => price,
        Unit::Kilogram => say!(words, "sell-price-per-kilogram", price = price),
    }
}
