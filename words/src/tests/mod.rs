//! What holds the catalogues together, and how a language is dropped in.

mod sources;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;

use crate::catalogue::Catalogue;
use crate::languages::own;
use crate::{Languages, Remark, Words, WordsError, say};

#[test]
fn every_language_says_the_same_keys_with_the_same_gaps_in_the_same_order() {
    let all = own();
    let of = |tag: &str| -> BTreeMap<String, Vec<(String, Vec<String>)>> {
        let files = all.iter().filter(|catalogue| catalogue.tag == tag);
        let sentences = |catalogue: &Catalogue| {
            let sentences = catalogue.sentences().unwrap_or_else(|error| panic!("{error}"));
            sentences.into_iter().map(|(key, gaps)| (key, gaps.into_iter().collect())).collect()
        };
        files.map(|catalogue| (name_of(catalogue), sentences(catalogue))).collect()
    };
    let english = of("en");
    for words in Languages::built_in().all() {
        let told = of(words.tag());
        let names = |files: &BTreeMap<String, _>| files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&told), names(&english), "files of {}", words.tag());
        for (file, sentences) in &english {
            for (known, other) in sentences.iter().zip(&told[file]) {
                assert_eq!(other, known, "{} of {}", file, words.tag());
            }
            assert_eq!(told[file].len(), sentences.len(), "sentences in {} of {}", file, words.tag());
        }
    }
}

#[test]
fn keys_begin_with_the_name_of_their_file() {
    for catalogue in own() {
        let file = name_of(&catalogue);
        let stem = file.trim_end_matches(".ftl");
        for (key, _) in catalogue.sentences().unwrap_or_else(|error| panic!("{error}")) {
            let fits = key.starts_with(&format!("{stem}-")) || stem == "common" && key.starts_with("language-");
            assert!(fits, "`{key}` in {}", catalogue.file);
        }
    }
}

/// File name without its language.
fn name_of(catalogue: &Catalogue) -> String {
    catalogue.file.rsplit('/').next().unwrap_or_default().to_owned()
}

/// A folder that is gone with the test.
struct Folder(PathBuf);

impl Folder {
    fn with(name: &str, files: &[(&str, &str)]) -> Folder {
        let folder = Folder(std::env::temp_dir().join(format!("guitai-words-{}-{name}", std::process::id())));
        for (path, text) in files {
            let file = folder.0.join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        folder
    }

    fn languages(&self) -> Result<Languages, WordsError> {
        Languages::with_folder(&self.0)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A few words of German, with its notation.
const GERMAN: &str = "\
language-name = Deutsch
notation-decimal = ,
notation-group = .
notation-money = { $number } { $sign }
notation-money-minus = -{ $number } { $sign }
notation-date = { $day }.{ $month }.{ $year }
sell-pay = { $amount } kassieren
sell-count = { $pieces ->
    [one] ein Artikel
   *[other] { $pieces } Artikel
}
";

#[test]
fn a_language_dropped_in_is_offered_and_says_what_it_lacks_in_english() {
    let folder = Folder::with("german", &[("de/till.ftl", GERMAN), ("readme.txt", "not a language")]);
    let languages = folder.languages().unwrap();
    let tags: Vec<&str> = languages.all().map(Words::tag).collect();
    assert_eq!(tags, ["de", "en", "zh-CN", "zh-TW"]);
    let german = languages.of("de-AT");
    assert_eq!(german.say("language-name"), "Deutsch");
    assert_eq!(say!(german, "sell-pay", amount = german.sum("€", "1234.50")), "1.234,50 € kassieren");
    assert_eq!(say!(german, "sell-count", pieces = 1), "ein Artikel");
    assert_eq!(say!(german, "sell-count", pieces = -3), "-3 Artikel");
    assert_eq!(german.say("sell-got-it"), "Got it");
    assert_eq!(german.say("no-such-key"), "⟨no-such-key⟩");
    assert_eq!(german.full_date(2026, 3, 2), "02.03.2026");
    let lacks = |remark: &Remark| matches!(remark, Remark::Lacks { tag, .. } if tag == "de");
    assert!(languages.remarks().iter().any(lacks), "{:?}", languages.remarks());
    assert_eq!(Languages::built_in().of("de").say("sell-got-it"), "Got it");
}

#[test]
fn words_dropped_in_for_a_language_that_is_built_in_win() {
    let folder = Folder::with("own", &[("en/own.ftl", "sell-got-it = Right you are\n")]);
    let english = folder.languages().unwrap().of("en");
    assert_eq!(english.say("sell-got-it"), "Right you are");
    assert_eq!(english.say("sell-cancel"), "Cancel");
}

#[test]
fn a_faulty_file_says_what_is_wrong_and_where() {
    let fault = |name: &str, files: &[(&str, &str)]| match Folder::with(name, files).languages() {
        Ok(_) => panic!("{files:?} was taken"),
        Err(error) => error.to_string(),
    };
    let told = fault("syntax", &[("de/till.ftl", "sell-cancel = Abbrechen\nsell-pay = { $amount\n")]);
    assert!(told.contains("de/till.ftl, line 2"), "{told}");
    let told =
        fault("twice", &[("de/a.ftl", "sell-cancel = Nein\n"), ("de/b.ftl", "# Noch einmal.\nsell-cancel = Ab\n")]);
    assert!(told.contains("de/b.ftl, line 2") && told.contains("`sell-cancel` is said twice"), "{told}");
    let told = fault("tag", &[("Deutsch und mehr/till.ftl", "sell-cancel = Abbrechen\n")]);
    assert!(told.contains("`Deutsch und mehr` is no language"), "{told}");
    let missing = Languages::with_folder(&std::env::temp_dir().join("guitai-words-nowhere")).unwrap_err();
    assert!(missing.to_string().contains("guitai-words-nowhere"), "{missing}");
}

#[test]
fn a_sentence_with_a_gap_that_nothing_fills_is_said_in_english_and_remarked() {
    let text = "sell-pay = { $betrag } kassieren\nsell-greeting = Guten Tag\n";
    let folder = Folder::with("gap", &[("de/till.ftl", text)]);
    let languages = folder.languages().unwrap();
    assert_eq!(say!(languages.of("de"), "sell-pay", amount = "¥3.00"), "Pay ¥3.00");
    let remarks: Vec<String> = languages.remarks().iter().map(ToString::to_string).collect();
    assert!(remarks.iter().any(|remark| remark.contains("`sell-pay` has the gap `$betrag`")), "{remarks:?}");
    assert!(remarks.iter().any(|remark| remark.contains("nothing asks for `sell-greeting`")), "{remarks:?}");
}

#[test]
fn relatives_speak_for_languages_that_nobody_brought() {
    let of = |tag: &str| Languages::built_in().of(tag).tag().to_owned();
    assert_eq!([of("zh-HK"), of("zh-Hant-MO"), of("zh"), of("zh-SG")], ["zh-TW", "zh-TW", "zh-CN", "zh-CN"]);
    assert_eq!([of("en-GB"), of("fr"), of("")], ["en", "en", "en"]);
}

/// A language of two signs.
fn notation(name: &str, decimal: &str, group: &str) -> Words {
    let text = format!("notation-decimal = {{\"{decimal}\"}}\nnotation-group = {{\"{group}\"}}\n");
    Folder::with(name, &[("xx/notation.ftl", &text)]).languages().unwrap().of("xx")
}

#[test]
fn numbers_are_written_and_typed_as_a_language_does() {
    let german = notation("comma", ",", ".");
    assert_eq!(german.number("-1234567.50"), "-1.234.567,50");
    assert_eq!(german.number("1234"), "1234");
    assert_eq!(german.sum("¥", "1234"), "¥1.234");
    for (typed, read) in [
        ("12,5", "12.5"),
        (",50", ".50"),
        ("12.5", "12.5"),
        ("1.234,50", "1234.50"),
        ("1,2-0,05", "1.2-0.05"),
        ("10,5%", "10.5%"),
        ("1.23,50", "1.23,50"),
        ("1,2,3", "1,2,3"),
        ("Brot, hell", "Brot, hell"),
    ] {
        assert_eq!(german.typed(typed), read, "{typed}");
    }
    // A comma that is no decimal sign is never taken for one.
    let english = notation("point", ".", ",");
    assert_eq!((english.typed("1,234.50"), english.typed("12,50")), ("1234.50".into(), "12,50".into()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// What stands on a key is understood when it is typed or sent back.
    #[test]
    fn what_is_written_can_be_typed(whole in 0_u64..10_000_000_000, part in 0_u32..100, digits in 0_usize..3, which in 0_usize..4) {
        thread_local! {
            static ALL: [Words; 4] = [
                notation("a", ",", "."), notation("b", ".", ","), notation("c", ",", "\u{202f}"), notation("d", ".", ""),
            ];
        }
        let plain = match digits {
            0 => whole.to_string(),
            digits => format!("{whole}.{:0digits$}", part % 10_u32.pow(digits as u32)),
        };
        let read = ALL.with(|all| all[which].typed(&all[which].number(&plain)).into_owned());
        prop_assert_eq!(read, plain);
    }
}
