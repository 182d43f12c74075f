//! What a sale posts.

use std::collections::BTreeMap;

use protocol::v1::Sale;

use super::{PointsLeg, Posting, StockLeg, in_range};

/// Legs of a sale; `None` when an amount is beyond [`super::AMOUNT_MAX`].
pub fn post(sale: &Sale) -> Option<Posting> {
    let mut posting = Posting::default();
    for tender in &sale.tenders {
        posting.money(format!("tender:{}", tender.kind), tender.amount);
    }
    for tax in &sale.taxes {
        posting.money(format!("revenue:{}", tax.tax_id), tax.net.checked_neg()?);
        posting.money(format!("tax:{}", tax.tax_id), tax.tax.checked_neg()?);
    }
    if sale.rounding != 0 {
        posting.money("rounding", sale.rounding.checked_neg()?);
    }
    if !posting.money.iter().all(|leg| in_range(leg.amount)) {
        return None;
    }
    let open: i64 = posting.money.iter().map(|leg| leg.amount).sum();
    if open != 0 {
        posting.money("suspense", -open);
    }
    if let Some(member) = sale.member.as_ref().filter(|member| member.points_earned != 0) {
        let points = member.points_earned;
        if !in_range(points) {
            return None;
        }
        let account = format!("member:{}", member.id).into();
        posting.points.push(PointsLeg { account, points });
        let account = "issued".into();
        let points = -points;
        posting.points.push(PointsLeg { account, points });
    }
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

/// One pair of legs for each item, however many lines it has.
fn stock(sale: &Sale, posting: &mut Posting) -> Option<()> {
    let mut sold = BTreeMap::<&str, i64>::new();
    for line in &sale.lines {
        if !in_range(line.quantity) || !in_range(line.gross) {
            return None;
        }
        let quantity = sold.entry(&line.item).or_default();
        *quantity = quantity.checked_add(line.quantity)?;
    }
    for (item, quantity) in sold.into_iter().filter(|(_, quantity)| *quantity != 0) {
        for (place, quantity) in [("sold", quantity), ("store", -quantity)] {
            let item = item.to_owned();
            posting.stock.push(StockLeg { place, item, quantity });
        }
    }
    Some(())
}
