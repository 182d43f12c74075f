//! The rule book: prices and promotions as head office writes them down. People read and write this document, so its
//! instants, days and hours are text. What it means stands in `docs/pricing.md`, its JSON Schema in
//! `docs/schema/rule-book.v1.json`.
//!
//! Nothing that is unknown is passed over: an unknown kind or field is an error that names the rule and the field.

use std::collections::BTreeMap;

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

/// The largest rule book that is read, in bytes.
pub const RULE_BOOK_BYTES_MAX: usize = 16 * 1024 * 1024;

/// A rule book.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleBook {
    /// Grows with every issue, from 1.
    pub version: u64,
    /// ISO 4217 code of its amounts, which are in minor units.
    pub currency: String,
    /// Least margin that rules leave, in basis points of the net price; for items whose cost is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub margin_floor_bp: Option<u32>,
    /// What points are worth as money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<PointsMoney>,
    /// The rules; their order means nothing.
    pub rules: Vec<Rule>,
}

/// What points are worth as money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PointsMoney {
    /// So many points ...
    pub points: u32,
    /// ... are worth this much.
    pub money: i64,
    /// At most this share of a sale is paid with points, in basis points.
    pub share_max_bp: u32,
}

/// One rule. Its kind and what belongs to the kind stand beside the other fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// What every rule says.
    #[serde(flatten)]
    pub terms: RuleTerms,
    /// What it gives.
    #[serde(flatten)]
    pub gives: RuleKind,
}

/// What every rule says, whatever its kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleTerms {
    /// Its id within the book.
    pub id: String,
    /// As shown on screens and receipts.
    pub name: String,
    /// The same in English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_en: Option<String>,
    /// The goods it is about; not for a bundle, and not needed beside a price list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub goods: Option<Goods>,
    /// When, where and for whom.
    #[serde(default, skip_serializing_if = "When::is_always")]
    pub when: When,
    /// Higher ones go first.
    #[serde(default, skip_serializing_if = "is_none_of")]
    pub priority: i32,
    /// `exclusive` or `compound`.
    #[serde(default)]
    pub combine: Combine,
    /// Rules of one group keep each other out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Closes the pieces that take it to all rules that come after.
    #[serde(default, skip_serializing_if = "super::is_false")]
    pub stops: bool,
    /// Only pieces that nothing has been taken off yet.
    #[serde(default, skip_serializing_if = "super::is_false")]
    pub full_price_only: bool,
    /// May go below floors.
    #[serde(default, skip_serializing_if = "super::is_false")]
    pub below_floor: bool,
    /// Times in one basket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit_per_basket: Option<u32>,
    /// Times for one member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit_per_member: Option<u32>,
    /// Whether receipts name it; they do unless told.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub on_receipt: bool,
}

/// How a rule stands to others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Combine {
    /// A piece takes at most one such rule of a stage.
    #[default]
    Exclusive,
    /// On top of what is left.
    Compound,
}

/// Goods by id, category and tag.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Goods {
    /// Everything.
    #[serde(default, skip_serializing_if = "super::is_false")]
    pub all: bool,
    /// Ids of items.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<String>,
    /// Categories and what lies in them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// Tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Never these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub except: Option<Names>,
}

/// Names of goods.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    /// Ids of items.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<String>,
    /// Categories and what lies in them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// Tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

/// When, where and for whom a rule holds; what is missing asks for nothing.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// First instant, RFC 3339 with its offset, e.g. `2024-11-22T00:00:00+08:00`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// First instant after.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// `mon` to `sun`, by the store's clock.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weekdays: Vec<String>,
    /// Spans such as `22:00-02:00`, by the store's clock.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hours: Vec<String>,
    /// Ids of stores.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stores: Vec<String>,
    /// Channels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<String>,
    /// For members alone.
    #[serde(default, skip_serializing_if = "super::is_false")]
    pub members: bool,
    /// For members of these levels alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<String>,
    /// With a coupon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupon: Option<CouponNeed>,
    /// For staff sales alone.
    #[serde(default, skip_serializing_if = "super::is_false")]
    pub staff_only: bool,
}

/// The coupon that opens a rule.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CouponNeed {
    /// Any of these codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<String>,
    /// Or any code that begins so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series: Option<String>,
    /// What the goods must come to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spend_min: Option<i64>,
    /// Each coupon pays once.
    #[serde(default, skip_serializing_if = "super::is_false")]
    pub single_use: bool,
}

/// What a rule gives. Amounts are in minor units, shares in basis points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum RuleKind {
    /// Another price of one unit: one for all goods, or a list by item.
    SpecialPrice {
        /// One price.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        price: Option<i64>,
        /// By item id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        prices: Option<BTreeMap<String, i64>>,
    },
    /// The same for members.
    MemberPrice {
        /// One price.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        price: Option<i64>,
        /// By item id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        prices: Option<BTreeMap<String, i64>>,
    },
    /// A price or a percentage by number.
    QuantityScale {
        /// By growing number.
        steps: Vec<ScaleStep>,
        /// Each item is counted alone.
        #[serde(default, skip_serializing_if = "super::is_false")]
        each_item: bool,
    },
    /// A share off.
    PercentOff {
        /// Taken off.
        off_bp: u32,
    },
    /// An amount off one unit.
    AmountOff {
        /// Taken off.
        off: i64,
    },
    /// Groups of pieces of which the cheapest pay least.
    NthPiece {
        /// What each piece of a group pays.
        pays_bp: Vec<u32>,
        /// Each item makes its own groups.
        #[serde(default, skip_serializing_if = "super::is_false")]
        each_item: bool,
    },
    /// Buy some, get some for less.
    BuyGet {
        /// Bought.
        buy: u32,
        /// Got.
        get: u32,
        /// What those pay; nothing unless told.
        #[serde(default, skip_serializing_if = "is_none_of_u32")]
        pay_bp: u32,
        /// The goods that are got, when they are others.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        other: Option<Goods>,
        /// Each item makes its own groups.
        #[serde(default, skip_serializing_if = "super::is_false")]
        each_item: bool,
    },
    /// Any so many for one price.
    MixMatch {
        /// So many.
        pieces: u32,
        /// What they cost together.
        price: i64,
        /// Each item makes its own groups.
        #[serde(default, skip_serializing_if = "super::is_false")]
        each_item: bool,
    },
    /// A set for one price.
    Bundle {
        /// What belongs to it.
        parts: Vec<Part>,
        /// What it costs.
        price: i64,
    },
    /// Something off when a sum or a number is reached.
    Threshold {
        /// `spend` or `pieces`.
        measure: Measure,
        /// By growing threshold.
        steps: Vec<ThresholdStep>,
        /// Every full threshold counts.
        #[serde(default, skip_serializing_if = "super::is_false")]
        repeating: bool,
        /// Never more than this.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cap: Option<i64>,
    },
    /// Goods for a small price beside a purchase.
    AddOn {
        /// What must be bought of the goods.
        need: Need,
        /// What is offered.
        offered: Goods,
        /// Pieces each time.
        pieces: u32,
        /// What one of them costs.
        price: i64,
        /// Again for every further time.
        #[serde(default, skip_serializing_if = "super::is_false")]
        repeating: bool,
    },
    /// Goods for nothing beside a purchase.
    Gift {
        /// What must be bought of the goods.
        need: Need,
        /// What is offered.
        offered: Goods,
        /// Pieces each time.
        pieces: u32,
        /// Again for every further time.
        #[serde(default, skip_serializing_if = "super::is_false")]
        repeating: bool,
    },
    /// A share off staff sales.
    StaffDiscount {
        /// Taken off.
        off_bp: u32,
    },
    /// A share off all goods together.
    BasketPercent {
        /// Taken off.
        off_bp: u32,
        /// Never more than this.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cap: Option<i64>,
    },
    /// An amount off all goods together.
    BasketAmount {
        /// Taken off.
        off: i64,
    },
}

/// A step of a scale: from so many pieces a price or a share off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScaleStep {
    /// Pieces.
    pub from: u32,
    /// Price of one piece.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<i64>,
    /// Share off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub off_bp: Option<u32>,
}

/// A part of a bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Any of these ...
    pub goods: Goods,
    /// ... so many.
    pub pieces: u32,
}

/// What a threshold adds up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Minor units left to pay for the goods.
    Spend,
    /// Pieces.
    Pieces,
}

/// A threshold: from a sum or a number an amount or a share off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThresholdStep {
    /// Minor units or pieces.
    pub from: i64,
    /// Amount off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub off: Option<i64>,
    /// Share off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub off_bp: Option<u32>,
}

/// What must be bought: either of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Need {
    /// Minor units left to pay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spend: Option<i64>,
    /// Pieces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pieces: Option<u32>,
}

/// Fields of [`RuleTerms`]; all others belong to the kind.
const TERMS: [&str; 14] = [
    "id",
    "name",
    "name_en",
    "goods",
    "when",
    "priority",
    "combine",
    "group",
    "stops",
    "full_price_only",
    "below_floor",
    "limit_per_basket",
    "limit_per_member",
    "on_receipt",
];

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Rule, D::Error> {
        let fields = Map::<String, Value>::deserialize(deserializer)?;
        let id = match fields.get("id") {
            Some(Value::String(id)) => format!("{id:?}"),
            _ => "without an id".to_owned(),
        };
        let (terms, kind): (Map<_, _>, Map<_, _>) =
            fields.into_iter().partition(|(field, _)| TERMS.contains(&field.as_str()));
        let error = |error: serde_json::Error| D::Error::custom(format!("rule {id}: {error}"));
        Ok(Rule { terms: from_fields(terms).map_err(error)?, gives: from_fields(kind).map_err(error)? })
    }
}

fn from_fields<T: DeserializeOwned>(fields: Map<String, Value>) -> Result<T, serde_json::Error> {
    T::deserialize(Value::Object(fields))
}

impl When {
    fn is_always(&self) -> bool {
        *self == When::default()
    }
}

fn is_none_of(value: &i32) -> bool {
    *value == 0
}

fn is_none_of_u32(value: &u32) -> bool {
    *value == 0
}

fn yes() -> bool {
    true
}

fn is_yes(value: &bool) -> bool {
    *value
}
