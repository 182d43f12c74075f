//! The log: a file a day in the state directory, few of them.

use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use tracing_appender::rolling::{InitError, RollingFileAppender, Rotation};
use tracing_subscriber::EnvFilter;

/// Days that are kept.
const FILES_MAX: usize = 7;

/// Starts writing the log to `log/` in the state directory. `GUITAI_LOG` chooses what, as `tracing` filters; without it
/// whatever is worth knowing later.
pub fn start_log(state: &Path) -> Result<(), InitError> {
    // When this fails, so does what follows, and says why.
    let _ = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(state.join("log"));
    let files = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("sync-agent")
        .filename_suffix("log")
        .max_log_files(FILES_MAX)
        .build(state.join("log"))?;
    let filter = EnvFilter::try_from_env("GUITAI_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    // A log that somebody else in this process has started stays.
    let _ = tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(files).try_init();
    Ok(())
}
