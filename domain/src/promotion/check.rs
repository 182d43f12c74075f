//! What a rule book may say, and how much of it.

use super::goods::Goods;
use super::rule::{
    Extra, Measure, Need, PriceTable, Reward, Rule, RuleBook, RuleKind, ScaleGives, ScaleStep, ThresholdStep,
};
use super::when::{DAY_MINUTES, When};
use crate::money::{AMOUNT_MAX, Money};

/// Rules of one book.
pub const RULES_MAX: usize = 5_000;
/// Characters of an id, a group, a coupon's code or a name of goods.
pub const ID_CHARS_MAX: usize = 64;
/// Characters of a name.
pub const NAME_CHARS_MAX: usize = 120;
/// Names of goods, prices, stores or codes in one list.
pub const LIST_MAX: usize = 20_000;
/// All such names of a book.
pub const NAMES_MAX: usize = 500_000;
/// Steps of a scale or a threshold.
pub const STEPS_MAX: usize = 20;
/// Pieces of one group, and the largest number that a scale asks for.
pub const PIECES_MAX: u32 = 999;
/// Pieces of an n-th piece rule, whose places are written out.
pub const PLACES_MAX: usize = 20;
/// Parts of a bundle.
pub const PARTS_MAX: usize = 10;

/// The largest price or amount off: what one line may cost.
pub const RULE_AMOUNT_MAX: i64 = AMOUNT_MAX / 1000;

/// A rule that cannot be meant. Nothing of its book is used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("rule {rule:?}: {field}: {reason}")]
pub struct BookError {
    /// Id of the rule; empty for the book itself.
    pub rule: String,
    /// The field.
    pub field: &'static str,
    /// What is wrong with it.
    pub reason: String,
}

pub(super) fn error(rule: &str, field: &'static str, reason: impl Into<String>) -> BookError {
    BookError { rule: rule.to_owned(), field, reason: reason.into() }
}

/// Whether every rule can be meant.
pub(super) fn check(book: &RuleBook) -> Result<(), BookError> {
    let fail = |field, reason: String| Err(error("", field, reason));
    if book.rules.len() > RULES_MAX {
        return fail("rules", format!("{} of them, at most {RULES_MAX}", book.rules.len()));
    }
    if book.margin_floor_bp.is_some_and(|margin| margin >= 10_000) {
        return fail("margin_floor_bp", "a margin is less than 10000".into());
    }
    if let Some(points) = &book.points {
        if points.points == 0 || points.money <= Money::ZERO || points.money.units() > RULE_AMOUNT_MAX {
            return fail("points", "so many points are worth an amount, both above zero".into());
        }
        if points.share_max_bp > 10_000 {
            return fail("points.share_max_bp", "a share is at most 10000".into());
        }
    }
    let mut names = 0;
    for rule in &book.rules {
        Checked(rule).check().map_err(|(field, reason)| error(&rule.id, field, reason))?;
        names += rule.selections().iter().map(|goods| goods.named.len() + goods.except.len()).sum::<usize>();
    }
    if names > NAMES_MAX {
        return fail("rules", format!("name goods {names} times, at most {NAMES_MAX}"));
    }
    Ok(())
}

/// What is wrong with a field.
type Wrong = (&'static str, String);

struct Checked<'a>(&'a Rule);

impl Checked<'_> {
    fn check(&self) -> Result<(), Wrong> {
        let rule = self.0;
        text("id", &rule.id, ID_CHARS_MAX)?;
        text("name", &rule.name, NAME_CHARS_MAX)?;
        if let Some(name) = &rule.name_en {
            text("name_en", name, NAME_CHARS_MAX)?;
        }
        if let Some(group) = &rule.group {
            text("group", group, ID_CHARS_MAX)?;
        }
        for (field, limit) in [("limit_per_basket", rule.limit_per_basket), ("limit_per_member", rule.limit_per_member)]
        {
            if limit == Some(0) {
                return wrong(field, "a limit is at least 1");
            }
        }
        for goods in rule.selections() {
            self.goods(goods)?;
        }
        when(&rule.when)?;
        self.kind()
    }

    fn goods(&self, goods: &Goods) -> Result<(), Wrong> {
        if goods.all != goods.named.is_empty() {
            return wrong("goods", "name items, categories or tags, or all");
        }
        for names in [&goods.named, &goods.except] {
            if names.len() > LIST_MAX {
                return wrong("goods", format!("{} names, at most {LIST_MAX}", names.len()));
            }
            for name in names.items.iter().chain(&names.categories).chain(&names.tags) {
                text("goods", name, ID_CHARS_MAX)?;
            }
        }
        Ok(())
    }

    fn kind(&self) -> Result<(), Wrong> {
        match &self.0.kind {
            RuleKind::SpecialPrice(table) | RuleKind::MemberPrice(table) => self.table(table),
            RuleKind::QuantityScale { steps, .. } => scale(steps),
            RuleKind::PercentOff { off_bp } | RuleKind::Staff { off_bp } => share("off_bp", *off_bp),
            RuleKind::AmountOff { off } | RuleKind::BasketAmount { off } => amount("off", *off, 1),
            RuleKind::BasketPercent { off_bp, cap } => {
                share("off_bp", *off_bp)?;
                cap.map_or(Ok(()), |cap| amount("cap", cap, 1))
            }
            RuleKind::NthPiece { pays_bp, .. } => {
                if pays_bp.is_empty() || pays_bp.len() > PLACES_MAX {
                    return wrong("pays_bp", format!("1 to {PLACES_MAX} places"));
                }
                if pays_bp.iter().any(|pays| *pays > 10_000) || pays_bp.iter().all(|pays| *pays == 10_000) {
                    return wrong("pays_bp", "each pays at most 10000, and one pays less");
                }
                Ok(())
            }
            RuleKind::BuyGet { buy, get, pay_bp, other, each_item } => {
                pieces("buy", *buy)?;
                pieces("get", *get)?;
                if *pay_bp >= 10_000 {
                    return wrong("pay_bp", "what is got pays less than 10000");
                }
                if *each_item && other.is_some() {
                    return wrong("each_item", "other goods are never the same item");
                }
                pieces("buy", *buy + *get)
            }
            RuleKind::MixMatch { pieces: number, price, .. } => {
                pieces("pieces", *number)?;
                amount("price", *price, 0)
            }
            RuleKind::Bundle { parts, price } => {
                if parts.is_empty() || parts.len() > PARTS_MAX {
                    return wrong("parts", format!("1 to {PARTS_MAX} parts"));
                }
                for part in parts {
                    pieces("parts.pieces", part.pieces)?;
                }
                pieces("parts", parts.iter().map(|part| part.pieces).sum())?;
                amount("price", *price, 0)
            }
            RuleKind::Threshold { measure, steps, repeating, cap } => {
                threshold(*measure, steps, *repeating)?;
                cap.map_or(Ok(()), |cap| amount("cap", cap, 1))
            }
            RuleKind::AddOn(extra) => self.extra(extra),
            RuleKind::Gift(extra) => match extra.price.is_zero() {
                true => self.extra(extra),
                false => wrong("price", "a gift costs nothing"),
            },
        }
    }

    fn table(&self, table: &PriceTable) -> Result<(), Wrong> {
        match table {
            PriceTable::One(price) => amount("price", *price, 0),
            PriceTable::ByItem(prices) => {
                let named = &self.0.goods.named.items;
                if prices.is_empty() || prices.len() != named.len() || prices.keys().any(|item| !named.contains(item)) {
                    return wrong("prices", "the goods of a price list are the items it prices");
                }
                prices.values().try_for_each(|price| amount("prices", *price, 0))
            }
        }
    }

    fn extra(&self, extra: &Extra) -> Result<(), Wrong> {
        match extra.need {
            Need::Spend(spend) => amount("spend", spend, 1)?,
            Need::Pieces(number) => pieces("need_pieces", number)?,
        }
        pieces("extra_pieces", extra.pieces)?;
        amount("price", extra.price, 0)
    }
}

fn when(when: &When) -> Result<(), Wrong> {
    if let Some((from, until)) = when.from.zip(when.until).filter(|(from, until)| until <= from) {
        return wrong("when.until", format!("{until} is not after {from}"));
    }
    for hours in &when.hours {
        if hours.from >= DAY_MINUTES || hours.until > DAY_MINUTES || hours.from == hours.until {
            return wrong("when.hours", "a span goes from one minute of a day to another");
        }
    }
    let coupons = when.coupon.as_ref().map(|coupon| &coupon.codes);
    for (field, names) in
        [("when.stores", &when.stores), ("when.channels", &when.channels), ("when.levels", &when.levels)]
            .into_iter()
            .chain(coupons.map(|codes| ("when.coupon.codes", codes)))
    {
        if names.len() > LIST_MAX {
            return wrong(field, format!("{} names, at most {LIST_MAX}", names.len()));
        }
        names.iter().try_for_each(|name| text(field, name, ID_CHARS_MAX))?;
    }
    let Some(coupon) = &when.coupon else { return Ok(()) };
    if coupon.codes.is_empty() && coupon.series.is_none() {
        return wrong("when.coupon", "names codes or a series");
    }
    if let Some(series) = &coupon.series {
        text("when.coupon.series", series, ID_CHARS_MAX)?;
    }
    coupon.spend_min.map_or(Ok(()), |spend| amount("when.coupon.spend_min", spend, 1))
}

/// A step never gives less than the one before, so that buying more never costs more for the pieces already there.
fn scale(steps: &[ScaleStep]) -> Result<(), Wrong> {
    steps_number(steps.len())?;
    for step in steps {
        pieces("steps.from", step.from)?;
        match step.gives {
            ScaleGives::Price(price) => amount("steps.price", price, 0)?,
            ScaleGives::Percent(off_bp) => share("steps.off_bp", off_bp)?,
        }
    }
    for pair in steps.windows(2) {
        let gives_more = match (pair[0].gives, pair[1].gives) {
            (ScaleGives::Price(first), ScaleGives::Price(second)) => second < first,
            (ScaleGives::Percent(first), ScaleGives::Percent(second)) => second > first,
            _ => return wrong("steps", "all give a price, or all a percentage"),
        };
        if pair[1].from <= pair[0].from || !gives_more {
            return wrong("steps", "each asks for more and gives more than the one before");
        }
    }
    Ok(())
}

fn threshold(measure: Measure, steps: &[ThresholdStep], repeating: bool) -> Result<(), Wrong> {
    steps_number(steps.len())?;
    if repeating && steps.len() != 1 {
        return wrong("repeating", "only with one step");
    }
    for step in steps {
        let most = match measure {
            Measure::Spend => RULE_AMOUNT_MAX,
            Measure::Pieces => i64::from(PIECES_MAX),
        };
        if !(1..=most).contains(&step.from) {
            return wrong("steps.from", format!("1 to {most}"));
        }
        match step.gives {
            Reward::Amount(off) => amount("steps.off", off, 1)?,
            Reward::Percent(off_bp) => share("steps.off_bp", off_bp)?,
        }
        if repeating && matches!(step.gives, Reward::Percent(_)) {
            return wrong("repeating", "a percentage does not repeat");
        }
        if let Reward::Amount(off) = step.gives
            && measure == Measure::Spend
            && off.units() > step.from
        {
            return wrong("steps.off", "more than the threshold");
        }
    }
    let grows = |pair: &[ThresholdStep]| match (pair[0].gives, pair[1].gives) {
        (Reward::Amount(first), Reward::Amount(second)) => pair[1].from > pair[0].from && second > first,
        (Reward::Percent(first), Reward::Percent(second)) => pair[1].from > pair[0].from && second > first,
        _ => false,
    };
    match steps.windows(2).all(grows) {
        true => Ok(()),
        false => wrong("steps", "each asks for more and gives more of the same than the one before"),
    }
}

fn steps_number(steps: usize) -> Result<(), Wrong> {
    if steps == 0 || steps > STEPS_MAX { wrong("steps", format!("1 to {STEPS_MAX} steps")) } else { Ok(()) }
}

fn pieces(field: &'static str, number: u32) -> Result<(), Wrong> {
    if number == 0 || number > PIECES_MAX { wrong(field, format!("1 to {PIECES_MAX} pieces")) } else { Ok(()) }
}

fn share(field: &'static str, bp: u32) -> Result<(), Wrong> {
    if bp == 0 || bp > 10_000 { wrong(field, "a share is 1 to 10000") } else { Ok(()) }
}

fn amount(field: &'static str, amount: Money, least: i64) -> Result<(), Wrong> {
    if (least..=RULE_AMOUNT_MAX).contains(&amount.units()) {
        Ok(())
    } else {
        wrong(field, format!("{} is not from {least} to {RULE_AMOUNT_MAX}", amount.units()))
    }
}

fn text(field: &'static str, text: &str, most: usize) -> Result<(), Wrong> {
    match text.chars().count() {
        0 => wrong(field, "is empty"),
        chars if chars > most => wrong(field, format!("{chars} characters, at most {most}")),
        _ if text.chars().any(char::is_control) => wrong(field, "has a control character"),
        _ => Ok(()),
    }
}

fn wrong<T>(field: &'static str, reason: impl Into<String>) -> Result<T, Wrong> {
    Err((field, reason.into()))
}
