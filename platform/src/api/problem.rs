//! Faults as `application/problem+json` (RFC 9457).

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::v1::{Problem, ProblemKind};

use crate::store::{Condition, StoreError};

/// Seconds after which a till comes back when the database is away or in use.
const AWAY_S: u32 = 5;
/// Seconds after which a till comes back when a person must make room first.
const FULL_S: u32 = 30;

/// A fault on its way to a client.
#[derive(Debug)]
pub struct Fault {
    kind: ProblemKind,
    detail: String,
    expected: Option<u64>,
    retry_after_s: Option<u32>,
}

impl Fault {
    /// A fault of a kind; `detail` says what happened and what to do.
    pub fn new(kind: ProblemKind, detail: impl Into<String>) -> Fault {
        Fault { kind, detail: detail.into(), expected: None, retry_after_s: None }
    }

    /// Events are missing before a batch.
    pub fn gap(expected: u64) -> Fault {
        Fault {
            expected: Some(expected),
            ..Fault::new(ProblemKind::Gap, format!("events are missing before this batch; continue with {expected}"))
        }
    }

    /// The platform has too much to do.
    pub fn busy(retry_after_s: u32) -> Fault {
        Fault {
            retry_after_s: Some(retry_after_s),
            ..Fault::new(
                ProblemKind::Busy,
                format!("the platform has too much to do; come back after {retry_after_s} s"),
            )
        }
    }

    /// The platform's disk is full.
    pub fn full() -> Fault {
        Fault {
            retry_after_s: Some(FULL_S),
            ..Fault::new(
                ProblemKind::Busy,
                "the platform's disk is full; its operator must make room. Nothing was lost, and all is sent again by itself",
            )
        }
    }

    /// A message that is not what the protocol defines.
    pub fn malformed(detail: impl Into<String>) -> Fault {
        Fault::new(ProblemKind::Malformed, detail)
    }

    /// No such thing, or not for this terminal.
    pub fn not_found() -> Fault {
        Fault::new(ProblemKind::NotFound, "there is no such thing, or it is not for this terminal")
    }

    fn status(&self) -> StatusCode {
        match self.kind {
            ProblemKind::Malformed => StatusCode::BAD_REQUEST,
            ProblemKind::NotEnrolled => StatusCode::UNAUTHORIZED,
            ProblemKind::BadCode | ProblemKind::BadSignature => StatusCode::FORBIDDEN,
            ProblemKind::NotFound => StatusCode::NOT_FOUND,
            ProblemKind::Gap | ProblemKind::Fork => StatusCode::CONFLICT,
            ProblemKind::Gone => StatusCode::GONE,
            ProblemKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            ProblemKind::Version => StatusCode::UPGRADE_REQUIRED,
            ProblemKind::Busy => StatusCode::SERVICE_UNAVAILABLE,
            ProblemKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Fault {
        // The cause is for the log; it may name hosts and rows that are no till's business.
        tracing::error!(%error, "database fault");
        match error.condition() {
            Condition::Away => Fault::busy(AWAY_S),
            Condition::Full => Fault::full(),
            Condition::Broken => Fault::new(
                ProblemKind::Internal,
                "the platform's database failed; the operator finds the cause in its log. Nothing was lost, try again later",
            ),
        }
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let status = self.status();
        let problem = Problem {
            kind: format!("urn:guitai:{}", self.kind.word()),
            title: title(self.kind).to_owned(),
            status: status.as_u16(),
            detail: self.detail,
            expected: self.expected,
        };
        let body = serde_json::to_vec(&problem).expect("a problem is JSON");
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if self.kind == ProblemKind::NotEnrolled {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

fn title(kind: ProblemKind) -> &'static str {
    match kind {
        ProblemKind::Malformed => "The message is not what the protocol defines.",
        ProblemKind::NotEnrolled => "The terminal is not enrolled.",
        ProblemKind::BadCode => "The enrolment code does not hold.",
        ProblemKind::BadSignature => "The signature does not hold.",
        ProblemKind::NotFound => "There is no such thing.",
        ProblemKind::Gap => "Events are missing.",
        ProblemKind::Fork => "Two histories of one terminal.",
        ProblemKind::Gone => "Changes that old are gone.",
        ProblemKind::TooLarge => "The message is too large.",
        ProblemKind::Version => "No version of the protocol in common.",
        ProblemKind::Busy => "The platform is busy.",
        ProblemKind::Internal => "The platform failed.",
    }
}
