//! What writing scans of a stock count costs: batches of entries, each made durable, on this machine's disk.
//!
//! `cargo run -p journal --example count_figures [DIRECTORY]`

use std::time::{Duration, Instant};

use journal::{Commit, Journal, JournalReader, NewEvent, Opening};
use protocol::v1;
use uuid::Uuid;

const BATCHES: u32 = 500;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dir = std::env::args().nth(1).map_or_else(std::env::temp_dir, Into::into);
    let dir = dir.join(format!("guitai-count-{}", std::process::id()));
    let opening = Opening {
        terminal: Uuid::from_u128(1),
        program: "figures",
        acknowledged: &[],
        now_ms: 0,
        business_date: "2026-11-21",
    };
    let (mut journal, _) = Journal::open(&dir, &opening)?;
    for entries in [1, 3, 50, 200] {
        let mut took = Vec::new();
        let mut bytes = 0;
        for batch in 0..BATCHES {
            let body = v1::Body::CountEntered(entered(batch, entries));
            bytes = serde_json::to_string(&body)?.len();
            let event =
                NewEvent { at_ms: 0, business_date: "2026-11-21".into(), shift: None, staff: Some("07".into()), body };
            let begun = Instant::now();
            journal.commit(Commit { events: vec![event], saves: Vec::new() })?;
            took.push(begun.elapsed());
        }
        took.sort_unstable();
        let at = |percent: usize| took[took.len() * percent / 100];
        println!("{entries:>3} entries, {bytes:>6} bytes: p50 {:?}, p99 {:?}", at(50), at(99));
    }
    let begun = Instant::now();
    let read = JournalReader::open(&dir)?.expect("it was made").count_events(Uuid::from_u128(2))?.len();
    println!("{read} batches of a count read back in {:?}", begun.elapsed().max(Duration::from_micros(1)));
    std::fs::remove_dir_all(&dir)?;
    Ok(())
}

fn entered(batch: u32, entries: u32) -> v1::CountEntered {
    let pass = v1::CountPass {
        id: Uuid::from_u128(3),
        zone: "饮料区".into(),
        round: 1,
        by: "07".into(),
        terminal: 1,
        at_ms: 1_795_300_000_000,
    };
    let entry = |no: u32| v1::CountEntry {
        id: Uuid::from_u128(u128::from(batch) << 64 | u128::from(entries) << 32 | u128::from(no)),
        no,
        item: Some("6921168509256".into()),
        add: Some(1000),
        at_ms: 1_795_300_000_000,
        ..v1::CountEntry::default()
    };
    v1::CountEntered { plan: Uuid::from_u128(2), pass, entries: (0..entries).map(entry).collect() }
}
