//! Goods that come and go without a sale, while somebody scans them: a delivery, a transfer, a write-off.

use domain::event::Event;
use domain::money::Money;
use domain::quantity::Quantity;
use domain::stock::document::{
    ArrivedLine, DeliveryNote, GoodsReceived, StockLine, TransferReceived, TransferSent, WrittenOff,
};
use domain::stock::{LINES_MAX, Lot, STOCK_MAX, What};
use uuid::Uuid;

use super::{Here, Problem};

/// Steps that can be undone.
const UNDO_MAX: usize = 100;

/// What is being booked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booking {
    /// The document's id.
    pub id: Uuid,
    /// What it is.
    pub kind: BookingKind,
    /// Its goods; those on the note first.
    pub lines: Vec<ArrivedLine>,
    /// The line on the card.
    pub card: Option<usize>,
    /// What the last step added to it.
    pub added: Option<Quantity>,
    /// Whether what is scanned is damaged.
    pub damaged: bool,
    /// Whether the line on the card was chosen from the list: undo is about it then.
    chosen: bool,
    /// Steps that can be undone, oldest first: line, how much, whether damaged.
    steps: Vec<(usize, Quantity, bool)>,
    /// Grows with each step.
    revision: u64,
    /// The newest that is written.
    kept: u64,
}

/// What is being booked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BookingKind {
    /// A delivery; number and supplier are empty without a note.
    Delivery {
        /// Number of the note.
        note: String,
        /// Who brings it.
        supplier: String,
    },
    /// Goods that another store sent.
    Arriving {
        /// The transfer.
        transfer: Uuid,
        /// Where they come from.
        from: String,
        /// As people call it.
        number: String,
    },
    /// Goods for another store.
    Sending {
        /// Which.
        to: String,
    },
    /// Goods that can no longer be sold.
    WriteOff {
        /// Why.
        reason: String,
    },
}

impl Booking {
    /// Nothing is booked yet.
    pub(super) fn begin(id: Uuid, kind: BookingKind, lines: Vec<ArrivedLine>) -> Booking {
        let steps = Vec::new();
        Booking { id, kind, lines, card: None, added: None, damaged: false, chosen: false, steps, revision: 1, kept: 0 }
    }

    /// As it was stored.
    pub(super) fn restored(id: Uuid, kind: BookingKind, lines: Vec<ArrivedLine>) -> Booking {
        Booking { revision: 0, ..Booking::begin(id, kind, lines) }
    }

    /// Against a delivery note.
    pub(super) fn of_note(id: Uuid, note: &DeliveryNote) -> Booking {
        let kind = BookingKind::Delivery { note: note.number.clone(), supplier: note.supplier.clone() };
        Booking::begin(id, kind, note.to_receive())
    }

    /// Against another store's transfer.
    pub(super) fn of_transfer(id: Uuid, sent: &TransferSent) -> Booking {
        let kind =
            BookingKind::Arriving { transfer: sent.id, from: sent.from_store.clone(), number: sent.number.clone() };
        Booking::begin(id, kind, sent.to_receive())
    }

    /// Whether goods can be damaged, and something was announced.
    pub fn arrives(&self) -> bool {
        matches!(self.kind, BookingKind::Delivery { .. } | BookingKind::Arriving { .. })
    }

    /// So much more of some goods, or less.
    pub(super) fn add(&mut self, what: What, lot: Lot, quantity: Quantity) -> Result<(), Problem> {
        if what.item().is_none() && !self.arrives() {
            return Err(Problem::Unknown);
        }
        let same = |line: &ArrivedLine| line.what == what && line.lot == lot;
        // What was announced without a lot takes the first lot that comes.
        let open =
            |line: &ArrivedLine| line.what == what && line.lot == Lot::default() && line.in_all() == Quantity::NONE;
        let known = self.lines.iter().position(same).or_else(|| self.lines.iter().position(open));
        let at = match known {
            Some(at) => at,
            None if self.lines.len() >= LINES_MAX => return Err(Problem::TooManyLines),
            None => {
                let none = Quantity::NONE;
                self.lines.push(ArrivedLine { what, lot: lot.clone(), expected: none, arrived: none, damaged: none });
                self.lines.len() - 1
            }
        };
        if self.lines[at].in_all() == Quantity::NONE {
            self.lines[at].lot = lot;
        }
        self.step(at, quantity)
    }

    /// So much in all of the goods on the card.
    pub(super) fn set(&mut self, quantity: Quantity) -> Result<(), Problem> {
        let at = self.card.ok_or(Problem::NothingChosen)?;
        let line = &self.lines[at];
        let before = if self.damaged { line.damaged } else { line.arrived };
        self.step(at, quantity + -before)
    }

    fn step(&mut self, at: usize, quantity: Quantity) -> Result<(), Problem> {
        let damaged = self.damaged;
        self.apply(at, quantity, damaged)?;
        self.steps.push((at, quantity, damaged));
        if self.steps.len() > UNDO_MAX {
            self.steps.remove(0);
        }
        self.added = Some(quantity);
        self.chosen = false;
        Ok(())
    }

    /// A line was chosen from the list: it is on the card.
    pub(super) fn choose(&mut self, at: usize) {
        self.card = Some(at);
        self.added = None;
        self.chosen = true;
    }

    fn apply(&mut self, at: usize, quantity: Quantity, damaged: bool) -> Result<(), Problem> {
        let line = &mut self.lines[at];
        let field = if damaged { &mut line.damaged } else { &mut line.arrived };
        let sum = field.saturating_add(quantity);
        if sum.is_return() || sum > STOCK_MAX {
            return Err(Problem::NoQuantity);
        }
        *field = sum;
        self.card = Some(at);
        self.revision += 1;
        Ok(())
    }

    /// Takes the last step back; of a line that was chosen from the list, the last one of that line.
    pub(super) fn undo(&mut self) -> Result<(), Problem> {
        let line = self.card.filter(|_| self.chosen);
        let last = self.steps.iter().rposition(|(at, ..)| line.is_none_or(|line| line == *at));
        let last = last.ok_or(Problem::NothingToUndo)?;
        let (at, quantity, damaged) = self.steps[last];
        self.apply(at, -quantity, damaged)?;
        self.steps.remove(last);
        self.added = Some(-quantity);
        Ok(())
    }

    /// The revision that is to be written, when the newest is not.
    pub(super) fn to_keep(&self) -> Option<u64> {
        (self.revision > self.kept).then_some(self.revision)
    }

    /// So much is written.
    pub(super) fn is_kept(&mut self, revision: u64) {
        self.kept = self.kept.max(revision);
    }

    /// Whether all that is shown is written.
    pub fn all_kept(&self) -> bool {
        self.to_keep().is_none()
    }

    /// Whether anything was announced.
    pub fn is_announced(&self) -> bool {
        self.lines.iter().any(|line| line.expected != Quantity::NONE)
    }

    /// Whether anything was scanned.
    pub fn is_empty(&self) -> bool {
        self.lines.iter().all(|line| line.in_all() == Quantity::NONE)
    }

    /// What it is worth, at cost where the shop knows it, else at the shelf's price.
    pub(super) fn worth(&self, here: &Here<'_>) -> Money {
        let of_line = |line: &ArrivedLine| {
            let item = here.goods.item(line.what.item()?).ok()??;
            Some(line.in_all().times(super::value_of(&item, here.now.at)))
        };
        let units = self.lines.iter().filter_map(of_line).map(Money::units);
        Money::minor(units.fold(0_i64, i64::saturating_add).min(domain::money::AMOUNT_MAX))
    }

    /// The document. A note is complete: what did not come is not expected any more.
    pub(super) fn event(&self, here: &Here<'_>) -> Event {
        let (by, at) = (here.by.to_owned(), here.now.at);
        match &self.kind {
            BookingKind::Delivery { note, supplier } => Event::GoodsReceived(GoodsReceived {
                id: self.id,
                note: note.clone(),
                supplier: supplier.clone(),
                lines: self.arrived(),
                is_complete: true,
                by,
                at,
            }),
            BookingKind::Arriving { transfer, from, .. } => Event::TransferReceived(TransferReceived {
                transfer: *transfer,
                from_store: from.clone(),
                lines: self.arrived(),
                by,
                at,
            }),
            BookingKind::Sending { to } => Event::TransferSent(TransferSent {
                id: self.id,
                number: transfer_number(here.terminal, self.id),
                from_store: here.store.id.clone(),
                to_store: to.clone(),
                lines: self.moved(),
                by,
                at,
            }),
            BookingKind::WriteOff { reason } => {
                Event::WrittenOff(WrittenOff { id: self.id, reason: reason.clone(), lines: self.moved(), by, at })
            }
        }
    }

    /// Announced or arrived.
    fn arrived(&self) -> Vec<ArrivedLine> {
        let said = |line: &&ArrivedLine| line.in_all() != Quantity::NONE || line.expected != Quantity::NONE;
        self.lines.iter().filter(said).cloned().collect()
    }

    fn moved(&self) -> Vec<StockLine> {
        let line = |line: &ArrivedLine| {
            let item = line.what.item()?.to_owned();
            Some(StockLine { item, lot: line.lot.clone(), quantity: line.in_all() })
        };
        let moved = self.lines.iter().filter(|line| line.in_all() != Quantity::NONE);
        moved.filter_map(line).collect()
    }
}

/// As people call a transfer: the terminal and eight digits.
pub(super) fn transfer_number(terminal: u32, id: Uuid) -> String {
    format!("T{terminal:02}-{:08}", id.as_u128() % 100_000_000)
}
