//! Files of people, good and bad.

use std::sync::{Arc, Mutex};

use domain::money::Currency;
use platform::import::{self, ImportError, Imported, ItemDefaults};
use platform::store::{ChangePage, Store};
use protocol::v1::{Item, Record};

use crate::database::{Folder, on_both};

on_both!(
    good_rows_go_in_and_bad_ones_are_told,
    members_and_staff_go_in_without_their_secrets,
    rules_accounts_and_terms_go_in,
    a_day_is_priced_anew,
    pictures_are_made_small_and_found_by_id_or_code,
);

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

async fn rules_accounts_and_terms_go_in(store: Arc<dyn Store>) {
    let folder = Folder::new();
    let file = folder.path().join("rules.json");
    let book = |version: u32, rules: &str| format!(r#"{{"version":{version},"currency":"CNY","rules":[{rules}]}}"#);
    let half = r#"{"id":"half","name":"第二件半价","goods":{"all":true},"kind":"nth_piece","pays_bp":[10000,5000],"when":{"channels":["store"]}}"#;
    std::fs::write(&file, book(2, half)).unwrap();
    let put = import::rules(&*store, &file).await.unwrap();
    assert_eq!((put.version, put.rules), (2, 1));
    assert!(matches!(&records(&*store).await[..], [Record::Rules(told)] if told["version"] == 2));
    let refused = import::rules(&*store, &file).await.unwrap_err().to_string();
    assert!(refused.contains("version 2") && refused.contains("higher"), "{refused}");
    std::fs::write(&file, book(3, &half.replace("nth_piece", "nth_pieces"))).unwrap();
    let refused = import::rules(&*store, &file).await.unwrap_err().to_string();
    assert!(refused.contains("half"), "{refused}");
    assert!(store.rule_book(2).await.unwrap().is_some() && store.rule_book(3).await.unwrap().is_none());

    let file = folder.path().join("accounts.csv");
    let rows = "kind,number,amount,units\ngift_card,6000,50.00,\ncoupon,C1,,\npoints,m1,,70\ngift_card,6000,1,\nwallet,1,1,\ngift_card,7,-1,\n";
    std::fs::write(&file, rows).unwrap();
    let cny = Currency::of("CNY").unwrap();
    let done = import::accounts(&*store, &file, cny, Box::new(|_, _| {})).await.unwrap();
    assert_eq!((done.good, done.rejected), (3, 3));
    let again = import::accounts(&*store, &file, cny, Box::new(|_, _| {})).await.unwrap();
    assert_eq!((again.good, again.rejected), (0, 6), "no money twice");

    let terms = "code,name,price,kind,tags,floor,age,max,parts,deposit,open_price\n\
                 4011,Beer,6,,beer|cold,5.00,18,12,,crate,\n4012,Set,9,,,,,,4011*2|4013*0.5,,\n4014,Card,0,gift_card,,,,,,,yes\n\
                 4015,Bad,1,boat,,,,,,,\n4016,Bad,1,,,,,0,,,\n";
    let (done, rejected) = items(&*store, terms.as_bytes(), None).await;
    assert_eq!((done.unwrap().good, rejected.len()), (3, 2), "{rejected:?}");
    let told: Vec<_> = records(&*store)
        .await
        .into_iter()
        .filter_map(|record| match record {
            Record::Item(item) => item.terms,
            _ => None,
        })
        .collect();
    assert_eq!((told[0].age_min, told[0].quantity_max, told[0].price_floor), (Some(18), Some(12_000), Some(500)));
    assert_eq!((told[0].tags.len(), told[0].deposit.as_deref()), (2, Some("crate")));
    assert_eq!(told[1].components.iter().map(|part| part.quantity).collect::<Vec<_>>(), [2000, 500]);
    assert_eq!((told[2].kind.as_deref(), told[2].open_price), (Some("gift_card"), true));
}

/// Two teas at the second for half, which holds in stores alone, once as the book has it and once as somebody wished.
async fn a_day_is_priced_anew(store: Arc<dyn Store>) {
    use crate::till::{DAY, Till, line, plain, tender};
    let folder = Folder::new();
    let file = folder.path().join("rules.json");
    let half =
        r#"{"id":"half","name":"第二件半价","goods":{"categories":["tea"]},"kind":"nth_piece","pays_bp":[10000,5000]}"#;
    std::fs::write(&file, format!(r#"{{"version":1,"currency":"CNY","rules":[{half}]}}"#)).unwrap();
    import::rules(&*store, &file).await.unwrap();
    let (done, _) = items(&*store, b"code,name,price,category,id\n4011,Tea,1.00,tea,tea\n", None).await;
    assert_eq!(done.unwrap().good, 1);
    let settings = r#"{"id":"12","name":"Shop","currency":"CNY","time_zone":"Asia/Shanghai","tax_mode":"included","taxes":[{"id":"none","rate_bp":0}],"cash_rounding":{"step":1,"mode":"nearest"},"points_per":0,"day_starts_hour":4,"layouts":[],"receipt_header":[],"receipt_footer":[],"auto_lock_s":0}"#;
    let file = folder.path().join("store.json");
    std::fs::write(&file, settings).unwrap();
    import::store_settings(&*store, &file).await.unwrap();
    let (mut till, terminal) = Till::enrolled(&*store, "12").await;
    for gross in [150, 149] {
        let mut tea = line("tea", gross, None);
        (tea.quantity, tea.unit_price, tea.list) = (2000, 100, Some(200));
        let off = 200 - gross;
        tea.discounts = vec![protocol::v1::Discount {
            rule: "half".into(),
            name: "半价".into(),
            name_en: None,
            amount: off,
            by_hand: false,
        }];
        let mut sale = plain(tea, tender("cash", gross));
        sale.rule_book = 1;
        sale.receipt = format!("R{gross}");
        till.sell(sale);
    }
    till.upload(&*store, &terminal, 1, 2).await;
    let found = platform::audit::audit(&*store, DAY).await.unwrap();
    assert_eq!((found.sales, found.right, found.left_out.len()), (2, 1, 0), "{found:?}");
    let odd = &found.differing[0];
    assert_eq!((odd.receipt.as_str(), odd.till, odd.audit, odd.lines.as_slice()), ("R149", 149, 150, &[1][..]));
}

async fn pictures_are_made_small_and_found_by_id_or_code(store: Arc<dyn Store>) {
    items(&*store, ITEMS.as_bytes(), None).await.0.unwrap();
    let shop = simulation::shop::neighbourhood();
    let drawn = |at: usize| simulation::shop::picture(&shop.goods[at]);
    let folder = Folder::new();
    let large = vec![0; 600 << 10];
    for (name, bytes) in [
        ("pen.png", &drawn(0)),
        // The code of 农夫山泉, as it stands on the bottle.
        ("6921168509256.PNG", &drawn(1)),
        ("apple.jpg", &b"\xff\xd8 is no picture".to_vec()),
        ("20017.png", &large),
        ("nobody.png", &drawn(2)),
        ("list.txt", &b"x".to_vec()),
    ] {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let imported = async || {
        let told = Arc::new(Mutex::new(Vec::new()));
        let noted = told.clone();
        let note = Box::new(move |_, reason: &str| noted.lock().unwrap().push(reason.to_owned()));
        let done = import::pictures(&*store, "chain", folder.path(), note).await.unwrap();
        let told = told.lock().unwrap().clone();
        (done, told)
    };
    let (done, told) = imported().await;
    assert_eq!((done.rows, done.good, done.changed, done.rejected), (6, 2, 2, 4));
    assert_eq!(told[0], "20017.png: it has 600 KiB, 512 are the most");
    assert!(told[1].starts_with("apple.jpg: it is no readable JPEG"), "{}", told[1]);
    assert_eq!(told[2..], ["list.txt: it is neither .png nor .jpg", "nobody.png: no goods have this id or code"]);
    let of_record = |record: Record| match record {
        Record::Picture(picture) => Some(picture),
        _ => None,
    };
    let pictures: Vec<_> = records(&*store).await.into_iter().filter_map(of_record).collect();
    let items: Vec<&str> = pictures.iter().map(|picture| picture.item.as_str()).collect();
    assert_eq!(items, ["06921168509256", "pen"]);
    for picture in &pictures {
        let file = store.picture(picture.sha256).await.unwrap().expect("the file of a picture");
        assert_eq!(protocol::chain::Hash::of(&file), picture.sha256);
        assert!(file.len() <= protocol::v1::PICTURE_BYTES_MAX);
    }
    assert_eq!(store.picture(protocol::chain::Hash([9; 32])).await.unwrap(), None);
    // The same again changes nothing, and new prices keep the pictures.
    assert_eq!(imported().await.0.changed, 0);
    items_again(&*store).await;
    assert_eq!(records(&*store).await.into_iter().filter_map(of_record).count(), 2);
    // Two shops show the same pen otherwise; then the chain's pen gets another picture. What nobody shows any more is gone,
    // what somebody shows is there.
    let of_pen = pictures.iter().find(|picture| picture.item == "pen").unwrap().sha256;
    let of_water = pictures.iter().find(|picture| picture.item != "pen").unwrap().sha256;
    let drawn_as = async |scope: &str, at: usize| {
        let folder = Folder::new();
        std::fs::write(folder.path().join("pen.png"), drawn(at)).unwrap();
        import::pictures(&*store, scope, folder.path(), Box::new(|_, _| {})).await.unwrap()
    };
    assert_eq!(drawn_as("store-12", 0).await.note, None, "the same picture, named twice");
    assert_eq!(drawn_as("chain", 5).await.note, None, "store 12 still shows the old one");
    assert!(store.picture(of_pen).await.unwrap().is_some());
    assert_eq!(drawn_as("store-12", 6).await.note.unwrap(), "1 pictures that no goods have any more are removed");
    assert_eq!(store.picture(of_pen).await.unwrap(), None);
    assert!(store.picture(of_water).await.unwrap().is_some());
    assert_eq!(drawn_as("store-12", 0).await.note.unwrap(), "1 pictures that no goods have any more are removed");
    assert!(store.picture(of_pen).await.unwrap().is_some(), "what comes back is kept anew");
}

/// Other prices for what is there.
async fn items_again(store: &dyn Store) {
    let sheet = ITEMS.replace("2.00", "2.20");
    assert_eq!(items(store, sheet.as_bytes(), None).await.0.unwrap().changed, 1);
}
