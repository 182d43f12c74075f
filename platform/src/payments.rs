//! The merchant's accounts at payment providers whose keys lie here, and at no till.
//!
//! A file names them, with the same tables as a till's device file has:
//!
//! ```toml
//! [[payment]]
//! driver = "wechat"
//! mch_id = "1900000001"
//! # ...
//! ```

use std::path::Path;

use domain::payment::Family;
use providers::{Account, OpenError, Settings};
use serde::Deserialize;

/// Accounts that one file may name.
const ACCOUNTS_MAX: usize = 16;

/// Accounts, in the order of their file.
#[derive(Clone, Debug, Default)]
pub struct Accounts(Vec<Account>);

/// Why accounts cannot be used, in words for who sets them up.
#[derive(Debug, thiserror::Error)]
pub enum AccountsError {
    /// The file cannot be read.
    #[error("failed reading the file of payment accounts: {0}")]
    Reading(#[from] std::io::Error),
    /// It is not TOML, or a key or a driver does not exist. Never shows what stands in the file.
    #[error("failed understanding the file of payment accounts: {0}")]
    Syntax(String),
    /// There are too many, or two of one name.
    #[error("the file of payment accounts names {0}")]
    Names(String),
    /// One cannot be opened.
    #[error("failed opening the payment account {name}: {source}")]
    Account {
        /// Which.
        name: String,
        /// Why.
        source: OpenError,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    payment: Vec<Settings>,
}

impl Accounts {
    /// Opens all accounts of a file. Connects nowhere yet.
    ///
    /// # Errors
    /// [`AccountsError`] with the first account that is wrong.
    pub fn open(path: &Path) -> Result<Accounts, AccountsError> {
        let text = std::fs::read_to_string(path)?;
        let file: File = toml::from_str(&text).map_err(|error| AccountsError::Syntax(error.message().to_owned()))?;
        if file.payment.is_empty() || file.payment.len() > ACCOUNTS_MAX {
            return Err(AccountsError::Names(format!("{}, and 1 to {ACCOUNTS_MAX} can be", file.payment.len())));
        }
        let mut accounts: Vec<Account> = Vec::new();
        for settings in &file.payment {
            let name = settings.name().to_owned();
            if accounts.iter().any(|account| account.name() == name) {
                return Err(AccountsError::Names(format!("{name} twice: give each a name of its own")));
            }
            accounts.push(settings.open().map_err(|source| AccountsError::Account { name, source })?);
        }
        Ok(Accounts(accounts))
    }

    /// The account through which payments of a family go: the first of the file.
    pub fn of(&self, family: Family) -> Option<&Account> {
        self.0.iter().find(|account| account.provider().family() == family)
    }

    /// All of them.
    pub fn all(&self) -> &[Account] {
        &self.0
    }
}
