//! Counts and documents of stock, both ways.

use domain::quantity::Quantity;
use domain::stock::approval::{ApprovedLine, CountApproval, CountClosed, UnknownGoods};
use domain::stock::book::{ItemBook, Movement};
use domain::stock::count::{Change, CountBatch, CountEntry, Pass, PassFinished};
use domain::stock::document::{
    ArrivedLine, DeliveryNote, GoodsReceived, StockLine, TransferReceived, TransferSent, WrittenOff,
};
use domain::stock::plan::{CountKind, CountPlan, Filter, Zone};
use domain::stock::{
    APPROVED_AT_ONCE_MAX, ENTRIES_AT_ONCE_MAX, FILTER_MAX, LINES_MAX, LOTS_MAX, Lot, LotQuantity, ROUNDS_MAX,
    STOCK_MAX, What, ZONES_MAX,
};

use super::{BadWire, amount_of, bad, date, instant, list, text};
use crate::v1;

impl From<&CountPlan> for v1::CountPlan {
    fn from(plan: &CountPlan) -> v1::CountPlan {
        v1::CountPlan {
            id: plan.id,
            name: plan.name.clone(),
            kind: plan.kind.word().to_owned(),
            zones: plan.zones.iter().map(Into::into).collect(),
            blind: plan.blind,
            categories: plan.filter.categories.clone(),
            items: plan.filter.items.clone(),
            trolley_s: plan.trolley_seconds,
            by: plan.opened_by.clone(),
            at_ms: plan.opened_at.as_millisecond(),
        }
    }
}

impl TryFrom<&v1::CountPlan> for CountPlan {
    type Error = BadWire;

    fn try_from(plan: &v1::CountPlan) -> Result<CountPlan, BadWire> {
        let named = |field| move |name: &String| text(field, name);
        Ok(CountPlan {
            id: plan.id,
            name: text("count_plan.name", &plan.name)?,
            kind: CountKind::of(&plan.kind).ok_or_else(|| bad("count_plan.kind", &plan.kind))?,
            zones: list("count_plan.zones", &plan.zones, ZONES_MAX, Zone::try_from)?,
            blind: plan.blind,
            filter: Filter {
                categories: list(
                    "count_plan.categories",
                    &plan.categories,
                    FILTER_MAX,
                    named("count_plan.categories"),
                )?,
                items: list("count_plan.items", &plan.items, FILTER_MAX, named("count_plan.items"))?,
            },
            trolley_seconds: plan.trolley_s,
            opened_by: text("count_plan.by", &plan.by)?,
            opened_at: instant("count_plan.at_ms", plan.at_ms)?,
        })
    }
}

impl From<&Zone> for v1::Zone {
    fn from(zone: &Zone) -> v1::Zone {
        v1::Zone { name: zone.name.clone(), sells: zone.sells }
    }
}

impl TryFrom<&v1::Zone> for Zone {
    type Error = BadWire;

    fn try_from(zone: &v1::Zone) -> Result<Zone, BadWire> {
        Ok(Zone { name: text("zone.name", &zone.name)?, sells: zone.sells })
    }
}

impl From<&CountBatch> for v1::CountEntered {
    fn from(batch: &CountBatch) -> v1::CountEntered {
        let pass = &batch.pass;
        v1::CountEntered {
            plan: batch.plan,
            pass: v1::CountPass {
                id: pass.id,
                zone: pass.zone.clone(),
                round: pass.round,
                by: pass.by.clone(),
                terminal: pass.terminal,
                at_ms: pass.begun_at.as_millisecond(),
            },
            entries: batch.entries.iter().map(|entry| entry_to_wire(entry, pass)).collect(),
        }
    }
}

impl TryFrom<&v1::CountEntered> for CountBatch {
    type Error = BadWire;

    fn try_from(entered: &v1::CountEntered) -> Result<CountBatch, BadWire> {
        let pass = &entered.pass;
        if !(1..=ROUNDS_MAX).contains(&pass.round) {
            return Err(bad("pass.round", pass.round));
        }
        let pass = Pass {
            id: pass.id,
            zone: text("pass.zone", &pass.zone)?,
            round: pass.round,
            by: text("pass.by", &pass.by)?,
            terminal: pass.terminal,
            begun_at: instant("pass.at_ms", pass.at_ms)?,
        };
        let entries = list("entries", &entered.entries, ENTRIES_AT_ONCE_MAX, |entry| entry_of(entry, &pass))?;
        Ok(CountBatch { plan: entered.plan, pass, entries })
    }
}

fn entry_to_wire(entry: &CountEntry, pass: &Pass) -> v1::CountEntry {
    let (item, unknown) = what_to_wire(&entry.what);
    let (mut add, mut set, mut take_back) = (None, None, None);
    match entry.change {
        Change::Add(quantity) => add = Some(quantity.in_thousandths()),
        Change::Set(quantity) => set = Some(quantity.in_thousandths()),
        Change::TakeBack(id) => take_back = Some(id),
    }
    v1::CountEntry {
        id: entry.id,
        no: entry.no,
        item,
        unknown,
        lot: entry.lot.no.clone(),
        expires: entry.lot.expires.map(|date| date.to_string()),
        add,
        set,
        take_back,
        note: entry.note.clone(),
        at_ms: entry.at.as_millisecond(),
        by: (entry.by != pass.by).then(|| entry.by.clone()),
        terminal: (entry.terminal != pass.terminal).then_some(entry.terminal),
    }
}

fn entry_of(entry: &v1::CountEntry, pass: &Pass) -> Result<CountEntry, BadWire> {
    let change = match (entry.add, entry.set, entry.take_back) {
        (Some(more), None, None) => Change::Add(signed("entry.add", more)?),
        (None, Some(all), None) => Change::Set(stock("entry.set", all)?),
        (None, None, Some(id)) => Change::TakeBack(id),
        _ => return Err(bad("entry", "anything but one of add, set and take_back")),
    };
    Ok(CountEntry {
        id: entry.id,
        no: entry.no,
        what: what_of(&entry.item, &entry.unknown)?,
        lot: lot_of(&entry.lot, &entry.expires)?,
        change,
        note: text("entry.note", &entry.note)?,
        at: instant("entry.at_ms", entry.at_ms)?,
        by: text("entry.by", entry.by.as_deref().unwrap_or(&pass.by))?,
        terminal: entry.terminal.unwrap_or(pass.terminal),
    })
}

impl From<&PassFinished> for v1::CountPassFinished {
    fn from(finished: &PassFinished) -> v1::CountPassFinished {
        let (plan, pass, by) = (finished.plan, finished.pass, finished.by.clone());
        v1::CountPassFinished { plan, pass, by, at_ms: finished.at.as_millisecond() }
    }
}

impl TryFrom<&v1::CountPassFinished> for PassFinished {
    type Error = BadWire;

    fn try_from(finished: &v1::CountPassFinished) -> Result<PassFinished, BadWire> {
        let (by, at) = (text("finished.by", &finished.by)?, instant("finished.at_ms", finished.at_ms)?);
        Ok(PassFinished { plan: finished.plan, pass: finished.pass, by, at })
    }
}

impl From<&CountApproval> for v1::CountApproved {
    fn from(approval: &CountApproval) -> v1::CountApproved {
        v1::CountApproved {
            plan: approval.plan,
            by: approval.by.clone(),
            at_ms: approval.at.as_millisecond(),
            lines: approval.lines.iter().map(approved_to_wire).collect(),
            unknown: approval.unknown.iter().map(unknown_to_wire).collect(),
        }
    }
}

impl TryFrom<&v1::CountApproved> for CountApproval {
    type Error = BadWire;

    fn try_from(approved: &v1::CountApproved) -> Result<CountApproval, BadWire> {
        Ok(CountApproval {
            plan: approved.plan,
            by: text("approved.by", &approved.by)?,
            at: instant("approved.at_ms", approved.at_ms)?,
            lines: list("approved.lines", &approved.lines, APPROVED_AT_ONCE_MAX, approved_of)?,
            unknown: list("approved.unknown", &approved.unknown, APPROVED_AT_ONCE_MAX, unknown_of)?,
        })
    }
}

fn unknown_to_wire(goods: &UnknownGoods) -> v1::UnknownGoods {
    let (code, zone, note) = (goods.code.clone(), goods.zone.clone(), goods.note.clone());
    v1::UnknownGoods { code, zone, quantity: goods.quantity.in_thousandths(), note }
}

fn unknown_of(goods: &v1::UnknownGoods) -> Result<UnknownGoods, BadWire> {
    Ok(UnknownGoods {
        code: text("unknown.code", &goods.code)?,
        zone: text("unknown.zone", &goods.zone)?,
        quantity: stock_in_all("unknown.quantity", goods.quantity)?,
        note: text("unknown.note", &goods.note)?,
    })
}

fn approved_to_wire(line: &ApprovedLine) -> v1::ApprovedLine {
    let plain = |lots: &[LotQuantity]| lots.iter().all(|lot| lot.lot == Lot::default());
    let lots: &[LotQuantity] = if plain(&line.lots) { &[] } else { &line.lots };
    v1::ApprovedLine {
        item: line.item.clone(),
        counted: line.counted.in_thousandths(),
        lots: lots.iter().map(Into::into).collect(),
        at_ms: line.at.as_millisecond(),
        expected: line.expected.in_thousandths(),
        value: line.value.units(),
    }
}

fn approved_of(line: &v1::ApprovedLine) -> Result<ApprovedLine, BadWire> {
    let counted = stock_in_all("approved.counted", line.counted)?;
    let mut lots = list("approved.lots", &line.lots, LOTS_MAX, LotQuantity::try_from)?;
    if lots.is_empty() && counted != Quantity::NONE {
        lots.push(LotQuantity { lot: Lot::default(), quantity: counted });
    }
    if lots.iter().fold(Quantity::NONE, |sum, lot| sum + lot.quantity) != counted {
        return Err(bad("approved.counted", "other than the sum of its lots"));
    }
    Ok(ApprovedLine {
        item: text("approved.item", &line.item)?,
        counted,
        lots,
        at: instant("approved.at_ms", line.at_ms)?,
        expected: amount_of("approved.expected", line.expected).map(|sum| Quantity::thousandths(sum.units()))?,
        value: amount_of("approved.value", line.value)?,
    })
}

impl From<&LotQuantity> for v1::LotQuantity {
    fn from(lot: &LotQuantity) -> v1::LotQuantity {
        v1::LotQuantity {
            lot: lot.lot.no.clone(),
            expires: lot.lot.expires.map(|date| date.to_string()),
            quantity: lot.quantity.in_thousandths(),
        }
    }
}

impl TryFrom<&v1::LotQuantity> for LotQuantity {
    type Error = BadWire;

    fn try_from(lot: &v1::LotQuantity) -> Result<LotQuantity, BadWire> {
        let quantity = stock_in_all("lot.quantity", lot.quantity)?;
        Ok(LotQuantity { lot: lot_of(&lot.lot, &lot.expires)?, quantity })
    }
}

impl From<&CountClosed> for v1::CountClosed {
    fn from(closed: &CountClosed) -> v1::CountClosed {
        let (by, reason) = (closed.by.clone(), closed.reason.clone());
        v1::CountClosed { plan: closed.plan, by, at_ms: closed.at.as_millisecond(), reason }
    }
}

impl TryFrom<&v1::CountClosed> for CountClosed {
    type Error = BadWire;

    fn try_from(closed: &v1::CountClosed) -> Result<CountClosed, BadWire> {
        Ok(CountClosed {
            plan: closed.plan,
            by: text("closed.by", &closed.by)?,
            at: instant("closed.at_ms", closed.at_ms)?,
            reason: text("closed.reason", &closed.reason)?,
        })
    }
}

impl From<&StockLine> for v1::StockLine {
    fn from(line: &StockLine) -> v1::StockLine {
        v1::StockLine {
            item: line.item.clone(),
            lot: line.lot.no.clone(),
            expires: line.lot.expires.map(|date| date.to_string()),
            quantity: line.quantity.in_thousandths(),
        }
    }
}

impl TryFrom<&v1::StockLine> for StockLine {
    type Error = BadWire;

    fn try_from(line: &v1::StockLine) -> Result<StockLine, BadWire> {
        let quantity = stock("line.quantity", line.quantity)?;
        if quantity == Quantity::NONE {
            return Err(bad("line.quantity", line.quantity));
        }
        Ok(StockLine { item: text("line.item", &line.item)?, lot: lot_of(&line.lot, &line.expires)?, quantity })
    }
}

impl From<&ArrivedLine> for v1::ArrivedLine {
    fn from(line: &ArrivedLine) -> v1::ArrivedLine {
        let (item, unknown) = what_to_wire(&line.what);
        v1::ArrivedLine {
            item,
            unknown,
            lot: line.lot.no.clone(),
            expires: line.lot.expires.map(|date| date.to_string()),
            expected: line.expected.in_thousandths(),
            arrived: line.arrived.in_thousandths(),
            damaged: line.damaged.in_thousandths(),
        }
    }
}

impl TryFrom<&v1::ArrivedLine> for ArrivedLine {
    type Error = BadWire;

    fn try_from(line: &v1::ArrivedLine) -> Result<ArrivedLine, BadWire> {
        Ok(ArrivedLine {
            what: what_of(&line.item, &line.unknown)?,
            lot: lot_of(&line.lot, &line.expires)?,
            expected: stock("line.expected", line.expected)?,
            arrived: stock("line.arrived", line.arrived)?,
            damaged: stock("line.damaged", line.damaged)?,
        })
    }
}

impl From<&DeliveryNote> for v1::DeliveryNote {
    fn from(note: &DeliveryNote) -> v1::DeliveryNote {
        v1::DeliveryNote {
            number: note.number.clone(),
            supplier: note.supplier.clone(),
            due: note.due.map(|date| date.to_string()),
            lines: note.lines.iter().map(Into::into).collect(),
        }
    }
}

impl TryFrom<&v1::DeliveryNote> for DeliveryNote {
    type Error = BadWire;

    fn try_from(note: &v1::DeliveryNote) -> Result<DeliveryNote, BadWire> {
        Ok(DeliveryNote {
            number: text("delivery.number", &note.number)?,
            supplier: text("delivery.supplier", &note.supplier)?,
            due: note.due.as_deref().map(|text| date("delivery.due", text)).transpose()?,
            lines: list("delivery.lines", &note.lines, LINES_MAX, StockLine::try_from)?,
        })
    }
}

impl v1::StockLevel {
    /// The book of the item, told as of an instant. What moved it by a clock that is ahead is within it all the same.
    pub fn to_domain(&self, as_of_ms: i64) -> Result<ItemBook, BadWire> {
        let as_of = instant("stock.at_ms", as_of_ms)?;
        let movement = |moved: &v1::StockMove| {
            let at = instant("stock.moves.at_ms", moved.at_ms)?.min(as_of);
            let quantity = amount_of("stock.moves.quantity", moved.quantity)?;
            Ok(Movement { at, quantity: Quantity::thousandths(quantity.units()), is_sale: moved.sale })
        };
        let quantity = Quantity::thousandths(amount_of("stock.quantity", self.quantity)?.units());
        Ok(ItemBook { quantity, as_of, movements: self.moves.iter().map(movement).collect::<Result<_, _>>()? })
    }
}

impl From<&GoodsReceived> for v1::GoodsReceived {
    fn from(received: &GoodsReceived) -> v1::GoodsReceived {
        v1::GoodsReceived {
            id: received.id,
            note: received.note.clone(),
            supplier: received.supplier.clone(),
            lines: received.lines.iter().map(Into::into).collect(),
            complete: received.is_complete,
            by: received.by.clone(),
            at_ms: received.at.as_millisecond(),
        }
    }
}

impl TryFrom<&v1::GoodsReceived> for GoodsReceived {
    type Error = BadWire;

    fn try_from(received: &v1::GoodsReceived) -> Result<GoodsReceived, BadWire> {
        Ok(GoodsReceived {
            id: received.id,
            note: text("received.note", &received.note)?,
            supplier: text("received.supplier", &received.supplier)?,
            lines: list("received.lines", &received.lines, LINES_MAX, ArrivedLine::try_from)?,
            is_complete: received.complete,
            by: text("received.by", &received.by)?,
            at: instant("received.at_ms", received.at_ms)?,
        })
    }
}

impl From<&TransferSent> for v1::TransferSent {
    fn from(sent: &TransferSent) -> v1::TransferSent {
        v1::TransferSent {
            id: sent.id,
            number: sent.number.clone(),
            from: sent.from_store.clone(),
            to: sent.to_store.clone(),
            lines: sent.lines.iter().map(Into::into).collect(),
            by: sent.by.clone(),
            at_ms: sent.at.as_millisecond(),
        }
    }
}

impl TryFrom<&v1::TransferSent> for TransferSent {
    type Error = BadWire;

    fn try_from(sent: &v1::TransferSent) -> Result<TransferSent, BadWire> {
        Ok(TransferSent {
            id: sent.id,
            number: text("transfer.number", &sent.number)?,
            from_store: text("transfer.from", &sent.from)?,
            to_store: text("transfer.to", &sent.to)?,
            lines: list("transfer.lines", &sent.lines, LINES_MAX, StockLine::try_from)?,
            by: text("transfer.by", &sent.by)?,
            at: instant("transfer.at_ms", sent.at_ms)?,
        })
    }
}

impl From<&TransferReceived> for v1::TransferReceived {
    fn from(received: &TransferReceived) -> v1::TransferReceived {
        v1::TransferReceived {
            transfer: received.transfer,
            from: received.from_store.clone(),
            lines: received.lines.iter().map(Into::into).collect(),
            by: received.by.clone(),
            at_ms: received.at.as_millisecond(),
        }
    }
}

impl TryFrom<&v1::TransferReceived> for TransferReceived {
    type Error = BadWire;

    fn try_from(received: &v1::TransferReceived) -> Result<TransferReceived, BadWire> {
        Ok(TransferReceived {
            transfer: received.transfer,
            from_store: text("transfer.from", &received.from)?,
            lines: list("transfer.lines", &received.lines, LINES_MAX, ArrivedLine::try_from)?,
            by: text("transfer.by", &received.by)?,
            at: instant("transfer.at_ms", received.at_ms)?,
        })
    }
}

impl From<&WrittenOff> for v1::WrittenOff {
    fn from(written: &WrittenOff) -> v1::WrittenOff {
        v1::WrittenOff {
            id: written.id,
            reason: written.reason.clone(),
            lines: written.lines.iter().map(Into::into).collect(),
            by: written.by.clone(),
            at_ms: written.at.as_millisecond(),
        }
    }
}

impl TryFrom<&v1::WrittenOff> for WrittenOff {
    type Error = BadWire;

    fn try_from(written: &v1::WrittenOff) -> Result<WrittenOff, BadWire> {
        Ok(WrittenOff {
            id: written.id,
            reason: text("written_off.reason", &written.reason)?,
            lines: list("written_off.lines", &written.lines, LINES_MAX, StockLine::try_from)?,
            by: text("written_off.by", &written.by)?,
            at: instant("written_off.at_ms", written.at_ms)?,
        })
    }
}

fn what_to_wire(what: &What) -> (Option<String>, Option<String>) {
    match what {
        What::Item(item) => (Some(item.clone()), None),
        What::Unknown(code) => (None, Some(code.clone())),
    }
}

fn what_of(item: &Option<String>, unknown: &Option<String>) -> Result<What, BadWire> {
    match (item, unknown) {
        (Some(item), None) => Ok(What::Item(text("item", item)?)),
        (None, Some(code)) => Ok(What::Unknown(text("unknown", code)?)),
        _ => Err(bad("item", "anything but one of item and unknown")),
    }
}

fn lot_of(no: &str, expires: &Option<String>) -> Result<Lot, BadWire> {
    let expires = expires.as_deref().map(|text| date("expires", text)).transpose()?;
    Ok(Lot { no: text("lot", no)?, expires })
}

/// A quantity that an entry or line may say: not below zero.
fn stock(field: &'static str, thousandths: i64) -> Result<Quantity, BadWire> {
    match thousandths {
        0.. => signed(field, thousandths),
        _ => Err(bad(field, thousandths)),
    }
}

fn signed(field: &'static str, thousandths: i64) -> Result<Quantity, BadWire> {
    match thousandths.unsigned_abs() <= STOCK_MAX.in_thousandths().unsigned_abs() {
        true => Ok(Quantity::thousandths(thousandths)),
        false => Err(bad(field, thousandths)),
    }
}

/// What entries add up to.
fn stock_in_all(field: &'static str, thousandths: i64) -> Result<Quantity, BadWire> {
    match thousandths {
        0.. => amount_of(field, thousandths).map(|sum| Quantity::thousandths(sum.units())),
        _ => Err(bad(field, thousandths)),
    }
}
