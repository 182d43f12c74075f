//! Counts and transfers for people: what was counted, merged, against the book.

use std::collections::BTreeMap;
use std::fmt::Write;

use domain::money::Money;
use domain::quantity::Quantity;
use domain::stock::approval::CountApproval;
use domain::stock::book::{ItemBook, Movement, StockBook};
use domain::stock::count::{Count, CountBatch, PassFinished};
use domain::stock::difference::Difference;
use domain::stock::figure::Figure;
use domain::stock::plan::CountPlan;
use jiff::Timestamp;
use protocol::v1::{self, Record};
use uuid::Uuid;

use crate::store::{Store, StoreError};

/// Items whose prices are looked up for the value of differences.
const ITEMS_MAX: usize = 200_000;

/// Why a count cannot be shown or approved.
#[derive(Debug, thiserror::Error)]
pub enum CountFault {
    /// No such open count.
    #[error("count {0} is not open in this store; `platform count list` tells what is")]
    NotOpen(Uuid),
    /// What was told of it cannot be read.
    #[error("count {0} cannot be read: {1}")]
    Unreadable(Uuid, String),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A count, merged from all terminals, against the store's book.
#[derive(Clone, Debug)]
pub struct Shown {
    /// What was counted.
    pub count: Count,
    /// Against the book.
    pub differences: Vec<Difference>,
    /// Codes that the catalogue does not know.
    pub unknown: Vec<Figure>,
}

/// Merges an open count and compares it with the book as it stands.
pub async fn shown(store: &dyn Store, of: &str, plan: Uuid, now_ms: i64) -> Result<Shown, CountFault> {
    let told = store.count_told(of, plan).await?;
    let count = merged(plan, &told)?.ok_or(CountFault::NotOpen(plan))?;
    let now = Timestamp::from_millisecond(now_ms).unwrap_or_default();
    let first_ms = count.passes().map(|state| state.pass.begun_at.as_millisecond()).min().unwrap_or(now_ms);
    let counted = count.passes().flat_map(|state| state.claims().into_keys());
    let mut items: BTreeMap<String, ItemBook> =
        counted.filter_map(|what| Some((what.item()?.to_owned(), ItemBook::empty(now)))).collect();
    let catalogue = catalogue(store, of).await?;
    let covers = |item: &str| catalogue.get(item).is_some_and(|known| is_covered(&count.plan, known));
    for level in store.levels(of).await? {
        if items.contains_key(&level.item) || covers(&level.item) {
            let book = items.entry(level.item).or_insert_with(|| ItemBook::empty(now));
            book.quantity = book.quantity + Quantity::thousandths(level.quantity);
        }
    }
    for row in store.moves_after(of, first_ms.saturating_sub(1)).await? {
        if let (Some(book), Ok(at)) = (items.get_mut(&row.item), Timestamp::from_millisecond(row.at_ms)) {
            // A clock that is ahead of ours moved it all the same: what is in the sum happened until now.
            let (at, quantity) = (at.min(now), Quantity::thousandths(row.quantity));
            book.movements.push(Movement { at, quantity, is_sale: row.is_sale });
        }
    }
    let book: StockBook = items;
    let value = |item: &str| catalogue.get(item).map_or(Money::ZERO, |known| worth(known, now_ms));
    let differences = count.differences(&book, &value);
    Ok(Shown { unknown: count.unknown(), differences, count })
}

/// Approves all that is settled, and closes the count when nothing is left open or when told so.
pub async fn approve(
    store: &dyn Store,
    of: &str,
    plan: Uuid,
    (by, closes): (&str, bool),
    now_ms: i64,
) -> Result<(usize, usize), CountFault> {
    let shown = shown(store, of, plan, now_ms).await?;
    let at = Timestamp::from_millisecond(now_ms).unwrap_or_default();
    let parts = CountApproval::of(plan, &shown.differences, by, at);
    let approved: usize = parts.iter().map(|part| part.lines.len()).sum();
    let open = shown.differences.len() - approved;
    let closes = closes || open == 0;
    let last = parts.len().saturating_sub(1);
    for (no, part) in parts.iter().enumerate() {
        store.approve_count(of, &part.into(), closes && no == last, now_ms).await?;
    }
    if parts.is_empty() && closes {
        let (by, reason) = (by.to_owned(), String::new());
        store.close_count(of, &v1::CountClosed { plan, by, at_ms: now_ms, reason }).await?;
    }
    Ok((approved, open))
}

/// A count as its records tell it; `None` without its plan.
pub fn merged(plan: Uuid, told: &[String]) -> Result<Option<Count>, CountFault> {
    let bad = |error: &dyn std::fmt::Display| CountFault::Unreadable(plan, error.to_string());
    let records: Vec<Record> =
        told.iter().map(|body| serde_json::from_str(body)).collect::<Result<_, _>>().map_err(|error| bad(&error))?;
    let opened = records.iter().find_map(|record| match record {
        Record::Count(plan) => Some(plan),
        _ => None,
    });
    let Some(opened) = opened else { return Ok(None) };
    let mut count = Count::new(CountPlan::try_from(&**opened).map_err(|error| bad(&error))?);
    for record in &records {
        match record {
            Record::Counted(entered) => count.take(&CountBatch::try_from(&**entered).map_err(|error| bad(&error))?),
            Record::CountPassFinished(finished) => {
                count.finish(&PassFinished::try_from(finished).map_err(|error| bad(&error))?);
            }
            _ => {}
        }
    }
    Ok(Some(count))
}

impl Shown {
    /// As a table for people.
    pub fn text(&self) -> String {
        let mut text = format!("{:<24} {:>10} {:>10} {:>10}  \n", "item", "counted", "book", "difference");
        for found in &self.differences {
            let mut words = Vec::new();
            if found.is_missing {
                words.push("nobody found any".to_owned());
            }
            words.extend(found.open.iter().map(|(zone, _)| format!("count again in {zone:?}")));
            if found.uncertain != Quantity::NONE {
                words.push(format!("uncertain by {}", found.uncertain.plain()));
            }
            let (counted, book, off) = (found.counted.plain(), found.expected.plain(), found.difference.plain());
            writeln!(text, "{:<24} {counted:>10} {book:>10} {off:>10}  {}", found.item, words.join(", "))
                .expect("memory takes text");
        }
        for figure in &self.unknown {
            let code = match &figure.what {
                domain::stock::What::Unknown(code) | domain::stock::What::Item(code) => code,
            };
            writeln!(text, "{code:<24} {:>10}  not in the catalogue", figure.claim.quantity().plain())
                .expect("memory takes text");
        }
        text
    }
}

/// All items of a store by id: the chain's, and its own in their place.
pub(crate) async fn catalogue(store: &dyn Store, of: &str) -> Result<BTreeMap<String, v1::Item>, StoreError> {
    let mut items = BTreeMap::new();
    for scope in ["chain".to_owned(), format!("store-{of}")] {
        let (sink, mut pieces) = tokio::sync::mpsc::channel(4);
        let reading = async {
            while let Some(piece) = pieces.recv().await {
                let crate::store::Export::Bodies(bodies) = piece else { continue };
                let found = bodies.iter().filter_map(|body| match serde_json::from_str(body) {
                    Ok(Record::Item(item)) => Some((item.id.clone(), *item)),
                    _ => None,
                });
                items.extend(found.take(ITEMS_MAX));
            }
        };
        let (exported, ()) = tokio::join!(store.export(&scope, sink), reading);
        exported?;
    }
    Ok(items)
}

/// Whether what nobody finds of it is not there.
fn is_covered(plan: &CountPlan, item: &v1::Item) -> bool {
    let goods = item.terms.as_ref().is_none_or(|terms| terms.kind.is_none());
    goods
        && (plan.filter.categories.is_empty() || plan.filter.categories.contains(&item.category))
        && (plan.filter.items.is_empty() || plan.filter.items.contains(&item.id))
}

/// What one unit is worth: what it costs the shop, else its price.
fn worth(item: &v1::Item, now_ms: i64) -> Money {
    let cost = item.terms.as_ref().and_then(|terms| terms.cost);
    let begun = item.prices.iter().filter(|price| price.from_ms <= now_ms).max_by_key(|price| price.from_ms);
    let units = cost.or(begun.map(|price| price.price)).unwrap_or(0);
    Money::minor(units.clamp(-domain::money::AMOUNT_MAX, domain::money::AMOUNT_MAX))
}
