//! Two processes on one file, and one that is killed.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{Directory, basket, open, sale_commit};
use crate::{Commit, JournalReader, Save};

const DIRECTORY: &str = "GUITAI_JOURNAL_TEST_DIRECTORY";

/// The other process: sells until it is killed, and tells the number of each sale once it is committed.
#[test]
#[ignore = "runs as the other process of the tests below"]
fn seller() {
    let dir = std::env::var_os(DIRECTORY).expect("started by another test");
    let (mut journal, restored) = open(std::path::Path::new(&dir));
    for receipt in restored.state.next_receipt.. {
        let saves = vec![Save::Open(Some(basket(u128::from(receipt), &[1000, 2000])))];
        journal.commit(Commit { events: vec![], saves }).unwrap();
        journal.commit(sale_commit(receipt, 3000)).unwrap();
        println!("\nsold {receipt}");
    }
}

fn start(dir: &Directory) -> (Child, BufReader<std::process::ChildStdout>) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "tests::processes::seller", "--nocapture"])
        .env(DIRECTORY, &**dir)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let told = BufReader::new(child.stdout.take().unwrap());
    (child, told)
}

fn next_sold(told: &mut impl BufRead) -> u64 {
    loop {
        let mut line = String::new();
        assert!(told.read_line(&mut line).unwrap() > 0, "the seller ended by itself");
        if let Some(receipt) = line.strip_prefix("sold ") {
            return receipt.trim().parse().unwrap();
        }
    }
}

#[test]
fn a_killed_seller_has_sold_what_it_told_and_goes_on() {
    let dir = Directory::new();
    for round in 1..=6 {
        let (mut child, mut told) = start(&dir);
        let mut sold = 0;
        for _ in 0..round * 3 {
            sold = next_sold(&mut told);
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let (_, restored) = open(&dir);
        assert_eq!(restored.notice, None);
        assert!(restored.state.next_receipt > sold);
        let reader = JournalReader::open(&dir).unwrap().unwrap();
        let verified = reader.verify().unwrap();
        assert_eq!(verified.fault, None);
        // Each sale once: its basket is open, or it is an event, never both.
        assert_eq!(restored.state.next_receipt, restored.head.seq);
        if let Some(basket) = &restored.state.open {
            assert_eq!(basket.id.as_u128(), u128::from(restored.state.next_receipt));
        }
    }
}

#[test]
fn a_reader_in_another_process_follows_without_holding_the_writer_up() {
    let dir = Directory::new();
    let (mut child, mut told) = start(&dir);
    let first = next_sold(&mut told);
    let mut reader = JournalReader::open(&dir).unwrap().unwrap();
    let mut seen = 0;
    let until = Instant::now() + Duration::from_secs(60);
    while seen < 60 {
        assert!(Instant::now() < until, "no new event is seen");
        if reader.changed().unwrap() || seen == 0 {
            let events = reader.events_after(1, seen, 1000, usize::MAX).unwrap();
            assert!(events.iter().zip(seen + 1..).all(|(event, seq)| event.seq == seq));
            seen += events.len() as u64;
        }
    }
    let sold = next_sold(&mut told);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(first < sold);
    // Nobody holds the file: it is still readable, without its writer having closed it.
    let fresh = JournalReader::open(&dir).unwrap().unwrap();
    assert!(fresh.heads().unwrap()[0].seq > sold);
    assert_eq!(fresh.verify().unwrap().fault, None);
}

#[test]
fn a_reader_notices_that_the_file_was_replaced() {
    let dir = Directory::new();
    let (mut journal, _) = open(&dir);
    journal.commit(sale_commit(1, 1000)).unwrap();
    drop(journal);
    let mut reader = JournalReader::open(&dir).unwrap().unwrap();
    std::fs::write(dir.join("damaged"), b"no database".repeat(1000)).unwrap();
    std::fs::rename(dir.join("damaged"), dir.join("journal.db")).unwrap();
    let (_journal, restored) = open(&dir);
    assert_eq!(restored.epoch, 1, "nothing was known of any epoch");
    assert!(reader.changed().unwrap());
    assert_eq!(reader.heads().unwrap(), [restored.head]);
}
