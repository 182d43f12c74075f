//! Scanners that send each code as bytes with a suffix, over a serial line or a USB port that acts as one.

mod codec;
mod config;
mod driver;

pub use codec::{Framing, ScanCodec, Suffix};
pub use config::SerialScannerConfig;
pub use driver::SerialScanner;
