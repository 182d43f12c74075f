use domain::payment::Family;
use expect_test::expect;
use hal::PaymentSays;
use jiff::civil::date;

use super::*;
use crate::tests::{V2_KEY, asks, moment, refund, shown, wechat_v2};

/// A response as WeChat signs it: fields given as `name=value` lines.
fn signed(lines: &str) -> Response {
    let mut fields: Fields = lines
        .split_whitespace()
        .map(|line| line.split_once('=').unwrap())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    for (name, value) in [
        ("return_code", "SUCCESS"),
        ("appid", "wxd930ea5d5a258f4f"),
        ("mch_id", "10000100"),
        ("nonce_str", "5K8264ILTKCH16CQ"),
    ] {
        fields.entry(name.to_owned()).or_insert_with(|| value.to_owned());
    }
    let signature = sign::sign(&fields, &ApiKey::parse(V2_KEY).unwrap(), SignType::HmacSha256);
    fields.insert("sign".to_owned(), signature);
    Response { status: 200, headers: vec![], body: xml::write(&fields).into_bytes() }
}

const PAID: &str = "result_code=SUCCESS trade_type=MICROPAY total_fee=1280 fee_type=CNY \
    transaction_id=4200000925202603014997714292 out_trade_no=W20260301T1N7 time_end=20260301091501";

/// A good answer to each question; a refund has none before its follow-up.
pub(crate) fn good() -> Vec<(Ask, Response)> {
    let [pay, query, reverse, _, refund_query] = asks(Family::WeChat);
    vec![
        (pay, signed(PAID)),
        (query, signed(&format!("{PAID} trade_state=SUCCESS"))),
        (reverse, signed("result_code=SUCCESS recall=N")),
        (
            refund_query,
            signed(
                "result_code=SUCCESS out_trade_no=W20260301T1N7 out_refund_no_0=W20260301T1N7R refund_fee_0=280 \
                 refund_status_0=SUCCESS total_fee=1280 refund_count=1",
            ),
        ),
    ]
}

#[test]
fn each_question_is_one_signed_request() {
    let texts: Vec<String> =
        asks(Family::WeChat).iter().map(|ask| shown(&wechat_v2().request(ask, moment()).unwrap())).collect();
    expect![[r#"
        POST https://api.mch.weixin.qq.com/pay/micropay
        content-type: text/xml; charset=utf-8
        <xml><appid>wxd930ea5d5a258f4f</appid><auth_code>134567890123456789</auth_code><body>柜台便利店</body><device_info>till-1</device_info><fee_type>CNY</fee_type><mch_id>10000100</mch_id><nonce_str>593BEC0C930BF1AFEB40B4A08C8FB242</nonce_str><out_trade_no>W20260301T1N7</out_trade_no><sign>06B294CFBB81AEDD69938D4CB87B3699CEFC44574B6D43BA7804B0D19A9102AC</sign><sign_type>HMAC-SHA256</sign_type><spbill_create_ip>192.168.1.20</spbill_create_ip><total_fee>1280</total_fee></xml>

        POST https://api.mch.weixin.qq.com/pay/orderquery
        content-type: text/xml; charset=utf-8
        <xml><appid>wxd930ea5d5a258f4f</appid><mch_id>10000100</mch_id><nonce_str>593BEC0C930BF1AFEB40B4A08C8FB242</nonce_str><out_trade_no>W20260301T1N7</out_trade_no><sign>FEB00565164A4A060DCCA672C654D19455244580FF620F20FAEF5A4A4235203E</sign><sign_type>HMAC-SHA256</sign_type></xml>

        POST https://api.mch.weixin.qq.com/secapi/pay/reverse
        content-type: text/xml; charset=utf-8
        <xml><appid>wxd930ea5d5a258f4f</appid><mch_id>10000100</mch_id><nonce_str>593BEC0C930BF1AFEB40B4A08C8FB242</nonce_str><out_trade_no>W20260301T1N7</out_trade_no><sign>FEB00565164A4A060DCCA672C654D19455244580FF620F20FAEF5A4A4235203E</sign><sign_type>HMAC-SHA256</sign_type></xml>

        POST https://api.mch.weixin.qq.com/secapi/pay/refund
        content-type: text/xml; charset=utf-8
        <xml><appid>wxd930ea5d5a258f4f</appid><mch_id>10000100</mch_id><nonce_str>593BEC0C930BF1AFEB40B4A08C8FB242</nonce_str><out_refund_no>W20260301T1N7R</out_refund_no><out_trade_no>W20260301T1N7</out_trade_no><refund_fee>280</refund_fee><refund_fee_type>CNY</refund_fee_type><sign>A583DC6FB84A26C67B8F385FCCA510F2AD9F25B1064C945F76FDE25CC5DD7F26</sign><sign_type>HMAC-SHA256</sign_type><total_fee>1280</total_fee></xml>

        POST https://api.mch.weixin.qq.com/pay/refundquery
        content-type: text/xml; charset=utf-8
        <xml><appid>wxd930ea5d5a258f4f</appid><mch_id>10000100</mch_id><nonce_str>593BEC0C930BF1AFEB40B4A08C8FB242</nonce_str><out_refund_no>W20260301T1N7R</out_refund_no><sign>2F316557A892EA00FF21DEDC7FFDFFCB399AF915CC835642339353510989837E</sign><sign_type>HMAC-SHA256</sign_type></xml>
    "#]].assert_eq(&texts.join("\n"));
}

#[test]
fn good_answers_are_understood_and_a_refund_is_asked_about() {
    let says: Vec<String> =
        good().iter().map(|(ask, answer)| format!("{:?}", wechat_v2().answer(ask, answer, moment()))).collect();
    expect![[r#"
        Payment(Paid { provider_no: "4200000925202603014997714292" })
        Payment(Paid { provider_no: "4200000925202603014997714292" })
        Reversal(Reversed)
        Refund { no: "W20260301T1N7R", answer: Refunded }"#]]
    .assert_eq(&says.join("\n"));
    let give_back = &asks(Family::WeChat)[3];
    let taken = signed("result_code=SUCCESS out_trade_no=W20260301T1N7 out_refund_no=W20260301T1N7R refund_fee=280");
    assert_eq!(wechat_v2().answer(give_back, &taken, moment()), give_back.nothing_known());
    assert_eq!(wechat_v2().follow_up(give_back, &taken, moment()), Some(asks(Family::WeChat)[4].clone()));
    let failed = signed("result_code=FAIL err_code=NOTENOUGH err_code_des=余额不足");
    assert_eq!(wechat_v2().follow_up(give_back, &failed, moment()), None);
    let refused = RefundAnswer::Refused { why: "余额不足".into() };
    let says = wechat_v2().answer(give_back, &failed, moment());
    assert_eq!(says, PaymentSays::Refund { no: refund().no, answer: refused });
}

#[test]
fn failures_are_definite_only_where_no_money_can_move() {
    let [pay, query, reverse, ..] = asks(Family::WeChat);
    let says = |ask: &Ask, lines: &str| wechat_v2().answer(ask, &signed(lines), moment());
    let payment = |answer| PaymentSays::Payment(answer);
    assert_eq!(says(&pay, "result_code=FAIL err_code=USERPAYING"), payment(Answer::Waiting));
    assert_eq!(says(&pay, "result_code=FAIL err_code=SYSTEMERROR"), payment(Answer::Unknown));
    let declined = Answer::Declined { why: "余额不足".into() };
    assert_eq!(says(&pay, "result_code=FAIL err_code=NOTENOUGH err_code_des=余额不足"), payment(declined));
    assert_eq!(says(&query, "result_code=FAIL err_code=ORDERNOTEXIST"), payment(Answer::NotFound));
    assert_eq!(says(&reverse, "result_code=SUCCESS recall=Y"), PaymentSays::Reversal(ReverseAnswer::Unknown));
    assert_eq!(says(&reverse, "result_code=FAIL err_code=SYSTEMERROR recall=Y"), reverse.nothing_known());
    assert_eq!(says(&pay, "result_code=FAIL"), payment(Answer::Unknown));
    assert_eq!(says(&pay, &format!("{PAID} mch_id=10000101")), payment(Answer::Unknown), "another merchant");
    let unsigned = b"<xml><return_code>FAIL</return_code><return_msg>x</return_msg></xml>".to_vec();
    let unsigned = Response { status: 200, headers: vec![], body: unsigned };
    assert_eq!(wechat_v2().answer(&pay, &unsigned, moment()), payment(Answer::Unknown));
}

#[test]
fn a_bill_is_the_response_itself() {
    let day = date(2026, 2, 28);
    let found = |body: &[u8]| {
        wechat_v2().bill_found(day, &Response { status: 200, headers: vec![], body: body.to_vec() }, moment())
    };
    let Ok(BillFound::Here(lines)) = found(include_bytes!("../../testdata/wechat-bill.csv")) else { panic!("no bill") };
    assert_eq!(lines.len(), 4);
    let none =
        b"<xml><return_code><![CDATA[FAIL]]></return_code><return_msg><![CDATA[No Bill Exist]]></return_msg></xml>";
    assert_eq!(found(none), Ok(BillFound::Empty));
}
