//! Parsers under bytes that nobody meant: what a scanner sends, what stands on a receipt, what a person writes.
//!
//! Each module is one target: `read` takes any bytes, must never panic, and asserts what holds for whatever was read. The
//! same functions run for long under libFuzzer (`./x fuzz`) and for a moment in the till's tests.

pub mod aisle;
pub mod barcode;
pub mod display;
pub mod frame;
pub mod hid;
pub mod printer;
pub mod proof;
pub mod provider;
pub mod rule_book;
pub mod scale;
pub mod script;
pub mod wedge;
pub mod zvt;
