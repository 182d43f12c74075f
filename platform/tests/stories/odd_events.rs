//! Events that make no sense are taken all the same, and a person is told.

use std::sync::Arc;

use platform::ledger::reconcile::{Reconciliation, Unbalanced};
use platform::store::{Outcome, RecordRow, Store};
use protocol::v1::Body;

use crate::database::on_both;
use crate::till::{DAY, Till, sale};

on_both!(nothing_is_refused);

async fn nothing_is_refused(store: Arc<dyn Store>) {
    let known =
        ["i0", "i1", "i2", "i3"].map(|id| RecordRow { kind: "item", id: id.into(), gone: false, body: "{}".into() });
    store.put("chain", known.to_vec()).await.unwrap();
    let (mut till, terminal) = Till::enrolled(&*store, "12").await;
    let envelope = |till: &Till, body: &str| {
        format!(
            r#"{{"v":1,"terminal":"{}","epoch":1,"seq":{},"at_ms":1,"business_date":"{DAY}","shift":null,"staff":null,"body":{body}}}"#,
            till.terminal,
            till.head() + 1
        )
    };
    till.sell(sale(0)); // 1: i0 twice, known
    till.sell(sale(6)); // 2: i6, unknown
    till.raw(envelope(&till, r#"{"sale_sent_by_pigeon":{}}"#)); // 3
    till.raw("[1, 2,   3]".into()); // 4
    let misnumbered = till.log[0].0.clone();
    till.raw(misnumbered); // 5
    till.raw(envelope(&till, r#"{"reprinted":{"receipt":"a\u0000b"}}"#)); // 6
    let mut wrong = sale(0);
    wrong.total += 7;
    till.event(Body::SaleCompleted(Box::new(wrong))); // 7
    let mut huge = sale(0);
    huge.taxes[0].net = i64::MAX;
    till.event(Body::SaleCompleted(Box::new(huge))); // 8
    till.raw(envelope(&till, r#"{"reprinted":{"receipt":"1"}}"#).replace(DAY, "2026-02-31")); // 9
    let outcome = till.upload(&*store, &terminal, 1, till.head()).await;
    let Outcome::Taken { head, exceptions, .. } = outcome else {
        panic!("refused: {outcome:?}");
    };
    assert_eq!((head.seq, exceptions), (9, 8));

    // The same sale again, from a restored backup's new epoch.
    let again = till.log[0].0.clone().replace(r#""epoch":1"#, r#""epoch":2"#);
    let mut restored = Till::new(till.terminal, till.key);
    restored.epoch = 2;
    restored.raw(again);
    restored.upload(&*store, &terminal, 1, 1).await;

    let rows = store.exceptions(false, 100).await.unwrap();
    let mut told: Vec<_> = rows.iter().map(|row| (row.epoch, row.seq, row.kind.as_str())).collect();
    told.sort_unstable();
    assert_eq!(
        told,
        [
            (1, 2, "unknown_item"),
            (1, 3, "unreadable"),
            (1, 4, "unreadable"),
            (1, 5, "misnumbered"),
            (1, 6, "unreadable"),
            (1, 7, "sums_disagree"),
            (1, 8, "out_of_range"),
            (1, 9, "unreadable"),
            (2, 1, "duplicate_sale"),
        ]
    );
    let day = Reconciliation::of(DAY, None, &store.day(DAY, None).await.unwrap());
    assert_eq!(day.unbalanced, Unbalanced::default(), "what was posted sums to zero");
    assert_eq!((day.total.sales, day.duplicates, day.gaps), (3, 1, 0));
    assert_eq!((day.unposted, day.agrees), (6, false), "what could not be posted may be money");

    let no = rows[0].no;
    assert!(store.settle(no, "looked, fine").await.unwrap());
    assert!(!store.settle(no, "twice").await.unwrap());
    assert_eq!(store.exceptions(false, 100).await.unwrap().len(), 8);
    let settled = store.exceptions(true, 1).await.unwrap();
    assert_eq!(settled[0].settled.as_deref(), Some("looked, fine"));
}
