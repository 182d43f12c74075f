//! Every word that people read or hear, by language: Fluent catalogues in `lang/TAG/*.ftl`, built in, and more of them
//! from a folder at run time.
//!
//! A key that a language lacks is said in English; one that nobody knows is shown between angle brackets, so that it is
//! seen. It must never know what the words are about: amounts and names come in finished.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::{fmt, fs, io};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
pub use fluent_bundle::FluentValue as Value;
use unic_langid::LanguageIdentifier;

/// Tag and text of each catalogue that is built in.
static BUILT_IN: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/catalogues.rs"));
/// The language that is asked for what another one lacks.
pub const FALLBACK: &str = "en";
/// Bytes of one catalogue from a folder.
const FILE_BYTES_MAX: u64 = 1 << 20;

type Bundle = FluentBundle<FluentResource>;

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
    #[error("the words of {tag} have a fault: {fault}")]
    Fault {
        /// Which language.
        tag: String,
        /// What is wrong.
        fault: String,
    },
}

/// The words of one language. Cheap to clone.
#[derive(Clone)]
pub struct Words(Arc<Tongue>);

struct Tongue {
    tag: String,
    own: Bundle,
    /// English, for what is missing; none in English itself.
    behind: Option<Words>,
}

impl Words {
    /// The language's tag, e.g. `zh-CN`.
    pub fn tag(&self) -> &str {
        &self.0.tag
    }

    /// Whether goods and people are called by their Chinese names.
    pub fn is_chinese(&self) -> bool {
        self.0.tag.starts_with("zh")
    }

    /// What is said for a key.
    pub fn say(&self, key: &str) -> String {
        self.fill(key, &[])
    }

    /// The same with what stands in its gaps, by name. Numbers choose the right plural.
    pub fn fill(&self, key: &str, gaps: &[(&str, Value<'_>)]) -> String {
        let mut arguments = FluentArgs::with_capacity(gaps.len());
        for (name, value) in gaps {
            arguments.set(*name, value.clone());
        }
        self.format(key, &arguments).unwrap_or_else(|| format!("⟨{key}⟩"))
    }

    /// Whether this language itself knows a key.
    pub fn knows(&self, key: &str) -> bool {
        self.0.own.has_message(key)
    }

    fn format(&self, key: &str, arguments: &FluentArgs<'_>) -> Option<String> {
        let Some(pattern) = self.0.own.get_message(key).and_then(|message| message.value()) else {
            return self.0.behind.as_ref()?.format(key, arguments);
        };
        // What is wrong with a gap is seen in the text: Fluent leaves its name there.
        let mut faults = Vec::new();
        Some(self.0.own.format_pattern(pattern, Some(arguments), &mut faults).into_owned())
    }
}

/// Two are the same when they are of the same language.
impl PartialEq for Words {
    fn eq(&self, other: &Words) -> bool {
        self.0.tag == other.0.tag
    }
}

impl Eq for Words {}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Words({})", self.0.tag)
    }
}

impl Default for Words {
    fn default() -> Words {
        Languages::built_in().of(FALLBACK)
    }
}

/// All languages, by tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Languages(Arc<BTreeMap<String, Words>>);

impl Languages {
    /// Those that are built in. They are held by a test, so this cannot fail.
    pub fn built_in() -> Languages {
        static ALL: OnceLock<Languages> = OnceLock::new();
        ALL.get_or_init(|| {
            let texts = BUILT_IN.iter().map(|(tag, text)| ((*tag).to_owned(), (*text).to_owned()));
            assemble(texts.collect()).unwrap_or_else(|error| panic!("{error}"))
        })
        .clone()
    }

    /// Those and what lies in a folder as `TAG/*.ftl`: new languages, and other words for those that are built in.
    ///
    /// # Errors
    /// When a file cannot be read or used; then nothing of the folder counts.
    pub fn with_folder(folder: &Path) -> Result<Languages, WordsError> {
        let mut texts: Vec<(String, String)> = Vec::new();
        for language in listed(folder)? {
            let tag = language.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            for file in listed(&language)?.into_iter().filter(|path| path.extension().is_some_and(|end| end == "ftl")) {
                texts.push((tag.clone(), read(&file)?));
            }
        }
        // What is dropped in comes last and wins.
        let built_in = BUILT_IN.iter().map(|(tag, text)| ((*tag).to_owned(), (*text).to_owned()));
        assemble(built_in.chain(texts).collect())
    }

    /// The words of a language, of its nearest relative, or of [`FALLBACK`].
    pub fn of(&self, tag: &str) -> Words {
        let relative = || {
            // Hong Kong and Macau write as Taiwan does.
            let traditional = ["zh-HK", "zh-MO", "zh-Hant"].iter().any(|other| tag.starts_with(other));
            let stem = tag.split('-').next().unwrap_or(tag);
            let near = traditional.then(|| self.0.get("zh-TW")).flatten();
            near.or_else(|| self.0.iter().find(|(own, _)| own.split('-').next() == Some(stem)).map(|(_, words)| words))
        };
        let words = self.0.get(tag).or_else(relative).or_else(|| self.0.get(FALLBACK));
        words.cloned().unwrap_or_else(|| panic!("English is built in"))
    }

    /// All of them, by tag.
    pub fn all(&self) -> impl Iterator<Item = &Words> {
        self.0.values()
    }
}

fn listed(folder: &Path) -> Result<Vec<std::path::PathBuf>, WordsError> {
    let fault = |cause| WordsError::Read { path: folder.display().to_string(), cause };
    let entries = fs::read_dir(folder).map_err(fault)?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>().map_err(fault)?;
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

fn assemble(texts: Vec<(String, String)>) -> Result<Languages, WordsError> {
    let mut bundles: BTreeMap<String, Bundle> = BTreeMap::new();
    for (tag, text) in texts {
        let language: LanguageIdentifier = tag.parse().map_err(|_| WordsError::Tag(tag.clone()))?;
        let fault = |fault: String| WordsError::Fault { tag: tag.clone(), fault };
        let resource = FluentResource::try_new(text)
            .map_err(|(_, faults)| fault(faults.first().map(ToString::to_string).unwrap_or_default()))?;
        let bundle = bundles.entry(tag.clone()).or_insert_with(|| {
            let mut bundle = Bundle::new_concurrent(vec![language]);
            // Marks of direction would be seen on receipts.
            bundle.set_use_isolating(false);
            bundle
        });
        bundle.add_resource_overriding(resource);
    }
    let english = bundles.remove(FALLBACK).unwrap_or_else(|| panic!("English is built in"));
    let english = Words(Arc::new(Tongue { tag: FALLBACK.to_owned(), own: english, behind: None }));
    let others = bundles.into_iter().map(|(tag, own)| {
        let words = Words(Arc::new(Tongue { tag: tag.clone(), own, behind: Some(english.clone()) }));
        (tag, words)
    });
    let mut all: BTreeMap<String, Words> = others.collect();
    all.insert(FALLBACK.to_owned(), english);
    Ok(Languages(Arc::new(all)))
}

/// Says a key with what stands in its gaps: `say!(words, "sell-pay", amount = total)`.
#[macro_export]
macro_rules! say {
    ($words:expr, $key:expr $(, $name:ident = $value:expr)* $(,)?) => {
        $words.fill($key, &[$((stringify!($name), $crate::Value::from($value))),*])
    };
}
