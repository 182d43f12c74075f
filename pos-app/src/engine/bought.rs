//! What a receipt tells of a sale: from the till's own journal, where it tells everything, or from the signed code on the
//! paper, which proves what was bought at any till of the store while nobody can be asked.

use domain::basket::{Facets, Line};
use domain::member::Member;
use domain::money::Money;
use domain::proof::{ProofLine, ProofMember, ProofText, ReceiptProof};
use domain::quantity::Quantity;
use domain::refund::{SoldLine, cumulative};
use domain::store::Store;
use domain::tax::TaxRate;
use domain::tender::Tender;
use jiff::civil::Date;
use uuid::Uuid;

use super::receipts::{ReceiptNumber, read_proof, tender_of};
use super::selling::fault;
use super::{Catalogue, Engine, Trouble};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bought {
    pub sale: Uuid,
    pub receipt: String,
    pub date: Date,
    pub member: Option<Member>,
    /// How it was paid; of a sale at another till without the numbers of cards and payments.
    pub tenders: Vec<Tender>,
    /// Whether another till sold it.
    pub elsewhere: bool,
    pub lines: Vec<BoughtLine>,
    /// What came back so far.
    pub returned: Vec<(u32, Quantity)>,
}

/// One line of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct BoughtLine {
    pub line: Line,
    pub gross: Money,
    pub tax: Money,
    /// Its share of the points that the sale gave.
    pub points: i64,
}

impl Bought {
    pub(super) fn line(&self, no: u32) -> Option<&BoughtLine> {
        self.lines.iter().find(|bought| bought.line.no == no)
    }

    pub(super) fn returned(&self, no: u32) -> Quantity {
        returned_of(&self.returned, no)
    }

    /// What is given back for some of its goods.
    pub(super) fn worth(&self, lines: &[(u32, Quantity)]) -> Money {
        let share = |(no, quantity): &(u32, Quantity)| {
            let line = self.line(*no)?;
            line.sold().share(self.returned(*no), *quantity).ok()
        };
        lines.iter().filter_map(share).map(|share| share.gross).sum()
    }
}

impl BoughtLine {
    /// Points that go back with a part of it.
    pub(super) fn points_of(&self, before: Quantity, part: Quantity) -> i64 {
        let whole = self.line.quantity.in_thousandths();
        cumulative(Money::minor(self.points), whole, before.in_thousandths(), part.in_thousandths()).units()
    }

    pub(super) fn sold(&self) -> SoldLine {
        SoldLine {
            quantity: self.line.quantity,
            unit: self.line.unit,
            gross: self.gross,
            tax: self.tax,
            discount: Money::ZERO,
        }
    }
}

impl Engine {
    /// What a receipt's number or code tells, when it may be believed.
    pub(super) fn bought(&self, catalogue: &dyn Catalogue, store: &Store, code: &str) -> Result<Bought, Trouble> {
        if !ProofText::is_meant(code) {
            return self.bought_here(catalogue, code.trim())?.ok_or(Trouble::UnknownReceipt);
        }
        let proof = read_proof(catalogue, code)?;
        if proof.currency != store.currency {
            return Err(Trouble::ForgedReceipt);
        }
        let today = self.durable.shift.as_ref().map(|shift| shift.business_date);
        if today.is_some_and(|today| proof.date > today) {
            return Err(Trouble::FutureReceipt(proof.date));
        }
        let number = ReceiptNumber { till: proof.till, epoch: proof.epoch, number: proof.number }.print();
        // The till's own journal knows more than the paper: names, cards, payments.
        match self.bought_here(catalogue, &number)? {
            Some(known) if known.sale == proof.sale => Ok(known),
            _ => bought_elsewhere(catalogue, store, proof, number),
        }
    }

    fn bought_here(&self, catalogue: &dyn Catalogue, receipt: &str) -> Result<Option<Bought>, Trouble> {
        let Some(past) = catalogue.past_sale(receipt).map_err(fault)? else { return Ok(None) };
        let sale = past.sale;
        let points = sale.member.as_ref().map_or(0, |(_, points)| *points);
        let lines = sale.lines.into_iter();
        let lines = lines.map(|sold| BoughtLine { line: sold.line, gross: sold.gross, tax: sold.tax, points: 0 });
        Ok(Some(Bought {
            sale: sale.id,
            receipt: sale.receipt,
            date: past.business_date,
            member: sale.member.map(|(member, _)| member),
            tenders: sale.tenders,
            elsewhere: false,
            lines: with_points(lines.collect(), points),
            returned: past.returned,
        }))
    }
}

/// The lines with their shares of the points that the sale gave, by what they cost. Each return takes its part of its
/// line's share, so that all of them take back all of it, in any order.
fn with_points(mut lines: Vec<BoughtLine>, points: i64) -> Vec<BoughtLine> {
    let weight = |bought: &BoughtLine| match bought.line.terms.kind.is_liability() {
        true => 0,
        false => bought.gross.units().max(0),
    };
    let weights: Vec<i64> = lines.iter().map(weight).collect();
    if points > 0 && weights.iter().any(|weight| *weight > 0) {
        for (line, share) in lines.iter_mut().zip(Money::minor(points).allocate(&weights)) {
            line.points = share.units();
        }
    }
    lines
}

/// What a proof tells of a sale at another till.
fn bought_elsewhere(
    catalogue: &dyn Catalogue,
    store: &Store,
    proof: ReceiptProof,
    receipt: String,
) -> Result<Bought, Trouble> {
    let goods = proof.goods.ok_or(Trouble::ReceiptWithoutGoods)?;
    let mut lines = Vec::new();
    for line in &goods.lines {
        let tax = goods.taxes.get(usize::from(line.tax_at)).ok_or(Trouble::ForgedReceipt)?;
        lines.push(line_of_proof(catalogue, store, line, tax)?);
    }
    // Paper knows no name and no balance; the catalogue does, where it knows her.
    let unnamed = |known: ProofMember| {
        catalogue.member(&known.id).ok().flatten().unwrap_or(Member {
            id: known.id,
            name: String::new(),
            points_known: 0,
            level: String::new(),
            note: String::new(),
        })
    };
    Ok(Bought {
        sale: proof.sale,
        receipt,
        date: proof.date,
        lines: with_points(lines, proof.member.as_ref().map_or(0, |member| member.points)),
        member: proof.member.map(unnamed),
        tenders: proof.tenders.iter().filter_map(tender_of).collect(),
        elsewhere: true,
        returned: catalogue.returned(proof.sale).map_err(fault)?,
    })
}

/// A line as it was sold, with the names of the catalogue: paper names goods by their ids alone.
fn line_of_proof(catalogue: &dyn Catalogue, store: &Store, sold: &ProofLine, tax: &str) -> Result<BoughtLine, Trouble> {
    let item = catalogue.item(&sold.item).map_err(fault)?;
    let rate = store.taxes.iter().find(|rate| rate.id == tax).cloned();
    let unit_price = match sold.quantity.in_thousandths().abs() {
        0 => Money::ZERO,
        thousandths => sold.gross.abs().scale(1000, thousandths),
    };
    let line = Line {
        no: sold.no,
        item: sold.item.clone(),
        name: item.as_ref().map_or_else(|| sold.item.clone(), |item| item.name.clone()),
        name_en: item.as_ref().and_then(|item| item.name_en.clone()),
        code: item.as_ref().and_then(|item| item.code.clone()),
        unit: sold.unit,
        quantity: sold.quantity,
        unit_price,
        label_amount: None,
        tax: rate.unwrap_or_else(|| TaxRate::new(tax, 0)),
        terms: item.map(|item| item.terms).unwrap_or_default(),
        facets: Facets::default(),
        voided: false,
    };
    Ok(BoughtLine { line, gross: sold.gross, tax: sold.tax, points: 0 })
}

pub(super) fn returned_of(returned: &[(u32, Quantity)], no: u32) -> Quantity {
    let of_line = returned.iter().filter(|(line, _)| *line == no);
    of_line.map(|(_, quantity)| *quantity).fold(Quantity::default(), |sum, quantity| sum + quantity)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use domain::quantity::Unit;

    fn sold(no: u32, pieces: i64, gross: i64) -> BoughtLine {
        let line = Line {
            no,
            item: no.to_string(),
            name: no.to_string(),
            name_en: None,
            code: None,
            unit: Unit::Piece,
            quantity: Quantity::pieces(pieces),
            unit_price: Money::minor(gross / pieces),
            label_amount: None,
            tax: TaxRate::new("standard", 1300),
            terms: domain::item::Terms::default(),
            facets: Facets::default(),
            voided: false,
        };
        BoughtLine { line, gross: Money::minor(gross), tax: Money::minor(gross * 13 / 113), points: 0 }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]

        #[test]
        fn returns_in_any_order_take_back_the_points_and_the_money_of_the_sale(
            goods in prop::collection::vec((1_i64..6, 0_i64..20_000), 1..6),
            points in 0_i64..2_000,
            order in prop::collection::vec((any::<prop::sample::Index>(), 1_i64..6), 0..40),
        ) {
            let lines = goods.iter().zip(1..).map(|((pieces, gross), no)| sold(no, *pieces, *gross)).collect();
            let lines = with_points(lines, points);
            let (mut back, mut money, mut taken) = (vec![Quantity::default(); lines.len()], Money::ZERO, 0);
            let mut take = |at: usize, pieces: i64| {
                let part = lines[at].sold().left(back[at]).min(Quantity::pieces(pieces));
                if part > Quantity::default() {
                    money += lines[at].sold().share(back[at], part).unwrap().gross;
                    taken += lines[at].points_of(back[at], part);
                    back[at] = back[at] + part;
                }
                assert!(taken >= 0 && taken <= points, "more points taken back than given");
            };
            for (index, pieces) in &order {
                take(index.index(goods.len()), *pieces);
            }
            (0..goods.len()).for_each(|at| take(at, 9));
            let cost: i64 = goods.iter().map(|(_, gross)| gross).sum();
            prop_assert_eq!(money.units(), cost);
            prop_assert_eq!(taken, if cost == 0 { 0 } else { points });
        }
    }
}
