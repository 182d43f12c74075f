//! Snapshots: fetched in pieces if need be, checked, read line by line.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use protocol::{chain::Hash, v1};
use reqwest::StatusCode;
use reqwest::header::CONTENT_RANGE;
use ring::digest::{Context, SHA256};

use crate::link::{Link, LinkError};

/// Bytes of a compressed snapshot.
const SNAPSHOT_BYTES_MAX: u64 = 4 << 30;
/// Bytes of one record.
const LINE_BYTES_MAX: u64 = 1 << 20;
/// Bytes that are read from a file at a time.
const PIECE_BYTES: usize = 256 << 10;

/// Why a snapshot could not be fetched.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SnapshotError {
    #[error(transparent)]
    Link(#[from] LinkError),
    #[error("failed {step}: {cause}")]
    File { step: &'static str, cause: std::io::Error },
    #[error("the snapshot has {0} bytes, which is over the limit")]
    TooLarge(u64),
    #[error("the bytes that came are not the snapshot that was announced")]
    OtherBytes,
}

fn during(step: &'static str) -> impl Fn(std::io::Error) -> SnapshotError {
    move |cause| SnapshotError::File { step, cause }
}

/// Fetches a snapshot into a file named by its content. A part that lies there from before, even of an earlier run, is
/// continued. Parts of other snapshots of the scope are removed.
pub(crate) async fn fetch(
    link: &Link,
    scope: &str,
    incoming: &Path,
    info: &v1::SnapshotInfo,
) -> Result<PathBuf, SnapshotError> {
    if info.bytes > SNAPSHOT_BYTES_MAX {
        return Err(SnapshotError::TooLarge(info.bytes));
    }
    std::fs::create_dir_all(incoming).map_err(during("making the folder for snapshots"))?;
    let name = format!("{scope}.{}.zst", info.sha256);
    remove_others(incoming, scope, &name);
    let path = incoming.join(name);
    let mut file =
        File::options().create(true).append(true).open(&path).map_err(during("opening the part of a snapshot"))?;
    let length = || std::fs::metadata(&path).map(|found| found.len()).map_err(during("reading the part of a snapshot"));
    if length()? < info.bytes {
        let received = receive(link, info, &mut file, length()?).await;
        if let Err(SnapshotError::File { .. }) = &received {
            // The disk is full or failing; the till needs the room more than this part does.
            discard(&path);
        }
        received?;
    }
    let checked = path.clone();
    let sum = tokio::task::spawn_blocking(move || sha256(&checked))
        .await
        .map_err(|gone| during("checking a snapshot")(gone.into()))?
        .map_err(during("checking a snapshot"))?;
    if sum != info.sha256 || length()? != info.bytes {
        discard(&path);
        return Err(SnapshotError::OtherBytes);
    }
    Ok(path)
}

/// The records of a fetched snapshot. The last item is an error when their number is not the announced one.
pub(crate) fn lines(path: &Path, info: &v1::SnapshotInfo) -> impl Iterator<Item = Result<v1::Change, String>> {
    let opened = File::open(path).and_then(zstd::Decoder::new);
    let (mut reader, mut failed) = match opened {
        Ok(decoder) => (Some(BufReader::with_capacity(PIECE_BYTES, decoder)), None),
        Err(error) => (None, Some(error.to_string())),
    };
    let announced = info.records;
    let mut count = 0;
    let mut line = Vec::new();
    std::iter::from_fn(move || {
        if let Some(error) = failed.take() {
            return Some(Err(error));
        }
        line.clear();
        let read = reader.as_mut()?.take(LINE_BYTES_MAX).read_until(b'\n', &mut line);
        let change = match read {
            Ok(0) if count == announced => return None,
            Ok(0) => Err(format!("there are {count} records of {announced}")),
            Ok(_) => serde_json::from_slice(&line).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        count += 1;
        if change.is_err() {
            reader = None;
        }
        Some(change)
    })
}

/// Removes a file that is no longer needed; one that stays is removed with the next snapshot.
pub(crate) fn discard(path: &Path) {
    if let Err(error) = std::fs::remove_file(path) {
        tracing::warn!(%error, "a snapshot could not be removed");
    }
}

async fn receive(link: &Link, info: &v1::SnapshotInfo, file: &mut File, have: u64) -> Result<(), SnapshotError> {
    let path = format!("/v1/snapshots/{}", info.sha256);
    let mut response = link.bytes_from(&path, have).await?;
    let begins_at = format!("bytes {have}-");
    let continued = response.status() == StatusCode::PARTIAL_CONTENT
        && response
            .headers()
            .get(CONTENT_RANGE)
            .and_then(|range| range.to_str().ok())
            .is_some_and(|range| range.starts_with(&begins_at));
    let mut length = have;
    if have > 0 && !continued {
        file.set_len(0).map_err(during("starting a snapshot again"))?;
        length = 0;
    }
    tracing::info!(from = length, of = info.bytes, "fetching a snapshot");
    loop {
        let chunk = response.chunk().await.map_err(|error| LinkError::Away(error.without_url().to_string()))?;
        let Some(chunk) = chunk else {
            return Ok(());
        };
        length += chunk.len() as u64;
        if length > info.bytes {
            return Err(SnapshotError::TooLarge(length));
        }
        file.write_all(&chunk).map_err(during("writing a snapshot"))?;
    }
}

fn remove_others(incoming: &Path, scope: &str, name: &str) {
    let Ok(entries) = std::fs::read_dir(incoming) else {
        return;
    };
    for entry in entries.flatten() {
        let found = entry.file_name();
        let found = found.to_string_lossy();
        if found.starts_with(&format!("{scope}.")) && found != name {
            discard(&entry.path());
        }
    }
}

fn sha256(path: &Path) -> std::io::Result<Hash> {
    let mut file = File::open(path)?;
    let mut context = Context::new(&SHA256);
    let mut piece = vec![0; PIECE_BYTES];
    loop {
        match file.read(&mut piece)? {
            0 => break,
            read => context.update(&piece[..read]),
        }
    }
    let sum = context.finish();
    Ok(Hash(sum.as_ref().try_into().expect("SHA-256 gives 32 bytes")))
}
