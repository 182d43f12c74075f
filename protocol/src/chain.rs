//! The hash chain over one terminal's events.
//!
//! `hash(n) = SHA-256(hash(n-1) || bytes(n))`, and the link before the first event of an epoch binds the chain to
//! its terminal and epoch, so that a chain cannot be passed off as another's.

use std::fmt;

use ring::digest::{Context, SHA256, digest};
use serde::{Deserialize, Serialize};

/// A SHA-256 value; 64 lower-case hexadecimal digits in text and on the wire.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hash(pub [u8; 32]);

/// The text was not 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a hash is 64 hexadecimal digits")]
pub struct BadHash;

impl Hash {
    /// The link before the first event of an epoch.
    pub fn genesis(terminal: uuid::Uuid, epoch: u32) -> Hash {
        Hash::of(format!("guitai-chain-v1\n{terminal}\n{epoch}\n").as_bytes())
    }

    /// The plain SHA-256 of some bytes.
    pub fn of(bytes: &[u8]) -> Hash {
        Hash(digest(&SHA256, bytes).as_ref().try_into().expect("SHA-256 gives 32 bytes"))
    }

    /// The link after an event of these bytes.
    pub fn then(self, bytes: &[u8]) -> Hash {
        let mut context = Context::new(&SHA256);
        context.update(&self.0);
        context.update(bytes);
        Hash(context.finish().as_ref().try_into().expect("SHA-256 gives 32 bytes"))
    }

    /// Reads 64 hexadecimal digits.
    pub fn parse(text: &str) -> Result<Hash, BadHash> {
        let bytes = from_hex(text).ok_or(BadHash)?;
        bytes.try_into().map(Hash).map_err(|_| BadHash)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&to_hex(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl Serialize for Hash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Hash::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// Lower-case hexadecimal digits of some bytes.
pub fn to_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// Bytes of hexadecimal digits in either case; `None` for anything else.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let value = |digit: u8| char::from(digit).to_digit(16).map(|value| value as u8);
    digits.chunks(2).map(|pair| Some(value(pair[0])? << 4 | value(pair[1])?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_depends_on_every_byte_and_on_its_terminal_and_epoch() {
        let terminal = uuid::Uuid::from_u128(7);
        let first = Hash::genesis(terminal, 1).then(b"a").then(b"b");
        assert_ne!(first, Hash::genesis(terminal, 2).then(b"a").then(b"b"));
        assert_ne!(first, Hash::genesis(uuid::Uuid::from_u128(8), 1).then(b"a").then(b"b"));
        assert_ne!(first, Hash::genesis(terminal, 1).then(b"ab"));
        assert_eq!(Hash::parse(&first.to_string()), Ok(first));
        assert_eq!(Hash::parse("00"), Err(BadHash));
    }

    #[test]
    fn sha_256_is_the_standard_one() {
        // FIPS 180-4, "abc".
        assert_eq!(Hash::of(b"abc").to_string(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
