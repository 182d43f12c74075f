//! The stages, one after the other.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::basket_rules;
use super::cart::{Cart, Class, Standing, classes};
use super::compiled::CompiledBook;
use super::explain::WhyNot;
use super::extras;
use super::line_rules::{Goods, offers};
use super::packing::pack;
use super::places;
use super::portion::{Portion, apply, pools, untouched};
use super::rule::{Combine, RuleKind, Stage};
use super::when::Context;
use super::work::{RULE_LOOKS_MAX, SEARCH_LOOKS_MAX, Work};

/// What a cart comes to.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Settled {
    /// Lines in the order of the cart.
    pub lines: Vec<SettledLine>,
    /// Rules that applied, and how often, by rule id. What a time is depends on the kind: a piece, a weighed line, a
    /// group, a threshold, the basket.
    pub uses: Vec<(u32, i64)>,
    /// Whether no other choice among exclusive rules on lines saves the shopper more, and every rule had its turn.
    pub exact: bool,
}

/// What a line comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettledLine {
    /// Its number.
    pub no: u32,
    /// What it costs at the shelf's price, in minor units.
    pub list: i64,
    /// What was taken off, in the order it happened; each above zero.
    pub shares: Vec<(By, i64)>,
}

/// Who takes something off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum By {
    /// The rule at this place of the compiled book.
    Rule(u32),
    /// A person, off this line.
    HandOnLine,
    /// A person, off the whole cart.
    HandOnBasket,
}

impl SettledLine {
    /// What is left to pay, before tax that is added.
    pub fn left(&self) -> i64 {
        self.list - self.shares.iter().map(|(_, amount)| amount).sum::<i64>()
    }
}

impl Settled {
    /// What is taken off in all.
    pub fn saved(&self) -> i64 {
        self.lines.iter().map(|line| line.list - line.left()).sum()
    }
}

/// Takes off a cart what the book and people give.
pub fn settle(cart: &Cart, book: &CompiledBook, context: &Context) -> Settled {
    Run::new(cart, book, context).finish_and_keep().0
}

/// How far a rule came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// It names nothing in the cart.
    NotNamed,
    /// Its conditions or limits forbid it.
    Unmet(WhyNot),
    /// It had its turn, and found so much when it came.
    Had { spend: i64, pieces: i64 },
}

/// A rule that names something in the cart.
pub(super) struct Match {
    pub rule: u32,
    /// For each selection of the rule the classes it names, ascending.
    pub classes: Vec<Vec<usize>>,
    /// How often it may apply.
    pub cap: Option<i64>,
}

/// One settlement on its way.
pub(super) struct Run<'a> {
    pub cart: &'a Cart,
    pub book: &'a CompiledBook,
    pub classes: Vec<Class>,
    pub portions: Vec<Portion>,
    /// Rules whose conditions are met, by id.
    pub matches: Vec<Match>,
    pub turns: Vec<Turn>,
    pub uses: Vec<(u32, i64)>,
    pub exact: bool,
    /// Looks of rules at goods that are left.
    work: Work,
    /// Looks of the search that are left.
    search: Work,
}

impl<'a> Run<'a> {
    pub fn new(cart: &'a Cart, book: &'a CompiledBook, context: &Context) -> Run<'a> {
        let classes = classes(cart);
        let mut named: Vec<Vec<Vec<usize>>> = Vec::new();
        named.resize_with(book.len(), Vec::new);
        for (at, class) in classes.iter().enumerate() {
            let line = &cart.lines[class.line];
            if line.standing != Standing::Open {
                continue;
            }
            book.mentions(&line.item, &line.category, &line.tags, |(rule, part)| {
                let parts = &mut named[rule as usize];
                if parts.is_empty() {
                    parts.resize(book.selections_of(rule), Vec::new());
                }
                let of_part = &mut parts[part as usize];
                if of_part.last() != Some(&at) {
                    of_part.push(at);
                }
            });
        }
        let mut turns = vec![Turn::NotNamed; book.len()];
        let mut matches = Vec::new();
        for (at, classes) in named.into_iter().enumerate().filter(|(_, classes)| !classes.is_empty()) {
            match cap(book, at as u32, context) {
                Ok(cap) => matches.push(Match { rule: at as u32, classes, cap }),
                Err(why) => turns[at] = Turn::Unmet(why),
            }
        }
        let portions = untouched(&classes);
        let (work, search) = (Work::new(RULE_LOOKS_MAX), Work::new(SEARCH_LOOKS_MAX));
        Run { cart, book, classes, portions, matches, turns, uses: Vec::new(), exact: true, work, search }
    }

    /// Goes through all stages. Also returns what explanations are made of.
    pub fn finish_and_keep(mut self) -> (Settled, Run<'a>) {
        let on_lines = self.of_stage(Stage::Line);
        for (_, rivals) in on_lines.iter().filter(|(combine, _)| *combine == Combine::Exclusive) {
            self.apply_to_lines(rivals);
        }
        for (_, rules) in on_lines.iter().filter(|(combine, _)| *combine == Combine::Compound) {
            rules.iter().for_each(|at| self.apply_to_lines(&[*at]));
        }
        extras::apply_all(&mut self);
        let on_basket = basket_rules::apply_all(&mut self);
        let lines = places::lines(self.cart, &self.classes, &self.portions, &on_basket);
        self.uses.sort_unstable();
        self.uses.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
        (Settled { lines, uses: self.uses.clone(), exact: self.exact }, self)
    }

    /// Matches of a stage: those of a higher priority before others; of one priority the exclusive ones, then the
    /// compound ones; all by rule id.
    pub fn of_stage(&self, stage: Stage) -> Vec<(Combine, Vec<usize>)> {
        let mut apart: BTreeMap<(Reverse<i32>, bool), Vec<usize>> = BTreeMap::new();
        for (at, found) in self.matches.iter().enumerate().filter(|(_, found)| self.book.stage(found.rule) == stage) {
            let rule = self.book.rule(found.rule);
            apart.entry((Reverse(rule.priority), rule.combine == Combine::Compound)).or_default().push(at);
        }
        let combine = |is_compound| if is_compound { Combine::Compound } else { Combine::Exclusive };
        apart.into_iter().map(|((_, is_compound), rules)| (combine(is_compound), rules)).collect()
    }

    /// Takes looks for a rule's turn; when too much was looked at already it has none.
    pub fn may_look(&mut self, rule: u32, looks: usize) -> bool {
        let may = self.work.spend(looks);
        if !may {
            self.exact = false;
            self.turns[rule as usize] = Turn::Unmet(WhyNot::TooManyRules);
        }
        may
    }

    /// Lets rules on lines choose from the pieces that are open to them.
    fn apply_to_lines(&mut self, rivals: &[usize]) {
        let mut all = Vec::new();
        let mut rules = Vec::new();
        let mut limits = Vec::new();
        for at in rivals {
            let found = &self.matches[*at];
            let rule = self.book.rule(found.rule);
            let (rule_at, cap, classes) = (found.rule, found.cap, found.classes.clone());
            let steps = if let RuleKind::QuantityScale { steps, .. } = &rule.kind { steps.len() } else { 1 };
            let named: Option<Vec<Vec<usize>>> =
                classes.iter().map(|classes| self.open_portions(rule_at, classes)).collect();
            let Some(named) = named.filter(|named| self.may_look(rule_at, named[0].len() * (steps - 1))) else {
                continue;
            };
            let (spend, pieces) = self.measure(&named[0]);
            self.turns[rule_at as usize] = Turn::Had { spend, pieces };
            if !self.spends_enough(rule_at, spend) {
                continue;
            }
            let limit = cap.map(|cap| {
                limits.push(cap);
                limits.len() - 1
            });
            let goods = Goods { cart: self.cart, classes: &self.classes, portions: &self.portions };
            for offer in offers(rule, &goods, &named, limit) {
                all.push(offer);
                rules.push(rule_at);
            }
        }
        if all.is_empty() {
            return;
        }
        // What one choice does not need is left to the next; none may use up everything.
        let mut share = self.search.share(2);
        let packed = pack(&pools(&self.portions, &self.classes), &all, &limits, &mut share);
        self.search.give_back(share);
        self.exact &= packed.exact;
        for placed in &packed.placed {
            let pieces: i64 = placed.takes.iter().map(|take| take.pieces).sum();
            let each = if all[placed.offer].is_group() { 1 } else { pieces };
            self.uses.push((rules[placed.offer], each * placed.times));
        }
        apply(&mut self.portions, &packed, &rules);
    }

    /// Portions of classes that are open to a rule, ascending; nothing when too much was looked at before it.
    pub fn open_portions(&mut self, at: u32, classes: &[usize]) -> Option<Vec<usize>> {
        let rule = self.book.rule(at);
        let alone = rule.combine == Combine::Exclusive && self.book.stage(at) == Stage::Line;
        let mut open = Vec::new();
        let (mut from, mut looks) = (0, classes.len());
        for class in classes {
            from += self.portions[from..].partition_point(|portion| portion.class < *class);
            while self.portions.get(from).is_some_and(|portion| portion.class == *class) {
                let portion = &self.portions[from];
                looks += if rule.group.is_some() { 1 + portion.shares.len() } else { 1 };
                let is_open = portion.is_open_to(self.book, rule).is_ok();
                if is_open && !(alone && portion.exclusive(self.book).is_some()) {
                    open.push(from);
                }
                from += 1;
            }
        }
        self.may_look(at, looks).then_some(open)
    }

    /// What portions still cost, and how many counted pieces they hold.
    pub fn measure(&self, portions: &[usize]) -> (i64, i64) {
        portions.iter().map(|at| &self.portions[*at]).fold((0, 0), |(spend, pieces), portion| {
            let counted = if self.classes[portion.class].counted { portion.count } else { 0 };
            (spend + portion.count * portion.price, pieces + counted)
        })
    }

    /// Whether the goods of a rule come to what its coupon asks for.
    pub fn spends_enough(&self, rule: u32, spend: i64) -> bool {
        let coupon = self.book.rule(rule).when.coupon.as_ref();
        coupon.and_then(|coupon| coupon.spend_min).is_none_or(|least| spend >= least.units())
    }
}

/// How often a rule may apply, or why it may not.
fn cap(book: &CompiledBook, at: u32, context: &Context) -> Result<Option<i64>, WhyNot> {
    let rule = book.rule(at);
    if let Some(why) = rule.unmet(context) {
        return Err(why);
    }
    let of_member = match rule.limit_per_member {
        Some(_) if context.member_level.is_none() => return Err(WhyNot::NotMember),
        Some(limit) => {
            let used = context.used.get(&rule.id).copied().unwrap_or(0);
            if used >= limit {
                return Err(WhyNot::MemberLimit { limit });
            }
            Some(i64::from(limit - used))
        }
        None => None,
    };
    // On lines a coupon opens the rule; how many pieces it is good for is for the limits to say.
    let coupon = rule.when.coupon.as_ref().filter(|coupon| coupon.single_use && book.stage(at) != Stage::Line);
    let of_coupons = coupon.map(|coupon| coupon.fitting(&context.coupons).count() as i64);
    let of_basket = rule.limit_per_basket.map(i64::from);
    Ok([of_basket, of_member, of_coupons].into_iter().flatten().min())
}
