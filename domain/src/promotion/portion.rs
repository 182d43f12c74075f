//! Pieces on their way through the stages: equal goods to which the same has happened.

use super::cart::Class;
use super::compiled::CompiledBook;
use super::packing::{Packed, Pool};
use super::rule::{Combine, Rule};

/// Rules that one piece may take on lines and extras, and again on the basket.
pub const RULES_ON_PIECE_MAX: usize = 32;

/// Pieces of one class to which the same has happened. Money is in minor units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Portion {
    /// Index of their class.
    pub class: usize,
    /// How many.
    pub count: i64,
    /// What one of them still costs; through the stages on lines and extras.
    pub price: i64,
    /// What was taken off one of them, by rule, in the order it happened.
    pub shares: Vec<(u32, i64)>,
}

impl Portion {
    /// Whether a rule may still touch these pieces, as far as other rules have a say.
    pub fn is_open_to(&self, book: &CompiledBook, rule: &Rule) -> Result<(), Taken> {
        if let Some((first, _)) = self.shares.first().filter(|_| rule.full_price_only) {
            return Err(Taken::Discounted(*first));
        }
        // Nothing comes after a rule that stops.
        if let Some((last, _)) = self.shares.last().filter(|(at, _)| book.rule(*at).stops) {
            return Err(Taken::Stopped(*last));
        }
        let group = rule.group.as_ref().filter(|_| !self.shares.is_empty());
        let same = |(at, _): &&(u32, i64)| book.rule(*at).group.as_ref() == group;
        if let Some((at, _)) = group.and_then(|_| self.shares.iter().find(same)) {
            return Err(Taken::Group(*at));
        }
        if self.shares.len() >= RULES_ON_PIECE_MAX { Err(Taken::Enough) } else { Ok(()) }
    }

    /// The exclusive rule on lines that these pieces took.
    pub fn exclusive(&self, book: &CompiledBook) -> Option<u32> {
        self.shares.iter().map(|(rule, _)| *rule).find(|rule| book.rule(*rule).combine == Combine::Exclusive)
    }
}

/// Why pieces are closed to a rule: what another rule has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// A rule of the same group.
    Group(u32),
    /// A rule after which no other applies.
    Stopped(u32),
    /// Any rule, when only the full price is asked for.
    Discounted(u32),
    /// As many rules as a piece may take.
    Enough,
}

/// All pieces as they come from the shelf.
pub(super) fn untouched(classes: &[Class]) -> Vec<Portion> {
    let of =
        |(at, class): (usize, &Class)| Portion { class: at, count: class.count, price: class.list, shares: Vec::new() };
    classes.iter().enumerate().map(of).collect()
}

/// Portions as pools of a choice.
pub(super) fn pools(portions: &[Portion], classes: &[Class]) -> Vec<Pool> {
    let of =
        |portion: &Portion| Pool { count: portion.count, price: portion.price, floor: classes[portion.class].floor };
    portions.iter().map(of).collect()
}

/// Takes off what was chosen: portions split so that all pieces of one still cost the same. `rules` names the rule of
/// each offer.
pub(super) fn apply(portions: &mut Vec<Portion>, packed: &Packed, rules: &[u32]) {
    let mut split: Vec<Portion> = Vec::new();
    for placed in &packed.placed {
        let rule = rules[placed.offer];
        for take in &placed.takes {
            let from = &mut portions[take.pool];
            from.count -= take.pieces * placed.times;
            assert!(from.count >= 0, "no more pieces are taken than there are");
            // Pieces of one application are equal, its share may not divide by them: some carry one unit more.
            let (each, more) = (take.saves / take.pieces, take.saves % take.pieces);
            for (pieces, share) in [(take.pieces - more, each), (more, each + 1)] {
                // A piece that is bound by an application carries its mark even when no share falls on it.
                if pieces > 0 {
                    let mut shares = from.shares.clone();
                    shares.push((rule, share));
                    let (class, price) = (from.class, from.price - share);
                    assert!(price >= 0, "nothing is sold below zero");
                    split.push(Portion { class, count: pieces * placed.times, price, shares });
                }
            }
        }
    }
    split.sort_by_key(|portion| portion.class);
    *portions = in_order(std::mem::take(portions), split);
}

/// Puts portions that were split off back among the others: in the order of their goods and of what happened to them,
/// equal ones together. Only goods to which something happened are sorted anew.
fn in_order(portions: Vec<Portion>, split: Vec<Portion>) -> Vec<Portion> {
    let mut merged: Vec<Portion> = Vec::with_capacity(portions.len() + split.len());
    let (mut portions, mut split) = (portions.into_iter().peekable(), split.into_iter().peekable());
    while let Some(portion) = portions.peek() {
        let (class, first) = (portion.class, merged.len());
        while let Some(portion) = portions.next_if(|portion| portion.class == class) {
            if portion.count > 0 {
                merged.push(portion);
            }
        }
        let untouched = merged.len();
        merged.extend(std::iter::from_fn(|| split.next_if(|portion| portion.class == class)));
        if merged.len() > untouched {
            merged[first..].sort_by(|left, right| left.shares.cmp(&right.shares));
            merge_from(&mut merged, first);
        }
    }
    assert!(split.next().is_none(), "what was split off was part of something");
    merged
}

/// Joins equal neighbours from a place on.
fn merge_from(portions: &mut Vec<Portion>, first: usize) {
    let mut kept = first;
    for at in first + 1..portions.len() {
        if portions[at].shares == portions[kept].shares {
            assert_eq!(portions[at].price, portions[kept].price, "the same has happened to them");
            portions[kept].count += portions[at].count;
        } else {
            kept += 1;
            portions.swap(kept, at);
        }
    }
    portions.truncate(kept + 1);
}
