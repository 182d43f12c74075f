//! Who is asking. A token is `<terminal id>.<secret>`; the platform keeps the SHA-256 of the secret alone.

use axum::http::{HeaderMap, header};
use protocol::chain::{Hash, to_hex};
use protocol::v1::ProblemKind;
use ring::rand::{SecureRandom, SystemRandom};
use uuid::Uuid;

use super::{Fault, Platform};
use crate::store::Terminal;

/// Bytes of a token's secret.
const SECRET_BYTES: usize = 32;

/// A new token for a terminal and the hash to keep of it.
pub fn new_token(terminal: Uuid) -> Result<(String, [u8; 32]), Fault> {
    let mut secret = [0; SECRET_BYTES];
    SystemRandom::new()
        .fill(&mut secret)
        .map_err(|_| Fault::new(ProblemKind::Internal, "the platform's system gave no randomness; try again"))?;
    let secret = to_hex(&secret);
    let hash = Hash::of(secret.as_bytes()).0;
    Ok((format!("{terminal}.{secret}"), hash))
}

/// The terminal whose token a request bears.
pub async fn terminal(platform: &Platform, headers: &HeaderMap) -> Result<Terminal, Fault> {
    let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let (id, secret) = token.and_then(|token| token.split_once('.')).ok_or_else(not_enrolled)?;
    let id: Uuid = id.parse().map_err(|_| not_enrolled())?;
    let terminal = platform.store.terminal(id).await?.ok_or_else(not_enrolled)?;
    if is_same(&Hash::of(secret.as_bytes()).0, &terminal.token_hash) { Ok(terminal) } else { Err(not_enrolled()) }
}

/// Compares without telling by its duration where the first difference is.
fn is_same(one: &[u8; 32], other: &[u8]) -> bool {
    one.len() == other.len()
        && std::hint::black_box(one.iter().zip(other).fold(0, |differs, (a, b)| differs | (a ^ b))) == 0
}

fn not_enrolled() -> Fault {
    Fault::new(
        ProblemKind::NotEnrolled,
        "this terminal is not enrolled, or its token is no longer the newest; enrol it with a one-time code",
    )
}
