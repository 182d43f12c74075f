//! How a machine becomes a terminal.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use journal::{Credentials, Identity, JournalError, ReplicaWriter};
use protocol::identity::{KeyError, SigningKey};
use protocol::{PROTOCOL_MAX, PROTOCOL_MIN, v1};

use crate::link::{Link, LinkError};
use crate::{PROGRAM, now_ms};

/// Key of an enrolment that has not ended well yet, in the state directory.
const KEY_FILE: &str = "enrolling.pkcs8";

/// What an enrolment needs.
#[derive(Clone, Copy)]
pub struct Enrolment<'a> {
    /// The platform's address.
    pub platform: &'a str,
    /// File with the authority's certificate, PEM.
    pub authority: &'a Path,
    /// The till's state directory.
    pub state: &'a Path,
    /// One-time code; secret until it is used.
    pub code: &'a str,
}

/// Why an enrolment failed.
#[derive(Debug, thiserror::Error)]
pub enum EnrolError {
    /// It is a terminal already; enrolling again would leave its unsent sales without a sender.
    #[error("this till is enrolled already, as terminal {number} of store {store}")]
    AlreadyEnrolled {
        /// Its number.
        number: u32,
        /// Its store.
        store: String,
    },
    /// The authority's file cannot be read.
    #[error("failed reading {file}: {cause}")]
    Authority {
        /// The file.
        file: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// The key cannot be stored, so the code was not used.
    #[error("failed storing the till's key: {0}")]
    KeyFile(std::io::Error),
    /// No key could be made.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The platform cannot be reached, or refused.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// The replica cannot be written.
    #[error(transparent)]
    Replica(#[from] JournalError),
}

/// Enrols this machine and stores who it is.
///
/// What the platform already holds of the terminal is stored with it, so that a till on a new disk does not begin an
/// epoch that it has had before. The code may be used again with the same state directory when the answer was lost, or
/// could not be stored: the platform knows the key.
pub async fn enrol(enrolment: Enrolment<'_>) -> Result<Identity, EnrolError> {
    let authority = std::fs::read_to_string(enrolment.authority)
        .map_err(|cause| EnrolError::Authority { file: enrolment.authority.to_owned(), cause })?;
    let mut replica = ReplicaWriter::open(enrolment.state, now_ms())?;
    if let Some((identity, _)) = replica.identity()? {
        return Err(EnrolError::AlreadyEnrolled { number: identity.number, store: identity.store });
    }
    let key = key(enrolment.state)?;
    let stranger = Link::new(enrolment.platform, &authority, None)?;
    let enrolled: v1::Enrolled = stranger
        .post(
            "/v1/enrol",
            &v1::Enrol {
                code: enrolment.code.to_owned(),
                public_key: key.public_hex(),
                program: PROGRAM.to_owned(),
                protocol_min: PROTOCOL_MIN,
                protocol_max: PROTOCOL_MAX,
            },
        )
        .await?;
    if !is_plain(&enrolled.store) {
        return Err(LinkError::Nonsense("the store's id has odd characters".to_owned()).into());
    }
    let link = Link::new(enrolment.platform, &authority, Some(enrolled.token.clone()))?;
    let welcome = greet(&link, 0).await?;
    let identity = Identity { terminal: enrolled.terminal, number: enrolled.number, store: enrolled.store };
    let credentials = Credentials {
        platform: enrolment.platform.to_owned(),
        authority,
        platform_key: enrolled.platform_key,
        token: enrolled.token,
        private_key: key.pkcs8().to_vec(),
    };
    replica.set_identity(&identity, &credentials, &welcome.heads)?;
    replica.contact(Some(now_ms()), None)?;
    if let Err(error) = std::fs::remove_file(enrolment.state.join(KEY_FILE)) {
        tracing::warn!(%error, "the enrolment's key stays beside the replica, which holds it too");
    }
    Ok(identity)
}

/// The key of an enrolment that was begun here before, or a new one that is on the disk before anybody hears of it.
fn key(state: &Path) -> Result<SigningKey, EnrolError> {
    let file = state.join(KEY_FILE);
    if let Ok(stored) = std::fs::read(&file)
        && let Ok(key) = SigningKey::from_pkcs8(&stored)
    {
        return Ok(key);
    }
    let key = SigningKey::generate()?;
    let store = || {
        let mut out = File::options().create(true).truncate(true).write(true).mode(0o600).open(&file)?;
        out.write_all(key.pkcs8())?;
        out.sync_all()?;
        File::open(state)?.sync_all()
    };
    store().map_err(EnrolError::KeyFile)?;
    Ok(key)
}

/// Whether an id may stand in an address and in a file's name.
fn is_plain(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=64).contains(&id.len()) && id.bytes().all(plain)
}

/// Says hello.
pub(crate) async fn greet(link: &Link, epoch: u32) -> Result<v1::Welcome, LinkError> {
    let hello = v1::Hello {
        program: PROGRAM.to_owned(),
        protocol_min: PROTOCOL_MIN,
        protocol_max: PROTOCOL_MAX,
        epoch,
        clock_ms: now_ms(),
    };
    link.post("/v1/hello", &hello).await
}
