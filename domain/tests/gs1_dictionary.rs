//! The table of application identifiers against the dictionary that GS1 publishes, where it lies beside the project.

use std::collections::BTreeMap;
use std::path::PathBuf;

use domain::barcode::gs1::{Ai, Charset, Format, Part, Rule};

/// Where the dictionary lies, seen from the project's root.
const DICTIONARY: &str = "../shared/data/gs1/gs1-syntax-dictionary.txt";

#[test]
fn every_ai_of_the_dictionary_is_known_with_its_characters_lengths_and_rules() {
    let crate_dir =
        std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    let path = crate_dir.join("..").join(DICTIONARY);
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: {} is not here", path.display());
        return;
    };
    let theirs: BTreeMap<String, String> = text.lines().flat_map(entries).collect();
    let ours: BTreeMap<String, String> =
        Format::all().map(|(ai, format)| (ai.to_string(), spelled(ai, format))).collect();
    assert!(theirs.len() > 400, "{} entries were read of the dictionary", theirs.len());
    for (ai, format) in &theirs {
        assert_eq!(ours.get(ai), Some(format), "for ({ai})");
    }
    assert_eq!(ours.len(), theirs.len(), "no AI beside those of the dictionary");
}

/// The AIs of a line, each with its format as [`spelled`] gives it; none for a comment.
fn entries(line: &str) -> Vec<(String, String)> {
    let line = line.split('#').next().unwrap_or_default();
    let mut words = line.split_whitespace().peekable();
    let Some(ais) = words.next() else { return Vec::new() };
    let flags = words.next_if(|word| word.chars().all(|c| c.is_ascii_punctuation())).unwrap_or_default();
    let is_component = |word: &&str| matches!(word.trim_start_matches('[').as_bytes(), [b'N' | b'X' | b'Y' | b'Z', ..]);
    let components: Vec<String> = words.take_while(|word| is_component(word)).map(component).collect();
    let format = format!("{}{}", if flags.contains('*') { "*" } else { "" }, components.join(" "));
    let (first, last) = ais.split_once('-').unwrap_or((ais, ais));
    let (width, numbers) = (first.len(), first.parse::<u16>().unwrap()..=last.parse().unwrap());
    numbers.map(|ai| (format!("{ai:0width$}"), format.clone())).collect()
}

/// `N6,yymmd0` with the checks that the till knows; others are left out.
fn component(word: &str) -> String {
    let (kind, checks) = word.split_once(',').unwrap_or((word, ""));
    let is_known = |check: &&str| {
        matches!(*check, "csum" | "yymmd0" | "yymmdd" | "yyyymmdd" | "hhmi" | "hh" | "mi" | "ss" | "hyphen" | "yesno")
    };
    let check = checks.split(',').find(is_known).map(|check| format!(",{}", check.replace("ss", "mi")));
    format!("{kind}{}", check.unwrap_or_default())
}

fn spelled(ai: Ai, format: &Format) -> String {
    let parts: Vec<String> = format.parts.iter().map(spelled_part).collect();
    format!("{}{}", if ai.is_predefined() { "*" } else { "" }, parts.join(" "))
}

fn spelled_part(part: &Part) -> String {
    let charset = match part.charset {
        Charset::Digits => 'N',
        Charset::Invariant => 'X',
        Charset::Part => 'Y',
        Charset::Base64 => 'Z',
    };
    let (least, most) = part.length;
    let kind = if least == most { format!("{charset}{most}") } else { format!("{charset}..{most}") };
    let kind = if part.optional { format!("[{kind}]") } else { kind };
    let check = match part.rule {
        Rule::Any => "",
        Rule::CheckDigit => ",csum",
        Rule::Date => ",yymmd0",
        Rule::DayDate => ",yymmdd",
        Rule::LongDate => ",yyyymmdd",
        Rule::HourMinute => ",hhmi",
        Rule::Hour => ",hh",
        Rule::Sixtieth => ",mi",
        Rule::Minus => ",hyphen",
        Rule::YesNo => ",yesno",
    };
    format!("{kind}{check}")
}
