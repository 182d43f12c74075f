//! Version 1.
//!
//! Units: money in minor units of the store's currency (`i64`), quantities in thousandths of the item's unit
//! (`i64`), instants in milliseconds since 1970-01-01T00:00Z (`at_ms`), dates as `YYYY-MM-DD`, rates in basis points.
//!
//! | message | method and path | body | answer |
//! |---|---|---|---|
//! | enrol a terminal | `POST /v1/enrol` | [`Enrol`] | [`Enrolled`] |
//! | say hello | `POST /v1/hello` | [`Hello`] | [`Welcome`] |
//! | upload events | `POST /v1/events` | [`Batch`] | [`Taken`] |
//! | describe a snapshot | `GET /v1/scopes/{scope}/snapshot` | | [`SnapshotInfo`] |
//! | fetch a snapshot | `GET /v1/snapshots/{sha256}`, `Range` honoured | | zstd of one [`Change`] a line |
//! | fetch changes | `GET /v1/scopes/{scope}/changes?after=N&limit=M` | | [`Changes`] |
//!
//! Scopes are `chain` and `store-<store id>`. Everything but enrolment carries `Authorization: Bearer <token>`; a body has
//! `Content-Encoding: zstd`, at most [`BATCH_BYTES_MAX`] before compression. A fault is answered with [`Problem`]
//! as `application/problem+json` (RFC 9457).

mod catalogue;
mod event;
mod sale;
mod sync;
mod translate;

#[cfg(test)]
mod golden;

pub use catalogue::*;
pub use event::*;
pub use sale::*;
pub use sync::*;
pub use translate::{BadWire, amount_of, instant, tender_word};
