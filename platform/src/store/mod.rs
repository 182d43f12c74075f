//! Where the platform keeps what it knows: one trait for each aggregate, one implementation for each database.
//!
//! [`Events::take`] is the only door by which events, ledgers, exceptions and heads change, and it does so in one
//! transaction. [`open`] picks the implementation by the address of the database.

mod day_sql;
mod decide;
mod fault;
mod goods;
pub mod postgres;
pub mod sqlite;

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use domain::grant::Account;
use protocol::chain::Hash;
use protocol::v1::{self, Head, Member, Record, SnapshotInfo};
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::ingest::Intake;
use crate::ledger::DayRows;
use crate::office::{Balance, Opening};
use crate::phone::PhoneRow;
use crate::stock::desk::CountRow;

pub(crate) use fault::Step;
pub(crate) use goods::{components_in, members_in, stock_of};

pub use decide::{HeadRow, Verdict, decide, overlap_seq};
pub use fault::{Condition, Result, StoreError};

/// Changes behind the head up to which a till may catch up change by change; further back it takes a snapshot.
///
/// Because nobody reads changes from further back, words about records that are gone may be dropped there.
pub const CHANGES_BEHIND_MAX: u64 = 20_000;
/// Batches that are kept for a person for one forked epoch.
pub const QUARANTINED_MAX: i64 = 16;
/// Snapshots that are kept for one scope, so that a till can finish fetching the one it began.
pub const SNAPSHOTS_KEPT: usize = 3;

/// All repositories of one database.
pub trait Store: Terminals + Events + Ledger + Catalogue + Office + Stock + Phones + Exceptions {}
impl<T: Terminals + Events + Ledger + Catalogue + Office + Stock + Phones + Exceptions> Store for T {}

/// A terminal as the platform knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// Short number by which rows name it.
    pub no: i32,
    /// Its id.
    pub id: Uuid,
    /// Its store.
    pub store: String,
    /// Number within the store.
    pub number: u32,
    /// Ed25519, hexadecimal.
    pub public_key: String,
    /// SHA-256 of the secret half of its token.
    pub token_hash: Vec<u8>,
}

impl Terminal {
    /// What its neighbours are told, so that they can check its receipts, and in which scope.
    pub(crate) fn told(&self) -> (String, RecordRow) {
        let record =
            Record::Terminal(v1::Terminal { id: self.id, number: self.number, public_key: self.public_key.clone() });
        let body = serde_json::to_string(&record).expect("a record is JSON");
        let row = RecordRow { kind: "terminal", id: self.id.to_string(), gone: false, body };
        (format!("store-{}", self.store), row)
    }
}

/// A terminal that asks to be known.
#[derive(Clone, Debug)]
pub struct NewTerminal {
    /// The id it will have.
    pub id: Uuid,
    /// Ed25519, hexadecimal.
    pub public_key: String,
    /// SHA-256 of the secret half of its token.
    pub token_hash: [u8; 32],
    /// Version of its agent.
    pub program: String,
    /// The platform's clock.
    pub at_ms: i64,
}

/// A terminal for people to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TerminalState {
    /// Its id.
    pub id: Uuid,
    /// Its store.
    pub store: String,
    /// Number within the store.
    pub number: u32,
    /// Version of its agent.
    pub program: String,
    /// When it was last heard of.
    pub contact_at_ms: i64,
    /// Its clock less the platform's.
    pub clock_offset_ms: i64,
    /// Its epochs, oldest first.
    pub epochs: Vec<EpochState>,
}

/// An epoch for people to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EpochState {
    /// Its newest event.
    pub head: Head,
    /// Whether a fork stopped it.
    pub frozen: bool,
    /// When a batch last came with events missing before it; cleared when they arrive.
    pub gap_at_ms: Option<i64>,
}

/// Terminals and how they become known.
#[async_trait::async_trait]
pub trait Terminals: Send + Sync {
    /// Keeps a one-time code (as its SHA-256) for a store.
    async fn add_code(&self, code_hash: [u8; 32], store: &str, expires_at_ms: i64) -> Result<()>;
    /// Uses a code up. `None` when it is unknown, too old, or used by another key; the same key gets its terminal
    /// again with the new token, so that a lost answer costs no code.
    async fn enrol(&self, code_hash: [u8; 32], new: NewTerminal) -> Result<Option<Terminal>>;
    /// A terminal by its id.
    async fn terminal(&self, id: Uuid) -> Result<Option<Terminal>>;
    /// Notes that a terminal was heard of and tells its heads, oldest epoch first. An
    /// epoch of which nothing was taken is not among them.
    async fn hello(&self, no: i32, program: &str, clock_offset_ms: i64, at_ms: i64) -> Result<Vec<Head>>;
    /// All terminals by store and number.
    async fn terminals(&self) -> Result<Vec<TerminalState>>;
}

/// What became of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Everything in it is held.
    Taken {
        /// The epoch's newest event.
        head: Head,
        /// Events that were held already.
        duplicates: u32,
        /// Events that were taken and need a person.
        exceptions: u32,
    },
    /// Events are missing before it; nothing was taken.
    Gap {
        /// Where to continue.
        expected: u64,
    },
    /// Other bytes stand under the same numbers, or did before; nothing was taken.
    Fork,
}

/// Events as they came.
#[async_trait::async_trait]
pub trait Events: Send + Sync {
    /// Takes a batch in one transaction: locks the head, tells duplicates, gaps and forks apart, appends the bytes,
    /// posts to the ledgers, records exceptions, advances the head. A fork is quarantined and
    /// freezes its epoch.
    async fn take(&self, intake: Arc<Intake>) -> Result<Outcome>;
    /// The bytes of one event.
    async fn event_bytes(&self, terminal: Uuid, epoch: u32, seq: u64) -> Result<Option<Vec<u8>>>;
}

/// The ledgers, for reading.
#[async_trait::async_trait]
pub trait Ledger: Send + Sync {
    /// Sums of one business date, of one store or of all.
    async fn day(&self, day: &str, store: Option<&str>) -> Result<DayRows>;
}

/// A record to put into a scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordRow {
    /// `item`, `member`, `staff`, `store`, `rules`, `grant`, `suspended`, `returned`, `terminal`, `hold`, `favourites`,
    /// `picture` or one of stock.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// Whether this is the word that it is gone.
    pub gone: bool,
    /// [`protocol::v1::Record`] as JSON.
    pub body: String,
}

/// A picture to keep, with the item that has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureRow {
    /// The item's id.
    pub item: String,
    /// SHA-256 of the file.
    pub sha256: Hash,
    /// A PNG of at most [`protocol::v1::PICTURE_BYTES_MAX`].
    pub file: Vec<u8>,
}

impl PictureRow {
    /// What tells terminals of it.
    pub(crate) fn record(&self) -> RecordRow {
        let record = Record::Picture(v1::Picture { item: self.item.clone(), sha256: self.sha256 });
        let body = serde_json::to_string(&record).expect("a record is JSON");
        RecordRow { kind: "picture", id: self.item.clone(), gone: false, body }
    }
}

/// What [`Catalogue::put`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Put {
    /// Newest number of the scope.
    pub head: u64,
    /// Records that are other than before.
    pub changed: u64,
}

/// Changes of a scope after a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangePage {
    /// They can be had one by one.
    Page {
        /// Number and record (JSON), by number.
        rows: Vec<(u64, String)>,
        /// Newest number of the scope.
        head: u64,
    },
    /// Too far behind, or ahead of what this database knows: only a snapshot helps.
    Gone {
        /// Newest number of the scope.
        head: u64,
    },
}

/// Piece of an export; the first one is the head.
#[derive(Clone, Debug)]
pub enum Export {
    /// The number that the export is made at.
    Head(u64),
    /// Records (JSON), by number.
    Bodies(Vec<String>),
}

/// Where a scope stands, for who keeps what phones are told of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GoodsMark {
    /// Its newest number; zero when nothing was put.
    pub head: u64,
    /// The newest number of goods, settings, rules and pictures.
    pub newest: u64,
}

/// The records that phones are told of. An index of each database stands on these words, so they are said once.
pub(crate) const FOR_PHONES: &str = "kind IN ('item', 'picture', 'rules', 'store')";

/// Goods, members, staff and settings, by scope.
///
/// A record and its newest change are one row: a change that was overtaken is not kept, so numbers have gaps.
#[async_trait::async_trait]
pub trait Catalogue: Send + Sync {
    /// Puts records, later ones of the same id winning. Members bring accounts with them: a new one is opened with the
    /// record's points, one that is there keeps its points and gives them to the record; a record that is as it was gets no new number. Numbers are
    /// allocated under the scope's lock, so that they become visible in order.
    async fn put(&self, scope: &str, records: Vec<RecordRow>) -> Result<Put>;
    /// At most `limit` changes after a number.
    async fn changes(&self, scope: &str, after: u64, limit: usize) -> Result<ChangePage>;
    /// Newest number of a scope; zero when nothing was put.
    async fn scope_head(&self, scope: &str) -> Result<u64>;
    /// Sends all living records as of one instant. Ends early, without fault, when the receiver is gone.
    async fn export(&self, scope: &str, sink: mpsc::Sender<Export>) -> Result<()>;
    /// What moves when something of what phones are told has changed, of the chain's scope and of a store's.
    async fn goods_marks(&self, place: &str) -> Result<[GoodsMark; 2]>;
    /// As [`Catalogue::export`], and of the kinds alone that phones are told: goods, settings, rules, pictures.
    async fn export_goods(&self, scope: &str, sink: mpsc::Sender<Export>) -> Result<()>;
    /// The newest snapshot of a scope.
    async fn snapshot(&self, scope: &str) -> Result<Option<SnapshotInfo>>;
    /// Notes a new snapshot and tells which files nothing refers to from here on.
    async fn add_snapshot(&self, scope: &str, info: &SnapshotInfo) -> Result<Vec<Hash>>;
    /// The scopes that a snapshot belongs to.
    async fn snapshot_scopes(&self, sha256: Hash) -> Result<Vec<String>>;
    /// Keeps the files of pictures under their contents' names, with the records that name them; of both, what is there stays
    /// as it is. Files and records come together, so that [`Catalogue::drop_unnamed_pictures`] finds none between the two.
    async fn put_pictures(&self, scope: &str, pictures: Vec<PictureRow>) -> Result<Put>;
    /// The file of a picture.
    async fn picture(&self, sha256: Hash) -> Result<Option<Vec<u8>>>;
    /// Removes the files that no living record of any scope names; tells how many.
    async fn drop_unnamed_pictures(&self) -> Result<u64>;
    /// A member as a store knows her, by a card's number or a telephone number as [`Member::codes`] has them.
    async fn member_by_code(&self, place: &str, code: &str) -> Result<Option<Member>>;
    /// A member as a store knows her, by her id.
    async fn member(&self, place: &str, id: &str) -> Result<Option<Member>>;
}

/// What became of a rule book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleBookPut {
    /// It holds from here on.
    Put(Put),
    /// The version is not newer than the newest; nothing was put.
    Older {
        /// The newest version.
        newest: u64,
    },
}

/// What head office keeps beside events, ledgers and catalogue.
#[async_trait::async_trait]
pub trait Office: Send + Sync {
    /// Opens accounts; answers for each whether it was opened. One that is there stays as it is.
    async fn open_accounts(&self, openings: Vec<Opening>) -> Result<Vec<bool>>;
    /// An account as it stands.
    async fn balance(&self, account: &Account) -> Result<Option<Balance>>;
    /// Puts a rule book into the chain's scope and keeps it, when its version is newer than all before.
    async fn put_rules(&self, version: u64, at_ms: i64, record: RecordRow) -> Result<RuleBookPut>;
    /// A rule book that was put, as [`protocol::v1::Record`] in JSON.
    async fn rule_book(&self, version: u64) -> Result<Option<String>>;
    /// Store and bytes of all sales of a business date, by terminal, in their order.
    async fn sales_of(&self, day: &str) -> Result<Vec<(String, Vec<u8>)>>;
    /// Store and bytes of all words about payments through providers, from one business date to another, by terminal, in
    /// their order.
    async fn payments_of(&self, first: &str, last: &str) -> Result<Vec<(String, Vec<u8>)>>;
}

/// Payments on shoppers' phones.
#[async_trait::async_trait]
pub trait Phones: Send + Sync {
    /// Keeps a new one; false when its number is there.
    async fn add_phone_payment(&self, row: PhoneRow) -> Result<bool>;
    /// One by its number.
    async fn phone_payment(&self, order_no: &str) -> Result<Option<PhoneRow>>;
    /// Saves one whose version is the one that was read; false when somebody else has saved since.
    async fn save_phone_payment(&self, row: PhoneRow) -> Result<bool>;
    /// All that are not over, oldest first.
    async fn open_phone_payments(&self) -> Result<Vec<PhoneRow>>;
    /// Those of one store that are not over, oldest first.
    async fn open_phone_payments_of(&self, place: &str) -> Result<Vec<PhoneRow>>;
    /// All that were begun from one instant up to, not including, another.
    async fn phone_payments(&self, from_ms: i64, to_ms: i64) -> Result<Vec<PhoneRow>>;
    /// Those that were begun before an instant, are paid, and whose goods never left.
    async fn unclaimed_phone_payments(&self, before_ms: i64) -> Result<Vec<PhoneRow>>;
}

/// What the book says of an item of a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LevelRow {
    /// Item id.
    pub item: String,
    /// See [`crate::ledger::stock::lot_key`].
    pub lot: String,
    /// Thousandths.
    pub quantity: i64,
}

/// How the goods of an item moved; what approved counts have corrected is no movement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoveRow {
    /// Item id.
    pub item: String,
    /// When.
    pub at_ms: i64,
    /// Thousandths, signed.
    pub quantity: i64,
    /// Whether the till did it.
    pub is_sale: bool,
}

/// Bytes of the events of a transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransferRow {
    /// The event that sent it.
    pub sent: Vec<u8>,
    /// The event that took it in.
    pub came: Option<Vec<u8>>,
}

/// Stock: each store's book, counts, transfers.
#[async_trait::async_trait]
pub trait Stock: Send + Sync {
    /// Tells every store what has changed in its book since the last time: levels, and up to where they hold. Does some of
    /// it when there is very much; answers the stores that were told something.
    async fn tell_stock(&self, at_ms: i64) -> Result<Vec<(String, Put)>>;
    /// The book of a store: all that is not nothing, by item and lot.
    async fn levels(&self, store: &str) -> Result<Vec<LevelRow>>;
    /// How the goods of a store moved after an instant, by item and time.
    async fn moves_after(&self, store: &str, after_ms: i64) -> Result<Vec<MoveRow>>;
    /// Counts of a store or of all, open ones first.
    async fn counts(&self, store: Option<&str>) -> Result<Vec<CountRow>>;
    /// Living records of an open count as its store is told them (JSON).
    async fn count_told(&self, store: &str, plan: Uuid) -> Result<Vec<String>>;
    /// Head office opens a count in a store; false when there is one of this id.
    async fn open_count(&self, store: &str, plan: &v1::CountPlan) -> Result<bool>;
    /// Head office approves what was counted, and closes the count when told so.
    async fn approve_count(&self, store: &str, approved: &v1::CountApproved, closes: bool, at_ms: i64) -> Result<()>;
    /// Head office ends a count without approving anything.
    async fn close_count(&self, store: &str, closed: &v1::CountClosed) -> Result<()>;
    /// Transfers, the newest first, at most `limit`.
    async fn transfers(&self, limit: usize) -> Result<Vec<TransferRow>>;
}

/// An event that needs a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExceptionRow {
    /// Its number.
    pub no: i64,
    /// When it was recorded.
    pub at_ms: i64,
    /// The store.
    pub store: String,
    /// The terminal's number within the store.
    pub number: u32,
    /// Epoch of the event.
    pub epoch: u32,
    /// Number of the event.
    pub seq: u64,
    /// Kind of trouble, see [`crate::ingest::Complaint`].
    pub kind: String,
    /// What was seen.
    pub detail: String,
    /// What the person who settled it wrote.
    pub settled: Option<String>,
}

/// Events that need a person.
#[async_trait::async_trait]
pub trait Exceptions: Send + Sync {
    /// The newest ones first, at most `limit`; settled ones only when asked for.
    async fn exceptions(&self, settled_too: bool, limit: usize) -> Result<Vec<ExceptionRow>>;
    /// Notes how one was settled; false when there is no such open one.
    async fn settle(&self, no: i64, note: &str) -> Result<bool>;
}

/// Address of a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// A file of SQLite.
    Sqlite(PathBuf),
    /// A PostgreSQL server, as its client library reads it.
    Postgres(String),
}

/// An address that names no database we know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a database is sqlite:FILE or postgres://USER@HOST/NAME, not {0:?}")]
pub struct BadDatabase(String);

impl FromStr for Database {
    type Err = BadDatabase;

    fn from_str(text: &str) -> std::result::Result<Database, BadDatabase> {
        if let Some(file) = text.strip_prefix("sqlite:").filter(|file| !file.is_empty()) {
            return Ok(Database::Sqlite(file.into()));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Database::Postgres(text.to_owned()));
        }
        Err(BadDatabase(text.to_owned()))
    }
}

impl fmt::Display for Database {
    /// Without user, password and host: fit for a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Database::Sqlite(file) => write!(f, "sqlite:{}", file.display()),
            Database::Postgres(_) => f.write_str("postgres"),
        }
    }
}

/// Opens a database and brings its schema up to date.
pub async fn open(database: &Database) -> Result<Arc<dyn Store>> {
    match database {
        Database::Sqlite(file) => Ok(Arc::new(sqlite::Sqlite::open(file).await?)),
        Database::Postgres(address) => {
            let config = tokio_postgres::Config::from_str(address).step("reading the database's address")?;
            Ok(Arc::new(postgres::Postgres::open(config).await?))
        }
    }
}
