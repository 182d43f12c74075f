//! Everything that is not ours: shoppers, peripherals, bad networks.

pub mod chance;
pub mod counter;
pub mod network;
pub mod shop;
pub mod street;
