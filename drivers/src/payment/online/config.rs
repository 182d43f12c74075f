//! The settings of providers as settings of devices.

use std::sync::Arc;

use hal::{DeviceError, PaymentPort};
use providers::OpenError;
use providers::alipay::AlipaySettings;
use providers::relay::RelaySettings;
use providers::wechat::WechatSettings;
use providers::wechat_v2::WechatV2Settings;

use super::OnlinePort;
use crate::registry::{ConfigError, Driver};
use crate::tally::Tally;

/// A provider's settings as a driver's: they hold no device file, and opening them connects nowhere yet.
macro_rules! online {
    ($($settings:ty),+) => {
        $(impl Driver<Box<dyn PaymentPort>> for $settings {
            fn name(&self) -> &str {
                &self.name
            }

            fn claims(&self) -> Option<&str> {
                None
            }

            fn check(&self) -> Result<(), ConfigError> {
                <$settings>::check(self).map_err(|what| ConfigError::Value { device: self.name.clone(), what })
            }

            fn open(&self, tally: &Arc<Tally>) -> Result<Box<dyn PaymentPort>, DeviceError> {
                let account = <$settings>::open(self).map_err(|error| failed(&self.name, &error))?;
                Ok(Box::new(OnlinePort::new(account, tally)?))
            }
        })+
    };
}

online!(WechatSettings, WechatV2Settings, AlipaySettings, RelaySettings);

/// Keys or certificates that cannot be used: it never works before a person has mended them.
fn failed(name: &str, error: &OpenError) -> DeviceError {
    DeviceError::Opening { path: format!("the payment account {name}"), cause: error.to_string() }
}
