//! The connection to a provider: the one place that reads a clock, draws numbers and opens sockets.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use reqwest::redirect::Policy;
use reqwest::{Certificate, Identity, Method};
use ring::rand::{SecureRandom, SystemRandom};

use crate::account::OpenError;
use crate::http::{Request, Response};
use crate::key;
use crate::provider::Moment;

/// How long connecting may take.
pub const CONNECT_MAX: Duration = Duration::from_secs(3);
/// How long a request may take from first to last byte, at all hosts together: as long as
/// [`TimeRules::answer_within`](domain::payment::TimeRules::answer_within).
pub const WHOLE_MAX: Duration = Duration::from_secs(10);
/// How long a connection that nothing goes over is kept.
const IDLE_MAX: Duration = Duration::from_secs(50);

/// What a connection needs.
pub struct Connection<'a> {
    /// Certificates that alone are trusted, PEM; the system's when there are none.
    pub ca: Option<PathBuf>,
    /// The same as text, where they lie in no file.
    pub authority: Option<&'a str>,
    /// The merchant's private key and certificate, PEM, where the provider asks for them.
    pub identity: Option<Vec<u8>>,
    /// The provider's address.
    pub first: &'a str,
    /// Its second address.
    pub second: Option<&'a str>,
}

/// Why nothing was heard. Never an address or what was sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// The host was not reached: nothing has arrived there.
    #[error("failed connecting: {0}")]
    Connecting(String),
    /// It took too long, or the connection broke: what was sent may have arrived.
    #[error("failed waiting for an answer: {0}")]
    Waiting(String),
    /// The answer is longer than any.
    #[error("the answer is too long")]
    TooLong,
    /// There is no such request.
    #[error("that is no request")]
    Request,
}

/// Bytes that went both ways, as numbers that only grow: bodies, without what TLS and HTTP add.
#[derive(Debug, Default)]
pub struct Traffic {
    sent: AtomicU64,
    received: AtomicU64,
}

impl Traffic {
    /// Bytes sent and bytes received.
    pub fn read(&self) -> (u64, u64) {
        (self.sent.load(Ordering::Relaxed), self.received.load(Ordering::Relaxed))
    }
}

/// A connection to a provider, kept open between requests.
#[derive(Debug)]
pub struct Client {
    http: reqwest::Client,
    first: String,
    second: Option<String>,
    traffic: Traffic,
}

impl Client {
    /// Sets a connection up; connects nowhere yet.
    ///
    /// # Errors
    /// [`OpenError`], when certificates cannot be read.
    pub fn new(connection: &Connection) -> Result<Client, OpenError> {
        // A second installation changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let failed = |error: reqwest::Error| OpenError::Connection(chain(&error.without_url()));
        let mut builder = reqwest::Client::builder()
            .https_only(true)
            .http1_only()
            .no_proxy()
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(CONNECT_MAX)
            .timeout(WHOLE_MAX)
            .pool_idle_timeout(IDLE_MAX)
            .tcp_nodelay(true)
            .user_agent(concat!("guitai/", env!("CARGO_PKG_VERSION")));
        let trusted = match (&connection.ca, connection.authority) {
            (Some(path), _) => Some((key::read(path)?, path.display().to_string())),
            (None, Some(text)) => Some((text.as_bytes().to_vec(), "the authority that is known".to_owned())),
            (None, None) => None,
        };
        if let Some((pem, place)) = trusted {
            let certificates = Certificate::from_pem_bundle(&pem).map_err(failed)?;
            if certificates.is_empty() {
                return Err(OpenError::Connection(format!("there is no certificate in {place}")));
            }
            builder = builder.tls_certs_only(certificates);
        }
        if let Some(identity) = &connection.identity {
            builder = builder.identity(Identity::from_pem(identity).map_err(failed)?);
        }
        Ok(Client {
            http: builder.build().map_err(failed)?,
            first: connection.first.to_owned(),
            second: connection.second.map(str::to_owned),
            traffic: Traffic::default(),
        })
    }

    /// Bytes that went both ways.
    pub fn traffic(&self) -> &Traffic {
        &self.traffic
    }

    /// Sends a request once, to the host that it names.
    ///
    /// # Errors
    /// [`ClientError`]; after all but [`ClientError::Connecting`] and [`ClientError::Request`] it may have arrived.
    pub async fn execute(&self, request: &Request, bytes_max: usize) -> Result<Response, ClientError> {
        self.send(request, &request.url, bytes_max).await
    }

    /// Sends a request that may arrive twice: to the first host, and when that is out of reach to the second one. Never a
    /// payment.
    ///
    /// # Errors
    /// [`ClientError`].
    pub async fn execute_anywhere(&self, request: &Request, bytes_max: usize) -> Result<Response, ClientError> {
        let both = async {
            let heard = self.send(request, &request.url, bytes_max).await;
            let elsewhere = self
                .second
                .as_ref()
                .and_then(|second| request.url.strip_prefix(&self.first).map(|path| format!("{second}{path}")));
            match (heard, elsewhere) {
                (Err(ClientError::Connecting(_)), Some(url)) => self.send(request, &url, bytes_max).await,
                (heard, _) => heard,
            }
        };
        let whole = tokio::time::timeout(WHOLE_MAX, both).await;
        whole.unwrap_or_else(|_| Err(ClientError::Waiting("it took too long".to_owned())))
    }

    async fn send(&self, request: &Request, url: &str, bytes_max: usize) -> Result<Response, ClientError> {
        let method = Method::from_bytes(request.method.as_bytes()).map_err(|_| ClientError::Request)?;
        let mut built = self.http.request(method, url).body(request.body.clone());
        for (name, value) in &request.headers {
            built = built.header(*name, value);
        }
        self.traffic.sent.fetch_add(request.body.len() as u64, Ordering::Relaxed);
        let mut answer = built.send().await.map_err(away)?;
        let header = |(name, value): (&reqwest::header::HeaderName, &reqwest::header::HeaderValue)| {
            Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
        };
        let headers = answer.headers().iter().filter_map(header).collect();
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(away)? {
            if body.len() + chunk.len() > bytes_max {
                return Err(ClientError::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        self.traffic.received.fetch_add(body.len() as u64, Ordering::Relaxed);
        Ok(Response { status: answer.status().as_u16(), headers, body })
    }
}

impl Moment {
    /// This one.
    ///
    /// # Panics
    /// When the system gives no random numbers.
    pub fn now() -> Moment {
        let mut nonce = [0; 16];
        SystemRandom::new().fill(&mut nonce).expect("the system gives random numbers");
        Moment { at: Timestamp::now(), nonce: u128::from_be_bytes(nonce) }
    }
}

fn away(error: reqwest::Error) -> ClientError {
    let connecting = error.is_connect();
    let error = error.without_url();
    match (connecting, error.is_builder()) {
        (_, true) => ClientError::Request,
        (true, _) => ClientError::Connecting(chain(&error)),
        (false, _) => ClientError::Waiting(chain(&error)),
    }
}

/// The error with its causes: the first one alone says too little.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text = format!("{text}: {next}");
        cause = next.source();
    }
    text
}
