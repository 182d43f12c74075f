//! The platform's own authority and the certificate it serves with.
//!
//! `authority.pem` is what clients trust; it stays the same for the life of the folder. The server's certificate is
//! made anew at every start, so it always names what the server is reached by.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;

use protocol::identity::SigningKey;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// Names by which a server on this machine is reached.
const LOCAL_NAMES: [&str; 3] = ["127.0.0.1", "localhost", "::1"];

/// Why there is no identity to serve with.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// A file said no.
    #[error("failed {step} {file}: {source}")]
    File {
        /// What was being done.
        step: &'static str,
        /// To which file.
        file: String,
        /// What the system said.
        source: io::Error,
    },
    /// A certificate could not be made.
    #[error("failed making the server's certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// TLS does not take it.
    #[error("failed setting TLS up: {0}")]
    Tls(#[from] rustls::Error),
    /// The key that countersigns is damaged or cannot be made.
    #[error(transparent)]
    Key(#[from] protocol::identity::KeyError),
}

/// The key with which the platform countersigns, made at the first start.
pub fn signing_key(data: &Path) -> Result<SigningKey, IdentityError> {
    let file = data.join("platform-key.pkcs8");
    if let Some(stored) = read(&file)? {
        return Ok(SigningKey::from_pkcs8(&stored)?);
    }
    let key = SigningKey::generate()?;
    write(&file, key.pkcs8(), true)?;
    Ok(key)
}

/// TLS for this machine's names and those given; the authority is made at the first start.
pub fn server_config(data: &Path, names: &[String]) -> Result<Arc<ServerConfig>, IdentityError> {
    let authority_key = authority_key(data)?;
    let params = authority_params();
    let file = data.join("authority.pem");
    if read(&file)?.is_none() {
        let authority = params.self_signed(&authority_key)?;
        write(&file, authority.pem().as_bytes(), false)?;
    }
    let issuer = Issuer::new(params, authority_key);
    let names = LOCAL_NAMES.into_iter().map(str::to_owned).chain(names.iter().cloned());
    let mut server = CertificateParams::new(names.collect::<Vec<_>>())?;
    server.distinguished_name.push(DnType::CommonName, "Guitai platform");
    server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    server.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate()?;
    let certificate = server.signed_by(&key, &issuer)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der())),
        )?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

fn authority_key(data: &Path) -> Result<KeyPair, IdentityError> {
    let file = data.join("authority-key.pem");
    if let Some(stored) = read(&file)? {
        return Ok(KeyPair::from_pem(&String::from_utf8_lossy(&stored))?);
    }
    let key = KeyPair::generate()?;
    write(&file, key.serialize_pem().as_bytes(), true)?;
    Ok(key)
}

fn authority_params() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "Guitai platform authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn read(file: &Path) -> Result<Option<Vec<u8>>, IdentityError> {
    match std::fs::read(file) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(IdentityError::File { step: "reading", file: file.display().to_string(), source }),
    }
}

/// Writes a new file whole or not at all; a secret one for its owner alone.
fn write(file: &Path, bytes: &[u8], secret: bool) -> Result<(), IdentityError> {
    let part = file.with_extension("part");
    let run = || {
        let mode = if secret { 0o600 } else { 0o644 };
        let mut out = OpenOptions::new().write(true).create(true).truncate(true).mode(mode).open(&part)?;
        out.write_all(bytes)?;
        out.sync_all()?;
        std::fs::rename(&part, file)?;
        // A key that a power cut takes away again would make strangers of all terminals.
        std::fs::File::open(file.parent().unwrap_or(Path::new(".")))?.sync_all()
    };
    run().map_err(|source| IdentityError::File { step: "writing", file: file.display().to_string(), source })
}
