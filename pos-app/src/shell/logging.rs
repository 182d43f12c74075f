//! The till's log: structured lines in files that turn over by the day and never fill the disk.

use std::path::Path;

use tracing_appender::non_blocking::WorkerGuard;
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::EnvFilter;

/// Days that are kept.
const FILES_MAX: usize = 14;

/// Starts the log in `DIR/log`; without one when the directory cannot be written. `GUITAI_LOG` chooses what is logged.
pub(super) fn start(state: &Path) -> Option<WorkerGuard> {
    // The appender complains about a folder that it is going to make by itself.
    let folder = state.join("log");
    let _ = std::fs::create_dir_all(&folder);
    let appender = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("till")
        .filename_suffix("log")
        .max_log_files(FILES_MAX)
        .build(folder)
        .inspect_err(|error| eprintln!("failed opening the log: {error}; the till works without one"))
        .ok()?;
    let (writer, guard) = tracing_appender::non_blocking(appender);
    let filter = EnvFilter::try_from_env("GUITAI_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    // A second till in one process (tests) keeps the first one's log.
    let started = tracing_subscriber::fmt().json().with_writer(writer).with_env_filter(filter).try_init();
    started.is_ok().then(|| {
        log_panics();
        guard
    })
}

/// A fault that stops a thread stands in the log as well as on the terminal.
fn log_panics() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let thread = std::thread::current().name().unwrap_or("?").to_owned();
        tracing::error!(%thread, "{panic}");
        before(panic);
    }));
}
