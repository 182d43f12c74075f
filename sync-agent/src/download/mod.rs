//! Downloading one scope: a snapshot when there is nothing, or nothing recent enough; then changes.

pub(crate) mod snapshot;

use std::path::PathBuf;
use std::time::Duration;

use journal::JournalError;
use protocol::v1::{self, ProblemKind};

use self::snapshot::SnapshotError;
use crate::backoff::{Backoff, chance};
use crate::keeper::Keeper;
use crate::link::{Link, LinkError};

/// How often the platform is asked for changes.
const ASK_EVERY: Duration = Duration::from_secs(3);

/// How long to wait for a person to make room on the disk.
const ROOM_WAIT: Duration = Duration::from_secs(60);

/// Follows one scope.
pub(crate) struct Downloader {
    pub(crate) scope: String,
    /// Where partial files lie.
    pub(crate) incoming: PathBuf,
    pub(crate) link: Link,
    pub(crate) keeper: Keeper,
}

#[derive(Debug, thiserror::Error)]
enum DownloadError {
    #[error(transparent)]
    Link(#[from] LinkError),
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    #[error(transparent)]
    Replica(#[from] JournalError),
    #[error("the platform's changes of {0} lead nowhere")]
    NoProgress(String),
}

impl Downloader {
    /// Never ends.
    pub(crate) async fn run(self) {
        let mut backoff = Backoff::default();
        loop {
            let pause = match self.step().await {
                Ok(pause) => {
                    backoff.reset();
                    self.keeper.contact(&self.scope, true, None);
                    pause
                }
                Err(error) => {
                    let (answered, asked) = match &error {
                        DownloadError::Link(error) | DownloadError::Snapshot(SnapshotError::Link(error)) => {
                            (error.answered(), error.retry_after())
                        }
                        DownloadError::Snapshot(SnapshotError::File { .. })
                        | DownloadError::Replica(JournalError::DiskFull { .. }) => (false, Some(ROOM_WAIT)),
                        _otherwise => (false, None),
                    };
                    let told = format!("The catalogue ({}): {error}", self.scope);
                    self.keeper.contact(&self.scope, answered, Some(told));
                    backoff.wait(chance(), asked)
                }
            };
            if !pause.is_zero() {
                tokio::time::sleep(pause).await;
            }
        }
    }

    /// Takes one snapshot or one answer of changes; gives the time to wait before the next.
    async fn step(&self) -> Result<Duration, DownloadError> {
        let Some(version) = self.keeper.version(&self.scope).await? else {
            self.take_snapshot().await?;
            return Ok(Duration::ZERO);
        };
        let path = format!("/v1/scopes/{}/changes?after={version}&limit={}", self.scope, v1::CHANGES_MAX);
        let changes: v1::Changes = match self.link.get(&path).await {
            Ok(changes) => changes,
            Err(error) if error.kind() == Some(ProblemKind::Gone) => {
                tracing::info!(scope = self.scope, version, "the changes are gone");
                self.take_snapshot().await?;
                return Ok(ASK_EVERY);
            }
            Err(error) => return Err(error.into()),
        };
        let (next, head) = (changes.next, changes.head);
        if next == version && head == version {
            return Ok(ASK_EVERY.mul_f64(0.75 + chance() / 2.0));
        }
        if next <= version {
            return Err(DownloadError::NoProgress(self.scope.clone()));
        }
        let count = changes.changes.len();
        self.keeper.apply(&self.scope, changes).await?;
        tracing::info!(scope = self.scope, count, next, "changes applied");
        Ok(match next < head {
            true => Duration::ZERO,
            false => ASK_EVERY,
        })
    }

    async fn take_snapshot(&self) -> Result<(), DownloadError> {
        let path = format!("/v1/scopes/{}/snapshot", self.scope);
        let info: v1::SnapshotInfo = self.link.get(&path).await?;
        let file = snapshot::fetch(&self.link, &self.scope, &self.incoming, &info).await?;
        let stored = self.keeper.replace(&self.scope, &info, file.clone()).await;
        // On a full disk the till needs the room more than the next try needs the file.
        if let Err(JournalError::BadChange { .. } | JournalError::DiskFull { .. }) = &stored {
            snapshot::discard(&file);
        }
        let records = stored?;
        tracing::info!(scope = self.scope, records, no = info.no, "snapshot stored");
        snapshot::discard(&file);
        Ok(())
    }
}
