//! What the book says of an item, at any instant.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::quantity::Quantity;

/// Books of the items that a count is about, by item id.
pub type StockBook = BTreeMap<String, ItemBook>;

/// What the book says of one item: how much there was at one instant, and how it moved before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemBook {
    /// How much at `as_of`; below nothing where more was sold than was booked in.
    pub quantity: Quantity,
    /// When.
    pub as_of: Timestamp,
    /// Movements, in any order. Those up to `as_of` are within `quantity`, those after it are not.
    pub movements: Vec<Movement>,
}

/// Stock that came or went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Movement {
    /// When, by the clock of the terminal that booked it.
    pub at: Timestamp,
    /// How much came; below zero for what went.
    pub quantity: Quantity,
    /// Whether the till did it: sold to, or taken back from a shopper.
    pub is_sale: bool,
}

impl ItemBook {
    /// An item that never moved.
    pub fn empty(as_of: Timestamp) -> ItemBook {
        ItemBook { quantity: Quantity::NONE, as_of, movements: Vec::new() }
    }

    /// How much there was at an instant, with all that moved at it.
    pub fn at(&self, at: Timestamp) -> Quantity {
        self.quantity + self.moved(self.as_of, at)
    }

    /// How much came from one instant to another, the first not included; where the second is earlier, how much has to be
    /// taken off.
    pub fn moved(&self, after: Timestamp, until: Timestamp) -> Quantity {
        match after <= until {
            true => self.between(after, until).map(|movement| movement.quantity).fold(Quantity::NONE, |a, b| a + b),
            false => -self.moved(until, after),
        }
    }

    /// How much came and went in all, whichever way, from one instant to a later one: by sales, or otherwise.
    pub fn traffic(&self, after: Timestamp, until: Timestamp, by_sales: bool) -> Quantity {
        let moved = self.between(after, until).filter(|movement| movement.is_sale == by_sales);
        moved.map(|movement| movement.quantity.without_sign()).fold(Quantity::NONE, |a, b| a + b)
    }

    fn between(&self, after: Timestamp, until: Timestamp) -> impl Iterator<Item = &Movement> {
        self.movements.iter().filter(move |movement| movement.at > after && movement.at <= until)
    }
}
