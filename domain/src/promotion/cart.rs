//! What rules see of a basket: lines of sold goods, and the same goods gathered so that the order of scanning is lost.

use crate::money::Money;
use crate::quantity::{Quantity, Unit};
use crate::tax::TaxMode;

/// Goods and what was agreed on them by hand.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Cart {
    /// Lines with distinct numbers, in any order.
    pub lines: Vec<CartLine>,
    /// Taken off the whole cart by hand, after everything else.
    pub discount: Option<HandDiscount>,
}

/// One line of goods that are sold. Goods that come back do not belong here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CartLine {
    /// Its number.
    pub no: u32,
    /// The item's id.
    pub item: String,
    /// Its category; empty for none.
    pub category: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// What it is counted in.
    pub unit: Unit,
    /// How much, above zero.
    pub quantity: Quantity,
    /// Shelf price of one unit.
    pub unit_price: Money,
    /// What its label says it costs, when it was priced on the scale.
    pub label_amount: Option<Money>,
    /// Least price of one unit, with or without tax as the shelf's price is; see [`unit_floor`].
    pub floor: Option<Money>,
    /// How far rules and people may go.
    pub standing: Standing,
    /// Taken off this line by hand, after the rules.
    pub discount: Option<HandDiscount>,
}

/// How far rules and people may go with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Standing {
    /// Rules apply.
    #[default]
    Open,
    /// Its price was set by hand: no rule applies or counts it, discounts by hand do apply.
    PriceByHand,
    /// Nothing is taken off, and nothing counts it.
    NotDiscountable,
}

/// Something taken off by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HandDiscount {
    /// In basis points of what is left after the rules.
    Percent(u32),
    /// An amount; as much of it as there is to take.
    Amount(Money),
}

impl CartLine {
    /// What the line costs at the shelf's price.
    pub fn list(&self) -> Money {
        self.label_amount.unwrap_or_else(|| self.quantity.times(self.unit_price))
    }

    /// Whether its pieces are counted by rules about numbers. Weighed and labelled goods have an amount, not a number.
    pub fn is_counted(&self) -> bool {
        let whole = self.quantity.in_thousandths() % 1000 == 0;
        self.unit == Unit::Piece && whole && self.label_amount.is_none()
    }
}

/// The least price of one unit: the item's own floor or what leaves the margin, whichever is higher. The margin is the
/// share of the net price that is not cost: `net >= cost / (1 - margin)`, rounded up; with included tax the floor is
/// that with tax, rounded up again. Cost is without tax.
pub fn unit_floor(
    own: Option<Money>,
    cost: Option<Money>,
    margin_floor_bp: Option<u32>,
    tax_mode: TaxMode,
    tax_bp: u32,
) -> Option<Money> {
    let by_margin = cost.zip(margin_floor_bp).map(|(cost, margin_bp)| {
        let of_cost = i128::from(10_000 - margin_bp.min(9_999));
        let net = divide_up(i128::from(cost.units()) * 10_000, of_cost);
        let shelf = match tax_mode {
            TaxMode::Included => divide_up(net * i128::from(10_000 + tax_bp), 10_000),
            TaxMode::Added => net,
        };
        // A floor that no price reaches is as good as any other.
        Money::minor(shelf.min(i128::from(crate::money::AMOUNT_MAX)) as i64)
    });
    own.into_iter().chain(by_margin).max()
}

fn divide_up(dividend: i128, divisor: i128) -> i128 {
    (dividend + divisor - 1).div_euclid(divisor)
}

/// Goods that are equal in everything that rules look at: pieces, or weighed lines of the same weight. Money is in
/// minor units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Class {
    /// A line that shows what the goods are.
    pub line: usize,
    /// Whether they are pieces that are counted.
    pub counted: bool,
    /// Thousandths in one of them.
    pub thousandths: i64,
    /// What one costs at the shelf's price.
    pub list: i64,
    /// What one costs at least.
    pub floor: i64,
    /// How many there are.
    pub count: i64,
    /// Where they lie: lines of the cart and how many on each, in an order that no scanning changes.
    pub places: Vec<(usize, i64)>,
}

/// Gathers equal goods, in an order that depends on the goods alone. Lines that are equal in all but their number stay
/// apart only as places, the lower number first; they are interchangeable.
pub(super) fn classes(cart: &Cart) -> Vec<Class> {
    let mut order: Vec<(Class, i64)> = (0..cart.lines.len()).map(|at| class_of(cart, at)).collect();
    let key = |class: &Class| {
        let line = &cart.lines[class.line];
        (&line.item, class.list, class.thousandths, line.standing, class.floor, class.counted, line.unit_price)
    };
    // Category and tags belong to the item; two lines that disagree on them are still told apart.
    let goods = |class: &Class| (&cart.lines[class.line].category, &cart.lines[class.line].tags);
    let place = |(class, count): &(Class, i64)| {
        let line = &cart.lines[class.line];
        (std::cmp::Reverse(*count), line.discount, line.no)
    };
    order.sort_by(|left, right| {
        key(&left.0)
            .cmp(&key(&right.0))
            .then_with(|| goods(&left.0).cmp(&goods(&right.0)))
            .then_with(|| place(left).cmp(&place(right)))
    });
    let mut classes: Vec<Class> = Vec::with_capacity(order.len());
    for (class, count) in order {
        match classes.last_mut() {
            Some(last) if key(last) == key(&class) && goods(last) == goods(&class) => {
                last.count += count;
                last.places.push((class.line, count));
            }
            _ => classes.push(Class { count, places: vec![(class.line, count)], ..class }),
        }
    }
    classes
}

fn class_of(cart: &Cart, at: usize) -> (Class, i64) {
    let line = &cart.lines[at];
    assert!(line.quantity > Quantity::default(), "a cart holds goods that are sold");
    let counted = line.is_counted();
    let thousandths = if counted { 1000 } else { line.quantity.in_thousandths() };
    let count = if counted { line.quantity.in_thousandths() / 1000 } else { 1 };
    let list = if counted { line.unit_price } else { line.list() }.units();
    let floor = line.floor.map_or(0, |floor| {
        let amount = i128::from(floor.units()) * i128::from(thousandths);
        divide_up(amount, 1000).min(i128::from(list)).max(0) as i64
    });
    (Class { line: at, counted, thousandths, list, floor, count, places: Vec::new() }, count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_margin_floor_is_a_share_of_the_net_price() {
        let floor = |own, cost, mode| {
            let money = |units: Option<i64>| units.map(Money::minor);
            unit_floor(money(own), money(cost), Some(2000), mode, 1300).map(Money::units)
        };
        // Cost 8.00 and a margin of 20 % make a net price of 10.00 and a shelf price of 11.30.
        assert_eq!(floor(None, Some(800), TaxMode::Included), Some(1130));
        assert_eq!(floor(None, Some(800), TaxMode::Added), Some(1000));
        assert_eq!(floor(Some(1200), Some(800), TaxMode::Included), Some(1200));
        assert_eq!(floor(Some(900), None, TaxMode::Included), Some(900));
        assert_eq!(floor(None, None, TaxMode::Included), None);
        assert_eq!(floor(None, Some(801), TaxMode::Included), Some(1133));
    }
}
