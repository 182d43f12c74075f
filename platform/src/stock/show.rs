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
    /// Nothing was counted.
    #[error("nothing was counted in count {0}; end it with --close")]
    NothingCounted(Uuid),
    /// Zones that nobody has been through to the end.
    #[error(
        "these zones are still being counted: {0}; what lies there may be the same goods. Wait, or end the count with --close"
    )]
    StillCounted(String),
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
    /// Names of the goods that differ, by id.
    pub names: BTreeMap<String, String>,
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
    let name = |found: &Difference| Some((found.item.clone(), catalogue.get(&found.item)?.name.clone()));
    let names = differences.iter().filter_map(name).collect();
    Ok(Shown { unknown: count.unknown(), differences, count, names })
}

/// Approves all that is settled, and closes the count when nothing is left open or when told so. Refuses while zones are
/// being counted, unless told to close.
pub async fn approve(
    store: &dyn Store,
    of: &str,
    plan: Uuid,
    (by, closes): (&str, bool),
    now_ms: i64,
) -> Result<(usize, usize), CountFault> {
    let shown = shown(store, of, plan, now_ms).await?;
    let named = |zone: &str| if zone.is_empty() { "the whole store".to_owned() } else { zone.to_owned() };
    let unfinished: Vec<String> = shown.count.unfinished(None).into_iter().map(named).collect();
    if !closes && shown.count.entry_count() == 0 {
        return Err(CountFault::NothingCounted(plan));
    }
    if !closes && !unfinished.is_empty() {
        return Err(CountFault::StillCounted(unfinished.join(", ")));
    }
    let at = Timestamp::from_millisecond(now_ms).unwrap_or_default();
    let open = shown.differences.iter().filter(|difference| !difference.is_settled()).count();
    let closes = closes || open == 0;
    let unknown: &[Figure] = if closes { &shown.unknown } else { &[] };
    let parts = CountApproval::of(plan, &shown.differences, unknown, by, at);
    let approved: usize = parts.iter().map(|part| part.lines.len()).sum();
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
    /// As a table for people: who has counted where, and what differs.
    pub fn text(&self) -> String {
        let mut text = self.passes();
        if self.differences.is_empty() {
            text.push_str("nothing has been counted that could be compared with the book\n");
        } else {
            writeln!(text, "{:<24} {:>10} {:>10} {:>10}", "item", "counted", "book", "difference")
                .expect("memory takes text");
        }
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
            // Names are as wide as they like, so they stand last.
            let name = self.names.get(&found.item).map_or("", String::as_str);
            let words: Vec<&str> = [name].into_iter().chain(words.iter().map(String::as_str)).collect();
            let words = words.join(", ");
            let line = format!("{:<24} {counted:>10} {book:>10} {off:>10}  {words}", found.item);
            writeln!(text, "{}", line.trim_end()).expect("memory takes text");
        }
        for figure in &self.unknown {
            let code = match &figure.what {
                domain::stock::What::Unknown(code) | domain::stock::What::Item(code) => code,
            };
            let note = Some(&figure.claim.note).filter(|note| !note.is_empty());
            let note = note.map(|note| format!(": {note}")).unwrap_or_default();
            writeln!(text, "{code:<24} {:>10}  not in the catalogue{note}", figure.claim.quantity().plain())
                .expect("memory takes text");
        }
        text
    }
}

impl Shown {
    /// A line for each pass, and for each zone that nobody has been in.
    fn passes(&self) -> String {
        let plan = &self.count.plan;
        let name = if plan.name.is_empty() { String::new() } else { format!("{}, ", plan.name) };
        let opened = seconds(plan.opened_at);
        let mut text = format!("{name}{}, opened {opened} by {}\n", plan.kind.word(), plan.opened_by);
        for zone in plan.zones() {
            let here: Vec<_> = self.count.passes().filter(|state| state.pass.zone == zone.name).collect();
            let place = if zone.name.is_empty() { "the whole store" } else { &zone.name };
            if here.is_empty() {
                writeln!(text, "{place}: nobody has counted here").expect("memory takes text");
            }
            for state in here {
                let pass = &state.pass;
                let done = self.count.finished_at(pass.id);
                let done = done.map_or("under way".to_owned(), |at| format!("finished {}", seconds(at)));
                let again = if pass.round > 1 { format!("count {} ", pass.round) } else { String::new() };
                let (by, till, goods) = (&pass.by, pass.terminal, state.claims().len());
                writeln!(text, "{place}: {again}by {by} at till {till}, {goods} goods, {done}")
                    .expect("memory takes text");
            }
        }
        text
    }
}

/// An instant for people, without what is below a second.
fn seconds(at: Timestamp) -> String {
    Timestamp::from_second(at.as_second()).unwrap_or(at).to_string()
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
