//! A component that is too large to be settled exactly.
//!
//! What is found is still the best when the component has one offer and that offer is: single pieces or a scale (the
//! pieces that save most), any so many for one price with no floor in the way (the dearest pieces), or groups of one
//! part whose pieces have nothing else to take and no floor in the way (the dearest together, then the next).

use std::cmp::Ordering;

use super::worth::{Picked, Worth, value};
use super::{Packed, Placed, Problem, ROUNDS_MAX, Shape, Take, Work};

/// Each of the two attempts may use half of the work.
pub(super) fn settle(problem: &Problem<'_>, work: &mut Work) -> Packed {
    let mut half = work.share(2);
    let by_piece = Search::new(problem, &mut half).run(|left, right| {
        let (left_share, right_share) =
            (i128::from(left.net) * i128::from(right.pieces), i128::from(right.net) * i128::from(left.pieces));
        left_share.cmp(&right_share).then(left.net.cmp(&right.net))
    });
    work.give_back(half);
    let by_whole = Search::new(problem, work).run(|left, right| left.net.cmp(&right.net));
    let better = if by_whole.net > by_piece.net { by_whole } else { by_piece };
    Packed { placed: better.placed, exact: better.within && is_proven(problem) }
}

/// Whether the way taken here is known to be the best.
fn is_proven(problem: &Problem<'_>) -> bool {
    let [only] = problem.component.offers[..] else { return false };
    let pools = &problem.component.pools;
    let free = |pool: &usize| problem.room(only, *pool) == problem.pools[*pool].price;
    let nothing_else = |pool: &usize| problem.alone(*pool) == 0;
    match &problem.offers[only].shape {
        Shape::Each(_) => true,
        Shape::Scale(_) => problem.offers[only].limit.is_none(),
        Shape::Group { parts, worth: Worth::Price(_) } => parts.len() == 1 && pools.iter().all(free),
        Shape::Group { parts, worth: Worth::Pays(_) } => {
            parts.len() == 1 && pools.iter().all(free) && pools.iter().all(nothing_else)
        }
    }
}

/// An application that could be next.
#[derive(Clone, Debug)]
struct Candidate {
    takes: Vec<Take>,
    pieces: i64,
    /// What it saves more than its pieces would alone.
    net: i64,
    /// A scale is applied once, to all its pieces.
    once: bool,
}

/// What an attempt came to.
struct Attempt {
    placed: Vec<Placed>,
    /// What it saves more than the pieces alone.
    net: i64,
    /// Whether it came to its end before its rounds and its work did.
    within: bool,
}

struct Search<'a> {
    problem: &'a Problem<'a>,
    work: &'a mut Work,
    left: Vec<i64>,
    limits: Vec<i64>,
    /// Best application of each offer; kept until its pieces are gone, because fewer pieces offer nothing better.
    known: Vec<Known>,
}

enum Known {
    Unknown,
    Nothing,
    Best(Candidate),
}

impl<'a> Search<'a> {
    fn new(problem: &'a Problem<'a>, work: &'a mut Work) -> Search<'a> {
        let left = problem.pools.iter().map(|pool| pool.count).collect();
        let known = problem.component.offers.iter().map(|_| Known::Unknown).collect();
        Search { problem, work, left, limits: problem.limits.to_vec(), known }
    }

    /// Applications in the order they were found.
    fn run(mut self, better: impl Fn(&Candidate, &Candidate) -> Ordering) -> Attempt {
        let mut attempt = Attempt { placed: Vec::new(), net: 0, within: false };
        for _ in 0..ROUNDS_MAX {
            if !self.work.spend(self.known.len()) {
                return attempt;
            }
            let all_looked = self.look();
            let mut best: Option<(usize, &Candidate)> = None;
            for (at, known) in self.known.iter().enumerate() {
                let Known::Best(candidate) = known else { continue };
                if best.is_none_or(|(_, best)| better(candidate, best) == Ordering::Greater) {
                    best = Some((at, candidate));
                }
            }
            let Some((at, candidate)) = best else {
                attempt.within = all_looked;
                break;
            };
            let candidate = candidate.clone();
            let offer = self.problem.component.offers[at];
            let times = self.take(offer, &candidate);
            attempt.net += candidate.net * times;
            if candidate.once {
                self.known[at] = Known::Nothing;
            }
            attempt.placed.push(Placed { offer, times, takes: candidate.takes });
        }
        attempt
    }

    /// Finds the best application of every offer whose last one cannot be had any more. False when there was no work left
    /// to do so.
    fn look(&mut self) -> bool {
        for at in 0..self.known.len() {
            let offer = self.problem.component.offers[at];
            let stale = match &self.known[at] {
                Known::Unknown => true,
                Known::Nothing => false,
                Known::Best(best) => self.times(offer, best) == 0,
            };
            if stale {
                if !self.work.spend(effort(&self.problem.offers[offer].shape)) {
                    self.known[at] = Known::Nothing;
                    continue;
                }
                self.known[at] = self.best_of(offer).map_or(Known::Nothing, Known::Best);
            }
        }
        self.work.left() > 0
    }

    /// How often an application can be had.
    fn times(&self, offer: usize, candidate: &Candidate) -> i64 {
        let by_pieces = candidate.takes.iter().map(|take| self.left[take.pool] / take.pieces).min().unwrap_or(0);
        let by_limit = match (&self.problem.offers[offer].shape, self.problem.offers[offer].limit) {
            (_, None) => i64::MAX,
            (Shape::Group { .. }, Some(limit)) => self.limits[limit],
            (Shape::Each(_) | Shape::Scale(_), Some(limit)) => self.limits[limit] / candidate.pieces,
        };
        let most = by_pieces.min(by_limit);
        if candidate.once { most.min(1) } else { most }
    }

    fn take(&mut self, offer: usize, candidate: &Candidate) -> i64 {
        let times = self.times(offer, candidate);
        assert!(times > 0, "an application that was found can be had");
        for take in &candidate.takes {
            self.left[take.pool] -= take.pieces * times;
        }
        if let Some(limit) = self.problem.offers[offer].limit {
            let each = match &self.problem.offers[offer].shape {
                Shape::Group { .. } => 1,
                Shape::Each(_) | Shape::Scale(_) => candidate.pieces,
            };
            self.limits[limit] -= each * times;
        }
        times
    }

    fn best_of(&self, at: usize) -> Option<Candidate> {
        let offer = &self.problem.offers[at];
        let most = offer.limit.map_or(i64::MAX, |limit| self.limits[limit]);
        if most == 0 {
            return None;
        }
        match &offer.shape {
            Shape::Each(gains) => {
                let net =
                    |(pool, gain): &(usize, i64)| (*gain).min(self.problem.room(at, *pool)) - self.problem.alone(*pool);
                let some = gains.iter().filter(|(pool, _)| self.left[*pool] > 0);
                let (pool, gain) = some.max_by_key(|gain| (net(gain), std::cmp::Reverse(gain.0)))?;
                let saves = (*gain).min(self.problem.room(at, *pool));
                self.candidate(vec![Take { pool: *pool, pieces: 1, saves }], false)
            }
            Shape::Group { parts, worth } => {
                let mut best: Option<Candidate> = None;
                for picked in self.groups(parts, worth) {
                    let takes = value(worth, self.problem.pools, offer.below_floor, &picked);
                    let found = self.candidate(takes, false);
                    if let Some(found) = found.filter(|found| best.as_ref().is_none_or(|best| found.net > best.net)) {
                        best = Some(found);
                    }
                }
                best
            }
            Shape::Scale(levels) => {
                let of_level = |level: &super::ScaleLevel| self.scale(at, level.from, &level.gains, most);
                levels.iter().filter_map(of_level).max_by_key(|found| found.net)
            }
        }
    }

    /// An application, when it saves more than its pieces would alone.
    fn candidate(&self, takes: Vec<Take>, once: bool) -> Option<Candidate> {
        let saves = |take: &Take| take.saves - take.pieces * self.problem.alone(take.pool);
        let net: i64 = takes.iter().map(saves).sum();
        let pieces = takes.iter().map(|take| take.pieces).sum();
        (net > 0).then_some(Candidate { takes, pieces, net, once })
    }

    /// All pieces that save by a level of a scale, and those that cost least to make up the number it asks for.
    fn scale(&self, offer: usize, from: i64, gains: &[(usize, i64)], most: i64) -> Option<Candidate> {
        let mut pools: Vec<(i64, usize, i64)> = gains
            .iter()
            .filter(|(pool, _)| self.left[*pool] > 0)
            .map(|(pool, gain)| {
                let saves = (*gain).min(self.problem.room(offer, *pool));
                (saves - self.problem.alone(*pool), *pool, saves)
            })
            .collect();
        pools.sort_by_key(|(net, pool, _)| (std::cmp::Reverse(*net), *pool));
        let mut takes = Vec::new();
        let mut pieces = 0;
        for (net, pool, saves) in pools {
            let wanted = if net > 0 { self.left[pool] } else { self.left[pool].min(from - pieces) };
            let wanted = wanted.min(most - pieces);
            if wanted > 0 {
                takes.push(Take { pool, pieces: wanted, saves: wanted * saves });
                pieces += wanted;
            }
        }
        takes.sort_unstable_by_key(|take| take.pool);
        if pieces >= from { self.candidate(takes, true) } else { None }
    }

    /// Groups that are worth a look: for every part the pieces that promise most; for a single part whose pieces pay
    /// different shares, also runs of neighbours in price.
    fn groups(&self, parts: &[super::GroupPart], worth: &Worth) -> Vec<Vec<Picked>> {
        match (parts, worth) {
            ([only], Worth::Pays(_)) => {
                let mut pools = self.promising(&self.left, &only.pools, |pool| self.problem.pools[pool].price);
                let mut groups = Vec::new();
                while !pools.is_empty() {
                    groups.extend(pick(&pools, &self.left, 0, only.pieces));
                    pools.remove(0);
                }
                groups
            }
            _ => self.group_of_parts(parts, worth).into_iter().collect(),
        }
    }

    fn group_of_parts(&self, parts: &[super::GroupPart], worth: &Worth) -> Option<Vec<Picked>> {
        let mut left = self.left.clone();
        let mut picked = Vec::new();
        // Parts with fewer pools choose first, so that wider ones do not take what they need.
        let mut order: Vec<usize> = (0..parts.len()).collect();
        order.sort_by_key(|part| (parts[*part].pools.len(), *part));
        for part in order {
            let score = |pool: usize| {
                let (price, alone) = (self.problem.pools[pool].price, self.problem.alone(pool));
                match worth {
                    Worth::Price(_) => price - alone,
                    Worth::Pays(pays) => {
                        let off: i64 = pays[part].iter().map(|pays| i64::from(10_000 - pays)).sum();
                        let off = off / pays[part].len() as i64;
                        (i128::from(price) * i128::from(off) / 10_000) as i64 - alone
                    }
                }
            };
            let pools = self.promising(&left, &parts[part].pools, score);
            let of_part = pick(&pools, &left, part, parts[part].pieces)?;
            of_part.iter().for_each(|pick| left[pick.pool] -= pick.pieces);
            picked.extend(of_part);
        }
        Some(picked)
    }

    /// Pools with pieces left, those with the highest score first.
    fn promising(&self, left: &[i64], pools: &[usize], score: impl Fn(usize) -> i64) -> Vec<usize> {
        let mut scored: Vec<(i64, usize)> =
            pools.iter().filter(|pool| left[**pool] > 0).map(|pool| (score(*pool), *pool)).collect();
        scored.sort_unstable_by_key(|(score, pool)| (std::cmp::Reverse(*score), *pool));
        scored.into_iter().map(|(_, pool)| pool).collect()
    }
}

/// The first so many pieces of these pools, for one part; nothing when there are too few.
fn pick(pools: &[usize], left: &[i64], part: usize, mut missing: i64) -> Option<Vec<Picked>> {
    let mut picked = Vec::new();
    for pool in pools {
        if missing == 0 {
            break;
        }
        let pieces = left[*pool].min(missing);
        missing -= pieces;
        picked.push(Picked { part, pool: *pool, pieces });
    }
    (missing == 0).then_some(picked)
}

/// Looks that finding the best application of an offer takes.
fn effort(shape: &Shape) -> usize {
    match shape {
        Shape::Each(gains) => gains.len(),
        Shape::Scale(levels) => levels.iter().map(|level| level.gains.len()).sum(),
        Shape::Group { parts, worth } => match (&parts[..], worth) {
            // One run of neighbours for each pool.
            ([only], Worth::Pays(_)) => only.pools.len() * (1 + only.pools.len().min(only.pieces as usize)),
            _ => parts.iter().map(|part| part.pools.len()).sum(),
        },
    }
}
