//! How goods may be sold, as columns of their file.

use csv::StringRecord;
use domain::money::Currency;
use domain::quantity::QUANTITY_MAX;
use protocol::v1::{Component, Terms};

use super::{Columns, id, name};

/// Years that an age limit names.
const AGE_MAX: u8 = 120;

/// `kind`, `tags`, `floor`, `cost`, `fixed`, `open_price`, `age`, `max`, `serial`, `lot`, `deposit`, `parts`, `recalled`,
/// `tare`, `weight`, `content`; lists are separated by `|`, a part is `ITEM*QUANTITY`, a flag is `yes` or `no`, a quantity has up to three
/// decimals. `None` when nothing is told.
pub(super) fn terms(columns: &Columns, row: &StringRecord, currency: Currency) -> Result<Option<Terms>, String> {
    let amount = |column: &str| match columns.cell(row, column) {
        "" => Ok(None),
        text => {
            let money = currency.parse(text).map_err(|error| format!("{column} {text:?}: {error}"))?;
            if money.units() < 0 { Err(format!("{column} is below zero")) } else { Ok(Some(money.units())) }
        }
    };
    let flag = |column: &str| match columns.cell(row, column).to_lowercase().as_str() {
        "" | "no" | "0" => Ok(false),
        "yes" | "1" => Ok(true),
        other => Err(format!("{column} {other:?} is neither yes nor no")),
    };
    let list = |column: &str| {
        let words = columns.cell(row, column).split('|').map(str::trim).filter(|word| !word.is_empty());
        words.map(|word| name(word, column)).collect::<Result<Vec<_>, _>>()
    };
    let kind = match columns.cell(row, "kind").to_lowercase().as_str() {
        "" | "goods" => None,
        known @ ("service" | "deposit" | "gift_card" | "top_up") => Some(known.to_owned()),
        other => return Err(format!("kind {other:?} is none of goods, service, deposit, gift_card, top_up")),
    };
    let age_min = match columns.cell(row, "age") {
        "" => None,
        text => {
            Some(text.parse().ok().filter(|age| (1..=AGE_MAX).contains(age)).ok_or(format!("age {text:?} is no age"))?)
        }
    };
    let deposit = match columns.cell(row, "deposit") {
        "" => None,
        text => Some(id(text).map_err(|reason| format!("deposit: {reason}"))?),
    };
    let parts = columns.cell(row, "parts").split('|').map(str::trim).filter(|part| !part.is_empty());
    let terms = Terms {
        kind,
        category: String::new(),
        tags: list("tags")?,
        price_floor: amount("floor")?,
        cost: amount("cost")?,
        not_discountable: flag("fixed")?,
        open_price: flag("open_price")?,
        age_min,
        quantity_max: quantity(columns.cell(row, "max"), "max")?,
        needs_serial: flag("serial")?,
        needs_lot: flag("lot")?,
        deposit,
        components: parts.map(part).collect::<Result<_, _>>()?,
        recalled_lots: list("recalled")?,
        tare: quantity(columns.cell(row, "tare"), "tare")?,
        weight: quantity(columns.cell(row, "weight"), "weight")?,
        content: match columns.cell(row, "content") {
            "" => None,
            text => {
                let content: domain::item::Content = text.parse().map_err(|error| format!("content: {error}"))?;
                Some(content.to_string())
            }
        },
    };
    Ok((terms != Terms::default()).then_some(terms))
}

/// `ITEM*QUANTITY`, or `ITEM` for one.
fn part(text: &str) -> Result<Component, String> {
    let (item, many) = text.split_once('*').unwrap_or((text, "1"));
    let item = id(item.trim()).map_err(|reason| format!("parts: {reason}"))?;
    let quantity = quantity(many, "parts")?.ok_or("parts: a quantity is missing")?;
    Ok(Component { item, quantity })
}

/// Decimal text as thousandths, above zero.
fn quantity(text: &str, column: &str) -> Result<Option<i64>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let bad = || format!("{column} {text:?} is no quantity above zero with up to three decimals");
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || part.len() > 3 || !digits(whole) || !digits(part) {
        return Err(bad());
    }
    let thousandths: i64 = format!("{whole}{part:0<3}").parse().map_err(|_| bad())?;
    if (1..=QUANTITY_MAX.in_thousandths()).contains(&thousandths) { Ok(Some(thousandths)) } else { Err(bad()) }
}
