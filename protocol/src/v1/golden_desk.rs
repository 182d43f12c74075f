//! Frozen messages of everything that a till may say beside a plain sale, and of what head office tells for it.

use uuid::Uuid;

use super::golden::{SALE, SHIFT, TERMINAL, basket, event, frozen, sale, totals};
use super::*;

const GRANT: Uuid = Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0004);
const PAYMENT: Uuid = Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0005);
const OTHER_SALE: Uuid = Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0006);

fn tenders() -> Vec<Tender> {
    let points = Tender {
        kind: "points".into(),
        amount: 100,
        tendered: 100,
        points: 500,
        grant: Some(GRANT),
        reference: Some("M1".into()),
        ..Tender::default()
    };
    let code = Tender {
        kind: "code".into(),
        amount: 250,
        tendered: 250,
        payment: Some(PAYMENT),
        reference: Some("0101-000002".into()),
        ..Tender::default()
    };
    let voucher = Tender { kind: "voucher".into(), amount: 50, tendered: 80, forfeited: 30, ..Tender::default() };
    vec![points, code, voucher]
}

fn by_hand() -> ManualDiscount {
    ManualDiscount { off: Off::PercentBp(500), reason: "熟客".into(), approved_by: Some("01".into()) }
}

fn about() -> About {
    About {
        coupons: vec![Coupon { code: "C-7".into(), grant: Some(GRANT) }],
        discount: Some(ManualDiscount { off: Off::Amount(100), reason: "抹零".into(), approved_by: None }),
        salesperson: Some("08".into()),
        note: Some("送到三楼".into()),
        tax_exempt: Some("E-1".into()),
        staff_sale: Some("09".into()),
        hold: Some(OTHER_SALE),
        taken: tenders(),
        refund_to: tenders(),
        coupons_back: vec![Coupon { code: "C-6".into(), grant: None }],
    }
}

fn terms() -> Terms {
    Terms {
        kind: Some("service".into()),
        category: "水饮".into(),
        tags: vec!["夏".into()],
        price_floor: Some(150),
        cost: Some(120),
        not_discountable: true,
        open_price: true,
        age_min: Some(18),
        quantity_max: Some(6000),
        needs_serial: true,
        needs_lot: true,
        deposit: Some("bottle".into()),
        components: vec![Component { item: "1002".into(), quantity: 2000 }],
        recalled_lots: vec!["L9".into()],
        tare: Some(12),
        weight: None,
        content: None,
    }
}

fn facets() -> Facets {
    Facets {
        override_price: Some(PriceOverride {
            instead_of: 200,
            reason: "标价有误".into(),
            approved_by: Some("01".into()),
        }),
        discount: Some(by_hand()),
        salesperson: Some("08".into()),
        note: Some("不要袋".into()),
        serial: Some("SN1".into()),
        lot: Some("L1".into()),
        expires: Some("2026-12-31".into()),
        tare: Some(12),
        deposit_of: Some(1),
        account: Some("G-1".into()),
        age_checked_by: Some("07".into()),
        origin: Some(Origin {
            sale: OTHER_SALE,
            receipt: "0101-000000".into(),
            line: 1,
            gross: 400,
            tax: 46,
            points: 0,
        }),
        reason: Some("破损".into()),
        damaged: true,
    }
}

fn whole_basket() -> Basket {
    let mut basket = basket();
    basket.about = Some(Box::new(about()));
    basket.member = Some(MemberRef {
        id: "M1".into(),
        name: "王*".into(),
        points_known: 120,
        level: "gold".into(),
        note: "花生过敏".into(),
    });
    basket.lines[0].tax_exempt = true;
    basket.lines[0].terms = Some(Box::new(terms()));
    basket.lines[0].facets = Some(Box::new(facets()));
    basket
}

fn whole_sale() -> Sale {
    let mut sale = sale();
    let rule = Discount {
        rule: "r1".into(),
        name: "第二件半价".into(),
        name_en: Some("Second at half price".into()),
        amount: 100,
        by_hand: false,
    };
    let hand = Discount { rule: "line".into(), name: "熟客".into(), name_en: None, amount: 20, by_hand: true };
    sale.member = Some(SaleMember { id: "M1".into(), points_earned: 4, name: "王*".into(), level: "gold".into() });
    sale.lines[0].list = Some(520);
    sale.lines[0].discounts = vec![rule, hand];
    sale.lines[0].kind = Some("gift_card".into());
    sale.lines[0].rate = Some(Rate { bp: 1300, exempt: false });
    sale.lines[0].facets = Some(Box::new(facets()));
    sale.voided = whole_basket().lines;
    sale.taxes[0] = TaxTotal { tax_id: "standard".into(), rate_bp: 0, net: 400, tax: 0, exempt: true };
    sale.tenders = tenders();
    sale.rule_book = 9;
    sale.about = Some(Box::new(about()));
    sale
}

/// A sale in which the member had rules that she may have a few times.
fn sale_with_limited_rules() -> Sale {
    let used = |rule: &str, times| RuleUse { rule: rule.into(), times };
    Sale { uses: vec![used("birthday", 1), used("egg-price", 2)], ..whole_sale() }
}

fn whole_totals() -> Totals {
    Totals {
        discounts_by_rule: 100,
        discounts_by_hand: 20,
        dropped: 5000,
        paid_in: 200,
        paid_out: 300,
        hold_cash: 1000,
        liabilities: 400,
        points_spent: 500,
        ..totals()
    }
}

fn hand_over() -> HandedOver {
    HandedOver {
        from: "07".into(),
        to: Some("08".into()),
        at_ms: 1_795_295_000_000,
        expected: 20_400,
        counted: 20_390,
        reason: "找零差".into(),
    }
}

fn whole_close() -> ShiftClosed {
    ShiftClosed {
        shift: SHIFT,
        z_no: 1,
        opened_at_ms: 1_795_290_000_000,
        totals: whole_totals(),
        expected: 20_400,
        counted: 20_390,
        opened_by: "07".into(),
        pieces: vec![Pieces { value: 10_000, count: 2 }, Pieces { value: 10, count: 39 }],
        reason: "找零差".into(),
        cashiers: vec![CashierTotals { staff: "07".into(), sales: 1, gross: 400, cash: 400 }],
        hand_overs: vec![hand_over()],
    }
}

fn payment() -> Payment {
    Payment {
        id: PAYMENT,
        order_no: "0101000002A".into(),
        family: "wechat".into(),
        amount: 250,
        masked: Some("1342****6621".into()),
        state: "in_doubt".into(),
        created_at_ms: 1_795_300_000_000,
        sent_at_ms: Some(1_795_300_000_100),
        next_at_ms: Some(1_795_300_002_100),
        give_up_at_ms: Some(1_795_300_045_100),
        seen_at_ms: 1_795_300_000_200,
        asks: 1,
        reversals: 2,
        last_asked: true,
        confirming: true,
        cancelled: true,
        provider_no: Some("42000".into()),
        reason: Some("余额不足".into()),
        refund: Some(PaymentRefund { no: "0101000002AR".into(), state: "open".into(), tries: 1 }),
    }
}

fn hold() -> Hold {
    Hold {
        code: "H-7Q2".into(),
        basket: whole_basket(),
        total: 400,
        paid: tenders(),
        until: Some("2026-12-01".into()),
        shopper: "王女士".into(),
    }
}

#[test]
fn everything_a_till_may_say_is_frozen() {
    let bodies = [
        ("signed-on", Body::SignedOn(SignedOn { staff: "07".into() })),
        (
            "approved",
            Body::Approved(Approved {
                permission: "price_override".into(),
                size: 2500,
                about: "农夫山泉 550ml 2.00 -> 1.50".into(),
                by: "01".into(),
                means: "pin".into(),
            }),
        ),
        (
            "cash-moved",
            Body::CashMoved(CashMoved {
                kind: "drop".into(),
                amount: 5000,
                reason: "投库".into(),
                note: "袋 12".into(),
            }),
        ),
        ("handed-over", Body::HandedOver(hand_over())),
        (
            "member-enrolled",
            Body::MemberEnrolled(MemberEnrolled {
                id: "t1-000001".into(),
                name: "王小明".into(),
                phone: "13800006621".into(),
                card: Some("2990001234567".into()),
            }),
        ),
        (
            "favourites-arranged",
            Body::FavouritesArranged(FavouritesArranged { items: vec!["1002".into(), "1001".into()] }),
        ),
        ("member-noted", Body::MemberNoted(MemberNoted { member: "M1".into(), note: "花生过敏".into() })),
        (
            "grant-asked",
            Body::GrantAsked(GrantAsked { kind: "stored_value".into(), number: "M1".into(), units: 10_000 }),
        ),
        ("hold-placed", Body::HoldPlaced(Box::new(hold()))),
        (
            "hold-cancelled",
            Body::HoldCancelled(HoldCancelled { hold: SALE, refunded: tenders(), reason: "不要了".into() }),
        ),
        ("training-begun", Body::TrainingBegun(TrainingBegun {})),
        ("training-ended", Body::TrainingEnded(TrainingEnded {})),
        ("payment-changed", Body::PaymentChanged(Box::new(payment()))),
        ("tenders-returned", Body::TendersReturned(TendersReturned { basket: SALE, tenders: tenders(), amount: 400 })),
        ("sale-completed-whole", Body::SaleCompleted(Box::new(whole_sale()))),
        ("sale-completed-with-limited-rules", Body::SaleCompleted(Box::new(sale_with_limited_rules()))),
        ("sale-suspended-whole", Body::SaleSuspended(SaleSuspended { basket: whole_basket() })),
        ("sale-voided-whole", Body::SaleVoided(SaleVoided { basket: whole_basket(), reason: "走单".into() })),
        ("shift-closed-whole", Body::ShiftClosed(whole_close())),
    ];
    for (name, body) in bodies {
        assert!(name.starts_with(&body.kind().replace('_', "-")));
        let event = event(body);
        assert!(event.to_domain().is_ok_and(|known| known.is_some()), "{name}: {:?}", event.to_domain());
        frozen(&format!("event-{name}"), event);
    }
}

#[test]
fn what_head_office_tells_for_it_is_frozen() {
    let policy = Policy {
        roles: vec![Role {
            id: "cashier".into(),
            may: vec![
                Permission { permission: "sell".into(), limit: None },
                Permission { permission: "discount".into(), limit: Some(1000) },
            ],
        }],
        reasons: vec![Reason { about: "return".into(), text: "破损".into() }],
        approval_key: "AAECAwQFBgcICQoLDA0ODw==".into(),
        aisle_key: String::new(),
        return_days: Some(7),
        staff_price_bp: Some(9000),
        drawer_cash_max: Some(200_000),
        phone_digits: Some(11),
        receipt_parts: vec!["header".into()],
        legal_lines: vec!["统一社会信用代码".into()],
        receipt_url: "https://r.example/{code}".into(),
        invoice_url: "https://i.example/{code}".into(),
        tenders: vec!["cash".into(), "code".into()],
        tax_rounding: String::new(),
        tax_half: String::new(),
        zones: Vec::new(),
    };
    let item = Item {
        id: "1001".into(),
        name: "红富士苹果".into(),
        unit: "kg".into(),
        tax: "free".into(),
        category: "水果".into(),
        codes: vec!["1001".into()],
        terms: Some(Box::new(Terms { category: String::new(), ..terms() })),
        ..Item::default()
    };
    let store = Store {
        id: "s01".into(),
        name: "柜台便利".into(),
        currency: "CNY".into(),
        time_zone: "Asia/Shanghai".into(),
        tax_mode: "included".into(),
        taxes: vec![Tax { id: "free".into(), rate_bp: 0, exempt: true }],
        cash_rounding: CashRounding { step: 10, mode: "down".into() },
        policy: Some(Box::new(policy)),
        ..Store::default()
    };
    let taxes = [domain::tax::TaxRate::exempt("free")];
    assert!(item.to_domain(&taxes).is_ok() && domain::store::Store::try_from(&store).is_ok());
    let records = [
        Record::Item(Box::new(item)),
        Record::Member(Member {
            id: "M1".into(), level: "gold".into(), note: "花生过敏".into(), ..Member::default()
        }),
        Record::Staff(Staff {
            id: "01".into(),
            role: "supervisor".into(),
            card: Some("S-1".into()),
            ..Staff::default()
        }),
        Record::Store(Box::new(store)),
        Record::Grant(Grant {
            id: GRANT,
            terminal: TERMINAL,
            kind: "points".into(),
            number: "M1".into(),
            units: 500,
            balance: 620,
            until_ms: 1_795_386_400_000,
        }),
        Record::GrantGone(GRANT),
        Record::Suspended(Box::new(Suspended {
            basket: whole_basket(),
            terminal: 2,
            at_ms: 1_795_300_000_000,
            staff: "08".into(),
        })),
        Record::SuspendedGone(SALE),
        Record::Returned(Returned { sale: SALE, line: 1, terminal: 2, quantity: 1000 }),
        Record::Terminal(Terminal { id: TERMINAL, number: 2, public_key: "44".repeat(32) }),
        Record::TerminalGone(TERMINAL),
        Record::Hold(Box::new(hold())),
        Record::HoldGone(SALE),
    ];
    let changes: Vec<Change> = records.into_iter().zip(1..).map(|(record, no)| Change { no, record }).collect();
    frozen("changes-of-the-desk", Changes { changes, next: 13, head: 13 });
}

#[test]
fn what_makes_the_favourites_is_frozen() {
    let records = [
        Record::Favourites(Favourites { items: vec!["1002".into(), "1001".into()] }),
        Record::Picture(Picture { item: "1001".into(), sha256: crate::chain::Hash([7; 32]) }),
        Record::PictureGone("1002".into()),
    ];
    let changes: Vec<Change> = records.into_iter().zip(1..).map(|(record, no)| Change { no, record }).collect();
    frozen("changes-of-the-favourites", Changes { changes, next: 3, head: 3 });
}
