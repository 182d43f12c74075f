//! One event: what it is, what it posts, and whether a person must look at it. It never refuses.

use protocol::chain::Hash;
use protocol::v1::{Body, Event};
use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::{Assessed, Complaint, SaleRow};
use crate::ledger::{self, Posting, sums_to_zero};
use crate::office;
use crate::phone;
use crate::stock::Work;

/// Business date of an event that tells none.
const NO_DATE: &str = "0000-00-00";
/// Letters of a complaint's detail.
const DETAIL_CHARS_MAX: usize = 300;

/// What can be read of an event whose body cannot.
#[derive(Deserialize)]
struct Envelope {
    at_ms: i64,
    business_date: String,
    #[serde(default)]
    shift: Option<Uuid>,
}

/// Reads an event that stands at a place in a chain.
pub(super) fn assess(terminal: Uuid, epoch: u32, seq: u64, hash: Hash, bytes: Box<RawValue>) -> Assessed {
    let mut assessed = Assessed {
        seq,
        hash,
        bytes,
        kind: "unreadable",
        business_date: NO_DATE.to_owned(),
        shift: None,
        at_ms: 0,
        sale: None,
        money: Vec::new(),
        points: Vec::new(),
        stock: Vec::new(),
        deeds: Vec::new(),
        phone_exits: Vec::new(),
        work: None,
        document: None,
        hold: None,
        is_read: false,
        complaints: Vec::new(),
    };
    // No name or id has one, and PostgreSQL's text cannot hold it.
    if assessed.bytes.get().contains("\\u0000") {
        complain(&mut assessed, "unreadable", "it contains a zero character".into());
        return assessed;
    }
    match serde_json::from_str::<Event>(assessed.bytes.get()) {
        Ok(event) => {
            date(&mut assessed, &event.business_date);
            assessed.shift = event.shift;
            assessed.at_ms = event.at_ms;
            assessed.kind = event.body.kind();
            if (event.v, event.terminal, event.epoch, event.seq) == (1, terminal, epoch, seq) {
                assessed.is_read = true;
                post(&mut assessed, &event);
            } else {
                let says = format!(
                    "it says version {}, terminal {}, epoch {}, number {}",
                    event.v, event.terminal, event.epoch, event.seq
                );
                complain(&mut assessed, "misnumbered", says);
            }
        }
        Err(error) => {
            if let Ok(envelope) = serde_json::from_str::<Envelope>(assessed.bytes.get()) {
                assessed.shift = envelope.shift;
                assessed.at_ms = envelope.at_ms;
                date(&mut assessed, &envelope.business_date);
            }
            complain(&mut assessed, "unreadable", error.to_string());
        }
    }
    assessed
}

fn post(assessed: &mut Assessed, event: &Event) {
    let posted = match &event.body {
        Body::SaleCompleted(sale) => {
            let (Some(posting), Some(units)) = (ledger::sale::post(sale), ledger::sale::units(sale)) else {
                return complain(
                    assessed,
                    "out_of_range",
                    "an amount or quantity is beyond what a shop can mean; nothing was posted".into(),
                );
            };
            let returned = sale.lines.iter().filter(|line| line.quantity < 0);
            assessed.sale = Some(SaleRow {
                id: sale.id,
                return_lines: returned.clone().count() as i64,
                returns: returned.map(|line| line.gross).sum(),
                units,
            });
            assessed.phone_exits = phone::exits_of(sale);
            if let Some(disagreement) = ledger::sale::disagreement(sale) {
                complain(assessed, "sums_disagree", disagreement);
            }
            Some(posting)
        }
        Body::ShiftOpened(opened) => ledger::shift::open(opened),
        Body::ShiftClosed(closed) => ledger::shift::close(closed),
        Body::CashMoved(moved) => ledger::shift::move_cash(moved),
        Body::HoldPlaced(hold) => {
            assessed.hold = Some(hold.basket.id);
            ledger::tender::place_hold(hold)
        }
        Body::HoldCancelled(cancelled) => ledger::tender::cancel_hold(cancelled),
        Body::CountOpened(_)
        | Body::CountEntered(_)
        | Body::CountPassFinished(_)
        | Body::CountApproved(_)
        | Body::CountClosed(_)
        | Body::GoodsReceived(_)
        | Body::TransferSent(_)
        | Body::TransferReceived(_)
        | Body::WrittenOff(_) => stock(assessed, event),
        Body::EpochStarted(_)
        | Body::SaleVoided(_)
        | Body::SaleSuspended(_)
        | Body::SaleRecalled(_)
        | Body::DrawerOpened(_)
        | Body::Reprinted(_)
        | Body::LockedOut(_)
        | Body::SignedOn(_)
        | Body::Approved(_)
        | Body::HandedOver(_)
        | Body::MemberEnrolled(_)
        | Body::MemberNoted(_)
        | Body::FavouritesArranged(_)
        | Body::GrantAsked(_)
        | Body::TrainingBegun(_)
        | Body::TrainingEnded(_)
        | Body::PaymentChanged(_)
        | Body::TendersReturned(_) => Some(Posting::default()),
    };
    match posted {
        Some(posting) => {
            assert!(sums_to_zero(&posting), "a posting sums to zero");
            assessed.money = posting.money;
            assessed.points = posting.points;
            assessed.stock = posting.stock;
            assessed.deeds = office::deeds(event, &mut assessed.complaints);
        }
        None => {
            complain(assessed, "out_of_range", "an amount is beyond what a drawer can hold; nothing was posted".into())
        }
    }
}

/// What counts and documents post, and what they ask of head office's stock. What no store can mean posts nothing.
fn stock(assessed: &mut Assessed, event: &Event) -> Option<Posting> {
    if let Err(bad) = event.to_domain() {
        complain(assessed, "out_of_range", bad.to_string());
        return Some(Posting::default());
    }
    let nothing = || Some(Posting::default());
    let (work, document, posting) = match &event.body {
        Body::CountOpened(plan) => (Some(Work::Opened(plan.clone())), None, nothing()),
        Body::CountEntered(entered) => (Some(Work::Counted(entered.clone())), None, nothing()),
        Body::CountPassFinished(finished) => (Some(Work::PassFinished(finished.clone())), None, nothing()),
        Body::CountApproved(approved) => (Some(Work::Approved(approved.clone())), None, nothing()),
        Body::CountClosed(closed) => (Some(Work::Closed(closed.clone())), None, nothing()),
        Body::GoodsReceived(received) => {
            let document = format!("received/{}", received.id);
            (Some(Work::Received(received.clone())), Some(document), ledger::stock::receive(&received.lines))
        }
        Body::TransferSent(sent) => {
            let document = format!("sent/{}", sent.id);
            (Some(Work::Sent(sent.clone())), Some(document), ledger::stock::send(&sent.lines))
        }
        Body::TransferReceived(came) => {
            let document = format!("came/{}", came.transfer);
            (Some(Work::Arrived(came.clone())), Some(document), ledger::stock::arrive(&came.lines))
        }
        Body::WrittenOff(written) => {
            (None, Some(format!("written-off/{}", written.id)), ledger::stock::write_off(&written.lines))
        }
        _ => (None, None, nothing()),
    };
    let discrepancy = match &event.body {
        Body::GoodsReceived(received) => ledger::stock::discrepancy(&received.lines),
        Body::TransferReceived(came) => ledger::stock::discrepancy(&came.lines),
        _ => None,
    };
    if let Body::CountApproved(approved) = &event.body
        && let Some(says) = ledger::stock::nameless(&approved.unknown)
    {
        complain(assessed, "unknown_goods", says);
    }
    if let Some(says) = discrepancy {
        complain(assessed, "arrived_otherwise", says);
    }
    if posting.is_some() {
        (assessed.work, assessed.document) = (work, document);
    }
    posting
}

fn date(assessed: &mut Assessed, text: &str) {
    if text.len() == NO_DATE.len() && text.parse::<jiff::civil::Date>().is_ok() {
        assessed.business_date = text.to_owned();
    } else {
        complain(assessed, "unreadable", "its business date is no date".into());
    }
}

fn complain(assessed: &mut Assessed, kind: &'static str, detail: String) {
    let detail = detail.chars().take(DETAIL_CHARS_MAX).collect();
    assessed.complaints.push(Complaint { kind, detail });
}
