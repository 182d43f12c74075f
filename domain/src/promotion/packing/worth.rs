//! What one application of a group saves, and how that is spread over its pieces.

use super::{Pool, Take, room};
use crate::money::Money;

/// What a group costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::promotion) enum Worth {
    /// All pieces together cost this much.
    Price(i64),
    /// What each piece of each part pays, in basis points of its price; the cheapest of a part pays the least.
    Pays(Vec<Vec<u32>>),
}

/// Pieces of one pool in one part of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Picked {
    pub part: usize,
    pub pool: usize,
    pub pieces: i64,
}

/// What an application saves: the whole is spread over all its pieces by their price, in the order of pools, and the share
/// of each is cut at its floor. Empty when nothing is saved.
pub(super) fn value(worth: &Worth, pools: &[Pool], below_floor: bool, picked: &[Picked]) -> Vec<Take> {
    let whole = whole(worth, pools, picked);
    if whole <= 0 {
        return Vec::new();
    }
    let take = |pick: &Picked| Take { pool: pick.pool, pieces: pick.pieces, saves: 0 };
    let mut takes: Vec<Take> = picked.iter().map(take).collect();
    takes.sort_unstable_by_key(|take| take.pool);
    takes.dedup_by(|next, kept| {
        let same = next.pool == kept.pool;
        if same {
            kept.pieces += next.pieces;
        }
        same
    });
    if let [only] = takes.as_mut_slice() {
        only.saves = whole.min(only.pieces * room(&pools[only.pool], below_floor));
    } else {
        let weights: Vec<i64> = takes.iter().map(|take| take.pieces * pools[take.pool].price).collect();
        for (take, share) in takes.iter_mut().zip(Money::minor(whole).allocate(&weights)) {
            take.saves = share.units().min(take.pieces * room(&pools[take.pool], below_floor));
        }
    }
    if takes.iter().all(|take| take.saves == 0) { Vec::new() } else { takes }
}

/// What an application saves when no floor binds.
pub(super) fn whole(worth: &Worth, pools: &[Pool], picked: &[Picked]) -> i64 {
    match worth {
        Worth::Price(price) => picked.iter().map(|pick| pick.pieces * pools[pick.pool].price).sum::<i64>() - price,
        Worth::Pays(pays) => {
            let mut saved = 0;
            for (part, pays) in pays.iter().enumerate() {
                if pays.iter().all(|pays| *pays == 10_000) {
                    continue;
                }
                let mut of_part: Vec<&Picked> = picked.iter().filter(|pick| pick.part == part).collect();
                of_part.sort_by_key(|pick| (std::cmp::Reverse(pools[pick.pool].price), pick.pool));
                let mut pays = pays.iter();
                for pick in of_part {
                    let price = Money::minor(pools[pick.pool].price);
                    for pays in pays.by_ref().take(pick.pieces as usize) {
                        saved += price.scale(i64::from(10_000 - pays), 10_000).units();
                    }
                }
            }
            saved
        }
    }
}
