//! The agent's program against a small platform of our own on loopback, over real TLS.

mod platform;

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use axum_server::tls_rustls::RustlsConfig;
use journal::{Commit, Journal, NewEvent, Opening, Replica};
use protocol::chain::Hash;
use protocol::v1;

use self::platform::{Platform, TERMINAL, lock};

const WAIT: Duration = Duration::from_secs(60);

/// A platform that runs, a till's state directory, and at most one agent.
struct Store {
    platform: Platform,
    address: String,
    state: Directory,
    agent: Option<Child>,
    handle: axum_server::Handle<std::net::SocketAddr>,
}

impl Store {
    async fn open() -> Store {
        sync_agent::install_tls();
        let state = Directory::new();
        let signed = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
        let certificate = signed.cert.pem();
        std::fs::write(state.join("authority.pem"), &certificate).unwrap();
        let tls = RustlsConfig::from_pem(certificate.into_bytes(), signed.signing_key.serialize_pem().into_bytes())
            .await
            .unwrap();
        let platform = platform::new();
        let app = platform::routes(platform.clone());
        let handle = axum_server::Handle::new();
        let server = axum_server::bind_rustls("127.0.0.1:0".parse().unwrap(), tls)
            .handle(handle.clone())
            .serve(app.into_make_service());
        tokio::spawn(server);
        let address = format!("https://{}", handle.listening().await.unwrap());
        Store { platform, address, state, agent: None, handle }
    }

    /// Runs the agent's program to its end; gives whether it succeeded, and what it wrote.
    async fn call(&self, arguments: &[&str]) -> (bool, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sync-agent"));
        command.args(arguments).arg("--state").arg(&*self.state);
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(text).unwrap())
    }

    async fn enrol(&self, code: &str) -> (bool, String) {
        let authority = self.state.join("authority.pem");
        let authority = authority.to_str().unwrap();
        self.call(&["enrol", "--platform", &self.address, "--authority", authority, "--code", code]).await
    }

    fn start(&mut self) {
        let child = Command::new(env!("CARGO_BIN_EXE_sync-agent"))
            .args(["run", "--state"])
            .arg(&*self.state)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        self.agent = Some(child);
    }

    fn kill(&mut self) {
        if let Some(mut agent) = self.agent.take() {
            agent.kill().unwrap();
            agent.wait().unwrap();
        }
    }

    fn journal(&self) -> Journal {
        let replica = Replica::open(&self.state).unwrap().unwrap();
        let opening = Opening {
            terminal: TERMINAL,
            program: "test",
            acknowledged: &replica.acknowledged().unwrap(),
            now_ms: 1,
            business_date: "2026-03-01",
        };
        Journal::open(&self.state, &opening).unwrap().0
    }

    async fn until(&self, what: &str, mut holds: impl FnMut(&Store) -> bool) {
        let begin = Instant::now();
        while !holds(self) {
            assert!(begin.elapsed() < WAIT, "still not: {what}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn held(&self, epoch: u32) -> usize {
        lock(&self.platform).events.get(&epoch).map_or(0, |(events, _)| events.len())
    }

    fn error(&self) -> Option<String> {
        Replica::open(&self.state).unwrap().unwrap().contact().unwrap().error
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.kill();
        self.handle.shutdown();
    }
}

struct Directory(PathBuf);

impl Directory {
    fn new() -> Directory {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("guitai-agent-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Directory(path)
    }
}

impl Deref for Directory {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn sell(journal: &mut Journal, count: usize) {
    let event = NewEvent {
        at_ms: 1,
        business_date: "2026-03-01".to_owned(),
        shift: None,
        staff: None,
        body: v1::Body::DrawerOpened(v1::DrawerOpened { reason: "x".repeat(900) }),
    };
    for begin in (0..count).step_by(500) {
        let events = vec![event.clone(); 500.min(count - begin)];
        journal.commit(Commit { events, saves: vec![] }).unwrap();
    }
}

fn item(no: u64) -> v1::Change {
    let item = v1::Item {
        id: format!("i{no}"),
        name: format!("水{no}{}", Hash::of(&no.to_le_bytes())),
        initials: "s".to_owned(),
        unit: "piece".to_owned(),
        tax: "standard".to_owned(),
        codes: vec![format!("{no:014}")],
        ..v1::Item::default()
    };
    v1::Change { no, record: v1::Record::Item(Box::new(item)) }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_arrives_through_lost_answers_refusals_and_kills() {
    let mut store = Store::open().await;
    let (enrolled, told) = store.call(&["run"]).await;
    assert!(!enrolled && told.contains("not enrolled"), "{told}");
    let (enrolled, told) = store.enrol("1").await;
    assert!(!enrolled && told.contains("bad-code"), "{told}");
    // The code is used up, and the answer to it is lost: the same till may use it again.
    lock(&store.platform).answers_lost = 1;
    assert!(!store.enrol("4711").await.0);
    let (enrolled, told) = store.enrol("4711").await;
    assert!(enrolled, "{told}");
    assert!(!store.state.join("enrolling.pkcs8").exists());
    let (again, told) = store.enrol("4711").await;
    assert!(!again && told.contains("already"), "{told}");

    let mut journal = store.journal();
    sell(&mut journal, 3000);
    let (_, told) = store.call(&["status", "--json"]).await;
    assert!(told.contains("\"unsent_events\":3001"), "{told}");
    lock(&store.platform).answers_lost = 2;
    lock(&store.platform).busy = 2;
    store.start();
    store.until("some events", |store| store.held(1) > 900).await;
    store.kill();
    sell(&mut journal, 2000);
    store.start();
    store.until("all events", |store| store.held(1) == 5001).await;
    // While it waits, a sale is noticed by itself.
    sell(&mut journal, 1);
    store.until("one more event", |store| store.held(1) == 5002).await;
    let head = journal.head();
    store
        .until("the acknowledgement", |store| {
            let replica = Replica::open(&store.state).unwrap().unwrap();
            replica.acknowledged().unwrap() == [head]
        })
        .await;
    store.until("no error", |store| store.error().is_none()).await;
    let (_, told) = store.call(&["status"]).await;
    assert!(told.contains("0 events, 0 sales"), "{told}");
    let mut log = String::new();
    for entry in std::fs::read_dir(store.state.join("log")).unwrap() {
        log += &std::fs::read_to_string(entry.unwrap().path()).unwrap();
    }
    assert!(log.contains("running") && !log.contains("Bearer") && !log.contains("\"token"));
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_queued_events_are_up_soon_and_a_fork_stops_its_epoch_alone() {
    let mut store = Store::open().await;
    assert!(store.enrol("4711").await.0);
    let mut journal = store.journal();
    sell(&mut journal, 10_000);
    let begin = Instant::now();
    store.start();
    store.until("ten thousand events", |store| store.held(1) == 10_001).await;
    println!("10,000 events in {:.2} s", begin.elapsed().as_secs_f64());
    lock(&store.platform).forked = Some(1);
    sell(&mut journal, 1);
    store.until("a word about the fork", |store| store.error().is_some_and(|error| error.contains("copied"))).await;
    drop(journal);
    store.kill();
    // The till meets what the platform holds, and begins anew.
    let head = v1::Head { epoch: 1, seq: 20_000, hash: Hash([0; 32]) };
    let opening =
        Opening { terminal: TERMINAL, program: "test", acknowledged: &[head], now_ms: 1, business_date: "2026-03-01" };
    let (mut journal, restored) = Journal::open(&store.state, &opening).unwrap();
    assert_eq!(restored.epoch, 2);
    sell(&mut journal, 10);
    store.start();
    store.until("the next epoch", |store| store.held(2) == 11).await;
    assert_eq!(store.held(1), 10_001);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_is_continued_and_changes_follow() {
    let mut store = Store::open().await;
    assert!(store.enrol("4711").await.0);
    lock(&store.platform).changes = (1..=3000).map(item).collect();
    lock(&store.platform).breaks = 2;
    store.start();
    let arrived = |store: &Store| {
        let mut parts = std::fs::read_dir(store.state.join("incoming")).into_iter().flatten().flatten();
        parts.any(|part| part.metadata().is_ok_and(|found| found.len() > 1000))
    };
    store.until("a first piece", arrived).await;
    store.kill();
    store.start();
    let stands_at =
        |store: &Store, no: u64| Replica::open(&store.state).unwrap().unwrap().versions().unwrap().chain == no;
    store.until("the snapshot", |store| stands_at(store, 3000)).await;
    let ranges = lock(&store.platform).ranges.clone();
    assert!(ranges.len() >= 3 && ranges[0] == 0, "{ranges:?}");
    assert!(ranges.windows(2).all(|pair| pair[0] <= pair[1]) && ranges[2] > 0, "{ranges:?}");
    let left = |store: &Store| std::fs::read_dir(store.state.join("incoming")).unwrap().count();
    store.until("no part left", |store| left(store) == 0).await;

    let gone = v1::Change { no: 3001, record: v1::Record::ItemGone("i7".to_owned()) };
    lock(&store.platform).changes.push(gone);
    lock(&store.platform).changes.extend((3002..=3400).map(item));
    store.until("the changes", |store| stands_at(store, 3400)).await;
    let replica = Replica::open(&store.state).unwrap().unwrap();
    assert!(replica.item("i7").unwrap().is_none() && replica.item("i3400").unwrap().is_some());

    // Too long away: the changes are gone, a snapshot comes instead.
    store.kill();
    lock(&store.platform).changes = (1..=5000).map(item).collect();
    lock(&store.platform).horizon = 4000;
    store.start();
    store.until("the second snapshot", |store| stands_at(store, 5000)).await;
    assert!(replica.item("i7").unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_come_one_by_one_whole_or_not_at_all() {
    let mut store = Store::open().await;
    assert!(store.enrol("4711").await.0);
    let files: Vec<Vec<u8>> = (0..3_u8).map(|no| vec![no; 500 + usize::from(no)]).collect();
    let hashes: Vec<Hash> = files.iter().map(|file| Hash::of(file)).collect();
    let picture = |no: u64, item: &str, sha256: Hash| v1::Change {
        no,
        record: v1::Record::Picture(v1::Picture { item: item.to_owned(), sha256 }),
    };
    {
        let mut held = lock(&store.platform);
        held.changes = vec![picture(1, "a", hashes[0]), picture(2, "b", hashes[1]), picture(3, "c", hashes[2])];
        held.pictures.insert(hashes[0].to_string(), files[0].clone());
        // Other bytes than were announced are never kept; what is not there keeps nothing else from coming.
        held.pictures.insert(hashes[1].to_string(), b"something else".to_vec());
    }
    store.start();
    let here = |store: &Store, hash: Hash| {
        std::fs::read(store.state.join("pictures").join(format!("{hash}.png"))).ok().map(|file| Hash::of(&file))
    };
    store.until("the first picture", |store| here(store, hashes[0]) == Some(hashes[0])).await;
    lock(&store.platform).pictures.insert(hashes[1].to_string(), files[1].clone());
    store.until("the second picture", |store| here(store, hashes[1]) == Some(hashes[1])).await;
    store
        .until("the third was asked for", |store| lock(&store.platform).pictures_asked.contains(&hashes[2].to_string()))
        .await;
    let times = |store: &Store, hash: Hash| {
        lock(&store.platform).pictures_asked.iter().filter(|asked| **asked == hash.to_string()).count()
    };
    assert_eq!(times(&store, hashes[0]), 1, "what is here is not fetched again");

    // An item has another picture, another has none: what nobody shows any more goes.
    let gone = v1::Change { no: 5, record: v1::Record::PictureGone("c".to_owned()) };
    lock(&store.platform).changes.extend([picture(4, "a", hashes[1]), gone]);
    store.until("the first picture is gone", |store| here(store, hashes[0]).is_none()).await;
    let count = std::fs::read_dir(store.state.join("pictures")).unwrap().count();
    assert_eq!((count, here(&store, hashes[1])), (1, Some(hashes[1])));
}
