//! The program on the till.
//!
//! [`engine`] decides and is pure; [`present`] turns what it knows into a screen and [`paper`] into documents, also
//! pure; [`shell`] does everything that touches the world: threads, devices, journal, window. [`script`] plays stories
//! through the same engine on a real journal and prints what a shopkeeper would see.
//!
//! The crate never waits for a network: what it needs of the platform stands in the replica, what it owes it in the
//! journal, and another process carries both.

pub mod doctor;
pub mod engine;
pub mod kiosk;
mod notation;
pub mod paper;
pub mod present;
pub mod pricing;
pub mod script;
pub mod shell;
pub mod stock;
pub mod tools;
