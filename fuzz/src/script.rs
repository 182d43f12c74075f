//! Till scripts, as far as they are read: words, furniture, wishes. No till is started.

/// Reads bytes as a script.
pub fn read(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = pos_app::script::parse_only(text);
    }
}
