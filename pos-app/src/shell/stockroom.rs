//! Stock of the store, from the replica and the terminal's own journal.

use std::collections::BTreeMap;

use domain::item::Item;
use domain::quantity::Quantity;
use domain::stock::book::{ItemBook, Movement, StockBook};
use domain::stock::count::{Count, CountBatch, PassFinished};
use domain::stock::document::{DeliveryNote, TransferSent};
use domain::stock::plan::{CountPlan, Zone};
use jiff::Timestamp;
use journal::OwnStock;
use protocol::v1::{self, BadWire};

use super::catalogue::ReplicaCatalogue;
use super::past::fault;
use crate::engine::{Catalogue, CatalogueFault};
use crate::stock::Stockroom;

/// Own events since head office told of stock that are looked at; more than a month without a network makes.
const OWN_EVENTS_MAX: usize = 50_000;
/// Levels that are read at once.
const LEVELS_MAX: usize = 500;
/// Deliveries taken in here against one note that are looked at.
const RECEIVED_MAX: usize = 20;

impl Stockroom for ReplicaCatalogue {
    fn zones(&self) -> Result<Vec<Zone>, CatalogueFault> {
        Ok(self.store().map(|store| store.policy.zones.clone()).unwrap_or_default())
    }

    fn counts(&self) -> Result<Vec<Count>, CatalogueFault> {
        let told = self.replica()?.open_counts().map_err(fault)?;
        let mut plans: BTreeMap<uuid::Uuid, (v1::CountPlan, bool)> =
            told.into_iter().map(|plan| (plan.id, (plan, true))).collect();
        if let Some(reader) = self.past.reader()? {
            for plan in reader.counts_opened_here().map_err(fault)? {
                plans.entry(plan.id).or_insert((plan, false));
            }
        }
        let mut counts = Vec::new();
        for (plan, listed) in plans.into_values() {
            counts.extend(self.count(&plan, listed)?);
        }
        counts.sort_by_key(|count| (count.plan.opened_at, count.plan.id));
        Ok(counts)
    }

    fn book(&self, items: &[String]) -> Result<StockBook, CatalogueFault> {
        let as_of = self.stock_as_of()?;
        let own = self.own_moves(as_of.as_ref())?;
        let mut book = StockBook::new();
        for item in items {
            let level = self.replica()?.stock_of(item).map_err(fault)?;
            let moved = own.get(item).map(Vec::as_slice).unwrap_or_default();
            if level.is_some() || !moved.is_empty() || as_of.is_some() {
                book.insert(item.clone(), item_book(level.as_ref(), as_of.as_ref(), moved)?);
            }
        }
        Ok(book)
    }

    fn whole_book(&self) -> Result<StockBook, CatalogueFault> {
        let as_of = self.stock_as_of()?;
        let own = self.own_moves(as_of.as_ref())?;
        let mut book = StockBook::new();
        let mut after = String::new();
        loop {
            let levels = self.replica()?.stock_after(&after, LEVELS_MAX).map_err(fault)?;
            let Some(last) = levels.last() else { break };
            after.clone_from(&last.item);
            for level in &levels {
                let moved = own.get(&level.item).map(Vec::as_slice).unwrap_or_default();
                book.insert(level.item.clone(), item_book(Some(level), as_of.as_ref(), moved)?);
            }
        }
        for (item, moved) in &own {
            if !book.contains_key(item) {
                book.insert(item.clone(), item_book(None, as_of.as_ref(), moved)?);
            }
        }
        Ok(book)
    }

    fn notes(&self) -> Result<Vec<DeliveryNote>, CatalogueFault> {
        let told = self.own_head(self.stock_as_of()?.as_ref());
        let mut notes = Vec::new();
        for note in self.replica()?.expected_deliveries().map_err(fault)? {
            let received = match self.past.reader()? {
                Some(reader) => reader.received_after(&note.number, told.as_ref(), RECEIVED_MAX).map_err(fault)?,
                None => Vec::new(),
            };
            if !received.iter().any(|received| received.complete) {
                notes.push(DeliveryNote::try_from(&note).map_err(odd)?);
            }
        }
        Ok(notes)
    }

    fn arriving(&self) -> Result<Vec<TransferSent>, CatalogueFault> {
        let mut arriving = Vec::new();
        for sent in self.replica()?.expected_transfers().map_err(fault)? {
            let taken_in = match self.past.reader()? {
                Some(reader) => reader.was_taken_in(sent.id).map_err(fault)?,
                None => false,
            };
            if !taken_in {
                arriving.push(TransferSent::try_from(&sent).map_err(odd)?);
            }
        }
        Ok(arriving)
    }
}

impl ReplicaCatalogue {
    /// All that is known of a count here; `None` when it is over. One that head office knew and does not list any more
    /// has ended elsewhere.
    fn count(&self, plan: &v1::CountPlan, listed: bool) -> Result<Option<Count>, CatalogueFault> {
        let mut count = Count::new(CountPlan::try_from(plan).map_err(odd)?);
        let replica = self.replica()?;
        for batch in replica.counted(plan.id).map_err(fault)? {
            count.take(&CountBatch::try_from(&batch).map_err(odd)?);
        }
        for finished in replica.finished_passes(plan.id).map_err(fault)? {
            count.finish(&PassFinished::try_from(&finished).map_err(odd)?);
        }
        let own = match self.past.reader()? {
            Some(reader) => reader.count_events(plan.id).map_err(fault)?,
            None => Vec::new(),
        };
        let told = self.own_head(self.stock_as_of()?.as_ref());
        for event in own {
            match &event.body {
                v1::Body::CountOpened(_) => {
                    let known = told.as_ref().is_some_and(|head| (head.epoch, head.seq) >= (event.epoch, event.seq));
                    if known && !listed {
                        return Ok(None);
                    }
                }
                v1::Body::CountEntered(batch) => count.take(&CountBatch::try_from(batch).map_err(odd)?),
                v1::Body::CountPassFinished(finished) => {
                    count.finish(&PassFinished::try_from(finished).map_err(odd)?);
                }
                v1::Body::CountClosed(_) => return Ok(None),
                _other => {}
            }
        }
        Ok(Some(count))
    }

    fn stock_as_of(&self) -> Result<Option<v1::StockAsOf>, CatalogueFault> {
        self.replica()?.stock_as_of().map_err(fault)
    }

    /// The newest of this terminal's events that is within what head office told of stock.
    fn own_head(&self, as_of: Option<&v1::StockAsOf>) -> Option<v1::Head> {
        let terminal = self.identity()?.terminal;
        as_of?.heads.iter().find(|told| told.terminal == terminal).map(|told| told.head)
    }

    /// How this terminal moved the book since, by item; what a bundle consists of in its place.
    fn own_moves(&self, as_of: Option<&v1::StockAsOf>) -> Result<BTreeMap<String, Vec<Movement>>, CatalogueFault> {
        if let Some(known) = self.own_moves.borrow().as_ref() {
            return Ok(known.clone());
        }
        let own = match self.past.reader()? {
            Some(reader) => reader.stock_after(self.own_head(as_of).as_ref(), OWN_EVENTS_MAX).map_err(fault)?,
            None => Vec::new(),
        };
        let mut moves: BTreeMap<String, Vec<Movement>> = BTreeMap::new();
        for moved in own {
            let at = instant(moved.at_ms)?;
            for (item, quantity) in self.parts(&moved) {
                moves.entry(item).or_default().push(Movement { at, quantity, is_sale: moved.is_sale });
            }
        }
        self.own_moves.replace(Some(moves.clone()));
        Ok(moves)
    }

    fn parts(&self, moved: &OwnStock) -> Vec<(String, Quantity)> {
        let item: Option<Item> = self.item(&moved.item).ok().flatten();
        let components = item.map(|item| item.terms.components).unwrap_or_default();
        if components.is_empty() {
            return vec![(moved.item.clone(), Quantity::thousandths(moved.quantity))];
        }
        let part = |quantity: Quantity| {
            let product = i128::from(moved.quantity) * i128::from(quantity.in_thousandths()) / 1000;
            Quantity::thousandths(i64::try_from(product).unwrap_or(0))
        };
        components.into_iter().map(|component| (component.item, part(component.quantity))).collect()
    }
}

/// An item's book. What this terminal moved and head office has not heard of is not within the level, whenever it was.
fn item_book(
    level: Option<&v1::StockLevel>,
    as_of: Option<&v1::StockAsOf>,
    own: &[Movement],
) -> Result<ItemBook, CatalogueFault> {
    let as_of = as_of.map_or(Ok(Timestamp::MIN), |as_of| instant(as_of.at_ms))?;
    let mut book = ItemBook::empty(as_of);
    if let Some(level) = level {
        book.quantity = Quantity::thousandths(level.quantity);
        for moved in &level.moves {
            let quantity = Quantity::thousandths(moved.quantity);
            book.movements.push(Movement { at: instant(moved.at_ms)?, quantity, is_sale: moved.sale });
        }
    }
    for moved in own {
        if moved.at <= as_of {
            book.quantity = book.quantity.saturating_add(moved.quantity);
        }
        book.movements.push(*moved);
    }
    Ok(book)
}

fn instant(at_ms: i64) -> Result<Timestamp, CatalogueFault> {
    v1::instant("at_ms", at_ms).map_err(odd)
}

fn odd(error: BadWire) -> CatalogueFault {
    CatalogueFault(error.to_string())
}
