//! How a merchant at Alipay is set up.

use std::path::PathBuf;

use serde::Deserialize;

use super::{Alipay, GATEWAY};
use crate::account::{Account, OpenError, check_text, check_url, subject_usual};
use crate::client::{Client, Connection};
use crate::key::{SigningKey, VerifyingKey};

/// A merchant at Alipay.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlipaySettings {
    /// What people call it.
    #[serde(default = "name_usual")]
    pub name: String,
    /// The merchant's application (APPID).
    pub app_id: String,
    /// The application's private key (应用私钥): PEM, or the base64 text of Alipay's tool.
    pub key_file: PathBuf,
    /// Alipay's public key (支付宝公钥), not the application's: PEM, certificate or base64 text.
    pub provider_key_file: PathBuf,
    /// What the shopper reads in the list of payments.
    #[serde(default = "subject_usual")]
    pub subject: String,
    /// The store, as the merchant numbers it.
    #[serde(default)]
    pub store_id: Option<String>,
    /// The till, as the merchant numbers it.
    #[serde(default)]
    pub terminal_id: Option<String>,
    /// The gateway's address.
    #[serde(default = "url_usual")]
    pub url: String,
    /// Certificates that alone are trusted for the connection, PEM, instead of the system's.
    #[serde(default)]
    pub ca: Option<PathBuf>,
}

impl AlipaySettings {
    /// Checks what the types do not.
    ///
    /// # Errors
    /// In words, with the key that is wrong.
    pub fn check(&self) -> Result<(), String> {
        check_text("app_id", &self.app_id, 32)?;
        check_text("subject", &self.subject, 40)?;
        check_url("url", &self.url)
    }

    /// Reads the keys, and makes what asks and verifies.
    ///
    /// # Errors
    /// [`OpenError`], in words for who installs it.
    pub fn provider(&self) -> Result<Alipay, OpenError> {
        self.check().map_err(OpenError::Settings)?;
        let own = SigningKey::open(&self.key_file)?;
        Ok(Alipay::new(self.clone(), own, VerifyingKey::open(&self.provider_key_file)?))
    }

    /// Reads the keys, and makes what asks over the network. Connects nowhere yet.
    ///
    /// # Errors
    /// [`OpenError`], in words for who installs it.
    pub fn open(&self) -> Result<Account, OpenError> {
        let connection =
            Connection { ca: self.ca.clone(), authority: None, identity: None, first: &self.url, second: None };
        Ok(Account::new(&self.name, Box::new(self.provider()?), Client::new(&connection)?))
    }
}

fn name_usual() -> String {
    "alipay".to_owned()
}

fn url_usual() -> String {
    GATEWAY.to_owned()
}
