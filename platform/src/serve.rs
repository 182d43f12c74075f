//! Running the platform: database, identity, HTTPS, and an orderly end.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::{Arc, Weak};
use std::time::Duration;

use axum_server::Handle;
use axum_server::accept::NoDelayAcceptor;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use hyper_util::rt::TokioTimer;
use tokio::task::JoinHandle;

use crate::api::{Platform, router};
use crate::clock::now_ms;
use crate::payments::{Accounts, AccountsError};
use crate::phone::{FAMILIES, Proxy};
use crate::snapshot::Snapshots;
use crate::store::{self, Database, Store, StoreError};
use crate::tls::{self, IdentityError};

/// Time that open requests get to end.
const STOP_MAX: Duration = Duration::from_secs(20);

/// How often stores are told what has changed in their stock while they count; otherwise each tenth time.
const STOCK_TOLD_EVERY: Duration = Duration::from_secs(60);
const STOCK_TOLD_EACH: u64 = 10;

/// Longest time in which a connection may say nothing at all.
const SILENCE_MAX: Duration = Duration::from_secs(30);
/// Requests at a time on one connection.
const STREAMS_MAX: u32 = 64;

/// How to run it.
#[derive(Clone, Debug)]
pub struct Config {
    /// The database.
    pub database: Database,
    /// Where to listen; port 0 for any.
    pub listen: SocketAddr,
    /// Folder of keys, certificates and snapshots; made when it is not there.
    pub data: PathBuf,
    /// Names besides this machine's own by which tills reach it.
    pub names: Vec<String>,
    /// File of the merchant's accounts at payment providers, whose keys lie here.
    pub payments: Option<PathBuf>,
    /// Proxies whose `X-Forwarded-For` tells a shopper's phone's address; of all others it is not believed.
    pub trusted_proxies: Vec<Proxy>,
}

/// Why it does not run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Keys and certificates.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// Accounts at payment providers.
    #[error(transparent)]
    Accounts(#[from] AccountsError),
    /// Files or sockets.
    #[error("failed {step}: {source}")]
    Io {
        /// What was being done.
        step: &'static str,
        /// What the system said.
        source: io::Error,
    },
}

/// A running platform. Dropping it leaves it running; [`Running::stop`] ends it.
pub struct Running {
    address: SocketAddr,
    authority_pem: PathBuf,
    store: Arc<dyn Store>,
    handle: Handle<SocketAddr>,
    serving: JoinHandle<io::Result<()>>,
}

/// Opens the database, listens, and answers from then on.
pub async fn serve(config: Config) -> Result<Running, ServeError> {
    let io = |step| move |source| ServeError::Io { step, source };
    std::fs::create_dir_all(&config.data).map_err(io("making the data folder"))?;
    // Before anything listens: a wrong key is told at once, not by the first payment.
    let accounts = config.payments.as_deref().map(Accounts::open).transpose()?.unwrap_or_default();
    let store = store::open(&config.database).await?;
    let snapshots = Snapshots::open(config.data.join("snapshots")).map_err(io("making the folder of snapshots"))?;
    let key = tls::signing_key(&config.data)?;
    let tls = RustlsConfig::from_config(tls::server_config(&config.data, &config.names)?);
    let listener = TcpListener::bind(config.listen).map_err(io("listening"))?;
    listener.set_nonblocking(true).map_err(io("listening"))?;
    let address = listener.local_addr().map_err(io("listening"))?;
    let platform = Platform::new(store.clone(), key, snapshots).with_accounts(accounts);
    let platform = Arc::new(platform.behind(config.trusted_proxies));
    for family in FAMILIES {
        tokio::spawn(crate::phone::work(Arc::downgrade(&platform), family));
    }
    let handle = Handle::new();
    let mut server = axum_server::from_tcp(listener)
        .map_err(io("listening"))?
        .acceptor(RustlsAcceptor::new(tls).acceptor(NoDelayAcceptor::new()))
        .handle(handle.clone());
    // A connection that says nothing, or whose other end is gone, does not stay for ever.
    let http = server.http_builder();
    http.http1().timer(TokioTimer::new()).header_read_timeout(SILENCE_MAX);
    http.http2().timer(TokioTimer::new()).keep_alive_interval(SILENCE_MAX).keep_alive_timeout(SILENCE_MAX);
    http.http2().max_concurrent_streams(STREAMS_MAX);
    let server = server.serve(router(platform).into_make_service_with_connect_info::<SocketAddr>());
    tokio::spawn(tell_stock(Arc::downgrade(&store)));
    tracing::info!(%address, database = %config.database, "platform serves");
    Ok(Running {
        address,
        authority_pem: config.data.join("authority.pem"),
        store,
        handle,
        serving: tokio::spawn(server),
    })
}

impl Running {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it listens, as tills are told.
    pub fn url(&self) -> String {
        format!("https://{}", self.address)
    }

    /// The certificate that clients trust.
    pub fn authority_pem(&self) -> &std::path::Path {
        &self.authority_pem
    }

    /// Its database.
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// Takes no more connections, lets open requests end, and returns when all is quiet.
    pub async fn stop(self) -> Result<(), ServeError> {
        self.handle.graceful_shutdown(Some(STOP_MAX));
        self.ended().await
    }

    /// Runs until `signal` comes, then stops.
    pub async fn until(mut self, signal: impl Future<Output = ()>) -> Result<(), ServeError> {
        tokio::select! {
            () = signal => self.stop().await,
            ended = &mut self.serving => finish(ended),
        }
    }

    async fn ended(self) -> Result<(), ServeError> {
        finish(self.serving.await)
    }
}

/// Tells stores their stock, until the platform is gone.
async fn tell_stock(store: Weak<dyn Store>) {
    let mut closed_before = None;
    for turn in 1_u64.. {
        tokio::time::sleep(STOCK_TOLD_EVERY).await;
        let Some(store) = store.upgrade() else { return };
        let told = async {
            let counts = store.counts(None).await?;
            let closed = counts.iter().filter(|count| count.closed_at_ms.is_some()).count();
            // One that was closed has moved the book, and the terminal that opened it learns by the levels that it is over.
            let news = closed < counts.len() || closed_before != Some(closed);
            if news || turn.is_multiple_of(STOCK_TOLD_EACH) {
                store.tell_stock(now_ms()).await?;
            }
            Ok::<_, StoreError>(closed)
        };
        match told.await {
            Ok(closed) => closed_before = Some(closed),
            Err(error) => tracing::warn!(%error, "stores were not told their stock; trying again"),
        }
    }
}

fn finish(ended: Result<io::Result<()>, tokio::task::JoinError>) -> Result<(), ServeError> {
    let step = "serving";
    match ended {
        Ok(Ok(())) => Ok(()),
        Ok(Err(source)) => Err(ServeError::Io { step, source }),
        Err(error) => Err(ServeError::Io { step, source: io::Error::other(error) }),
    }
}
