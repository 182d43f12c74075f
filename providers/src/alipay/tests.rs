use domain::payment::Family;
use expect_test::expect;
use hal::PaymentSays;
use jiff::civil::date;

use super::*;
use crate::key::VerifyingKey;
use crate::tests::{alipay, asks, moment, provider_key, refund, shown};

/// A response as Alipay signs it; its own spacing is kept.
fn signed(method: &str, said: &str) -> Response {
    let signature = provider_key().sign(said.as_bytes()).unwrap().replace('/', "\\/");
    let name = method.replace('.', "_");
    let body = format!(r#"{{"{name}_response":{said},"sign":"{signature}"}}"#);
    Response { status: 200, headers: vec![], body: body.into_bytes() }
}

const PAID: &str = r#"{"code":"10000","msg":"Success","buyer_logon_id":"159****5620","gmt_payment":"2026-03-01 09:15:01","out_trade_no":"W20260301T1N7","total_amount":"12.80", "trade_no":"2026030122001104680073956707"}"#;

/// A good answer to each question.
pub(crate) fn good() -> Vec<(Ask, Response)> {
    let state = PAID.replace(r#""total_amount""#, r#""trade_status":"TRADE_SUCCESS","total_amount""#);
    let answers = [
        PAID,
        &state,
        r#"{"code":"10000","msg":"Success","trade_no":"2026030122001104680073956707","out_trade_no":"W20260301T1N7","retry_flag":"N","action":"refund"}"#,
        r#"{"code":"10000","msg":"Success","fund_change":"Y","refund_fee":"2.80","trade_no":"2026030122001104680073956707","out_trade_no":"W20260301T1N7"}"#,
        r#"{"code":"10000","msg":"Success","out_request_no":"W20260301T1N7R","out_trade_no":"W20260301T1N7","refund_amount":"2.80","refund_status":"REFUND_SUCCESS","total_amount":"12.80","trade_no":"2026030122001104680073956707"}"#,
    ];
    asks(Family::Alipay).into_iter().zip(answers).map(|(ask, said)| (ask.clone(), signed(method(&ask), said))).collect()
}

fn says(ask: &Ask, said: &str) -> PaymentSays {
    alipay().answer(ask, &signed(method(ask), said), moment())
}

#[test]
fn each_question_is_one_signed_form() {
    let texts: Vec<String> =
        asks(Family::Alipay).iter().map(|ask| shown(&alipay().request(ask, moment()).unwrap())).collect();
    expect![[r#"
        POST https://openapi.alipay.com/gateway.do
        content-type: application/x-www-form-urlencoded;charset=utf-8
        app_id=2014072300007148&biz_content=%7B%22out_trade_no%22%3A%22W20260301T1N7%22%2C%22product_code%22%3A%22FACE_TO_FACE_PAYMENT%22%2C%22scene%22%3A%22bar_code%22%2C%22auth_code%22%3A%22281234567890123456%22%2C%22subject%22%3A%22%E6%9F%9C%E5%8F%B0%E4%BE%BF%E5%88%A9%E5%BA%97%22%2C%22total_amount%22%3A%2212.80%22%2C%22timeout_express%22%3A%225m%22%2C%22store_id%22%3A%22NJ_001%22%2C%22terminal_id%22%3A%22till-1%22%7D&charset=utf-8&format=JSON&method=alipay.trade.pay&sign=AVpLPtg2gyAM%2FbsE8AnpE%2FYETloUIyYlnPUEr1QGsvf%2Fn7Mo4x2z3W7moabt%2BXmsPA8OAKFxZCHMbu7uAx7xXOUT2dRcbIIMr%2FC0S9AoohbBDlShRYDttaJmPMlvSmQ1TEYpvwY0ssxuUXY3MyUkP08DLNTaKLr%2BQ9lqACc4Lm96ernLO%2BaGhONRMCT4xVP56%2BqpkFPwgevccWM57SEO2WfzPTKvR5Pg2Srde1irhrR11jN8Qv9dcQ9i8JKTZNBjS0faTdAgb5gvpUWxAA3wV6zG0tjIbYfQAAmvui%2FeF3GxB4t2VMAxCaUrEL51O1Tx3EIlYy8bG7gm3tXEp9wOSA%3D%3D&sign_type=RSA2&timestamp=2026-03-01+09%3A15%3A00&version=1.0

        POST https://openapi.alipay.com/gateway.do
        content-type: application/x-www-form-urlencoded;charset=utf-8
        app_id=2014072300007148&biz_content=%7B%22out_trade_no%22%3A%22W20260301T1N7%22%7D&charset=utf-8&format=JSON&method=alipay.trade.query&sign=MoDntA0Rwl9NhTU1KmamFbbnuP1rb0ScsmgseTtuCrd9ocaV%2FJ0pFNGCwipDfiQNSIxVcn6RsMLVqY8pVldeZBPW8PD3e4lRpiVJzZMUMkOgQ1q7hEUCeRiDGLHPTIycDDHIKgL95QFsp3cKFv5EDkzVVR6J%2BTaXbyrIFVNYVmfohRYbr8xivdDyV6vcma9cOX94WsiHkKWJ5lopCjs%2Bl6VISxOoRxNdEOFxyx%2Fwio0tt5Eq9C10XTJvaikaBrxdDTKvc4SnrqcmezT0TLK5p3eY%2FMrY4JjlWCZhNcJf6lc%2By6cgP%2Fh08MMiDwSS9POhZDnrMOFalmIHLx5E1mP1cg%3D%3D&sign_type=RSA2&timestamp=2026-03-01+09%3A15%3A00&version=1.0

        POST https://openapi.alipay.com/gateway.do
        content-type: application/x-www-form-urlencoded;charset=utf-8
        app_id=2014072300007148&biz_content=%7B%22out_trade_no%22%3A%22W20260301T1N7%22%7D&charset=utf-8&format=JSON&method=alipay.trade.cancel&sign=BymwmSSkZ4jQr%2BeWvcFmnh76znnVysu5Big564vIRBH4MstbCzSBa6i8jQQp%2FH3m5Q0hsbc%2FI%2F3luHfeNof5eZfI4gXrY%2FCY2uFgvgbNoIpdXyBfVJlOcYwl6jg2navURSlIuoEj3BIowPccMpDJPFDH17t5jGjyrkpFDuSJwKjBJmesDHjVIdKOkRZpOGI4JDRDzn2k8R18YCxB%2BZoSgohLpOKfsQrnDUlBkhZqascE68BQdvfvS%2FuVfjv18xx1BO8zotGjS9LzlR8zPC%2Fv%2BRTpBd0CA9tgJuxPufbiUW5oJilMuYyEYSmrHucaJAkCj0CErtt8bsrk24d2hU6x4w%3D%3D&sign_type=RSA2&timestamp=2026-03-01+09%3A15%3A00&version=1.0

        POST https://openapi.alipay.com/gateway.do
        content-type: application/x-www-form-urlencoded;charset=utf-8
        app_id=2014072300007148&biz_content=%7B%22out_trade_no%22%3A%22W20260301T1N7%22%2C%22out_request_no%22%3A%22W20260301T1N7R%22%2C%22refund_amount%22%3A%222.80%22%7D&charset=utf-8&format=JSON&method=alipay.trade.refund&sign=X7yFgNQyiaHhKLU2k85KexzKe3Gf6pxWU9I8%2BsCfeQRYahO6yjKjxpQqRk3Z42HpE0lbWAdnBlKJIB1TDXpt3YMBC40ZZIeGQWL0jCH9hVzo0Yj8%2FJgUi64jFywU7KWVhGOBNw07tnfImWbunQuRMeMd0PMOuJF%2FwW0scFeHBKLV0IBNQoqpVtSKZ4Jq%2FUw49nv7Bu0dQd8A94m2AOIFhlGk4JqdjfSlXzx2ha4Gy2kEdmKCmBq9IqUwNdAMrx6rFwjm27XsmSpka3%2BxRwgGsrWChEl1KQhTmoFO4fR0YbInidvTJvS%2F19Q9An31N7xwG20rSjdJyyzFjsvyDqktmQ%3D%3D&sign_type=RSA2&timestamp=2026-03-01+09%3A15%3A00&version=1.0

        POST https://openapi.alipay.com/gateway.do
        content-type: application/x-www-form-urlencoded;charset=utf-8
        app_id=2014072300007148&biz_content=%7B%22out_trade_no%22%3A%22W20260301T1N7%22%2C%22out_request_no%22%3A%22W20260301T1N7R%22%7D&charset=utf-8&format=JSON&method=alipay.trade.fastpay.refund.query&sign=a%2F3G6GBbj00UfIHUn0GwBJeneRPFXsFHI%2BxM4EgDN0r%2FdL%2B4Gaa0fZvP0QnAJb3kQmodrPvpDbQl9Ux%2FIL8z8uAJHXnSwXsbw%2Fkw6F%2B5pr4vVeK9vfoRZWuerTTV%2F1kyrVCdpzs2WKPEXhbwuESyN0i%2BmgWitIQi2yJypc4HRITSvcimYjxcvEgn24%2BEAJwDj4yntE4YajIqRmJzi8lIKHSFLc3E8YQMZ%2BnbTbalo0n7%2FsK%2FbSzAPrnW54YzEZRr4i8Td6%2BwbuMg9lmeOcToboO7QZQ69sW1kxbDX3wZpCP6%2Fk3bGzTsf3%2Fw3XdU%2BrckKG3GoiGhHMOGQFo1CUaoeA%3D%3D&sign_type=RSA2&timestamp=2026-03-01+09%3A15%3A00&version=1.0
    "#]].assert_eq(&texts.join("\n"));
}

#[test]
fn what_is_signed_is_the_sorted_parameters() {
    let key = VerifyingKey::parse(include_bytes!("../../testdata/merchant-public-for-tests.pem")).unwrap();
    let form = alipay().request(&asks(Family::Alipay)[1], moment()).unwrap().body;
    let form = String::from_utf8(form).unwrap();
    let sign = form.split('&').find_map(|pair| pair.strip_prefix("sign=")).unwrap();
    let sign = sign.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=");
    let message = "app_id=2014072300007148&biz_content={\"out_trade_no\":\"W20260301T1N7\"}&charset=utf-8&format=JSON&\
                   method=alipay.trade.query&sign_type=RSA2&timestamp=2026-03-01 09:15:00&version=1.0";
    assert!(key.verifies(message.as_bytes(), &sign));
}

#[test]
fn good_answers_are_understood() {
    let says: Vec<String> =
        good().iter().map(|(ask, answer)| format!("{:?}", alipay().answer(ask, answer, moment()))).collect();
    expect![[r#"
        Payment(Paid { provider_no: "2026030122001104680073956707" })
        Payment(Paid { provider_no: "2026030122001104680073956707" })
        Reversal(Reversed)
        Refund { no: "W20260301T1N7R", answer: Refunded }
        Refund { no: "W20260301T1N7R", answer: Refunded }"#]]
    .assert_eq(&says.join("\n"));
}

#[test]
fn only_what_stands_in_the_signed_answer_to_this_method_counts() {
    let [pay, query, ..] = asks(Family::Alipay);
    let good = signed(method(&pay), PAID);
    assert_eq!(alipay().answer(&query, &good, moment()), query.nothing_known(), "of another method");
    let text = String::from_utf8(good.body.clone()).unwrap();
    let with = |body: String| alipay().answer(&pay, &Response { body: body.into_bytes(), ..good.clone() }, moment());
    assert_eq!(with(text.replace("\"12.80\", \"", "\"12.80\",\"")), pay.nothing_known(), "written anew");
    // Of two answers in one the last is read, and the same one is verified.
    let forged = PAID.replace("2026030122001104680073956707", "2");
    let (before, after) = (format!("{{\"alipay_trade_pay_response\":{forged},"), text.strip_prefix('{').unwrap());
    assert_eq!(with(before.clone() + after), alipay().answer(&pay, &good, moment()));
    let last = format!(",\"alipay_trade_pay_response\":{forged}}}");
    assert_eq!(with(text.strip_suffix('}').unwrap().to_owned() + &last), pay.nothing_known());
    assert_eq!(
        with(text.split(",\"sign\"").next().unwrap().to_owned() + "}"),
        pay.nothing_known(),
        "without a signature"
    );
    let refused = Response { status: 502, ..good.clone() };
    assert_eq!(alipay().answer(&pay, &refused, moment()), pay.nothing_known());
}

#[test]
fn failures_are_definite_only_where_no_money_can_move() {
    let [pay, query, reverse, give_back, _] = asks(Family::Alipay);
    let failed = |ask: &Ask, code: &str, sub_code: &str| {
        let said = format!(r#"{{"code":"{code}","msg":"x","sub_code":"{sub_code}","sub_msg":"原因"}}"#);
        match says(ask, &said) {
            PaymentSays::Payment(answer) => format!("{answer:?}"),
            PaymentSays::Reversal(answer) => format!("{answer:?}"),
            PaymentSays::Refund { answer, .. } => format!("{answer:?}"),
        }
    };
    let mut table = String::new();
    for (code, sub_code) in [
        ("10003", ""),
        ("20000", "isp.unknow-error"),
        ("20001", "aop.invalid-app-auth-token"),
        ("40001", "isv.missing-app-id"),
        ("40002", "isv.invalid-signature"),
        ("40004", "ACQ.SYSTEM_ERROR"),
        ("40004", "ACQ.TRADE_NOT_EXIST"),
        ("40004", "ACQ.TRADE_HAS_SUCCESS"),
        ("40004", "ACQ.TRADE_HAS_CLOSE"),
        ("40004", "ACQ.CONTEXT_INCONSISTENT"),
        ("40004", "ACQ.PULL_MOBILE_CASHIER_FAIL"),
        ("40004", "ACQ.PAYMENT_AUTH_CODE_INVALID"),
        ("40004", "ACQ.BUYER_BALANCE_NOT_ENOUGH"),
        ("40004", "ACQ.SELLER_BALANCE_NOT_ENOUGH"),
        ("40004", "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL"),
        ("40004", "ACQ.NEVER_HEARD_OF"),
        ("99999", ""),
    ] {
        let answers: Vec<String> = [&pay, &query, &reverse, &give_back].map(|ask| failed(ask, code, sub_code)).into();
        let answers = answers.join(" | ").replace(" { why: \"原因\" }", "");
        table.push_str(&format!("{code} {sub_code:30} {answers}\n"));
    }
    expect![[r#"
        10003                                Waiting | Unknown | Unknown | Unknown
        20000 isp.unknow-error               Unknown | Unknown | Unknown | Unknown
        20001 aop.invalid-app-auth-token     Declined | Unknown | Unknown | Unknown
        40001 isv.missing-app-id             Declined | Unknown | Unknown | Unknown
        40002 isv.invalid-signature          Declined | Unknown | Unknown | Unknown
        40004 ACQ.SYSTEM_ERROR               Unknown | Unknown | Unknown | Unknown
        40004 ACQ.TRADE_NOT_EXIST            Unknown | NotFound | Unknown | Refused
        40004 ACQ.TRADE_HAS_SUCCESS          Unknown | Unknown | Unknown | Unknown
        40004 ACQ.TRADE_HAS_CLOSE            Unknown | Unknown | Unknown | Unknown
        40004 ACQ.CONTEXT_INCONSISTENT       Unknown | Unknown | Unknown | Unknown
        40004 ACQ.PULL_MOBILE_CASHIER_FAIL   Unknown | Unknown | Unknown | Unknown
        40004 ACQ.PAYMENT_AUTH_CODE_INVALID  Declined | Unknown | Unknown | Unknown
        40004 ACQ.BUYER_BALANCE_NOT_ENOUGH   Declined | Unknown | Unknown | Unknown
        40004 ACQ.SELLER_BALANCE_NOT_ENOUGH  Unknown | Unknown | Unknown | Refused
        40004 ACQ.REFUND_AMT_NOT_EQUAL_TOTAL Unknown | Unknown | Unknown | Refused
        40004 ACQ.NEVER_HEARD_OF             Unknown | Unknown | Unknown | Unknown
        99999                                Unknown | Unknown | Unknown | Unknown
    "#]]
    .assert_eq(&table);
}

#[test]
fn a_cancellation_is_believed_when_it_says_what_it_did() {
    let reverse = &asks(Family::Alipay)[2];
    let cancel = |rest: &str| match says(
        reverse,
        &format!(r#"{{"code":"10000","msg":"Success","out_trade_no":"W20260301T1N7",{rest}}}"#),
    ) {
        PaymentSays::Reversal(answer) => answer,
        other => panic!("{other:?}"),
    };
    assert_eq!(cancel(r#""retry_flag":"N","action":"close","trade_no":"2""#), ReverseAnswer::Reversed);
    assert_eq!(cancel(r#""retry_flag":"N","action":"refund","trade_no":"2""#), ReverseAnswer::Reversed);
    assert_eq!(cancel(r#""retry_flag":"N""#), ReverseAnswer::NotFound, "there is no such trade");
    assert_eq!(cancel(r#""retry_flag":"Y","action":"close","trade_no":"2""#), ReverseAnswer::Unknown);
    assert_eq!(cancel(r#""retry_flag":"N","trade_no":"2""#), ReverseAnswer::Unknown);
    let kept = r#"{"code":"40004","msg":"x","sub_code":"ACQ.SELLER_BALANCE_NOT_ENOUGH","retry_flag":"N","out_trade_no":"W20260301T1N7","trade_no":"2"}"#;
    let still = ReverseAnswer::StillPaid { provider_no: "2".into() };
    assert_eq!(says(reverse, kept), PaymentSays::Reversal(still));
    assert_eq!(says(reverse, &kept.replace(r#""retry_flag":"N""#, r#""retry_flag":"Y""#)), reverse.nothing_known());
}

#[test]
fn a_refund_that_moved_nothing_this_time_is_asked_about() {
    let [_, _, _, give_back, refund_query] = asks(Family::Alipay);
    let repeated =
        r#"{"code":"10000","msg":"Success","fund_change":"N","refund_fee":"2.80","out_trade_no":"W20260301T1N7"}"#;
    assert_eq!(says(&give_back, repeated), give_back.nothing_known());
    let response = signed(method(&give_back), repeated);
    assert_eq!(alipay().follow_up(&give_back, &response, moment()), Some(refund_query.clone()));
    let done = &good()[3].1;
    assert_eq!(alipay().follow_up(&give_back, done, moment()), None);
    let open = r#"{"code":"10000","msg":"Success","out_request_no":"W20260301T1N7R","out_trade_no":"W20260301T1N7"}"#;
    assert_eq!(says(&refund_query, open), refund_query.nothing_known());
    assert_eq!(refund().amount.units(), 280);
}

#[test]
fn a_bill_lies_where_alipay_says() {
    let day = date(2026, 2, 28);
    let found = |said: &str| alipay().bill_found(day, &signed(BILL, said), moment());
    let url = "https://dwbillcenter.alipay.com/downloadBillFile.resource?bizType=trade";
    let Ok(BillFound::Fetch(sealed)) = found(&format!(r#"{{"code":"10000","bill_download_url":"{url}"}}"#)) else {
        panic!("no bill")
    };
    assert_eq!((sealed.request.method, sealed.request.url.as_str()), ("GET", url));
    let failed = |sub_code: &str| found(&format!(r#"{{"code":"40004","sub_code":"{sub_code}","sub_msg":"x"}}"#));
    assert_eq!(failed("isp.NO_BILL_DATA"), Ok(BillFound::Empty));
    assert_eq!(failed("isp.bill_not_exist"), Err(BillError::NotReady));
    assert!(found(r#"{"code":"10000","bill_download_url":"http://x"}"#).is_err());
}
