//! Rules on all goods together.

use std::collections::BTreeMap;

use super::portion::{Portion, RULES_ON_PIECE_MAX};
use super::rule::{Combine, Measure, Reward, Rule, RuleKind, Stage, ThresholdStep};
use super::settle::{Run, Turn};
use crate::money::Money;

/// Looks that sharing out what a rule takes off counts for, at each portion.
const LOOKS_PER_SHARE: usize = 3;

/// What rules on the basket took off the portions, which stand as the stages on lines and extras left them.
#[derive(Clone, Debug, Default)]
pub(super) struct OnBasket {
    /// In the order they applied.
    pub taken: Vec<TakenOff>,
}

/// What one rule on the basket took off.
#[derive(Clone, Debug)]
pub(super) struct TakenOff {
    pub rule: u32,
    /// Whether floors do not bind it.
    pub below_floor: bool,
    /// Portions and what was taken off each.
    pub shares: Vec<(usize, i64)>,
}

/// Applies all of them: by priority; within one, the exclusive ones first, that which saves most before the others, then
/// the others by id.
pub(super) fn apply_all(run: &mut Run<'_>) -> OnBasket {
    let left = run.portions.iter().map(|portion| portion.count * portion.price).collect();
    let floor = |portion: &Portion| portion.count * run.classes[portion.class].floor;
    let floors = run.portions.iter().map(floor).collect();
    let takers = vec![Vec::new(); run.portions.len()];
    let mut stage = BasketStage { left, floors, takers, groups: Vec::new(), on_basket: OnBasket::default() };
    for (combine, rules) in run.of_stage(Stage::Basket) {
        match combine {
            Combine::Exclusive => stage.apply_rivals(run, &rules),
            Combine::Compound => stage.apply_compound(run, &rules),
        }
    }
    stage.on_basket
}

struct BasketStage {
    /// What each portion still costs.
    left: Vec<i64>,
    /// What each costs at least.
    floors: Vec<i64>,
    /// Rules of this stage that touched each portion.
    takers: Vec<Vec<u32>>,
    /// Groups of which a rule of this stage has applied.
    groups: Vec<String>,
    on_basket: OnBasket,
}

/// What a rule would take off now.
struct Deal {
    times: i64,
    saves: i64,
    /// Portions, ascending, and what is taken off each.
    shares: Vec<(usize, i64)>,
}

impl Deal {
    /// Whether it is about any of these portions, which ascend.
    fn meets(&self, portions: &[usize]) -> bool {
        let (few, many) = (self.shares.len(), portions.len());
        match few <= many {
            true => self.shares.iter().any(|(portion, _)| portions.binary_search(portion).is_ok()),
            false => portions.iter().any(|at| self.shares.binary_search_by_key(at, |(portion, _)| *portion).is_ok()),
        }
    }
}

impl BasketStage {
    /// Applies rules that keep each other out: the one that saves most, and again of those that are left. What a rule
    /// would take off is looked at anew when another has touched its goods or its group.
    fn apply_rivals(&mut self, run: &mut Run<'_>, rivals: &[usize]) {
        let mut deals: Vec<(usize, Deal)> = rivals.iter().filter_map(|at| Some((*at, self.deal(run, *at)?))).collect();
        while let Some(best) = (0..deals.len()).rev().max_by_key(|at| deals[*at].1.saves) {
            let (at, deal) = deals.remove(best);
            let touched: Vec<usize> = deal.shares.iter().map(|(portion, _)| *portion).collect();
            self.take(run, at, deal);
            // What saves nothing once will not do so later: there are only fewer goods.
            deals = deals
                .into_iter()
                .filter_map(|(rival, deal)| {
                    let (taken, group) =
                        (run.book.rule(run.matches[at].rule), |at: usize| &run.book.rule(run.matches[at].rule).group);
                    let keeps_out = taken.group.is_some() && taken.group == *group(rival);
                    match keeps_out || deal.meets(&touched) {
                        true => Some((rival, self.deal(run, rival)?)),
                        false => Some((rival, deal)),
                    }
                })
                .collect();
        }
    }

    /// Applies rules one after the other; of those of one group only the one that saves most, when the first of them has
    /// its turn.
    fn apply_compound(&mut self, run: &mut Run<'_>, rules: &[usize]) {
        let mut grouped: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let book = run.book;
        let group = |run: &Run<'_>, at: usize| book.rule(run.matches[at].rule).group.as_deref();
        for at in rules {
            if let Some(group) = group(run, *at) {
                grouped.entry(group).or_default().push(*at);
            }
        }
        for at in rules {
            let in_question = match group(run, *at) {
                None => vec![*at],
                Some(group) => grouped.remove(group).unwrap_or_default(),
            };
            let deals: Vec<(usize, Deal)> =
                in_question.into_iter().filter_map(|at| Some((at, self.deal(run, at)?))).collect();
            // The first of those that save as much.
            if let Some((at, deal)) = deals.into_iter().rev().max_by_key(|(_, deal)| deal.saves) {
                self.take(run, at, deal);
            }
        }
    }

    fn take(&mut self, run: &mut Run<'_>, at: usize, deal: Deal) {
        let rule_at = run.matches[at].rule;
        let rule = run.book.rule(rule_at);
        for (portion, share) in &deal.shares {
            self.left[*portion] -= share;
            assert!(self.left[*portion] >= 0, "nothing is sold below zero");
            self.takers[*portion].push(rule_at);
        }
        self.groups.extend(rule.group.clone());
        run.uses.push((rule_at, deal.times));
        self.on_basket.taken.push(TakenOff { rule: rule_at, below_floor: rule.below_floor, shares: deal.shares });
    }

    /// What a rule takes off as things stand; nothing when it saves nothing.
    fn deal(&self, run: &mut Run<'_>, at: usize) -> Option<Deal> {
        let (rule_at, cap) = (run.matches[at].rule, run.matches[at].cap);
        let rule = run.book.rule(rule_at);
        let classes = std::mem::take(&mut run.matches[at].classes);
        let open = run.open_portions(rule_at, &classes[0]);
        run.matches[at].classes = classes;
        let mut portions = open?;
        portions.retain(|portion| self.is_open(run, rule, *portion));
        if !run.may_look(rule_at, portions.len() * LOOKS_PER_SHARE) {
            return None;
        }
        let spend: i64 = portions.iter().map(|portion| self.left[*portion]).sum();
        let (_, pieces) = run.measure(&portions);
        run.turns[rule_at as usize] = Turn::Had { spend, pieces };
        let closed = rule.group.as_ref().is_some_and(|group| self.groups.contains(group));
        if closed || spend == 0 || !run.spends_enough(rule_at, spend) {
            return None;
        }
        let (times, whole) = worth(rule, spend, pieces, cap);
        if whole == 0 {
            return None;
        }
        let weights: Vec<i64> = portions.iter().map(|portion| self.left[*portion]).collect();
        let room = |portion: usize| {
            let floor = if rule.below_floor { 0 } else { self.floors[portion] };
            (self.left[portion] - floor).max(0)
        };
        let shares: Vec<(usize, i64)> = portions
            .iter()
            .zip(Money::minor(whole).allocate(&weights))
            .map(|(portion, share)| (*portion, share.units().min(room(*portion))))
            .collect();
        let saves: i64 = shares.iter().map(|(_, share)| share).sum();
        (saves > 0).then_some(Deal { times, saves, shares })
    }

    /// Whether a portion is open to a rule, as far as rules of this stage have a say.
    fn is_open(&self, run: &Run<'_>, rule: &Rule, portion: usize) -> bool {
        let takers = &self.takers[portion];
        let alone = rule.combine == Combine::Exclusive
            && takers.iter().any(|taker| run.book.rule(*taker).combine == Combine::Exclusive);
        let stopped = takers.iter().any(|taker| run.book.rule(*taker).stops);
        let full_price = !rule.full_price_only || takers.is_empty();
        !alone && !stopped && full_price && takers.len() < RULES_ON_PIECE_MAX
    }
}

/// How often a rule applies to goods of this worth and number, and what it takes off, floors not yet looked at.
/// Percentages are rounded down.
pub(super) fn worth(rule: &Rule, spend: i64, pieces: i64, cap: Option<i64>) -> (i64, i64) {
    let percent = |off_bp: u32| (i128::from(spend) * i128::from(off_bp) / 10_000) as i64;
    let (times, whole) = match &rule.kind {
        RuleKind::BasketPercent { off_bp, cap } => (1, percent(*off_bp).min(most(*cap))),
        RuleKind::Staff { off_bp } => (1, percent(*off_bp)),
        // Several coupons for one use take it off several times.
        RuleKind::BasketAmount { off } => {
            let coupon = rule.when.coupon.as_ref().is_some_and(|coupon| coupon.single_use);
            let times = if coupon { cap.unwrap_or(1) } else { 1 };
            (times, product(*off, times))
        }
        RuleKind::Threshold { measure, steps, repeating, cap: most_off } => {
            let reached = match measure {
                Measure::Spend => spend,
                Measure::Pieces => pieces,
            };
            let Some(step) = reached_step(steps, reached) else { return (0, 0) };
            let times = if *repeating { (reached / step.from).min(cap.unwrap_or(i64::MAX)) } else { 1 };
            let whole = match step.gives {
                Reward::Amount(off) => product(off, times),
                Reward::Percent(off_bp) => percent(off_bp),
            };
            (times, whole.min(most(*most_off)))
        }
        _ => unreachable!("only rules on the basket come here"),
    };
    (times, whole.min(spend))
}

/// The last step that is reached.
pub(super) fn reached_step(steps: &[ThresholdStep], reached: i64) -> Option<&ThresholdStep> {
    steps.iter().rev().find(|step| step.from <= reached)
}

fn product(amount: Money, times: i64) -> i64 {
    amount.units().saturating_mul(times)
}

fn most(cap: Option<Money>) -> i64 {
    cap.map_or(i64::MAX, Money::units)
}
