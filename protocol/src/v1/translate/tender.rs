//! Means of payment.

use domain::tender::{Tender, TenderKind};

use super::{BadWire, amount_of, bad, text_option};
use crate::v1;

/// Tenders of one sale.
pub(super) const TENDERS_MAX: usize = 100;

/// A tender's word on the wire.
pub fn tender_word(kind: TenderKind) -> &'static str {
    match kind {
        TenderKind::Cash => "cash",
        TenderKind::Code => "code",
        TenderKind::Card => "card",
        TenderKind::StoredValue => "stored_value",
        TenderKind::GiftCard => "gift_card",
        TenderKind::Coupon => "coupon",
        TenderKind::Voucher => "voucher",
        TenderKind::Points => "points",
        TenderKind::Deposit => "deposit",
        TenderKind::OnAccount => "on_account",
    }
}

/// The tender of a word on the wire.
pub fn tender_kind(word: &str) -> Result<TenderKind, BadWire> {
    let known = TenderKind::ALL.into_iter().find(|kind| tender_word(*kind) == word);
    known.ok_or_else(|| bad("tender kind", word))
}

impl From<&Tender> for v1::Tender {
    fn from(tender: &Tender) -> v1::Tender {
        v1::Tender {
            kind: tender_word(tender.kind).to_owned(),
            amount: tender.amount.units(),
            tendered: tender.tendered.units(),
            change: tender.change.units(),
            reference: tender.reference.clone(),
            payment: tender.payment,
            points: tender.points,
            forfeited: tender.forfeited.units(),
            grant: tender.grant,
        }
    }
}

impl TryFrom<&v1::Tender> for Tender {
    type Error = BadWire;

    fn try_from(tender: &v1::Tender) -> Result<Tender, BadWire> {
        Ok(Tender {
            kind: tender_kind(&tender.kind)?,
            amount: amount_of("amount", tender.amount)?,
            tendered: amount_of("tendered", tender.tendered)?,
            change: amount_of("change", tender.change)?,
            reference: text_option("tender.reference", &tender.reference)?,
            payment: tender.payment,
            points: tender.points,
            forfeited: amount_of("forfeited", tender.forfeited)?,
            grant: tender.grant,
        })
    }
}
