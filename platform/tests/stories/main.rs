//! What the platform promises, told through its doors: its databases, its HTTPS, its imports.

mod catalogue;
mod contract;
mod database;
mod grants;
mod http;
mod imports;
mod odd_events;
mod office;
mod payments;
mod phone;
mod properties;
mod stock;
mod till;
