//! That every key which code or a screen names is said, and every sentence is named somewhere.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::catalogue::sentences_of;
use crate::languages::own;

/// Folders without sources that people read.
const LEFT_OUT: [&str; 4] = ["target", ".git", "words", "corpus"];
/// What a key may stand between, in Rust, Slint and the phone's page.
const QUOTES: [char; 3] = ['"', '\'', '`'];
/// Sources that leave out the beginning of their keys.
const SHORT: &[(&str, &str)] = &[("platform/phone/app.js", "phone-")];
/// Ends of the names of files that may name keys.
const ENDS: [&str; 5] = ["rs", "slint", "html", "js", "toml"];

#[test]
fn every_key_that_is_named_is_said() {
    let said = said();
    let is_said = |key: &str| match key.ends_with('-') {
        // The rest of it is told at run time.
        true => said.iter().any(|known| known.starts_with(key)),
        false => said.contains(key),
    };
    let mut unknown = Vec::new();
    for file in sources() {
        let text = fs::read_to_string(&file).unwrap();
        let missing = named(&text).into_iter().filter(|key| !is_said(key));
        unknown.extend(missing.map(|key| format!("{}: `{key}`", file.display())));
    }
    assert!(unknown.is_empty(), "no language has the words for\n{}", unknown.join("\n"));
}

#[test]
fn every_sentence_is_named_somewhere() {
    let mut never: BTreeSet<String> = said();
    for file in sources() {
        let text = fs::read_to_string(&file).unwrap();
        for quoted in QUOTES.iter().flat_map(|quote| text.split(*quote)) {
            match put_together(quoted) {
                Some(beginning) => never.retain(|key| !key.starts_with(beginning)),
                None => drop(never.remove(quoted)),
            }
            for (_, beginning) in SHORT.iter().filter(|(source, _)| file.ends_with(source)) {
                never.remove(&format!("{beginning}{quoted}"));
            }
        }
    }
    // `"{key}-help"` stands below what the key says.
    let unnamed = never.clone();
    let is_help =
        |key: &String| key.strip_suffix("-help").is_some_and(|of| said().contains(of) && !unnamed.contains(of));
    never.retain(|key| !is_help(key));
    // The notation of numbers is asked for by this crate.
    never.retain(|key| !key.starts_with("notation-"));
    assert!(never.is_empty(), "nothing says\n{}", never.into_iter().collect::<Vec<_>>().join("\n"));
}

/// The beginning of a key whose rest is told at run time: `"stock-key-{word}"`, `"till-action-" + id`. It names its
/// part and what of it, so that it stands for no whole file.
fn put_together(quoted: &str) -> Option<&str> {
    let beginning = quoted.split('{').next()?;
    let is_key = beginning.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    (is_key && beginning.ends_with('-') && beginning.matches('-').count() >= 2).then_some(beginning)
}

fn said() -> BTreeSet<String> {
    let all = own();
    sentences_of(all.iter()).unwrap_or_else(|error| panic!("{error}")).into_keys().collect()
}

/// Keys in `say!(words, "key"`, `.say("key"`, `.fill("key"`.
fn named(text: &str) -> Vec<String> {
    let quoted = |rest: &str| Some(rest.trim_start().strip_prefix('"')?.split('"').next()?.to_owned());
    let after = |mark: &str| text.match_indices(mark).map(|(at, _)| &text[at + mark.len()..]).collect::<Vec<_>>();
    let mut keys: Vec<String> = Vec::new();
    for mark in [".say(", ".fill("] {
        keys.extend(after(mark).into_iter().filter_map(quoted));
    }
    let second = |rest: &str| quoted(rest.split_once(',')?.1);
    keys.extend(after("say!(").into_iter().filter_map(second));
    // What is no key is somebody else's `say`.
    keys.retain(|key| {
        key.contains('-') && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    });
    keys
}

fn sources() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut found = Vec::new();
    gather(root, &mut found);
    assert!(found.len() > 100, "the sources are not where they are looked for");
    found
}

fn gather(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && !LEFT_OUT.contains(&&*name) {
            gather(&path, found);
        } else if path.extension().is_some_and(|end| ENDS.iter().any(|known| end == *known)) {
            found.push(path);
        }
    }
}
