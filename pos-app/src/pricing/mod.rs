//! `pos-app price`: what a basket costs by a rule book, and why, so that anybody can check it against figures of their
//! own. It asks the same function as the till and the platform. Nothing here looks at a journal or a clock.

mod basket;
mod items;
mod told;
#[cfg(test)]
mod vectors;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use domain::price::{explain_in, price_in};
use protocol::v1::RuleBook;
use serde_json::Value;

/// The largest file that is read, in bytes.
const FILE_BYTES_MAX: u64 = protocol::v1::RULE_BOOK_BYTES_MAX as u64;
/// Exit status when an input cannot be used.
const BAD_INPUT: u8 = 2;

/// What to price.
#[derive(Clone, Debug, Args)]
pub struct PriceFiles {
    /// Rule book (JSON, docs/schema/rule-book.v1.json).
    #[arg(long)]
    rules: PathBuf,
    /// Goods (CSV with a head line; columns in docs/pricing.md).
    #[arg(long)]
    items: PathBuf,
    /// Basket and circumstances (JSON, docs/schema/basket.v1.json).
    #[arg(long)]
    basket: PathBuf,
    /// Also say for every line and every rule that names it why it applies or not.
    #[arg(long)]
    explain: bool,
}

/// Why nothing can be priced.
#[derive(Debug, thiserror::Error)]
pub enum PriceError {
    /// A file cannot be read.
    #[error("failed reading {path}: {why}")]
    File {
        /// The file.
        path: String,
        /// What the system says.
        why: String,
    },
    /// The rule book cannot be used.
    #[error("rules: {0}")]
    Rules(#[from] protocol::v1::BadRuleBook),
    /// A row of the goods cannot be used.
    #[error("items, line {line}: {why}")]
    Items {
        /// Line of the file, from 1.
        line: u64,
        /// What is wrong.
        why: String,
    },
    /// The basket cannot be used.
    #[error("basket: {0}")]
    Basket(String),
}

/// Prices and prints, as JSON on standard output.
pub fn price_files(files: &PriceFiles) -> ExitCode {
    let read = |path: &Path| {
        let told = |why: std::io::Error| PriceError::File { path: path.display().to_string(), why: why.to_string() };
        let bytes = std::fs::metadata(path).map_err(told)?.len();
        if bytes > FILE_BYTES_MAX {
            let why = format!("{bytes} bytes, at most {FILE_BYTES_MAX} are read");
            return Err(PriceError::File { path: path.display().to_string(), why });
        }
        std::fs::read(path).map_err(told)
    };
    let priced = (|| price(&read(&files.rules)?, &read(&files.items)?, &read(&files.basket)?, files.explain))();
    match priced {
        Ok(value) => {
            println!("{value:#}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("pos-app: {error}");
            ExitCode::from(BAD_INPUT)
        }
    }
}

/// Prices the contents of the three files.
pub fn price(rules: &[u8], items: &[u8], basket: &[u8], explained: bool) -> Result<Value, PriceError> {
    let book = RuleBook::parse(rules)?.compile()?;
    let goods = items::read(items, book.book().currency)?;
    let asked = basket::read(basket, &goods).map_err(PriceError::Basket)?;
    if !explained {
        return Ok(told::priced(&asked.basket, &book, &price_in(&asked.basket, asked.tax, &book, &asked.context)));
    }
    let (priced, explanation) = explain_in(&asked.basket, asked.tax, &book, &asked.context);
    let mut value = told::priced(&asked.basket, &book, &priced);
    told::explain(&mut value, &asked.basket, &book, &explanation);
    Ok(value)
}
