//! What every provider is to the till.

use domain::payment::{Family, ReverseAnswer};
use hal::{PaymentCode, PaymentOrder, PaymentSays, RefundOrder};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::bill::{BillError, BillFound, BillLine, Sealed};
use crate::http::{Request, Response};
use crate::open::{Closed, OpenStep, Opened, Opening};

/// A question to a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Take this money by this code.
    Pay(PaymentOrder, PaymentCode),
    /// Say how this payment stands.
    Query(PaymentOrder),
    /// Take this payment back, or close it.
    Reverse(PaymentOrder),
    /// Give this payment back, or a part of it; the same number is refunded once.
    Refund(PaymentOrder, RefundOrder),
    /// Say how this refund stands. Comes from [`Provider::follow_up`] alone; its answer is one about the refund.
    RefundQuery(PaymentOrder, RefundOrder),
}

impl Ask {
    /// The payment that it is about.
    pub fn order(&self) -> &PaymentOrder {
        match self {
            Ask::Pay(order, _)
            | Ask::Query(order)
            | Ask::Reverse(order)
            | Ask::Refund(order, _)
            | Ask::RefundQuery(order, _) => order,
        }
    }
}

/// Time and chance of one request or response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The clock.
    pub at: Timestamp,
    /// A number that nobody can guess.
    pub nonce: u128,
}

/// Why no request was made; nothing was sent then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// This provider moves no money of that kind, or not in that currency.
    #[error("{0}")]
    Unfit(&'static str),
    /// The merchant's key could not sign.
    #[error("failed signing with the merchant's key")]
    Signing,
}

/// A provider, with the merchant's keys. Pure.
pub trait Provider: Send + Sync {
    /// Whose payments it moves.
    fn family(&self) -> Family;

    /// The same of one that moves payments of several families.
    fn families(&self) -> Vec<Family> {
        vec![self.family()]
    }

    /// What people call it.
    fn make(&self) -> Option<&'static str> {
        match self.family() {
            Family::WeChat => Some("WeChat Pay"),
            Family::Alipay => Some("Alipay"),
            Family::UnionPay => Some("UnionPay"),
            Family::Terminal => None,
        }
    }

    /// The one request that puts a question, signed.
    ///
    /// # Errors
    /// [`RequestError`], when nothing can be sent.
    fn request(&self, ask: &Ask, moment: Moment) -> Result<Request, RequestError>;

    /// What a response to that question says. Whatever cannot be verified says that nothing is known.
    fn answer(&self, ask: &Ask, response: &Response, moment: Moment) -> PaymentSays;

    /// A second question without which that response says nothing yet: some providers take a refund in with one answer and
    /// tell how it stands with another. Its answer is then the answer; a follow-up has none of its own.
    fn follow_up(&self, ask: &Ask, response: &Response, moment: Moment) -> Option<Ask> {
        let _ = (ask, response, moment);
        None
    }

    /// What opens a payment on the shopper's own phone.
    ///
    /// # Errors
    /// [`RequestError`], when this provider opens none.
    fn open_step(&self, opening: &Opening, moment: Moment) -> Result<OpenStep, RequestError> {
        let _ = (opening, moment);
        Err(RequestError::Unfit("payments of this kind are not opened on a phone"))
    }

    /// What the response to [`OpenStep::Ask`] says.
    fn opened(&self, opening: &Opening, response: &Response, moment: Moment) -> Opened {
        let _ = (opening, response, moment);
        Opened::Unknown
    }

    /// The request that closes a payment which was opened on a phone: its reversal, unless the provider has another way.
    ///
    /// # Errors
    /// [`RequestError`], when nothing can be sent.
    fn close_request(&self, order: &PaymentOrder, moment: Moment) -> Result<Request, RequestError> {
        self.request(&Ask::Reverse(order.clone()), moment)
    }

    /// What the response to that request says.
    fn closed(&self, order: &PaymentOrder, response: &Response, moment: Moment) -> Closed {
        match self.answer(&Ask::Reverse(order.clone()), response, moment) {
            PaymentSays::Reversal(ReverseAnswer::Reversed) => Closed::Done,
            PaymentSays::Reversal(ReverseAnswer::NotFound) => Closed::NotFound,
            PaymentSays::Reversal(ReverseAnswer::StillPaid { .. }) => Closed::NotOpen,
            _ => Closed::Unknown,
        }
    }

    /// The request for the bill of a day, signed. A bill of a day is there on the morning after, in Beijing time.
    ///
    /// # Errors
    /// [`RequestError`], when nothing can be sent.
    fn bill_request(&self, day: Date, moment: Moment) -> Result<Request, RequestError>;

    /// What the response to that request says: where the bill lies, or the bill itself.
    ///
    /// # Errors
    /// [`BillError`], when it says neither, or cannot be verified.
    fn bill_found(&self, day: Date, response: &Response, moment: Moment) -> Result<BillFound, BillError>;

    /// The lines of a bill that was fetched from where it lies.
    ///
    /// # Errors
    /// [`BillError`], when it is not the sealed one, or is no bill.
    fn bill_lines(&self, sealed: &Sealed, response: &Response) -> Result<Vec<BillLine>, BillError>;
}
