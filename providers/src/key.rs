//! Keys: where they come from, what they sign and what they verify. None is ever shown.

use std::fmt;
use std::fs;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey};
use rustls::pki_types::pem::{SectionKind, from_buf};

/// Bytes of a key file that are read; a chain of certificates is far smaller.
const KEY_FILE_BYTES_MAX: u64 = 64 << 10;
/// Readable by everybody.
const WORLD_READABLE: u32 = 0o004;

/// Why a key cannot be used, in words for who installs it. Never what stands in the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// It cannot be read.
    #[error("failed reading {path}: {cause}")]
    Reading {
        /// Which file.
        path: String,
        /// What the system said.
        cause: String,
    },
    /// Everybody on this computer could read a secret.
    #[error("{path} can be read by everybody on this computer: set its mode to 600 (chmod 600)")]
    Open {
        /// Which file.
        path: String,
    },
    /// It is something else.
    #[error("{path} is not {wanted}")]
    Kind {
        /// Which file.
        path: String,
        /// What was looked for.
        wanted: &'static str,
    },
}

/// Reads a file that is a secret.
///
/// # Errors
/// [`KeyError`], also when everybody may read it.
pub(crate) fn read_secret(path: &Path) -> Result<Vec<u8>, KeyError> {
    let shown = path.display().to_string();
    let failed = |error: std::io::Error| KeyError::Reading { path: shown.clone(), cause: error.to_string() };
    let mode = fs::metadata(path).map_err(failed)?.permissions().mode();
    if mode & WORLD_READABLE != 0 {
        return Err(KeyError::Open { path: shown });
    }
    read(path)
}

/// Reads a file that may be seen.
///
/// # Errors
/// [`KeyError::Reading`].
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, KeyError> {
    let shown = path.display().to_string();
    let failed = |error: std::io::Error| KeyError::Reading { path: shown.clone(), cause: error.to_string() };
    let mut bytes = Vec::new();
    fs::File::open(path).map_err(failed)?.take(KEY_FILE_BYTES_MAX).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

/// The merchant's private key: RSA of 2048 bits or more.
pub struct SigningKey(RsaKeyPair);

impl SigningKey {
    /// Reads a key: PEM (PKCS#8 or PKCS#1), or the bare base64 that Alipay's tools write.
    pub fn parse(bytes: &[u8]) -> Option<SigningKey> {
        let (kind, der) = section(bytes, &[SectionKind::PrivateKey, SectionKind::RsaPrivateKey])?;
        let pair = match kind {
            Some(SectionKind::PrivateKey) => RsaKeyPair::from_pkcs8(&der).ok(),
            Some(_) => RsaKeyPair::from_der(&der).ok(),
            None => RsaKeyPair::from_pkcs8(&der).or_else(|_| RsaKeyPair::from_der(&der)).ok(),
        };
        pair.map(SigningKey)
    }

    /// Reads it from a file that only its owner and group may read.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn open(path: &Path) -> Result<SigningKey, KeyError> {
        let wanted = "an RSA private key of 2048 bits or more in PEM (PKCS#8 or PKCS#1)";
        SigningKey::parse(&read_secret(path)?)
            .ok_or_else(|| KeyError::Kind { path: path.display().to_string(), wanted })
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256, in base64.
    pub fn sign(&self, message: &[u8]) -> Option<String> {
        let mut signature = vec![0; self.0.public().modulus_len()];
        self.0.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).ok()?;
        Some(STANDARD.encode(signature))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a signing key")
    }
}

/// A provider's public key.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifyingKey {
    /// `RSAPublicKey`, DER.
    key: Vec<u8>,
    serial: Option<String>,
}

impl VerifyingKey {
    /// Reads a key: a public key in PEM or bare base64 (`SubjectPublicKeyInfo`), or a certificate in PEM.
    pub fn parse(bytes: &[u8]) -> Option<VerifyingKey> {
        let (kind, der) = section(bytes, &[SectionKind::PublicKey, SectionKind::Certificate])?;
        match kind {
            Some(SectionKind::Certificate) => certificate_key(&der),
            Some(_) | None => info_key(&der).map(|key| VerifyingKey { key: key.to_vec(), serial: None }),
        }
    }

    /// Reads it from a file.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn open(path: &Path) -> Result<VerifyingKey, KeyError> {
        let wanted = "an RSA public key or a certificate in PEM";
        VerifyingKey::parse(&read(path)?).ok_or_else(|| KeyError::Kind { path: path.display().to_string(), wanted })
    }

    /// Number of the certificate that it came from, in upper hex.
    pub fn serial(&self) -> Option<&str> {
        self.serial.as_deref()
    }

    /// Whether a base64 signature is over this message.
    pub fn verifies(&self, message: &[u8], signature: &str) -> bool {
        let Ok(signature) = STANDARD.decode(signature) else { return false };
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &self.key).verify(message, &signature).is_ok()
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a verifying key")
    }
}

/// The first wanted section of a PEM file, or the whole of a bare base64 one.
fn section(bytes: &[u8], wanted: &[SectionKind]) -> Option<(Option<SectionKind>, Vec<u8>)> {
    if !bytes.windows(11).any(|part| part == b"-----BEGIN ") {
        let bare: Vec<u8> = bytes.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
        return STANDARD.decode(bare).ok().map(|der| (None, der));
    }
    let mut rest = bytes;
    while let Ok(Some((kind, der))) = from_buf(&mut rest) {
        if wanted.contains(&kind) {
            return Some((Some(kind), der));
        }
    }
    None
}

const INTEGER: u8 = 0x02;
const BITS: u8 = 0x03;
const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
/// 1.2.840.113549.1.1.1, rsaEncryption.
const RSA: &[u8] = &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

/// One DER element: its tag and content; the input goes behind it. (X.690, lengths of up to three bytes.)
fn element<'a>(input: &mut &'a [u8]) -> Option<(u8, &'a [u8])> {
    let (&tag, rest) = input.split_first()?;
    let (&first, mut rest) = rest.split_first()?;
    let length = match first {
        0..=0x7f => usize::from(first),
        0x81..=0x83 => {
            let (bytes, after) = rest.split_at_checked(usize::from(first & 0x7f))?;
            rest = after;
            bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte))
        }
        _ => return None,
    };
    let (content, after) = rest.split_at_checked(length)?;
    *input = after;
    Some((tag, content))
}

fn tagged<'a>(input: &mut &'a [u8], tag: u8) -> Option<&'a [u8]> {
    element(input).filter(|(found, _)| *found == tag).map(|(_, content)| content)
}

/// The `RSAPublicKey` within a `SubjectPublicKeyInfo` (RFC 5280, 4.1).
fn info_key(mut der: &[u8]) -> Option<&[u8]> {
    info_content_key(tagged(&mut der, SEQUENCE)?)
}

fn info_content_key(mut info: &[u8]) -> Option<&[u8]> {
    let algorithm = tagged(&mut info, SEQUENCE)?;
    let (&unused, key) = tagged(&mut info, BITS)?.split_first()?;
    (algorithm.starts_with(RSA) && unused == 0).then_some(key)
}

/// The key and the number of a certificate (RFC 5280, 4.1). Nothing of it is trusted: the file is.
fn certificate_key(mut der: &[u8]) -> Option<VerifyingKey> {
    let mut certificate = tagged(&mut der, SEQUENCE)?;
    let mut body = tagged(&mut certificate, SEQUENCE)?;
    if body.first() == Some(&VERSION) {
        element(&mut body)?;
    }
    let serial = tagged(&mut body, INTEGER)?;
    for _ in ["signature", "issuer", "validity", "subject"] {
        tagged(&mut body, SEQUENCE)?;
    }
    let key = info_content_key(tagged(&mut body, SEQUENCE)?)?.to_vec();
    let significant = serial.iter().skip_while(|byte| **byte == 0);
    Some(VerifyingKey { key, serial: Some(significant.map(|byte| format!("{byte:02X}")).collect()) })
}
