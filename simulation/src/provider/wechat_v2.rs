//! 微信支付 APIv2: flat XML, signed with a shared key by MD5 or HMAC-SHA256.

use std::collections::BTreeMap;

use domain::money::Money;
use jiff::Timestamp;
use jiff::civil::Date;
use md5::{Digest, Md5};
use ring::hmac;

use super::books::{Booked, State};
use super::call::{Answer, Call, Face, Outcome, Rejected, Request};
use super::merchant::WeChatMerchant;
use super::{moment, xml};

type Fields = BTreeMap<String, String>;

/// The protocol, with the merchant that it knows.
pub(super) struct WeChatV2 {
    merchant: WeChatMerchant,
    /// How the request was signed, and so its answer is.
    by_hmac: bool,
    answers: u64,
}

impl WeChatV2 {
    pub(super) fn new(merchant: &WeChatMerchant) -> WeChatV2 {
        WeChatV2 { merchant: merchant.clone(), by_hmac: false, answers: 0 }
    }

    fn call(&mut self, request: &Request) -> Result<Call, &'static str> {
        let fields = xml::read(&request.body).ok_or("the body is not flat XML")?;
        let of = |name: &str| fields.get(name).cloned().ok_or("a field is missing");
        self.by_hmac = fields.get("sign_type").is_some_and(|kind| kind == "HMAC-SHA256");
        if of("mch_id")? != self.merchant.mchid || of("appid")? != self.merchant.appid {
            return Err("another merchant");
        }
        if of("nonce_str")?.is_empty() || of("nonce_str")?.len() > 32 {
            return Err("the nonce is not of 1 to 32 characters");
        }
        if of("sign")? != signature(&fields, &self.merchant.v2_key, self.by_hmac) {
            return Err("the signature is wrong");
        }
        let fen = |name: &str| of(name)?.parse().map(Money::minor).map_err(|_| "an amount is no number");
        match request.path() {
            "/pay/micropay" => {
                of("body")?;
                of("spbill_create_ip")?;
                Ok(Call::Pay {
                    no: of("out_trade_no")?,
                    code: of("auth_code")?,
                    amount: fen("total_fee")?,
                    open_for_s: None,
                })
            }
            "/pay/orderquery" => Ok(Call::Query { no: of("out_trade_no")? }),
            "/secapi/pay/reverse" => Ok(Call::Reverse { no: of("out_trade_no")? }),
            "/secapi/pay/refund" => Ok(Call::Refund {
                no: of("out_trade_no")?,
                refund_no: of("out_refund_no")?,
                amount: fen("refund_fee")?,
                total: Some(fen("total_fee")?),
            }),
            "/pay/refundquery" => Ok(Call::QueryRefund { no: None, refund_no: of("out_refund_no")? }),
            "/pay/downloadbill" => {
                let day = Date::strptime("%Y%m%d", of("bill_date")?).map_err(|_| "the day is no date")?;
                Ok(Call::Bill { day })
            }
            _ => Err("no such address"),
        }
    }

    fn answer(&mut self, fields: &[(&str, &str)]) -> Answer {
        self.answers += 1;
        let common = [
            ("return_code", "SUCCESS"),
            ("return_msg", "OK"),
            ("appid", self.merchant.appid.as_str()),
            ("mch_id", self.merchant.mchid.as_str()),
        ];
        let all = common.iter().chain(fields).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut all: Fields = all.collect();
        all.insert("nonce_str".into(), format!("{:032x}", self.answers));
        all.insert("sign".into(), signature(&all, &self.merchant.v2_key, self.by_hmac));
        plain(xml::write(&all))
    }

    fn failed(&mut self, code: &str, words: &str, more: &[(&str, &str)]) -> Answer {
        let fields = [("result_code", "FAIL"), ("err_code", code), ("err_code_des", words)];
        self.answer(&fields.iter().chain(more).copied().collect::<Vec<_>>())
    }

    fn order(&mut self, booked: &Booked, pays: bool) -> Answer {
        let state = match booked.state {
            State::Confirming if pays => return self.failed("USERPAYING", "需要用户输入支付密码", &[]),
            State::Declined if pays => return self.failed("NOTENOUGH", "余额不足", &[]),
            State::Closed if pays => return self.failed("ORDERREVERSED", "当前订单已经被撤销", &[]),
            State::Paid if pays || booked.refunds.is_empty() => "SUCCESS",
            State::Paid => "REFUND",
            State::Confirming => "USERPAYING",
            State::Declined => "PAYERROR",
            State::Closed => "REVOKED",
        };
        let fee = booked.amount.units().to_string();
        let paid_at = moment::packed(booked.paid_at.unwrap_or(booked.created_at));
        let paid = [
            ("openid", "o0000000000000000000000000042"),
            ("is_subscribe", "N"),
            ("trade_type", "MICROPAY"),
            ("bank_type", "OTHERS"),
            ("fee_type", "CNY"),
            ("total_fee", fee.as_str()),
            ("cash_fee", fee.as_str()),
            ("transaction_id", booked.provider_no.as_str()),
            ("time_end", paid_at.as_str()),
        ];
        let mut fields = vec![("result_code", "SUCCESS"), ("out_trade_no", booked.no.as_str())];
        if !pays {
            fields.extend([("trade_state", state), ("trade_state_desc", state)]);
        }
        if booked.state == State::Paid {
            fields.extend(paid);
        }
        self.answer(&fields)
    }
}

impl Face for WeChatV2 {
    fn read(&mut self, _: Timestamp, request: &Request) -> Result<Call, Rejected> {
        if request.method != "POST" {
            return Err(Rejected { why: "not posted", answer: refused("请使用post方法") });
        }
        self.call(request).map_err(|why| Rejected { why, answer: refused(why) })
    }

    fn write(&mut self, _: Timestamp, _: &Request, call: &Call, outcome: &Outcome) -> Answer {
        let pays = matches!(call, Call::Pay { .. });
        match outcome {
            Outcome::Order(booked) => self.order(booked, pays),
            Outcome::NumberUsed => self.failed("OUT_TRADE_NO_USED", "商户订单号重复", &[]),
            Outcome::NotFound => self.failed("ORDERNOTEXIST", "此交易订单号不存在", &[("recall", "N")]),
            Outcome::Reversed(_) => self.answer(&[("result_code", "SUCCESS"), ("recall", "N")]),
            Outcome::NotReversed(_) => self.failed("REVERSE_EXPIRE", "订单无法撤销", &[("recall", "N")]),
            Outcome::Refunded(booked, refund) => {
                let (total, back) = (booked.amount.units().to_string(), refund.amount.units().to_string());
                let queried = matches!(call, Call::QueryRefund { .. });
                let of = |name: &'static str, counted: &'static str| if queried { counted } else { name };
                self.answer(&[
                    ("result_code", "SUCCESS"),
                    ("transaction_id", &booked.provider_no),
                    ("out_trade_no", &booked.no),
                    (of("out_refund_no", "out_refund_no_0"), &refund.no),
                    (of("refund_id", "refund_id_0"), &refund.provider_no),
                    (of("refund_fee", "refund_fee_0"), &back),
                    (of("refund_channel", "refund_status_0"), if queried { "SUCCESS" } else { "ORIGINAL" }),
                    ("total_fee", &total),
                    ("cash_fee", &total),
                ])
            }
            Outcome::RefundRefused(why) => self.failed("NOTENOUGH", why, &[]),
            Outcome::NoRefund => self.failed("REFUNDNOTEXIST", "退款订单查询失败", &[]),
            Outcome::SystemError => self.failed("SYSTEMERROR", "接口返回错误", &[("recall", "Y")]),
            Outcome::Bill(file) => plain(file.clone()),
        }
    }

    fn set_base(&mut self, _: &str) {}
}

/// The signature of APIv2: fields that are not empty, sorted, with the key behind them, in upper hex.
fn signature(fields: &Fields, key: &str, by_hmac: bool) -> String {
    let signed = fields.iter().filter(|(name, value)| *name != "sign" && !value.is_empty());
    let pairs: String = signed.map(|(name, value)| format!("{name}={value}&")).collect();
    let text = format!("{pairs}key={key}");
    let upper = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02X}")).collect::<String>();
    match by_hmac {
        true => {
            let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
            upper(hmac::sign(&key, text.as_bytes()).as_ref())
        }
        false => upper(&Md5::digest(text.as_bytes())),
    }
}

/// The answer to what is not even a request; it is not signed.
fn refused(why: &str) -> Answer {
    let fields = [("return_code", "FAIL"), ("return_msg", why)];
    plain(xml::write(&fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into()))
}

fn plain(body: Vec<u8>) -> Answer {
    Answer { status: 200, headers: vec![("content-type".to_owned(), "text/plain".to_owned())], body, cut: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_the_published_one() {
        let fields = [
            ("appid", "wxd930ea5d5a258f4f"),
            ("body", "test"),
            ("device_info", "1000"),
            ("mch_id", "10000100"),
            ("nonce_str", "ibuaiVcKdpRxkhJA"),
        ];
        let fields: Fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let key = "192006250b4c09247ec02edce69f6a2d";
        assert_eq!(signature(&fields, key, false), "9A0A8659F005D6984697E2CA0A9CF3B7");
        let by_hmac = "6A9AE1657590FD6257D693A078E1C3E4BB6BA4DC30B23E0EE2496E54170DACD6";
        assert_eq!(signature(&fields, key, true), by_hmac);
    }
}
