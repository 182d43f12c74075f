//! Every possible choice, piece by piece, against what the search finds. Feasible for a handful of pieces only.

use proptest::prelude::*;

use super::worth::{Picked, value};
use super::*;
use crate::promotion::work::SEARCH_LOOKS_MAX;

/// Pieces that a reference case may have.
const PIECES: usize = 6;

struct Reference<'a> {
    pools: &'a [Pool],
    offers: &'a [Offer],
    /// The pool of each piece.
    pieces: Vec<usize>,
}

impl Reference<'_> {
    /// The most that can be saved with the pieces of a set.
    fn best(&self, set: u32, limits: &[i64]) -> i64 {
        if set == 0 {
            return 0;
        }
        let first = set.trailing_zeros() as usize;
        let mut most = self.best(set & !(1 << first), limits);
        for offer in self.offers {
            let spared = |used: i64| -> Option<Vec<i64>> {
                let mut limits = limits.to_vec();
                if let Some(limit) = offer.limit {
                    limits[limit] -= used;
                    if limits[limit] < 0 {
                        return None;
                    }
                }
                Some(limits)
            };
            let saves = |pool: usize, gain: i64| gain.min(room(&self.pools[pool], offer.below_floor));
            match &offer.shape {
                Shape::Each(gains) => {
                    let gain = gains.iter().find(|(pool, _)| *pool == self.pieces[first]);
                    if let (Some((pool, gain)), Some(limits)) = (gain, spared(1)) {
                        most = most.max(saves(*pool, *gain) + self.best(set & !(1 << first), &limits));
                    }
                }
                Shape::Group { parts, worth } => {
                    let Some(limits) = spared(1) else { continue };
                    for (taken, picked) in self.groups(set, parts) {
                        if taken & (1 << first) != 0 {
                            let saved = value(worth, self.pools, offer.below_floor, &picked);
                            let saved: i64 = saved.iter().map(|take| take.saves).sum();
                            most = most.max(saved + self.best(set & !taken, &limits));
                        }
                    }
                }
                Shape::Scale(levels) => {
                    for taken in subsets(set).filter(|taken| taken & (1 << first) != 0) {
                        let Some(limits) = spared(i64::from(taken.count_ones())) else { continue };
                        for level in levels.iter().filter(|level| level.from <= i64::from(taken.count_ones())) {
                            let of = |piece: usize| {
                                let pool = self.pieces[piece];
                                let gain = level.gains.iter().find(|(at, _)| *at == pool);
                                gain.map(|(_, gain)| saves(pool, *gain))
                            };
                            let saved: Option<i64> = members(taken).map(of).sum();
                            if let Some(saved) = saved {
                                most = most.max(saved + self.best(set & !taken, &limits));
                            }
                        }
                    }
                }
            }
        }
        most
    }

    /// Every way to form one group out of a set.
    fn groups(&self, set: u32, parts: &[GroupPart]) -> Vec<(u32, Vec<Picked>)> {
        let mut found = vec![(0, Vec::new())];
        for (at, part) in parts.iter().enumerate() {
            let mut longer = Vec::new();
            for (taken, picked) in &found {
                for more in subsets(set & !taken) {
                    let fits = i64::from(more.count_ones()) == part.pieces
                        && members(more).all(|piece| part.pools.contains(&self.pieces[piece]));
                    if fits {
                        let pick = |piece| Picked { part: at, pool: self.pieces[piece], pieces: 1 };
                        longer.push((taken | more, picked.iter().copied().chain(members(more).map(pick)).collect()));
                    }
                }
            }
            found = longer;
        }
        found
    }
}

fn members(set: u32) -> impl Iterator<Item = usize> {
    (0..32).filter(move |piece| set & (1 << piece) != 0)
}

fn subsets(set: u32) -> impl Iterator<Item = u32> {
    std::iter::successors(Some(set), move |subset| (*subset != 0).then(|| (subset - 1) & set)).filter(|set| *set != 0)
}

fn pools() -> impl Strategy<Value = Vec<Pool>> {
    let pool = (1_i64..4, 0_i64..300, prop_oneof![3 => Just(0_i64), 1 => 0_i64..250])
        .prop_map(|(count, price, floor)| Pool { count, price, floor: floor.min(price) });
    prop::collection::vec(pool, 1..5).prop_map(|mut pools| {
        while pools.iter().map(|pool| pool.count).sum::<i64>() > PIECES as i64 {
            pools.pop();
        }
        if pools.is_empty() { vec![Pool { count: 2, price: 100, floor: 0 }] } else { pools }
    })
}

/// Offers over four pools; pools that are not there are left out afterwards.
fn offers() -> impl Strategy<Value = Vec<Offer>> {
    let some = || prop::collection::btree_set(0_usize..4, 1..5).prop_map(|pools| pools.into_iter().collect::<Vec<_>>());
    let gains = || {
        (some(), 0_i64..200)
            .prop_map(|(pools, gain)| pools.iter().map(|at| (*at, gain + *at as i64)).collect::<Vec<_>>())
    };
    let pays = |pieces: usize| prop::collection::vec(prop_oneof![Just(10_000_u32), Just(5_000), Just(0)], pieces);
    let one_part = (some(), 1_usize..4).prop_flat_map(move |(pools, pieces)| {
        let worth = prop_oneof![
            (0_i64..500).prop_map(Worth::Price),
            pays(pieces).prop_map(|mut pays| {
                pays.sort_unstable_by(|left, right| right.cmp(left));
                Worth::Pays(vec![pays])
            }),
        ];
        worth.prop_map(move |worth| {
            let parts = vec![GroupPart { pieces: pieces as i64, pools: pools.clone() }];
            Shape::Group { parts, worth }
        })
    });
    let two_parts = (some(), some(), 1_i64..3, 1_i64..3, 0_i64..500, any::<bool>()).prop_map(
        |(left, right, first, second, price, fixed)| {
            let parts = vec![GroupPart { pieces: first, pools: left }, GroupPart { pieces: second, pools: right }];
            let pays = vec![vec![10_000; first as usize], vec![4_000; second as usize]];
            Shape::Group { parts, worth: if fixed { Worth::Price(price) } else { Worth::Pays(pays) } }
        },
    );
    let scale = (gains(), 1_i64..4, 1_i64..3).prop_map(|(gains, from, further)| {
        let deeper = gains.iter().map(|(pool, gain)| (*pool, gain + 30)).collect();
        Shape::Scale(vec![ScaleLevel { from, gains }, ScaleLevel { from: from + further, gains: deeper }])
    });
    let shape = prop_oneof![2 => gains().prop_map(Shape::Each), 3 => one_part, 2 => two_parts, 1 => scale];
    let limit = prop_oneof![3 => Just(None), 1 => (0_usize..2).prop_map(Some)];
    let offer = (shape, limit, prop::bool::weighted(0.1));
    prop::collection::vec(offer.prop_map(|(shape, limit, below_floor)| Offer { shape, limit, below_floor }), 1..4)
}

/// Drops pools that do not exist.
fn fit(offers: &mut [Offer], pools: usize) {
    for offer in offers {
        match &mut offer.shape {
            Shape::Each(gains) => gains.retain(|(pool, _)| *pool < pools),
            Shape::Group { parts, .. } => parts.iter_mut().for_each(|part| part.pools.retain(|pool| *pool < pools)),
            Shape::Scale(levels) => levels.iter_mut().for_each(|level| level.gains.retain(|(pool, _)| *pool < pools)),
        }
    }
}

fn check(pools: &[Pool], packed: &Packed, offers: &[Offer], limits: &[i64]) {
    let mut left: Vec<i64> = pools.iter().map(|pool| pool.count).collect();
    let mut limits = limits.to_vec();
    for placed in &packed.placed {
        let mut pieces = 0;
        for take in &placed.takes {
            left[take.pool] -= take.pieces * placed.times;
            pieces += take.pieces;
            assert!(take.saves <= take.pieces * room(&pools[take.pool], offers[placed.offer].below_floor));
        }
        if let Some(limit) = offers[placed.offer].limit {
            limits[limit] -= placed.times * if offers[placed.offer].is_group() { 1 } else { pieces };
        }
    }
    assert!(left.iter().chain(&limits).all(|left| *left >= 0), "pieces and limits hold");
}

#[test]
fn a_group_that_cannot_be_filled_is_given_up() {
    // Twelve pieces fill nine parts in millions of ways, and the tenth in none.
    let pools = vec![Pool { count: 1, price: 100, floor: 0 }; 12];
    let any = || GroupPart { pieces: 1, pools: (0..12).collect() };
    let mut parts: Vec<GroupPart> = (0..9).map(|_| any()).collect();
    parts.push(GroupPart { pieces: 4, pools: (0..12).collect() });
    let offer = Offer { shape: Shape::Group { parts, worth: Worth::Price(0) }, limit: None, below_floor: false };
    let mut work = Work::new(SEARCH_LOOKS_MAX);
    assert_eq!(pack(&pools, &[offer], &[], &mut work), Packed { placed: Vec::new(), exact: false });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn what_is_found_is_what_looking_at_everything_finds(
        pools in pools(),
        mut offers in offers(),
        limits in prop::collection::vec(0_i64..4, 2),
        looks in 0_usize..400,
    ) {
        fit(&mut offers, pools.len());
        let pieces = pools.iter().enumerate().flat_map(|(at, pool)| vec![at; pool.count as usize]).collect::<Vec<_>>();
        let all = (1 << pieces.len()) - 1;
        let most = Reference { pools: &pools, offers: &offers, pieces }.best(all, &limits);
        let packed = pack(&pools, &offers, &limits, &mut Work::new(SEARCH_LOOKS_MAX));
        check(&pools, &packed, &offers, &limits);
        // So few pieces are settled exactly, unless several scales with their levels multiply the states.
        let scales = offers.iter().filter(|offer| matches!(offer.shape, Shape::Scale(_))).count();
        prop_assert!(packed.exact || scales > 1);
        prop_assert!(packed.saves() == most || (!packed.exact && packed.saves() < most));

        // With less work than it takes, what is found is sound, says so, and is never less than the single offers.
        let mut work = Work::new(looks);
        let starved = pack(&pools, &offers, &limits, &mut work);
        check(&pools, &starved, &offers, &limits);
        let singles = best_alone(&pools, &offers);
        let singles: i64 = pools.iter().zip(&singles).map(|(pool, best)| pool.count * best.map_or(0, |best| best.1)).sum();
        prop_assert!((singles..=most).contains(&starved.saves()));
        prop_assert!(!starved.exact || starved.saves() == most);

        // The other way, for goods that are too many, on the same goods.
        let alone = best_alone(&pools, &offers);
        let baseline: i64 = pools.iter().zip(&alone).map(|(pool, best)| pool.count * best.map_or(0, |best| best.1)).sum();
        let mut net = 0;
        let mut proven = true;
        for component in components(pools.len(), &offers, &limits) {
            let problem = Problem { pools: &pools, offers: &offers, limits: &limits, alone: &alone, component: &component };
            let found = greedy::settle(&problem, &mut Work::new(SEARCH_LOOKS_MAX));
            check(&pools, &found, &offers, &limits);
            let alone = |placed: &Placed| placed.takes.iter().map(|take| take.pieces * problem.alone(take.pool)).sum::<i64>();
            net += found.saves() - found.placed.iter().map(|placed| placed.times * alone(placed)).sum::<i64>();
            proven &= found.exact;
        }
        prop_assert!(net >= 0 && baseline + net <= most, "{baseline} + {net} of {most}");
        prop_assert!(!proven || baseline + net == most, "proven, and yet {} of {}", baseline + net, most);
    }
}
