//! Enrolment, upload and download.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::Change;
use crate::chain::Hash;

/// Bytes of a batch before compression.
pub const BATCH_BYTES_MAX: usize = 1 << 20;
/// Events in one batch.
pub const BATCH_EVENTS_MAX: usize = 1000;
/// Bytes of one event. A basket of 999 lines with what usually belongs to them is below it, and one event with its
/// envelope is below [`BATCH_BYTES_MAX`].
pub const EVENT_BYTES_MAX: usize = 960 << 10;
/// Changes in one answer.
pub const CHANGES_MAX: usize = 5000;

/// A terminal asks to be known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrol {
    /// One-time code, told by a person.
    pub code: String,
    /// The terminal's Ed25519 public key, hexadecimal.
    pub public_key: String,
    /// Version of the agent.
    pub program: String,
    /// Oldest version of the protocol that the agent speaks.
    pub protocol_min: u32,
    /// Newest one.
    pub protocol_max: u32,
}

/// The terminal is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolled {
    /// Its id from here on.
    pub terminal: Uuid,
    /// Number within the store, for people and receipts.
    pub number: u32,
    /// The store.
    pub store: String,
    /// Bearer token; secret.
    pub token: String,
    /// The platform's Ed25519 public key, hexadecimal.
    pub platform_key: String,
    /// Version of the protocol to speak.
    pub protocol: u32,
}

/// A terminal is back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// Version of the agent.
    pub program: String,
    /// Oldest version of the protocol that the agent speaks.
    pub protocol_min: u32,
    /// Newest one.
    pub protocol_max: u32,
    /// Epoch the till writes in.
    pub epoch: u32,
    /// The till's clock.
    pub clock_ms: i64,
}

/// What the platform knows of the terminal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// Version of the protocol to speak.
    pub protocol: u32,
    /// The platform's clock.
    pub clock_ms: i64,
    /// Head of each epoch that it holds, oldest first.
    pub heads: Vec<Head>,
    /// Events that may be sent in one batch at present.
    pub credit: u32,
}

/// The newest event of an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The epoch.
    pub epoch: u32,
    /// Its newest sequence number.
    pub seq: u64,
    /// The chain's hash after it.
    pub hash: Hash,
}

/// Events, oldest first, without a gap.
#[derive(Debug, Serialize, Deserialize)]
pub struct Batch {
    /// Their terminal.
    pub terminal: Uuid,
    /// Their epoch.
    pub epoch: u32,
    /// Sequence number of the first.
    pub first_seq: u64,
    /// The chain's hash before the first.
    pub prev_hash: Hash,
    /// The bytes that were committed, unchanged (each parses as [`super::Event`]).
    pub events: Vec<Box<RawValue>>,
    /// The terminal's signature over [`crate::identity::batch_message`], hexadecimal.
    pub signature: String,
}

/// The platform has everything up to here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// The newest event it holds of the epoch.
    pub head: Head,
    /// The platform's signature over [`crate::identity::receipt_message`], hexadecimal.
    pub signature: String,
    /// Events of the batch that it held already.
    pub duplicates: u32,
    /// Events that were taken, but need a person; see the platform's exceptions.
    pub exceptions: u32,
    /// Events that may be sent in one batch from here on.
    pub credit: u32,
}

/// A snapshot of a scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotInfo {
    /// Change number it was made at; changes follow after it.
    pub no: u64,
    /// SHA-256 of the compressed bytes; its address.
    pub sha256: Hash,
    /// Length of the compressed bytes.
    pub bytes: u64,
    /// Records in it.
    pub records: u64,
}

/// Changes after a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    /// By number.
    pub changes: Vec<Change>,
    /// Continue after this number; equal to the asked one when there are none.
    pub next: u64,
    /// Newest number of the scope.
    pub head: u64,
}

/// A fault, as `application/problem+json` (RFC 9457).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Stable name of the kind of fault: `urn:guitai:` and a [`ProblemKind`]'s word.
    #[serde(rename = "type")]
    pub kind: String,
    /// One sentence about the kind.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened here and what to do.
    pub detail: String,
    /// For `gap`: the sequence number to continue with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<u64>,
}

/// Kinds of fault that a till's agent reacts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProblemKind {
    /// 400: not what this version defines.
    Malformed,
    /// 401: no such terminal or token.
    NotEnrolled,
    /// 403: the enrolment code is unknown, used or too old.
    BadCode,
    /// 403: the signature does not hold.
    BadSignature,
    /// 404: no such thing.
    NotFound,
    /// 409: events are missing before this batch; continue with `expected`.
    Gap,
    /// 409: other bytes stand under the same number; a person must look, nothing more is taken of this epoch.
    Fork,
    /// 410: changes that old are gone; take a snapshot.
    Gone,
    /// 413: over a limit.
    TooLarge,
    /// 426: no version of the protocol in common.
    Version,
    /// 429 or 503: later, see `Retry-After`.
    Busy,
    /// 500: a fault of the platform.
    Internal,
}

impl ProblemKind {
    /// All kinds.
    pub const ALL: [ProblemKind; 12] = [
        ProblemKind::Malformed,
        ProblemKind::NotEnrolled,
        ProblemKind::BadCode,
        ProblemKind::BadSignature,
        ProblemKind::NotFound,
        ProblemKind::Gap,
        ProblemKind::Fork,
        ProblemKind::Gone,
        ProblemKind::TooLarge,
        ProblemKind::Version,
        ProblemKind::Busy,
        ProblemKind::Internal,
    ];

    /// The word on the wire, after `urn:guitai:`.
    pub fn word(self) -> &'static str {
        match self {
            ProblemKind::Malformed => "malformed",
            ProblemKind::NotEnrolled => "not-enrolled",
            ProblemKind::BadCode => "bad-code",
            ProblemKind::BadSignature => "bad-signature",
            ProblemKind::NotFound => "not-found",
            ProblemKind::Gap => "gap",
            ProblemKind::Fork => "fork",
            ProblemKind::Gone => "gone",
            ProblemKind::TooLarge => "too-large",
            ProblemKind::Version => "version",
            ProblemKind::Busy => "busy",
            ProblemKind::Internal => "internal",
        }
    }

    /// The kind of a [`Problem`], when this build knows it.
    pub fn of(problem: &Problem) -> Option<ProblemKind> {
        let word = problem.kind.strip_prefix("urn:guitai:")?;
        ProblemKind::ALL.into_iter().find(|kind| kind.word() == word)
    }
}
