//! Goods that may be had beside the purchase: for a small price, or for nothing.

use super::packing::{Packed, Placed, Take};
use super::portion::apply;
use super::rule::{Extra, Need, RuleKind, Stage};
use super::settle::{Run, Turn};

/// Applies all such rules: by priority, exclusive ones first, by id. The pieces that save most go first.
pub(super) fn apply_all(run: &mut Run<'_>) {
    for at in run.of_stage(Stage::Extra).into_iter().flat_map(|(_, rules)| rules) {
        apply_one(run, at);
    }
}

fn apply_one(run: &mut Run<'_>, at: usize) {
    let (rule_at, cap) = (run.matches[at].rule, run.matches[at].cap);
    let rule = run.book.rule(rule_at);
    let (RuleKind::AddOn(extra) | RuleKind::Gift(extra)) = &rule.kind else {
        unreachable!("only extras are rules of this stage")
    };
    let offered = run.matches[at].classes[1].clone();
    let bought: Vec<usize> =
        run.matches[at].classes[0].iter().copied().filter(|class| offered.binary_search(class).is_err()).collect();
    let Some(open) = run.open_portions(rule_at, &bought) else { return };
    let (spend, pieces) = run.measure(&open);
    run.turns[rule_at as usize] = Turn::Had { spend, pieces };
    if !run.spends_enough(rule_at, spend) {
        return;
    }
    let allowed = times(extra, spend, pieces) * i64::from(extra.pieces);
    let mut left = cap.map_or(allowed, |cap| allowed.min(cap));
    let mut takes: Vec<(i64, usize)> = Vec::new();
    for portion in run.open_portions(rule_at, &offered).unwrap_or_default() {
        let of = &run.portions[portion];
        let class = &run.classes[of.class];
        let room = if rule.below_floor { of.price } else { (of.price - class.floor).max(0) };
        let saves = (of.price - extra.price.units()).min(room);
        if class.counted && saves > 0 {
            takes.push((saves, portion));
        }
    }
    takes.sort_by_key(|(saves, portion)| (std::cmp::Reverse(*saves), *portion));
    let mut packed = Packed::default();
    for (saves, pool) in takes {
        let times = left.min(run.portions[pool].count);
        if times > 0 {
            left -= times;
            run.uses.push((rule_at, times));
            packed.placed.push(Placed { offer: 0, times, takes: vec![Take { pool, pieces: 1, saves }] });
        }
    }
    apply(&mut run.portions, &packed, &[rule_at]);
}

/// How often the need of an extra is met.
pub(super) fn times(extra: &Extra, spend: i64, pieces: i64) -> i64 {
    let times = match extra.need {
        Need::Spend(least) => spend / least.units(),
        Need::Pieces(least) => pieces / i64::from(least),
    };
    if extra.repeating { times } else { times.min(1) }
}
