//! Sums of one business date, over what was committed.

use protocol::v1;
use rusqlite::Connection;

use crate::error::{During, JournalError};

/// Adds up the events of one business date.
pub(crate) fn totals(connection: &Connection, business_date: &str) -> Result<v1::Totals, JournalError> {
    const STEP: &str = "adding up a day";
    let mut totals = v1::Totals::default();
    let mut statement = connection.prepare_cached("SELECT bytes FROM event WHERE business_date = ?1").during(STEP)?;
    let mut rows = statement.query([business_date]).during(STEP)?;
    while let Some(row) = rows.next().during(STEP)? {
        let bytes: String = row.get(0).during(STEP)?;
        let event: v1::Event = serde_json::from_str(&bytes).during(STEP)?;
        match &event.body {
            v1::Body::SaleCompleted(sale) => add_sale(&mut totals, sale),
            v1::Body::SaleVoided(_) => totals.voided_sales += 1,
            v1::Body::DrawerOpened(_) => totals.no_sales += 1,
            v1::Body::Reprinted(_) => totals.reprints += 1,
            v1::Body::CashMoved(moved) => add_movement(&mut totals, moved),
            v1::Body::HoldPlaced(hold) => totals.hold_cash += cash_of(&hold.paid),
            v1::Body::HoldCancelled(cancelled) => totals.hold_cash += cash_of(&cancelled.refunded),
            v1::Body::EpochStarted(_)
            | v1::Body::ShiftOpened(_)
            | v1::Body::SaleSuspended(_)
            | v1::Body::SaleRecalled(_)
            | v1::Body::LockedOut(_)
            | v1::Body::ShiftClosed(_)
            | v1::Body::SignedOn(_)
            | v1::Body::Approved(_)
            | v1::Body::HandedOver(_)
            | v1::Body::MemberEnrolled(_)
            | v1::Body::MemberNoted(_)
            | v1::Body::FavouritesArranged(_)
            | v1::Body::GrantAsked(_)
            | v1::Body::TrainingBegun(_)
            | v1::Body::TrainingEnded(_)
            | v1::Body::PaymentChanged(_)
            | v1::Body::TendersReturned(_)
            | v1::Body::CountOpened(_)
            | v1::Body::CountEntered(_)
            | v1::Body::CountPassFinished(_)
            | v1::Body::CountApproved(_)
            | v1::Body::CountClosed(_)
            | v1::Body::GoodsReceived(_)
            | v1::Body::TransferSent(_)
            | v1::Body::TransferReceived(_)
            | v1::Body::WrittenOff(_) => {}
        }
    }
    totals.tenders.sort_by(|one, other| one.kind.cmp(&other.kind));
    totals.taxes.sort_by(|one, other| {
        (&one.tax_id, one.rate_bp, one.exempt).cmp(&(&other.tax_id, other.rate_bp, other.exempt))
    });
    Ok(totals)
}

fn add_sale(totals: &mut v1::Totals, sale: &v1::Sale) {
    totals.sales += 1;
    totals.gross += sale.total;
    totals.rounding += sale.rounding;
    totals.voided_lines += sale.voided.len() as u64;
    totals.points += sale.member.as_ref().map_or(0, |member| member.points_earned);
    for line in &sale.lines {
        totals.units += line.quantity;
        if line.quantity < 0 {
            totals.return_lines += 1;
            totals.returns += line.gross;
        }
        if matches!(line.kind.as_deref(), Some("gift_card" | "top_up" | "deposit")) {
            totals.liabilities += line.gross;
        }
        for share in &line.discounts {
            match share.by_hand {
                true => totals.discounts_by_hand += share.amount,
                false => totals.discounts_by_rule += share.amount,
            }
        }
    }
    for tender in &sale.tenders {
        let sum = match totals.tenders.iter().position(|sum| sum.kind == tender.kind) {
            Some(found) => &mut totals.tenders[found],
            None => totals.tenders.push_mut(v1::TenderTotal { kind: tender.kind.clone(), count: 0, amount: 0 }),
        };
        sum.count += 1;
        sum.amount += tender.amount;
        totals.points_spent += tender.points;
    }
    for tax in &sale.taxes {
        let rate = |total: &v1::TaxTotal| (total.tax_id.clone(), total.rate_bp, total.exempt);
        let same = |sum: &v1::TaxTotal| rate(sum) == rate(tax);
        match totals.taxes.iter_mut().find(|sum| same(sum)) {
            None => totals.taxes.push(tax.clone()),
            Some(sum) => {
                sum.net += tax.net;
                sum.tax += tax.tax;
            }
        }
    }
}

fn add_movement(totals: &mut v1::Totals, moved: &v1::CashMoved) {
    match moved.kind.as_str() {
        "drop" => totals.dropped += moved.amount,
        "pay_in" => totals.paid_in += moved.amount,
        "pay_out" => totals.paid_out += moved.amount,
        other => tracing::warn!(kind = other, "cash moved in a way that this program does not know"),
    }
}

fn cash_of(tenders: &[v1::Tender]) -> i64 {
    tenders.iter().filter(|tender| tender.kind == "cash").map(|tender| tender.amount).sum()
}
