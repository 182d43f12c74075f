//! Rules on pieces and weighed lines, as offers to choose from.

use super::cart::{Cart, Class};
use super::packing::{GroupPart, Offer, ScaleLevel, Shape, Worth};
use super::portion::Portion;
use super::rule::{Rule, RuleKind, ScaleGives, ScaleStep};
use crate::money::Money;
use crate::quantity::Quantity;

/// The goods that offers are made for.
pub(super) struct Goods<'a> {
    pub cart: &'a Cart,
    pub classes: &'a [Class],
    pub portions: &'a [Portion],
}

impl Goods<'_> {
    fn item(&self, portion: usize) -> &str {
        &self.cart.lines[self.classes[self.portions[portion].class].line].item
    }

    fn is_counted(&self, portion: usize) -> bool {
        self.classes[self.portions[portion].class].counted
    }

    /// What one piece, or one weighed line, saves at another price of its unit. The label of goods that were priced on
    /// the scale stands.
    fn at_unit_price(&self, portion: usize, unit_price: Money) -> i64 {
        let portion = &self.portions[portion];
        let class = &self.classes[portion.class];
        if class.counted {
            return portion.price - unit_price.units();
        }
        match self.cart.lines[class.line].label_amount {
            Some(_) => 0,
            None => portion.price - Quantity::thousandths(class.thousandths).times(unit_price).units(),
        }
    }

    fn percent(&self, portion: usize, off_bp: u32) -> i64 {
        Money::minor(self.portions[portion].price).scale(i64::from(off_bp), 10_000).units()
    }

    fn amount(&self, portion: usize, off: Money) -> i64 {
        let class = &self.classes[self.portions[portion].class];
        Quantity::thousandths(class.thousandths).times(off).units().min(self.portions[portion].price)
    }
}

/// Offers of a rule on lines. `named` holds, for each selection of the rule, the portions it may touch, ascending.
pub(super) fn offers(rule: &Rule, goods: &Goods<'_>, named: &[Vec<usize>], limit: Option<usize>) -> Vec<Offer> {
    let offer = |shape| Offer { shape, limit, below_floor: rule.below_floor };
    let each = |saves: &dyn Fn(usize) -> i64| {
        let gains = named[0].iter().map(|portion| (*portion, saves(*portion))).filter(|(_, saves)| *saves > 0);
        vec![offer(Shape::Each(gains.collect()))]
    };
    let counted = |part: usize| -> Vec<usize> {
        named[part].iter().copied().filter(|portion| goods.is_counted(*portion)).collect()
    };
    let group = |pools: Vec<usize>, pieces: u32, worth: Worth| {
        offer(Shape::Group { parts: vec![GroupPart { pieces: i64::from(pieces), pools }], worth })
    };
    match &rule.kind {
        RuleKind::SpecialPrice(table) | RuleKind::MemberPrice(table) => {
            each(&|portion| table.of(goods.item(portion)).map_or(0, |price| goods.at_unit_price(portion, price)))
        }
        RuleKind::PercentOff { off_bp } => each(&|portion| goods.percent(portion, *off_bp)),
        RuleKind::AmountOff { off } => each(&|portion| goods.amount(portion, *off)),
        RuleKind::QuantityScale { steps, each_item } => apart(goods, counted(0), *each_item)
            .map(|pools| offer(Shape::Scale(steps.iter().map(|step| level(goods, &pools, step)).collect())))
            .collect(),
        RuleKind::NthPiece { pays_bp, each_item } => {
            let mut pays = pays_bp.clone();
            pays.sort_unstable_by(|left, right| right.cmp(left));
            apart(goods, counted(0), *each_item)
                .map(|pools| group(pools, pays.len() as u32, Worth::Pays(vec![pays.clone()])))
                .collect()
        }
        RuleKind::BuyGet { buy, get, pay_bp, other: None, each_item } => {
            let pays = [vec![10_000; *buy as usize], vec![*pay_bp; *get as usize]].concat();
            apart(goods, counted(0), *each_item)
                .map(|pools| group(pools, buy + get, Worth::Pays(vec![pays.clone()])))
                .collect()
        }
        RuleKind::BuyGet { buy, get, pay_bp, other: Some(_), .. } => {
            let parts = [(*buy, 0), (*get, 1)]
                .map(|(pieces, part)| GroupPart { pieces: i64::from(pieces), pools: counted(part) });
            let worth = Worth::Pays(vec![vec![10_000; *buy as usize], vec![*pay_bp; *get as usize]]);
            vec![offer(Shape::Group { parts: parts.into(), worth })]
        }
        RuleKind::MixMatch { pieces, price, each_item } => apart(goods, counted(0), *each_item)
            .map(|pools| group(pools, *pieces, Worth::Price(price.units())))
            .collect(),
        RuleKind::Bundle { parts, price } => {
            let part = |(at, part): (usize, &super::rule::Part)| GroupPart {
                pieces: i64::from(part.pieces),
                pools: counted(at),
            };
            let parts = parts.iter().enumerate().map(part).collect();
            vec![offer(Shape::Group { parts, worth: Worth::Price(price.units()) })]
        }
        RuleKind::Threshold { .. }
        | RuleKind::AddOn(_)
        | RuleKind::Gift(_)
        | RuleKind::Staff { .. }
        | RuleKind::BasketPercent { .. }
        | RuleKind::BasketAmount { .. } => unreachable!("rules of later stages make no offers on lines"),
    }
}

fn level(goods: &Goods<'_>, pools: &[usize], step: &ScaleStep) -> ScaleLevel {
    let saves = |portion: usize| match step.gives {
        ScaleGives::Price(price) => goods.at_unit_price(portion, price).max(0),
        ScaleGives::Percent(off_bp) => goods.percent(portion, off_bp),
    };
    ScaleLevel { from: i64::from(step.from), gains: pools.iter().map(|pool| (*pool, saves(*pool))).collect() }
}

/// Portions together, or those of each item for themselves.
fn apart<'a>(
    goods: &'a Goods<'_>,
    portions: Vec<usize>,
    each_item: bool,
) -> impl Iterator<Item = Vec<usize>> + use<'a> {
    // Portions lie in the order of their items.
    let mut apart: Vec<Vec<usize>> = Vec::new();
    for portion in portions {
        match apart.last_mut() {
            Some(last) if !each_item || goods.item(last[0]) == goods.item(portion) => last.push(portion),
            _ => apart.push(vec![portion]),
        }
    }
    apart.into_iter()
}
