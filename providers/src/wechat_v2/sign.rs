//! Signatures of WeChat v2: fields that are not empty, by their names, and the merchant's key behind them.

use std::fmt;

use md5::{Digest, Md5};
use ring::hmac;
use serde::Deserialize;

use super::xml::Fields;

/// How a v2 message is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
pub enum SignType {
    /// MD5: what old merchants were set up with.
    #[serde(rename = "MD5")]
    Md5,
    /// HMAC with SHA-256.
    #[default]
    #[serde(rename = "HMAC-SHA256")]
    HmacSha256,
}

impl SignType {
    /// As the field `sign_type` says it.
    pub(super) fn name(self) -> &'static str {
        match self {
            SignType::Md5 => "MD5",
            SignType::HmacSha256 => "HMAC-SHA256",
        }
    }
}

/// The merchant's key of v2 (API密钥), 32 letters and digits.
#[derive(Clone)]
pub(super) struct ApiKey(String);

impl ApiKey {
    pub(super) fn parse(bytes: &[u8]) -> Option<ApiKey> {
        let key = std::str::from_utf8(bytes).ok()?.trim();
        (key.len() == 32 && key.bytes().all(|byte| byte.is_ascii_alphanumeric())).then(|| ApiKey(key.to_owned()))
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }
}

/// The signature of fields, in upper hex. The field `sign` itself is left out.
pub(super) fn sign(fields: &Fields, key: &ApiKey, how: SignType) -> String {
    let mut text = String::new();
    for (name, value) in fields.iter().filter(|(name, value)| *name != "sign" && !value.is_empty()) {
        text.push_str(&format!("{name}={value}&"));
    }
    text.push_str(&format!("key={}", key.0));
    match how {
        SignType::Md5 => hex(&Md5::digest(text.as_bytes())),
        SignType::HmacSha256 => {
            let key = hmac::Key::new(hmac::HMAC_SHA256, key.0.as_bytes());
            hex(hmac::sign(&key, text.as_bytes()).as_ref())
        }
    }
}

/// Whether fields are signed.
pub(super) fn verifies(fields: &Fields, key: &ApiKey, how: SignType) -> bool {
    fields.get("sign").is_some_and(|told| *told == sign(fields, key, how))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_vector_is_met() {
        let fields: Fields = [
            ("appid", "wxd930ea5d5a258f4f"),
            ("body", "test"),
            ("device_info", "1000"),
            ("mch_id", "10000100"),
            ("nonce_str", "ibuaiVcKdpRxkhJA"),
            ("attach", ""),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        let key = ApiKey::parse(b"192006250b4c09247ec02edce69f6a2d\n").unwrap();
        assert_eq!(sign(&fields, &key, SignType::Md5), "9A0A8659F005D6984697E2CA0A9CF3B7");
        assert_eq!(
            sign(&fields, &key, SignType::HmacSha256),
            "6A9AE1657590FD6257D693A078E1C3E4BB6BA4DC30B23E0EE2496E54170DACD6"
        );
    }
}
