//! The one merchant that the simulated providers know, with all that it needs to be believed.

use super::keys;

/// A merchant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merchant {
    /// At WeChat Pay.
    pub wechat: WeChatMerchant,
    /// At Alipay.
    pub alipay: AlipayMerchant,
}

/// A merchant of WeChat Pay. Every key is for tests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeChatMerchant {
    /// Application id.
    pub appid: String,
    /// Merchant id.
    pub mchid: String,
    /// Serial number of the merchant's certificate.
    pub serial: String,
    /// The merchant's private key, PKCS#8 as PEM.
    pub private_key: String,
    /// Id of the platform's public key.
    pub platform_key_id: String,
    /// The platform's public key as PEM.
    pub platform_key: String,
    /// The key of APIv3, with which notifications are sealed: 32 characters.
    pub v3_key: String,
    /// The key of APIv2: 32 characters.
    pub v2_key: String,
}

/// A merchant of Alipay. Every key is for tests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlipayMerchant {
    /// Application id.
    pub app_id: String,
    /// The merchant's account.
    pub seller_id: String,
    /// The application's private key, PKCS#8 as PEM.
    pub private_key: String,
    /// Alipay's public key as PEM.
    pub gateway_key: String,
}

impl Default for Merchant {
    fn default() -> Merchant {
        Merchant {
            wechat: WeChatMerchant {
                appid: "wx0000000000000042".into(),
                mchid: "1900000042".into(),
                serial: "4242424242424242424242424242424242424242".into(),
                private_key: keys::merchant_wechat().private_pem().into(),
                platform_key_id: "PUB_KEY_ID_0119000000422026112200000000000042".into(),
                platform_key: keys::platform_wechat().public_pem(),
                v3_key: "0123456789abcdef0123456789abcdef".into(),
                v2_key: "fedcba9876543210fedcba9876543210".into(),
            },
            alipay: AlipayMerchant {
                app_id: "2026000000000042".into(),
                seller_id: "2088000000000042".into(),
                private_key: keys::merchant_alipay().private_pem().into(),
                gateway_key: keys::gateway_alipay().public_pem(),
            },
        }
    }
}
