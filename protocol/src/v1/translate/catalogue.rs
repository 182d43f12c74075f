//! Goods and settings as the till uses them.

use domain::barcode::{Layout, ValueKind};
use domain::item::{Item, PriceList, Terms};
use domain::money::{Currency, Money};
use domain::store::{Policy, Store};
use domain::tax::{TaxMode, TaxRate};
use domain::tender::{CashRounding, RoundingMode};

use super::{BadWire, bad, instant, price_of, unit_of};
use crate::v1;

/// Lines above, and lines below, a receipt.
const RECEIPT_LINES_MAX: usize = 40;

impl v1::Item {
    /// The item as the till sells it, with the tax rate that its id names.
    pub fn to_domain(&self, taxes: &[TaxRate]) -> Result<Item, BadWire> {
        let tax = taxes.iter().find(|rate| rate.id == self.tax).ok_or_else(|| bad("tax", &self.tax))?;
        let of_price = |price: &v1::Price| Ok((instant("from_ms", price.from_ms)?, price_of(price.price)?));
        let terms = self.terms.as_deref().map_or_else(|| Ok(Terms::default()), Terms::try_from)?;
        Ok(Item {
            id: self.id.clone(),
            name: self.name.clone(),
            name_en: self.name_en.clone(),
            unit: unit_of(&self.unit)?,
            tax: tax.clone(),
            code: self.codes.first().cloned(),
            prices: PriceList::new(self.prices.iter().map(of_price).collect::<Result<_, BadWire>>()?),
            terms: Terms { category: self.category.clone(), ..terms },
        })
    }
}

impl TryFrom<&v1::Store> for Store {
    type Error = BadWire;

    fn try_from(store: &v1::Store) -> Result<Store, BadWire> {
        let currency = Currency::of(&store.currency).ok_or_else(|| bad("currency", &store.currency))?;
        let tax_mode = match store.tax_mode.as_str() {
            "included" => TaxMode::Included,
            "added" => TaxMode::Added,
            other => return Err(bad("tax_mode", other)),
        };
        let mode = match store.cash_rounding.mode.as_str() {
            "nearest" => RoundingMode::Nearest,
            "down" => RoundingMode::Down,
            other => return Err(bad("cash_rounding.mode", other)),
        };
        let step = match store.cash_rounding.step {
            1..=1_000_000 => Money::minor(store.cash_rounding.step),
            other => return Err(bad("cash_rounding.step", other)),
        };
        for (field, lines) in [("receipt_header", &store.receipt_header), ("receipt_footer", &store.receipt_footer)] {
            if lines.len() > RECEIPT_LINES_MAX {
                return Err(bad(field, format!("{} lines", lines.len())));
            }
        }
        if store.day_starts_hour > 23 {
            return Err(bad("day_starts_hour", store.day_starts_hour));
        }
        Ok(Store {
            id: store.id.clone(),
            name: store.name.clone(),
            currency,
            tax_mode,
            taxes: store.taxes.iter().map(tax_rate).collect::<Result<_, _>>()?,
            cash_rounding: CashRounding { step, mode },
            points_per: price_of(store.points_per)?,
            day_starts_hour: store.day_starts_hour,
            layouts: store.layouts.iter().map(|layout| layout_of(layout, currency)).collect::<Result<_, _>>()?,
            receipt_header: store.receipt_header.clone(),
            receipt_footer: store.receipt_footer.clone(),
            auto_lock_seconds: store.auto_lock_s,
            policy: store.policy.as_deref().map_or_else(|| Ok(Policy::default()), Policy::try_from)?,
        })
    }
}

fn tax_rate(tax: &v1::Tax) -> Result<TaxRate, BadWire> {
    match tax.rate_bp {
        0..=10_000 => Ok(TaxRate { id: tax.id.clone(), basis_points: tax.rate_bp, exempt: tax.exempt }),
        other => Err(bad("rate_bp", other)),
    }
}

fn layout_of(layout: &v1::Layout, currency: Currency) -> Result<Layout, BadWire> {
    let kind = match layout.value.as_str() {
        "price" => ValueKind::Price,
        "weight" => ValueKind::Weight,
        other => return Err(bad("layouts.value", other)),
    };
    Layout::new(&layout.pattern, kind, layout.decimals, currency)
        .map_err(|error| bad("layouts.pattern", format!("{:?}: {error}", layout.pattern)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> v1::Store {
        let text = include_str!("../../../testdata/v1/changes.json");
        let changes: v1::Changes = serde_json::from_str(text).unwrap();
        let store = changes.changes.into_iter().find_map(|change| match change.record {
            v1::Record::Store(store) => Some(*store),
            _ => None,
        });
        store.unwrap()
    }

    #[test]
    fn settings_that_no_receipt_could_carry_are_told() {
        assert_eq!(Store::try_from(&store()).map(drop), Ok(()));
        let endless = v1::Store { receipt_footer: vec![String::new(); 9999], ..store() };
        assert_eq!(Store::try_from(&endless).map(drop).map_err(|bad| bad.field), Err("receipt_footer"));
    }
}
