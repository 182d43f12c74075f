//! Events: what a till has done, in the bytes it committed.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Basket, Sale, Totals};

/// One event. Its bytes are made once, by the till, and never again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Always 1.
    pub v: u32,
    /// The terminal's id, given at enrolment.
    pub terminal: Uuid,
    /// Begins with 1; a new one after a re-image, a restored backup or a damaged journal.
    pub epoch: u32,
    /// Gap-free within the epoch, from 1.
    pub seq: u64,
    /// The till's clock; for people, never for order.
    pub at_ms: i64,
    /// Business date of the shift, or of the clock when no shift is open.
    pub business_date: String,
    /// The shift it belongs to.
    pub shift: Option<Uuid>,
    /// Who was signed on.
    pub staff: Option<String>,
    /// What happened: exactly one key, the event's kind.
    pub body: Body,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// First event of an epoch.
    EpochStarted(EpochStarted),
    /// A cashier opened a shift with a counted float.
    ShiftOpened(ShiftOpened),
    /// Goods, money and points changed hands.
    SaleCompleted(Box<Sale>),
    /// A sale ended without goods or money changing hands.
    SaleVoided(SaleVoided),
    /// A sale was put aside.
    SaleSuspended(SaleSuspended),
    /// A sale was taken up again.
    SaleRecalled(SaleRecalled),
    /// The drawer was opened without a sale.
    DrawerOpened(DrawerOpened),
    /// A receipt was printed again.
    Reprinted(Reprinted),
    /// Someone was locked out after wrong PINs.
    LockedOut(LockedOut),
    /// The day's close (Z).
    ShiftClosed(ShiftClosed),
}

impl Body {
    /// The kind as on the wire.
    pub fn kind(&self) -> &'static str {
        match self {
            Body::EpochStarted(_) => "epoch_started",
            Body::ShiftOpened(_) => "shift_opened",
            Body::SaleCompleted(_) => "sale_completed",
            Body::SaleVoided(_) => "sale_voided",
            Body::SaleSuspended(_) => "sale_suspended",
            Body::SaleRecalled(_) => "sale_recalled",
            Body::DrawerOpened(_) => "drawer_opened",
            Body::Reprinted(_) => "reprinted",
            Body::LockedOut(_) => "locked_out",
            Body::ShiftClosed(_) => "shift_closed",
        }
    }
}

/// See [`Body::EpochStarted`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EpochStarted {
    /// `new`, `damaged`, `restored`.
    pub reason: String,
    /// Version of the program.
    pub program: String,
}

/// See [`Body::ShiftOpened`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftOpened {
    /// The shift.
    pub shift: Uuid,
    /// Counted float in the drawer.
    pub float: i64,
}

/// See [`Body::SaleVoided`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaleVoided {
    /// The basket as it was.
    pub basket: Basket,
}

/// See [`Body::SaleSuspended`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaleSuspended {
    /// The basket as it was.
    pub basket: Basket,
}

/// See [`Body::SaleRecalled`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaleRecalled {
    /// The basket's id.
    pub basket: Uuid,
}

/// See [`Body::DrawerOpened`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawerOpened {
    /// Why, e.g. `no_sale`.
    pub reason: String,
}

/// See [`Body::Reprinted`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reprinted {
    /// Number of the receipt.
    pub receipt: String,
}

/// See [`Body::LockedOut`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockedOut {
    /// Whose PIN was tried.
    pub staff: String,
    /// How often in a row.
    pub tries: u32,
}

/// See [`Body::ShiftClosed`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftClosed {
    /// The shift.
    pub shift: Uuid,
    /// Number of the Z report, gap-free within the epoch.
    pub z_no: u32,
    /// When it was opened.
    pub opened_at_ms: i64,
    /// Running totals at the close.
    pub totals: Totals,
    /// Cash that should be in the drawer.
    pub expected: i64,
    /// Cash that was counted.
    pub counted: i64,
}
