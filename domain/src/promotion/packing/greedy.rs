//! A component that is too large to be settled exactly.
//!
//! What is found is still the best when the component has one offer and that offer is: single pieces or a scale (the
//! pieces that save most), any so many for one price with no floor in the way (the dearest pieces), or groups of one
//! part whose pieces have nothing else to take and no floor in the way (the dearest together, then the next).

use std::cmp::Ordering;

use super::worth::{Picked, Worth, value};
use super::{Packed, Placed, Problem, ROUNDS_MAX, Shape, Take, Work};

/// Looks that ranking counts for, at each pool.
const LOOKS_PER_RANK: usize = 4;
/// Looks that the worth of a group counts for, at each pool.
const LOOKS_PER_GROUP: usize = 4;

/// Each of the two attempts may use half of the work; where the way is known to be the best, one is enough.
pub(super) fn settle(problem: &Problem<'_>, work: &mut Work) -> Packed {
    let mut half = work.share(2);
    let by_piece = Search::new(problem, &mut half).run(|left, right| {
        let (left_share, right_share) =
            (i128::from(left.net) * i128::from(right.pieces), i128::from(right.net) * i128::from(left.pieces));
        left_share.cmp(&right_share).then(left.net.cmp(&right.net))
    });
    work.give_back(half);
    if by_piece.within && is_proven(problem) {
        return Packed { placed: by_piece.placed, exact: true };
    }
    let by_whole = Search::new(problem, work).run(|left, right| left.net.cmp(&right.net));
    let better = if by_whole.net > by_piece.net { by_whole } else { by_piece };
    Packed { placed: better.placed, exact: false }
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
    /// For each offer and each of its parts the pools, the most promising first; what they promise never changes.
    ranks: Vec<Vec<Rank>>,
}

/// Pools in the order they are taken from.
struct Rank {
    pools: Vec<usize>,
    /// Those before this one are empty.
    first: usize,
    /// Whether the first group is the best: its pieces have nothing else to take and no floor in the way.
    plain: bool,
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
        let ranks = problem.component.offers.iter().map(|_| Vec::new()).collect();
        Search { problem, work, left, limits: problem.limits.to_vec(), known, ranks }
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
                self.known[at] = self.best_of(at, offer).map_or(Known::Nothing, Known::Best);
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

    /// The best application of an offer, by its place in the component; nothing when there is no work left to look for it.
    fn best_of(&mut self, place: usize, at: usize) -> Option<Candidate> {
        let problem = self.problem;
        let offer = &problem.offers[at];
        let most = offer.limit.map_or(i64::MAX, |limit| self.limits[limit]);
        if most == 0 {
            return None;
        }
        match &offer.shape {
            Shape::Each(gains) => {
                let saves = |pool: usize| {
                    let gain = gains.binary_search_by_key(&pool, |(pool, _)| *pool).map_or(0, |at| gains[at].1);
                    gain.min(problem.room(at, pool))
                };
                let pools = || gains.iter().map(|(pool, _)| *pool);
                self.rank(place, 0, pools, |pool| saves(pool) - problem.alone(pool))?;
                let pool = self.pick(place, 0, &self.left, 0, 1)?.first()?.pool;
                self.candidate(vec![Take { pool, pieces: 1, saves: saves(pool) }], false)
            }
            Shape::Group { parts, worth } => {
                let mut best: Option<Candidate> = None;
                for picked in self.groups(place, at, parts, worth)? {
                    let takes = value(worth, problem.pools, offer.below_floor, &picked);
                    let found = self.candidate(takes, false);
                    if let Some(found) = found.filter(|found| best.as_ref().is_none_or(|best| found.net > best.net)) {
                        best = Some(found);
                    }
                }
                best
            }
            Shape::Scale(levels) => {
                let looks = levels.iter().map(|level| level.gains.len()).sum();
                self.work.spend(looks).then_some(())?;
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

    /// Groups that are worth a look: for every part the pieces that promise most. For a single part whose pieces pay
    /// different shares, and have something else to take or a floor in the way, also runs of neighbours in price.
    fn groups(
        &mut self,
        place: usize,
        at: usize,
        parts: &[super::GroupPart],
        worth: &Worth,
    ) -> Option<Vec<Vec<Picked>>> {
        let problem = self.problem;
        let ([only], Worth::Pays(_)) = (parts, worth) else {
            return Some(self.group_of_parts(place, parts, worth)?.into_iter().collect());
        };
        let is_new = self.ranks[place].is_empty();
        self.rank(place, 0, || only.pools.iter().copied(), |pool| problem.pools[pool].price)?;
        if is_new {
            let plain =
                |pool: &usize| problem.room(at, *pool) == problem.pools[*pool].price && problem.alone(*pool) == 0;
            self.ranks[place][0].plain = only.pools.iter().all(plain);
        }
        let rank = &self.ranks[place][0];
        let starts = if rank.plain { 1 } else { rank.pools.len() - rank.first };
        let run = rank.pools.len().min(only.pieces as usize);
        self.work.spend(starts * (1 + run * LOOKS_PER_GROUP)).then_some(())?;
        let rank = &self.ranks[place][0];
        let starts = (rank.first..rank.pools.len()).filter(|from| self.left[rank.pools[*from]] > 0).take(starts);
        Some(starts.map_while(|from| self.pick_from(place, 0, from, &self.left, 0, only.pieces)).collect())
    }

    /// The most promising group; an empty answer when pieces are missing, none when work is.
    fn group_of_parts(
        &mut self,
        place: usize,
        parts: &[super::GroupPart],
        worth: &Worth,
    ) -> Option<Option<Vec<Picked>>> {
        let problem = self.problem;
        for (part, of_part) in parts.iter().enumerate() {
            let off: i64 = match worth {
                Worth::Price(_) => 10_000,
                Worth::Pays(pays) => {
                    let off: i64 = pays[part].iter().map(|pays| i64::from(10_000 - pays)).sum();
                    off / pays[part].len() as i64
                }
            };
            let score = |pool: usize| {
                let off = i128::from(problem.pools[pool].price) * i128::from(off) / 10_000;
                off as i64 - problem.alone(pool)
            };
            self.rank(place, part, || of_part.pools.iter().copied(), score)?;
        }
        let picks: usize = parts.iter().map(|part| part.pools.len().min(part.pieces as usize)).sum();
        self.work.spend(picks * LOOKS_PER_GROUP + self.left.len() / LOOKS_PER_GROUP).then_some(())?;
        let mut left = self.left.clone();
        let mut picked = Vec::new();
        // Parts with fewer pools choose first, so that wider ones do not take what they need.
        let mut order: Vec<usize> = (0..parts.len()).collect();
        order.sort_by_key(|part| (parts[*part].pools.len(), *part));
        for part in order {
            let Some(of_part) = self.pick(place, part, &left, part, parts[part].pieces) else { return Some(None) };
            of_part.iter().for_each(|pick| left[pick.pool] -= pick.pieces);
            picked.extend(of_part);
        }
        Some(Some(picked))
    }

    /// Ranks the pools of a part when it is first looked at, and passes over those that are empty by then. Nothing when no
    /// work is left.
    fn rank<I: Iterator<Item = usize>>(
        &mut self,
        place: usize,
        part: usize,
        pools: impl Fn() -> I,
        score: impl Fn(usize) -> i64,
    ) -> Option<()> {
        if self.ranks[place].len() == part {
            let mut scored: Vec<(i64, usize)> = pools().map(|pool| (score(pool), pool)).collect();
            self.work.spend(scored.len() * LOOKS_PER_RANK).then_some(())?;
            scored.sort_unstable_by_key(|(score, pool)| (std::cmp::Reverse(*score), *pool));
            let pools = scored.into_iter().map(|(_, pool)| pool).collect();
            self.ranks[place].push(Rank { pools, first: 0, plain: false });
        }
        let rank = &mut self.ranks[place][part];
        let empty = rank.pools[rank.first..].iter().take_while(|pool| self.left[**pool] == 0).count();
        rank.first += empty;
        self.work.spend(1 + empty).then_some(())
    }

    fn pick(&self, place: usize, rank: usize, left: &[i64], part: usize, pieces: i64) -> Option<Vec<Picked>> {
        self.pick_from(place, rank, self.ranks[place][rank].first, left, part, pieces)
    }

    /// So many pieces of the pools of a rank, from one of them on; nothing when there are too few.
    fn pick_from(
        &self,
        place: usize,
        rank: usize,
        from: usize,
        left: &[i64],
        part: usize,
        pieces: i64,
    ) -> Option<Vec<Picked>> {
        let mut missing = pieces;
        let mut picked = Vec::new();
        for pool in &self.ranks[place][rank].pools[from..] {
            let pieces = left[*pool].min(missing);
            if pieces > 0 {
                missing -= pieces;
                picked.push(Picked { part, pool: *pool, pieces });
            }
            if missing == 0 {
                return Some(picked);
            }
        }
        None
    }
}
