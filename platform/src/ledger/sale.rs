//! What a sale posts.

use std::collections::BTreeMap;

use protocol::v1::{Facets, Sale, SaleLine};

use super::stock::lot_key;
use super::tender::{post_tenders, post_worth_lost};
use super::{PointsLeg, Posting, StockLeg, in_range, owed_by_line};

/// Legs of a sale; `None` when an amount is beyond [`super::AMOUNT_MAX`].
pub fn post(sale: &Sale) -> Option<Posting> {
    let mut posting = Posting::default();
    post_tenders(&mut posting, &sale.tenders)?;
    turnover(sale, &mut posting)?;
    if sale.rounding != 0 {
        posting.money("rounding", sale.rounding.checked_neg()?);
    }
    post_worth_lost(&mut posting, &sale.tenders)?;
    if !posting.money.iter().all(|leg| in_range(leg.amount)) {
        return None;
    }
    let open: i64 = posting.money.iter().map(|leg| leg.amount).sum();
    if open != 0 {
        posting.money("suspense", -open);
    }
    points(sale, &mut posting)?;
    stock(sale, &mut posting)?;
    Some(posting)
}

/// What of a sale's sums does not agree, in words; `None` when all do.
pub fn disagreement(sale: &Sale) -> Option<String> {
    let sum = |amounts: &mut dyn Iterator<Item = i64>| amounts.map(i128::from).sum::<i128>();
    let total = i128::from(sale.total);
    let lines = sum(&mut sale.lines.iter().map(|line| line.gross));
    let taxes = sum(&mut sale.taxes.iter().flat_map(|tax| [tax.net, tax.tax]));
    let tenders = sum(&mut sale.tenders.iter().map(|tender| tender.amount));
    if lines != total {
        Some(format!("its lines sum to {lines}, its total is {total}"))
    } else if taxes != total {
        Some(format!("its net and tax sum to {taxes}, its total is {total}"))
    } else if tenders != total + i128::from(sale.rounding) {
        Some(format!(
            "its tenders sum to {tenders}, its total with rounding {} is {}",
            sale.rounding,
            total + i128::from(sale.rounding)
        ))
    } else {
        None
    }
}

/// Thousandths of units over all lines, as a till's Z counts them; `None` when that is beyond all reason.
pub fn units(sale: &Sale) -> Option<i64> {
    sale.lines.iter().try_fold(0_i64, |sum, line| sum.checked_add(line.quantity)).filter(|units| in_range(*units))
}

/// Net and tax by rate. What is only owed is no turnover: it is taken out of the net of its line's rate.
fn turnover(sale: &Sale, posting: &mut Posting) -> Option<()> {
    let mut owed = BTreeMap::<(&str, &str), i64>::new();
    for line in &sale.lines {
        if let Some(account) = owed_by_line(line.kind.as_deref()) {
            let sum = owed.entry((&line.tax_id, account)).or_default();
            *sum = sum.checked_add(line.gross)?;
        }
    }
    for tax in &sale.taxes {
        // Two rates may share an id; the first takes what is owed.
        let mut net = tax.net;
        let first = sale.taxes.iter().find(|other| other.tax_id == tax.tax_id);
        if first.is_some_and(|first| std::ptr::eq(first, tax)) {
            for ((_, account), amount) in owed.iter().filter(|((id, _), _)| *id == tax.tax_id) {
                posting.money(format!("{account}:sold:{}", tax.tax_id), amount.checked_neg()?);
                net = net.checked_sub(*amount)?;
            }
        }
        posting.money(format!("revenue:{}", tax.tax_id), net.checked_neg()?);
        posting.money(format!("tax:{}", tax.tax_id), tax.tax.checked_neg()?);
    }
    Some(())
}

/// Points that the sale gave, that goods which came back take back, and that were spent or given back as money.
fn points(sale: &Sale, posting: &mut Posting) -> Option<()> {
    let Some(member) = &sale.member else { return Some(()) };
    let taken_back = taken_back(&sale.lines)?;
    let earned = member.points_earned.checked_add(taken_back)?;
    let tenders = sale.tenders.iter().map(|tender| tender.points);
    let spent = tenders.clone().filter(|points| *points > 0).try_fold(0_i64, i64::checked_add)?;
    let refunded = tenders.filter(|points| *points < 0).try_fold(0_i64, i64::checked_add)?;
    let rows = [
        ("earned", "issued", earned),
        ("taken_back", "issued", -taken_back),
        ("spent", "spent", -spent),
        ("refunded", "spent", -refunded),
    ];
    for (kind, against, points) in rows.into_iter().filter(|(_, _, points)| *points != 0) {
        if !in_range(points) {
            return None;
        }
        let account = format!("member:{}", member.id).into();
        posting.points.push(PointsLeg { kind, leg: 0, account, points });
        posting.points.push(PointsLeg { kind, leg: 1, account: against.into(), points: -points });
    }
    Some(())
}

fn taken_back(lines: &[SaleLine]) -> Option<i64> {
    let origins = lines.iter().filter_map(|line| line.facets.as_ref()?.origin.as_ref());
    origins.map(|origin| origin.points).try_fold(0_i64, i64::checked_add).filter(|points| in_range(*points))
}

/// One pair of legs for each item, lot and place, however many lines it has. Only goods lie on a shelf.
fn stock(sale: &Sale, posting: &mut Posting) -> Option<()> {
    let mut sold = BTreeMap::<(&str, String, &str), i64>::new();
    for line in &sale.lines {
        if !in_range(line.quantity) || !in_range(line.gross) {
            return None;
        }
        if line.kind.is_some() {
            continue;
        }
        let damaged = line.quantity < 0 && line.facets.as_ref().is_some_and(|facets| facets.damaged);
        // Under the same name as they came by, or they would never leave.
        let lot_of = |facets: &Facets| lot_key(facets.lot.as_deref().unwrap_or_default(), facets.expires.as_deref());
        let lot = line.facets.as_deref().map(lot_of).unwrap_or_default();
        let quantity = sold.entry((&line.item, lot, if damaged { "damaged" } else { "store" })).or_default();
        *quantity = quantity.checked_add(line.quantity)?;
    }
    for ((item, lot, place), quantity) in sold.into_iter().filter(|(_, quantity)| *quantity != 0) {
        let place = if place == "damaged" { "damaged" } else { "store" };
        for (place, quantity) in [("sold", quantity), (place, -quantity)] {
            posting.stock.push(StockLeg { place, item: item.to_owned(), lot: lot.clone(), quantity });
        }
    }
    Some(())
}
