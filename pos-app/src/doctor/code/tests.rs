use expect_test::{Expect, expect};
use jiff::civil::date;

use super::*;

fn shop(layouts: &[&str]) -> Shop {
    let layouts = layouts.iter().map(|text| (*text).to_owned()).collect();
    let options = CodeOptions { code: String::new(), layouts, state: None, json: false };
    Shop::of(&options).expect("layouts that can be")
}

fn check_with(layouts: &[&str], code: &str, expect: Expect) {
    let shop = shop(layouts);
    let told = shop.tell(code, date(2026, 3, 2));
    expect.assert_eq(&told.text(shop.layouts_of));
    assert_eq!(told.kind == Kind::NoCode, told.wrong.is_some() && told.key.is_none());
}

fn check(code: &str, expect: Expect) {
    check_with(&[], code, expect);
}

#[test]
fn labels_of_a_store_are_told_with_their_layout() {
    check(
        "2212345610259",
        expect![[r#"
            code         2212345610259
            what         label made in a store
            key          02212345600007
            check digit  9, right
            layout       22......VVVVC:price:2 (a usual one; --state DIR reads the store's)
            digits       10.25
            price        ¥10.25
        "#]],
    );
    check_with(
        &[".....{NNNDDDD}.:weight"],
        "2012345610255",
        expect![[r#"
            code         2012345610255
            what         label made in a store
            key          02012300000008
            check digit  5, right
            layout       .....VVVVVVVC:weight:4 (from --layout)
            digits       456.1025
            weight       456.103 kg
        "#]],
    );
    check(
        "260123401025008565",
        expect![[r#"
            code         2601****8565
            what         label made in a store
            key          02601234000002
            layout       2.IIIIIVVVVVXXXXXC:price:2 (a usual one; --state DIR reads the store's)
            digits       10.25
            price        ¥10.25
            paying       a payment code of Alipay: asked for its money when the till waits for it
            selling      taken for what stands above: payment codes count only while the till waits for one
        "#]],
    );
    check_with(
        &["22IIIIIPVVVVC:price"],
        "2212345828753",
        expect![[r#"
            code         2212345828753
            what         no code that a till takes
            check digit  3, right
            wrong        the label's price check digit does not hold
            mend         scan again; when all labels are refused, the scale prints no price check digit: the layout must have no P
        "#]],
    );
}

#[test]
fn goods_and_gs1_data_are_told_with_all_they_carry() {
    check(
        "6901234567892",
        expect![[r#"
            code         6901234567892
            what         number of goods (GTIN)
            key          06901234567892
            check digit  2, right
        "#]],
    );
    check(
        "]E06901234567893",
        expect![[r#"
            code         ]E06901234567893
            what         no code that a till takes
            symbol       Ean13
            check digit  3, should be 2
            wrong        the check digit is 3, it should be 2
            mend         scan again, or compare the digits with those below the bars; a label printed so comes from a wrongly set scale
        "#]],
    );
    check(
        "]d20106901234567892172612313103001250{GS}10AB-1{GS}3922129",
        expect![[r#"
            code         ]d20106901234567892172612313103001250{GS}10AB-1{GS}3922129
            what         GS1 data
            symbol       Gs1DataMatrix
            key          06901234567892
            price        ¥1.29
            weight       1.250 kg
            sell until   2026-12-31

            (01)    GTIN              06901234567892
            (17)    USE BY or EXPIRY  261231
            (3103)  NET WEIGHT (kg)   001250
            (10)    BATCH/LOT         AB-1
            (3922)  PRICE             129
        "#]],
    );
    check(
        "https://id.example/01/6901234567892/10/AB?17=261331",
        expect![[r#"
            code         https://id.example/01/6901234567892/10/AB?17=261331
            what         no code that a till takes
            wrong        (17): there is no such date
            mend         tell the supplier what is wrong; the goods can be sold by their GTIN (01). When values run into each other, the scanner drops FNC1: set it to send GS (1D)
        "#]],
    );
    check(
        "(00)106141412345678908",
        expect![[r#"
            code         (00)106141412345678908
            what         no code that a till takes
            wrong        there is no number of goods (01) in it
            mend         tell the supplier what is wrong; the goods can be sold by their GTIN (01). When values run into each other, the scanner drops FNC1: set it to send GS (1D)

            (00)    SSCC  106141412345678908
        "#]],
    );
}

#[test]
fn a_payment_code_is_told_masked() {
    check(
        "134567890123456789",
        expect![[r#"
            code         1345****6789
            what         payment code
            paying       a payment code of WeChat Pay: asked for its money when the till waits for it
            selling      looked up as goods and not found; it is shown masked
        "#]],
    );
    check(
        "85123A",
        expect![[r#"
            code         85123A
            what         plain code: a PLU, an item's, a member's, a card's
            key          85123A
        "#]],
    );
    check(
        "可乐",
        expect![[r#"
            code         可乐
            what         no code that a till takes
            wrong        the code has characters that no code has
            mend         look at the scanner's settings: prefix, suffix, encoding, keyboard layout (must be US)
        "#]],
    );
    for code in ["134567890123456789", "287654321098765432"] {
        let told = shop(&[]).tell(code, date(2026, 3, 2));
        assert!(!format!("{} {}", told.text(""), told.json()).contains(code));
    }
}

#[test]
fn the_same_is_told_as_json() {
    let told = shop(&[]).tell("2212345610259", date(2026, 3, 2));
    expect![[r#"{"catalogue":null,"check_digit":{"expected":9,"found":9},"code":"2212345610259","elements":[],"key":"02212345600007","kind":"in_store","layout":{"decimals":2,"digits":"10.25","pattern":"22......VVVVC","value":"price"},"mend":null,"payment":null,"price":"¥10.25","sell_until":null,"symbology":null,"weight_kg":null,"wrong":null}"#]].assert_eq(&told.json().to_string());
}

#[test]
fn a_layout_that_cannot_be_is_refused_in_words() {
    let currency = Currency::of("CNY").unwrap();
    let check = |text: &str, words: &str| {
        let error = format!("{:#}", layout_of(text, currency).expect_err(text));
        assert!(error.contains(words), "{error}");
    };
    check("22IIIIIIVVVVC", "22IIIIIIVVVVC:price");
    check("22IIIIIIVVVVC:money", "must say what its value is");
    check("22IIIIIIVVVVC:price:x", "no decimals");
    check("22IIIIIIVVVVC:price:2:3", "more than");
    check("22IIIIIIVVVV:price", "with C last");
}

#[test]
fn the_exit_status_says_whether_it_is_a_code() {
    let status = |code: &str, layout: Option<&str>, state: Option<&str>| {
        let layouts = layout.map(str::to_owned).into_iter().collect();
        let options = CodeOptions { code: code.to_owned(), layouts, state: state.map(PathBuf::from), json: true };
        run(&options).expect("a status")
    };
    assert_eq!(status("2212345610259", None, None), ExitCode::SUCCESS);
    assert_eq!(status("2212345610259", Some("22......{NNDD}.:price"), None), ExitCode::SUCCESS);
    assert_eq!(status("2212345610258", None, None), ExitCode::from(1));
    assert_eq!(status("", None, None), ExitCode::from(1));
    assert_eq!(status("2212345610259", Some("22:price"), None), ExitCode::from(BAD_USAGE));
    assert_eq!(status("2212345610259", None, Some("/nowhere")), ExitCode::from(BAD_USAGE));
}
