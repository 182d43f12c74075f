//! A moment of what `./x fuzz` does for long: its targets under random bytes, and under its corpus after some harm.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use proptest::sample::Index;

#[path = "../../../fuzz/src/lib.rs"]
mod targets;

/// What happens to a file of the corpus.
#[derive(Clone, Debug)]
enum Harm {
    Set(Index, u8),
    Insert(Index, Vec<u8>),
    Remove(Index, usize),
    Repeat(Index, usize),
    /// The rest is that of another file.
    Splice(Index, Index),
}

fn harms() -> impl Strategy<Value = Vec<Harm>> {
    let at = any::<Index>;
    let harm = prop_oneof![
        (at(), any::<u8>()).prop_map(|(at, byte)| Harm::Set(at, byte)),
        (at(), prop::collection::vec(any::<u8>(), 1..5)).prop_map(|(at, bytes)| Harm::Insert(at, bytes)),
        (at(), 1_usize..20).prop_map(|(at, count)| Harm::Remove(at, count)),
        (at(), 1_usize..40).prop_map(|(at, count)| Harm::Repeat(at, count)),
        (at(), at()).prop_map(|(at, other)| Harm::Splice(at, other)),
    ];
    prop::collection::vec(harm, 0..5)
}

fn harmed(corpus: &[Vec<u8>], file: Index, harms: Vec<Harm>) -> Vec<u8> {
    let mut bytes = file.get(corpus).clone();
    for harm in harms {
        let place = |at: Index| at.index(bytes.len() + 1);
        match harm {
            Harm::Set(at, byte) => {
                let at = place(at);
                bytes.splice(at..(at + 1).min(bytes.len()), [byte]);
            }
            Harm::Insert(at, more) => _ = bytes.splice(place(at)..place(at), more),
            Harm::Remove(at, count) => _ = bytes.drain(place(at)..(place(at) + count).min(bytes.len())),
            Harm::Repeat(at, count) => {
                let again = bytes[place(at)..(place(at) + count).min(bytes.len())].to_vec();
                bytes.splice(place(at)..place(at), again);
            }
            Harm::Splice(at, other) => {
                let other = other.get(corpus);
                let rest = other[at.index(other.len() + 1)..].to_vec();
                bytes.splice(place(at).., rest);
            }
        }
    }
    bytes
}

/// Files of a folder, by name.
fn files_of(folder: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries.filter(|file| file.is_file()).collect();
    files.sort();
    assert!(!files.is_empty(), "no corpus in {}", folder.display());
    files.iter().map(|file| fs::read(file).unwrap()).collect()
}

/// Runs a target on a corpus, on harmed files of it, and on rubbish.
fn run(corpus: Vec<Vec<u8>>, cases: u32, read: fn(&[u8])) {
    corpus.iter().for_each(|file| read(file));
    let harmed = (any::<Index>(), harms()).prop_map(|(file, harms)| harmed(&corpus, file, harms));
    let input = prop_oneof![4 => harmed, 1 => prop::collection::vec(any::<u8>(), 0..200)];
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    runner
        .run(&input, |bytes| {
            read(&bytes);
            Ok(())
        })
        .unwrap();
}

#[test]
fn scanned_bytes_are_read_without_a_panic() {
    run(files_of("../fuzz/corpus/barcode"), 10_000, targets::barcode::read);
}

#[test]
fn receipt_codes_are_read_without_a_panic() {
    run(files_of("../fuzz/corpus/proof"), 10_000, targets::proof::read);
}

#[test]
fn codes_of_shoppers_phones_are_read_without_a_panic() {
    run(files_of("../fuzz/corpus/aisle"), 10_000, targets::aisle::read);
}

#[test]
fn what_payment_providers_answer_is_read_without_a_panic() {
    run(files_of("../fuzz/corpus/provider"), 10_000, targets::provider::read);
}

#[test]
fn rule_books_are_read_without_a_panic() {
    run(files_of("../fuzz/corpus/rule_book"), 10_000, targets::rule_book::read);
}

#[test]
fn scripts_are_read_without_a_panic() {
    let stories = [files_of("../fuzz/corpus/script"), files_of("tests/scripts")].concat();
    run(stories, 10_000, targets::script::read);
}

#[test]
fn a_card_terminals_frames_are_read_without_a_panic() {
    run(files_of("../fuzz/corpus/zvt"), 10_000, targets::zvt::read);
}

#[test]
fn keys_of_scanners_are_read_without_a_panic() {
    run(files_of("../fuzz/corpus/wedge"), 10_000, targets::wedge::read);
}

#[test]
fn hid_scanners_are_read_by_any_descriptor_without_a_panic() {
    run(files_of("../fuzz/corpus/hid"), 10_000, targets::hid::read);
}

#[test]
fn what_scales_send_is_read_without_a_panic() {
    run(files_of("../fuzz/corpus/scale"), 10_000, targets::scale::read);
}

#[test]
fn faces_for_displays_are_written_without_a_panic() {
    run(files_of("../fuzz/corpus/display"), 10_000, targets::display::read);
}

#[test]
fn printers_are_heard_and_written_to_without_a_panic() {
    run(files_of("../fuzz/corpus/printer"), 10_000, targets::printer::read);
}

#[test]
fn pixels_are_looked_at_without_a_panic() {
    run(files_of("../fuzz/corpus/frame"), 300, targets::frame::read);
}
