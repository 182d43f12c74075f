//! Goods: `code,name[,name_en,price,unit,tax,category,favourite,id]` and the columns of their terms.

use std::path::Path;

use csv::StringRecord;
use domain::money::Currency;
use protocol::v1::{Item, Price, Record};

use super::terms::terms;
use super::{Columns, ImportError, Imported, OnRejected, Seen, code, id, import, initials, name};
use crate::store::{RecordRow, Store};

/// What holds where a row says nothing.
#[derive(Clone, Debug)]
pub struct ItemDefaults {
    /// Currency of the prices.
    pub currency: Currency,
    /// Price of goods without one; without it such rows are bad.
    pub price: Option<i64>,
    /// Tax rate of goods without one.
    pub tax: String,
}

/// Imports goods into a scope. Column `gtin` may stand for `code` and then takes nothing but GTINs; several codes are
/// separated by `|`; the id is the first code's key unless there is a column for it. Prices are decimal text.
pub async fn items(
    store: &dyn Store,
    scope: &str,
    file: &Path,
    defaults: ItemDefaults,
    rejected: OnRejected,
) -> Result<Imported, ImportError> {
    import(store, scope, file, rejected, move |columns| {
        let codes = columns.one_of(&["code", "gtin"])?;
        columns.one_of(&["name"])?;
        if defaults.price.is_none() {
            columns.one_of(&["price"])?;
        }
        let mut seen = Seen::default();
        let mut ids = Seen::default();
        Ok(move |columns: &Columns, row: &StringRecord, line: u64| {
            let item = item(columns, row, codes, &defaults)?;
            ids.note("id", std::slice::from_ref(&item.id), line)?;
            seen.note("code", &item.codes, line)?;
            let id = item.id.clone();
            let record = Record::Item(Box::new(item));
            Ok(RecordRow {
                kind: "item",
                id,
                gone: false,
                body: serde_json::to_string(&record).map_err(|error| error.to_string())?,
            })
        })
    })
    .await
}

fn item(columns: &Columns, row: &StringRecord, codes: &str, defaults: &ItemDefaults) -> Result<Item, String> {
    let mut keys = Vec::new();
    for text in columns.cell(row, codes).split('|') {
        let key = code::key(text, codes == "gtin").map_err(|bad| bad.to_string())?;
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    let item_name = name(columns.cell(row, "name"), "the name")?;
    let name_en = match columns.cell(row, "name_en") {
        "" => None,
        text => Some(name(text, "the English name")?),
    };
    let price = match columns.cell(row, "price") {
        "" => defaults.price.ok_or("the price is missing")?,
        text => {
            let price = defaults.currency.parse(text).map_err(|error| format!("price {text:?}: {error}"))?;
            price.units()
        }
    };
    if price < 0 {
        return Err("the price is below zero".into());
    }
    let unit = match columns.cell(row, "unit").to_lowercase().as_str() {
        "" | "piece" => "piece",
        "kg" => "kg",
        other => return Err(format!("unit {other:?} is neither piece nor kg")),
    };
    let tax = match columns.cell(row, "tax") {
        "" => defaults.tax.clone(),
        text => id(text).map_err(|reason| format!("tax: {reason}"))?,
    };
    let category = match columns.cell(row, "category") {
        "" => String::new(),
        text => name(text, "the category")?,
    };
    let favourite = match columns.cell(row, "favourite") {
        "" => None,
        text => match text.parse() {
            Ok(place) if place > 0 => Some(place),
            _ => return Err(format!("favourite {text:?} is not a place from 1")),
        },
    };
    let own_id = match columns.cell(row, "id") {
        "" => keys[0].clone(),
        text => id(text)?,
    };
    Ok(Item {
        id: own_id,
        initials: initials(&item_name),
        name: item_name,
        name_en,
        unit: unit.to_owned(),
        tax,
        category,
        codes: keys,
        prices: vec![Price { from_ms: 0, price }],
        favourite,
        terms: terms(columns, row, defaults.currency)?.map(Box::new),
    })
}
