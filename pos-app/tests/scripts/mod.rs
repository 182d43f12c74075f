//! Every story of this folder happens as it is written. `pos-app script --write FILE...` writes what happens instead.

use std::collections::BTreeSet;

#[test]
fn every_story_happens_as_it_is_written() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scripts");
    let mut stories = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "till") {
            continue;
        }
        let written = std::fs::read_to_string(&path).unwrap();
        let happened = pos_app::script::play(&written).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        expect_test::expect_file![&path].assert_eq(&happened);
        stories += 1;
    }
    assert!(stories >= 15, "only {stories} stories were found");
}

/// `docs/features.md` says which story shows which feature: it names each of them, and none that is not there.
#[test]
fn every_story_has_its_place_among_the_features() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("../docs/features.md")).unwrap();
    let linked = page.split("(../pos-app/tests/scripts/").skip(1);
    let named: BTreeSet<&str> = linked.filter_map(|link| Some(link.split_once(')')?.0)).collect();
    let files = std::fs::read_dir(root.join("tests/scripts")).unwrap().map(|entry| entry.unwrap().file_name());
    let there: BTreeSet<String> =
        files.filter_map(|name| name.into_string().ok()).filter(|name| name.ends_with(".till")).collect();
    let there: BTreeSet<&str> = there.iter().map(String::as_str).collect();
    let (missing, gone) = (there.difference(&named).collect::<Vec<_>>(), named.difference(&there).collect::<Vec<_>>());
    assert!(missing.is_empty(), "docs/features.md names no feature for {missing:?}");
    assert!(gone.is_empty(), "docs/features.md names stories that are not there: {gone:?}");
}

#[test]
fn a_script_that_makes_no_sense_is_told_by_its_line() {
    let error = pos_app::script::play("item 1 \"Pen\" 1.99\nfly\n").unwrap_err();
    assert_eq!(error.to_string(), "line 2: `fly` is no command of a till script");
    let error = pos_app::script::play("scan 1\nitem 1 \"Pen\" 1.99\n").unwrap_err();
    assert_eq!(error.line, 2);
}
