//! What a device on the counter can do.
//!
//! One trait for each class of device, with its capabilities as data, its status, and its errors. This crate
//! says nothing about wires, makes or models: those are drivers, and a driver's author needs only this crate
//! (and [`domain::receipt`] for a printer).
//!
//! # The rules of a driver
//!
//! - **Blocking, but briefly.** A method that waits takes the time it may wait, at most [`WAIT_MAX`], so that
//!   the thread that owns the device can always be told to stop. Nothing here is async.
//! - **One owner.** A device belongs to one thread; no trait asks for `Sync`.
//! - **A fault of operation is a value.** No paper, an open cover, an unreadable code, a pulled cable: each is
//!   a status or an error with a kind, never a panic.
//! - **Status is not an error.** What a device tells of itself comes apart from what it failed to do.
//! - **Everything has a limit**: the length of a scan, the size of a job, the time of a wait.
//!
//! # A driver in full
//!
//! ```
//! use std::time::Duration;
//! use hal::{DeviceError, Reading, Scan, Scanner, ScannerCapabilities};
//!
//! /// A scanner that is a list.
//! struct Listed { codes: Vec<String>, capabilities: ScannerCapabilities }
//!
//! impl Scanner for Listed {
//!     fn capabilities(&self) -> &ScannerCapabilities {
//!         &self.capabilities
//!     }
//!
//!     fn next(&mut self, _wait: Duration) -> Result<Option<Reading>, DeviceError> {
//!         Ok(self.codes.pop().map(|data| Reading::Scan(Scan { symbology: None, data })))
//!     }
//! }
//!
//! let capabilities = ScannerCapabilities { names_symbology: false, scan_bytes_max: 4096 };
//! let mut scanner = Listed { codes: vec!["6901234567892".into()], capabilities };
//! assert!(scanner.next(hal::WAIT_MAX)?.is_some());
//! assert_eq!(scanner.next(hal::WAIT_MAX)?, None);
//! # Ok::<(), DeviceError>(())
//! ```
//!
//! Reconnecting is nobody's business here: when a method gives [`DeviceError::Unplugged`] the object is spent
//! and its owner makes a new one.

mod display;
mod drawer;
mod health;
mod indicator;
mod payment;
mod printer;
mod scale;
mod scanner;

pub use display::{AmountKind, DisplayAmount, DisplayCapabilities, DisplayFace, LineDisplay};
pub use drawer::{Drawer, DrawerCapabilities};
pub use health::{DeviceClass, DeviceError, Health, Identity, WAIT_MAX};
pub use indicator::{ButtonMoved, Indicator, IndicatorCapabilities, Light};
pub use payment::{
    PaymentCapabilities, PaymentCode, PaymentOrder, PaymentPort, PaymentReply, PaymentSays, RefundOrder,
};
pub use printer::{
    Completion, Interruption, JobId, Link, Mark, Paper, PrintJob, Printer, PrinterCapabilities, PrinterEvent,
    PrinterFault, PrinterStatus,
};
pub use scale::{MILLIGRAMS_PER_GRAM, Scale, ScaleCapabilities, Weighing, Weight};
pub use scanner::{Reading, Scan, Scanner, ScannerCapabilities, Symbology, Unreadable};

/// Pins and delays as every board offers them; the version that drivers must agree on.
pub use embedded_hal;
