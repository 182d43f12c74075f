//! What head office keeps beside events and ledgers: accounts and what of them is set aside for terminals, sales put
//! aside, goods put by, goods that came back, members. And what its tills are told of it.
//!
//! A database loads what a batch touches, under locks, into a [`Desk`]; the desk decides, without IO; the database writes
//! what has changed and puts the words down into their scopes, all in the transaction that takes the events.

mod accounts;
mod deeds;
mod desk;
mod members;
mod wants;
mod words;

use domain::grant::Account;
use uuid::Uuid;

pub(crate) use deeds::deeds;
pub use deeds::{Deed, Move, Whose};
pub use desk::{Desk, Loaded};
pub use wants::Wants;

/// How long a grant holds by the clock of the terminal that asked.
pub const GRANT_MS: i64 = 8 * 3600 * 1000;

/// An account as it stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// Its units. Below nothing only after a terminal has spent what was not set aside for it.
    pub units: i64,
    /// What is left of its open grants; never more than `units` by what is granted.
    pub held: i64,
}

/// A grant as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantRow {
    /// Its id.
    pub id: Uuid,
    /// The account.
    pub account: Account,
    /// The terminal's short number.
    pub terminal: i32,
    /// The shift in which it was asked for.
    pub shift: Option<Uuid>,
    /// How much.
    pub units: i64,
    /// What was spent of it.
    pub spent: i64,
    /// Until when, by the terminal's clock.
    pub until_ms: i64,
    /// Whether it was not taken back.
    pub open: bool,
}

impl GrantRow {
    /// What is still set aside.
    pub fn left(&self) -> i64 {
        if self.open { (self.units - self.spent).max(0) } else { 0 }
    }
}

/// Goods put by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoldRow {
    /// The hold.
    pub id: Uuid,
    /// Short number of the terminal that put them by.
    pub terminal: i32,
    /// The store.
    pub store: String,
    /// `collected` or `cancelled`.
    pub ended: Option<String>,
}

/// A basket that is or was aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AsideRow {
    /// The basket.
    pub basket: Uuid,
    /// Short number of the terminal that took it up again.
    pub taken_by: Option<i32>,
}

/// What came back of a line of a sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReturnedRow {
    /// The sale.
    pub sale: Uuid,
    /// Line within it.
    pub line: u32,
    /// Short number of the terminal that took it back.
    pub terminal: i32,
    /// Thousandths.
    pub quantity: i64,
}

/// One row of the account ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountLeg {
    /// Number of the event.
    pub seq: u64,
    /// Number within the event.
    pub leg: i32,
    /// The account.
    pub account: Account,
    /// See [`Move::what`], or `opened`.
    pub what: &'static str,
    /// Signed.
    pub units: i64,
}

/// An account that head office opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The account.
    pub account: Account,
    /// With how much.
    pub units: i64,
}
