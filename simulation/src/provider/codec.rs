//! The merchant's side, as it is set up against these providers: settings, key files, and what asks and verifies.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use providers::alipay::AlipaySettings;
use providers::wechat::{ProviderKey, WechatSettings};
use providers::wechat_v2::{SignType, WechatV2Settings};

use super::{Merchant, Protocol};

pub use providers::bill::BillFound;
pub use providers::{
    Account, Ask, Moment, Provider as Codec, Request as HttpRequest, Response as HttpResponse, Settings,
};

/// Where a provider is, and how it is known for the right one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Such as `https://127.0.0.1:8443`; the official address when it is empty.
    pub url: String,
    /// The authority that vouches for it, PEM; the system's when it is empty.
    pub authority: String,
    /// The merchant's certificate and its key, PEM, which WeChat's APIv2 asks for.
    pub identity: Option<(String, String)>,
}

impl Merchant {
    /// What asks and verifies, without a connection.
    ///
    /// # Panics
    /// When the folder of temporary files takes no keys.
    pub fn codec(&self, protocol: Protocol) -> Box<dyn Codec> {
        static FOLDERS: AtomicU32 = AtomicU32::new(0);
        let no = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("guitai-merchant-{}-{no}", std::process::id()));
        let settings = self.settings(protocol, &Place::default(), &folder).expect("keys can be written");
        let codec: Box<dyn Codec> = match &settings {
            Settings::Wechat(settings) => Box::new(settings.provider().expect("the keys are sound")),
            Settings::WechatV2(settings) => Box::new(settings.provider().expect("the key is sound")),
            Settings::Alipay(settings) => Box::new(settings.provider().expect("the keys are sound")),
        };
        // The keys are read; what is left of them is in the way of nobody.
        let _ = fs::remove_dir_all(folder);
        codec
    }

    /// The settings of an account at a provider; its keys are written into this folder.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn settings(&self, protocol: Protocol, place: &Place, folder: &Path) -> io::Result<Settings> {
        fs::create_dir_all(folder)?;
        let file = |name: &str, text: &str| write(folder, name, text);
        let ca = if place.authority.is_empty() { None } else { Some(file("authority.pem", &place.authority)?) };
        let url = |usual: &str, path: &str| match place.url.as_str() {
            "" => usual.to_owned(),
            url => format!("{url}{path}"),
        };
        let (wechat, alipay) = (&self.wechat, &self.alipay);
        let subject = "Guitai".to_owned();
        Ok(match protocol {
            Protocol::WeChatV3 => Settings::Wechat(WechatSettings {
                name: "wechat".into(),
                mch_id: wechat.mchid.clone(),
                app_id: wechat.appid.clone(),
                serial: wechat.serial.clone(),
                key_file: file("wechat-merchant.pem", &wechat.private_key)?,
                provider_keys: vec![ProviderKey {
                    serial: Some(wechat.platform_key_id.clone()),
                    file: file("wechat-platform.pem", &wechat.platform_key)?,
                }],
                subject,
                device_id: Some("till-1".into()),
                device_ip: "127.0.0.1".into(),
                store_id: Some("s1".into()),
                url: url(providers::wechat::HOST, ""),
                backup_url: Some(String::new()),
                ca,
            }),
            Protocol::WeChatV2 => {
                let (certificate, key) = place.identity.clone().unwrap_or_default();
                Settings::WechatV2(WechatV2Settings {
                    name: "wechat".into(),
                    mch_id: wechat.mchid.clone(),
                    app_id: wechat.appid.clone(),
                    key_file: file("wechat-v2.key", &wechat.v2_key)?,
                    sign_type: SignType::default(),
                    cert_file: file("wechat-v2-certificate.pem", &certificate)?,
                    cert_key_file: file("wechat-v2-certificate-key.pem", &key)?,
                    subject,
                    device_id: Some("till-1".into()),
                    device_ip: "127.0.0.1".into(),
                    url: url(providers::wechat::HOST, ""),
                    backup_url: Some(String::new()),
                    ca,
                })
            }
            Protocol::Alipay => Settings::Alipay(AlipaySettings {
                name: "alipay".into(),
                app_id: alipay.app_id.clone(),
                key_file: file("alipay-merchant.pem", &alipay.private_key)?,
                provider_key_file: file("alipay-gateway.pem", &alipay.gateway_key)?,
                subject,
                store_id: Some("s1".into()),
                terminal_id: Some("till-1".into()),
                url: url(providers::alipay::GATEWAY, "/gateway.do"),
                ca,
            }),
        })
    }

    /// The same as the table of a device file, with the names of its keys.
    ///
    /// # Errors
    /// When the keys cannot be written.
    pub fn toml(&self, protocol: Protocol, place: &Place, folder: &Path) -> io::Result<String> {
        let settings = self.settings(protocol, place, folder)?;
        let mut lines = Vec::new();
        let mut text = |key: &str, value: &str| lines.push(format!("{key} = {value:?}"));
        let shown = |path: &Path| path.display().to_string();
        let ca = match &settings {
            Settings::Wechat(of) => {
                text("driver", "wechat");
                text("mch_id", &of.mch_id);
                text("app_id", &of.app_id);
                text("serial", &of.serial);
                text("key_file", &shown(&of.key_file));
                text("url", &of.url);
                text("backup_url", "");
                &of.ca
            }
            Settings::WechatV2(of) => {
                text("driver", "wechat-v2");
                text("mch_id", &of.mch_id);
                text("app_id", &of.app_id);
                text("key_file", &shown(&of.key_file));
                text("cert_file", &shown(&of.cert_file));
                text("cert_key_file", &shown(&of.cert_key_file));
                text("url", &of.url);
                text("backup_url", "");
                &of.ca
            }
            Settings::Alipay(of) => {
                text("driver", "alipay");
                text("app_id", &of.app_id);
                text("key_file", &shown(&of.key_file));
                text("provider_key_file", &shown(&of.provider_key_file));
                text("url", &of.url);
                &of.ca
            }
        };
        if let Some(ca) = ca {
            text("ca", &shown(ca));
        }
        if let Settings::Wechat(of) = &settings {
            let key = |key: &ProviderKey| {
                format!("{{ serial = {:?}, file = {:?} }}", key.serial.as_deref().unwrap_or_default(), shown(&key.file))
            };
            lines
                .push(format!("provider_keys = [{}]", of.provider_keys.iter().map(key).collect::<Vec<_>>().join(", ")));
        }
        Ok(lines.join("\n") + "\n")
    }
}

/// Writes a file that its owner alone may read.
fn write(folder: &Path, name: &str, text: &str) -> io::Result<PathBuf> {
    let path = folder.join(name);
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path)?;
    file.write_all(text.as_bytes())?;
    Ok(path)
}
