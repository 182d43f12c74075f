//! Every story of this folder happens as it is written. `pos-app script --write FILE...` writes what happens instead.

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

#[test]
fn a_script_that_makes_no_sense_is_told_by_its_line() {
    let error = pos_app::script::play("item 1 \"Pen\" 1.99\nfly\n").unwrap_err();
    assert_eq!(error.to_string(), "line 2: `fly` is no command of a till script");
    let error = pos_app::script::play("scan 1\nitem 1 \"Pen\" 1.99\n").unwrap_err();
    assert_eq!(error.line, 2);
}
