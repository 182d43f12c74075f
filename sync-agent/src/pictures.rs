//! Pictures of goods: those that the catalogue names and that are not here yet are fetched, one after the other and with
//! pauses, so that nothing else waits for them. A picture that is missing keeps nobody from selling.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use journal::{JournalError, Replica, Versions};
use protocol::chain::Hash;
use protocol::v1::{PICTURE_BYTES_MAX, ProblemKind};

use crate::backoff::{Backoff, chance};
use crate::link::{Link, LinkError};

/// The folder within the state directory.
const FOLDER: &str = "pictures";
/// Pictures that are kept; those of favourites come first.
const PICTURES_MAX: usize = 20_000;
/// Bytes of all pictures together.
const BYTES_MAX: u64 = 512 << 20;
/// How often it is looked whether the catalogue names others.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Between two fetches.
const PAUSE: Duration = Duration::from_millis(40);
/// How long to wait for a person to make room on the disk.
const ROOM_WAIT: Duration = Duration::from_secs(300);

/// Keeps the folder of pictures as the catalogue wants it.
pub(crate) struct Pictures {
    folder: PathBuf,
    state: PathBuf,
    link: Link,
    /// The catalogue whose pictures are all here, as far as the platform has them.
    done: Option<Versions>,
    /// What the platform does not have.
    unknown: BTreeSet<[u8; 32]>,
}

#[derive(Debug, thiserror::Error)]
enum PictureError {
    #[error(transparent)]
    Link(#[from] LinkError),
    #[error(transparent)]
    Replica(#[from] JournalError),
    #[error("failed {step}: {cause}")]
    File { step: &'static str, cause: std::io::Error },
    #[error("the bytes that came are not picture {0}")]
    OtherBytes(Hash),
}

fn during(step: &'static str) -> impl Fn(std::io::Error) -> PictureError {
    move |cause| PictureError::File { step, cause }
}

/// What there is to do.
struct Wanted {
    versions: Versions,
    missing: Vec<Hash>,
    /// Bytes of what is here.
    bytes: u64,
}

impl Pictures {
    pub(crate) fn of(state: &Path, link: Link) -> Pictures {
        Pictures { folder: state.join(FOLDER), state: state.to_owned(), link, done: None, unknown: BTreeSet::new() }
    }

    /// Never ends.
    pub(crate) async fn run(mut self) {
        let mut backoff = Backoff::default();
        loop {
            let pause = match self.round().await {
                Ok(()) => {
                    backoff.reset();
                    LOOK_EVERY
                }
                Err(error) => {
                    tracing::info!(%error, "pictures of goods wait");
                    let asked = match &error {
                        PictureError::Link(error) => error.retry_after(),
                        PictureError::File { .. } => Some(ROOM_WAIT),
                        PictureError::Replica(_) | PictureError::OtherBytes(_) => None,
                    };
                    LOOK_EVERY + backoff.wait(chance(), asked)
                }
            };
            tokio::time::sleep(pause).await;
        }
    }

    /// Fetches what is missing; nothing when the catalogue is that of the last time.
    async fn round(&mut self) -> Result<(), PictureError> {
        let (state, folder, done) = (self.state.clone(), self.folder.clone(), self.done);
        let looked = tokio::task::spawn_blocking(move || look(&state, &folder, done)).await;
        let wanted = looked.map_err(|gone| during("looking at the pictures")(gone.into()))??;
        let Some(Wanted { versions, missing, mut bytes }) = wanted else { return Ok(()) };
        let mut fetched = 0_u64;
        for hash in missing {
            if bytes >= BYTES_MAX {
                tracing::warn!(bytes, "no more pictures are kept");
                break;
            }
            if self.unknown.contains(&hash.0) {
                continue;
            }
            match self.fetch(hash).await {
                Ok(file) => {
                    bytes += file.len() as u64;
                    fetched += 1;
                    let path = self.folder.join(format!("{hash}.png"));
                    let kept = tokio::task::spawn_blocking(move || keep(&path, &file)).await;
                    kept.map_err(|gone| during("keeping a picture")(gone.into()))??;
                }
                Err(PictureError::Link(error)) if error.kind() == Some(ProblemKind::NotFound) => {
                    tracing::warn!(%hash, "the platform does not have a picture");
                    self.unknown.insert(hash.0);
                }
                Err(error) => return Err(error),
            }
            tokio::time::sleep(PAUSE).await;
        }
        if fetched > 0 {
            tracing::info!(fetched, "pictures of goods fetched");
        }
        self.done = Some(versions);
        Ok(())
    }

    async fn fetch(&self, hash: Hash) -> Result<Vec<u8>, PictureError> {
        let mut response = self.link.bytes_from(&format!("/v1/pictures/{hash}"), 0).await?;
        let mut file = Vec::new();
        let away = |error: reqwest::Error| LinkError::Away(error.without_url().to_string());
        while let Some(chunk) = response.chunk().await.map_err(away)? {
            if file.len() + chunk.len() > PICTURE_BYTES_MAX {
                return Err(PictureError::OtherBytes(hash));
            }
            file.extend_from_slice(&chunk);
        }
        if Hash::of(&file) == hash { Ok(file) } else { Err(PictureError::OtherBytes(hash)) }
    }
}

/// What is missing of the pictures that the catalogue names; what it no longer names is removed. Nothing when the
/// catalogue is the one that was done.
fn look(state: &Path, folder: &Path, done: Option<Versions>) -> Result<Option<Wanted>, PictureError> {
    let Some(replica) = Replica::open(state)? else { return Ok(None) };
    let versions = replica.versions()?;
    if done == Some(versions) {
        return Ok(None);
    }
    let wanted = replica.pictures(PICTURES_MAX)?;
    if wanted.is_empty() && !folder.exists() {
        return Ok(None);
    }
    fs::create_dir_all(folder).map_err(during("making the folder of pictures"))?;
    let names: BTreeSet<String> = wanted.iter().map(|hash| format!("{hash}.png")).collect();
    let (mut here, mut bytes) = (BTreeSet::new(), 0);
    for entry in fs::read_dir(folder).map_err(during("listing the pictures"))?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if names.contains(&name) {
            bytes += entry.metadata().map_or(0, |found| found.len());
            here.insert(name);
        } else if let Err(error) = fs::remove_file(entry.path()) {
            tracing::warn!(%error, name, "a picture could not be removed");
        }
    }
    let missing = wanted.into_iter().filter(|hash| !here.contains(&format!("{hash}.png"))).collect();
    Ok(Some(Wanted { versions, missing, bytes }))
}

/// A file has its name only when it is whole.
fn keep(path: &Path, file: &[u8]) -> Result<(), PictureError> {
    let part = path.with_extension("part");
    let written = fs::File::create(&part).and_then(|mut opened| {
        opened.write_all(file)?;
        opened.sync_all()
    });
    let renamed = written.and_then(|()| fs::rename(&part, path));
    renamed.map_err(|cause| {
        // On a full disk the till needs the room more.
        let _ = fs::remove_file(&part);
        during("keeping a picture")(cause)
    })
}
