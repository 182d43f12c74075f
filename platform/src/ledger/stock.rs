//! What goods that come and go without a sale post. Counts post nothing by themselves: the book does, see
//! [`crate::stock`].

use std::collections::BTreeMap;

use domain::quantity::Quantity;
use protocol::v1::{ArrivedLine, StockLine, UnknownGoods};

use super::{Posting, StockLeg, in_range};

/// A lot as the ledger names it: its number, and after an `@` until when it may be sold.
pub fn lot_key(no: &str, expires: Option<&str>) -> String {
    expires.map_or_else(|| no.to_owned(), |date| format!("{no}@{date}"))
}

/// The other way round.
pub fn lot_of(key: &str) -> (String, Option<String>) {
    match key.rsplit_once('@') {
        Some((no, date)) if date.parse::<jiff::civil::Date>().is_ok() => (no.to_owned(), Some(date.to_owned())),
        _ => (key.to_owned(), None),
    }
}

/// Goods of a supplier: to the shelf, and what is damaged beside it.
pub fn receive(lines: &[ArrivedLine]) -> Option<Posting> {
    let mut legs = Legs::default();
    for (line, item) in known(lines) {
        legs.arrive(line, item)?;
        legs.add("supplier", item, &lot(line), line.arrived.checked_add(line.damaged)?.checked_neg()?)?;
    }
    legs.posting()
}

/// Goods to another store: under way from here on.
pub fn send(lines: &[StockLine]) -> Option<Posting> {
    move_out(lines, "transit")
}

/// Goods of another store: all that was sent is no longer under way; what is missing stands on its own.
pub fn arrive(lines: &[ArrivedLine]) -> Option<Posting> {
    let mut legs = Legs::default();
    for (line, item) in known(lines) {
        legs.arrive(line, item)?;
        let missing = line.expected.checked_sub(line.arrived)?.checked_sub(line.damaged)?;
        legs.add("missing", item, &lot(line), missing)?;
        legs.add("transit", item, &lot(line), line.expected.checked_neg()?)?;
    }
    legs.posting()
}

/// Goods that are no longer there to be sold.
pub fn write_off(lines: &[StockLine]) -> Option<Posting> {
    move_out(lines, "loss")
}

/// What did not arrive as announced, in words; `None` when everything did.
pub fn discrepancy(lines: &[ArrivedLine]) -> Option<String> {
    let told = |line: &ArrivedLine| {
        let what = line.item.as_deref().or(line.unknown.as_deref()).unwrap_or("?");
        let all = line.arrived.saturating_add(line.damaged);
        let is_unknown = line.item.is_none() && all != 0;
        (all != line.expected || line.damaged != 0 || is_unknown).then(|| {
            let unknown = if is_unknown { " (not in the catalogue)" } else { "" };
            let pieces = |thousandths| Quantity::thousandths(thousandths).plain();
            let (announced, sound, damaged) = (pieces(line.expected), pieces(line.arrived), pieces(line.damaged));
            format!("{what}{unknown}: announced {announced}, sound {sound}, damaged {damaged}")
        })
    };
    let told: Vec<String> = lines.iter().filter_map(told).collect();
    (!told.is_empty()).then(|| told.join("; "))
}

/// Goods that were counted by codes that the catalogue does not know: for a person to name; `None` without any.
pub fn nameless(goods: &[UnknownGoods]) -> Option<String> {
    let told = |goods: &UnknownGoods| {
        let UnknownGoods { code, zone, quantity, note } = goods;
        let place = if zone.is_empty() { String::new() } else { format!(" in {zone}") };
        let note = if note.is_empty() { String::new() } else { format!(" ({note})") };
        format!("{code}{note}: counted {}{place}", Quantity::thousandths(*quantity).plain())
    };
    let told: Vec<String> = goods.iter().map(told).collect();
    (!told.is_empty()).then(|| told.join("; "))
}

fn move_out(lines: &[StockLine], place: &'static str) -> Option<Posting> {
    let mut legs = Legs::default();
    for line in lines {
        let lot = lot_key(&line.lot, line.expires.as_deref());
        legs.add("store", &line.item, &lot, line.quantity.checked_neg()?)?;
        legs.add(place, &line.item, &lot, line.quantity)?;
    }
    legs.posting()
}

/// Codes that the catalogue does not know move nothing; a person names them first.
fn known(lines: &[ArrivedLine]) -> impl Iterator<Item = (&ArrivedLine, &str)> {
    lines.iter().filter_map(|line| Some((line, line.item.as_deref()?)))
}

fn lot(line: &ArrivedLine) -> String {
    lot_key(&line.lot, line.expires.as_deref())
}

/// Quantities by place, item and lot.
#[derive(Default)]
struct Legs(BTreeMap<(&'static str, String, String), i64>);

impl Legs {
    fn arrive(&mut self, line: &ArrivedLine, item: &str) -> Option<()> {
        self.add("store", item, &lot(line), line.arrived)?;
        self.add("damaged", item, &lot(line), line.damaged)
    }

    fn add(&mut self, place: &'static str, item: &str, lot: &str, quantity: i64) -> Option<()> {
        let sum = self.0.entry((place, item.to_owned(), lot.to_owned())).or_default();
        *sum = sum.checked_add(quantity)?;
        Some(())
    }

    fn posting(self) -> Option<Posting> {
        if !self.0.values().all(|quantity| in_range(*quantity)) {
            return None;
        }
        let legs = self.0.into_iter().filter(|(_, quantity)| *quantity != 0);
        let leg = |((place, item, lot), quantity)| StockLeg { place, item, lot, quantity };
        Some(Posting { stock: legs.map(leg).collect(), ..Posting::default() })
    }
}
