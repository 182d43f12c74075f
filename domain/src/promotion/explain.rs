//! Why a rule applies to a line, and why not.

use jiff::Timestamp;

use super::basket_rules::reached_step;
use super::cart::{Cart, Standing};
use super::compiled::CompiledBook;
use super::extras;
use super::goods::Named;
use super::hints::{Hint, hints};
use super::portion::Taken;
use super::rule::{Combine, Measure, Need, Rule, RuleKind, Stage};
use super::settle::{By, Match, Run, Settled, Turn};
use super::when::Context;
use crate::money::Money;

/// What a cart comes to, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What it comes to.
    pub settled: Settled,
    /// For each line of the cart, in its order, every rule that names it or leaves it out, by rule id.
    pub lines: Vec<Vec<(u32, Verdict)>>,
    /// What would save more, the most first.
    pub hints: Vec<Hint>,
}

/// What a rule does to a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It takes this much off, in minor units; floors may have cut it.
    Applied {
        /// Above zero.
        amount: i64,
        /// Whether a floor was reached, so that the rule gave no more.
        at_floor: bool,
    },
    /// Goods of this line count for it, and what it gives falls on others.
    Counted,
    /// It does nothing.
    Not(WhyNot),
}

/// Why a rule does nothing to a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyNot {
    /// Its time comes later.
    NotYetStarted {
        /// First instant.
        from: Timestamp,
    },
    /// Its time is over.
    Ended {
        /// First instant after.
        until: Timestamp,
    },
    /// Not on this day of the week.
    WrongDay,
    /// Not at this hour.
    WrongHour,
    /// Not in this store.
    OtherStore,
    /// Not through this channel.
    OtherChannel,
    /// For members.
    NotMember,
    /// For members of another level.
    MemberLevel,
    /// For staff sales.
    NotStaff,
    /// Its coupon was not presented.
    NoCoupon,
    /// Its coupon is used up.
    CouponUsed,
    /// The goods do not come to the sum it asks for.
    MinSpend {
        /// Minor units.
        missing: i64,
    },
    /// There are not pieces enough for it, or for once more.
    NotEnoughPieces {
        /// Pieces.
        missing: i64,
    },
    /// The pieces take another rule, which is better for the shopper or goes first.
    BetterRule {
        /// Its place in the compiled book.
        rule: u32,
    },
    /// A rule of the same group applies.
    GroupTaken {
        /// Its place in the compiled book.
        rule: u32,
    },
    /// A rule applies after which no other does.
    StoppedBy {
        /// Its place in the compiled book.
        rule: u32,
    },
    /// It wants goods at full price, and a rule has taken something off.
    NotFullPrice {
        /// Its place in the compiled book.
        rule: u32,
    },
    /// It has applied as often as one basket allows.
    LimitReached {
        /// How often.
        limit: i64,
    },
    /// The member has had it as often as she may.
    MemberLimit {
        /// How often.
        limit: u32,
    },
    /// So many rules name the goods that this one had no turn.
    TooManyRules,
    /// The goods are at their floor.
    FloorReached,
    /// The goods are left out of it.
    ExcludedGoods,
    /// Weighed goods, and goods with a price on their label, are not counted in pieces, and a label's price is fixed.
    NotCounted,
    /// The price was set by hand.
    ManualPrice,
    /// Nothing is taken off these goods.
    NotDiscountable,
    /// The goods come back.
    Return,
    /// It would save nothing.
    NothingToSave,
}

/// Settles a cart and says why.
pub fn explain(cart: &Cart, book: &CompiledBook, context: &Context) -> Explanation {
    let (settled, run) = Run::new(cart, book, context).finish_and_keep();
    let mut class_of = vec![0; cart.lines.len()];
    for (at, class) in run.classes.iter().enumerate() {
        class.places.iter().for_each(|(line, _)| class_of[*line] = at);
    }
    let teller = Teller { cart, book, context, settled: &settled, run: &run, class_of };
    let lines = (0..cart.lines.len()).map(|line| teller.line(line)).collect();
    let hints = hints(cart, book, context, &settled, &run.turns);
    Explanation { lines, hints, settled }
}

struct Teller<'a> {
    cart: &'a Cart,
    book: &'a CompiledBook,
    context: &'a Context,
    settled: &'a Settled,
    run: &'a Run<'a>,
    /// The class of each line.
    class_of: Vec<usize>,
}

impl Teller<'_> {
    fn line(&self, line: usize) -> Vec<(u32, Verdict)> {
        let of_cart = &self.cart.lines[line];
        let mut verdicts = Vec::new();
        for (at, rule) in self.book.book().rules.iter().enumerate() {
            let named: Vec<Named> = rule
                .selections()
                .into_iter()
                .map(|goods| goods.names(&of_cart.item, &of_cart.category, &of_cart.tags))
                .collect();
            if named.iter().all(|named| *named == Named::No) {
                continue;
            }
            let left_out = named.iter().all(|named| *named != Named::Yes);
            let verdict = match left_out {
                true => Verdict::Not(WhyNot::ExcludedGoods),
                false => self.verdict(line, at as u32, rule),
            };
            verdicts.push((at as u32, verdict));
        }
        verdicts
    }

    fn verdict(&self, line: usize, at: u32, rule: &Rule) -> Verdict {
        let share = self.settled.lines[line].shares.iter().find(|(by, _)| *by == By::Rule(at));
        if let Some((_, amount)) = share {
            return Verdict::Applied { amount: *amount, at_floor: !rule.below_floor && self.is_at_floor(line) };
        }
        match self.cart.lines[line].standing {
            Standing::Open => {}
            Standing::PriceByHand => return Verdict::Not(WhyNot::ManualPrice),
            Standing::NotDiscountable => return Verdict::Not(WhyNot::NotDiscountable),
        }
        if let Some(why) = rule.unmet(self.context) {
            return Verdict::Not(why);
        }
        match &self.run.turns[at as usize] {
            Turn::NotNamed => Verdict::Not(WhyNot::NothingToSave),
            Turn::Unmet(why) => Verdict::Not(*why),
            Turn::Had { spend, pieces } => self.after_its_turn(line, at, rule, *spend, *pieces),
        }
    }

    fn after_its_turn(&self, line: usize, at: u32, rule: &Rule, spend: i64, pieces: i64) -> Verdict {
        let wants = rule.when.coupon.as_ref().and_then(|coupon| coupon.spend_min).map_or(0, Money::units);
        if spend < wants {
            return Verdict::Not(WhyNot::MinSpend { missing: wants - spend });
        }
        if !self.cart.lines[line].is_counted() && asks_for_pieces(rule) {
            return Verdict::Not(WhyNot::NotCounted);
        }
        if let Some(why) = self.too_little(at, rule, spend, pieces) {
            return Verdict::Not(why);
        }
        if let Some(why) = self.taken(line, at, rule) {
            return Verdict::Not(why);
        }
        let used = self.settled.uses.iter().find(|(used, _)| *used == at).map_or(0, |(_, times)| *times);
        let cap = self.found(at).and_then(|found| found.cap);
        if let Some(limit) = cap.filter(|cap| used >= *cap) {
            return Verdict::Not(WhyNot::LimitReached { limit });
        }
        if !rule.below_floor && self.is_at_floor(line) {
            return Verdict::Not(WhyNot::FloorReached);
        }
        if used > 0 && (rule.kind.stage() != Stage::Line || pieces_wanted(rule).len() > 1) {
            return Verdict::Counted;
        }
        match group_size(rule).filter(|_| used > 0) {
            Some(size) => Verdict::Not(WhyNot::NotEnoughPieces { missing: size - (pieces % size) }),
            None => Verdict::Not(WhyNot::NothingToSave),
        }
    }

    fn found(&self, at: u32) -> Option<&Match> {
        let found = self.run.matches.binary_search_by_key(&at, |found| found.rule).ok()?;
        self.run.matches.get(found)
    }

    fn is_at_floor(&self, line: usize) -> bool {
        let of_cart = &self.cart.lines[line];
        let class = &self.run.classes[self.class_of[line]];
        let count = if class.counted { of_cart.quantity.in_thousandths() / 1000 } else { 1 };
        class.floor > 0 && self.settled.lines[line].left() <= class.floor * count
    }

    /// What the goods in the cart lack, whatever other rules do.
    fn too_little(&self, at: u32, rule: &Rule, spend: i64, pieces: i64) -> Option<WhyNot> {
        if let RuleKind::Threshold { measure, steps, .. } = &rule.kind {
            let reached = match measure {
                Measure::Spend => spend,
                Measure::Pieces => pieces,
            };
            let missing = steps[0].from - reached;
            return reached_step(steps, reached).is_none().then_some(match measure {
                Measure::Spend => WhyNot::MinSpend { missing },
                Measure::Pieces => WhyNot::NotEnoughPieces { missing },
            });
        }
        if let RuleKind::AddOn(extra) | RuleKind::Gift(extra) = &rule.kind {
            let short = extras::times(extra, spend, pieces) == 0;
            return short.then_some(match extra.need {
                Need::Spend(least) => WhyNot::MinSpend { missing: least.units() - spend },
                Need::Pieces(least) => WhyNot::NotEnoughPieces { missing: i64::from(least) - pieces },
            });
        }
        let found = self.found(at)?;
        let missing: i64 = pieces_wanted(rule)
            .iter()
            .zip(&found.classes)
            .map(|(wanted, classes)| {
                let counted = classes.iter().map(|class| &self.run.classes[*class]).filter(|class| class.counted);
                (wanted - counted.map(|class| class.count).sum::<i64>()).max(0)
            })
            .sum();
        (missing > 0).then_some(WhyNot::NotEnoughPieces { missing })
    }

    /// What another rule has done to the goods of this line.
    fn taken(&self, line: usize, at: u32, rule: &Rule) -> Option<WhyNot> {
        let class = self.class_of[line];
        let first = self.run.portions.partition_point(|portion| portion.class < class);
        let mut of_class = self.run.portions[first..].iter().take_while(|portion| portion.class == class);
        for portion in of_class.clone() {
            match portion.is_open_to(self.book, rule) {
                Ok(()) => {}
                Err(Taken::Group(rule)) => return Some(WhyNot::GroupTaken { rule }),
                Err(Taken::Stopped(rule)) => return Some(WhyNot::StoppedBy { rule }),
                Err(Taken::Discounted(rule)) => return Some(WhyNot::NotFullPrice { rule }),
                Err(Taken::Enough) => return Some(WhyNot::TooManyRules),
            }
        }
        let rivals = rule.combine == Combine::Exclusive && rule.kind.stage() == Stage::Line;
        if let Some(rule) = of_class.find_map(|portion| portion.exclusive(self.book)).filter(|_| rivals) {
            return Some(WhyNot::BetterRule { rule });
        }
        if rule.kind.stage() != Stage::Basket {
            return None;
        }
        let others = self.settled.uses.iter().map(|(other, _)| *other).filter(|other| *other != at);
        let on_basket: Vec<u32> = others.filter(|other| self.book.stage(*other) == Stage::Basket).collect();
        let same_group = on_basket.iter().find(|other| {
            let other = self.book.rule(**other);
            rule.group.is_some() && other.group == rule.group
        });
        if let Some(other) = same_group {
            return Some(WhyNot::GroupTaken { rule: *other });
        }
        let on_line = |other: &&u32| self.settled.lines[line].shares.iter().any(|(by, _)| *by == By::Rule(**other));
        if let Some(other) = on_basket.iter().filter(on_line).find(|other| self.book.rule(**other).stops) {
            return Some(WhyNot::StoppedBy { rule: *other });
        }
        if let Some(other) = on_basket.iter().filter(on_line).find(|_| rule.full_price_only) {
            return Some(WhyNot::NotFullPrice { rule: *other });
        }
        let exclusive = |other: &&u32| self.book.rule(**other).combine == Combine::Exclusive;
        let better =
            on_basket.iter().filter(on_line).find(|other| rule.combine == Combine::Exclusive && exclusive(other));
        better.map(|other| WhyNot::BetterRule { rule: *other })
    }
}

/// Whether a rule looks at numbers of pieces of the goods it names first.
fn asks_for_pieces(rule: &Rule) -> bool {
    match &rule.kind {
        RuleKind::Threshold { measure, .. } => *measure == Measure::Pieces,
        RuleKind::AddOn(extra) | RuleKind::Gift(extra) => matches!(extra.need, Need::Pieces(_)),
        _ => !pieces_wanted(rule).is_empty(),
    }
}

/// Pieces that a rule on lines wants of each of its selections at least; nothing for rules on single pieces.
pub(super) fn pieces_wanted(rule: &Rule) -> Vec<i64> {
    match &rule.kind {
        RuleKind::QuantityScale { steps, .. } => vec![i64::from(steps[0].from)],
        RuleKind::NthPiece { pays_bp, .. } => vec![pays_bp.len() as i64],
        RuleKind::BuyGet { buy, get, other: None, .. } => vec![i64::from(buy + get)],
        RuleKind::BuyGet { buy, get, other: Some(_), .. } => vec![i64::from(*buy), i64::from(*get)],
        RuleKind::MixMatch { pieces, .. } => vec![i64::from(*pieces)],
        RuleKind::Bundle { parts, .. } => parts.iter().map(|part| i64::from(part.pieces)).collect(),
        _ => Vec::new(),
    }
}

/// Pieces of one group of a rule whose goods are all of one selection.
pub(super) fn group_size(rule: &Rule) -> Option<i64> {
    let is_scale = matches!(rule.kind, RuleKind::QuantityScale { .. });
    match pieces_wanted(rule)[..] {
        [size] if !is_scale => Some(size),
        _ => None,
    }
}
