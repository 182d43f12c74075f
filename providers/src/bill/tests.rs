use expect_test::expect;
use proptest::prelude::*;

use super::*;

const WECHAT: &[u8] = include_bytes!("../../testdata/wechat-bill.csv");
const ALIPAY: &[u8] = include_bytes!("../../testdata/alipay-bill.zip");

fn shown(lines: &[BillLine]) -> String {
    let line = |line: &BillLine| {
        let refund_no = line.refund_no.as_deref().unwrap_or("-");
        let BillLine { order_no, provider_no, kind, amount, at, .. } = line;
        format!("{order_no} {provider_no} {kind:?} {refund_no} {} {at}\n", amount.units())
    };
    lines.iter().map(line).collect()
}

#[test]
fn bills_are_read() {
    expect![[r#"
        W1 4200000925202602284997714292 Paid - 1280 2026-02-28T01:15:01Z
        W1 4200000925202602284997714292 Refunded W1R 280 2026-02-28T01:20:00Z
        W2 4200000925202602284997714293 Paid - 500 2026-02-28T01:30:00Z
        W2 4200000925202602284997714293 Reversed - 500 2026-02-28T01:30:40Z
    "#]]
    .assert_eq(&shown(&read_wechat_bill(WECHAT).unwrap()));
    expect![[r#"
        W1 2026022822001104680073956707 Paid - 1280 2026-02-28T01:15:01Z
        W1 2026022822001104680073956707 Refunded W1R 280 2026-02-28T01:20:00Z
    "#]]
    .assert_eq(&shown(&read_alipay_bill(ALIPAY).unwrap()));
}

#[test]
fn a_bill_that_is_cut_or_strange_is_refused_with_its_line() {
    let text = std::str::from_utf8(WECHAT).unwrap();
    let wrong = |text: &str| read_wechat_bill(text.as_bytes()).unwrap_err().to_string();
    let cut: String = text.lines().take(3).map(|line| format!("{line}\n")).collect();
    expect!["failed reading the bill at line 0: its end is missing"].assert_eq(&wrong(&cut));
    expect!["failed reading the bill at line 3: an amount is none"].assert_eq(&wrong(&text.replace("`2.80", "`zwei")));
    expect!["failed reading the bill at line 5: its kind of trade is not known"]
        .assert_eq(&wrong(&text.replace("REVOKED", "ODD")));
    expect!["failed reading the bill at line 1: a column is missing"].assert_eq(&wrong("a,b\n"));
    assert!(read_alipay_bill(&ALIPAY[..ALIPAY.len() - 30]).is_err());
    let mut damaged = ALIPAY.to_vec();
    damaged[ALIPAY.len() / 2] ^= 0x10;
    assert!(read_alipay_bill(&damaged).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn no_bytes_are_too_much(
        rubbish in prop::collection::vec(any::<u8>(), 0..100),
        place in any::<prop::sample::Index>(),
        bytes in prop::collection::vec(any::<u8>(), 1..6),
    ) {
        let _ = (read_wechat_bill(&rubbish), read_alipay_bill(&rubbish));
        for (good, read) in [(WECHAT, read_wechat_bill as fn(&[u8]) -> _), (ALIPAY, read_alipay_bill)] {
            let at = place.index(good.len());
            let after = &good[(at + bytes.len()).min(good.len())..];
            let touched = [&good[..at], &bytes, after].concat();
            let lines: Result<Vec<BillLine>, BillError> = read(&touched);
            for line in lines.unwrap_or_default() {
                prop_assert!(line.amount >= Money::ZERO, "{line:?}");
                prop_assert_eq!(line.refund_no.is_some(), line.kind == BillKind::Refunded);
            }
        }
    }
}
