//! Sums of one business date as a database gives them.

use uuid::Uuid;

/// Everything that a reconciliation is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DayRows {
    /// Sales.
    pub sales: Vec<SalesRow>,
    /// Money of sales, by account.
    pub money: Vec<MoneyRow>,
    /// Money that moved without a sale: cash, and what was paid for goods put by.
    pub moved: Vec<MovedRow>,
    /// Points of sales.
    pub points: Vec<PointsRow>,
    /// Goods sold, by item.
    pub stock: Vec<StockRow>,
    /// Openings and closings of shifts, in order of their events.
    pub shifts: Vec<ShiftEventRow>,
    /// Every epoch of the terminals, of whatever day.
    pub heads: Vec<HeadCount>,
    /// Sales of this day that came a second time.
    pub duplicates: u64,
    /// Open exceptions about events of this day.
    pub exceptions: u64,
    /// Those of them whose events could not be posted.
    pub unposted: u64,
    /// Postings of this day whose legs do not sum to zero: money, points, stock.
    pub unbalanced: [u64; 3],
    /// All accounts at head office, of whatever day, by kind.
    pub accounts: Vec<AccountSum>,
    /// Accounts whose balance or set-aside is not what their legs and grants say.
    pub drifted: Vec<Drift>,
}

/// Accounts of one kind.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct AccountSum {
    /// `points`, `stored_value`, `gift_card`, `credit` or `coupon`.
    pub kind: String,
    /// How many.
    pub accounts: u64,
    /// Their balances, in the kind's units.
    pub balance: i64,
    /// What of it is set aside for terminals.
    pub held: i64,
    /// How many are below nothing.
    pub below: u64,
}

/// An account that does not agree with its ledger.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Drift {
    /// Its kind.
    pub kind: String,
    /// Its number.
    pub number: String,
    /// Balance as it stands.
    pub balance: i64,
    /// Sum of its legs.
    pub legs: i64,
    /// Set aside as it stands.
    pub held: i64,
    /// What is left of its open grants.
    pub granted: i64,
}

/// Money that moved without a sale, by kind of event and account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovedRow {
    /// The terminal's short number.
    pub terminal: i32,
    /// The shift.
    pub shift: Option<Uuid>,
    /// Kind of the event.
    pub event: String,
    /// The account.
    pub account: String,
    /// Sum.
    pub amount: i64,
}

/// Sales of a shift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SalesRow {
    /// The terminal's short number.
    pub terminal: i32,
    /// The shift.
    pub shift: Option<Uuid>,
    /// How many.
    pub sales: u64,
    /// Return lines in them.
    pub return_lines: u64,
    /// Their total.
    pub returns: i64,
    /// Thousandths of units over all lines.
    pub units: i64,
}

/// Money of a shift's sales on one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoneyRow {
    /// The terminal's short number.
    pub terminal: i32,
    /// The shift.
    pub shift: Option<Uuid>,
    /// The account.
    pub account: String,
    /// Legs.
    pub count: u64,
    /// Their sum.
    pub amount: i64,
}

/// Points of a shift's sales.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PointsRow {
    /// The terminal's short number.
    pub terminal: i32,
    /// The shift.
    pub shift: Option<Uuid>,
    /// `earned`, `taken_back`, `spent` or `refunded`.
    pub kind: String,
    /// Sum of the members' legs.
    pub points: i64,
}

/// Goods of a shift's sales.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockRow {
    /// The terminal's short number.
    pub terminal: i32,
    /// The shift.
    pub shift: Option<Uuid>,
    /// The item.
    pub item: String,
    /// Sold less returned, in thousandths.
    pub quantity: i64,
}

/// An event that opens or closes a shift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShiftEventRow {
    /// The terminal's short number.
    pub terminal: i32,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// An epoch and how many events are held of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadCount {
    /// The terminal's short number.
    pub terminal: i32,
    /// The terminal's id.
    pub id: Uuid,
    /// The store.
    pub store: String,
    /// Number within the store.
    pub number: u32,
    /// The epoch; zero for a terminal that sent nothing.
    pub epoch: u32,
    /// Newest number.
    pub seq: u64,
    /// Events held.
    pub held: u64,
    /// Whether a batch came with events missing before it that have not arrived since.
    pub waiting: bool,
    /// Whether a fork stopped it.
    pub frozen: bool,
}
