//! Shoppers' phones in a story: what they have paid for, as head office has signed it.

use std::collections::BTreeMap;

use domain::aisle::{AisleLine, BasketCode, ExitCode, ExitLine, session_secret};
use domain::money::{Currency, Money};
use domain::payment::Family;
use domain::quantity::Quantity;
use domain::store::Store;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::elsewhere::thousandths;
use super::furnish::number;
use super::papers::other_key;

/// Seconds for which the way out is open.
const OPEN_S: i64 = 2 * 3600;

/// Seconds of a day.
const DAY_S: i64 = 24 * 3600;

/// The codes on them, by the names that the story gives.
#[derive(Default)]
pub(super) struct Phones(BTreeMap<String, ExitCode>);

impl Phones {
    /// `NAME [in STORE] [of MEMBER] CODE QUANTITY AMOUNT...`: paid, line by line, at this moment.
    pub(super) fn pay(
        &mut self,
        words: &[&str],
        (store, currency): (&str, Currency),
        at: Timestamp,
    ) -> Result<(), String> {
        let [name, words @ ..] = words else { return Err("a phone pays under a name".into()) };
        let (store, words) = match words {
            ["in", other, rest @ ..] => (*other, rest),
            rest => (store, rest),
        };
        let (member, words) = match words {
            ["of", member, rest @ ..] => (Some((*member).to_owned()), rest),
            rest => (None, rest),
        };
        let line = |words: &[&str]| match words {
            [code, quantity, gross] => Ok(ExitLine {
                code: (*code).to_owned(),
                quantity: Quantity::thousandths(thousandths(quantity)?),
                gross: currency.parse(gross).map_err(|error| format!("{gross}: {error}"))?,
            }),
            _ => Err("goods on a phone are CODE QUANTITY AMOUNT".to_owned()),
        };
        let lines = words.chunks(3).map(line).collect::<Result<Vec<_>, String>>()?;
        let number = self.0.len() as u32 + 1;
        let code = ExitCode {
            store: store.to_owned(),
            session: Uuid::from_u128(u128::from(number)),
            sequence: number,
            member,
            order_no: format!("P{number:024X}"),
            family: Family::WeChat,
            currency,
            paid: lines.iter().map(|line| line.gross).sum::<Money>(),
            priced_at: at,
            until: at.checked_add(SignedDuration::from_secs(OPEN_S)).map_err(|error| error.to_string())?,
            rules: 0,
            lines,
        };
        self.0.insert((*name).to_owned(), code);
        Ok(())
    }

    /// `SESSION SEQUENCE [of MEMBER] CODE QUANTITY...`: the code of a basket that was scanned in the aisle, as a phone shows
    /// it.
    pub(super) fn hand_over(words: &[&str], store: &Store, at: Timestamp) -> Result<String, String> {
        let [session, sequence, words @ ..] = words else {
            return Err("a phone hands over SESSION SEQUENCE [of MEMBER] CODE QUANTITY...".into());
        };
        let (member, words) = match words {
            ["of", member, rest @ ..] => (Some((*member).to_owned()), rest),
            rest => (None, rest),
        };
        let line = |words: &[&str]| match words {
            [code, quantity] => {
                Ok(AisleLine { code: (*code).to_owned(), quantity: Quantity::thousandths(thousandths(quantity)?) })
            }
            _ => Err("goods on a phone are CODE QUANTITY".to_owned()),
        };
        let basket = BasketCode {
            store: store.id.clone(),
            session: Uuid::from_u128(number(session)?),
            // One instant for all baskets of a story: a session ends when it was said to when it began.
            session_until: Timestamp::from_second(at.as_second() / DAY_S * DAY_S + DAY_S + DAY_S / 2)
                .map_err(|error| error.to_string())?,
            sequence: number(sequence)?,
            at,
            member,
            lines: words.chunks(2).map(line).collect::<Result<Vec<_>, String>>()?,
        };
        let key = store.policy.aisle_key.as_ref().ok_or("nobody scans with a phone here: tell `policy aisle-key`")?;
        let secret = session_secret(key, &basket.store, basket.session, basket.session_until);
        basket.write(&secret).map_err(|error| error.to_string())
    }

    /// What the phone shows at the way out; `forged` is signed by whom head office does not know.
    pub(super) fn shown(&self, name: &str, forged: bool) -> Result<String, String> {
        let code = self.0.get(name).ok_or_else(|| format!("no phone has paid {name}"))?;
        let sign = |message: &[u8]| match forged {
            true => [7; 64],
            false => other_key().sign(message),
        };
        code.write(sign).map_err(|error| error.to_string())
    }
}
