//! What a shopper's phone shows to a kiosk or an exit gate: the basket that it scanned in the aisle, or that it has paid.
//!
//! Both are texts of a QR code that a kiosk reads without asking anybody. A [`BasketCode`] is signed by the phone with a
//! secret that head office gave its session; the kiosks of the store make the same secret anew from the store's
//! [`AisleKey`]. An [`ExitCode`] is signed by head office with a key of which the store has the public half alone, so that
//! nothing that lies in a shop can make one.
//!
//! Layouts are those of [`crate::proof`]: LEB128 varints, one way to write each, base 41 in the QR code's letters. What
//! cannot be told by a code itself, whether it was shown before, is for the caller to keep: see [`BasketCode::once`] and
//! [`ExitCode::once`].

mod basket;
mod exit;

use std::fmt;

use jiff::Timestamp;
use ring::hmac;
use uuid::Uuid;

use crate::money::{AMOUNT_MAX, Money};
use crate::proof::ProofError;
use crate::proof::bytes::{Reader, Writer};
use crate::quantity::Quantity;

pub use basket::BasketCode;
pub use exit::{ExitCode, ExitLine};

/// Lines that one code holds. A fuller basket is handed over in parts.
pub const AISLE_LINES_MAX: usize = 60;
/// Bytes of a code, its signature apart. With a signature of 64 bytes it is a QR code of version 25 at correction M.
pub const AISLE_BYTES_MAX: usize = 900;
/// Bytes of a session's secret.
pub const SECRET_BYTES: usize = 32;
/// Characters of what stands on the goods.
pub const AISLE_CODE_CHARS_MAX: usize = 64;
/// Number under which the store's terminals know head office's public key: no till has it.
pub const HEAD_OFFICE: u32 = 0;

/// Bytes of the ids of stores and members.
const ID_BYTES_MAX: usize = 64;
/// The layout that is written and read.
const VERSION: u8 = 1;
/// What a session's secret is made over begins with this.
const SESSION_CONTEXT: &[u8] = b"guitai aisle session\n";

/// Why a code of a phone is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AisleError {
    /// Not the text of such a code.
    #[error("this is no code of a shopper's phone")]
    NotACode,
    /// A version that this program does not know.
    #[error("a phone's code of version {0}, which this till does not know")]
    Version(u8),
    /// Ended too early, or longer than any.
    #[error("the phone's code is cut off or too long")]
    Length,
    /// A value out of its range, by its name.
    #[error("the phone's code has a {0} that cannot be")]
    Value(&'static str),
    /// Written in another way than such codes are.
    #[error("the phone's code is not written as they are")]
    NotCanonical,
    /// The signature does not hold: changed, or made by somebody else.
    #[error("the phone's code is not signed by this chain")]
    Forged,
    /// It is another store's.
    #[error("the phone's code is for another store")]
    OtherStore,
    /// Its time is over.
    #[error("the phone's code has expired")]
    Expired,
}

impl AisleError {
    /// Key of the words for the shopper: what happened and what to do.
    pub fn words(self) -> &'static str {
        match self {
            AisleError::NotACode | AisleError::Length | AisleError::Value(_) | AisleError::NotCanonical => {
                "phone-code-unreadable"
            }
            AisleError::Version(_) => "phone-code-version",
            AisleError::Forged => "phone-code-forged",
            AisleError::OtherStore => "phone-code-other-store",
            AisleError::Expired => "phone-code-expired",
        }
    }
}

impl From<ProofError> for AisleError {
    fn from(error: ProofError) -> AisleError {
        match error {
            ProofError::NotAProof => AisleError::NotACode,
            ProofError::Version(version) => AisleError::Version(version),
            ProofError::Length => AisleError::Length,
            ProofError::Value(what) => AisleError::Value(what),
            ProofError::NotCanonical => AisleError::NotCanonical,
        }
    }
}

/// The key of a store from which the secrets of its shoppers' sessions are made. Secret; shown nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct AisleKey(Vec<u8>);

impl AisleKey {
    /// From 16 to 64 bytes.
    pub fn new(bytes: &[u8]) -> Option<AisleKey> {
        (16..=64).contains(&bytes.len()).then(|| AisleKey(bytes.to_vec()))
    }

    /// The key itself, for the wire between head office and its terminals alone.
    pub fn secret(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for AisleKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AisleKey")
    }
}

/// One line: what stands on the goods, and how much of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AisleLine {
    /// As it was scanned or typed: what a till's own scanner would have read. Graphic ASCII, at most
    /// [`AISLE_CODE_CHARS_MAX`].
    pub code: String,
    /// How many: whole pieces, above nothing. Weighed goods come by the label of their scale, one piece for each label.
    pub quantity: Quantity,
}

/// The secret of a session: what head office gives to the phone and what a kiosk makes anew.
pub fn session_secret(key: &AisleKey, store: &str, session: Uuid, until: Timestamp) -> [u8; SECRET_BYTES] {
    let until = until.as_second().to_be_bytes();
    mac_of(&key.0, &[SESSION_CONTEXT, store.as_bytes(), b"\n", session.as_bytes(), &until])
}

/// HMAC-SHA-256 (RFC 2104) over parts, one behind the other.
fn mac_of(key: &[u8], parts: &[&[u8]]) -> [u8; SECRET_BYTES] {
    let mut mac = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    parts.iter().for_each(|part| mac.update(part));
    mac.sign().as_ref().try_into().expect("32 bytes")
}

/// Compares without telling by its duration where the first difference is.
fn is_same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len()
        && std::hint::black_box(one.iter().zip(other).fold(0, |differs, (a, b)| differs | (a ^ b))) == 0
}

/// What both codes begin with.
struct Head {
    store: String,
    session: Uuid,
    sequence: u32,
    member: Option<String>,
}

impl Head {
    fn write(
        to: &mut Writer,
        store: &str,
        session: Uuid,
        sequence: u32,
        member: Option<&str>,
    ) -> Result<(), AisleError> {
        to.byte(VERSION);
        to.number(u64::from(member.is_some()));
        to.text(checked_id(store, "store")?);
        to.raw(session.as_bytes());
        to.number(sequence.into());
        if let Some(member) = member {
            to.id(checked_id(member, "member")?);
        }
        Ok(())
    }

    fn read(from: &mut Reader) -> Result<Head, AisleError> {
        let version = from.byte()?;
        if version != VERSION {
            return Err(AisleError::Version(version));
        }
        let flags = from.number()?;
        let store = from.text(ID_BYTES_MAX)?;
        let session = Uuid::from_bytes(from.raw(16)?.try_into().expect("16 bytes"));
        let sequence = u32::try_from(from.number()?).map_err(|_| AisleError::Value("number"))?;
        let member = match flags {
            0 => None,
            1 => Some(from.id(ID_BYTES_MAX)?),
            _ => return Err(AisleError::Value("flag")),
        };
        Ok(Head { store, session, sequence, member })
    }
}

fn write_line(to: &mut Writer, code: &str, quantity: Quantity) -> Result<(), AisleError> {
    if code.len() > AISLE_CODE_CHARS_MAX || code.is_empty() || !code.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(AisleError::Value("line"));
    }
    let thousandths = quantity.checked().map_err(|_| AisleError::Value("line"))?.in_thousandths();
    // A part of a piece would cost a part of its price.
    let pieces = u64::try_from(thousandths).ok().filter(|thousandths| thousandths.is_multiple_of(1000));
    let pieces = pieces.ok_or(AisleError::Value("line"))? / 1000;
    to.id(code);
    // Odd numbers are kept for quantities that no phone may tell.
    to.number(pieces * 2);
    Ok(())
}

fn read_line(from: &mut Reader) -> Result<AisleLine, AisleError> {
    let code = from.id(AISLE_CODE_CHARS_MAX)?;
    let number = Some(from.number()?).filter(|number| number.is_multiple_of(2));
    let pieces = number.and_then(|number| i64::try_from(number / 2).ok());
    let thousandths = pieces.and_then(|pieces| pieces.checked_mul(1000)).ok_or(AisleError::Value("line"))?;
    Ok(AisleLine { code, quantity: Quantity::thousandths(thousandths) })
}

fn checked_id<'a>(id: &'a str, what: &'static str) -> Result<&'a str, AisleError> {
    if (1..=ID_BYTES_MAX).contains(&id.len()) { Ok(id) } else { Err(AisleError::Value(what)) }
}

fn checked_lines(count: usize) -> Result<u64, AisleError> {
    if (1..=AISLE_LINES_MAX).contains(&count) { Ok(count as u64) } else { Err(AisleError::Value("line")) }
}

fn checked_length(bytes: Vec<u8>) -> Result<Vec<u8>, AisleError> {
    if bytes.len() <= AISLE_BYTES_MAX { Ok(bytes) } else { Err(AisleError::Length) }
}

/// Seconds since 1970; codes know no finer time and none before.
fn write_time(to: &mut Writer, at: Timestamp) -> Result<(), AisleError> {
    to.number(u64::try_from(at.as_second()).map_err(|_| AisleError::Value("time"))?);
    Ok(())
}

fn read_time(from: &mut Reader) -> Result<Timestamp, AisleError> {
    let seconds = i64::try_from(from.number()?).ok();
    seconds.and_then(|seconds| Timestamp::from_second(seconds).ok()).ok_or(AisleError::Value("time"))
}

fn write_money(to: &mut Writer, amount: Money) -> Result<(), AisleError> {
    if !(0..=AMOUNT_MAX).contains(&amount.units()) {
        return Err(AisleError::Value("amount"));
    }
    to.number(amount.units().unsigned_abs());
    Ok(())
}

fn read_money(from: &mut Reader) -> Result<Money, AisleError> {
    let units = i64::try_from(from.number()?).ok().filter(|units| *units <= AMOUNT_MAX);
    units.map(Money::minor).ok_or(AisleError::Value("amount"))
}

/// The bytes behind a prefix, without the last `tail` of them, and those.
fn unpacked(text: &str, prefix: &str, tail: usize) -> Result<(Vec<u8>, Vec<u8>), AisleError> {
    let letters = text.trim().strip_prefix(prefix).ok_or(AisleError::NotACode)?;
    if letters.len() > (AISLE_BYTES_MAX + tail).div_ceil(2) * 3 {
        return Err(AisleError::Length);
    }
    let mut bytes = crate::proof::text::bytes_of(letters).ok_or(AisleError::NotACode)?;
    let at = bytes.len().checked_sub(tail).filter(|at| *at <= AISLE_BYTES_MAX).ok_or(AisleError::Length)?;
    let tail = bytes.split_off(at);
    Ok((bytes, tail))
}

fn packed(prefix: &str, bytes: &[u8], tail: &[u8]) -> String {
    format!("{prefix}{}", crate::proof::text::letters_of(&[bytes, tail].concat()))
}

#[cfg(test)]
mod tests;
