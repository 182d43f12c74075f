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
//! | fetch a picture of goods | `GET /v1/pictures/{sha256}` | | a PNG file of at most [`PICTURE_BYTES_MAX`] |
//! | ask a payment provider | `POST /v1/payments` | [`PaymentAsk`] | [`PaymentAnswer`] |
//! | fetch changes | `GET /v1/scopes/{scope}/changes?after=N&limit=M` | | [`Changes`] |
//!
//! Scopes are `chain` and `store-<store id>`. Everything but enrolment carries `Authorization: Bearer <token>`; a body has
//! `Content-Encoding: zstd`, at most [`BATCH_BYTES_MAX`] before compression. A fault is answered with [`Problem`]
//! as `application/problem+json` (RFC 9457).

mod catalogue;
mod event;
mod payment;
mod policy;
mod relay;
pub mod rules;
mod sale;
mod stock;
mod sync;
mod terms;
mod translate;

#[cfg(test)]
mod golden;
#[cfg(test)]
mod golden_desk;
#[cfg(test)]
mod golden_rules;
#[cfg(test)]
mod golden_stock;

pub use catalogue::*;
pub use event::*;
pub use payment::*;
pub use policy::*;
pub use relay::*;
pub use rules::{RULE_BOOK_BYTES_MAX, RuleBook};
pub use sale::*;
pub use stock::*;
pub use sync::*;
pub use terms::*;
pub use translate::{
    BadRuleBook, BadWire, ClosedAt, TEXT_MAX, amount_of, date, family_named, family_word, instant, tender_kind,
    tender_word,
};

fn is_false(value: &bool) -> bool {
    !value
}

fn is_zero(value: &i64) -> bool {
    *value == 0
}

fn is_zero_u64(value: &u64) -> bool {
    *value == 0
}
