//! The journal as the engine's memory: what it commits is written here, what was stored comes back from here.

use std::path::Path;
use std::time::Duration;

use domain::basket::Basket;
use domain::event::Event;
use domain::payment::Payment;
use domain::shift::{Shift, business_date};
use domain::store::Store;
use jiff::Timestamp;
use journal::{Commit, Journal, JournalError, NewEvent, Opening, PrintState, TillState};
use protocol::v1::{self, BadWire};
use words::Words;

use super::catalogue::ReplicaCatalogue;
use super::clock;
use super::stored::{document_of_json, document_to_json};
use crate::engine::{
    Catalogue, Durable, JournalRefusal, Lockout, Now, PrintJob, Save, SaveTrouble, Stamp, Suspended, proof_text,
};
use crate::paper;

/// The first customers come before the whole journal is read.
const CHECK_AFTER: Duration = Duration::from_secs(60);

/// The till's journal, open for writing.
pub struct Ledger {
    journal: Journal,
}

/// Why the journal could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpeningError {
    /// The file.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// What is stored was written by another version.
    #[error("failed reading the till's stored state: {0}")]
    State(#[from] BadWire),
}

impl OpeningError {
    /// What people are told of it.
    pub(crate) fn refusal(&self) -> JournalRefusal {
        match self {
            OpeningError::Journal(JournalError::InUse { .. } | JournalError::Busy { .. }) => JournalRefusal::InUse,
            OpeningError::Journal(JournalError::Newer { .. }) => JournalRefusal::Newer,
            OpeningError::Journal(JournalError::OtherTerminal { .. }) => JournalRefusal::OtherTerminal,
            OpeningError::Journal(JournalError::DiskFull { .. }) => JournalRefusal::DiskFull,
            OpeningError::Journal(_) | OpeningError::State(_) => JournalRefusal::Fault,
        }
    }
}

/// An open ledger with what it remembered.
pub struct Opened {
    /// For writing.
    pub ledger: Ledger,
    /// The epoch that is written.
    pub epoch: u32,
    /// What survived.
    pub durable: Durable,
    /// Why a new epoch was begun, when it was not the first: `damaged` or `restored`.
    pub renewed: Option<String>,
}

impl Ledger {
    /// Opens the journal of an enrolled terminal; `None` before it is enrolled and has its first catalogue. A receipt
    /// that is printed again is in the language told.
    pub fn open(
        dir: &Path,
        catalogue: &ReplicaCatalogue,
        now: Now,
        words: &Words,
    ) -> Result<Option<Opened>, OpeningError> {
        let (Some(identity), Some(store)) = (catalogue.identity(), catalogue.store()) else {
            return Ok(None);
        };
        let date = business_date(now.local, store.day_starts_hour).to_string();
        let opening = Opening {
            terminal: identity.terminal,
            program: env!("CARGO_PKG_VERSION"),
            acknowledged: catalogue.acknowledged(),
            now_ms: now.at.as_millisecond(),
            business_date: &date,
        };
        let (journal, restored) = Journal::open(dir, &opening)?;
        if restored.unchecked {
            check_later(dir);
        }
        let renewed =
            restored.notice.map(|journal::Notice::NewEpoch { reason, quarantined, events_salvaged, .. }| {
                tracing::error!(reason, ?quarantined, events_salvaged, "a new epoch was begun");
                reason
            });
        let of = ReceiptOf { store, catalogue, number: identity.number, words };
        let durable = durable_of(restored.state, &of)?;
        Ok(Some(Opened { ledger: Ledger { journal }, epoch: restored.epoch, durable, renewed }))
    }

    /// Writes one transaction.
    pub fn commit(&mut self, stamp: &Stamp, events: &[Event], saves: Vec<Save>) -> Result<(), SaveTrouble> {
        let new_event = |event: &Event| NewEvent {
            at_ms: stamp.at.as_millisecond(),
            business_date: stamp.business_date.to_string(),
            shift: stamp.shift,
            staff: stamp.staff.clone(),
            body: event.into(),
        };
        let events = events.iter().map(new_event).collect();
        let saves = saves.into_iter().map(save_of).collect();
        match self.journal.commit(Commit { events, saves }) {
            Ok(_) => Ok(()),
            Err(error) => {
                tracing::error!(%error, "a transaction was not written");
                Err(match error {
                    JournalError::DiskFull { .. } => SaveTrouble::DiskFull,
                    _ => SaveTrouble::Fault,
                })
            }
        }
    }

    /// Nobody waits: the journal may tidy up.
    pub fn idle(&mut self) {
        if let Err(error) = self.journal.idle() {
            tracing::warn!(%error, "failed moving the log into the journal");
        }
    }

    /// The newest event.
    pub fn head(&self) -> v1::Head {
        self.journal.head()
    }
}

/// A large journal is read whole while the till sells. What is found is replaced at the next start.
fn check_later(dir: &Path) {
    let dir = dir.to_owned();
    let work = move || {
        std::thread::sleep(CHECK_AFTER);
        match journal::check_whole(&dir) {
            Ok(sound) => tracing::info!(sound, "the whole journal was checked"),
            Err(error) => tracing::error!(%error, "failed checking the whole journal"),
        }
    };
    if let Err(error) = std::thread::Builder::new().name("journal-check".into()).spawn(work) {
        tracing::error!(%error, "the whole journal is not checked");
    }
}

fn save_of(save: Save) -> journal::Save {
    match save {
        Save::Basket(basket) => journal::Save::Open(basket.as_ref().map(Into::into)),
        Save::Suspend(aside) => journal::Save::Suspend(journal::Suspended {
            basket: (&aside.basket).into(),
            at_ms: aside.at.as_millisecond(),
            staff: aside.staff,
            label: String::new(),
        }),
        Save::Unsuspend(basket) => journal::Save::Unsuspend(basket),
        Save::Payment(payment) => journal::Save::Payment(payment.as_ref().map(Into::into)),
        Save::Shift(shift) => journal::Save::Shift(shift.as_ref().map(store_shift)),
        Save::NextReceipt(number) => journal::Save::NextReceipt(number),
        Save::NextZ(number) => journal::Save::NextZ(number),
        Save::Print { job, receipt, document } => journal::Save::QueuePrint(journal::PrintJob {
            id: job,
            kind: if receipt { "receipt" } else { "report" }.to_owned(),
            body: document_to_json(&document),
            state: PrintState::Waiting,
        }),
        Save::Printed(job) => journal::Save::PrintDone(job),
        Save::Kiosk(text) => journal::Save::Kiosk(text),
        Save::Stock(text) => journal::Save::Stock(text),
        Save::Lockout(lockout) => journal::Save::Lockout(journal::Lockout {
            staff: lockout.staff,
            failures: lockout.failures,
            until_ms: lockout.until.as_millisecond(),
        }),
    }
}

fn store_shift(shift: &Shift) -> journal::Shift {
    journal::Shift {
        id: shift.id,
        business_date: shift.business_date.to_string(),
        opened_at_ms: shift.opened_at.as_millisecond(),
        opened_by: shift.opened_by.clone(),
        float: shift.float.units(),
        totals: (&shift.totals).into(),
        cashiers: shift.cashiers.iter().map(Into::into).collect(),
        hand_overs: shift.hand_overs.iter().map(Into::into).collect(),
    }
}

/// What the newest receipt is made again from, beside its event.
struct ReceiptOf<'a> {
    store: &'a Store,
    catalogue: &'a ReplicaCatalogue,
    number: u32,
    words: &'a Words,
}

fn durable_of(state: TillState, of: &ReceiptOf) -> Result<Durable, BadWire> {
    let aside = |aside: journal::Suspended| {
        let at = v1::instant("at_ms", aside.at_ms)?;
        Ok(Suspended { basket: Basket::try_from(&aside.basket)?, at, staff: aside.staff })
    };
    let lockout = |lockout: journal::Lockout| {
        let until = v1::instant("until_ms", lockout.until_ms)?;
        Ok(Lockout { staff: lockout.staff, failures: lockout.failures, until })
    };
    let job = |job: journal::PrintJob| {
        let document = document_of_json(&job.body);
        if document.is_none() {
            tracing::error!(job = job.id, "a stored document cannot be read and is not printed");
        }
        document.map(|document| PrintJob { job: job.id, document })
    };
    let last_sale: Option<v1::Event> = state.last_receipt.and_then(|event| serde_json::from_str(&event).ok());
    let of_this_shift = |sale: &&v1::Event| state.shift.as_ref().is_none_or(|shift| sale.shift == Some(shift.id));
    let sold_at_ms = last_sale.as_ref().filter(of_this_shift).map(|sale| sale.at_ms);
    Ok(Durable {
        sold_at: sold_at_ms.map(|at_ms| v1::instant("at_ms", at_ms)).transpose()?,
        open: state.open.as_ref().map(Basket::try_from).transpose()?,
        suspended: state.suspended.into_iter().map(aside).collect::<Result<_, BadWire>>()?,
        shift: state.shift.map(restore_shift).transpose()?,
        payment: state.payment.as_ref().map(Payment::try_from).transpose()?,
        next_receipt: state.next_receipt,
        next_z: state.next_z,
        next_job: state.next_print_job,
        jobs: state.print_jobs.into_iter().filter_map(job).collect(),
        last_receipt: last_sale.and_then(|sale| last_receipt(sale, of)),
        kiosk: state.kiosk,
        stock: state.stock,
        lockouts: state.lockouts.into_iter().map(lockout).collect::<Result<_, BadWire>>()?,
    })
}

fn restore_shift(shift: journal::Shift) -> Result<Shift, BadWire> {
    let bad_date = |_| BadWire { field: "business_date", value: shift.business_date.clone() };
    Ok(Shift {
        id: shift.id,
        business_date: shift.business_date.parse().map_err(bad_date)?,
        opened_at: v1::instant("opened_at_ms", shift.opened_at_ms)?,
        opened_by: shift.opened_by,
        float: v1::amount_of("float", shift.float)?,
        totals: (&shift.totals).try_into()?,
        cashiers: shift.cashiers.iter().map(TryInto::try_into).collect::<Result<_, _>>()?,
        hand_overs: shift.hand_overs.iter().map(TryInto::try_into).collect::<Result<_, _>>()?,
    })
}

/// The receipt of the newest sale, made again from its event. English names are those of the catalogue, since events
/// do not carry them.
fn last_receipt(event: v1::Event, of: &ReceiptOf) -> Option<(String, domain::receipt::Document)> {
    let mut sale = event.to_sale()?.ok()?;
    for sold in sale.lines.iter_mut().filter(|_| !of.words.is_chinese()) {
        let item = of.catalogue.item(&sold.line.item).ok().flatten();
        sold.line.name_en = item.filter(|item| item.name == sold.line.name).and_then(|item| item.name_en);
    }
    let staff = event.staff.unwrap_or_default();
    let cashier = of.catalogue.staff().into_iter().find(|known| known.id == staff).map_or(staff, |known| known.name);
    let local = Timestamp::to_zoned(sale.completed_at, clock::zone(of.catalogue.time_zone())).datetime();
    let issued = paper::Issued { local, till: of.number, cashier, words: of.words.clone() };
    let date = v1::date("business_date", &event.business_date).ok()?;
    let proof = proof_text(of.catalogue, &sale, date);
    Some((sale.receipt.clone(), paper::receipt(&sale, of.store, &issued, proof.as_deref())))
}
