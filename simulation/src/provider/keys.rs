//! Keys for tests, and the signatures that are made with them.

use std::sync::{Arc, OnceLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey};

/// `SEQUENCE { SEQUENCE { rsaEncryption, NULL }, BIT STRING` of a key of 2048 bits (RFC 8017, A.1; RFC 5280, 4.1).
const SPKI_HEAD: [u8; 24] = [
    0x30, 0x82, 0x01, 0x22, 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
    0x03, 0x82, 0x01, 0x0f, 0x00,
];

/// An RSA key of 2048 bits that everybody knows.
#[derive(Clone)]
pub struct KeyPair {
    pem: &'static str,
    key: Arc<RsaKeyPair>,
}

macro_rules! key {
    ($name:ident, $file:literal, $words:literal) => {
        #[doc = $words]
        pub(super) fn $name() -> KeyPair {
            static KEY: OnceLock<KeyPair> = OnceLock::new();
            KEY.get_or_init(|| KeyPair::from_pem(include_str!(concat!("keys/", $file)))).clone()
        }
    };
}

key!(merchant_wechat, "merchant-wechat.pem", "The merchant's at WeChat Pay.");
key!(platform_wechat, "platform-wechat.pem", "WeChat Pay's own.");
key!(merchant_alipay, "merchant-alipay.pem", "The merchant's at Alipay.");
key!(gateway_alipay, "gateway-alipay.pem", "Alipay's own.");

impl KeyPair {
    fn from_pem(pem: &'static str) -> KeyPair {
        let body: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
        let der = STANDARD.decode(body).expect("a key file of ours");
        KeyPair { pem, key: Arc::new(RsaKeyPair::from_pkcs8(&der).expect("a key of ours")) }
    }

    /// The private half, PKCS#8 as PEM.
    pub fn private_pem(&self) -> &'static str {
        self.pem
    }

    /// The public half, SubjectPublicKeyInfo as PEM.
    pub fn public_pem(&self) -> String {
        let der: Vec<u8> = SPKI_HEAD.into_iter().chain(self.key.public().as_ref().iter().copied()).collect();
        let text = STANDARD.encode(der);
        let lines: Vec<&str> = (0..text.len()).step_by(64).map(|at| &text[at..text.len().min(at + 64)]).collect();
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"))
    }

    /// SHA256 with RSA (PKCS#1 v1.5), in base64.
    pub(super) fn sign(&self, message: &[u8]) -> String {
        let mut signature = vec![0; self.key.public().modulus_len()];
        let signed = self.key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature);
        signed.expect("a sound key signs");
        STANDARD.encode(signature)
    }

    /// Whether a signature in base64 is this key's.
    pub(super) fn verifies(&self, message: &[u8], signature: &str) -> bool {
        let Ok(signature) = STANDARD.decode(signature) else { return false };
        let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, self.key.public().as_ref());
        key.verify(message, &signature).is_ok()
    }
}
