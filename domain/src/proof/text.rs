//! A proof and its signature as the text of a QR code.
//!
//! QR codes pack letters of their alphanumeric mode 11 bits to two. Of its 45 letters 41 are enough to write two bytes as
//! three letters (41³ > 2¹⁶), as many as base 45 needs; the four that are left out (blank, `$`, `%`, `*`) are those that
//! keyboards, scripts and till lines give a meaning.

use super::{PROOF_BYTES_MAX, ProofError, ReceiptProof, to_sign};

/// Bytes of a signature (Ed25519).
pub const SIGNATURE_BYTES: usize = 64;

/// What the text of a proof begins with.
const PREFIX: &str = "GT1";
/// Letters, by value.
const LETTERS: &[u8; 41] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ+-./:";
/// Letters of the longest proof.
const CHARS_MAX: usize = PREFIX.len() + (PROOF_BYTES_MAX + SIGNATURE_BYTES).div_ceil(2) * 3;
/// Letters that a proof has at least, since a signature alone takes so many.
const CHARS_MIN: usize = PREFIX.len() + SIGNATURE_BYTES / 2 * 3;

/// A proof as it stands on paper: bytes and what the till signed them with. Whether the signature holds, and whose it is,
/// is for the caller to find out.
#[derive(Clone, PartialEq, Eq)]
pub struct ProofText {
    /// As [`ReceiptProof::encode`] gives them.
    pub bytes: Vec<u8>,
    /// Over [`ProofText::signed_bytes`].
    pub signature: [u8; SIGNATURE_BYTES],
}

impl std::fmt::Debug for ProofText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ProofText({} bytes)", self.bytes.len())
    }
}

impl ProofText {
    /// Whether a scanned text is meant as a proof. No code of goods is so long and begins so.
    pub fn is_meant(text: &str) -> bool {
        text.len() > CHARS_MIN && text.starts_with(PREFIX)
    }

    /// The text for the QR code, all of its letters in the alphanumeric mode.
    pub fn print(&self) -> String {
        format!("{PREFIX}{}", letters_of(&[&self.bytes[..], &self.signature].concat()))
    }

    /// From the text of a QR code; blanks around it do not count.
    pub fn parse(text: &str) -> Result<ProofText, ProofError> {
        let text = text.trim();
        if !ProofText::is_meant(text) {
            return Err(ProofError::NotAProof);
        }
        if text.len() > CHARS_MAX {
            return Err(ProofError::Length);
        }
        let mut bytes = bytes_of(&text[PREFIX.len()..]).ok_or(ProofError::NotAProof)?;
        let at = bytes.len().checked_sub(SIGNATURE_BYTES).ok_or(ProofError::Length)?;
        let signature = bytes.split_off(at).try_into().expect("as many bytes as were split off");
        Ok(ProofText { bytes, signature })
    }

    /// What the signature is over.
    pub fn signed_bytes(&self) -> Vec<u8> {
        to_sign(&self.bytes)
    }

    /// What it proves, once the signature holds.
    pub fn proof(&self) -> Result<ReceiptProof, ProofError> {
        ReceiptProof::decode(&self.bytes)
    }
}

/// Bytes as letters: two as three, a last one alone as two.
pub(crate) fn letters_of(bytes: &[u8]) -> String {
    let letter = |value: usize| char::from(LETTERS[value % LETTERS.len()]);
    let mut text = String::with_capacity(bytes.len().div_ceil(2) * 3);
    for pair in bytes.chunks(2) {
        let value = pair.iter().fold(0, |value, byte| value * 256 + usize::from(*byte));
        let letters = [letter(value), letter(value / 41), letter(value / 41 / 41)];
        text.extend(&letters[..=pair.len()]);
    }
    text
}

/// What [`letters_of`] wrote, and nothing else.
pub(crate) fn bytes_of(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    for letters in text.as_bytes().chunks(3) {
        let value = |letter: &u8| LETTERS.iter().position(|known| known == letter);
        let sum = letters.iter().rev().try_fold(0, |sum, letter| Some(sum * 41 + value(letter)?))?;
        match letters.len() {
            3 if sum < 0x1_0000 => bytes.extend([(sum >> 8) as u8, sum as u8]),
            2 if sum < 0x100 => bytes.push(sum as u8),
            _ => return None,
        }
    }
    Some(bytes)
}
