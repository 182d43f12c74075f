//! Goods with terms of their own, a rule book and coupons, for the random stories; and what must hold for every basket.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use domain::basket::{Basket, Line};
use domain::event::Event;
use domain::item::{Item, ItemKind, PriceList, Terms};
use domain::money::{Currency, Money};
use domain::promotion::{Combine, CompiledBook, CouponNeed, Goods, Rule, RuleBook, RuleKind, When};
use domain::quantity::{Quantity, Unit};
use domain::tax::TaxRate;
use jiff::Timestamp;

use super::Habit;

/// What people do with such goods.
pub(super) const HABITS: [&[Habit]; 15] = [
    &[Habit::Back, Habit::Ok, Habit::Code("B1"), Habit::Code("B1")],
    &[Habit::Back, Habit::Ok, Habit::Code("G1"), Habit::Answer("50"), Habit::Answer("CARD-1"), Habit::Pay, Habit::Cash],
    &[
        Habit::Back,
        Habit::Ok,
        Habit::Code("S1"),
        Habit::Code("SN-1"),
        Habit::Code("S1"),
        Habit::Code("SN-2"),
        Habit::Pay,
        Habit::Cash,
    ],
    &[
        Habit::Back,
        Habit::Ok,
        Habit::Code("A1"),
        Habit::Choose("old_enough"),
        Habit::Code("A1"),
        Habit::Pay,
        Habit::Cash,
    ],
    &[Habit::Back, Habit::Ok, Habit::Code("A1"), Habit::Answer("2020-01-01"), Habit::Ok],
    &[Habit::Back, Habit::Ok, Habit::Code("L1"), Habit::Code("L1"), Habit::Code("L1"), Habit::Ok],
    &[Habit::Back, Habit::Ok, Habit::Code("SAVE1"), Habit::Code("MANY"), Habit::Scan, Habit::Pay, Habit::Cash],
    &[
        Habit::Back,
        Habit::Ok,
        Habit::Scan,
        Habit::Code("B1"),
        Habit::Begin("split"),
        Habit::Choose("1"),
        Habit::Confirm,
    ],
    &[Habit::Back, Habit::Ok, Habit::Code("B1"), Habit::Begin("split"), Habit::Choose("1"), Habit::Confirm],
    &[Habit::Back, Habit::Ok, Habit::Return, Habit::Code("D1"), Habit::Pay, Habit::Cash],
    &[Habit::Back, Habit::Ok, Habit::Scan, Habit::Explain, Habit::Back],
    &[
        Habit::Back,
        Habit::Ok,
        Habit::Scan,
        Habit::Begin("note"),
        Habit::Answer("x"),
        Habit::Begin("line_note"),
        Habit::Answer("y"),
    ],
    &[Habit::Back, Habit::Ok, Habit::Scan, Habit::Begin("staff_sale"), Habit::Answer("07"), Habit::Pay, Habit::Cash],
    &[Habit::Back, Habit::Ok, Habit::Scan, Habit::Begin("tax_exempt"), Habit::Answer("C-1"), Habit::Pay, Habit::Cash],
    &[Habit::Back, Habit::Ok, Habit::Lay(0), Habit::Code("1001"), Habit::Lay(450)],
];

/// The goods, by their codes.
pub(super) fn items() -> Vec<(&'static str, Item)> {
    let of = |id: &str, price: Option<i64>, terms: Terms| Item {
        id: id.into(),
        name: id.to_lowercase(),
        name_en: None,
        unit: Unit::Piece,
        tax: TaxRate::new("standard", 1300),
        code: None,
        prices: PriceList::new(price.map(|price| (Timestamp::UNIX_EPOCH, Money::minor(price))).into_iter().collect()),
        terms,
    };
    let kind = |kind| Terms { kind, ..Terms::default() };
    vec![
        ("B1", of("B1", Some(500), Terms { deposit: Some("D1".into()), ..Terms::default() })),
        ("D1", of("D1", Some(50), kind(ItemKind::Deposit))),
        ("G1", of("G1", None, Terms { open_price: true, ..kind(ItemKind::GiftCard) })),
        ("S1", of("S1", Some(2_900), Terms { needs_serial: true, ..Terms::default() })),
        ("A1", of("A1", Some(800), Terms { age_min: Some(18), ..Terms::default() })),
        ("L1", of("L1", Some(990), Terms { quantity_max: Some(Quantity::pieces(2)), ..Terms::default() })),
    ]
}

/// Half the price of every second piece, something off with a coupon for each and with one that is used once.
pub(super) fn rules() -> Arc<CompiledBook> {
    static BOOK: OnceLock<Arc<CompiledBook>> = OnceLock::new();
    let rule = |id: &str, kind: RuleKind, code: Option<(&str, bool)>| Rule {
        when: When {
            coupon: code.map(|(code, single_use)| CouponNeed {
                codes: BTreeSet::from([code.to_owned()]),
                single_use,
                ..CouponNeed::default()
            }),
            ..When::default()
        },
        combine: Combine::Compound,
        ..Rule::new(id, id, kind, Goods::all())
    };
    let book = || {
        let half = RuleKind::NthPiece { pays_bp: vec![10_000, 5_000], each_item: true };
        let mut book = RuleBook::empty(Currency::of("CNY").unwrap());
        book.rules = vec![
            rule("half", half, None),
            rule("many", RuleKind::BasketPercent { off_bp: 500, cap: None }, Some(("MANY", false))),
            rule("once", RuleKind::BasketAmount { off: Money::minor(100) }, Some(("SAVE1", true))),
        ];
        Arc::new(CompiledBook::new(book).unwrap())
    };
    BOOK.get_or_init(book).clone()
}

/// What holds for a basket wherever it is.
pub(super) fn check(basket: &Basket) {
    let goods = |line: &&Line| line.facets.deposit_of.is_none() && line.facets.origin.is_none();
    for line in basket.active().filter(goods).filter(|line| line.terms.deposit.is_some()) {
        let deposits: Vec<&Line> =
            basket.active().filter(|deposit| deposit.facets.deposit_of == Some(line.no)).collect();
        let [deposit] = deposits[..] else { panic!("line {} has {} deposits", line.no, deposits.len()) };
        assert_eq!(deposit.quantity, line.quantity, "the deposit is that of its goods");
    }
    for deposit in basket.active().filter(|line| line.facets.deposit_of.is_some()) {
        let of = deposit.facets.deposit_of.and_then(|goods| basket.line(goods));
        assert!(of.is_some(), "a deposit without its goods");
    }
    let mut numbers = BTreeSet::new();
    for line in basket.active().filter(|line| !line.quantity.is_return()) {
        let number = line.facets.serial.as_ref().or(line.facets.account.as_ref());
        assert!(number.is_none_or(|number| numbers.insert(number)), "{number:?} stands twice in a sale");
        assert!(!line.terms.needs_serial || line.facets.serial.is_some(), "a piece without its number");
        assert!(line.terms.age_min.is_none() || line.facets.age_checked_by.is_some(), "nobody looked at the age");
        let of_item = basket.active().filter(|other| other.item == line.item && !other.quantity.is_return());
        let sum: i64 = of_item.map(|line| line.quantity.in_thousandths()).sum();
        assert!(line.terms.quantity_max.is_none_or(|max| sum <= max.in_thousandths()), "more than allowed");
        if line.terms.kind.is_liability() {
            assert!(line.tax.exempt, "money that is owed is not taxed");
        }
    }
}

/// What an event shows to have happened with such goods.
pub(super) fn reached(event: &Event) -> Vec<&'static str> {
    let Event::SaleCompleted(sale) = event else { return Vec::new() };
    let any = |what: &dyn Fn(&Line) -> bool| sale.lines.iter().any(|sold| what(&sold.line));
    let by_rule = sale.lines.iter().any(|sold| sold.discounts.iter().any(|share| !share.by_hand));
    [
        ("with-deposit", any(&|line| line.facets.deposit_of.is_some() && !line.quantity.is_return())),
        ("bottles-back", any(&|line| line.terms.kind == ItemKind::Deposit && line.quantity.is_return())),
        ("gift-card", any(&|line| line.terms.kind == ItemKind::GiftCard)),
        ("serial", any(&|line| line.facets.serial.is_some())),
        ("age", any(&|line| line.facets.age_checked_by.is_some())),
        ("promoted", by_rule),
        ("coupon", sale.about.coupons.iter().any(|coupon| coupon.grant.is_some())),
        ("staff-sale", sale.about.staff_sale.is_some()),
        ("exempt", sale.about.tax_exempt.is_some()),
    ]
    .into_iter()
    .filter_map(|(what, happened)| happened.then_some(what))
    .collect()
}

/// All that must be reached.
pub(super) const REACHED: [&str; 9] =
    ["with-deposit", "bottles-back", "gift-card", "serial", "age", "promoted", "coupon", "staff-sale", "exempt"];
