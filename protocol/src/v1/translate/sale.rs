//! Completed sales. Of a line its English name, the amount of its label and most of its terms stay behind: the receipt of
//! a past sale and what comes back of it are told without them.

use domain::basket::Line;
use domain::item::Terms;
use domain::member::Member;
use domain::money::Currency;
use domain::price::DiscountShare;
use domain::promotion::RULES_MAX;
use domain::quantity::Quantity;
use domain::sale::{Sale, SaleLine};
use domain::tax::{TaxRate, TaxTotal};
use domain::tender::Tender;

use super::basket::about_of;
use super::tender::TENDERS_MAX;
use super::terms::{kind_of, kind_word};
use super::{BadWire, amount_of, bad, instant, list, price_of, text, unit_of, unit_word, unless_default};
use crate::v1;

/// Discounts of one line: every rule of a book, and what people take off the line and the basket.
const DISCOUNTS_MAX: usize = RULES_MAX + 2;

impl v1::Event {
    /// The sale that this event completed, as far as a receipt needs it: English names and label amounts are not kept
    /// on the wire. `None` for any other event.
    pub fn to_sale(&self) -> Option<Result<Sale, BadWire>> {
        match &self.body {
            v1::Body::SaleCompleted(sale) => Some(sale_of(sale, self.at_ms)),
            _ => None,
        }
    }
}

impl From<&Sale> for v1::Sale {
    fn from(sale: &Sale) -> v1::Sale {
        let member = |(member, points): &(Member, i64)| v1::SaleMember {
            id: member.id.clone(),
            points_earned: *points,
            name: member.name.clone(),
            level: member.level.clone(),
        };
        v1::Sale {
            id: sale.id,
            receipt: sale.receipt.clone(),
            currency: sale.currency.code().to_owned(),
            started_at_ms: sale.started_at.as_millisecond(),
            member: sale.member.as_ref().map(member),
            lines: sale.lines.iter().map(|sold| line_to_wire(sold, &sale.taxes)).collect(),
            voided: sale.voided.iter().map(Into::into).collect(),
            taxes: sale.taxes.iter().map(Into::into).collect(),
            total: sale.total.units(),
            rounding: sale.rounding.units(),
            tenders: sale.tenders.iter().map(Into::into).collect(),
            catalogue_chain: sale.catalogue.0,
            catalogue_store: sale.catalogue.1,
            rule_book: sale.rule_book,
            uses: sale.uses.iter().map(|(rule, times)| v1::RuleUse { rule: rule.clone(), times: *times }).collect(),
            about: unless_default((&sale.about).into()),
        }
    }
}

pub(super) fn sale_of(sale: &v1::Sale, completed_at_ms: i64) -> Result<Sale, BadWire> {
    let taxes: Vec<TaxTotal> = sale.taxes.iter().map(TryInto::try_into).collect::<Result<_, _>>()?;
    let member = |member: &v1::SaleMember| {
        let known = Member {
            id: text("member.id", &member.id)?,
            name: text("member.name", &member.name)?,
            points_known: 0,
            level: text("member.level", &member.level)?,
            note: String::new(),
        };
        Ok((known, member.points_earned))
    };
    Ok(Sale {
        id: sale.id,
        receipt: sale.receipt.clone(),
        currency: Currency::of(&sale.currency).ok_or_else(|| bad("currency", &sale.currency))?,
        started_at: instant("started_at_ms", sale.started_at_ms)?,
        completed_at: instant("at_ms", completed_at_ms)?,
        member: sale.member.as_ref().map(member).transpose()?,
        lines: sale.lines.iter().map(|sold| line_of(sold, &taxes)).collect::<Result<_, _>>()?,
        voided: sale.voided.iter().map(Line::try_from).collect::<Result<_, _>>()?,
        tenders: list("tenders", &sale.tenders, TENDERS_MAX, Tender::try_from)?,
        total: amount_of("total", sale.total)?,
        rounding: amount_of("rounding", sale.rounding)?,
        catalogue: (sale.catalogue_chain, sale.catalogue_store),
        rule_book: sale.rule_book,
        uses: list("uses", &sale.uses, RULES_MAX, |used| Ok((text("uses.rule", &used.rule)?, used.times)))?,
        about: about_of(sale.about.as_deref())?,
        taxes,
    })
}

fn line_to_wire(sold: &SaleLine, taxes: &[TaxTotal]) -> v1::SaleLine {
    let line = &sold.line;
    let of_sale = taxes.iter().map(|total| &total.rate).find(|rate| rate.id == line.tax.id);
    let rate = v1::Rate { bp: line.tax.basis_points, exempt: line.tax.exempt };
    v1::SaleLine {
        no: line.no,
        item: line.item.clone(),
        name: line.name.clone(),
        code: line.code.clone(),
        unit: unit_word(line.unit).to_owned(),
        quantity: line.quantity.in_thousandths(),
        unit_price: line.unit_price.units(),
        gross: sold.gross.units(),
        tax: sold.tax.units(),
        tax_id: line.tax.id.clone(),
        list: (sold.list != sold.gross).then(|| sold.list.units()),
        discounts: sold.discounts.iter().map(Into::into).collect(),
        kind: kind_word(line.terms.kind),
        rate: (of_sale != Some(&line.tax)).then_some(rate),
        facets: unless_default((&line.facets).into()),
    }
}

fn line_of(sold: &v1::SaleLine, taxes: &[TaxTotal]) -> Result<SaleLine, BadWire> {
    let of_sale = taxes.iter().map(|total| &total.rate).find(|rate| rate.id == sold.tax_id);
    let own = sold.rate.map(|rate| TaxRate { id: sold.tax_id.clone(), basis_points: rate.bp, exempt: rate.exempt });
    let line = Line {
        no: sold.no,
        item: sold.item.clone(),
        name: sold.name.clone(),
        name_en: None,
        code: sold.code.clone(),
        unit: unit_of(&sold.unit)?,
        quantity: Quantity::thousandths(sold.quantity),
        unit_price: price_of(sold.unit_price)?,
        label_amount: None,
        tax: own.or_else(|| of_sale.cloned()).ok_or_else(|| bad("tax_id", &sold.tax_id))?,
        terms: Terms { kind: kind_of(sold.kind.as_deref())?, ..Terms::default() },
        facets: sold.facets.as_deref().map(TryInto::try_into).transpose()?.unwrap_or_default(),
        voided: false,
    };
    Ok(SaleLine {
        line,
        gross: amount_of("gross", sold.gross)?,
        tax: amount_of("tax", sold.tax)?,
        list: amount_of("list", sold.list.unwrap_or(sold.gross))?,
        discounts: list("discounts", &sold.discounts, DISCOUNTS_MAX, DiscountShare::try_from)?,
    })
}

impl From<&TaxTotal> for v1::TaxTotal {
    fn from(total: &TaxTotal) -> v1::TaxTotal {
        v1::TaxTotal {
            tax_id: total.rate.id.clone(),
            rate_bp: total.rate.basis_points,
            net: total.net.units(),
            tax: total.tax.units(),
            exempt: total.rate.exempt,
        }
    }
}

impl TryFrom<&v1::TaxTotal> for TaxTotal {
    type Error = BadWire;

    fn try_from(total: &v1::TaxTotal) -> Result<TaxTotal, BadWire> {
        Ok(TaxTotal {
            rate: TaxRate { id: total.tax_id.clone(), basis_points: total.rate_bp, exempt: total.exempt },
            net: amount_of("net", total.net)?,
            tax: amount_of("tax", total.tax)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sale() -> v1::Event {
        serde_json::from_str(include_str!("../../../testdata/v1/event-sale-completed.json")).unwrap()
    }

    #[test]
    fn amounts_that_no_shop_means_are_told_and_never_stop_the_program() {
        let of = |change: &dyn Fn(&mut v1::Sale)| {
            let mut event = sale();
            let v1::Body::SaleCompleted(sale) = &mut event.body else { panic!("the golden event is a sale") };
            change(sale);
            event.to_sale().unwrap().map(drop).map_err(|bad| bad.field)
        };
        assert_eq!(of(&|_| {}), Ok(()));
        assert_eq!(of(&|sale| sale.total = i64::MIN), Err("total"));
        assert_eq!(of(&|sale| sale.rounding = i64::MAX), Err("rounding"));
        assert_eq!(of(&|sale| sale.lines[0].gross = i64::MAX), Err("gross"));
        assert_eq!(of(&|sale| sale.lines[0].list = Some(i64::MIN)), Err("list"));
        assert_eq!(of(&|sale| sale.lines[0].unit_price = -1), Err("price"));
        assert_eq!(of(&|sale| sale.lines[0].kind = Some("ghost".into())), Err("terms.kind"));
        assert_eq!(of(&|sale| sale.taxes[0].net = i64::MIN), Err("net"));
        assert_eq!(of(&|sale| sale.tenders[0].tendered = i64::MAX), Err("tendered"));
        let note = Some("x".repeat(super::super::TEXT_MAX + 1));
        let about = Some(Box::new(v1::About { note, ..v1::About::default() }));
        assert_eq!(of(&|sale| sale.about.clone_from(&about)), Err("about.note"));
    }
}
