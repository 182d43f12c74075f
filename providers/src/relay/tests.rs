use proptest::prelude::*;
use proptest::sample::Index;

use super::*;
use crate::tests::{asks, moment, shown};

const TOKEN: &str = "01990000-0000-7000-8000-000000000001.a0b1c2";

fn relay() -> Relay {
    Relay {
        families: vec![Family::WeChat, Family::Alipay],
        url: "https://platform.example/v1/payments".into(),
        token: TOKEN.into(),
    }
}

/// Everything that can be said about each question.
fn said_of(ask: &Ask) -> Vec<PaymentSays> {
    let (no, why) = (|| "4200001234".to_owned(), || "余额不足".to_owned());
    match ask {
        Ask::Pay(..) | Ask::Query(_) => [
            Answer::Paid { provider_no: no() },
            Answer::Declined { why: why() },
            Answer::Waiting,
            Answer::Reversed,
            Answer::Unknown,
            Answer::NotFound,
        ]
        .map(PaymentSays::Payment)
        .to_vec(),
        Ask::Reverse(_) => [
            ReverseAnswer::Reversed,
            ReverseAnswer::StillPaid { provider_no: no() },
            ReverseAnswer::NotFound,
            ReverseAnswer::Unknown,
        ]
        .map(PaymentSays::Reversal)
        .to_vec(),
        Ask::Refund(_, refund) | Ask::RefundQuery(_, refund) => {
            [RefundAnswer::Refunded, RefundAnswer::Refused { why: why() }, RefundAnswer::Unknown]
                .map(|answer| PaymentSays::Refund { no: refund.no.clone(), answer })
                .to_vec()
        }
    }
}

fn response(status: u16, answer: &PaymentAnswer) -> Response {
    Response { status, headers: vec![], body: serde_json::to_vec(answer).unwrap() }
}

fn answered(ask: &Ask, says: &PaymentSays) -> PaymentAnswer {
    answer_to_wire(&PaymentReply { order_no: ask.order().no.clone(), says: says.clone() })
}

#[test]
fn a_question_goes_as_it_is_written_down() {
    let request = relay().request(&asks(Family::WeChat)[0], moment()).unwrap();
    expect_test::expect![[r#"
        POST https://platform.example/v1/payments
        authorization: Bearer 01990000-0000-7000-8000-000000000001.a0b1c2
        content-type: application/json
        accept: application/json
        {"what":"pay","order_no":"W20260301T1N7","family":"wechat","amount":1280,"currency":"CNY","at_ms":0,"code":"134567890123456789"}
    "#]]
    .assert_eq(&shown(&request));
    let text =
        format!("{request:?} {:?}", PlatformLink { url: "u".into(), authority: "a".into(), token: TOKEN.into() });
    assert!(!text.contains("134567890123456789") && !text.contains(TOKEN), "{text}");
}

#[test]
fn what_is_asked_and_what_is_said_come_through_whole() {
    let relay = relay();
    for family in [Family::WeChat, Family::Alipay] {
        let [pay, query, reverse, refund, refund_query] = asks(family);
        for ask in [pay, query, reverse, refund] {
            let wire: PaymentAsk = serde_json::from_slice(&relay.request(&ask, moment()).unwrap().body).unwrap();
            assert_eq!(from_wire(&wire), Ok(ask.clone()));
            for says in said_of(&ask) {
                assert_eq!(relay.answer(&ask, &response(200, &answered(&ask, &says)), moment()), says);
            }
        }
        assert!(relay.request(&refund_query, moment()).is_err());
    }
    assert!(relay.request(&asks(Family::UnionPay)[1], moment()).is_err(), "not of its families");
}

#[test]
fn whatever_is_not_the_answer_says_that_nothing_is_known() {
    let relay = relay();
    let all = asks(Family::WeChat);
    let asked = &all[..4];
    for ask in asked {
        for says in asked.iter().flat_map(said_of) {
            let good = answered(ask, &says);
            for status in [201, 204, 302, 400, 401, 404, 429, 500, 503] {
                assert_eq!(relay.answer(ask, &response(status, &good), moment()), ask.nothing_known(), "{status}");
            }
            let other = PaymentAnswer { order_no: "W20260301T1N8".into(), ..good.clone() };
            assert_eq!(relay.answer(ask, &response(200, &other), moment()), ask.nothing_known());
            if !said_of(ask).contains(&says) {
                assert_eq!(relay.answer(ask, &response(200, &good), moment()), ask.nothing_known(), "{says:?}");
            }
        }
    }
    let refund = |no: &str| PaymentSays::Refund { no: no.into(), answer: RefundAnswer::Refunded };
    let other = response(200, &answered(&asked[3], &refund("W20260301T1N7Q")));
    assert_eq!(relay.answer(&asked[3], &other, moment()), asked[3].nothing_known(), "another refund");
    for provider_no in [String::new(), "7".repeat(129), "a b".into()] {
        let paid = answered(&asked[1], &PaymentSays::Payment(Answer::Paid { provider_no }));
        assert_eq!(relay.answer(&asked[1], &response(200, &paid), moment()), asked[1].nothing_known());
    }
}

#[test]
fn a_question_with_a_wrong_field_is_none_and_its_error_does_not_tell_it() {
    let good = to_wire(&asks(Family::WeChat)[0]).unwrap();
    let bad = [
        PaymentAsk { family: "cheque".into(), ..good.clone() },
        PaymentAsk { currency: "XXX".into(), ..good.clone() },
        PaymentAsk { at_ms: i64::MAX, ..good.clone() },
        PaymentAsk { code: None, ..good.clone() },
        PaymentAsk { refund_no: Some("R".into()), ..good.clone() },
        PaymentAsk { what: PaymentWhat::Query, ..good.clone() },
        PaymentAsk { what: PaymentWhat::Refund, code: None, ..good },
    ];
    for wire in bad {
        let error = from_wire(&wire).expect_err("a wrong field").to_string();
        assert!(!error.contains("134567890123456789"), "{error}");
    }
}

#[test]
fn a_till_that_is_not_enrolled_is_told_so_in_words() {
    let settings: RelaySettings = serde_json::from_str(r#"{"families": ["wechat", "alipay"]}"#).unwrap();
    assert_eq!((settings.name.as_str(), settings.check()), ("platform", Ok(())));
    assert!(settings.open().unwrap_err().to_string().contains("enrol it"));
    for (families, words) in [("[\"terminal\"]", "not \"terminal\""), ("[\"cheque\"]", "wechat, alipay and unionpay")] {
        let error = serde_json::from_str::<RelaySettings>(&format!("{{\"families\": {families}}}")).unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
    }
    let twice = RelaySettings { families: vec![Family::WeChat; 2], ..settings.clone() };
    assert!(twice.check().is_err() && RelaySettings { families: vec![], ..settings.clone() }.check().is_err());
    let link = |url: &str| Some(PlatformLink { url: url.into(), authority: "no PEM".into(), token: TOKEN.into() });
    let with = |url: &str| RelaySettings { link: link(url), ..settings.clone() }.open().unwrap_err().to_string();
    assert!(with("http://platform.example").contains("https://"));
    assert!(with("https://platform.example/").contains("no certificate"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn any_bytes_are_an_answer_to_the_question_or_none(
        which in any::<Index>(),
        at in any::<Index>(),
        byte in any::<u8>(),
        rubbish in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let all = asks(Family::WeChat);
        let ask = which.get(&all[..4]);
        let says = said_of(ask);
        let mut touched = response(200, &answered(ask, at.get(&says)));
        let place = at.index(touched.body.len());
        touched.body[place] = byte;
        for response in [touched, Response { status: 200, headers: vec![], body: rubbish }] {
            let fits = match (relay().answer(ask, &response, moment()), ask) {
                (PaymentSays::Payment(_), Ask::Pay(..) | Ask::Query(_)) => true,
                (PaymentSays::Reversal(_), Ask::Reverse(_)) => true,
                (PaymentSays::Refund { no, .. }, Ask::Refund(_, refund)) => no == refund.no,
                _ => false,
            };
            prop_assert!(fits);
            let _ = serde_json::from_slice::<PaymentAsk>(&response.body).map(|wire| from_wire(&wire));
        }
    }
}
