//! The stock desk in a story: what head office tells of stock, what another terminal counts, and what people see.

use domain::stock::count::{Change, Count, CountBatch, CountEntry, Pass, PassFinished};
use domain::stock::{Lot, What};
use jiff::Timestamp;
use protocol::v1;
use ui::Screen;
use ui::key::KeyKind;
use ui::screen::Keys;
use ui::stock::{Stock, StockRow};
use uuid::Uuid;

use super::elsewhere::thousandths;
use super::furnish::number;

/// Ids of what other terminals counted begin here.
const IDS: u128 = 0x0190_0000_0000_7000_a000_0000_0000_0000;

/// `ITEM QUANTITY` in pairs.
pub(super) fn lines(words: &[&str]) -> Result<Vec<v1::StockLine>, String> {
    let line = |pair: &[&str]| match pair {
        [item, quantity] => {
            Ok(v1::StockLine { item: (*item).to_owned(), quantity: thousandths(quantity)?, ..v1::StockLine::default() })
        }
        _ => Err("goods are told as ITEM QUANTITY".to_owned()),
    };
    words.chunks(2).map(line).collect()
}

/// What head office says lies on the shelf.
pub(super) fn level(item: &str, quantity: &str) -> Result<v1::Record, String> {
    let level = v1::StockLevel { item: item.to_owned(), quantity: thousandths(quantity)?, ..v1::StockLevel::default() };
    Ok(v1::Record::Stock(Box::new(level)))
}

/// `counted-elsewhere TILL STAFF ZONE ITEM QUANTITY...`: somebody at another terminal, who had no network, counted in a
/// pass of her own.
pub(super) fn counted(count: &Count, words: &[&str], at: Timestamp) -> Result<v1::Record, String> {
    let [till, staff, zone, goods @ ..] = words else {
        return Err("counted-elsewhere TILL STAFF ZONE ITEM QUANTITY...".into());
    };
    let id = |no: u128| Uuid::from_u128(IDS + at.as_second() as u128 * 1000 + no);
    let zone = if *zone == "-" { String::new() } else { (*zone).to_owned() };
    let terminal = number(till)?;
    let pass = Pass { id: id(0), zone, round: 1, by: (*staff).to_owned(), terminal, begun_at: at };
    let mut entries = Vec::new();
    for (no, line) in (1_u32..).zip(lines(goods)?) {
        entries.push(CountEntry {
            id: id(u128::from(no)),
            no,
            what: What::Item(line.item),
            lot: Lot::default(),
            change: Change::Set(domain::quantity::Quantity::thousandths(line.quantity)),
            note: String::new(),
            at,
            by: (*staff).to_owned(),
            terminal,
        });
    }
    let batch = CountBatch { plan: count.plan.id, pass, entries };
    Ok(v1::Record::Counted(Box::new((&batch).into())))
}

/// `finished-elsewhere`: everybody at other terminals has been through her zone.
pub(super) fn finished(count: &Count, terminal: u32, at: Timestamp) -> Vec<v1::Record> {
    let open = count.passes().map(|state| &state.pass).filter(|pass| pass.terminal != terminal);
    let open = open.filter(|pass| count.finished_at(pass.id).is_none());
    let finished = open.map(|pass| PassFinished { plan: count.plan.id, pass: pass.id, by: pass.by.clone(), at });
    finished.map(|finished| v1::Record::CountPassFinished((&finished).into())).collect()
}

/// What head office is told of goods that nobody knows.
pub(super) fn unknown(events: &[v1::Event]) -> Vec<String> {
    let approved = events.iter().filter_map(|event| match &event.body {
        v1::Body::CountApproved(approved) => Some(&approved.unknown),
        _ => None,
    });
    let line = |goods: &v1::UnknownGoods| {
        let quantity = domain::quantity::Quantity::thousandths(goods.quantity).plain();
        format!("unknown {} {quantity} {:?} {:?}", goods.code, goods.zone, goods.note)
    };
    approved.flatten().map(line).collect()
}

/// The row of the desk with that title.
pub(super) fn row_on_screen(stock: &Stock, title: &str) -> Option<String> {
    stock.rows.iter().find(|row| row.title == title).map(|row| row.id.clone())
}

/// What changed at the desk.
pub(super) fn difference(before: &Screen, after: &Screen, now: &Stock) -> Vec<String> {
    let was = before.stock.as_deref().cloned().unwrap_or_default();
    let mut lines = Vec::new();
    let step = format!("{:?}", now.step).to_lowercase();
    let moved = (was.step, &was.title, &was.help) != (now.step, &now.title, &now.help);
    if moved {
        lines.push(format!("{step}: {}", now.title));
        lines.extend((!now.help.is_empty()).then(|| format!("  {}", now.help)));
    }
    if was.counted != now.counted
        && let Some(card) = &now.counted
    {
        let added = if card.added.is_empty() { String::new() } else { format!(" ({})", card.added) };
        lines.push(format!("card {}  {}{added}", card.name, card.quantity));
        lines.extend(card.details.iter().map(|detail| format!("  {detail}")));
    }
    if was.progress != now.progress && !now.progress.is_empty() {
        lines.push(format!("so far {}", now.progress));
    }
    let fresh = now.rows.iter().filter(|row| moved || !was.rows.contains(row));
    lines.extend(fresh.map(row));
    if was.items != now.items {
        lines.extend(now.items.iter().map(|item| format!("found {}  {}", item.name, item.price)));
    }
    if moved && now.pad != Keys::None && !now.value.is_empty() {
        lines.push(format!("field {}", now.value));
    }
    if was.message != now.message && !now.message.is_empty() {
        lines.push(format!("message {}", now.message));
    }
    if moved {
        let keys = now.keys.iter().filter(|key| key.enabled).map(|key| match key.kind {
            KeyKind::Main => format!("[{}]", key.id),
            KeyKind::Plain | KeyKind::Quiet | KeyKind::Loss => key.id.clone(),
        });
        lines.push(format!("keys {}", keys.collect::<Vec<_>>().join(" ")));
    }
    if after.said != before.said && !after.said.is_empty() && now.message != after.said {
        lines.push(format!("says {}", after.said));
    }
    lines
}

fn row(row: &StockRow) -> String {
    let tick = if row.ticked { "[x] " } else { "" };
    let mut line = format!("row {tick}{}", row.title);
    for part in [&row.amount, &row.detail] {
        if !part.is_empty() {
            line.push_str("  ");
            line.push_str(part);
        }
    }
    line
}
