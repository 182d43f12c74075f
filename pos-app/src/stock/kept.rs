//! What is in hand at the stock desk, as it is stored: after a power cut it goes on where it was.

use std::collections::BTreeSet;

use domain::quantity::Quantity;
use domain::stock::count::Pass;
use domain::stock::document::ArrivedLine;
use domain::stock::{Lot, What};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::booking::{Booking, BookingKind};
use super::counting::Counting;

/// What was in hand.
#[derive(Serialize, Deserialize)]
#[serde(tag = "task", rename_all = "snake_case")]
pub(super) enum Kept {
    /// A pass. What was counted in it are events.
    Count { plan: Uuid, pass: KeptPass, marked: Vec<KeptWhat> },
    /// A document, with all that was scanned.
    Booking { id: Uuid, kind: KeptKind, lines: Vec<KeptLine> },
}

#[derive(Serialize, Deserialize)]
pub(super) struct KeptPass {
    id: Uuid,
    zone: String,
    round: u8,
    by: String,
    terminal: u32,
    begun_ms: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum KeptWhat {
    Item(String),
    Unknown(String),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum KeptKind {
    Delivery { note: String, supplier: String },
    Arriving { transfer: Uuid, from: String, number: String },
    Sending { to: String },
    WriteOff { reason: String },
}

#[derive(Serialize, Deserialize)]
pub(super) struct KeptLine {
    what: KeptWhat,
    lot: String,
    expires: Option<String>,
    expected: i64,
    arrived: i64,
    damaged: i64,
}

/// As text.
pub(super) fn text_of(kept: &Kept) -> String {
    serde_json::to_string(kept).expect("strings, numbers and lists are JSON")
}

/// From text; what another version wrote and nobody can read is nothing.
pub(super) fn read(text: &str) -> Option<Kept> {
    serde_json::from_str(text).ok()
}

impl Kept {
    pub(super) fn of_counting(counting: &Counting) -> Kept {
        let Pass { id, zone, round, by, terminal, begun_at } = counting.pass.clone();
        Kept::Count {
            plan: counting.count.plan.id,
            pass: KeptPass { id, zone, round, by, terminal, begun_ms: begun_at.as_millisecond() },
            marked: counting.marked.iter().map(KeptWhat::of).collect(),
        }
    }

    pub(super) fn of_booking(booking: &Booking) -> Kept {
        let kind = match booking.kind.clone() {
            BookingKind::Delivery { note, supplier } => KeptKind::Delivery { note, supplier },
            BookingKind::Arriving { transfer, from, number } => KeptKind::Arriving { transfer, from, number },
            BookingKind::Sending { to } => KeptKind::Sending { to },
            BookingKind::WriteOff { reason } => KeptKind::WriteOff { reason },
        };
        let line = |line: &ArrivedLine| KeptLine {
            what: KeptWhat::of(&line.what),
            lot: line.lot.no.clone(),
            expires: line.lot.expires.map(|day| day.to_string()),
            expected: line.expected.in_thousandths(),
            arrived: line.arrived.in_thousandths(),
            damaged: line.damaged.in_thousandths(),
        };
        Kept::Booking { id: booking.id, kind, lines: booking.lines.iter().map(line).collect() }
    }
}

impl KeptPass {
    pub(super) fn pass(self) -> Pass {
        let KeptPass { id, zone, round, by, terminal, begun_ms } = self;
        let begun_at = Timestamp::from_millisecond(begun_ms).unwrap_or_default();
        Pass { id, zone, round, by, terminal, begun_at }
    }
}

impl KeptWhat {
    fn of(what: &What) -> KeptWhat {
        match what.clone() {
            What::Item(item) => KeptWhat::Item(item),
            What::Unknown(code) => KeptWhat::Unknown(code),
        }
    }

    fn what(self) -> What {
        match self {
            KeptWhat::Item(item) => What::Item(item),
            KeptWhat::Unknown(code) => What::Unknown(code),
        }
    }
}

/// Goods that were to be counted again.
pub(super) fn marked(kept: Vec<KeptWhat>) -> BTreeSet<What> {
    kept.into_iter().map(KeptWhat::what).collect()
}

/// A document as it was.
pub(super) fn booking(id: Uuid, kind: KeptKind, lines: Vec<KeptLine>) -> Booking {
    let kind = match kind {
        KeptKind::Delivery { note, supplier } => BookingKind::Delivery { note, supplier },
        KeptKind::Arriving { transfer, from, number } => BookingKind::Arriving { transfer, from, number },
        KeptKind::Sending { to } => BookingKind::Sending { to },
        KeptKind::WriteOff { reason } => BookingKind::WriteOff { reason },
    };
    let line = |line: KeptLine| ArrivedLine {
        what: line.what.what(),
        lot: Lot { no: line.lot, expires: line.expires.and_then(|day| day.parse().ok()) },
        expected: Quantity::thousandths(line.expected),
        arrived: Quantity::thousandths(line.arrived),
        damaged: Quantity::thousandths(line.damaged),
    };
    Booking::restored(id, kind, lines.into_iter().map(line).collect())
}
