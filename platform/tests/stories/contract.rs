//! Enrolment, batches and ledgers: what both databases must do alike.

use std::sync::Arc;

use platform::clock::now_ms;
use platform::ledger::reconcile::Reconciliation;
use platform::store::{NewTerminal, Outcome, Store};
use protocol::v1::Head;
use uuid::Uuid;

use crate::database::{self, on_both};
use crate::till::{DAY, Till, sale};

on_both!(
    a_code_makes_one_terminal_known,
    a_batch_is_taken_once_whatever_comes_again,
    a_fork_stops_its_epoch_and_is_kept,
    a_day_reconciles_with_its_z,
);

async fn a_code_makes_one_terminal_known(store: Arc<dyn Store>) {
    let new = |key: &str, secret: u8| NewTerminal {
        id: Uuid::now_v7(),
        public_key: key.into(),
        token_hash: [secret; 32],
        program: "test 1".into(),
        at_ms: now_ms(),
    };
    store.add_code([1; 32], "12", now_ms() + 60_000).await.unwrap();
    store.add_code([2; 32], "12", now_ms() + 60_000).await.unwrap();
    store.add_code([3; 32], "12", now_ms() - 1).await.unwrap();
    assert_eq!(store.enrol([9; 32], new("aa", 1)).await.unwrap(), None, "unknown code");
    assert_eq!(store.enrol([3; 32], new("aa", 1)).await.unwrap(), None, "old code");
    let first = store.enrol([1; 32], new("aa", 1)).await.unwrap().unwrap();
    assert_eq!((first.number, first.store.as_str()), (1, "12"));
    assert_eq!(store.enrol([1; 32], new("bb", 2)).await.unwrap(), None, "used code, other key");
    let again = store.enrol([1; 32], new("aa", 3)).await.unwrap().unwrap();
    assert_eq!((again.id, again.token_hash.as_slice()), (first.id, &[3; 32][..]));
    let second = store.enrol([2; 32], new("cc", 4)).await.unwrap().unwrap();
    assert_eq!(second.number, 2);
    assert_eq!(store.terminal(second.id).await.unwrap(), Some(second.clone()));
    assert_eq!(store.terminal(Uuid::now_v7()).await.unwrap(), None);
    assert!(store.hello(second.no, "test 2", -5, 77).await.unwrap().is_empty());
    let known = store.terminals().await.unwrap();
    let told: Vec<_> = known.iter().map(|t| (t.number, t.program.as_str(), t.clock_offset_ms)).collect();
    assert_eq!(told, [(1, "test 1", 0), (2, "test 2", -5)]);
    assert_eq!(known[1].contact_at_ms, 77);
}

fn taken(till: &Till, seq: u64, duplicates: u32) -> Outcome {
    let hash = till.log[seq as usize - 1].1;
    let head = Head { epoch: till.epoch, seq, hash };
    // No test here imports goods, so each sale complains about one that nobody knows.
    Outcome::Taken { head, duplicates, exceptions: 0 }
}

fn without_exceptions(outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::Taken { head, duplicates, .. } => Outcome::Taken { head, duplicates, exceptions: 0 },
        other => other,
    }
}

async fn a_batch_is_taken_once_whatever_comes_again(store: Arc<dyn Store>) {
    let (mut till, terminal) = Till::enrolled(&*store, "12").await;
    for n in 0..20 {
        till.sell(sale(n));
    }
    let upload = async |first, last| without_exceptions(till.upload(&*store, &terminal, first, last).await);
    assert_eq!(upload(3, 5).await, Outcome::Gap { expected: 1 });
    let waiting = store.terminals().await.unwrap()[0].epochs[0];
    assert!(waiting.gap_at_ms.is_some(), "a gap is an alarm");
    assert!(store.hello(terminal.no, "test", 0, now_ms()).await.unwrap().is_empty(), "nothing was taken of it");
    assert_eq!(upload(1, 10).await, taken(&till, 10, 0));
    assert_eq!(store.terminals().await.unwrap()[0].epochs[0].gap_at_ms, None);
    let once = store.day(DAY, None).await.unwrap();
    assert_eq!(upload(1, 10).await, taken(&till, 10, 10), "all held");
    assert_eq!(upload(4, 6).await, taken(&till, 10, 3), "an inner part held");
    assert_eq!(store.day(DAY, None).await.unwrap(), once, "nothing posted twice");
    assert_eq!(upload(8, 14).await, taken(&till, 14, 3), "an overlap");
    assert_eq!(upload(16, 20).await, Outcome::Gap { expected: 15 });
    assert_eq!(upload(15, 20).await, taken(&till, 20, 0));
    for (seq, (bytes, _)) in (1..).zip(&till.log) {
        let held = store.event_bytes(till.terminal, 1, seq).await.unwrap().unwrap();
        assert_eq!(held, bytes.as_bytes(), "event {seq} is held as it was committed");
    }
    assert_eq!(store.event_bytes(till.terminal, 1, 21).await.unwrap(), None);
    let heads = store.hello(terminal.no, "test", 0, now_ms()).await.unwrap();
    assert_eq!(heads, [Head { epoch: 1, seq: 20, hash: till.log[19].1 }]);
    let day = Reconciliation::of(DAY, None, &store.day(DAY, None).await.unwrap());
    assert_eq!((day.total.sales, day.gaps, day.duplicates), (20, 0, 0));
}

async fn a_fork_stops_its_epoch_and_is_kept(store: Arc<dyn Store>) {
    let (mut till, terminal) = Till::enrolled(&*store, "12").await;
    for n in 0..6 {
        till.sell(sale(n));
    }
    till.upload(&*store, &terminal, 1, 6).await;
    // The same disk, copied: it goes on after the fourth event with other sales.
    let mut copy = Till::new(till.terminal, protocol::identity::SigningKey::from_pkcs8(till.key.pkcs8()).unwrap());
    copy.log = till.log[..4].to_vec();
    for n in 10..14 {
        copy.sell(sale(n));
    }
    assert_eq!(copy.upload(&*store, &terminal, 5, 6).await, Outcome::Fork);
    assert_eq!(copy.upload(&*store, &terminal, 5, 6).await, Outcome::Fork, "again");
    assert_eq!(copy.upload(&*store, &terminal, 7, 8).await, Outcome::Fork, "on the other's head");
    till.sell(sale(20));
    assert_eq!(till.upload(&*store, &terminal, 7, 7).await, Outcome::Fork, "nothing more is taken");
    let same = without_exceptions(till.upload(&*store, &terminal, 1, 6).await);
    assert_eq!(same, taken(&till, 6, 6), "what is held is acknowledged");
    let forks = store.exceptions(false, 100).await.unwrap();
    let forks = forks.iter().filter(|row| row.kind == "fork").count();
    assert_eq!(forks, 3, "each batch is kept and told once");
    let day = Reconciliation::of(DAY, None, &store.day(DAY, None).await.unwrap());
    assert_eq!((day.total.sales, day.forks, day.agrees), (6, 1, false));
    // A new epoch goes on.
    let mut next = Till::new(till.terminal, till.key);
    next.epoch = 2;
    next.sell(sale(30));
    assert_eq!(without_exceptions(next.upload(&*store, &terminal, 1, 1).await), taken(&next, 1, 0));
}

async fn a_day_reconciles_with_its_z(store: Arc<dyn Store>) {
    let (mut till, terminal) = Till::enrolled(&*store, "12").await;
    till.open_shift(20_000);
    for n in 0..25 {
        till.sell(sale(n));
    }
    till.close_shift(20_000, -150);
    till.upload(&*store, &terminal, 1, till.head()).await;
    let (mut other, other_terminal) = Till::enrolled(&*store, "13").await;
    other.sell(sale(1));
    other.upload(&*store, &other_terminal, 1, 1).await;

    let rows = store.day(DAY, Some("12")).await.unwrap();
    let day = Reconciliation::of(DAY, Some("12"), &rows);
    assert!(day.agrees, "{}", day.table(2));
    let (total, z) = (&day.total, &till.totals);
    assert_eq!((total.sales, total.gross, total.rounding), (25, z.gross, z.rounding));
    assert_eq!((total.points, total.units), (z.points, z.units));
    assert_eq!((total.return_lines, total.returns), (10, z.returns));
    assert_eq!(total.tenders["cash"].amount, z.tenders[0].amount);
    assert_eq!(total.items.values().sum::<i64>(), z.units);
    assert_eq!(day.shifts[0].float, Some(20_000));
    assert_eq!(serde_json::from_str::<Reconciliation>(&serde_json::to_string(&day).unwrap()).unwrap(), day);
    let all = Reconciliation::of(DAY, None, &store.day(DAY, None).await.unwrap());
    assert_eq!((all.total.sales, all.terminals.len()), (26, 2));

    // A Z that says something else than its sales.
    other.totals.gross += 1;
    other.close_shift(0, 0);
    other.upload(&*store, &other_terminal, 2, 2).await;
    let day = Reconciliation::of(DAY, Some("13"), &store.day(DAY, Some("13")).await.unwrap());
    let figures: Vec<_> = day.differences.iter().map(|d| (d.figure.as_str(), d.till - d.ledger)).collect();
    assert_eq!((figures, day.agrees), (vec![("gross", 1)], false));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_in_the_ledgers_stands_for_ever() {
    let held = [Some(database::sqlite().await.unwrap()), database::postgres().await];
    for held in held.into_iter().flatten() {
        let (mut till, terminal) = Till::enrolled(&*held.store, "12").await;
        till.sell(sale(3));
        till.upload(&*held.store, &terminal, 1, 1).await;
        let before = held.store.day(DAY, None).await.unwrap();
        for table in ["event", "sale", "money_leg", "points_leg", "stock_leg"] {
            for change in [format!("DELETE FROM {table}"), format!("UPDATE {table} SET {} = 1", column(table))] {
                let said = held.run(&change).await.unwrap_err();
                assert!(said.contains("only ever added"), "{change}: {said}");
            }
        }
        assert_eq!(held.store.day(DAY, None).await.unwrap(), before);
    }
}

fn column(table: &str) -> &str {
    match table {
        "event" | "sale" => "seq",
        _ => "leg",
    }
}
