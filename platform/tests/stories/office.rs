//! Accounts, grants and the words that tills are told: what both databases must do alike.

use std::sync::Arc;

use domain::grant::{Account, AccountKind};
use platform::ledger::reconcile::{Reconciliation, Unbalanced};
use platform::office::{Balance, GRANT_MS, Opening};
use platform::store::{RecordRow, Store, Terminal};
use protocol::v1::*;
use uuid::Uuid;

use crate::database::on_both;
use crate::till::{DAY, Till, line, plain, records, tender};

on_both!(
    all_that_money_does_reconciles,
    a_card_is_activated_set_aside_spent_and_given_back,
    a_quota_is_nobody_elses_until_it_is_taken_back,
    points_come_and_go_and_her_record_tells,
    neighbours_are_told_what_is_aside_put_by_and_taken_back,
    members_are_enrolled_noted_and_never_merged_by_themselves,
    favourites_arranged_at_one_till_are_those_of_the_store,
);

pub fn account(kind: AccountKind, number: &str) -> Account {
    Account { kind, number: number.into() }
}

pub async fn opened(store: &dyn Store, kind: AccountKind, number: &str, units: i64) -> Account {
    let account = account(kind, number);
    let opening = Opening { account: account.clone(), units };
    assert!(store.open_accounts(vec![opening.clone(), opening.clone()]).await.unwrap()[0]);
    assert_eq!(store.open_accounts(vec![opening]).await.unwrap(), [false], "no money twice");
    account
}

pub fn ask(till: &mut Till, account: &Account, units: i64) {
    let (kind, number) = (account.kind.word().to_owned(), account.number.clone());
    till.event(Body::GrantAsked(GrantAsked { kind, number, units }));
}

/// The living grants of a terminal.
pub async fn grants(store: &dyn Store, scope: &str, terminal: Uuid) -> Vec<Grant> {
    let mut living = Vec::<Grant>::new();
    for record in records(store, scope).await {
        match record {
            Record::Grant(grant) if grant.terminal == terminal => living.push(grant),
            Record::GrantGone(id) => living.retain(|grant| grant.id != id),
            _ => {}
        }
    }
    living
}

async fn all(till: &Till, store: &dyn Store, terminal: &Terminal) {
    till.upload(store, terminal, 1, till.head()).await;
}

async fn kinds(store: &dyn Store) -> Vec<String> {
    let rows = store.exceptions(false, 100).await.unwrap();
    let mut kinds: Vec<_> = rows.into_iter().map(|row| row.kind).filter(|kind| kind != "unknown_item").collect();
    kinds.sort();
    kinds
}

async fn day(store: &dyn Store) -> Reconciliation {
    Reconciliation::of(DAY, None, &store.day(DAY, None).await.unwrap())
}

async fn all_that_money_does_reconciles(store: Arc<dyn Store>) {
    let bundle = Item {
        id: "box".into(),
        terms: Some(Box::new(Terms {
            components: vec![
                Component { item: "tea".into(), quantity: 2000 },
                Component { item: "cup".into(), quantity: 500 },
            ],
            ..Terms::default()
        })),
        ..Item::default()
    };
    let body = serde_json::to_string(&Record::Item(Box::new(bundle))).unwrap();
    store.put("chain", vec![RecordRow { kind: "item", id: "box".into(), gone: false, body }]).await.unwrap();
    let (mut till, terminal) = Till::enrolled(&*store, "12").await;
    till.open_shift(20_000);
    let mut mixed = plain(line("box", 10_000, None), tender("cash", 2_000));
    mixed.member = Some(SaleMember { id: "m1".into(), points_earned: 90, ..SaleMember::default() });
    mixed.tenders.extend([tender("code", 1_000), tender("card", 1_000), tender("on_account", 1_000)]);
    mixed.tenders.push(Tender { points: 500, ..tender("points", 500) });
    mixed.tenders.push(Tender { tendered: 5_000, forfeited: 500, ..tender("voucher", 4_500) });
    let sold = mixed.id;
    till.sell(mixed);
    for (kind, amount) in
        [("gift_card", 5_000), ("top_up", 3_000), ("deposit", 150), ("deposit", -100), ("service", 800)]
    {
        let mut line = line(kind, amount, Some(kind));
        line.facets = Some(Box::new(Facets { account: Some("7".into()), ..Facets::default() }));
        till.sell(plain(line, tender("cash", amount)));
    }
    let mut back = line("box", -10_000, None);
    let origin = Origin { sale: sold, receipt: "1".into(), line: 1, gross: 10_000, tax: 0, points: 90 };
    back.facets = Some(Box::new(Facets { origin: Some(origin), damaged: true, ..Facets::default() }));
    let mut back = plain(back, tender("cash", -9_500));
    back.member = Some(SaleMember { id: "m1".into(), points_earned: -90, ..SaleMember::default() });
    back.tenders.push(Tender { points: -500, ..tender("points", -500) });
    till.sell(back);
    for (kind, amount) in [("drop", 4_000), ("pay_in", 700), ("pay_out", 200)] {
        let moved = CashMoved { kind: kind.into(), amount, reason: "r".into(), note: String::new() };
        till.event(Body::CashMoved(moved));
    }
    till.totals.dropped = 4_000;
    till.totals.paid_in = 700;
    till.totals.paid_out = 200;
    let hold = |paid| Hold {
        code: "H1".into(),
        basket: Basket { id: Uuid::now_v7(), ..Basket::default() },
        total: 9_000,
        paid: vec![tender("cash", paid)],
        until: None,
        shopper: String::new(),
    };
    let (kept, given_up) = (hold(3_000), hold(1_000));
    let mut collected = plain(line("lamp", 9_000, None), tender("deposit", 3_000));
    collected.tenders.push(tender("cash", 6_000));
    collected.about = Some(Box::new(About { hold: Some(kept.basket.id), ..About::default() }));
    let cancelled =
        HoldCancelled { hold: given_up.basket.id, refunded: vec![tender("cash", -1_000)], reason: "r".into() };
    till.event(Body::HoldPlaced(Box::new(kept)));
    till.event(Body::HoldPlaced(Box::new(given_up)));
    till.sell(collected);
    till.event(Body::HoldCancelled(cancelled));
    till.totals.hold_cash = 3_000;
    let returned = TendersReturned { basket: Uuid::now_v7(), tenders: vec![tender("cash", -50)], amount: -50 };
    till.event(Body::TendersReturned(returned));
    till.close_shift(20_000, -30);
    all(&till, &*store, &terminal).await;

    let day = day(&*store).await;
    assert!(day.agrees, "{}", day.table(2));
    assert_eq!(day.unbalanced, Unbalanced::default());
    let total = &day.total;
    assert_eq!((total.liabilities, total.points, total.points_spent), (8_050, 0, 0));
    assert_eq!((total.dropped, total.paid_in, total.paid_out, total.hold_cash), (4_000, 700, 200, 3_000));
    assert_eq!(
        (total.tenders["points"].count, total.tenders["voucher"].amount, total.tenders["deposit"].amount),
        (2, 4_500, 3_000)
    );
    let items: Vec<_> = total.items.iter().map(|(item, quantity)| (item.as_str(), *quantity)).collect();
    assert_eq!(items, [("cup", 0), ("lamp", 1000), ("tea", 0)], "bundles by component, no services");
    assert!(total.gross > 0 && day.shifts[0].z.is_some());
    // The same goods put by again, from a restored backup: no money twice.
    let again = till.log.iter().find(|(bytes, _)| bytes.contains("hold_placed")).unwrap().0.clone();
    let seq = till.log.iter().position(|(bytes, _)| *bytes == again).unwrap() + 1;
    let again = again.replace(r#""epoch":1"#, r#""epoch":2"#).replace(&format!(r#""seq":{seq}"#), r#""seq":1"#);
    let mut restored = Till::new(till.terminal, till.key);
    restored.epoch = 2;
    restored.raw(again);
    restored.upload(&*store, &terminal, 1, 1).await;
    assert!(kinds(&*store).await.contains(&"duplicate_hold".to_owned()));
    assert_eq!(self::day(&*store).await.total, day.total);
}

async fn a_card_is_activated_set_aside_spent_and_given_back(store: Arc<dyn Store>) {
    let (mut till, terminal) = Till::enrolled(&*store, "12").await;
    let card = account(AccountKind::GiftCard, "6000111122223333");
    let mut sold = line("card", 10_000, Some("gift_card"));
    sold.facets = Some(Box::new(Facets { account: Some(card.number.clone()), ..Facets::default() }));
    till.sell(plain(sold, tender("cash", 10_000)));
    ask(&mut till, &card, 100_000);
    all(&till, &*store, &terminal).await;
    let [grant] = &grants(&*store, "store-12", till.terminal).await[..] else { panic!("one grant") };
    assert_eq!((grant.units, grant.balance, grant.number.as_str()), (10_000, 10_000, "6000111122223333"));
    assert_eq!(store.balance(&card).await.unwrap(), Some(Balance { units: 10_000, held: 10_000 }));

    let paid = Tender { grant: Some(grant.id), reference: Some("****3333".into()), ..tender("gift_card", 4_000) };
    let bought = plain(line("tea", 4_000, None), paid);
    let mut back = line("tea", -1_500, None);
    let origin = Origin { sale: bought.id, receipt: "1".into(), line: 1, gross: 1_500, tax: 0, points: 0 };
    back.facets = Some(Box::new(Facets { origin: Some(origin), ..Facets::default() }));
    back.quantity = -1000;
    till.sell(bought);
    // A refund bears the card's masked number alone.
    till.sell(plain(back, Tender { reference: Some("****3333".into()), ..tender("gift_card", -1_500) }));
    till.upload(&*store, &terminal, 1, 3).await;
    all(&till, &*store, &terminal).await;
    assert_eq!(store.balance(&card).await.unwrap(), Some(Balance { units: 7_500, held: 6_000 }));

    // More than was set aside is taken all the same, and told.
    till.sell(plain(line("tea", 8_000, None), Tender { grant: Some(grant.id), ..tender("gift_card", 8_000) }));
    let unknown = Tender { grant: Some(Uuid::now_v7()), ..tender("gift_card", 10) };
    till.sell(plain(line("tea", 10, None), unknown));
    all(&till, &*store, &terminal).await;
    assert_eq!(kinds(&*store).await, ["over_grant", "unknown_account"]);
    assert_eq!(store.balance(&card).await.unwrap(), Some(Balance { units: -500, held: 0 }));
    let day = day(&*store).await;
    assert!(day.drifted.is_empty());
    assert_eq!(day.accounts.iter().map(|sum| sum.below).sum::<u64>(), 1);
    // Nothing is free: the till is told so.
    let (mut other, other_terminal) = Till::enrolled(&*store, "13").await;
    ask(&mut other, &card, 100);
    all(&other, &*store, &other_terminal).await;
    let told = grants(&*store, "store-13", other.terminal).await;
    assert_eq!((told[0].units, told[0].balance), (0, -500));
}

async fn a_quota_is_nobody_elses_until_it_is_taken_back(store: Arc<dyn Store>) {
    let purse = opened(&*store, AccountKind::StoredValue, "m9", 1_000).await;
    let coupon = opened(&*store, AccountKind::Coupon, "C7", 1).await;
    let (mut one, one_terminal) = Till::enrolled(&*store, "12").await;
    let (mut two, two_terminal) = Till::enrolled(&*store, "12").await;
    ask(&mut one, &purse, 700);
    ask(&mut one, &coupon, 1);
    all(&one, &*store, &one_terminal).await;
    ask(&mut two, &purse, 700);
    ask(&mut two, &coupon, 1);
    all(&two, &*store, &two_terminal).await;
    let of = async |till: &Till| {
        let grants = grants(&*store, "store-12", till.terminal).await;
        let mut units: Vec<_> = grants.iter().map(|grant| (grant.kind.clone(), grant.units)).collect();
        units.sort();
        units
    };
    assert_eq!(of(&one).await, [("coupon".to_owned(), 1), ("stored_value".to_owned(), 700)]);
    assert_eq!(of(&two).await, [("coupon".to_owned(), 0), ("stored_value".to_owned(), 300)]);

    // The first spends offline; its journal comes with its close, and the rest is free again.
    let mine = grants(&*store, "store-12", one.terminal).await;
    let by = |kind: &str| mine.iter().find(|grant| grant.kind == kind).map(|grant| grant.id);
    let mut sale = plain(line("tea", 450, None), Tender { grant: by("stored_value"), ..tender("stored_value", 450) });
    sale.member = Some(SaleMember { id: "m9".into(), ..SaleMember::default() });
    let used = Coupon { code: "C7".into(), grant: by("coupon") };
    sale.about = Some(Box::new(About { coupons: vec![used], ..About::default() }));
    one.sell(sale);
    one.close_shift(0, 0);
    all(&one, &*store, &one_terminal).await;
    assert!(of(&one).await.is_empty());
    assert_eq!(store.balance(&purse).await.unwrap(), Some(Balance { units: 550, held: 300 }));
    assert_eq!(store.balance(&coupon).await.unwrap(), Some(Balance { units: 0, held: 0 }));
    ask(&mut two, &purse, 10_000);
    all(&two, &*store, &two_terminal).await;
    assert_eq!(of(&two).await[1].1, 550, "the same grant grows by what is free");
    // Its clock comes past the end.
    two.event_at(platform::clock::now_ms() + 2 * GRANT_MS, Body::DrawerOpened(DrawerOpened { reason: "x".into() }));
    all(&two, &*store, &two_terminal).await;
    assert!(of(&two).await.is_empty());
    assert_eq!(store.balance(&purse).await.unwrap(), Some(Balance { units: 550, held: 0 }));
    assert!(kinds(&*store).await.is_empty());
    assert!(day(&*store).await.drifted.is_empty());
}

async fn points_come_and_go_and_her_record_tells(store: Arc<dyn Store>) {
    let member =
        Member { id: "m1".into(), name: "王*".into(), codes: vec!["111".into()], points: 40, ..Member::default() };
    let row = |member: &Member| {
        let body = serde_json::to_string(&Record::Member(member.clone())).unwrap();
        vec![RecordRow { kind: "member", id: member.id.clone(), gone: false, body }]
    };
    store.put("chain", row(&member)).await.unwrap();
    let (mut till, terminal) = Till::enrolled(&*store, "12").await;
    let mut sale = plain(line("tea", 3_000, None), tender("cash", 3_000));
    sale.member = Some(SaleMember { id: "m1".into(), points_earned: 30, ..SaleMember::default() });
    till.sell(sale);
    ask(&mut till, &account(AccountKind::Points, "m1"), 10_000);
    all(&till, &*store, &terminal).await;
    let told = async || match &records(&*store, "chain").await[..] {
        [Record::Member(member)] => (member.points, member.name.clone()),
        other => panic!("{other:?}"),
    };
    assert_eq!(told().await, (70, "王*".to_owned()));
    let grant = grants(&*store, "store-12", till.terminal).await.remove(0);
    assert_eq!(grant.units, 70);
    let mut sale = plain(line("tea", 50, None), Tender { points: 50, grant: Some(grant.id), ..tender("points", 50) });
    sale.member = Some(SaleMember { id: "m1".into(), points_earned: 0, ..SaleMember::default() });
    till.sell(sale);
    all(&till, &*store, &terminal).await;
    assert_eq!(told().await.0, 20);
    // What a file said of her once gives nothing twice.
    store.put("chain", row(&Member { name: "李*".into(), ..member })).await.unwrap();
    assert_eq!(told().await, (20, "李*".to_owned()));
    let head = store.scope_head("chain").await.unwrap();
    all(&till, &*store, &terminal).await;
    assert_eq!(store.scope_head("chain").await.unwrap(), head, "a replay tells nothing");
}

async fn neighbours_are_told_what_is_aside_put_by_and_taken_back(store: Arc<dyn Store>) {
    let (mut one, one_terminal) = Till::enrolled(&*store, "12").await;
    let (mut two, two_terminal) = Till::enrolled(&*store, "12").await;
    let terminals = records(&*store, "store-12").await;
    let keys: Vec<_> = terminals
        .iter()
        .map(|record| match record {
            Record::Terminal(terminal) => (terminal.number, terminal.id, terminal.public_key.clone()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(keys, [(1, one.terminal, one.key.public_hex()), (2, two.terminal, two.key.public_hex())]);

    let basket = Basket { id: Uuid::now_v7(), ..Basket::default() };
    let hold = Hold {
        code: "H7".into(),
        basket: Basket { id: Uuid::now_v7(), ..Basket::default() },
        total: 100,
        paid: vec![],
        until: None,
        shopper: String::new(),
    };
    let sale = plain(SaleLine { quantity: 2000, ..line("tea", 200, None) }, tender("cash", 200));
    one.event(Body::SaleSuspended(SaleSuspended { basket: basket.clone() }));
    one.event(Body::HoldPlaced(Box::new(hold.clone())));
    one.sell(sale.clone());
    all(&one, &*store, &one_terminal).await;
    let told = records(&*store, "store-12").await;
    let aside = told.iter().any(|record| matches!(record, Record::Suspended(aside) if aside.basket == basket && aside.terminal == 1 && aside.staff == "07"));
    assert!(aside && told.contains(&Record::Hold(Box::new(hold.clone()))));

    let mut back = SaleLine { quantity: -1000, ..line("tea", -100, None) };
    let origin = Origin { sale: sale.id, receipt: "1".into(), line: 1, gross: 100, tax: 0, points: 0 };
    back.facets = Some(Box::new(Facets { origin: Some(origin), ..Facets::default() }));
    let mut collected = plain(line("lamp", 100, None), tender("cash", 100));
    collected.about = Some(Box::new(About { hold: Some(hold.basket.id), ..About::default() }));
    two.event(Body::SaleRecalled(SaleRecalled { basket: basket.id }));
    two.sell(collected.clone());
    two.sell(plain(back.clone(), tender("cash", -100)));
    all(&two, &*store, &two_terminal).await;
    let told = records(&*store, "store-12").await;
    assert!(told.contains(&Record::SuspendedGone(basket.id)) && told.contains(&Record::HoldGone(hold.basket.id)));
    let returned = |terminal, quantity| Record::Returned(Returned { sale: sale.id, line: 1, terminal, quantity });
    assert!(told.contains(&returned(2, 1000)));
    assert!(kinds(&*store).await.is_empty());

    // The first had not heard of it, and does the same again.
    one.event(Body::SaleRecalled(SaleRecalled { basket: basket.id }));
    one.event(Body::HoldCancelled(HoldCancelled { hold: hold.basket.id, refunded: vec![], reason: "r".into() }));
    one.sell(plain(back.clone(), tender("cash", -100)));
    all(&one, &*store, &one_terminal).await;
    assert_eq!(kinds(&*store).await, ["ended_twice", "recalled_twice"]);
    one.sell(plain(back, tender("cash", -100)));
    all(&one, &*store, &one_terminal).await;
    assert!(kinds(&*store).await.contains(&"returned_too_often".to_owned()));
    assert!(records(&*store, "store-12").await.contains(&returned(1, 2000)));
}

async fn members_are_enrolled_noted_and_never_merged_by_themselves(store: Arc<dyn Store>) {
    let (mut till, terminal) = Till::enrolled(&*store, "12").await;
    let enrolled = |id: &str, phone: &str, card: Option<&str>| {
        let (id, phone, card) = (id.into(), phone.into(), card.map(str::to_owned));
        Body::MemberEnrolled(MemberEnrolled { id, name: "王小明".into(), phone, card })
    };
    till.event(enrolled("a", "13800006621", None));
    till.event(Body::MemberNoted(MemberNoted { member: "a".into(), note: "peanuts".into() }));
    let mut sale = plain(line("tea", 3_000, None), tender("cash", 3_000));
    sale.member = Some(SaleMember { id: "a".into(), points_earned: 30, ..SaleMember::default() });
    till.sell(sale);
    till.event(enrolled("b", "13800006621", Some("C-9")));
    till.event(Body::MemberNoted(MemberNoted { member: "nobody".into(), note: "x".into() }));
    all(&till, &*store, &terminal).await;
    assert_eq!(kinds(&*store).await, ["merge", "unknown_member"]);
    let [Record::Member(a), Record::Member(b)] = &records(&*store, "chain").await[..] else { panic!("two members") };
    assert_eq!((a.name.as_str(), a.phone.as_str(), a.note.as_str(), a.points), ("王*", "138****6621", "peanuts", 30));
    assert_eq!((a.codes.join(" "), b.codes.join(" ")), ("13800006621".to_owned(), "C-9".to_owned()));
    for exception in store.exceptions(false, 10).await.unwrap() {
        assert!(!exception.detail.contains("13800006621"), "a number is not for a list");
    }
}

async fn favourites_arranged_at_one_till_are_those_of_the_store(store: Arc<dyn Store>) {
    let (mut one, one_terminal) = Till::enrolled(&*store, "12").await;
    let (mut two, two_terminal) = Till::enrolled(&*store, "12").await;
    let (mut other, other_terminal) = Till::enrolled(&*store, "13").await;
    let arranged = |items: &[&str]| {
        let items = items.iter().map(|id| (*id).to_owned()).collect();
        Body::FavouritesArranged(FavouritesArranged { items })
    };
    let told = |items: &[&str]| {
        let items = items.iter().map(|id| (*id).to_owned()).collect();
        Record::Favourites(Favourites { items })
    };
    one.event(arranged(&["tea", "lamp"]));
    all(&one, &*store, &one_terminal).await;
    assert!(records(&*store, "store-12").await.contains(&told(&["tea", "lamp"])));
    // The newest that arrives counts, whichever till made it; another store's is its own.
    two.event(arranged(&["lamp"]));
    other.event(arranged(&["pen"]));
    all(&two, &*store, &two_terminal).await;
    all(&other, &*store, &other_terminal).await;
    let found = records(&*store, "store-12").await;
    let favourites: Vec<_> = found.iter().filter(|record| matches!(record, Record::Favourites(_))).collect();
    assert_eq!(favourites, [&told(&["lamp"])]);
    assert!(records(&*store, "store-13").await.contains(&told(&["pen"])));
    one.event(arranged(&[]));
    all(&one, &*store, &one_terminal).await;
    assert!(records(&*store, "store-12").await.contains(&told(&[])));
    assert!(kinds(&*store).await.is_empty());
}
