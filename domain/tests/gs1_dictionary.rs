//! The table of application identifiers against the dictionary that GS1 publishes, where it lies beside the project.

use std::collections::BTreeMap;
use std::path::PathBuf;

use domain::barcode::gs1::{Ai, Charset, Format, Part, Rule};
use domain::barcode::{Gs1, Gtin};

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
    let lines: Vec<&str> = text.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit())).collect();
    assert_eq!(lines.len(), 224, "entries of the release that the table is of");
    for line in lines {
        let title = line.split_once('#').map(|(_, title)| title.trim());
        for (ai, _) in entries(line) {
            let (known, _) = Ai::of(&ai).unwrap();
            assert_eq!(known.title(), title.unwrap_or("COUPON"), "({ai})");
            read_in_every_spelling(&ai);
        }
        if line.starts_with("01 ") {
            let qualifiers = line.split_whitespace().find_map(|word| word.strip_prefix("dlpkey=")).unwrap();
            qualifiers.split([',', '|']).for_each(read_in_a_path);
        }
    }
}

const GOODS: &str = "06901234567892";

/// A value that the table takes: of the digits that dates, times and flags have, with check digits where they must be.
fn value_of(format: &Format) -> String {
    let mut value = String::new();
    for part in format.parts {
        let digits = "1".repeat(usize::from(part.length.1));
        value += &match part.rule {
            Rule::CheckDigit => {
                // The weights count from the right, so zeros in front change nothing.
                let zeros = "0".repeat(digits.len().saturating_sub(14));
                let body = &digits[zeros.len() + 1..];
                let gtin = Gtin::with_check_digit(body.parse().unwrap()).key();
                format!("{zeros}{}", &gtin[14 - body.len() - 1..])
            }
            Rule::Date | Rule::DayDate => "261231".to_owned(),
            Rule::LongDate => "20261231".to_owned(),
            Rule::Minus => "-".to_owned(),
            Rule::Any | Rule::HourMinute | Rule::Hour | Rule::Sixtieth | Rule::YesNo => digits,
        };
    }
    value
}

/// Reads an AI beside the goods: as an element string where it stands first and last, in brackets, in a link's query.
fn read_in_every_spelling(ai: &str) {
    let (known, format) = Ai::of(ai).unwrap();
    let value = if ai == "01" { GOODS.to_owned() } else { value_of(format) };
    let end = if known.is_predefined() { "" } else { "\u{1d}" };
    let expect = (known, value.clone());
    for text in [
        format!("]C1{ai}{value}{end}01{GOODS}"),
        format!("]d201{GOODS}{ai}{value}"),
        format!("(01){GOODS}({ai}){value}"),
        format!("https://id.example/01/{GOODS}?{ai}={value}"),
    ] {
        let elements = Gs1::elements(&text);
        assert!(elements.as_ref().is_ok_and(|elements| elements.contains(&expect)), "{text:?}: {elements:?}");
        assert!(Gs1::parse(&text).is_ok_and(|gs1| gs1.gtin.key() == GOODS), "{text:?}");
    }
}

/// Reads a qualifier of the goods in the path of a link.
fn read_in_a_path(ai: &str) {
    let (known, _) = Ai::of(ai).unwrap();
    let elements = Gs1::elements(&format!("https://id.example/01/{GOODS}/{ai}/A1")).unwrap();
    assert_eq!(elements[1], (known, "A1".to_owned()), "({ai})");
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
