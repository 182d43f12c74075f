//! Rule books as tills and platform apply them.

use std::collections::BTreeSet;

use domain::money::{Currency, Money};
use domain::promotion::{
    BookError, Combine, CompiledBook, CouponNeed, DAY_MINUTES, Extra, Goods, Hours, Measure, Names, Need, Part,
    PointsMoney, PriceTable, RULE_AMOUNT_MAX, RULES_MAX, Reward, Rule, RuleBook, RuleKind, ScaleGives, ScaleStep,
    ThresholdStep, When,
};
use jiff::Timestamp;
use jiff::civil::Weekday;
use serde::de::Error as _;
use serde_json::Value;

use crate::v1::rules::{self as wire, RULE_BOOK_BYTES_MAX};

/// Why a rule book cannot be used. None of it is.
#[derive(Debug, thiserror::Error)]
pub enum BadRuleBook {
    /// Too large to be read.
    #[error("a rule book of {bytes} bytes: at most {} are read", RULE_BOOK_BYTES_MAX)]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// Not the JSON of a rule book.
    #[error("not a rule book: {0}")]
    Malformed(#[from] serde_json::Error),
    /// A field of the book itself says something that cannot be.
    #[error("{field} {reason}")]
    Book {
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// A rule says something that cannot be.
    #[error("rule {rule:?}: {field}: {reason}")]
    Rule {
        /// Its id.
        rule: String,
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        reason: String,
    },
}

impl From<BookError> for BadRuleBook {
    fn from(error: BookError) -> BadRuleBook {
        let BookError { rule, field, reason } = error;
        if rule.is_empty() { BadRuleBook::Book { field, reason } } else { BadRuleBook::Rule { rule, field, reason } }
    }
}

impl wire::RuleBook {
    /// Reads a rule book from its JSON.
    pub fn parse(bytes: &[u8]) -> Result<wire::RuleBook, BadRuleBook> {
        if bytes.len() > RULE_BOOK_BYTES_MAX {
            return Err(BadRuleBook::TooLarge { bytes: bytes.len() });
        }
        wire::RuleBook::of(serde_json::from_slice(bytes)?)
    }

    /// Reads a rule book from JSON that is parsed already.
    pub fn of(value: Value) -> Result<wire::RuleBook, BadRuleBook> {
        if let Some(odd) = odd_in(&value, false) {
            return Err(BadRuleBook::Malformed(serde_json::Error::custom(odd.trim_start())));
        }
        Ok(serde_json::from_value(value)?)
    }

    /// Checks it whole and makes it ready for pricing.
    pub fn compile(&self) -> Result<CompiledBook, BadRuleBook> {
        Ok(CompiledBook::new(RuleBook::try_from(self)?)?)
    }
}

impl TryFrom<&wire::RuleBook> for RuleBook {
    type Error = BadRuleBook;

    fn try_from(book: &wire::RuleBook) -> Result<RuleBook, BadRuleBook> {
        let bad = |field, reason: String| BadRuleBook::Book { field, reason };
        let currency = Currency::of(&book.currency)
            .ok_or_else(|| bad("currency", format!("{:?} is not one that books are kept in", book.currency)))?;
        if book.version == 0 {
            return Err(bad("version", "is counted from 1".into()));
        }
        if book.rules.len() > RULES_MAX {
            return Err(bad("rules", format!("are {}, at most {RULES_MAX}", book.rules.len())));
        }
        let points = match &book.points {
            None => None,
            Some(points) => Some(PointsMoney {
                points: points.points,
                money: money("points.money", points.money).map_err(|(field, reason)| bad(field, reason))?,
                share_max_bp: points.share_max_bp,
            }),
        };
        let rule = |rule: &wire::Rule| {
            rule_of(rule).map_err(|(field, reason)| BadRuleBook::Rule { rule: rule.terms.id.clone(), field, reason })
        };
        Ok(RuleBook {
            version: book.version,
            currency,
            rules: book.rules.iter().map(rule).collect::<Result<_, _>>()?,
            points,
            margin_floor_bp: book.margin_floor_bp,
        })
    }
}

/// Fields that are lists; no other value is one.
const LISTS: [&str; 13] = [
    "rules",
    "items",
    "categories",
    "tags",
    "weekdays",
    "hours",
    "stores",
    "channels",
    "levels",
    "codes",
    "steps",
    "pays_bp",
    "parts",
];

/// Where a value is null, or a list where none belongs, if any is. Rules are named by their ids.
fn odd_in(value: &Value, may_be_list: bool) -> Option<String> {
    match value {
        Value::Null => Some(" is null: leave out what is not said".to_owned()),
        Value::Array(_) if !may_be_list => Some(" is a list".to_owned()),
        Value::Array(values) => values.iter().enumerate().find_map(|(at, value)| {
            let odd = odd_in(value, false)?;
            let id = value.get("id").and_then(Value::as_str);
            Some(id.map_or_else(|| format!("[{at}]{odd}"), |id| format!(" {id:?}{odd}")))
        }),
        Value::Object(fields) => fields.iter().find_map(|(field, value)| {
            let odd = odd_in(value, LISTS.contains(&field.as_str()))?;
            Some(format!(" {field}{odd}"))
        }),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// What is wrong with a field.
type Wrong = (&'static str, String);

fn wrong<T>(field: &'static str, reason: impl Into<String>) -> Result<T, Wrong> {
    Err((field, reason.into()))
}

fn rule_of(rule: &wire::Rule) -> Result<Rule, Wrong> {
    let terms = &rule.terms;
    Ok(Rule {
        id: terms.id.clone(),
        name: terms.name.clone(),
        name_en: terms.name_en.clone(),
        kind: kind_of(&rule.gives)?,
        goods: goods_of_rule(rule)?,
        when: when_of(&terms.when)?,
        priority: terms.priority,
        combine: match terms.combine {
            wire::Combine::Exclusive => Combine::Exclusive,
            wire::Combine::Compound => Combine::Compound,
        },
        group: terms.group.clone(),
        stops: terms.stops,
        full_price_only: terms.full_price_only,
        below_floor: terms.below_floor,
        limit_per_basket: terms.limit_per_basket,
        limit_per_member: terms.limit_per_member,
        on_receipt: terms.on_receipt,
    })
}

/// A price list names its goods itself, and the parts of a bundle theirs.
fn goods_of_rule(rule: &wire::Rule) -> Result<Goods, Wrong> {
    let listed = match &rule.gives {
        wire::RuleKind::SpecialPrice { prices: Some(prices), .. }
        | wire::RuleKind::MemberPrice { prices: Some(prices), .. } => {
            Some(prices.keys().cloned().collect::<BTreeSet<_>>())
        }
        _ => None,
    };
    match (&rule.terms.goods, listed, &rule.gives) {
        (None, _, wire::RuleKind::Bundle { .. }) => Ok(Goods::default()),
        (Some(_), _, wire::RuleKind::Bundle { .. }) => wrong("goods", "the parts of a bundle name their own goods"),
        (None, Some(items), _) => Ok(Goods::items(items)),
        (Some(_), Some(_), _) => wrong("goods", "a price list names its goods itself"),
        (Some(goods), None, _) => Ok(goods_of(goods)),
        (None, None, _) => wrong("goods", "name items, categories or tags, or all"),
    }
}

fn goods_of(goods: &wire::Goods) -> Goods {
    let set = |names: &[String]| names.iter().cloned().collect();
    let names = |names: &wire::Names| Names {
        items: set(&names.items),
        categories: set(&names.categories),
        tags: set(&names.tags),
    };
    Goods {
        all: goods.all,
        named: Names { items: set(&goods.items), categories: set(&goods.categories), tags: set(&goods.tags) },
        except: goods.except.as_ref().map(names).unwrap_or_default(),
    }
}

fn kind_of(kind: &wire::RuleKind) -> Result<RuleKind, Wrong> {
    Ok(match kind {
        wire::RuleKind::SpecialPrice { price, prices } => RuleKind::SpecialPrice(table(*price, prices.as_ref())?),
        wire::RuleKind::MemberPrice { price, prices } => RuleKind::MemberPrice(table(*price, prices.as_ref())?),
        wire::RuleKind::QuantityScale { steps, each_item } => {
            let steps = steps.iter().map(scale_step).collect::<Result<_, _>>()?;
            RuleKind::QuantityScale { steps, each_item: *each_item }
        }
        wire::RuleKind::PercentOff { off_bp } => RuleKind::PercentOff { off_bp: *off_bp },
        wire::RuleKind::AmountOff { off } => RuleKind::AmountOff { off: money("off", *off)? },
        wire::RuleKind::NthPiece { pays_bp, each_item } => {
            RuleKind::NthPiece { pays_bp: pays_bp.clone(), each_item: *each_item }
        }
        wire::RuleKind::BuyGet { buy, get, pay_bp, other, each_item } => RuleKind::BuyGet {
            buy: *buy,
            get: *get,
            pay_bp: *pay_bp,
            other: other.as_ref().map(goods_of),
            each_item: *each_item,
        },
        wire::RuleKind::MixMatch { pieces, price, each_item } => {
            RuleKind::MixMatch { pieces: *pieces, price: money("price", *price)?, each_item: *each_item }
        }
        wire::RuleKind::Bundle { parts, price } => {
            let part = |part: &wire::Part| Part { goods: goods_of(&part.goods), pieces: part.pieces };
            RuleKind::Bundle { parts: parts.iter().map(part).collect(), price: money("price", *price)? }
        }
        wire::RuleKind::Threshold { measure, steps, repeating, cap } => RuleKind::Threshold {
            measure: match measure {
                wire::Measure::Spend => Measure::Spend,
                wire::Measure::Pieces => Measure::Pieces,
            },
            steps: steps.iter().map(threshold_step).collect::<Result<_, _>>()?,
            repeating: *repeating,
            cap: cap.map(|cap| money("cap", cap)).transpose()?,
        },
        wire::RuleKind::AddOn { need, offered, pieces, price, repeating } => {
            RuleKind::AddOn(extra(need, offered, *pieces, money("price", *price)?, *repeating)?)
        }
        wire::RuleKind::Gift { need, offered, pieces, repeating } => {
            RuleKind::Gift(extra(need, offered, *pieces, Money::ZERO, *repeating)?)
        }
        wire::RuleKind::StaffDiscount { off_bp } => RuleKind::Staff { off_bp: *off_bp },
        wire::RuleKind::BasketPercent { off_bp, cap } => {
            RuleKind::BasketPercent { off_bp: *off_bp, cap: cap.map(|cap| money("cap", cap)).transpose()? }
        }
        wire::RuleKind::BasketAmount { off } => RuleKind::BasketAmount { off: money("off", *off)? },
    })
}

fn table(price: Option<i64>, prices: Option<&std::collections::BTreeMap<String, i64>>) -> Result<PriceTable, Wrong> {
    match (price, prices) {
        (Some(price), None) => Ok(PriceTable::One(money("price", price)?)),
        (None, Some(prices)) => {
            let of = |(item, price): (&String, &i64)| Ok((item.clone(), money("prices", *price)?));
            Ok(PriceTable::ByItem(prices.iter().map(of).collect::<Result<_, Wrong>>()?))
        }
        _ => wrong("price", "give either price or prices"),
    }
}

fn scale_step(step: &wire::ScaleStep) -> Result<ScaleStep, Wrong> {
    let gives = match (step.price, step.off_bp) {
        (Some(price), None) => ScaleGives::Price(money("steps.price", price)?),
        (None, Some(off_bp)) => ScaleGives::Percent(off_bp),
        _ => return wrong("steps", "each gives either price or off_bp"),
    };
    Ok(ScaleStep { from: step.from, gives })
}

fn threshold_step(step: &wire::ThresholdStep) -> Result<ThresholdStep, Wrong> {
    let gives = match (step.off, step.off_bp) {
        (Some(off), None) => Reward::Amount(money("steps.off", off)?),
        (None, Some(off_bp)) => Reward::Percent(off_bp),
        _ => return wrong("steps", "each gives either off or off_bp"),
    };
    Ok(ThresholdStep { from: step.from, gives })
}

fn extra(need: &wire::Need, goods: &wire::Goods, pieces: u32, price: Money, repeating: bool) -> Result<Extra, Wrong> {
    let need = match (need.spend, need.pieces) {
        (Some(spend), None) => Need::Spend(money("need.spend", spend)?),
        (None, Some(pieces)) => Need::Pieces(pieces),
        _ => return wrong("need", "give either spend or pieces"),
    };
    Ok(Extra { need, goods: goods_of(goods), pieces, price, repeating })
}

fn when_of(when: &wire::When) -> Result<When, Wrong> {
    let set = |names: &[String]| names.iter().cloned().collect();
    Ok(When {
        from: when.from.as_ref().map(|text| instant("when.from", text)).transpose()?,
        until: when.until.as_ref().map(|text| instant("when.until", text)).transpose()?,
        weekdays: when.weekdays.iter().map(|word| weekday(word)).collect::<Result<_, _>>()?,
        hours: when.hours.iter().map(|span| hours(span)).collect::<Result<_, _>>()?,
        stores: set(&when.stores),
        channels: set(&when.channels),
        members: when.members,
        levels: set(&when.levels),
        coupon: when.coupon.as_ref().map(coupon).transpose()?,
        staff_only: when.staff_only,
    })
}

fn coupon(need: &wire::CouponNeed) -> Result<CouponNeed, Wrong> {
    Ok(CouponNeed {
        codes: need.codes.iter().cloned().collect(),
        series: need.series.clone(),
        spend_min: need.spend_min.map(|spend| money("when.coupon.spend_min", spend)).transpose()?,
        single_use: need.single_use,
    })
}

fn instant(field: &'static str, text: &str) -> Result<Timestamp, Wrong> {
    text.parse().map_err(|_| (field, format!("{text:?} is not an instant such as 2024-11-22T00:00:00+08:00")))
}

fn weekday(word: &str) -> Result<Weekday, Wrong> {
    Ok(match word {
        "mon" => Weekday::Monday,
        "tue" => Weekday::Tuesday,
        "wed" => Weekday::Wednesday,
        "thu" => Weekday::Thursday,
        "fri" => Weekday::Friday,
        "sat" => Weekday::Saturday,
        "sun" => Weekday::Sunday,
        other => return wrong("when.weekdays", format!("{other:?} is not one of mon to sun")),
    })
}

fn hours(span: &str) -> Result<Hours, Wrong> {
    let parts = span.split_once('-').and_then(|(from, until)| Some((minute(from)?, minute(until)?)));
    match parts {
        Some((from, until)) => Ok(Hours { from, until }),
        None => wrong("when.hours", format!("{span:?} is not a span such as 22:00-02:00")),
    }
}

/// `hh:mm` as minutes; `24:00` is the end of the day.
fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let number = |text: &str| match text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        true => text.parse::<u16>().ok(),
        false => None,
    };
    let (hour, minute) = (number(hour)?, number(minute)?);
    let minutes = hour * 60 + minute;
    (minute < 60 && minutes <= DAY_MINUTES).then_some(minutes)
}

/// An amount that a rule may name; whether it may be nothing depends on the field and is looked at afterwards.
fn money(field: &'static str, units: i64) -> Result<Money, Wrong> {
    match units {
        0..=RULE_AMOUNT_MAX => Ok(Money::minor(units)),
        other => wrong(field, format!("{other} is not from 0 to {RULE_AMOUNT_MAX}")),
    }
}
