use jiff::civil::date;
use proptest::prelude::*;

use super::*;

/// What a code says, in one line; an error in its words.
fn say(text: &str) -> String {
    let gs1 = match Gs1::parse(text) {
        Ok(gs1) => gs1,
        Err(error) => return error.to_string(),
    };
    let cny = Currency::of("CNY").unwrap();
    let mut said = vec![gs1.gtin.key()];
    said.extend(gs1.lot.as_ref().map(|lot| format!("lot {lot}")));
    said.extend(gs1.serial.as_ref().map(|serial| format!("serial {serial}")));
    said.extend(gs1.expires_on(date(2026, 3, 2)).map(|date| format!("until {date}")));
    said.extend(gs1.weight.map(|weight| format!("{} kg", weight.plain())));
    said.extend(gs1.price.map(|price| match price.in_currency(cny) {
        Ok(price) => cny.signed(price),
        Err(error) => error.to_string(),
    }));
    said.extend(gs1.count.map(|count| format!("{count} pieces")));
    said.extend(gs1.other.iter().map(|(ai, value)| format!("({ai}) {value}")));
    said.join(", ")
}

#[test]
fn each_spelling_says_the_same() {
    let said = "06901234567892, lot AB-1, serial S/9, until 2026-12-31";
    let check = |text: &str| assert_eq!(say(text), said, "for {text:?}");
    check("01069012345678921726123110AB-1\x1d21S/9");
    check("]d201069012345678921726123110AB-1\x1d21S/9");
    check("]Q3\x1d21S/9\x1d010690123456789217261231\x1d10AB-1\x1d");
    check("(01)06901234567892(17)261231(10)AB-1(21)S/9");
    check("(01) 06901234567892 (17) 261231 (10) AB-1 (21) S/9");
    check("https://id.gs1.org/01/06901234567892/10/AB-1/21/S%2F9?17=261231");
    check("HTTP://SHOP.EXAMPLE/A/01/05/01/6901234567892/10/AB%2d1/21/S%2f9/?linkType=gs1:pip&17=261231#top");
}

#[test]
fn labels_carry_weight_price_and_count() {
    assert_eq!(say("(01)90614141000015(3103)001250(3922)1299"), "90614141000015, 1.250 kg, ¥12.99");
    assert_eq!(say("(01)90614141000015(3105)012345"), "90614141000015, 0.123 kg");
    assert_eq!(say("(01)90614141000015(3932)1561299(30)12"), "90614141000015, ¥12.99, 12 pieces");
    assert_eq!(say("(01)90614141000015(3932)8401299"), "90614141000015, (3932): the price is in another currency");
    assert_eq!(say("(01)90614141000015(3923)1299"), "90614141000015, (3923): the price cannot be paid");
    assert_eq!(say("(01)90614141000015(3920)999999999999999"), "90614141000015, (3920): the price cannot be paid");
    assert_eq!(say("(01)90614141000015(37)12(30)6(422)156"), "90614141000015, 6 pieces, (422) 156");
}

#[test]
fn the_day_is_the_first_after_which_goods_are_not_sold() {
    assert_eq!(say("(01)06901234567892(15)260500"), "06901234567892, until 2026-05-31");
    assert_eq!(say("(01)06901234567892(15)260401(17)260630(16)260615"), "06901234567892, until 2026-06-15");
}

#[test]
fn what_is_wrong_is_told_with_its_ai() {
    let check = |text: &str, expect: &str| assert_eq!(say(text), expect, "for {text:?}");
    check("(01)06901234567893", "(01): the check digit is 3, it should be 2");
    check("(01)06901234567892(17)261331", "(17): there is no such date");
    check("(01)06901234567892(17)2612", "(17): 4 characters are too few or too many: 6 to 6");
    check("(01)06901234567892(10)123456789012345678901", "(10): 21 characters are too few or too many: 1 to 20");
    check("(01)06901234567892(10)", "(10): 0 characters are too few or too many: 1 to 20");
    check("(01)06901234567892(10)批号", "(10): a character that may not stand there");
    check("(01)06901234567892(7003)2612312460", "(7003): there is no such time");
    check("(01)06901234567892(4321)2", "(4321): a value that means nothing there");
    check("(01)06901234567892(05)1", "(01): 19 characters are too few or too many: 14 to 14");
    check("]d2050690", "\"0506\" is no application identifier");
    check("]d20106901234", "(01): 8 characters are too few or too many: 14 to 14");
    check("(10)A(10)B(01)06901234567892", "(10) is there twice and differs");
    check("(01)06901234567892(3103)001250(3102)001250", "(3102) is there twice and differs");
    check("(00)106141412345678908", "there is no number of goods (01) in it");
    check("https://a.example/01/06901234567892/11/250101", "the address is not built as a GS1 Digital Link");
    check("https://a.example/01/06901234567892/10/%4", "the address is not built as a GS1 Digital Link");
    check("https://a.example/01/06901234567892/10/%ff", "the address is not built as a GS1 Digital Link");
    check(&format!("]d2{}", "20\u{31}0".repeat(33)), "more than any code carries");
    check(&"(10)A".repeat(200), "more than any code carries");
}

#[test]
fn what_the_table_says_is_consistent() {
    let mut ais: Vec<Ai> = Format::all().map(|(ai, _)| ai).collect();
    let count = ais.len();
    ais.sort_unstable();
    ais.dedup();
    assert_eq!(ais.len(), count, "an AI is in the table once");
    for (ai, format) in Format::all() {
        let (least, most) = format.length();
        assert!(!ai.is_predefined() || least == most, "({ai}) has a length that every reader knows");
        assert_eq!(Ai::of(&ai.to_string()).map(|(found, _)| found), Some(ai));
        assert!(!ais.iter().any(|other| *other != ai && other.to_string().starts_with(&ai.to_string())), "({ai})");
    }
    for (code, _) in CURRENCY_NUMBERS {
        assert!(Currency::of(code).is_some(), "{code}");
    }
}

/// A value that its format takes.
fn value_of(format: &'static Format) -> impl Strategy<Value = String> {
    let with_optional = any::<prop::sample::Index>();
    let seeds = prop::collection::vec((any::<prop::sample::Index>(), any::<u64>()), 6);
    (with_optional, seeds).prop_map(move |(with_optional, seeds)| {
        let needed = format.parts.iter().filter(|part| !part.optional).count();
        let parts = needed + with_optional.index(format.parts.len() - needed + 1);
        let part = |(part, (length, seed)): (&Part, &(prop::sample::Index, u64))| one_part(part, *length, *seed);
        format.parts[..parts].iter().zip(&seeds).map(part).collect()
    })
}

fn one_part(part: &Part, length: prop::sample::Index, seed: u64) -> String {
    let (least, most) = part.length;
    let length = usize::from(least) + length.index(usize::from(most - least) + 1);
    let letters: &[u8] = match part.charset {
        Charset::Digits => b"0123456789",
        Charset::Invariant => b"AZaz09!\"%&'()*+,-./:;<=>?_",
        Charset::Part => b"AZ09#-/",
        Charset::Base64 => b"AZaz09-_=",
    };
    let step = |at: usize| seed.rotate_left(at as u32 * 7) as usize % letters.len();
    let any: Vec<u8> = (0..length).map(|at| letters[step(at)]).collect();
    let any = String::from_utf8(any).unwrap();
    let (month, day) = (1 + seed % 12, 1 + seed % 28);
    match part.rule {
        Rule::Any => any,
        Rule::CheckDigit => {
            let body = &any[1..];
            format!("{body}{}", super::super::gtin::check_digit(body.parse().unwrap()))
        }
        Rule::Date => format!("{:02}{month:02}{:02}", seed % 100, day - 1),
        Rule::DayDate => format!("{:02}{month:02}{day:02}", seed % 100),
        Rule::LongDate => format!("{:04}{month:02}{day:02}", 1900 + seed % 200),
        Rule::HourMinute => format!("{:02}{:02}", seed % 24, seed % 60),
        Rule::Hour => format!("{:02}", seed % 24),
        Rule::Sixtieth => format!("{:02}", seed % 60),
        Rule::Minus => "-".into(),
        Rule::YesNo => (seed % 2).to_string(),
    }
}

/// Elements of different AIs, the goods among them.
fn elements() -> impl Strategy<Value = Vec<(Ai, String)>> {
    let all: Vec<(Ai, &'static Format)> = Format::all().filter(|(ai, _)| ai.number() != 1).collect();
    let one =
        prop::sample::select(all).prop_flat_map(|(ai, format)| value_of(format).prop_map(move |value| (ai, value)));
    let goods = value_of(Ai::of("01").unwrap().1).prop_map(|value| (Ai(1), value));
    (goods, prop::collection::vec(one, 0..4), any::<prop::sample::Index>()).prop_map(|(goods, mut others, at)| {
        others.sort_by_key(|(ai, _)| ai.number() / 10);
        others.dedup_by_key(|(ai, _)| ai.number() / 10);
        // Prices with and without a currency exclude each other.
        let mut prices = 0;
        others.retain(|(ai, _)| !(3920..3940).contains(&ai.number()) || std::mem::replace(&mut prices, 1) == 0);
        let at = at.index(others.len() + 1);
        others.insert(at, goods);
        others
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn every_spelling_is_read_back(elements in elements()) {
        let mut string = String::new();
        for (ai, value) in &elements {
            let end = if ai.is_predefined() { "" } else { "\x1d" };
            string.push_str(&format!("{ai}{value}{end}"));
        }
        let read = Gs1::parse(&format!("]C1{string}"));
        let gtin = &elements.iter().find(|(ai, _)| ai.number() == 1).unwrap().1;
        prop_assert_eq!(&read.as_ref().unwrap().gtin.key(), gtin, "{:?}", string);
        let escaped = |value: &str| value.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        let query: Vec<String> =
            elements.iter().filter(|(ai, _)| ai.number() != 1).map(|(ai, value)| format!("{ai}={}", escaped(value))).collect();
        let link = format!("https://a.example/01/{gtin}?{}", query.join("&"));
        if link.len() <= CODE_CHARS_MAX {
            prop_assert_eq!(&Gs1::parse(&link), &read);
        }
        if !elements.iter().any(|(_, value)| value.contains('(')) {
            let brackets: String = elements.iter().map(|(ai, value)| format!("({ai}){value}")).collect();
            prop_assert_eq!(&Gs1::parse(&brackets), &read);
        }
    }

    #[test]
    fn no_text_makes_reading_panic(text in "(\\]d2|\\(01\\)|https://a/01/)?([0-9]{0,20}|.|\u{1d}|%[0-9A-F]?|[/?=&()]){0,12}") {
        let _ = Gs1::parse(&text);
    }
}
