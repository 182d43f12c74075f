use super::*;
use proptest::prelude::*;

fn money(units: i64) -> Money {
    Money::minor(units)
}

/// An offer with all that its kind needs, told apart by a number.
fn offer(kind: TenderKind, units: i64, no: u128) -> Offer {
    let rules = kind.rules();
    Offer {
        reference: rules.needs_reference.then(|| format!("62****{no:04}")),
        payment: rules.needs_payment.then(|| Uuid::from_u128(no + 1)),
        points: if kind == TenderKind::Points { units.signum() * (units.abs() / 3 + 1) } else { 0 },
        ..Offer::new(kind, money(units))
    }
}

fn five() -> CashRounding {
    CashRounding { step: money(5), mode: RoundingMode::Nearest }
}

fn settlement(total: i64) -> Settlement {
    Settlement::new(money(total), five(), TenderBook::default())
}

#[test]
fn cash_gives_change_and_says_what_is_missing() {
    let cash = |due, tendered| Tender::cash(money(due), money(tendered));
    assert_eq!(cash(575, 1000).unwrap().change, money(425));
    assert_eq!(cash(575, 500), Err(TenderError::NotEnough { missing: money(75) }));
    assert_eq!(cash(575, 4_006_381_333_931), Err(TenderError::TooMuch));
    assert_eq!(cash(-575, -575).unwrap().amount, money(-575));
    assert_eq!(cash(-575, 575).unwrap().amount, money(-575));
    assert_eq!(cash(-575, 100), Err(TenderError::NotExact));
}

#[test]
fn a_sale_is_paid_by_several_means_and_cash_alone_is_rounded() {
    let mut paying = settlement(10_003);
    paying.take(offer(TenderKind::Points, 1_000, 0)).unwrap();
    paying.take(offer(TenderKind::Cash, 2_000, 1)).unwrap();
    paying.take(offer(TenderKind::Card, 5_000, 2)).unwrap();
    assert_eq!((paying.remaining(), paying.remaining_in_cash()), (money(2_003), money(2_005)));
    assert_eq!(paying.quick_amounts(TenderKind::Code, 100, 3), [money(2_003)]);
    assert_eq!(paying.quick_amounts(TenderKind::Cash, 100, 2), [money(2_005), money(2_100)]);
    assert_eq!(paying.settled(), None);
    paying.take(offer(TenderKind::Cash, 2_100, 3)).unwrap();
    let settled = paying.settled().unwrap();
    assert_eq!((settled.rounding, settled.change, settled.opens_drawer), (money(2), money(95), true));
    assert_eq!(settled.tenders.iter().map(|tender| tender.amount).sum::<Money>(), money(10_005));
    assert_eq!(paying.take(offer(TenderKind::Card, 1, 4)), Err(SettlementError::NothingDue));
    // Without the card its cash no longer closes the sale, and is no longer rounded.
    paying.remove(2).unwrap();
    assert_eq!((paying.remaining(), paying.rounding()), (money(4_903), Money::ZERO));
}

#[test]
fn more_than_due_is_handed_back_or_lost_or_refused() {
    let take = |kind, units| {
        settlement(1_000)
            .take(offer(kind, units, 0))
            .map(|tender| (tender.amount.units(), tender.change.units(), tender.forfeited.units()))
    };
    assert_eq!(take(TenderKind::Cash, 1_500), Ok((1_000, 500, 0)));
    assert_eq!(take(TenderKind::Cash, 4_006_381_333), Err(SettlementError::TooMuch));
    assert_eq!(take(TenderKind::Voucher, 1_500), Ok((1_000, 0, 500)));
    let most = |kind| SettlementError::MoreThanDue { kind, most: money(1_000) };
    assert_eq!(take(TenderKind::Card, 1_001), Err(most(TenderKind::Card)));
    assert_eq!(take(TenderKind::GiftCard, 5_000), Err(most(TenderKind::GiftCard)));
    assert_eq!(take(TenderKind::Card, -5), Err(SettlementError::WrongWay));
    assert_eq!(take(TenderKind::Card, 0), Err(SettlementError::NothingOffered));
}

#[test]
fn a_tender_says_what_it_comes_from_and_counts_once() {
    let mut paying = settlement(1_000);
    let plain = |kind| Offer::new(kind, money(100));
    assert_eq!(paying.take(plain(TenderKind::Card)), Err(SettlementError::NoPayment(TenderKind::Card)));
    assert_eq!(paying.take(plain(TenderKind::GiftCard)), Err(SettlementError::NoReference(TenderKind::GiftCard)));
    assert_eq!(paying.take(plain(TenderKind::Points)), Err(SettlementError::NoPoints));
    // A bounce of the touch screen adds the same payment twice (opensourcepos#3081).
    paying.take(offer(TenderKind::Code, 100, 7)).unwrap();
    assert_eq!(paying.take(offer(TenderKind::Code, 100, 7)), Err(SettlementError::AlreadyTaken));
    paying.finalize(0).unwrap();
    assert_eq!(paying.remove(0), Err(SettlementError::Final));
    assert_eq!(paying.remove(1), Err(SettlementError::NoSuchTender));
    assert_eq!(paying.with_total(money(50)), Err(SettlementError::TakenIsMore));
    assert_eq!(paying.with_total(money(500)).unwrap().remaining(), money(400));
    let closed = TenderRules { accepted: false, ..TenderKind::Coupon.rules() };
    let book = TenderBook::default().with(TenderKind::Coupon, closed).unwrap();
    let mut strict = Settlement::new(money(1_000), five(), book);
    assert_eq!(strict.take(offer(TenderKind::Coupon, 5, 0)), Err(SettlementError::NotAccepted(TenderKind::Coupon)));
}

#[test]
fn a_rest_that_no_coin_pays_and_an_even_exchange_are_closed_by_nothing() {
    let mut paying = settlement(1_002);
    paying.take(offer(TenderKind::Card, 1_000, 0)).unwrap();
    paying.take(Offer::new(TenderKind::Cash, Money::ZERO)).unwrap();
    assert_eq!(paying.settled().map(|settled| (settled.rounding, settled.opens_drawer)), Some((money(-2), false)));
    let mut even = settlement(0);
    even.take(Offer::new(TenderKind::Cash, Money::ZERO)).unwrap();
    assert!(even.settled().is_some());
    assert_eq!(even.take(Offer::new(TenderKind::Cash, Money::ZERO)), Err(SettlementError::NothingDue));
}

#[test]
fn a_refund_goes_to_what_paid_in_the_stated_order() {
    let mut paying = settlement(10_000);
    for (no, (kind, units)) in [
        (TenderKind::Voucher, 3_000),
        (TenderKind::Card, 4_000),
        (TenderKind::Points, 1_000),
        (TenderKind::Cash, 5_000),
    ]
    .into_iter()
    .enumerate()
    {
        paying.take(offer(kind, units, no as u128)).unwrap();
    }
    let tenders = paying.settled().unwrap().tenders;
    let mut sale = PaidSale { goods: money(10_000), rounding: Money::ZERO, tenders, earlier: Vec::new() };
    let mut give = |value, set_off| {
        let out = payouts(&TenderBook::default(), five(), &sale, money(value), money(set_off))?;
        let list: Vec<_> = out.list.iter().map(|payout| (payout.kind, payout.amount.units(), payout.points)).collect();
        sale.earlier.push(EarlierReturn {
            value: money(value),
            set_off: money(set_off),
            beyond: out.beyond,
            tenders: out.list.iter().map(Tender::from).collect(),
        });
        Ok(list)
    };
    assert_eq!(give(3_000, 0), Ok(vec![(TenderKind::Points, 1_000, 334), (TenderKind::Card, 2_000, 0)]));
    assert_eq!(give(3_000, 2_500), Ok(vec![(TenderKind::Card, 500, 0)]));
    assert_eq!(give(5_000, 0), Err(PayoutError::MoreThanLeft { left: money(4_000) }));
    assert_eq!(give(1_003, 0), Ok(vec![(TenderKind::Voucher, 1_003, 0)]), "1 500 of it went into new goods");
    assert_eq!(give(2_997, 0), Ok(vec![(TenderKind::Voucher, 997, 0), (TenderKind::Cash, 2_000, 0)]));
    assert_eq!(give(1, 0), Err(PayoutError::MoreThanLeft { left: Money::ZERO }));
}

#[test]
fn what_was_given_back_by_hand_is_gone_from_where_it_came() {
    let tenders =
        [TenderKind::Points, TenderKind::Card, TenderKind::Cash].map(|kind| Tender::exact(kind, money(2_000)));
    let by_hand = EarlierReturn {
        value: money(2_500),
        tenders: vec![Tender::exact(TenderKind::Cash, money(-2_500))],
        ..EarlierReturn::default()
    };
    let earlier = vec![by_hand];
    let sale = PaidSale { goods: money(6_000), rounding: Money::ZERO, tenders: tenders.to_vec(), earlier };
    let out = payouts(&TenderBook::default(), five(), &sale, money(3_500), Money::ZERO).unwrap();
    let list: Vec<_> = out.list.iter().map(|payout| (payout.kind, payout.amount.units())).collect();
    assert_eq!(list, [(TenderKind::Points, 1_500), (TenderKind::Card, 2_000)]);
}

#[test]
fn what_other_goods_paid_is_told_apart() {
    // 100.00 went out, 60.00 came back in the same sale, 40.00 was paid by card.
    let tenders = vec![Tender { payment: Some(Uuid::nil()), ..Tender::exact(TenderKind::Card, money(4_000)) }];
    let sale = PaidSale { goods: money(10_000), rounding: Money::ZERO, tenders, earlier: Vec::new() };
    let out = payouts(&TenderBook::default(), five(), &sale, money(10_000), Money::ZERO).unwrap();
    assert_eq!((out.list[0].amount, out.beyond, out.rounding()), (money(4_000), money(6_000), Money::ZERO));
    let mut refund = settlement(-10_000);
    refund.pay_out(&out).unwrap();
    assert_eq!(refund.remaining(), money(-6_000));
    refund.take(Offer::new(TenderKind::Cash, money(-6_000))).unwrap();
    assert!(refund.settled().is_some());
}

fn offers() -> impl Strategy<Value = Vec<(usize, i64)>> {
    prop::collection::vec((0..TenderKind::ALL.len(), 0_i64..60_000), 0..12)
}

fn rounding() -> impl Strategy<Value = CashRounding> {
    (prop::sample::select(vec![1_i64, 5, 10, 100]), any::<bool>()).prop_map(|(step, down)| CashRounding {
        step: money(step),
        mode: if down { RoundingMode::Down } else { RoundingMode::Nearest },
    })
}

/// Takes what is taken, and then the rest in cash or by card.
fn paid(total: i64, rounding: CashRounding, offers: &[(usize, i64)], by_card: bool) -> Settlement {
    let mut paying = Settlement::new(money(total), rounding, TenderBook::default());
    for (no, (kind, units)) in offers.iter().enumerate() {
        let _ = paying.take(offer(TenderKind::ALL[*kind], total.signum() * units, no as u128));
    }
    if !paying.remaining().is_zero() {
        let (kind, rest) = match by_card {
            true => (TenderKind::Card, paying.remaining()),
            false => (TenderKind::Cash, paying.remaining_in_cash()),
        };
        paying.take(offer(kind, rest.units(), 99)).unwrap();
    }
    paying
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn any_mix_sums_exactly(
        total in -100_000_i64..100_000, rounding in rounding(), offers in offers(), by_card in any::<bool>(),
    ) {
        let settled = paid(total, rounding, &offers, by_card).settled().expect("it is paid");
        let amounts: Money = settled.tenders.iter().map(|tender| tender.amount).sum();
        prop_assert_eq!(amounts, money(total) + settled.rounding);
        prop_assert!(settled.rounding.abs() < rounding.step);
        prop_assert!(settled.rounding.is_zero() || settled.tenders.last().unwrap().kind == TenderKind::Cash);
        for tender in &settled.tenders {
            prop_assert_eq!(tender.amount, tender.tendered - tender.change - tender.forfeited);
            prop_assert!(tender.amount.is_zero() || (tender.amount > Money::ZERO) == (total > 0));
            prop_assert!(tender.change.is_zero() || tender.kind == TenderKind::Cash);
            let forfeits = matches!(tender.kind, TenderKind::Coupon | TenderKind::Voucher);
            prop_assert!(tender.forfeited.is_zero() || forfeits);
        }
    }

    #[test]
    fn removing_a_tender_is_as_if_it_had_never_been_taken(
        total in -100_000_i64..100_000, rounding in rounding(), offers in offers(), at in any::<prop::sample::Index>(),
    ) {
        prop_assume!(total != 0);
        let before = paid(total, rounding, &offers, false);
        let at = at.index(before.taken().len());
        let mut without = before.clone();
        without.remove(at).unwrap();
        let mut never = Settlement::new(money(total), rounding, TenderBook::default());
        for (other, taken) in before.taken().iter().enumerate() {
            if other != at {
                let tender = taken.tender.clone();
                let _ = never.take(Offer {
                    kind: tender.kind,
                    amount: tender.tendered,
                    reference: tender.reference,
                    payment: tender.payment,
                    points: tender.points,
                    grant: tender.grant,
                });
            }
        }
        prop_assert_eq!(&without, &never);
        // The last one may be put back, and then nothing has happened.
        if at + 1 == before.taken().len() {
            let tender = &before.taken()[at].tender;
            let again = Offer {
                reference: tender.reference.clone(),
                payment: tender.payment,
                points: tender.points,
                ..Offer::new(tender.kind, tender.tendered)
            };
            without.take(again).unwrap();
            prop_assert_eq!(without, before);
        }
    }

    #[test]
    fn over_tender_is_settled_by_kind(due in 1_i64..50_000, over in 1_i64..50_000, kind in 0..TenderKind::ALL.len()) {
        let kind = TenderKind::ALL[kind];
        let mut paying = Settlement::new(money(due), CashRounding::none(), TenderBook::default());
        let before = paying.clone();
        match (kind.rules().over, paying.take(offer(kind, due + over, 0)).cloned()) {
            (Over::Change { .. }, Ok(tender)) => prop_assert_eq!(tender.change, money(over)),
            (Over::Forfeit, Ok(tender)) => prop_assert_eq!(tender.forfeited, money(over)),
            (Over::Exact, Err(error)) => {
                prop_assert_eq!(error, SettlementError::MoreThanDue { kind, most: money(due) });
                prop_assert_eq!(paying, before);
            }
            (over, result) => prop_assert!(false, "{kind:?} with {over:?} came to {result:?}"),
        }
    }

    #[test]
    fn returns_of_everything_give_every_tender_what_it_paid(
        parts in prop::collection::vec(1_i64..30_000, 1..8), set_off in 0_i64..20_000, exchange in any::<bool>(),
        rounding in rounding(), offers in offers(), by_card in any::<bool>(),
    ) {
        let total: i64 = parts.iter().sum();
        let settled = paid(total, rounding, &offers, by_card).settled().unwrap();
        let tenders = settled.tenders.clone();
        let mut sale = PaidSale { goods: money(total), rounding: settled.rounding, tenders, earlier: Vec::new() };
        let (book, mut owed) = (TenderBook::default(), Money::ZERO);
        for (no, part) in parts.iter().enumerate() {
            let set_off = if exchange && no == 0 { set_off.min(*part) } else { 0 };
            let out = payouts(&book, rounding, &sale, money(*part), money(set_off)).unwrap();
            prop_assert_eq!(out.beyond, Money::ZERO);
            owed += out.rounding();
            prop_assert!(exchange || owed.abs() < rounding.step, "{:?} behind what is owed", owed);
            prop_assert!(parts.len() > 1 || exchange || out.rounding() == -settled.rounding);
            let mut refund = Settlement::new(-out.due, rounding, book.clone());
            if !out.due.is_zero() {
                refund.pay_out(&out).unwrap();
            }
            let tenders = refund.settled().expect("a refund is paid out exactly").tenders;
            sale.earlier.push(EarlierReturn { value: money(*part), set_off: money(set_off), beyond: out.beyond, tenders });
        }
        prop_assert_eq!(payouts(&book, rounding, &sale, money(1), Money::ZERO), Err(PayoutError::MoreThanLeft { left: Money::ZERO }));
        for kind in TenderKind::ALL {
            let of = |tenders: &[Tender]| {
                let list = tenders.iter().filter(|tender| tender.kind == kind);
                list.fold((Money::ZERO, 0), |(amount, points), tender| (amount + tender.amount, points + tender.points))
            };
            let (took, points) = of(&sale.tenders);
            let given: Vec<Tender> = sale.earlier.iter().flat_map(|earlier| earlier.tenders.clone()).collect();
            let (gave, points_back) = of(&given);
            prop_assert!(-gave <= took, "{kind:?} took {took:?} and gave {gave:?}");
            if !exchange || set_off == 0 {
                prop_assert_eq!((took, points), (-gave, -points_back), "{:?}", kind);
            }
        }
    }
}
