//! Which pieces take which offer: each piece at most one, so that the shopper saves most.
//!
//! Pieces lie in pools of equal ones. An offer for each piece alone and without limit needs no search: a piece takes the
//! best of them unless something better is found. What is left are offers for groups, scales and limits; pools and
//! limits that such offers touch together make a *component*, and each component is settled alone:
//!
//! - exactly, over all its states, when there are at most [`STATES_MAX`] of them, at most [`CHOICES_MAX`] ways to apply
//!   an offer once, and at most [`STEPS_MAX`] pairs of the two to look at;
//! - otherwise by taking again and again the application that saves most for each piece, and once more by the one
//!   that saves most in all; the better of the two stands. It never saves less than the offers for single pieces, and it
//!   is still exact when the component has a single offer of a kind for which that is proven (see `greedy`).
//!
//! Every look at a pool or a way to take pieces counts as [work](super::work). A component that has used up its share of it
//! takes nothing more: its pieces keep what they have by then, and their single offers.
//!
//! Ties go to the earlier offer and the earlier pool. Nothing depends on time or chance.

mod exact;
mod greedy;
#[cfg(test)]
mod reference;
mod worth;

pub(super) use worth::Worth;

use super::work::Work;

/// States of a component up to which it is settled exactly.
pub const STATES_MAX: usize = 4_096;
/// Ways to apply an offer once, in one component, up to which it is settled exactly.
pub const CHOICES_MAX: usize = 512;
/// States times ways up to which a component is settled exactly.
pub const STEPS_MAX: usize = 1 << 15;
/// Applications that are looked for one after the other where a component is not settled exactly.
pub const ROUNDS_MAX: usize = 2_000;

/// Equal pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pool {
    /// How many.
    pub count: i64,
    /// What one costs before this choice.
    pub price: i64,
    /// What one costs at least.
    pub floor: i64,
}

/// Something that can be applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Offer {
    /// How it works.
    pub shape: Shape,
    /// Index of its limit; limits may be shared. An application of a group, and a piece of anything else, uses one.
    pub limit: Option<usize>,
    /// Whether floors do not bind it.
    pub below_floor: bool,
}

/// How an offer works. Pools are indices, each once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Each piece alone: pools and what one piece saves, floors not yet looked at.
    Each(Vec<(usize, i64)>),
    /// Groups of pieces, so many of each part.
    Group { parts: Vec<GroupPart>, worth: Worth },
    /// All pieces it is applied to, when they are enough.
    Scale(Vec<ScaleLevel>),
}

impl Offer {
    /// Whether a limit counts its groups and not its pieces.
    pub fn is_group(&self) -> bool {
        matches!(self.shape, Shape::Group { .. })
    }
}

/// A part of a group: so many pieces out of these pools.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct GroupPart {
    pub pieces: i64,
    pub pools: Vec<usize>,
}

/// A level of a scale: from so many pieces on, what one piece of each pool saves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ScaleLevel {
    pub from: i64,
    pub gains: Vec<(usize, i64)>,
}

/// One application of an offer, several times over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Placed {
    /// The offer.
    pub offer: usize,
    /// How many times.
    pub times: i64,
    /// Pieces of each pool, each time.
    pub takes: Vec<Take>,
}

/// Pieces of one pool in one application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Take {
    pub pool: usize,
    pub pieces: i64,
    /// What all of them save together.
    pub saves: i64,
}

/// What was chosen.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(super) struct Packed {
    pub placed: Vec<Placed>,
    /// Whether no other choice saves more.
    pub exact: bool,
}

impl Packed {
    /// What is saved in all.
    #[cfg(test)]
    pub fn saves(&self) -> i64 {
        let of = |placed: &Placed| placed.times * placed.takes.iter().map(|take| take.saves).sum::<i64>();
        self.placed.iter().map(of).sum()
    }
}

/// Settles all pools. Components share what work is left evenly, the smaller ones first, so that what they do not need is
/// left to the larger ones.
pub(super) fn pack(pools: &[Pool], offers: &[Offer], limits: &[i64], work: &mut Work) -> Packed {
    let alone = best_alone(pools, offers);
    let mut packed = Packed { placed: Vec::new(), exact: true };
    let mut left: Vec<i64> = pools.iter().map(|pool| pool.count).collect();
    let mut components = components(pools.len(), offers, limits);
    components.sort_by_key(|component| component.pools.len() * component.offers.len());
    let count = components.len();
    for (at, component) in components.into_iter().enumerate() {
        let problem = Problem { pools, offers, limits, alone: &alone, component: &component };
        let mut share = work.share(count - at);
        let exactly = exact::settle(&problem, &mut share);
        let found = exactly.unwrap_or_else(|| greedy::settle(&problem, &mut share));
        work.give_back(share);
        packed.exact &= found.exact;
        for placed in found.placed {
            for take in &placed.takes {
                left[take.pool] -= take.pieces * placed.times;
            }
            packed.placed.push(placed);
        }
    }
    for (pool, best) in alone.iter().enumerate() {
        assert!(left[pool] >= 0, "no piece takes two offers");
        if let Some((offer, saves)) = best.filter(|_| left[pool] > 0) {
            let takes = vec![Take { pool, pieces: 1, saves }];
            packed.placed.push(Placed { offer, times: left[pool], takes });
        }
    }
    packed
}

/// One component and what it lies in.
struct Problem<'a> {
    pools: &'a [Pool],
    offers: &'a [Offer],
    limits: &'a [i64],
    /// For each pool the best unlimited offer for a single piece, and what it saves.
    alone: &'a [Option<(usize, i64)>],
    component: &'a Component,
}

/// Pools and offers that must be settled together; indices, ascending.
#[derive(Debug, Default)]
struct Component {
    pools: Vec<usize>,
    offers: Vec<usize>,
}

impl Problem<'_> {
    /// What a piece of a pool saves by itself.
    fn alone(&self, pool: usize) -> i64 {
        self.alone[pool].map_or(0, |(_, saves)| saves)
    }

    /// The most that may be taken off a piece by an offer.
    fn room(&self, offer: usize, pool: usize) -> i64 {
        room(&self.pools[pool], self.offers[offer].below_floor)
    }
}

fn room(pool: &Pool, below_floor: bool) -> i64 {
    if below_floor { pool.price } else { (pool.price - pool.floor).max(0) }
}

fn best_alone(pools: &[Pool], offers: &[Offer]) -> Vec<Option<(usize, i64)>> {
    let mut best: Vec<Option<(usize, i64)>> = vec![None; pools.len()];
    for (at, offer) in offers.iter().enumerate().filter(|(_, offer)| offer.limit.is_none()) {
        let Shape::Each(gains) = &offer.shape else { continue };
        for (pool, gain) in gains {
            let saves = (*gain).min(room(&pools[*pool], offer.below_floor));
            if saves > best[*pool].map_or(0, |(_, saves)| saves) {
                best[*pool] = Some((at, saves));
            }
        }
    }
    best
}

/// Joins pools and limits that one offer touches; offers for each piece alone and without limit join nothing.
fn components(pools: usize, offers: &[Offer], limits: &[i64]) -> Vec<Component> {
    let mut parent: Vec<usize> = (0..pools + limits.len()).collect();
    fn root(parent: &mut [usize], mut at: usize) -> usize {
        while parent[at] != at {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        at
    }
    let touched: Vec<Vec<usize>> = offers.iter().map(|offer| touched(offer, pools)).collect();
    for nodes in &touched {
        for pair in nodes.windows(2) {
            let (left, right) = (root(&mut parent, pair[0]), root(&mut parent, pair[1]));
            parent[left.max(right)] = left.min(right);
        }
    }
    let mut of_root: Vec<Option<usize>> = vec![None; parent.len()];
    let mut components: Vec<Component> = Vec::new();
    for (at, nodes) in touched.iter().enumerate() {
        let Some(first) = nodes.first() else { continue };
        let root = root(&mut parent, *first);
        let component = *of_root[root].get_or_insert_with(|| {
            components.push(Component::default());
            components.len() - 1
        });
        components[component].offers.push(at);
        components[component].pools.extend(nodes.iter().filter(|node| **node < pools));
    }
    for component in &mut components {
        component.pools.sort_unstable();
        component.pools.dedup();
    }
    components
}

/// Pools of an offer that needs a search, and after them its limit.
fn touched(offer: &Offer, pools: usize) -> Vec<usize> {
    let mut nodes: Vec<usize> = match &offer.shape {
        Shape::Each(_) if offer.limit.is_none() => Vec::new(),
        Shape::Each(gains) => gains.iter().map(|(pool, _)| *pool).collect(),
        Shape::Group { parts, .. } => parts.iter().flat_map(|part| part.pools.iter().copied()).collect(),
        // Every level names the same pools.
        Shape::Scale(levels) => levels.iter().take(1).flat_map(|level| level.gains.iter().map(|gain| gain.0)).collect(),
    };
    if !nodes.is_empty() {
        nodes.extend(offer.limit.map(|limit| pools + limit));
    }
    nodes
}
