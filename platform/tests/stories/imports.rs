//! Files of people, good and bad.

use std::sync::{Arc, Mutex};

use domain::money::Currency;
use platform::import::{self, ImportError, Imported, ItemDefaults};
use platform::store::{ChangePage, Store};
use protocol::v1::{Item, Record};

use crate::database::{Folder, on_both};

on_both!(good_rows_go_in_and_bad_ones_are_told, members_and_staff_go_in_without_their_secrets,);

const ITEMS: &str = "\
name,Code,price,unit,favourite,id,name_en
农夫山泉 550ml,6921168509256,2.00,,1,,Nongfu Spring
Pen,4006381333931,1.99,piece,,pen,
wrong digit,4006381333932,1.00,,,,
odd length,123456789,1.00,,,,
odd letters,12§34,1.00,,,,
苹果,20017|2200170000000,12.80,kg,,apple,
no price,4011,,,,,
half a cent,4012,1.005,,,,
again,4006381333931,3.00,,,,
same id,4013,3.00,,,pen,
,4014,1.00,,,,
bad unit,4015,1.00,litre,,,
too few
";

async fn items(
    store: &dyn Store,
    bytes: &[u8],
    price: Option<i64>,
) -> (Result<Imported, ImportError>, Vec<(u64, String)>) {
    let folder = Folder::new();
    let file = folder.path().join("items.csv");
    std::fs::write(&file, bytes).unwrap();
    let defaults = ItemDefaults { currency: Currency::of("CNY").unwrap(), price, tax: "standard".into() };
    let rejected = Arc::new(Mutex::new(Vec::new()));
    let noted = rejected.clone();
    let note = Box::new(move |line, reason: &str| noted.lock().unwrap().push((line, reason.to_owned())));
    let done = import::items(store, "chain", &file, defaults, note).await;
    let rejected = rejected.lock().unwrap().clone();
    (done, rejected)
}

async fn records(store: &dyn Store) -> Vec<Record> {
    let ChangePage::Page { rows, .. } = store.changes("chain", 0, 5000).await.unwrap() else {
        panic!("gone");
    };
    rows.iter().map(|(_, body)| serde_json::from_str(body).unwrap()).collect()
}

async fn good_rows_go_in_and_bad_ones_are_told(store: Arc<dyn Store>) {
    let (done, rejected) = items(&*store, ITEMS.as_bytes(), None).await;
    let expect = Imported { rows: 13, good: 3, changed: 3, rejected: 10, note: None };
    assert_eq!(done.unwrap(), expect);
    let words = [
        (4, "check digit is 2, it should be 1"),
        (5, "has 9 digits"),
        (6, "characters"),
        (8, "price is missing"),
        (9, "1.005"),
        (10, "in line 3 already"),
        (11, "id pen is in line 3 already"),
        (12, "name is missing"),
        (13, "litre"),
        (14, "code is missing"),
    ];
    assert_eq!(rejected.len(), words.len(), "{rejected:#?}");
    for ((line, reason), (expect_line, word)) in rejected.iter().zip(words) {
        assert_eq!(*line, expect_line, "{reason}");
        assert!(reason.contains(word), "line {line}: {reason}");
    }
    let all: Vec<Item> = records(&*store)
        .await
        .into_iter()
        .map(|record| match record {
            Record::Item(item) => *item,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(all[0].id, "06921168509256");
    assert_eq!((all[0].initials.as_str(), all[0].favourite, all[0].prices[0].price), ("nfsq550m", Some(1), 200));
    assert_eq!((all[1].id.as_str(), all[1].codes.as_slice()), ("pen", &["04006381333931".to_owned()][..]));
    assert_eq!(
        (all[2].unit.as_str(), all[2].codes.as_slice()),
        ("kg", &["20017".to_owned(), "02200170000000".to_owned()][..])
    );

    let (again, _) = items(&*store, ITEMS.as_bytes(), None).await;
    assert_eq!(again.unwrap().changed, 0, "the same file changes nothing");
    let gb18030 = encoding_rs::GB18030.encode(ITEMS.split("odd letters").next().unwrap()).0.into_owned();
    let (done, _) = items(&*store, &gb18030, None).await;
    let done = done.unwrap();
    assert_eq!((done.good, done.changed), (2, 0), "read as what it is");
    assert!(done.note.unwrap().contains("GB18030"));
    let (done, _) = items(&*store, b"gtin,name\n4006381333931,Pen\n4011,Banana\n", Some(0)).await;
    assert_eq!(done.unwrap().rejected, 1, "a PLU is no GTIN");
    let (done, _) = items(&*store, b"ean,title\n1,2\n", None).await;
    assert_eq!(
        done.unwrap_err().to_string(),
        "the file has no column code or gtin; it has: ean, title. The first line must name the columns"
    );
    let (done, _) = items(&*store, b"code,name,price\n\xff\xff,x,1\n", None).await;
    assert!(matches!(done, Err(ImportError::Encoding(_))));
}

async fn members_and_staff_go_in_without_their_secrets(store: Arc<dyn Store>) {
    let folder = Folder::new();
    let file = folder.path().join("people.csv");
    let quiet = || Box::new(|_, _: &str| {});
    std::fs::write(&file, "id,name,phone,points\nm1,王小明,138 1234 6621,7\nm2,Eve,13812346621,0\n").unwrap();
    let done = import::members(&*store, "chain", &file, quiet()).await.unwrap();
    assert_eq!((done.good, done.rejected), (1, 1));
    std::fs::write(&file, "id,name,role,pin\n07,小李,cashier,4711\n08,Bo,boss,4711\n09,Al,supervisor,12\n").unwrap();
    let done = import::staff(&*store, "chain", &file, &[], quiet()).await.unwrap();
    assert_eq!((done.good, done.rejected), (1, 2));
    let records = records(&*store).await;
    let Record::Member(member) = &records[0] else { panic!("{records:?}") };
    assert_eq!((member.name.as_str(), member.phone.as_str(), member.points), ("王*", "138****6621", 7));
    assert_eq!(member.codes, ["13812346621"]);
    let Record::Staff(staff) = &records[1] else { panic!("{records:?}") };
    assert!(staff.pin.starts_with("$argon2id$") && !staff.pin.contains("4711"));
}
