//! 微信支付 APIv3: JSON, signed by RSA both ways in headers.

use std::collections::BTreeMap;

use domain::money::Money;
use jiff::Timestamp;
use jiff::civil::Date;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use serde_json::{Value, json};

use super::books::{Booked, Refunded, State};
use super::call::{Answer, Call, Face, Outcome, Rejected, Request, SIGNATURE_HEADER};
use super::keys::{self, KeyPair};
use super::merchant::WeChatMerchant;
use super::moment;

/// How far a request's clock may be from the provider's, in seconds.
const CLOCK_MAX_S: i64 = 300;
const SCHEME: &str = "WECHATPAY2-SHA256-RSA2048 ";
const ORDERS: &str = "/v3/pay/transactions/out-trade-no/";
const REFUNDS: &str = "/v3/refund/domestic/refunds";
const FILES: &str = "/v3/billdownload/file";
/// The page that a shopper's phone opens.
const PAGE: &str = "/h5/pay";

/// The protocol, with the merchant that it knows.
pub(super) struct WeChatV3 {
    merchant: WeChatMerchant,
    merchant_key: KeyPair,
    own_key: KeyPair,
    /// Nonces of requests within the clock's window.
    nonces: BTreeMap<String, i64>,
    answers: u64,
    base: String,
}

impl WeChatV3 {
    pub(super) fn new(merchant: &WeChatMerchant) -> WeChatV3 {
        WeChatV3 {
            merchant: merchant.clone(),
            merchant_key: keys::merchant_wechat(),
            own_key: keys::platform_wechat(),
            nonces: BTreeMap::new(),
            answers: 0,
            base: "https://api.mch.weixin.qq.com".to_owned(),
        }
    }

    fn reject(&mut self, at: Timestamp, why: &'static str, status: u16, code: &str) -> Rejected {
        let body = json!({ "code": code, "message": why });
        Rejected { why, answer: self.signed(at, status, body.to_string().into_bytes()) }
    }

    fn verify(&mut self, at: Timestamp, request: &Request) -> Result<(), &'static str> {
        let header = request.header("authorization").ok_or("no authorization")?;
        let fields = header.strip_prefix(SCHEME).ok_or("another scheme of authorization")?;
        let fields: BTreeMap<&str, &str> = fields
            .split(',')
            .filter_map(|field| field.trim().split_once('='))
            .map(|(name, value)| (name, value.trim_matches('"')))
            .collect();
        let of = |name: &str| fields.get(name).copied().ok_or("a field of the authorization is missing");
        if of("mchid")? != self.merchant.mchid || of("serial_no")? != self.merchant.serial {
            return Err("another merchant or certificate");
        }
        let (timestamp, nonce) = (of("timestamp")?, of("nonce_str")?);
        let sent: i64 = timestamp.parse().map_err(|_| "the timestamp is no number")?;
        let now = at.as_second();
        if (sent - now).abs() > CLOCK_MAX_S {
            return Err("the timestamp is too old");
        }
        let body = String::from_utf8_lossy(&request.body);
        let message = format!("{}\n{}\n{timestamp}\n{nonce}\n{body}\n", request.method, request.target);
        if !self.merchant_key.verifies(message.as_bytes(), of("signature")?) {
            return Err("the signature is wrong");
        }
        self.nonces.retain(|_, sent| (*sent - now).abs() <= CLOCK_MAX_S);
        if self.nonces.insert(nonce.to_owned(), sent).is_some() {
            return Err("the nonce was used before");
        }
        let json = |name: &str| request.header(name).is_some_and(|value| value.starts_with("application/json"));
        match request.method.as_str() {
            "POST" if !json("content-type") => Err("the content type is not JSON"),
            _ if !json("accept") && !request.path().starts_with(FILES) => Err("JSON is not accepted"),
            _ => Ok(()),
        }
    }

    fn call(&self, request: &Request) -> Option<Call> {
        let body: Value = match request.body.is_empty() {
            true => Value::Null,
            false => serde_json::from_slice(&request.body).ok()?,
        };
        let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        let money = |pointer: &str| body.pointer(pointer).and_then(Value::as_i64).map(Money::minor);
        let query = request.query();
        let asked = |name: &str| query.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        let ours = |appid: bool| {
            let known = text("/mchid").as_deref() == Some(&*self.merchant.mchid);
            (known && (!appid || text("/appid").as_deref() == Some(&*self.merchant.appid))).then_some(())
        };
        let path = request.path();
        match (request.method.as_str(), path) {
            ("POST", "/v3/pay/transactions/codepay") => {
                ours(true)?;
                text("/description").filter(|text| !text.is_empty())?;
                body.pointer("/scene_info")?;
                (text("/amount/currency")? == "CNY").then_some(())?;
                Some(Call::Pay {
                    no: text("/out_trade_no")?,
                    code: text("/payer/auth_code")?,
                    amount: money("/amount/total")?,
                    open_for_s: None,
                })
            }
            ("POST", "/v3/pay/transactions/h5") => {
                ours(true)?;
                text("/description").filter(|text| !text.is_empty())?;
                text("/notify_url").filter(|url| url.starts_with("https://") && !url.contains('?'))?;
                text("/scene_info/payer_client_ip")?.parse::<std::net::IpAddr>().ok()?;
                (text("/scene_info/h5_info/type")? == "Wap" && text("/amount/currency")? == "CNY").then_some(())?;
                Some(Call::Open {
                    no: text("/out_trade_no")?,
                    amount: money("/amount/total")?,
                    closes_at: text("/time_expire")?.parse::<Timestamp>().ok()?,
                })
            }
            ("POST", _) if path.ends_with("/close") => {
                ours(false)?;
                let no = path.strip_prefix(ORDERS)?.strip_suffix("/close")?;
                Some(Call::Close { no: no.to_owned() })
            }
            ("POST", REFUNDS) => Some(Call::Refund {
                no: text("/out_trade_no")?,
                refund_no: text("/out_refund_no")?,
                amount: money("/amount/refund")?,
                total: Some(money("/amount/total")?),
            }),
            ("GET", "/v3/bill/tradebill") => Some(Call::Bill { day: asked("bill_date")?.parse::<Date>().ok()? }),
            ("GET", FILES) => Some(Call::Bill { day: asked("token")?.parse::<Date>().ok()? }),
            ("POST", _) => {
                ours(true)?;
                let no = path.strip_prefix(ORDERS)?.strip_suffix("/reverse")?;
                Some(Call::Reverse { no: no.to_owned() })
            }
            ("GET", _) => match path.strip_prefix(REFUNDS).and_then(|rest| rest.strip_prefix('/')) {
                Some(refund_no) => Some(Call::QueryRefund { no: None, refund_no: refund_no.to_owned() }),
                None => {
                    (asked("mchid")? == self.merchant.mchid).then_some(())?;
                    Some(Call::Query { no: path.strip_prefix(ORDERS)?.to_owned() })
                }
            },
            _ => None,
        }
    }

    fn order(&self, booked: &Booked) -> Value {
        let state = match booked.state {
            State::Paid if booked.refunds.is_empty() => "SUCCESS",
            State::Paid => "REFUND",
            State::Confirming => "USERPAYING",
            State::Declined => "PAYERROR",
            State::Closed => "REVOKED",
        };
        let mut order = json!({
            "appid": self.merchant.appid,
            "mchid": self.merchant.mchid,
            "out_trade_no": booked.no,
            "trade_type": "MICROPAY",
            "trade_state": state,
            "trade_state_desc": state,
            "attach": "",
            "bank_type": "OTHERS",
        });
        if booked.state == State::Paid {
            let total = booked.amount.units();
            order["transaction_id"] = json!(booked.provider_no);
            order["success_time"] = json!(moment::rfc3339(booked.paid_at.unwrap_or(booked.created_at)));
            order["payer"] = json!({ "openid": "o0000000000000000000000000042" });
            order["amount"] =
                json!({ "total": total, "payer_total": total, "currency": "CNY", "payer_currency": "CNY" });
        }
        order
    }

    fn refund(at: Timestamp, booked: &Booked, refund: &Refunded) -> Value {
        let (total, back) = (booked.amount.units(), refund.amount.units());
        json!({
            "refund_id": refund.provider_no,
            "out_refund_no": refund.no,
            "transaction_id": booked.provider_no,
            "out_trade_no": booked.no,
            "channel": "ORIGINAL",
            "user_received_account": "支付用户零钱",
            "create_time": moment::rfc3339(refund.at),
            // Money goes back in the background.
            "status": if refund.at == at { "PROCESSING" } else { "SUCCESS" },
            "funds_account": "UNSETTLED",
            "amount": {
                "total": total, "refund": back, "payer_total": total, "payer_refund": back, "settlement_refund": back,
                "settlement_total": total, "discount_refund": 0, "currency": "CNY",
            },
        })
    }

    fn signed(&mut self, at: Timestamp, status: u16, body: Vec<u8>) -> Answer {
        self.answers += 1;
        let (timestamp, nonce) = (at.as_second().to_string(), format!("{:032x}", self.answers));
        let mut message = format!("{timestamp}\n{nonce}\n").into_bytes();
        message.extend(&body);
        message.push(b'\n');
        let of = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let headers = vec![
            of("content-type", "application/json; charset=utf-8"),
            of("wechatpay-timestamp", &timestamp),
            of("wechatpay-nonce", &nonce),
            of("wechatpay-serial", &self.merchant.platform_key_id),
            of("wechatpay-signature-type", "WECHATPAY2-SHA256-RSA2048"),
            of(SIGNATURE_HEADER, &self.own_key.sign(&message)),
        ];
        Answer { status, headers, body, cut: false }
    }
}

fn error(status: u16, code: &str, message: &str) -> (u16, Value) {
    (status, json!({ "code": code, "message": message }))
}

impl Face for WeChatV3 {
    fn read(&mut self, at: Timestamp, request: &Request) -> Result<Call, Rejected> {
        if request.path() == PAGE {
            // A phone's browser: nobody signs there.
            let asked = |name: &str| request.query().into_iter().find(|(known, _)| known == name);
            let (no, back) = (asked("prepay_id"), asked("redirect_url"));
            if let (Some((_, no)), Some((_, back))) = (no, back) {
                return Ok(Call::Visit { no, opens: None, back });
            }
        }
        if let Err(why) = self.verify(at, request) {
            return Err(self.reject(at, why, 401, "SIGN_ERROR"));
        }
        match self.call(request) {
            Some(call) => Ok(call),
            None => Err(self.reject(at, "the request is not as the document says", 400, "PARAM_ERROR")),
        }
    }

    fn write(&mut self, at: Timestamp, request: &Request, call: &Call, outcome: &Outcome) -> Answer {
        let pays = matches!(call, Call::Pay { .. });
        let (status, body) = match outcome {
            _ if matches!(call, Call::Visit { .. }) => return call.sends_back(),
            Outcome::Order(booked) if matches!(call, Call::Open { .. }) => {
                (200, json!({ "h5_url": format!("{}{PAGE}?prepay_id={}&package=1", self.base, booked.no) }))
            }
            Outcome::Reversed(_) if matches!(call, Call::Close { .. }) => return self.signed(at, 204, Vec::new()),
            Outcome::NotReversed(_) if matches!(call, Call::Close { .. }) => error(400, "ORDERPAID", "该订单已支付"),
            Outcome::Order(booked) => match booked.state {
                State::Confirming if pays => error(202, "USERPAYING", "需要用户输入支付密码"),
                State::Declined if pays => error(403, "NOT_ENOUGH", "余额不足"),
                State::Closed if pays => error(403, "ORDER_CLOSED", "订单已关闭"),
                State::Confirming | State::Declined | State::Closed | State::Paid => (200, self.order(booked)),
            },
            Outcome::NumberUsed => error(403, "OUT_TRADE_NO_USED", "商户订单号重复"),
            Outcome::NotFound if matches!(call, Call::Refund { .. }) => error(404, "RESOURCE_NOT_EXISTS", "订单不存在"),
            Outcome::NotFound => error(404, "ORDER_NOT_EXIST", "订单不存在"),
            Outcome::Reversed(booked) => {
                let (appid, mchid) = (&self.merchant.appid, &self.merchant.mchid);
                (200, json!({ "appid": appid, "mchid": mchid, "out_trade_no": booked.no }))
            }
            Outcome::NotReversed(_) => error(403, "REVERSE_EXPIRE", "订单无法撤销"),
            Outcome::Refunded(booked, refund) => (200, Self::refund(at, booked, refund)),
            Outcome::RefundRefused(why) => error(403, "NOT_ENOUGH", why),
            Outcome::NoRefund => error(404, "RESOURCE_NOT_EXISTS", "退款单不存在"),
            Outcome::SystemError => error(500, "SYSTEM_ERROR", "系统异常，请用相同参数重新调用"),
            Outcome::Bill(file) if request.path() == FILES => {
                let headers = vec![("content-type".to_owned(), "text/plain".to_owned())];
                return Answer { status: 200, headers, body: file.clone(), cut: false };
            }
            Outcome::Bill(file) => {
                let Call::Bill { day } = call else { unreachable!("a bill answers the question for a bill") };
                let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, file);
                let hash: String = hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
                let url = format!("{}{FILES}?token={day}", self.base);
                (200, json!({ "hash_type": "SHA1", "hash_value": hash, "download_url": url }))
            }
        };
        self.signed(at, status, body.to_string().into_bytes())
    }

    fn set_base(&mut self, base: &str) {
        self.base = base.to_owned();
    }
}
