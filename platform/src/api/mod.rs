//! HTTP: who may ask what, and how it is answered. Faults are [`Fault`]s and nothing else.

mod auth;
mod body;
mod catalogue;
mod events;
mod openapi;
mod payments;
mod phone;
mod problem;
mod terminals;
mod watch;

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use protocol::identity::SigningKey;
use protocol::v1::BATCH_EVENTS_MAX;
use tokio::sync::Semaphore;

use crate::metrics::Metrics;
use crate::payments::Accounts;
use crate::phone::{Counts, Proxy, Shops, Thumbs, Turns};
use crate::snapshot::Snapshots;
use crate::store::Store;
use payments::Asked;
use terminals::WrongCodes;

pub use openapi::document;
pub use problem::Fault;

/// Batches that are worked on at a time.
const INGEST_MAX: usize = 8;
/// Batches that are read or wait for their turn.
const INGEST_QUEUE_MAX: usize = 128;
/// Longest wait for a turn.
const INGEST_WAIT_MAX: Duration = Duration::from_secs(10);
/// Longest time until an answer begins.
const ANSWER_MAX: Duration = Duration::from_secs(60);
/// Events in a batch while many tills are sending.
const CREDIT_BUSY: u32 = 200;

/// What the handlers share.
pub struct Platform {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) key: SigningKey,
    pub(crate) snapshots: Snapshots,
    pub(crate) metrics: Metrics,
    ingest: Semaphore,
    ingest_queue: Semaphore,
    wrong_codes: Mutex<WrongCodes>,
    /// Merchants' accounts at payment providers.
    accounts: Accounts,
    asking: Arc<Semaphore>,
    asked: Mutex<Asked>,
    /// What stores sell, for phones.
    shops: Shops,
    thumbs: Thumbs,
    visits: Mutex<Counts>,
    /// Whose word about a phone's address is believed.
    proxies: Vec<Proxy>,
    turns: Turns,
}

impl Platform {
    /// Puts it together; `key` countersigns what was taken.
    pub fn new(store: Arc<dyn Store>, key: SigningKey, snapshots: Snapshots) -> Platform {
        Platform {
            store,
            key,
            snapshots,
            metrics: Metrics::new(),
            ingest: Semaphore::new(INGEST_MAX),
            ingest_queue: Semaphore::new(INGEST_QUEUE_MAX),
            wrong_codes: Mutex::new(WrongCodes::new()),
            accounts: Accounts::default(),
            asking: Arc::new(Semaphore::new(payments::ASKING_MAX)),
            asked: Mutex::default(),
            shops: Shops::default(),
            thumbs: Thumbs::default(),
            visits: Mutex::default(),
            proxies: Vec::new(),
            turns: Turns::default(),
        }
    }

    /// The same with accounts at payment providers, which it asks for tills.
    pub fn with_accounts(self, accounts: Accounts) -> Platform {
        Platform { accounts, ..self }
    }

    /// The same behind proxies that tell for whom they ask.
    pub fn behind(self, proxies: Vec<Proxy>) -> Platform {
        Platform { proxies, ..self }
    }

    /// Events that a till may send in one batch at present.
    fn credit(&self) -> u32 {
        if self.ingest.available_permits() > INGEST_MAX / 4 { BATCH_EVENTS_MAX as u32 } else { CREDIT_BUSY }
    }

    fn wrong_codes(&self) -> MutexGuard<'_, WrongCodes> {
        self.wrong_codes.lock().unwrap_or_else(|held| held.into_inner())
    }

    fn asked(&self) -> MutexGuard<'_, Asked> {
        self.asked.lock().unwrap_or_else(|held| held.into_inner())
    }
}

/// All routes.
pub fn router(platform: Arc<Platform>) -> Router {
    Router::new()
        .route("/v1/enrol", post(terminals::enrol))
        .route("/v1/hello", post(terminals::hello))
        .route("/v1/events", post(events::upload))
        .route("/v1/payments", post(payments::ask))
        .route("/v1/scopes/{scope}/changes", get(catalogue::changes))
        .route("/v1/scopes/{scope}/snapshot", get(catalogue::snapshot))
        .route("/v1/snapshots/{sha256}", get(catalogue::snapshot_bytes))
        .route("/v1/pictures/{sha256}", get(catalogue::picture))
        .route("/go/sw.js", get(phone::worker))
        .route("/go/manifest.webmanifest", get(phone::manifest))
        .route("/go/-/{name}", get(phone::asset))
        .route("/go/{store}", get(phone::page))
        .route("/v1/phone/words", get(phone::words))
        .route("/v1/phone/catalogue", get(phone::catalogue))
        .route("/v1/phone/pictures/{name}", get(phone::picture))
        .route("/v1/phone/session", post(phone::session))
        .route("/v1/phone/member", post(phone::member))
        .route("/v1/phone/pay", post(phone::pay))
        .route("/v1/phone/pay/ask", post(phone::ask))
        .route("/v1/phone/pay/cancel", post(phone::cancel))
        .route("/v1/phone/told", post(phone::told))
        .route("/health", get(watch::health))
        .route("/ready", get(watch::ready))
        .route("/metrics", get(watch::metrics))
        .route("/openapi.json", get(openapi::serve))
        .fallback(async || Fault::not_found())
        .method_not_allowed_fallback(async || Fault::malformed("this address does not take this method"))
        .layer(axum::middleware::from_fn(in_time))
        .with_state(platform)
}

/// Lets no request wait for ever.
async fn in_time(request: Request, next: Next) -> Response {
    match tokio::time::timeout(ANSWER_MAX, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Fault::busy(5).into_response(),
    }
}
