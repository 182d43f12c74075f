//! Stories of every kind of rule with figures that can be checked by hand, and what holds for all carts and books.

mod bounds;
mod properties;
mod stories;

use jiff::Timestamp;
use jiff::civil::date;

use super::*;
use crate::money::{Currency, Money};
use crate::price::CHANNEL_STORE;
use crate::quantity::{Quantity, Unit};

fn rule(id: &str, kind: RuleKind, goods: Goods) -> Rule {
    Rule::new(id, format!("rule {id}"), kind, goods)
}

fn book(rules: Vec<Rule>) -> CompiledBook {
    let currency = Currency::of("CNY").unwrap();
    CompiledBook::new(RuleBook { version: 1, rules, ..RuleBook::empty(currency) }).unwrap()
}

fn line(no: u32, item: &str, price: i64, pieces: i64) -> CartLine {
    CartLine {
        no,
        item: item.into(),
        category: String::new(),
        tags: Vec::new(),
        unit: Unit::Piece,
        quantity: Quantity::pieces(pieces),
        unit_price: Money::minor(price),
        label_amount: None,
        floor: None,
        standing: Standing::Open,
        discount: None,
    }
}

fn weighed(no: u32, item: &str, price: i64, grams: i64) -> CartLine {
    CartLine { unit: Unit::Kilogram, quantity: Quantity::thousandths(grams), ..line(no, item, price, 1) }
}

fn cart(lines: Vec<CartLine>) -> Cart {
    Cart { lines, discount: None }
}

/// A Friday noon in nobody's name.
fn noon() -> Context {
    Context::anyone("s01", CHANNEL_STORE, Timestamp::UNIX_EPOCH, date(2024, 11, 22).at(12, 0, 0, 0))
}

fn member() -> Context {
    Context { member_level: Some("gold".into()), ..noon() }
}

/// What is left to pay for each line.
fn left(lines: Vec<CartLine>, rules: Vec<Rule>, context: &Context) -> Vec<i64> {
    let settled = settle(&cart(lines), &book(rules), context);
    settled.lines.iter().map(SettledLine::left).collect()
}
