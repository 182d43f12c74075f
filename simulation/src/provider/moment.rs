//! Times as the providers write them: the wall clock of Beijing.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};

fn beijing() -> TimeZone {
    TimeZone::fixed(Offset::constant(8))
}

/// `2026-11-22 13:29:35`.
pub(super) fn plain(at: Timestamp) -> String {
    at.to_zoned(beijing()).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// `20261122132935`.
pub(super) fn packed(at: Timestamp) -> String {
    at.to_zoned(beijing()).strftime("%Y%m%d%H%M%S").to_string()
}

/// `2026-11-22T13:29:35+08:00`.
pub(super) fn rfc3339(at: Timestamp) -> String {
    at.to_zoned(beijing()).strftime("%Y-%m-%dT%H:%M:%S+08:00").to_string()
}

/// The day there.
pub(super) fn day(at: Timestamp) -> Date {
    at.to_zoned(beijing()).date()
}

/// `2026-11-22 13:29:35` there.
pub(super) fn read(text: &str) -> Option<Timestamp> {
    let civil: DateTime = text.replacen(' ', "T", 1).parse().ok()?;
    civil.to_zoned(beijing()).ok().map(|zoned| zoned.timestamp())
}
