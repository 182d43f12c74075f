//! Bodies in and out: zstd, JSON, limits.

use std::io::Read;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::v1::ProblemKind;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Fault;

/// Bytes that framing may add to a body that does not compress.
const FRAMING_BYTES_MAX: usize = 4096;
/// Memory (as a power of two) that a compressed body may ask of its reader.
const WINDOW_LOG_MAX: u32 = 23;
/// Answers smaller than this are not worth compressing.
const COMPRESSED_BYTES_MIN: usize = 1024;

/// Reads a body and expands it; neither may be larger than `limit`.
pub async fn read(headers: &HeaderMap, body: Body, limit: usize) -> Result<Vec<u8>, Fault> {
    let said = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    if said.is_some_and(|said: usize| said > limit + FRAMING_BYTES_MAX) {
        return Err(too_large(limit));
    }
    let bytes = to_bytes(body, limit + FRAMING_BYTES_MAX).await.map_err(|error| {
        if error.to_string().contains("length limit") {
            too_large(limit)
        } else {
            Fault::malformed("the body broke off")
        }
    })?;
    match headers.get(header::CONTENT_ENCODING).map(HeaderValue::as_bytes) {
        None | Some(b"identity") => {
            if bytes.len() > limit {
                return Err(too_large(limit));
            }
            Ok(bytes.into())
        }
        Some(b"zstd") => expand(&bytes, limit),
        Some(_) => Err(Fault::malformed("a body is encoded with zstd or not at all")),
    }
}

/// Reads a small message.
pub async fn read_json<T: DeserializeOwned>(headers: &HeaderMap, body: Body, limit: usize) -> Result<T, Fault> {
    let bytes = read(headers, body, limit).await?;
    serde_json::from_slice(&bytes)
        .map_err(|error| Fault::malformed(format!("the message is not what version 1 defines: {error}")))
}

/// Answers with JSON, compressed when the client takes that and it is worth it.
pub fn json<T: Serialize>(headers: &HeaderMap, message: &T) -> Response {
    let bytes = serde_json::to_vec(message).expect("a message of the protocol is JSON");
    let takes_zstd = headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|coding| coding.split(';').next().is_some_and(|coding| coding.trim() == "zstd"));
    let compressed = (takes_zstd && bytes.len() >= COMPRESSED_BYTES_MIN)
        .then(|| zstd::bulk::compress(&bytes, zstd::DEFAULT_COMPRESSION_LEVEL).ok())
        .flatten();
    let encoded = compressed.is_some();
    let mut response = (StatusCode::OK, compressed.unwrap_or(bytes)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if encoded {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("zstd"));
    }
    response
}

/// Expands as far as the limit and not a byte further, whatever the frame promises.
fn expand(bytes: &[u8], limit: usize) -> Result<Vec<u8>, Fault> {
    let broken = |_| Fault::malformed("the body is not zstd");
    let mut decoder = zstd::stream::read::Decoder::with_buffer(bytes).map_err(broken)?;
    decoder.window_log_max(WINDOW_LOG_MAX).map_err(broken)?;
    let mut expanded = Vec::with_capacity(bytes.len().saturating_mul(4).min(limit));
    decoder.take(limit as u64 + 1).read_to_end(&mut expanded).map_err(broken)?;
    if expanded.len() > limit {
        return Err(too_large(limit));
    }
    Ok(expanded)
}

fn too_large(limit: usize) -> Fault {
    Fault::new(
        ProblemKind::TooLarge,
        format!("this message has at most {limit} bytes before compression; send less at a time"),
    )
}
