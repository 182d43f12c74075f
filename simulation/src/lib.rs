//! Everything that is not ours: shoppers, peripherals, payment providers, bad networks.

pub mod chance;
pub mod counter;
pub mod network;
pub mod provider;
pub mod shop;
pub mod street;
