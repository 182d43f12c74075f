//! What this terminal has written of stock: its counts, and how its own sales and documents moved the store's book.

use protocol::v1;
use rusqlite::Connection;
use uuid::Uuid;

use crate::commit::place;
use crate::error::{During, JournalError};
use crate::mention::{self, Subject};
use crate::reader::JournalReader;

/// Events of one count at one terminal that are read; as many as a count has entries.
const COUNT_EVENTS_MAX: usize = 200_000;
/// Counts that are looked at for open ones, the newest.
const COUNTS_MAX: usize = 200;

/// How one event of this terminal moved the store's book of one item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnStock {
    /// Item id; a bundle stands for itself.
    pub item: String,
    /// Number of the lot; empty for none.
    pub lot: String,
    /// When.
    pub at_ms: i64,
    /// Thousandths that came; below zero for what went.
    pub quantity: i64,
    /// Whether it was sold to, or taken back from a shopper.
    pub is_sale: bool,
}

impl JournalReader {
    /// Everything that this terminal has written of a count, oldest first.
    pub fn count_events(&self, plan: Uuid) -> Result<Vec<v1::Event>, JournalError> {
        let places = mention::oldest_after(&self.connection, Subject::Count(plan), 0, COUNT_EVENTS_MAX)?;
        places.into_iter().map(|place| event_at(&self.connection, place)).filter_map(Result::transpose).collect()
    }

    /// Counts that were opened here and not closed here, oldest first.
    pub fn counts_opened_here(&self) -> Result<Vec<v1::CountPlan>, JournalError> {
        let mut open: Vec<v1::CountPlan> = Vec::new();
        let mut closed = Vec::new();
        for (epoch, seq) in mention::newest(&self.connection, Subject::Counting, COUNTS_MAX)? {
            match event_at(&self.connection, place(epoch, seq))?.map(|event| event.body) {
                Some(v1::Body::CountOpened(plan)) if !closed.contains(&plan.id) => open.push(plan),
                Some(v1::Body::CountClosed(end)) => closed.push(end.plan),
                _other => {}
            }
        }
        open.reverse();
        Ok(open)
    }

    /// Whether goods of a transfer were taken in here.
    pub fn was_taken_in(&self, transfer: Uuid) -> Result<bool, JournalError> {
        mention::is_mentioned(&self.connection, Subject::Document(transfer))
    }

    /// What was taken in here against a delivery note after a place that is within what head office has told, oldest first.
    pub fn received_after(
        &self,
        note: &str,
        told: Option<&v1::Head>,
        limit: usize,
    ) -> Result<Vec<v1::GoodsReceived>, JournalError> {
        let after = told.map_or(0, mention::place_of);
        let places = mention::oldest_after(&self.connection, Subject::Delivery(note), after, limit)?;
        let events = places.into_iter().map(|place| event_at(&self.connection, place));
        let received = events.filter_map(Result::transpose).map(|event| {
            event.map(|event| match event.body {
                v1::Body::GoodsReceived(received) => Some(received),
                _other => None,
            })
        });
        received.filter_map(Result::transpose).collect()
    }

    /// How this terminal moved the book after an event, oldest first: of at most `events_max` events. What head office
    /// tells of an item holds up to that event, see [`v1::StockAsOf`].
    pub fn stock_after(&self, told: Option<&v1::Head>, events_max: usize) -> Result<Vec<OwnStock>, JournalError> {
        const STEP: &str = "reading what moved the stock";
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT bytes FROM event WHERE place > ?1 AND kind IN ('sale_completed', 'goods_received',
                    'transfer_sent', 'transfer_received', 'written_off') ORDER BY place LIMIT ?2",
            )
            .during(STEP)?;
        let mut rows = statement.query([told.map_or(0, mention::place_of), events_max as i64]).during(STEP)?;
        let mut moved = Vec::new();
        while let Some(row) = rows.next().during(STEP)? {
            let bytes = row.get_ref(0).during(STEP)?.as_str().map_err(rusqlite::Error::from).during(STEP)?;
            let event: v1::Event = serde_json::from_str(bytes).during(STEP)?;
            moved.extend(moved_by(&event));
        }
        Ok(moved)
    }
}

fn event_at(connection: &Connection, place: i64) -> Result<Option<v1::Event>, JournalError> {
    const STEP: &str = "reading an event";
    let mut statement = connection.prepare_cached("SELECT bytes FROM event WHERE place = ?1").during(STEP)?;
    let mut rows = statement.query([place]).during(STEP)?;
    let Some(row) = rows.next().during(STEP)? else { return Ok(None) };
    let bytes = row.get_ref(0).during(STEP)?.as_str().map_err(rusqlite::Error::from).during(STEP)?;
    serde_json::from_str(bytes).during(STEP).map(Some)
}

/// How an event moves what lies on the shelf.
fn moved_by(event: &v1::Event) -> Vec<OwnStock> {
    let own = |item: &str, lot: &str, quantity: i64, is_sale: bool| OwnStock {
        item: item.to_owned(),
        lot: lot.to_owned(),
        at_ms: event.at_ms,
        quantity,
        is_sale,
    };
    let went = |line: &v1::StockLine| own(&line.item, &line.lot, line.quantity.saturating_neg(), false);
    let came = |line: &v1::ArrivedLine| Some(own(line.item.as_deref()?, &line.lot, line.arrived, false));
    match &event.body {
        v1::Body::SaleCompleted(sale) => {
            let on_shelf = sale.lines.iter().filter(|line| {
                let damaged = line.facets.as_ref().is_some_and(|facets| facets.damaged);
                line.kind.is_none() && !(line.quantity < 0 && damaged)
            });
            let sold = |line: &v1::SaleLine| {
                let lot = line.facets.as_ref().and_then(|facets| facets.lot.as_deref()).unwrap_or_default();
                own(&line.item, lot, line.quantity.saturating_neg(), true)
            };
            on_shelf.map(sold).collect()
        }
        v1::Body::GoodsReceived(received) => received.lines.iter().filter_map(came).collect(),
        v1::Body::TransferReceived(received) => received.lines.iter().filter_map(came).collect(),
        v1::Body::TransferSent(sent) => sent.lines.iter().map(went).collect(),
        v1::Body::WrittenOff(written) => written.lines.iter().map(went).collect(),
        _other => Vec::new(),
    }
}
