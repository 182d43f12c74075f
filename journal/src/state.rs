//! What the till knows after a power cut, beside its events.

use protocol::v1;
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::commit::Save;
use crate::error::{During, JournalError};

/// Everything that a till takes up again when it starts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TillState {
    /// The sale that was being rung up.
    pub open: Option<v1::Basket>,
    /// Sales that were put aside, oldest first.
    pub suspended: Vec<Suspended>,
    /// The open shift.
    pub shift: Option<Shift>,
    /// The payment under way.
    pub payment: Option<v1::Payment>,
    /// Number of the next receipt within the epoch, from 1.
    pub next_receipt: u64,
    /// Number of the next Z report within the epoch, from 1.
    pub next_z: u32,
    /// Paper that has not been seen to come out, oldest first.
    pub print_jobs: Vec<PrintJob>,
    /// An id that no print job of this file has had.
    pub next_print_job: u64,
    /// Staff with wrong PINs since their last right one.
    pub lockouts: Vec<Lockout>,
    /// The newest completed sale as its event's JSON ([`v1::Event`]).
    pub last_receipt: Option<String>,
    /// What a self-checkout knows beside the basket, in its own words.
    pub kiosk: Option<String>,
    /// What is in hand at the stock desk, in its own words.
    pub stock: Option<String>,
}

/// A sale that was put aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspended {
    /// Its goods.
    pub basket: v1::Basket,
    /// When it was put aside.
    pub at_ms: i64,
    /// By whom.
    pub staff: String,
    /// What people call it.
    pub label: String,
}

/// A shift.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// Its id.
    pub id: Uuid,
    /// Its business date, `YYYY-MM-DD`.
    pub business_date: String,
    /// When it was opened.
    pub opened_at_ms: i64,
    /// By whom.
    pub opened_by: String,
    /// Counted float, in minor units.
    pub float: i64,
    /// Running totals.
    pub totals: v1::Totals,
    /// What each cashier took.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cashiers: Vec<v1::CashierTotals>,
    /// Drawer counts at hand-overs, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hand_overs: Vec<v1::HandedOver>,
}

/// Something to be printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintJob {
    /// Given by the caller; see [`TillState::next_print_job`].
    pub id: u64,
    /// The caller's word for what it is, e.g. `receipt`.
    pub kind: String,
    /// The caller's text, e.g. a document as JSON.
    pub body: String,
    /// How far it came.
    pub state: PrintState,
}

/// How far a print job came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrintState {
    /// Nothing was sent to the printer.
    Waiting,
    /// Some of it was sent; a part may be on the paper.
    Started,
}

/// Wrong PINs of one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lockout {
    /// Whose.
    pub staff: String,
    /// Wrong PINs in a row; with zero the entry is forgotten.
    pub failures: u32,
    /// No try counts before this instant.
    pub until_ms: i64,
}

const OPEN: &str = "open";
const SHIFT: &str = "shift";
const PAYMENT: &str = "payment";
const NEXT_RECEIPT: &str = "next_receipt";
const NEXT_Z: &str = "next_z";
const NEXT_PRINT_JOB: &str = "next_print_job";
const LOCKOUT: &str = "lockout/";
const KIOSK: &str = "kiosk";
const STOCK: &str = "stock";
const MENTIONED: &str = "mentioned";

/// What is stored of the open basket beside its lines.
#[derive(Serialize, Deserialize)]
struct OpenHead {
    id: Uuid,
    started_at_ms: i64,
    member: Option<v1::MemberRef>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    about: Option<Box<v1::About>>,
}

/// Reads everything.
pub(crate) fn load(connection: &Connection) -> Result<TillState, JournalError> {
    const STEP: &str = "reading the till's state";
    let print_jobs = connection
        .prepare("SELECT id, kind, body, started FROM print_job ORDER BY id")
        .and_then(|mut statement| {
            statement
                .query_map([], |row| {
                    Ok(PrintJob {
                        id: row.get::<_, i64>(0)?.unsigned_abs(),
                        kind: row.get(1)?,
                        body: row.get(2)?,
                        state: match row.get(3)? {
                            true => PrintState::Started,
                            false => PrintState::Waiting,
                        },
                    })
                })?
                .collect()
        })
        .during(STEP)?;
    let last_receipt = connection
        .query_row("SELECT bytes FROM event WHERE kind = 'sale_completed' ORDER BY place DESC LIMIT 1", [], |row| {
            row.get(0)
        })
        .optional()
        .during(STEP)?;
    Ok(TillState {
        open: load_open(connection)?,
        suspended: load_many(connection, "SELECT body FROM suspended ORDER BY at_ms, basket")?,
        shift: get(connection, SHIFT)?,
        payment: get(connection, PAYMENT)?,
        next_receipt: get(connection, NEXT_RECEIPT)?.unwrap_or(1),
        next_z: get(connection, NEXT_Z)?.unwrap_or(1),
        print_jobs,
        next_print_job: get(connection, NEXT_PRINT_JOB)?.unwrap_or(1),
        lockouts: load_many(
            connection,
            "SELECT value FROM state WHERE key >= 'lockout/' AND key < 'lockout0' ORDER BY key",
        )?,
        last_receipt,
        kiosk: get(connection, KIOSK)?,
        stock: get(connection, STOCK)?,
    })
}

/// Carries a state over into an empty file.
pub(crate) fn store(connection: &Connection, state: &TillState) -> Result<(), JournalError> {
    save_open(connection, None, state.open.as_ref())?;
    for suspended in &state.suspended {
        save(connection, &Save::Suspend(suspended.clone()))?;
    }
    save(connection, &Save::Shift(state.shift.clone()))?;
    save(connection, &Save::Payment(state.payment.clone()))?;
    save(connection, &Save::Kiosk(state.kiosk.clone()))?;
    save(connection, &Save::Stock(state.stock.clone()))?;
    for job in &state.print_jobs {
        save(connection, &Save::QueuePrint(job.clone()))?;
    }
    for lockout in &state.lockouts {
        save(connection, &Save::Lockout(lockout.clone()))?;
    }
    Ok(())
}

/// Forgets what cannot be trusted to be the newest: baskets, shift, print jobs.
pub(crate) fn clear(connection: &Connection) -> Result<(), JournalError> {
    connection
        .execute_batch(
            "DELETE FROM open_line; DELETE FROM suspended; DELETE FROM print_job;
             DELETE FROM state WHERE key IN ('open', 'shift', 'payment', 'kiosk', 'stock');",
        )
        .during("clearing the till's state")
}

/// Numbers begin again with each epoch.
pub(crate) fn restart_numbers(connection: &Connection) -> Result<(), JournalError> {
    put(connection, NEXT_RECEIPT, &1u64)?;
    put(connection, NEXT_Z, &1u32)
}

/// Place of the newest event whose mentions are stored, as are those of all before it.
pub(crate) fn mentioned(connection: &Connection) -> Result<i64, JournalError> {
    Ok(get(connection, MENTIONED)?.unwrap_or(0))
}

pub(crate) fn set_mentioned(connection: &Connection, place: i64) -> Result<(), JournalError> {
    put(connection, MENTIONED, &place)
}

/// Applies one save other than [`Save::Open`], which needs to know what was stored before.
pub(crate) fn save(connection: &Connection, save: &Save) -> Result<(), JournalError> {
    const STEP: &str = "saving the till's state";
    let run = |sql: &str, values: &[&dyn rusqlite::ToSql]| {
        connection.prepare_cached(sql).and_then(|mut statement| statement.execute(values)).during(STEP).map(drop)
    };
    match save {
        Save::Open(_) => unreachable!("saved by save_open"),
        Save::Suspend(suspended) => run(
            "INSERT INTO suspended (basket, at_ms, body) VALUES (?1, ?2, ?3)
             ON CONFLICT (basket) DO UPDATE SET at_ms = excluded.at_ms, body = excluded.body",
            params![suspended.basket.id.to_string(), suspended.at_ms, json(suspended)],
        ),
        Save::Unsuspend(basket) => run("DELETE FROM suspended WHERE basket = ?1", params![basket.to_string()]),
        Save::Shift(Some(shift)) => put(connection, SHIFT, shift),
        Save::Shift(None) => remove(connection, SHIFT),
        Save::Payment(Some(payment)) => put(connection, PAYMENT, payment),
        Save::Payment(None) => remove(connection, PAYMENT),
        Save::Kiosk(Some(text)) => put(connection, KIOSK, text),
        Save::Kiosk(None) => remove(connection, KIOSK),
        Save::Stock(Some(text)) => put(connection, STOCK, text),
        Save::Stock(None) => remove(connection, STOCK),
        Save::NextReceipt(number) => put(connection, NEXT_RECEIPT, number),
        Save::NextZ(number) => put(connection, NEXT_Z, number),
        Save::QueuePrint(job) => {
            run(
                "INSERT INTO print_job (id, kind, body, started) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, body = excluded.body, started = excluded.started",
                params![job.id.cast_signed(), job.kind, job.body, job.state == PrintState::Started],
            )?;
            let next = get::<u64>(connection, NEXT_PRINT_JOB)?.unwrap_or(1);
            put(connection, NEXT_PRINT_JOB, &next.max(job.id + 1))
        }
        Save::PrintStarted(id) => run("UPDATE print_job SET started = 1 WHERE id = ?1", params![id.cast_signed()]),
        Save::PrintDone(id) => run("DELETE FROM print_job WHERE id = ?1", params![id.cast_signed()]),
        Save::Lockout(lockout) => {
            let key = format!("{LOCKOUT}{}", lockout.staff);
            match lockout.failures {
                0 => remove(connection, &key),
                _some => put(connection, &key, lockout),
            }
        }
    }
}

/// Saves the open basket by writing the lines that differ from those stored. A basket of 200 lines is some 50 KB of
/// JSON, one line is a quarter of one.
pub(crate) fn save_open(
    connection: &Connection,
    stored: Option<&v1::Basket>,
    basket: Option<&v1::Basket>,
) -> Result<(), JournalError> {
    const STEP: &str = "saving the open basket";
    let stored_lines = stored.map_or(&[][..], |stored| &stored.lines);
    let lines = basket.map_or(&[][..], |basket| &basket.lines);
    let mut upsert = connection
        .prepare_cached(
            "INSERT INTO open_line (position, body) VALUES (?1, ?2)
             ON CONFLICT (position) DO UPDATE SET body = excluded.body",
        )
        .during(STEP)?;
    for (position, line) in lines.iter().enumerate() {
        if stored_lines.get(position) != Some(line) {
            upsert.execute(params![position as i64, json(line)]).during(STEP)?;
        }
    }
    if stored_lines.len() > lines.len() {
        connection
            .prepare_cached("DELETE FROM open_line WHERE position >= ?1")
            .and_then(|mut statement| statement.execute(params![lines.len() as i64]))
            .during(STEP)?;
    }
    match basket {
        None => remove(connection, OPEN),
        Some(basket) => {
            let head = OpenHead {
                id: basket.id,
                started_at_ms: basket.started_at_ms,
                member: basket.member.clone(),
                about: basket.about.clone(),
            };
            put(connection, OPEN, &head)
        }
    }
}

fn load_open(connection: &Connection) -> Result<Option<v1::Basket>, JournalError> {
    let Some(head) = get::<OpenHead>(connection, OPEN)? else {
        return Ok(None);
    };
    Ok(Some(v1::Basket {
        id: head.id,
        started_at_ms: head.started_at_ms,
        member: head.member,
        lines: load_many(connection, "SELECT body FROM open_line ORDER BY position")?,
        about: head.about,
    }))
}

fn load_many<T: DeserializeOwned>(connection: &Connection, sql: &str) -> Result<Vec<T>, JournalError> {
    const STEP: &str = "reading the till's state";
    let mut statement = connection.prepare(sql).during(STEP)?;
    let mut rows = statement.query([]).during(STEP)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().during(STEP)? {
        let text: String = row.get(0).during(STEP)?;
        found.push(serde_json::from_str(&text).during(STEP)?);
    }
    Ok(found)
}

fn get<T: DeserializeOwned>(connection: &Connection, key: &str) -> Result<Option<T>, JournalError> {
    const STEP: &str = "reading the till's state";
    connection
        .prepare_cached("SELECT value FROM state WHERE key = ?1")
        .and_then(|mut statement| statement.query_row([key], |row| row.get::<_, String>(0)).optional())
        .during(STEP)?
        .map(|text| serde_json::from_str(&text).during(STEP))
        .transpose()
}

fn put<T: Serialize>(connection: &Connection, key: &str, value: &T) -> Result<(), JournalError> {
    connection
        .prepare_cached(
            "INSERT INTO state (key, value) VALUES (?1, ?2)
             ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE value IS NOT excluded.value",
        )
        .and_then(|mut statement| statement.execute(params![key, json(value)]))
        .during("saving the till's state")
        .map(drop)
}

fn remove(connection: &Connection, key: &str) -> Result<(), JournalError> {
    connection
        .prepare_cached("DELETE FROM state WHERE key = ?1")
        .and_then(|mut statement| statement.execute([key]))
        .during("saving the till's state")
        .map(drop)
}

fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("these types have no map and no failing field")
}
