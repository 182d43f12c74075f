//! Lists the catalogues in `lang/`, so that a language is added by dropping its files in.
//!
//! Their text is copied in, not their paths: build output may be shared by checkouts in several places.

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=lang");
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo tells the crate's folder"));
    let mut list = String::from("&[\n");
    for language in entries(&root.join("lang")).into_iter().filter(|path| path.is_dir()) {
        let tag = language.file_name().expect("a name").to_string_lossy().into_owned();
        for file in entries(&language).into_iter().filter(|path| path.extension().is_some_and(|end| end == "ftl")) {
            let name = format!("lang/{tag}/{}", file.file_name().expect("a name").to_string_lossy());
            let text = fs::read_to_string(&file).expect("failed reading a catalogue");
            list.push_str(&format!("    ({tag:?}, {name:?}, {text:?}),\n"));
        }
    }
    list.push_str("]\n");
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo tells where to write"));
    fs::write(out.join("catalogues.rs"), list).expect("failed writing the list of catalogues");
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let read = fs::read_dir(folder).expect("failed reading the catalogues");
    let mut paths: Vec<PathBuf> = read.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    paths
}
