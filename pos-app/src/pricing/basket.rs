//! A basket and its circumstances from JSON.

use std::collections::BTreeMap;

use domain::basket::{Basket, Facets, LINES_MAX, Line, ManualDiscount, Off, Origin, PriceOverride};
use domain::item::Item;
use domain::money::{AMOUNT_MAX, Money};
use domain::price::CHANNEL_STORE;
use domain::promotion::{Context, PresentedCoupon, RULE_AMOUNT_MAX};
use domain::quantity::{QUANTITY_MAX, Quantity, Unit};
use domain::tax::{Half, TaxMode, TaxRounding, TaxRules};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::temporal::DateTimeParser;
use jiff::tz::TimeZone;
use serde::Deserialize;
use uuid::Uuid;

/// What is asked.
pub(super) struct Asked {
    pub basket: Basket,
    pub tax: TaxRules,
    pub context: Context,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BasketFile {
    /// RFC 3339; the store's clock shows the time as it stands there.
    time: String,
    #[serde(default)]
    time_zone: Option<String>,
    #[serde(default)]
    store: String,
    #[serde(default = "in_store")]
    channel: String,
    #[serde(default)]
    tax_mode: Mode,
    #[serde(default)]
    tax_rounding: Rounding,
    #[serde(default)]
    tax_half: HalfWord,
    #[serde(default)]
    tax_exempt: bool,
    #[serde(default)]
    staff: bool,
    #[serde(default)]
    member: Option<MemberFile>,
    #[serde(default)]
    coupons: Vec<CouponFile>,
    #[serde(default)]
    discount: Option<DiscountFile>,
    lines: Vec<LineFile>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "snake_case")]
enum Mode {
    #[default]
    Included,
    Added,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "snake_case")]
enum Rounding {
    #[default]
    PerTotal,
    PerLine,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "snake_case")]
enum HalfWord {
    #[default]
    Up,
    Even,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MemberFile {
    #[serde(default)]
    level: String,
    /// How often she has had rules before, by rule id.
    #[serde(default)]
    used: BTreeMap<String, u32>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum CouponFile {
    Code(String),
    Told(CouponTold),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CouponTold {
    code: String,
    #[serde(default)]
    spent: bool,
}

/// Taken off by hand: either a share or an amount.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DiscountFile {
    #[serde(default)]
    off_bp: Option<u32>,
    #[serde(default)]
    off: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LineFile {
    item: String,
    /// Number or text; one unless told.
    #[serde(default)]
    quantity: Option<QuantityFile>,
    /// What the scale's label says it costs, in minor units.
    #[serde(default)]
    label_price: Option<i64>,
    /// Price of one unit that was set by hand.
    #[serde(default)]
    price: Option<i64>,
    #[serde(default)]
    discount: Option<DiscountFile>,
    #[serde(default)]
    comes_back: bool,
    /// With its receipt: what that sale stored.
    #[serde(default)]
    refund: Option<RefundFile>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum QuantityFile {
    Number(serde_json::Number),
    Text(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RefundFile {
    gross: i64,
    tax: i64,
}

fn in_store() -> String {
    CHANNEL_STORE.to_owned()
}

/// Reads a basket of goods that are known.
pub(super) fn read(bytes: &[u8], goods: &BTreeMap<String, Item>) -> Result<Asked, String> {
    let file: BasketFile = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let (now, local) = times(&file)?;
    let mut lines = Vec::with_capacity(file.lines.len());
    for (at, line) in file.lines.iter().enumerate() {
        let no = u32::try_from(at + 1).map_err(|_| "too many lines".to_owned())?;
        lines.push(line_of(line, no, goods, now).map_err(|why| format!("line {no}: {why}"))?);
    }
    let mut basket = Basket::restore(Uuid::nil(), now, None, Default::default(), lines).ok_or_else(too_much)?;
    basket.about.discount = file.discount.as_ref().map(discount).transpose()?;
    let coupon = |coupon: &CouponFile| match coupon {
        CouponFile::Code(code) => PresentedCoupon { code: code.clone(), spent: false },
        CouponFile::Told(told) => PresentedCoupon { code: told.code.clone(), spent: told.spent },
    };
    let tax = TaxRules {
        mode: match file.tax_mode {
            Mode::Included => TaxMode::Included,
            Mode::Added => TaxMode::Added,
        },
        rounding: match file.tax_rounding {
            Rounding::PerTotal => TaxRounding::PerTotal,
            Rounding::PerLine => TaxRounding::PerLine,
        },
        half: match file.tax_half {
            HalfWord::Up => Half::Up,
            HalfWord::Even => Half::Even,
        },
        exempt_sale: file.tax_exempt,
    };
    let context = Context {
        now,
        local,
        store: file.store.clone(),
        channel: file.channel.clone(),
        member_level: file.member.as_ref().map(|member| member.level.clone()),
        staff: file.staff,
        coupons: file.coupons.iter().map(coupon).collect(),
        used: file.member.map(|member| member.used).unwrap_or_default(),
    };
    Ok(Asked { basket, tax, context })
}

/// Of lines that were read one by one, only these limits are left.
fn too_much() -> String {
    let (quantity, money) = (QUANTITY_MAX.plain(), RULE_AMOUNT_MAX);
    format!("a basket holds at most {LINES_MAX} lines, and a line at most {quantity} units for {money} minor units")
}

/// The instant, and what the store's clock shows: the time as it is written, or that of the time zone.
fn times(file: &BasketFile) -> Result<(Timestamp, DateTime), String> {
    let text = &file.time;
    let wrong = |_| format!("time {text:?} is not an instant such as 2024-11-22T12:00:00+08:00");
    let now: Timestamp = text.parse().map_err(wrong)?;
    let local = match &file.time_zone {
        Some(name) => {
            let zone = TimeZone::get(name).map_err(|_| format!("time_zone {name:?} is not known"))?;
            zone.to_datetime(now)
        }
        None => DateTimeParser::new().parse_datetime(text).map_err(wrong)?,
    };
    Ok((now, local))
}

fn line_of(line: &LineFile, no: u32, goods: &BTreeMap<String, Item>, now: Timestamp) -> Result<Line, String> {
    let item = goods.get(&line.item).ok_or_else(|| format!("item {:?} is not among the goods", line.item))?;
    let shelf_price = item.prices.at(now).ok_or("the item has no price")?;
    let unit_price = line.price.map(|price| amount("price", price)).transpose()?.unwrap_or(shelf_price);
    let label_amount = line.label_price.map(|price| amount("label_price", price)).transpose()?;
    if label_amount == Some(Money::ZERO) {
        return Err("label_price is nothing".into());
    }
    let quantity = quantity(line, item, unit_price, label_amount)?;
    let comes_back = line.comes_back || line.refund.is_some();
    let refund = line.refund.as_ref().map(|refund| {
        let (gross, tax) = (amount("refund.gross", refund.gross)?, amount("refund.tax", refund.tax)?);
        Ok::<_, String>(Origin { sale: Uuid::nil(), receipt: String::new(), line: 1, gross, tax, points: 0 })
    });
    let by_hand = |_: i64| PriceOverride { instead_of: shelf_price, reason: String::new(), approved_by: None };
    Ok(Line {
        no,
        item: item.id.clone(),
        name: item.name.clone(),
        name_en: item.name_en.clone(),
        code: item.code.clone(),
        unit: item.unit,
        quantity: if comes_back { -quantity } else { quantity },
        unit_price,
        label_amount,
        tax: item.tax.clone(),
        terms: item.terms.clone(),
        facets: Facets {
            override_price: line.price.map(by_hand),
            discount: line.discount.as_ref().map(discount).transpose()?,
            origin: refund.transpose()?,
            ..Facets::default()
        },
        voided: false,
    })
}

/// As told; of a labelled line the weight that its price stands for; one otherwise.
fn quantity(line: &LineFile, item: &Item, unit_price: Money, label: Option<Money>) -> Result<Quantity, String> {
    let text = match (&line.quantity, label) {
        (None, Some(label)) if item.unit == Unit::Kilogram && !unit_price.is_zero() => {
            let weight = label.scale(1000, unit_price.units()).units().max(1);
            return Quantity::thousandths(weight).checked().map_err(|error| format!("quantity: {error}"));
        }
        (None, _) => "1".to_owned(),
        (Some(QuantityFile::Number(number)), _) => number.to_string(),
        (Some(QuantityFile::Text(text)), _) => text.clone(),
    };
    Quantity::parse(&text, item.unit).map_err(|error| format!("quantity {text}: {error}"))
}

fn discount(file: &DiscountFile) -> Result<ManualDiscount, String> {
    let off = match (file.off_bp, file.off) {
        (Some(off_bp @ 1..=10_000), None) => Off::Percent(off_bp),
        (None, Some(off @ 1..=AMOUNT_MAX)) => Off::Amount(Money::minor(off)),
        _ => return Err("discount: give either off_bp from 1 to 10000 or off above zero".into()),
    };
    Ok(ManualDiscount { off, reason: String::new(), approved_by: None })
}

fn amount(field: &str, units: i64) -> Result<Money, String> {
    match units {
        0..=AMOUNT_MAX => Ok(Money::minor(units)),
        other => Err(format!("{field} {other} is not from 0 to {AMOUNT_MAX}")),
    }
}
