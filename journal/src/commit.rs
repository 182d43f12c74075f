//! The journal's writer: events and state in one transaction with one sync of the disk.

use std::fs::File;
use std::path::PathBuf;

use protocol::{chain::Hash, v1};
use rusqlite::{Connection, TransactionBehavior, params};
use uuid::Uuid;

use crate::error::{During, JournalError};
use crate::mention;
use crate::opening;
use crate::state::{self, Lockout, PrintJob, Shift, Suspended};

/// Pages in the write-ahead log at which a commit moves them into the file by itself. An idle till does it earlier,
/// see [`Journal::idle`]; so a commit that somebody waits for seldom pays for it.
pub(crate) const LOG_PAGES_MAX: i64 = 8192;
/// Bytes that the log's file keeps after it was emptied; writing over old bytes is quicker than enlarging a file.
pub(crate) const LOG_BYTES_KEPT: i64 = 40 << 20;
/// Bits of a place that hold the sequence number; the ones above hold the epoch.
const SEQ_BITS: u32 = 40;

/// Layouts of `journal.db`, oldest first. A step that was once released is never changed.
pub(crate) const LAYOUTS: &[&str] = &[
    "
    CREATE TABLE epoch (
        epoch INTEGER PRIMARY KEY,
        terminal TEXT NOT NULL,
        first_seq INTEGER NOT NULL,
        before_hash BLOB NOT NULL,
        began_at_ms INTEGER NOT NULL,
        reason TEXT NOT NULL
    ) STRICT;
    CREATE TABLE event (
        place INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        business_date TEXT NOT NULL,
        receipt TEXT,
        sale_total INTEGER,
        hash BLOB NOT NULL,
        bytes TEXT NOT NULL
    ) STRICT;
    CREATE INDEX event_receipt ON event (receipt) WHERE receipt IS NOT NULL;
    CREATE INDEX event_day ON event (business_date);
    CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE open_line (position INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
    CREATE TABLE suspended (basket TEXT PRIMARY KEY, at_ms INTEGER NOT NULL, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE print_job (
        id INTEGER PRIMARY KEY, kind TEXT NOT NULL, body TEXT NOT NULL, started INTEGER NOT NULL
    ) STRICT;
",
    "
    CREATE TABLE mention (
        key TEXT NOT NULL, place INTEGER NOT NULL, part INTEGER NOT NULL, value INTEGER NOT NULL,
        PRIMARY KEY (key, place, part)
    ) STRICT, WITHOUT ROWID;
",
];

/// The journal, for its only writer.
pub struct Journal {
    pub(crate) connection: Connection,
    pub(crate) path: PathBuf,
    pub(crate) terminal: Uuid,
    pub(crate) head: v1::Head,
    /// The open basket as it is stored.
    pub(crate) open: Option<v1::Basket>,
    pub(crate) log_dirty: bool,
    /// Held for as long as the journal is open.
    pub(crate) _lock: File,
}

/// What is to become durable together.
#[derive(Clone, Debug, Default)]
pub struct Commit {
    /// Events in their order.
    pub events: Vec<NewEvent>,
    /// State, applied in this order.
    pub saves: Vec<Save>,
}

/// An event as the till knows it; the journal adds terminal, epoch and number.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// The till's clock.
    pub at_ms: i64,
    /// Business date, `YYYY-MM-DD`.
    pub business_date: String,
    /// The shift it belongs to.
    pub shift: Option<Uuid>,
    /// Who was signed on.
    pub staff: Option<String>,
    /// What happened.
    pub body: v1::Body,
}

/// A change of the till's state.
#[derive(Clone, Debug)]
pub enum Save {
    /// The open basket, whole; only the lines that changed are written.
    Open(Option<v1::Basket>),
    /// A sale is put aside.
    Suspend(Suspended),
    /// The sale of this id is no longer aside.
    Unsuspend(Uuid),
    /// The shift with its running totals.
    Shift(Option<Shift>),
    /// The payment under way, or none.
    Payment(Option<v1::Payment>),
    /// Number of the next receipt.
    NextReceipt(u64),
    /// Number of the next Z report.
    NextZ(u32),
    /// Something is to be printed; an entry of the same id is replaced.
    QueuePrint(PrintJob),
    /// First bytes of a job go to the printer.
    PrintStarted(u64),
    /// The paper is out, or nobody wants it any more.
    PrintDone(u64),
    /// Wrong PINs; forgotten when `failures` is zero.
    Lockout(Lockout),
    /// What a self-checkout knows beside the basket, in its own words; or nothing.
    Kiosk(Option<String>),
    /// What is in hand at the stock desk, in its own words; or nothing.
    Stock(Option<String>),
}

/// Where a commit's events stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Committed {
    /// Sequence number of its first event, or of the next one when it had none.
    pub first_seq: u64,
    /// The newest event from here on.
    pub head: v1::Head,
}

impl Journal {
    /// The newest event.
    pub fn head(&self) -> v1::Head {
        self.head
    }

    /// The file.
    pub fn path(&self) -> &std::path::Path {
        &self.path
    }

    /// Makes events and state durable together; when this returns, the disk has them.
    ///
    /// After an error nothing of it is stored, and the journal can be used again.
    pub fn commit(&mut self, commit: Commit) -> Result<Committed, JournalError> {
        let done = self.write(commit);
        if let Err(JournalError::Damaged { .. }) = done {
            opening::suspect(&self.path);
        }
        done
    }

    fn write(&mut self, commit: Commit) -> Result<Committed, JournalError> {
        const STEP: &str = "committing to the journal";
        let first_seq = self.head.seq + 1;
        let mut head = self.head;
        let mut open: Option<&Option<v1::Basket>> = None;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate).during(STEP)?;
        for event in commit.events {
            head = append(&transaction, self.terminal, head, event)?;
        }
        if head != self.head {
            state::set_mentioned(&transaction, mention::place_of(&head))?;
        }
        for save in &commit.saves {
            match save {
                Save::Open(basket) => {
                    let stored = open.unwrap_or(&self.open);
                    state::save_open(&transaction, stored.as_ref(), basket.as_ref())?;
                    open = Some(basket);
                }
                other => state::save(&transaction, other)?,
            }
        }
        transaction.commit().during(STEP)?;
        if let Some(open) = open {
            self.open = open.clone();
        }
        self.head = head;
        self.log_dirty = true;
        Ok(Committed { first_seq, head })
    }

    /// Moves the write-ahead log into the file. To be called when nobody waits for the till; quick when there is
    /// nothing to do.
    pub fn idle(&mut self) -> Result<(), JournalError> {
        if !self.log_dirty {
            return Ok(());
        }
        let (busy, log, moved) = self
            .connection
            .query_row("PRAGMA wal_checkpoint(passive)", [], |row| {
                Ok((row.get::<_, bool>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?))
            })
            .during("moving the log into the journal")?;
        self.log_dirty = busy || moved < log;
        Ok(())
    }
}

/// Appends an event; gives the new head.
pub(crate) fn append(
    connection: &Connection,
    terminal: Uuid,
    head: v1::Head,
    event: NewEvent,
) -> Result<v1::Head, JournalError> {
    let event = v1::Event {
        v: 1,
        terminal,
        epoch: head.epoch,
        seq: head.seq + 1,
        at_ms: event.at_ms,
        business_date: event.business_date,
        shift: event.shift,
        staff: event.staff,
        body: event.body,
    };
    let bytes = serde_json::to_string(&event).expect("an event has no map and no failing field");
    if bytes.len() > v1::EVENT_BYTES_MAX {
        return Err(JournalError::EventTooLarge { bytes: bytes.len() });
    }
    let head = v1::Head { epoch: event.epoch, seq: event.seq, hash: head.hash.then(bytes.as_bytes()) };
    insert(connection, &event, head, &bytes)?;
    Ok(head)
}

/// Writes an event's row.
pub(crate) fn insert(
    connection: &Connection,
    event: &v1::Event,
    head: v1::Head,
    bytes: &str,
) -> Result<(), JournalError> {
    let (receipt, sale_total) = columns(event);
    connection
        .prepare_cached(
            "INSERT INTO event (place, kind, business_date, receipt, sale_total, hash, bytes)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )
        .and_then(|mut statement| {
            statement.execute(params![
                place(head.epoch, head.seq),
                event.body.kind(),
                event.business_date,
                receipt,
                sale_total,
                &head.hash.0[..],
                bytes
            ])
        })
        .during("appending an event")?;
    mention::store(connection, event, mention::place_of(&head))
}

/// The values that are kept beside an event's bytes so that they can be found and summed.
pub(crate) fn columns(event: &v1::Event) -> (Option<&str>, Option<i64>) {
    match &event.body {
        v1::Body::SaleCompleted(sale) => (Some(&sale.receipt), Some(sale.total)),
        v1::Body::EpochStarted(_)
        | v1::Body::ShiftOpened(_)
        | v1::Body::SaleVoided(_)
        | v1::Body::SaleSuspended(_)
        | v1::Body::SaleRecalled(_)
        | v1::Body::DrawerOpened(_)
        | v1::Body::Reprinted(_)
        | v1::Body::LockedOut(_)
        | v1::Body::ShiftClosed(_)
        | v1::Body::SignedOn(_)
        | v1::Body::Approved(_)
        | v1::Body::CashMoved(_)
        | v1::Body::HandedOver(_)
        | v1::Body::MemberEnrolled(_)
        | v1::Body::MemberNoted(_)
        | v1::Body::FavouritesArranged(_)
        | v1::Body::GrantAsked(_)
        | v1::Body::HoldPlaced(_)
        | v1::Body::HoldCancelled(_)
        | v1::Body::TrainingBegun(_)
        | v1::Body::TrainingEnded(_)
        | v1::Body::PaymentChanged(_)
        | v1::Body::TendersReturned(_)
        | v1::Body::CountOpened(_)
        | v1::Body::CountEntered(_)
        | v1::Body::CountPassFinished(_)
        | v1::Body::CountApproved(_)
        | v1::Body::CountClosed(_)
        | v1::Body::GoodsReceived(_)
        | v1::Body::TransferSent(_)
        | v1::Body::TransferReceived(_)
        | v1::Body::WrittenOff(_) => (None, None),
    }
}

/// Epoch and sequence number as one growing integer.
pub(crate) fn place(epoch: u32, seq: u64) -> i64 {
    assert!(seq < 1 << SEQ_BITS && epoch < 1 << (63 - SEQ_BITS));
    i64::from(epoch) << SEQ_BITS | seq.cast_signed()
}

/// The other way round.
pub(crate) fn epoch_and_seq(place: i64) -> (u32, u64) {
    ((place >> SEQ_BITS) as u32, (place & ((1 << SEQ_BITS) - 1)).cast_unsigned())
}

/// Reads a hash column.
pub(crate) fn hash_of(bytes: &[u8]) -> Option<Hash> {
    bytes.try_into().ok().map(Hash)
}
