//! Drives payments on phones: saves first, then does. Whatever stops it, it goes on where the rows stand.
//!
//! Two platforms over one database disturb each other no more than two questions do: a row is saved only by who read it
//! last, and what moves money is done by who has saved.

use std::sync::{Arc, Weak};
use std::time::Duration;

use domain::payment::{Answer, Payment, PaymentAction, PaymentInput, PaymentState, RefundAnswer, ReverseAnswer};
use hal::{PaymentSays, RefundOrder};
use jiff::Timestamp;
use protocol::identity::SigningKey;
use providers::{Account, Ask, Opened, Opening, RequestError};

use super::payment::{Kept, KeptError, OPEN_FOR, PhoneRow, Stands, TIMES};
use crate::payments::Accounts;
use crate::store::{Store, StoreError};

/// How often rows are looked at that wait for their time.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Attempts to save a row that others are changing.
const SAVES_MAX: usize = 8;

/// Why a payment does not go on. It is tried again.
#[derive(Debug, thiserror::Error)]
pub enum CounterError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A row cannot be used.
    #[error(transparent)]
    Kept(#[from] KeptError),
    /// There is no such payment.
    #[error("there is no such payment")]
    None,
    /// No account moves it any more.
    #[error("there is no account for this kind of payment")]
    NoAccount,
    /// Others change it all the time.
    #[error("the payment is being changed by others")]
    Busy,
}

/// What drives a payment.
pub struct Counter<'a> {
    /// Where it is kept.
    pub store: &'a dyn Store,
    /// Who moves the money.
    pub accounts: &'a Accounts,
    /// Signs exit codes.
    pub key: &'a SigningKey,
}

/// What the provider's page needs to know of a phone.
#[derive(Clone, Debug)]
pub struct Phone {
    /// Its address in the network.
    pub ip: String,
    /// This platform as the phone reaches it, e.g. `https://shop.example`.
    pub origin: String,
}

impl Counter<'_> {
    /// Keeps a new payment and opens it; one that is there stands as it stands.
    ///
    /// # Errors
    /// [`CounterError`].
    pub async fn begin(&self, mut kept: Kept, phone: &Phone) -> Result<Stands, CounterError> {
        let payment = Payment::try_from(&kept.payment).map_err(KeptError::from)?;
        let added = self.store.add_phone_payment(kept.row(&payment, 0)).await?;
        if !added {
            return self.stands(&payment.order_no).await;
        }
        self.go_on(&payment.order_no, PaymentInput::Started, Some(phone)).await
    }

    /// How one stands.
    ///
    /// # Errors
    /// [`CounterError`].
    pub async fn stands(&self, order_no: &str) -> Result<Stands, CounterError> {
        let row = self.store.phone_payment(order_no).await?.ok_or(CounterError::None)?;
        let (kept, payment) = Kept::of(&row)?;
        Ok(kept.stands(&payment))
    }

    /// Something has happened to one: what follows is done, until nothing follows at once.
    ///
    /// # Errors
    /// [`CounterError`]; what was saved stands.
    pub async fn go_on(
        &self,
        order_no: &str,
        input: PaymentInput,
        phone: Option<&Phone>,
    ) -> Result<Stands, CounterError> {
        let mut inputs = vec![(input, None)];
        let mut stands = None;
        while let Some((input, url)) = inputs.pop() {
            let (kept, payment, actions) = self.step(order_no, input, url).await?;
            for action in actions {
                inputs.extend(self.act(&kept, &payment, action, phone).await?);
            }
            stands = Some(kept.stands(&payment));
        }
        stands.ok_or(CounterError::None)
    }

    /// One step, saved.
    async fn step(
        &self,
        order_no: &str,
        input: PaymentInput,
        url: Option<String>,
    ) -> Result<(Kept, Payment, Vec<PaymentAction>), CounterError> {
        for _ in 0..SAVES_MAX {
            let row = self.store.phone_payment(order_no).await?.ok_or(CounterError::None)?;
            let (mut kept, mut payment) = Kept::of(&row)?;
            let now = Timestamp::now();
            let before = payment.clone();
            let actions = payment.step(&TIMES, now, input.clone()).actions;
            if url.is_some() {
                kept.url.clone_from(&url);
            }
            if payment.state == PaymentState::Paid && kept.exit.is_none() {
                kept.let_out(&payment, now, |message| self.key.sign(message))?;
            }
            let idle = actions.is_empty() && url.is_none();
            let same = Payment { seen_at: before.seen_at, ..payment.clone() } == before;
            if (idle && same) || self.store.save_phone_payment(kept.row(&payment, row.version)).await? {
                if before.state != payment.state {
                    tracing::info!(order = order_no, from = ?before.state, to = ?payment.state, "a payment on a phone");
                }
                return Ok((kept, payment, actions));
            }
        }
        Err(CounterError::Busy)
    }

    async fn act(
        &self,
        kept: &Kept,
        payment: &Payment,
        action: PaymentAction,
        phone: Option<&Phone>,
    ) -> Result<Option<(PaymentInput, Option<String>)>, CounterError> {
        if let PaymentAction::Alarm(alarm) = action {
            tracing::error!(order = %payment.order_no, store = %kept.store, ?alarm, "a payment on a phone needs a person");
            return Ok(None);
        }
        let account = self.accounts.of(payment.family).ok_or(CounterError::NoAccount)?;
        let order = kept.order(payment);
        let refused = |error: RequestError| Answer::Declined { why: error.to_string() };
        let said = match action {
            PaymentAction::Send => {
                let Some(phone) = phone else { return Ok(None) };
                return Ok(Some(match account.open(&opening(kept, payment, phone)).await {
                    Ok(Opened::Page(url)) => (PaymentInput::Answer(Answer::Waiting), Some(url)),
                    Ok(Opened::Declined { why }) => (PaymentInput::Answer(Answer::Declined { why }), None),
                    Ok(Opened::Unknown) => (PaymentInput::Answer(Answer::Unknown), None),
                    Err(error) => (PaymentInput::Answer(refused(error)), None),
                }));
            }
            PaymentAction::Ask => PaymentInput::Answer(asked(account, order).await),
            PaymentAction::Reverse => {
                PaymentInput::ReverseAnswer(account.close(&order).await.unwrap_or(ReverseAnswer::Unknown))
            }
            PaymentAction::Refund { no } => {
                let refund = RefundOrder { no, amount: payment.amount };
                let says = account.ask(Ask::Refund(order, refund)).await.map(|reply| reply.says);
                PaymentInput::RefundAnswer(match says {
                    Ok(PaymentSays::Refund { answer, .. }) => answer,
                    Ok(PaymentSays::Payment(_) | PaymentSays::Reversal(_)) | Err(_) => RefundAnswer::Unknown,
                })
            }
            PaymentAction::Alarm(_) => return Ok(None),
        };
        Ok(Some((said, None)))
    }

    /// Goes on with every row whose time has come.
    async fn look(&self, input: &PaymentInput) {
        let rows = match self.store.open_phone_payments().await {
            Ok(rows) => rows,
            Err(error) => return tracing::warn!(%error, "payments on phones are not looked at"),
        };
        let now = Timestamp::now();
        let due = |row: &PhoneRow| match Kept::of(row) {
            Ok((_, payment)) => *input != PaymentInput::Tick || payment.next_at.is_none_or(|at| at <= now),
            Err(error) => {
                tracing::error!(%error, order = %row.order_no, "a payment on a phone is damaged");
                false
            }
        };
        let due: Vec<PhoneRow> = rows.into_iter().filter(due).collect();
        let all = due.iter().map(async |row| {
            if let Err(error) = self.go_on(&row.order_no, input.clone(), None).await {
                tracing::warn!(%error, order = %row.order_no, "a payment on a phone waits");
            }
        });
        futures_util::future::join_all(all).await;
    }
}

async fn asked(account: &Account, order: hal::PaymentOrder) -> Answer {
    match account.ask(Ask::Query(order)).await.map(|reply| reply.says) {
        Ok(PaymentSays::Payment(answer)) => answer,
        Ok(PaymentSays::Reversal(_) | PaymentSays::Refund { .. }) | Err(_) => Answer::Unknown,
    }
}

fn opening(kept: &Kept, payment: &Payment, phone: &Phone) -> Opening {
    Opening {
        order: kept.order(payment),
        closes_at: payment.created_at + OPEN_FOR,
        shopper_ip: phone.ip.clone(),
        back: format!("{}/go/{}", phone.origin, kept.store),
        notify: format!("{}/v1/phone/told", phone.origin),
    }
}

/// Looks after payments on phones as long as the platform is there.
pub async fn work(platform: Weak<crate::api::Platform>) {
    let mut input = PaymentInput::Restarted;
    while let Some(platform) = platform.upgrade() {
        let platform: Arc<crate::api::Platform> = platform;
        platform.counter().look(&input).await;
        drop(platform);
        input = PaymentInput::Tick;
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
