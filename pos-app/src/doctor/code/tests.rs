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
    check("2212345610259", expect![[""]]);
    check_with(&[".....{NNNDDDD}.:weight"], "2012345610255", expect![[""]]);
    check("260123401025008565", expect![[""]]);
    check_with(&["22IIIIIPVVVVC:price"], "2212345828753", expect![[""]]);
}

#[test]
fn goods_and_gs1_data_are_told_with_all_they_carry() {
    check("6901234567892", expect![[""]]);
    check("]E06901234567893", expect![[""]]);
    check("]d20106901234567892172612313103001250{GS}10AB-1{GS}3922129", expect![[""]]);
    check("https://id.example/01/6901234567892/10/AB?17=261331", expect![[""]]);
    check("(00)106141412345678908", expect![[""]]);
}

#[test]
fn a_payment_code_is_told_masked() {
    check("134567890123456789", expect![[""]]);
    check("85123A", expect![[""]]);
    check("可乐", expect![[""]]);
    for code in ["134567890123456789", "287654321098765432"] {
        let told = shop(&[]).tell(code, date(2026, 3, 2));
        assert!(!format!("{} {}", told.text(""), told.json()).contains(code));
    }
}

#[test]
fn the_same_is_told_as_json() {
    let told = shop(&[]).tell("2212345610259", date(2026, 3, 2));
    expect![[""]].assert_eq(&told.json().to_string());
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
