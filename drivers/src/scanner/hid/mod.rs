//! Scanners of USB's point-of-sale class (HID usage page 8C), read from their hidraw device by what their report descriptor
//! says, so that no layout is assumed.

mod codec;
mod config;
mod descriptor;
mod driver;

pub use codec::{HidCodec, ScanLayout};
pub use config::HidScannerConfig;
pub use descriptor::{DescriptorError, Field, Report, reports};
pub use driver::{HidScanner, ReportSource};
