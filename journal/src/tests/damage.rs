//! Files that rot.

use std::os::unix::fs::FileExt;

use protocol::{chain::Hash, v1};

use super::{Directory, TERMINAL, basket, open, open_knowing, sale_commit};
use crate::{Commit, JournalReader, Notice, PrintJob, PrintState, Save, check_whole};

const SALES: u64 = 300;

/// A closed journal with many sales and an open basket; gives its heads by number.
fn journal(dir: &Directory) -> Vec<v1::Head> {
    let (mut journal, restored) = open(dir);
    let mut heads = vec![restored.head];
    for receipt in 1..=SALES {
        heads.push(journal.commit(sale_commit(receipt, 1000)).unwrap().head);
    }
    let aside = Save::Open(Some(basket(1, &[1000, 2000])));
    let saves = vec![aside];
    journal.commit(Commit { events: vec![], saves }).unwrap();
    heads
}

fn find_last(bytes: &[u8], wanted: &str) -> usize {
    bytes.windows(wanted.len()).rposition(|window| window == wanted.as_bytes()).unwrap()
}

#[test]
fn a_changed_byte_of_an_unsent_event_is_noticed_and_the_rest_is_kept() {
    let dir = Directory::new();
    journal(&dir);
    let file = std::fs::File::options().write(true).open(dir.join("journal.db")).unwrap();
    let bytes = std::fs::read(dir.join("journal.db")).unwrap();
    // The text of a receipt's number, within an event.
    let at = find_last(&bytes, "\"receipt\":\"0101-200\"") + 12;
    file.write_all_at(b"9", at as u64).unwrap();
    let fault = JournalReader::open(&dir).unwrap().unwrap().verify().unwrap().fault.unwrap();
    assert_eq!((fault.epoch, fault.seq), (1, 201));

    let (mut journal, restored) = open(&dir);
    assert_eq!(restored.epoch, 2);
    let Some(Notice::NewEpoch {
        reason,
        quarantined: Some(quarantined),
        salvaged: Some(salvaged),
        events_salvaged,
        events_kept,
        state_kept,
        ..
    }) = restored.notice
    else {
        panic!("{:?}", restored.notice)
    };
    assert_eq!(reason, "damaged");
    assert!(quarantined.exists());
    assert_eq!((events_salvaged, events_kept, state_kept), (SALES + 1, 200, false));
    // All events, and what was read of the state.
    assert_eq!(std::fs::read_to_string(salvaged).unwrap().lines().count() as u64, SALES + 2);
    journal.commit(sale_commit(1, 1000)).unwrap();
    let reader = JournalReader::open(&dir).unwrap().unwrap();
    assert_eq!(reader.verify().unwrap().fault, None);
    let heads = reader.heads().unwrap();
    assert_eq!((heads[0].seq, heads[1].seq), (200, 2));
}

#[test]
fn damage_before_what_is_acknowledged_loses_nothing() {
    let dir = Directory::new();
    let heads = journal(&dir);
    let file = std::fs::File::options().write(true).open(dir.join("journal.db")).unwrap();
    let bytes = std::fs::read(dir.join("journal.db")).unwrap();
    // A whole page in the middle, which SQLite notices.
    let page = (bytes.len() / 4096 / 3) as u64 * 4096;
    file.write_all_at(&[0xa5; 4096], page).unwrap();
    let taken = heads[250];
    let (_, restored) = open_knowing(&dir, &[taken]);
    let Some(Notice::NewEpoch { events_salvaged, events_kept, state_kept, .. }) = restored.notice else {
        panic!("{:?}", restored.notice);
    };
    // From the acknowledged one to the last, and with them the state.
    assert_eq!((events_kept, state_kept), (SALES - 250, true));
    assert!(events_salvaged < SALES + 1 && events_salvaged > 250);
    assert_eq!(restored.state.open, Some(basket(1, &[1000, 2000])));
    let reader = JournalReader::open(&dir).unwrap().unwrap();
    let unsent = reader.events_after(1, taken.seq, 1000, usize::MAX).unwrap();
    assert_eq!(unsent[0].prev_hash, taken.hash);
    assert_eq!(unsent.last().unwrap().hash, heads[SALES as usize].hash);
    assert_eq!(reader.verify().unwrap().fault, None);
}

#[test]
fn a_large_file_opens_at_once_and_its_damage_is_found_while_the_till_runs() {
    let dir = Directory::new();
    let heads = journal(&dir);
    let (mut journal, _) = open(&dir);
    let body = "x".repeat(65 << 20);
    let job = PrintJob { id: 1, kind: "report".to_owned(), body, state: PrintState::Waiting };
    journal.commit(Commit { events: vec![], saves: vec![Save::QueuePrint(job), Save::PrintDone(1)] }).unwrap();
    drop(journal);
    let file = std::fs::File::options().write(true).open(dir.join("journal.db")).unwrap();
    let bytes = std::fs::read(dir.join("journal.db")).unwrap();
    // The page of an old event, whole, which SQLite notices.
    let page = find_last(&bytes[..4 << 20], "\"receipt\":\"0101-100\"") as u64 / 4096 * 4096;
    file.write_all_at(&[0xa5; 4096], page).unwrap();

    let (journal, restored) = open_knowing(&dir, &[heads[250]]);
    assert_eq!((restored.notice, restored.unchecked), (None, true));
    assert!(!check_whole(&dir).unwrap());
    drop(journal);
    let (_journal, restored) = open_knowing(&dir, &[heads[250]]);
    assert!(matches!(restored.notice, Some(Notice::NewEpoch { state_kept: true, .. })), "{:?}", restored.notice);
    assert!(!restored.unchecked && check_whole(&dir).unwrap());
}

#[test]
fn a_file_that_was_cut_off_or_is_none_at_all_is_replaced() {
    for ruin in [
        |bytes: Vec<u8>| bytes[..bytes.len() / 2 / 4096 * 4096].to_vec(),
        |bytes: Vec<u8>| bytes[..bytes.len() / 2 + 77].to_vec(),
        |bytes: Vec<u8>| [vec![0; 8192], bytes[8192..].to_vec()].concat(),
        |_| b"not a database, but long enough to be read as one".repeat(100),
    ] {
        let dir = Directory::new();
        let heads = journal(&dir);
        let bytes = std::fs::read(dir.join("journal.db")).unwrap();
        std::fs::write(dir.join("journal.db"), ruin(bytes)).unwrap();
        let (mut journal, restored) = open_knowing(&dir, &heads[100..=100]);
        assert_eq!(restored.epoch, 2);
        let Some(Notice::NewEpoch { reason, .. }) = restored.notice else {
            panic!("{:?}", restored.notice);
        };
        assert_eq!(reason, "damaged");
        journal.commit(sale_commit(1, 1000)).unwrap();
        drop(journal);
        let (_, again) = open_knowing(&dir, &heads[100..=100]);
        assert_eq!((again.epoch, again.head.seq, again.notice), (2, 2, None));
    }
}

#[test]
fn an_epoch_of_which_nothing_was_taken_is_continued() {
    let dir = Directory::new();
    let heads = journal(&dir);
    let nothing = v1::Head { epoch: 1, seq: 0, hash: Hash::genesis(TERMINAL, 1) };
    let (_, restored) = open_knowing(&dir, &[nothing]);
    assert_eq!((restored.head, restored.notice), (heads[SALES as usize], None));
    assert_eq!(restored.state.open, Some(basket(1, &[1000, 2000])));
}

#[test]
fn a_replacement_that_was_interrupted_is_finished() {
    let dir = Directory::new();
    journal(&dir);
    // As after a crash between the damaged file's going and the new one's coming.
    let other = Directory::new();
    drop(open(&other));
    std::fs::rename(other.join("journal.db"), dir.join("journal-ready.db")).unwrap();
    let (_, restored) = open(&dir);
    assert_eq!(restored.head.seq, 1);
    assert!(!dir.join("journal-ready.db").exists());
    let quarantined = std::fs::read_dir(&*dir)
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().starts_with("journal-damaged"))
        .count();
    assert_eq!(quarantined, 1);
}
