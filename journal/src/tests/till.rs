//! A till that commits, stops and takes up again.

use proptest::prelude::*;
use protocol::v1;
use uuid::Uuid;

use super::{DAY, Directory, basket, event, open, open_knowing, sale, sale_commit};
use crate::{
    Commit, Journal, JournalError, JournalReader, Lockout, Notice, PrintJob, PrintState, Save, Shift, Suspended,
    TillState,
};

#[derive(Clone, Debug)]
enum Step {
    Open(Vec<i64>),
    Sell(i64),
    Suspend(u8),
    Recall(u8),
    Shift(i64),
    Payment(Option<u8>),
    Close,
    Print(u8),
    Printed(u8),
    WrongPin(u8, u32),
    NoRoom,
    Reopen,
    PowerCut,
    Idle,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => prop::collection::vec(-3i64..9, 0..12).prop_map(Step::Open),
        4 => (-5i64..20).prop_map(|pieces| Step::Sell(pieces * 1000)),
        1 => (0u8..4).prop_map(Step::Suspend),
        1 => (0u8..4).prop_map(Step::Recall),
        1 => (0i64..500).prop_map(Step::Shift),
        1 => prop::option::of(0u8..9).prop_map(Step::Payment),
        1 => Just(Step::Close),
        1 => (1u8..6).prop_map(Step::Print),
        1 => (1u8..6).prop_map(Step::Printed),
        1 => (0u8..3, 0u32..4).prop_map(|(staff, failures)| Step::WrongPin(staff, failures)),
        1 => Just(Step::NoRoom),
        2 => Just(Step::Reopen),
        2 => Just(Step::PowerCut),
        1 => Just(Step::Idle),
    ]
}

fn commit_of(step: &Step, model: &TillState) -> Option<Commit> {
    let mut commit = Commit::default();
    match step {
        Step::Open(quantities) => {
            commit.saves = vec![Save::Open(Some(basket(9, quantities)))];
        }
        Step::Sell(quantity) => commit = sale_commit(model.next_receipt, *quantity),
        Step::Suspend(number) => {
            let basket = basket(100 + u128::from(*number), &[1000]);
            commit.events = vec![event(v1::Body::SaleSuspended(v1::SaleSuspended { basket: basket.clone() }))];
            commit.saves = vec![
                Save::Open(None),
                Save::Suspend(Suspended {
                    basket,
                    at_ms: i64::from(*number),
                    staff: "07".to_owned(),
                    label: "阿姨".to_owned(),
                }),
            ];
        }
        Step::Recall(number) => {
            commit.saves = vec![Save::Unsuspend(Uuid::from_u128(100 + u128::from(*number)))];
        }
        Step::Shift(float) => {
            commit.saves = vec![Save::Shift(Some(Shift {
                id: Uuid::from_u128(3),
                business_date: DAY.to_owned(),
                opened_at_ms: 1,
                opened_by: "07".to_owned(),
                float: *float,
                totals: v1::Totals::default(),
                cashiers: Vec::new(),
                hand_overs: Vec::new(),
            }))];
        }
        Step::Payment(number) => {
            let payment = number.map(payment);
            let changed = payment.iter().cloned().map(|payment| v1::Body::PaymentChanged(Box::new(payment)));
            commit.events = changed.map(event).collect();
            commit.saves = vec![Save::Payment(payment)];
        }
        Step::Close => commit.saves = vec![Save::Shift(None), Save::NextZ(model.next_z + 1)],
        Step::Print(id) => {
            commit.saves = vec![
                Save::QueuePrint(PrintJob {
                    id: u64::from(*id),
                    kind: "receipt".to_owned(),
                    body: "{}".to_owned(),
                    state: PrintState::Waiting,
                }),
                Save::PrintStarted(u64::from(*id)),
            ];
        }
        Step::Printed(id) => commit.saves = vec![Save::PrintDone(u64::from(*id))],
        Step::WrongPin(staff, failures) => {
            commit.saves = vec![Save::Lockout(Lockout { staff: staff.to_string(), failures: *failures, until_ms: 4 })];
        }
        Step::NoRoom | Step::Reopen | Step::PowerCut | Step::Idle => return None,
    }
    Some(commit)
}

fn payment(number: u8) -> v1::Payment {
    serde_json::from_value(serde_json::json!({
        "id": Uuid::from_u128(u128::from(number)), "order_no": number.to_string(), "family": "wechat", "amount": 5,
        "state": "in_doubt", "created_at_ms": 1, "seen_at_ms": number,
    }))
    .unwrap()
}

/// What the state must be after a commit, written as plainly as can be.
fn apply(model: &mut TillState, commit: &Commit, bytes: Option<String>) {
    for save in &commit.saves {
        match save.clone() {
            Save::Open(basket) => model.open = basket,
            Save::Suspend(sale) => {
                model.suspended.retain(|other| other.basket.id != sale.basket.id);
                model.suspended.push(sale);
                model.suspended.sort_by_key(|sale| sale.at_ms);
            }
            Save::Unsuspend(id) => model.suspended.retain(|other| other.basket.id != id),
            Save::Shift(shift) => model.shift = shift,
            Save::Payment(payment) => model.payment = payment,
            Save::Kiosk(text) => model.kiosk = text,
            Save::Stock(text) => model.stock = text,
            Save::NextReceipt(number) => model.next_receipt = number,
            Save::NextZ(number) => model.next_z = number,
            Save::QueuePrint(job) => {
                model.next_print_job = model.next_print_job.max(job.id + 1);
                model.print_jobs.retain(|other| other.id != job.id);
                model.print_jobs.push(job);
                model.print_jobs.sort_by_key(|job| job.id);
            }
            Save::PrintStarted(id) => {
                let job = model.print_jobs.iter_mut().find(|job| job.id == id);
                job.unwrap().state = PrintState::Started;
            }
            Save::PrintDone(id) => model.print_jobs.retain(|job| job.id != id),
            Save::Lockout(lockout) => {
                model.lockouts.retain(|other| other.staff != lockout.staff);
                if lockout.failures > 0 {
                    model.lockouts.push(lockout);
                    model.lockouts.sort_by(|one, other| one.staff.cmp(&other.staff));
                }
            }
        }
    }
    if bytes.is_some() {
        model.last_receipt = bytes;
    }
}

/// Lets the next page that the file needs be one too many, as on a full disk.
fn no_room(journal: &mut Journal) {
    let pages: i64 = journal.connection.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
    let limit = |journal: &Journal, pages: i64| {
        journal.connection.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(())).unwrap();
    };
    let head = journal.head();
    limit(journal, pages);
    // Far more than a page's free room.
    let mut commit = sale_commit(1_000_000, 1000);
    commit.saves.push(Save::QueuePrint(PrintJob {
        id: 77,
        kind: "receipt".to_owned(),
        body: "x".repeat(400_000),
        state: PrintState::Waiting,
    }));
    let error = journal.commit(commit).unwrap_err();
    assert!(matches!(error, JournalError::DiskFull { .. }), "{error}");
    assert_eq!(journal.head(), head);
    limit(journal, 1 << 30);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn what_was_committed_is_there_after_any_end(steps in prop::collection::vec(step(), 1..40)) {
        let mut dir = Directory::new();
        let (mut journal, restored) = open(&dir);
        prop_assert_eq!(&restored.notice, &None);
        let mut model = restored.state;
        let mut events = 1;
        for step in &steps {
            match (step, commit_of(step, &model)) {
                (_, Some(commit)) => {
                    events += commit.events.len() as u64;
                    let committed = journal.commit(commit.clone()).unwrap();
                    prop_assert_eq!(committed.head.seq, events);
                    let reader = JournalReader::open(&dir).unwrap().unwrap();
                    let sold = matches!(step, Step::Sell(_));
                    let bytes = sold.then(|| reader.show(1, events).unwrap().unwrap().bytes);
                    apply(&mut model, &commit, bytes);
                }
                (Step::NoRoom, None) => no_room(&mut journal),
                (Step::Idle, None) => journal.idle().unwrap(),
                (end, None) => {
                    let head = journal.head();
                    let mut next = None;
                    match end {
                        Step::PowerCut => next = Some(dir.image()),
                        _clean => {}
                    }
                    drop(journal);
                    if let Some(next) = next {
                        dir = next;
                    }
                    let restored;
                    (journal, restored) = open(&dir);
                    prop_assert_eq!(restored.head, head);
                    prop_assert_eq!(&restored.notice, &None);
                    prop_assert_eq!(&restored.state, &model);
                }
            }
        }
        let verified = JournalReader::open(&dir).unwrap().unwrap().verify().unwrap();
        prop_assert_eq!(verified.fault, None);
        prop_assert_eq!(verified.events, events);
    }
}

#[test]
fn a_reader_sees_batches_totals_and_what_is_unsent() {
    let dir = Directory::new();
    assert!(JournalReader::open(&dir).unwrap().is_none());
    let (mut journal, _) = open(&dir);
    let mut reader = JournalReader::open(&dir).unwrap().unwrap();
    assert!(!reader.changed().unwrap());
    for (receipt, quantity) in [(1, 5000), (2, -1000), (3, 2000)] {
        journal.commit(sale_commit(receipt, quantity)).unwrap();
    }
    assert!(reader.changed().unwrap());
    assert!(!reader.changed().unwrap());

    let all = reader.events_after(1, 0, 100, usize::MAX).unwrap();
    assert_eq!(all.iter().map(|event| event.seq).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert_eq!(all[3].prev_hash.then(all[3].bytes.as_bytes()), journal.head().hash);
    let two = reader.events_after(1, 1, 2, usize::MAX).unwrap();
    assert_eq!(two, all[1..3]);
    assert_eq!(reader.events_after(1, 1, 100, 1).unwrap(), all[1..2]);
    assert_eq!(reader.events_after(1, 4, 100, 1).unwrap(), []);

    let taken = v1::Head { epoch: 1, seq: 2, hash: all[1].hash };
    let unsent = reader.unsent(&[taken]).unwrap();
    assert_eq!((unsent.events, unsent.sales, unsent.money), (2, 2, 200));
    assert_eq!(unsent.oldest_at_ms, Some(7));
    assert_eq!(reader.unsent(&[]).unwrap().events, 4);

    let totals = reader.totals_of_day(DAY).unwrap();
    assert_eq!((totals.sales, totals.gross, totals.points), (3, 1200, 12));
    assert_eq!((totals.returns, totals.return_lines, totals.units), (-200, 1, 6000));
    assert_eq!(totals.tenders[0].amount, 1200);
    assert_eq!(totals.taxes[0].net + totals.taxes[0].tax, 1200);
    assert_eq!(reader.totals_of_day("2026-03-02").unwrap(), v1::Totals::default());

    assert_eq!(reader.find_receipt("0101-2").unwrap().unwrap(), all[2]);
    assert_eq!(reader.find_receipt("0101-9").unwrap(), None);
    let mut exported = Vec::new();
    assert_eq!(reader.export(&mut exported).unwrap(), 4);
    let lines: Vec<v1::Event> =
        String::from_utf8(exported).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[1].body, v1::Body::SaleCompleted(Box::new(sale(1, 5000))));
}

#[test]
fn an_old_copy_begins_a_new_epoch_and_forgets_its_state() {
    let dir = Directory::new();
    let (mut journal, _) = open(&dir);
    let open_basket =
        Commit { events: vec![], saves: vec![Save::Open(Some(basket(1, &[1000]))), Save::NextReceipt(5)] };
    journal.commit(open_basket).unwrap();
    let backup = dir.image();
    let head = journal.commit(sale_commit(5, 1000)).unwrap().head;
    drop(journal);

    let (restored_journal, restored) = open_knowing(&backup, &[head]);
    assert_eq!(restored.epoch, 2);
    assert_eq!(restored.state.open, None);
    assert_eq!(restored.state.next_receipt, 1);
    let Some(Notice::NewEpoch { reason, quarantined: None, .. }) = restored.notice else {
        panic!("{:?}", restored.notice);
    };
    assert_eq!(reason, "restored");
    drop(restored_journal);

    // A copy that went on by itself has as many events, but others.
    let fork = v1::Head { hash: protocol::chain::Hash([1; 32]), ..head };
    let (_, forked) = open_knowing(&dir, &[fork]);
    assert_eq!(forked.epoch, 2);
    // What the platform knows counts even when there is no file at all.
    let (_, anew) = open_knowing(&Directory::new(), &[v1::Head { epoch: 6, ..head }]);
    assert_eq!(anew.epoch, 7);
}

#[test]
fn a_second_writer_another_terminal_and_huge_events_are_turned_away() {
    let dir = Directory::new();
    let (mut journal, _) = open(&dir);
    let opening = crate::Opening {
        terminal: Uuid::from_u128(1),
        program: "test",
        acknowledged: &[],
        now_ms: 0,
        business_date: DAY,
    };
    let second = Journal::open(&dir, &opening).err().unwrap();
    assert!(matches!(second, JournalError::InUse { .. }), "{second}");
    let huge = v1::Body::DrawerOpened(v1::DrawerOpened { reason: "x".repeat(v1::EVENT_BYTES_MAX) });
    let refused = journal.commit(Commit { events: vec![event(huge)], saves: vec![] });
    assert!(matches!(refused, Err(JournalError::EventTooLarge { .. })));
    assert_eq!(journal.commit(sale_commit(1, 1000)).unwrap().first_seq, 2);
    drop(journal);
    let other = Journal::open(&dir, &opening).err().unwrap();
    assert!(matches!(other, JournalError::OtherTerminal { .. }), "{other}");
    let mode =
        std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(dir.join("journal.db")).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
}

/// The same with a real disk: `GUITAI_SMALL_DISK` names a file system of a few megabytes, e.g. a tmpfs.
#[test]
#[ignore = "needs a small file system of its own"]
fn a_full_disk_loses_nothing_and_the_till_goes_on_when_there_is_room() {
    let dir = std::path::PathBuf::from(std::env::var_os("GUITAI_SMALL_DISK").unwrap());
    let (mut journal, restored) = open(&dir);
    let filler = dir.join("filler");
    let mut receipt = restored.state.next_receipt;
    for _round in 0..3 {
        let _ = std::fs::write(&filler, vec![1u8; 64 << 20]);
        let error = loop {
            match journal.commit(sale_commit(receipt, 1000)) {
                Ok(_) => receipt += 1,
                Err(error) => break error,
            }
        };
        assert!(matches!(error, JournalError::DiskFull { .. }), "{error}");
        let head = journal.head();
        std::fs::remove_file(&filler).unwrap();
        assert_eq!(journal.commit(sale_commit(receipt, 1000)).unwrap().first_seq, head.seq + 1);
        receipt += 1;
    }
    drop(journal);
    let (_, restored) = open(&dir);
    assert_eq!((restored.notice, restored.state.next_receipt), (None, receipt));
    let verified = JournalReader::open(&dir).unwrap().unwrap().verify().unwrap();
    assert_eq!((verified.fault, verified.events), (None, receipt));
}
