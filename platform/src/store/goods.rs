//! What records say that a database must know: what bundles consist of, and which members are put.

use std::borrow::Cow;
use std::collections::BTreeMap;

use protocol::v1::{Component, Member, Record};

use super::RecordRow;
use crate::ingest::Assessed;
use crate::ledger::StockLeg;

/// What a bundle's record says that it consists of.
pub(crate) fn components_in(body: &str) -> Option<Vec<Component>> {
    match serde_json::from_str(body).ok()? {
        Record::Item(item) => item.terms.map(|terms| terms.components).filter(|parts| !parts.is_empty()),
        _ => None,
    }
}

/// Goods that an event moves, with its bundles' components in place of the bundles.
pub(crate) fn stock_of<'a>(event: &'a Assessed, bundles: &BTreeMap<String, Vec<Component>>) -> Cow<'a, [StockLeg]> {
    if bundles.is_empty() || !event.stock.iter().any(|leg| bundles.contains_key(&leg.item)) {
        return Cow::Borrowed(&event.stock);
    }
    let mut legs = Vec::with_capacity(event.stock.len());
    for leg in &event.stock {
        let Some(components) = bundles.get(&leg.item) else {
            legs.push(leg.clone());
            continue;
        };
        for component in components {
            // Each of the two legs of a pair is scaled alike, so that they still sum to zero.
            let quantity = i128::from(leg.quantity) * i128::from(component.quantity) / 1000;
            let quantity = i64::try_from(quantity).unwrap_or(0);
            legs.push(StockLeg { place: leg.place, item: component.item.clone(), lot: String::new(), quantity });
        }
    }
    Cow::Owned(legs)
}

/// The member whose record this is.
pub(crate) fn member_in(body: Option<&str>) -> Option<Member> {
    match serde_json::from_str(body?).ok()? {
        Record::Member(member) => Some(member),
        _ => None,
    }
}

/// The members among records, with their places.
pub(crate) fn members_in(records: &[RecordRow]) -> Vec<(usize, Member)> {
    let members = records.iter().enumerate().filter(|(_, record)| record.kind == "member" && !record.gone);
    members
        .filter_map(|(at, record)| match serde_json::from_str(&record.body).ok()? {
            Record::Member(member) => Some((at, member)),
            _ => None,
        })
        .collect()
}
