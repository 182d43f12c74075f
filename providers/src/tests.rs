//! What the tests of all providers share, and what holds for any bytes that any of them answers.

use domain::money::{Currency, Money};
use domain::payment::{Answer, Family, RefundAnswer, ReverseAnswer};
use hal::{PaymentCode, PaymentOrder, PaymentSays, RefundOrder};
use jiff::Timestamp;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::alipay::Alipay;
use crate::key::{SigningKey, VerifyingKey};
use crate::wechat::Wechat;
use crate::wechat_v2::WechatV2;
use crate::{Ask, Moment, Provider, Request, Response};

pub(crate) const PUBLIC_KEY_ID: &str = "PUB_KEY_ID_0119000000012026010100000000000001";
pub(crate) const CERTIFICATE: &str = "0A1B2C3D4E5F60718293A4B5C6D7E8F901020304";
pub(crate) const V2_KEY: &[u8] = b"192006250b4c09247ec02edce69f6a2d";

/// The provider's private key.
pub(crate) fn provider_key() -> SigningKey {
    SigningKey::parse(include_bytes!("../testdata/provider-for-tests.pem")).unwrap()
}

pub(crate) fn merchant_key() -> SigningKey {
    SigningKey::parse(include_bytes!("../testdata/merchant-for-tests.pem")).unwrap()
}

fn provider_public() -> VerifyingKey {
    VerifyingKey::parse(include_bytes!("../testdata/provider-public-for-tests.pem")).unwrap()
}

pub(crate) fn wechat() -> Wechat {
    let settings = r#"{"mch_id": "1900000001", "app_id": "wxd678efh567hg6787", "subject": "柜台便利店",
        "serial": "5157F09EFDC096DE15EBE81A47057A7232F1B8E1", "key_file": "", "provider_keys": [],
        "device_id": "till-1", "device_ip": "192.168.1.20", "store_id": "s1"}"#;
    let theirs = vec![
        (PUBLIC_KEY_ID.to_owned(), provider_public()),
        (
            CERTIFICATE.to_owned(),
            VerifyingKey::parse(include_bytes!("../testdata/provider-cert-for-tests.pem")).unwrap(),
        ),
    ];
    Wechat::new(serde_json::from_str(settings).unwrap(), merchant_key(), theirs)
}

pub(crate) fn wechat_v2() -> WechatV2 {
    let settings = r#"{"mch_id": "10000100", "app_id": "wxd930ea5d5a258f4f", "subject": "柜台便利店", "key_file": "",
        "cert_file": "", "cert_key_file": "", "device_id": "till-1", "device_ip": "192.168.1.20"}"#;
    WechatV2::new(serde_json::from_str(settings).unwrap(), V2_KEY).unwrap()
}

pub(crate) fn alipay() -> Alipay {
    let settings = r#"{"app_id": "2014072300007148", "subject": "柜台便利店", "key_file": "", "provider_key_file": "",
        "store_id": "NJ_001", "terminal_id": "till-1"}"#;
    Alipay::new(serde_json::from_str(settings).unwrap(), merchant_key(), provider_public())
}

/// 2026-03-01 09:15:00 in Beijing.
pub(crate) fn moment() -> Moment {
    Moment { at: "2026-03-01T01:15:00Z".parse().unwrap(), nonce: 0x593B_EC0C_930B_F1AF_EB40_B4A0_8C8F_B242 }
}

pub(crate) fn order(family: Family) -> PaymentOrder {
    let at = Timestamp::UNIX_EPOCH;
    PaymentOrder {
        no: "W20260301T1N7".into(),
        family,
        amount: Money::minor(1280),
        currency: Currency::of("CNY").unwrap(),
        at,
    }
}

pub(crate) fn refund() -> RefundOrder {
    RefundOrder { no: "W20260301T1N7R".into(), amount: Money::minor(280) }
}

/// One of each question.
pub(crate) fn asks(family: Family) -> [Ask; 5] {
    let code = match family {
        Family::Alipay => "281234567890123456",
        _ => "134567890123456789",
    };
    let order = order(family);
    [
        Ask::Pay(order.clone(), PaymentCode::new(code)),
        Ask::Query(order.clone()),
        Ask::Reverse(order.clone()),
        Ask::Refund(order.clone(), refund()),
        Ask::RefundQuery(order, refund()),
    ]
}

/// A request as text, for people and golden tests.
pub(crate) fn shown(request: &Request) -> String {
    let mut text = format!("{} {}\n", request.method, request.url);
    for (name, value) in &request.headers {
        text.push_str(&format!("{name}: {value}\n"));
    }
    text + &String::from_utf8_lossy(&request.body) + "\n"
}

/// Whether something definite is said: good or bad.
pub(crate) fn is_definite(says: &PaymentSays) -> bool {
    match says {
        PaymentSays::Payment(answer) => !matches!(answer, Answer::Unknown),
        PaymentSays::Reversal(answer) => !matches!(answer, ReverseAnswer::Unknown),
        PaymentSays::Refund { answer, .. } => !matches!(answer, RefundAnswer::Unknown),
    }
}

#[test]
fn what_no_provider_of_yuan_can_move_is_not_sent() {
    let good = order(Family::WeChat);
    let code = || PaymentCode::new("134567890123456789");
    let cases = [
        Ask::Pay(PaymentOrder { currency: Currency::of("EUR").unwrap(), ..good.clone() }, code()),
        Ask::Pay(PaymentOrder { no: "../../pay".into(), ..good.clone() }, code()),
        Ask::Pay(PaymentOrder { no: "1".repeat(33), ..good.clone() }, code()),
        Ask::Pay(good.clone(), PaymentCode::new("13456789\"")),
        Ask::Query(PaymentOrder { no: String::new(), ..good.clone() }),
        Ask::Refund(good.clone(), RefundOrder { amount: Money::minor(1281), ..refund() }),
        Ask::Refund(good, RefundOrder { no: "a?b".into(), ..refund() }),
    ];
    let providers: [&dyn Provider; 3] = [&wechat(), &wechat_v2(), &alipay()];
    for provider in providers {
        for ask in &cases {
            assert!(provider.request(ask, moment()).is_err(), "{ask:?}");
        }
    }
}

#[test]
fn nothing_secret_is_shown() {
    let providers: [&dyn Provider; 3] = [&wechat(), &wechat_v2(), &alipay()];
    let mut text = format!("{:?} {:?} {:?}", wechat(), wechat_v2(), alipay());
    for provider in providers {
        for ask in asks(provider.family()) {
            text.push_str(&format!("{ask:?} {:?}", provider.request(&ask, moment()).unwrap()));
        }
    }
    for secret in ["134567890123456789", "281234567890123456", "192006250b4c", "signature", "nonce", "MII"] {
        assert!(!text.contains(secret), "{secret} is shown");
    }
}

/// A good answer to each question of each provider, signed.
fn good_answers() -> Vec<(Box<dyn Provider>, Ask, Response)> {
    let (v3, v2, zhi) = (crate::wechat::tests::good(), crate::wechat_v2::tests::good(), crate::alipay::tests::good());
    let mut all: Vec<(Box<dyn Provider>, Ask, Response)> = Vec::new();
    all.extend(v3.into_iter().map(|(ask, answer)| (Box::new(wechat()) as Box<dyn Provider>, ask, answer)));
    all.extend(v2.into_iter().map(|(ask, answer)| (Box::new(wechat_v2()) as Box<dyn Provider>, ask, answer)));
    all.extend(zhi.into_iter().map(|(ask, answer)| (Box::new(alipay()) as Box<dyn Provider>, ask, answer)));
    all
}

#[test]
fn good_answers_are_definite_and_say_nothing_about_another_order() {
    for (provider, ask, answer) in good_answers() {
        assert!(is_definite(&provider.answer(&ask, &answer, moment())), "{ask:?}");
        let other = |order: &PaymentOrder| PaymentOrder { no: "W20260301T1N8".into(), ..order.clone() };
        let dearer = |order: &PaymentOrder| PaymentOrder { amount: Money::minor(1281), ..order.clone() };
        let others = match &ask {
            Ask::Pay(order, code) => vec![Ask::Pay(other(order), code.clone()), Ask::Pay(dearer(order), code.clone())],
            Ask::Query(order) => vec![Ask::Query(other(order)), Ask::Query(dearer(order))],
            // An answer of v2 to a reversal names no order.
            Ask::Reverse(_) if answer.body.starts_with(b"<xml>") => vec![],
            Ask::Reverse(order) => vec![Ask::Reverse(other(order))],
            Ask::Refund(order, refund) => vec![Ask::Refund(other(order), refund.clone())],
            Ask::RefundQuery(order, refund) => {
                let dearer = RefundOrder { amount: Money::minor(281), ..refund.clone() };
                vec![Ask::RefundQuery(other(order), refund.clone()), Ask::RefundQuery(order.clone(), dearer)]
            }
        };
        for ask in others {
            assert_eq!(provider.answer(&ask, &answer, moment()), ask.nothing_known(), "{ask:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn an_answer_that_was_touched_says_nothing(
        which in any::<Index>(),
        at in any::<Index>(),
        byte in any::<u8>(),
        cut in any::<bool>(),
        rubbish in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        thread_local!(static GOOD: Vec<(Box<dyn Provider>, Ask, Response)> = good_answers());
        GOOD.with(|good| {
            let (provider, ask, answer) = which.get(good);
            let mut touched = answer.clone();
            let place = at.index(touched.body.len());
            match cut {
                true => touched.body.truncate(place),
                false => touched.body[place] = byte,
            }
            // White space around what is signed is not signed.
            let same = touched == *answer || (byte.is_ascii_whitespace() && answer.body[place].is_ascii_whitespace());
            if !same {
                prop_assert!(!is_definite(&provider.answer(ask, &touched, moment())), "byte {place} of {ask:?}");
            }
            let nonsense = Response { body: rubbish, ..answer.clone() };
            prop_assert_eq!(provider.answer(ask, &nonsense, moment()), ask.nothing_known());
            let _ = provider.bill_found(jiff::civil::date(2026, 3, 1), &nonsense, moment());
            Ok(())
        })?;
    }
}
