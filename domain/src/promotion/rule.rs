//! What a rule book says. Its meaning stands in the module above.

use std::collections::BTreeMap;

use super::explain::WhyNot;
use super::goods::Goods;
use super::when::{Context, When};
use crate::money::{Currency, Money};

/// All rules of a chain at one time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleBook {
    /// Grows with every issue.
    pub version: u64,
    /// What its amounts are in.
    pub currency: Currency,
    /// The rules, in any order; the order means nothing.
    pub rules: Vec<Rule>,
    /// What points are worth at the till.
    pub points: Option<PointsMoney>,
    /// No rule brings the margin on an item with a known cost below this share of its net price, in basis points.
    pub margin_floor_bp: Option<u32>,
}

/// What points are worth as money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PointsMoney {
    /// So many points ...
    pub points: u32,
    /// ... are worth this much.
    pub money: Money,
    /// At most this share of a sale is paid with points, in basis points.
    pub share_max_bp: u32,
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its id within the book.
    pub id: String,
    /// As shown on screens and receipts.
    pub name: String,
    /// The same in English.
    pub name_en: Option<String>,
    /// What it gives.
    pub kind: RuleKind,
    /// The goods it is about. Not used by [`RuleKind::Bundle`], whose parts name their own.
    pub goods: Goods,
    /// When, where and for whom it holds.
    pub when: When,
    /// Higher ones go first.
    pub priority: i32,
    /// How it stands to other rules.
    pub combine: Combine,
    /// Of the rules of one group at most one applies to a piece, and at most one of those on the basket to a basket.
    pub group: Option<String>,
    /// Pieces that take it are closed to all rules that come after.
    pub stops: bool,
    /// Only pieces that nothing has been taken off yet.
    pub full_price_only: bool,
    /// May go below the price floor and the margin floor; never below zero.
    pub below_floor: bool,
    /// Times that it applies in one basket.
    pub limit_per_basket: Option<u32>,
    /// Times that it applies to one member, over all her baskets.
    pub limit_per_member: Option<u32>,
    /// Whether receipts name it.
    pub on_receipt: bool,
}

/// How a rule stands to others of its stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Combine {
    /// A piece takes at most one such rule of a stage: of those of one priority the choice that is best for the shopper.
    #[default]
    Exclusive,
    /// Applies on top of what is left, by priority and then by id.
    Compound,
}

/// What a rule gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleKind {
    /// Another price of one unit (特价).
    SpecialPrice(PriceTable),
    /// The same, for members only (会员价).
    MemberPrice(PriceTable),
    /// A price or a percentage that follows from how many are bought (阶梯价).
    QuantityScale {
        /// By growing number; each gives more than the one before.
        steps: Vec<ScaleStep>,
        /// Each item is counted alone; otherwise all goods together.
        each_item: bool,
    },
    /// A share of the price (折扣), in basis points.
    PercentOff {
        /// Taken off.
        off_bp: u32,
    },
    /// An amount off one unit (立减).
    AmountOff {
        /// Taken off one piece, or one kilogram.
        off: Money,
    },
    /// Pieces in groups, of which the later pay less (第N件M折).
    NthPiece {
        /// What the pieces of one group pay, in basis points of their price; the cheapest piece pays the least.
        pays_bp: Vec<u32>,
        /// Each item makes its own groups.
        each_item: bool,
    },
    /// Buy some, get some of the same or of other goods for less or nothing (买M送N).
    BuyGet {
        /// So many pieces of [`Rule::goods`] are bought.
        buy: u32,
        /// So many more are got.
        get: u32,
        /// What those pay, in basis points of their price.
        pay_bp: u32,
        /// The goods that are got; without them the cheapest of [`Rule::goods`].
        other: Option<Goods>,
        /// Each item makes its own groups; only without `other`.
        each_item: bool,
    },
    /// Any so many of the goods for one price (任选).
    MixMatch {
        /// So many.
        pieces: u32,
        /// What they cost together.
        price: Money,
        /// Each item makes its own groups.
        each_item: bool,
    },
    /// A set of different goods for one price (套餐).
    Bundle {
        /// What belongs to it.
        parts: Vec<Part>,
        /// What it costs.
        price: Money,
    },
    /// Something off when the goods together reach a sum or a number (满减, 满折).
    Threshold {
        /// What is added up.
        measure: Measure,
        /// By growing threshold.
        steps: Vec<ThresholdStep>,
        /// Every full threshold counts; only with one step.
        repeating: bool,
        /// Never more than this.
        cap: Option<Money>,
    },
    /// Goods for a small price to those who buy enough (加价购).
    AddOn(Extra),
    /// Goods for nothing to those who buy enough (赠品); the price of the extra is zero.
    Gift(Extra),
    /// A share off what staff buy; holds for staff sales only.
    Staff {
        /// Taken off, in basis points.
        off_bp: u32,
    },
    /// A share off all goods together (整单折扣).
    BasketPercent {
        /// Taken off, in basis points.
        off_bp: u32,
        /// Never more than this.
        cap: Option<Money>,
    },
    /// An amount off all goods together (整单立减).
    BasketAmount {
        /// Taken off.
        off: Money,
    },
}

/// A price of one unit for the goods of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PriceTable {
    /// One for all.
    One(Money),
    /// By item id; [`Rule::goods`] names the same items.
    ByItem(BTreeMap<String, Money>),
}

/// A step of a quantity scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScaleStep {
    /// From so many pieces on.
    pub from: u32,
    /// What every piece gets.
    pub gives: ScaleGives,
}

/// What a step of a quantity scale gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScaleGives {
    /// A price of one piece.
    Price(Money),
    /// A share off, in basis points.
    Percent(u32),
}

/// What belongs to a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Any of these ...
    pub goods: Goods,
    /// ... so many.
    pub pieces: u32,
}

/// What a threshold adds up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Measure {
    /// What is left to pay for the goods, in minor units.
    Spend,
    /// Their pieces; weighed goods do not count.
    Pieces,
}

/// One threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThresholdStep {
    /// Minor units or pieces that must be reached.
    pub from: i64,
    /// What is taken off then.
    pub gives: Reward,
}

/// What a threshold takes off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reward {
    /// An amount off the goods together.
    Amount(Money),
    /// A share of what is left to pay for them, in basis points.
    Percent(u32),
}

/// Goods that may be had beside the purchase. They lie in the basket as any other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extra {
    /// What [`Rule::goods`] must come to; the extra goods themselves do not count.
    pub need: Need,
    /// Any of these ...
    pub goods: Goods,
    /// ... so many each time ...
    pub pieces: u32,
    /// ... for this price of one.
    pub price: Money,
    /// Again for every further time that the need is met.
    pub repeating: bool,
}

/// What must be bought to get something beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Left to pay for the goods.
    Spend(Money),
    /// Pieces of them.
    Pieces(u32),
}

/// Over what a discount is shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shared {
    /// It falls on the piece, or weighed line, that it is for.
    Piece,
    /// Over all pieces of the group by their price, those that pay in full as well: so nobody gains by giving back the
    /// piece that was cheap or free.
    Group,
    /// Over all goods that the rule names by what they still cost.
    Basket,
}

/// In which order rules work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// On pieces and weighed lines.
    Line,
    /// Goods beside the purchase.
    Extra,
    /// On all goods together.
    Basket,
}

impl RuleBook {
    /// A book without rules.
    pub fn empty(currency: Currency) -> RuleBook {
        RuleBook { version: 0, currency, rules: Vec::new(), points: None, margin_floor_bp: None }
    }
}

impl Rule {
    /// A rule that holds always, everywhere and for everybody, on its own, without limits, and is named on receipts.
    pub fn new(id: impl Into<String>, name: impl Into<String>, kind: RuleKind, goods: Goods) -> Rule {
        Rule {
            id: id.into(),
            name: name.into(),
            name_en: None,
            kind,
            goods,
            when: When::default(),
            priority: 0,
            combine: Combine::Exclusive,
            group: None,
            stops: false,
            full_price_only: false,
            below_floor: false,
            limit_per_basket: None,
            limit_per_member: None,
            on_receipt: true,
        }
    }

    /// The selections of goods that the rule is made of; what each is for follows from its kind.
    pub fn selections(&self) -> Vec<&Goods> {
        match &self.kind {
            RuleKind::Bundle { parts, .. } => parts.iter().map(|part| &part.goods).collect(),
            RuleKind::BuyGet { other: Some(other), .. } => vec![&self.goods, other],
            RuleKind::AddOn(extra) | RuleKind::Gift(extra) => vec![&self.goods, &extra.goods],
            _ => vec![&self.goods],
        }
    }

    /// Nothing when the conditions are met; otherwise the first that is not. A member price asks for a member and a staff
    /// discount for a staff sale, whether the conditions say so or not.
    pub fn unmet(&self, context: &Context) -> Option<WhyNot> {
        let unmet = self.when.unmet(context);
        unmet.or_else(|| match &self.kind {
            RuleKind::MemberPrice(_) if context.member_level.is_none() => Some(WhyNot::NotMember),
            RuleKind::Staff { .. } if !context.staff => Some(WhyNot::NotStaff),
            _ => None,
        })
    }

    /// The name in a language.
    pub fn name_in(&self, english: bool) -> &str {
        match &self.name_en {
            Some(name) if english => name,
            _ => &self.name,
        }
    }
}

impl RuleKind {
    /// Over what its discount is shared.
    pub fn shared(&self) -> Shared {
        match self {
            RuleKind::SpecialPrice(_)
            | RuleKind::MemberPrice(_)
            | RuleKind::QuantityScale { .. }
            | RuleKind::PercentOff { .. }
            | RuleKind::AmountOff { .. }
            | RuleKind::AddOn(_)
            | RuleKind::Gift(_) => Shared::Piece,
            RuleKind::NthPiece { .. }
            | RuleKind::BuyGet { .. }
            | RuleKind::MixMatch { .. }
            | RuleKind::Bundle { .. } => Shared::Group,
            RuleKind::Threshold { .. }
            | RuleKind::Staff { .. }
            | RuleKind::BasketPercent { .. }
            | RuleKind::BasketAmount { .. } => Shared::Basket,
        }
    }

    /// When it works.
    pub fn stage(&self) -> Stage {
        match self {
            RuleKind::SpecialPrice(_)
            | RuleKind::MemberPrice(_)
            | RuleKind::QuantityScale { .. }
            | RuleKind::PercentOff { .. }
            | RuleKind::AmountOff { .. }
            | RuleKind::NthPiece { .. }
            | RuleKind::BuyGet { .. }
            | RuleKind::MixMatch { .. }
            | RuleKind::Bundle { .. } => Stage::Line,
            RuleKind::AddOn(_) | RuleKind::Gift(_) => Stage::Extra,
            RuleKind::Threshold { .. }
            | RuleKind::Staff { .. }
            | RuleKind::BasketPercent { .. }
            | RuleKind::BasketAmount { .. } => Stage::Basket,
        }
    }
}

impl PriceTable {
    /// The price of one unit of an item.
    pub fn of(&self, item: &str) -> Option<Money> {
        match self {
            PriceTable::One(price) => Some(*price),
            PriceTable::ByItem(prices) => prices.get(item).copied(),
        }
    }
}

impl PointsMoney {
    /// What points are worth, in whole lots of [`PointsMoney::points`].
    pub fn worth(&self, points: i64) -> Money {
        let lots = points.max(0) / i64::from(self.points.max(1));
        self.money.scale(lots, 1)
    }

    /// The most that may be paid with points on a total: whole lots within the share and within the points there are.
    /// Returns the points and their money.
    pub fn most(&self, total: Money, points: i64) -> (i64, Money) {
        let share = i128::from(total.units().max(0)) * i128::from(self.share_max_bp) / 10_000;
        let by_share = share / i128::from(self.money.units().max(1));
        let lots = by_share.min(i128::from(points.max(0) / i64::from(self.points.max(1)))) as i64;
        (lots * i64::from(self.points), self.money.scale(lots, 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_pay_in_whole_lots_within_their_share() {
        let points = PointsMoney { points: 100, money: Money::minor(100), share_max_bp: 3000 };
        assert_eq!(points.worth(250), Money::minor(200));
        assert_eq!(points.most(Money::minor(1000), 5000), (300, Money::minor(300)));
        assert_eq!(points.most(Money::minor(1000), 150), (100, Money::minor(100)));
        assert_eq!(points.most(Money::minor(-1000), 150), (0, Money::ZERO));
    }
}
