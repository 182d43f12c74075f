//! What a shop is: money, goods, codes, prices, baskets, tax, tenders, sales, shifts, receipts.
//!
//! Everything here is a pure value or a pure function. The crate never reads a clock, never draws a random number,
//! never does IO, never touches a float and never knows a wire format: time and ids come in by the door.

pub mod aisle;
pub mod barcode;
pub mod basket;
pub mod cash;
pub mod drawer;
pub mod event;
pub mod grant;
pub mod hold;
pub mod item;
pub mod member;
pub mod money;
pub mod payment;
pub mod price;
pub mod promotion;
pub mod proof;
pub mod quantity;
pub mod receipt;
pub mod refund;
pub mod rescan;
pub mod sale;
pub mod shift;
pub mod staff;
pub mod stock;
pub mod store;
pub mod tax;
pub mod tender;
