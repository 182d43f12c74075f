//! The way to the platform, for devices that go through it: not in the device file, but known by this till's enrolment.

use std::path::Path;

use drivers::registry::{DeviceConfig, PlatformLink};
use journal::Replica;

/// The devices with the way to the platform, for those that need it. Looked up once: a till that is enrolled later, or anew,
/// is started anew.
pub(crate) fn with_platform(devices: DeviceConfig, state: &Path) -> DeviceConfig {
    if !devices.asks_platform() {
        return devices;
    }
    let known = Replica::open(state).and_then(|replica| replica.map_or(Ok(None), |replica| replica.credentials()));
    let link = match known {
        Ok(Some(credentials)) => {
            let journal::Credentials { platform, authority, token, .. } = credentials;
            Some(PlatformLink { url: platform, authority, token })
        }
        Ok(None) => {
            tracing::warn!(
                "payments go through head office, which this till does not know: enrol it and start it anew"
            );
            None
        }
        Err(error) => {
            tracing::error!(%error, "failed reading the way to head office: payments do not go through it");
            None
        }
    };
    devices.with_platform(link.as_ref())
}

#[cfg(test)]
mod tests {
    use drivers::registry::PaymentConfig;
    use journal::{Credentials, Identity, ReplicaWriter};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn the_way_to_the_platform_is_that_of_the_enrolment() {
        let state = std::env::temp_dir().join(format!("guitai-link-{}", Uuid::now_v7().simple()));
        std::fs::create_dir_all(&state).expect("a folder");
        let text = "[[payment]]\ndriver = \"platform\"\nfamilies = [\"wechat\", \"alipay\"]\n";
        let devices = || DeviceConfig::from_toml(text).expect("a device file");
        let link = || match &with_platform(devices(), &state).payment[0] {
            PaymentConfig::Platform(relay) => relay.link.clone(),
            other => panic!("{other:?}"),
        };
        assert_eq!(link(), None, "before it was enrolled");
        let mut writer = ReplicaWriter::open(&state, 0).expect("a replica");
        assert_eq!(link(), None, "before it was enrolled");
        let identity = Identity { terminal: Uuid::from_u128(5), number: 2, store: "s1".to_owned() };
        let credentials = Credentials {
            platform: "https://127.0.0.1:1".to_owned(),
            authority: "PEM".to_owned(),
            platform_key: "00".to_owned(),
            token: "secret".to_owned(),
            private_key: vec![1, 2, 3],
        };
        writer.set_identity(&identity, &credentials, &[]).expect("an identity");
        let known =
            PlatformLink { url: credentials.platform, authority: credentials.authority, token: credentials.token };
        assert!(!format!("{known:?}").contains("secret"));
        assert_eq!(link(), Some(known));
        std::fs::remove_dir_all(&state).expect("it goes");
    }
}
