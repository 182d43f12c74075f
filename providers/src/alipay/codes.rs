//! What Alipay's answers mean. Only what the documents call a definite failure is one here.

use domain::payment::Answer;

/// The call did what it is for.
pub(super) const DONE: &str = "10000";
/// The shopper is confirming.
pub(super) const WAITING: &str = "10003";
/// The business failed; the sub-code says why.
pub(super) const FAILED: &str = "40004";
/// The gateway did not pass the call on: authorisation, missing and wrong parameters, permission.
const NOT_PASSED_ON: [&str; 4] = ["20001", "40001", "40002", "40006"];

/// Sub-codes of a payment that definitely failed. Not among them: `ACQ.SYSTEM_ERROR`, and all that say that the number is
/// known already (`ACQ.TRADE_HAS_SUCCESS`, `ACQ.TRADE_HAS_CLOSE`, `ACQ.CONTEXT_INCONSISTENT`,
/// `ACQ.TRADE_BUYER_NOT_MATCH`) or that the shopper's telephone was not reached (`ACQ.PULL_MOBILE_CASHIER_FAIL`): what
/// became of the payment is asked.
const REFUSED: [&str; 37] = [
    "ACQ.ACCESS_FORBIDDEN",
    "ACQ.AGREEMENT_ERROR",
    "ACQ.AGREEMENT_INVALID",
    "ACQ.AGREEMENT_NOT_EXIST",
    "ACQ.AMOUNT_OR_CURRENCY_ERROR",
    "ACQ.AUTH_CODE_INVALID_OR_EXPIRE",
    "ACQ.BEYOND_PAY_RESTRICTION",
    "ACQ.BEYOND_PER_RECEIPT_DAY_RESTRICTION",
    "ACQ.BEYOND_PER_RECEIPT_RESTRICTION",
    "ACQ.BEYOND_PER_RECEIPT_SINGLE_RESTRICTION",
    "ACQ.BUYER_BALANCE_NOT_ENOUGH",
    "ACQ.BUYER_BANKCARD_BALANCE_NOT_ENOUGH",
    "ACQ.BUYER_ENABLE_STATUS_FORBID",
    "ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR",
    "ACQ.BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR",
    "ACQ.BUYER_SELLER_EQUAL",
    "ACQ.CURRENCY_NOT_SUPPORT",
    "ACQ.ERROR_BALANCE_PAYMENT_DISABLE",
    "ACQ.ERROR_BUYER_CERTIFY_LEVEL_LIMIT",
    "ACQ.ERROR_SELLER_CERTIFY_LEVEL_LIMIT",
    "ACQ.EXIST_FORBIDDEN_WORD",
    "ACQ.ILLEGAL_AUTH_CODE",
    "ACQ.INVALID_PARAMETER",
    "ACQ.INVALID_STORE_ID",
    "ACQ.MERCHANT_AGREEMENT_INVALID",
    "ACQ.MERCHANT_AGREEMENT_NOT_EXIST",
    "ACQ.MOBILE_PAYMENT_SWITCH_OFF",
    "ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE",
    "ACQ.PARTNER_ERROR",
    "ACQ.PAYMENT_AUTH_CODE_INVALID",
    "ACQ.PAYMENT_FAIL",
    "ACQ.PAYMENT_REQUEST_HAS_RISK",
    "ACQ.SELLER_BEEN_BLOCKED",
    "ACQ.SUB_MERCHANT_CREATE_FAIL",
    "ACQ.SUB_MERCHANT_TYPE_INVALID",
    "ACQ.TOTAL_FEE_EXCEED",
    "ACQ.USER_FACE_PAYMENT_SWITCH_OFF",
];

/// Sub-codes of a refund that will not be done, or not without a person's doing.
const REFUND_REFUSED: [&str; 14] = [
    "ACQ.ACCESS_FORBIDDEN",
    "ACQ.CURRENCY_NOT_SUPPORT",
    "ACQ.DISCORDANT_REPEAT_REQUEST",
    "ACQ.INVALID_PARAMETER",
    "ACQ.ONLINE_TRADE_VOUCHER_NOT_ALLOW_REFUND",
    "ACQ.REASON_TRADE_BEEN_FREEZEN",
    "ACQ.REASON_TRADE_REFUND_FEE_ERR",
    "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL",
    "ACQ.REFUND_FEE_ERROR",
    "ACQ.SELLER_BALANCE_NOT_ENOUGH",
    "ACQ.TRADE_HAS_FINISHED",
    "ACQ.TRADE_NOT_ALLOW_REFUND",
    "ACQ.TRADE_NOT_EXIST",
    "ACQ.TRADE_STATUS_ERROR",
];

/// Sub-codes of a cancellation that cannot be done because the money is not there to give back.
const NOT_CANCELLED: [&str; 3] =
    ["ACQ.SELLER_BALANCE_NOT_ENOUGH", "ACQ.REASON_TRADE_BEEN_FREEZEN", "ACQ.TRADE_HAS_FINISHED"];

/// Whether a payment definitely failed.
pub(super) fn refuses_payment(code: &str, sub_code: &str) -> bool {
    NOT_PASSED_ON.contains(&code) || (code == FAILED && REFUSED.contains(&sub_code))
}

/// Whether a refund will not be done.
pub(super) fn refuses_refund(code: &str, sub_code: &str) -> bool {
    code == FAILED && REFUND_REFUSED.contains(&sub_code)
}

/// Whether a cancellation cannot be done though the money has moved.
pub(super) fn refuses_cancel(code: &str, sub_code: &str) -> bool {
    code == FAILED && NOT_CANCELLED.contains(&sub_code)
}

/// The answer to a state of a trade. `paid` is the answer when it is paid.
pub(super) fn trade_status(status: &str, paid: impl FnOnce() -> Answer) -> Answer {
    match status {
        "TRADE_SUCCESS" | "TRADE_FINISHED" => paid(),
        "WAIT_BUYER_PAY" => Answer::Waiting,
        "TRADE_CLOSED" => Answer::Reversed,
        _ => Answer::Unknown,
    }
}
