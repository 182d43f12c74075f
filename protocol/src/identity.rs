//! Keys with which a terminal signs its batches and the platform countersigns them (Ed25519, RFC 8032).

use ring::rand::SystemRandom;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

use crate::chain::{Hash, from_hex, to_hex};

/// A key pair of a terminal or of the platform.
pub struct SigningKey {
    pair: Ed25519KeyPair,
    pkcs8: Vec<u8>,
}

/// What can go wrong with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The system has no randomness to give.
    #[error("failed making a key: the system gave no randomness")]
    NoRandomness,
    /// The stored key is damaged.
    #[error("failed reading a stored key: not a PKCS#8 Ed25519 key")]
    Damaged,
}

impl SigningKey {
    /// Makes a new key.
    pub fn generate() -> Result<SigningKey, KeyError> {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| KeyError::NoRandomness)?;
        SigningKey::from_pkcs8(document.as_ref())
    }

    /// Reads a stored key.
    pub fn from_pkcs8(pkcs8: &[u8]) -> Result<SigningKey, KeyError> {
        let pair = Ed25519KeyPair::from_pkcs8(pkcs8).map_err(|_| KeyError::Damaged)?;
        Ok(SigningKey { pair, pkcs8: pkcs8.to_vec() })
    }

    /// The bytes to store; secret.
    pub fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }

    /// The public half, as hexadecimal digits.
    pub fn public_hex(&self) -> String {
        to_hex(self.pair.public_key().as_ref())
    }

    /// Signature over a message.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.pair.sign(message).as_ref().try_into().expect("an Ed25519 signature has 64 bytes")
    }

    /// Signature over a message, as hexadecimal digits.
    pub fn sign_hex(&self, message: &[u8]) -> String {
        to_hex(self.pair.sign(message).as_ref())
    }
}

/// Whether `signature_hex` is `public_hex`'s signature over the message.
pub fn verify_hex(public_hex: &str, message: &[u8], signature_hex: &str) -> bool {
    from_hex(signature_hex).is_some_and(|signature| verify(public_hex, message, &signature))
}

/// Whether `signature` is `public_hex`'s signature over the message.
pub fn verify(public_hex: &str, message: &[u8], signature: &[u8]) -> bool {
    from_hex(public_hex)
        .is_some_and(|public| UnparsedPublicKey::new(&ED25519, public).verify(message, signature).is_ok())
}

/// What a terminal signs for a batch: the chain's head binds every byte of it and of all before it.
pub fn batch_message(terminal: uuid::Uuid, epoch: u32, first_seq: u64, last_seq: u64, head: Hash) -> Vec<u8> {
    format!("guitai-batch-v1\n{terminal}\n{epoch}\n{first_seq}\n{last_seq}\n{head}\n").into_bytes()
}

/// What the platform signs when it has taken everything up to `seq`.
pub fn receipt_message(terminal: uuid::Uuid, epoch: u32, seq: u64, head: Hash) -> Vec<u8> {
    format!("guitai-taken-v1\n{terminal}\n{epoch}\n{seq}\n{head}\n").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_for_its_message_and_key_alone() {
        let key = SigningKey::generate().unwrap();
        let again = SigningKey::from_pkcs8(key.pkcs8()).unwrap();
        let terminal = uuid::Uuid::from_u128(7);
        let message = batch_message(terminal, 1, 1, 9, Hash::of(b"x"));
        let signature = again.sign_hex(&message);
        assert!(verify_hex(&key.public_hex(), &message, &signature));
        assert!(!verify_hex(&key.public_hex(), &receipt_message(terminal, 1, 9, Hash::of(b"x")), &signature));
        assert!(!verify_hex(&SigningKey::generate().unwrap().public_hex(), &message, &signature));
        assert!(!verify_hex("zz", &message, &signature));
        assert!(verify(&key.public_hex(), &message, &again.sign(&message)));
        assert!(SigningKey::from_pkcs8(b"no key").is_err());
    }
}
