//! How many events a second the platform takes over HTTPS, beside a bare COPY of the same rows.
//!
//! `cargo run --release -p platform --example ingest_rate -- [postgres|sqlite] [EVENTS] [BATCH] [TILLS]`
//!
//! Prints two lines of JSON: for sales alone, and for the same number of events of which each tenth tells what somebody
//! counted meanwhile, 20 goods at a time, beside sales alone behind it. Batches are made, signed and compressed before the clock starts; the server,
//! its database (which syncs to the disk) and the senders share this machine.

#[path = "../tests/stories/till.rs"]
mod till;

use std::str::FromStr;
use std::time::Instant;

use futures_util::SinkExt;
use futures_util::stream::{StreamExt, TryStreamExt};
use platform::clock::now_ms;
use platform::enrolment::new_code;
use platform::store::Database;
use platform::store::postgres::local::LocalServer;
use platform::{Config, Running, serve};
use protocol::identity::SigningKey;
use protocol::v1::{Body, CountEntered, CountEntry, CountPass, CountPlan, Enrol, Enrolled, Taken};
use till::{Till, sale};
use uuid::Uuid;

/// Of so many events, one tells what was counted.
const COUNTS_EACH: u64 = 10;
/// Goods that it tells.
const ENTRIES: u64 = 20;

/// What tills send.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mix {
    Sales,
    SalesAndCounts,
}

struct Sender {
    client: reqwest::Client,
    url: String,
    token: String,
    batches: Vec<Vec<u8>>,
}

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let kind = arguments.next().unwrap_or("postgres".into());
    let mut number = |usual: u64| arguments.next().map_or(usual, |text| text.parse().unwrap());
    let (events, batch, tills) = (number(100_000), number(500), number(4));
    let folder = std::env::temp_dir().join(format!("guitai-rate-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let server = (kind == "postgres").then(|| LocalServer::start(&folder, true).unwrap());
    let database = match &server {
        Some(server) => Database::Postgres(server.address()),
        None => Database::Sqlite(folder.join("platform.db")),
    };
    let config = Config {
        database: database.clone(),
        listen: "127.0.0.1:0".parse().unwrap(),
        data: folder.join("data"),
        names: vec![],
        payments: None,
        trusted_proxies: vec![],
    };
    let running = serve(config).await.unwrap();
    let (taken, seconds) = measured(&running, (events, batch, tills), Mix::Sales).await;
    let rate = taken as f64 / seconds;
    let bytes = serde_json::to_vec(&sale(1)).unwrap().len();
    let copy = match &database {
        Database::Postgres(address) => Some(copy_again(address).await),
        Database::Sqlite(_) => None,
    };
    let copied = copy.map_or("null".into(), |seconds| format!("{:.0}", taken as f64 / seconds));
    println!(
        r#"{{"database":"{kind}","events":{taken},"batch":{batch},"tills":{tills},"sale_bytes":{bytes},"events_per_s":{rate:.0},"copy_events_per_s":{copied}}}"#
    );
    let (taken, seconds) = measured(&running, (events, batch, tills), Mix::SalesAndCounts).await;
    let mixed = taken as f64 / seconds;
    // Sales once more, on a database that is as warm and as full.
    let (sold, sold_in) = measured(&running, (events, batch, tills), Mix::Sales).await;
    let rate = sold as f64 / sold_in;
    let entries = taken / COUNTS_EACH * ENTRIES;
    let entries_per_s = entries as f64 / seconds;
    println!(
        r#"{{"database":"{kind}","events":{taken},"entries":{entries},"batch":{batch},"tills":{tills},"events_per_s":{mixed:.0},"entries_per_s":{entries_per_s:.0},"sales_events_per_s":{rate:.0}}}"#
    );
    running.stop().await.unwrap();
    drop(server);
    std::fs::remove_dir_all(&folder).unwrap();
}

/// Sends all events from several tills at a time; answers how many were taken, and the seconds that it took.
async fn measured(running: &Running, (events, batch, tills): (u64, u64, u64), mix: Mix) -> (u64, f64) {
    let mut senders = Vec::new();
    for _ in 0..tills {
        senders.push(sender(running, events / tills, batch, mix).await);
    }
    let begun = Instant::now();
    let sent = senders.into_iter().map(|sender| tokio::spawn(send(sender)));
    let taken = futures_util::future::join_all(sent).await.into_iter().map(Result::unwrap).sum();
    (taken, begun.elapsed().as_secs_f64())
}

async fn sender(running: &Running, events: u64, batch: u64, mix: Mix) -> Sender {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let pem = std::fs::read(running.authority_pem()).unwrap();
    let authority = reqwest::Certificate::from_pem(&pem).unwrap();
    let client = reqwest::Client::builder().tls_certs_only([authority]).build().unwrap();
    let key = SigningKey::generate().unwrap();
    let enrol = Enrol {
        code: new_code(&**running.store(), "12").await.unwrap(),
        public_key: key.public_hex(),
        program: "ingest_rate".into(),
        protocol_min: 1,
        protocol_max: 1,
    };
    let request = client.post(format!("{}/v1/enrol", running.url()));
    let answer = request.body(serde_json::to_vec(&enrol).unwrap()).send().await.unwrap();
    let enrolled: Enrolled = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    let mut till = Till::new(enrolled.terminal, key);
    let plan = CountPlan { id: Uuid::now_v7(), kind: "full".into(), by: "01".into(), ..CountPlan::default() };
    if mix == Mix::SalesAndCounts {
        running.store().open_count("12", &plan).await.unwrap();
    }
    let pass = CountPass { id: Uuid::now_v7(), round: 1, by: "07".into(), terminal: 1, ..CountPass::default() };
    for n in 0..events {
        match mix {
            Mix::SalesAndCounts if n % COUNTS_EACH == 0 => till.event(counted(plan.id, &pass, n)),
            Mix::Sales | Mix::SalesAndCounts => till.sell(sale(n)),
        }
    }
    let batches = (1..=events)
        .step_by(batch as usize)
        .map(|first| till.batch(first, events.min(first + batch - 1)))
        .map(|bytes| zstd::bulk::compress(&bytes, 3).unwrap())
        .collect();
    Sender { client, url: format!("{}/v1/events", running.url()), token: enrolled.token, batches }
}

/// What somebody counted of as many goods as a scanner reads in a few seconds.
fn counted(plan: Uuid, pass: &CountPass, n: u64) -> Body {
    let entry = |no: u64| CountEntry {
        id: Uuid::now_v7(),
        no: (n / COUNTS_EACH * ENTRIES + no) as u32 + 1,
        item: Some(format!("i{}", no % 7)),
        add: Some(1000),
        at_ms: now_ms(),
        ..CountEntry::default()
    };
    Body::CountEntered(CountEntered { plan, pass: pass.clone(), entries: (0..ENTRIES).map(entry).collect() })
}

/// As a till does: the next batch when the one before it is acknowledged.
async fn send(sender: Sender) -> u64 {
    let mut seq = 0;
    for batch in sender.batches {
        let request = sender.client.post(&sender.url).bearer_auth(&sender.token);
        let answer = request.header("content-encoding", "zstd").body(batch).send().await.unwrap();
        let bytes = answer.bytes().await.unwrap();
        let taken: Taken =
            serde_json::from_slice(&bytes).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&bytes)));
        seq = taken.head.seq;
    }
    seq
}

/// Copies the rows that were taken into tables of the same shape; answers the seconds that the writing took.
async fn copy_again(address: &str) -> f64 {
    let config = tokio_postgres::Config::from_str(address).unwrap();
    let (client, connection) = config.connect(tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let mut seconds = 0.0;
    for table in ["event", "sale", "money_leg", "stock_leg", "points_leg"] {
        client.batch_execute(&format!("CREATE TABLE copy_{table} (LIKE {table} INCLUDING ALL)")).await.unwrap();
        let rows = client.copy_out(&format!("COPY {table} TO STDOUT BINARY")).await.unwrap();
        let rows: Vec<_> = rows.try_collect().await.unwrap();
        let begun = Instant::now();
        let sink = client.copy_in(&format!("COPY copy_{table} FROM STDIN BINARY")).await.unwrap();
        let mut sink = std::pin::pin!(sink);
        let mut pieces = futures_util::stream::iter(rows);
        while let Some(piece) = pieces.next().await {
            sink.feed(piece).await.unwrap();
        }
        sink.finish().await.unwrap();
        seconds += begun.elapsed().as_secs_f64();
    }
    seconds
}
