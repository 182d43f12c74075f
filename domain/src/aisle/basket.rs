//! The basket that a phone hands over.
//!
//! Layout: version; flags (1: member); store; session; sequence; member; end of the session; when it was written; lines
//! (code, quantity). Behind it 16 bytes of HMAC-SHA-256 (RFC 2104, cut as its section 5 allows) with the session's secret.

use jiff::Timestamp;
use uuid::Uuid;

use super::{
    AisleError, AisleKey, AisleLine, Head, SECRET_BYTES, checked_length, checked_lines, is_same, mac_of, packed,
    read_line, read_time, session_secret, unpacked, write_line, write_time,
};
use crate::proof::bytes::{Reader, Writer};

/// What its text begins with.
const PREFIX: &str = "GB1";
/// What a tag is over begins with this.
const CONTEXT: &[u8] = b"guitai aisle basket\n";
/// Bytes of a tag.
const TAG_BYTES: usize = 16;

/// A basket as a phone shows it to the kiosk. Nothing of it is paid, and prices are the kiosk's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BasketCode {
    /// The store's id.
    pub store: String,
    /// The phone's session.
    pub session: Uuid,
    /// When the session ends; whole seconds.
    pub session_until: Timestamp,
    /// Grows with every change of the basket that was shown.
    pub sequence: u32,
    /// When the phone wrote it, by the phone's clock: to be shown, never to be trusted. Whole seconds.
    pub at: Timestamp,
    /// The member's id, when the shopper told who she is.
    pub member: Option<String>,
    /// 1 to [`super::AISLE_LINES_MAX`] lines.
    pub lines: Vec<AisleLine>,
}

impl BasketCode {
    /// Whether a scanned text is meant as one.
    pub fn is_meant(text: &str) -> bool {
        text.trim_start().starts_with(PREFIX) && text.len() > 40
    }

    /// Reads and checks one, without network: the store's, signed within a session of that store that has not ended.
    ///
    /// # Errors
    /// [`AisleError`] with what does not hold.
    pub fn read(text: &str, key: &AisleKey, store: &str, now: Timestamp) -> Result<BasketCode, AisleError> {
        let (bytes, tag) = unpacked(text, PREFIX, TAG_BYTES)?;
        let basket = BasketCode::decode(&bytes)?;
        if basket.store != store {
            return Err(AisleError::OtherStore);
        }
        let secret = session_secret(key, &basket.store, basket.session, basket.session_until);
        if !is_same(&tag, &tag_of(&secret, &bytes)) {
            return Err(AisleError::Forged);
        }
        if now >= basket.session_until {
            return Err(AisleError::Expired);
        }
        Ok(basket)
    }

    /// The text for the QR code, signed with the session's secret.
    ///
    /// # Errors
    /// When it has lines that cannot be, or too many.
    pub fn write(&self, secret: &[u8; SECRET_BYTES]) -> Result<String, AisleError> {
        let bytes = self.encode()?;
        Ok(packed(PREFIX, &bytes, &tag_of(secret, &bytes)))
    }

    /// What a kiosk keeps so that it takes a basket once. Within one session a newer basket replaces an older one.
    pub fn once(&self) -> String {
        format!("basket {} {}", self.session.simple(), self.sequence)
    }

    /// As bytes, without a signature.
    ///
    /// # Errors
    /// As [`BasketCode::write`].
    pub fn encode(&self) -> Result<Vec<u8>, AisleError> {
        let mut to = Writer::default();
        Head::write(&mut to, &self.store, self.session, self.sequence, self.member.as_deref())?;
        write_time(&mut to, self.session_until)?;
        write_time(&mut to, self.at)?;
        to.number(checked_lines(self.lines.len())?);
        for line in &self.lines {
            write_line(&mut to, &line.code, line.quantity)?;
        }
        checked_length(to.bytes)
    }

    /// From bytes: only from those that [`BasketCode::encode`] gives.
    ///
    /// # Errors
    /// [`AisleError`] with what cannot be.
    pub fn decode(bytes: &[u8]) -> Result<BasketCode, AisleError> {
        let mut from = Reader::new(bytes);
        let Head { store, session, sequence, member } = Head::read(&mut from)?;
        let (session_until, at) = (read_time(&mut from)?, read_time(&mut from)?);
        let count = from.count(super::AISLE_LINES_MAX, "line")?;
        let lines = (0..count).map(|_| read_line(&mut from)).collect::<Result<_, AisleError>>()?;
        from.end()?;
        let basket = BasketCode { store, session, session_until, sequence, at, member, lines };
        if basket.encode()? == bytes { Ok(basket) } else { Err(AisleError::NotCanonical) }
    }
}

fn tag_of(secret: &[u8; SECRET_BYTES], bytes: &[u8]) -> [u8; TAG_BYTES] {
    let whole = mac_of(secret, &[CONTEXT, bytes]);
    std::array::from_fn(|at| whole[at])
}
