//! Scan and go: what a phone asks of the platform, and the page itself in a browser.

mod browser;
mod drawn;
mod limits;
mod page;

use std::io::Write;
use std::time::{Duration, Instant};

use domain::aisle::{AisleKey, AisleLine, BasketCode, ExitCode, session_secret};
use domain::payment::Family;
use domain::quantity::Quantity;
use jiff::{SignedDuration, Timestamp};
use platform::import::{self, ItemDefaults};
use platform::{Config, Running, serve};
use protocol::identity::verify;
use protocol::v1::*;
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use simulation::provider::{Fault, Mood, Payer, Protocol, Server, State};

use crate::database::{self, Folder, Held, served_on_both};
use crate::till::{Till, sale};

served_on_both!(
    a_phone_gets_the_page_the_prices_and_a_session,
    a_basket_is_paid_once_on_the_phone_and_opens_the_way_out,
    what_is_given_up_or_in_doubt_is_never_let_out_and_never_charged,
    what_left_and_what_never_left_is_known,
    a_member_is_known_by_her_number_which_nobody_keeps,
    goods_are_shown_by_small_pictures,
);

const STORE: &str = "12";
const KEY: &[u8; 24] = b"guitai-aisle-of-a-corner";
const SETTINGS: &str = r#"
    id = "12"
    name = "街角便利店"
    currency = "CNY"
    time_zone = "Asia/Shanghai"
    tax_mode = "included"
    taxes = [{ id = "standard", rate_bp = 1300 }]
    cash_rounding = { step = 1, mode = "nearest" }
    points_per = 100
    day_starts_hour = 4
    layouts = [{ pattern = "22IIIIIIVVVVC", value = "price", decimals = 2 }]
    receipt_header = []
    receipt_footer = []
    auto_lock_s = 0
    policy = { aisle_key = "Z3VpdGFpLWFpc2xlLW9mLWEtY29ybmVy" }
"#;
const GOODS: &str = "code,name,name_en,price,unit,age,id\n\
    6901234567892,农夫山泉 550ml,Spring water 550 ml,2.00,piece,,water\n\
    4006381333931,晨光中性笔,Gel pen,1.99,piece,,pen\n\
    96385074,薄荷糖,Mints,5.50,piece,,mints\n\
    036000291452,抽纸,Tissues,12.80,piece,,tissues\n\
    2212345600007,散装苹果,Apples,9.90,kg,,apples\n\
    6902952880003,白酒 500ml,Baijiu 500 ml,68.00,piece,18,baijiu\n";

/// Her name, telephone number and card.
const MEMBERS: &str = "id,name,phone,codes,level\nm0001,王小明,138 1234 6621,2900000000018,gold\n";
const MEMBER_PHONE: &str = "13812346621";
const MEMBER_CARD: &str = "2900000000018";
/// Tissues are cheaper for members, and pens once for each.
const RULES: &str = r#"{"version":1,"currency":"CNY","rules":[
    {"id":"tissues","name":"会员价","goods":{"items":["tissues"]},"kind":"member_price","price":990},
    {"id":"pen","name":"会员首支半价","goods":{"items":["pen"]},"kind":"percent_off","off_bp":5000,"limit_per_member":1,
     "when":{"members":true}}]}"#;

/// A platform with a shop where people scan with their phones, and providers that move their money.
pub struct Shop {
    pub running: Running,
    pub client: Client,
    pub wechat: Server,
    pub alipay: Server,
    held: Held,
    folder: Folder,
}

impl Shop {
    pub async fn open() -> Shop {
        Shop::over(database::sqlite().await.unwrap()).await
    }

    async fn over(held: Held) -> Shop {
        let folder = Folder::new();
        let (wechat, alipay) = (Server::start(Protocol::WeChatV3).unwrap(), Server::start(Protocol::Alipay).unwrap());
        let table = |server: &Server, keys: &str| {
            let table = server.toml(&folder.path().join(keys)).unwrap();
            if table.starts_with("[[") { table } else { format!("[[payment]]\n{table}") }
        };
        let accounts = folder.path().join("payments.toml");
        std::fs::write(&accounts, table(&wechat, "wechat") + &table(&alipay, "alipay")).unwrap();
        let (settings, goods) = (folder.path().join("store.toml"), folder.path().join("goods.csv"));
        std::fs::write(&settings, SETTINGS).unwrap();
        std::fs::write(&goods, GOODS).unwrap();
        import::store_settings(&*held.store, &settings).await.unwrap();
        let currency = domain::money::Currency::of("CNY").unwrap();
        let defaults = ItemDefaults { currency, price: None, tax: "standard".into() };
        let rejected = Box::new(|line, why: &str| panic!("line {line}: {why}"));
        import::items(&*held.store, "chain", &goods, defaults, rejected).await.unwrap();
        let (members, rules, pictures) =
            (folder.path().join("members.csv"), folder.path().join("rules.json"), folder.path().join("pictures"));
        std::fs::write(&members, MEMBERS).unwrap();
        std::fs::write(&rules, RULES).unwrap();
        std::fs::create_dir(&pictures).unwrap();
        let drawn = simulation::shop::neighbourhood().goods;
        for (name, at) in [("water.png", 0), ("mints.png", 7)] {
            std::fs::write(pictures.join(name), simulation::shop::picture(&drawn[at])).unwrap();
        }
        let rejected = |line, why: &str| panic!("line {line}: {why}");
        import::members(&*held.store, "chain", &members, Box::new(rejected)).await.unwrap();
        import::rules(&*held.store, &rules).await.unwrap();
        import::pictures(&*held.store, "chain", &pictures, Box::new(rejected)).await.unwrap();
        let running = start(&held, &folder, "127.0.0.1:0").await;
        let _ = rustls::crypto::ring::default_provider().install_default();
        let pem = std::fs::read(running.authority_pem()).unwrap();
        let authority = reqwest::Certificate::from_pem(&pem).unwrap();
        let client = Client::builder().tls_certs_only([authority]).build().unwrap();
        Shop { running, client, wechat, alipay, held, folder }
    }

    /// Stops the platform and starts it anew at the same address.
    pub async fn start_anew(self) -> Shop {
        let address = self.running.address().to_string();
        self.running.stop().await.unwrap();
        let running = start(&self.held, &self.folder, &address).await;
        Shop { running, ..self }
    }

    async fn post(&self, path: &str, body: &Value) -> Response {
        let request = self.client.post(format!("{}{path}", self.running.url()));
        request.header("content-type", "application/json").body(body.to_string()).send().await.unwrap()
    }

    async fn get(&self, path: &str) -> Response {
        self.client.get(format!("{}{path}", self.running.url())).send().await.unwrap()
    }

    async fn session(&self) -> Visit {
        let told = json_of(self.post("/v1/phone/session", &json!({ "store": STORE })).await).await;
        let session: uuid::Uuid = told["session"].as_str().unwrap().parse().unwrap();
        let until = Timestamp::from_second(told["until"].as_i64().unwrap()).unwrap();
        assert_eq!(told["families"], json!(["wechat", "alipay"]));
        let secret: Vec<u8> = protocol::chain::from_hex(told["secret"].as_str().unwrap()).unwrap();
        let secret: [u8; 32] = secret.try_into().unwrap();
        assert_eq!(secret, session_secret(&key(), STORE, session, until), "a kiosk makes the same secret");
        Visit { session, until, secret }
    }

    async fn pay(&self, basket: &str, family: &str) -> Value {
        let body = json!({ "store": STORE, "basket": basket, "family": family });
        json_of(self.post("/v1/phone/pay", &body).await).await
    }

    async fn stands(&self, visit: &Visit, order: &str) -> Value {
        json_of(self.post("/v1/phone/pay/ask", &json!({ "order": order, "tag": visit.tag(order) })).await).await
    }

    /// Asks until it stands so.
    async fn until(&self, visit: &Visit, order: &str, state: &str) -> Value {
        let until = Instant::now() + Duration::from_secs(60);
        loop {
            let stands = self.stands(visit, order).await;
            if stands["state"] == state {
                return stands;
            }
            assert!(Instant::now() < until, "it is not {state} but {stands}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// The public key by which the store's terminals know head office.
    async fn platform_key(&self) -> String {
        let page = self.held.store.changes("store-12", 0, 1000).await.unwrap();
        let platform::store::ChangePage::Page { rows, .. } = page else { panic!("gone") };
        let mut keys = rows.iter().filter_map(|(_, body)| match serde_json::from_str(body).unwrap() {
            Record::Terminal(told) if told.number == domain::aisle::HEAD_OFFICE => Some(told.public_key),
            _ => None,
        });
        keys.next_back().expect("the store's terminals are told the key")
    }
}

async fn start(held: &Held, folder: &Folder, listen: &str) -> Running {
    let config = Config {
        database: held.database.clone(),
        listen: listen.parse().unwrap(),
        data: folder.path().join("data"),
        names: vec![],
        payments: Some(folder.path().join("payments.toml")),
        // Everybody here; so a test may ask from where it likes.
        trusted_proxies: vec!["127.0.0.1".parse().unwrap()],
    };
    serve(config).await.unwrap()
}

/// A phone's session.
struct Visit {
    session: uuid::Uuid,
    until: Timestamp,
    secret: [u8; 32],
}

impl Visit {
    fn basket(&self, sequence: u32, lines: &[(&str, i64)]) -> String {
        self.basket_of(sequence, lines, None)
    }

    fn basket_of(&self, sequence: u32, lines: &[(&str, i64)], member: Option<&str>) -> String {
        let line =
            |(code, pieces): &(&str, i64)| AisleLine { code: (*code).into(), quantity: Quantity::pieces(*pieces) };
        let basket = BasketCode {
            store: STORE.into(),
            session: self.session,
            session_until: self.until,
            sequence,
            at: Timestamp::from_second(Timestamp::now().as_second()).unwrap(),
            member: member.map(str::to_owned),
            lines: lines.iter().map(line).collect(),
        };
        basket.write(&self.secret).unwrap()
    }

    fn tag(&self, order: &str) -> String {
        self.tagged(&format!("guitai aisle ask\n{order}"))
    }

    fn tagged(&self, about: &str) -> String {
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &self.secret);
        protocol::chain::to_hex(&ring::hmac::sign(&key, about.as_bytes()).as_ref()[..16])
    }

    /// The question who has a number.
    fn who(&self, code: &str) -> Value {
        let tag = self.tagged(&format!("guitai aisle member\n{code}"));
        json!({ "store": STORE, "session": self.session, "until": self.until.as_second(), "code": code, "tag": tag })
    }
}

pub fn key() -> AisleKey {
    AisleKey::new(KEY).unwrap()
}

async fn json_of(response: Response) -> Value {
    let status = response.status();
    let text = response.text().await.unwrap();
    assert_eq!(status, StatusCode::OK, "{text}");
    serde_json::from_str(&text).unwrap()
}

/// The shopper's browser opens the provider's page.
fn visit(server: &Server, url: &str) {
    let target = url.strip_prefix(&server.url()).unwrap_or_else(|| panic!("{url}")).to_owned();
    let request = simulation::provider::Request { method: "GET".into(), target, headers: Vec::new(), body: Vec::new() };
    let answer = server.control().provider().serve(Timestamp::now(), &request).remove(0).1;
    assert_eq!(answer.status, 302, "{}", String::from_utf8_lossy(&answer.body));
    assert!(answer.headers[0].1.ends_with("/go/12"), "{:?}", answer.headers);
}

async fn a_phone_gets_the_page_the_prices_and_a_session(held: Held) {
    let shop = Shop::over(held).await;
    let page = shop.get("/go/12").await;
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    assert!(page.text().await.unwrap().contains("/go/-/app.js"));
    assert_eq!(shop.get("/go/nowhere").await.status(), StatusCode::NOT_FOUND);
    assert_eq!(shop.get("/go/-/nothing.js").await.status(), StatusCode::NOT_FOUND);
    let manifest = json_of(shop.get("/go/manifest.webmanifest?store=12").await).await;
    assert_eq!((&manifest["name"], &manifest["start_url"]), (&json!("街角便利店"), &json!("/go/12")));

    let prices = shop.get("/v1/phone/catalogue?store=12").await;
    let tag = prices.headers()["etag"].clone();
    let prices = json_of(prices).await;
    assert_eq!((&prices["sign"], prices["items"].as_array().unwrap().len()), (&json!("¥"), 6));
    let pen = prices["items"].as_array().unwrap().iter().find(|item| item[1] == "晨光中性笔").unwrap();
    assert_eq!(*pen, json!([["4006381333931"], "晨光中性笔", "Gel pen", 199, 0]));
    let described = json_of(shop.get("/openapi.json").await).await;
    let fields = described["components"]["schemas"]["PhoneCatalogue"]["properties"].as_object().unwrap();
    assert!(fields.keys().eq(prices.as_object().unwrap().keys()), "the catalogue is as it is described");
    let text = prices.to_string();
    assert!(!text.contains("Z3VpdGFpLWFpc2xlLW9mLWEtY29ybmVy") && !text.contains("cost"), "{text}");
    let again = shop.client.get(format!("{}/v1/phone/catalogue?store=12", shop.running.url()));
    assert_eq!(again.header("if-none-match", tag).send().await.unwrap().status(), StatusCode::NOT_MODIFIED);
    let packed = shop.client.get(format!("{}/v1/phone/catalogue?store=12", shop.running.url()));
    let packed = packed.header("accept-encoding", "gzip").send().await.unwrap();
    assert_eq!(packed.headers()["content-encoding"], "gzip");
    let mut plain = flate2::write::GzDecoder::new(Vec::new());
    plain.write_all(&packed.bytes().await.unwrap()).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&plain.finish().unwrap()).unwrap(), prices);

    let visit = shop.session().await;
    let text = visit.basket(1, &[("4006381333931", 2)]);
    let basket = BasketCode::read(&text, &key(), STORE, Timestamp::now()).unwrap();
    assert_eq!((basket.session, basket.lines.len()), (visit.session, 1));
    let nowhere = shop.post("/v1/phone/session", &json!({ "store": "13" })).await;
    assert_eq!(nowhere.status(), StatusCode::NOT_FOUND);
    shop.running.stop().await.unwrap();
}

async fn a_basket_is_paid_once_on_the_phone_and_opens_the_way_out(held: Held) {
    let mut shop = Shop::over(held).await;
    let shopper = shop.session().await;
    let lines = [("6901234567892", 3), ("036000291452", 1), ("2212345610259", 1)];
    for (sequence, family) in [(1, "wechat"), (2, "alipay")] {
        let text = shopper.basket(sequence, &lines);
        let stands = shop.pay(&text, family).await;
        let order = stands["order"].as_str().unwrap().to_owned();
        // Three bottles at 2.00, tissues at 12.80, and a label of 10.25.
        assert_eq!((&stands["amount"], &stands["state"]), (&json!(600 + 1280 + 1025), &json!("waiting")));
        let again = shop.pay(&text, "wechat").await;
        assert_eq!(
            (&again["order"], &again["url"]),
            (&stands["order"], &stands["url"]),
            "the same basket is paid once"
        );
        let server = if family == "wechat" { &shop.wechat } else { &shop.alipay };
        visit(server, stands["url"].as_str().unwrap());
        // The platform is started anew in the midst of it.
        shop = shop.start_anew().await;
        let paid = shop.until(&shopper, &order, "paid").await;
        let platform_key = shop.platform_key().await;
        let read = |text: &str, store: &str, at: Timestamp| {
            ExitCode::read(text, store, at, |message, signature| verify(&platform_key, message, signature))
        };
        let exit = read(paid["exit"].as_str().unwrap(), STORE, Timestamp::now()).unwrap();
        assert_eq!((exit.order_no.as_str(), exit.paid.units(), exit.sequence), (order.as_str(), 2905, sequence));
        assert_eq!(exit.family, if family == "wechat" { Family::WeChat } else { Family::Alipay });
        let sold: Vec<(&str, i64)> = exit.lines.iter().map(|line| (line.code.as_str(), line.gross.units())).collect();
        assert_eq!(sold, [("6901234567892", 600), ("036000291452", 1280), ("2212345610259", 1025)]);
        let later = Timestamp::now() + SignedDuration::from_hours(3);
        assert!(read(paid["exit"].as_str().unwrap(), STORE, later).is_err(), "it expires");
        assert!(read(paid["exit"].as_str().unwrap(), "13", Timestamp::now()).is_err(), "it is this store's");
        let server = if family == "wechat" { &shop.wechat } else { &shop.alipay };
        let control = server.control();
        assert_eq!(control.provider().books().order(&order).unwrap().charges, 1);
        assert!(control.provider().complaints().counted.is_empty(), "{:?}", control.provider().complaints());
        let cancelled = shop.post("/v1/phone/pay/cancel", &json!({ "order": order, "tag": shopper.tag(&order) })).await;
        assert_eq!(json_of(cancelled).await["state"], "paid", "what is paid is not taken back by a touch");
    }
    assert_eq!(shop.wechat.control().provider().books().balance().units(), 2905);
    shop.running.stop().await.unwrap();
}

async fn what_is_given_up_or_in_doubt_is_never_let_out_and_never_charged(held: Held) {
    let shop = Shop::over(held).await;
    let shopper = shop.session().await;
    let control = shop.wechat.control();
    // She looks at it, does not pay, and gives it up; the provider takes nothing from then on.
    control.provider().set_mood(Mood { payer: Payer::Never, ..Mood::default() });
    let stands = shop.pay(&shopper.basket(1, &[("4006381333931", 1)]), "wechat").await;
    let (order, url) = (stands["order"].as_str().unwrap(), stands["url"].as_str().unwrap());
    visit(&shop.wechat, url);
    let given_up = shop.post("/v1/phone/pay/cancel", &json!({ "order": order, "tag": shopper.tag(order) })).await;
    assert_ne!(json_of(given_up).await["state"], "paid");
    assert!(shop.until(&shopper, order, "declined").await.get("exit").is_none());
    control.provider().set_mood(Mood::default());
    visit(&shop.wechat, url);
    assert_eq!(control.provider().books().order(order).unwrap().state, State::Closed);

    // She pays while the cancelling is under way: the money goes back.
    let stands = shop.pay(&shopper.basket(2, &[("4006381333931", 2)]), "wechat").await;
    let (order, url) = (stands["order"].as_str().unwrap(), stands["url"].as_str().unwrap());
    visit(&shop.wechat, url);
    // Questions are lost, the payment is not.
    control.provider().soon([Some(Fault::LostBefore), Some(Fault::SystemError)]);
    json_of(shop.post("/v1/phone/pay/cancel", &json!({ "order": order, "tag": shopper.tag(order) })).await).await;
    let until = Instant::now() + Duration::from_secs(60);
    let end = loop {
        let stands = shop.stands(&shopper, order).await;
        if matches!(stands["state"].as_str(), Some("paid" | "declined")) {
            break stands;
        }
        assert!(Instant::now() < until, "{stands}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    let held = control.provider().books().order(order).unwrap().balance().units();
    assert_eq!((held > 0, end.get("exit").is_some()), (end["state"] == "paid", end["state"] == "paid"), "{end}");

    // The provider's answer to the opening is lost: nobody knows, nothing is let out, and it is closed in the end.
    control.provider().soon([Some(Fault::LostAnswer)]);
    let stands = shop.pay(&shopper.basket(3, &[("4006381333931", 1)]), "wechat").await;
    assert_ne!(stands["state"], "paid");
    assert!(stands.get("url").is_none() && stands.get("exit").is_none(), "{stands}");
    let order = stands["order"].as_str().unwrap();
    json_of(shop.post("/v1/phone/pay/cancel", &json!({ "order": order, "tag": shopper.tag(order) })).await).await;
    shop.until(&shopper, order, "declined").await;
    assert_eq!(control.provider().books().order(order).unwrap().balance().units(), 0);

    // Who is not that phone is told nothing, and what is not signed is not paid.
    let other = shop.session().await;
    let strange = shop.post("/v1/phone/pay/ask", &json!({ "order": order, "tag": other.tag(order) })).await;
    assert_eq!(strange.status(), StatusCode::NOT_FOUND);
    let forged = Visit { secret: other.secret, ..shopper };
    for (basket, family) in [
        (forged.basket(4, &[("4006381333931", 1)]), "wechat"),
        (other.basket(1, &[("4006381333931", 1)]), "unionpay"),
        (other.basket(1, &[("6902952880003", 1)]), "wechat"),
        (other.basket(1, &[("6900000000007", 1)]), "wechat"),
        ("GB1".into(), "wechat"),
    ] {
        let body = json!({ "store": STORE, "basket": basket, "family": family });
        assert_eq!(shop.post("/v1/phone/pay", &body).await.status(), StatusCode::BAD_REQUEST, "{family}");
    }
    assert!(control.provider().books().charged_twice().is_empty());
    shop.running.stop().await.unwrap();
}

async fn what_left_and_what_never_left_is_known(held: Held) {
    let shop = Shop::over(held).await;
    let shopper = shop.session().await;
    let mut orders = Vec::new();
    for sequence in 1..=2 {
        let stands = shop.pay(&shopper.basket(sequence, &[("4006381333931", 2)]), "alipay").await;
        visit(&shop.alipay, stands["url"].as_str().unwrap());
        let order = stands["order"].as_str().unwrap().to_owned();
        shop.until(&shopper, &order, "paid").await;
        orders.push(order);
    }
    let store = &*shop.held.store;
    let long_after = Timestamp::now() + SignedDuration::from_hours(3);
    let unclaimed = async || {
        let rows = platform::phone::unclaimed(store, long_after).await.unwrap();
        rows.into_iter().map(|row| row.order_no).collect::<Vec<_>>()
    };
    assert_eq!(unclaimed().await.len(), 2);
    assert!(platform::phone::unclaimed(store, Timestamp::now()).await.unwrap().is_empty(), "they may be on their way");
    // The first basket leaves through a gate, and through another gate once more; and one that nobody knows.
    let (mut till, terminal) = Till::enrolled(store, STORE).await;
    till.open_shift(0);
    let paid = |no, order: &str, amount: i64| {
        let mut sale = sale(no);
        let tender = &mut sale.tenders[0];
        (tender.kind, tender.reference) = ("code".into(), Some(order.to_owned()));
        (tender.amount, tender.tendered, tender.change) = (amount, amount, 0);
        sale
    };
    for (no, order) in [(1, &*orders[0]), (2, &*orders[0]), (3, "P000000000000000000000000")] {
        till.sell(paid(no, order, 398));
    }
    till.upload(store, &terminal, 1, 4).await;
    assert_eq!(unclaimed().await, [orders[1].clone()]);
    let kinds: Vec<String> = store.exceptions(false, 100).await.unwrap().into_iter().map(|row| row.kind).collect();
    let told = |kind: &str| kinds.iter().filter(|known| *known == kind).count();
    assert_eq!((told("exit_twice"), told("unknown_phone_payment")), (1, 1), "{kinds:?}");
    shop.running.stop().await.unwrap();
}

async fn a_member_is_known_by_her_number_which_nobody_keeps(held: Held) {
    let shop = Shop::over(held).await;
    let shopper = shop.session().await;
    for code in [MEMBER_PHONE, "+138 1234-6621", MEMBER_CARD] {
        let known = json_of(shop.post("/v1/phone/member", &shopper.who(code)).await).await;
        assert_eq!(known, json!({ "id": "m0001", "name": "王*" }), "{code}");
    }
    // Who does not know a number, or is no session of this shop, learns nothing; and nobody tries them all.
    for code in ["13812346622", "m0001", "", &"9".repeat(100), "汉"] {
        let said = shop.post("/v1/phone/member", &shopper.who(code)).await;
        assert_eq!(said.status(), StatusCode::NOT_FOUND, "{code}");
    }
    let mut forged = shopper.who(MEMBER_PHONE);
    forged["until"] = json!(shopper.until.as_second() + 3600);
    assert_eq!(shop.post("/v1/phone/member", &forged).await.status(), StatusCode::NOT_FOUND);
    let asked = async || shop.post("/v1/phone/member", &shopper.who(MEMBER_PHONE)).await.status();
    assert_eq!([asked().await, asked().await], [StatusCode::OK; 2]);
    assert_eq!(asked().await, StatusCode::SERVICE_UNAVAILABLE, "ten questions are a session's");

    // Her prices are in what she pays, those that she may have once are not; and the way out knows her.
    let lines = [("036000291452", 1), ("4006381333931", 1)];
    for (sequence, member, amount) in
        [(1, None, 1280 + 199), (2, Some("m0001"), 990 + 199), (3, Some("m9"), 1280 + 199)]
    {
        let stands = shop.pay(&shopper.basket_of(sequence, &lines, member), "alipay").await;
        assert_eq!(stands["amount"], json!(amount), "{member:?}");
        if sequence == 2 {
            visit(&shop.alipay, stands["url"].as_str().unwrap());
            let paid = shop.until(&shopper, stands["order"].as_str().unwrap(), "paid").await;
            let platform_key = shop.platform_key().await;
            let check = |message: &[u8], signature: &[u8]| verify(&platform_key, message, signature);
            let exit = ExitCode::read(paid["exit"].as_str().unwrap(), STORE, Timestamp::now(), check).unwrap();
            assert_eq!((exit.member.as_deref(), exit.paid.units()), (Some("m0001"), 1189));
        }
    }
    shop.running.stop().await.unwrap();
}

async fn goods_are_shown_by_small_pictures(held: Held) {
    let shop = Shop::over(held).await;
    let prices = json_of(shop.get("/v1/phone/catalogue?store=12").await).await;
    let names: Vec<&str> = prices["items"].as_array().unwrap().iter().filter_map(|item| item[5].as_str()).collect();
    assert_eq!(names.len(), 2, "{prices}");
    for name in &names {
        let answer = shop.get(&format!("/v1/phone/pictures/{name}?store=12")).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["content-type"], "image/png");
        assert!(answer.headers()["cache-control"].to_str().unwrap().contains("immutable"));
        let file = answer.bytes().await.unwrap();
        let drawn = drawn::Picture::from_png(&file);
        assert!(drawn.width <= 112 && drawn.height <= 112 && file.len() < 40_000, "{} bytes", file.len());
        let again = shop.get(&format!("/v1/phone/pictures/{name}?store=12")).await;
        assert_eq!(again.bytes().await.unwrap(), file);
        assert_eq!(shop.get(&format!("/v1/phone/pictures/{name}?store=13")).await.status(), StatusCode::NOT_FOUND);
    }
    assert_eq!(shop.get("/v1/phone/pictures/000000000000?store=12").await.status(), StatusCode::NOT_FOUND);
    shop.running.stop().await.unwrap();
}
