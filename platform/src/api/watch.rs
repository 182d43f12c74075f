//! For monitoring: `GET /health`, `/ready`, `/metrics`.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::{Fault, Platform};

/// The program runs.
pub async fn health() -> &'static str {
    "alive\n"
}

/// The program runs and its database answers.
pub async fn ready(State(platform): State<Arc<Platform>>) -> Result<&'static str, Fault> {
    platform.store.scope_head("chain").await?;
    Ok("ready\n")
}

/// Prometheus' text format.
pub async fn metrics(State(platform): State<Arc<Platform>>) -> Result<Response, Fault> {
    let terminals = platform.store.terminals().await?;
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    let text = platform.metrics.text(&terminals);
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}
