//! Prices of baskets, as the till asks for them.

use super::*;
use crate::basket::{Added, BasketError, LINES_MAX};
use crate::item::{Item, PriceList};
use crate::promotion::{Combine, Goods, Measure, Reward, Rule, RuleKind, ThresholdStep};
use crate::quantity::{QuantityError, Unit};
use crate::tax::TaxMode;
use jiff::Timestamp;
use proptest::prelude::*;
use uuid::Uuid;

fn item(id: u32, price: i64, unit: Unit) -> Item {
    Item {
        id: id.to_string(),
        name: format!("item {id}"),
        name_en: None,
        unit,
        tax: crate::tax::TaxRate::new("standard", 1300),
        code: None,
        prices: PriceList::new(vec![(Timestamp::UNIX_EPOCH, Money::minor(price))]),
        terms: Default::default(),
    }
}

fn basket() -> Basket {
    Basket::new(Uuid::nil(), Timestamp::UNIX_EPOCH)
}

fn plain() -> PriceContext<'static> {
    PriceContext::plain(TaxMode::Included.into())
}
const NOW: Timestamp = Timestamp::UNIX_EPOCH;

#[test]
fn the_same_item_in_a_row_is_counted_on_one_line() {
    let (pen, cup) = (item(1, 199, Unit::Piece), item(2, 500, Unit::Piece));
    let mut basket = basket();
    for goods in [&pen, &pen, &cup, &pen] {
        basket.add(goods, Added::one(), NOW).unwrap();
    }
    let priced = price(&basket, &plain());
    assert_eq!(priced.lines.iter().map(|line| line.gross.units()).collect::<Vec<_>>(), [398, 500, 199]);
    assert_eq!(priced.total, Money::minor(1097));
}

#[test]
fn a_priced_label_costs_what_it_says_and_its_weight_follows() {
    let apples = item(3, 1280, Unit::Kilogram);
    let label = Some(crate::barcode::Embedded::Price(Money::minor(1025)));
    let mut basket = basket();
    let no = basket.add(&apples, Added { label, ..Added::one() }, NOW).unwrap();
    assert_eq!(price(&basket, &plain()).total, Money::minor(1025));
    assert_eq!(basket.line(no).unwrap().quantity, Quantity::thousandths(801));
    assert_eq!(basket.set_quantity(no, Quantity::pieces(2)), Err(BasketError::Labelled));
    let comes_back = Added { label, comes_back: true, ..Added::one() };
    basket.add(&apples, comes_back, NOW).unwrap();
    assert_eq!(price(&basket, &plain()).total, Money::ZERO);
}

#[test]
fn a_label_that_cannot_be_meant_is_refused() {
    let (apples, pen) = (item(3, 1280, Unit::Kilogram), item(4, 199, Unit::Piece));
    let mut basket = basket();
    let mut add = |item: &Item, label| basket.add(item, Added { label: Some(label), ..Added::one() }, NOW);
    let weight = |thousandths| crate::barcode::Embedded::Weight(Quantity::thousandths(thousandths));
    let price = |units| crate::barcode::Embedded::Price(Money::minor(units));
    assert_eq!(add(&apples, price(0)), Err(BasketError::NoPrice));
    assert_eq!(add(&pen, price(999_999_999_000)), Err(BasketError::TooExpensive));
    assert_eq!(add(&apples, weight(0)), Err(BasketError::Quantity(QuantityError::NotPositive)));
    assert_eq!(add(&pen, weight(456)), Err(BasketError::Quantity(QuantityError::TooFine)));
    assert_eq!(add(&pen, weight(3000)), Ok(1));
}

#[test]
fn limits_are_told_and_change_nothing() {
    let (pen, house) = (item(1, 199, Unit::Piece), item(2, 9_999_999_999, Unit::Piece));
    let mut basket = basket();
    basket.add(&pen, Added::one(), NOW).unwrap();
    let too_much = Added { quantity: Quantity::pieces(9_999), ..Added::one() };
    assert_eq!(basket.add(&pen, too_much, NOW), Err(BasketError::Quantity(QuantityError::TooMuch)));
    assert_eq!(basket.set_quantity(1, Quantity::pieces(0)), Err(BasketError::Quantity(QuantityError::NotPositive)));
    assert_eq!(basket.set_quantity(2, Quantity::ONE), Err(BasketError::NoSuchLine));
    let two = Added { quantity: Quantity::pieces(2), ..Added::one() };
    assert_eq!(basket.add(&house, two, NOW), Err(BasketError::TooExpensive));
    assert_eq!(price(&basket, &plain()).total, Money::minor(199));
    for no in 0..LINES_MAX - 1 {
        basket.add(&item(no as u32 + 10, 1, Unit::Piece), Added::one(), NOW).unwrap();
    }
    assert_eq!(basket.add(&item(5, 1, Unit::Piece), Added::one(), NOW), Err(BasketError::Full));
}

/// A book of several kinds for baskets of the items 1 to 8.
fn some_book() -> CompiledBook {
    let rule = |id: &str, kind, goods| Rule { combine: Combine::Compound, ..Rule::new(id, id, kind, goods) };
    let pays_bp = vec![10_000, 5_000];
    let steps = vec![ThresholdStep { from: 10_000, gives: Reward::Amount(Money::minor(1_234)) }];
    let exclusive = |rule| Rule { combine: Combine::Exclusive, ..rule };
    let rules = vec![
        exclusive(rule("half", RuleKind::NthPiece { pays_bp, each_item: false }, Goods::items(["1", "2", "3"]))),
        exclusive(rule("tenth", RuleKind::PercentOff { off_bp: 1_000 }, Goods::items(["2", "4"]))),
        rule("sum", RuleKind::Threshold { measure: Measure::Spend, steps, repeating: true, cap: None }, Goods::all()),
        rule("all", RuleKind::BasketPercent { off_bp: 333, cap: None }, Goods::all()),
    ];
    CompiledBook::new(RuleBook { version: 7, rules, ..RuleBook::empty(Currency::of("CNY").unwrap()) }).unwrap()
}

fn promotions<'a>(book: &'a CompiledBook, used: &'a BTreeMap<String, u32>) -> Promotions<'a> {
    let local = jiff::civil::date(2024, 11, 22).at(12, 0, 0, 0);
    Promotions { book, now: NOW, local, store: "s01", channel: CHANNEL_STORE, used }
}

#[test]
fn goods_that_come_back_take_no_part() {
    let (book, used) = (some_book(), BTreeMap::new());
    let context = PriceContext { tax: TaxMode::Included.into(), promotions: Some(promotions(&book, &used)) };
    let pen = item(2, 1_000, Unit::Piece);
    let mut basket = basket();
    basket.add(&pen, Added { comes_back: true, ..Added::one() }, NOW).unwrap();
    basket.add(&pen, Added::one(), NOW).unwrap();
    let no = basket.add(&pen, Added { comes_back: true, ..Added::one() }, NOW).unwrap();
    basket.facets_mut(no).unwrap().origin = Some(crate::basket::Origin {
        sale: Uuid::nil(),
        receipt: "1".into(),
        line: 1,
        gross: Money::minor(777),
        tax: Money::minor(89),
        points: 7,
    });
    let priced = price(&basket, &context);
    // 1000 less a tenth, and 3.33 % of 900 rounded down.
    let gross: Vec<i64> = priced.lines.iter().map(|line| line.gross.units()).collect();
    assert_eq!(gross, [-1_000, 871, -777]);
    assert_eq!((priced.lines[2].tax, priced.lines[2].list), (Money::minor(-89), Money::minor(-777)));
    assert_eq!(priced.lines[1].discounts.iter().map(|share| &*share.rule).collect::<Vec<_>>(), ["tenth", "all"]);
    assert_eq!(priced.rule_book, 7);
    let (explained, explanation) = explain(&basket, TaxMode::Included.into(), promotions(&book, &used));
    assert_eq!(explained, priced);
    assert_eq!(explanation.lines.len(), 1);
}

#[test]
fn what_people_take_off_bears_their_reason() {
    let discount =
        |off, reason: &str| Some(crate::basket::ManualDiscount { off, reason: reason.into(), approved_by: None });
    let mut basket = basket();
    let no = basket.add(&item(1, 1_000, Unit::Piece), Added::one(), NOW).unwrap();
    basket.facets_mut(no).unwrap().discount = discount(crate::basket::Off::Percent(1_000), "scratched");
    basket.about.discount = discount(crate::basket::Off::Amount(Money::minor(50)), "regular");
    let priced = price(&basket, &plain());
    let shares: Vec<(&str, &str, i64, bool)> = priced.lines[0]
        .discounts
        .iter()
        .map(|share| (&*share.rule, &*share.name, share.amount.units(), share.by_hand))
        .collect();
    assert_eq!(shares, [(BY_HAND_ON_LINE, "scratched", 100, true), (BY_HAND_ON_BASKET, "regular", 50, true)]);
    assert_eq!(priced.total, Money::minor(850));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn voiding_what_was_added_restores_the_price(
        goods in prop::collection::vec((1_u32..9, 1_i64..10_000, prop::bool::weighted(0.2)), 1..8),
        added in 1_u32..9, included in any::<bool>(),
    ) {
        let (book, used) = (some_book(), BTreeMap::new());
        let mode = if included { TaxMode::Included } else { TaxMode::Added };
        let context = PriceContext { tax: mode.into(), promotions: Some(promotions(&book, &used)) };
        let mut basket = basket();
        for (id, price, comes_back) in &goods {
            basket.add(&item(*id, *price, Unit::Piece), Added { comes_back: *comes_back, ..Added::one() }, NOW).unwrap();
        }
        let before = price(&basket, &context);
        prop_assert_eq!(before.total, before.tax.rates.iter().map(|rate| rate.net + rate.tax).sum());
        let list: Money = before.lines.iter().map(|line| line.list).sum();
        let on_top = if included { Money::ZERO } else { before.tax_total() };
        prop_assert_eq!(before.total, list - before.discount_total() + on_top);
        for line in &before.lines {
            let off: Money = line.discounts.iter().map(|share| share.amount).sum();
            let on_top = if included { Money::ZERO } else { line.tax };
            prop_assert_eq!(line.gross, line.list - off + on_top);
        }
        let no = basket.add(&item(added, 777, Unit::Piece), Added::one(), NOW).unwrap();
        prop_assume!(basket.line(no).unwrap().quantity == Quantity::ONE);
        basket.void(no).unwrap();
        prop_assert_eq!(price(&basket, &context), before);
    }
}
