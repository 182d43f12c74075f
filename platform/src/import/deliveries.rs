//! Deliveries that a store expects: `number,supplier,quantity` and `item` or `code`; also `due`, `lot`, `expires`. A line for
//! each item; lines of one number are one delivery.

use std::collections::BTreeMap;
use std::path::Path;

use csv::StringRecord;
use domain::quantity::{Quantity, Unit};
use domain::stock::LINES_MAX;
use protocol::v1::{DeliveryNote, Item, Record, StockLine};

use super::{Columns, ImportError, Imported, OnRejected, text};
use crate::stock::show::catalogue;
use crate::store::{RecordRow, Store};

/// Deliveries that go in by one transaction.
const NOTES_AT_ONCE: usize = 1000;

/// Puts deliveries into a store's scope. One that is there already is replaced.
///
/// # Errors
/// When the file cannot be read, columns are missing, or the database fails.
pub async fn deliveries(
    store: &dyn Store,
    of: &str,
    file: &Path,
    mut rejected: OnRejected,
) -> Result<Imported, ImportError> {
    let (text, note) = text::read(file)?;
    let mut imported = Imported { note, ..Imported::default() };
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|_| ImportError::Encoding("the first line cannot be read as CSV"))?;
    let columns = Columns::of(header);
    columns.one_of(&["number"])?;
    columns.one_of(&["supplier"])?;
    columns.one_of(&["quantity"])?;
    columns.one_of(&["item", "code"])?;
    let goods = Goods::of(catalogue(store, of).await?);
    let mut notes = BTreeMap::<String, DeliveryNote>::new();
    let mut row = StringRecord::new();
    loop {
        let line = reader.position().line();
        let read = match reader.read_record(&mut row) {
            Ok(false) => break,
            Ok(true) => goods.line(&columns, &row, &mut notes),
            Err(error) => Err(error.to_string()),
        };
        imported.rows += 1;
        match read {
            Ok(()) => imported.good += 1,
            Err(reason) => {
                imported.rejected += 1;
                rejected(line, &reason);
            }
        }
    }
    let rows: Vec<RecordRow> = notes.into_values().map(row_of).collect();
    for chunk in rows.chunks(NOTES_AT_ONCE) {
        imported.changed += store.put(&format!("store-{of}"), chunk.to_vec()).await?.changed;
    }
    Ok(imported)
}

fn row_of(note: DeliveryNote) -> RecordRow {
    let id = note.number.clone();
    let body = serde_json::to_string(&Record::Delivery(Box::new(note))).expect("a record is JSON");
    RecordRow { kind: "delivery", id, gone: false, body }
}

/// Items by id, and ids by code.
struct Goods {
    items: BTreeMap<String, Item>,
    codes: BTreeMap<String, String>,
}

impl Goods {
    fn of(items: BTreeMap<String, Item>) -> Goods {
        let codes = items.values().flat_map(|item| item.codes.iter().map(|code| (code.clone(), item.id.clone())));
        Goods { codes: codes.collect(), items }
    }

    fn line(
        &self,
        columns: &Columns,
        row: &StringRecord,
        notes: &mut BTreeMap<String, DeliveryNote>,
    ) -> Result<(), String> {
        let number = super::name(columns.cell(row, "number"), "the number of the note")?;
        let supplier = super::name(columns.cell(row, "supplier"), "the supplier")?;
        let item = self.item(columns, row)?;
        let unit = if item.unit == "kg" { Unit::Kilogram } else { Unit::Piece };
        let text = columns.cell(row, "quantity");
        let quantity = Quantity::parse(text, unit).map_err(|error| format!("quantity {text:?}: {error}"))?;
        let date = |name: &str| match columns.cell(row, name) {
            "" => Ok(None),
            text => match text.parse::<jiff::civil::Date>() {
                Ok(date) => Ok(Some(date.to_string())),
                Err(_) => Err(format!("{name} {text:?} is no date; write YYYY-MM-DD")),
            },
        };
        let (due, expires) = (date("due")?, date("expires")?);
        let lot = match columns.cell(row, "lot") {
            "" => String::new(),
            text => super::name(text, "the lot")?,
        };
        let note = notes.entry(number.clone()).or_insert_with(|| DeliveryNote {
            number,
            supplier: supplier.clone(),
            due: due.clone(),
            lines: Vec::new(),
        });
        if note.supplier != supplier {
            return Err(format!("delivery {} is of {:?} in an earlier line", note.number, note.supplier));
        }
        if note.lines.len() == LINES_MAX {
            return Err(format!("delivery {} has more than {LINES_MAX} lines", note.number));
        }
        let quantity = quantity.in_thousandths();
        note.lines.push(StockLine { item: item.id.clone(), lot, expires, quantity });
        Ok(())
    }

    fn item(&self, columns: &Columns, row: &StringRecord) -> Result<&Item, String> {
        let id = match columns.cell(row, "item") {
            "" => {
                let code = columns.cell(row, "code");
                let key = super::key(code, false).map_err(|error| format!("code {code:?}: {error}"))?;
                self.codes.get(&key).ok_or_else(|| format!("no item has code {code}"))?
            }
            id => id,
        };
        self.items.get(id).ok_or_else(|| format!("item {id} is not in the catalogue"))
    }
}
