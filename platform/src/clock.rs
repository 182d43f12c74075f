//! The platform's clock; the one place that reads it for what is stored.

/// Milliseconds since 1970-01-01T00:00Z.
pub fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}
