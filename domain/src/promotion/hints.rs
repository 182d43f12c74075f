//! What would save more: the pieces or the sum that a rule still lacks.

use super::basket_rules::{reached_step, worth};
use super::cart::{Cart, Standing};
use super::compiled::CompiledBook;
use super::explain::{group_size, pieces_wanted};
use super::extras;
use super::goods::Named;
use super::rule::{Measure, Need, Rule, RuleKind};
use super::settle::{Settled, Turn, settle};
use super::when::Context;
use crate::quantity::Quantity;

/// Hints of one cart.
pub const HINTS_MAX: usize = 8;
/// Pieces that a hint asks for at most.
const PIECES_MAX: i64 = 3;
/// Trials of one cart: each settles it once more.
const TRIALS_MAX: usize = 24;

/// Something that would save more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// Place of the rule in the compiled book.
    pub rule: u32,
    /// What is missing.
    pub missing: Missing,
    /// Minor units by which more is taken off then, as far as that can be known.
    pub saves: Option<i64>,
}

/// What a rule lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Further pieces of an item that is in the cart.
    Pieces {
        /// The item.
        item: String,
        /// How many.
        pieces: i64,
    },
    /// Minor units to spend on the goods it names.
    Spend(i64),
    /// Further pieces of any of the goods it names.
    Any(i64),
    /// Goods that may be had beside the purchase, and are not in the cart.
    Extras(i64),
}

/// Near misses, the one that saves most first.
pub(super) fn hints(
    cart: &Cart,
    book: &CompiledBook,
    context: &Context,
    settled: &Settled,
    turns: &[Turn],
) -> Vec<Hint> {
    let mut found = Vec::new();
    let mut trials = 0;
    for (at, turn) in turns.iter().enumerate() {
        let Turn::Had { spend, pieces } = turn else { continue };
        let (at, rule) = (at as u32, book.rule(at as u32));
        let used = settled.uses.iter().find(|(used, _)| *used == at).map_or(0, |(_, times)| *times);
        if rule.limit_per_basket.is_some_and(|limit| used >= i64::from(limit)) {
            continue;
        }
        match &rule.kind {
            RuleKind::Threshold { .. } => found.extend(threshold(at, rule, *spend, *pieces, used)),
            RuleKind::AddOn(extra) | RuleKind::Gift(extra) => {
                let may = extras::times(extra, *spend, *pieces) * i64::from(extra.pieces) - used;
                if may > 0 {
                    found.push(Hint { rule: at, missing: Missing::Extras(may), saves: None });
                } else if let Need::Spend(least) = extra.need {
                    let missing = least.units() - spend % least.units();
                    if (used == 0 || extra.repeating) && missing * 2 <= least.units() {
                        found.push(Hint { rule: at, missing: Missing::Spend(missing), saves: None });
                    }
                }
            }
            _ if trials < TRIALS_MAX => {
                let Some((line, missing)) = one_more(cart, rule, *pieces) else { continue };
                trials += 1;
                let mut more = cart.clone();
                more.lines[line].quantity = more.lines[line].quantity + Quantity::pieces(missing);
                if more.lines[line].quantity.checked().is_err() {
                    continue;
                }
                let then = settle(&more, book, context);
                let by_rule = then.uses.iter().find(|(used, _)| *used == at).map_or(0, |(_, times)| *times);
                let saves = then.saved() - settled.saved();
                if by_rule > used && saves > 0 {
                    let item = cart.lines[line].item.clone();
                    let missing = Missing::Pieces { item, pieces: missing };
                    found.push(Hint { rule: at, missing, saves: Some(saves) });
                }
            }
            _ => {}
        }
    }
    found.sort_by(|left, right| right.saves.cmp(&left.saves).then(left.rule.cmp(&right.rule)));
    found.truncate(HINTS_MAX);
    found
}

/// The next step of a threshold, when more than half of the way to it is behind.
fn threshold(at: u32, rule: &Rule, spend: i64, pieces: i64, used: i64) -> Option<Hint> {
    let RuleKind::Threshold { measure, steps, repeating, .. } = &rule.kind else { return None };
    let reached = match measure {
        Measure::Spend => spend,
        Measure::Pieces => pieces,
    };
    let next = match (reached_step(steps, reached), repeating) {
        (Some(step), true) => (reached / step.from + 1) * step.from,
        (_, _) => steps.iter().find(|step| step.from > reached)?.from,
    };
    let missing = next - reached;
    if missing * 2 > next.min(steps[0].from.max(next / 2)) {
        return None;
    }
    let cap = rule.limit_per_basket.map(i64::from);
    let now = if used > 0 { worth(rule, spend, pieces, cap).1 } else { 0 };
    let (then, missing) = match measure {
        Measure::Spend => (worth(rule, spend + missing, pieces, cap).1, Missing::Spend(missing)),
        // What the further pieces cost is not known; the reward on those that are there is.
        Measure::Pieces => return Some(Hint { rule: at, missing: Missing::Any(missing), saves: None }),
    };
    (then > now).then_some(Hint { rule: at, missing, saves: Some(then - now) })
}

/// The cheapest goods in the cart of which a few more pieces would let a rule on lines apply once more, and how many.
fn one_more(cart: &Cart, rule: &Rule, pieces: i64) -> Option<(usize, i64)> {
    let wanted = pieces_wanted(rule);
    let selections = rule.selections();
    let named = |part: usize, line: usize| {
        let of_cart = &cart.lines[line];
        let open = of_cart.standing == Standing::Open && of_cart.is_counted();
        open && selections[part].names(&of_cart.item, &of_cart.category, &of_cart.tags) == Named::Yes
    };
    let held = |part: usize| -> i64 {
        let lines = (0..cart.lines.len()).filter(|line| named(part, *line));
        lines.map(|line| cart.lines[line].quantity.in_thousandths() / 1000).sum()
    };
    let (part, missing) = match (&rule.kind, group_size(rule)) {
        (RuleKind::QuantityScale { steps, .. }, _) => {
            let next = steps.iter().map(|step| i64::from(step.from)).find(|from| *from > pieces)?;
            (0, next - pieces)
        }
        (_, Some(size)) => (0, size - held(0) % size),
        (_, None) => {
            let short: Vec<(usize, i64)> = wanted
                .iter()
                .enumerate()
                .map(|(part, wanted)| (part, wanted - held(part) % wanted))
                .filter(|(part, missing)| *missing < wanted[*part] || held(*part) == 0)
                .collect();
            let [only] = short[..] else { return None };
            only
        }
    };
    let lines = (0..cart.lines.len()).filter(|line| named(part, *line));
    let cheapest = lines.min_by_key(|line| (cart.lines[*line].unit_price, &cart.lines[*line].item))?;
    (1..=PIECES_MAX).contains(&missing).then_some((cheapest, missing))
}
