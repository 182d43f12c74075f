//! How long pricing takes: a hundred lines against five hundred rules, and how it grows with both.
//!
//! Each cart is priced several times. Plain percentiles are over all of these, as they came; *quickest* ones over the quickest
//! of each cart, which tells of the work and not of what else the machine does. Books that are made to be slow stand in `worst`.
//!
//! `price_figures`: prints one JSON object a line: name, value, unit, and the limit it must keep to.

mod worst;

use std::hint::black_box;
use std::time::Instant;

use domain::money::{Currency, Money};
use domain::price::CHANNEL_STORE;
use domain::promotion::{
    Cart, CartLine, Combine, CompiledBook, Context, CouponNeed, Extra, Goods, Measure, Need, Part, PriceTable, Reward,
    Rule, RuleBook, RuleKind, ScaleGives, ScaleStep, Settled, Standing, ThresholdStep, When, settle,
};
use domain::quantity::{Quantity, Unit};
use jiff::Timestamp;
use jiff::civil::date;

/// Items that the shop sells, and the categories and tags that they lie under.
const ITEMS: usize = 2_000;
const CATEGORIES: usize = 40;
const TAGS: usize = 20;
/// Carts of one figure, and times that each is priced.
const CARTS: usize = 200;
const ROUNDS: usize = 5;

fn main() {
    let context = Context {
        member_level: Some("gold".into()),
        ..Context::anyone("s01", CHANNEL_STORE, Timestamp::UNIX_EPOCH, date(2024, 11, 22).at(12, 0, 0, 0))
    };
    let of = |lines: usize, rules: usize| Figure::measure(lines, rules, &context);
    let wanted = of(100, 500);
    tell_limited("pricing 100 lines x 500 rules, p99", wanted.p99, 2.0);
    tell("pricing 100 lines x 500 rules, p99 of the quickest", wanted.p99_quickest, "ms");
    tell("pricing 100 lines x 500 rules, p50", wanted.p50, "ms");
    tell("pricing 100 lines x 500 rules, rules that applied", wanted.applied, "rules");
    tell("pricing 100 lines x 500 rules, carts settled exactly", wanted.exact, "%");
    for lines in [10, 50, 200, 400, 800] {
        tell_grown(&format!("pricing {lines} lines x 500 rules"), &of(lines, 500));
    }
    for rules in [10, 100, 1_000, 2_000] {
        tell_grown(&format!("pricing 100 lines x {rules} rules"), &of(100, rules));
    }
    worst(&context);
}

/// Prices what is made to be slow, and tells each book and the slowest of all.
fn worst(context: &Context) {
    let mut slowest: f64 = 0.0;
    for (name, rules) in worst::books() {
        let book = sound(rules);
        for pieces in [1, 5, 9_999] {
            let cart = worst::cart(pieces);
            let quickest = (0..ROUNDS).map(|_| timed(&cart, &book, context).0).fold(f64::MAX, f64::min);
            slowest = slowest.max(quickest);
            tell(&format!("slow book, {pieces} of each: {name}"), quickest, "ms");
        }
    }
    let name = format!("pricing {} lines x {} rules, the slowest book", worst::LINES, worst::RULES);
    tell_limited(&name, slowest, 50.0);
}

fn sound(rules: Vec<Rule>) -> CompiledBook {
    let currency = Currency::of("CNY").expect("a currency of the list");
    CompiledBook::new(RuleBook { version: 1, rules, ..RuleBook::empty(currency) }).expect("a sound book")
}

/// Settles a cart; milliseconds and what it came to.
fn timed(cart: &Cart, book: &CompiledBook, context: &Context) -> (f64, Settled) {
    let begun = Instant::now();
    let settled = black_box(settle(black_box(cart), book, context));
    (begun.elapsed().as_secs_f64() * 1e3, settled)
}

fn tell(name: &str, value: f64, unit: &str) {
    println!("{{\"name\":\"{name}\",\"value\":{value:.4},\"unit\":\"{unit}\"}}");
}

fn tell_limited(name: &str, value: f64, at_most: f64) {
    println!("{{\"name\":\"{name}\",\"value\":{value:.4},\"unit\":\"ms\",\"at_most\":{at_most:.1}}}");
}

fn tell_grown(name: &str, figure: &Figure) {
    tell(&format!("{name}, p99"), figure.p99, "ms");
    tell(&format!("{name}, p99 of the quickest"), figure.p99_quickest, "ms");
}

struct Figure {
    p50: f64,
    p99: f64,
    p99_quickest: f64,
    applied: f64,
    exact: f64,
}

impl Figure {
    fn measure(lines: usize, rules: usize, context: &Context) -> Figure {
        let mut chance = Chance(0x5eed ^ (lines as u64) << 20 ^ rules as u64);
        let book = sound((0..rules).map(|at| rule(at, &mut chance)).collect());
        let (mut times, mut quickest) = (Vec::new(), Vec::new());
        let (mut applied, mut exact) = (0, 0);
        for _ in 0..CARTS {
            let cart = Cart { lines: (0..lines).map(|no| line(no as u32, &mut chance)).collect(), discount: None };
            let first = times.len();
            for _ in 0..ROUNDS {
                let (time, settled) = timed(&cart, &book, context);
                times.push(time);
                applied += settled.uses.len();
                exact += usize::from(settled.exact);
            }
            quickest.push(times[first..].iter().copied().fold(f64::MAX, f64::min));
        }
        let each = |sum: usize| sum as f64 / (CARTS * ROUNDS) as f64;
        Figure {
            p50: percentile(&mut times, 50),
            p99: percentile(&mut times, 99),
            p99_quickest: percentile(&mut quickest, 99),
            applied: each(applied),
            exact: each(exact) * 100.0,
        }
    }
}

fn percentile(times: &mut [f64], percent: usize) -> f64 {
    times.sort_by(f64::total_cmp);
    times[(times.len() - 1) * percent / 100]
}

/// A small generator of even numbers, so that every run measures the same carts.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % limit as u64) as usize
    }

    fn pieces(&mut self) -> u32 {
        2 + self.below(3) as u32
    }
}

fn price(item: usize) -> i64 {
    199 + (item as i64 * 7_919) % 4_800
}

fn line(no: u32, chance: &mut Chance) -> CartLine {
    let item = chance.below(ITEMS);
    let weighed = item.is_multiple_of(10);
    CartLine {
        no: no + 1,
        item: item.to_string(),
        category: format!("c{}/s{}", item % CATEGORIES, item % 7),
        tags: if item.is_multiple_of(3) { vec![format!("t{}", item % TAGS)] } else { Vec::new() },
        unit: if weighed { Unit::Kilogram } else { Unit::Piece },
        quantity: if weighed {
            Quantity::thousandths(100 + chance.below(2_000) as i64)
        } else {
            Quantity::pieces(1 + chance.below(3) as i64)
        },
        unit_price: Money::minor(price(item)),
        label_amount: None,
        floor: item.is_multiple_of(5).then(|| Money::minor(price(item) / 2)),
        standing: Standing::Open,
        discount: None,
    }
}

fn some_items(chance: &mut Chance, number: usize) -> Goods {
    Goods::items((0..number).map(|_| chance.below(ITEMS).to_string()))
}

fn some_goods(chance: &mut Chance) -> Goods {
    match chance.below(3) {
        0 => Goods::category(&format!("c{}", chance.below(CATEGORIES))),
        1 => Goods::tag(&format!("t{}", chance.below(TAGS))),
        _ => some_items(chance, 30),
    }
}

/// Of a hundred rules, about sixty on single pieces, thirty on numbers of pieces, ten on extras and the basket.
fn rule(at: usize, chance: &mut Chance) -> Rule {
    let money = Money::minor;
    let each_item = chance.below(2) == 0;
    let (kind, goods) = match at % 20 {
        0..=4 => (RuleKind::SpecialPrice(PriceTable::One(money(150))), some_items(chance, 20)),
        5..=7 => (RuleKind::MemberPrice(PriceTable::One(money(180))), some_items(chance, 20)),
        8 | 9 => (RuleKind::PercentOff { off_bp: 500 + 100 * chance.below(20) as u32 }, some_goods(chance)),
        10 | 11 => (RuleKind::AmountOff { off: money(30) }, some_items(chance, 30)),
        12 => (RuleKind::NthPiece { pays_bp: vec![10_000, 5_000], each_item }, some_goods(chance)),
        13 => {
            let step = |from, off_bp| ScaleStep { from, gives: ScaleGives::Percent(off_bp) };
            (RuleKind::QuantityScale { steps: vec![step(3, 1_000), step(6, 2_000)], each_item }, some_goods(chance))
        }
        14 => (RuleKind::BuyGet { buy: 2, get: 1, pay_bp: 0, other: None, each_item }, some_goods(chance)),
        15 => (RuleKind::MixMatch { pieces: chance.pieces(), price: money(999), each_item: false }, some_goods(chance)),
        16 => {
            let parts = (0..2).map(|_| Part { goods: some_items(chance, 20), pieces: 1 }).collect();
            (RuleKind::Bundle { parts, price: money(800) }, Goods::default())
        }
        17 => {
            let steps = vec![ThresholdStep { from: 10_000, gives: Reward::Amount(money(1_000)) }];
            (RuleKind::Threshold { measure: Measure::Spend, steps, repeating: true, cap: None }, some_goods(chance))
        }
        18 => {
            let goods = some_items(chance, 5);
            let extra =
                Extra { need: Need::Spend(money(20_000)), goods, pieces: 1, price: money(99), repeating: false };
            (RuleKind::AddOn(extra), Goods::all())
        }
        _ => (RuleKind::BasketPercent { off_bp: 200, cap: None }, some_goods(chance)),
    };
    let coupon = CouponNeed { series: Some(format!("X{at}-")), ..CouponNeed::default() };
    Rule {
        when: When { coupon: (at % 40 == 39).then_some(coupon), ..When::default() },
        priority: at.is_multiple_of(7).into(),
        combine: if at.is_multiple_of(4) { Combine::Compound } else { Combine::Exclusive },
        group: at.is_multiple_of(11).then(|| format!("g{}", at % 3)),
        limit_per_basket: at.is_multiple_of(9).then_some(3),
        ..Rule::new(format!("r{at:05}"), format!("rule {at}"), kind, goods)
    }
}
