//! Just enough of a platform, which can be told to behave badly.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path as Segment, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use futures_util::StreamExt;
use protocol::chain::Hash;
use protocol::identity::{SigningKey, batch_message, receipt_message, verify_hex};
use protocol::v1;
use uuid::Uuid;

pub const TERMINAL: Uuid = Uuid::from_u128(0x7e51);

/// What the platform holds, and how badly the network behaves.
pub struct Held {
    pub key: SigningKey,
    pub public_key: String,
    /// Bytes of each event by epoch, and the chain's head.
    pub events: BTreeMap<u32, (Vec<String>, Hash)>,
    pub changes: Vec<v1::Change>,
    /// Changes up to this number are gone.
    pub horizon: u64,
    /// Answers to come that are lost after the batch was taken.
    pub answers_lost: u32,
    /// Requests to come that are refused as busy.
    pub busy: u32,
    /// Pieces of snapshots after which the connection breaks.
    pub breaks: u32,
    /// First bytes that were asked for, of each fetch of a snapshot.
    pub ranges: Vec<u64>,
    pub forked: Option<u32>,
    /// Files of pictures by the name they are asked for.
    pub pictures: BTreeMap<String, Vec<u8>>,
    /// Pictures that were asked for, in order.
    pub pictures_asked: Vec<String>,
}

pub type Platform = Arc<Mutex<Held>>;

pub fn lock(platform: &Platform) -> MutexGuard<'_, Held> {
    platform.lock().unwrap()
}

/// A platform that holds nothing yet.
pub fn new() -> Platform {
    Arc::new(Mutex::new(Held {
        key: SigningKey::generate().unwrap(),
        public_key: String::new(),
        events: BTreeMap::new(),
        changes: vec![],
        horizon: 0,
        answers_lost: 0,
        busy: 0,
        breaks: 0,
        ranges: vec![],
        forked: None,
        pictures: BTreeMap::new(),
        pictures_asked: vec![],
    }))
}

pub fn routes(platform: Platform) -> Router {
    Router::new()
        .route("/v1/enrol", post(enrol))
        .route("/v1/hello", post(hello))
        .route("/v1/events", post(events))
        .route("/v1/scopes/{scope}/snapshot", get(info))
        .route("/v1/snapshots/{sha256}", get(snapshot))
        .route("/v1/scopes/{scope}/changes", get(changes))
        .route("/v1/pictures/{sha256}", get(picture))
        .with_state(platform)
}

fn problem(status: u16, kind: v1::ProblemKind, expected: Option<u64>) -> Response {
    let problem = v1::Problem {
        kind: format!("urn:guitai:{}", kind.word()),
        title: kind.word().to_owned(),
        status,
        detail: format!("told by the test: {}", kind.word()),
        expected,
    };
    let status = StatusCode::from_u16(status).unwrap();
    let headers = [("content-type", "application/problem+json"), ("retry-after", "0")];
    (status, headers, serde_json::to_vec(&problem).unwrap()).into_response()
}

fn json<T: serde::Serialize>(message: &T) -> Response {
    let body = serde_json::to_vec(message).unwrap();
    let body = zstd::bulk::compress(&body, 3).unwrap();
    ([("content-encoding", "zstd")], body).into_response()
}

fn message<T: serde::de::DeserializeOwned>(body: &[u8]) -> T {
    serde_json::from_slice(&zstd::decode_all(body).unwrap()).unwrap()
}

async fn enrol(State(platform): State<Platform>, body: Bytes) -> Response {
    let enrol: v1::Enrol = message(&body);
    if enrol.code != "4711" {
        return problem(403, v1::ProblemKind::BadCode, None);
    }
    let mut held = lock(&platform);
    if held.public_key.is_empty() {
        held.public_key = enrol.public_key.clone();
    }
    if held.public_key != enrol.public_key {
        return problem(403, v1::ProblemKind::BadCode, None);
    }
    if held.answers_lost > 0 {
        held.answers_lost -= 1;
        return StatusCode::BAD_GATEWAY.into_response();
    }
    json(&v1::Enrolled {
        terminal: TERMINAL,
        number: 1,
        store: "s1".to_owned(),
        token: "token".to_owned(),
        platform_key: held.key.public_hex(),
        protocol: 1,
    })
}

async fn hello(State(platform): State<Platform>, headers: HeaderMap, body: Bytes) -> Response {
    let _: v1::Hello = message(&body);
    if headers["authorization"] != "Bearer token" {
        return problem(401, v1::ProblemKind::NotEnrolled, None);
    }
    let held = lock(&platform);
    json(&v1::Welcome {
        protocol: 1,
        clock_ms: 0,
        heads: held.events.keys().map(|epoch| head(&held, *epoch)).collect(),
        credit: 1000,
    })
}

fn head(held: &Held, epoch: u32) -> v1::Head {
    let (events, hash) = &held.events[&epoch];
    v1::Head { epoch, seq: events.len() as u64, hash: *hash }
}

async fn events(State(platform): State<Platform>, body: Bytes) -> Response {
    let batch: v1::Batch = message(&body);
    let mut held = lock(&platform);
    if held.busy > 0 {
        held.busy -= 1;
        return problem(503, v1::ProblemKind::Busy, None);
    }
    if held.forked == Some(batch.epoch) {
        return problem(409, v1::ProblemKind::Fork, None);
    }
    let public_key = held.public_key.clone();
    let genesis = Hash::genesis(TERMINAL, batch.epoch);
    let (stored, tip) = held.events.entry(batch.epoch).or_insert((vec![], genesis));
    if batch.first_seq > stored.len() as u64 + 1 {
        return problem(409, v1::ProblemKind::Gap, Some(stored.len() as u64 + 1));
    }
    let mut hash = batch.prev_hash;
    let mut duplicates = 0;
    for (seq, event) in (batch.first_seq..).zip(&batch.events) {
        hash = hash.then(event.get().as_bytes());
        match stored.get(seq as usize - 1) {
            Some(held) => {
                assert_eq!(held, event.get(), "the same number, other bytes");
                duplicates += 1;
            }
            None => {
                *tip = tip.then(event.get().as_bytes());
                assert_eq!(*tip, hash);
                stored.push(event.get().to_owned());
            }
        }
    }
    let last = batch.first_seq + batch.events.len() as u64 - 1;
    let signed = batch_message(TERMINAL, batch.epoch, batch.first_seq, last, hash);
    assert!(verify_hex(&public_key, &signed, &batch.signature));
    if held.answers_lost > 0 {
        held.answers_lost -= 1;
        return StatusCode::BAD_GATEWAY.into_response();
    }
    let head = head(&held, batch.epoch);
    let receipt = receipt_message(TERMINAL, head.epoch, head.seq, head.hash);
    json(&v1::Taken { head, signature: held.key.sign_hex(&receipt), duplicates, exceptions: 0, credit: 1000 })
}

/// The chain's records up to the newest, compressed, with their number.
fn snapshot_of(held: &Held, scope: &str) -> (Vec<u8>, u64) {
    let changes = if scope == "chain" { &held.changes[..] } else { &[] };
    let lines: String = changes.iter().map(|change| serde_json::to_string(change).unwrap() + "\n").collect();
    (zstd::bulk::compress(lines.as_bytes(), 1).unwrap(), changes.len() as u64)
}

async fn info(State(platform): State<Platform>, Segment(scope): Segment<String>) -> Response {
    let held = lock(&platform);
    let (bytes, records) = snapshot_of(&held, &scope);
    json(&v1::SnapshotInfo { no: records, sha256: Hash::of(&bytes), bytes: bytes.len() as u64, records })
}

async fn snapshot(State(platform): State<Platform>, Segment(wanted): Segment<String>, headers: HeaderMap) -> Response {
    let mut held = lock(&platform);
    let of_scopes = ["chain", "store-s1"].map(|scope| snapshot_of(&held, scope).0);
    let bytes = of_scopes
        .into_iter()
        .find(|bytes| Hash::of(bytes).to_string() == wanted)
        .expect("a snapshot that was announced");
    let from: u64 = headers.get("range").map_or(0, |range| {
        let range = range.to_str().unwrap();
        range.strip_prefix("bytes=").unwrap().trim_end_matches('-').parse().unwrap()
    });
    let rest = bytes[from as usize..].to_vec();
    if bytes.len() > 1000 {
        held.ranges.push(from);
    }
    let range = format!("bytes {from}-{}/{}", bytes.len() - 1, bytes.len());
    let status = if from > 0 { 206 } else { 200 };
    let length = rest.len();
    let sent = if held.breaks > 0 && length > 1000 {
        held.breaks -= 1;
        rest[..length / 3].to_vec()
    } else {
        rest
    };
    // The connection breaks some time after what was sent has arrived.
    let cut = sent.len() < length;
    let piece = futures_util::stream::iter([Ok(sent)]);
    let end = futures_util::stream::iter(cut.then_some(())).then(|()| async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        Err(std::io::Error::other("the network is gone"))
    });
    let body = axum::body::Body::from_stream(piece.chain(end));
    Response::builder().status(status).header("content-range", range).body(body).unwrap()
}

async fn picture(State(platform): State<Platform>, Segment(wanted): Segment<String>, headers: HeaderMap) -> Response {
    if headers["authorization"] != "Bearer token" {
        return problem(401, v1::ProblemKind::NotEnrolled, None);
    }
    let mut held = lock(&platform);
    held.pictures_asked.push(wanted.clone());
    match held.pictures.get(&wanted) {
        Some(file) => ([("content-type", "image/png")], file.clone()).into_response(),
        None => problem(404, v1::ProblemKind::NotFound, None),
    }
}

async fn changes(
    State(platform): State<Platform>,
    Segment(scope): Segment<String>,
    Query(query): Query<BTreeMap<String, u64>>,
) -> Response {
    let held = lock(&platform);
    let after = query["after"];
    if scope != "chain" {
        return json(&v1::Changes { changes: vec![], next: after, head: after });
    }
    if after < held.horizon {
        return problem(410, v1::ProblemKind::Gone, None);
    }
    let found: Vec<v1::Change> = held
        .changes
        .iter()
        .filter(|change| change.no > after)
        .take((query["limit"] as usize).min(100))
        .cloned()
        .collect();
    let next = found.last().map_or(after, |change| change.no);
    json(&v1::Changes { changes: found, next, head: held.changes.len() as u64 })
}
