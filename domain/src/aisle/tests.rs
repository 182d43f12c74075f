use proptest::prelude::*;

use super::*;
use crate::money::Currency;
use crate::payment::Family;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

const NOW: i64 = 1_782_000_000;

fn key() -> AisleKey {
    AisleKey::new(&[7; 32]).unwrap()
}

fn basket() -> BasketCode {
    let line = |code: &str, pieces| AisleLine { code: code.into(), quantity: Quantity::pieces(pieces) };
    BasketCode {
        store: "s1".into(),
        session: Uuid::from_u128(0x0190_a4c1_7d3e_4c10_8000_0123_4567_89ab),
        session_until: at(NOW + 3600),
        sequence: 3,
        at: at(NOW),
        member: Some("M-7".into()),
        lines: vec![line("4006381333931", 2), line("85123A", 1)],
    }
}

fn exit() -> ExitCode {
    let basket = basket();
    let grosses = [398, 584];
    let lines = basket.lines.into_iter().zip(grosses);
    ExitCode {
        store: basket.store,
        session: basket.session,
        sequence: basket.sequence,
        member: basket.member,
        order_no: "P0123456789ABCDEF01234567".into(),
        family: Family::WeChat,
        currency: Currency::of("CNY").unwrap(),
        paid: Money::minor(982),
        priced_at: at(NOW),
        until: at(NOW + 7200),
        rules: 4,
        lines: lines
            .map(|(line, gross)| ExitLine { code: line.code, quantity: line.quantity, gross: Money::minor(gross) })
            .collect(),
    }
}

fn secret_of(basket: &BasketCode) -> [u8; SECRET_BYTES] {
    session_secret(&key(), &basket.store, basket.session, basket.session_until)
}

/// A signature that a test can make and check: as long as a real one, and over all of the message.
fn seal(message: &[u8]) -> [u8; 64] {
    let tag = mac_of(b"seal", &[message]);
    std::array::from_fn(|at| tag[at % 32])
}

fn sealed(message: &[u8], signature: &[u8]) -> bool {
    seal(message) == signature
}

#[test]
fn a_basket_has_this_text() {
    let text = basket().write(&secret_of(&basket())).unwrap();
    expect_test::expect![
        "GB1B60CF0:I751M5JT:J91L21009F5JVFW1QXZ1D+6/2MVPXO:0YAW5YVWD027QF3TO5VNP0/M87K71X7RI0:F-GX-C+0ZP70W0CFVBZ4E1"
    ]
    .assert_eq(&text);
    assert_eq!(BasketCode::read(&format!(" {text}\r\n"), &key(), "s1", at(NOW)), Ok(basket()));
}

#[test]
fn a_code_holds_in_its_store_in_its_time_and_signed_alone() {
    let text = basket().write(&secret_of(&basket())).unwrap();
    let read = |text: &str, store, second| BasketCode::read(text, &key(), store, at(second));
    assert_eq!(read(&text, "s1", NOW + 3600), Err(AisleError::Expired));
    assert_eq!(read(&text, "s2", NOW), Err(AisleError::OtherStore));
    let other = AisleKey::new(&[8; 32]).unwrap();
    assert_eq!(BasketCode::read(&text, &other, "s1", at(NOW)), Err(AisleError::Forged));
    // A longer session than was given.
    let longer = BasketCode { session_until: at(NOW + 7200), ..basket() };
    assert_eq!(read(&longer.write(&secret_of(&basket())).unwrap(), "s1", NOW), Err(AisleError::Forged));
    assert_eq!(read("4006381333931", "s1", NOW), Err(AisleError::NotACode));
    assert_eq!(read("GB1", "s1", NOW), Err(AisleError::Length));
    assert_eq!(AisleKey::new(b"short"), None);

    let text = exit().write(seal).unwrap();
    let read = |text: &str, store, second| ExitCode::read(text, store, at(second), sealed);
    assert_eq!(read(&text, "s1", NOW), Ok(exit()));
    assert_eq!(read(&text, "s1", NOW + 7200), Err(AisleError::Expired));
    assert_eq!(read(&text, "s2", NOW), Err(AisleError::OtherStore));
    assert_eq!(ExitCode::read(&text, "s1", at(NOW), |_, _| false), Err(AisleError::Forged));
    assert_eq!(read(&basket().write(&[0; 32]).unwrap(), "s1", NOW), Err(AisleError::NotACode));
    assert_eq!(exit().once(), "exit P0123456789ABCDEF01234567");
}

/// Who holds a session's secret signs what she likes; its lines are read as closely as those of anybody else.
#[test]
fn a_part_of_a_piece_is_read_from_no_code() {
    let (mut basket_bytes, mut exit_bytes) = (basket().encode().unwrap(), exit().encode().unwrap());
    let last = basket_bytes.last_mut().unwrap();
    assert_eq!(*last, 2, "one piece of the last line");
    // One thousandth, as codes would have to write it.
    *last = 3;
    assert_eq!(BasketCode::decode(&basket_bytes), Err(AisleError::Value("line")));
    let text = packed("GB1", &basket_bytes, &{
        let tag = mac_of(&secret_of(&basket()), &[b"guitai aisle basket\n", &basket_bytes]);
        tag[..16].to_vec()
    });
    assert_eq!(BasketCode::read(&text, &key(), "s1", at(NOW)), Err(AisleError::Value("line")));
    let last = exit_bytes.iter().rposition(|byte| *byte == 2).unwrap();
    exit_bytes[last] = 3;
    assert_eq!(ExitCode::decode(&exit_bytes), Err(AisleError::Value("line")));
}

#[test]
fn what_cannot_be_is_not_written() {
    let of = |change: fn(&mut BasketCode)| {
        let mut basket = basket();
        change(&mut basket);
        basket.encode().unwrap_err()
    };
    assert_eq!(of(|basket| basket.lines.clear()), AisleError::Value("line"));
    assert_eq!(of(|basket| basket.lines = vec![basket.lines[0].clone(); 61]), AisleError::Value("line"));
    assert_eq!(of(|basket| basket.lines[0].quantity = Quantity::pieces(-1)), AisleError::Value("line"));
    // A thousandth of a piece would be had for a thousandth of its price.
    assert_eq!(of(|basket| basket.lines[0].quantity = Quantity::thousandths(1)), AisleError::Value("line"));
    assert_eq!(of(|basket| basket.lines[1].quantity = Quantity::thousandths(1500)), AisleError::Value("line"));
    assert_eq!(of(|basket| basket.lines[0].code = "a b".into()), AisleError::Value("line"));
    assert_eq!(of(|basket| basket.store.clear()), AisleError::Value("store"));
    let long = AisleLine { code: "x".repeat(64), quantity: Quantity::ONE };
    let full = BasketCode { lines: vec![long; 60], ..basket() };
    assert_eq!(full.encode(), Err(AisleError::Length));
    let more = ExitCode { paid: Money::minor(983), ..exit() };
    assert_eq!(more.encode(), Err(AisleError::Value("amount")), "the lines are what was paid");
    let mut part = exit();
    part.lines[0].quantity = Quantity::thousandths(2001);
    assert_eq!(part.encode(), Err(AisleError::Value("line")));
    // A full basket of usual codes fits what a QR code of version 25 holds at correction M.
    let usual =
        |no: u64| ExitLine { code: format!("69{no:011}"), quantity: Quantity::pieces(2), gross: Money::minor(99_999) };
    let full = ExitCode { lines: (0..50).map(usual).collect(), paid: Money::minor(99_999 * 50), ..exit() };
    assert!(full.write(seal).unwrap().len() <= 1451);
    const { assert!(PREFIXES_AND_BYTES_MAX <= 1451) };
}

/// Letters of the longest code.
const PREFIXES_AND_BYTES_MAX: usize = 3 + (AISLE_BYTES_MAX + 64) / 2 * 3;

fn codes() -> impl Strategy<Value = String> {
    prop_oneof!["[0-9]{8,14}", "[A-Z0-9/-]{1,12}", "[!-~]{1,10}"]
}

fn baskets() -> impl Strategy<Value = BasketCode> {
    let line = (codes(), prop_oneof![1_i64..99, 1_i64..=9_999])
        .prop_map(|(code, pieces)| AisleLine { code, quantity: Quantity::pieces(pieces) });
    let head = ("[a-z0-9-]{1,12}", any::<u128>(), any::<u32>(), prop::option::of("[A-Za-z0-9-]{1,12}"));
    (head, NOW..NOW * 2, 0..NOW, prop::collection::vec(line, 1..12)).prop_map(
        |((store, session, sequence, member), until, written, lines)| BasketCode {
            store,
            session: Uuid::from_u128(session),
            session_until: at(until),
            sequence,
            at: at(written),
            member,
            lines,
        },
    )
}

fn exits() -> impl Strategy<Value = ExitCode> {
    let family = prop::sample::select(vec![Family::WeChat, Family::Alipay, Family::UnionPay, Family::Terminal]);
    (baskets(), family, "[A-Z0-9]{1,31}", any::<u64>(), prop::collection::vec(1_i64..100_000, 12)).prop_map(
        |(basket, family, order_no, rules, grosses)| {
            let lines: Vec<ExitLine> = basket
                .lines
                .into_iter()
                .zip(grosses)
                .map(|(line, gross)| ExitLine { code: line.code, quantity: line.quantity, gross: Money::minor(gross) })
                .collect();
            ExitCode {
                store: basket.store,
                session: basket.session,
                sequence: basket.sequence,
                member: basket.member,
                order_no,
                family,
                paid: lines.iter().map(|line| line.gross).sum(),
                priced_at: basket.at,
                until: basket.session_until,
                rules,
                lines,
                ..exit()
            }
        },
    )
}

/// The text with one bit of what it carries turned over.
fn flipped(text: &str, prefix: &str, bit: usize) -> String {
    let mut bytes = crate::proof::text::bytes_of(&text[prefix.len()..]).unwrap();
    let at = bit % (bytes.len() * 8);
    bytes[at / 8] ^= 1 << (at % 8);
    packed(prefix, &bytes, &[])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn what_is_written_is_read_and_one_bit_off_is_refused(basket in baskets(), bit: usize) {
        let text = basket.write(&secret_of(&basket)).unwrap();
        let read = |text: &str| BasketCode::read(text, &key(), &basket.store, at(NOW - 1));
        prop_assert!(text.bytes().all(|byte| b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:".contains(&byte)));
        prop_assert!(BasketCode::is_meant(&text));
        prop_assert_eq!(read(&text), Ok(basket.clone()));
        prop_assert!(read(&flipped(&text, "GB1", bit)).is_err());
    }

    #[test]
    fn an_exit_is_read_and_one_bit_off_is_refused(exit in exits(), bit: usize) {
        let text = exit.write(seal).unwrap();
        let read = |text: &str| ExitCode::read(text, &exit.store, at(NOW - 1), sealed);
        prop_assert!(ExitCode::is_meant(&text));
        prop_assert_eq!(read(&text), Ok(exit.clone()));
        prop_assert!(read(&flipped(&text, "GX1", bit)).is_err());
    }

    #[test]
    fn any_bytes_are_refused_or_written_the_same_again(
        head in prop::sample::select(vec![basket().encode().unwrap(), exit().encode().unwrap(), Vec::new()]),
        keep in 0_usize..160,
        tail in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let bytes: Vec<u8> = head.into_iter().take(keep).chain(tail).collect();
        if let Ok(read) = BasketCode::decode(&bytes) {
            prop_assert_eq!(read.encode(), Ok(bytes.clone()));
        }
        if let Ok(read) = ExitCode::decode(&bytes) {
            prop_assert_eq!(read.encode(), Ok(bytes.clone()));
        }
    }

    #[test]
    fn any_text_is_refused(text in "(GB1|GX1|)[ -~汉]{0,200}") {
        prop_assert!(BasketCode::read(&text, &key(), "s1", at(NOW)).is_err());
        prop_assert!(ExitCode::read(&text, "s1", at(NOW), sealed).is_err());
    }
}
