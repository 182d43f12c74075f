//! How an old merchant at WeChat Pay is set up.

use std::path::PathBuf;

use serde::Deserialize;

use super::{SignType, WechatV2};
use crate::account::{Account, OpenError, check_ip, check_text, check_url, device_ip_usual, subject_usual};
use crate::client::{Client, Connection};
use crate::key::{self, KeyError};
use crate::wechat::{BACKUP_HOST, HOST};

/// A merchant at WeChat Pay v2.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WechatV2Settings {
    /// What people call it.
    #[serde(default = "name_usual")]
    pub name: String,
    /// The merchant's number (商户号).
    pub mch_id: String,
    /// The application that the merchant's number is bound to.
    pub app_id: String,
    /// The merchant's key (API密钥): a text file of its 32 letters and digits.
    pub key_file: PathBuf,
    /// `"MD5"` or `"HMAC-SHA256"`.
    #[serde(default)]
    pub sign_type: SignType,
    /// The merchant's certificate, PEM (`apiclient_cert.pem`); reversals and refunds are refused without.
    pub cert_file: PathBuf,
    /// Its private key, PEM (`apiclient_key.pem`).
    pub cert_key_file: PathBuf,
    /// What the shopper reads in the list of payments.
    #[serde(default = "subject_usual")]
    pub subject: String,
    /// The till, as the merchant's pages show it.
    #[serde(default)]
    pub device_id: Option<String>,
    /// The till's address in its network.
    #[serde(default = "device_ip_usual")]
    pub device_ip: String,
    /// The provider's address.
    #[serde(default = "url_usual")]
    pub url: String,
    /// Its second address, as for v3.
    #[serde(default)]
    pub backup_url: Option<String>,
    /// Certificates that alone are trusted for the connection, PEM, instead of the system's.
    #[serde(default)]
    pub ca: Option<PathBuf>,
}

impl WechatV2Settings {
    /// Checks what the types do not.
    ///
    /// # Errors
    /// In words, with the key that is wrong.
    pub fn check(&self) -> Result<(), String> {
        check_text("mch_id", &self.mch_id, 32)?;
        check_text("app_id", &self.app_id, 32)?;
        check_text("subject", &self.subject, 40)?;
        check_ip("device_ip", &self.device_ip)?;
        check_url("url", &self.url)?;
        self.backup().map_or(Ok(()), |url| check_url("backup_url", url))
    }

    fn backup(&self) -> Option<&str> {
        match self.backup_url.as_deref() {
            None => (self.url == HOST).then_some(BACKUP_HOST),
            Some("") => None,
            Some(url) => Some(url),
        }
    }

    /// Reads the key, and makes what asks and verifies.
    ///
    /// # Errors
    /// [`OpenError`], in words for who installs it.
    pub fn provider(&self) -> Result<WechatV2, OpenError> {
        self.check().map_err(OpenError::Settings)?;
        let wanted = "the merchant's key of 32 letters and digits";
        let path = self.key_file.display().to_string();
        let key = key::read_secret(&self.key_file)?;
        Ok(WechatV2::new(self.clone(), &key).ok_or(KeyError::Kind { path, wanted })?)
    }

    /// Reads the keys, and makes what asks over the network. Connects nowhere yet.
    ///
    /// # Errors
    /// [`OpenError`], in words for who installs it.
    pub fn open(&self) -> Result<Account, OpenError> {
        let mut identity = key::read_secret(&self.cert_key_file)?;
        identity.push(b'\n');
        identity.extend(key::read(&self.cert_file)?);
        let connection = Connection {
            ca: self.ca.clone(),
            authority: None,
            identity: Some(identity),
            first: &self.url,
            second: self.backup(),
        };
        Ok(Account::new(&self.name, Box::new(self.provider()?), Client::new(&connection)?))
    }
}

fn name_usual() -> String {
    "wechat".to_owned()
}

fn url_usual() -> String {
    HOST.to_owned()
}
