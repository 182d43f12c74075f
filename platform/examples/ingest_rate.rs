//! How many events a second the platform takes over HTTPS, beside a bare COPY of the same rows.
//!
//! `cargo run --release -p platform --example ingest_rate -- [postgres|sqlite] [EVENTS] [BATCH] [TILLS]`
//!
//! Prints one line of JSON. Batches are made, signed and compressed before the clock starts; the server, its
//! database (which syncs to the disk) and the senders share this machine.

#[path = "../tests/stories/till.rs"]
mod till;

use std::str::FromStr;
use std::time::Instant;

use futures_util::SinkExt;
use futures_util::stream::{StreamExt, TryStreamExt};
use platform::enrolment::new_code;
use platform::store::Database;
use platform::store::postgres::local::LocalServer;
use platform::{Config, Running, serve};
use protocol::identity::SigningKey;
use protocol::v1::{Enrol, Enrolled, Taken};
use till::{Till, sale};

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
    };
    let running = serve(config).await.unwrap();
    let mut senders = Vec::new();
    for _ in 0..tills {
        senders.push(sender(&running, events / tills, batch).await);
    }
    let begun = Instant::now();
    let sent = senders.into_iter().map(|sender| tokio::spawn(send(sender)));
    let taken: u64 = futures_util::future::join_all(sent).await.into_iter().map(Result::unwrap).sum();
    let seconds = begun.elapsed().as_secs_f64();
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
    running.stop().await.unwrap();
    drop(server);
    std::fs::remove_dir_all(&folder).unwrap();
}

async fn sender(running: &Running, events: u64, batch: u64) -> Sender {
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
    for n in 0..events {
        till.sell(sale(n));
    }
    let batches = (1..=events)
        .step_by(batch as usize)
        .map(|first| till.batch(first, events.min(first + batch - 1)))
        .map(|bytes| zstd::bulk::compress(&bytes, 3).unwrap())
        .collect();
    Sender { client, url: format!("{}/v1/events", running.url()), token: enrolled.token, batches }
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
