//! What WeChat's error codes mean, of v2 and v3 alike. Only what the documents call a definite failure is one here.
//!
//! The two generations spell codes with and without underscores (`NOTENOUGH`, `NOT_ENOUGH`): they are compared without.

use domain::payment::{Answer, RefundAnswer, ReverseAnswer};

use crate::open::Closed;

/// A code without its underscores.
fn plain(code: &str) -> String {
    code.chars().filter(|character| *character != '_').take(64).collect()
}

/// The answer to a payment that failed with a code. `why` is for people.
///
/// Not among the refusals, though the documents call some of them failures: `ORDERPAID`, `ORDERCLOSED`, `ORDERREVERSED`,
/// `OUT_TRADE_NO_USED` and `INVALID_REQUEST` (which also means a request that was repeated) say that the number is known
/// already, and what became of it is asked; `FREQUENCY_LIMITED`, `SYSTEMERROR` and `BANKERROR` say nothing at all.
pub(crate) fn pay(code: &str, why: String) -> Answer {
    match plain(code).as_str() {
        "USERPAYING" => Answer::Waiting,
        "NOTENOUGH" | "AUTHCODEEXPIRE" | "AUTHCODEEXPIRED" | "AUTHCODEERROR" | "AUTHCODEINVALID" | "NOTSUPORTCARD"
        | "NOTSUPPORTCARD" | "BUYERMISMATCH" | "RULELIMIT" | "TRADEERROR" | "ACCOUNTERROR" | "PARAMERROR"
        | "SIGNERROR" | "NOAUTH" | "LACKPARAMS" | "NOTUTF8" | "XMLFORMATERROR" | "REQUIREPOSTMETHOD"
        | "POSTDATAEMPTY" | "APPIDNOTEXIST" | "MCHIDNOTEXIST" | "MCHNOTEXISTS" | "APPIDMCHIDNOTMATCH" => {
            Answer::Declined { why }
        }
        _ => Answer::Unknown,
    }
}

/// The answer to a question about a payment that failed with a code.
pub(crate) fn query(code: &str) -> Answer {
    match plain(code).as_str() {
        "ORDERNOTEXIST" => Answer::NotFound,
        _ => Answer::Unknown,
    }
}

/// The answer to a reversal that failed with a code. `REVERSE_EXPIRE` (older than seven days) does not say whether money
/// has moved.
pub(crate) fn reverse(code: &str) -> ReverseAnswer {
    match plain(code).as_str() {
        "ORDERNOTEXIST" => ReverseAnswer::NotFound,
        "ORDERREVERSED" | "ORDERCLOSED" => ReverseAnswer::Reversed,
        _ => ReverseAnswer::Unknown,
    }
}

/// The answer to closing an order that failed with a code.
pub(crate) fn close(code: &str) -> Closed {
    match plain(code).as_str() {
        "ORDERNOTEXIST" => Closed::NotFound,
        "ORDERCLOSED" => Closed::Done,
        "ORDERPAID" => Closed::NotOpen,
        _ => Closed::Unknown,
    }
}

/// The answer to a refund that failed with a code. `ORDER_NOT_READY` asks to come back later.
pub(crate) fn refund(code: &str, why: String) -> RefundAnswer {
    match plain(code).as_str() {
        "NOTENOUGH"
        | "TRADEOVERDUE"
        | "USERACCOUNTABNORMAL"
        | "INVALIDTRANSACTIONID"
        | "ORDERNOTEXIST"
        | "RESOURCENOTEXISTS"
        | "PARAMERROR"
        | "INVALIDREQUEST"
        | "NOAUTH"
        | "MCHNOTEXISTS"
        | "REFUNDFEEMISMATCH"
        | "TRADESTATEERROR" => RefundAnswer::Refused { why },
        _ => RefundAnswer::Unknown,
    }
}

/// The answer to a state of a trade. `paid` is the answer when it is paid.
///
/// `PAYERROR` is no refusal: the shopper may choose another card in the same sheet, and the order is open, so it can still be
/// paid, until it is reversed. It is an order that is not paid, as `NOTPAY` is: that is known, and closing it is never too late.
pub(crate) fn trade_state(state: &str, paid: impl FnOnce() -> Answer) -> Answer {
    match state {
        "SUCCESS" => paid(),
        "USERPAYING" | "NOTPAY" | "ACCEPT" | "PAYERROR" => Answer::Waiting,
        "REVOKED" | "CLOSED" | "REFUND" => Answer::Reversed,
        _ => Answer::Unknown,
    }
}

/// The answer to a state of a refund. One that is under way was taken in, and the shopper will have the money: to a bank card that
/// takes days, and a sale cannot wait for it. Should the bank send it back, the merchant's pages and the day's bill tell.
pub(crate) fn refund_state(state: &str, why: String) -> RefundAnswer {
    match state {
        "SUCCESS" | "PROCESSING" => RefundAnswer::Refunded,
        "CLOSED" | "REFUNDCLOSE" | "ABNORMAL" | "CHANGE" => RefundAnswer::Refused { why },
        _ => RefundAnswer::Unknown,
    }
}
