//! An account and a provider of its own, over real HTTPS on this computer.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum_server::tls_rustls::RustlsConfig;
use domain::payment::{Answer, Family, RefundAnswer, ReverseAnswer};
use rcgen::generate_simple_self_signed;
use serde_json::json;

use super::*;
use crate::tests::{PUBLIC_KEY_ID, asks, provider_key};

/// What a provider for tests answers next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mood {
    Signed,
    Unsigned,
    TooLong,
    Elsewhere,
    NotThere,
}

struct Desk {
    mood: Mutex<Mood>,
    seen: Mutex<Vec<String>>,
}

/// A server with a certificate of its own; its address and the folder with all keys.
struct Shop {
    desk: Arc<Desk>,
    address: SocketAddr,
    folder: PathBuf,
}

impl Shop {
    async fn open(name: &str) -> Shop {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = std::env::temp_dir().join(format!("guitai-account-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let own = generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
        let key = own.signing_key.serialize_pem();
        fs::write(folder.join("ca.pem"), own.cert.pem()).unwrap();
        let files: [(&str, &[u8]); 3] = [
            ("key.pem", include_bytes!("../../testdata/merchant-for-tests.pem")),
            ("theirs.pem", include_bytes!("../../testdata/provider-public-for-tests.pem")),
            ("cert.pem", include_bytes!("../../testdata/provider-cert-for-tests.pem")),
        ];
        for (name, content) in files {
            fs::write(folder.join(name), content).unwrap();
            fs::set_permissions(folder.join(name), fs::Permissions::from_mode(0o600)).unwrap();
        }
        let desk = Arc::new(Desk { mood: Mutex::new(Mood::Signed), seen: Mutex::default() });
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let config = RustlsConfig::from_pem(own.cert.pem().into_bytes(), key.into_bytes()).await.unwrap();
        let router = Router::new().fallback(answer).with_state(desk.clone());
        let server = axum_server::from_tcp_rustls(listener, config).unwrap();
        tokio::spawn(server.serve(router.into_make_service()));
        Shop { desk, address, folder }
    }

    fn account(&self, first: &str, second: &str) -> Result<Account, OpenError> {
        let file = |name: &str| self.folder.join(name);
        let settings: WechatSettings = serde_json::from_value(json!({
            "mch_id": "1900000001",
            "app_id": "wxd678efh567hg6787",
            "serial": "AA",
            "key_file": file("key.pem"),
            "provider_keys": [{"serial": PUBLIC_KEY_ID, "file": file("theirs.pem")}, {"file": file("cert.pem")}],
            "url": first,
            "backup_url": second,
            "ca": file("ca.pem"),
        }))
        .unwrap();
        settings.open()
    }

    fn url(&self) -> String {
        format!("https://{}", self.address)
    }

    async fn says(&self, account: &Account, ask: &Ask, mood: Mood) -> PaymentSays {
        *self.desk.mood.lock().unwrap() = mood;
        account.ask(ask.clone()).await.unwrap().says
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

async fn answer(
    State(desk): State<Arc<Desk>>,
    headers: HeaderMap,
    uri: Uri,
    body: Bytes,
) -> (StatusCode, HeaderMap, Vec<u8>) {
    assert!(headers["authorization"].to_str().unwrap().starts_with("WECHATPAY2-SHA256-RSA2048 mchid=\"1900000001\""));
    desk.seen.lock().unwrap().push(format!("{} {}", uri.path(), body.len()));
    let mood = *desk.mood.lock().unwrap();
    let said = json!({"appid": "wxd678efh567hg6787", "mchid": "1900000001", "out_trade_no": "W20260301T1N7",
        "trade_state": "SUCCESS", "transaction_id": "42", "amount": {"total": 1280, "refund": 280, "currency": "CNY"},
        "out_refund_no": "W20260301T1N7R", "status": "SUCCESS"});
    let body = match mood {
        Mood::NotThere => br#"{"code":"ORDER_NOT_EXIST","message":"x"}"#.to_vec(),
        Mood::TooLong => vec![b' '; RESPONSE_BYTES_MAX + 1],
        _ => serde_json::to_vec(&said).unwrap(),
    };
    let mut headers = HeaderMap::new();
    if mood == Mood::Elsewhere {
        headers.insert("location", "/elsewhere".parse().unwrap());
        return (StatusCode::TEMPORARY_REDIRECT, headers, body);
    }
    if mood != Mood::Unsigned {
        let second = Moment::now().at.as_second();
        let message = [format!("{second}\nabc\n").as_bytes(), &body, b"\n"].concat();
        let signature = provider_key().sign(&message).unwrap();
        headers.insert("wechatpay-nonce", "abc".parse().unwrap());
        headers.insert("wechatpay-timestamp", second.into());
        headers.insert("wechatpay-serial", PUBLIC_KEY_ID.parse().unwrap());
        headers.insert("wechatpay-signature", signature.parse().unwrap());
    }
    (if mood == Mood::NotThere { StatusCode::NOT_FOUND } else { StatusCode::OK }, headers, body)
}

#[tokio::test]
async fn what_is_signed_is_believed_and_nothing_else() {
    let shop = Shop::open("moods").await;
    let account = shop.account(&shop.url(), "").unwrap();
    let [pay, query, reverse, refund, _] = asks(Family::WeChat);
    let paid = PaymentSays::Payment(Answer::Paid { provider_no: "42".into() });
    assert_eq!(shop.says(&account, &pay, Mood::Signed).await, paid);
    assert_eq!(shop.says(&account, &query, Mood::Signed).await, paid);
    assert_eq!(shop.says(&account, &reverse, Mood::Signed).await, PaymentSays::Reversal(ReverseAnswer::Reversed));
    let done = PaymentSays::Refund { no: "W20260301T1N7R".into(), answer: RefundAnswer::Refunded };
    assert_eq!(shop.says(&account, &refund, Mood::Signed).await, done);
    for mood in [Mood::Unsigned, Mood::TooLong, Mood::Elsewhere] {
        assert_eq!(shop.says(&account, &query, mood).await, query.nothing_known(), "{mood:?}");
    }
    let seen = shop.desk.seen.lock().unwrap().clone();
    assert_eq!(seen.len(), 7, "nothing is repeated: {seen:?}");
    assert!(seen.iter().all(|path| path.starts_with("/v3/")), "a redirection was followed: {seen:?}");
    let (sent, received) = account.traffic().read();
    assert!(sent > 0 && received > 0);
}

#[tokio::test]
async fn the_second_host_hears_questions_and_never_a_payment() {
    let shop = Shop::open("hosts").await;
    let account = shop.account("https://127.0.0.1:1", &shop.url()).unwrap();
    let [pay, query, reverse, refund, _] = asks(Family::WeChat);
    for silent in [&pay, &refund] {
        assert_eq!(shop.says(&account, silent, Mood::Signed).await, silent.nothing_known());
    }
    assert!(shop.desk.seen.lock().unwrap().is_empty(), "a payment goes to one host alone");
    for heard in [&query, &reverse] {
        assert_ne!(shop.says(&account, heard, Mood::Signed).await, heard.nothing_known());
    }
    assert_eq!(shop.desk.seen.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn an_account_is_tried_out_without_money() {
    let shop = Shop::open("trial").await;
    let trial = async |first: &str, mood| {
        *shop.desk.mood.lock().unwrap() = mood;
        shop.account(first, "").unwrap().try_out().await
    };
    assert_eq!(trial(&shop.url(), Mood::NotThere).await, Trial::Works);
    assert_eq!(trial(&shop.url(), Mood::Unsigned).await, Trial::Unverified(200));
    assert!(matches!(trial("https://127.0.0.1:1", Mood::NotThere).await, Trial::Away(ClientError::Connecting(_))));
}

#[tokio::test]
async fn a_stranger_is_not_talked_to() {
    let (shop, stranger) = (Shop::open("one").await, Shop::open("other").await);
    let account = shop.account(&stranger.url(), "").unwrap();
    let query = &asks(Family::WeChat)[1];
    assert_eq!(shop.says(&account, query, Mood::Signed).await, query.nothing_known());
    assert!(stranger.desk.seen.lock().unwrap().is_empty());
}

#[tokio::test]
async fn keys_that_cannot_be_are_refused_in_words() {
    let shop = Shop::open("keys").await;
    let key = shop.folder.join("key.pem");
    let error = || shop.account(&shop.url(), "").unwrap_err().to_string();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o604)).unwrap();
    assert!(error().contains("set its mode to 600"), "{}", error());
    fs::set_permissions(&key, fs::Permissions::from_mode(0o640)).unwrap();
    assert!(shop.account(&shop.url(), "").is_ok());
    fs::write(&key, include_bytes!("../../testdata/merchant-pkcs1-for-tests.pem")).unwrap();
    assert!(shop.account(&shop.url(), "").is_ok(), "PKCS#1 is a key too");
    fs::write(&key, "no key").unwrap();
    assert!(error().contains("is not an RSA private key"), "{}", error());
    fs::remove_file(&key).unwrap();
    assert!(error().starts_with("failed reading"), "{}", error());
}
