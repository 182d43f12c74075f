//! `POST /v1/enrol` and `POST /v1/hello`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use protocol::chain::{Hash, from_hex};
use protocol::v1::{Enrol, Enrolled, Hello, ProblemKind, Welcome};
use protocol::{PROTOCOL_MAX, PROTOCOL_MIN};
use uuid::Uuid;

use super::{Fault, Platform, auth, body};
use crate::clock::now_ms;
use crate::enrolment;
use crate::store::NewTerminal;

/// Bytes of a message that introduces.
const MESSAGE_BYTES_MAX: usize = 64 << 10;
/// Letters of a program's version.
const PROGRAM_CHARS_MAX: usize = 100;
/// Wrong codes in one [`WINDOW`]; a code has 50 bits, so guessing is hopeless.
const WRONG_CODES_MAX: u32 = 30;
/// Time over which wrong codes are counted.
const WINDOW: Duration = Duration::from_secs(60);

/// Counts wrong codes, so that nobody tries many.
#[derive(Debug)]
pub struct WrongCodes {
    since: Instant,
    count: u32,
}

impl WrongCodes {
    /// None yet.
    pub fn new() -> WrongCodes {
        WrongCodes { since: Instant::now(), count: 0 }
    }

    /// Counts a try as wrong before it is known to be, so that many at a time are not one at a time; false when there
    /// were too many.
    fn may_try(&mut self) -> bool {
        if self.since.elapsed() > WINDOW {
            *self = WrongCodes::new();
        }
        let may = self.count < WRONG_CODES_MAX;
        self.count += u32::from(may);
        may
    }

    /// It was no wrong code after all.
    fn forgive(&mut self) {
        self.count = self.count.saturating_sub(1);
    }
}

/// A terminal becomes known.
pub async fn enrol(State(platform): State<Arc<Platform>>, headers: HeaderMap, body: Body) -> Result<Response, Fault> {
    let enrol: Enrol = body::read_json(&headers, body, MESSAGE_BYTES_MAX).await?;
    let protocol = common_version(enrol.protocol_min, enrol.protocol_max)?;
    if from_hex(&enrol.public_key).is_none_or(|key| key.len() != 32) {
        return Err(Fault::malformed("a public key is 64 hexadecimal digits"));
    }
    let id = Uuid::now_v7();
    let (secret_of, token_hash) = auth::new_token(id)?;
    let new = NewTerminal {
        id,
        public_key: enrol.public_key.to_ascii_lowercase(),
        token_hash,
        program: short(&enrol.program),
        at_ms: now_ms(),
    };
    let code = Hash::of(enrolment::normal(&enrol.code).as_bytes()).0;
    if !platform.wrong_codes().may_try() {
        return Err(Fault::busy(WINDOW.as_secs() as u32));
    }
    let known = platform.store.enrol(code, new).await;
    if !matches!(known, Ok(None)) {
        platform.wrong_codes().forgive();
    }
    let Some(terminal) = known? else {
        return Err(Fault::new(
            ProblemKind::BadCode,
            "the enrolment code is unknown, used or older than a day; have a new one made with `platform enrol-code`",
        ));
    };
    // A retry gets the terminal it got before, so its token bears that one's id.
    let secret = secret_of.split_once('.').map_or("", |(_, secret)| secret);
    tracing::info!(terminal = %terminal.id, store = terminal.store, number = terminal.number, "terminal enrolled");
    let enrolled = Enrolled {
        terminal: terminal.id,
        number: terminal.number,
        store: terminal.store,
        token: format!("{}.{secret}", terminal.id),
        platform_key: platform.key.public_hex(),
        protocol,
    };
    Ok(body::json(&headers, &enrolled))
}

/// A terminal is back and asks how far the platform is.
pub async fn hello(State(platform): State<Arc<Platform>>, headers: HeaderMap, body: Body) -> Result<Response, Fault> {
    let terminal = auth::terminal(&platform, &headers).await?;
    let hello: Hello = body::read_json(&headers, body, MESSAGE_BYTES_MAX).await?;
    let protocol = common_version(hello.protocol_min, hello.protocol_max)?;
    let clock_ms = now_ms();
    let offset_ms = hello.clock_ms.saturating_sub(clock_ms);
    let heads = platform.store.hello(terminal.no, &short(&hello.program), offset_ms, clock_ms).await?;
    // One that was enrolled by an older program is not known to its neighbours yet; otherwise this changes nothing.
    let (scope, record) = terminal.told();
    platform.store.put(&scope, vec![record]).await?;
    let welcome = Welcome { protocol, clock_ms, heads, credit: platform.credit() };
    Ok(body::json(&headers, &welcome))
}

fn common_version(min: u32, max: u32) -> Result<u32, Fault> {
    if min > PROTOCOL_MAX || max < PROTOCOL_MIN || min > max {
        return Err(Fault::new(
            ProblemKind::Version,
            format!(
                "this platform speaks versions {PROTOCOL_MIN} to {PROTOCOL_MAX}, the terminal {min} to {max}; update the older one"
            ),
        ));
    }
    Ok(max.min(PROTOCOL_MAX))
}

fn short(program: &str) -> String {
    program.chars().filter(|letter| !letter.is_control()).take(PROGRAM_CHARS_MAX).collect()
}
