//! A payment on a phone as it is kept: the payment's own state machine, what is paid for, and what the phone is told.

use domain::aisle::{AisleError, BasketCode, ExitCode, ExitLine};
use domain::money::{Currency, Money};
use domain::payment::{Family, Payment, PaymentState, RefundState, TimeRules};
use domain::quantity::Quantity;
use hal::PaymentOrder;
use jiff::{SignedDuration, Timestamp};
use protocol::chain::Hash;
use protocol::v1;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::goods::PricedBasket;

/// How long a shopper has to pay what was opened.
pub const OPEN_FOR: SignedDuration = SignedDuration::from_mins(5);
/// How long a paid basket opens the way out.
pub const WAY_OUT_FOR: SignedDuration = SignedDuration::from_hours(2);

/// When to ask about a payment on a phone and when to give it up. Nobody waits at a counter, so there is no hurry; the
/// provider closes it itself a little before this gives up.
pub const TIMES: TimeRules = TimeRules {
    answer_within: SignedDuration::from_secs(12),
    ask_unknown: SignedDuration::from_secs(3),
    ask_waiting: SignedDuration::from_secs(2),
    give_up_after: SignedDuration::from_secs(OPEN_FOR.as_secs() + 20),
    no_reverse_before: SignedDuration::ZERO,
    lost_after: SignedDuration::from_secs(60),
    repeat: SignedDuration::from_secs(5),
    repeat_slow: SignedDuration::from_secs(60),
    repeats_quick: 10,
    reversible_for: SignedDuration::from_hours(24),
};

/// A row of the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneRow {
    /// Its number at the provider.
    pub order_no: String,
    /// The shop.
    pub store: String,
    /// Grows with every change; who saves names the one that was read.
    pub version: i64,
    /// Whether something is still to be done.
    pub open: bool,
    /// Whether the shopper's money is here.
    pub paid: bool,
    /// How much, in minor units.
    pub amount: i64,
    /// When it was begun.
    pub at_ms: i64,
    /// [`Kept`] as JSON.
    pub body: String,
}

/// What is kept of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The payment.
    pub payment: v1::Payment,
    /// The shop.
    pub store: String,
    /// The phone's session, and when it ends (seconds).
    pub session: Uuid,
    session_until: i64,
    sequence: u32,
    currency: String,
    priced_at: i64,
    rules: u64,
    /// Code, thousandths and amount of each line.
    lines: Vec<(String, i64, i64)>,
    /// The member's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    member: Option<String>,
    /// What the phone opens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What the phone shows at the way out, and until when (seconds).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit: Option<(String, i64)>,
}

/// What the phone is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stands {
    /// Its number.
    pub order: String,
    /// What is to be paid, in minor units.
    pub amount: i64,
    /// `waiting`, `stopping`, `paid`, `declined` or `doubt`.
    pub state: &'static str,
    /// What the phone opens.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What it shows at the way out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit: Option<String>,
    /// Until when (seconds).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
}

/// Why a row cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeptError {
    /// Its JSON is none of ours.
    #[error("a payment on a phone cannot be read")]
    Json(#[from] serde_json::Error),
    /// Its payment is none.
    #[error("a payment on a phone cannot be used")]
    Wire(#[from] v1::BadWire),
    /// Its exit code cannot be written.
    #[error("a payment on a phone has no exit code: {0}")]
    Exit(#[from] AisleError),
}

impl Kept {
    /// The number under which a basket is paid: the same basket has the same one, whoever asks and however often.
    pub fn order_no(basket: &BasketCode) -> String {
        let named = format!("guitai phone order\n{}\n{}\n{}", basket.store, basket.session, basket.sequence);
        format!("P{}", Hash::of(named.as_bytes()).to_string()[..24].to_uppercase())
    }

    /// A payment that was intended for a basket.
    pub fn new(basket: &BasketCode, priced: &PricedBasket, currency: Currency, family: Family, now: Timestamp) -> Kept {
        let payment = Payment::new(Uuid::now_v7(), Kept::order_no(basket), family, priced.total, None, now);
        let line = |line: &ExitLine| (line.code.clone(), line.quantity.in_thousandths(), line.gross.units());
        Kept {
            payment: v1::Payment::from(&payment),
            store: basket.store.clone(),
            session: basket.session,
            session_until: basket.session_until.as_second(),
            sequence: basket.sequence,
            currency: currency.code().to_owned(),
            priced_at: priced.at.as_second(),
            rules: priced.rules,
            lines: priced.lines.iter().map(line).collect(),
            member: basket.member.clone(),
            url: None,
            exit: None,
        }
    }

    /// From its row.
    ///
    /// # Errors
    /// [`KeptError`].
    pub fn of(row: &PhoneRow) -> Result<(Kept, Payment), KeptError> {
        let kept: Kept = serde_json::from_str(&row.body)?;
        let payment = Payment::try_from(&kept.payment)?;
        Ok((kept, payment))
    }

    /// As a row, with the payment as it has become.
    pub fn row(&mut self, payment: &Payment, version: i64) -> PhoneRow {
        self.payment = v1::Payment::from(payment);
        PhoneRow {
            order_no: payment.order_no.clone(),
            store: self.store.clone(),
            version,
            open: !payment.is_settled(),
            paid: payment.state == PaymentState::Paid,
            amount: payment.amount.units(),
            at_ms: payment.created_at.as_millisecond(),
            body: serde_json::to_string(self).expect("what is kept is JSON"),
        }
    }

    /// What a provider knows it as.
    pub fn order(&self, payment: &Payment) -> PaymentOrder {
        let currency = Currency::of(&self.currency).expect("a currency that was known when it was kept");
        PaymentOrder {
            no: payment.order_no.clone(),
            family: payment.family,
            amount: payment.amount,
            currency,
            at: payment.created_at,
        }
    }

    /// When its session ends.
    pub fn session_until(&self) -> Timestamp {
        Timestamp::from_second(self.session_until).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// Writes what the phone shows at the way out, once it is paid.
    ///
    /// # Errors
    /// [`KeptError::Exit`], when it does not fit a code; that is tried before anything is opened.
    pub fn let_out(
        &mut self,
        payment: &Payment,
        now: Timestamp,
        sign: impl FnOnce(&[u8]) -> [u8; 64],
    ) -> Result<(), KeptError> {
        let until = Timestamp::from_second((now + WAY_OUT_FOR).as_second()).unwrap_or(now);
        let line = |(code, thousandths, gross): &(String, i64, i64)| ExitLine {
            code: code.clone(),
            quantity: Quantity::thousandths(*thousandths),
            gross: Money::minor(*gross),
        };
        let code = ExitCode {
            store: self.store.clone(),
            session: self.session,
            sequence: self.sequence,
            member: self.member.clone(),
            order_no: payment.order_no.clone(),
            family: payment.family,
            currency: self.order(payment).currency,
            paid: payment.amount,
            priced_at: Timestamp::from_second(self.priced_at).unwrap_or(now),
            until,
            rules: self.rules,
            lines: self.lines.iter().map(line).collect(),
        };
        self.exit = Some((code.write(sign)?, until.as_second()));
        Ok(())
    }

    /// What the phone is told.
    pub fn stands(&self, payment: &Payment) -> Stands {
        let refused = payment.refund.as_ref().is_some_and(|refund| refund.state == RefundState::Refused);
        let state = match payment.state {
            PaymentState::Paid => "paid",
            // A person must give it back.
            _ if refused => "doubt",
            PaymentState::Declined | PaymentState::Reversed => "declined",
            PaymentState::Reversing => "stopping",
            PaymentState::Created | PaymentState::Sent | PaymentState::InDoubt if payment.cancelled => "stopping",
            PaymentState::Created | PaymentState::Sent | PaymentState::InDoubt if self.url.is_some() => "waiting",
            PaymentState::Created | PaymentState::Sent | PaymentState::InDoubt => "doubt",
        };
        let exit = self.exit.clone().filter(|_| payment.state == PaymentState::Paid);
        Stands {
            order: payment.order_no.clone(),
            amount: payment.amount.units(),
            state,
            url: self.url.clone().filter(|_| state == "waiting"),
            until: exit.as_ref().map(|(_, until)| *until),
            exit: exit.map(|(text, _)| text),
        }
    }

    /// What is in it, for people.
    pub fn pieces(&self) -> usize {
        self.lines.len()
    }
}
