//! Signatures of Alipay (RSA2) and the form that carries them.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::body::Said;
use crate::key::{SigningKey, VerifyingKey};
use crate::provider::RequestError;

/// Parameters by their names.
pub(super) type Parameters = BTreeMap<&'static str, String>;

/// Signs parameters: `k=v&k=v`, by their names, without the empty ones.
pub(super) fn sign(parameters: &Parameters, key: &SigningKey) -> Result<String, RequestError> {
    let pairs: Vec<String> = parameters
        .iter()
        .filter(|(name, value)| **name != "sign" && !value.is_empty())
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    key.sign(pairs.join("&").as_bytes()).ok_or(RequestError::Signing)
}

/// As a form (application/x-www-form-urlencoded).
pub(super) fn form(parameters: &Parameters) -> Vec<u8> {
    let pairs: Vec<String> = parameters.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    pairs.join("&").into_bytes()
}

fn encoded(value: &str) -> String {
    let mut text = String::new();
    for byte in value.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'*' => text.push(char::from(byte)),
            b' ' => text.push('+'),
            byte => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

/// What the answer to a method says, when the provider has signed it: verified over the bytes between the braces as they
/// came, since writing them anew would change them.
pub(super) fn verified(body: &[u8], method: &str, key: &VerifyingKey) -> Option<Said> {
    let parts: BTreeMap<String, &RawValue> = serde_json::from_slice(body).ok()?;
    let said = parts.get(&format!("{}_response", method.replace('.', "_")))?.get();
    let signature: String = serde_json::from_str(parts.get("sign")?.get()).ok()?;
    if !key.verifies(said.as_bytes(), &signature) {
        return None;
    }
    serde_json::from_str(said).ok()
}
