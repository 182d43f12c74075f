use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn small() -> ReceiptProof {
    let line = |no, item: &str, quantity, gross| ProofLine {
        no,
        item: item.into(),
        unit: if quantity % 1000 == 0 { Unit::Piece } else { Unit::Kilogram },
        quantity: Quantity::thousandths(quantity),
        gross: Money::minor(gross),
        tax: Money::minor(gross * 13 / 113),
        tax_at: 0,
    };
    let lines = vec![
        line(1, "4006381333931", 1000, 199),
        line(3, "85123A", 456, 584),
        line(4, "0190a4c1-7d3e-7c10-8000-0123456789ab", -2000, -1000),
    ];
    ReceiptProof {
        till: 3,
        epoch: 2,
        number: 42,
        sale: Uuid::from_u128(0x0190_a4c1_7d3e_7c10_8000_0123_4567_89ab),
        date: date(2026, 3, 2),
        currency: Currency::of("CNY").unwrap(),
        total: Money::minor(-217),
        tenders: vec![ProofTender { kind: "cash".into(), amount: Money::minor(-217) }],
        member: Some(ProofMember { id: "M-7".into(), points: -2 }),
        goods: Some(ProofGoods { taxes: vec!["standard".into()], lines }),
    }
}

/// A sale of so many lines of one piece at 1.00.
fn of_lines(count: u32) -> ReceiptProof {
    let line = |no: u32| ProofLine {
        no,
        item: format!("69{:011}", no * 97),
        unit: Unit::Piece,
        quantity: Quantity::ONE,
        gross: Money::minor(100),
        tax: Money::minor(12),
        tax_at: 0,
    };
    let goods = ProofGoods { taxes: vec!["standard".into()], lines: (1..=count).map(line).collect() };
    ReceiptProof { total: Money::minor(i64::from(count) * 100), goods: Some(goods), ..small() }
}

#[test]
fn a_proof_has_these_bytes() {
    let proof = small();
    let hex: String = proof.encode().unwrap().iter().map(|byte| format!("{byte:02x}")).collect();
    expect_test::expect![
        "010303022a0190a4c17d3e7c1080000123456789ab874c434e59b1030104636173\
         68b1030c4d2d370301087374616e64617264030135abdbbef7cc7400d00f8e032c\
         02183835313233410190079009860101020190a4c17d3e7c1080000123456789ab009f1fcf0fe501"
    ]
    .assert_eq(&hex);
    assert!(proof.signed_bytes().unwrap().ends_with(&proof.encode().unwrap()));
    let text = ProofText { bytes: proof.encode().unwrap(), signature: [0xa5; SIGNATURE_BYTES] };
    assert_eq!(ProofText::parse(&format!(" {}\r\n", text.print())).unwrap().proof(), Ok(proof));
}

#[test]
fn goods_that_do_not_fit_are_left_out_and_the_rest_stands() {
    let whole = |proof: &ReceiptProof| ReceiptProof::decode(&proof.encode().unwrap()).unwrap().is_whole();
    assert!(whole(&of_lines(75)) && !whole(&of_lines(120)) && !whole(&of_lines(999)));
    let mut long = small();
    long.goods.as_mut().unwrap().lines[0].item = "x".repeat(65);
    assert_eq!(ReceiptProof::decode(&long.encode().unwrap()), Ok(ReceiptProof { goods: None, ..small() }));
    let mut wrong = small();
    wrong.goods.as_mut().unwrap().lines[0].gross = Money::minor(200);
    assert!(!whole(&wrong), "lines that do not sum to the total prove nothing");
    // The longest text is within what a QR code holds at error correction M, also in its byte mode.
    let text = ProofText { bytes: vec![0xff; PROOF_BYTES_MAX], signature: [0; SIGNATURE_BYTES] };
    assert!(text.print().len() <= 2331);
    assert!(text.print().bytes().all(|byte| b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:".contains(&byte)));
    assert_eq!(ProofText::parse(&text.print()), Ok(text));
}

#[test]
fn what_cannot_be_is_refused() {
    let of = |change: fn(&mut ReceiptProof)| {
        let mut proof = small();
        change(&mut proof);
        proof.encode().unwrap_err()
    };
    assert_eq!(of(|proof| proof.date = date(1999, 12, 31)), ProofError::Value("date"));
    assert_eq!(of(|proof| proof.total = Money::minor(AMOUNT_MAX + 1)), ProofError::Value("total"));
    assert_eq!(of(|proof| proof.tenders[0].kind = "Cash!".into()), ProofError::Value("tenders"));
    assert_eq!(of(|proof| proof.tenders = vec![proof.tenders[0].clone(); 17]), ProofError::Value("tenders"));
    assert_eq!(of(|proof| proof.member.as_mut().unwrap().id.clear()), ProofError::Value("member"));
    let mut bytes = small().encode().unwrap();
    bytes[0] = 2;
    assert_eq!(ReceiptProof::decode(&bytes), Err(ProofError::Version(2)));
    assert_eq!(ReceiptProof::decode(&vec![1; PROOF_BYTES_MAX + 1]), Err(ProofError::Length));
    assert_eq!(ProofText::parse("GT1"), Err(ProofError::NotAProof));
    assert_eq!(ProofText::parse(&format!("GT1{}", "::".repeat(80))), Err(ProofError::NotAProof));
    assert_eq!(ProofText::parse(&format!("GT1{}", "0".repeat(9000))), Err(ProofError::Length));
}

fn ids() -> impl Strategy<Value = String> {
    prop_oneof!["[0-9]{1,20}", "[a-zA-Z0-9汉-]{1,16}", any::<u128>().prop_map(|id| Uuid::from_u128(id).to_string())]
}

fn amounts() -> impl Strategy<Value = Money> {
    (-AMOUNT_MAX / 1000..=AMOUNT_MAX / 1000).prop_map(Money::minor)
}

fn goods() -> impl Strategy<Value = ProofGoods> {
    let line = (1_u32..9, ids(), any::<bool>(), 1_i64..9_999_000, any::<bool>(), amounts(), amounts(), 0_u8..2);
    let lines = prop::collection::vec(line, 0..12).prop_map(|lines| {
        let mut no = 0;
        let mut numbered = Vec::new();
        for (step, item, piece, quantity, back, gross, tax, tax_at) in lines {
            no += step;
            let unit = if piece { Unit::Piece } else { Unit::Kilogram };
            let quantity = Quantity::thousandths(if back { -quantity } else { quantity });
            numbered.push(ProofLine { no, item, unit, quantity, gross, tax, tax_at });
        }
        numbered
    });
    lines.prop_map(|lines| ProofGoods { taxes: vec!["standard".into(), "low".into()], lines })
}

fn proofs() -> impl Strategy<Value = ReceiptProof> {
    let head = (any::<u32>(), any::<u32>(), any::<u64>(), any::<u128>(), 0_u64..95_232, amounts());
    let tenders = prop::collection::vec(("[a-z-]{1,24}", amounts()), 0..4);
    let member = prop::option::of((ids(), any::<i64>()));
    (head, tenders, member, prop::option::of(goods())).prop_map(|(head, tenders, member, goods)| {
        let (till, epoch, number, sale, day, total) = head;
        let total = goods.as_ref().map_or(total, |goods| goods.lines.iter().map(|line| line.gross).sum());
        ReceiptProof {
            till,
            epoch,
            number,
            sale: Uuid::from_u128(sale),
            date: date_of(day).unwrap_or(date(2026, 2, 28)),
            currency: Currency::of("KWD").unwrap(),
            total,
            tenders: tenders.into_iter().map(|(kind, amount)| ProofTender { kind, amount }).collect(),
            member: member.map(|(id, points)| ProofMember { id, points }),
            goods,
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn a_proof_is_read_back_from_its_text(proof in proofs(), fill in any::<u8>()) {
        let text = ProofText { bytes: proof.encode().unwrap(), signature: [fill; SIGNATURE_BYTES] };
        let read = ProofText::parse(&text.print()).unwrap();
        prop_assert_eq!(&read, &text);
        prop_assert_eq!(read.proof().unwrap(), proof);
    }

    #[test]
    fn no_other_bytes_mean_the_same(proof in proofs(), at in any::<prop::sample::Index>(), by in 1_u8.., cut in any::<prop::sample::Index>()) {
        let bytes = proof.encode().unwrap();
        let mut changed = bytes.clone();
        changed[at.index(bytes.len())] ^= by;
        if let Ok(read) = ReceiptProof::decode(&changed) {
            prop_assert!(read != proof && read.encode().unwrap() == changed);
        }
        prop_assert!(ReceiptProof::decode(&bytes[..cut.index(bytes.len())]).is_err());
        changed = bytes;
        changed.push(by);
        prop_assert!(ReceiptProof::decode(&changed).is_err());
    }

    #[test]
    fn no_bytes_and_no_text_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..80), text in "GT1[0-9A-Z:.]{90,130}|.{0,40}") {
        let _ = ReceiptProof::decode(&bytes);
        let _ = ReceiptProof::decode(&[&[VERSION, 3], &bytes[..]].concat());
        if let Ok(read) = ProofText::parse(&text) {
            prop_assert_eq!(read.print(), text);
        }
    }
}
