//! Large carts and books without measure: what is bounded, and what stays exact all the same.

use super::*;

fn second_half() -> Rule {
    rule("half", RuleKind::NthPiece { pays_bp: vec![10_000, 5_000], each_item: false }, Goods::all())
}

fn fen_off(at: usize) -> Rule {
    let kind = RuleKind::AmountOff { off: Money::minor(1) };
    Rule { combine: Combine::Compound, ..rule(&format!("r{at:04}"), kind, Goods::all()) }
}

/// So many goods, one piece of each: 1.00, 1.01, ...
fn goods(lines: i64) -> Vec<CartLine> {
    (0..lines).map(|at| line(at as u32 + 1, &format!("i{at:03}"), 100 + at, 1)).collect()
}

#[test]
fn a_full_basket_is_settled_exactly_by_one_rule_on_groups() {
    let by_hand = |from: i64| (0..from).rev().step_by(2).map(|at| (100 + at + 1) / 2).sum::<i64>();
    let settled = settle(&cart(goods(999)), &book(vec![second_half()]), &noon());
    assert_eq!((settled.exact, settled.saved()), (true, by_hand(998)));
    let any = rule("any", RuleKind::MixMatch { pieces: 2, price: Money::minor(100), each_item: false }, Goods::all());
    let settled = settle(&cart(goods(998)), &book(vec![any]), &noon());
    assert_eq!((settled.exact, settled.lines.iter().map(SettledLine::left).sum::<i64>()), (true, 499 * 100));
}

#[test]
fn a_piece_takes_so_many_rules_and_the_others_say_why_not() {
    let rules = (0..RULES_ON_PIECE_MAX + 3).map(fen_off).collect();
    let told = explain(&cart(goods(1)), &book(rules), &noon());
    assert_eq!(told.settled.saved(), RULES_ON_PIECE_MAX as i64);
    let refused = told.lines[0].iter().filter(|(_, verdict)| *verdict == Verdict::Not(WhyNot::TooManyRules)).count();
    assert_eq!(refused, 3);
}

#[test]
fn a_rule_that_comes_after_all_looks_has_no_turn_and_says_so() {
    let grouped = |at: usize| Rule { group: Some(format!("g{at}")), ..fen_off(at) };
    let told = explain(&cart(goods(999)), &book((0..RULES_MAX / 2).map(grouped).collect()), &noon());
    assert!(!told.settled.exact && told.settled.saved() > 0);
    assert_eq!(told.lines[0].last().unwrap().1, Verdict::Not(WhyNot::TooManyRules));
}
