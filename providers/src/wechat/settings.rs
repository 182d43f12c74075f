//! How a merchant at WeChat Pay v3 is set up.

use std::path::PathBuf;

use serde::Deserialize;

use super::sign::PUBLIC_KEY_ID;
use super::{BACKUP_HOST, HOST, Wechat};
use crate::account::{Account, OpenError, check_ip, check_text, check_url, device_ip_usual, subject_usual};
use crate::client::{Client, Connection};
use crate::key::{KeyError, SigningKey, VerifyingKey};

/// Keys of the provider at once: two while certificates change.
const PROVIDER_KEYS_MAX: usize = 4;

/// A merchant at WeChat Pay v3.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WechatSettings {
    /// What people call it.
    #[serde(default = "name_usual")]
    pub name: String,
    /// The merchant's number (商户号).
    pub mch_id: String,
    /// The application that the merchant's number is bound to (公众账号 or 小程序).
    pub app_id: String,
    /// Serial number of the merchant's certificate (商户API证书序列号), hex.
    pub serial: String,
    /// The merchant's private key, PEM (`apiclient_key.pem`).
    pub key_file: PathBuf,
    /// The provider's keys.
    pub provider_keys: Vec<ProviderKey>,
    /// What the shopper reads in the list of payments: the shop's name, as a rule.
    #[serde(default = "subject_usual")]
    pub subject: String,
    /// The till, as the merchant's pages show it.
    #[serde(default)]
    pub device_id: Option<String>,
    /// The till's address in its network.
    #[serde(default = "device_ip_usual")]
    pub device_ip: String,
    /// The store, as the merchant numbers it.
    #[serde(default)]
    pub store_id: Option<String>,
    /// The provider's address.
    #[serde(default = "url_usual")]
    pub url: String,
    /// Its second address, for questions and reversals when the first is out of reach; empty for none. The official one
    /// belongs to the official first address.
    #[serde(default)]
    pub backup_url: Option<String>,
    /// Certificates that alone are trusted for the connection, PEM, instead of the system's.
    #[serde(default)]
    pub ca: Option<PathBuf>,
}

/// A key with which the provider signs.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderKey {
    /// `PUB_KEY_ID_...` of a WeChat Pay public key; of a platform certificate its number, which it also tells itself.
    #[serde(default)]
    pub serial: Option<String>,
    /// PEM.
    pub file: PathBuf,
}

impl WechatSettings {
    /// Checks what the types do not.
    ///
    /// # Errors
    /// In words, with the key that is wrong.
    pub fn check(&self) -> Result<(), String> {
        check_text("mch_id", &self.mch_id, 32)?;
        check_text("app_id", &self.app_id, 32)?;
        check_text("serial", &self.serial, 64)?;
        check_text("subject", &self.subject, 40)?;
        check_ip("device_ip", &self.device_ip)?;
        check_url("url", &self.url)?;
        self.backup().map_or(Ok(()), |url| check_url("backup_url", url))?;
        if !(1..=PROVIDER_KEYS_MAX).contains(&self.provider_keys.len()) {
            return Err(format!("provider_keys must be 1 to {PROVIDER_KEYS_MAX} keys of the provider"));
        }
        Ok(())
    }

    pub(super) fn backup(&self) -> Option<&str> {
        match self.backup_url.as_deref() {
            None => (self.url == HOST).then_some(BACKUP_HOST),
            Some("") => None,
            Some(url) => Some(url),
        }
    }

    /// Reads the keys, and makes what asks and verifies.
    ///
    /// # Errors
    /// [`OpenError`], in words for who installs it.
    pub fn provider(&self) -> Result<Wechat, OpenError> {
        self.check().map_err(OpenError::Settings)?;
        let theirs = self.provider_keys.iter().map(provider_key).collect::<Result<_, _>>()?;
        Ok(Wechat::new(self.clone(), SigningKey::open(&self.key_file)?, theirs))
    }

    /// Reads the keys, and makes what asks over the network. Connects nowhere yet.
    ///
    /// # Errors
    /// [`OpenError`], in words for who installs it.
    pub fn open(&self) -> Result<Account, OpenError> {
        let connection = Connection {
            ca: self.ca.clone(),
            authority: None,
            identity: None,
            first: &self.url,
            second: self.backup(),
        };
        Ok(Account::new(&self.name, Box::new(self.provider()?), Client::new(&connection)?))
    }
}

fn provider_key(from: &ProviderKey) -> Result<(String, VerifyingKey), OpenError> {
    let key = VerifyingKey::open(&from.file)?;
    let serial = match (&from.serial, key.serial()) {
        (Some(serial), None) if serial.starts_with(PUBLIC_KEY_ID) => serial.clone(),
        (None, Some(serial)) => serial.to_owned(),
        (Some(told), Some(serial)) if told.eq_ignore_ascii_case(serial) => serial.to_owned(),
        (Some(_), Some(_)) => {
            let path = from.file.display().to_string();
            return Err(
                KeyError::Kind { path, wanted: "the certificate with the serial number of the settings" }.into()
            );
        }
        (Some(_) | None, None) => {
            return Err(OpenError::Settings(format!(
                "a public key needs its serial number, which begins with {PUBLIC_KEY_ID}"
            )));
        }
    };
    Ok((serial, key))
}

fn name_usual() -> String {
    "wechat".to_owned()
}

fn url_usual() -> String {
    HOST.to_owned()
}
