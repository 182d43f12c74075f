//! Settings of a store: [`protocol::v1::Store`] as TOML or JSON.

use std::path::Path;

use domain::money::Currency;
use protocol::v1::{self, Record};

use super::ImportError;
use crate::store::{Put, RecordRow, Store};

/// Hours of a day.
const HOURS: u8 = 24;
/// A rate of 100 %, in basis points.
const RATE_BP_MAX: u32 = 10_000;

/// Checks settings and puts them into the store's scope; answers the store's id.
pub async fn store_settings(store: &dyn Store, file: &Path) -> Result<(String, Put), ImportError> {
    let text = std::fs::read_to_string(file)
        .map_err(|source| ImportError::File { file: file.display().to_string(), source })?;
    let settings: v1::Store = if file.extension().is_some_and(|extension| extension == "json") {
        serde_json::from_str(&text).map_err(|error| ImportError::Settings(error.to_string()))?
    } else {
        toml::from_str(&text).map_err(|error| ImportError::Settings(error.to_string()))?
    };
    check(&settings).map_err(ImportError::Settings)?;
    let id = settings.id.clone();
    let record = Record::Store(Box::new(settings));
    let row = RecordRow {
        kind: "store",
        id: id.clone(),
        gone: false,
        body: serde_json::to_string(&record).map_err(|error| ImportError::Settings(error.to_string()))?,
    };
    let put = store.put(&format!("store-{id}"), vec![row]).await?;
    Ok((id, put))
}

fn check(settings: &v1::Store) -> Result<(), String> {
    super::id(&settings.id)?;
    super::name(&settings.name, "the store's name")?;
    if Currency::of(&settings.currency).is_none() {
        return Err(format!("currency {:?} is not known", settings.currency));
    }
    if !matches!(settings.tax_mode.as_str(), "included" | "added") {
        return Err(format!("tax_mode {:?} is neither included nor added", settings.tax_mode));
    }
    if settings.taxes.is_empty() {
        return Err("there is no tax rate; a store has at least one".into());
    }
    for tax in &settings.taxes {
        super::id(&tax.id)?;
        if tax.rate_bp > RATE_BP_MAX {
            return Err(format!("tax {} is more than 100 %", tax.id));
        }
    }
    if settings.cash_rounding.step < 1 {
        return Err("the smallest amount paid in cash is at least 1".into());
    }
    if !matches!(settings.cash_rounding.mode.as_str(), "nearest" | "down") {
        return Err(format!("cash rounding {:?} is neither nearest nor down", settings.cash_rounding.mode));
    }
    if settings.points_per < 0 {
        return Err("points_per is below zero".into());
    }
    if settings.day_starts_hour >= HOURS {
        return Err("a day starts at an hour from 0 to 23".into());
    }
    // Whatever a till could not use is told here: rates, layouts, roles, reasons, keys.
    domain::store::Store::try_from(settings).map_err(|error| error.to_string())?;
    Ok(())
}
