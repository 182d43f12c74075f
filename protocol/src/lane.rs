//! The words between a self-checkout and an attendant's till of the same store, on the shop's own network and without head
//! office.
//!
//! One TCP connection from the kiosk to the till, lines of text. Each side first says hello with a nonce; from both nonces and
//! the store's lane key comes the key of this connection. Every further line is `MAC JSON`: HMAC-SHA-256 (RFC 2104) over who
//! speaks, the number of the line and the JSON. Numbers count from zero on each side and are not sent: a line that is
//! repeated, left out, sent back or taken from another connection does not fit, and the connection ends.
//!
//! What goes over it are names of goods and amounts, no secrets: it is proven, not hidden.

use ring::hmac;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::chain::{from_hex, to_hex};

/// Bytes of one line, its end included.
pub const LINE_BYTES_MAX: usize = 64 * 1024;
/// Hexadecimal digits of a line's proof.
const MAC_DIGITS: usize = 64;
/// Characters of a nonce.
pub const NONCE_CHARS: usize = 64;

/// The key that the terminals of a store share for this alone, from the key of its one-time codes; nothing while it has none.
pub fn lane_key(approval_key: &[u8], store: &str) -> Option<Vec<u8>> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, approval_key);
    let made = || hmac::sign(&key, format!("guitai lane 1\n{store}").as_bytes()).as_ref().to_vec();
    (!approval_key.is_empty()).then(made)
}

/// The first line of each side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// `guitai lane 1`.
    pub lane: String,
    /// Chance, [`NONCE_CHARS`] characters, never used twice.
    pub nonce: String,
    /// Who speaks: number of the terminal within the store.
    pub till: u32,
}

/// What the first line says that it is.
pub const LANE: &str = "guitai lane 1";

/// A kiosk to the till: how it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct KioskTells {
    /// Its number within the store.
    pub kiosk: u32,
    /// Word of the step it is at, e.g. `scan`.
    pub step: String,
    /// What the basket costs, finished, or empty.
    pub total: String,
    /// Goods in it, at most [`LINES_MAX`], the newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub goods: Vec<Goods>,
    /// What the attendant is called for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<Call>,
}

/// Goods that are told of a basket.
pub const LINES_MAX: usize = 40;

/// One of the goods.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goods {
    /// Its name.
    pub name: String,
    /// Its quantity and price.
    pub detail: String,
    /// What it costs.
    pub amount: String,
}

/// Why the attendant is called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Call {
    /// Names this call: an answer to another one counts nothing.
    pub no: u64,
    /// `help`, `age`, `leave`, `bag`, `rescan`, `left`, `payment` or `fault`.
    pub why: String,
    /// What it is about: names and amounts.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub about: String,
    /// Word of the permission that is asked for; empty for what any member of staff may do.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub permission: String,
    /// Its size, in the permission's measure.
    #[serde(default)]
    pub size: i64,
    /// Whether it can be answered from afar; a bag is looked into on the spot.
    pub from_afar: bool,
}

/// The till to a kiosk: what the attendant says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TillSays {
    /// The call; zero for none: the till is there.
    pub call: u64,
    /// Whether it is granted.
    pub verdict: Verdict,
    /// Staff id of who says it.
    pub staff: String,
}

/// What the attendant says to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// She comes.
    Coming,
    /// It may be.
    Granted,
    /// It may not.
    Refused,
}

/// Who speaks on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The self-checkout, which has dialled.
    Kiosk,
    /// The attendant's till.
    Till,
}

/// Why a line is not believed; the connection ends then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LaneError {
    /// Not a line of this protocol.
    #[error("a line of the lane could not be read")]
    BadLine,
    /// Its proof does not fit: another key, another line, another connection.
    #[error("a line of the lane does not prove itself")]
    Forged,
}

/// One connection's proofs, for one of its sides.
#[derive(Clone)]
pub struct Session {
    key: hmac::Key,
    side: Side,
    sent: u64,
    heard: u64,
}

impl Session {
    /// The session of two hellos, for the side that it is.
    ///
    /// # Errors
    /// [`LaneError::BadLine`] when a hello is none.
    pub fn new(lane_key: &[u8], side: Side, kiosk: &Hello, till: &Hello) -> Result<Session, LaneError> {
        let sane = |hello: &Hello| {
            hello.lane == LANE
                && hello.nonce.len() == NONCE_CHARS
                && hello.nonce.bytes().all(|byte| byte.is_ascii_alphanumeric())
        };
        if !sane(kiosk) || !sane(till) || kiosk.nonce == till.nonce {
            return Err(LaneError::BadLine);
        }
        let both = format!("{LANE}\n{}\n{}\n{}\n{}", kiosk.till, kiosk.nonce, till.till, till.nonce);
        let key = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, lane_key), both.as_bytes());
        Ok(Session { key: hmac::Key::new(hmac::HMAC_SHA256, key.as_ref()), side, sent: 0, heard: 0 })
    }

    /// A line that proves itself, with its end.
    pub fn seal<T: Serialize>(&mut self, said: &T) -> String {
        let json = serde_json::to_string(said).unwrap_or_default();
        let mac = hmac::sign(&self.key, &proven(self.side, self.sent, &json));
        self.sent += 1;
        format!("{} {json}\n", to_hex(mac.as_ref()))
    }

    /// What the other side's next line says.
    ///
    /// # Errors
    /// [`LaneError`]; nothing of the line counts then.
    pub fn open<T: DeserializeOwned>(&mut self, line: &str) -> Result<T, LaneError> {
        let line = line.trim_end_matches(['\r', '\n']);
        let (mac, json) = line.split_at_checked(MAC_DIGITS).ok_or(LaneError::BadLine)?;
        let json = json.strip_prefix(' ').ok_or(LaneError::BadLine)?;
        let told = from_hex(mac).ok_or(LaneError::BadLine)?;
        let other = match self.side {
            Side::Kiosk => Side::Till,
            Side::Till => Side::Kiosk,
        };
        hmac::verify(&self.key, &proven(other, self.heard, json), &told).map_err(|_| LaneError::Forged)?;
        self.heard += 1;
        serde_json::from_str(json).map_err(|_| LaneError::BadLine)
    }
}

/// What a line's proof is over.
fn proven(side: Side, no: u64, json: &str) -> Vec<u8> {
    let side: u8 = match side {
        Side::Kiosk => b'k',
        Side::Till => b't',
    };
    let mut bytes = vec![side];
    bytes.extend(no.to_be_bytes());
    bytes.extend(json.as_bytes());
    bytes
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn hello(till: u32, of: char) -> Hello {
        Hello { lane: LANE.into(), nonce: of.to_string().repeat(NONCE_CHARS), till }
    }

    fn pair(nonce: char) -> (Session, Session) {
        let key = lane_key(b"secret", "s1").expect("a key");
        let (kiosk, till) = (hello(7, nonce), hello(1, 'b'));
        let of = |side| Session::new(&key, side, &kiosk, &till).expect("two hellos");
        (of(Side::Kiosk), of(Side::Till))
    }

    fn says(call: u64) -> TillSays {
        TillSays { call, verdict: Verdict::Granted, staff: "01".into() }
    }

    #[test]
    fn a_line_is_believed_once_in_its_place_and_on_its_connection() {
        let (mut kiosk, mut till) = pair('a');
        let (first, second) = (till.seal(&says(1)), till.seal(&says(2)));
        assert_eq!(kiosk.clone().open::<TillSays>(&second), Err(LaneError::Forged), "out of its place");
        assert_eq!(kiosk.open::<TillSays>(&first), Ok(says(1)));
        assert_eq!(kiosk.open::<TillSays>(&first), Err(LaneError::Forged), "twice");
        assert_eq!(kiosk.open::<TillSays>(&second), Ok(says(2)));
        assert_eq!(till.open::<TillSays>(&first), Err(LaneError::Forged), "sent back");
        let (mut other, _) = pair('c');
        assert_eq!(other.open::<TillSays>(&first), Err(LaneError::Forged), "on another connection");
        assert_eq!(lane_key(b"", "s1"), None);
        assert_ne!(lane_key(b"secret", "s1"), lane_key(b"secret", "s2"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn no_line_that_was_touched_is_believed(at in 0_usize..200, by in 1_u8..=255) {
            let (mut kiosk, mut till) = pair('a');
            let line = till.seal(&says(7));
            let mut bytes = line.trim_end().as_bytes().to_vec();
            let at = at % bytes.len();
            bytes[at] ^= by;
            let touched = String::from_utf8_lossy(&bytes).into_owned();
            // Hexadecimal digits may be written in capitals: that is the same proof.
            if !touched.eq_ignore_ascii_case(line.trim_end()) || at >= MAC_DIGITS {
                prop_assert!(kiosk.open::<TillSays>(&touched).is_err());
            }
        }

        #[test]
        fn no_bytes_make_it_panic(line in ".{0,200}") {
            let (mut kiosk, _) = pair('a');
            prop_assert!(kiosk.open::<TillSays>(&line).is_err());
        }
    }
}
