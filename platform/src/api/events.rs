//! `POST /v1/events`.

use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use protocol::identity::receipt_message;
use protocol::v1::{BATCH_BYTES_MAX, ProblemKind, Taken};

use super::{Fault, INGEST_WAIT_MAX, Platform, auth, body};
use crate::clock::now_ms;
use crate::ingest::{self, BadBatch, Intake};
use crate::store::{Outcome, Terminal};

/// Seconds after which a till that found the platform busy comes back.
const RETRY_AFTER_S: u32 = 2;

/// Takes a batch.
pub async fn upload(State(platform): State<Arc<Platform>>, headers: HeaderMap, body: Body) -> Result<Response, Fault> {
    let terminal = auth::terminal(&platform, &headers).await?;
    // One place in the queue, then one of the few that work: a flood is turned away before it takes memory.
    let _queued = platform.ingest_queue.try_acquire().map_err(|_| Fault::busy(RETRY_AFTER_S))?;
    let raw = body::read(&headers, body, BATCH_BYTES_MAX).await?;
    let _working = tokio::time::timeout(INGEST_WAIT_MAX, platform.ingest.acquire())
        .await
        .map_err(|_| Fault::busy(RETRY_AFTER_S))?
        .map_err(|_| Fault::busy(RETRY_AFTER_S))?;
    let begun = Instant::now();
    let intake = Arc::new(read(terminal, raw).await?);
    let outcome = platform.store.take(intake.clone()).await?;
    platform.metrics.ingest_seconds.observe(begun.elapsed().as_secs_f64());
    answer(&platform, &headers, &intake, outcome)
}

/// Parses, chains and checks away from the threads that answer requests: a full batch takes milliseconds.
async fn read(terminal: Terminal, raw: Vec<u8>) -> Result<Intake, Fault> {
    let at_ms = now_ms();
    let id = terminal.id;
    let done = tokio::task::spawn_blocking(move || ingest::read(&terminal, raw, at_ms)).await;
    let read = done.map_err(|error| {
        tracing::error!(terminal = %id, %error, "reading a batch stopped");
        Fault::new(ProblemKind::Internal, "the platform failed reading the batch; the cause is in its log")
    })?;
    read.map_err(|bad| {
        tracing::warn!(terminal = %id, %bad, "batch turned away");
        let kind = match bad {
            BadBatch::Malformed(_) => ProblemKind::Malformed,
            BadBatch::TooLarge(_) => ProblemKind::TooLarge,
            BadBatch::BadSignature => ProblemKind::BadSignature,
        };
        Fault::new(kind, bad.to_string())
    })
}

fn answer(platform: &Platform, headers: &HeaderMap, intake: &Intake, outcome: Outcome) -> Result<Response, Fault> {
    let (terminal, epoch) = (intake.terminal_id, intake.epoch);
    match outcome {
        Outcome::Taken { head, duplicates, exceptions } => {
            let taken = intake.events.len() as u64 - u64::from(duplicates);
            platform.metrics.batches.inc();
            platform.metrics.events.inc_by(taken);
            platform.metrics.duplicates.inc_by(duplicates.into());
            platform.metrics.exceptions.inc_by(exceptions.into());
            tracing::debug!(%terminal, epoch, seq = head.seq, taken, duplicates, exceptions, "batch taken");
            let message = receipt_message(terminal, epoch, head.seq, head.hash);
            let taken = Taken {
                head,
                signature: platform.key.sign_hex(&message),
                duplicates,
                exceptions,
                credit: platform.credit(),
            };
            Ok(body::json(headers, &taken))
        }
        Outcome::Gap { expected } => {
            platform.metrics.gaps.inc();
            tracing::warn!(%terminal, epoch, expected, first = intake.first_seq, "events are missing");
            Err(Fault::gap(expected))
        }
        Outcome::Fork => {
            platform.metrics.forks.inc();
            tracing::error!(%terminal, epoch, first = intake.first_seq, "fork: epoch stopped, batch in quarantine");
            Err(Fault::new(
                ProblemKind::Fork,
                "other events stand under these numbers, so nothing more is taken of this epoch; the batch is kept, a person must look (`platform exceptions`)",
            ))
        }
    }
}
