//! What rules see of a basket.

use crate::basket::{Basket, Line, Off};
use crate::item::ItemKind;
use crate::promotion::{Cart, CartLine, HandDiscount, Standing, unit_floor};
use crate::tax::TaxMode;

/// The sold lines of a basket, in its order. The margin floor is the rule book's, in basis points.
pub fn cart(basket: &Basket, tax_mode: TaxMode, margin_floor_bp: Option<u32>) -> Cart {
    let sold = basket.active().filter(|line| !line.quantity.is_return());
    let lines = sold.map(|line| cart_line(line, tax_mode, margin_floor_bp)).collect();
    Cart { lines, discount: basket.about.discount.as_ref().map(|discount| hand(discount.off)) }
}

fn cart_line(line: &Line, tax_mode: TaxMode, margin_floor_bp: Option<u32>) -> CartLine {
    let terms = &line.terms;
    let tax_bp = if line.tax.exempt { 0 } else { line.tax.basis_points };
    CartLine {
        no: line.no,
        item: line.item.clone(),
        category: terms.category.clone(),
        tags: terms.tags.clone(),
        unit: line.unit,
        quantity: line.quantity,
        unit_price: line.unit_price,
        label_amount: line.label_amount,
        floor: unit_floor(terms.price_floor, terms.cost, margin_floor_bp, tax_mode, tax_bp),
        standing: standing(line),
        discount: line.facets.discount.as_ref().map(|discount| hand(discount.off)),
    }
}

/// Money that the shop owes from then on (deposits, cards, accounts) is never given for less than it is worth.
fn standing(line: &Line) -> Standing {
    let is_owed = match line.terms.kind {
        ItemKind::Deposit | ItemKind::GiftCard | ItemKind::TopUp => true,
        ItemKind::Goods | ItemKind::Service => false,
    };
    if is_owed || line.terms.not_discountable {
        Standing::NotDiscountable
    } else if line.facets.override_price.is_some() {
        Standing::PriceByHand
    } else {
        Standing::Open
    }
}

fn hand(off: Off) -> HandDiscount {
    match off {
        Off::Percent(basis_points) => HandDiscount::Percent(basis_points),
        Off::Amount(amount) => HandDiscount::Amount(amount),
    }
}
