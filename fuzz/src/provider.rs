//! What payment providers answer: bytes that nobody signed, the same bytes signed, and their bills.

use std::sync::OnceLock;

use domain::money::{Currency, Money};
use domain::payment::{Answer, Family, RefundAnswer, ReverseAnswer};
use drivers::payment::online::providers::alipay::Alipay;
use drivers::payment::online::providers::bill::{read_alipay_bill, read_wechat_bill};
use drivers::payment::online::providers::key::{SigningKey, VerifyingKey};
use drivers::payment::online::providers::wechat::Wechat;
use drivers::payment::online::providers::wechat_v2::WechatV2;
use drivers::payment::online::providers::{Ask, Moment, Provider, Response};
use hal::{PaymentCode, PaymentOrder, PaymentSays, RefundOrder};
use jiff::Timestamp;

/// The provider's private key, so that what is behind its signature is reached too.
const PROVIDER: &[u8] = include_bytes!("../../providers/testdata/provider-for-tests.pem");
const PROVIDER_PUBLIC: &[u8] = include_bytes!("../../providers/testdata/provider-public-for-tests.pem");
const MERCHANT: &[u8] = include_bytes!("../../providers/testdata/merchant-for-tests.pem");
/// The order that everything is about.
const ORDER: &str = "W20260301T1N7";
const REFUND: &str = "W20260301T1N7R";

struct Desk {
    signing: SigningKey,
    wechat: Wechat,
    wechat_v2: WechatV2,
    alipay: Alipay,
}

/// Reads bytes as the answer of each provider to each question, and as a bill.
pub fn read(data: &[u8]) {
    static DESK: OnceLock<Desk> = OnceLock::new();
    let desk = DESK.get_or_init(desk);
    let now = Moment { at: Timestamp::UNIX_EPOCH, nonce: 1 };
    let providers: [&dyn Provider; 3] = [&desk.wechat, &desk.wechat_v2, &desk.alipay];
    let plain = Response { status: 200, headers: Vec::new(), body: data.to_vec() };
    for provider in providers {
        for ask in asks(provider.family()) {
            assert_eq!(provider.answer(&ask, &plain, now), ask.nothing_known(), "nobody signed it");
            assert_eq!(provider.follow_up(&ask, &plain, now), None);
        }
        let _ = provider.bill_found(jiff::civil::date(2026, 3, 1), &plain, now);
    }
    if let Ok(bill) = read_wechat_bill(data) {
        assert!(bill.iter().all(|line| line.amount >= Money::ZERO));
    }
    let _ = read_alipay_bill(data);
    // Signing takes its time: only what can be read at all is worth it.
    if let (Ok(text), Ok(_)) = (std::str::from_utf8(data), serde_json::from_slice::<serde_json::Value>(data)) {
        signed(desk, text, now);
    }
}

fn signed(desk: &Desk, text: &str, now: Moment) {
    let signature = desk.signing.sign(format!("0\nn\n{text}\n").as_bytes()).expect("a key that signs");
    let headers = [
        ("wechatpay-nonce", "n"),
        ("wechatpay-timestamp", "0"),
        ("wechatpay-serial", "PUB_KEY_ID_1"),
        ("wechatpay-signature", &signature),
    ];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    check(&desk.wechat, &Response { status: 200, headers, body: text.as_bytes().to_vec() }, text, now);

    let signature = desk.signing.sign(text.as_bytes()).expect("a key that signs");
    for method in ["pay", "query", "cancel", "refund", "fastpay_refund_query"] {
        let body = format!(r#"{{"alipay_trade_{method}_response":{text},"sign":"{signature}"}}"#);
        check(&desk.alipay, &Response { status: 200, headers: Vec::new(), body: body.into_bytes() }, text, now);
    }
}

/// Money has moved only where the answer names the order.
fn check(provider: &dyn Provider, response: &Response, text: &str, now: Moment) {
    for ask in asks(provider.family()) {
        let moved = match provider.answer(&ask, response, now) {
            PaymentSays::Payment(answer) => matches!(answer, Answer::Paid { .. }),
            PaymentSays::Reversal(answer) => matches!(answer, ReverseAnswer::StillPaid { .. }),
            PaymentSays::Refund { answer, .. } => answer == RefundAnswer::Refunded,
        };
        // A letter may be written as an escape.
        assert!(!moved || text.contains(ORDER) || text.contains("\\u"), "{ask:?} by {text}");
        let _ = provider.follow_up(&ask, response, now);
    }
    let _ = provider.bill_found(jiff::civil::date(2026, 3, 1), response, now);
}

fn desk() -> Desk {
    let key = |bytes| SigningKey::parse(bytes).expect("a key");
    let public = || VerifyingKey::parse(PROVIDER_PUBLIC).expect("a key");
    let wechat = r#"{"mch_id": "1900000001", "app_id": "wxd678efh567hg6787", "serial": "AA", "key_file": "",
        "provider_keys": []}"#;
    let wechat_v2 = r#"{"mch_id": "10000100", "app_id": "wxd930ea5d5a258f4f", "key_file": "", "cert_file": "",
        "cert_key_file": ""}"#;
    let alipay = r#"{"app_id": "2014072300007148", "key_file": "", "provider_key_file": ""}"#;
    let theirs = vec![("PUB_KEY_ID_1".to_owned(), public())];
    Desk {
        signing: key(PROVIDER),
        wechat: Wechat::new(serde_json::from_str(wechat).expect("settings"), key(MERCHANT), theirs),
        wechat_v2: WechatV2::new(
            serde_json::from_str(wechat_v2).expect("settings"),
            b"192006250b4c09247ec02edce69f6a2d",
        )
        .expect("a key"),
        alipay: Alipay::new(serde_json::from_str(alipay).expect("settings"), key(MERCHANT), public()),
    }
}

fn asks(family: Family) -> [Ask; 5] {
    let currency = Currency::of("CNY").expect("a currency the shop knows");
    let order =
        PaymentOrder { no: ORDER.to_owned(), family, amount: Money::minor(1280), currency, at: Timestamp::UNIX_EPOCH };
    let refund = RefundOrder { no: REFUND.to_owned(), amount: Money::minor(280) };
    [
        Ask::Pay(order.clone(), PaymentCode::new("134567890123456789")),
        Ask::Query(order.clone()),
        Ask::Reverse(order.clone()),
        Ask::Refund(order.clone(), refund.clone()),
        Ask::RefundQuery(order, refund),
    ]
}
