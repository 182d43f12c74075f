//! HTTPS to the platform.

use std::io::Read;
use std::time::Duration;

use protocol::v1;
use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, RANGE, RETRY_AFTER};
use reqwest::{Certificate, Client, Method, RequestBuilder, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Bytes of an answer, before and after decompression. The largest is a full one of changes.
const ANSWER_BYTES_MAX: u64 = 64 << 20;
/// Until the connection stands.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// Without a byte from the platform.
const SILENCE_MAX: Duration = Duration::from_secs(20);
/// A whole exchange, except that of a snapshot.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);
/// Level of compression; more costs the till's processor, and brings little.
const ZSTD_LEVEL: i32 = 3;

/// Why the platform did not do as asked.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// The authority's certificate cannot be used.
    #[error("failed reading the authority's certificate: {0}")]
    Authority(String),
    /// No answer: no network, the platform is off, or it is not the platform that was enrolled with.
    #[error("the platform cannot be reached: {0}")]
    Away(String),
    /// The platform said why.
    #[error("the platform refused: {}", .problem.detail)]
    Refused {
        /// In its words.
        problem: Box<v1::Problem>,
        /// When it wants to be asked again.
        retry_after: Option<Duration>,
    },
    /// An answer that this version does not define.
    #[error("the platform's answer is not understood: {0}")]
    Nonsense(String),
}

impl LinkError {
    /// The kind of fault, when the platform named one that is known.
    pub(crate) fn kind(&self) -> Option<v1::ProblemKind> {
        match self {
            LinkError::Refused { problem, .. } => v1::ProblemKind::of(problem),
            LinkError::Authority(_) | LinkError::Away(_) | LinkError::Nonsense(_) => None,
        }
    }

    /// When the platform wants to be asked again.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        match self {
            LinkError::Refused { retry_after, .. } => *retry_after,
            LinkError::Authority(_) | LinkError::Away(_) | LinkError::Nonsense(_) => None,
        }
    }

    /// Whether there was an answer at all.
    pub(crate) fn answered(&self) -> bool {
        matches!(self, LinkError::Refused { .. } | LinkError::Nonsense(_))
    }
}

/// A connection to one platform, trusted by one authority's certificate.
#[derive(Clone)]
pub(crate) struct Link {
    client: Client,
    platform: String,
    token: Option<String>,
}

impl Link {
    pub(crate) fn new(platform: &str, authority: &str, token: Option<String>) -> Result<Link, LinkError> {
        let fault = |error: reqwest::Error| LinkError::Authority(chain(&error));
        let certificates = Certificate::from_pem_bundle(authority.as_bytes()).map_err(fault)?;
        if certificates.is_empty() {
            return Err(LinkError::Authority("there is none in the file".to_owned()));
        }
        let client = Client::builder()
            .tls_certs_only(certificates)
            .https_only(true)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_WITHIN)
            .read_timeout(SILENCE_MAX)
            .tcp_nodelay(true)
            .user_agent(crate::PROGRAM)
            .build()
            .map_err(fault)?;
        Ok(Link { client, platform: platform.trim_end_matches('/').to_owned(), token })
    }

    /// Posts a message, compressed.
    pub(crate) async fn post<T: DeserializeOwned>(&self, path: &str, message: &impl Serialize) -> Result<T, LinkError> {
        let json = serde_json::to_vec(message).map_err(|error| LinkError::Nonsense(error.to_string()))?;
        let body = zstd::bulk::compress(&json, ZSTD_LEVEL).map_err(|error| LinkError::Nonsense(error.to_string()))?;
        let request = self
            .request(Method::POST, path)
            .timeout(ANSWER_WITHIN)
            .header(ACCEPT_ENCODING, "zstd")
            .header(CONTENT_TYPE, "application/json")
            .header(CONTENT_ENCODING, "zstd")
            .body(body);
        read(send(request).await?).await
    }

    /// Asks for a message.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, LinkError> {
        let request = self.request(Method::GET, path).timeout(ANSWER_WITHIN).header(ACCEPT_ENCODING, "zstd");
        read(send(request).await?).await
    }

    /// Asks for bytes from an offset on. The answer's status tells whether the offset was heeded.
    pub(crate) async fn bytes_from(&self, path: &str, offset: u64) -> Result<Response, LinkError> {
        let mut request = self.request(Method::GET, path);
        if offset > 0 {
            request = request.header(RANGE, format!("bytes={offset}-"));
        }
        send(request).await
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.platform));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }
}

async fn send(request: RequestBuilder) -> Result<Response, LinkError> {
    let response = request.send().await.map_err(away)?;
    if response.status().is_success() {
        return Ok(response);
    }
    let status = response.status();
    let retry_after = retry_after(response.headers());
    let body = body(response).await?;
    let problem = serde_json::from_slice(&body).unwrap_or_else(|_| unnamed(status));
    Err(LinkError::Refused { problem: Box::new(problem), retry_after })
}

async fn read<T: DeserializeOwned>(response: Response) -> Result<T, LinkError> {
    let body = body(response).await?;
    serde_json::from_slice(&body).map_err(|error| LinkError::Nonsense(error.to_string()))
}

async fn body(mut response: Response) -> Result<Vec<u8>, LinkError> {
    let compressed = response.headers().get(CONTENT_ENCODING).is_some_and(|encoding| encoding == "zstd");
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(away)? {
        if (bytes.len() + chunk.len()) as u64 > ANSWER_BYTES_MAX {
            return Err(LinkError::Nonsense("it is too long".to_owned()));
        }
        bytes.extend_from_slice(&chunk);
    }
    match compressed {
        false => Ok(bytes),
        true => decompress(&bytes).map_err(|error| LinkError::Nonsense(error.to_string())),
    }
}

fn decompress(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut plain = Vec::new();
    zstd::Decoder::new(bytes)?.take(ANSWER_BYTES_MAX).read_to_end(&mut plain)?;
    Ok(plain)
}

/// A refusal that is not worded as a problem, e.g. of something between here and the platform.
fn unnamed(status: StatusCode) -> v1::Problem {
    let kind = match status.as_u16() {
        401 => v1::ProblemKind::NotEnrolled,
        404 => v1::ProblemKind::NotFound,
        410 => v1::ProblemKind::Gone,
        413 => v1::ProblemKind::TooLarge,
        429 | 502..=504 => v1::ProblemKind::Busy,
        400..=499 => v1::ProblemKind::Malformed,
        _other => v1::ProblemKind::Internal,
    };
    v1::Problem {
        kind: format!("urn:guitai:{}", kind.word()),
        title: status.to_string(),
        status: status.as_u16(),
        detail: format!("the answer was {status}"),
        expected: None,
    }
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}

fn away(error: reqwest::Error) -> LinkError {
    LinkError::Away(chain(&error.without_url()))
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
