//! A component settled over all its states.
//!
//! A state is how many pieces of each pool are left, how much of each limit, and which scales are still closed. The
//! first piece left either takes its single offer or is part of an application that begins with it; so every
//! set of applications is looked at once, whatever the order of its applications.
//!
//! A scale is opened by the least number of pieces that its level asks for; once open, further pieces join one by one.

use super::worth::{Picked, value};
use super::{CHOICES_MAX, Offer, Packed, Placed, Problem, STATES_MAX, STEPS_MAX, Shape, Take, Work};

/// Looks for pieces that one way to apply an offer may take on average.
const LOOKS_PER_CHOICE: usize = 16;

/// Nothing when the component is too large.
pub(super) fn settle(problem: &Problem<'_>, work: &mut Work) -> Option<Packed> {
    let table = Table::new(problem)?;
    let choices = Choices::of(problem, &table, work)?;
    let pools = problem.component.pools.len();
    let steps: usize = (0..pools).map(|digit| table.states_from(digit) * (choices.by_first[digit].len() + 1)).sum();
    (steps <= STEPS_MAX && work.spend(steps)).then(|| walk(problem, &table, &choices, &best(problem, &table, &choices)))
}

/// Mixed-radix numbers: pools first, the first pool weighing most, then limits, then scale levels.
struct Table {
    radix: Vec<usize>,
    stride: Vec<usize>,
    states: usize,
    /// Limits of the component, by their digit.
    limits: Vec<usize>,
    /// Scale levels of the component, by their digit: offer and level.
    levels: Vec<(usize, usize)>,
}

impl Table {
    fn new(problem: &Problem<'_>) -> Option<Table> {
        let component = problem.component;
        let pieces: i64 = component.pools.iter().map(|pool| problem.pools[*pool].count).sum();
        let mut limits: Vec<usize> = component.offers.iter().filter_map(|offer| problem.offers[*offer].limit).collect();
        limits.sort_unstable();
        limits.dedup();
        let mut levels = Vec::new();
        for offer in &component.offers {
            if let Shape::Scale(of_offer) = &problem.offers[*offer].shape {
                levels.extend((0..of_offer.len()).map(|level| (*offer, level)));
            }
        }
        let of_pools = component.pools.iter().map(|pool| problem.pools[*pool].count);
        let of_limits = limits.iter().map(|limit| problem.limits[*limit].min(pieces));
        let most = of_pools.chain(of_limits).chain(levels.iter().map(|_| 1));
        let radix: Vec<usize> = most.map(|most| most as usize + 1).collect();
        let mut stride = vec![1; radix.len()];
        let mut states: usize = 1;
        for digit in (0..radix.len()).rev() {
            stride[digit] = states;
            states = states.checked_mul(radix[digit]).filter(|states| *states <= STATES_MAX)?;
        }
        Some(Table { radix, stride, states, limits, levels })
    }

    /// States whose first pool with pieces left is this one.
    fn states_from(&self, digit: usize) -> usize {
        self.stride[digit] * (self.radix[digit] - 1)
    }

    fn limit_digit(&self, problem: &Problem<'_>, offer: &Offer) -> Option<usize> {
        let limit = offer.limit?;
        let at = self.limits.binary_search(&limit).expect("every limit of the component has a digit");
        Some(problem.component.pools.len() + at)
    }

    fn level_digit(&self, problem: &Problem<'_>, offer: usize, level: usize) -> usize {
        let at = self.levels.iter().position(|at| *at == (offer, level)).expect("every level has a digit");
        problem.component.pools.len() + self.limits.len() + at
    }

    fn digit(&self, state: usize, digit: usize) -> usize {
        state / self.stride[digit] % self.radix[digit]
    }
}

/// One way to apply an offer once.
struct Choice {
    offer: usize,
    takes: Vec<Take>,
    gain: i64,
    /// Digits it needs, and how much of each.
    needs: Vec<(usize, usize)>,
    /// A digit that must be zero: the scale must be open.
    open: Option<usize>,
    /// What its digits weigh together.
    weight: usize,
}

#[derive(Default)]
struct Choices {
    by_first: Vec<Vec<Choice>>,
    total: usize,
}

impl Choices {
    fn of(problem: &Problem<'_>, table: &Table, work: &mut Work) -> Option<Choices> {
        let by_first = problem.component.pools.iter().map(|_| Vec::new()).collect();
        let mut choices = Choices { by_first, total: 0 };
        for at in &problem.component.offers {
            let offer = &problem.offers[*at];
            match &offer.shape {
                Shape::Each(gains) => {
                    work.spend(gains.len()).then_some(())?;
                    for (pool, gain) in gains {
                        let saves = (*gain).min(problem.room(*at, *pool));
                        let take = Take { pool: *pool, pieces: 1, saves };
                        choices.add(problem, table, *at, vec![take], None, true)?;
                    }
                }
                Shape::Group { parts, worth } => {
                    let parts: Vec<(i64, &[usize])> = parts.iter().map(|part| (part.pieces, &part.pools[..])).collect();
                    for picked in Picks::all(problem, &parts, work)? {
                        let takes = value(worth, problem.pools, offer.below_floor, &picked);
                        choices.add(problem, table, *at, takes, None, true)?;
                    }
                }
                Shape::Scale(levels) => {
                    for (level, of_level) in levels.iter().enumerate() {
                        let digit = table.level_digit(problem, *at, level);
                        let pools: Vec<usize> = of_level.gains.iter().map(|(pool, _)| *pool).collect();
                        let saves = |pool: usize| {
                            let (_, gain) =
                                of_level.gains.iter().find(|(at, _)| *at == pool).expect("a pool of the level");
                            (*gain).min(problem.room(*at, pool))
                        };
                        for picked in Picks::all(problem, &[(of_level.from, &pools[..])], work)? {
                            let take = |pick: &Picked| Take {
                                pool: pick.pool,
                                pieces: pick.pieces,
                                saves: pick.pieces * saves(pick.pool),
                            };
                            let takes = picked.iter().map(take).collect();
                            choices.add(problem, table, *at, takes, Some((digit, false)), false)?;
                        }
                        for pool in pools {
                            let take = Take { pool, pieces: 1, saves: saves(pool) };
                            choices.add(problem, table, *at, vec![take], Some((digit, true)), true)?;
                        }
                    }
                }
            }
        }
        Some(choices)
    }

    /// Adds a choice unless its pieces save as much alone. `level` is a scale's digit, and whether it must be open.
    fn add(
        &mut self,
        problem: &Problem<'_>,
        table: &Table,
        offer: usize,
        takes: Vec<Take>,
        level: Option<(usize, bool)>,
        must_pay: bool,
    ) -> Option<()> {
        let gain: i64 = takes.iter().map(|take| take.saves).sum();
        let alone: i64 = takes.iter().map(|take| take.pieces * problem.alone(take.pool)).sum();
        if takes.is_empty() || (must_pay && gain <= alone) {
            return Some(());
        }
        let digit_of = |pool: usize| problem.component.pools.binary_search(&pool).expect("a pool of the component");
        let mut needs: Vec<(usize, usize)> =
            takes.iter().map(|take| (digit_of(take.pool), take.pieces as usize)).collect();
        needs.sort_unstable();
        let first = needs[0].0;
        let used = match &problem.offers[offer].shape {
            Shape::Group { .. } => 1,
            Shape::Each(_) | Shape::Scale(_) => takes.iter().map(|take| take.pieces).sum::<i64>() as usize,
        };
        needs.extend(table.limit_digit(problem, &problem.offers[offer]).map(|digit| (digit, used)));
        needs.extend(level.filter(|(_, open)| !open).map(|(digit, _)| (digit, 1)));
        if needs.iter().any(|(digit, need)| *need >= table.radix[*digit]) {
            return Some(());
        }
        let weight = needs.iter().map(|(digit, need)| table.stride[*digit] * need).sum();
        let open = level.filter(|(_, open)| *open).map(|(digit, _)| digit);
        self.by_first[first].push(Choice { offer, takes, gain, needs, open, weight });
        self.total += 1;
        (self.total <= CHOICES_MAX).then_some(())
    }
}

/// All ways to pick pieces for the parts of a group.
struct Picks {
    /// Looks that are left before it is given up.
    looks: usize,
    left: Vec<i64>,
    picked: Vec<Picked>,
    found: Vec<Vec<Picked>>,
}

impl Picks {
    fn all(problem: &Problem<'_>, parts: &[(i64, &[usize])], work: &mut Work) -> Option<Vec<Vec<Picked>>> {
        let left = problem.pools.iter().map(|pool| pool.count).collect();
        let looks = (CHOICES_MAX * LOOKS_PER_CHOICE).min(work.left());
        let mut picks = Picks { looks, left, picked: Vec::new(), found: Vec::new() };
        let pieces = parts.first().map_or(0, |(pieces, _)| *pieces);
        let within = picks.pick(parts, 0, 0, pieces);
        // What was found is looked at once more, piece by piece, for its worth.
        let looked = looks - picks.looks + picks.found.iter().map(Vec::len).sum::<usize>();
        (work.spend(looked) && within.is_some()).then_some(picks.found)
    }

    fn pick(&mut self, parts: &[(i64, &[usize])], part: usize, from: usize, missing: i64) -> Option<()> {
        self.looks = self.looks.checked_sub(1)?;
        if missing == 0 {
            return match parts.get(part + 1) {
                Some((pieces, _)) => self.pick(parts, part + 1, 0, *pieces),
                None => {
                    self.found.push(self.picked.clone());
                    (self.found.len() <= CHOICES_MAX).then_some(())
                }
            };
        }
        let mut ahead: i64 = parts[part].1[from..].iter().map(|pool| self.left[*pool]).sum();
        for at in from..parts[part].1.len() {
            if ahead < missing {
                break;
            }
            let pool = parts[part].1[at];
            ahead -= self.left[pool];
            for pieces in (1..=missing.min(self.left[pool])).rev() {
                self.left[pool] -= pieces;
                self.picked.push(Picked { part, pool, pieces });
                let within = self.pick(parts, part, at + 1, missing - pieces);
                self.picked.pop();
                self.left[pool] += pieces;
                within?;
            }
        }
        Some(())
    }
}

/// What is saved at most from each state, and the choice that the first piece takes; none for its single offer.
type Best = (Vec<i64>, Vec<Option<u16>>);

fn best(problem: &Problem<'_>, table: &Table, choices: &Choices) -> Best {
    let mut value = vec![0_i64; table.states];
    let mut taken: Vec<Option<u16>> = vec![None; table.states];
    let pools = problem.component.pools.len();
    let mut digits = vec![0_usize; table.radix.len()];
    for state in 1..table.states {
        // Counts up like an odometer.
        let mut at = digits.len() - 1;
        while digits[at] + 1 == table.radix[at] {
            digits[at] = 0;
            at -= 1;
        }
        digits[at] += 1;
        let Some(first) = digits[..pools].iter().position(|left| *left > 0) else { continue };
        let mut most = value[state - table.stride[first]] + problem.alone(problem.component.pools[first]);
        for (at, choice) in choices.by_first[first].iter().enumerate() {
            let fits = choice.needs.iter().all(|(digit, need)| digits[*digit] >= *need)
                && choice.open.is_none_or(|digit| digits[digit] == 0);
            if fits && value[state - choice.weight] + choice.gain > most {
                most = value[state - choice.weight] + choice.gain;
                taken[state] = Some(at as u16);
            }
        }
        value[state] = most;
    }
    (value, taken)
}

fn walk(problem: &Problem<'_>, table: &Table, choices: &Choices, (_, taken): &Best) -> Packed {
    let mut placed: Vec<Placed> = Vec::new();
    let mut state = table.states - 1;
    let pools = problem.component.pools.len();
    while let Some(first) = (0..pools).find(|digit| table.digit(state, *digit) > 0) {
        let Some(at) = taken[state] else {
            state -= table.stride[first];
            continue;
        };
        let choice = &choices.by_first[first][at as usize];
        state -= choice.weight;
        match placed.last_mut() {
            Some(last) if last.offer == choice.offer && last.takes == choice.takes => last.times += 1,
            _ => placed.push(Placed { offer: choice.offer, times: 1, takes: choice.takes.clone() }),
        }
    }
    Packed { placed, exact: true }
}
