//! Payments through the platform: a till's port, the platform as its own process, and providers behind HTTPS.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::money::{Currency, Money};
use domain::payment::{Answer, Family, RefundAnswer, ReverseAnswer};
use hal::{PaymentCode, PaymentOrder, PaymentPort, PaymentReply, PaymentSays, RefundOrder};
use platform::clock::now_ms;
use platform::enrolment::new_code;
use platform::store::Store;
use protocol::identity::SigningKey;
use protocol::v1::*;
use reqwest::{Client, Response, StatusCode};
use simulation::provider::till::{PlatformLink, port};
use simulation::provider::{Fault, Protocol, Server, State};

use crate::database::{self, Folder, Held};
use crate::till::{DAY, Till};

const CODE: &str = "134567890123456789";
const DEVICES: &str = "[[payment]]\ndriver = \"platform\"\nfamilies = [\"wechat\", \"alipay\", \"unionpay\"]\n";

/// A platform as its own process, with accounts at WeChat Pay and Alipay.
struct Platform {
    process: Child,
    url: String,
    wechat: Server,
    alipay: Option<Server>,
    accounts: PathBuf,
    held: Held,
    folder: Folder,
}

impl Platform {
    async fn start() -> Platform {
        let (held, folder) = (database::sqlite().await.unwrap(), Folder::new());
        let (wechat, alipay) = (Server::start(Protocol::WeChatV3).unwrap(), Server::start(Protocol::Alipay).unwrap());
        let table = |server: &Server, keys: &str| {
            let table = server.toml(&folder.path().join(keys)).unwrap();
            if table.starts_with("[[") { table } else { format!("[[payment]]\n{table}") }
        };
        let accounts = folder.path().join("payments.toml");
        std::fs::write(&accounts, table(&wechat, "wechat") + &table(&alipay, "alipay")).unwrap();
        let (log, address) = (folder.path().join("log"), folder.path().join("address"));
        let process = Command::new(env!("CARGO_BIN_EXE_platform"))
            .args(["serve", "--listen", "127.0.0.1:0", "--db", &held.database_argument()])
            .arg("--data")
            .arg(folder.path().join("data"))
            .arg("--address-file")
            .arg(&address)
            .arg("--payments")
            .arg(&accounts)
            .env("GUITAI_LOG", "trace")
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let mut platform =
            Platform { process, url: String::new(), wechat, alipay: Some(alipay), accounts, held, folder };
        let until = Instant::now() + Duration::from_secs(60);
        while platform.url.is_empty() {
            assert!(Instant::now() < until, "it does not serve: {}", platform.log());
            std::thread::sleep(Duration::from_millis(20));
            platform.url = std::fs::read_to_string(&address).unwrap_or_default();
        }
        platform
    }

    fn authority(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("data/authority.pem")).unwrap()
    }

    fn client(&self) -> Client {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let authority = reqwest::Certificate::from_pem(self.authority().as_bytes()).unwrap();
        Client::builder().tls_certs_only([authority]).build().unwrap()
    }

    async fn enrol(&self) -> (Till, Enrolled) {
        let code = new_code(&*self.held.store, "12").await.unwrap();
        let key = SigningKey::generate().unwrap();
        let (public_key, program) = (key.public_hex(), "test".to_owned());
        let enrol = Enrol { code, public_key, program, protocol_min: 1, protocol_max: 1 };
        let response = self.post("/v1/enrol", "", serde_json::to_vec(&enrol).unwrap()).await;
        let enrolled: Enrolled = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
        (Till::new(enrolled.terminal, key), enrolled)
    }

    async fn post(&self, path: &str, token: &str, body: Vec<u8>) -> Response {
        let request = self.client().post(format!("{}{path}", self.url)).bearer_auth(token);
        request.header("content-type", "application/json").body(body).send().await.unwrap()
    }

    fn port(&self, token: &str) -> Box<dyn PaymentPort> {
        let link = PlatformLink { url: self.url.clone(), authority: self.authority(), token: token.to_owned() };
        port(DEVICES, Some(&link)).unwrap()
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    fn bill(&self, day: &str, json: bool) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_platform"));
        command.args(["bill", "--db", &self.held.database_argument(), "--day", day, "--payments"]).arg(&self.accounts);
        command.args(json.then_some("--json")).output().unwrap()
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn order(no: &str, family: Family, amount: i64) -> PaymentOrder {
    let (amount, currency) = (Money::minor(amount), Currency::of("CNY").unwrap());
    PaymentOrder { no: no.into(), family, amount, currency, at: jiff::Timestamp::now() }
}

/// The next answer. The port has its own runtime, so this is asked on a thread without one.
fn heard(port: &mut dyn PaymentPort) -> PaymentReply {
    let until = Instant::now() + Duration::from_secs(30);
    while Instant::now() < until {
        if let Some(reply) = port.next(hal::WAIT_MAX).unwrap() {
            return reply;
        }
    }
    panic!("nothing was said");
}

fn paid(says: &PaymentSays) -> bool {
    matches!(says, PaymentSays::Payment(Answer::Paid { .. }))
}

const UNKNOWN: PaymentSays = PaymentSays::Payment(Answer::Unknown);

#[tokio::test(flavor = "multi_thread")]
async fn a_till_pays_asks_reverses_and_refunds_through_the_platform() {
    let platform = Platform::start().await;
    let (mut till, enrolled) = platform.enrol().await;
    let mut port = platform.port(&enrolled.token);
    let code = PaymentCode::new(CODE);
    let told = tokio::task::block_in_place(|| {
        let (first, second) = (order("W1", Family::WeChat, 1280), order("W2", Family::WeChat, 500));
        for order in [&first, &second] {
            port.send(order, Some(&code)).unwrap();
            let reply = heard(&mut *port);
            assert_eq!((reply.order_no.as_str(), paid(&reply.says)), (order.no.as_str(), true), "{reply:?}");
        }
        port.ask(&first).unwrap();
        assert!(paid(&heard(&mut *port).says));
        port.reverse(&second).unwrap();
        assert_eq!(heard(&mut *port).says, PaymentSays::Reversal(ReverseAnswer::Reversed));
        let refund = RefundOrder { no: "W1R1".into(), amount: Money::minor(280) };
        // What the provider has taken in will come; asked again under the same number it refunds once.
        for _ in 0..3 {
            port.refund(&first, &refund).unwrap();
            let says = PaymentSays::Refund { no: "W1R1".into(), answer: RefundAnswer::Refunded };
            assert_eq!(heard(&mut *port).says, says);
        }
        port.ask(&order("W9", Family::WeChat, 100)).unwrap();
        assert_eq!(heard(&mut *port).says, PaymentSays::Payment(Answer::NotFound));
        let of_alipay = order("A1", Family::Alipay, 330);
        port.send(&of_alipay, Some(&PaymentCode::new("281234567890123456"))).unwrap();
        assert!(paid(&heard(&mut *port).says));
        [first, second, of_alipay]
    });
    let control = platform.wechat.control();
    let stands = |no: &str| control.provider().books().order(no).map(|booked| (booked.state, booked.balance().units()));
    assert_eq!(stands("W1"), Some((State::Paid, 1000)));
    assert_eq!(stands("W2"), Some((State::Closed, 0)));
    assert!(control.provider().complaints().counted.is_empty());

    // What the till wrote down, and the bill of the day.
    for (order, state) in told.iter().zip(["paid", "reversed", "paid"]) {
        till.event(Body::PaymentChanged(Box::new(written(order, state))));
    }
    let part = PaymentRefund { no: "W1R1".into(), state: "done".into(), tries: 1 };
    let part = Payment { amount: 280, sent_at_ms: None, refund: Some(part), ..written(&told[0], "reversed") };
    till.event(Body::PaymentChanged(Box::new(part)));
    let response = platform.post("/v1/events", &enrolled.token, till.batch(1, 4)).await;
    assert_eq!(response.status(), StatusCode::OK);
    let day = control.provider().books().days().last().unwrap().to_string();
    let output = platform.bill(&day, false);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text} {}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("0 differ, 0 wait"), "{text}");
    tokio::task::block_in_place(|| {
        port.send(&order("W3", Family::WeChat, 700), Some(&code)).unwrap();
        assert!(paid(&heard(&mut *port).says));
        drop(port);
    });
    let output = platform.bill(&day, true);
    assert!(!output.status.success());
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let told: Vec<_> = found["differing"].as_array().unwrap().iter().map(|told| &told["words"]).collect();
    assert_eq!(told.len(), 1, "{found}");
    assert!(told[0].as_str().unwrap().contains("the bill has 7.00 yuan, no till has it"), "{found}");
    assert!(String::from_utf8(output.stderr).unwrap().contains("do not agree"));

    let metrics = platform.client().get(format!("{}/metrics", platform.url)).send().await.unwrap();
    let metrics = metrics.text().await.unwrap();
    let line = "guitai_payments_total{family=\"wechat\",what=\"pay\",outcome=\"paid\"} 3";
    assert!(metrics.contains(line) && metrics.contains("guitai_payment_seconds_count 10"), "{metrics}");
    let log = platform.log();
    assert!(log.contains("\"order\":\"W1\""), "{log}");
    let secret = enrolled.token.split_once('.').unwrap().1;
    assert!(!log.contains(CODE) && !log.contains("281234567890123456") && !log.contains(secret), "a secret is logged");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_wrong_is_unknown_or_was_never_sent() {
    let mut platform = Platform::start().await;
    let (_, enrolled) = platform.enrol().await;
    let mut port = platform.port(&enrolled.token);
    let mut stranger = platform.port(&format!("{}.00", enrolled.terminal));
    let code = PaymentCode::new(CODE);
    let control = platform.wechat.control();
    let alipay = platform.alipay.take();
    tokio::task::block_in_place(|| {
        // Whose token does not hold is told nothing, and nothing is sent.
        stranger.send(&order("W1", Family::WeChat, 100), Some(&code)).unwrap();
        assert_eq!(heard(&mut *stranger).says, UNKNOWN);
        assert!(control.provider().books().order("W1").is_none());
        drop(stranger);
        // No account of that kind.
        let nobodys = order("U1", Family::UnionPay, 100);
        port.send(&nobodys, Some(&code)).unwrap();
        let says = heard(&mut *port).says;
        assert!(
            matches!(&says, PaymentSays::Payment(Answer::Declined { why }) if why.contains("没有开通")),
            "{says:?}"
        );
        port.ask(&nobodys).unwrap();
        assert_eq!(heard(&mut *port).says, UNKNOWN);
        port.reverse(&nobodys).unwrap();
        assert_eq!(heard(&mut *port).says, PaymentSays::Reversal(ReverseAnswer::Unknown));
        // What cannot be asked at all, and what was held up for too long.
        let euro = PaymentOrder { currency: Currency::of("EUR").unwrap(), ..order("W2", Family::WeChat, 100) };
        let old = PaymentOrder { at: jiff::Timestamp::UNIX_EPOCH, ..order("W3", Family::WeChat, 100) };
        for (order, words) in [(euro, "Chinese yuan"), (old, "clocks")] {
            port.send(&order, Some(&code)).unwrap();
            let says = heard(&mut *port).says;
            assert!(matches!(&says, PaymentSays::Payment(Answer::Declined { why }) if why.contains(words)), "{says:?}");
        }
        // The provider answers badly; the money has moved all the same, and the next question tells.
        control.provider().soon([Some(Fault::WronglySigned), None]);
        let doubted = order("W4", Family::WeChat, 100);
        port.send(&doubted, Some(&code)).unwrap();
        assert_eq!(heard(&mut *port).says, UNKNOWN);
        port.ask(&doubted).unwrap();
        assert!(paid(&heard(&mut *port).says));
        assert_eq!(control.provider().books().orders().count(), 1);
        // The provider is away.
        drop(alipay);
        port.send(&order("A1", Family::Alipay, 100), Some(&PaymentCode::new("281234567890123456"))).unwrap();
        assert_eq!(heard(&mut *port).says, UNKNOWN);
        drop(port);
    });

    let asked = PaymentAsk {
        what: PaymentWhat::Pay,
        order_no: "W5".into(),
        family: "wechat".into(),
        amount: 100,
        currency: "CNY".into(),
        at_ms: now_ms(),
        code: Some(CODE.into()),
        refund_no: None,
        refund_amount: None,
    };
    let post = async |token: &str, body: Vec<u8>| {
        let response = platform.post("/v1/payments", token, body).await;
        let (status, body) = (response.status(), response.text().await.unwrap());
        assert!(!body.contains(CODE), "{body}");
        status
    };
    let good = serde_json::to_vec(&asked).unwrap();
    assert_eq!(post("", good.clone()).await, StatusCode::UNAUTHORIZED);
    let text = String::from_utf8(good).unwrap();
    let as_amount = text.replace(":100", &format!(":\"{CODE}\""));
    let long = text.replace("W5", &"W".repeat(PAYMENT_BYTES_MAX));
    let queried = text.replace("\"pay\"", "\"query\"");
    let unknown = text.replace("\"pay\"", "\"steal\"");
    let bad = StatusCode::BAD_REQUEST;
    for (body, status) in [(as_amount, bad), (queried, bad), (unknown, bad), (long, StatusCode::PAYLOAD_TOO_LARGE)] {
        assert_eq!(post(&enrolled.token, body.into_bytes()).await, status);
    }
    // A code in the place of the number comes back to who sent it, and stays out of the log all the same.
    let misplaced = platform.post("/v1/payments", &enrolled.token, text.replace("W5", CODE).into_bytes()).await;
    assert_eq!(misplaced.status(), StatusCode::OK);
    let log = platform.log();
    assert!(log.contains("the provider did not answer") && !log.contains(CODE), "a code is logged: {log}");
}

#[test]
fn accounts_that_cannot_be_used_are_told_before_anything_serves() {
    let folder = Folder::new();
    let file = folder.path().join("payments.toml");
    let told = |text: &str| {
        std::fs::write(&file, text).unwrap();
        platform::payments::Accounts::open(&file).expect_err(text).to_string()
    };
    assert!(told("").contains("names 0"));
    assert!(told("[[payment]]\ndriver = \"cheque\"").contains("cheque"));
    assert!(told("[[payments]]").contains("payments"));
    let alipay =
        "[[payment]]\ndriver = \"alipay\"\napp_id = \"1\"\nkey_file = \"/nowhere\"\nprovider_key_file = \"/n\"\n";
    assert!(told(alipay).contains("failed opening the payment account alipay: failed reading /nowhere"));
    let server = Server::start(Protocol::Alipay).unwrap();
    let table =
        format!("[[payment]]\n{}", server.toml(&folder.path().join("keys")).unwrap().replace("[[payment]]\n", ""));
    assert!(told(&table.repeat(2)).contains("twice"));
    std::fs::write(&file, table).unwrap();
    let accounts = platform::payments::Accounts::open(Path::new(&file)).unwrap();
    assert!(accounts.of(Family::Alipay).is_some() && accounts.of(Family::WeChat).is_none());
}

database::on_both!(payments_are_read_by_their_days);

async fn payments_are_read_by_their_days(store: Arc<dyn Store>) {
    let (mut till, terminal) = Till::enrolled(&*store, "12").await;
    till.open_shift(0);
    till.event(Body::PaymentChanged(Box::new(written(&order("W1", Family::WeChat, 100), "in_doubt"))));
    till.event(Body::PaymentChanged(Box::new(written(&order("W1", Family::WeChat, 100), "paid"))));
    till.upload(&*store, &terminal, 1, 3).await;
    let rows = store.payments_of(DAY, DAY).await.unwrap();
    let bytes: Vec<&[u8]> = rows.iter().map(|(_, bytes)| bytes.as_slice()).collect();
    assert_eq!(bytes, [till.log[1].0.as_bytes(), till.log[2].0.as_bytes()]);
    assert!(rows.iter().all(|(store, _)| store == "12"));
    assert_eq!(store.payments_of("2026-11-22", "2026-11-30").await.unwrap(), []);
    assert_eq!(store.payments_of("2026-11-01", "2026-11-20").await.unwrap(), []);
    assert_eq!(store.payments_of("2026-11-01", "2026-11-30").await.unwrap().len(), 2);
}

/// A payment as a till writes it down.
fn written(order: &PaymentOrder, state: &str) -> Payment {
    let at_ms = order.at.as_millisecond();
    Payment {
        id: uuid::Uuid::now_v7(),
        order_no: order.no.clone(),
        family: family_word(order.family).to_owned(),
        amount: order.amount.units(),
        masked: None,
        state: state.into(),
        created_at_ms: at_ms,
        sent_at_ms: Some(at_ms),
        next_at_ms: None,
        give_up_at_ms: None,
        seen_at_ms: at_ms,
        asks: 0,
        reversals: 0,
        last_asked: false,
        confirming: false,
        cancelled: false,
        provider_no: None,
        reason: None,
        refund: None,
    }
}
