//! Ctrl-C, asked after between two steps.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result, bail};

/// Whether somebody pressed Ctrl-C.
#[derive(Clone)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Listens from here on.
    pub fn listen() -> Result<Interrupt> {
        let flag = Arc::new(AtomicBool::new(false));
        use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            // A second Ctrl-C ends at once.
            signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(&flag))
                .and_then(|_| signal_hook::flag::register(signal, Arc::clone(&flag)))
                .context("failed listening for Ctrl-C")?;
        }
        Ok(Interrupt(flag))
    }

    /// An error when it was pressed.
    pub fn check(&self) -> Result<()> {
        if self.0.load(Ordering::SeqCst) { bail!("interrupted; the store is closed") } else { Ok(()) }
    }

    /// Ctrl-C reaches the whole store, and whatever fails then fails because of it.
    pub fn behind(&self, error: anyhow::Error) -> anyhow::Error {
        self.check().err().unwrap_or(error)
    }
}
