//! From the bytes of a batch to rows that a database can take. No IO: everything that can be known from the batch
//! itself is settled here, once, before a transaction begins.

mod assess;

use protocol::chain::Hash;
use protocol::identity::{batch_message, verify_hex};
use protocol::v1::{BATCH_EVENTS_MAX, Batch, EVENT_BYTES_MAX};
use uuid::Uuid;

use crate::ledger::{MoneyLeg, PointsLeg, StockLeg};
use crate::office::Deed;
use crate::phone::PhoneExit;
use crate::stock::Work;
use crate::store::Terminal;

/// Epochs are below it: a till keeps epoch and number in one integer of 63 bits.
const EPOCH_MAX: u32 = 1 << 23;
/// Numbers of events are below it, as above.
const SEQ_MAX: u64 = 1 << 40;

/// A batch whose form, chain and signature hold.
#[derive(Debug)]
pub struct Intake {
    /// The terminal's short number.
    pub terminal: i32,
    /// The terminal's id.
    pub terminal_id: Uuid,
    /// Its store.
    pub store: String,
    /// Number within the store.
    pub number: u32,
    /// The epoch.
    pub epoch: u32,
    /// Number of the first event.
    pub first_seq: u64,
    /// The chain's hash before it.
    pub prev_hash: Hash,
    /// The events, at least one.
    pub events: Vec<Assessed>,
    /// The batch as it came, for quarantine.
    pub raw: Vec<u8>,
    /// The platform's clock.
    pub at_ms: i64,
}

impl Intake {
    /// Number of the last event.
    pub fn last_seq(&self) -> u64 {
        self.first_seq + self.events.len() as u64 - 1
    }

    /// The chain's hash after the last event.
    pub fn last_hash(&self) -> Hash {
        self.events.last().expect("a batch has an event").hash
    }
}

/// One event, read once.
#[derive(Debug)]
pub struct Assessed {
    /// Its number.
    pub seq: u64,
    /// The chain's hash after it.
    pub hash: Hash,
    /// Its bytes, unchanged.
    pub bytes: Box<serde_json::value::RawValue>,
    /// Its kind, or `unreadable`.
    pub kind: &'static str,
    /// `YYYY-MM-DD`; `0000-00-00` when it tells none.
    pub business_date: String,
    /// Its shift.
    pub shift: Option<Uuid>,
    /// The till's clock.
    pub at_ms: i64,
    /// The sale, when it is one.
    pub sale: Option<SaleRow>,
    /// Money that moved; sums to zero.
    pub money: Vec<MoneyLeg>,
    /// Points that moved; sums to zero.
    pub points: Vec<PointsLeg>,
    /// Goods that moved; sums to zero.
    pub stock: Vec<StockLeg>,
    /// What head office does because of it.
    pub deeds: Vec<Deed>,
    /// Baskets paid on phones that leave with it.
    pub phone_exits: Vec<PhoneExit>,
    /// What it asks of head office's stock.
    pub work: Option<Work>,
    /// Key of a document of stock; posted once, however often it comes.
    pub document: Option<String>,
    /// Goods put by by it; posted once, however often they come.
    pub hold: Option<Uuid>,
    /// Whether it could be read, so that its clock counts.
    pub is_read: bool,
    /// Why it needs a person.
    pub complaints: Vec<Complaint>,
}

/// What is kept of a sale beside its event and postings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SaleRow {
    /// Its id; posted once, however often it comes.
    pub id: Uuid,
    /// Lines of goods that came back.
    pub return_lines: i64,
    /// Their total; zero or negative.
    pub returns: i64,
    /// Thousandths of units over all lines.
    pub units: i64,
}

/// Why an event that was taken needs a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// `unreadable`, `misnumbered`, `out_of_range`, `sums_disagree`, `unknown_item`, `duplicate_sale`, `duplicate_hold` or
    /// `fork`; of what head office does `over_grant`, `below_nothing`, `unknown_account`, `recalled_twice`, `unknown_hold`, `ended_twice`,
    /// `unknown_sale`, `returned_too_often`, `merge` or `unknown_member`; of payments on phones `unknown_phone_payment`,
    /// `unpaid_exit`, `exit_twice`, `exit_amount` or `exit_elsewhere`.
    pub kind: &'static str,
    /// What was seen.
    pub detail: String,
}

impl Complaint {
    /// Other bytes stand under the numbers of this batch.
    pub fn fork(intake: &Intake) -> Complaint {
        Complaint {
            kind: "fork",
            detail: format!(
                "events {} to {} differ from what is held; the batch is in quarantine and its epoch is stopped",
                intake.first_seq,
                intake.last_seq()
            ),
        }
    }

    /// A sale that was posted before.
    pub fn duplicate_sale(sale: Uuid) -> Complaint {
        Complaint { kind: "duplicate_sale", detail: format!("sale {sale} was posted before; this event posts nothing") }
    }

    /// Goods put by that were posted before.
    pub fn duplicate_hold(hold: Uuid) -> Complaint {
        let detail = format!("goods put by as {hold} were posted before; this event posts nothing");
        Complaint { kind: "duplicate_hold", detail }
    }

    /// Goods that came or went under a document that was posted before.
    pub fn duplicate_document(key: &str) -> Complaint {
        let detail = format!("document {key} was posted before; this event posts nothing");
        Complaint { kind: "duplicate_document", detail }
    }

    /// The first item of an event that the catalogue does not know.
    pub fn unknown_item(event: &Assessed, is_unknown: impl Fn(&str) -> bool) -> Option<Complaint> {
        let leg = event.stock.iter().find(|leg| is_unknown(&leg.item))?;
        Some(Complaint { kind: "unknown_item", detail: format!("item {} is not in the catalogue", leg.item) })
    }
}

/// Why a batch is not even looked at.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadBatch {
    /// Not what the protocol defines.
    #[error("the batch is not what version 1 defines: {0}")]
    Malformed(String),
    /// Over a limit.
    #[error("{0}")]
    TooLarge(String),
    /// The signature does not hold.
    #[error("the batch's signature is not this terminal's; the till's key does not belong to its token")]
    BadSignature,
}

/// Reads a batch, checks its limits, its chain and its signature, and reads every event in it.
pub fn read(terminal: &Terminal, raw: Vec<u8>, at_ms: i64) -> Result<Intake, BadBatch> {
    let batch: Batch = serde_json::from_slice(&raw).map_err(|error| BadBatch::Malformed(error.to_string()))?;
    check_form(terminal, &batch)?;
    let mut hashes = Vec::with_capacity(batch.events.len());
    let mut hash = batch.prev_hash;
    for event in &batch.events {
        hash = hash.then(event.get().as_bytes());
        hashes.push(hash);
    }
    let last_seq = batch.first_seq + batch.events.len() as u64 - 1;
    let message = batch_message(batch.terminal, batch.epoch, batch.first_seq, last_seq, hash);
    if !verify_hex(&terminal.public_key, &message, &batch.signature) {
        return Err(BadBatch::BadSignature);
    }
    let first_seq = batch.first_seq;
    let events = batch
        .events
        .into_iter()
        .zip(hashes)
        .zip(first_seq..)
        .map(|((bytes, hash), seq)| assess::assess(terminal.id, batch.epoch, seq, hash, bytes))
        .collect();
    Ok(Intake {
        terminal: terminal.no,
        terminal_id: terminal.id,
        store: terminal.store.clone(),
        number: terminal.number,
        epoch: batch.epoch,
        first_seq,
        prev_hash: batch.prev_hash,
        events,
        raw,
        at_ms,
    })
}

fn check_form(terminal: &Terminal, batch: &Batch) -> Result<(), BadBatch> {
    if batch.terminal != terminal.id {
        return Err(BadBatch::Malformed("it names another terminal than its token".into()));
    }
    if batch.events.is_empty() {
        return Err(BadBatch::Malformed("it has no events".into()));
    }
    if !(1..EPOCH_MAX).contains(&batch.epoch) || !(1..SEQ_MAX).contains(&batch.first_seq) {
        return Err(BadBatch::Malformed(
            "epochs and sequence numbers begin with 1, and no till has had so many".into(),
        ));
    }
    if batch.events.len() > BATCH_EVENTS_MAX {
        return Err(BadBatch::TooLarge(format!(
            "a batch has at most {BATCH_EVENTS_MAX} events, this one has {}",
            batch.events.len()
        )));
    }
    if let Some(event) = batch.events.iter().find(|event| event.get().len() > EVENT_BYTES_MAX) {
        return Err(BadBatch::TooLarge(format!(
            "an event has at most {EVENT_BYTES_MAX} bytes, this one has {}",
            event.get().len()
        )));
    }
    Ok(())
}
