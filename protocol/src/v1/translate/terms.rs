//! How goods may be sold, and what belongs to lines and baskets.

use domain::basket::{About, Coupon, Facets, ManualDiscount, Off, Origin, PriceOverride};
use domain::item::{Component, ItemKind, Terms};
use domain::money::Money;
use domain::price::DiscountShare;
use domain::quantity::Quantity;
use domain::tender::Tender;

use super::tender::TENDERS_MAX;
use super::{BadWire, amount_of, bad, date, list, price_in, quantity_of, text, text_option};
use crate::v1;

/// Words of one item that rules may name.
const TAGS_MAX: usize = 64;
/// Parts of one bundle.
const COMPONENTS_MAX: usize = 100;
/// Lots of one item that are called back.
const LOTS_MAX: usize = 1000;
/// Coupons of one basket.
const COUPONS_MAX: usize = 100;
/// Basis points of the whole.
const WHOLE_BP: u32 = 10_000;

pub(super) fn kind_word(kind: ItemKind) -> Option<String> {
    let word = match kind {
        ItemKind::Goods => return None,
        ItemKind::Service => "service",
        ItemKind::Deposit => "deposit",
        ItemKind::GiftCard => "gift_card",
        ItemKind::TopUp => "top_up",
    };
    Some(word.to_owned())
}

pub(super) fn kind_of(word: Option<&str>) -> Result<ItemKind, BadWire> {
    match word {
        None => Ok(ItemKind::Goods),
        Some("service") => Ok(ItemKind::Service),
        Some("deposit") => Ok(ItemKind::Deposit),
        Some("gift_card") => Ok(ItemKind::GiftCard),
        Some("top_up") => Ok(ItemKind::TopUp),
        Some(other) => Err(bad("terms.kind", other)),
    }
}

impl From<&Terms> for v1::Terms {
    fn from(terms: &Terms) -> v1::Terms {
        let component =
            |part: &Component| v1::Component { item: part.item.clone(), quantity: part.quantity.in_thousandths() };
        v1::Terms {
            kind: kind_word(terms.kind),
            category: terms.category.clone(),
            tags: terms.tags.clone(),
            price_floor: terms.price_floor.map(Money::units),
            cost: terms.cost.map(Money::units),
            not_discountable: terms.not_discountable,
            open_price: terms.open_price,
            age_min: terms.age_min,
            quantity_max: terms.quantity_max.map(Quantity::in_thousandths),
            needs_serial: terms.needs_serial,
            needs_lot: terms.needs_lot,
            deposit: terms.deposit.clone(),
            components: terms.components.iter().map(component).collect(),
            recalled_lots: terms.recalled_lots.clone(),
            tare: terms.tare.map(Quantity::in_thousandths),
            weight: terms.weight.map(Quantity::in_thousandths),
            content: terms.content.map(|content| content.to_string()),
        }
    }
}

impl TryFrom<&v1::Terms> for Terms {
    type Error = BadWire;

    fn try_from(terms: &v1::Terms) -> Result<Terms, BadWire> {
        let component = |part: &v1::Component| {
            let quantity = quantity_of("terms.components.quantity", part.quantity)?;
            Ok(Component { item: text("terms.components.item", &part.item)?, quantity })
        };
        let price = |field, units: Option<i64>| units.map(|units| price_in(field, units)).transpose();
        let quantity = |field, units: Option<i64>| units.map(|units| quantity_of(field, units)).transpose();
        Ok(Terms {
            kind: kind_of(terms.kind.as_deref())?,
            category: text("terms.category", &terms.category)?,
            tags: list("terms.tags", &terms.tags, TAGS_MAX, |tag| text("terms.tags", tag))?,
            price_floor: price("terms.price_floor", terms.price_floor)?,
            cost: price("terms.cost", terms.cost)?,
            not_discountable: terms.not_discountable,
            open_price: terms.open_price,
            age_min: terms.age_min,
            quantity_max: quantity("terms.quantity_max", terms.quantity_max)?,
            needs_serial: terms.needs_serial,
            needs_lot: terms.needs_lot,
            deposit: text_option("terms.deposit", &terms.deposit)?,
            components: list("terms.components", &terms.components, COMPONENTS_MAX, component)?,
            recalled_lots: list("terms.recalled_lots", &terms.recalled_lots, LOTS_MAX, |lot| {
                text("terms.recalled_lots", lot)
            })?,
            tare: quantity("terms.tare", terms.tare)?,
            weight: quantity("terms.weight", terms.weight)?,
            content: terms
                .content
                .as_deref()
                .map(|text| text.parse().map_err(|_| bad("terms.content", text)))
                .transpose()?,
        })
    }
}

impl From<&Facets> for v1::Facets {
    fn from(facets: &Facets) -> v1::Facets {
        let override_price = |price: &PriceOverride| v1::PriceOverride {
            instead_of: price.instead_of.units(),
            reason: price.reason.clone(),
            approved_by: price.approved_by.clone(),
        };
        v1::Facets {
            override_price: facets.override_price.as_ref().map(override_price),
            discount: facets.discount.as_ref().map(Into::into),
            salesperson: facets.salesperson.clone(),
            note: facets.note.clone(),
            serial: facets.serial.clone(),
            lot: facets.lot.clone(),
            expires: facets.expires.map(|date| date.to_string()),
            tare: facets.tare.map(Quantity::in_thousandths),
            deposit_of: facets.deposit_of,
            account: facets.account.clone(),
            age_checked_by: facets.age_checked_by.clone(),
            origin: facets.origin.as_ref().map(Into::into),
            reason: facets.reason.clone(),
            damaged: facets.damaged,
        }
    }
}

impl TryFrom<&v1::Facets> for Facets {
    type Error = BadWire;

    fn try_from(facets: &v1::Facets) -> Result<Facets, BadWire> {
        let override_price = |price: &v1::PriceOverride| {
            Ok(PriceOverride {
                instead_of: price_in("override_price.instead_of", price.instead_of)?,
                reason: text("override_price.reason", &price.reason)?,
                approved_by: text_option("override_price.approved_by", &price.approved_by)?,
            })
        };
        Ok(Facets {
            override_price: facets.override_price.as_ref().map(override_price).transpose()?,
            discount: facets.discount.as_ref().map(TryInto::try_into).transpose()?,
            salesperson: text_option("facets.salesperson", &facets.salesperson)?,
            note: text_option("facets.note", &facets.note)?,
            serial: text_option("facets.serial", &facets.serial)?,
            lot: text_option("facets.lot", &facets.lot)?,
            expires: facets.expires.as_deref().map(|text| date("facets.expires", text)).transpose()?,
            tare: facets.tare.map(|tare| quantity_of("facets.tare", tare)).transpose()?,
            deposit_of: facets.deposit_of,
            account: text_option("facets.account", &facets.account)?,
            age_checked_by: text_option("facets.age_checked_by", &facets.age_checked_by)?,
            origin: facets.origin.as_ref().map(TryInto::try_into).transpose()?,
            reason: text_option("facets.reason", &facets.reason)?,
            damaged: facets.damaged,
        })
    }
}

impl From<&Origin> for v1::Origin {
    fn from(origin: &Origin) -> v1::Origin {
        v1::Origin {
            sale: origin.sale,
            receipt: origin.receipt.clone(),
            line: origin.line,
            gross: origin.gross.units(),
            tax: origin.tax.units(),
            points: origin.points,
        }
    }
}

impl TryFrom<&v1::Origin> for Origin {
    type Error = BadWire;

    fn try_from(origin: &v1::Origin) -> Result<Origin, BadWire> {
        Ok(Origin {
            sale: origin.sale,
            receipt: text("origin.receipt", &origin.receipt)?,
            line: origin.line,
            gross: amount_of("origin.gross", origin.gross)?,
            tax: amount_of("origin.tax", origin.tax)?,
            points: amount_of("origin.points", origin.points)?.units(),
        })
    }
}

impl From<&ManualDiscount> for v1::ManualDiscount {
    fn from(discount: &ManualDiscount) -> v1::ManualDiscount {
        v1::ManualDiscount {
            off: match discount.off {
                Off::Percent(points) => v1::Off::PercentBp(points),
                Off::Amount(amount) => v1::Off::Amount(amount.units()),
            },
            reason: discount.reason.clone(),
            approved_by: discount.approved_by.clone(),
        }
    }
}

impl TryFrom<&v1::ManualDiscount> for ManualDiscount {
    type Error = BadWire;

    fn try_from(discount: &v1::ManualDiscount) -> Result<ManualDiscount, BadWire> {
        Ok(ManualDiscount {
            off: match discount.off {
                v1::Off::PercentBp(points @ 0..=WHOLE_BP) => Off::Percent(points),
                v1::Off::PercentBp(other) => return Err(bad("discount.percent_bp", other)),
                v1::Off::Amount(amount) => Off::Amount(price_in("discount.amount", amount)?),
            },
            reason: text("discount.reason", &discount.reason)?,
            approved_by: text_option("discount.approved_by", &discount.approved_by)?,
        })
    }
}

impl From<&About> for v1::About {
    fn from(about: &About) -> v1::About {
        let coupon = |coupon: &Coupon| v1::Coupon { code: coupon.code.clone(), grant: coupon.grant };
        v1::About {
            coupons: about.coupons.iter().map(coupon).collect(),
            discount: about.discount.as_ref().map(Into::into),
            salesperson: about.salesperson.clone(),
            note: about.note.clone(),
            tax_exempt: about.tax_exempt.clone(),
            staff_sale: about.staff_sale.clone(),
            hold: about.hold,
            taken: about.taken.iter().map(Into::into).collect(),
            refund_to: about.refund_to.iter().map(Into::into).collect(),
            coupons_back: about.coupons_back.iter().map(coupon).collect(),
        }
    }
}

impl TryFrom<&v1::About> for About {
    type Error = BadWire;

    fn try_from(about: &v1::About) -> Result<About, BadWire> {
        let coupon =
            |coupon: &v1::Coupon| Ok(Coupon { code: text("about.coupons.code", &coupon.code)?, grant: coupon.grant });
        Ok(About {
            coupons: list("about.coupons", &about.coupons, COUPONS_MAX, coupon)?,
            discount: about.discount.as_ref().map(TryInto::try_into).transpose()?,
            salesperson: text_option("about.salesperson", &about.salesperson)?,
            note: text_option("about.note", &about.note)?,
            tax_exempt: text_option("about.tax_exempt", &about.tax_exempt)?,
            staff_sale: text_option("about.staff_sale", &about.staff_sale)?,
            hold: about.hold,
            taken: list("about.taken", &about.taken, TENDERS_MAX, Tender::try_from)?,
            refund_to: list("about.refund_to", &about.refund_to, TENDERS_MAX, Tender::try_from)?,
            coupons_back: list("about.coupons_back", &about.coupons_back, COUPONS_MAX, coupon)?,
        })
    }
}

impl From<&DiscountShare> for v1::Discount {
    fn from(share: &DiscountShare) -> v1::Discount {
        v1::Discount {
            rule: share.rule.clone(),
            name: share.name.clone(),
            name_en: share.name_en.clone(),
            amount: share.amount.units(),
            by_hand: share.by_hand,
        }
    }
}

impl TryFrom<&v1::Discount> for DiscountShare {
    type Error = BadWire;

    fn try_from(share: &v1::Discount) -> Result<DiscountShare, BadWire> {
        Ok(DiscountShare {
            rule: text("discounts.rule", &share.rule)?,
            name: text("discounts.name", &share.name)?,
            name_en: text_option("discounts.name_en", &share.name_en)?,
            amount: amount_of("discounts.amount", share.amount)?,
            by_hand: share.by_hand,
        })
    }
}
