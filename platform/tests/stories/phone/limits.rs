//! What a shopper who writes her own programs cannot do, and what one store, one address or one provider takes from no other.

use std::sync::Arc;

use domain::aisle::{AisleLine, BasketCode, ExitLine};
use domain::money::{Currency, Money};
use domain::payment::{Answer, Family, PaymentInput};
use domain::quantity::Quantity;
use jiff::{SignedDuration, Timestamp};
use platform::payments::Accounts;
use platform::phone::{
    Counter, CounterError, Goods, Kept, KeptError, NotPriced, Phone, PhoneRow, PricedBasket, ShopError, Shops, Turns,
};
use platform::store::{RecordRow, Store};
use protocol::identity::SigningKey;
use protocol::v1::{Item, Member, Price, Record};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use simulation::provider::{Fault, Mood};

use super::{MEMBER_PHONE, STORE, Shop, json_of, key, visit};
use crate::database::{Held, served_on_both};

served_on_both!(
    whole_pieces_alone_are_priced,
    who_gave_up_is_not_let_out_and_who_is_let_out_does_not_get_her_money_back,
    rubbish_closes_no_store_and_no_address_asks_for_another,
    a_phone_has_one_payment_open_and_a_store_so_many,
    a_slow_provider_keeps_nobody_from_the_other,
    a_basket_too_full_for_a_way_out_is_not_paid,
    prices_are_put_together_when_goods_change_and_at_no_other_time,
);

/// What drives payments, as the platform has it; the platform's own goes on beside it.
struct Driver {
    store: Arc<dyn Store>,
    accounts: Accounts,
    key: SigningKey,
    turns: Turns,
}

impl Driver {
    fn of(shop: &Shop) -> Driver {
        let accounts = Accounts::open(&shop.folder.path().join("payments.toml")).unwrap();
        let (store, key) = (shop.held.store.clone(), SigningKey::generate().unwrap());
        Driver { store, accounts, key, turns: Turns::default() }
    }

    fn counter(&self) -> Counter<'_> {
        Counter { store: &*self.store, accounts: &self.accounts, key: &self.key, turns: &self.turns }
    }
}

impl Shop {
    /// Asks as a phone at an address, behind the proxy that everybody here is.
    async fn post_from(&self, from: &str, path: &str, body: &Value) -> Response {
        let request = self.client.post(format!("{}{path}", self.running.url())).header("x-forwarded-for", from);
        request.header("content-type", "application/json").body(body.to_string()).send().await.unwrap()
    }
}

fn paying(basket: &str) -> Value {
    json!({ "store": STORE, "basket": basket, "family": "wechat" })
}

async fn whole_pieces_alone_are_priced(held: Held) {
    let shop = Shop::over(held).await;
    let goods = Shops::default().of(&*shop.held.store, STORE, Timestamp::now()).await.unwrap();
    let priced = |code: &str, thousandths| {
        let line = AisleLine { code: code.into(), quantity: Quantity::thousandths(thousandths) };
        goods.price(&[line], None, Timestamp::now())
    };
    // Tissues at 12.80, and a label of 10.25 for apples.
    assert_eq!(priced("036000291452", 2000).unwrap().total.units(), 2560);
    assert_eq!(priced("2212345610259", 1000).unwrap().total.units(), 1025);
    for (code, thousandths) in [
        ("036000291452", 1),
        ("036000291452", 999),
        ("036000291452", 1500),
        ("036000291452", 0),
        ("036000291452", -1000),
        ("2212345610259", 99_000),
        ("2212345610259", 500),
    ] {
        assert!(matches!(priced(code, thousandths), Err(NotPriced::Line(_))), "{thousandths} of {code}");
    }
    let shopper = shop.session().await;
    let label = shop.post("/v1/phone/pay", &paying(&shopper.basket(1, &[("2212345610259", 99)]))).await;
    assert_eq!(label.status(), StatusCode::BAD_REQUEST, "one label is on one piece");
    shop.running.stop().await.unwrap();
}

async fn who_gave_up_is_not_let_out_and_who_is_let_out_does_not_get_her_money_back(held: Held) {
    let shop = Shop::over(held).await;
    let (shopper, driver) = (shop.session().await, Driver::of(&shop));
    let books = || shop.wechat.control();
    // Paid, and given up between two looks at the row.
    let stands = shop.pay(&shopper.basket(1, &[("4006381333931", 2)]), "wechat").await;
    let order = stands["order"].as_str().unwrap();
    visit(&shop.wechat, stands["url"].as_str().unwrap());
    shop.until(&shopper, order, "paid").await;
    let stands = driver.counter().go_on(order, PaymentInput::CancelWished, None).await.unwrap();
    assert!(stands.state == "paid" && stands.exit.is_some(), "{stands:?}");
    driver.counter().look(Family::WeChat, &PaymentInput::Restarted).await;
    assert_eq!(books().provider().books().order(order).unwrap().balance().units(), 398);
    assert!(shop.stands(&shopper, order).await["exit"].is_string());

    // Given up while the provider has the money already, and nobody here knows it: it goes back, and nobody is let out.
    for sequence in 2..6 {
        let stands = shop.pay(&shopper.basket(sequence, &[("4006381333931", 1)]), "wechat").await;
        let order = stands["order"].as_str().unwrap();
        visit(&shop.wechat, stands["url"].as_str().unwrap());
        let cancel = json!({ "order": order, "tag": shopper.tag(order) });
        json_of(shop.post("/v1/phone/pay/cancel", &cancel).await).await;
        let row = shop.held.store.phone_payment(order).await.unwrap().unwrap();
        let (kept, payment) = Kept::of(&row).unwrap();
        assert!(!(payment.cancelled && kept.exit.is_some()), "{payment:?}");
        if payment.cancelled {
            assert!(shop.until(&shopper, order, "declined").await.get("exit").is_none());
            assert_eq!(books().provider().books().order(order).unwrap().balance().units(), 0);
        }
    }
    // What is heard of the money after that changes nothing.
    let stands = shop.pay(&shopper.basket(7, &[("4006381333931", 1)]), "wechat").await;
    let order = &*stands["order"].as_str().unwrap().to_owned();
    shop.wechat.control().provider().soon([Some(Fault::LostBefore)]);
    driver.counter().go_on(order, PaymentInput::CancelWished, None).await.unwrap();
    let late = PaymentInput::Answer(Answer::Paid { provider_no: "42".into() });
    let stands = driver.counter().go_on(order, late, None).await.unwrap();
    assert!(stands.state != "paid" && stands.exit.is_none(), "{stands:?}");
    shop.running.stop().await.unwrap();
}

async fn rubbish_closes_no_store_and_no_address_asks_for_another(held: Held) {
    let shop = Shop::over(held).await;
    let shopper = shop.session().await;
    let mut forged = shopper.who(MEMBER_PHONE);
    forged["tag"] = json!("0");
    for _ in 0..150 {
        let said = shop.post("/v1/phone/pay", &paying("GB1RUBBISH")).await;
        assert_eq!(said.status(), StatusCode::BAD_REQUEST);
        assert_eq!(shop.post("/v1/phone/member", &forged).await.status(), StatusCode::NOT_FOUND);
    }
    let basket = shopper.basket(1, &[("4006381333931", 1)]);
    assert_eq!(shop.post("/v1/phone/pay", &paying(&basket)).await.status(), StatusCode::OK, "who signs is heard");
    assert_eq!(shop.post("/v1/phone/member", &shopper.who(MEMBER_PHONE)).await.status(), StatusCode::OK);
    // A session asks for its basket as often as a page does, and then waits.
    let asked = async || shop.post("/v1/phone/pay", &paying(&basket)).await.status();
    for _ in 0..5 {
        assert_eq!(asked().await, StatusCode::OK);
    }
    assert_eq!(asked().await, StatusCode::SERVICE_UNAVAILABLE);
    // An address with many sessions opens so many payments; another one opens its own.
    let from = async |address: &str| {
        let visit = shop.session().await;
        let basket = visit.basket(1, &[("6900000000007", 1)]);
        shop.post_from(address, "/v1/phone/pay", &paying(&basket)).await.status()
    };
    for _ in 0..20 {
        // Goods that nobody knows are not paid, and the question was one all the same.
        assert_eq!(from("198.51.100.7").await, StatusCode::BAD_REQUEST);
    }
    assert_eq!(from("198.51.100.7").await, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(from("203.0.113.9, 198.51.100.7").await, StatusCode::SERVICE_UNAVAILABLE, "she wrote the first herself");
    assert_eq!(from("198.51.100.8").await, StatusCode::BAD_REQUEST);
    shop.running.stop().await.unwrap();
}

async fn a_phone_has_one_payment_open_and_a_store_so_many(held: Held) {
    let shop = Shop::over(held).await;
    let shopper = shop.session().await;
    let first = shop.pay(&shopper.basket(1, &[("4006381333931", 1)]), "wechat").await;
    let second = shop.pay(&shopper.basket(2, &[("4006381333931", 2)]), "wechat").await;
    shop.until(&shopper, first["order"].as_str().unwrap(), "declined").await;
    assert_eq!(shop.stands(&shopper, second["order"].as_str().unwrap()).await["state"], "waiting");
    visit(&shop.wechat, second["url"].as_str().unwrap());
    shop.until(&shopper, second["order"].as_str().unwrap(), "paid").await;
    // Open ones that nobody drives any more.
    for no in 0..300 {
        let row = PhoneRow {
            order_no: format!("X{no}"),
            store: STORE.into(),
            version: 0,
            open: true,
            paid: false,
            amount: 1,
            at_ms: 0,
            body: "{}".into(),
        };
        assert!(shop.held.store.add_phone_payment(row).await.unwrap());
    }
    assert_eq!(shop.held.store.open_phone_payments_of("13").await.unwrap(), []);
    let more = shop.post("/v1/phone/pay", &paying(&shopper.basket(3, &[("4006381333931", 1)]))).await;
    assert_eq!(more.status(), StatusCode::SERVICE_UNAVAILABLE);
    shop.running.stop().await.unwrap();
}

async fn a_slow_provider_keeps_nobody_from_the_other(held: Held) {
    let shop = Shop::over(held).await;
    let (one, other, driver) = (shop.session().await, shop.session().await, Driver::of(&shop));
    shop.pay(&one.basket(1, &[("4006381333931", 1)]), "wechat").await;
    let stands = shop.pay(&other.basket(1, &[("4006381333931", 1)]), "alipay").await;
    visit(&shop.alipay, stands["url"].as_str().unwrap());
    let slow = Fault::Late(SignedDuration::from_hours(1));
    shop.wechat.control().provider().set_mood(Mood { fault: Some(slow), ..Mood::default() });
    let (counter, restarted) = (driver.counter(), PaymentInput::Restarted);
    tokio::select! {
        biased;
        () = counter.look(Family::WeChat, &restarted) => panic!("nobody answers that round"),
        () = counter.look(Family::Alipay, &restarted) => {}
    }
    shop.until(&other, stands["order"].as_str().unwrap(), "paid").await;
    shop.running.stop().await.unwrap();
}

async fn a_basket_too_full_for_a_way_out_is_not_paid(held: Held) {
    let shop = Shop::over(held).await;
    let (shopper, driver, now) = (shop.session().await, Driver::of(&shop), Timestamp::now());
    let codes: Vec<String> = (0..56).map(|no| format!("LONG-CODE-{no:02}X")).collect();
    let lines: Vec<(&str, i64)> = codes.iter().map(|code| (code.as_str(), 1)).collect();
    let text = shopper.basket(1, &lines);
    let basket = BasketCode::read(&text, &key(), STORE, now).unwrap();
    let line =
        |line: &AisleLine| ExitLine { code: line.code.clone(), quantity: line.quantity, gross: Money::minor(99_900) };
    let lines: Vec<ExitLine> = basket.lines.iter().map(line).collect();
    let total = lines.iter().map(|line| line.gross).sum();
    let priced = PricedBasket { lines, total, at: now, rules: 0 };
    let kept = Kept::new(&basket, &priced, Currency::of("CNY").unwrap(), Family::WeChat, now);
    let phone = Phone { ip: "198.51.100.7".into(), origin: "https://shop.example".into() };
    let begun = driver.counter().begin(kept, &phone).await;
    assert!(matches!(begun, Err(CounterError::Kept(KeptError::Exit(_)))), "{begun:?}");
    let order = Kept::order_no(&basket);
    assert!(shop.held.store.phone_payment(&order).await.unwrap().is_none());
    assert!(shop.wechat.control().provider().books().order(&order).is_none(), "nobody was asked for money");
    shop.running.stop().await.unwrap();
}

async fn prices_are_put_together_when_goods_change_and_at_no_other_time(held: Held) {
    let store = &*held.store;
    let shops = Shops::default();
    let record = |kind: &'static str, id: &str, record: Record| RecordRow {
        kind,
        id: id.into(),
        gone: false,
        body: serde_json::to_string(&record).unwrap(),
    };
    let water = |units| {
        let prices = vec![Price { from_ms: 0, price: units }];
        let (codes, tax) = (vec!["06901234567892".into()], "standard".into());
        let item =
            Item {
                id: "water".into(), name: "水".into(), unit: "piece".into(), codes, tax, prices, ..Item::default()
            };
        record("item", "water", Record::Item(Box::new(item)))
    };
    let settings = |id: &str| {
        let text = super::SETTINGS.replace("\"12\"", &format!("{id:?}"));
        let folder = crate::database::Folder::new();
        let file = folder.path().join("store.toml");
        std::fs::write(&file, text).unwrap();
        (folder, file)
    };
    let (_folder, file) = settings(STORE);
    platform::import::store_settings(store, &file).await.unwrap();
    store.put("chain", vec![water(200)]).await.unwrap();
    let of = async |place: &str| -> Result<Arc<Goods>, ShopError> { shops.of(store, place, Timestamp::now()).await };
    let first = of(STORE).await.unwrap();
    // Points, and words about a store's own goods, are no prices.
    let member = |points| {
        let member = Member { id: "m1".into(), points, ..Member::default() };
        record("member", "m1", Record::Member(member))
    };
    store.put("chain", vec![member(1)]).await.unwrap();
    let aside = RecordRow { kind: "stock_level", id: "water".into(), gone: false, body: "{\"stock_level\":{}}".into() };
    store.put("store-12", vec![aside]).await.unwrap();
    assert!(Arc::ptr_eq(&first, &of(STORE).await.unwrap()));
    store.put("chain", vec![water(210)]).await.unwrap();
    let dearer = of(STORE).await.unwrap();
    assert_ne!(dearer.tag, first.tag);
    store.put("chain", vec![water(200)]).await.unwrap();
    let again = of(STORE).await.unwrap();
    assert!(!Arc::ptr_eq(&first, &again));
    assert_eq!(again.tag, first.tag, "the same goods have the same name, whenever they are put together");
    let gone = RecordRow { gone: true, body: "{\"item_gone\":\"water\"}".into(), ..water(0) };
    store.put("chain", vec![gone]).await.unwrap();
    assert_ne!(of(STORE).await.unwrap().tag, first.tag);

    // Names of no store take no room, and of many stores the one goes that nobody asked for longest.
    let kept = of(STORE).await.unwrap();
    for no in 0..200 {
        assert!(matches!(of(&format!("nowhere-{no}")).await, Err(ShopError::Closed(_))));
    }
    assert!(Arc::ptr_eq(&kept, &of(STORE).await.unwrap()));
    for no in 0..64 {
        let (_folder, file) = settings(&format!("s{no}"));
        platform::import::store_settings(store, &file).await.unwrap();
        of(&format!("s{no}")).await.unwrap();
        if no < 63 {
            assert!(Arc::ptr_eq(&kept, &of(STORE).await.unwrap()), "{no}");
        }
    }
    let second = of("s1").await.unwrap();
    assert!(Arc::ptr_eq(&second, &of("s1").await.unwrap()));
    assert!(Arc::ptr_eq(&kept, &of(STORE).await.unwrap()), "it was asked for a moment ago");
}
