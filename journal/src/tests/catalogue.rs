//! The replica: changes, snapshots, look-ups and search.

use std::collections::BTreeMap;

use proptest::prelude::*;
use protocol::{chain::Hash, v1};
use uuid::Uuid;

use super::Directory;
use crate::{Credentials, Identity, JournalError, Replica, ReplicaWriter, SCOPE_CHAIN, scope_of_store};

fn item(id: &str, name: &str, name_en: &str, initials: &str, code: &str) -> v1::Item {
    v1::Item {
        id: id.to_owned(),
        name: name.to_owned(),
        name_en: Some(name_en.to_owned()).filter(|name| !name.is_empty()),
        initials: initials.to_owned(),
        unit: "piece".to_owned(),
        tax: "standard".to_owned(),
        codes: vec![code.to_owned()],
        prices: vec![v1::Price { from_ms: 0, price: 200 }],
        ..v1::Item::default()
    }
}

fn change(no: u64, record: v1::Record) -> v1::Change {
    v1::Change { no, record }
}

fn lines(items: &[v1::Item]) -> Vec<Result<v1::Change, String>> {
    items.iter().map(|item| Ok(change(7, v1::Record::Item(Box::new(item.clone()))))).collect()
}

fn names(found: Vec<v1::Item>) -> Vec<String> {
    found.into_iter().map(|item| item.name).collect()
}

#[test]
fn items_are_found_by_every_part_people_type() {
    let dir = Directory::new();
    let mut writer = ReplicaWriter::open(&dir, 0).unwrap();
    let goods = [
        item("1", "农夫山泉饮用天然水550ml", "Nongfu Spring Water", "nfsqyytrs550ml", "06921168509256"),
        item("2", "山泉豆腐", "Tofu", "sqdf", "06901234567892"),
        item("3", "可口可乐 330ml", "Coca-Cola Can", "kkkl330ml", "06954767412323"),
        item("4", "青岛啤酒", "Tsingtao Beer", "qdpj", "08888"),
        item("5", "水", "", "s", "00000012345670"),
        item("6", "Ｃola Zero 零度", "", "cola zero ld", "X-77"),
    ];
    writer.replace(SCOPE_CHAIN, 7, lines(&goods)).unwrap();
    let replica = Replica::open(&dir).unwrap().unwrap();
    for (typed, wanted) in [
        ("农夫", vec!["农夫山泉饮用天然水550ml"]),
        ("山泉", vec!["山泉豆腐", "农夫山泉饮用天然水550ml"]),
        ("泉豆", vec!["山泉豆腐"]),
        ("水", vec!["水", "农夫山泉饮用天然水550ml"]),
        ("nfsq", vec!["农夫山泉饮用天然水550ml"]),
        ("NFSQYYTRS5", vec!["农夫山泉饮用天然水550ml"]),
        ("sq", vec!["山泉豆腐", "农夫山泉饮用天然水550ml"]),
        ("coca can", vec!["可口可乐 330ml"]),
        ("can coca", vec!["可口可乐 330ml"]),
        ("cola", vec!["Ｃola Zero 零度", "可口可乐 330ml"]),
        ("330", vec!["可口可乐 330ml"]),
        ("spr 农夫", vec!["农夫山泉饮用天然水550ml"]),
        ("6921168509256", vec!["农夫山泉饮用天然水550ml"]),
        ("690123", vec!["山泉豆腐"]),
        ("12345670", vec!["水"]),
        ("X-7", vec!["Ｃola Zero 零度"]),
        ("零度", vec!["Ｃola Zero 零度"]),
        ("豆水", vec![]),
        ("\"' OR * ^", vec![]),
        ("", vec![]),
        ("   ", vec![]),
    ] {
        assert_eq!(names(replica.search(typed, 10).unwrap()), wanted, "{typed}");
    }
    assert_eq!(replica.search("山泉", 1).unwrap().len(), 1);
    assert!(replica.search(&"农夫山泉 coca ^".repeat(1000), 5).unwrap().is_empty());
    assert_eq!(replica.item_by_code("06954767412323").unwrap().unwrap().id, "3");
    assert_eq!(replica.item("4").unwrap().unwrap().name, "青岛啤酒");
}

#[test]
fn the_stores_own_records_stand_before_the_chains() {
    let dir = Directory::new();
    let mut writer = ReplicaWriter::open(&dir, 0).unwrap();
    let store = scope_of_store("s1");
    writer.replace(SCOPE_CHAIN, 3, lines(&[item("1", "水", "", "s", "77")])).unwrap();
    let own = item("1", "本店水", "", "bds", "77");
    writer.replace(&store, 9, lines(std::slice::from_ref(&own))).unwrap();
    let mut replica = Replica::open(&dir).unwrap().unwrap();
    assert_eq!(replica.item("1").unwrap().unwrap().name, "本店水");
    assert_eq!(replica.item_by_code("77").unwrap().unwrap().name, "本店水");
    assert_eq!(names(replica.search("水", 9).unwrap()), ["本店水"]);
    let versions = replica.versions().unwrap();
    assert_eq!((versions.chain, versions.store), (3, 9));
    // Replacing one scope leaves the other alone.
    writer.replace(&store, 10, lines(&[])).unwrap();
    assert!(replica.changed().unwrap());
    assert_eq!(names(replica.search("水", 9).unwrap()), ["水"]);
    let sum = writer.checksum(SCOPE_CHAIN).unwrap();
    writer.apply(SCOPE_CHAIN, &[change(4, v1::Record::ItemGone("1".to_owned()))], 4).unwrap();
    assert_eq!(replica.item_by_code("77").unwrap(), None);
    assert_ne!(writer.checksum(SCOPE_CHAIN).unwrap(), sum);
    let back = writer.apply(SCOPE_CHAIN, &[], 3);
    assert!(matches!(back, Err(JournalError::BadChange { .. })));
}

#[test]
fn a_broken_snapshot_leaves_the_old_catalogue() {
    let dir = Directory::new();
    let mut writer = ReplicaWriter::open(&dir, 0).unwrap();
    writer.replace(SCOPE_CHAIN, 3, lines(&[item("1", "水", "", "s", "77")])).unwrap();
    let reader = Replica::open(&dir).unwrap().unwrap();
    let mut broken = lines(&[item("2", "酒", "", "j", "78")]);
    broken.push(Err("cut off".to_owned()));
    let seen_in_between = broken.into_iter().inspect(|_| {
        assert_eq!(names(reader.search("水", 9).unwrap()), ["水"]);
        assert!(reader.item("2").unwrap().is_none());
    });
    assert!(writer.replace(SCOPE_CHAIN, 4, seen_in_between).is_err());
    let replica = Replica::open(&dir).unwrap().unwrap();
    assert_eq!(names(replica.search("水", 9).unwrap()), ["水"]);
    assert_eq!(replica.search("酒", 9).unwrap(), []);
    assert_eq!(replica.versions().unwrap().chain, 3);
}

#[test]
fn who_the_terminal_is_survives_a_damaged_replica() {
    let dir = Directory::new();
    assert!(Replica::open(&dir).unwrap().is_none());
    let mut writer = ReplicaWriter::open(&dir, 0).unwrap();
    let identity = Identity { terminal: Uuid::from_u128(5), number: 2, store: "s1".to_owned() };
    let credentials = Credentials {
        platform: "https://127.0.0.1:1".to_owned(),
        authority: "PEM".to_owned(),
        platform_key: "00".to_owned(),
        token: "secret".to_owned(),
        private_key: vec![1, 2, 3],
    };
    assert!(!format!("{credentials:?}").contains("secret"));
    let head = |epoch, seq| v1::Head { epoch, seq, hash: Hash([seq as u8; 32]) };
    writer.set_identity(&identity, &credentials, &[head(1, 4)]).unwrap();
    writer.acknowledge(head(2, 3)).unwrap();
    writer.contact(Some(4), None).unwrap();
    writer.contact(None, Some("away")).unwrap();
    let goods: Vec<_> = (0..3000).map(|no| item(&format!("i{no}"), "水", "", "s", &format!("{no}"))).collect();
    writer.replace(SCOPE_CHAIN, 3, lines(&goods)).unwrap();
    let replica = Replica::open(&dir).unwrap().unwrap();
    assert_eq!(replica.credentials().unwrap().as_ref(), Some(&credentials));
    assert_eq!(replica.contact().unwrap().last_ms, Some(4));
    assert_eq!(replica.contact().unwrap().error.as_deref(), Some("away"));
    drop((writer, replica));

    let writer = ReplicaWriter::open(&dir, 0).unwrap().rebuild(&dir, 99).unwrap();
    assert_eq!(writer.identity().unwrap(), Some((identity.clone(), credentials.clone())));
    assert_eq!(writer.acknowledged().unwrap(), [head(1, 4), head(2, 3)]);
    assert_eq!(writer.version(SCOPE_CHAIN).unwrap(), None);
    assert!(dir.join("replica-damaged-99.db").exists());
    drop(writer);
    // A power cut after the damaged file went and before the new one came.
    std::fs::rename(dir.join("replica.db"), dir.join("replica-ready.db")).unwrap();
    let writer = ReplicaWriter::open(&dir, 99).unwrap();
    assert_eq!(writer.identity().unwrap(), Some((identity, credentials)));
    assert!(!dir.join("replica-ready.db").exists());
    drop(writer);
    std::fs::write(dir.join("replica.db"), b"no database at all".repeat(1000)).unwrap();
    let writer = ReplicaWriter::open(&dir, 100).unwrap();
    assert_eq!(writer.identity().unwrap(), None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    /// Any way to the same records gives the same look-ups and the same checksum.
    #[test]
    fn changes_and_snapshot_lead_to_the_same(
        steps in prop::collection::vec((0u8..6, "[水酒茶]{1,3}", prop::option::weighted(0.7, 0u8..4)), 1..30)
    ) {
        let dir = Directory::new();
        let mut writer = ReplicaWriter::open(&dir, 0).unwrap();
        writer.replace(SCOPE_CHAIN, 0, lines(&[])).unwrap();
        let mut model: BTreeMap<String, v1::Item> = BTreeMap::new();
        for (no, (id, name, code)) in (1..).zip(steps) {
            let id = format!("i{id}");
            let record = match code {
                Some(code) => {
                    let item = item(&id, &name, "", "", &format!("c{code}"));
                    model.insert(id, item.clone());
                    v1::Record::Item(Box::new(item))
                }
                None => {
                    model.remove(&id);
                    v1::Record::ItemGone(id)
                }
            };
            writer.apply(SCOPE_CHAIN, &[change(no, record)], no).unwrap();
        }
        let replica = Replica::open(&dir).unwrap().unwrap();
        for code in 0..4 {
            let key = format!("c{code}");
            let wanted = model.values().find(|item| item.codes.contains(&key)).cloned();
            prop_assert_eq!(replica.item_by_code(&key).unwrap(), wanted);
        }
        for typed in ["水", "水酒", "茶"] {
            let mut found = names(replica.search(typed, 50).unwrap());
            let mut wanted: Vec<_> = model.values()
                .filter(|item| item.name.contains(typed))
                .map(|item| item.name.clone())
                .collect();
            found.sort();
            wanted.sort();
            prop_assert_eq!(found, wanted);
        }
        let other = Directory::new();
        let mut anew = ReplicaWriter::open(&other, 0).unwrap();
        let records: Vec<_> = model.into_values().collect();
        anew.replace(SCOPE_CHAIN, 99, lines(&records)).unwrap();
        prop_assert_eq!(anew.checksum(SCOPE_CHAIN).unwrap(), writer.checksum(SCOPE_CHAIN).unwrap());
    }
}

#[test]
fn what_the_store_s_tills_and_head_office_tell_is_there_until_it_is_gone() {
    let dir = Directory::new();
    let mut writer = ReplicaWriter::open(&dir, 0).unwrap();
    let store = scope_of_store("s01");
    let id = |no: u128| Uuid::from_u128(no);
    let grant = |no, terminal, units, until_ms| {
        let (kind, number) = ("points".to_owned(), "m1".to_owned());
        v1::Record::Grant(v1::Grant { id: id(no), terminal: id(terminal), kind, number, units, balance: 9, until_ms })
    };
    let aside = |no, terminal, at_ms| {
        let basket = super::basket(no, &[1000]);
        v1::Record::Suspended(Box::new(v1::Suspended { basket, terminal, at_ms, staff: "08".to_owned() }))
    };
    let returned =
        |line, terminal, quantity| v1::Record::Returned(v1::Returned { sale: id(5), line, terminal, quantity });
    let terminal = |no, number| v1::Record::Terminal(v1::Terminal { id: id(no), number, public_key: "44".repeat(32) });
    let hold = |no, code: &str| {
        let (code, basket) = (code.to_owned(), super::basket(no, &[1000]));
        let (paid, until, shopper) = (Vec::new(), None, String::new());
        v1::Record::Hold(Box::new(v1::Hold { code, basket, total: 200, paid, until, shopper }))
    };
    let rules = |name: &str| v1::Record::Rules(Box::new(serde_json::json!({ "rules": [name] })));
    writer.replace(SCOPE_CHAIN, 1, [Ok::<_, String>(change(1, rules("chain")))]).unwrap();
    let told = [
        grant(1, 7, 50, 900),
        grant(2, 7, 20, 800),
        grant(3, 8, 99, 100),
        aside(11, 2, 60),
        aside(12, 1, 50),
        returned(1, 2, 1000),
        returned(1, 3, 500),
        returned(1, 2, 1500),
        terminal(21, 2),
        terminal(22, 2),
        hold(31, "H1"),
    ];
    writer.replace(&store, 1, told.map(|record| Ok::<_, String>(change(1, record)))).unwrap();

    let mut replica = Replica::open(&dir).unwrap().unwrap();
    let units = |replica: &Replica| {
        let grants = replica.grants(id(7), "points", "m1").unwrap();
        grants.into_iter().map(|grant| grant.units).collect::<Vec<_>>()
    };
    let asides =
        |replica: &Replica| replica.suspended().unwrap().into_iter().map(|aside| aside.terminal).collect::<Vec<_>>();
    assert_eq!(replica.rules().unwrap(), Some(serde_json::json!({ "rules": ["chain"] })));
    assert_eq!((units(&replica), asides(&replica)), (vec![20, 50], vec![1, 2]));
    assert_eq!(replica.grants(id(7), "coupon", "m1").unwrap(), []);
    let mut back: Vec<_> = replica.returned(id(5)).unwrap().iter().map(|told| (told.terminal, told.quantity)).collect();
    back.sort_unstable();
    assert_eq!(back, [(2, 1500), (3, 500)]);
    assert_eq!((replica.terminals(2).unwrap().len(), replica.terminals(1).unwrap().len()), (2, 0));
    assert_eq!(replica.holds("H1").unwrap()[0].basket.id, id(31));

    // The store's own rule book stands before the chain's; what is gone is gone, the rest stays.
    let sum = writer.checksum(&store).unwrap();
    let gone = [
        rules("store"),
        v1::Record::GrantGone(id(2)),
        v1::Record::SuspendedGone(id(11)),
        v1::Record::TerminalGone(id(22)),
        v1::Record::HoldGone(id(31)),
        hold(32, "H2"),
    ];
    writer.apply(&store, &gone.map(|record| change(2, record)), 2).unwrap();
    assert_ne!(writer.checksum(&store).unwrap(), sum);
    assert!(replica.changed().unwrap());
    assert_eq!(replica.rules().unwrap(), Some(serde_json::json!({ "rules": ["store"] })));
    assert_eq!((units(&replica), asides(&replica)), (vec![50], vec![1]));
    assert_eq!((replica.terminals(2).unwrap().len(), replica.holds("H1").unwrap().len()), (1, 0));

    // A snapshot without them replaces them all; the chain's rule book holds again.
    writer.replace(&store, 3, lines(&[])).unwrap();
    assert_eq!((units(&replica), asides(&replica)), (vec![], vec![]));
    assert!(replica.returned(id(5)).unwrap().is_empty() && replica.holds("H2").unwrap().is_empty());
    assert_eq!(replica.rules().unwrap(), Some(serde_json::json!({ "rules": ["chain"] })));
}

#[test]
fn categories_favourites_and_pictures_are_found_as_the_store_has_them() {
    let dir = Directory::new();
    let mut writer = ReplicaWriter::open(&dir, 0).unwrap();
    let store = scope_of_store("s1");
    let goods = |id: &str, category: &str, favourite| {
        let item = v1::Item { category: category.to_owned(), favourite, ..item(id, id, "", "x", id) };
        v1::Record::Item(Box::new(item))
    };
    let hash = |byte| protocol::chain::Hash([byte; 32]);
    let picture = |item: &str, byte| v1::Record::Picture(v1::Picture { item: item.to_owned(), sha256: hash(byte) });
    let chain = [
        goods("1", "水", Some(2)),
        goods("2", "水", None),
        goods("3", "酒", Some(1)),
        goods("4", "", None),
        goods("5", "茶", None),
        picture("1", 1),
        picture("2", 2),
        picture("9", 1),
    ];
    writer.replace(SCOPE_CHAIN, 1, chain.map(|record| Ok::<_, String>(change(1, record)))).unwrap();
    let mut replica = Replica::open(&dir).unwrap().unwrap();
    let ids = |items: Result<Vec<v1::Item>, JournalError>| -> Vec<String> {
        items.unwrap().into_iter().map(|item| item.id).collect()
    };
    assert_eq!(replica.categories(9).unwrap(), ["水", "酒", "茶"]);
    assert_eq!(replica.categories(2).unwrap().len(), 2);
    assert_eq!(ids(replica.items_in("水", 9)), ["1", "2"]);
    assert_eq!((ids(replica.items_in("水", 1)), ids(replica.items_in("", 9))), (vec!["1".to_owned()], vec![]));
    assert_eq!(ids(replica.favourites(9)), ["3", "1"]);
    assert_eq!(replica.pictures(9).unwrap(), [hash(1), hash(2)]);

    // The store sells one of them as something else, has its own picture, and arranges its favourites.
    let arranged = |items: &[&str]| {
        let items = items.iter().map(|id| (*id).to_owned()).collect();
        v1::Record::Favourites(v1::Favourites { items })
    };
    let own = [goods("1", "茶", None), picture("1", 7), arranged(&["5", "gone", "1"])];
    writer.replace(&store, 1, own.map(|record| Ok::<_, String>(change(1, record)))).unwrap();
    assert!(replica.changed().unwrap());
    assert_eq!(
        (ids(replica.items_in("水", 9)), ids(replica.items_in("茶", 9))),
        (vec!["2".to_owned()], vec!["1".to_owned(), "5".to_owned()])
    );
    assert_eq!(replica.picture("1").unwrap(), Some(hash(7)));
    assert_eq!((replica.picture("2").unwrap(), replica.picture("4").unwrap()), (Some(hash(2)), None));
    assert_eq!(ids(replica.favourites(9)), ["5", "1"]);
    writer.apply(&store, &[change(2, arranged(&[])), change(2, v1::Record::PictureGone("1".to_owned()))], 2).unwrap();
    assert_eq!((ids(replica.favourites(9)), replica.picture("1").unwrap()), (vec!["3".to_owned()], Some(hash(1))));
    writer.replace(&store, 3, lines(&[])).unwrap();
    assert_eq!(ids(replica.favourites(9)), ["3", "1"]);
}
