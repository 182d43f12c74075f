//! Alipay, payment codes (当面付): forms with JSON in them, signed with RSA2 both ways.
//!
//! Requests are signed over their sorted parameters, answers over the text of their `<method>_response` as it came. An
//! answer that is not signed or is about something else says nothing.

mod body;
mod codes;
mod settings;
mod sign;
#[cfg(test)]
pub(crate) mod tests;

use domain::payment::{Answer, Family, RefundAnswer, ReverseAnswer};
use hal::{PaymentOrder, PaymentSays, RefundOrder};
use jiff::civil::Date;
use serde::Serialize;

use crate::bill::{BillError, BillFound, BillLine, Sealed, beijing, read_alipay_bill};
use crate::http::{Request, Response};
use crate::key::{SigningKey, VerifyingKey};
use crate::open::{Closed, OpenStep, Opening};
use crate::order::{self, read_yuan, words, yuan};
use crate::provider::{Ask, Moment, Provider, RequestError};
use body::{BillContent, OpenContent, OrderContent, PayContent, RefundContent, Said};
use codes::DONE;
use sign::Parameters;

pub use settings::AlipaySettings;

/// The official gateway.
pub const GATEWAY: &str = "https://openapi.alipay.com/gateway.do";
/// After that time Alipay closes a payment that nobody confirmed: later than any cancellation, sooner than a shopper
/// could be surprised.
const OPEN_FOR: &str = "5m";
/// The method that closes what nobody has paid.
const CLOSE: &str = "alipay.trade.close";
/// The method that tells where a bill lies.
const BILL: &str = "alipay.data.dataservice.bill.downloadurl.query";

/// A merchant at Alipay.
#[derive(Debug)]
pub struct Alipay {
    settings: AlipaySettings,
    own: SigningKey,
    theirs: VerifyingKey,
}

/// The method that puts a question.
fn method(ask: &Ask) -> &'static str {
    match ask {
        Ask::Pay(..) => "alipay.trade.pay",
        Ask::Query(_) => "alipay.trade.query",
        Ask::Reverse(_) => "alipay.trade.cancel",
        Ask::Refund(..) => "alipay.trade.refund",
        Ask::RefundQuery(..) => "alipay.trade.fastpay.refund.query",
    }
}

impl Provider for Alipay {
    fn family(&self) -> Family {
        Family::Alipay
    }

    fn request(&self, ask: &Ask, moment: Moment) -> Result<Request, RequestError> {
        order::check(ask)?;
        let order = ask.order();
        match ask {
            Ask::Pay(order, code) => self.post(method(ask), &self.pay_content(order, code.secret()), moment),
            Ask::Query(_) | Ask::Reverse(_) => {
                self.post(method(ask), &OrderContent { out_trade_no: &order.no }, moment)
            }
            Ask::Refund(_, refund) => {
                self.post(method(ask), &refund_content(order, refund, Some(yuan(refund.amount))), moment)
            }
            Ask::RefundQuery(_, refund) => self.post(method(ask), &refund_content(order, refund, None), moment),
        }
    }

    fn answer(&self, ask: &Ask, response: &Response, _moment: Moment) -> PaymentSays {
        let Some(said) = self.verified(method(ask), response) else { return ask.nothing_known() };
        match ask {
            Ask::Pay(order, _) => PaymentSays::Payment(match said.code.as_str() {
                DONE if said.trade_status.is_empty() => said.paid(order),
                DONE => codes::trade_status(&said.trade_status, || said.paid(order)),
                codes::WAITING => Answer::Waiting,
                code if codes::refuses_payment(code, &said.sub_code) => Answer::Declined { why: said.words() },
                _ => Answer::Unknown,
            }),
            Ask::Query(order) => PaymentSays::Payment(match (said.code.as_str(), said.sub_code.as_str()) {
                (DONE, _) if said.out_trade_no == order.no => {
                    codes::trade_status(&said.trade_status, || said.paid(order))
                }
                (codes::FAILED, "ACQ.TRADE_NOT_EXIST") => Answer::NotFound,
                (_, _) => Answer::Unknown,
            }),
            Ask::Reverse(order) => PaymentSays::Reversal(said.cancelled(order)),
            Ask::Refund(order, refund) => {
                let answer = match said.code.as_str() {
                    DONE if said.out_trade_no == order.no && said.fund_change == "Y" => RefundAnswer::Refunded,
                    code if codes::refuses_refund(code, &said.sub_code) => RefundAnswer::Refused { why: said.words() },
                    _ => RefundAnswer::Unknown,
                };
                PaymentSays::Refund { no: refund.no.clone(), answer }
            }
            Ask::RefundQuery(order, refund) => {
                let is_it = said.code == DONE
                    && said.out_trade_no == order.no
                    && said.out_request_no == refund.no
                    && read_yuan(&said.refund_amount) == Some(refund.amount);
                let done = is_it && said.refund_status == "REFUND_SUCCESS";
                let answer = if done { RefundAnswer::Refunded } else { RefundAnswer::Unknown };
                PaymentSays::Refund { no: refund.no.clone(), answer }
            }
        }
    }

    /// A refund that moved no money this time was perhaps done the last time: that is another method's to tell.
    fn follow_up(&self, ask: &Ask, response: &Response, _moment: Moment) -> Option<Ask> {
        let Ask::Refund(order, refund) = ask else { return None };
        let said = self.verified(method(ask), response)?;
        let open = said.code == DONE && said.fund_change != "Y";
        open.then(|| Ask::RefundQuery(order.clone(), refund.clone()))
    }

    /// 手机网站支付: a signed address that the phone's browser opens. The order is there when the shopper has opened it.
    fn open_step(&self, opening: &Opening, moment: Moment) -> Result<OpenStep, RequestError> {
        order::check_order(&opening.order)?;
        let content = OpenContent {
            out_trade_no: &opening.order.no,
            product_code: "QUICK_WAP_WAY",
            subject: &self.settings.subject,
            total_amount: yuan(opening.order.amount),
            time_expire: opening.closes_at.to_zoned(beijing()).strftime("%Y-%m-%d %H:%M:%S").to_string(),
            quit_url: &opening.back,
            store_id: self.settings.store_id.as_deref(),
        };
        let mut parameters = self.parameters("alipay.trade.wap.pay", &content, moment)?;
        parameters.insert("return_url", opening.back.clone());
        let signature = sign::sign(&parameters, &self.own)?;
        parameters.insert("sign", signature);
        let query = String::from_utf8(sign::form(&parameters)).map_err(|_| RequestError::Signing)?;
        Ok(OpenStep::Here(format!("{}?{query}", self.settings.url)))
    }

    /// What was opened on a phone is closed, not cancelled.
    fn close_request(&self, order: &PaymentOrder, moment: Moment) -> Result<Request, RequestError> {
        order::check_order(order)?;
        self.post(CLOSE, &OrderContent { out_trade_no: &order.no }, moment)
    }

    fn closed(&self, order: &PaymentOrder, response: &Response, _: Moment) -> Closed {
        let Some(said) = self.verified(CLOSE, response) else { return Closed::Unknown };
        match (said.code.as_str(), said.sub_code.as_str()) {
            (DONE, _) if said.out_trade_no == order.no => Closed::Done,
            (codes::FAILED, "ACQ.TRADE_NOT_EXIST") => Closed::NotFound,
            (codes::FAILED, "ACQ.TRADE_STATUS_ERROR" | "ACQ.REASON_TRADE_STATUS_INVALID") => Closed::NotOpen,
            (_, _) => Closed::Unknown,
        }
    }

    fn bill_request(&self, day: Date, moment: Moment) -> Result<Request, RequestError> {
        self.post(BILL, &BillContent { bill_type: "trade", bill_date: day.to_string() }, moment)
    }

    fn bill_found(&self, _day: Date, response: &Response, _moment: Moment) -> Result<BillFound, BillError> {
        let said = self.verified(BILL, response).ok_or(BillError::Unverified)?;
        match (said.code.as_str(), said.sub_code.to_ascii_lowercase().as_str()) {
            (DONE, _) if said.bill_download_url.starts_with("https://") => {
                let request = Request { method: "GET", url: said.bill_download_url, headers: vec![], body: vec![] };
                Ok(BillFound::Fetch(Sealed { request, sha1: None }))
            }
            (codes::FAILED, sub_code) if sub_code.ends_with("no_bill_data") => Ok(BillFound::Empty),
            (codes::FAILED, sub_code) if sub_code.ends_with("bill_not_exist") => Err(BillError::NotReady),
            (_, _) => Err(BillError::Refused { why: said.words() }),
        }
    }

    fn bill_lines(&self, sealed: &Sealed, response: &Response) -> Result<Vec<BillLine>, BillError> {
        read_alipay_bill(sealed.open(response)?)
    }
}

impl Alipay {
    /// From checked settings, the application's key and Alipay's.
    pub fn new(settings: AlipaySettings, own: SigningKey, theirs: VerifyingKey) -> Alipay {
        Alipay { settings, own, theirs }
    }

    fn pay_content<'a>(&'a self, order: &'a PaymentOrder, code: &'a str) -> PayContent<'a> {
        PayContent {
            out_trade_no: &order.no,
            product_code: "FACE_TO_FACE_PAYMENT",
            scene: if code.starts_with("fp") { "security_code" } else { "bar_code" },
            auth_code: code,
            subject: &self.settings.subject,
            total_amount: yuan(order.amount),
            timeout_express: OPEN_FOR,
            store_id: self.settings.store_id.as_deref(),
            terminal_id: self.settings.terminal_id.as_deref(),
        }
    }

    fn post(&self, method: &str, content: &impl Serialize, moment: Moment) -> Result<Request, RequestError> {
        let mut parameters = self.parameters(method, content, moment)?;
        let signature = sign::sign(&parameters, &self.own)?;
        parameters.insert("sign", signature);
        let headers = vec![("content-type", "application/x-www-form-urlencoded;charset=utf-8".to_owned())];
        Ok(Request { method: "POST", url: self.settings.url.clone(), headers, body: sign::form(&parameters) })
    }

    fn parameters(&self, method: &str, content: &impl Serialize, moment: Moment) -> Result<Parameters, RequestError> {
        let content = serde_json::to_string(content).map_err(|_| RequestError::Signing)?;
        let timestamp = moment.at.to_zoned(beijing()).strftime("%Y-%m-%d %H:%M:%S").to_string();
        Ok([
            ("app_id", self.settings.app_id.clone()),
            ("biz_content", content),
            ("charset", "utf-8".to_owned()),
            ("format", "JSON".to_owned()),
            ("method", method.to_owned()),
            ("sign_type", "RSA2".to_owned()),
            ("timestamp", timestamp),
            ("version", "1.0".to_owned()),
        ]
        .into())
    }

    fn verified(&self, method: &str, response: &Response) -> Option<Said> {
        sign::verified(&response.body, method, &self.theirs).filter(|_| response.status == 200)
    }
}

fn refund_content<'a>(order: &'a PaymentOrder, refund: &'a RefundOrder, amount: Option<String>) -> RefundContent<'a> {
    RefundContent { out_trade_no: &order.no, out_request_no: &refund.no, refund_amount: amount }
}

impl Said {
    fn words(&self) -> String {
        words(&[Some(&self.sub_msg), Some(&self.sub_code), Some(&self.msg)])
    }

    fn paid(&self, order: &PaymentOrder) -> Answer {
        let is_it = self.out_trade_no == order.no && read_yuan(&self.total_amount) == Some(order.amount);
        if is_it { order::paid(Some(&self.trade_no)) } else { Answer::Unknown }
    }

    /// The action is told whenever there is such a trade. `retry_flag=Y` asks for another cancellation.
    fn cancelled(&self, order: &PaymentOrder) -> ReverseAnswer {
        if codes::refuses_cancel(&self.code, &self.sub_code) && self.retry_flag != "Y" {
            // Only an answer that names the order and its trade says that money has moved.
            let trade_no = (self.out_trade_no == order.no).then_some(self.trade_no.as_str());
            return order::provider_no(trade_no)
                .map_or(ReverseAnswer::Unknown, |provider_no| ReverseAnswer::StillPaid { provider_no });
        }
        if self.code != DONE || self.out_trade_no != order.no || self.retry_flag != "N" {
            return ReverseAnswer::Unknown;
        }
        match (self.action.as_str(), self.trade_no.as_str()) {
            ("close" | "refund", _) => ReverseAnswer::Reversed,
            ("", "") => ReverseAnswer::NotFound,
            (_, _) => ReverseAnswer::Unknown,
        }
    }
}
