//! Carries the till's events to the platform and the catalogue back.
//!
//! A process of its own beside the till. It reads the till's journal and owns the replica; everything that it must know
//! after a crash stands in the replica, so it may be killed at any point. It must never change or skip an event, and
//! never be on the path of a sale.

mod backoff;
mod download;
mod enrol;
mod keeper;
mod link;
mod log;
mod pictures;
mod shell;
mod status;
mod upload;

pub use enrol::{EnrolError, Enrolment, enrol};
pub use link::LinkError;
pub use log::start_log;
pub use shell::{RunError, run};
pub use status::{Status, status};

/// Name and version of this program, as told to the platform.
pub const PROGRAM: &str = concat!("sync-agent ", env!("CARGO_PKG_VERSION"));

/// Chooses the one TLS implementation; to be called once before anything else.
pub fn install_tls() {
    // Fails only when it was done before.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// The till's clock.
fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}
