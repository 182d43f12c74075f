//! Everything that leaves for the wire comes back as it was.

use domain::aisle::AisleKey;
use domain::basket::{About, Basket, Coupon, Facets, Line, ManualDiscount, Off, Origin, PriceOverride};
use domain::event::Event;
use domain::grant::{Account, AccountKind};
use domain::hold::Hold;
use domain::item::{Component, Content, ItemKind, Terms};
use domain::member::{Enrolment, Member};
use domain::money::{Currency, Money};
use domain::payment::{Family, Payment, PaymentRefund, PaymentState, RefundState};
use domain::price::DiscountShare;
use domain::quantity::{Quantity, Unit};
use domain::sale::{Sale, SaleLine};
use domain::shift::{CashMovement, CashMovementKind, CashierTotals, ClosedShift, HandOver, Shift, TenderTotal, Totals};
use domain::staff::{Approval, ApprovedBy, Permission, Role};
use domain::store::{Policy, ReasonFor};
use domain::tax::{Half, TaxRate, TaxRounding, TaxTotal};
use domain::tender::{Tender, TenderKind};
use jiff::Timestamp;
use jiff::civil::Date;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use uuid::Uuid;

use crate::v1;

fn words() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), "[a-z0-9\"\\\\{}]{1,6}", "[\u{4e00}-\u{4e30}]{1,3}"]
}

fn id() -> impl Strategy<Value = Uuid> {
    any::<u128>().prop_map(Uuid::from_u128)
}

fn money() -> impl Strategy<Value = Money> {
    (-1_000_000_000_i64..1_000_000_000).prop_map(Money::minor)
}

fn price() -> impl Strategy<Value = Money> {
    (0_i64..1_000_000).prop_map(Money::minor)
}

fn at() -> impl Strategy<Value = Timestamp> {
    (-10_000_000_000_i64..4_000_000_000_000).prop_map(|ms| Timestamp::from_millisecond(ms).unwrap())
}

fn date() -> impl Strategy<Value = Date> {
    (1990_i16..2100, 1_i8..=12, 1_i8..=28).prop_map(|(year, month, day)| jiff::civil::date(year, month, day))
}

fn quantity() -> impl Strategy<Value = Quantity> {
    (1_i64..1_000_000).prop_map(Quantity::thousandths)
}

fn rate() -> impl Strategy<Value = TaxRate> {
    (select(vec!["standard", "low"]), 0_u32..3, any::<bool>()).prop_map(|(id, points, exempt)| TaxRate {
        id: id.into(),
        basis_points: points * 450,
        exempt,
    })
}

fn tender() -> BoxedStrategy<Tender> {
    let kind = select(TenderKind::ALL.to_vec());
    (kind, money(), money(), price(), price(), (option::of(words()), option::of(id()), -99_i64..99, option::of(id())))
        .prop_map(|(kind, amount, tendered, change, forfeited, (reference, payment, points, grant))| Tender {
            kind,
            amount,
            tendered,
            change,
            forfeited,
            reference,
            payment,
            points,
            grant,
        })
        .boxed()
}

fn by_hand() -> BoxedStrategy<ManualDiscount> {
    let off = prop_oneof![(0_u32..=10_000).prop_map(Off::Percent), price().prop_map(Off::Amount)];
    (off, words(), option::of(words()))
        .prop_map(|(off, reason, approved_by)| ManualDiscount { off, reason, approved_by })
        .boxed()
}

fn kind() -> impl Strategy<Value = ItemKind> {
    select(vec![ItemKind::Goods, ItemKind::Service, ItemKind::Deposit, ItemKind::GiftCard, ItemKind::TopUp])
}

fn terms() -> BoxedStrategy<Terms> {
    let component = (words(), quantity()).prop_map(|(item, quantity)| Component { item, quantity });
    let about = (kind(), words(), vec(words(), 0..3), option::of(price()), option::of(price()), any::<[bool; 4]>());
    let limits = (option::of(any::<u8>()), option::of(quantity()), option::of(words()), option::of(quantity()));
    let some = (about, limits, vec(component, 0..3), vec(words(), 0..3)).prop_map(
        |(
            (kind, category, tags, price_floor, cost, flags),
            (age_min, quantity_max, deposit, tare),
            components,
            lots,
        )| {
            Terms {
                kind,
                category,
                tags,
                price_floor,
                cost,
                not_discountable: flags[0],
                open_price: flags[1],
                age_min,
                quantity_max,
                needs_serial: flags[2],
                needs_lot: flags[3],
                deposit,
                components,
                recalled_lots: lots,
                tare,
                weight: tare,
                content: age_min.map(|amount| Content::Grams(u32::from(amount) + 1)),
            }
        },
    );
    prop_oneof![Just(Terms::default()), some].boxed()
}

fn facets() -> BoxedStrategy<Facets> {
    let override_price = (price(), words(), option::of(words()))
        .prop_map(|(instead_of, reason, approved_by)| PriceOverride { instead_of, reason, approved_by });
    let origin = (id(), words(), any::<u32>(), price(), price(), 0_i64..9_999);
    let origin =
        origin.prop_map(|(sale, receipt, line, gross, tax, points)| Origin { sale, receipt, line, gross, tax, points });
    let texts = proptest::array::uniform7(option::of(words()));
    let prices = (option::of(override_price), option::of(by_hand()), option::of(origin));
    let rest = (option::of(date()), option::of(quantity()), option::of(any::<u32>()), any::<bool>());
    let some = (prices, texts, rest).prop_map(
        |((override_price, discount, origin), texts, (expires, tare, deposit_of, damaged))| {
            let [salesperson, note, serial, lot, account, age_checked_by, reason] = texts;
            Facets {
                override_price,
                discount,
                salesperson,
                note,
                serial,
                lot,
                expires,
                tare,
                deposit_of,
                account,
                age_checked_by,
                origin,
                reason,
                damaged,
            }
        },
    );
    prop_oneof![Just(Facets::default()), some].boxed()
}

fn about() -> BoxedStrategy<About> {
    let coupons = || vec((words(), option::of(id())).prop_map(|(code, grant)| Coupon { code, grant }), 0..3);
    let texts = proptest::array::uniform4(option::of(words()));
    let tenders = || vec(tender(), 0..3);
    let some = (coupons(), option::of(by_hand()), texts, option::of(id()), (tenders(), tenders(), coupons())).prop_map(
        |(coupons, discount, texts, hold, (taken, refund_to, coupons_back))| {
            let [salesperson, note, tax_exempt, staff_sale] = texts;
            About { coupons, discount, salesperson, note, tax_exempt, staff_sale, hold, taken, refund_to, coupons_back }
        },
    );
    prop_oneof![Just(About::default()), some].boxed()
}

fn member() -> BoxedStrategy<Member> {
    (words(), words(), any::<i64>(), words(), words())
        .prop_map(|(id, name, points_known, level, note)| Member { id, name, points_known, level, note })
        .boxed()
}

fn line() -> BoxedStrategy<Line> {
    let names = (words(), words(), option::of(words()), option::of(words()));
    let unit = select(vec![Unit::Piece, Unit::Kilogram]);
    let goods = (unit, quantity(), any::<bool>(), price(), option::of(price()), rate());
    (names, goods, terms(), facets(), any::<bool>())
        .prop_map(
            |(
                (item, name, name_en, code),
                (unit, quantity, back, unit_price, label_amount, tax),
                terms,
                facets,
                voided,
            )| {
                let quantity = if back { -quantity } else { quantity };
                Line {
                    no: 0,
                    item,
                    name,
                    name_en,
                    code,
                    unit,
                    quantity,
                    unit_price,
                    label_amount,
                    tax,
                    terms,
                    facets,
                    voided,
                }
            },
        )
        .boxed()
}

fn lines() -> impl Strategy<Value = Vec<Line>> {
    vec(line(), 0..4).prop_map(|lines| (1..).zip(lines).map(|(no, line)| Line { no, ..line }).collect())
}

fn basket() -> BoxedStrategy<Basket> {
    (id(), at(), option::of(member()), about(), lines())
        .prop_map(|(id, started_at, member, about, lines)| {
            Basket::restore(id, started_at, member, about, lines).expect("lines within limits")
        })
        .boxed()
}

/// A sale as events keep it: see [`super::sale`] for what stays behind.
fn sale() -> BoxedStrategy<Sale> {
    let share = (words(), words(), option::of(words()), money(), any::<bool>())
        .prop_map(|(rule, name, name_en, amount, by_hand)| DiscountShare { rule, name, name_en, amount, by_hand });
    let sold = (line(), vec(share, 0..3), money(), money(), money()).prop_map(|(line, discounts, list, gross, tax)| {
        let terms = Terms { kind: line.terms.kind, ..Terms::default() };
        let line = Line { name_en: None, label_amount: None, voided: false, terms, ..line };
        SaleLine { line, list, discounts, gross, tax }
    });
    let tax = (rate(), money(), money()).prop_map(|(rate, net, tax)| TaxTotal { rate, net, tax });
    let member = (member(), any::<i64>())
        .prop_map(|(member, points)| (Member { points_known: 0, note: String::new(), ..member }, points));
    let head = (id(), words(), select(vec!["CNY", "JPY", "KWD"]), at(), at(), option::of(member));
    let sums = (vec(tax, 0..3), money(), money(), vec(tender(), 0..3), any::<[u64; 3]>());
    let uses = vec((words(), any::<u32>()), 0..3);
    (head, vec(sold, 0..3), lines(), sums, (about(), uses))
        .prop_map(|((id, receipt, currency, started_at, completed_at, member), lines, voided, sums, (about, uses))| {
            let (taxes, total, rounding, tenders, versions) = sums;
            Sale {
                id,
                receipt,
                currency: Currency::of(currency).unwrap(),
                started_at,
                completed_at,
                member,
                lines,
                voided,
                taxes,
                total,
                rounding,
                tenders,
                catalogue: (versions[0], versions[1]),
                rule_book: versions[2],
                uses,
                about,
            }
        })
        .boxed()
}

fn totals() -> BoxedStrategy<Totals> {
    let tender = (select(TenderKind::ALL.to_vec()), any::<u64>(), money())
        .prop_map(|(kind, count, amount)| TenderTotal { kind, count, amount });
    let tax = (rate(), money(), money()).prop_map(|(rate, net, tax)| TaxTotal { rate, net, tax });
    (any::<[u64; 6]>(), proptest::array::uniform10(money()), any::<[i64; 3]>(), vec(tender, 0..4), vec(tax, 0..3))
        .prop_map(|(counts, sums, [points, units, points_spent], tenders, taxes)| Totals {
            sales: counts[0],
            gross: sums[0],
            return_lines: counts[1],
            returns: sums[1],
            rounding: sums[2],
            tenders,
            taxes,
            points,
            units,
            voided_lines: counts[2],
            voided_sales: counts[3],
            no_sales: counts[4],
            reprints: counts[5],
            discounts_by_rule: sums[3],
            discounts_by_hand: sums[4],
            dropped: sums[5],
            paid_in: sums[6],
            paid_out: sums[7],
            hold_cash: sums[8],
            liabilities: sums[9],
            points_spent,
        })
        .boxed()
}

fn hand_over() -> BoxedStrategy<HandOver> {
    (words(), option::of(words()), at(), money(), money(), words())
        .prop_map(|(from, to, at, expected, counted, reason)| HandOver { from, to, at, expected, counted, reason })
        .boxed()
}

fn closed() -> BoxedStrategy<ClosedShift> {
    let cashier = (words(), any::<u64>(), money(), money()).prop_map(|(staff, sales, gross, cash)| CashierTotals {
        staff,
        sales,
        gross,
        cash,
    });
    let people = (vec(cashier, 0..3), vec(hand_over(), 0..3));
    let shift = (id(), date(), at(), words(), money(), totals(), people).prop_map(
        |(id, business_date, opened_at, opened_by, float, totals, (cashiers, hand_overs))| Shift {
            id,
            business_date,
            opened_at,
            opened_by,
            float,
            totals,
            cashiers,
            hand_overs,
        },
    );
    (shift, any::<u32>(), at(), money(), vec((price(), any::<u32>()), 0..4), words())
        .prop_map(|(shift, z_no, closed_at, counted, pieces, reason)| ClosedShift {
            shift,
            z_no,
            closed_at,
            counted,
            pieces,
            reason,
        })
        .boxed()
}

fn payment() -> BoxedStrategy<Payment> {
    let family = select(vec![Family::WeChat, Family::Alipay, Family::UnionPay, Family::Terminal]);
    let state = select(vec![
        PaymentState::Created,
        PaymentState::Sent,
        PaymentState::Paid,
        PaymentState::Declined,
        PaymentState::InDoubt,
        PaymentState::Reversing,
        PaymentState::Reversed,
    ]);
    let refund_state = select(vec![RefundState::Open, RefundState::Done, RefundState::Refused]);
    let refund =
        (words(), refund_state, any::<u32>()).prop_map(|(no, state, tries)| PaymentRefund { no, state, tries });
    let head = (id(), words(), family, (1_i64..1_000_000).prop_map(Money::minor), state);
    let times = (at(), option::of(at()), option::of(at()), option::of(at()), at());
    let texts = proptest::array::uniform3(option::of(words()));
    (head, times, any::<[u32; 2]>(), any::<[bool; 3]>(), texts, option::of(refund))
        .prop_map(
            |((id, order_no, family, amount, state), times, counts, flags, [masked, provider_no, reason], refund)| {
                let (created_at, sent_at, next_at, give_up_at, seen_at) = times;
                Payment {
                    id,
                    order_no,
                    family,
                    amount,
                    masked,
                    state,
                    created_at,
                    sent_at,
                    next_at,
                    give_up_at,
                    seen_at,
                    asks: counts[0],
                    reversals: counts[1],
                    last_asked: flags[0],
                    confirming: flags[1],
                    cancelled: flags[2],
                    provider_no,
                    reason,
                    refund,
                }
            },
        )
        .boxed()
}

/// Events about goods and money.
fn about_sales() -> impl Strategy<Value = Event> {
    let hold = (words(), basket(), money(), vec(tender(), 0..3), option::of(date()), words())
        .prop_map(|(code, basket, total, paid, until, shopper)| Hold { code, basket, total, paid, until, shopper });
    prop_oneof![
        sale().prop_map(|sale| Event::SaleCompleted(Box::new(sale))),
        (basket(), words()).prop_map(|(basket, reason)| Event::SaleVoided { basket, reason }),
        basket().prop_map(Event::SaleSuspended),
        id().prop_map(Event::SaleRecalled),
        hold.prop_map(|hold| Event::HoldPlaced(Box::new(hold))),
        (id(), vec(tender(), 0..3), words()).prop_map(|(hold, refunded, reason)| Event::HoldCancelled {
            hold,
            refunded,
            reason
        }),
        (id(), vec(tender(), 0..3), money()).prop_map(|(basket, tenders, amount)| Event::TendersReturned {
            basket,
            tenders,
            amount
        }),
        payment().prop_map(|payment| Event::PaymentChanged(Box::new(payment))),
    ]
}

/// Events about people and the drawer.
fn about_people() -> impl Strategy<Value = Event> {
    use AccountKind::{Coupon, Credit, GiftCard, Points, StoredValue};
    let permission = select(Permission::all().collect::<Vec<_>>());
    let means = select(vec![ApprovedBy::Pin, ApprovedBy::Card, ApprovedBy::Telephone, ApprovedBy::Till]);
    let approval = (permission, any::<i64>(), words(), words(), means)
        .prop_map(|(permission, size, about, by, means)| Approval { permission, size, about, by, means });
    let moved = select(vec![CashMovementKind::Drop, CashMovementKind::PayIn, CashMovementKind::PayOut]);
    let movement = (moved, price(), words(), words()).prop_map(|(kind, amount, reason, note)| CashMovement {
        kind,
        amount,
        reason,
        note,
    });
    let enrolment = (words(), words(), words(), option::of(words())).prop_map(|(id, name, phone, card)| Enrolment {
        id,
        name,
        phone,
        card,
    });
    let account = (select(vec![Points, StoredValue, GiftCard, Credit, Coupon]), words())
        .prop_map(|(kind, number)| Account { kind, number });
    prop_oneof![
        words().prop_map(|reason| Event::DrawerOpened { reason }),
        words().prop_map(|receipt| Event::Reprinted { receipt }),
        (words(), any::<u32>()).prop_map(|(staff, tries)| Event::LockedOut { staff, tries }),
        words().prop_map(|staff| Event::SignedOn { staff }),
        approval.prop_map(Event::Approved),
        movement.prop_map(Event::CashMoved),
        hand_over().prop_map(Event::HandedOver),
        enrolment.prop_map(Event::MemberEnrolled),
        (words(), words()).prop_map(|(member, note)| Event::MemberNoted { member, note }),
        proptest::collection::vec(words(), 0..4).prop_map(|items| Event::FavouritesArranged { items }),
        (account, 0_i64..1_000_000).prop_map(|(account, units)| Event::GrantAsked { account, units }),
        Just(Event::TrainingBegun),
        Just(Event::TrainingEnded),
        closed().prop_map(|closed| Event::ShiftClosed(Box::new(closed))),
        (id(), date(), at(), words(), money()).prop_map(|(id, business_date, opened_at, opened_by, float)| {
            let (totals, cashiers, hand_overs) = (Totals::default(), Vec::new(), Vec::new());
            Event::ShiftOpened(Shift { id, business_date, opened_at, opened_by, float, totals, cashiers, hand_overs })
        }),
    ]
}

/// The event as a till would commit it: who, when and on which business date stand beside the body.
fn on_the_wire(event: &Event) -> v1::Event {
    let (at, business_date, staff) = match event {
        Event::SaleCompleted(sale) => (sale.completed_at, jiff::civil::date(2026, 3, 1), None),
        Event::ShiftOpened(shift) => (shift.opened_at, shift.business_date, Some(shift.opened_by.clone())),
        Event::ShiftClosed(closed) => (closed.closed_at, closed.shift.business_date, None),
        _ => (Timestamp::UNIX_EPOCH, jiff::civil::date(2026, 3, 1), None),
    };
    v1::Event {
        v: 1,
        terminal: Uuid::nil(),
        epoch: 1,
        seq: 1,
        at_ms: at.as_millisecond(),
        business_date: business_date.to_string(),
        shift: None,
        staff,
        body: event.into(),
    }
}

fn comes_back(event: &Event) {
    let bytes = serde_json::to_string(&on_the_wire(event)).unwrap();
    let read: v1::Event = serde_json::from_str(&bytes).unwrap();
    assert_eq!(read.to_domain().unwrap().as_ref(), Some(event), "{bytes}");
}

fn policy() -> impl Strategy<Value = Policy> {
    use ReasonFor::{Cash, Difference, Drawer, Price, Return, Void};
    let may = (select(Permission::all().collect::<Vec<_>>()), option::of(any::<i64>()));
    let role = (words(), vec(may, 0..4)).prop_map(|(id, may)| Role { id, may });
    let roles = vec(role, 0..3).prop_map(|roles| if roles.is_empty() { Role::usual() } else { roles });
    let reason = (select(vec![Void, Price, Return, Cash, Difference, Drawer]), words());
    let key = prop_oneof![Just(Vec::new()), vec(any::<u8>(), 16..=64)];
    let numbers = (any::<u32>(), 0_u32..=10_000, price(), any::<u8>());
    let texts = (vec(words(), 0..3), vec(words(), 0..3), words(), words());
    let tax = (select(vec![TaxRounding::PerTotal, TaxRounding::PerLine]), select(vec![Half::Up, Half::Even]));
    (roles, vec(reason, 0..4), key, numbers, texts, vec(select(TenderKind::ALL.to_vec()), 0..4), tax).prop_map(
        |(roles, reasons, approval_key, numbers, texts, tenders, (tax_rounding, tax_half))| {
            let (return_days, staff_price_bp, drawer_cash_max, phone_digits) = numbers;
            let (receipt_parts, legal_lines, receipt_url, invoice_url) = texts;
            Policy {
                roles,
                reasons,
                aisle_key: AisleKey::new(&approval_key),
                approval_key,
                return_days,
                staff_price_bp,
                drawer_cash_max,
                phone_digits,
                receipt_parts,
                legal_lines,
                receipt_url,
                invoice_url,
                tenders,
                tax_rounding,
                tax_half,
                zones: Vec::new(),
            }
        },
    )
}

proptest! {
    // A thousand of each kind.
    #![proptest_config(ProptestConfig::with_cases(8_000))]

    #[test]
    fn what_happens_with_goods_and_money_comes_back(event in about_sales()) {
        comes_back(&event);
    }
}

proptest! {
    // A thousand of each kind.
    #![proptest_config(ProptestConfig::with_cases(14_000))]

    #[test]
    fn what_happens_with_people_and_the_drawer_comes_back(event in about_people()) {
        comes_back(&event);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_shop_s_policy_comes_back(policy in policy()) {
        let text = serde_json::to_string(&v1::Policy::from(&policy)).unwrap();
        let read: v1::Policy = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(Policy::try_from(&read).unwrap(), policy);
    }
}
