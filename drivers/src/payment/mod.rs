//! Payments: providers of payment codes over HTTPS, and card terminals.

pub mod online;
pub mod zvt;

use domain::payment::Family;

use crate::registry::PaymentConfig;

impl PaymentConfig {
    /// Whose payments it moves, whether it can be reached or not.
    pub fn families(&self) -> &[Family] {
        match self {
            PaymentConfig::Wechat(_) | PaymentConfig::WechatV2(_) => &[Family::WeChat],
            PaymentConfig::Alipay(_) => &[Family::Alipay],
            PaymentConfig::Platform(relay) => &relay.families,
            PaymentConfig::Zvt(_) => &[Family::Terminal],
        }
    }
}
