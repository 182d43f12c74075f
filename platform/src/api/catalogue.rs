//! `GET /v1/scopes/{scope}/changes`, `/snapshot`, `GET /v1/snapshots/{sha256}` and `GET /v1/pictures/{sha256}`.

use std::io::SeekFrom;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use protocol::chain::Hash;
use protocol::v1::{CHANGES_MAX, ProblemKind};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use super::{Fault, Platform, auth, body};
use crate::snapshot::SnapshotError;
use crate::store::{ChangePage, Terminal};

/// Changes in one answer when the client does not say.
const CHANGES_USUAL: usize = 1000;
/// Bytes of a snapshot that are in memory at a time.
const CHUNK_BYTES: u64 = 64 << 10;

/// A name within an address.
type Segment = Result<Path<String>, PathRejection>;

/// Which changes.
#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    after: u64,
    limit: Option<usize>,
}

#[derive(Serialize)]
struct ChangesOut {
    changes: Vec<ChangeOut>,
    next: u64,
    head: u64,
}

#[derive(Serialize)]
struct ChangeOut {
    no: u64,
    record: Box<RawValue>,
}

/// Changes after a number.
pub async fn changes(
    State(platform): State<Arc<Platform>>,
    scope: Segment,
    wanted: Result<Query<Wanted>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let terminal = auth::terminal(&platform, &headers).await?;
    let scope = named(scope)?;
    may_read(&terminal, &scope)?;
    let Query(wanted) = wanted.map_err(|error| Fault::malformed(error.to_string()))?;
    if i64::try_from(wanted.after).is_err() {
        return Err(Fault::malformed("there is no change of that number"));
    }
    let limit = wanted.limit.unwrap_or(CHANGES_USUAL).clamp(1, CHANGES_MAX);
    match platform.store.changes(&scope, wanted.after, limit).await? {
        ChangePage::Gone { head } => Err(Fault::new(
            ProblemKind::Gone,
            format!("the scope is at {head}; take a snapshot, then the changes after it"),
        )),
        ChangePage::Page { rows, head } => {
            let next = rows.last().map_or(wanted.after, |(no, _)| *no);
            let changes = rows
                .into_iter()
                .map(|(no, body)| ChangeOut {
                    no,
                    record: RawValue::from_string(body).expect("the platform writes JSON"),
                })
                .collect();
            Ok(body::json(&headers, &ChangesOut { changes, next, head }))
        }
    }
}

/// Describes a snapshot that changes can follow.
pub async fn snapshot(
    State(platform): State<Arc<Platform>>,
    scope: Segment,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let terminal = auth::terminal(&platform, &headers).await?;
    let scope = named(scope)?;
    may_read(&terminal, &scope)?;
    match platform.snapshots.of(&platform.store, &scope).await {
        Ok(Some(info)) => Ok(body::json(&headers, &info)),
        Ok(None) => Err(Fault::busy(5)),
        Err(SnapshotError::Store(error)) => Err(error.into()),
        Err(error @ SnapshotError::Io { .. }) => {
            tracing::error!(%error, scope, "no snapshot");
            if let SnapshotError::Io { source, .. } = &error
                && source.kind() == std::io::ErrorKind::StorageFull
            {
                return Err(Fault::full());
            }
            Err(Fault::new(
                ProblemKind::Internal,
                "the platform could not write a snapshot; the operator finds the cause in its log",
            ))
        }
    }
}

/// The bytes of a snapshot, or a range of them.
pub async fn snapshot_bytes(
    State(platform): State<Arc<Platform>>,
    sha256: Segment,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    let terminal = auth::terminal(&platform, &headers).await?;
    let sha256 = Hash::parse(&named(sha256)?).map_err(|_| Fault::not_found())?;
    let scopes = platform.store.snapshot_scopes(sha256).await?;
    if !scopes.iter().any(|scope| may_read(&terminal, scope).is_ok()) {
        return Err(Fault::not_found());
    }
    let mut file = File::open(platform.snapshots.file(sha256)).await.map_err(|_| Fault::not_found())?;
    let length = file.metadata().await.map_err(|_| Fault::not_found())?.len();
    let range = headers.get(header::RANGE).and_then(|value| value.to_str().ok());
    let whole = Response::builder()
        .header(header::CONTENT_TYPE, "application/zstd")
        .header(header::ACCEPT_RANGES, "bytes")
        .header(header::ETAG, format!("\"{sha256}\""));
    let (from, to, response) = match range.map(|range| parse_range(range, length)) {
        None | Some(Range::Whole) => (0, length, whole.status(StatusCode::OK)),
        Some(Range::Part { from, to }) => {
            let said = format!("bytes {from}-{}/{length}", to - 1);
            let part = whole.status(StatusCode::PARTIAL_CONTENT);
            (from, to, part.header(header::CONTENT_RANGE, said))
        }
        Some(Range::Beyond) => {
            let response = Response::builder()
                .status(StatusCode::RANGE_NOT_SATISFIABLE)
                .header(header::CONTENT_RANGE, format!("bytes */{length}"));
            return Ok(response.body(Body::empty()).expect("headers are well-formed"));
        }
    };
    file.seek(SeekFrom::Start(from)).await.map_err(|_| Fault::not_found())?;
    let stream = futures_util::stream::try_unfold((file, to - from), |(mut file, left)| async move {
        if left == 0 {
            return Ok::<_, std::io::Error>(None);
        }
        let mut chunk = vec![0; left.min(CHUNK_BYTES) as usize];
        file.read_exact(&mut chunk).await?;
        let left = left - chunk.len() as u64;
        Ok(Some((Bytes::from(chunk), (file, left))))
    });
    let response = response.header(header::CONTENT_LENGTH, to - from);
    Ok(response.body(Body::from_stream(stream)).expect("headers are well-formed"))
}

/// The file of a picture. Its address is its content, so that it may be kept for ever.
pub async fn picture(
    State(platform): State<Arc<Platform>>,
    sha256: Segment,
    headers: HeaderMap,
) -> Result<Response, Fault> {
    auth::terminal(&platform, &headers).await?;
    let sha256 = Hash::parse(&named(sha256)?).map_err(|_| Fault::not_found())?;
    let file = platform.store.picture(sha256).await?.ok_or_else(Fault::not_found)?;
    let response = Response::builder()
        .header(header::CONTENT_TYPE, "image/png")
        .header(header::CACHE_CONTROL, "private, max-age=31536000, immutable")
        .header(header::CONTENT_LENGTH, file.len());
    Ok(response.body(Body::from(file)).expect("headers are well-formed"))
}

/// A name that cannot be read names nothing.
fn named(segment: Segment) -> Result<String, Fault> {
    segment.map(|Path(name)| name).map_err(|_| Fault::not_found())
}

fn may_read(terminal: &Terminal, scope: &str) -> Result<(), Fault> {
    if scope == "chain" || scope.strip_prefix("store-") == Some(&terminal.store) {
        Ok(())
    } else {
        Err(Fault::not_found())
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Range {
    Whole,
    /// From here up to, not including.
    Part {
        from: u64,
        to: u64,
    },
    Beyond,
}

/// One range of bytes (RFC 9110, section 14); anything else means the whole, as that section allows.
fn parse_range(text: &str, length: u64) -> Range {
    let Some((first, last)) = text.strip_prefix("bytes=").and_then(|range| range.split_once('-')) else {
        return Range::Whole;
    };
    let (from, to) = match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), Ok(last)) if last < first => return Range::Whole,
        (Ok(first), Ok(last)) => (first, last.saturating_add(1).min(length)),
        (Ok(first), Err(_)) if last.is_empty() => (first, length),
        (Err(_), Ok(last)) if first.is_empty() => (length.saturating_sub(last), length),
        _ => return Range::Whole,
    };
    if from >= to {
        return Range::Beyond;
    }
    Range::Part { from, to }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_as_rfc_9110_has_them() {
        for (text, expect) in [
            ("bytes=0-", Range::Part { from: 0, to: 10 }),
            ("bytes=3-4", Range::Part { from: 3, to: 5 }),
            ("bytes=3-400", Range::Part { from: 3, to: 10 }),
            ("bytes=-4", Range::Part { from: 6, to: 10 }),
            ("bytes=10-", Range::Beyond),
            ("bytes=4-3", Range::Whole),
            ("bytes=0-1,3-4", Range::Whole),
            ("lines=0-1", Range::Whole),
        ] {
            assert_eq!(parse_range(text, 10), expect, "{text}");
        }
    }
}
