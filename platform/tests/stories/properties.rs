//! However batches are cut, repeated and disordered on their way, the ledgers come out the same.

use std::sync::Arc;

use platform::ledger::reconcile::{Figures, Reconciliation, Unbalanced};
use platform::store::{Outcome, Store};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::till::{DAY, Till, sale};

const EVENTS: u64 = 24;

fn check(store: Arc<dyn Store>, cases: u32) {
    let runtime = tokio::runtime::Handle::current();
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let tries = prop::collection::vec((1..=EVENTS, 1..=EVENTS), 0..20);
    let mut case = 0;
    let numbers = std::cell::RefCell::new(&mut case);
    runner
        .run(&tries, |tries| {
            let store_id = {
                let mut case = numbers.borrow_mut();
                **case += 1;
                format!("p{case}")
            };
            let (found, expect) = runtime.block_on(play(&*store, &store_id, &tries));
            prop_assert_eq!(&found.total, &expect);
            prop_assert_eq!(found.unbalanced, Unbalanced::default());
            prop_assert_eq!((found.gaps, found.duplicates, found.forks), (0, 0, 0));
            prop_assert!(found.agrees);
            Ok(())
        })
        .unwrap();
}

/// Sends pieces of a till's day as they come, then all of it; answers what the platform makes of it and what one
/// undisturbed upload of an equal day gives.
async fn play(store: &dyn Store, store_id: &str, tries: &[(u64, u64)]) -> (Reconciliation, Figures) {
    let (mut till, terminal) = Till::enrolled(store, store_id).await;
    let (mut calm, calm_terminal) = Till::enrolled(store, &format!("{store_id}-calm")).await;
    for till in [&mut till, &mut calm] {
        till.open_shift(10_000);
        for n in 0..EVENTS - 2 {
            till.sell(sale(n));
        }
        till.close_shift(10_000, 0);
    }
    calm.upload(store, &calm_terminal, 1, EVENTS).await;
    let mut head = 0;
    for (one, other) in tries {
        let (first, last) = (*one.min(other), *one.max(other));
        match till.upload(store, &terminal, first, last).await {
            Outcome::Gap { expected } => assert_eq!((expected, first > head + 1), (head + 1, true)),
            Outcome::Taken { head: now, .. } => {
                head = head.max(last);
                assert_eq!(now.seq, head);
            }
            Outcome::Fork => panic!("one history is no fork"),
        }
    }
    till.upload(store, &terminal, 1, EVENTS).await;
    let reconcile = async |id: &str| {
        let rows = store.day(DAY, Some(id)).await.unwrap();
        Reconciliation::of(DAY, Some(id), &rows)
    };
    (reconcile(store_id).await, reconcile(&format!("{store_id}-calm")).await.total)
}

#[tokio::test(flavor = "multi_thread")]
async fn any_order_gives_the_same_ledgers_sqlite() {
    let held = crate::database::sqlite().await.unwrap();
    let store = held.store.clone();
    tokio::task::spawn_blocking(move || check(store, 16)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn any_order_gives_the_same_ledgers_postgres() {
    if let Some(held) = crate::database::postgres().await {
        let store = held.store.clone();
        tokio::task::spawn_blocking(move || check(store, 32)).await.unwrap();
    }
}
