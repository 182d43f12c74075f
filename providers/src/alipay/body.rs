//! The JSON of Alipay, as far as it matters here.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

#[derive(Serialize)]
pub(super) struct PayContent<'a> {
    pub(super) out_trade_no: &'a str,
    pub(super) product_code: &'a str,
    pub(super) scene: &'a str,
    pub(super) auth_code: &'a str,
    pub(super) subject: &'a str,
    pub(super) total_amount: String,
    pub(super) timeout_express: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) store_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) terminal_id: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct OpenContent<'a> {
    pub(super) out_trade_no: &'a str,
    pub(super) product_code: &'a str,
    pub(super) subject: &'a str,
    pub(super) total_amount: String,
    pub(super) time_expire: String,
    pub(super) quit_url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) store_id: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct OrderContent<'a> {
    pub(super) out_trade_no: &'a str,
}

#[derive(Serialize)]
pub(super) struct RefundContent<'a> {
    pub(super) out_trade_no: &'a str,
    pub(super) out_request_no: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) refund_amount: Option<String>,
}

#[derive(Serialize)]
pub(super) struct BillContent<'a> {
    pub(super) bill_type: &'a str,
    pub(super) bill_date: String,
}

/// What the answer to any method says.
#[derive(Deserialize)]
pub(super) struct Said {
    #[serde(default, deserialize_with = "text")]
    pub(super) code: String,
    #[serde(default, deserialize_with = "text")]
    pub(super) msg: String,
    #[serde(default, deserialize_with = "text")]
    pub(super) sub_code: String,
    #[serde(default, deserialize_with = "text")]
    pub(super) sub_msg: String,
    #[serde(default, deserialize_with = "text")]
    pub(super) out_trade_no: String,
    #[serde(default, deserialize_with = "text")]
    pub(super) trade_no: String,
    #[serde(default, deserialize_with = "text")]
    pub(super) trade_status: String,
    #[serde(default, deserialize_with = "text")]
    pub(super) total_amount: String,
    #[serde(default, deserialize_with = "text")]
    pub(super) retry_flag: String,
    #[serde(default, deserialize_with = "text")]
    pub(super) action: String,
    #[serde(default, deserialize_with = "text")]
    pub(super) fund_change: String,
    #[serde(default, deserialize_with = "text")]
    pub(super) out_request_no: String,
    #[serde(default, deserialize_with = "text")]
    pub(super) refund_amount: String,
    #[serde(default, deserialize_with = "text")]
    pub(super) refund_status: String,
    #[serde(default, deserialize_with = "text")]
    pub(super) bill_download_url: String,
}

/// Texts, and numbers as they are written: amounts come as both.
fn text<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::String(text) => text,
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => String::new(),
    })
}
