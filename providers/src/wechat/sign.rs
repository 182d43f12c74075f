//! Signatures of WeChat v3.

use jiff::Timestamp;

use super::WechatSettings;
use crate::http::Response;
use crate::key::{SigningKey, VerifyingKey};
use crate::provider::{Moment, RequestError};

/// How far the signature of an answer may be from the till's clock, in seconds: what WeChat advises against replays.
pub(crate) const WINDOW_SECONDS: i64 = 300;
/// How the numbers of WeChat Pay public keys begin; those of certificates are hex.
pub(super) const PUBLIC_KEY_ID: &str = "PUB_KEY_ID_";

/// The merchant's key, and the provider's by their serial numbers: two while certificates change.
#[derive(Debug)]
pub(super) struct Keys {
    pub(super) own: SigningKey,
    pub(super) theirs: Vec<(String, VerifyingKey)>,
}

impl Keys {
    /// The value of `Authorization`.
    pub(super) fn authorization(
        &self,
        settings: &WechatSettings,
        method: &str,
        path: &str,
        body: &[u8],
        moment: Moment,
    ) -> Result<String, RequestError> {
        let (timestamp, nonce) = (moment.at.as_second(), format!("{:032X}", moment.nonce));
        let mut message = format!("{method}\n{path}\n{timestamp}\n{nonce}\n").into_bytes();
        message.extend_from_slice(body);
        message.push(b'\n');
        let signature = self.own.sign(&message).ok_or(RequestError::Signing)?;
        let WechatSettings { mch_id, serial, .. } = settings;
        Ok(format!(
            "WECHATPAY2-SHA256-RSA2048 mchid=\"{mch_id}\",nonce_str=\"{nonce}\",signature=\"{signature}\",\
             timestamp=\"{timestamp}\",serial_no=\"{serial}\""
        ))
    }

    /// The WeChat Pay public key that answers are to be signed with, while certificates are still known too.
    pub(super) fn asks_for(&self) -> Option<&str> {
        self.theirs.iter().map(|(serial, _)| serial.as_str()).find(|serial| serial.starts_with(PUBLIC_KEY_ID))
    }

    /// Whether WeChat has signed a response, just now.
    pub(super) fn verify(&self, response: &Response, moment: Moment) -> bool {
        let header = |name| response.header(name);
        let (Some(signature), Some(timestamp), Some(nonce), Some(serial)) = (
            header("wechatpay-signature"),
            header("wechatpay-timestamp"),
            header("wechatpay-nonce"),
            header("wechatpay-serial"),
        ) else {
            return false;
        };
        let just_now = timestamp.parse().is_ok_and(|second| is_just_now(second, moment.at));
        let Some((_, key)) = self.theirs.iter().find(|(known, _)| known == serial) else { return false };
        let mut message = format!("{timestamp}\n{nonce}\n").into_bytes();
        message.extend_from_slice(&response.body);
        message.push(b'\n');
        just_now && key.verifies(&message, signature)
    }
}

fn is_just_now(second: i64, now: Timestamp) -> bool {
    second.checked_sub(now.as_second()).is_some_and(|ahead| ahead.abs() <= WINDOW_SECONDS)
}

/// A SHA-1 in hex.
pub(super) fn sha1(hex: &str) -> Option<[u8; 20]> {
    let mut bytes = [0; 20];
    if hex.len() != 40 || !hex.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, at) in bytes.iter_mut().zip((0..40).step_by(2)) {
        *byte = u8::from_str_radix(&hex[at..at + 2], 16).ok()?;
    }
    Some(bytes)
}
