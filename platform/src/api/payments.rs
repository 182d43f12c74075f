//! `POST /v1/payments`: a till's question to a payment provider, put with the merchant's keys that lie here.
//!
//! Nothing is remembered and nothing is repeated: that is the till's, which has written the payment down before it asked.
//! What is said of a payment that was not handed on is "declined", since no money can have moved; of everything else
//! that was not handed on nothing is known. The shopper's code goes through and is kept and logged nowhere.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use protocol::v1::{
    PAYMENT_BYTES_MAX, PaymentAnswer, PaymentAsk, PaymentSaid, PaymentStands, PaymentWhat, ProblemKind, RefundStands,
    ReversalStands, family_named, family_word,
};
use providers::relay::{answer_to_wire, from_wire};

use super::{Fault, Platform, auth, body};
use crate::clock::now_ms;
use crate::store::Terminal;

/// Questions that are with providers at a time, of all tills together.
pub(super) const ASKING_MAX: usize = 128;
/// Questions of one terminal in one [`WINDOW`]; a till that settles a doubt asks every few seconds.
const ASKS_MAX: u32 = 60;
/// Time over which questions are counted.
const WINDOW: Duration = Duration::from_secs(60);
/// Terminals that are counted before those of past windows are forgotten.
const COUNTED_MAX: usize = 1024;
/// How old a payment may be that is handed on, and how far the two clocks may differ: what was held up for longer is
/// being taken back by its till.
const OLD_MAX_MS: i64 = 5 * 60 * 1000;
/// Seconds after which a till comes back that asked too much.
const RETRY_AFTER_S: u32 = 5;

const NO_ACCOUNT: &str =
    "总部没有开通这种支付方式，没有扣款 (head office has no account for this kind of payment; nothing was charged)";
const TOO_MANY: &str = "总部正忙，没有扣款 (head office is busy; nothing was charged)";
const TOO_OLD: &str =
    "收银机与总部的时钟相差太多，没有扣款 (the clocks of till and head office differ; nothing was charged)";

/// Counts questions by terminal.
#[derive(Debug, Default)]
pub struct Asked(HashMap<i32, (Instant, u32)>);

impl Asked {
    /// Counts a question; false when there were too many.
    fn may_ask(&mut self, terminal: i32, now: Instant) -> bool {
        if self.0.len() >= COUNTED_MAX {
            self.0.retain(|_, (since, _)| now.duration_since(*since) <= WINDOW);
        }
        let (since, count) = self.0.entry(terminal).or_insert((now, 0));
        if now.duration_since(*since) > WINDOW {
            (*since, *count) = (now, 0);
        }
        let may = *count < ASKS_MAX;
        *count += u32::from(may);
        may
    }
}

/// Asks a provider for a till.
pub async fn ask(State(platform): State<Arc<Platform>>, headers: HeaderMap, body: Body) -> Result<Response, Fault> {
    let terminal = auth::terminal(&platform, &headers).await?;
    let raw = body::read(&headers, body, PAYMENT_BYTES_MAX).await?;
    // What could not be read may hold a code: nothing of it is told.
    let asked: PaymentAsk = serde_json::from_slice(&raw)
        .map_err(|_| Fault::malformed("the message is not the question about a payment that version 1 defines"))?;
    let begun = Instant::now();
    let answered = answer(&platform, &terminal, &asked).await;
    let outcome = answered.as_ref().map_or("turned_away", |answer| word(&answer.says));
    let family = family_named(&asked.family).map_or("unknown", family_word);
    platform.metrics.asked(family, asked.what.word(), outcome, begun.elapsed());
    // A number that is none could be anything, even a code.
    let order = if plain(&asked.order_no) { &asked.order_no } else { "?" };
    tracing::info!(terminal = %terminal.id, order, family, what = asked.what.word(), outcome, "asked a provider");
    Ok(body::json(&headers, &answered?))
}

async fn answer(platform: &Arc<Platform>, terminal: &Terminal, asked: &PaymentAsk) -> Result<PaymentAnswer, Fault> {
    if !platform.asked().may_ask(terminal.no, Instant::now()) {
        return busy(asked);
    }
    let account = family_named(&asked.family).and_then(|family| platform.accounts.of(family));
    let Some(account) = account else { return Ok(not_handed_on(asked, NO_ACCOUNT)) };
    let ask = from_wire(asked).map_err(|bad| Fault::malformed(bad.to_string()))?;
    if asked.what == PaymentWhat::Pay && now_ms().abs_diff(asked.at_ms) > OLD_MAX_MS.unsigned_abs() {
        return Ok(not_handed_on(asked, TOO_OLD));
    }
    let Ok(permit) = platform.asking.clone().try_acquire_owned() else { return busy(asked) };
    let prepared = match account.prepare(ask) {
        Ok(prepared) => prepared,
        Err(error) => return Ok(not_handed_on(asked, &error.to_string())),
    };
    let account = account.clone();
    // By itself, so that a till that hangs up does not break a question off half-way.
    let put = tokio::spawn(async move {
        let reply = account.put(prepared).await;
        drop(permit);
        reply
    });
    let reply = put.await.map_err(|error| {
        tracing::error!(%error, "asking a provider stopped");
        Fault::new(ProblemKind::Internal, "the platform failed asking the provider; the cause is in its log")
    })?;
    Ok(answer_to_wire(&reply))
}

fn busy(asked: &PaymentAsk) -> Result<PaymentAnswer, Fault> {
    match asked.what {
        PaymentWhat::Pay => Ok(not_handed_on(asked, TOO_MANY)),
        PaymentWhat::Query | PaymentWhat::Reverse | PaymentWhat::Refund => Err(Fault::busy(RETRY_AFTER_S)),
    }
}

/// What is said when the provider was not asked: a payment that was not handed on is none.
fn not_handed_on(asked: &PaymentAsk, why: &str) -> PaymentAnswer {
    let says = match asked.what {
        PaymentWhat::Pay => PaymentSaid::Payment(PaymentStands::Declined { why: why.to_owned() }),
        PaymentWhat::Query => PaymentSaid::Payment(PaymentStands::Unknown),
        PaymentWhat::Reverse => PaymentSaid::Reversal(ReversalStands::Unknown),
        PaymentWhat::Refund => {
            PaymentSaid::Refund { no: asked.refund_no.clone().unwrap_or_default(), stands: RefundStands::Unknown }
        }
    };
    PaymentAnswer { order_no: asked.order_no.clone(), says }
}

/// A word for what was said, for metrics and log.
fn word(says: &PaymentSaid) -> &'static str {
    match says {
        PaymentSaid::Payment(PaymentStands::Paid { .. }) => "paid",
        PaymentSaid::Payment(PaymentStands::Declined { .. }) => "declined",
        PaymentSaid::Payment(PaymentStands::Waiting) => "waiting",
        PaymentSaid::Payment(PaymentStands::Reversed) | PaymentSaid::Reversal(ReversalStands::Reversed) => "reversed",
        PaymentSaid::Payment(PaymentStands::NotFound) | PaymentSaid::Reversal(ReversalStands::NotFound) => "not_found",
        PaymentSaid::Reversal(ReversalStands::StillPaid { .. }) => "still_paid",
        PaymentSaid::Refund { stands: RefundStands::Refunded, .. } => "refunded",
        PaymentSaid::Refund { stands: RefundStands::Refused { .. }, .. } => "refused",
        PaymentSaid::Payment(PaymentStands::Unknown)
        | PaymentSaid::Reversal(ReversalStands::Unknown)
        | PaymentSaid::Refund { stands: RefundStands::Unknown, .. } => "unknown",
    }
}

/// Whether a number has a letter in front, as every till's has and no code of digits.
fn plain(no: &str) -> bool {
    let letter = no.bytes().next().is_some_and(|byte| byte.is_ascii_uppercase());
    letter && no.len() <= 32 && no.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_may_ask_so_often_and_no_other_pays_for_it() {
        let mut asked = Asked::default();
        let begun = Instant::now();
        let of = |asked: &mut Asked, terminal, after: u64| asked.may_ask(terminal, begun + Duration::from_secs(after));
        assert_eq!((0..100).filter(|_| of(&mut asked, 1, 0)).count(), ASKS_MAX as usize);
        assert!(!of(&mut asked, 1, 60) && of(&mut asked, 2, 60) && of(&mut asked, 1, 61));
        (3..3000).for_each(|terminal| assert!(of(&mut asked, terminal, 200)));
        assert!(asked.0.len() <= 3000);
        assert!(of(&mut asked, 5000, 300) && asked.0.len() == 1, "past windows are forgotten");
    }
}
