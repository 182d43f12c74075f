//! What the platform promises, told through its doors: its databases, its HTTPS, its imports.

mod catalogue;
mod contract;
mod database;
mod http;
mod imports;
mod odd_events;
mod properties;
mod till;
