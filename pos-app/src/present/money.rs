//! Amounts and quantities as a line shows them.

use domain::item::Item;
use domain::money::Money;
use domain::quantity::{Quantity, Unit};
use domain::store::Store;

/// `2 × 2.00` or `0.456 kg × 12.80`.
pub(super) fn detail(quantity: Quantity, unit: Unit, unit_price: Money, store: &Store) -> String {
    let price = store.currency.plain(unit_price);
    match unit {
        Unit::Piece => format!("{} × {price}", quantity.plain()),
        Unit::Kilogram => format!("{} kg × {price}", quantity.plain()),
    }
}

/// `3.50` or `12.80/kg`.
pub(super) fn price_tag(item: &Item, price: Option<Money>, store: &Store) -> String {
    match (price, item.unit) {
        (None, _) => "—".to_owned(),
        (Some(price), Unit::Piece) => store.currency.plain(price),
        (Some(price), Unit::Kilogram) => format!("{}/kg", store.currency.plain(price)),
    }
}
