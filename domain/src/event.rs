//! What happened at a till, in the shop's words. An event never changes.

use uuid::Uuid;

use crate::basket::Basket;
use crate::sale::Sale;
use crate::shift::{ClosedShift, Shift};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A shift was opened with a counted float.
    ShiftOpened(Shift),
    /// Goods, money and points changed hands.
    SaleCompleted(Box<Sale>),
    /// A sale ended without anything changing hands.
    SaleVoided(Basket),
    /// A sale was put aside.
    SaleSuspended(Basket),
    /// A sale was taken up again.
    SaleRecalled(Uuid),
    /// The drawer was opened without a sale.
    DrawerOpened,
    /// A receipt was printed again.
    Reprinted {
        /// Its number.
        receipt: String,
    },
    /// Someone was locked out after wrong PINs.
    LockedOut {
        /// Whose PIN was tried.
        staff: String,
        /// How often in a row.
        tries: u32,
    },
    /// The day's close.
    ShiftClosed(Box<ClosedShift>),
}
