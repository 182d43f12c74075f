//! Scopes, changes and exports: what both databases must do alike.

use std::sync::Arc;

use platform::store::{CHANGES_BEHIND_MAX, ChangePage, Export, Put, RecordRow, SNAPSHOTS_KEPT, Store};
use protocol::chain::Hash;
use protocol::v1::SnapshotInfo;
use tokio::sync::mpsc;

use crate::database::on_both;

on_both!(a_scope_tells_what_changed, far_behind_only_a_snapshot_helps, old_snapshots_go,);

fn row(id: &str, gone: bool, body: &str) -> RecordRow {
    let (id, body) = (id.to_owned(), body.to_owned());
    RecordRow { kind: "item", id, gone, body }
}

async fn export(store: &dyn Store, scope: &str) -> (u64, Vec<String>) {
    let (sink, mut pieces) = mpsc::channel(64);
    store.export(scope, sink).await.unwrap();
    let (mut no, mut all) = (None, Vec::new());
    while let Some(piece) = pieces.recv().await {
        match piece {
            Export::Head(head) => no = Some(head),
            Export::Bodies(bodies) => all.extend(bodies),
        }
    }
    (no.unwrap(), all)
}

fn page(rows: &[(u64, &str)], head: u64) -> ChangePage {
    let rows = rows.iter().map(|(no, body)| (*no, (*body).to_owned())).collect();
    ChangePage::Page { rows, head }
}

async fn a_scope_tells_what_changed(store: Arc<dyn Store>) {
    assert_eq!(store.changes("chain", 0, 10).await.unwrap(), page(&[], 0));
    assert_eq!(export(&*store, "chain").await, (0, vec![]));
    let put = store.put("chain", vec![row("a", false, "1"), row("b", false, "2")]).await.unwrap();
    assert_eq!(put, Put { head: 2, changed: 2 });
    let same = store.put("chain", vec![row("b", false, "2"), row("a", false, "1")]).await.unwrap();
    assert_eq!(same, Put { head: 2, changed: 0 }, "nothing is other than before");
    let put = store.put("chain", vec![row("a", false, "3"), row("c", false, "4")]).await.unwrap();
    assert_eq!(put, Put { head: 4, changed: 2 });
    store.put("store-12", vec![row("a", false, "elsewhere")]).await.unwrap();
    assert_eq!(store.changes("chain", 0, 10).await.unwrap(), page(&[(2, "2"), (3, "3"), (4, "4")], 4));
    assert_eq!(store.changes("chain", 2, 1).await.unwrap(), page(&[(3, "3")], 4));
    assert_eq!(store.changes("chain", 4, 10).await.unwrap(), page(&[], 4));
    assert_eq!(store.changes("chain", 5, 10).await.unwrap(), ChangePage::Gone { head: 4 });
    let put = store.put("chain", vec![row("b", true, "gone b")]).await.unwrap();
    assert_eq!(store.changes("chain", 4, 10).await.unwrap(), page(&[(5, "gone b")], put.head));
    assert_eq!(export(&*store, "chain").await, (5, vec!["3".to_owned(), "4".to_owned()]));
    let twice = store.put("chain", vec![row("d", false, "5"), row("d", false, "6")]).await.unwrap();
    let ChangePage::Page { rows, head } = store.changes("chain", 5, 10).await.unwrap() else {
        panic!("gone");
    };
    assert_eq!((head, rows.last().unwrap()), (twice.head, &(head, "6".to_owned())));
}

async fn far_behind_only_a_snapshot_helps(store: Arc<dyn Store>) {
    store.put("chain", vec![row("first", true, "gone")]).await.unwrap();
    for chunk in 0..5 {
        let rows = (0..CHANGES_BEHIND_MAX / 4).map(|n| row(&format!("{chunk}-{n}"), false, "x")).collect();
        store.put("chain", rows).await.unwrap();
    }
    let head = store.scope_head("chain").await.unwrap();
    assert_eq!(head, 1 + CHANGES_BEHIND_MAX / 4 * 5);
    assert_eq!(store.changes("chain", 0, 10).await.unwrap(), ChangePage::Gone { head });
    let edge = head - CHANGES_BEHIND_MAX;
    let ChangePage::Page { rows, .. } = store.changes("chain", edge, 10).await.unwrap() else {
        panic!("gone");
    };
    assert_eq!(rows[0].0, edge + 1);
    let (no, all) = export(&*store, "chain").await;
    assert_eq!((no, all.len() as u64), (head, head - 1));
}

async fn old_snapshots_go(store: Arc<dyn Store>) {
    let info = |no: u64| SnapshotInfo { no, sha256: Hash::of(&no.to_le_bytes()), bytes: 10, records: 1 };
    assert_eq!(store.snapshot("chain").await.unwrap(), None);
    for no in 1..=SNAPSHOTS_KEPT as u64 {
        assert!(store.add_snapshot("chain", &info(no)).await.unwrap().is_empty());
    }
    // The same bytes may belong to two scopes; then they stay.
    store.add_snapshot("store-12", &info(1)).await.unwrap();
    let newest = SNAPSHOTS_KEPT as u64 + 1;
    assert!(store.add_snapshot("chain", &info(newest)).await.unwrap().is_empty());
    assert_eq!(store.add_snapshot("chain", &info(newest + 1)).await.unwrap(), [info(2).sha256]);
    assert_eq!(store.snapshot("chain").await.unwrap(), Some(info(newest + 1)));
    assert_eq!(store.snapshot_scopes(info(1).sha256).await.unwrap(), ["store-12"]);
    assert!(store.snapshot_scopes(info(2).sha256).await.unwrap().is_empty());
}
