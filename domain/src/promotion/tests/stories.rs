use super::*;

fn money(units: i64) -> Money {
    Money::minor(units)
}

fn special(id: &str, price: i64, goods: Goods) -> Rule {
    rule(id, RuleKind::SpecialPrice(PriceTable::One(money(price))), goods)
}

fn percent(id: &str, off_bp: u32, goods: Goods) -> Rule {
    rule(id, RuleKind::PercentOff { off_bp }, goods)
}

fn second_half(id: &str, goods: Goods) -> Rule {
    rule(id, RuleKind::NthPiece { pays_bp: vec![10_000, 5_000], each_item: false }, goods)
}

fn threshold(id: &str, steps: &[(i64, i64)], repeating: bool) -> Rule {
    let step = |(from, off): &(i64, i64)| ThresholdStep { from: *from, gives: Reward::Amount(money(*off)) };
    let steps = steps.iter().map(step).collect();
    rule(id, RuleKind::Threshold { measure: Measure::Spend, steps, repeating, cap: None }, Goods::all())
}

fn compound(rule: Rule) -> Rule {
    Rule { combine: Combine::Compound, ..rule }
}

#[test]
fn a_special_price_and_a_members_price() {
    let pen = || Goods::items(["pen"]);
    let lines = || vec![line(1, "pen", 500, 3), line(2, "cup", 900, 1), weighed(3, "pen", 500, 456)];
    assert_eq!(left(lines(), vec![special("s", 399, pen())], &noon()), [1197, 900, 182]);
    let members = rule("m", RuleKind::MemberPrice(PriceTable::One(money(350))), pen());
    assert_eq!(left(lines(), vec![members.clone()], &noon()), [1500, 900, 228]);
    assert_eq!(left(lines(), vec![members.clone(), special("s", 399, pen())], &member()), [1050, 900, 160]);
    // Two pieces at the special price, the third at the next best.
    let two = Rule { limit_per_basket: Some(2), ..special("s", 300, pen()) };
    assert_eq!(left(vec![line(1, "pen", 500, 3)], vec![members, two], &member()), [950]);
}

#[test]
fn a_scale_counts_one_item_or_all_goods_together() {
    let steps = vec![
        ScaleStep { from: 3, gives: ScaleGives::Percent(1_000) },
        ScaleStep { from: 6, gives: ScaleGives::Percent(2_000) },
    ];
    let scale = |each_item| rule("q", RuleKind::QuantityScale { steps: steps.clone(), each_item }, Goods::all());
    let lines = || vec![line(1, "pen", 500, 3), line(2, "cup", 1000, 2)];
    assert_eq!(left(lines(), vec![scale(true)], &noon()), [1350, 2000]);
    assert_eq!(left(lines(), vec![scale(false)], &noon()), [1350, 1800]);
    assert_eq!(left(vec![line(1, "pen", 500, 6)], vec![scale(true)], &noon()), [2400]);
    let price = vec![ScaleStep { from: 2, gives: ScaleGives::Price(money(450)) }];
    let scale = rule("q", RuleKind::QuantityScale { steps: price, each_item: true }, Goods::all());
    assert_eq!(left(vec![line(1, "pen", 500, 2), line(2, "cup", 400, 2)], vec![scale], &noon()), [900, 800]);
}

#[test]
fn percent_and_amount_off() {
    let lines = || vec![line(1, "pen", 199, 3), weighed(2, "apple", 1280, 500)];
    // 199 at 15 % off saves 29.85, that is 30 a piece.
    assert_eq!(left(lines(), vec![percent("p", 1_500, Goods::all())], &noon()), [507, 544]);
    let off = rule("a", RuleKind::AmountOff { off: money(200) }, Goods::all());
    assert_eq!(left(lines(), vec![off], &noon()), [0, 540]);
}

#[test]
fn the_second_at_half_price_pairs_the_dearest() {
    // 900 with 500, then 400 with 100: a half of 500 and of 100. Each pair shares what it saves by price.
    let lines = vec![line(1, "a", 900, 1), line(2, "b", 500, 1), line(3, "c", 400, 1), line(4, "d", 100, 1)];
    let settled = settle(&cart(lines), &book(vec![second_half("n", Goods::all())]), &noon());
    assert_eq!(settled.saved(), 300);
    assert_eq!(settled.lines.iter().map(SettledLine::left).collect::<Vec<_>>(), [739, 411, 360, 90]);
    assert_eq!((settled.uses, settled.exact), (vec![(0, 2)], true));
    let third = rule("n", RuleKind::NthPiece { pays_bp: vec![10_000, 8_000, 5_000], each_item: true }, Goods::all());
    assert_eq!(left(vec![line(1, "a", 1000, 4)], vec![third], &noon()), [3300]);
}

#[test]
fn buy_some_get_some() {
    let same = |each_item| RuleKind::BuyGet { buy: 2, get: 1, pay_bp: 0, other: None, each_item };
    assert_eq!(left(vec![line(1, "a", 300, 7)], vec![rule("b", same(true), Goods::all())], &noon()), [1500]);
    let mixed = vec![line(1, "a", 300, 2), line(2, "b", 200, 1)];
    assert_eq!(left(mixed.clone(), vec![rule("b", same(true), Goods::all())], &noon()), [600, 200]);
    assert_eq!(left(mixed, vec![rule("b", same(false), Goods::all())], &noon()), [450, 150]);
    let other = RuleKind::BuyGet { buy: 2, get: 1, pay_bp: 0, other: Some(Goods::items(["cup"])), each_item: false };
    let lines = vec![line(1, "pen", 300, 4), line(2, "cup", 400, 1), line(3, "pot", 500, 1)];
    // Two pens and a cup cost 600 instead of 1000: 240 off the pens, 160 off the cup.
    assert_eq!(left(lines, vec![rule("b", other, Goods::items(["pen"]))], &noon()), [960, 240, 500]);
}

#[test]
fn any_three_for_one_price_and_a_bundle() {
    let any = rule("x", RuleKind::MixMatch { pieces: 3, price: money(1_000), each_item: false }, Goods::all());
    let lines = vec![line(1, "a", 500, 2), line(2, "b", 400, 1), line(3, "c", 200, 2)];
    // The dearest three cost 1000 instead of 1400; the other two stay.
    let settled = settle(&cart(lines), &book(vec![any]), &noon());
    assert_eq!((settled.saved(), settled.uses), (400, vec![(0, 1)]));
    let parts = ["burger", "cola", "fries"].map(|item| Part { goods: Goods::items([item]), pieces: 1 });
    let menu = rule("m", RuleKind::Bundle { parts: parts.into(), price: money(2_500) }, Goods::default());
    let lines = vec![line(1, "burger", 2000, 2), line(2, "cola", 600, 1), line(3, "fries", 900, 2)];
    assert_eq!(left(lines, vec![menu], &noon()), [3428, 429, 1543]);
}

#[test]
fn thresholds_step_or_repeat_and_are_capped() {
    let lines = || vec![line(1, "a", 6_000, 1), line(2, "b", 3_100, 5)];
    let stepped = threshold("t", &[(10_000, 1_000), (20_000, 3_000)], false);
    assert_eq!(left(lines(), vec![stepped.clone()], &noon()).iter().sum::<i64>(), 21_500 - 3_000);
    let repeating = threshold("t", &[(10_000, 1_000)], true);
    assert_eq!(left(lines(), vec![repeating.clone()], &noon()).iter().sum::<i64>(), 21_500 - 2_000);
    let mut capped = repeating.clone();
    if let RuleKind::Threshold { cap, .. } = &mut capped.kind {
        *cap = Some(money(1_500));
    }
    assert_eq!(left(lines(), vec![capped], &noon()), [5_581, 14_419]);
    let once = Rule { limit_per_basket: Some(1), ..repeating };
    assert_eq!(left(lines(), vec![once], &noon()).iter().sum::<i64>(), 21_500 - 1_000);
    // Three pieces of a category: a fifth off them.
    let steps = vec![ThresholdStep { from: 3, gives: Reward::Percent(2_000) }];
    let kind = RuleKind::Threshold { measure: Measure::Pieces, steps, repeating: false, cap: None };
    assert_eq!(left(lines(), vec![rule("c", kind, Goods::items(["b"]))], &noon()), [6_000, 12_400]);
    // What counts is what is left after the rules on lines.
    let both = vec![special("s", 2_000, Goods::items(["b"])), stepped];
    assert_eq!(left(lines(), both, &noon()).iter().sum::<i64>(), 16_000 - 1_000);
}

#[test]
fn extras_for_a_small_price_or_for_nothing() {
    let extra = |need, price, repeating| Extra {
        need,
        goods: Goods::items(["towel"]),
        pieces: 1,
        price: money(price),
        repeating,
    };
    let lines = |pieces| vec![line(1, "a", 2_500, 4), line(2, "towel", 1_500, pieces)];
    let add_on = rule("x", RuleKind::AddOn(extra(Need::Spend(money(5_000)), 990, false)), Goods::all());
    assert_eq!(left(lines(2), vec![add_on], &noon()), [10_000, 2_490]);
    let each_time = rule("x", RuleKind::AddOn(extra(Need::Spend(money(5_000)), 990, true)), Goods::all());
    assert_eq!(left(lines(3), vec![each_time], &noon()), [10_000, 3_480]);
    let gift = rule("g", RuleKind::Gift(extra(Need::Pieces(4), 0, false)), Goods::items(["a"]));
    assert_eq!(left(lines(1), vec![gift.clone()], &noon()), [10_000, 0]);
    // The towels themselves do not count, so three of the others are not enough.
    let three = vec![line(1, "a", 2_500, 3), line(2, "towel", 1_500, 1)];
    assert_eq!(left(three, vec![gift], &noon()), [7_500, 1_500]);
}

#[test]
fn coupons_staff_and_the_whole_basket() {
    let need = CouponNeed {
        series: Some("TEN-".into()),
        spend_min: Some(money(5_000)),
        single_use: true,
        ..Default::default()
    };
    let mut coupon = rule("c", RuleKind::BasketAmount { off: money(1_000) }, Goods::all());
    coupon.when.coupon = Some(need);
    let with = |codes: &[&str]| Context {
        coupons: codes.iter().map(|code| PresentedCoupon { code: (*code).into(), spent: false }).collect(),
        ..noon()
    };
    let rules = || vec![coupon.clone()];
    assert_eq!(left(vec![line(1, "a", 6_000, 1)], rules(), &noon()), [6_000]);
    assert_eq!(left(vec![line(1, "a", 6_000, 1)], rules(), &with(&["TEN-1"])), [5_000]);
    assert_eq!(left(vec![line(1, "a", 6_000, 1)], rules(), &with(&["TEN-1", "TEN-2", "TEN-1"])), [4_000]);
    assert_eq!(left(vec![line(1, "a", 4_999, 1)], rules(), &with(&["TEN-1"])), [4_999]);
    let staff = rule("s", RuleKind::Staff { off_bp: 1_500 }, Goods::all());
    assert_eq!(left(vec![line(1, "a", 6_000, 1)], vec![staff.clone()], &noon()), [6_000]);
    let at_work = Context { staff: true, ..noon() };
    assert_eq!(left(vec![line(1, "a", 6_000, 1)], vec![staff], &at_work), [5_100]);
    let all = rule("b", RuleKind::BasketPercent { off_bp: 1_000, cap: Some(money(500)) }, Goods::all());
    assert_eq!(left(vec![line(1, "a", 6_000, 1), line(2, "b", 2_000, 1)], vec![all], &noon()), [5_625, 1_875]);
}

#[test]
fn the_best_of_exclusive_rules_is_chosen_over_all_goods() {
    // Alone, the special price is best for a; but a and b together pay best as a pair.
    let rules = vec![
        special("s", 800, Goods::items(["a"])),
        rule("x", RuleKind::MixMatch { pieces: 2, price: money(1_200), each_item: false }, Goods::items(["a", "b"])),
    ];
    let lines = vec![line(1, "a", 1_000, 2), line(2, "b", 900, 1)];
    let settled = settle(&cart(lines), &book(rules), &noon());
    assert_eq!((settled.saved(), settled.exact), (900, true));
    // With priority the special price goes first, whatever it saves.
    let first = Rule { priority: 5, ..special("s", 800, Goods::items(["a"])) };
    let pair =
        rule("x", RuleKind::MixMatch { pieces: 2, price: money(1_200), each_item: false }, Goods::items(["a", "b"]));
    let lines = vec![line(1, "a", 1_000, 2), line(2, "b", 900, 1)];
    assert_eq!(left(lines, vec![first, pair], &noon()), [1_600, 900]);
}

#[test]
fn compound_rules_stack_by_priority_and_groups_keep_out() {
    let lines = || vec![line(1, "a", 1_000, 2)];
    let rules = |group: Option<&str>, stops| {
        let group = group.map(str::to_owned);
        let special = Rule { group: group.clone(), stops, ..special("s", 800, Goods::all()) };
        vec![special, compound(Rule { group, ..percent("p", 1_000, Goods::all()) })]
    };
    assert_eq!(left(lines(), rules(None, false), &noon()), [1_440]);
    assert_eq!(left(lines(), rules(Some("g"), false), &noon()), [1_600]);
    assert_eq!(left(lines(), rules(None, true), &noon()), [1_600]);
    let amount = compound(rule("z", RuleKind::AmountOff { off: money(100) }, Goods::all()));
    let tenth = compound(percent("p", 1_000, Goods::all()));
    assert_eq!(left(lines(), vec![amount.clone(), tenth.clone()], &noon()), [1_600]);
    assert_eq!(left(lines(), vec![Rule { priority: 1, ..amount.clone() }, tenth], &noon()), [1_620]);
    let full_price = Rule { full_price_only: true, ..amount };
    assert_eq!(left(lines(), vec![full_price, special("s", 800, Goods::all())], &noon()), [1_600]);
    // A compound second at half price on top of the special one.
    assert_eq!(
        left(lines(), vec![special("s", 800, Goods::all()), compound(second_half("n", Goods::all()))], &noon()),
        [1_200]
    );
}

#[test]
fn rules_on_the_basket_choose_or_stack_too() {
    let lines = || vec![line(1, "a", 10_000, 1), line(2, "b", 10_000, 1)];
    let ten = || threshold("t10", &[(10_000, 1_000)], false);
    let twenty = || threshold("t20", &[(20_000, 2_500)], false);
    assert_eq!(left(lines(), vec![ten(), twenty()], &noon()).iter().sum::<i64>(), 17_500);
    assert_eq!(left(lines(), vec![compound(ten()), compound(twenty())], &noon()).iter().sum::<i64>(), 19_000);
    assert_eq!(
        left(lines(), vec![compound(ten()), Rule { priority: 1, ..compound(twenty()) }], &noon()).iter().sum::<i64>(),
        16_500
    );
    let group = |rule| Rule { group: Some("off".into()), ..compound(rule) };
    assert_eq!(left(lines(), vec![group(ten()), group(twenty())], &noon()).iter().sum::<i64>(), 17_500);
}

#[test]
fn floors_cut_and_what_is_cut_is_lost() {
    let floored = |floor| CartLine { floor: Some(money(floor)), ..line(1, "a", 1_000, 2) };
    let half = || percent("p", 5_000, Goods::all());
    assert_eq!(left(vec![floored(700)], vec![half()], &noon()), [1_400]);
    assert_eq!(left(vec![floored(1_200)], vec![half()], &noon()), [2_000]);
    assert_eq!(left(vec![floored(700)], vec![Rule { below_floor: true, ..half() }], &noon()), [1_000]);
    // 1500 off is 1000 and 500 by price; the first is cut at its floor and the second gets no more for it.
    let lines = vec![floored(700), line(2, "b", 1_000, 1)];
    assert_eq!(left(lines, vec![threshold("t", &[(2_000, 1_500)], false)], &noon()), [1_400, 500]);
    let by_hand = CartLine { discount: Some(HandDiscount::Percent(5_000)), ..floored(700) };
    assert_eq!(left(vec![by_hand], vec![], &noon()), [1_400]);
}

#[test]
fn many_small_shares_leave_every_line_above_its_floor() {
    let floored = |no, pieces| CartLine { floor: Some(money(3)), ..line(no, "a", 5, pieces) };
    let one_off = |at| compound(rule(&format!("b{at}"), RuleKind::BasketAmount { off: money(1) }, Goods::all()));
    assert_eq!(left(vec![floored(1, 2), floored(2, 1)], (0..9).map(one_off).collect(), &noon()), [6, 3]);
    let five = (0..5).map(one_off).collect();
    let left = left(vec![floored(1, 2), floored(2, 1)], five, &noon());
    assert!(left[0] >= 6 && left[1] >= 3 && left[0] + left[1] == 10, "{left:?}");
}

#[test]
fn a_member_has_a_rule_as_often_as_it_says_over_all_her_baskets() {
    let three = || Rule { limit_per_member: Some(3), ..special("s", 400, Goods::all()) };
    let after = |times| Context { used: [("s".to_owned(), times)].into(), ..member() };
    let pens = || vec![line(1, "pen", 500, 5)];
    assert_eq!(left(pens(), vec![three()], &after(0)), [2_200]);
    assert_eq!(left(pens(), vec![three()], &after(2)), [2_400]);
    assert_eq!(left(pens(), vec![three()], &after(3)), [2_500]);
    assert_eq!(left(pens(), vec![three()], &noon()), [2_500]);
    let told = explain(&cart(pens()), &book(vec![three()]), &after(3));
    assert_eq!(told.lines[0], [(0, Verdict::Not(WhyNot::MemberLimit { limit: 3 }))]);
}

#[test]
fn people_come_last_and_some_goods_are_left_alone() {
    let by_hand = |amount| CartLine { discount: Some(HandDiscount::Amount(money(amount))), ..line(1, "a", 1_000, 1) };
    assert_eq!(left(vec![by_hand(100)], vec![percent("p", 1_000, Goods::all())], &noon()), [800]);
    assert_eq!(left(vec![by_hand(5_000)], vec![], &noon()), [0]);
    let standing = |no, standing| CartLine { standing, ..line(no, "a", 1_000, 1) };
    let mut cart =
        cart(vec![line(1, "a", 1_000, 1), standing(2, Standing::PriceByHand), standing(3, Standing::NotDiscountable)]);
    cart.discount = Some(HandDiscount::Percent(1_000));
    let settled = settle(&cart, &book(vec![percent("p", 1_000, Goods::all())]), &noon());
    assert_eq!(settled.lines.iter().map(SettledLine::left).collect::<Vec<_>>(), [810, 900, 1_000]);
    assert_eq!(settled.lines[0].shares, [(By::Rule(0), 100), (By::HandOnBasket, 90)]);
}

#[test]
fn every_answer_why_not() {
    let pens = || Goods::items(["pen"]);
    let mut cups = Goods::all();
    cups.except.items.insert("pen".into());
    let later = When { from: Some(Timestamp::from_second(60).unwrap()), ..When::default() };
    let rules = vec![
        special("a-best", 400, pens()),
        percent("b-lesser", 1_000, pens()),
        percent("c-excluded", 1_000, cups),
        Rule { when: later, ..percent("d-later", 1_000, pens()) },
        rule("e-pieces", RuleKind::MixMatch { pieces: 3, price: money(600), each_item: false }, pens()),
        threshold("f-spend", &[(1_000, 100)], false),
        compound(Rule { limit_per_basket: Some(1), ..rule("g-limit", RuleKind::AmountOff { off: money(1) }, pens()) }),
        compound(Rule { full_price_only: true, ..percent("h-full", 100, pens()) }),
    ];
    let compiled = book(rules);
    let lines = vec![line(1, "pen", 500, 2), CartLine { standing: Standing::PriceByHand, ..line(2, "pen", 500, 1) }];
    let told = explain(&cart(lines), &compiled, &noon());
    let of_line = |line: usize| -> Vec<(&str, Verdict)> {
        told.lines[line].iter().map(|(rule, verdict)| (&*compiled.rule(*rule).id, *verdict)).collect()
    };
    let not = Verdict::Not;
    assert_eq!(
        of_line(0),
        [
            ("a-best", Verdict::Applied { amount: 200, at_floor: false }),
            ("b-lesser", not(WhyNot::BetterRule { rule: 0 })),
            ("c-excluded", not(WhyNot::ExcludedGoods)),
            ("d-later", not(WhyNot::NotYetStarted { from: Timestamp::from_second(60).unwrap() })),
            ("e-pieces", not(WhyNot::NotEnoughPieces { missing: 1 })),
            ("f-spend", not(WhyNot::MinSpend { missing: 201 })),
            ("g-limit", Verdict::Applied { amount: 1, at_floor: false }),
            ("h-full", not(WhyNot::NotFullPrice { rule: 0 })),
        ]
    );
    assert!(of_line(1).iter().all(|(id, verdict)| *id == "c-excluded" || *verdict == not(WhyNot::ManualPrice)));
    // A third pen makes the set: 600 instead of 1200; and 2.01 more reach the threshold.
    let missing = Missing::Pieces { item: "pen".into(), pieces: 1 };
    assert_eq!(told.hints[0], Hint { rule: 4, missing, saves: Some(700) });
    assert_eq!(told.hints[1], Hint { rule: 5, missing: Missing::Spend(201), saves: Some(100) });
}

#[test]
fn a_rule_that_cannot_be_meant_is_told_by_name() {
    let told = |rules: Vec<Rule>| {
        let book = RuleBook { rules, ..RuleBook::empty(Currency::of("CNY").unwrap()) };
        CompiledBook::new(book).map(drop).map_err(|error| (error.rule, error.field))
    };
    let pens = || Goods::items(["pen"]);
    let bad = |field: &'static str| Err(("x".to_owned(), field));
    assert_eq!(told(vec![percent("x", 1_000, pens())]), Ok(()));
    assert_eq!(told(vec![percent("x", 1_000, pens()), percent("x", 1_000, pens())]), bad("id"));
    assert_eq!(told(vec![percent("x", 10_001, pens())]), bad("off_bp"));
    assert_eq!(told(vec![percent("x", 1_000, Goods::default())]), bad("goods"));
    assert_eq!(told(vec![threshold("x", &[(1_000, 100), (2_000, 100)], false)]), bad("steps"));
    assert_eq!(told(vec![threshold("x", &[(1_000, 100), (2_000, 300)], true)]), bad("repeating"));
    assert_eq!(told(vec![Rule { limit_per_basket: Some(0), ..percent("x", 1, pens()) }]), bad("limit_per_basket"));
    let hours = When { hours: vec![Hours { from: 600, until: 600 }], ..When::default() };
    assert_eq!(told(vec![Rule { when: hours, ..percent("x", 1, pens()) }]), bad("when.hours"));
    let coupon = When { coupon: Some(CouponNeed::default()), ..When::default() };
    assert_eq!(told(vec![Rule { when: coupon, ..percent("x", 1, pens()) }]), bad("when.coupon"));
}
