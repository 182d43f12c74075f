//! What stands on the till's own paper, read again: receipt numbers and signed proofs; receipts printed again, without
//! prices, or shown to a telephone.

use domain::aisle::ExitCode;
use domain::event::Event;
use domain::proof::{ProofGoods, ProofLine, ProofMember, ProofTender, ProofText, ReceiptProof};
use domain::receipt::Document;
use domain::sale::Sale;
use domain::staff::Permission;
use domain::store::Store;
use jiff::civil::{Date, DateTime};

use super::actions::Action;
use super::command::{Command, Need};
use super::drafts::{Ask, Asked, Draft, Next, Step};
use super::{Catalogue, Effect, Engine, Now, Paid, PastSale, Pending, Place, PrintProgress, Save, Trouble};
use crate::notation::Notation;
use crate::paper;

/// The number on a receipt, taken apart: `TTEE-NNNNNN`, till, epoch and number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ReceiptNumber {
    pub till: u32,
    pub epoch: u32,
    pub number: u64,
}

impl ReceiptNumber {
    /// The number as it is printed.
    pub(crate) fn print(self) -> String {
        format!("{:02}{:02}-{:06}", self.till, self.epoch, self.number)
    }

    /// From what was scanned or typed. Tills above 99 have longer numbers; an epoch above 99 has not been seen.
    pub(crate) fn parse(text: &str) -> Option<ReceiptNumber> {
        let (place, number) = text.trim().split_once('-')?;
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if !(4..=6).contains(&place.len()) || !(6..=12).contains(&number.len()) || !digits(place) || !digits(number) {
            return None;
        }
        let (till, epoch) = place.split_at(place.len() - 2);
        Some(ReceiptNumber { till: till.parse().ok()?, epoch: epoch.parse().ok()?, number: number.parse().ok()? })
    }
}

/// The signed proof of a sale as the text of its QR code; none while the till has no key, and none of a sale of which
/// nothing can come back.
pub(crate) fn proof_text(catalogue: &dyn Catalogue, sale: &Sale, date: Date) -> Option<String> {
    sale.lines.iter().find(|sold| !sold.line.quantity.is_return())?;
    let proof = proof_of(sale, date)?;
    let bytes = proof.encode().ok()?;
    let mut text = ProofText { bytes, signature: [0; domain::proof::SIGNATURE_BYTES] };
    text.signature = catalogue.sign(&text.signed_bytes())?;
    Some(text.print())
}

fn proof_of(sale: &Sale, date: Date) -> Option<ReceiptProof> {
    let ReceiptNumber { till, epoch, number } = ReceiptNumber::parse(&sale.receipt)?;
    let tender = |tender: &domain::tender::Tender| ProofTender {
        kind: protocol::v1::tender_word(tender.kind).replace('_', "-"),
        amount: tender.amount,
    };
    let member = sale.member.as_ref();
    Some(ReceiptProof {
        till,
        epoch,
        number,
        sale: sale.id,
        date,
        currency: sale.currency,
        total: sale.total,
        tenders: sale.tenders.iter().take(domain::proof::TENDERS_MAX).map(tender).collect(),
        member: member.map(|(member, points)| ProofMember { id: member.id.clone(), points: *points }),
        goods: goods_of(sale),
    })
}

fn goods_of(sale: &Sale) -> Option<ProofGoods> {
    let mut taxes: Vec<String> = sale.lines.iter().map(|sold| sold.line.tax.id.clone()).collect();
    taxes.sort();
    taxes.dedup();
    let line = |sold: &domain::sale::SaleLine| {
        let tax_at = taxes.iter().position(|tax| *tax == sold.line.tax.id)?;
        Some(ProofLine {
            no: sold.line.no,
            item: sold.line.item.clone(),
            unit: sold.line.unit,
            quantity: sold.line.quantity,
            gross: sold.gross,
            tax: sold.tax,
            tax_at: u8::try_from(tax_at).ok()?,
        })
    };
    let lines = sale.lines.iter().map(line).collect::<Option<Vec<_>>>()?;
    Some(ProofGoods { taxes, lines })
}

/// A proof that was read and holds: one of the store's tills has signed it.
pub(super) fn read_proof(catalogue: &dyn Catalogue, text: &str) -> Result<ReceiptProof, Trouble> {
    let text = ProofText::parse(text).map_err(Trouble::BadReceiptCode)?;
    let proof = text.proof().map_err(Trouble::BadReceiptCode)?;
    match catalogue.verify(proof.till, &text.signed_bytes(), &text.signature) {
        true => Ok(proof),
        false => Err(Trouble::ForgedReceipt),
    }
}

/// The means of payment of a word in a proof.
pub(super) fn tender_of(paid: &ProofTender) -> Option<domain::tender::Tender> {
    let kind = protocol::v1::tender_kind(&paid.kind.replace('-', "_")).ok()?;
    Some(domain::tender::Tender::exact(kind, paid.amount))
}

impl Engine {
    /// A code from the till's own paper: a receipt, or the slip of goods put by. Whether it was one; then what it stands
    /// for is begun.
    pub(super) fn paper_scanned(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        code: &str,
        effects: &mut Vec<Effect>,
    ) -> bool {
        let code = code.trim();
        if ExitCode::is_meant(code) {
            self.exit_scanned(now, catalogue, store, code, effects);
            return true;
        }
        let is_receipt = ProofText::is_meant(code)
            || ReceiptNumber::parse(code).is_some() && matches!(catalogue.past_sale(code), Ok(Some(_)));
        let action = match is_receipt {
            true => Action::ReturnByReceipt,
            false if super::holds::is_code(code) => Action::CollectHold,
            false => return false,
        };
        self.begin_with(now, catalogue, store, (action, code), effects);
        true
    }

    /// The receipt of a sale that was just completed or that is printed again.
    pub(crate) fn receipt_of(
        &self,
        catalogue: &dyn Catalogue,
        store: &Store,
        sale: &Sale,
        (issued, date): (&paper::Issued, Date),
    ) -> Document {
        paper::receipt(sale, store, issued, proof_text(catalogue, sale, date).as_deref())
    }

    pub(super) fn next_reprint(&self, catalogue: &dyn Catalogue, draft: &Draft) -> Result<Next, Trouble> {
        let Some(number) = draft.answers.first() else {
            return Ok(Next::Step(Ask::code(Asked::Receipt)));
        };
        let past = self.past_sale_of(catalogue, number)?;
        Ok(Next::Do(Command::ReprintReceipt { receipt: past.sale.receipt }))
    }

    /// A sale of this till by the number or the code on its receipt.
    fn past_sale_of(&self, catalogue: &dyn Catalogue, code: &str) -> Result<PastSale, Trouble> {
        let number = match ProofText::is_meant(code) {
            true => {
                let proof = read_proof(catalogue, code)?;
                ReceiptNumber { till: proof.till, epoch: proof.epoch, number: proof.number }.print()
            }
            false => code.trim().to_owned(),
        };
        let found = catalogue.past_sale(&number).map_err(|error| Trouble::Catalogue(error.0))?;
        found.ok_or(Trouble::UnknownReceipt)
    }

    pub(super) fn needs_of_reprint(&self, receipt: &str) -> Vec<Need> {
        vec![Need::of(Permission::Reprint, 0, receipt)]
    }

    /// Any receipt of this till again, marked as a copy.
    pub(super) fn reprint_by_number(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        receipt: &str,
        effects: &mut Vec<Effect>,
    ) {
        let past = match self.past_sale_of(catalogue, receipt) {
            Ok(past) => past,
            Err(trouble) => return self.refuse(trouble),
        };
        let issued = self.issued_then(now, catalogue, &past);
        let document = self.receipt_of(catalogue, store, &past.sale, (&issued, past.business_date));
        let copy = paper::copy(&document, &self.issued(now));
        self.print_copy(now, past.sale.receipt, copy, effects);
    }

    /// Where, when and by whom a past sale's receipt was issued.
    fn issued_then(&self, now: Now, catalogue: &dyn Catalogue, past: &PastSale) -> paper::Issued {
        let known = catalogue.staff().into_iter().find(|who| who.id == past.staff);
        let cashier = known.map_or_else(|| past.staff.clone(), |who| who.name);
        let local = local_then(now, past.sale.completed_at);
        paper::Issued { local, till: self.setup.number, cashier, words: self.words.clone() }
    }

    /// Something more on paper about a receipt that was printed already; it counts as printed again.
    pub(super) fn print_copy(&mut self, now: Now, receipt: String, document: Document, effects: &mut Vec<Effect>) {
        let mut shift = self.durable.shift.clone().expect("copies are printed in an open shift alone");
        shift.totals.reprints += 1;
        let job = self.durable.next_job;
        let saves =
            vec![Save::Shift(Some(shift.clone())), Save::Print { job, receipt: false, document: document.clone() }];
        let stamp = self.stamp(now);
        let events = vec![Event::Reprinted { receipt }];
        self.commit(stamp, events, saves, Pending::Print { shift, job, document }, effects);
    }

    /// Why nothing can be begun that is about the newest receipt.
    pub(super) fn receipt_hindrance(&self) -> Option<Trouble> {
        self.durable.last_receipt.is_none().then_some(Trouble::NoReceipt)
    }

    /// The newest sale of this till.
    fn last_sale(&self, catalogue: &dyn Catalogue) -> Result<PastSale, Trouble> {
        let (receipt, _) = self.durable.last_receipt.as_ref().ok_or(Trouble::NoReceipt)?;
        self.past_sale_of(catalogue, receipt)
    }

    pub(super) fn next_gift(&self, catalogue: &dyn Catalogue) -> Result<Next, Trouble> {
        let past = self.last_sale(catalogue)?;
        match past.sale.lines.iter().any(|sold| !sold.line.quantity.is_return()) {
            true => Ok(Next::Do(Command::GiftReceipt { receipt: past.sale.receipt })),
            false => Err(Trouble::NoReceipt),
        }
    }

    /// The receipt without prices, with what proves that the goods may come back.
    pub(super) fn gift_receipt(
        &mut self,
        now: Now,
        catalogue: &dyn Catalogue,
        store: &Store,
        receipt: &str,
        effects: &mut Vec<Effect>,
    ) {
        let past = match self.past_sale_of(catalogue, receipt) {
            Ok(past) => past,
            Err(trouble) => return self.refuse(trouble),
        };
        let proof = proof_text(catalogue, &past.sale, past.business_date);
        let issued = self.issued_then(now, catalogue, &past);
        let document = paper::gift_receipt(&past.sale, store, &issued, proof.as_deref());
        self.print_copy(now, past.sale.receipt, document, effects);
    }

    /// The electronic receipt of the last sale, or while a sale is open the choice to have no paper of it.
    pub(super) fn next_e_receipt(&self, catalogue: &dyn Catalogue, store: &Store) -> Result<Next, Trouble> {
        if store.policy.receipt_url.is_empty() {
            return Err(Trouble::NotSetUp);
        }
        if self.durable.open.as_ref().is_some_and(|basket| !basket.is_empty()) {
            return Ok(Next::Do(Command::WithoutPaper));
        }
        let past = self.last_sale(catalogue)?;
        let code = paper::receipt_address(store, &past.sale).ok_or(Trouble::NotSetUp)?;
        Ok(Next::Step(Step::ShowCode(
            code,
            vec![(past.sale.receipt, self.words.money(store.currency, past.sale.total))],
        )))
    }

    /// The code at which the shopper asks for an invoice of the last sale.
    pub(super) fn next_invoice(&self, catalogue: &dyn Catalogue, store: &Store) -> Result<Next, Trouble> {
        if store.policy.invoice_url.is_empty() {
            return Err(Trouble::NotSetUp);
        }
        let past = self.last_sale(catalogue)?;
        let code = paper::invoice_address(store, &past.sale).ok_or(Trouble::NotSetUp)?;
        Ok(Next::Step(Step::ShowCode(
            code,
            vec![(past.sale.receipt, self.words.money(store.currency, past.sale.total))],
        )))
    }

    /// The receipt of a sale that is written: on paper, or as a code on the screen when the shopper wants none.
    pub(super) fn issue_receipt(&mut self, paid: &Paid, effects: &mut Vec<Effect>) {
        self.paperless = false;
        if self.setup.face == super::Face::Kiosk && paid.electronic.is_none() {
            return self.hold_receipt(paid);
        }
        let Some((code, currency)) = paid.electronic.clone() else {
            return self.print(paid.job, paid.document.clone(), false, effects);
        };
        self.printing = PrintProgress::Idle;
        let mut rows = vec![(paid.receipt.clone(), self.words.money(currency, paid.due))];
        if !paid.change.is_zero() {
            rows.push((paper::change_word(&self.words), self.words.money(currency, paid.change)));
        }
        let (step, under) = (Step::ShowCode(code, rows), Box::new(self.place.clone()));
        self.place = Place::Draft(Box::new(Draft::showing(Action::ElectronicReceipt, step, under)));
    }

    /// The sale on the counter gets no paper but a code on the screen, or paper after all.
    pub(super) fn without_paper(&mut self) {
        self.paperless = !self.paperless;
        self.said = super::Said::WithoutPaper(self.paperless);
    }
}

/// An earlier instant on the wall of the store, by the present difference to the till's clock.
pub(super) fn local_then(now: Now, at: jiff::Timestamp) -> DateTime {
    let ago = at.duration_since(now.at);
    now.local.checked_add(ago).unwrap_or(now.local)
}
