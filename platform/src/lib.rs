//! The central platform: takes what tills have done, keeps it for ever, posts it to ledgers, and tells tills about
//! goods, members, staff and settings.
//!
//! It must never refuse a completed sale, never change the bytes of an event, and never answer before what it
//! answers for is on the disk. [`serve`] runs it; [`store`] is where it keeps things; everything between the two
//! ([`ingest`], [`ledger`], [`office`], [`snapshot`]) decides without a network.

pub mod api;
pub mod approvals;
pub mod audit;
pub mod bill;
pub mod clock;
pub mod enrolment;
pub mod import;
pub mod ingest;
pub mod ledger;
pub mod metrics;
pub mod office;
pub mod payments;
pub mod phone;
mod picture;
mod serve;
pub mod snapshot;
pub mod stock;
pub mod store;
pub mod tls;

pub use serve::{Config, Running, ServeError, serve};
