//! 支付宝: one address, parameters in a form, JSON answers signed as they are written (RSA2).

use std::collections::BTreeMap;

use domain::money::Money;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::bill::yuan;
use super::books::{Booked, State};
use super::call::{Answer, Call, Face, Outcome, Rejected, Request, form};
use super::keys::{self, KeyPair};
use super::merchant::AlipayMerchant;
use super::moment;

/// How far a request's clock may be from the provider's, in seconds.
const CLOCK_MAX_S: i64 = 15 * 60;
const FILES: &str = "/downloadBillFile.resource";

/// The protocol, with the merchant that it knows.
pub(super) struct Alipay {
    merchant: AlipayMerchant,
    merchant_key: KeyPair,
    own_key: KeyPair,
    base: String,
}

type Fields = BTreeMap<String, String>;

impl Alipay {
    pub(super) fn new(merchant: &AlipayMerchant) -> Alipay {
        Alipay {
            merchant: merchant.clone(),
            merchant_key: keys::merchant_alipay(),
            own_key: keys::gateway_alipay(),
            base: "https://dwbillcenter.alipay.com".to_owned(),
        }
    }

    fn verify(&self, at: Timestamp, fields: &Fields) -> Result<(), &'static str> {
        let of = |name: &str| fields.get(name).map(String::as_str).ok_or("a field is missing");
        if of("app_id")? != self.merchant.app_id {
            return Err("another application");
        }
        let fixed = [("sign_type", "RSA2"), ("version", "1.0"), ("charset", "utf-8")];
        if !fixed.iter().all(|(name, value)| of(name).is_ok_and(|sent| sent.eq_ignore_ascii_case(value))) {
            return Err("a fixed field is otherwise");
        }
        let sent = moment::read(of("timestamp")?).ok_or("the timestamp is no time")?;
        if sent.duration_since(at).as_secs().abs() > CLOCK_MAX_S {
            return Err("the timestamp is too old");
        }
        let signed = fields.iter().filter(|(name, value)| *name != "sign" && !value.is_empty());
        let text: Vec<String> = signed.map(|(name, value)| format!("{name}={value}")).collect();
        match self.merchant_key.verifies(text.join("&").as_bytes(), of("sign")?) {
            true => Ok(()),
            false => Err("the signature is wrong"),
        }
    }

    fn call(fields: &Fields) -> Option<Call> {
        let content: Value = serde_json::from_str(fields.get("biz_content")?).ok()?;
        let text = |name: &str| content.get(name).and_then(Value::as_str).map(str::to_owned);
        let money = |name: &str| text(name).and_then(|text| fen(&text));
        match fields.get("method")?.as_str() {
            "alipay.trade.pay" => {
                let face = text("auth_code")?.starts_with("fp");
                (text("scene")? == if face { "security_code" } else { "bar_code" }).then_some(())?;
                (text("product_code")? == "FACE_TO_FACE_PAYMENT").then_some(())?;
                text("subject").filter(|subject| !subject.is_empty())?;
                let (no, code, amount) = (text("out_trade_no")?, text("auth_code")?, money("total_amount")?);
                let open_for_s = match text("timeout_express") {
                    Some(text) => Some(text.strip_suffix('m')?.parse::<i64>().ok()?.checked_mul(60)?),
                    None => None,
                };
                Some(Call::Pay { no, code, amount, open_for_s })
            }
            "alipay.trade.wap.pay" => {
                (text("product_code")? == "QUICK_WAP_WAY").then_some(())?;
                text("subject").filter(|subject| !subject.is_empty())?;
                let closes_at = moment::read(&text("time_expire")?)?;
                let back = fields.get("return_url")?.clone();
                Some(Call::Visit { no: text("out_trade_no")?, opens: Some((money("total_amount")?, closes_at)), back })
            }
            "alipay.trade.close" => Some(Call::Close { no: text("out_trade_no")? }),
            "alipay.trade.query" => Some(Call::Query { no: text("out_trade_no")? }),
            "alipay.trade.cancel" => Some(Call::Reverse { no: text("out_trade_no")? }),
            "alipay.trade.refund" => Some(Call::Refund {
                no: text("out_trade_no")?,
                refund_no: text("out_request_no")?,
                amount: money("refund_amount")?,
                total: None,
            }),
            "alipay.trade.fastpay.refund.query" => {
                Some(Call::QueryRefund { no: text("out_trade_no"), refund_no: text("out_request_no")? })
            }
            "alipay.data.dataservice.bill.downloadurl.query" => {
                (text("bill_type")? == "trade").then_some(())?;
                Some(Call::Bill { day: text("bill_date")?.parse::<Date>().ok()? })
            }
            _ => None,
        }
    }

    fn signed(&self, method: &str, body: &Value) -> Answer {
        let name = format!("{}_response", method.replace('.', "_"));
        let inner = body.to_string();
        let text = format!("{{\"{name}\":{inner},\"sign\":\"{}\"}}", self.own_key.sign(inner.as_bytes()));
        let headers = vec![("content-type".to_owned(), "text/html;charset=utf-8".to_owned())];
        Answer { status: 200, headers, body: text.into_bytes(), cut: false }
    }

    fn order(booked: &Booked, pays: bool) -> Value {
        let amount = yuan(booked.amount);
        let common = json!({
            "code": "10000",
            "msg": "Success",
            "out_trade_no": booked.no,
            "trade_no": booked.provider_no,
            "buyer_logon_id": "159****5620",
            "total_amount": amount,
        });
        let with = |state: &str| {
            let mut order = common.clone();
            if !pays {
                order["trade_status"] = json!(state);
            }
            order
        };
        match booked.state {
            State::Confirming if pays => {
                let mut order = common.clone();
                order["code"] = json!("10003");
                order["msg"] = json!("order success pay inprocess");
                order
            }
            State::Declined if pays => failed("ACQ.BUYER_BALANCE_NOT_ENOUGH", "买家余额不足"),
            State::Closed if pays => failed("ACQ.TRADE_HAS_CLOSE", "交易已经关闭"),
            State::Paid => {
                let mut order = with("TRADE_SUCCESS");
                order["receipt_amount"] = json!(amount);
                order["buyer_pay_amount"] = json!(amount);
                order[if pays { "gmt_payment" } else { "send_pay_date" }] =
                    json!(moment::plain(booked.paid_at.unwrap_or(booked.created_at)));
                order
            }
            State::Confirming => with("WAIT_BUYER_PAY"),
            State::Declined | State::Closed => with("TRADE_CLOSED"),
        }
    }
}

impl Face for Alipay {
    fn read(&mut self, at: Timestamp, request: &Request) -> Result<Call, Rejected> {
        if request.path() == FILES {
            // The address is the secret, as it is there.
            let day = request.query().into_iter().find(|(name, _)| name == "bizDates");
            let day = day.and_then(|(_, day)| day.parse::<Date>().ok());
            return day.map(|day| Call::Bill { day }).ok_or_else(|| Rejected {
                why: "no such file",
                answer: Answer { status: 404, headers: Vec::new(), body: Vec::new(), cut: false },
            });
        }
        let fields = fields_of(request);
        let method = fields.get("method").cloned().unwrap_or_else(|| "error".to_owned());
        let reject = |why: &'static str, code: &str| {
            let body = json!({ "code": "40002", "msg": "Invalid Arguments", "sub_code": code, "sub_msg": why });
            Rejected { why, answer: self.signed(&method, &body) }
        };
        let visits = request.method == "GET" && method == "alipay.trade.wap.pay";
        if (request.method != "POST" && !visits) || request.path() != "/gateway.do" {
            return Err(reject("no such address", "isv.invalid-method"));
        }
        self.verify(at, &fields).map_err(|why| reject(why, "isv.invalid-signature"))?;
        Self::call(&fields).ok_or_else(|| reject("the request is not as the document says", "isv.missing-arguments"))
    }

    fn write(&mut self, at: Timestamp, request: &Request, call: &Call, outcome: &Outcome) -> Answer {
        let pays = matches!(call, Call::Pay { .. });
        let body = match outcome {
            _ if matches!(call, Call::Visit { .. }) => return call.sends_back(),
            Outcome::Reversed(booked) if matches!(call, Call::Close { .. }) => json!({
                "code": "10000", "msg": "Success", "out_trade_no": booked.no, "trade_no": booked.provider_no,
            }),
            Outcome::NotReversed(_) if matches!(call, Call::Close { .. }) => {
                failed("ACQ.REASON_TRADE_STATUS_INVALID", "交易状态不合法")
            }
            Outcome::Order(booked) => Self::order(booked, pays),
            Outcome::NumberUsed => failed("ACQ.CONTEXT_INCONSISTENT", "交易信息被篡改"),
            // A cancellation succeeds, and names neither a trade nor an action when there is none.
            Outcome::NotFound => match call {
                Call::Reverse { no } => {
                    json!({ "code": "10000", "msg": "Success", "out_trade_no": no, "retry_flag": "N" })
                }
                _ => failed("ACQ.TRADE_NOT_EXIST", "交易不存在"),
            },
            Outcome::Reversed(booked) => {
                let action = if booked.charges > 0 { "refund" } else { "close" };
                json!({
                    "code": "10000", "msg": "Success", "out_trade_no": booked.no, "trade_no": booked.provider_no,
                    "retry_flag": "N", "action": action,
                })
            }
            Outcome::NotReversed(booked) => json!({
                "code": "40004", "msg": "Business Failed", "sub_code": "ACQ.SELLER_BALANCE_NOT_ENOUGH",
                "sub_msg": "商户的支付宝账户中无足够的资金进行撤销", "out_trade_no": booked.no,
                "trade_no": booked.provider_no, "retry_flag": "N",
            }),
            Outcome::Refunded(booked, refund) if matches!(call, Call::QueryRefund { .. }) => json!({
                "code": "10000", "msg": "Success", "out_trade_no": booked.no, "trade_no": booked.provider_no,
                "out_request_no": refund.no, "refund_amount": yuan(refund.amount),
                "total_amount": yuan(booked.amount), "refund_status": "REFUND_SUCCESS",
            }),
            Outcome::Refunded(booked, refund) => json!({
                "code": "10000", "msg": "Success", "out_trade_no": booked.no, "trade_no": booked.provider_no,
                "buyer_logon_id": "159****5620",
                // Repeated under the same number no money moves again.
                "fund_change": if refund.at == at { "Y" } else { "N" },
                "refund_fee": yuan(booked.refunded()),
            }),
            Outcome::RefundRefused(why) => failed("ACQ.SELLER_BALANCE_NOT_ENOUGH", why),
            // It answers success without a status to what it does not know.
            Outcome::NoRefund => json!({ "code": "10000", "msg": "Success" }),
            Outcome::SystemError => json!({
                "code": "20000", "msg": "Service Currently Unavailable", "sub_code": "isp.unknow-error",
                "sub_msg": "系统繁忙", "retry_flag": "Y",
            }),
            Outcome::Bill(file) if request.path() == FILES => {
                let headers = vec![("content-type".to_owned(), "application/zip".to_owned())];
                return Answer { status: 200, headers, body: file.clone(), cut: false };
            }
            Outcome::Bill(_) => {
                let Call::Bill { day } = call else { unreachable!("a bill answers the question for a bill") };
                let url = format!("{}{FILES}?bizType=trade&userId=20880000000000420156&bizDates={day}", self.base);
                json!({ "code": "10000", "msg": "Success", "bill_download_url": url })
            }
        };
        let method = fields_of(request).remove("method").unwrap_or_default();
        self.signed(&method, &body)
    }

    fn set_base(&mut self, base: &str) {
        self.base = base.to_owned();
    }
}

/// Parameters of the query and of the form.
fn fields_of(request: &Request) -> Fields {
    request.query().into_iter().chain(form(&String::from_utf8_lossy(&request.body))).collect()
}

fn failed(code: &str, words: &str) -> Value {
    json!({ "code": "40004", "msg": "Business Failed", "sub_code": code, "sub_msg": words })
}

/// Yuan with at most two digits, in fen.
fn fen(text: &str) -> Option<Money> {
    let (yuan, rest) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if yuan.is_empty() || rest.len() > 2 || !digits(yuan) || !digits(rest) {
        return None;
    }
    let fen: i64 = format!("{rest:0<2}").parse().ok()?;
    Some(Money::minor(yuan.parse::<i64>().ok()?.checked_mul(100)?.checked_add(fen)?))
}
