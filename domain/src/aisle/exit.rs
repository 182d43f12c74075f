//! The basket that was paid on the phone.
//!
//! Layout: version; flags (1: member); store; session; sequence; member; order number; means of payment; currency; what was
//! paid; when; until when the way out is open; version of the rule book; lines (code, quantity, amount). Behind it 64 bytes
//! of head office's Ed25519 signature.

use jiff::Timestamp;
use uuid::Uuid;

use super::{
    AisleError, Head, checked_length, checked_lines, packed, read_line, read_money, read_time, unpacked, write_line,
    write_money, write_time,
};
use crate::money::{Currency, Money};
use crate::payment::{Family, ORDER_NO_LEN_MAX};
use crate::proof::bytes::{Reader, Writer};
use crate::quantity::Quantity;

/// What its text begins with.
const PREFIX: &str = "GX1";
/// What a signature is over begins with this, so that none made for something else fits.
const CONTEXT: &[u8] = b"guitai aisle exit\n";
/// Bytes of a signature (Ed25519).
const SIGNATURE_BYTES: usize = 64;

/// What a phone shows at the way out: these goods were paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExitCode {
    /// The store's id.
    pub store: String,
    /// The phone's session.
    pub session: Uuid,
    /// Number of the basket within the session.
    pub sequence: u32,
    /// The member's id, when the shopper told who she is.
    pub member: Option<String>,
    /// The payment's own number at the provider: letters and digits.
    pub order_no: String,
    /// Who moved the money.
    pub family: Family,
    /// What it is in.
    pub currency: Currency,
    /// What was paid: the sum of the lines, above nothing.
    pub paid: Money,
    /// When it was priced; whole seconds. Rules that depend on the time are asked at this instant.
    pub priced_at: Timestamp,
    /// Until when it opens the way out; whole seconds.
    pub until: Timestamp,
    /// Version of the rule book that priced it; zero for none.
    pub rules: u64,
    /// 1 to [`super::AISLE_LINES_MAX`] lines.
    pub lines: Vec<ExitLine>,
}

/// One line that was paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExitLine {
    /// As it was scanned.
    pub code: String,
    /// How many whole pieces; one for each label of a scale.
    pub quantity: Quantity,
    /// What the shopper paid for it, tax included.
    pub gross: Money,
}

impl ExitCode {
    /// Whether a scanned text is meant as one.
    pub fn is_meant(text: &str) -> bool {
        text.trim_start().starts_with(PREFIX) && text.len() > 100
    }

    /// Reads and checks one, without network. `verify` tells whether a signature over a message is head office's, whose
    /// public key terminals hold as that of terminal [`super::HEAD_OFFICE`].
    ///
    /// # Errors
    /// [`AisleError`] with what does not hold.
    pub fn read(
        text: &str,
        store: &str,
        now: Timestamp,
        verify: impl FnOnce(&[u8], &[u8]) -> bool,
    ) -> Result<ExitCode, AisleError> {
        let (bytes, signature) = unpacked(text, PREFIX, SIGNATURE_BYTES)?;
        let code = ExitCode::decode(&bytes)?;
        if !verify(&to_sign(&bytes), &signature) {
            return Err(AisleError::Forged);
        }
        if code.store != store {
            return Err(AisleError::OtherStore);
        }
        if now >= code.until {
            return Err(AisleError::Expired);
        }
        Ok(code)
    }

    /// The text for the QR code; `sign` is head office's.
    ///
    /// # Errors
    /// When it has values that cannot be, or too many lines.
    pub fn write(&self, sign: impl FnOnce(&[u8]) -> [u8; SIGNATURE_BYTES]) -> Result<String, AisleError> {
        let bytes = self.encode()?;
        Ok(packed(PREFIX, &bytes, &sign(&to_sign(&bytes))))
    }

    /// What a gate keeps so that it opens once: the payment.
    pub fn once(&self) -> String {
        format!("exit {}", self.order_no)
    }

    /// As bytes, without a signature.
    ///
    /// # Errors
    /// As [`ExitCode::write`].
    pub fn encode(&self) -> Result<Vec<u8>, AisleError> {
        let mut to = Writer::default();
        Head::write(&mut to, &self.store, self.session, self.sequence, self.member.as_deref())?;
        let plain = self.order_no.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !plain || !(1..=ORDER_NO_LEN_MAX).contains(&self.order_no.len()) {
            return Err(AisleError::Value("number"));
        }
        to.text(&self.order_no);
        to.byte(family_number(self.family));
        to.raw(self.currency.code().as_bytes());
        write_money(&mut to, self.paid)?;
        write_time(&mut to, self.priced_at)?;
        write_time(&mut to, self.until)?;
        to.number(self.rules);
        to.number(checked_lines(self.lines.len())?);
        for line in &self.lines {
            write_line(&mut to, &line.code, line.quantity)?;
            write_money(&mut to, line.gross)?;
        }
        let sum = self.lines.iter().map(|line| line.gross).sum::<Money>();
        if sum != self.paid || self.paid.is_zero() {
            return Err(AisleError::Value("amount"));
        }
        checked_length(to.bytes)
    }

    /// From bytes: only from those that [`ExitCode::encode`] gives.
    ///
    /// # Errors
    /// [`AisleError`] with what cannot be.
    pub fn decode(bytes: &[u8]) -> Result<ExitCode, AisleError> {
        let mut from = Reader::new(bytes);
        let Head { store, session, sequence, member } = Head::read(&mut from)?;
        let order_no = from.text(ORDER_NO_LEN_MAX)?;
        let family = family_of(from.byte()?).ok_or(AisleError::Value("means of payment"))?;
        let letters = std::str::from_utf8(from.raw(3)?).ok();
        let currency = letters.and_then(Currency::of).ok_or(AisleError::Value("currency"))?;
        let paid = read_money(&mut from)?;
        let (priced_at, until) = (read_time(&mut from)?, read_time(&mut from)?);
        let rules = from.number()?;
        let count = from.count(super::AISLE_LINES_MAX, "line")?;
        let mut lines = Vec::with_capacity(count);
        for _ in 0..count {
            let super::AisleLine { code, quantity } = read_line(&mut from)?;
            lines.push(ExitLine { code, quantity, gross: read_money(&mut from)? });
        }
        from.end()?;
        let code = ExitCode {
            store,
            session,
            sequence,
            member,
            order_no,
            family,
            currency,
            paid,
            priced_at,
            until,
            rules,
            lines,
        };
        if code.encode()? == bytes { Ok(code) } else { Err(AisleError::NotCanonical) }
    }
}

fn to_sign(bytes: &[u8]) -> Vec<u8> {
    [CONTEXT, bytes].concat()
}

fn family_number(family: Family) -> u8 {
    match family {
        Family::WeChat => 1,
        Family::Alipay => 2,
        Family::UnionPay => 3,
        Family::Terminal => 4,
    }
}

fn family_of(number: u8) -> Option<Family> {
    [Family::WeChat, Family::Alipay, Family::UnionPay, Family::Terminal]
        .into_iter()
        .find(|family| family_number(*family) == number)
}
