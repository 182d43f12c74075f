use domain::payment::Family;
use domain::payment::{Answer, RefundAnswer, ReverseAnswer};
use expect_test::expect;
use hal::PaymentSays;
use jiff::{SignedDuration, civil::date};

use super::*;
use crate::tests::{CERTIFICATE, PUBLIC_KEY_ID, asks, moment, order, provider_key, refund, shown, wechat};

/// A response as WeChat signs it.
pub(crate) fn signed(status: u16, body: &str) -> Response {
    signed_as(status, body, PUBLIC_KEY_ID, moment().at.as_second())
}

fn signed_as(status: u16, body: &str, serial: &str, second: i64) -> Response {
    let nonce = "c5ac7061fccab6bf3e254dcf98995b8c";
    let signature = provider_key().sign(format!("{second}\n{nonce}\n{body}\n").as_bytes()).unwrap();
    let headers = [
        ("wechatpay-nonce", nonce),
        ("wechatpay-serial", serial),
        ("wechatpay-signature", &signature),
        ("wechatpay-timestamp", &second.to_string()),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    Response { status, headers, body: body.as_bytes().to_vec() }
}

const PAID: &str = r#"{"amount":{"currency":"CNY","payer_currency":"CNY","payer_total":1280,"total":1280},"appid":"wxd678efh567hg6787","bank_type":"OTHERS","mchid":"1900000001","out_trade_no":"W20260301T1N7","payer":{"openid":"o"},"promotion_detail":[],"success_time":"2026-03-01T09:15:01+08:00","trade_state":"SUCCESS","trade_state_desc":"支付成功","trade_type":"MICROPAY","transaction_id":"4200000925202603014997714292"}"#;
const REVERSED: &str = r#"{"appid":"wxd678efh567hg6787","mchid":"1900000001","out_trade_no":"W20260301T1N7"}"#;
const REFUNDED: &str = r#"{"amount":{"currency":"CNY","discount_refund":0,"payer_refund":280,"payer_total":1280,"refund":280,"settlement_refund":280,"settlement_total":1280,"total":1280},"channel":"ORIGINAL","create_time":"2026-03-01T10:00:00+08:00","out_refund_no":"W20260301T1N7R","out_trade_no":"W20260301T1N7","refund_id":"50000000382019052709732678859","status":"SUCCESS","transaction_id":"4200000925202603014997714292","user_received_account":"支付用户零钱"}"#;

/// A good answer to each question.
pub(crate) fn good() -> Vec<(Ask, Response)> {
    asks(Family::WeChat)
        .into_iter()
        .zip([PAID, PAID, REVERSED, REFUNDED, REFUNDED].map(|body| signed(200, body)))
        .collect()
}

#[test]
fn each_question_is_one_signed_request() {
    let texts: Vec<String> =
        asks(Family::WeChat).iter().map(|ask| shown(&wechat().request(ask, moment()).unwrap())).collect();
    expect![[r#"
        POST https://api.mch.weixin.qq.com/v3/pay/transactions/codepay
        accept: application/json
        authorization: WECHATPAY2-SHA256-RSA2048 mchid="1900000001",nonce_str="593BEC0C930BF1AFEB40B4A08C8FB242",signature="N4NCpH5tH3I+xYrGyNcXAb9RLnT8oIwJgzWEIBqCnf+yPb/sVwssKhruQ5xM83se8Bzg5MuR8GB45XzyKRrVwxWg8EGJmqiV916USsje/Hg5Xkfc8K+m8XyxwdRtwYM9UTxBZvS2vTYgCrysgomcKV7qU7MIiJhcD5MF70psdk2wtX+QXOyE8pf0gXE2DysCk06Xws21mRK0IukLE/7MhwiQMANH1FY2SnGwqdw3FlH0PgcjOZxNCw0Qz8q2hDxyytiAaE2In+kz3YhnN1GoezPCjnuuUoKQyCt0cRR4vUD03g6jw2OcFxz0FuWRjPLRsLi3+DS2ycxWUwbnR1rWxA==",timestamp="1772327700",serial_no="5157F09EFDC096DE15EBE81A47057A7232F1B8E1"
        content-type: application/json
        wechatpay-serial: PUB_KEY_ID_0119000000012026010100000000000001
        {"appid":"wxd678efh567hg6787","mchid":"1900000001","description":"柜台便利店","out_trade_no":"W20260301T1N7","payer":{"auth_code":"134567890123456789"},"amount":{"total":1280,"currency":"CNY"},"scene_info":{"device_id":"till-1","device_ip":"192.168.1.20","store_info":{"out_id":"s1"}}}

        GET https://api.mch.weixin.qq.com/v3/pay/transactions/out-trade-no/W20260301T1N7?mchid=1900000001
        accept: application/json
        authorization: WECHATPAY2-SHA256-RSA2048 mchid="1900000001",nonce_str="593BEC0C930BF1AFEB40B4A08C8FB242",signature="gFfrE3v6PqaSahajwoELk06TS9r/0GbDyYML4+q4CucpmeMvmM4w92fijHy5OG+F8rXU6O/Yd3X9ld3s56p9pxXKbyfAqR67fcFFu2/v/ZhzOqy+/09M8No6+4T8UFn9QhEOsX3t8GGS5T4SnAuf9EL8yTHKBFpTyZmvDJ+JgXvh8/rucPHAuN4/l6iuhANGbj670ZS/F8Bb5ZBHiQ+2VwgrqRDfZ9CC1Nxp6Ab5UFS30w79iT2n1SCTCco0SeMHZAW8kbP+ypxQN+pPPmMrNXnRRxQ9rn/CNbIeBbt+PMQOQtMiGgNwDpPPhx9Mcto9ODFeiv+H5HJqrzyUWflrsw==",timestamp="1772327700",serial_no="5157F09EFDC096DE15EBE81A47057A7232F1B8E1"
        wechatpay-serial: PUB_KEY_ID_0119000000012026010100000000000001


        POST https://api.mch.weixin.qq.com/v3/pay/transactions/out-trade-no/W20260301T1N7/reverse
        accept: application/json
        authorization: WECHATPAY2-SHA256-RSA2048 mchid="1900000001",nonce_str="593BEC0C930BF1AFEB40B4A08C8FB242",signature="DcV5pbrSm6Ge0F1I47ZavwW1M00VCar3K+zxQt3Q6sZ7kHVQXnAqZ6L/6EGo0vvmsH8K6UQ2o0/SUnckB4T4FI6jeZzsgkKJ+Y63TeE3lsYJ+plAif1pJJ4j3A3vOyZOo5wiJQcWI7C+cqCrvpqiaZwzHqmsLvtE9xQ1IzjVcECxMbtRFz3rq67i3/y7BbXFEahiL0oVjFt8A4z8dXMuVSnljbHsDxOByaXxeoBRuX9WFOWzB5P0VGqcDgazbV4Zv9SHgh6bwFuaMyRXfSngIkJ38mE5AG1Sk3wK29WjueEyHNPzHYRBiApHP8bJbwAXM0EdOlU/ycf+BSYxA+d3RQ==",timestamp="1772327700",serial_no="5157F09EFDC096DE15EBE81A47057A7232F1B8E1"
        content-type: application/json
        wechatpay-serial: PUB_KEY_ID_0119000000012026010100000000000001
        {"appid":"wxd678efh567hg6787","mchid":"1900000001"}

        POST https://api.mch.weixin.qq.com/v3/refund/domestic/refunds
        accept: application/json
        authorization: WECHATPAY2-SHA256-RSA2048 mchid="1900000001",nonce_str="593BEC0C930BF1AFEB40B4A08C8FB242",signature="qJvg8XlodY0hT/0pXpERMkPzEfbcZK62fylulp0QnkIvgjAMr+qh09ghvZ6+VQmWD1uDiW65YmZGRGyGM0mx6bT1HqsmmBOc7murNN8mYSvA3MxrcXpFw3a5P0MpYTv36RYmtBg/tdzL6Ut8M/7KrzR77DfAn66WciIR/zkdHAPK0YXjXUOV894utgCxgl/MfYlEvmO845wFb98e/zkp3uhNg95V/gN9ARrcs+PclX4y66E8aXy3r8vqXtdIpgKnCKT/+aRtY2myARdpTOdd0w5L1U3gHfwu7mZHDDdmPE7wC5RY0YklWNWGcCqEozCOOZMsx0H0YkKrEhLZlxEvRw==",timestamp="1772327700",serial_no="5157F09EFDC096DE15EBE81A47057A7232F1B8E1"
        content-type: application/json
        wechatpay-serial: PUB_KEY_ID_0119000000012026010100000000000001
        {"out_trade_no":"W20260301T1N7","out_refund_no":"W20260301T1N7R","amount":{"refund":280,"total":1280,"currency":"CNY"}}

        GET https://api.mch.weixin.qq.com/v3/refund/domestic/refunds/W20260301T1N7R
        accept: application/json
        authorization: WECHATPAY2-SHA256-RSA2048 mchid="1900000001",nonce_str="593BEC0C930BF1AFEB40B4A08C8FB242",signature="SK52IJM1ZABErMcm35QyZW2fi2RB97FPHlchO6ksc3j/RBNjoHTw+819rKAeTC2yMXLJ4dp5IN7qtr8Cu4WHHRKDk73X9ASzrUcz7+pqEBD+UA8DVaLBO7cS6XFT6ibRYVHUySZuFPUHJx+R+IwG2ZP9fJrtrPqpeeTBLvORILNZb6ZXBgPyXsCT8OdSRQffME6fLq4oNpRmUGwLB8XqVLqDMpywWEQUWWHuoq3eVybz1s6t++VllT+CFUXNTLaszNYiNFPOPAKTY4BymzFn0XQFXZUjfsBYGDl1GSHa0xHmbR/AC5Iei3x8rFGN7/nfic52JW5QLb+yjQe8cK2j0w==",timestamp="1772327700",serial_no="5157F09EFDC096DE15EBE81A47057A7232F1B8E1"
        wechatpay-serial: PUB_KEY_ID_0119000000012026010100000000000001

    "#]].assert_eq(&texts.join("\n"));
}

#[test]
fn what_is_signed_is_the_method_the_path_the_time_the_nonce_and_the_body() {
    let key = crate::key::VerifyingKey::parse(include_bytes!("../../testdata/merchant-public-for-tests.pem")).unwrap();
    let request = wechat().request(&asks(Family::WeChat)[1], moment()).unwrap();
    let authorization = &request.headers.iter().find(|(name, _)| *name == "authorization").unwrap().1;
    let signature = authorization.split("signature=\"").nth(1).unwrap().split('"').next().unwrap();
    let message = "GET\n/v3/pay/transactions/out-trade-no/W20260301T1N7?mchid=1900000001\n1772327700\n\
                   593BEC0C930BF1AFEB40B4A08C8FB242\n\n";
    assert!(key.verifies(message.as_bytes(), signature));
}

#[test]
fn good_answers_are_understood() {
    let said: Vec<_> = good().iter().map(|(ask, answer)| wechat().answer(ask, answer, moment())).collect();
    let provider_no = "4200000925202603014997714292".to_owned();
    let paid = PaymentSays::Payment(Answer::Paid { provider_no });
    let refunded = PaymentSays::Refund { no: refund().no, answer: RefundAnswer::Refunded };
    assert_eq!(said, [paid.clone(), paid, PaymentSays::Reversal(ReverseAnswer::Reversed), refunded.clone(), refunded]);
}

#[test]
fn an_answer_that_is_not_signed_just_now_says_nothing() {
    let ask = &asks(Family::WeChat)[1];
    let now = moment().at.as_second();
    let says = |response: &Response| wechat().answer(ask, response, moment());
    let without = |name: &str| {
        let mut response = signed(200, PAID);
        response.headers.retain(|(known, _)| known != name);
        response
    };
    for name in ["wechatpay-nonce", "wechatpay-serial", "wechatpay-signature", "wechatpay-timestamp"] {
        assert_eq!(says(&without(name)), ask.nothing_known(), "without {name}");
    }
    assert_eq!(says(&signed_as(200, PAID, PUBLIC_KEY_ID, now - 301)), ask.nothing_known());
    assert_eq!(says(&signed_as(200, PAID, PUBLIC_KEY_ID, now + 301)), ask.nothing_known());
    assert_eq!(says(&signed_as(200, PAID, "PUB_KEY_ID_0", now)), ask.nothing_known());
    assert_ne!(says(&signed_as(200, PAID, PUBLIC_KEY_ID, now - 299)), ask.nothing_known());
    assert_ne!(says(&signed_as(200, PAID, CERTIFICATE, now)), ask.nothing_known(), "the certificate is known too");
    let later = Moment { at: moment().at + SignedDuration::from_mins(10), ..moment() };
    assert_eq!(wechat().answer(ask, &signed(200, PAID), later), ask.nothing_known());
    assert_eq!(says(&signed(500, PAID)), ask.nothing_known(), "a success that is none");
}

#[test]
fn another_merchant_currency_or_amount_says_nothing() {
    let ask = &asks(Family::WeChat)[1];
    for (from, to) in [
        ("1900000001", "1900000002"),
        ("wxd678efh567hg6787", "wxd678efh567hg6788"),
        (r#""currency":"CNY""#, r#""currency":"HKD""#),
        (r#""total":1280"#, r#""total":1279"#),
        (r#""total":1280"#, r#""total":12.80"#),
        ("4200000925202603014997714292", ""),
        (r#""SUCCESS""#, r#""SUCCESSFUL""#),
    ] {
        let body = PAID.replace(from, to);
        assert_eq!(wechat().answer(ask, &signed(200, &body), moment()), ask.nothing_known(), "{to}");
    }
}

#[test]
fn error_codes_are_definite_only_where_no_money_can_move() {
    let [pay, query, reverse, refund, _] = asks(Family::WeChat);
    let said = |ask: &Ask, status, code: &str| {
        let body = format!(r#"{{"code":"{code}","message":"原因"}}"#);
        match wechat().answer(ask, &signed(status, &body), moment()) {
            PaymentSays::Payment(answer) => format!("{answer:?}"),
            PaymentSays::Reversal(answer) => format!("{answer:?}"),
            PaymentSays::Refund { answer, .. } => format!("{answer:?}"),
        }
    };
    let mut table = String::new();
    for (code, status) in [
        ("USERPAYING", 202),
        ("SYSTEM_ERROR", 500),
        ("BANKERROR", 500),
        ("ORDER_NOT_EXIST", 404),
        ("ORDERNOTEXIST", 404),
        ("ORDERPAID", 400),
        ("ORDER_CLOSED", 400),
        ("ORDERREVERSED", 400),
        ("OUT_TRADE_NO_USED", 403),
        ("NOT_ENOUGH", 403),
        ("NOTENOUGH", 403),
        ("AUTHCODEEXPIRE", 400),
        ("AUTH_CODE_INVALID", 400),
        ("AUTH_CODE_ERROR", 400),
        ("FREQUENCY_LIMITED", 429),
        ("PARAM_ERROR", 400),
        ("SIGN_ERROR", 401),
        ("RULELIMIT", 403),
        ("TRADE_ERROR", 403),
        ("INVALID_REQUEST", 400),
        ("RESOURCE_NOT_EXISTS", 404),
        ("USER_ACCOUNT_ABNORMAL", 403),
        ("NO_AUTH", 403),
        ("ORDER_NOT_READY", 400),
        ("NEVER_HEARD_OF", 400),
    ] {
        let says: Vec<String> = [&pay, &query, &reverse, &refund].map(|ask| said(ask, status, code)).into();
        table.push_str(&format!("{code:22} {}\n", says.join(" | ").replace(" { why: \"原因\" }", "")));
    }
    expect![[r#"
        USERPAYING             Waiting | Unknown | Unknown | Unknown
        SYSTEM_ERROR           Unknown | Unknown | Unknown | Unknown
        BANKERROR              Unknown | Unknown | Unknown | Unknown
        ORDER_NOT_EXIST        Unknown | NotFound | NotFound | Refused
        ORDERNOTEXIST          Unknown | NotFound | NotFound | Refused
        ORDERPAID              Unknown | Unknown | Unknown | Unknown
        ORDER_CLOSED           Unknown | Unknown | Reversed | Unknown
        ORDERREVERSED          Unknown | Unknown | Reversed | Unknown
        OUT_TRADE_NO_USED      Unknown | Unknown | Unknown | Unknown
        NOT_ENOUGH             Declined | Unknown | Unknown | Refused
        NOTENOUGH              Declined | Unknown | Unknown | Refused
        AUTHCODEEXPIRE         Declined | Unknown | Unknown | Unknown
        AUTH_CODE_INVALID      Declined | Unknown | Unknown | Unknown
        AUTH_CODE_ERROR        Declined | Unknown | Unknown | Unknown
        FREQUENCY_LIMITED      Unknown | Unknown | Unknown | Unknown
        PARAM_ERROR            Declined | Unknown | Unknown | Refused
        SIGN_ERROR             Declined | Unknown | Unknown | Unknown
        RULELIMIT              Declined | Unknown | Unknown | Unknown
        TRADE_ERROR            Declined | Unknown | Unknown | Unknown
        INVALID_REQUEST        Unknown | Unknown | Unknown | Refused
        RESOURCE_NOT_EXISTS    Unknown | Unknown | Unknown | Refused
        USER_ACCOUNT_ABNORMAL  Unknown | Unknown | Unknown | Refused
        NO_AUTH                Declined | Unknown | Unknown | Refused
        ORDER_NOT_READY        Unknown | Unknown | Unknown | Unknown
        NEVER_HEARD_OF         Unknown | Unknown | Unknown | Unknown
    "#]]
    .assert_eq(&table);
}

#[test]
fn states_of_trades_and_refunds_are_understood() {
    let [pay, query, _, give_back, _] = asks(Family::WeChat);
    let state = |ask: &Ask, state: &str| {
        let body = PAID.replace(r#""trade_state":"SUCCESS""#, &format!(r#""trade_state":"{state}""#));
        match wechat().answer(ask, &signed(200, &body), moment()) {
            PaymentSays::Payment(answer) => answer,
            other => panic!("{other:?}"),
        }
    };
    for ask in [&pay, &query] {
        for waiting in ["USERPAYING", "NOTPAY", "ACCEPT", "PAYERROR"] {
            assert_eq!(state(ask, waiting), Answer::Waiting);
        }
        for over in ["REVOKED", "CLOSED", "REFUND"] {
            assert_eq!(state(ask, over), Answer::Reversed);
        }
    }
    let refund_state = |state: &str| {
        let body = REFUNDED.replace(r#""status":"SUCCESS""#, &format!(r#""status":"{state}""#));
        wechat().answer(&give_back, &signed(200, &body), moment())
    };
    let refunded = PaymentSays::Refund { no: refund().no, answer: RefundAnswer::Refunded };
    assert_eq!(refund_state("PROCESSING"), refunded, "no sale waits for a bank");
    assert_eq!(refund_state("SOMETHING"), give_back.nothing_known());
    let refused = RefundAnswer::Refused { why: "ABNORMAL".into() };
    assert_eq!(refund_state("ABNORMAL"), PaymentSays::Refund { no: refund().no, answer: refused });
    assert_eq!(order(Family::WeChat).no, "W20260301T1N7");
}

#[test]
fn a_bill_is_fetched_from_the_provider_alone_and_checked() {
    let day = date(2026, 2, 28);
    let bytes = include_bytes!("../../testdata/wechat-bill.csv");
    let found = |url: &str, hash: &str| {
        let body = format!(r#"{{"download_url":"{url}","hash_type":"SHA1","hash_value":"{hash}"}}"#);
        wechat().bill_found(day, &signed(200, &body), moment())
    };
    let hash = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, bytes);
    let hash: String = hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    let here = "https://api.mch.weixin.qq.com/v3/billdownload/file?token=abc";
    let Ok(BillFound::Fetch(sealed)) = found(here, &hash) else { panic!("no bill") };
    assert_eq!(sealed.request.url, here);
    let response = |bytes: &[u8]| Response { status: 200, headers: vec![], body: bytes.to_vec() };
    assert_eq!(wechat().bill_lines(&sealed, &response(bytes)).map(|lines| lines.len()), Ok(4));
    assert_eq!(wechat().bill_lines(&sealed, &response(&bytes[1..])), Err(BillError::Torn));
    assert_eq!(found("https://elsewhere.example/v3/x", &hash), Err(BillError::Unverified));
    assert_eq!(found("https://api.mch.weixin.qq.com.example/v3/x", &hash), Err(BillError::Unverified));
    assert_eq!(found(here, "abc"), Err(BillError::Unverified));
    let said =
        |code: &str| wechat().bill_found(day, &signed(400, &format!(r#"{{"code":"{code}","message":""}}"#)), moment());
    assert_eq!(said("NO_STATEMENT_EXIST"), Ok(BillFound::Empty));
    assert_eq!(said("STATEMENT_CREATING"), Err(BillError::NotReady));
    let asked = wechat().bill_request(day, moment()).unwrap();
    assert!(asked.url.ends_with("/v3/bill/tradebill?bill_date=2026-02-28&bill_type=ALL"), "{}", asked.url);
}
