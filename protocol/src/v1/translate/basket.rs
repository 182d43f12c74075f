//! Baskets and their lines, whole: what is read is what was written.

use domain::basket::{About, Basket, Line};
use domain::item::Terms;
use domain::member::Member;
use domain::money::Money;
use domain::quantity::Quantity;
use domain::tax::TaxRate;

use super::{BadWire, bad, instant, price_of, text, unit_of, unit_word, unless_default};
use crate::v1;

impl From<&Basket> for v1::Basket {
    fn from(basket: &Basket) -> v1::Basket {
        v1::Basket {
            id: basket.id,
            started_at_ms: basket.started_at.as_millisecond(),
            member: basket.member.as_ref().map(Into::into),
            lines: basket.lines().iter().map(Into::into).collect(),
            about: unless_default((&basket.about).into()),
        }
    }
}

impl TryFrom<&v1::Basket> for Basket {
    type Error = BadWire;

    fn try_from(basket: &v1::Basket) -> Result<Basket, BadWire> {
        let member = basket.member.as_ref().map(Member::try_from).transpose()?;
        let lines = basket.lines.iter().map(Line::try_from).collect::<Result<Vec<_>, _>>()?;
        let started_at = instant("started_at_ms", basket.started_at_ms)?;
        let about = about_of(basket.about.as_deref())?;
        Basket::restore(basket.id, started_at, member, about, lines)
            .ok_or_else(|| bad("lines", "out of order or out of limits"))
    }
}

impl From<&Member> for v1::MemberRef {
    fn from(member: &Member) -> v1::MemberRef {
        v1::MemberRef {
            id: member.id.clone(),
            name: member.name.clone(),
            points_known: member.points_known,
            level: member.level.clone(),
            note: member.note.clone(),
        }
    }
}

impl TryFrom<&v1::MemberRef> for Member {
    type Error = BadWire;

    fn try_from(member: &v1::MemberRef) -> Result<Member, BadWire> {
        Ok(Member {
            id: text("member.id", &member.id)?,
            name: text("member.name", &member.name)?,
            points_known: member.points_known,
            level: text("member.level", &member.level)?,
            note: text("member.note", &member.note)?,
        })
    }
}

impl From<&Line> for v1::BasketLine {
    fn from(line: &Line) -> v1::BasketLine {
        v1::BasketLine {
            no: line.no,
            item: line.item.clone(),
            name: line.name.clone(),
            name_en: line.name_en.clone(),
            code: line.code.clone(),
            unit: unit_word(line.unit).to_owned(),
            quantity: line.quantity.in_thousandths(),
            unit_price: line.unit_price.units(),
            label_amount: line.label_amount.map(Money::units),
            tax: line.tax.id.clone(),
            tax_rate_bp: line.tax.basis_points,
            voided: line.voided,
            tax_exempt: line.tax.exempt,
            terms: unless_default((&line.terms).into()),
            facets: unless_default((&line.facets).into()),
        }
    }
}

impl TryFrom<&v1::BasketLine> for Line {
    type Error = BadWire;

    fn try_from(line: &v1::BasketLine) -> Result<Line, BadWire> {
        Ok(Line {
            no: line.no,
            item: line.item.clone(),
            name: line.name.clone(),
            name_en: line.name_en.clone(),
            code: line.code.clone(),
            unit: unit_of(&line.unit)?,
            quantity: Quantity::thousandths(line.quantity),
            unit_price: price_of(line.unit_price)?,
            label_amount: line.label_amount.map(price_of).transpose()?,
            tax: TaxRate { id: line.tax.clone(), basis_points: line.tax_rate_bp, exempt: line.tax_exempt },
            terms: line.terms.as_deref().map_or_else(|| Ok(Terms::default()), Terms::try_from)?,
            facets: line.facets.as_deref().map(TryInto::try_into).transpose()?.unwrap_or_default(),
            voided: line.voided,
        })
    }
}

pub(super) fn about_of(about: Option<&v1::About>) -> Result<About, BadWire> {
    about.map_or_else(|| Ok(About::default()), About::try_from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_basket_that_would_overflow_is_told() {
        let line = v1::BasketLine {
            no: 1,
            item: "1".into(),
            name: "1".into(),
            unit: "piece".into(),
            quantity: 9_999_000,
            unit_price: domain::money::AMOUNT_MAX,
            tax: "standard".into(),
            tax_rate_bp: 1300,
            ..v1::BasketLine::default()
        };
        let basket = v1::Basket { lines: vec![line], ..v1::Basket::default() };
        assert_eq!(Basket::try_from(&basket).map_err(|bad| bad.field), Err("lines"));
    }
}
