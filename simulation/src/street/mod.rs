//! The street before the shop: seeded shoppers, a cashier who serves them through the till's real doors, and what the
//! street itself counted, so that a third party can say whether till and platform are right.
//!
//! Nothing here computes with the product's code: prices, totals and rounding are counted again, from the shop's own
//! price tags.

mod cashier;
mod count;
mod moment;
mod shopper;
mod till;

pub use cashier::Cashier;
pub use count::{Count, Model, Paid, Sum};
pub use moment::{Around, Incident, Moment, Scans, Served, StreetError, Weighs};
pub use shopper::{Means, Payment, Step, Visit, from_invoices, shoppers};
pub use till::{Till, TillError};
