//! Scanners that play keyboard, read from their event device with an exclusive grab, so that nothing else types with them.

mod codec;
mod config;
mod driver;
mod events;
mod keymap;

pub use codec::{BURST_KEYS_MIN, KeySuffix, WedgeCodec, WedgeRules, strokes};
pub use config::WedgeScannerConfig;
pub use driver::{KeySource, WedgeScanner};
pub use events::{EVENT_BYTES, EventBytes, InputEvent};
