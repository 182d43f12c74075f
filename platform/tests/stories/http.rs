//! Stories over real TLS on loopback.

use std::sync::Arc;

use domain::money::Currency;
use futures_util::StreamExt;
use platform::enrolment::new_code;
use platform::import::{self, ItemDefaults};
use platform::store::{PictureRow, RecordRow, Store};
use platform::{Config, Running, serve};
use protocol::chain::Hash;
use protocol::identity::{SigningKey, receipt_message, verify_hex};
use protocol::v1::*;
use reqwest::{Client, Method, Response, StatusCode};
use serde::de::DeserializeOwned;

use crate::database::{self, Folder, Held};
use crate::till::{Till, sale};

struct Open {
    running: Running,
    client: Client,
    _held: Held,
    _data: Folder,
}

impl Open {
    async fn new() -> Open {
        Open::over(database::sqlite().await.unwrap()).await
    }

    async fn over(held: Held) -> Open {
        let data = Folder::new();
        let config = Config {
            database: held.database.clone(),
            listen: "127.0.0.1:0".parse().unwrap(),
            data: data.path().join("data"),
            names: vec![],
            payments: None,
            trusted_proxies: vec![],
        };
        let running = serve(config).await.unwrap();
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = client(&running);
        Open { running, client, _held: held, _data: data }
    }

    fn store(&self) -> &dyn Store {
        &**self.running.store()
    }

    async fn post(&self, path: &str, token: &str, body: Vec<u8>) -> Response {
        let body = zstd::bulk::compress(&body, 3).unwrap();
        self.post_raw(path, token, "zstd", body).await
    }

    async fn post_raw(&self, path: &str, token: &str, encoding: &str, body: Vec<u8>) -> Response {
        let request = self.client.post(format!("{}{path}", self.running.url())).bearer_auth(token);
        request.header("content-encoding", encoding).body(body).send().await.unwrap()
    }

    async fn get(&self, path: &str, token: &str) -> Response {
        let request = self.client.get(format!("{}{path}", self.running.url()));
        request.bearer_auth(token).send().await.unwrap()
    }

    async fn enrol(&self, store: &str) -> (Till, Enrolled) {
        let code = new_code(self.store(), store).await.unwrap();
        let key = SigningKey::generate().unwrap();
        let response = self.post("/v1/enrol", "", enrol_body(&code.to_lowercase(), &key, 1)).await;
        let enrolled: Enrolled = json(response).await;
        assert_eq!(enrolled.store, store);
        (Till::new(enrolled.terminal, key), enrolled)
    }
}

/// A client with connections of its own.
fn client(running: &Running) -> Client {
    let pem = std::fs::read(running.authority_pem()).unwrap();
    Client::builder().tls_certs_only([reqwest::Certificate::from_pem(&pem).unwrap()]).build().unwrap()
}

fn enrol_body(code: &str, key: &SigningKey, protocol: u32) -> Vec<u8> {
    let enrol = Enrol {
        code: code.into(),
        public_key: key.public_hex(),
        program: "test".into(),
        protocol_min: protocol,
        protocol_max: protocol,
    };
    serde_json::to_vec(&enrol).unwrap()
}

async fn json<T: DeserializeOwned>(response: Response) -> T {
    let status = response.status();
    let bytes = response.bytes().await.unwrap();
    assert_eq!(status, StatusCode::OK, "{}", String::from_utf8_lossy(&bytes));
    serde_json::from_slice(&bytes).unwrap()
}

async fn problem(response: Response) -> (ProblemKind, Problem) {
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let status = response.status().as_u16();
    let problem: Problem = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
    assert_eq!(problem.status, status);
    assert!(!problem.detail.is_empty());
    (ProblemKind::of(&problem).unwrap(), problem)
}

async fn kind(response: Response) -> ProblemKind {
    problem(response).await.0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_till_is_answered_whatever_it_does() {
    a_till_enrols_and_uploads(Open::new().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_till_is_answered_whatever_it_does_on_postgres() {
    if let Some(held) = database::postgres().await {
        a_till_enrols_and_uploads(Open::over(held).await).await;
    }
}

async fn a_till_enrols_and_uploads(open: Open) {
    let (mut till, enrolled) = open.enrol("12").await;
    let token = enrolled.token.as_str();
    let hello = Hello { program: "test".into(), protocol_min: 1, protocol_max: 3, epoch: 1, clock_ms: 0 };
    let hello = serde_json::to_vec(&hello).unwrap();
    let welcome: Welcome = json(open.post("/v1/hello", token, hello.clone()).await).await;
    assert_eq!((welcome.protocol, welcome.heads.len(), welcome.credit), (1, 0, 1000));

    for n in 0..30 {
        till.sell(sale(n));
    }
    let upload = async |first, last| open.post("/v1/events", token, till.batch(first, last)).await;
    let taken: Taken = json(upload(1, 10).await).await;
    assert_eq!((taken.head.seq, taken.duplicates), (10, 0));
    let message = receipt_message(till.terminal, 1, 10, taken.head.hash);
    assert!(verify_hex(&enrolled.platform_key, &message, &taken.signature), "countersigned");
    let replay: Taken = json(upload(1, 10).await).await;
    assert_eq!((replay.head, replay.duplicates), (taken.head, 10));
    let overlap: Taken = json(upload(6, 20).await).await;
    assert_eq!((overlap.head.seq, overlap.duplicates), (20, 5));
    let (gap, told) = problem(upload(25, 30).await).await;
    assert_eq!((gap, told.expected), (ProblemKind::Gap, Some(21)));

    // What must not come in.
    let mut forged = Till::new(till.terminal, SigningKey::generate().unwrap());
    forged.log = till.log.clone();
    let batch = forged.batch(21, 22);
    assert_eq!(kind(open.post("/v1/events", token, batch).await).await, ProblemKind::BadSignature);
    for bad in [&b"{"[..], b"", b"[]", b"{\"terminal\":7}"] {
        assert_eq!(kind(open.post("/v1/events", token, bad.to_vec()).await).await, ProblemKind::Malformed);
    }
    let response = open.post_raw("/v1/events", token, "zstd", vec![1; 100]).await;
    assert_eq!(kind(response).await, ProblemKind::Malformed);
    let response = open.post_raw("/v1/events", token, "br", vec![1; 100]).await;
    assert_eq!(kind(response).await, ProblemKind::Malformed);
    let bomb = zstd::bulk::compress(&vec![b' '; 64 << 20], 3).unwrap();
    assert!(bomb.len() < 64 << 10);
    let response = open.post_raw("/v1/events", token, "zstd", bomb).await;
    assert_eq!(kind(response).await, ProblemKind::TooLarge);
    let response = open.post_raw("/v1/events", token, "identity", vec![b' '; BATCH_BYTES_MAX + 1]).await;
    assert_eq!(kind(response).await, ProblemKind::TooLarge);
    let mut many = Till::new(till.terminal, SigningKey::from_pkcs8(till.key.pkcs8()).unwrap());
    for _ in 0..=BATCH_EVENTS_MAX {
        many.raw("1".into());
    }
    let batch = many.batch(1, many.head());
    assert_eq!(kind(open.post("/v1/events", token, batch).await).await, ProblemKind::TooLarge);

    // Who must not come in.
    let (other, other_enrolled) = open.enrol("12").await;
    assert_eq!((enrolled.number, other_enrolled.number), (1, 2));
    let response = open.post("/v1/events", &other_enrolled.token, till.batch(21, 22)).await;
    assert_eq!(kind(response).await, ProblemKind::Malformed, "another's events");
    let secret = other_enrolled.token.split_once('.').unwrap().1;
    let stranger = uuid::Uuid::now_v7();
    for token in [format!("{}.{secret}", till.terminal), format!("{stranger}.{secret}"), "x".into(), String::new()] {
        assert_eq!(kind(open.post("/v1/hello", &token, hello.clone()).await).await, ProblemKind::NotEnrolled);
    }
    let code = new_code(open.store(), "12").await.unwrap();
    let response = open.post("/v1/enrol", "", enrol_body(&code, &other.key, 2)).await;
    assert_eq!(kind(response).await, ProblemKind::Version);
    let _: Enrolled = json(open.post("/v1/enrol", "", enrol_body(&code, &other.key, 1)).await).await;
    let response = open.post("/v1/enrol", "", enrol_body(&code, &till.key, 1)).await;
    assert_eq!(kind(response).await, ProblemKind::BadCode, "used");
    let response = open.post("/v1/enrol", "", enrol_body("AAAAA-AAAAA", &till.key, 1)).await;
    assert_eq!(kind(response).await, ProblemKind::BadCode, "unknown");

    // A copied disk.
    let mut copy = Till::new(till.terminal, SigningKey::from_pkcs8(till.key.pkcs8()).unwrap());
    copy.log = till.log[..15].to_vec();
    for n in 50..55 {
        copy.sell(sale(n));
    }
    let response = open.post("/v1/events", token, copy.batch(16, 20)).await;
    assert_eq!(kind(response).await, ProblemKind::Fork);
    assert_eq!(kind(upload(21, 30).await).await, ProblemKind::Fork, "its epoch is stopped");
    let welcome: Welcome = json(open.post("/v1/hello", token, hello).await).await;
    assert_eq!(welcome.heads, [overlap.head]);
    open.running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_till_follows_the_catalogue_by_changes_and_snapshots() {
    let open = Open::new().await;
    let (_, enrolled) = open.enrol("12").await;
    let token = enrolled.token.as_str();
    let folder = Folder::new();
    let file = folder.path().join("items.csv");
    let rows: String = (0..2500).map(|n| format!("{n:05}-A,商品 {n},{}.50\n", n % 90)).collect();
    std::fs::write(&file, format!("code,name,price\n{rows}")).unwrap();
    let defaults = ItemDefaults { currency: Currency::of("CNY").unwrap(), price: None, tax: "standard".into() };
    let imported = import::items(open.store(), "chain", &file, defaults, Box::new(|_, _| {})).await.unwrap();
    assert_eq!(imported.changed, 2500);

    let mut after = 0;
    let mut seen = 0;
    loop {
        let changes: Changes =
            json(open.get(&format!("/v1/scopes/chain/changes?after={after}&limit=999"), token).await).await;
        assert!(changes.changes.len() <= 999 && changes.changes.iter().all(|change| change.no > after));
        seen += changes.changes.len();
        if changes.changes.is_empty() {
            assert_eq!(changes.next, after);
            break;
        }
        after = changes.next;
    }
    assert_eq!((seen, after), (2500, 2500));
    let request = open.client.get(format!("{}/v1/scopes/chain/changes", open.running.url()));
    let response = request.bearer_auth(token).header("accept-encoding", "gzip, zstd;q=0.5").send().await.unwrap();
    assert_eq!(response.headers()["content-encoding"], "zstd");
    let expanded = zstd::stream::decode_all(&response.bytes().await.unwrap()[..]).unwrap();
    assert_eq!(serde_json::from_slice::<Changes>(&expanded).unwrap().changes.len(), 1000);

    let info: SnapshotInfo = json(open.get("/v1/scopes/chain/snapshot", token).await).await;
    assert_eq!((info.no, info.records), (2500, 2500));
    let path = format!("/v1/snapshots/{}", info.sha256);
    let whole = open.get(&path, token).await.bytes().await.unwrap();
    assert_eq!((Hash::of(&whole), whole.len() as u64), (info.sha256, info.bytes));
    let lines = String::from_utf8(zstd::stream::decode_all(&whole[..]).unwrap()).unwrap();
    let lines: Vec<Change> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.len() == 2500 && lines.iter().all(|change| change.no == 2500));
    let ranged = async |range: &str| {
        let request = open.client.request(Method::GET, format!("{}{path}", open.running.url()));
        request.bearer_auth(token).header("range", range).send().await.unwrap()
    };
    let rest = ranged("bytes=1000-").await;
    assert_eq!(rest.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(rest.headers()["content-range"], format!("bytes 1000-{}/{}", info.bytes - 1, info.bytes));
    assert_eq!(rest.bytes().await.unwrap(), whole[1000..]);
    assert_eq!(ranged("bytes=99999999-").await.status(), StatusCode::RANGE_NOT_SATISFIABLE);

    // A little later the same snapshot serves; far later a new one.
    let row =
        |n: u64| RecordRow { kind: "item", id: format!("n{n}"), gone: false, body: r#"{"item_gone":"n"}"#.into() };
    open.store().put("chain", (0..100).map(row).collect()).await.unwrap();
    let same: SnapshotInfo = json(open.get("/v1/scopes/chain/snapshot", token).await).await;
    assert_eq!(same, info);
    open.store().put("chain", (0..25_000).map(|n| row(n + 100)).collect()).await.unwrap();
    let response = open.get("/v1/scopes/chain/changes?after=2500", token).await;
    assert_eq!(kind(response).await, ProblemKind::Gone);
    let new: SnapshotInfo = json(open.get("/v1/scopes/chain/snapshot", token).await).await;
    assert_eq!((new.no, new.records), (27_600, 27_600));
    let changes: Changes = json(open.get(&format!("/v1/scopes/chain/changes?after={}", new.no), token).await).await;
    assert_eq!((changes.next, changes.head), (new.no, new.no));

    let own: Changes = json(open.get("/v1/scopes/store-12/changes?after=0", token).await).await;
    assert!(
        matches!(&own.changes[..], [Change { record: Record::Terminal(known), .. }] if known.id == enrolled.terminal)
    );
    for path in [
        "/v1/scopes/store-13/changes",
        "/v1/scopes/store-13/snapshot",
        "/v1/nothing",
        "/v1/snapshots/00",
        "/v1/scopes/%ff/changes",
    ] {
        assert_eq!(kind(open.get(path, token).await).await, ProblemKind::NotFound, "{path}");
    }
    let response = open.get("/v1/scopes/chain/changes?after=minus", token).await;
    assert_eq!(kind(response).await, ProblemKind::Malformed);
    assert_eq!(kind(open.get(&format!("/v1/snapshots/{}", new.sha256), "").await).await, ProblemKind::NotEnrolled);
    assert_eq!(kind(open.get("/v1/events", token).await).await, ProblemKind::Malformed);
    open.running.stop().await.unwrap();
}

/// As when another program imports goods, or does not let go: nothing can be taken for as long.
#[tokio::test(flavor = "multi_thread")]
async fn a_flood_is_turned_away_asked_to_come_back_and_loses_nothing() {
    let open = Open::new().await;
    let (mut till, enrolled) = open.enrol("12").await;
    till.sell(sale(1));
    till.sell(sale(2));
    let token = enrolled.token.as_str();
    let platform::store::Database::Sqlite(file) = &open._held.database else {
        panic!("{}", open._held.database);
    };
    let other = rusqlite::Connection::open(file).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let batch = till.batch(1, 1);
    let tills: Vec<Client> = (0..4).map(|_| client(&open.running)).collect();
    let flood = (0..140).map(|n| {
        let request = tills[n % tills.len()].post(format!("{}/v1/events", open.running.url()));
        request.bearer_auth(token).body(batch.clone()).send()
    });
    let mut flood = flood.collect::<futures_util::stream::FuturesUnordered<_>>();
    let first = flood.next().await.unwrap().unwrap();
    assert_eq!(first.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(first.headers()["retry-after"], "2");
    assert_eq!(kind(first).await, ProblemKind::Busy);
    other.execute_batch("ROLLBACK").unwrap();
    let (mut busy, mut credits) = (1, Vec::new());
    while let Some(response) = flood.next().await {
        let response = response.unwrap();
        match response.status() {
            StatusCode::SERVICE_UNAVAILABLE => busy += 1,
            _ => credits.push(json::<Taken>(response).await.credit),
        }
    }
    assert_eq!((busy, credits.len()), (12, 128));
    assert!(credits.contains(&200), "less at a time while many are sending");
    let calm: Taken = json(open.post("/v1/events", token, till.batch(1, 2)).await).await;
    assert_eq!((calm.head.seq, calm.duplicates, calm.credit), (2, 1, 1000));
    let day = open.store().day(crate::till::DAY, None).await.unwrap();
    assert_eq!(day.sales.iter().map(|row| row.sales).sum::<u64>(), 2);

    // Somebody who holds the file for longer than the platform waits.
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let kept_out = open.post("/v1/events", token, till.batch(1, 2)).await;
    assert_eq!(kept_out.headers()["retry-after"], "5");
    assert_eq!(kind(kept_out).await, ProblemKind::Busy);
    other.execute_batch("ROLLBACK").unwrap();
    drop(flood);
    open.running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_see_how_it_is() {
    let open = Open::new().await;
    let (mut till, enrolled) = open.enrol("12").await;
    for n in 0..3 {
        till.sell(sale(n));
    }
    for _ in 0..2 {
        let _: Taken = json(open.post("/v1/events", &enrolled.token, till.batch(1, 3)).await).await;
    }
    assert_eq!(open.get("/health", "").await.status(), StatusCode::OK);
    assert_eq!(open.get("/ready", "").await.status(), StatusCode::OK);
    let metrics = open.get("/metrics", "").await.text().await.unwrap();
    for line in [
        "guitai_events_total 3",
        "guitai_duplicates_total 3",
        "guitai_batches_total 2",
        "guitai_exceptions_total 3",
        "guitai_terminals 1",
        "guitai_ingest_seconds_count 2",
        "guitai_terminal_contact_timestamp_seconds{store=\"12\",number=\"1\"}",
    ] {
        assert!(metrics.contains(line), "{line} is not in\n{metrics}");
    }
    let document: serde_json::Value = json(open.get("/openapi.json", "").await).await;
    assert!(document["paths"]["/v1/events"]["post"]["requestBody"].is_object(), "{document:#}");
    // Started again over the same folder it is the same platform to its tills.
    let (url, key) = (open.running.url(), enrolled.platform_key);
    let authority = std::fs::read(open.running.authority_pem()).unwrap();
    let data = open.running.authority_pem().parent().unwrap().to_owned();
    let Open { running, _held: held, _data: _folder, .. } = open;
    running.stop().await.unwrap();
    let config = Config {
        database: held.database.clone(),
        listen: url[8..].parse().unwrap(),
        data,
        names: vec![],
        payments: None,
        trusted_proxies: vec![],
    };
    let again = serve(config).await.unwrap();
    assert_eq!(std::fs::read(again.authority_pem()).unwrap(), authority);
    let client =
        Client::builder().tls_certs_only([reqwest::Certificate::from_pem(&authority).unwrap()]).build().unwrap();
    let request = client.post(format!("{url}/v1/events")).bearer_auth(&enrolled.token);
    let taken: Taken = json(request.body(till.batch(1, 3)).send().await.unwrap()).await;
    let message = receipt_message(till.terminal, 1, 3, taken.head.hash);
    assert!(verify_hex(&key, &message, &taken.signature));
    again.stop().await.unwrap();
    drop(Arc::new(held));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_till_asks_hears_and_its_neighbour_hears_what_it_put_aside() {
    let open = Open::new().await;
    let (mut till, enrolled) = open.enrol("12").await;
    let (_, neighbour) = open.enrol("12").await;
    let (_, stranger) = open.enrol("13").await;
    crate::office::opened(open.store(), domain::grant::AccountKind::GiftCard, "60001111", 5_000).await;
    let asked = GrantAsked { kind: "gift_card".into(), number: "60001111".into(), units: 100_000 };
    let basket = Basket { id: uuid::Uuid::now_v7(), ..Basket::default() };
    till.event(Body::GrantAsked(asked));
    till.event(Body::SaleSuspended(SaleSuspended { basket: basket.clone() }));
    let taken: Taken = json(open.post("/v1/events", &enrolled.token, till.batch(1, 2)).await).await;
    assert_eq!((taken.head.seq, taken.exceptions), (2, 0));
    let told: Changes = json(open.get("/v1/scopes/store-12/changes?after=0", &neighbour.token).await).await;
    let records: Vec<Record> = told.changes.into_iter().map(|change| change.record).collect();
    let granted = |record: &Record| matches!(record, Record::Grant(grant) if grant.units == 5_000 && grant.terminal == till.terminal);
    let aside = |record: &Record| matches!(record, Record::Suspended(aside) if aside.basket.id == basket.id);
    assert!(records.iter().any(granted) && records.iter().any(aside), "{records:?}");
    let elsewhere: Changes = json(open.get("/v1/scopes/store-13/changes?after=0", &stranger.token).await).await;
    assert_eq!(elsewhere.changes.len(), 1, "only its own terminal");
    open.running.stop().await.unwrap();
}

#[tokio::test]
async fn a_terminal_fetches_pictures_by_their_content_and_nobody_else_does() {
    let open = Open::new().await;
    let (_, enrolled) = open.enrol("12").await;
    let file = simulation::shop::picture(&simulation::shop::neighbourhood().goods[0]);
    let sha256 = Hash::of(&file);
    let picture = PictureRow { item: "pen".into(), sha256, file: file.clone() };
    open.store().put_pictures("chain", vec![picture]).await.unwrap();
    let path = format!("/v1/pictures/{sha256}");
    let response = open.get(&path, &enrolled.token).await;
    assert_eq!(
        (response.status(), &response.headers()["content-type"]),
        (StatusCode::OK, &"image/png".parse().unwrap())
    );
    assert_eq!(response.bytes().await.unwrap(), file);
    assert_eq!(kind(open.get(&path, "nobody").await).await, ProblemKind::NotEnrolled);
    for unknown in ["/v1/pictures/77", &format!("/v1/pictures/{}", Hash([7; 32]))] {
        assert_eq!(kind(open.get(unknown, &enrolled.token).await).await, ProblemKind::NotFound);
    }
}
