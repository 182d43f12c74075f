//! What a receipt proves by itself: that this sale was made and what may come back, readable by any till of the chain
//! without asking anybody.
//!
//! A proof is a few hundred bytes that always come out the same for the same sale, signed by the till that sold and printed
//! as a QR code. What was returned since stands in journals, not on paper: a proof says what was bought, not what is left.
//!
//! Layout, all numbers as LEB128 varints, signed ones in zigzag: version; flags; till, epoch, number; sale id; date; currency;
//! total; tenders; member; and in a whole proof the tax ids and the lines. There is one way to write a proof: bytes that
//! mean the same but are written otherwise are refused.

pub(crate) mod bytes;
pub(crate) mod text;

use jiff::civil::Date;
use uuid::Uuid;

use crate::basket::LINES_MAX;
use crate::money::{AMOUNT_MAX, Currency, Money};
use crate::quantity::{Quantity, Unit};

use bytes::{Reader, Writer};

pub use text::{ProofText, SIGNATURE_BYTES};

/// Bytes of one proof, its signature apart. As text, with the signature, it fits a QR code that a receipt of 58 mm holds and
/// that a telephone reads; a sale of about 75 lines is whole within it.
pub const PROOF_BYTES_MAX: usize = 1400;
/// Means of payment that one proof names.
pub const TENDERS_MAX: usize = 16;
/// Rates of tax that one proof names.
pub const TAXES_MAX: usize = 16;
/// Bytes of an id.
const ID_BYTES_MAX: usize = 64;
/// Characters of a means of payment's name.
const KIND_CHARS_MAX: usize = 24;

const VERSION: u8 = 1;
const FLAG_WHOLE: u64 = 1;
const FLAG_MEMBER: u64 = 2;
/// What a signature is over begins with this, so that none made for something else fits.
const CONTEXT: &[u8] = b"guitai receipt proof\n";

/// What a receipt proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptProof {
    /// Number of the till, first part of the receipt's number.
    pub till: u32,
    /// Epoch of its journal, second part.
    pub epoch: u32,
    /// Number of the receipt within both, third part.
    pub number: u64,
    /// The sale's id.
    pub sale: Uuid,
    /// Its business date, from 2000 to 2255.
    pub date: Date,
    /// What it is in.
    pub currency: Currency,
    /// What the goods cost, tax included.
    pub total: Money,
    /// How it was paid; at most [`TENDERS_MAX`].
    pub tenders: Vec<ProofTender>,
    /// Who earned points.
    pub member: Option<ProofMember>,
    /// The goods; `None` when they are too many for one proof. Then only a journal tells them.
    pub goods: Option<ProofGoods>,
}

/// One means of payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofTender {
    /// Its name on the wire: small letters, digits and `-`, as `cash`.
    pub kind: String,
    /// What stayed in the till; negative when the shopper got money.
    pub amount: Money,
}

/// The member of a sale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofMember {
    /// Her id.
    pub id: String,
    /// Points that the sale gave, or took back when negative.
    pub points: i64,
}

/// The goods of a sale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofGoods {
    /// Ids of the rates of tax that lines name by their place here; at most [`TAXES_MAX`].
    pub taxes: Vec<String>,
    /// Lines by number. Their amounts sum to the total.
    pub lines: Vec<ProofLine>,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofLine {
    /// Number within the sale, from 1, growing.
    pub no: u32,
    /// The item's id.
    pub item: String,
    /// What it is counted in.
    pub unit: Unit,
    /// How much; negative when it came back.
    pub quantity: Quantity,
    /// What the shopper paid for it, tax included.
    pub gross: Money,
    /// Tax in it.
    pub tax: Money,
    /// Place of its rate in [`ProofGoods::taxes`].
    pub tax_at: u8,
}

/// Why there is no proof in bytes or in a text, or none can be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// Not the text of a proof.
    #[error("this is no receipt code")]
    NotAProof,
    /// A version that this till does not know.
    #[error("a receipt code of version {0}, which this till does not know")]
    Version(u8),
    /// Ended too early, or something follows the end.
    #[error("the receipt code is cut off or too long")]
    Length,
    /// A value out of its range, by its name.
    #[error("the receipt code's {0} cannot be")]
    Value(&'static str),
    /// Written in another way than proofs are.
    #[error("the receipt code is not written as receipts are")]
    NotCanonical,
}

impl ReceiptProof {
    /// As bytes, at most [`PROOF_BYTES_MAX`]. Goods that do not fit, or whose ids or sums do not, are left out.
    pub fn encode(&self) -> Result<Vec<u8>, ProofError> {
        if let Some(goods) = &self.goods
            && let Ok(bytes) = self.encode_with(Some(goods))
            && bytes.len() <= PROOF_BYTES_MAX
        {
            return Ok(bytes);
        }
        let bytes = self.encode_with(None)?;
        assert!(bytes.len() <= PROOF_BYTES_MAX, "a proof without goods of {} bytes", bytes.len());
        Ok(bytes)
    }

    fn encode_with(&self, goods: Option<&ProofGoods>) -> Result<Vec<u8>, ProofError> {
        let mut to = Writer::default();
        let member = if self.member.is_some() { FLAG_MEMBER } else { 0 };
        to.byte(VERSION);
        to.number(member | if goods.is_some() { FLAG_WHOLE } else { 0 });
        to.number(self.till.into());
        to.number(self.epoch.into());
        to.number(self.number);
        to.raw(self.sale.as_bytes());
        to.number(day_number(self.date)?);
        to.raw(self.currency.code().as_bytes());
        to.signed(checked(self.total, "total")?.units());
        check_count(self.tenders.len(), TENDERS_MAX, "tenders")?;
        to.number(self.tenders.len() as u64);
        for tender in &self.tenders {
            check_kind(&tender.kind)?;
            to.text(&tender.kind);
            to.signed(checked(tender.amount, "tenders")?.units());
        }
        if let Some(member) = &self.member {
            to.id(check_id(&member.id, "member")?);
            to.signed(member.points);
        }
        if let Some(goods) = goods {
            self.encode_goods(goods, &mut to)?;
        }
        Ok(to.bytes)
    }

    fn encode_goods(&self, goods: &ProofGoods, to: &mut Writer) -> Result<(), ProofError> {
        check_count(goods.taxes.len(), TAXES_MAX, "taxes")?;
        check_count(goods.lines.len(), LINES_MAX, "lines")?;
        to.number(goods.taxes.len() as u64);
        for tax in &goods.taxes {
            to.text(check_id(tax, "taxes")?);
        }
        to.number(goods.lines.len() as u64);
        let mut no = 0;
        for line in &goods.lines {
            if line.no <= no || usize::from(line.tax_at) >= goods.taxes.len() {
                return Err(ProofError::Value("lines"));
            }
            to.number((line.no - no).into());
            no = line.no;
            to.id(check_id(&line.item, "lines")?);
            let unit = match line.unit {
                Unit::Piece => 0,
                Unit::Kilogram => 1,
            };
            to.number(u64::from(line.tax_at) * 2 + unit);
            let quantity = line.quantity.checked().map_err(|_| ProofError::Value("lines"))?;
            to.signed(quantity.in_thousandths());
            to.signed(checked(line.gross, "lines")?.units());
            to.signed(checked(line.tax, "lines")?.units());
        }
        let total: Money = goods.lines.iter().map(|line| line.gross).sum();
        if total == self.total { Ok(()) } else { Err(ProofError::Value("total")) }
    }

    /// From bytes: only from those that [`ReceiptProof::encode`] gives.
    pub fn decode(bytes: &[u8]) -> Result<ReceiptProof, ProofError> {
        if bytes.len() > PROOF_BYTES_MAX {
            return Err(ProofError::Length);
        }
        let mut from = Reader::new(bytes);
        let version = from.byte()?;
        if version != VERSION {
            return Err(ProofError::Version(version));
        }
        let proof = ReceiptProof::read(&mut from)?;
        from.end()?;
        match proof.encode() {
            Ok(again) if again == bytes => Ok(proof),
            _ => Err(ProofError::NotCanonical),
        }
    }

    fn read(from: &mut Reader) -> Result<ReceiptProof, ProofError> {
        let flags = from.number()?;
        let small = |number: u64| u32::try_from(number).map_err(|_| ProofError::Value("number"));
        let (till, epoch, number) = (small(from.number()?)?, small(from.number()?)?, from.number()?);
        let sale = Uuid::from_bytes(from.raw(16)?.try_into().expect("16 bytes"));
        let date = date_of(from.number()?)?;
        let code = std::str::from_utf8(from.raw(3)?).ok();
        let currency = code.and_then(Currency::of).ok_or(ProofError::Value("currency"))?;
        let total = money(from, "total")?;
        let tenders = from.count(TENDERS_MAX, "tenders")?;
        let tenders = (0..tenders)
            .map(|_| Ok(ProofTender { kind: from.text(KIND_CHARS_MAX)?, amount: money(from, "tenders")? }))
            .collect::<Result<_, ProofError>>()?;
        let member = match flags & FLAG_MEMBER {
            0 => None,
            _ => Some(ProofMember { id: from.id(ID_BYTES_MAX)?, points: from.signed()? }),
        };
        let goods = match flags & FLAG_WHOLE {
            0 => None,
            _ => Some(ProofGoods::read(from)?),
        };
        Ok(ReceiptProof { till, epoch, number, sale, date, currency, total, tenders, member, goods })
    }

    /// What the till signs for it.
    pub fn signed_bytes(&self) -> Result<Vec<u8>, ProofError> {
        Ok(to_sign(&self.encode()?))
    }

    /// Whether it names the goods.
    pub fn is_whole(&self) -> bool {
        self.goods.is_some()
    }
}

impl ProofGoods {
    fn read(from: &mut Reader) -> Result<ProofGoods, ProofError> {
        let taxes = from.count(TAXES_MAX, "taxes")?;
        let taxes = (0..taxes).map(|_| from.text(ID_BYTES_MAX)).collect::<Result<_, ProofError>>()?;
        let count = from.count(LINES_MAX, "lines")?;
        let mut lines = Vec::new();
        let mut no = 0_u32;
        for _ in 0..count {
            let step = u32::try_from(from.number()?).ok();
            no = step.and_then(|step| no.checked_add(step)).ok_or(ProofError::Value("lines"))?;
            let item = from.id(ID_BYTES_MAX)?;
            let kind = from.number()?;
            let unit = if kind % 2 == 0 { Unit::Piece } else { Unit::Kilogram };
            let tax_at = u8::try_from(kind / 2).map_err(|_| ProofError::Value("lines"))?;
            let quantity = Quantity::thousandths(from.signed()?);
            let (gross, tax) = (money(from, "lines")?, money(from, "lines")?);
            lines.push(ProofLine { no, item, unit, quantity, gross, tax, tax_at });
        }
        Ok(ProofGoods { taxes, lines })
    }
}

/// What a signature is over.
fn to_sign(bytes: &[u8]) -> Vec<u8> {
    [CONTEXT, bytes].concat()
}

fn checked(amount: Money, what: &'static str) -> Result<Money, ProofError> {
    if amount.units().abs() > AMOUNT_MAX { Err(ProofError::Value(what)) } else { Ok(amount) }
}

fn money(from: &mut Reader, what: &'static str) -> Result<Money, ProofError> {
    let units = from.signed()?;
    if units.unsigned_abs() > AMOUNT_MAX as u64 { Err(ProofError::Value(what)) } else { Ok(Money::minor(units)) }
}

fn check_count(count: usize, most: usize, what: &'static str) -> Result<(), ProofError> {
    if count > most { Err(ProofError::Value(what)) } else { Ok(()) }
}

fn check_id<'a>(id: &'a str, what: &'static str) -> Result<&'a str, ProofError> {
    if (1..=ID_BYTES_MAX).contains(&id.len()) { Ok(id) } else { Err(ProofError::Value(what)) }
}

fn check_kind(kind: &str) -> Result<(), ProofError> {
    let known = kind.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if known && (1..=KIND_CHARS_MAX).contains(&kind.len()) { Ok(()) } else { Err(ProofError::Value("tenders")) }
}

/// Days counted in months of 31 from January 2000.
fn day_number(date: Date) -> Result<u64, ProofError> {
    let years = u8::try_from(date.year() - 2000).map_err(|_| ProofError::Value("date"))?;
    Ok((u64::from(years) * 12 + date.month() as u64 - 1) * 31 + date.day() as u64 - 1)
}

fn date_of(number: u64) -> Result<Date, ProofError> {
    let (year, month, day) = (number / 372, number / 31 % 12, number % 31);
    let year = u8::try_from(year).map_err(|_| ProofError::Value("date"))?;
    Date::new(2000 + i16::from(year), month as i8 + 1, day as i8 + 1).map_err(|_| ProofError::Value("date"))
}

#[cfg(test)]
mod tests;
