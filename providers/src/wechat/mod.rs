//! WeChat Pay v3, payment codes (付款码支付): JSON, signed with RSA both ways.
//!
//! Requests are signed over `METHOD\nPATH\nTIMESTAMP\nNONCE\nBODY\n`, responses over `TIMESTAMP\nNONCE\nBODY\n` with the
//! WeChat Pay public key or a platform certificate, named by its serial number in the response. An answer that is not
//! signed, not of these five minutes or about something else says nothing.

mod body;
pub(crate) mod codes;
mod settings;
mod sign;
#[cfg(test)]
pub(crate) mod tests;

use domain::payment::{Answer, Family, RefundAnswer, ReverseAnswer};
use hal::{PaymentOrder, PaymentSays, RefundOrder};
use jiff::civil::Date;

use crate::bill::{BillError, BillFound, BillLine, Sealed, beijing, read_wechat_bill};
use crate::http::{Request, Response};
use crate::key::{SigningKey, VerifyingKey};
use crate::open::{Closed, OpenStep, Opened, Opening, escaped, page};
use crate::order::{self, words};
use crate::provider::{Ask, Moment, Provider, RequestError};
use body::{
    Amount, BillBody, CloseBody, H5Info, H5Scene, OpenBody, PayBody, Payer, RefundAmount, RefundBody, ReverseBody,
    Said, Scene, Store,
};
use sign::Keys;

pub use settings::{ProviderKey, WechatSettings};

/// The official host.
pub const HOST: &str = "https://api.mch.weixin.qq.com";
/// The official second host, at another place.
pub const BACKUP_HOST: &str = "https://api2.mch.weixin.qq.com";

/// A merchant at WeChat Pay v3.
#[derive(Debug)]
pub struct Wechat {
    settings: WechatSettings,
    keys: Keys,
}

impl Provider for Wechat {
    fn family(&self) -> Family {
        Family::WeChat
    }

    fn request(&self, ask: &Ask, moment: Moment) -> Result<Request, RequestError> {
        order::check(ask)?;
        let order = ask.order();
        match ask {
            Ask::Pay(order, code) => {
                self.post("/v3/pay/transactions/codepay", &self.pay_body(order, code.secret()), moment)
            }
            Ask::Query(_) => {
                let path = format!("/v3/pay/transactions/out-trade-no/{}?mchid={}", order.no, self.settings.mch_id);
                self.sign("GET", &path, Vec::new(), moment)
            }
            Ask::Reverse(_) => {
                let path = format!("/v3/pay/transactions/out-trade-no/{}/reverse", order.no);
                self.post(&path, &ReverseBody { appid: &self.settings.app_id, mchid: &self.settings.mch_id }, moment)
            }
            Ask::Refund(order, refund) => self.post("/v3/refund/domestic/refunds", &refund_body(order, refund), moment),
            Ask::RefundQuery(_, refund) => {
                self.sign("GET", &format!("/v3/refund/domestic/refunds/{}", refund.no), Vec::new(), moment)
            }
        }
    }

    fn answer(&self, ask: &Ask, response: &Response, moment: Moment) -> PaymentSays {
        let Some(said) = self.verified(response, moment) else { return ask.nothing_known() };
        match ask {
            Ask::Pay(order, _) => PaymentSays::Payment(match said.error() {
                Some(code) => codes::pay(code, words(&[said.message.as_deref(), Some(code)])),
                None => self.payment(order, &said),
            }),
            Ask::Query(order) => PaymentSays::Payment(match said.error() {
                Some(code) => codes::query(code),
                None => self.payment(order, &said),
            }),
            Ask::Reverse(order) => PaymentSays::Reversal(match said.error() {
                Some(code) => codes::reverse(code),
                None if self.is_about(order, &said) => ReverseAnswer::Reversed,
                None => ReverseAnswer::Unknown,
            }),
            Ask::Refund(order, refund) | Ask::RefundQuery(order, refund) => {
                let answer = match (said.error(), ask) {
                    (Some(_), Ask::RefundQuery(..)) => RefundAnswer::Unknown,
                    (Some(code), _) => codes::refund(code, words(&[said.message.as_deref(), Some(code)])),
                    (None, _) => refunded(order, refund, &said),
                };
                PaymentSays::Refund { no: refund.no.clone(), answer }
            }
        }
    }

    /// H5 支付: the provider gives an address for the phone's browser, which opens its app.
    fn open_step(&self, opening: &Opening, moment: Moment) -> Result<OpenStep, RequestError> {
        order::check_order(&opening.order)?;
        let settings = &self.settings;
        let body = OpenBody {
            appid: &settings.app_id,
            mchid: &settings.mch_id,
            description: &settings.subject,
            out_trade_no: &opening.order.no,
            time_expire: opening.closes_at.to_zoned(beijing()).strftime("%Y-%m-%dT%H:%M:%S+08:00").to_string(),
            notify_url: &opening.notify,
            amount: Amount { total: opening.order.amount.units(), currency: "CNY" },
            scene_info: H5Scene { payer_client_ip: &opening.shopper_ip, h5_info: H5Info { kind: "Wap" } },
        };
        self.post("/v3/pay/transactions/h5", &body, moment).map(OpenStep::Ask)
    }

    fn opened(&self, opening: &Opening, response: &Response, moment: Moment) -> Opened {
        let Some(said) = self.verified(response, moment) else { return Opened::Unknown };
        match (said.error(), said.h5_url.as_deref()) {
            (Some(code), _) => match codes::pay(code, words(&[said.message.as_deref(), Some(code)])) {
                Answer::Declined { why } => Opened::Declined { why },
                _ => Opened::Unknown,
            },
            (None, Some(url)) => page(&format!("{url}&redirect_url={}", escaped(&opening.back))),
            (None, None) => Opened::Unknown,
        }
    }

    /// What was opened on a phone is closed, not reversed: a reversal is for payment codes alone.
    fn close_request(&self, order: &PaymentOrder, moment: Moment) -> Result<Request, RequestError> {
        order::check_order(order)?;
        let path = format!("/v3/pay/transactions/out-trade-no/{}/close", order.no);
        self.post(&path, &CloseBody { mchid: &self.settings.mch_id }, moment)
    }

    fn closed(&self, _: &PaymentOrder, response: &Response, moment: Moment) -> Closed {
        if response.status == 204 && self.keys.verify(response, moment) {
            return Closed::Done;
        }
        let said = self.verified(response, moment);
        said.and_then(|said| said.error().map(codes::close)).unwrap_or(Closed::Unknown)
    }

    fn bill_request(&self, day: Date, moment: Moment) -> Result<Request, RequestError> {
        self.sign("GET", &format!("/v3/bill/tradebill?bill_date={day}&bill_type=ALL"), Vec::new(), moment)
    }

    fn bill_found(&self, _day: Date, response: &Response, moment: Moment) -> Result<BillFound, BillError> {
        let said = self.verified(response, moment).ok_or(BillError::Unverified)?;
        match said.error() {
            Some("NO_STATEMENT_EXIST") => return Ok(BillFound::Empty),
            Some("STATEMENT_CREATING") => return Err(BillError::NotReady),
            Some(code) => return Err(BillError::Refused { why: words(&[said.message.as_deref(), Some(code)]) }),
            None => {}
        }
        let BillBody { hash_type, hash_value, download_url } =
            serde_json::from_slice(&response.body).map_err(|_| BillError::Unverified)?;
        let sha1 = sign::sha1(&hash_value).filter(|_| hash_type == "SHA1").ok_or(BillError::Unverified)?;
        // The file is asked for with the merchant's signature, which goes to the provider's hosts alone.
        let hosts = [Some(self.settings.url.as_str()), self.settings.backup()];
        let path = hosts.into_iter().flatten().find_map(|host| download_url.strip_prefix(host));
        let path = path.filter(|path| path.starts_with('/')).ok_or(BillError::Unverified)?;
        let request = self.sign("GET", path, Vec::new(), moment)?;
        Ok(BillFound::Fetch(Sealed { request, sha1: Some(sha1) }))
    }

    fn bill_lines(&self, sealed: &Sealed, response: &Response) -> Result<Vec<BillLine>, BillError> {
        read_wechat_bill(sealed.open(response)?)
    }
}

impl Wechat {
    /// From checked settings and keys that were read; the provider's by their serial numbers.
    pub fn new(settings: WechatSettings, own: SigningKey, theirs: Vec<(String, VerifyingKey)>) -> Wechat {
        Wechat { settings, keys: Keys { own, theirs } }
    }

    fn pay_body<'a>(&'a self, order: &'a PaymentOrder, code: &'a str) -> PayBody<'a> {
        let settings = &self.settings;
        PayBody {
            appid: &settings.app_id,
            mchid: &settings.mch_id,
            description: &settings.subject,
            out_trade_no: &order.no,
            payer: Payer { auth_code: code },
            amount: Amount { total: order.amount.units(), currency: "CNY" },
            scene_info: Scene {
                device_id: settings.device_id.as_deref(),
                device_ip: &settings.device_ip,
                store_info: settings.store_id.as_deref().map(|out_id| Store { out_id }),
            },
        }
    }

    fn post(&self, path: &str, body: &impl serde::Serialize, moment: Moment) -> Result<Request, RequestError> {
        let body = serde_json::to_vec(body).map_err(|_| RequestError::Signing)?;
        self.sign("POST", path, body, moment)
    }

    fn sign(&self, method: &'static str, path: &str, body: Vec<u8>, moment: Moment) -> Result<Request, RequestError> {
        let authorization = self.keys.authorization(&self.settings, method, path, &body, moment)?;
        let mut headers = vec![("accept", "application/json".to_owned()), ("authorization", authorization)];
        if method == "POST" {
            headers.push(("content-type", "application/json".to_owned()));
        }
        headers.extend(self.keys.asks_for().map(|serial| ("wechatpay-serial", serial.to_owned())));
        Ok(Request { method, url: format!("{}{path}", self.settings.url), headers, body })
    }

    /// What a response says, when WeChat has signed it.
    fn verified(&self, response: &Response, moment: Moment) -> Option<Said> {
        self.keys.verify(response, moment).then(|| serde_json::from_slice(&response.body).ok())?.filter(
            |said: &Said| {
                // An answer that is no success tells its code.
                response.status == 200 || said.error().is_some()
            },
        )
    }

    fn is_about(&self, order: &PaymentOrder, said: &Said) -> bool {
        said.out_trade_no.as_deref() == Some(&order.no)
            && said.mchid.as_deref() == Some(&self.settings.mch_id)
            && said.appid.as_deref() == Some(&self.settings.app_id)
    }

    fn payment(&self, order: &PaymentOrder, said: &Said) -> Answer {
        if !self.is_about(order, said) {
            return Answer::Unknown;
        }
        let whole =
            said.amount.as_ref().is_some_and(|amount| amount.total == Some(order.amount.units()) && amount.is_yuan());
        codes::trade_state(said.trade_state.as_deref().unwrap_or_default(), || match whole {
            true => order::paid(said.transaction_id.as_deref()),
            false => Answer::Unknown,
        })
    }
}

fn refund_body<'a>(order: &'a PaymentOrder, refund: &'a RefundOrder) -> RefundBody<'a> {
    RefundBody {
        out_trade_no: &order.no,
        out_refund_no: &refund.no,
        amount: RefundAmount { refund: refund.amount.units(), total: order.amount.units(), currency: "CNY" },
    }
}

fn refunded(order: &PaymentOrder, refund: &RefundOrder, said: &Said) -> RefundAnswer {
    let is_it = said.out_trade_no.as_deref() == Some(&order.no) && said.out_refund_no.as_deref() == Some(&refund.no);
    let whole = said.amount.as_ref().is_some_and(|amount| {
        amount.refund == Some(refund.amount.units()) && amount.total == Some(order.amount.units()) && amount.is_yuan()
    });
    match said.status.as_deref() {
        Some(status) if is_it && whole => codes::refund_state(status, words(&[Some(status)])),
        Some(_) | None => RefundAnswer::Unknown,
    }
}
