//! Goods from a CSV file: the columns of `platform import items`, and what only prices need.

use std::collections::BTreeMap;

use csv::{ReaderBuilder, StringRecord, Trim};
use domain::item::{Item, ItemKind, PriceList, Terms};
use domain::money::{Currency, Money};
use domain::quantity::Unit;
use domain::tax::TaxRate;
use jiff::Timestamp;

use super::PriceError;

/// Columns that are understood; `favourite` says nothing about prices and is passed over.
const COLUMNS: [&str; 17] = [
    "id",
    "code",
    "gtin",
    "name",
    "name_en",
    "price",
    "unit",
    "tax",
    "tax_bp",
    "tax_exempt",
    "category",
    "tags",
    "floor",
    "cost",
    "kind",
    "not_discountable",
    "favourite",
];

/// The largest rate that is believed, in basis points.
const TAX_BP_MAX: u32 = 10_000;

/// Goods by id.
pub(super) fn read(bytes: &[u8], currency: Currency) -> Result<BTreeMap<String, Item>, PriceError> {
    let text = std::str::from_utf8(bytes).map_err(|_| bad(1, "the file is not UTF-8"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = ReaderBuilder::new().trim(Trim::All).from_reader(text.as_bytes());
    let head = reader.headers().map_err(|error| bad(1, error.to_string()))?.clone();
    if let Some(unknown) = head.iter().find(|column| !COLUMNS.contains(column)) {
        return Err(bad(1, format!("column {unknown:?} is not one of {}", COLUMNS.join(", "))));
    }
    if !head.iter().any(|column| ["id", "code", "gtin"].contains(&column)) {
        return Err(bad(1, "a column id or code is missing"));
    }
    let mut goods = BTreeMap::new();
    for row in reader.records() {
        let row = row.map_err(|error| bad(error.position().map_or(0, csv::Position::line), error.to_string()))?;
        let line = row.position().map_or(0, csv::Position::line);
        let item = item(&Row { head: &head, row: &row }, currency).map_err(|why| bad(line, why))?;
        if let Some(before) = goods.insert(item.id.clone(), item) {
            return Err(bad(line, format!("item {:?} stands there twice", before.id)));
        }
    }
    Ok(goods)
}

fn bad(line: u64, why: impl Into<String>) -> PriceError {
    PriceError::Items { line, why: why.into() }
}

struct Row<'a> {
    head: &'a StringRecord,
    row: &'a StringRecord,
}

impl Row<'_> {
    /// A cell; empty when there is no such column.
    fn cell(&self, column: &str) -> &str {
        let at = self.head.iter().position(|name| name == column);
        at.and_then(|at| self.row.get(at)).unwrap_or_default()
    }

    fn amount(&self, column: &str, currency: Currency) -> Result<Option<Money>, String> {
        let text = self.cell(column);
        if text.is_empty() {
            return Ok(None);
        }
        let amount = currency.parse(text).map_err(|error| format!("{column} {text:?}: {error}"))?;
        if amount < Money::ZERO { Err(format!("{column} {text:?} is below zero")) } else { Ok(Some(amount)) }
    }

    fn flag(&self, column: &str) -> Result<bool, String> {
        match self.cell(column) {
            "" | "no" | "false" | "0" => Ok(false),
            "yes" | "true" | "1" => Ok(true),
            other => Err(format!("{column} {other:?} is neither yes nor no")),
        }
    }
}

fn item(row: &Row<'_>, currency: Currency) -> Result<Item, String> {
    let codes = if row.cell("code").is_empty() { row.cell("gtin") } else { row.cell("code") };
    let code = codes.split('|').map(str::trim).find(|code| !code.is_empty());
    let id = match (row.cell("id"), code) {
        ("", None) => return Err("neither id nor code says which item it is".into()),
        ("", Some(code)) => code,
        (id, _) => id,
    };
    let price = row.amount("price", currency)?.ok_or("the price is missing")?;
    let unit = match row.cell("unit") {
        "" | "piece" => Unit::Piece,
        "kg" => Unit::Kilogram,
        other => return Err(format!("unit {other:?} is neither piece nor kg")),
    };
    let tags = row.cell("tags").split('|').map(str::trim).filter(|tag| !tag.is_empty());
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Ok(Item {
        id: id.to_owned(),
        name: some(row.cell("name")).unwrap_or_else(|| id.to_owned()),
        name_en: some(row.cell("name_en")),
        unit,
        tax: tax(row)?,
        code: code.map(str::to_owned),
        prices: PriceList::new(vec![(Timestamp::MIN, price)]),
        terms: Terms {
            kind: kind(row.cell("kind"))?,
            category: row.cell("category").to_owned(),
            tags: tags.map(str::to_owned).collect(),
            price_floor: row.amount("floor", currency)?,
            cost: row.amount("cost", currency)?,
            not_discountable: row.flag("not_discountable")?,
            ..Terms::default()
        },
    })
}

fn tax(row: &Row<'_>) -> Result<TaxRate, String> {
    let id = match row.cell("tax") {
        "" => "standard",
        id => id,
    };
    if row.flag("tax_exempt")? {
        return Ok(TaxRate::exempt(id));
    }
    match row.cell("tax_bp") {
        "" => Ok(TaxRate::new(id, 0)),
        text => match text.parse() {
            Ok(rate @ 0..=TAX_BP_MAX) => Ok(TaxRate::new(id, rate)),
            _ => Err(format!("tax_bp {text:?} is not from 0 to {TAX_BP_MAX}")),
        },
    }
}

fn kind(word: &str) -> Result<ItemKind, String> {
    Ok(match word {
        "" | "goods" => ItemKind::Goods,
        "service" => ItemKind::Service,
        "deposit" => ItemKind::Deposit,
        "gift_card" => ItemKind::GiftCard,
        "top_up" => ItemKind::TopUp,
        other => return Err(format!("kind {other:?} is not one of goods, service, deposit, gift_card, top_up")),
    })
}
