//! Whether the machine's fonts can draw what the till has to show, in each language that it speaks.

use fontique::{
    Collection, CollectionOptions, FallbackKey, GenericFamily, QueryFamily, QueryStatus, Script, SourceCache,
};
use words::{FALLBACK, Languages, Words, say};

/// Letters from, letters to, their script, and the Debian package with a font for them. What is in none is Latin.
const SCRIPTS: [(char, char, &[u8; 4], &str); 10] = [
    ('\u{370}', '\u{3ff}', b"Grek", "fonts-noto-core"),
    ('\u{400}', '\u{52f}', b"Cyrl", "fonts-noto-core"),
    ('\u{590}', '\u{5ff}', b"Hebr", "fonts-noto-core"),
    ('\u{600}', '\u{6ff}', b"Arab", "fonts-noto-core"),
    ('\u{900}', '\u{97f}', b"Deva", "fonts-noto-core"),
    ('\u{e00}', '\u{e7f}', b"Thai", "fonts-noto-core"),
    ('\u{3040}', '\u{309f}', b"Hira", "fonts-noto-cjk"),
    ('\u{30a0}', '\u{30ff}', b"Kana", "fonts-noto-cjk"),
    ('\u{3400}', '\u{9fff}', b"Hani", "fonts-noto-cjk"),
    ('\u{ac00}', '\u{d7a3}', b"Hang", "fonts-noto-cjk"),
];
/// The script of all other letters.
const LATIN: (&[u8; 4], &str) = (b"Latn", "fonts-noto-core");

/// Says in words which script cannot be drawn, of the languages that are built in; nothing when all can.
pub fn missing_script() -> Option<String> {
    missing_scripts(&Languages::built_in()).into_iter().next()
}

/// Says in words, in English and in the language itself, which languages cannot be drawn. Ask it once at the start and
/// tell the installer: without a font each letter is an empty box.
///
/// Each language names some letters of its own (`language-sample`); looks for fonts with real glyphs for them, which
/// takes some milliseconds for reading the list of fonts.
pub fn missing_scripts(languages: &Languages) -> Vec<String> {
    let mut collection = Collection::new(CollectionOptions { shared: false, system_fonts: true });
    let mut missing = |words: &Words| {
        let sample = words.say("language-sample");
        sample.chars().find(|letter| !letter.is_whitespace() && !draws(&mut collection, *letter))
    };
    let english = languages.of(FALLBACK);
    let tell = |words: &Words, letter: char| {
        let (language, package) = (words.say("language-name"), script(letter).1);
        let told = [&english, words].map(|words| {
            say!(words, "language-no-font", letter = letter.to_string(), language = &language, package = package)
        });
        if told[0] == told[1] { told[0].clone() } else { told.join(" ") }
    };
    languages.all().filter_map(|words| missing(words).map(|letter| tell(words, letter))).collect()
}

fn script(letter: char) -> (&'static [u8; 4], &'static str) {
    let known = SCRIPTS.iter().find(|(from, to, ..)| (*from..=*to).contains(&letter));
    known.map_or(LATIN, |(_, _, script, package)| (*script, *package))
}

/// The family the screens name, then whatever the system falls back to for the letter's script.
fn draws(collection: &mut Collection, letter: char) -> bool {
    let mut cache = SourceCache::default();
    let mut found = false;
    let mut query = collection.query(&mut cache);
    query.set_families([QueryFamily::Named("Noto Sans CJK SC"), QueryFamily::Generic(GenericFamily::SansSerif)]);
    query.set_fallbacks(FallbackKey::new(Script::from_bytes(*script(letter).0), None));
    query.matches_with(|font| {
        if font.charmap().and_then(|map| map.map(letter)).is_some_and(|glyph| glyph != 0) {
            found = true;
            return QueryStatus::Stop;
        }
        QueryStatus::Continue
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_without_a_font_is_told_with_the_mend() {
        // Letters for which no font is made: this machine has none, either.
        let folder = std::env::temp_dir().join(format!("guitai-fonts-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("xx")).unwrap();
        std::fs::write(folder.join("xx/common.ftl"), "language-name = Nobody's\nlanguage-sample = a\u{f8ff0}\n")
            .unwrap();
        let languages = Languages::with_folder(&folder).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        let told = missing_scripts(&languages);
        assert!(told.iter().any(|told| told.contains("Nobody's") && told.contains("apt install")), "{told:?}");
    }
}
