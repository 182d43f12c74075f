//! The running agent: who does what.

use std::path::Path;

use journal::{JournalError, ReplicaWriter, SCOPE_CHAIN, scope_of_store};
use protocol::identity::{KeyError, SigningKey};
use tokio::signal::unix::{SignalKind, signal};

use crate::download::Downloader;
use crate::keeper::Keeper;
use crate::link::{Link, LinkError};
use crate::pictures::Pictures;
use crate::upload::Uploader;
use crate::{PROGRAM, now_ms};

/// Why the agent cannot run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// There is no identity.
    #[error("this till is not enrolled: run `sync-agent enrol` with a code from the platform first")]
    NotEnrolled,
    /// The replica cannot be used.
    #[error(transparent)]
    Replica(#[from] JournalError),
    /// The stored key cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The stored certificate cannot be used.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// The system gives no thread or signal.
    #[error("failed starting: {0}")]
    System(#[from] std::io::Error),
    /// A part ended that never ends.
    #[error("the part for {0} has ended by itself; see the log")]
    Ended(&'static str),
}

/// Carries events and catalogue until the process is asked to end. May be killed instead at any point.
pub async fn run(state: &Path, platform: Option<&str>) -> Result<(), RunError> {
    let writer = ReplicaWriter::open(state, now_ms())?;
    let (identity, credentials) = writer.identity()?.ok_or(RunError::NotEnrolled)?;
    let platform = platform.unwrap_or(&credentials.platform);
    let link = Link::new(platform, &credentials.authority, Some(credentials.token))?;
    tracing::info!(program = PROGRAM, platform, terminal = %identity.terminal, "running");
    let (keeper, keeper_gone) = Keeper::start(writer, state)?;
    let download = |scope: String| {
        let downloader =
            Downloader { scope, incoming: state.join("incoming"), link: link.clone(), keeper: keeper.clone() };
        tokio::spawn(downloader.run())
    };
    let store = download(scope_of_store(&identity.store));
    let chain = download(SCOPE_CHAIN.to_owned());
    let pictures = tokio::spawn(Pictures::of(state, link.clone()).run());
    let uploader = Uploader {
        state: state.to_owned(),
        identity,
        key: SigningKey::from_pkcs8(&credentials.private_key)?,
        platform_key: credentials.platform_key,
        link: link.clone(),
        keeper,
    };
    let upload = tokio::spawn(uploader.run());
    let mut end = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = upload => Err(RunError::Ended("uploads")),
        _ = store => Err(RunError::Ended("the store's catalogue")),
        _ = chain => Err(RunError::Ended("the chain's catalogue")),
        _ = pictures => Err(RunError::Ended("pictures of goods")),
        _ = keeper_gone => Err(RunError::Ended("the replica")),
        _ = end.recv() => Ok(()),
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}
