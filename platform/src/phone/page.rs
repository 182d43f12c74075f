//! The page's files, built into the program, and its words.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use axum::body::Bytes;
use protocol::chain::Hash;
use serde::Serialize;
use serde_json::json;
use words::{Languages, Value};

use super::goods::packed;

/// Name, type and bytes of each file below `/go/-/`.
const ASSETS: [(&str, &str, &str); 11] = [
    ("app.js", SCRIPT, include_str!("../../phone/app.js")),
    ("basket-code.js", SCRIPT, include_str!("../../phone/basket-code.js")),
    ("camera.js", SCRIPT, include_str!("../../phone/camera.js")),
    ("catalogue.js", SCRIPT, include_str!("../../phone/catalogue.js")),
    ("ean.js", SCRIPT, include_str!("../../phone/ean.js")),
    ("icon.svg", "image/svg+xml", include_str!("../../phone/icon.svg")),
    ("member.js", SCRIPT, include_str!("../../phone/member.js")),
    ("pay.js", SCRIPT, include_str!("../../phone/pay.js")),
    ("qr.js", SCRIPT, include_str!("../../phone/qr.js")),
    ("sha256.js", SCRIPT, include_str!("../../phone/sha256.js")),
    ("style.css", "text/css; charset=utf-8", include_str!("../../phone/style.css")),
];
const PAGE: &str = include_str!("../../phone/page.html");
const WORKER: &str = include_str!("../../phone/sw.js");
const SCRIPT: &str = "text/javascript; charset=utf-8";
/// The English words, for the list of keys.
const KEYS: &str = include_str!("../../../words/lang/en/phone.ftl");
/// Words of codes are a kiosk's to say.
const NOT_THE_PAGES: &str = "phone-code-";
/// What stands in gaps, by name; the page fills them.
const GAPS: [&str; 6] = ["amount", "code", "count", "name", "store", "time"];

/// A file of the page.
#[derive(Clone, Debug)]
pub struct Asset {
    /// Its type.
    pub kind: &'static str,
    /// Its text.
    pub plain: &'static str,
    /// The same, packed by gzip.
    pub packed: Bytes,
}

/// The page itself, alike for every store.
pub fn page() -> &'static Asset {
    static ONE: OnceLock<Asset> = OnceLock::new();
    ONE.get_or_init(|| Asset::of("text/html; charset=utf-8", PAGE))
}

/// A file of the page by its name.
pub fn asset(name: &str) -> Option<&'static Asset> {
    static ALL: OnceLock<BTreeMap<&str, Asset>> = OnceLock::new();
    ALL.get_or_init(|| ASSETS.iter().map(|(name, kind, text)| (*name, Asset::of(kind, text))).collect()).get(name)
}

impl Asset {
    fn of(kind: &'static str, plain: &'static str) -> Asset {
        Asset { kind, plain, packed: packed(plain.as_bytes()) }
    }
}

/// The service worker, which names the build that it keeps: another build is another worker.
pub fn worker_script() -> &'static str {
    static SCRIPT: OnceLock<String> = OnceLock::new();
    SCRIPT.get_or_init(|| {
        let all: String = ASSETS.iter().map(|(_, _, text)| *text).chain([PAGE, WORKER]).collect();
        WORKER.replace("@build@", &Hash::of(all.as_bytes()).to_string()[..12])
    })
}

/// What a phone is told that puts the page among its apps.
pub fn manifest(store: &str, name: &str) -> String {
    json!({
        "name": name, "short_name": name, "start_url": format!("/go/{store}"), "scope": "/go/", "display": "standalone",
        "background_color": "#f7f5f0", "theme_color": "#f7f5f0",
        "icons": [{ "src": "/go/-/icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any" }],
    })
    .to_string()
}

/// The page's words in a language; gaps stand as `{name}`.
#[derive(Clone, Debug, Serialize)]
pub struct WordsOf {
    /// The language.
    pub lang: String,
    /// By key.
    pub words: BTreeMap<String, String>,
}

/// The page's words in the language that is nearest to the one that is asked for.
pub fn words_of(languages: &Languages, lang: &str) -> WordsOf {
    let words = languages.of(lang);
    let gaps: Vec<(&str, String)> = GAPS.iter().map(|gap| (*gap, format!("{{{gap}}}"))).collect();
    let gaps: Vec<(&str, Value<'_>)> = gaps.iter().map(|(gap, text)| (*gap, Value::from(text.as_str()))).collect();
    let keys = KEYS.lines().filter_map(|line| Some(line.split_once(" = ")?.0));
    let own = keys.filter(|key| key.starts_with("phone-") && !key.starts_with(NOT_THE_PAGES));
    let said = own.map(|key| (key.to_owned(), words.fill(key, &gaps)));
    WordsOf { lang: words.tag().to_owned(), words: said.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every word that the page asks for is there in every language, and every gap is one that the page fills.
    #[test]
    fn the_page_says_nothing_that_no_catalogue_knows() {
        let said = |text: &str, marks: &[(&str, char)]| {
            let mut keys = Vec::new();
            for (mark, end) in marks {
                let parts = text.split(mark).skip(1);
                keys.extend(parts.filter_map(|part| Some(part.split_once(*end)?.0.to_owned())));
            }
            keys
        };
        let mut keys = said(PAGE, &[("data-say=\"", '"'), ("data-hint=\"", '"')]);
        let app = ASSETS.iter().find(|(name, ..)| *name == "app.js").unwrap().2;
        keys.extend(
            said(app, &[("say(\"", '"'), ("payView(\"", '"'), ("hint: \"", '"'), ("memberFails(\"", '"')])
                .iter()
                .map(|key| format!("phone-{key}")),
        );
        assert!(keys.len() > 60, "{keys:?}");
        for lang in ["zh-CN", "zh-TW", "en"] {
            let words = words_of(&Languages::built_in(), lang);
            assert_eq!(words.lang, lang);
            for key in &keys {
                assert!(words.words.contains_key(key), "{key} in {lang}");
            }
            assert!(words.words.values().all(|text| !text.contains(['⟨', '$'])), "{words:?}");
        }
    }

    #[test]
    fn the_page_is_small_and_holds_nothing_inline() {
        let bytes: usize = ASSETS.iter().map(|(_, _, text)| text.len()).sum::<usize>() + PAGE.len() + WORKER.len();
        assert!(bytes < 100_000, "{bytes} bytes");
        let sent = ASSETS.iter().map(|(name, ..)| asset(name).unwrap().packed.len()).sum::<usize>();
        let sent = sent + page().packed.len() + packed(WORKER.as_bytes()).len();
        eprintln!("the page has {bytes} bytes, {sent} of them packed");
        assert!(sent < 30_000, "{sent} bytes packed");
        assert!(!PAGE.contains(" style=") && !PAGE.contains(" onclick") && !PAGE.contains("<style"));
        assert_eq!(PAGE.matches("<script").count(), PAGE.matches("<script type=\"module\" src=").count());
        for (name, _, _) in ASSETS {
            assert!(WORKER.contains(&format!("\"{name}\"")), "{name} is kept for the aisle");
        }
        assert!(!worker_script().contains("@build@"));
    }
}
