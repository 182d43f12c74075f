//! Snapshots: all living records of a scope in one zstd file, named by the SHA-256 of its bytes.
//!
//! Made when somebody asks and the newest is too far behind, one at a time, in bounded memory.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use protocol::chain::Hash;
use protocol::v1::SnapshotInfo;
use ring::digest::{Context, SHA256};
use tokio::sync::{Mutex, mpsc};

use crate::store::{CHANGES_BEHIND_MAX, Export, Store, StoreError};

/// Changes that a snapshot may be behind: far less than [`CHANGES_BEHIND_MAX`], so that changes can follow it.
pub const SNAPSHOT_BEHIND_MAX: u64 = CHANGES_BEHIND_MAX / 4;
/// Longest wait for a snapshot within a request, well below the silence that an agent takes for a dead platform; the
/// snapshot is made to the end all the same.
const WAIT_MAX: Duration = Duration::from_secs(10);
/// Pieces of an export that wait for the file.
const PIECES_MAX: usize = 4;

/// Why there is no snapshot.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file could not be written.
    #[error("failed {step}: {source}")]
    Io {
        /// What was being done.
        step: &'static str,
        /// What the system said.
        source: io::Error,
    },
}

/// The files of all snapshots.
#[derive(Clone, Debug)]
pub struct Snapshots {
    dir: PathBuf,
    making: Arc<Mutex<()>>,
}

impl Snapshots {
    /// Keeps them in a folder, which is made.
    pub fn open(dir: PathBuf) -> io::Result<Snapshots> {
        std::fs::create_dir_all(&dir)?;
        // What a power cut left half written.
        for entry in std::fs::read_dir(&dir)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "part") {
                std::fs::remove_file(path)?;
            }
        }
        Ok(Snapshots { dir, making: Arc::new(Mutex::new(())) })
    }

    /// The file of a snapshot, whether it is there or not.
    pub fn file(&self, sha256: Hash) -> PathBuf {
        self.dir.join(format!("{sha256}.zst"))
    }

    /// A snapshot that changes can follow; `None` when it is still being made.
    pub async fn of(&self, store: &Arc<dyn Store>, scope: &str) -> Result<Option<SnapshotInfo>, SnapshotError> {
        let (this, store, scope) = (self.clone(), store.clone(), scope.to_owned());
        let making = tokio::spawn(async move {
            let _alone = this.making.lock().await;
            match this.fresh(&store, &scope).await? {
                Some(info) => Ok(info),
                None => this.make(store, &scope).await,
            }
        });
        match tokio::time::timeout(WAIT_MAX, making).await {
            Err(_) => Ok(None),
            Ok(Ok(made)) => made.map(Some),
            Ok(Err(error)) => Err(io_step("making a snapshot")(io::Error::other(error))),
        }
    }

    async fn fresh(&self, store: &Arc<dyn Store>, scope: &str) -> Result<Option<SnapshotInfo>, SnapshotError> {
        let Some(info) = store.snapshot(scope).await? else {
            return Ok(None);
        };
        let head = store.scope_head(scope).await?;
        let behind = head.checked_sub(info.no);
        let whole = std::fs::metadata(self.file(info.sha256)).is_ok_and(|file| file.len() == info.bytes);
        Ok((whole && behind.is_some_and(|behind| behind <= SNAPSHOT_BEHIND_MAX)).then_some(info))
    }

    async fn make(&self, store: Arc<dyn Store>, scope: &str) -> Result<SnapshotInfo, SnapshotError> {
        let (sink, pieces) = mpsc::channel(PIECES_MAX);
        let part = Part(self.dir.join(format!("{}.part", uuid::Uuid::now_v7())));
        let writing = tokio::task::spawn_blocking(move || write(part, pieces));
        let exported = store.export(scope, sink).await;
        let written = writing.await.map_err(|error| io_step("writing a snapshot")(io::Error::other(error)))?;
        exported?;
        let (part, info) = written?;
        std::fs::rename(&part.0, self.file(info.sha256)).map_err(io_step("naming a snapshot"))?;
        for dropped in store.add_snapshot(scope, &info).await? {
            // A file that stays behind costs room and nothing else.
            let _ = std::fs::remove_file(self.file(dropped));
        }
        tracing::info!(scope, no = info.no, records = info.records, bytes = info.bytes, "snapshot made");
        Ok(info)
    }
}

/// A file whose name says that it is not whole yet. It goes when nobody has renamed it: on a full disk it would take
/// the room that the database needs.
struct Part(PathBuf);

impl Drop for Part {
    fn drop(&mut self) {
        // Gone already when the snapshot was made.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Writes the pieces of an export to a file.
fn write(part: Part, mut pieces: mpsc::Receiver<Export>) -> Result<(Part, SnapshotInfo), SnapshotError> {
    let step = io_step("writing a snapshot");
    let mut info = SnapshotInfo { no: 0, sha256: Hash([0; 32]), bytes: 0, records: 0 };
    let mut run = || -> io::Result<()> {
        let hashing = Hashing {
            file: BufWriter::with_capacity(1 << 16, std::fs::File::create(&part.0)?),
            context: Context::new(&SHA256),
            bytes: 0,
        };
        let mut encoder = zstd::stream::write::Encoder::new(hashing, zstd::DEFAULT_COMPRESSION_LEVEL)?;
        while let Some(piece) = pieces.blocking_recv() {
            match piece {
                Export::Head(no) => info.no = no,
                Export::Bodies(bodies) => {
                    info.records += bodies.len() as u64;
                    for body in &bodies {
                        writeln!(encoder, "{{\"no\":{},\"record\":{body}}}", info.no)?;
                    }
                }
            }
        }
        let mut hashing = encoder.finish()?;
        hashing.file.flush()?;
        hashing.file.get_ref().sync_all()?;
        info.bytes = hashing.bytes;
        let digest = hashing.context.finish();
        info.sha256 = Hash(digest.as_ref().try_into().expect("SHA-256 gives 32 bytes"));
        Ok(())
    };
    run().map_err(step)?;
    Ok((part, info))
}

fn io_step(step: &'static str) -> impl Fn(io::Error) -> SnapshotError {
    move |source| SnapshotError::Io { step, source }
}

struct Hashing {
    file: BufWriter<std::fs::File>,
    context: Context,
    bytes: u64,
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.context.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
