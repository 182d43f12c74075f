//! Books that nobody means, made to be slow: two thousand rules on two hundred lines, all of which touch each other.

use domain::money::Money;
use domain::promotion::{
    Cart, CartLine, Combine, Extra, Goods, Measure, Need, Part, PriceTable, Reward, Rule, RuleKind, ScaleGives,
    ScaleStep, Standing, ThresholdStep,
};
use domain::quantity::{Quantity, Unit};

/// Lines of the cart, and rules of each book.
pub const LINES: usize = 200;
pub const RULES: usize = 2_000;

/// A cart of so many different goods, and so many pieces of each.
pub fn cart(pieces: i64) -> Cart {
    let line = |at: usize| CartLine {
        no: at as u32 + 1,
        item: format!("i{at:03}"),
        category: format!("c{}", at / 12),
        tags: Vec::new(),
        unit: Unit::Piece,
        quantity: Quantity::pieces(pieces),
        unit_price: Money::minor(1_001 + at as i64 * 37),
        label_amount: None,
        floor: at.is_multiple_of(2).then(|| Money::minor(500)),
        standing: Standing::Open,
        discount: None,
    };
    Cart { lines: (0..LINES).map(line).collect(), discount: None }
}

/// One book of each kind, with its name.
pub fn books() -> Vec<(&'static str, Vec<Rule>)> {
    let book = |of: fn(usize) -> Rule| (0..RULES).map(of).collect::<Vec<Rule>>();
    vec![
        ("n-th piece over all goods", book(|at| rule(at, nth(2 + at as u32 % 19), Goods::all()))),
        ("n-th piece, each beside the others", book(|at| compound(rule(at, nth(2), Goods::all())))),
        ("any so many over all goods", book(|at| rule(at, any(2 + at as u32 % 9, 900), Goods::all()))),
        ("any so many, each beside the others", book(|at| compound(rule(at, any(2, 1_800), Goods::all())))),
        ("groups by dozens that hardly pay", book(|at| rule(at, any(3, 3_000), dozen(at)))),
        ("groups by dozens that never pay", book(|at| rule(at, any(3, 900_000), dozen(at)))),
        ("bundles of ten parts", book(|at| rule(at, bundle(at), Goods::default()))),
        ("scales with limits", book(|at| limited(rule(at, scale(at), Goods::all())))),
        ("special prices with limits", book(|at| limited(rule(at, special(at), Goods::all())))),
        ("a fen off, each beside the others", book(|at| compound(rule(at, fen_off(), Goods::all())))),
        ("a fen off, each of a group", book(|at| grouped(compound(rule(at, fen_off(), Goods::all()))))),
        (
            "a fen off, of as many priorities",
            book(|at| Rule { priority: at as i32, ..rule(at, fen_off(), Goods::all()) }),
        ),
        ("off the basket, each beside the others", book(|at| compound(rule(at, basket(), Goods::all())))),
        ("off the basket, one against the others", book(|at| rule(at, basket(), Goods::items([item(at)])))),
        ("thresholds of a group", book(|at| grouped(compound(rule(at, threshold(at), Goods::all()))))),
        ("extras, each beside the others", book(|at| compound(rule(at, extra(at), Goods::all())))),
    ]
}

fn item(at: usize) -> String {
    format!("i{:03}", at % LINES)
}

fn dozen(at: usize) -> Goods {
    Goods::category(&format!("c{}", at % (LINES / 12 + 1)))
}

fn nth(pieces: u32) -> RuleKind {
    let pays_bp = (0..pieces).map(|place| 10_000 - place * 300).collect();
    RuleKind::NthPiece { pays_bp, each_item: false }
}

fn any(pieces: u32, price: i64) -> RuleKind {
    RuleKind::MixMatch { pieces, price: Money::minor(price), each_item: false }
}

fn bundle(at: usize) -> RuleKind {
    let part = |part: usize| Part { goods: Goods::items((0..20).map(|more| item(at + part * 7 + more))), pieces: 1 };
    RuleKind::Bundle { parts: (0..10).map(part).collect(), price: Money::minor(9_000) }
}

fn scale(at: usize) -> RuleKind {
    let step = |from| ScaleStep { from, gives: ScaleGives::Percent(from * 400 + at as u32 % 50) };
    RuleKind::QuantityScale { steps: (1..=20).map(step).collect(), each_item: false }
}

fn special(at: usize) -> RuleKind {
    RuleKind::SpecialPrice(PriceTable::One(Money::minor(600 + at as i64 % 300)))
}

fn fen_off() -> RuleKind {
    RuleKind::AmountOff { off: Money::minor(1) }
}

fn basket() -> RuleKind {
    RuleKind::BasketAmount { off: Money::minor(301) }
}

fn threshold(at: usize) -> RuleKind {
    let steps = vec![ThresholdStep { from: 10_000, gives: Reward::Amount(Money::minor(1 + at as i64)) }];
    RuleKind::Threshold { measure: Measure::Spend, steps, repeating: true, cap: None }
}

fn extra(at: usize) -> RuleKind {
    let goods = Goods::items([item(at)]);
    RuleKind::AddOn(Extra {
        need: Need::Spend(Money::minor(1)),
        goods,
        pieces: 1,
        price: Money::minor(1),
        repeating: true,
    })
}

fn compound(rule: Rule) -> Rule {
    Rule { combine: Combine::Compound, ..rule }
}

fn grouped(rule: Rule) -> Rule {
    Rule { group: Some(format!("g-{}", rule.id)), ..rule }
}

fn limited(rule: Rule) -> Rule {
    Rule { limit_per_basket: Some(7), ..rule }
}

fn rule(at: usize, kind: RuleKind, goods: Goods) -> Rule {
    Rule::new(format!("r{at:05}"), format!("rule {at}"), kind, goods)
}
