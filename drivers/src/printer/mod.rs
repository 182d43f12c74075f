//! Printers of receipts.

pub mod escpos;
