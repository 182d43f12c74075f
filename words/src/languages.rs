//! All languages: those that are built in, and those of a folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::{fs, io};

use unic_langid::LanguageIdentifier;

use crate::Words;
use crate::catalogue::{self, Bundle, Catalogue, Remark};

/// Tag, file and text of each catalogue that is built in.
static BUILT_IN: &[(&str, &str, &str)] = include!(concat!(env!("OUT_DIR"), "/catalogues.rs"));
/// The language that is asked for what another one lacks.
pub const FALLBACK: &str = "en";
/// Bytes of one catalogue from a folder.
const FILE_BYTES_MAX: u64 = 1 << 20;
/// Files and folders in one folder of languages.
const ENTRIES_MAX: usize = 256;

/// Why a catalogue cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum WordsError {
    /// A file or folder could not be read.
    #[error("failed reading the words in {path}: {cause}")]
    Read {
        /// Which.
        path: String,
        /// Why.
        cause: io::Error,
    },
    /// The folder's name is no language.
    #[error("`{0}` is no language: a folder of words is named like `de` or `zh-TW`")]
    Tag(String),
    /// The text is not Fluent, or says a thing twice.
    #[error("the words in {file}, line {line}, have a fault: {fault}")]
    Fault {
        /// Which file.
        file: String,
        /// Where, from 1.
        line: usize,
        /// What is wrong.
        fault: String,
    },
}

/// All languages, by tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Languages {
    all: Arc<BTreeMap<String, Words>>,
    remarks: Arc<Vec<Remark>>,
}

impl Languages {
    /// Those that are built in. They are held by a test, so this cannot fail.
    pub fn built_in() -> Languages {
        static ALL: OnceLock<Languages> = OnceLock::new();
        ALL.get_or_init(|| assemble(&own(), &[]).unwrap_or_else(|error| panic!("{error}"))).clone()
    }

    /// Those and what lies in a folder as `TAG/*.ftl`: new languages, and other words for those that are built in.
    /// What is not a folder, and files that do not end with `.ftl`, count for nothing.
    ///
    /// # Errors
    /// When a file cannot be read or used; then nothing of the folder counts.
    pub fn with_folder(folder: &Path) -> Result<Languages, WordsError> {
        let mut dropped_in = Vec::new();
        for language in listed(folder)?.into_iter().filter(|path| path.is_dir()) {
            let tag = language.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            for file in listed(&language)?.into_iter().filter(|path| path.extension().is_some_and(|end| end == "ftl")) {
                let text = read(&file)?;
                dropped_in.push(Catalogue { tag: tag.clone(), file: file.display().to_string(), text });
            }
        }
        assemble(&own(), &dropped_in)
    }

    /// The words of a language, of its nearest relative, or of [`FALLBACK`].
    pub fn of(&self, tag: &str) -> Words {
        let relative = || {
            // Hong Kong and Macau write as Taiwan does.
            let traditional = ["zh-HK", "zh-MO", "zh-Hant"].iter().any(|other| tag.starts_with(other));
            let stem = tag.split('-').next().unwrap_or(tag);
            let near = traditional.then(|| self.all.get("zh-TW")).flatten();
            near.or_else(|| {
                self.all.iter().find(|(own, _)| own.split('-').next() == Some(stem)).map(|(_, words)| words)
            })
        };
        let words = self.all.get(tag).or_else(relative).or_else(|| self.all.get(FALLBACK));
        words.cloned().unwrap_or_else(|| panic!("English is built in"))
    }

    /// All of them, by tag.
    pub fn all(&self) -> impl Iterator<Item = &Words> {
        self.all.values()
    }

    /// What a translator should look at in the languages of the folder; none of it keeps a till from working.
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }
}

pub(crate) fn own() -> Vec<Catalogue> {
    let of = |(tag, file, text): &(&str, &str, &str)| Catalogue {
        tag: (*tag).to_owned(),
        file: (*file).to_owned(),
        text: (*text).to_owned(),
    };
    BUILT_IN.iter().map(of).collect()
}

fn listed(folder: &Path) -> Result<Vec<PathBuf>, WordsError> {
    let fault = |cause| WordsError::Read { path: folder.display().to_string(), cause };
    let entries = fs::read_dir(folder).map_err(fault)?.take(ENTRIES_MAX + 1);
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>().map_err(fault)?;
    if paths.len() > ENTRIES_MAX {
        return Err(fault(io::Error::other(format!("more than {ENTRIES_MAX} files and folders"))));
    }
    paths.sort();
    Ok(paths)
}

fn read(file: &Path) -> Result<String, WordsError> {
    let fault = |cause| WordsError::Read { path: file.display().to_string(), cause };
    if fs::metadata(file).map_err(fault)?.len() > FILE_BYTES_MAX {
        return Err(fault(io::Error::new(io::ErrorKind::FileTooLarge, "more than 1 MiB")));
    }
    fs::read_to_string(file).map_err(fault)
}

/// What is dropped in comes last and wins.
fn assemble(own: &[Catalogue], dropped_in: &[Catalogue]) -> Result<Languages, WordsError> {
    let mut bundles: BTreeMap<String, Bundle> = BTreeMap::new();
    for catalogues in [own, dropped_in] {
        catalogue::says_nothing_twice(catalogues)?;
        for catalogue in catalogues {
            let language: LanguageIdentifier =
                catalogue.tag.parse().map_err(|_| WordsError::Tag(catalogue.tag.clone()))?;
            let bundle = bundles.entry(catalogue.tag.clone()).or_insert_with(|| catalogue::bundle(language));
            bundle.add_resource_overriding(catalogue.resource()?);
        }
    }
    let english = bundles.remove(FALLBACK).unwrap_or_else(|| panic!("English is built in"));
    let english = Words::new(FALLBACK.to_owned(), english, None);
    let others = bundles.into_iter().map(|(tag, own)| (tag.clone(), Words::new(tag, own, Some(english.clone()))));
    let mut all: BTreeMap<String, Words> = others.collect();
    all.insert(FALLBACK.to_owned(), english);
    let remarks = catalogue::remarks(own, dropped_in)?;
    Ok(Languages { all: Arc::new(all), remarks: Arc::new(remarks) })
}
