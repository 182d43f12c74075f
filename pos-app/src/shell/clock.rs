//! The till's clock, on the wall of the store.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use uuid::Uuid;

use crate::engine::Now;

/// A zone by its IANA name; UTC when nobody knows it.
pub(crate) fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or_else(|error| {
        tracing::warn!(%error, "the store's time zone is unknown, UTC is shown");
        TimeZone::UTC
    })
}

/// This moment with a fresh id.
pub fn now_in(zone: &TimeZone) -> Now {
    at_in(Timestamp::now(), zone)
}

/// A moment with a fresh id.
pub(crate) fn at_in(at: Timestamp, zone: &TimeZone) -> Now {
    Now { at, local: at.to_zoned(zone.clone()).datetime(), fresh: Uuid::now_v7() }
}
