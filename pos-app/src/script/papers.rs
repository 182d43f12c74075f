//! Receipts that shoppers of a story bring: printed here, printed by another till, or altered at home.

use std::collections::BTreeMap;

use domain::item::Item;
use domain::money::{Currency, Money};
use domain::proof::{ProofGoods, ProofLine, ProofMember, ProofTender, ProofText, ReceiptProof};
use domain::quantity::{Quantity, Unit};
use domain::receipt::{Block, Document};
use jiff::Timestamp;
use jiff::civil::Date;
use protocol::identity::SigningKey;
use uuid::Uuid;

/// Ids of sales of other tills begin here.
const IDS: u128 = 0x0190_0000_0000_7000_a000_0000_0000_0000;

/// Codes of receipts by their numbers.
#[derive(Default)]
pub(super) struct Papers {
    codes: BTreeMap<String, String>,
    /// Codes of slips for goods put by, oldest first.
    slips: Vec<String>,
}

impl Papers {
    /// Keeps the code of a receipt that was printed.
    pub(super) fn keep(&mut self, document: &Document) {
        for block in &document.blocks {
            if let Block::Qr(code) = block
                && let Some(proof) = ProofText::parse(code).ok().and_then(|text| text.proof().ok())
            {
                let number = format!("{:02}{:02}-{:06}", proof.till, proof.epoch, proof.number);
                self.codes.insert(number, code.clone());
            }
            if let Block::Code128(code) = block
                && code.starts_with('H')
            {
                self.slips.push(code.clone());
            }
        }
    }

    /// The code on a slip for goods put by, from 1.
    pub(super) fn slip(&self, no: usize) -> Result<String, String> {
        let code = self.slips.get(no.wrapping_sub(1));
        code.cloned().ok_or_else(|| format!("{} slips for goods put by were printed", self.slips.len()))
    }

    /// The code of a receipt.
    pub(super) fn code(&self, number: &str) -> Result<String, String> {
        self.codes.get(number).cloned().ok_or_else(|| format!("no receipt {number} was printed"))
    }

    /// The same, after somebody has made every line dearer.
    pub(super) fn altered(&self, number: &str) -> Result<String, String> {
        let text = ProofText::parse(&self.code(number)?).map_err(|error| error.to_string())?;
        let mut proof = text.proof().map_err(|error| error.to_string())?;
        let more = Money::minor(10_000);
        for line in proof.goods.iter_mut().flat_map(|goods| &mut goods.lines) {
            line.gross += more;
            proof.total += more;
        }
        let bytes = proof.encode().map_err(|error| error.to_string())?;
        Ok(ProofText { bytes, ..text }.print())
    }

    /// A receipt of another till: one of each item, paid in cash.
    pub(super) fn print_elsewhere(
        &mut self,
        number: &str,
        date: Date,
        (currency, member): (Currency, Option<&str>),
        goods: &[(Item, Timestamp)],
    ) -> Result<(), String> {
        let (place, no) = number.split_once('-').ok_or("a receipt's number is like 0201-000007")?;
        let at = place.len().checked_sub(2).ok_or("a receipt's number is like 0201-000007")?;
        let parsed = |text: &str| text.parse::<u32>().map_err(|_| format!("{number} is no receipt's number"));
        let (till, epoch, no) = (parsed(&place[..at])?, parsed(&place[at..])?, parsed(no)?);
        let mut taxes: Vec<String> = goods.iter().map(|(item, _)| item.tax.id.clone()).collect();
        taxes.sort();
        taxes.dedup();
        let line = |(no, (item, now)): (usize, &(Item, Timestamp))| {
            let gross = item.prices.at(*now).unwrap_or_default();
            let rate = i64::from(item.tax.basis_points);
            let tax_at = taxes.iter().position(|tax| *tax == item.tax.id).unwrap_or_default();
            ProofLine {
                no: no as u32 + 1,
                item: item.id.clone(),
                unit: Unit::Piece,
                quantity: Quantity::ONE,
                gross,
                tax: gross - gross.scale(10_000, 10_000 + rate),
                tax_at: tax_at as u8,
            }
        };
        let lines: Vec<ProofLine> = goods.iter().enumerate().map(line).collect();
        let total: Money = lines.iter().map(|line| line.gross).sum();
        let proof = ReceiptProof {
            till,
            epoch,
            number: no.into(),
            sale: Uuid::from_u128(IDS + (u128::from(till) << 32) + u128::from(no)),
            date,
            currency,
            total,
            tenders: vec![ProofTender { kind: "cash".into(), amount: total }],
            member: member.map(|id| ProofMember { id: id.into(), points: total.units() / 100 }),
            goods: Some(ProofGoods { taxes, lines }),
        };
        let bytes = proof.encode().map_err(|error| error.to_string())?;
        let mut text = ProofText { bytes, signature: [0; 64] };
        text.signature = other_key().sign(&text.signed_bytes());
        self.codes.insert(number.to_owned(), text.print());
        Ok(())
    }
}

/// The key of every other till: the second test vector of RFC 8032, section 7.1, as PKCS#8 (RFC 8410).
pub(super) fn other_key() -> SigningKey {
    const PKCS8: &str = "3053020101300506032b6570042204204ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb\
                         a1230321003d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
    let pkcs8 = protocol::chain::from_hex(PKCS8).expect("hexadecimal digits");
    SigningKey::from_pkcs8(&pkcs8).expect("a key of RFC 8032")
}
