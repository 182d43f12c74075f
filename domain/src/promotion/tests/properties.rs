use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

const ITEMS: [(&str, &str, &str); 6] = [
    ("a", "drinks", "summer"),
    ("b", "drinks/water", ""),
    ("c", "snacks", "summer"),
    ("d", "snacks", ""),
    ("e", "tools", ""),
    ("f", "", "summer"),
];

fn cart_line(no: u32, item: usize, pieces: i64) -> CartLine {
    let (id, category, tag) = ITEMS[item];
    let price = [199, 350, 1_000, 90, 2_499, 500][item];
    let tags = if tag.is_empty() { Vec::new() } else { vec![tag.to_owned()] };
    CartLine { category: category.into(), tags, ..line(no, id, price, pieces) }
}

fn lines() -> impl Strategy<Value = Vec<CartLine>> {
    let extras = (0_u8..10, 1_i64..3_000, prop::bool::weighted(0.2), prop::bool::weighted(0.1));
    let one = (0_usize..6, 1_i64..5, extras).prop_map(|(item, pieces, (sort, more, floored, by_hand))| {
        let mut line = cart_line(0, item, pieces);
        match sort {
            0 => (line.unit, line.quantity) = (Unit::Kilogram, Quantity::thousandths(more)),
            1 => line.label_amount = Some(Money::minor(more)),
            2 => line.standing = Standing::PriceByHand,
            3 => line.standing = Standing::NotDiscountable,
            _ => {}
        }
        if floored {
            line.floor = Some(Money::minor(line.unit_price.units() * (more % 120) / 100));
        }
        if by_hand {
            line.discount = Some(HandDiscount::Percent(more as u32 * 4 % 10_001));
        }
        line
    });
    prop::collection::vec(one, 0..7).prop_map(numbered)
}

fn numbered(mut lines: Vec<CartLine>) -> Vec<CartLine> {
    for (at, line) in lines.iter_mut().enumerate() {
        line.no = at as u32 + 1;
    }
    lines
}

fn goods() -> impl Strategy<Value = Goods> {
    prop_oneof![
        2 => Just(Goods::all()),
        2 => Just(Goods::category("drinks")),
        1 => Just(Goods::category("snacks")),
        2 => Just(Goods::tag("summer")),
        3 => prop::collection::btree_set(0_usize..6, 1..3).prop_map(|items| Goods::items(items.iter().map(|at| ITEMS[*at].0))),
        1 => Just({
            let mut goods = Goods::all();
            goods.except.items.insert("a".into());
            goods
        }),
    ]
}

fn on_lines() -> impl Strategy<Value = RuleKind> {
    let price = || (0_i64..1_200).prop_map(Money::minor);
    prop_oneof![
        price().prop_map(|price| RuleKind::SpecialPrice(PriceTable::One(price))),
        price().prop_map(|price| RuleKind::MemberPrice(PriceTable::One(price))),
        (1_u32..4, 1_u32..5_000, any::<bool>()).prop_map(|(from, off_bp, each_item)| {
            let step = |from, off_bp| ScaleStep { from, gives: ScaleGives::Percent(off_bp) };
            RuleKind::QuantityScale { steps: vec![step(from, off_bp), step(from + 2, off_bp * 2)], each_item }
        }),
        (1_u32..10_001).prop_map(|off_bp| RuleKind::PercentOff { off_bp }),
        (1_i64..500).prop_map(|off| RuleKind::AmountOff { off: Money::minor(off) }),
        (prop::collection::vec(0_u32..9_999, 1..4), any::<bool>())
            .prop_map(|(pays_bp, each_item)| RuleKind::NthPiece { pays_bp, each_item }),
        (1_u32..3, 1_u32..3, any::<bool>()).prop_map(|(buy, get, each_item)| RuleKind::BuyGet {
            buy,
            get,
            pay_bp: 0,
            other: None,
            each_item,
        }),
        (1_u32..3, goods()).prop_map(|(buy, other)| RuleKind::BuyGet {
            buy,
            get: 1,
            pay_bp: 3_000,
            other: Some(other),
            each_item: false,
        }),
        (1_u32..4, price(), any::<bool>()).prop_map(|(pieces, price, each_item)| RuleKind::MixMatch {
            pieces,
            price,
            each_item
        }),
        (goods(), goods(), price()).prop_map(|(first, second, price)| {
            let part = |goods, pieces| Part { goods, pieces };
            RuleKind::Bundle { parts: vec![part(first, 1), part(second, 1)], price }
        }),
    ]
}

fn on_basket() -> impl Strategy<Value = RuleKind> {
    let extra = |(spend, goods, price, repeating): (i64, Goods, i64, bool)| Extra {
        need: Need::Spend(Money::minor(spend)),
        goods,
        pieces: 1,
        price: Money::minor(price),
        repeating,
    };
    let extras = || (1_i64..3_000, goods(), 0_i64..300, any::<bool>());
    prop_oneof![
        1 => extras().prop_map(move |of| RuleKind::AddOn(extra(of))),
        1 => extras().prop_map(move |of| RuleKind::Gift(Extra { price: Money::ZERO, ..extra(of) })),
        5 => on_all_goods(),
    ]
}

fn on_all_goods() -> impl Strategy<Value = RuleKind> {
    prop_oneof![
        (1_i64..4_000, 1_i64..9, any::<bool>()).prop_map(|(from, tenths, repeating)| {
            let steps = vec![ThresholdStep { from, gives: Reward::Amount(Money::minor((from * tenths / 10).max(1))) }];
            RuleKind::Threshold { measure: Measure::Spend, steps, repeating, cap: None }
        }),
        (1_i64..6, 1_u32..9_999).prop_map(|(from, off_bp)| {
            let steps = vec![ThresholdStep { from, gives: Reward::Percent(off_bp) }];
            RuleKind::Threshold { measure: Measure::Pieces, steps, repeating: false, cap: None }
        }),
        (1_u32..10_001, prop::option::of(1_i64..900))
            .prop_map(|(off_bp, cap)| RuleKind::BasketPercent { off_bp, cap: cap.map(Money::minor) }),
        (1_i64..2_000).prop_map(|off| RuleKind::BasketAmount { off: Money::minor(off) }),
        (1_u32..10_001).prop_map(|off_bp| RuleKind::Staff { off_bp }),
    ]
}

fn goods_of(kind: &RuleKind, goods: Goods) -> Goods {
    if matches!(kind, RuleKind::Bundle { .. }) { Goods::default() } else { goods }
}

fn rules() -> impl Strategy<Value = Vec<Rule>> {
    let flags = (prop::bool::weighted(0.1), prop::bool::weighted(0.1), prop::bool::weighted(0.1), any::<bool>());
    let limits = (prop::option::weighted(0.2, 1_u32..4), prop::option::weighted(0.1, 1_u32..4), 0_u8..5);
    let one = (prop_oneof![3 => on_lines(), 2 => on_basket()], goods(), 0_i32..2, flags, limits);
    prop::collection::vec(one, 0..6).prop_map(|found| {
        let of = |(at, (kind, goods, priority, flags, limits)): (usize, _)| {
            let (stops, full_price_only, below_floor, is_compound): (bool, bool, bool, bool) = flags;
            let (limit_per_basket, limit_per_member, group): (Option<u32>, Option<u32>, u8) = limits;
            let goods = goods_of(&kind, goods);
            Rule {
                priority,
                stops,
                full_price_only,
                below_floor,
                combine: if is_compound { Combine::Compound } else { Combine::Exclusive },
                group: (group == 0).then(|| "one".to_owned()),
                limit_per_basket,
                limit_per_member,
                ..rule(&format!("r{at}"), kind, goods)
            }
        };
        found.into_iter().enumerate().map(of).collect()
    })
}

fn contexts() -> impl Strategy<Value = Context> {
    (any::<bool>(), any::<bool>()).prop_map(|(known, staff)| Context { staff, ..if known { member() } else { noon() } })
}

/// Exclusive rules on lines of one priority, without limits: those of which the best choice is made over all goods.
fn rivals() -> impl Strategy<Value = Vec<Rule>> {
    prop::collection::vec((on_lines(), goods()), 1..4).prop_map(|found| {
        let of = |(at, (kind, goods)): (usize, (RuleKind, Goods))| {
            let goods = goods_of(&kind, goods);
            rule(&format!("r{at}"), kind, goods)
        };
        found.into_iter().enumerate().map(of).collect()
    })
}

/// Plain pieces for splitting.
fn pieces() -> impl Strategy<Value = Vec<CartLine>> {
    prop::collection::vec((0_usize..6, 1_i64..3), 0..4)
        .prop_map(|found| numbered(found.into_iter().map(|(item, pieces)| cart_line(0, item, pieces)).collect()))
}

/// What each item pays and what each rule took off it, whatever lines it lies on.
fn by_goods(cart: &Cart, settled: &Settled) -> BTreeMap<(String, String), i64> {
    let mut sums = BTreeMap::new();
    for (line, of_cart) in settled.lines.iter().zip(&cart.lines) {
        let goods = format!("{} {:?}", of_cart.item, of_cart.standing);
        *sums.entry((goods.clone(), "left".to_owned())).or_insert(0) += line.left();
        for (by, amount) in &line.shares {
            *sums.entry((goods.clone(), format!("{by:?}"))).or_insert(0) += amount;
        }
    }
    sums
}

fn together(first: &[CartLine], second: &[CartLine]) -> Vec<CartLine> {
    numbered(first.iter().chain(second).cloned().collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn nothing_goes_below_zero_or_its_floor_and_shares_sum(
        lines in lines(), rules in rules(), context in contexts(), off in prop::option::of(0_i64..3_000),
    ) {
        let compiled = book(rules);
        let cart = Cart { lines, discount: off.map(|off| HandDiscount::Amount(Money::minor(off))) };
        let settled = settle(&cart, &compiled, &context);
        for (line, of_cart) in settled.lines.iter().zip(&cart.lines) {
            prop_assert_eq!(line.list, of_cart.list().units());
            prop_assert!(line.shares.iter().all(|(_, amount)| *amount > 0));
            prop_assert!((0..=line.list).contains(&line.left()));
            let free = line.shares.iter().any(|(by, _)| matches!(by, By::Rule(at) if compiled.rule(*at).below_floor));
            let floor = of_cart.floor.map_or(0, |floor| (floor.units() * of_cart.quantity.in_thousandths() + 999) / 1_000);
            let bound = of_cart.standing != Standing::PriceByHand && !free;
            prop_assert!(!bound || line.left() >= floor.min(line.list), "{line:?} and its floor {floor}");
            let left_alone = of_cart.standing == Standing::NotDiscountable;
            prop_assert!(!left_alone || line.shares.is_empty());
        }
        for (at, times) in &settled.uses {
            let rule = compiled.rule(*at);
            let limit = rule.limit_per_basket.into_iter().chain(rule.limit_per_member).min();
            prop_assert!(limit.is_none_or(|limit| *times <= i64::from(limit)));
        }
    }

    #[test]
    fn the_order_of_scanning_is_irrelevant(
        lines in lines(), rules in rules(), context in contexts(),
        order in prop::collection::vec(any::<u16>(), 40), apart in any::<bool>(),
    ) {
        let compiled = book(rules);
        // Every piece scanned alone in another order, or the lines as they are in another order.
        let mut shuffled: Vec<CartLine> = Vec::new();
        for line in &lines {
            if apart && line.is_counted() && line.discount.is_none() {
                let pieces = line.quantity.in_thousandths() / 1_000;
                shuffled.extend((0..pieces).map(|_| CartLine { quantity: Quantity::ONE, ..line.clone() }));
            } else {
                shuffled.push(line.clone());
            }
        }
        let mut keys = order.into_iter().cycle();
        let mut keyed: Vec<(u16, CartLine)> = shuffled.into_iter().map(|line| (keys.next().unwrap_or(0), line)).collect();
        keyed.sort_by_key(|(key, _)| *key);
        let (here, there) = (cart(lines), cart(numbered(keyed.into_iter().map(|(_, line)| line).collect())));
        let (left, right) = (settle(&here, &compiled, &context), settle(&there, &compiled, &context));
        prop_assert_eq!(&left.uses, &right.uses);
        let by_hand = here.lines.iter().any(|line| line.discount.is_some());
        if by_hand && apart {
            prop_assert_eq!(left.uses, right.uses);
        } else {
            prop_assert_eq!(by_goods(&here, &left), by_goods(&there, &right));
        }
    }

    #[test]
    fn removing_an_item_raises_no_other_beyond_its_list_price(
        lines in lines(), rules in rules(), context in contexts(), gone in any::<prop::sample::Index>(),
    ) {
        let compiled = book(rules);
        let mut fewer = lines.clone();
        if !lines.is_empty() {
            fewer.remove(gone.index(lines.len()));
        }
        for line in settle(&cart(fewer), &compiled, &context).lines {
            let before = lines.iter().find(|before| before.no == line.no).expect("a line that stayed");
            prop_assert!(line.left() <= before.list().units());
        }
    }

    #[test]
    fn splitting_never_pays_where_the_best_is_chosen_over_all_goods(
        first in pieces(), second in pieces(), rules in rivals(), context in contexts(), floored in any::<bool>(),
    ) {
        let with_floors = |lines: Vec<CartLine>| -> Vec<CartLine> {
            let floor = |line: &CartLine| Money::minor(line.unit_price.units() * 6 / 10);
            let of = |line: CartLine| CartLine { floor: floored.then(|| floor(&line)), ..line };
            lines.into_iter().map(of).collect()
        };
        let (first, second) = (with_floors(first), with_floors(second));
        let compiled = book(rules);
        let whole = settle(&cart(together(&first, &second)), &compiled, &context);
        let parts = settle(&cart(first), &compiled, &context).saved() + settle(&cart(second), &compiled, &context).saved();
        prop_assert!(!whole.exact || whole.saved() >= parts, "{} together, {parts} apart", whole.saved());
    }

    #[test]
    fn splitting_never_pays_for_a_share_of_the_basket_or_for_every_full_sum(
        first in pieces(), second in pieces(), from in 1_i64..4_000, tenths in 1_i64..9, off_bp in 1_u32..10_001, share in any::<bool>(),
    ) {
        let steps = vec![ThresholdStep { from, gives: Reward::Amount(Money::minor((from * tenths / 10).max(1))) }];
        let repeating = RuleKind::Threshold { measure: Measure::Spend, steps, repeating: true, cap: None };
        let kind = if share { RuleKind::BasketPercent { off_bp, cap: None } } else { repeating };
        let compiled = book(vec![rule("t", kind, Goods::all())]);
        let saved = |lines: Vec<CartLine>| settle(&cart(lines), &compiled, &noon()).saved();
        let whole = saved(together(&first, &second));
        let (first, second) = (saved(first), saved(second));
        prop_assert!(whole >= first + second, "{whole} together, {first} and {second} apart");
    }

    #[test]
    fn splitting_never_pays_when_a_member_may_have_it_once(
        first in pieces(), second in pieces(), kind in on_all_goods(),
    ) {
        let once = |kind: RuleKind| Rule { limit_per_member: Some(1), ..rule("t", kind, Goods::all()) };
        let compiled = book(vec![once(kind)]);
        let whole = settle(&cart(together(&first, &second)), &compiled, &member()).saved();
        let alone = settle(&cart(first), &compiled, &member());
        let times = alone.uses.first().map_or(0, |(_, times)| *times as u32);
        let used = BTreeMap::from([("t".to_owned(), times)]);
        let then = settle(&cart(second), &compiled, &Context { used, ..member() }).saved();
        prop_assert!(whole >= alone.saved() + then, "{whole} together, {} and {then} apart", alone.saved());
    }

    #[test]
    fn what_is_told_is_what_is_done(lines in lines(), rules in rules(), context in contexts()) {
        let (compiled, cart) = (book(rules), cart(lines));
        let told = explain(&cart, &compiled, &context);
        prop_assert_eq!(&told.settled, &settle(&cart, &compiled, &context));
        for (line, verdicts) in told.settled.lines.iter().zip(&told.lines) {
            let applied: i64 = verdicts.iter().filter_map(|(_, verdict)| match verdict {
                Verdict::Applied { amount, .. } => Some(*amount),
                Verdict::Counted | Verdict::Not(_) => None,
            }).sum();
            let by_rules: i64 = line.shares.iter().filter(|(by, _)| matches!(by, By::Rule(_))).map(|(_, amount)| amount).sum();
            prop_assert_eq!(applied, by_rules);
        }
        prop_assert!(told.hints.len() <= HINTS_MAX);
    }
}
