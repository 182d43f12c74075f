//! A display of its own: Xvfb, so that the real window runs where nobody sits.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::part::{Part, tail};

/// How long it may take to open.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running display.
pub struct Display {
    _server: Part,
    /// Its name for `DISPLAY`, e.g. `:99`.
    pub name: String,
}

impl Display {
    /// Opens one with a screen of that size, with its log in `folder`. It picks a free number and tells it.
    pub fn open(width: u32, height: u32, folder: &Path) -> Result<Display> {
        let log = folder.join(format!("display-{width}x{height}.log"));
        let mut command = Command::new("Xvfb");
        command.args(["-displayfd", "1", "-nolisten", "tcp", "-screen", "0"]).arg(format!("{width}x{height}x24"));
        let mut server = Part::start("Xvfb", &mut command, &log)?;
        let until = Instant::now() + PATIENCE;
        loop {
            let told = fs::read_to_string(&log).unwrap_or_default();
            // The number is whole once its line is ended; warnings may stand around it.
            let whole = told.rsplit_once('\n').map_or("", |(whole, _)| whole);
            if let Some(number) = whole.lines().find_map(|line| line.trim().parse::<u32>().ok()) {
                return Ok(Display { _server: server, name: format!(":{number}") });
            }
            server.check()?;
            if Instant::now() > until {
                bail!("Xvfb did not open a display within {PATIENCE:?}:\n{}", tail(&log));
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}
