//! The rule book: [`protocol::v1::RuleBook`] as JSON.

use std::path::Path;

use protocol::v1::{RULE_BOOK_BYTES_MAX, Record, RuleBook};

use super::ImportError;
use crate::clock::now_ms;
use crate::store::{RecordRow, RuleBookPut, Store};

/// A book that holds from here on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RulesImported {
    /// Its version.
    pub version: u64,
    /// How many rules it has.
    pub rules: usize,
}

/// Checks a rule book whole and puts it into the chain's scope. Its version must be newer than all before.
///
/// # Errors
/// When the file cannot be read, the book cannot be used (the words name the rule and its field), its version is not newer,
/// or the database fails.
pub async fn rules(store: &dyn Store, file: &Path) -> Result<RulesImported, ImportError> {
    let failed = |source| ImportError::File { file: file.display().to_string(), source };
    let bytes = std::fs::metadata(file).map_err(failed)?.len();
    if bytes > RULE_BOOK_BYTES_MAX as u64 {
        return Err(ImportError::Settings(format!("the rule book has {bytes} bytes, at most {RULE_BOOK_BYTES_MAX}")));
    }
    let text = std::fs::read(file).map_err(failed)?;
    let book = RuleBook::parse(&text).map_err(|error| ImportError::Settings(error.to_string()))?;
    book.compile().map_err(|error| ImportError::Settings(error.to_string()))?;
    let wrong = |error: serde_json::Error| ImportError::Settings(error.to_string());
    let record = Record::Rules(Box::new(serde_json::to_value(&book).map_err(wrong)?));
    let body = serde_json::to_string(&record).map_err(wrong)?;
    let row = RecordRow { kind: "rules", id: "book".to_owned(), gone: false, body };
    match store.put_rules(book.version, now_ms(), row).await? {
        RuleBookPut::Put(_) => Ok(RulesImported { version: book.version, rules: book.rules.len() }),
        RuleBookPut::Older { newest } => Err(ImportError::Settings(format!(
            "the rule book is version {}, but version {newest} was put already; give it a higher one",
            book.version
        ))),
    }
}
