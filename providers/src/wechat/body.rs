//! The JSON of WeChat v3, as far as it matters here.

use serde::{Deserialize, Serialize};

#[derive(Serialize)]
pub(super) struct PayBody<'a> {
    pub(super) appid: &'a str,
    pub(super) mchid: &'a str,
    pub(super) description: &'a str,
    pub(super) out_trade_no: &'a str,
    pub(super) payer: Payer<'a>,
    pub(super) amount: Amount<'a>,
    pub(super) scene_info: Scene<'a>,
}

#[derive(Serialize)]
pub(super) struct Payer<'a> {
    pub(super) auth_code: &'a str,
}

#[derive(Serialize)]
pub(super) struct Amount<'a> {
    pub(super) total: i64,
    pub(super) currency: &'a str,
}

#[derive(Serialize)]
pub(super) struct Scene<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) device_id: Option<&'a str>,
    pub(super) device_ip: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) store_info: Option<Store<'a>>,
}

#[derive(Serialize)]
pub(super) struct Store<'a> {
    pub(super) out_id: &'a str,
}

#[derive(Serialize)]
pub(super) struct OpenBody<'a> {
    pub(super) appid: &'a str,
    pub(super) mchid: &'a str,
    pub(super) description: &'a str,
    pub(super) out_trade_no: &'a str,
    pub(super) time_expire: String,
    pub(super) notify_url: &'a str,
    pub(super) amount: Amount<'a>,
    pub(super) scene_info: H5Scene<'a>,
}

#[derive(Serialize)]
pub(super) struct H5Scene<'a> {
    pub(super) payer_client_ip: &'a str,
    pub(super) h5_info: H5Info,
}

#[derive(Serialize)]
pub(super) struct H5Info {
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
}

#[derive(Serialize)]
pub(super) struct CloseBody<'a> {
    pub(super) mchid: &'a str,
}

#[derive(Serialize)]
pub(super) struct ReverseBody<'a> {
    pub(super) appid: &'a str,
    pub(super) mchid: &'a str,
}

#[derive(Serialize)]
pub(super) struct RefundBody<'a> {
    pub(super) out_trade_no: &'a str,
    pub(super) out_refund_no: &'a str,
    pub(super) amount: RefundAmount<'a>,
}

#[derive(Serialize)]
pub(super) struct RefundAmount<'a> {
    pub(super) refund: i64,
    pub(super) total: i64,
    pub(super) currency: &'a str,
}

/// What an answer says: an error, a trade or a refund.
#[derive(Deserialize)]
pub(super) struct Said {
    code: Option<String>,
    pub(super) message: Option<String>,
    pub(super) appid: Option<String>,
    pub(super) mchid: Option<String>,
    pub(super) out_trade_no: Option<String>,
    pub(super) transaction_id: Option<String>,
    pub(super) trade_state: Option<String>,
    pub(super) h5_url: Option<String>,
    pub(super) out_refund_no: Option<String>,
    pub(super) status: Option<String>,
    pub(super) amount: Option<SaidAmount>,
}

impl Said {
    /// Its error code, when it is one.
    pub(super) fn error(&self) -> Option<&str> {
        self.code.as_deref().filter(|code| !code.is_empty())
    }
}

#[derive(Deserialize)]
pub(super) struct SaidAmount {
    pub(super) total: Option<i64>,
    pub(super) refund: Option<i64>,
    currency: Option<String>,
}

impl SaidAmount {
    pub(super) fn is_yuan(&self) -> bool {
        self.currency.as_deref().is_none_or(|currency| currency == "CNY")
    }
}

#[derive(Deserialize)]
pub(super) struct BillBody {
    pub(super) hash_type: String,
    pub(super) hash_value: String,
    pub(super) download_url: String,
}
