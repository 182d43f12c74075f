//! Drives payments on phones: saves first, then does. Whatever stops it, it goes on where the rows stand.
//!
//! Two platforms over one database disturb each other no more than two questions do: a row is saved only by who read it
//! last, and what moves money is done by who has saved.

use std::sync::{Arc, Weak};
use std::time::Duration;

use domain::payment::{
    Answer, Family, Payment, PaymentAction, PaymentInput, PaymentState, RefundAnswer, ReverseAnswer,
};
use futures_util::stream::{self, StreamExt};
use hal::{PaymentSays, RefundOrder};
use jiff::Timestamp;
use protocol::identity::SigningKey;
use providers::{Account, Ask, Opened, Opening, RequestError};
use tokio::sync::Semaphore;

use super::payment::{Kept, KeptError, OPEN_FOR, PhoneRow, Stands, TIMES};
use crate::payments::Accounts;
use crate::store::{Store, StoreError};

/// How often rows are looked at that wait for their time.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Attempts to save a row that others are changing.
const SAVES_MAX: usize = 8;
/// Questions that one provider is asked at a time.
const ASKED_AT_ONCE: usize = 16;
/// Payments of one store that may be open at a time.
const OPEN_MAX: usize = 300;
/// What phones may pay with here.
pub const FAMILIES: [Family; 2] = [Family::WeChat, Family::Alipay];

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
    /// Others change it all the time, or too many are open.
    #[error("the payment is being changed by others, or too many are open")]
    Busy,
}

/// Turns at the providers, each by itself: one that is slow makes nobody wait for the other.
pub struct Turns([Semaphore; FAMILIES.len()]);

impl Default for Turns {
    fn default() -> Turns {
        Turns(std::array::from_fn(|_| Semaphore::new(ASKED_AT_ONCE)))
    }
}

impl Turns {
    fn of(&self, family: Family) -> Option<&Semaphore> {
        FAMILIES.iter().zip(&self.0).find(|(known, _)| **known == family).map(|(_, turns)| turns)
    }
}

/// What drives a payment.
pub struct Counter<'a> {
    /// Where it is kept.
    pub store: &'a dyn Store,
    /// Who moves the money.
    pub accounts: &'a Accounts,
    /// Signs exit codes.
    pub key: &'a SigningKey,
    /// Whose turn it is to be asked.
    pub turns: &'a Turns,
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
    /// Keeps a new payment and opens it; one that is there stands as it stands. What the session has opened before and not
    /// paid is given up: a phone has one basket.
    ///
    /// # Errors
    /// [`CounterError`]; too many open ones of the store are [`CounterError::Busy`], and a basket that is too full for the
    /// code of a way out is [`KeptError::Exit`].
    pub async fn begin(&self, mut kept: Kept, phone: &Phone) -> Result<Stands, CounterError> {
        let payment = Payment::try_from(&kept.payment).map_err(KeptError::from)?;
        // Nobody pays for goods with which she cannot leave: amounts make the way out's code longer than the basket's.
        kept.clone().let_out(&payment, Timestamp::now(), |_| [0; 64])?;
        let open = self.store.open_phone_payments_of(&kept.store).await?;
        let older = open.iter().filter(|row| row.order_no != payment.order_no).filter_map(|row| Kept::of(row).ok());
        for (_, older) in older.filter(|(older, known)| older.session == kept.session && !known.cancelled) {
            self.go_on(&older.order_no, PaymentInput::CancelWished, None).await?;
        }
        if open.len() >= OPEN_MAX {
            return Err(CounterError::Busy);
        }
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
            // Who has paid has her way out: money that goes back then is given by a person, who takes the goods.
            if input == PaymentInput::CancelWished && payment.state == PaymentState::Paid {
                return Ok((kept, payment, Vec::new()));
            }
            let mut actions = payment.step(&TIMES, now, input.clone()).actions;
            if url.is_some() {
                kept.url.clone_from(&url);
            }
            // And who has given it up has none: what turns out to be paid goes back, in the same step.
            if payment.state == PaymentState::Paid && payment.cancelled && kept.exit.is_none() {
                actions.extend(payment.step(&TIMES, now, PaymentInput::CancelWished).actions);
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
        let turns = self.turns.of(payment.family).ok_or(CounterError::NoAccount)?;
        let _turn = turns.acquire().await.map_err(|_| CounterError::Busy)?;
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

    /// Goes on with every row of a family whose time has come; ends when all of them were asked about.
    pub async fn look(&self, family: Family, input: &PaymentInput) {
        let rows = match self.store.open_phone_payments().await {
            Ok(rows) => rows,
            Err(error) => return tracing::warn!(%error, "payments on phones are not looked at"),
        };
        let now = Timestamp::now();
        let due = |row: &PhoneRow| match Kept::of(row) {
            Ok((_, payment)) if payment.family != family => false,
            Ok((_, payment)) => *input != PaymentInput::Tick || payment.next_at.is_none_or(|at| at <= now),
            Err(error) => {
                tracing::error!(%error, order = %row.order_no, "a payment on a phone is damaged");
                false
            }
        };
        let due: Vec<PhoneRow> = rows.into_iter().filter(due).collect();
        let all = stream::iter(due).for_each_concurrent(ASKED_AT_ONCE, async |row| {
            if let Err(error) = self.go_on(&row.order_no, input.clone(), None).await {
                tracing::warn!(%error, order = %row.order_no, "a payment on a phone waits");
            }
        });
        all.await;
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

/// Looks after payments on phones as long as the platform is there: each family has a round of its own.
pub async fn work(platform: Weak<crate::api::Platform>, family: Family) {
    let mut input = PaymentInput::Restarted;
    while let Some(platform) = platform.upgrade() {
        let platform: Arc<crate::api::Platform> = platform;
        platform.counter().look(family, &input).await;
        drop(platform);
        input = PaymentInput::Tick;
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
