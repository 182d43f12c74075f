//! WeChat Pay v2, payment codes, for merchants that were never moved to v3: flat XML, signed with a shared key.
//!
//! An answer carries no time, so an old one cannot be told from a new one by itself; what ties it to a question is the
//! connection and the numbers in it.

mod settings;
mod sign;
#[cfg(test)]
pub(crate) mod tests;
mod xml;

use domain::payment::{Answer, Family, RefundAnswer, ReverseAnswer};
use hal::{PaymentOrder, PaymentSays, RefundOrder};
use jiff::civil::Date;

use crate::bill::{BillError, BillFound, BillLine, Sealed, read_wechat_bill};
use crate::http::{Request, Response};
use crate::order::{self, words};
use crate::provider::{Ask, Moment, Provider, RequestError};
use crate::wechat::codes;
use sign::ApiKey;
use xml::Fields;

pub use settings::WechatV2Settings;
pub use sign::SignType;

/// A merchant at WeChat Pay v2.
#[derive(Debug)]
pub struct WechatV2 {
    settings: WechatV2Settings,
    key: ApiKey,
}

impl Provider for WechatV2 {
    fn family(&self) -> Family {
        Family::WeChat
    }

    fn request(&self, ask: &Ask, moment: Moment) -> Result<Request, RequestError> {
        order::check(ask)?;
        let settings = &self.settings;
        let order = ask.order();
        let mut fields = Fields::new();
        let mut set = |name: &str, value: &str| _ = fields.insert(name.to_owned(), value.to_owned());
        set("out_trade_no", &order.no);
        let path = match ask {
            Ask::Pay(order, code) => {
                set("body", &settings.subject);
                set("device_info", settings.device_id.as_deref().unwrap_or_default());
                set("total_fee", &order.amount.units().to_string());
                set("fee_type", "CNY");
                set("spbill_create_ip", &settings.device_ip);
                set("auth_code", code.secret());
                "/pay/micropay"
            }
            Ask::Query(_) => "/pay/orderquery",
            Ask::Reverse(_) => "/secapi/pay/reverse",
            Ask::Refund(order, refund) => {
                set("out_refund_no", &refund.no);
                set("total_fee", &order.amount.units().to_string());
                set("refund_fee", &refund.amount.units().to_string());
                set("refund_fee_type", "CNY");
                "/secapi/pay/refund"
            }
            Ask::RefundQuery(_, refund) => {
                set("out_refund_no", &refund.no);
                // One number alone may be given.
                set("out_trade_no", "");
                "/pay/refundquery"
            }
        };
        Ok(self.post(path, fields, moment))
    }

    fn answer(&self, ask: &Ask, response: &Response, _moment: Moment) -> PaymentSays {
        let Some(said) = self.verified(response) else { return ask.nothing_known() };
        match ask {
            Ask::Pay(order, _) => PaymentSays::Payment(match said.error() {
                Some(code) => codes::pay(code, said.words(code)),
                None => said.paid(order),
            }),
            Ask::Query(order) => PaymentSays::Payment(match said.error() {
                Some(code) => codes::query(code),
                None if !said.is("out_trade_no", &order.no) => Answer::Unknown,
                None => codes::trade_state(said.get("trade_state"), || said.paid(order)),
            }),
            Ask::Reverse(_) => PaymentSays::Reversal(match (said.error(), said.get("recall")) {
                (Some(_), "Y") => ReverseAnswer::Unknown,
                (Some(code), _) => codes::reverse(code),
                (None, "N") => ReverseAnswer::Reversed,
                (None, _) => ReverseAnswer::Unknown,
            }),
            Ask::Refund(_, refund) => {
                let answer = match said.error() {
                    Some(code) => codes::refund(code, said.words(code)),
                    // It was taken in; how it stands is asked.
                    None => RefundAnswer::Unknown,
                };
                PaymentSays::Refund { no: refund.no.clone(), answer }
            }
            Ask::RefundQuery(order, refund) => {
                let answer = said.refund_state(order, refund).unwrap_or(RefundAnswer::Unknown);
                PaymentSays::Refund { no: refund.no.clone(), answer }
            }
        }
    }

    fn follow_up(&self, ask: &Ask, response: &Response, _moment: Moment) -> Option<Ask> {
        let Ask::Refund(order, refund) = ask else { return None };
        let said = self.verified(response)?;
        let taken = said.error().is_none() && said.is("out_refund_no", &refund.no);
        taken.then(|| Ask::RefundQuery(order.clone(), refund.clone()))
    }

    fn bill_request(&self, day: Date, moment: Moment) -> Result<Request, RequestError> {
        let mut fields = Fields::new();
        fields.insert("bill_date".to_owned(), day.strftime("%Y%m%d").to_string());
        fields.insert("bill_type".to_owned(), "ALL".to_owned());
        Ok(self.post("/pay/downloadbill", fields, moment))
    }

    /// The bill is the response itself, and v2 signs none: it is as trustworthy as the connection.
    fn bill_found(&self, _day: Date, response: &Response, _moment: Moment) -> Result<BillFound, BillError> {
        if response.status != 200 {
            return Err(BillError::Refused { why: format!("status {}", response.status) });
        }
        let Some(fields) = xml::read(&response.body) else {
            return read_wechat_bill(&response.body).map(BillFound::Here);
        };
        let said = Said(fields);
        match said.get("return_msg") {
            "No Bill Exist" => Ok(BillFound::Empty),
            "Bill Creating" => Err(BillError::NotReady),
            why => Err(BillError::Refused { why: words(&[Some(why)]) }),
        }
    }

    fn bill_lines(&self, sealed: &Sealed, response: &Response) -> Result<Vec<BillLine>, BillError> {
        read_wechat_bill(sealed.open(response)?)
    }
}

impl WechatV2 {
    /// From checked settings and the merchant's key; `None` when it is not of 32 letters and digits.
    pub fn new(settings: WechatV2Settings, key: &[u8]) -> Option<WechatV2> {
        ApiKey::parse(key).map(|key| WechatV2 { settings, key })
    }

    fn post(&self, path: &str, mut fields: Fields, moment: Moment) -> Request {
        let settings = &self.settings;
        let known = [
            ("appid", settings.app_id.clone()),
            ("mch_id", settings.mch_id.clone()),
            ("nonce_str", format!("{:032X}", moment.nonce)),
            ("sign_type", settings.sign_type.name().to_owned()),
        ];
        fields.extend(known.map(|(name, value)| (name.to_owned(), value)));
        fields.retain(|_, value| !value.is_empty());
        let signature = sign::sign(&fields, &self.key, settings.sign_type);
        fields.insert("sign".to_owned(), signature);
        let headers = vec![("content-type", "text/xml; charset=utf-8".to_owned())];
        Request {
            method: "POST",
            url: format!("{}{path}", settings.url),
            headers,
            body: xml::write(&fields).into_bytes(),
        }
    }

    /// What a response says, when the provider has signed it for this merchant.
    fn verified(&self, response: &Response) -> Option<Said> {
        let said = Said(xml::read(&response.body).filter(|_| response.status == 200)?);
        let signed = sign::verifies(&said.0, &self.key, self.settings.sign_type);
        let ours = said.is("appid", &self.settings.app_id) && said.is("mch_id", &self.settings.mch_id);
        let whole = matches!(said.get("result_code"), "SUCCESS" | "FAIL");
        (signed && ours && whole && said.is("return_code", "SUCCESS")).then_some(said)
    }
}

/// A verified answer.
struct Said(Fields);

impl Said {
    fn get(&self, name: &str) -> &str {
        self.0.get(name).map(String::as_str).unwrap_or_default()
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.get(name) == value
    }

    /// Its error code, when it is one; a failure without a code has an empty one.
    fn error(&self) -> Option<&str> {
        (!self.is("result_code", "SUCCESS")).then(|| self.get("err_code"))
    }

    fn words(&self, code: &str) -> String {
        words(&[Some(self.get("err_code_des")), Some(code)])
    }

    fn paid(&self, order: &PaymentOrder) -> Answer {
        let is_it = self.is("out_trade_no", &order.no) && self.is("total_fee", &order.amount.units().to_string());
        let yuan = matches!(self.get("fee_type"), "" | "CNY");
        if is_it && yuan { order::paid(Some(self.get("transaction_id"))) } else { Answer::Unknown }
    }

    /// How the one refund that was asked about stands.
    fn refund_state(&self, order: &PaymentOrder, refund: &RefundOrder) -> Option<RefundAnswer> {
        let is_it = self.error().is_none()
            && self.is("out_trade_no", &order.no)
            && self.is("out_refund_no_0", &refund.no)
            && self.is("refund_fee_0", &refund.amount.units().to_string());
        let state = self.get("refund_status_0");
        is_it.then(|| codes::refund_state(state, words(&[Some(state)])))
    }
}
